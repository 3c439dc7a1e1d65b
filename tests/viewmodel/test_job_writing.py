from __future__ import annotations

from dataclasses import replace

import pytest

from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.window.answers import FileLook, ListedValues
from crmdesk.model.behaviour import Guard
from crmdesk.model.job import Action, Engine, ExportOptions, LocalFile, Operation, Speed
from crmdesk.model.list_value import ListValue
from crmdesk.model.mapping import Column, Constant, Expression, FieldMap, Lookup, Owner, RecordType
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.model.write_options import Wishes, WriteOption
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.ends import JobEnds
from crmdesk.viewmodel.job_editor.line_choices import OriginKind, kind_of_origin, preset_for, turned_into
from crmdesk.viewmodel.job_editor.lines_shown import LinesContext, mapping_lines
from crmdesk.viewmodel.job_editor.mapping import JobMapping
from crmdesk.viewmodel.job_editor.mapping_lines import Findings
from crmdesk.viewmodel.job_editor.surroundings import Surroundings
from crmdesk.viewmodel.job_editor.words import intent_notes
from crmdesk.viewmodel.job_editor.writing.formulas import FormulaState, column_in_formula, columns_in, formula_state
from crmdesk.viewmodel.job_editor.writing.options import JobOptions, speed_hint
from crmdesk.viewmodel.job_editor.writing.values import JobValues, ValueState
from crmdesk.viewmodel.job_editor.writing.variables import JobVariables
from crmdesk.viewmodel.launch import trial_notes
from tests.viewmodel.drafts import as_kept, draft_of

CONTACT = RemoteObject(
    "Contact",
    "Contact",
    "Contacts",
    "Id",
    (
        Field("Level__c", "Level", FieldType.PICKLIST, values=("Primary", "Secondary"), is_restricted=True),
        Field("OwnerId", "Owner", FieldType.REFERENCE, references=("User",)),
        Field("RecordTypeId", "Record type", FieldType.REFERENCE, references=("RecordType",)),
        Field("AccountId", "Account", FieldType.REFERENCE, references=("Account",)),
        Field("ReportsToId", "Reports to", FieldType.REFERENCE, references=("Contact",)),
        Field("Legacy_Id__c", "Legacy id", FieldType.TEXT, is_unique=True, is_external_id=True, is_key=True),
    ),
)
LINES = (FieldMap("Level__c", Column("LEVEL")),)


def nothing() -> None:
    """Nobody listens."""


def writing(*lines: FieldMap) -> EditedJob:
    return draft_of(Operation.EXPORT, mapping=lines or LINES)


@pytest.fixture
def around(app_model: AppModel) -> Surroundings:
    known = Surroundings(app_model, nothing)
    known.remote = CONTACT
    return known


@pytest.fixture
def values(app_model: AppModel, around: Surroundings) -> tuple[EditedJob, JobValues]:
    draft = writing()
    found = JobValues(app_model, draft, around, nothing)
    listed = (
        ListValue("Level__c", "Level", "Primary", 90, is_known=True),
        ListValue("Level__c", "Level", "secondary", 9, is_known=False, nearest="Secondary"),
        ListValue("Level__c", "Level", "VIP", 2, is_known=False),
    )
    found.take(ListedValues(listed, "Contact", "Acme AB"))
    return draft, found


def test_values_of_the_source_say_what_becomes_of_them(values: tuple[EditedJob, JobValues]) -> None:
    _, found = values
    assert [(row.value, row.rows, row.state, row.nearest) for row in found.rows(0)] == [
        ("secondary", 9, ValueState.NEAREST, "Secondary"),
        ("VIP", 2, ValueState.MISSING, ""),
        ("Primary", 90, ValueState.KNOWN, ""),
    ], "what the list lacks stands first"


