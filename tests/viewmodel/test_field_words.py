"""What a line of the mapping calls its choices, and why a field is none."""

from __future__ import annotations

import pytest

from crmdesk.model.job import Action, ExportOptions, Operation
from crmdesk.model.mapping import Column, Conversion, FieldMap
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.job_editor.field_words import conversion_name, conversion_word, may_be_mapped, why_not_mapped
from tests.viewmodel.drafts import draft_of


def test_a_line_has_one_of_four_conversions_under_its_fixed_name() -> None:
    """R-064."""
    assert [conversion_name(each) for each in Conversion] == [
        "Default",
        "Date only",
        "Without time offset",
        "Copy/Paste",
    ]
    assert len({conversion_word(each) for each in Conversion}) == 4
    assert FieldMap("Email", Column("email")).conversion is Conversion.DEFAULT


CLOSED = (
    (Field("Name", "Name", FieldType.TEXT), Action.UPSERT, ""),
    (
        Field("Made", "Made", FieldType.TEXT, is_creatable=False, why_not="A part of it."),
        Action.INSERT,
        "A part of it.",
    ),
    (Field("Address", "Address", FieldType.COMPOUND), Action.INSERT, "Made of other fields"),
    (Field("Body", "Body", FieldType.BINARY), Action.INSERT, "Holds a file"),
    (Field("Sum", "Sum", FieldType.DECIMAL, is_creatable=False, is_calculated=True), Action.INSERT, "works it out"),
    (
        Field("CreatedDate", "Created", FieldType.DATETIME, is_creatable=False, is_updatable=False),
        Action.INSERT,
        "Set Audit Fields upon Record Creation",
    ),
    (Field("Once", "Once", FieldType.TEXT, is_updatable=False), Action.UPDATE, "Only for new records"),
    (Field("Later", "Later", FieldType.TEXT, is_creatable=False), Action.INSERT, "Only in records that are there"),
    (
        Field("Secret", "Secret", FieldType.TEXT, is_creatable=False, is_updatable=False),
        Action.INSERT,
        "lacks the right",
    ),
    (
        Field("Id", "Record Id", FieldType.ID, is_creatable=False, is_updatable=False),
        Action.INSERT,
        "The CRM gives it.",
    ),
    (Field("Name", "Name", FieldType.TEXT), Action.DELETE, "The key alone"),
)


@pytest.mark.parametrize(("field", "action", "why"), CLOSED)
def test_a_field_that_cannot_be_mapped_says_why(field: Field, action: Action, why: str) -> None:
    """R-054."""
    operation = Operation.DELETE if action is Action.DELETE else Operation.EXPORT
    job = draft_of(operation, export=ExportOptions(action, "")).job
    assert why in why_not_mapped(field, job)
    assert may_be_mapped(field, job) is (why == "")
