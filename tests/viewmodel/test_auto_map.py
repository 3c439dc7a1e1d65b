from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.errors import UserError
from crmdesk.model.filter import Filter, Group, Joined
from crmdesk.model.job import Action, Job, LocalFile, Operation
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    FieldMap,
    Inactive,
    Lookup,
    NotFound,
    Owner,
    RecordType,
    Several,
    UserKey,
    WhenEmpty,
)
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.viewmodel.job_editor.auto_map import AutoMap, fold, match_columns
from crmdesk.viewmodel.job_editor.line_text import lines_of_text, lines_text
from crmdesk.viewmodel.job_editor.past import Edited
from tests.viewmodel.filters import filters

FIELDS = (
    Field("Id", "Contact ID", FieldType.ID, is_creatable=False, is_updatable=False, is_key=True),
    Field("AccountId", "Account", FieldType.REFERENCE, references=("Account",)),
    Field("LastName", "Last Name", FieldType.TEXT, 80, is_nillable=False),
    Field("Email", "E-mail", FieldType.EMAIL),
    Field("MobilePhone", "Mobile", FieldType.TEXT, 40),
    Field("Phone", "Business Phone", FieldType.TEXT, 40),
    Field("Level__c", "Level", FieldType.PICKLIST, values=("Primary", "Secondary")),
    Field("Legacy_Id__c", "Legacy Id", FieldType.TEXT, 18, is_key=True, is_external_id=True, is_unique=True),
    Field("CreatedDate", "Created Date", FieldType.DATETIME, is_creatable=False, is_updatable=False),
    Field("MailingAddress", "Mailing Address", FieldType.COMPOUND),
)
CONTACT = RemoteObject("Contact", "Contact", "Contacts", "Id", FIELDS)
AN_ID = "0037x00000AbCdEAAV"


def found(*columns: str, action: Action = Action.UPSERT, values: tuple[str, ...] = ("x",)) -> AutoMap:
    return match_columns(dict.fromkeys(columns, values), CONTACT, Operation.EXPORT, action)


def pairs(result: AutoMap) -> dict[str, str]:
    return {match.column: match.field.name for match in result.proposed}


def test_columns_go_with_fields_of_the_same_api_name_then_of_the_same_label() -> None:
    """A complaint about other loaders: headers that are nearly a field's name are not matched."""
    result = found("LASTNAME", "Mobile", "e mail", "LEGACY_ID__C", "level")
    assert pairs(result) == {
        "LASTNAME": "LastName",
        "Mobile": "MobilePhone",
        "e mail": "Email",
        "LEGACY_ID__C": "Legacy_Id__c",
        "level": "Level__c",
    }
    assert {match.column: match.because for match in result.matches} == {
        "LASTNAME": "same API name",
        "Mobile": "same label",
        "e mail": "same API name, written differently",
        "LEGACY_ID__C": "same API name",
        "level": "same API name, written differently",
    }


def test_a_field_goes_to_the_column_that_fits_best_and_the_other_is_told_so() -> None:
    result = found("Last Name", "LastName")
    assert pairs(result) == {"LastName": "LastName"}
    assert [(each.column, each.why) for each in result.left] == [
        ("Last Name", "Last Name already has a column that fits better")
    ]


def test_what_may_not_be_written_and_what_no_field_is_called_are_left_behind_with_the_reason() -> None:
    result = found("CREATEDDATE", "MAILINGADDRESS", "Shoe size")
    assert result.matches == ()
    assert {each.column: each.why for each in result.left} == {
        "CREATEDDATE": "you may not write Created Date",
        "MAILINGADDRESS": "Mailing Address is no single value",
        "Shoe size": "no field of this name, label or usual name",
    }


@pytest.mark.parametrize("column", ["ID", "ACCOUNTID", "Account"])
def test_ids_of_perhaps_another_org_are_offered_with_the_reason_and_not_proposed(column: str) -> None:
    result = found(column, values=(AN_ID, ""))
    assert result.proposed == ()
    assert "right only if they come from this very org" in result.matches[0].because


def test_a_delete_takes_the_record_ids_because_that_is_what_its_file_is_for() -> None:
    result = match_columns({"ID": (AN_ID,), "LASTNAME": ("x",)}, CONTACT, Operation.DELETE, Action.DELETE)
    assert pairs(result) == {"ID": "Id"}


LEAD = RemoteObject(
    "Lead",
    "Lead",
    "Leads",
    "Id",
    tuple(
        Field(name, f"{name} label", FieldType.TEXT)
        for name in (
            "Salutation", "FirstName", "LastName", "Email", "Phone", "MobilePhone", "Fax", "Title", "Company",
            "Website", "Industry", "AnnualRevenue", "NumberOfEmployees", "LeadSource", "HasOptedOutOfEmail",
            "DoNotCall", "Street", "City", "State", "PostalCode", "Country", "Description",
        )
    ),
)  # fmt: skip
USUAL = {
    "Courtesy Title": "Salutation",
    "Given Name": "FirstName",
    "Surname": "LastName",
    "Email Address": "Email",
    "Phone Number": "Phone",
    "Mobile Phone Number": "MobilePhone",
    "Fax Number": "Fax",
    "Job Title": "Title",
    "Company Name": "Company",
    "Homepage": "Website",
    "Sector": "Industry",
    "Revenue": "AnnualRevenue",
    "Num Employees": "NumberOfEmployees",
    "Source": "LeadSource",
    "Unsubscribed": "HasOptedOutOfEmail",
    "No calls": "DoNotCall",
    "Address": "Street",
    "Ort": "City",
    "Province": "State",
    "Zip": "PostalCode",
    "Land": "Country",
    "Notes": "Description",
}