def test_all_nearest_choices_are_taken_and_the_rest_is_asked_for(
    values: tuple[EditedJob, JobValues], around: Surroundings
) -> None:
    draft, found = values
    mapping = JobMapping(lambda: draft.job, around, draft.change)
    mapping.set_values(0, found.nearest(0))
    assert as_kept(draft.job).mapping[0].values == {"secondary": "Secondary"}
    assert found.found is not None, "replacing values leaves the counts as they are"
    assert [row.state for row in found.rows(0)] == [ValueState.REPLACED, ValueState.MISSING, ValueState.KNOWN]
    assert found.request(0) == (
        "Please add to the list Level (Level__c) of Contact in Acme AB: VIP (2 rows). Waiting for it: 2 rows."
    )
    draft.undo()
    assert found.rows(0)[0].state is ValueState.NEAREST


def test_counts_of_values_belong_to_the_file_and_the_column(values: tuple[EditedJob, JobValues]) -> None:
    draft, found = values
    draft.change(replace(draft.job, local=LocalFile("/data/other.csv")))
    assert (found.found, found.rows(0), found.request(0)) == (None, (), "")


def test_a_line_becomes_each_kind_of_origin_and_keeps_its_column() -> None:
    line = FieldMap("OwnerId", Column("Sales rep"))
    made = {kind: turned_into(kind, line, CONTACT) for kind in OriginKind}
    assert made == {
        OriginKind.COLUMN: Column("Sales rep"),
        OriginKind.FIXED: Constant(""),
        OriginKind.FORMULA: Expression("[Sales rep]"),
        OriginKind.FIND: Lookup("Sales rep", "User", ""),
        OriginKind.OWNER: Owner("Sales rep"),
        OriginKind.RECORD_TYPE: RecordType("Sales rep"),
    }
    assert all(kind_of_origin(origin) is kind for kind, origin in made.items())


def test_owners_and_record_types_have_a_search_ready_made() -> None:
    assert preset_for(CONTACT, "OwnerId") is OriginKind.OWNER
    assert preset_for(CONTACT, "recordtypeid") is OriginKind.RECORD_TYPE
    assert preset_for(CONTACT, "AccountId") is None
    owner = Field("ownerid", "Owner", FieldType.REFERENCE, references=("systemuser",))
    team = Field("ownerid_team", "Owner", FieldType.REFERENCE, references=("team",))
    account = RemoteObject("account", "Account", "Accounts", "accountid", (owner, team))
    assert [preset_for(account, each.name) for each in account.fields] == [OriginKind.OWNER, None]


def test_a_wrong_formula_tells_the_place_of_the_mistake_and_a_right_one_what_it_gives() -> None:
    draft = writing(FieldMap("Level__c", Expression("UPER(a)")))
    line = mapping_lines(LinesContext(draft.job, CONTACT, Findings(), None, {}))[0]
    told = formula_state("Character 26: There is no function UPER. Did you mean UPPER?", line)
    assert told == FormulaState("There is no function UPER. Did you mean UPPER?", 26)
    assert formula_state("", replace(line, becomes="ASA")) == FormulaState(gives="ASA")


def test_columns_are_written_into_a_formula_as_it_reads_them() -> None:
    names = ("email", "Last name", "Größe", "a]b", "null", "2nd")
    assert columns_in("LOWER(Email) & [Last name] & [a]]b] & 'null 2nd'", names) == {"email", "Last name", "a]b"}
    assert [column_in_formula(name) for name in names] == ["email", "[Last name]", "Größe", "[a]]b]", "[null]", "[2nd]"]


def test_a_default_goes_with_new_records_alone(around: Surroundings) -> None:
    draft = writing(*LINES, FieldMap("AccountId", Lookup("A", "Account", "Name")))
    mapping = JobMapping(lambda: draft.job, around, draft.change)
    assert [mapping.takes_default(number) for number in range(2)] == [True, False]
    mapping.set_default(0, "Primary")
    assert as_kept(draft.job).mapping[0].default_on_create == "Primary"
    draft.change(replace(draft.job, export=ExportOptions(Action.UPDATE, "Id")))
    assert not mapping.takes_default(0)


