"""The rows of a Bulk job as they were sent, as far as they must be told apart to find the results of each."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Payload
from crmdesk.connectors.salesforce.fingerprints import fingerprints, header, key_fingerprints
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.upload import Upload
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.private import open_private


class SentRows:
    """FINGERPRINT and ROW of each row of `payload`, over `key` where every row has one of its own, else over all cells.

    Read when it is made, which is best done while the org works. Raises StoreError for a damaged body.
    """

    def __init__(self, payload: Payload, key: str | None, token: CancelToken) -> None:
        self._payload = payload
        self._token = token
        with self._copied() as sent:
            keys = key_fingerprints(sent, key) if key is not None else None
            self.columns = [key] if key is not None and keys is not None else header(sent)
            self._rows = self._numbered(keys if keys is not None else fingerprints(sent, self.columns))

    def over(self, columns: Sequence[str]) -> pl.DataFrame:
        """The rows told apart by no more than `columns`, a part of `self.columns`."""
        if list(columns) == self.columns:
            return self._rows
        with self._copied() as sent:
            return self._numbered(fingerprints(sent, columns))

    def _numbered(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(self._payload.rows.alias(ROW))

    @contextmanager
    def _copied(self) -> Iterator[Path]:
        """The body in a file of its own, which can be read as a stream of columns."""
        with tempfile.TemporaryDirectory() as folder:
            sent = Path(folder) / "sent"
            with open_private(sent, "wb") as file, Upload(self._payload.body, self._token) as body:
                shutil.copyfileobj(body, file, 1 << 20)
            yield sent
