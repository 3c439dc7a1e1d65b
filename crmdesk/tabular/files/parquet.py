"""Parquet as a source: typed columns, every value as the text that means exactly it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import msgspec
import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.tabular.batch import LINE, ROW, Batch, no_problems
from crmdesk.tabular.files.dialect import names_of
from crmdesk.tabular.files.fingerprint import fingerprint_of, state_of, unchanged
from crmdesk.tabular.files.plain_numbers import plain
from crmdesk.tabular.files.text import reading

_ROWS = 50_000
_MAGIC = b"PAR1"

_json = msgspec.json.Encoder(decimal_format="number")


class ParquetSource:
    """The rows of a Parquet file. Null is empty (or kept), a nested value its JSON text, binary content Base64.

    Points in time are written in UTC with `Z`, date-times without a zone as they are; LINE is the row.
    """

    notices: tuple[str, ...] = ()

    def __init__(self, path: Path, *, keeps_null: bool = False) -> None:
        self._path = path
        self._state = state_of(path)
        self._filler = None if keeps_null else ""
        with reading(path) as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise self._broken()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns; raises FileFormatError."""
        return names_of(self._path, list(self.schema))

    @cached_property
    def schema(self) -> pl.Schema:
        """The types of the columns, by name; raises FileFormatError."""
        try:
            return pl.scan_parquet(self._path).collect_schema()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._broken() from error

    def batches(self) -> Iterator[Batch]:
        """All rows; raises FileFormatError."""
        yield from unchanged(self._path, self._state, self._batches())

    def _batches(self) -> Iterator[Batch]:
        header = self.header
        row = 1
        try:
            for frame in pl.scan_parquet(self._path).collect_batches(chunk_size=_ROWS, maintain_order=True):
                if not frame.height:
                    continue
                rows = pl.int_range(row, row + frame.height, eager=True, dtype=pl.Int64)
                columns = [
                    _filled(texts_of(column), self._filler).alias(name)
                    for column, name in zip(frame, header, strict=True)
                ]
                yield Batch(pl.DataFrame([rows.alias(ROW), rows.alias(LINE), *columns]), None, no_problems())
                row += frame.height
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._broken() from error

    def fingerprint(self) -> str:
        """See fingerprint_of."""
        return fingerprint_of(self._path)

    def _broken(self) -> FileFormatError:
        hint = "Export it again from where it came from."
        return FileFormatError(f"{self._path} is not a whole Parquet file.", hint=hint, place="local.path")


def _filled(texts: pl.Series, filler: str | None) -> pl.Series:
    return texts if filler is None else texts.fill_null(filler)


def texts_of(column: pl.Series) -> pl.Series:
    """The values as text, null where there is none."""
    kind = column.dtype
    if kind == pl.Datetime:
        return _moments(column)
    if kind == pl.Duration:
        return column.dt.to_string("iso")
    if kind == pl.Time:
        return _without_idle_fraction(column.dt.to_string("%H:%M:%S%.9f"))
    if kind.is_float() or kind == pl.Decimal:
        return _mapped(column.cast(pl.String), plain)
    if kind.is_nested():
        texts = [None if value is None else _json.encode(value).decode() for value in column.to_list()]
        return pl.Series(column.name, texts, dtype=pl.String)
    if kind == pl.Binary:
        coded = [None if value is None else base64.b64encode(value).decode() for value in column.to_list()]
        return pl.Series(column.name, coded, dtype=pl.String)
    return column.cast(pl.String)


def _moments(column: pl.Series) -> pl.Series:
    zone = getattr(column.dtype, "time_zone", None)
    moments = column if zone is None else column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    texts = _without_idle_fraction(moments.dt.to_string("%Y-%m-%dT%H:%M:%S%.9f"))
    return texts if zone is None else texts + "Z"


def _without_idle_fraction(texts: pl.Series) -> pl.Series:
    """`10:30:00.000` as `10:30:00`, `.500` as `.5`."""
    return texts.str.replace(r"\.?0+$", "")


def _mapped(texts: pl.Series, rule: Callable[[str], str]) -> pl.Series:
    """The rule asked once for each distinct text."""
    distinct = texts.drop_nulls().unique().to_list()
    return texts.replace(distinct, [rule(text) for text in distinct]) if distinct else texts
