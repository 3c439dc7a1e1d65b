"""The small translations between the wire and our nouns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.contract import Packing, Session, Unchanged, WriteRequest
from crmdesk.connectors.salesforce.bulk import packing as bulk_packing
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.json_rows import packing as json_packing
from crmdesk.connectors.salesforce.normal import normal, normal_key
from crmdesk.connectors.salesforce.receipts import bulk_error
from crmdesk.connectors.salesforce.sinks import chosen_engine
from crmdesk.engine.sending.packing import Packer
from crmdesk.errors import AccessError, QuotaError, RemoteError, RemoteJobError, SignInError, TransientError, UserError
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.tabular.batch import ROW

ID = Field("Id", "Id", FieldType.ID, is_unique=True, is_key=True, is_case_sensitive=True)
NAME = Field("LastName", "Last name", FieldType.TEXT)
KEY = Field("Key__c", "Key", FieldType.TEXT, is_unique=True, is_external_id=True, is_key=True)
MONEY = Field("Revenue", "Revenue", FieldType.DECIMAL, precision=18, scale=2)
FLAG = Field("Flag", "Flag", FieldType.BOOLEAN)
CONTACT = RemoteObject("Contact", "Contact", "Contacts", "Id", (ID, NAME, KEY, MONEY, FLAG))

cells = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


def request(action: Action, *fields: Field, key: Field | None = None, rows: int = 1, **more: object) -> WriteRequest:
    options = {"engine": Engine.AUTO, "rows_per_call": 0} | more
    return WriteRequest(CONTACT, action, fields, key, rows=rows, **options)  # type: ignore[arg-type]


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6), st.sampled_from(["json", "csv"]))
def test_rows_come_back_from_a_body_as_they_went_in(rows: list[tuple[str | None, str | None]], form: str) -> None:
    frame = pl.DataFrame(rows, schema={"LastName": pl.String, "Key__c": pl.String}, orient="row")
    wanted = request(Action.INSERT, NAME, KEY)
    packing = json_packing(wanted) if form == "json" else bulk_packing(wanted)
    parts = [packing.encode(frame.slice(number, 1)) for number in range(frame.height)]
    body = packing.head + packing.separator.join(parts) + packing.tail
    if form == "csv":  # the two words that CSV keeps for itself; "#N/A" never gets this far
        frame = frame.with_columns(
            pl.when(pl.col(name) != "#N/A")
            .then(pl.col(name))
            .otherwise(pl.when(pl.col(name).is_not_null()).then(pl.lit("")))
            .alias(name)
            for name in frame.columns
        )
    assert packing.decode(body).equals(frame)
    assert body == packing.head + packing.encode(frame) + packing.tail


@pytest.mark.parametrize(
    ("packing_of", "largest", "most"), [(bulk_packing, 100_000_000, 150_000), (json_packing, 8_000_000, 200)]
)
def test_no_body_is_larger_than_the_crm_takes_and_none_is_half_empty(
    tmp_path: Path, packing_of: Callable[[WriteRequest], Packing], largest: int, most: int
) -> None:
    """R-317."""
    packing = packing_of(request(Action.INSERT, NAME, KEY, rows=3_000))
    assert (packing.max_bytes, packing.max_rows) == (largest, most)
    packer = Packer(packing, tmp_path / "bodies")
    block = pl.DataFrame({"LastName": ["x" * 80_000] * 150, "Key__c": ["k"] * 150})
    done = [
        each
        for first in range(0, 1_500, 150)
        for each in packer.add(block.with_row_index(ROW, first + 1).cast({ROW: pl.Int64}))
    ]
    done += packer.close()
    assert sum(len(each.rows) for each in done) == 1_500
    assert all(each.body.length <= largest for each in done)
    assert all(each.body.length > 0.5 * largest or len(each.rows) == most for each in done[:-1])
    assert len(done) > 1


@given(st.lists(cells, min_size=1, max_size=6))
def test_a_single_column_never_makes_a_blank_line(values: list[str | None]) -> None:
    packing = bulk_packing(request(Action.INSERT, NAME))
    frame = pl.DataFrame({"LastName": values}, schema={"LastName": pl.String})
    assert packing.decode(packing.head + packing.encode(frame)).height == len(values)


def test_json_keeps_the_digits_of_a_number_and_knows_booleans() -> None:
    packing = json_packing(request(Action.UPDATE, ID, MONEY, FLAG))
    frame = pl.DataFrame({ROW: [1], "Id": ["003"], "Revenue": ["12345678901234567.80"], "Flag": ["true"]})
    assert packing.encode(frame) == (
        b'{"attributes":{"type":"Contact"},"id":"003","Revenue":12345678901234567.80,"Flag":true}'
    )


def test_the_body_of_a_delete_is_its_ids() -> None:
    packing = json_packing(request(Action.DELETE, ID))
    frame = pl.DataFrame({ROW: [1, 2], "Id": ["a", "b"]})
    assert packing.encode(frame) == b"a,b"
    assert packing.decode(b"a,b").equals(frame.drop(ROW))


@pytest.mark.parametrize(
    ("wanted", "engine"),
    [
        (request(Action.INSERT, NAME), Engine.BULK),
        (request(Action.INSERT, NAME, KEY), Engine.REST),
        (request(Action.INSERT, NAME, KEY, rows=2001), Engine.BULK),
        (request(Action.INSERT, NAME, rows_per_call=1), Engine.REST),
        (request(Action.INSERT, NAME, engine=Engine.REST), Engine.REST),
        (request(Action.UPSERT, ID, NAME, key=ID), Engine.BULK),
        (request(Action.UPSERT, KEY, NAME, key=KEY, rows=2000), Engine.REST),
        (request(Action.UPDATE, ID, NAME, key=ID, rows=2001), Engine.BULK),
        (request(Action.DELETE, ID, key=ID), Engine.REST),
    ],
)
def test_keyless_inserts_and_many_rows_go_by_bulk(wanted: WriteRequest, engine: Engine) -> None:
    assert chosen_engine(wanted) is engine


@pytest.mark.parametrize(
    ("text", "field", "code", "message"),
    [
        ("REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --", "LastName",
         "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]"),
        ("DUPLICATE_VALUE:duplicate value found: K duplicates value on record with id: 003: --", None,
         "DUPLICATE_VALUE", "duplicate value found: K duplicates value on record with id: 003"),
        ("X:a:b c --", "b, c", "X", "a"),
        ("ODD", None, "ODD", "ODD"),
        ("ODD:no end", None, "ODD", "no end"),
    ],
)  # fmt: skip
def test_a_bulk_error_is_split_at_its_first_and_last_colon(
    text: str, field: str | None, code: str, message: str
) -> None:
    """R-191."""
    assert bulk_error(text) == (field, code, message)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]', SignInError),
        (403, b'[{"message":"TotalRequests","errorCode":"REQUEST_LIMIT_EXCEEDED"}]', QuotaError),
        (403, b'[{"message":"no","errorCode":"API_DISABLED_FOR_ORG"}]', AccessError),
        (400, b'[{"message":"\\nFROM X\\n ^","errorCode":"INVALID_TYPE"}]', UserError),
        (400, b'{"error":"invalid_grant","error_description":"expired"}', RemoteError),
        (500, b"<html>", TransientError),
        (400, b"", RemoteError),
    ],
)
def test_a_refusal_becomes_one_of_our_errors_in_one_line(status: int, body: bytes, kind: type[Exception]) -> None:
    error = Refusal.parse(status, body).error()
    assert type(error) is kind
    assert "\n" not in error.message
    assert error.hint


def test_a_refused_write_is_a_failure_of_the_job() -> None:
    assert type(Refusal(400, "JSON_PARSER_ERROR", "x").error(is_write=True)) is RemoteJobError


@pytest.mark.parametrize(
    ("sent", "held", "field"),
    [
        (" a\r\nb ", "a\nb", NAME),
        ("", None, NAME),
        ("1.6E3", "1600.0", MONEY),
        ("0.005", "0.01", MONEY),
        ("-0", "0.0", MONEY),
        ("123456789012345678", "1.2345678901234568e+17", Field("B", "B", FieldType.DECIMAL, precision=18, scale=0)),
        ("9999999999999999.99", "1.0E16", MONEY),
        ("003000000000001", "003000000000001AAA", ID),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000+0000", Field("D", "D", FieldType.DATETIME)),
        ("2026-01-31T10:00:00.9Z", "2026-01-31T10:00:00.000Z", Field("D", "D", FieldType.DATETIME)),
        ("b;a", "a;b", Field("M", "M", FieldType.MULTIPICKLIST)),
        ("Ann@X.org", "ann@x.org", Field("E", "E", FieldType.EMAIL)),
        (None, "false", FLAG),
        ("1", "true", FLAG),
    ],
)
def test_a_value_equals_what_salesforce_makes_of_it(sent: str | None, held: str | None, field: Field) -> None:
    assert normal(sent, field) == normal(held, field)


def test_ids_that_differ_in_case_are_two_and_keys_are_one() -> None:
    assert normal_key("003a00000000001", ID) != normal_key("003A00000000001", ID)
    assert normal_key("Key", KEY) == normal_key("KEY ", KEY)


def test_describe_knows_keys_lists_lengths_and_what_may_be_written(session: Session) -> None:
    account = session.describe("Account")
    assert not isinstance(account, Unchanged)
    fields = {field.name: field for field in account.fields}
    assert fields["Id"].is_key
    assert not fields["Id"].is_creatable
    assert fields["Id"].length == fields["OwnerId"].length == 18
    assert fields["Oracle_Id__c"].is_external_id
    assert fields["Oracle_Id__c"].is_unique
    assert fields["Oracle_Id__c"].is_key
    assert fields["Name"].is_required_on_create
    assert fields["OwnerId"].references == ("User",)
    assert (fields["OwnerId"].leads_to, fields["ParentId"].leads_to) == (("005",), ("001",))
    assert not fields["OwnerId"].is_required_on_create
    assert fields["AnnualRevenue"].type is FieldType.DECIMAL
    assert fields["AnnualRevenue"].length == 0
    assert fields["Industry"].values
    assert not fields["CreatedDate"].is_creatable
    assert not fields["CreatedDate"].is_updatable
    assert fields["BillingAddress"].type is FieldType.COMPOUND
