"""What a line of the mapping calls its choices."""

from __future__ import annotations

from crmdesk.model.mapping import Column, Conversion, FieldMap
from crmdesk.viewmodel.job_editor.field_words import conversion_name, conversion_word


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
