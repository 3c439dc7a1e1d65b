"""Fields, plans and one-column conversions for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.model.job import Action, WhenKeyEmpty
from crmdesk.model.mapping import Column, Conversion, FieldMap, WhenEmpty
from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import Converted, Reading, WriteLine, WritePlan, convert
from crmdesk.tabular.convert_read import ReadLine, convert_read
from crmdesk.tabular.types.cells import Cells

STOCKHOLM = ZoneInfo("Europe/Stockholm")
UTC = ZoneInfo("UTC")


def field(kind: FieldType, name: str = "F", **marks: Any) -> Field:
    """A field of this type."""
    return Field(name, name, kind, **marks)


def answers(cells: Cells) -> list[str | None]:
    """The values of a converted column; of a faulty cell the check."""
    faults = dict(cells.faults.select("at", "check").rows())
    return [faults.get(place, value) for place, value in enumerate(cells.value.to_list())]


def text(*values: str | None) -> pl.Series:
    """A column of text."""
    return pl.Series("x", values, pl.String)


def frame(columns: Mapping[str, Sequence[str | None]]) -> pl.DataFrame:
    """A source frame; rows are numbered from 1."""
    height = len(next(iter(columns.values())))
    data = pl.DataFrame({name: pl.Series(name, cells, pl.String) for name, cells in columns.items()})
    return data.insert_column(0, pl.int_range(1, height + 1, eager=True, dtype=pl.Int64).alias(ROW))


def plan(*lines: WriteLine, zone: ZoneInfo = UTC, **settings: Any) -> WritePlan:
    """A plan of these lines, an update without a key and without codes of a CRM unless told otherwise."""
    return WritePlan(
        lines=lines,
        reading=settings.get("reading", Reading(".", "", zone)),
        action=settings.get("action", Action.UPDATE),
        key=settings.get("key"),
        when_key_empty=settings.get("when_key_empty", WhenKeyEmpty.REJECT),
        code=settings.get("code", lambda check: check.value),
        clear_word=settings.get("clear_word", ""),
    )


def line(
    target: Field,
    conversion: Conversion = Conversion.DEFAULT,
    when_empty: WhenEmpty = WhenEmpty.LEAVE,
    **values: str,
) -> WriteLine:
    """A line that fills `target` from the column of the same name."""
    return WriteLine(FieldMap(target.name, Column(target.name), conversion, when_empty, values), target)


def sent(converted: Converted) -> dict[int, tuple[str | None, ...]]:
    """The ready rows by number."""
    return {row[0]: row[1:] for row in converted.ready.rows()}


def refused(converted: Converted) -> list[tuple[int, str, str]]:
    """Row, field and code of all problems."""
    return converted.problems.select(ROW, "field", "code").rows()


def wrote(target: Field, value: str, conversion: Conversion = Conversion.DEFAULT, zone: ZoneInfo = UTC) -> str | None:
    """What one value of a file becomes on its way to the CRM: the wire text, or the check that refused it."""
    found = convert(plan(line(target, conversion), zone=zone), frame({target.name: [value]}), {})
    problems = refused(found)
    return problems[0][2] if problems else sent(found)[1][0]


def read(
    target: Field, value: str | None, conversion: Conversion = Conversion.DEFAULT, zone: ZoneInfo = UTC
) -> str | None:
    """What one value of the CRM becomes on its way into a file."""
    found = convert_read([ReadLine("F", "f", target, conversion)], frame({"F": [value]}), zone)
    assert found.problems.is_empty() or found.problems["code"][0] == Check.CONVERSION_ERROR
    return None if found.ready.is_empty() else found.ready["f"][0]