def test_only_what_the_crm_can_be_asked_for_is_offered_and_what_is_asked_can_be_taken_back(
    around: Surroundings,
) -> None:
    draft = draft_of(Operation.EXPORT, object="Lead", mapping=LINES)
    options = JobOptions(draft, around)
    assert not any(map(options.offers, WriteOption)), "no account is known yet"
    offered = {}
    for around.kind in Accounts.kinds():
        offered[around.kind.kind] = (
            options.offers(WriteOption.SKIP_CUSTOM_LOGIC),
            options.offers(WriteOption.ALLOW_DUPLICATES),
            options.offers(WriteOption.ALL_OR_NONE),
            options.has_assignment_rules,
        )
    assert offered == {
        "salesforce": (False, True, True, True),
        "dynamics": (True, True, False, False),
        "odata": (False, False, False, False),
    }
    options.put_export(replace(options.export, wishes=Wishes(assignment="active", skips_custom_logic=True)))
    assert options.offers(WriteOption.SKIP_CUSTOM_LOGIC)
    assert options.has_assignment_rules


def test_only_speeds_interfaces_and_guards_that_mean_something_are_offered(around: Surroundings) -> None:
    draft = draft_of(Operation.EXPORT, object="Lead", mapping=LINES)
    options = JobOptions(draft, around)
    assert options.speeds == tuple(Speed), "no account is known yet"
    kinds = {each.kind: each for each in Accounts.kinds()}
    around.kind = kinds["dynamics"]
    assert (options.speeds, options.engines) == ((Speed.GENTLE,), ())
    assert options.speed_words == "Calls, a few at once. There is no other interface for this."
    around.kind = kinds["salesforce"]
    assert (options.speeds, options.engines) == (tuple(Speed), (Engine.REST, Engine.BULK))
    options.put_export(replace(options.export, speed=Speed.GENTLE, wishes=Wishes(allows_duplicates=True)))
    assert options.why_no_speed(Speed.FAST) == "Bulk knows no way to save in spite of a duplicate rule."
    assert options.why_no_speed(Speed.NORMAL) == ""
    assert "max_created" in options.guards
    options.put_export(ExportOptions(Action.DELETE, wishes=Wishes(is_hard=True)))
    assert options.speed_words == f"{speed_hint(Speed.FAST)} Only Bulk can delete past the recycle bin."
    assert not options.has_calls
    assert options.guards == {"max_rows", "max_rejected_percent"}
    options.put_guard(Guard(max_created=5))
    assert "max_created" in options.guards, "what is set can be taken back"


def test_texts_for_formulas_are_named_changed_and_taken_out_again() -> None:
    draft = writing()
    variables = JobVariables(draft)
    assert variables.put(0, "season", "Summer")
    assert variables.put(1, " year ", "2026")
    assert variables.put(0, "term", "Summer 2026")
    assert variables.lines == tuple(as_kept(draft.job).variables.items()) == (("term", "Summer 2026"), ("year", "2026"))
    for name, why_not in (("", "Give it"), ("my year", "cannot be named"), ("run", "is known"), ("year", "is there")):
        assert not variables.put(2, name, "x")
        assert variables.wrong[2][0] == name
        assert why_not in variables.wrong[2][1]
    assert len(variables.lines) == 2, "what cannot be a name stays out of the job"
    variables.remove(0)
    assert dict(draft.job.variables) == {"year": "2026"}
    assert (variables.to_ask, variables.asked) == ((), {})
    assert variables.put(1, "region", "")
    assert variables.to_ask == (("region", ""),)
    variables.answer({"region": "North"})
    assert (variables.to_ask, variables.asked) == ((("region", "North"),), {"region": "North"})
    assert dict(draft.job.variables) == {"year": "2026", "region": ""}, "the job stays as it is"
    variables.remove(1)
    assert not variables.wrong
    draft.undo()
    assert len(variables.lines) == 2


