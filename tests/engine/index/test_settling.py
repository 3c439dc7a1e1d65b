"""The occasion of a run: field, option, window and what it is bound to, without a CRM."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from crmdesk.connectors.contract import Capabilities
from crmdesk.connectors.deletions import Coverage, Period
from crmdesk.engine.index.binding import Binding
from crmdesk.engine.index.occasion import occasion_again, variables_kept
from crmdesk.engine.index.settling import Setting, occasion_of
from crmdesk.errors import PlanError
from crmdesk.model.index import Deletions, IndexOptions
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.option import Option
from crmdesk.model.schema import Field, FieldType, RemoteObject

NOW = datetime(2026, 1, 31, 12, 0, 0, 700_000, UTC)
CAN = Capabilities({}, index_fields=("LastModifiedDate", "SystemModstamp"))
THING = RemoteObject(
    "Thing",
    "Thing",
    "Things",
    "Id",
    (Field("Id", "Id", FieldType.ID), Field("SystemModstamp", "Modified", FieldType.DATETIME)),
)
JOB = Job(
    "things",
    "acme",
    "Thing",
    Operation.IMPORT,
    LocalFile("/things.csv"),
    (FieldMap("Name", Column("name")),),
    index=IndexOptions(),
)


@dataclass
class Kept:
    """Options in memory."""

    values: dict[str, Option] = field(default_factory=dict)

    def find(self, name: str) -> Option | None:
        return self.values.get(name)


def setting(*options: Option, organization: str = "00D1") -> Setting:
    return Setting("acme", organization, NOW, Kept({option.name: option for option in options}))


def told(period: Period) -> Coverage:
    return Coverage(period.start, period.end)


def option(value: str, bound: str = "") -> Option:
    return Option("LASTIMPORT_acme_things", value, "", "somebody", bound=bound)


def test_the_first_usual_field_that_the_object_has_is_the_index_field() -> None:
    """R-117."""
    window = occasion_of(JOB, THING, CAN, setting(), told).window
    assert window is not None
    assert (window.option, window.field, window.start) == ("LASTIMPORT_acme_things", "SystemModstamp", None)
    assert window.end == datetime(2026, 1, 31, 11, 55, tzinfo=UTC)


def test_an_object_without_a_usual_field_needs_one_by_name() -> None:
    """R-117."""
    bare = replace(THING, fields=THING.fields[:1])
    with pytest.raises(PlanError, match=r"has none of the usual ones \(LastModifiedDate, SystemModstamp\)"):
        occasion_of(JOB, bare, CAN, setting(), told)
    with pytest.raises(PlanError, match="This kind of CRM has no usual one"):
        occasion_of(JOB, THING, Capabilities({}), setting(), told)


def test_a_value_of_another_organisation_is_refused_and_one_set_by_hand_is_not() -> None:
    """R-109, R-111."""
    there = Binding.of(JOB, "00D2", "SystemModstamp").text
    with pytest.raises(PlanError, match="was reached with another organisation"):
        occasion_of(JOB, THING, CAN, setting(option("2026/01/30 00:00:00", there)), told)
    window = occasion_of(JOB, THING, CAN, setting(option("2026/01/30 00:00:00")), told).window
    assert window is not None
    assert window.start == datetime(2026, 1, 30, tzinfo=UTC)


def test_a_run_that_goes_on_has_the_window_and_the_values_it_began_with() -> None:
    """R-084, R-119, R-120."""
    occasion = occasion_of(JOB, THING, CAN, setting(option("2026/01/30 00:00:00")), told)
    occasion.evaluate("vars.crmStartImport")
    chance = occasion.evaluate("Math.random()")
    kept = msgspec.json.decode(msgspec.json.encode(occasion.kept))
    again = occasion_again(JOB, "acme", kept)
    assert (again.window, again.evaluate("Math.random()")) == (occasion.window, chance)
    assert variables_kept(kept) == {
        "crmOptionName": "LASTIMPORT_acme_things",
        "crmStartImport": "2026/01/30 00:00:00",
        "crmStartDate": "2026/01/30 00:00:00",
        "crmEndDate": "2026/01/31 11:55:00",
    }


def test_both_windows_move_no_further_than_the_crm_can_tell_deletions() -> None:
    """R-173. The deletions of a first run are those of nothing that was read before."""
    job = replace(JOB, index=IndexOptions(deletions=Deletions.REMOVE))

    def late(period: Period) -> Coverage:
        return Coverage(period.start, period.end - timedelta(hours=1), ("later ones are not complete yet",))

    occasion = occasion_of(job, THING, CAN, setting(option("2026/01/30 00:00:00")), late)
    assert occasion.window is not None
    assert occasion.period is not None
    assert occasion.window.end == datetime(2026, 1, 31, 10, 55, tzinfo=UTC)
    assert occasion.period.end == occasion.window.end - timedelta(seconds=1)
    assert occasion.period.start == occasion.window.start
    assert occasion.evaluate("vars.crmEndDate") == "2026/01/31 10:55:00"
    assert occasion_of(job, THING, CAN, setting(), late).period is None
