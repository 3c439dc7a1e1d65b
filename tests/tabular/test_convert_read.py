"""From the CRM to a file."""

from __future__ import annotations

import polars as pl

from crmdesk.model.mapping import Conversion
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert_read import ReadLine, convert_read
from tests.tabular.fields import STOCKHOLM, UTC, field, frame, read


def test_columns_get_their_local_names_and_null_stays_null() -> None:
    lines = [
        ReadLine("Account.Name", "account", field(FieldType.TEXT)),
        ReadLine("Amount", "amount", field(FieldType.DECIMAL, precision=18, scale=2)),
    ]
    found = convert_read(lines, frame({"Amount": ["1000.0", None], "Account.Name": [None, ""]}), UTC)
    assert found.ready.schema == {ROW: pl.Int64, "account": pl.String, "amount": pl.String}
    assert found.ready.rows() == [(1, None, "1000"), (2, "", None)]
    assert found.problems.is_empty()


def test_numbers_and_truth_values_have_one_form() -> None:
    """R-065."""
    assert read(field(FieldType.DECIMAL), "6.0E7") == "60000000"
    assert read(field(FieldType.DECIMAL), "0.10") == "0.1"
    assert read(field(FieldType.INTEGER), "12.0") == "12"
    assert read(field(FieldType.BOOLEAN), "TRUE") == "true"


def test_text_of_any_other_kind_is_not_touched() -> None:
    for kind in (FieldType.TEXT, FieldType.EMAIL, FieldType.PICKLIST, FieldType.ID, FieldType.DATE):
        assert read(field(kind), " x\r\n") == " x\r\n"


def test_a_replaced_value_is_not_converted_again() -> None:
    line = ReadLine("B", "b", field(FieldType.BOOLEAN), values={"true": "Ja", "false": ""})
    found = convert_read([line], frame({"B": ["true", "false", "TRUE", None]}), UTC)
    assert found.ready["b"].to_list() == ["Ja", "", "true", None]


def test_one_field_may_fill_several_columns() -> None:
    created = field(FieldType.DATETIME)
    lines = [
        ReadLine("CreatedDate", "at", created),
        ReadLine("CreatedDate", "on", created, Conversion.DATE_ONLY),
        ReadLine("CreatedDate", "raw", created, Conversion.COPY_PASTE),
    ]
    found = convert_read(lines, frame({"CreatedDate": ["2024-01-01T23:30:00.000+0000"]}), STOCKHOLM)
    assert found.ready.row(0) == (1, "2024-01-02T00:30:00.000+01:00", "2024-01-02", "2024-01-01T23:30:00.000+0000")


def test_a_value_that_is_not_what_its_field_says_is_a_problem() -> None:
    line = ReadLine("D", "d", field(FieldType.DATETIME))
    found = convert_read([line], frame({"D": ["never", "2024-01-01T00:00:00Z"]}), UTC)
    assert found.problems.select(ROW, "field", "code").rows() == [(1, "d", "CONVERSION_ERROR")]
    assert found.ready[ROW].to_list() == [2]
