from __future__ import annotations

from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem, PreviewRow
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column, Expression, FieldMap
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.viewmodel.job_editor.draft import with_key
from crmdesk.viewmodel.job_editor.field_words import key_words, keys_of
from crmdesk.viewmodel.job_editor.lines_shown import LinesContext, mapping_lines
from crmdesk.viewmodel.job_editor.mapping_lines import BecomesTone, Findings
from crmdesk.viewmodel.job_editor.problem_words import in_our_words

AN_ID = "0015g00000AbCdEAAV"
KEY = Field("Code__c", "Code", FieldType.TEXT, is_unique=True, is_external_id=True, is_key=True)
ACCOUNT = RemoteObject("Account", "Account", "Accounts", "Id", (Field("Id", "Account Id", FieldType.ID), KEY))
DELETE = Job(
    "gone",
    "Practice org",
    "Account",
    Operation.DELETE,
    LocalFile("codes.csv"),
    (FieldMap("Code__c", Column("code")),),
    export=ExportOptions(Action.DELETE, "Code__c"),
)


def test_a_line_of_a_delete_says_which_record_goes() -> None:
    found = PreviewRow(1, 2, {"code": "A-1"}, {"Id": AN_ID}, ())
    (line,) = mapping_lines(LinesContext(DELETE, ACCOUNT, Findings((), (found,)), found, {}))
    assert (line.raw, line.becomes, line.tone) == ("A-1", f"{AN_ID} is deleted", BecomesTone.VALUE)


def test_each_field_of_a_key_of_several_is_marked_as_key() -> None:
    """R-148."""
    pair = Field("Code__c,City", "Code, City", FieldType.TEXT, is_key=True, parts=("Code__c", "City"))
    account = replace(ACCOUNT, fields=(*ACCOUNT.fields, Field("City", "City", FieldType.TEXT)), keys=(pair,))
    lines = tuple(FieldMap(name, Column(name)) for name in ("Code__c", "City"))
    job = replace(
        DELETE, operation=Operation.EXPORT, mapping=lines, export=ExportOptions(Action.UPSERT, "City, code__c")
    )
    shown = mapping_lines(LinesContext(job, account, Findings((), ()), None, {}))
    assert [line.type.endswith(" · key") for line in shown] == [True, True]
    for action in (Action.UPSERT, Action.UPDATE, Action.DELETE):
        assert list(keys_of(account, action))[1:] == [KEY, pair]
    assert [key_words(key) for key in keys_of(account, Action.UPSERT)] == ["Id", "Code__c", "Code__c + City"]


def test_a_delete_by_a_key_of_several_fields_has_a_line_for_each() -> None:
    several = with_key(DELETE, "Code__c,City")
    assert [(line.remote, line.origin) for line in several.mapping] == [
        ("Code__c", Column("code")),
        ("City", Column("")),
    ]
    assert [line.remote for line in with_key(several, "Id").mapping] == ["Id"]


def test_a_hint_for_the_command_line_is_no_hint_for_the_window() -> None:
    told = JobProblem("", "Upsert 3 contacts: that is another number.", "Start it again with --confirm 3.")
    assert "--confirm" not in in_our_words(told).hint


def test_rows_in_trouble_for_a_cell_count_at_the_line_of_its_column_and_add_to_those_of_the_field() -> None:
    job = replace(
        DELETE,
        operation=Operation.EXPORT,
        export=ExportOptions(Action.INSERT),
        mapping=(FieldMap("Code__c", Column("CODE__C")), FieldMap("Id", Column("OLD"))),
    )
    findings = Findings(issues={"Code__c": 40, "CODE__C": 4, "OLD": 3})
    lines = mapping_lines(LinesContext(job, ACCOUNT, findings, None, {}))
    assert [line.issues for line in lines] == [44, 3]


def test_a_formula_over_one_column_shows_what_stands_there() -> None:
    job = replace(
        DELETE,
        operation=Operation.EXPORT,
        export=ExportOptions(Action.INSERT),
        mapping=(FieldMap("Code__c", Expression("UPPER(code)")), FieldMap("Id", Expression("code & other"))),
    )
    lines = mapping_lines(LinesContext(job, ACCOUNT, Findings(), None, {"code": "a-1", "other": "x"}))
    assert [line.raw for line in lines] == ["a-1", ""]
