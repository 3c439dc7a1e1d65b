from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crmdesk.desk.window.answers import NextWindow
from crmdesk.desk.window.run_children import backfill_arguments
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.index import Deletions, IndexMode, IndexOptions, Window
from crmdesk.model.job import Engine, LocalFile, Operation
from crmdesk.model.local import LocalTable, Mode, NoText, Readers
from crmdesk.model.period import PeriodMode
from crmdesk.model.read_options import Duplicates, Keep, Population, WhenNew, WhenOther
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.model.schema_change import ChangeKind, SchemaChange
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.draft import with_operation
from crmdesk.viewmodel.job_editor.local_end import local_of
from crmdesk.viewmodel.job_editor.probes import counting_text
from crmdesk.viewmodel.job_editor.problem_words import missing_of_period
from crmdesk.viewmodel.job_editor.reading.backfill import JobBackfill
from crmdesk.viewmodel.job_editor.reading.changes import JobChanges
from crmdesk.viewmodel.job_editor.reading.moments import said_here, typed_option
from crmdesk.viewmodel.job_editor.reading.next_window import JobWindow
from crmdesk.viewmodel.job_editor.reading.options import JobReading
from crmdesk.viewmodel.job_editor.reading.period import JobPeriod
from crmdesk.viewmodel.job_editor.reading.population import JobPopulation, Names
from crmdesk.viewmodel.job_editor.reading.schema_news import JobSchemaNews
from crmdesk.viewmodel.job_editor.reading.target import EndKind, JobTarget
from crmdesk.viewmodel.job_editor.surroundings import Surroundings
from tests.viewmodel.drafts import as_kept, draft_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def nothing() -> None:
    """Nobody listens."""


def test_only_what_changed_is_a_switch_that_is_kept_and_undone(app_model: AppModel) -> None:
    """R-109, R-117."""
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
    draft = draft_of(local=LocalTable("sqlite:////data/crm.db", "contacts", mode=Mode.MERGE))
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
    assert (window.sentence(draft.job, UTC), window.notices) == (sentence, ("The filter changed.",))


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (None, "The next run reads everything; after that only what the CRM itself says has changed."),
        (NOON, "The next run reads what the CRM itself says has changed since 1 March 2026 12:00 UTC."),
    ],
)
def test_the_track_of_the_crm_is_offered_where_it_keeps_one(
    app_model: AppModel, start: datetime | None, sentence: str
) -> None:
    draft = draft_of()
    changes, window = JobChanges(draft, Surroundings(app_model, nothing)), JobWindow(app_model, nothing)
    changes.switch(is_on=True)
    changes.set_mode(IndexMode.TRACKED)
    assert (changes.is_tracked, window.can_track) == (True, False)
    window.found = NextWindow(Window("LAST", "", "", start, NOON, is_tracked=True), (), tracks_changes=True)
    assert (window.can_track, window.sentence(draft.job, UTC)) == (True, sentence)
    assert as_kept(draft.job).index == draft.job.index


def test_the_date_is_set_back_by_hand_and_stands_in_the_history_of_the_option(app_model: AppModel) -> None:
    """R-122."""
    window = JobWindow(app_model, nothing)
    with pytest.raises(UserError, match="not known yet"):
        window.set_back("2026-02-01")
    window.found = NextWindow(Window("LASTIMPORT_x", "LastModifiedDate", "", NOON, NOON))
    window.set_back("2026-02-01 6:30")
    assert [option.value for option in app_model.history.options()] == ["2026/02/01 06:30:00"]
    assert window.found is None, "it is asked anew"


def test_times_are_typed_as_people_write_them_and_refused_with_the_rule() -> None:
    """R-123."""
    assert typed_option("2026-03-01 02:00") == typed_option("2026/03/01 02:00:00 UTC") == "2026/03/01 02:00:00"
    assert typed_option(" ") == ""
    assert said_here(NOON, UTC) == "1 March 2026 12:00 UTC"
    assert said_here(NOON, timezone(timedelta(hours=1))) == "1 March 2026 12:00 UTC (13:00 here)"
    assert said_here(NOON, timezone(timedelta(hours=13))) == "1 March 2026 12:00 UTC (2 March 01:00 here)"
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
    period.set_path("/data/ids.csv")
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
    assert local_of("/data/a.csv", job) == LocalFile("/data/a.csv")
    assert local_of("/data/crm.DB", job) == LocalTable("sqlite:////data/crm.DB", "contact")
    assert local_of("sqlite:////data/crm.db#people", job) == LocalTable("sqlite:////data/crm.db", "people")
    assert local_of("postgresql://me@db/crm#crm.people", job) == LocalTable("postgresql://me@db/crm", "crm.people")
    assert local_of("", job) == LocalFile("")
    table = local_of("sqlite:////data/crm.db#people", job)
    assert local_of(table.path, job) == table, "what is shown of it is read back"


def test_a_target_changes_its_kind_and_keeps_what_the_other_kind_has_too(app_model: AppModel) -> None:
    draft = draft_of()
    target = JobTarget(app_model, draft)
    target.set_mode(Mode.MERGE)
    target.set_made_for(Readers.PEOPLE)
    assert as_kept(draft.job).local == LocalFile("/data/contacts.csv", mode=Mode.MERGE, made_for=Readers.PEOPLE)
    for kind in EndKind:
        target.set_kind(kind)
        assert (target.kind, target.local.mode) == (kind, Mode.MERGE)
        assert target.knows_null is (kind not in (EndKind.CSV, EndKind.TSV, EndKind.XLSX))
    target.set_no_text(NoText.EMPTY)
    target.set_table("people")
    assert isinstance(draft.job.local, LocalTable)
    assert (draft.job.local.table, draft.job.local.no_text) == ("people", NoText.EMPTY)