def test_options_and_guards_are_kept_undone_and_counted(around: Surroundings) -> None:
    draft = writing()
    options = JobOptions(draft, around)
    assert options.changed_count == 0
    options.put_export(replace(options.export, speed=Speed.GENTLE, wishes=Wishes(allows_duplicates=True)))
    options.put_guard(Guard(max_rows=5000, max_rejected_percent=5))
    options.put_behaviour(replace(options.behaviour, stop_after_rejects=100))
    kept = as_kept(draft.job)
    assert (kept.export, kept.guard, kept.behaviour) == (options.export, options.guard, options.behaviour)
    assert options.changed_count == 5
    for _ in range(3):
        draft.undo()
    assert options.changed_count == 0


def test_records_come_back_from_the_recycle_bin_by_their_id(app_model: AppModel, around: Surroundings) -> None:
    draft = writing()
    ends = JobEnds(app_model, draft, around, nothing)
    ends.set_action(Action.UNDELETE)
    export = draft.job.export
    assert export is not None
    assert (export.action, export.key) == (Action.UNDELETE, "Id")
    ends.set_action(Action.INSERT)
    assert draft.job.export == ExportOptions(Action.INSERT)


def test_the_one_external_id_of_the_mapping_is_proposed_as_the_key(app_model: AppModel, around: Surroundings) -> None:
    draft = writing()
    mapping, ends = JobMapping(lambda: draft.job, around, draft.change), JobEnds(app_model, draft, around, nothing)
    ends.set_action(Action.UPSERT)
    assert as_export(draft).key == "", "no line has a key yet"
    number = mapping.add("Legacy_Id__c")
    assert as_export(draft).key == "Legacy_Id__c"
    ends.set_action(Action.INSERT)
    mapping.set_origin(number, Column("NO"))
    assert as_export(draft).key == "", "an insert looks for nothing"
    ends.set_action(Action.UPDATE)
    assert as_export(draft).key == "Legacy_Id__c"


def test_another_record_of_the_same_object_is_looked_for_by_the_key_of_the_job() -> None:
    line = FieldMap("ReportsToId", Column("BOSS"))
    assert turned_into(OriginKind.FIND, line, CONTACT, "Legacy_Id__c") == Lookup("BOSS", "Contact", "Legacy_Id__c")
    other = FieldMap("AccountId", Column("FIRM"))
    assert turned_into(OriginKind.FIND, other, CONTACT, "Legacy_Id__c") == Lookup("FIRM", "Account", "")


def test_a_column_of_addresses_finds_the_owner_and_one_of_names_the_record_type(around: Surroundings) -> None:
    """R-155."""
    around.look = FileLook(
        "/data/contacts.csv",
        "utf-8",
        ",",
        ("MAIL", "KIND", "REP", "ID"),
        (("a@b.example", "Partner", "Bo Ek", "0055g00000AbCdEAAV"), ("c@d.example", "", "", "")),
        200,
        (),
    )
    draft = writing(*(FieldMap("", Column(name)) for name in ("MAIL", "KIND", "REP", "ID")))
    mapping = JobMapping(lambda: draft.job, around, draft.change)
    for number, name in enumerate(("OwnerId", "RecordTypeId", "OwnerId", "OwnerId")):
        mapping.set_field(number, name)
    assert [line.origin for line in draft.job.mapping] == [
        Owner("MAIL"),
        RecordType("KIND"),
        Column("REP"),
        Column("ID"),
    ]


def test_the_question_before_a_trial_speaks_of_the_rows_that_are_tried() -> None:
    assert trial_notes(10, 2_168) == (
        "All rows are read and checked, 10 rows of them sent. Then the run waits.",
        "Look at them in the CRM; then go on with the other 2,158, or take them back.",
    )
    assert intent_notes(None) == ("Not rehearsed: how many rows will be rejected is not known yet.",)


def as_export(draft: EditedJob) -> ExportOptions:
    assert draft.job.export is not None
    return draft.job.export