def test_what_other_programs_call_a_field_is_proposed_and_never_taken_unasked() -> None:
    """R-051."""
    result = match_columns(dict.fromkeys(USUAL, ("x",)), LEAD, Operation.EXPORT, Action.INSERT)
    assert pairs(result) == USUAL
    assert {match.because for match in result.matches} == {"a usual name of this field"}
    assert result.sure == ()


def test_a_name_of_the_crm_goes_before_a_usual_one_and_only_one_address_is_meant() -> None:
    """R-051."""
    names = ("BillingPostalCode", "ShippingPostalCode", "Name", "Phone")
    fields = tuple(Field(name, f"{name} label", FieldType.TEXT) for name in names)
    account = RemoteObject("Account", "Account", "Accounts", "Id", fields)
    columns = ("Zip", "Shipping zip", "Company", "Tel.", "PHONE")
    result = match_columns(dict.fromkeys(columns, ("x",)), account, Operation.EXPORT, Action.INSERT)
    assert pairs(result) == {
        "Zip": "BillingPostalCode",
        "Shipping zip": "ShippingPostalCode",
        "Company": "Name",
        "PHONE": "Phone",
    }
    assert [match.column for match in result.sure] == ["PHONE"]


def test_a_company_is_offered_for_the_account_of_a_contact_with_what_the_crm_wants_there() -> None:
    (match,) = found("Company").matches
    assert (match.field.name, match.is_proposed) == ("AccountId", False)
    assert "the CRM wants the id of another record" in match.because


COLUMNS = st.lists(
    st.sampled_from(
        ["Zip", "Surname", "Company", "Cell", "Tel", "E-mail address",
         "ID", "id", "LastName", "last name", "LAST_NAME", "Mobile", "mobilephone", "Phone", "Business-Phone", "Level",
         "level__c", "LEVEL", "Created Date", "Legacy Id", "legacy_id__c", "Shoe size", "", "  "]
    ),
    unique=True,
)  # fmt: skip


@given(columns=COLUMNS, action=st.sampled_from(list(Action)), data=st.data())
def test_the_order_of_the_columns_decides_nothing(columns: list[str], action: Action, data: st.DataObject) -> None:
    other = data.draw(st.permutations(columns))
    first, second = found(*columns, action=action), found(*other, action=action)
    assert set(first.matches) == set(second.matches)
    assert set(first.left) == set(second.left)


@given(columns=COLUMNS, action=st.sampled_from(list(Action)))
def test_every_column_is_matched_or_left_behind_and_no_field_is_filled_twice(
    columns: list[str], action: Action
) -> None:
    result = found(*columns, action=action)
    told = [match.column for match in result.matches] + [each.column for each in result.left]
    assert sorted(told) == sorted(columns)
    names = [match.field.name for match in result.matches]
    assert len(names) == len(set(names))


@given(st.text())
def test_folding_twice_folds_no_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)
NAMES = TEXT.map(str.strip).filter(bool)


def in_a_group(where: Filter) -> Group:
    """As a job file gives it back."""
    return where if isinstance(where, Group) else Group(Joined.ALL, (where,))


LINES = st.builds(
    FieldMap,
    remote=NAMES,
    origin=st.one_of(
        st.builds(Column, TEXT),
        st.builds(Constant, TEXT),
        st.builds(Expression, TEXT),
        st.builds(
            Lookup,
            *(TEXT, TEXT, NAMES),
            st.sampled_from(list(NotFound)),
            st.sampled_from(list(Several)),
            st.none() | filters().map(in_a_group),
            TEXT,
        ),
        st.builds(
            Owner,
            TEXT,
            st.sampled_from(list(UserKey)),
            st.sampled_from(list(NotFound)),
            st.sampled_from(list(Inactive)),
            TEXT,
        ),
        st.builds(RecordType, TEXT, st.sampled_from(list(NotFound)), TEXT),
    ),
    conversion=st.sampled_from(list(Conversion)),
    when_empty=st.sampled_from(list(WhenEmpty)),
    values=st.dictionaries(TEXT, TEXT, max_size=3),
    default_on_create=TEXT,
)


@given(st.lists(LINES, min_size=1, max_size=5).map(tuple))
def test_lines_that_are_copied_can_be_pasted(lines: tuple[FieldMap, ...]) -> None:
    assert lines_of_text(lines_text(lines)) == lines


def test_two_cells_of_a_spreadsheet_are_a_field_and_its_column() -> None:
    assert lines_of_text("LastName\tSurname\nEmail\tMail\n") == (
        FieldMap("LastName", Column("Surname")),
        FieldMap("Email", Column("Mail")),
    )


@pytest.mark.parametrize("text", ["", "LastName", "LastName\tsomehow\tx", "LastName\tcolumn\tx\t\t\t\t\tnever"])
def test_what_is_no_line_is_refused_with_its_row(text: str) -> None:
    with pytest.raises(UserError):
        lines_of_text(text)


START = Job("", "Practice org", "Contact", Operation.EXPORT, LocalFile("/rows.csv"), ())
STEPS = st.lists(st.one_of(NAMES.map(lambda name: ("name", name)), st.sampled_from([("undo", ""), ("redo", "")])))


@given(STEPS)
def test_undo_and_redo_lead_back_to_the_same_job(steps: list[tuple[str, str]]) -> None:
    draft = Edited(START)
    for step, name in steps:
        before = draft.value
        if step == "undo" and draft.undo():
            assert draft.redo()
            assert draft.value == before
            draft.undo()
        elif (step == "redo" and draft.redo()) or (step == "name" and draft.change(replace(draft.value, name=name))):
            assert draft.undo()
            assert draft.value == before
            draft.redo()
    while draft.undo():
        pass
    assert draft.value == START
