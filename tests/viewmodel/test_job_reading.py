from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.desk.answers import NextWindow
from crmdesk.errors import UserError
from crmdesk.model.index import Deletions, IndexMode, Window
from crmdesk.model.job import LocalFile, Operation
from crmdesk.model.local import LocalTable, Mode, NoText, Readers
from crmdesk.model.period import PeriodMode
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.draft import with_operation
from crmdesk.viewmodel.job_editor.local_end import local_of
from crmdesk.viewmodel.job_editor.problem_words import missing_of_period
from crmdesk.viewmodel.job_editor.reading.changes import JobChanges
from crmdesk.viewmodel.job_editor.reading.moments import said, typed_option
from crmdesk.viewmodel.job_editor.reading.next_window import JobWindow
from crmdesk.viewmodel.job_editor.reading.period import JobPeriod
from crmdesk.viewmodel.job_editor.reading.target import EndKind, JobTarget
from crmdesk.viewmodel.job_editor.surroundings import Surroundings
from tests.viewmodel.drafts import as_kept, draft_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def nothing() -> None:
    """Nobody listens."""


def test_only_what_changed_is_a_switch_that_is_kept_and_undone(app_model: AppModel) -> None:
    draft = draft_of()
    changes = JobChanges(draft, Surroundings(app_model, nothing))
    changes.switch(is_on=True)
    changes.set_mode(IndexMode.MANUAL)
    changes.set_field("SystemModstamp")
    changes.set_lag(60)
    assert as_kept(draft.job).index == changes.options
    assert (changes.options.mode, changes.options.field, changes.options.lag_seconds) == (
        IndexMode.MANUAL,
        "SystemModstamp",
        60,
    )
    for _ in range(4):
        draft.undo()
    assert draft.job.index is None


def test_deletions_need_a_table_that_is_merged_into(app_model: AppModel) -> None:
    draft = draft_of(local=LocalTable("sqlite:////work/crm.db", "contacts", mode=Mode.MERGE))
    changes = JobChanges(draft, Surroundings(app_model, nothing))
    assert changes.why_no_deletions == ""
    changes.set_deletions(Deletions.MARK)
    assert as_kept(draft.job).deletions is Deletions.MARK
    assert "merged into" in JobChanges(draft_of(), Surroundings(app_model, nothing)).why_no_deletions


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (None, "The next run reads everything, up to 5 min before it begins; after that only changes."),
        (NOON, "The next run reads changes from 1 March 2026 12:00 UTC up to 5 min before it begins."),
    ],
)
def test_one_sentence_says_what_the_next_run_reads(app_model: AppModel, start: datetime | None, sentence: str) -> None:
    draft = draft_of()
    JobChanges(draft, Surroundings(app_model, nothing)).switch(is_on=True)
    window = JobWindow(app_model, nothing)
    assert window.sentence(draft.job) == ""
    window.found = NextWindow(Window("LAST", "LastModifiedDate", "", start, NOON), ("told", "The filter changed."))
    assert (window.sentence(draft.job), window.notices) == (sentence, ("The filter changed.",))


def test_the_date_is_set_back_by_hand_and_stands_in_the_history_of_the_option(app_model: AppModel) -> None:
    window = JobWindow(app_model, nothing)
    with pytest.raises(UserError, match="not known yet"):
        window.set_back("2026-02-01")
    window.found = NextWindow(Window("LASTIMPORT_x", "LastModifiedDate", "", NOON, NOON))
    window.set_back("2026-02-01 6:30")
    assert [option.value for option in app_model.history.options()] == ["2026/02/01 06:30:00"]
    assert window.found is None, "it is asked anew"


def test_times_are_typed_as_people_write_them_and_refused_with_the_rule() -> None:
    assert typed_option("2026-03-01 02:00") == typed_option("2026/03/01 02:00:00 UTC") == "2026/03/01 02:00:00"
    assert typed_option(" ") == ""
    assert said(NOON) == "1 March 2026 12:00 UTC"
    for wrong in ("yesterday", "2026-02-30", "2026-03-01 25:00"):
        with pytest.raises(UserError, match="is no time"):
            typed_option(wrong)


def test_a_period_says_what_it_lacks_and_each_mode_keeps_only_its_own() -> None:
    draft = draft_of(Operation.IMPORT_DELETED)
    period = JobPeriod(draft)
    assert [problem.place for problem in missing_of_period(period.options)] == ["period.start", "period.end"]
    for text in ("2", "20", "2026-01-01"):
        period.set_start(text)
    period.set_end("2026-01-31")
    assert period.is_whole
    assert as_kept(draft.job).period == period.options
    draft.undo()
    draft.undo()
    assert period.options.start == "", "typing in a field is one step"
    period.set_mode(PeriodMode.COMPARE)
    period.set_path("/work/ids.csv")
    assert [problem.place for problem in missing_of_period(period.options)] == ["period.column"]
    period.set_column("Id")
    assert as_kept(draft.job).period == period.options


def test_another_operation_takes_along_nothing_that_it_has_no_place_for(app_model: AppModel) -> None:
    draft = draft_of()
    JobChanges(draft, Surroundings(app_model, nothing)).switch(is_on=True)
    for operation in Operation:
        turned = with_operation(draft.job, operation)
        assert turned.index is None or operation is Operation.IMPORT
        assert (turned.period is not None) is (operation is Operation.IMPORT_DELETED)


def test_a_typed_address_is_a_table_and_a_typed_path_a_file(tmp_path: Path) -> None:
    job = draft_of().job
    assert local_of("/work/a.csv", job) == LocalFile("/work/a.csv")
    assert local_of("/work/crm.DB", job) == LocalTable("sqlite:////work/crm.DB", "contact")
    assert local_of("sqlite:////work/crm.db#people", job) == LocalTable("sqlite:////work/crm.db", "people")
    assert local_of("postgresql://me@db/crm#crm.people", job) == LocalTable("postgresql://me@db/crm", "crm.people")
    assert local_of("", job) == LocalFile("")
    table = local_of("sqlite:////work/crm.db#people", job)
    assert local_of(table.path, job) == table, "what is shown of it is read back"


def test_a_target_changes_its_kind_and_keeps_what_the_other_kind_has_too(app_model: AppModel) -> None:
    draft = draft_of()
    target = JobTarget(app_model, draft)
    target.set_mode(Mode.MERGE)
    target.set_made_for(Readers.PEOPLE)
    assert as_kept(draft.job).local == LocalFile("/work/contacts.csv", mode=Mode.MERGE, made_for=Readers.PEOPLE)
    for kind in EndKind:
        target.set_kind(kind)
        assert (target.kind, target.local.mode) == (kind, Mode.MERGE)
        assert target.knows_null is (kind not in (EndKind.CSV, EndKind.TSV, EndKind.XLSX))
    target.set_no_text(NoText.EMPTY)
    target.set_table("people")
    assert isinstance(draft.job.local, LocalTable)
    assert (draft.job.local.table, draft.job.local.no_text) == ("people", NoText.EMPTY)
