from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from crmdesk.model.behaviour import Guard
from crmdesk.model.field_change import FieldChange, RowChange, Transition
from crmdesk.model.job import Action, ExportOptions, Job, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.run import Tally
from crmdesk.viewmodel.job_editor.rehearsal import RehearsalResult
from crmdesk.viewmodel.job_editor.words import intent_notes
from crmdesk.viewmodel.job_editor.writing.what_changes import ChangeLine, WhatChanges
from tests.viewmodel.drafts import draft_of

FAX = FieldChange(
    "Fax",
    "Fax",
    212,
    96,
    1_204,
    28_413,
    (Transition("1", "", 900), Transition("", "2", 96), Transition("3", "4", 20), Transition("5", "6", 1)),
    (RowChange(7, "003A", "1", ""), RowChange(9, "003B", "", "2")),
)
CITY = FieldChange("MailingCity", "City", 0, 0, 0, 29_925)
MAPPING = (FieldMap("MailingCity", Column("City")), FieldMap("FAX", Column("Fax")))


def job_that(action: Action, guard: Guard = Guard()) -> Job:  # noqa: B008 - frozen
    export = ExportOptions(action, "Legacy_Id__c")
    return draft_of(Operation.EXPORT, export=export, mapping=MAPPING, guard=guard).job


def changes(job: Job, *found: FieldChange) -> WhatChanges:
    result = RehearsalResult(job, Tally(), (), datetime.now(UTC), changes=found)
    return WhatChanges(lambda: job, lambda: result)


def test_a_field_tells_its_counts_and_its_three_largest_changes() -> None:
    what = changes(job_that(Action.UPSERT), FAX, CITY)
    assert (what.title, what.hint) == ("What will change 1", ("", ""))
    assert what.lines == (
        ChangeLine("Fax", "Fax", 212, 96, 1_204, 28_413, "1 → (empty) 900 · (empty) → 2 96 · 3 → 4 20"),
        ChangeLine("MailingCity", "City", 0, 0, 0, 29_925, ""),
    )


def test_what_is_emptied_is_said_with_its_share_and_its_guard_and_leads_to_its_line() -> None:
    what = changes(job_that(Action.UPDATE), FAX, CITY)
    assert what.warning == (
        "Empties Fax in 1,204 of 29,925 records (4.0 %).",
        "No guard stops a run for that.",
    )
    assert what.emptied_line == 1
    two = changes(job_that(Action.UPDATE, Guard(max_cleared_percent=5)), FAX, replace(CITY, clears=2))
    assert two.warning == (
        "Empties Fax in 1,204 of 29,925 records (4.0 %), and 1 more field.",
        "A run is stopped above 5 %.",
    )
    none = changes(job_that(Action.UPDATE), CITY)
    assert (none.warning, none.emptied_line) == (("", ""), None)


def test_the_rows_of_a_field_say_how_many_there_are() -> None:
    what = changes(job_that(Action.UPDATE), FAX, CITY)
    assert (what.chosen, what.rows, what.rows_title) == (None, (), "")
    what.choose("Fax")
    assert what.rows == FAX.rows
    assert what.rows_title == "Fax: the first 2 of 1,512 records"


def test_the_question_before_the_run_says_what_is_emptied() -> None:
    result = RehearsalResult(job_that(Action.UPDATE), Tally(), (), datetime.now(UTC), changes=(FAX, CITY))
    assert intent_notes(result)[0] == "Empties: Fax 1,204."


def test_where_there_is_nothing_to_list_it_says_why() -> None:
    upsert = job_that(Action.UPSERT)
    assert WhatChanges(lambda: upsert, lambda: None).hint[0] == "Rehearse all rows to see what will change"
    assert changes(upsert).hint[0] == "No record of these rows is there yet"
    assert changes(upsert, CITY).hint == ("Nothing would change", "29,925 records say the same already.")
    assert not changes(job_that(Action.INSERT)).applies
