"""Values for lists: counted over the whole source, judged by the list, with the nearest choice and a request."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.connectors.token import CancelToken
from crmdesk.engine.planning.writing import plan_write
from crmdesk.engine.preparing.list_values import list_values
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.list_value import ListValue, request_for
from crmdesk.model.mapping import Column, FieldMap, RecordType
from crmdesk.model.schema import Field, FieldType, RecordTypeInfo
from tests.engine.fakes import CAN, THING, Rows, describe

SEGMENT = Field(
    "Segment", "Segment", FieldType.PICKLIST, values=("Mid-market", "Enterprise", "Small"), is_restricted=True
)
TOPICS = replace(SEGMENT, name="Topics", label="Topics", type=FieldType.MULTIPICKLIST, values=("Art", "Music"))
KIND = Field("Kind", "Kind", FieldType.REFERENCE, references=("RecordType",))
OBJECT = replace(
    THING,
    fields=(*THING.fields, SEGMENT, TOPICS, KIND),
    record_types=(RecordTypeInfo("012A", "New business", "New_Business"), RecordTypeInfo("012B", "Old", "Old", False)),
)
HEADER = ("segment", "topics", "kind", "name")
ROWS = [
    ("Mid market", "Art;Music", "new business", "a"),
    ("Mid market", "Arts", "Old", "b"),
    ("Enterprise", "", "Renewal", "c"),
    ("ENT", "Music", "NEW_BUSINESS", "d"),
    ("", "Music", "", "e"),
]
MAPPING = (
    FieldMap("Segment", Column("segment"), values={"ENT": "Enterprise"}),
    FieldMap("Topics", Column("topics")),
    FieldMap("Kind", RecordType("kind")),
    FieldMap("Name", Column("name")),
)


def found() -> dict[str, list[ListValue]]:
    local = LocalFile("things.csv")
    job = Job("things", "fake", "Thing", Operation.EXPORT, local, MAPPING, export=ExportOptions(Action.INSERT))
    plan = plan_write(job, OBJECT, HEADER, CAN, describe)
    by_field: dict[str, list[ListValue]] = {}
    for each in list_values(plan, Rows(HEADER, ROWS, 2), CancelToken()):
        by_field.setdefault(each.field, []).append(each)
    return by_field


def test_values_are_counted_after_the_replacements_of_the_job_and_judged_by_the_list() -> None:
    by_field = found()
    assert set(by_field) == {"Segment", "Topics", "Kind"}
    assert [(each.value, each.rows, each.is_known, each.nearest) for each in by_field["Segment"]] == [
        ("Enterprise", 2, True, ""),
        ("Mid market", 2, False, "Mid-market"),
    ]
    assert {each.value: (each.rows, each.nearest) for each in by_field["Topics"]} == {
        "Music": (3, ""),
        "Art": (1, ""),
        "Arts": (1, "Art"),
    }


def test_record_types_are_those_that_may_be_used_in_any_case() -> None:
    assert {each.value: each.is_known for each in found()["Kind"]} == {
        "new business": True,
        "NEW_BUSINESS": True,
        "Old": False,
        "Renewal": False,
    }


def test_what_is_missing_is_a_request_to_the_admin() -> None:
    values = [each for some in found().values() for each in some]
    assert request_for(values, "Thing", "Acme").splitlines()[0] == (
        "Please add to the list Segment (Segment) of Thing in Acme: Mid market (2 rows). Waiting for it: 2 rows."
    )
    assert request_for([each for each in values if each.is_known], "Thing", "Acme") == ""
