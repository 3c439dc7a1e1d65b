"""What is known of the columns of a local end before a row is moved: of tables and Parquet files, which are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import Local, LocalFile
from crmdesk.model.local import LocalTable
from crmdesk.tabular.files.contract import Kind

if TYPE_CHECKING:
    from crmdesk.tabular.databases.slots import Slot

_DOUBLE = 64  # bits


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """What a column holds. `length` limits its texts in characters, `bits` whole numbers; None: not limited.

    `precision` counts all digits of a number, `scale` those behind the point; a binary number of 64 bits has neither,
    since it keeps more digits of some numbers than of others, and all that a CRM keeps in 64 bits itself.
    """

    kind: Kind
    length: int | None = None
    bits: int = 64
    precision: int | None = None
    scale: int | None = None


def known_columns(local: Local, password: str) -> Mapping[str, KnownColumn]:
    """The typed columns by name; none where the end is not typed, or not there. Raises FileFormatError."""
    match local:
        case LocalTable(table=name) if name:
            from crmdesk.tabular.databases.fitting import slots_of

            found = slots_of(local, password)
            return {
                column: KnownColumn(slot.kind, slot.length, slot.bits, _precision(slot), slot.scale)
                for column, slot in found.items()
            }
        case LocalFile(path=path) if kind_of(path) is FileKind.PARQUET and Path(path).exists():
            from crmdesk.tabular.files.parquet import ParquetSource

            return {name: KnownColumn(_kind(dtype)) for name, dtype in ParquetSource(Path(path)).schema.items()}
        case _:
            return {}


def _precision(slot: Slot) -> int | None:
    return slot.precision if slot.floating != _DOUBLE else None


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_integer():
        return Kind.INTEGER
    if dtype.is_numeric():
        return Kind.DECIMAL
    match dtype:
        case pl.Boolean():
            return Kind.BOOLEAN
        case pl.Date():
            return Kind.DATE
        case pl.Datetime():
            return Kind.MOMENT if dtype.time_zone else Kind.CLOCK
        case _:
            return Kind.TEXT
