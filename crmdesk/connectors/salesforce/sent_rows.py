"""The rows of a Bulk job as they were sent, as far as they must be told apart to find the results of each."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Payload
from crmdesk.connectors.salesforce.fingerprints import FINGERPRINT, fingerprints, header, key_fingerprints
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.upload import Upload
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.private import open_private


@dataclass(frozen=True, slots=True)
class ToldApart:
    """FINGERPRINT and ROW of each row, and whether no two of them are equal in the former."""

    frame: pl.DataFrame
    are_distinct: bool


class SentRows:
    """The rows of `payload` told apart by `key` where every row has one of its own, else by all cells.

    Read when it is made, which is best done while the org works. Raises StoreError for a damaged body.
    """

    def __init__(self, payload: Payload, key: str | None, token: CancelToken) -> None:
        self._payload = payload
        self._token = token
        with self._copied() as sent:
            keys = key_fingerprints(sent, key) if key is not None else None
            by_key = self._numbered(keys) if keys is not None else None
            if key is not None and by_key is not None and by_key.are_distinct:
                self.columns, self._rows = [key], by_key
            else:
                self.columns = header(sent)
                self._rows = self._numbered(fingerprints(sent, self.columns))

    def over(self, columns: Sequence[str]) -> ToldApart:
        """The rows told apart by no more than `columns`, a part of `self.columns`."""
        if list(columns) == self.columns:
            return self._rows
        with self._copied() as sent:
            return self._numbered(fingerprints(sent, columns))

    def _numbered(self, rows: pl.DataFrame) -> ToldApart:
        are_distinct = rows.select(FINGERPRINT).is_unique().all()
        return ToldApart(rows.with_columns(self._payload.rows.alias(ROW)), are_distinct)

    @contextmanager
    def _copied(self) -> Iterator[Path]:
        """The body in a file of its own, which can be read as a stream of columns."""
        with tempfile.TemporaryDirectory() as folder:
            sent = Path(folder) / "sent"
            with open_private(sent, "wb") as file, Upload(self._payload.body, self._token) as body:
                shutil.copyfileobj(body, file, 1 << 20)
            yield sent