def test_records_are_named_by_a_list_instead_of_a_filter(app_model: AppModel) -> None:
    """R-101, R-103."""
    draft = draft_of(filter=Condition("Email", Operator.IS_EMPTY), index=IndexOptions())
    population = JobPopulation(app_model, draft, Surroundings(app_model, nothing))
    population.switch(is_on=True)
    assert (draft.job.filter, draft.job.index) == (None, None), "the names take the place of both"
    population.set_path("/data/ids.csv")
    population.set_column("sf_id")
    population.set_key("Legacy_Id__c")
    population.set_carry(["segment", " wave ", ""])
    assert as_kept(draft.job).reading.population == Population(
        "sf_id", "Legacy_Id__c", ("segment", "wave"), "/data/ids.csv"
    )
    population.set_path("/data/crm.db#people")
    assert population.names is Names.TABLE
    assert as_kept(draft.job).reading.population == population.found
    population.switch(is_on=False)
    assert draft.job.reading.population is None


def test_pasted_ids_are_kept_for_the_runs_to_come(app_model: AppModel) -> None:
    draft = draft_of()
    population = JobPopulation(app_model, draft, Surroundings(app_model, nothing))
    assert population.paste("003A, '003B'\n003C") == 3
    found = population.found
    assert found is not None
    assert Path(found.path).read_text(encoding="utf-8").split() == ["Id", "003A", "003B", "003C"]
    draft.undo()
    assert draft.job.reading.population is None
    with pytest.raises(UserError, match="no id"):
        population.paste(" ,; ")


def test_doubles_and_fields_that_come_and_go_are_kept(app_model: AppModel) -> None:
    draft = draft_of()
    around = Surroundings(app_model, nothing)
    around.remote = RemoteObject(
        "Contact", "Contact", "Contacts", "Id", (Field("Born", "Born", FieldType.DATE), Field("Id", "Id", FieldType.ID))
    )
    reading = JobReading(draft, around)
    reading.set_duplicates(["Email", ""])
    reading.set_keep(Keep.MOST_RECENT)
    reading.follow_all(is_on=True)
    reading.set_except(["Fax"])
    reading.set_rule(replace(reading.options.schema, gone=WhenOther.GO_ON))
    reading.set_engine(Engine.BULK)
    kept = as_kept(draft.job)
    assert kept.reading == reading.options
    assert reading.options.duplicates == Duplicates(("Email",), Keep.MOST_RECENT, "Born")
    assert (kept.reading.all_except, kept.reading.schema.new, kept.engine) == (("Fax",), WhenNew.ADD, Engine.BULK)
    reading.set_keep(Keep.LAST)
    reading.set_duplicates([])
    assert reading.options.duplicates is None


def test_changes_since_the_last_run_are_told_those_that_matter_first(app_model: AppModel) -> None:
    news = JobSchemaNews(app_model, nothing)
    assert news.sentence(draft_of().job) == ""
    news.found = (
        SchemaChange(ChangeKind.ADDED, "Wave__c", now="text (10)"),
        SchemaChange(ChangeKind.TYPE, "Email", "text (40)", "text (80)"),
    )
    assert news.sentence(draft_of().job) == "Since the last run: Email was text (40) and is text (80). 1 more."


def test_a_field_that_came_later_is_filled_into_a_table_up_to_where_was_read(app_model: AppModel) -> None:
    table = LocalTable("sqlite:///crm.db", "contacts", mode=Mode.MERGE)
    draft, window = draft_of(local=table, index=IndexOptions()), JobWindow(app_model, nothing)
    backfill = JobBackfill(draft, window)
    assert (backfill.applies, backfill.why_not) == (True, "It is not known yet what was read before.")
    window.found = NextWindow(Window("LAST", "LastModifiedDate", "", None, NOON))
    assert "brings all fields" in backfill.why_not
    window.found = NextWindow(Window("LAST", "LastModifiedDate", "", NOON, NOON))
    question, note = backfill.question([0])
    assert question.startswith("Fill “Email” into the rows read before ")
    assert "come with the next run" in note
    assert backfill_arguments("contacts", backfill.fields([0])) == ["backfill", "--field", "Email", "--", "contacts"]
    with pytest.raises(UserError, match="No line is chosen"):
        backfill.question([])
    window.found = NextWindow(Window("LAST", "", "", NOON, NOON, is_tracked=True))
    assert "tracking knows no date" in backfill.why_not
    file = JobBackfill(draft_of(index=IndexOptions()), window)
    with pytest.raises(UserError, match="merged into"):
        file.question([0])


def test_a_reading_job_without_lines_is_counted_by_whatever_the_crm_calls_the_record_id(app_model: AppModel) -> None:
    remote = RemoteObject("contact", "Contact", "Contacts", "contactid", (Field("contactid", "Contact", FieldType.ID),))
    draft = draft_of(object="contact", mapping=())
    assert 'remote = "contactid"' in counting_text(app_model.history, draft.job, remote)
