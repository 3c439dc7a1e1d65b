"""Pages of JSON records become frames: decoded straight into a shape made for the fields that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl
from msgspec.structs import astuple

from crmdesk.tabular.batch import ROW

_Tree = dict[str, "_Tree | None"]
"""Names to the names below them; None for a field itself."""


@dataclass(frozen=True, slots=True)
class FramePage:
    """One page: its rows, how many the whole result has, and where the next page is (empty: there is none)."""

    frame: pl.DataFrame
    total: int
    following: str


class PageDecoder:
    """Decodes the pages of one query. `fields` are API names or paths of them, as in Query."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = tuple(fields)
        tree: _Tree = {}
        for field in fields:
            _plant(tree, field.split("."))
        page = msgspec.defstruct(
            "Page",
            [
                ("records", list[_struct("Record", tree)]),  # type: ignore[misc]
                ("totalSize", int, 0),
                ("done", bool, True),
                ("nextRecordsUrl", str, ""),
            ],
        )
        self._decoder = msgspec.json.Decoder(page, float_hook=str)
        self._tree = tree

    def page(self, body: bytes, done: int) -> FramePage:
        """The page whose first row is the one behind row `done`; raises msgspec.DecodeError for what is no page."""
        page: Any = self._decoder.decode(body)
        rows = pl.int_range(done + 1, done + 1 + len(page.records), dtype=pl.Int64(), eager=True).alias(ROW)
        try:
            columns = self._columns(page.records, self._tree, "")
        except _Unnamed:
            columns = _by_hand(body, self._fields)
        frame = pl.DataFrame([rows, *(columns[name] for name in self._fields)])
        return FramePage(frame, page.totalSize, "" if page.done else page.nextRecordsUrl)

    def _columns(self, records: Sequence[Any], tree: _Tree, path: str) -> dict[str, pl.Series]:
        """The columns by path. `records` are structs, None where there is no parent."""
        nothing = (None,) * len(tree)
        rows = [nothing if record is None else astuple(record) for record in records] if path else map(astuple, records)
        whole: Iterable[Sequence[Any]] = zip(*rows, strict=True) if records else [()] * len(tree)
        columns: dict[str, pl.Series] = {}
        for values, (name, below) in zip(whole, tree.items(), strict=True):
            if msgspec.UNSET in (*values[:1], *values[-1:]):
                raise _Unnamed
            if below is None:
                columns[path + name] = series(path + name, values)
            else:
                columns |= self._columns(values, below, f"{path}{name}.")
        return columns


class _Unnamed(Exception):
    """A field came back in another spelling of upper and lower case, or not at all."""


def _plant(tree: _Tree, path: Sequence[str]) -> None:
    if len(path) == 1:
        tree.setdefault(path[0], None)
        return
    below = tree.get(path[0])
    if below is None:
        below = tree[path[0]] = {}
    _plant(below, path[1:])


def _struct(name: str, tree: _Tree) -> type[msgspec.Struct]:
    fields: list[tuple[str, Any, Any]] = []
    for number, (field, below) in enumerate(tree.items()):
        kind = Any if below is None else _struct(f"{name}{field}", below) | None
        fields.append((f"f{number}", kind, msgspec.UNSET))
    return msgspec.defstruct(name, fields, rename={f"f{number}": field for number, field in enumerate(tree)}, gc=False)


def series(name: str, values: Sequence[Any]) -> pl.Series:
    """Decoded values as the texts they were."""
    kind = type(next((value for value in values if value is not None), ""))
    with suppress(TypeError):  # raised where another kind of value is among them
        if kind is str:
            return pl.Series(name, values, dtype=pl.String())
        if kind is bool:  # the cast writes true and false as JSON does
            return pl.Series(name, values, dtype=pl.Boolean()).cast(pl.String())
    return pl.Series(name, [wire_text(value) for value in values], dtype=pl.String())


def wire_text(value: object) -> str | None:
    """A decoded value as the text it was: numbers are not rounded, booleans are `true` and `false`."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case msgspec.UnsetType():
            return None
        case _:
            return msgspec.json.encode(value).decode()


class _Loose(msgspec.Struct):
    records: list[dict[str, object]]


_LOOSE = msgspec.json.Decoder(_Loose, float_hook=str)


def _by_hand(body: bytes, fields: Sequence[str]) -> dict[str, pl.Series]:
    """The columns of records whose names are spelt as they like."""
    records = _LOOSE.decode(body).records
    return {field: series(field, [_walk(record, field.split(".")) for record in records]) for field in fields}


def _walk(record: object, path: Sequence[str]) -> object:
    for name in path:
        if not isinstance(record, dict):
            return None
        record = record[name] if name in record else _folded(record, name)
    return record


def _folded(record: dict[str, object], name: str) -> object:
    wanted = name.casefold()
    return next((value for key, value in record.items() if key.casefold() == wanted), None)
