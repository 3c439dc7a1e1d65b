"""Which of the ids that somebody has the CRM does not have any more: all its ids are read and compared."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from crmdesk.connectors.contract import CursorGone, Query, Session
from crmdesk.connectors.deletions import DeletedQuery, TellsDeletions
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.errors import UserError
from crmdesk.model.schema import RemoteObject
from crmdesk.tabular.batch import ROW, Batch, no_problems

_AT_ONCE = 10_000


class ComparedKeys:
    """The rows of a comparison, as a source of deleted records. `known` are the ids somebody has, each once.

    `fields` are those of DeletedQuery. `log` is told how many are missing.
    """

    def __init__(
        self, session: Session, remote: RemoteObject, fields: tuple[str, ...], known: pl.Series, log: LedgerLog | None
    ) -> None:
        self._session = session
        self._remote = remote
        self._fields = fields
        self._known = known
        self._log = log

    def count(self) -> int | None:
        """Nobody knows before all ids were read."""
        return None

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source."""
        if after is not None:
            raise CursorGone
        missing = self._missing(token)
        if self._log is not None:
            self._log.notice(
                f"{len(missing):,} of {len(self._known):,} ids are not in the CRM any more, or you may not see them."
            )
        if isinstance(self._session, TellsDeletions):
            try:
                source = self._session.deleted(DeletedQuery(self._remote, self._fields, ids=missing.to_list()))
            except UserError:  # an object without a recycle bin: the ids are all that is known
                yield from self._bare(missing)
                return
            yield from source.batches(token)
        else:
            yield from self._bare(missing)

    def _missing(self, token: CancelToken) -> pl.Series:
        name = self._remote.id_field
        missing = pl.DataFrame({name: self._known})
        for batch in self._session.source(Query(self._remote.name, (name,))).batches(token):
            token.check()
            missing = missing.join(batch.frame, on=name, how="anti", maintain_order="left")
        return missing[name]

    def _bare(self, missing: pl.Series) -> Iterator[Batch]:
        for start in range(0, len(missing), _AT_ONCE):
            part = missing.slice(start, _AT_ONCE)
            rows = pl.Series(ROW, range(start + 1, start + 1 + len(part)), dtype=pl.Int64())
            nothing = pl.Series([None] * len(part), dtype=pl.String())
            columns = [(part if field == self._remote.id_field else nothing).alias(field) for field in self._fields]
            yield Batch(pl.DataFrame([rows, *columns]), None, no_problems())
