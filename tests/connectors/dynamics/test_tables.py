"""Tables and columns of Dynamics as remote objects and fields."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmdesk.connectors.contract import Query, Session, Unchanged
from crmdesk.connectors.dynamics.connector import DynamicsConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import PlanError, TransientError, UserError
from crmdesk.model.filter import Condition, Filter, Operator
from crmdesk.model.schema import FieldType, RemoteObject
from tests.connectors.dynamics.conftest import account
from tests.connectors.workbench import Secrets
from tests.servers.dynamics import DynamicsServer, dynamics_server


def described(session: Session, name: str) -> RemoteObject:
    found = session.describe(name)
    assert not isinstance(found, Unchanged)
    return found


def rows(session: Session, query: Query) -> list[dict[str, str | None]]:
    return [
        row for batch in session.source(query).batches(CancelToken()) for row in batch.frame.drop("__row__").to_dicts()
    ]


def test_each_type_of_column_is_moved_or_listed_with_the_reason(session: Session) -> None:
    """R-026: twelve kinds are read and written, five are listed with the reason."""
    company, contact, task = (described(session, name) for name in ("account", "contact", "task"))
    kinds = {
        "creditonhold": FieldType.BOOLEAN,
        "lastonholdtime": FieldType.DATETIME,
        "new_founded": FieldType.DATE,
        "new_score": FieldType.DECIMAL,
        "address1_latitude": FieldType.DECIMAL,
        "numberofemployees": FieldType.INTEGER,
        "versionnumber": FieldType.INTEGER,
        "name": FieldType.TEXT,
        "revenue": FieldType.DECIMAL,
        "description": FieldType.TEXT,
        "accountid": FieldType.ID,
        "statecode": FieldType.PICKLIST,
        "statuscode": FieldType.PICKLIST,
        "industrycode": FieldType.PICKLIST,
        "new_regions": FieldType.MULTIPICKLIST,
        "ownerid": FieldType.REFERENCE,
        "parentaccountid": FieldType.REFERENCE,
    }
    assert {field.name: field.type for field in company.fields if field.name in kinds} == kinds
    listed = [contact.field("parentcustomerid"), task.field("regardingobjectid")]
    listed += [task.field("new_attendees"), task.field("iscustomizable")]
    for field in listed:
        assert field is not None
        assert field.type is FieldType.COMPOUND
        assert field.why_not.endswith(".")
        assert not any((field.is_creatable, field.is_updatable, field.is_filterable))
    assert company.field("industrycodename") is None  # the shadow of another column


def test_a_lookup_of_several_kinds_has_a_field_for_each(session: Session) -> None:
    """R-026."""
    contact = described(session, "contact")
    customer, company = contact.field("parentcustomerid"), contact.field("parentcustomerid_account")
    assert customer is not None
    assert "parentcustomerid_account or parentcustomerid_contact" in customer.why_not
    assert company is not None
    assert (company.references, company.is_creatable) == (("account",), True)


def test_a_table_tells_its_keys_lengths_lists_and_marks(session: Session) -> None:
    """R-023, R-025."""
    company, contact = described(session, "account"), described(session, "contacts")
    name, number, industry = (company.field(each) for each in ("name", "accountnumber", "industrycode"))
    assert name is not None
    assert number is not None
    assert industry is not None
    assert (company.label_plural, company.id_field, name.length, name.label) == (
        "Accounts",
        "accountid",
        160,
        "Account name",
    )
    assert (number.is_external_id, number.is_key, number.is_unique) == (True, True, True)
    assert industry.values == ("1", "6", "7", "Accounting", "Business services", "Consulting")
    pending = contact.field("new_code")
    assert pending is not None
    assert not pending.is_key  # its index is not there yet
    users = next(each for each in session.objects() if each.name == "systemuser")
    project = next(each for each in session.objects() if each.name == "new_project")
    assert (users.is_creatable, users.is_deletable, project.is_custom, project.is_creatable) == (
        False,
        False,
        True,
        True,
    )


def test_numbers_have_the_range_that_the_environment_gives_them(session: Session) -> None:
    """R-025."""
    company = described(session, "account")
    found = {name: company.field(name) for name in ("numberofemployees", "revenue", "address1_latitude", "new_score")}
    ranges = {name: (each.least, each.most) for name, each in found.items() if each is not None}
    assert ranges == {
        "numberofemployees": (Decimal(0), Decimal(1_000_000_000)),
        "revenue": (Decimal(0), Decimal(922_337_203_685_477)),
        "address1_latitude": (Decimal(-90), Decimal(90)),
        "new_score": (Decimal(-100), Decimal(100)),
    }


def test_a_status_reason_goes_with_its_status(session: Session) -> None:
    """R-025: seen before anything is sent, by code or word."""
    reason = described(session, "task").field("statuscode")
    assert reason is not None
    assert (reason.controller, dict(reason.values_for)) == ("statecode", {"0": ("2",), "1": ("5",), "2": ("6",)})


def test_an_unknown_table_is_refused_with_the_nearest_one(session: Session) -> None:
    with pytest.raises(UserError, match="no table “acount”") as refused:
        session.describe("acount")
    assert "account" in refused.value.hint


def test_fields_of_a_parent_are_read_filtered_and_sorted_by(session: Session, server: DynamicsServer) -> None:
    """R-037: a lookup gives the id; the name of what it points to comes when it is asked for."""
    parent = server.add("accounts", {"name": "Parent Works"})
    server.add("contacts", {"lastname": "Child", "parentcustomerid_account@odata.bind": f"/accounts({parent})"})
    where = Condition("parentcustomerid_account.name", Operator.EQUAL, "parent works")
    names = ("lastname", "parentcustomerid_account", "parentcustomerid_account.name", "parentcustomerid_contact")
    found = rows(session, Query("contact", names, where))
    assert [tuple(row.values()) for row in found] == [("Child", parent, "Parent Works", None)]
    with pytest.raises(PlanError, match="no field"):
        session.query_text(Query("contact", ("parentcustomerid_account.bogus",)))


@pytest.mark.parametrize("text", ["50%", "a_b", "[x]", "O'Neil & Söhne", "#1+1", "%"])
def test_a_text_in_a_filter_means_itself(session: Session, server: DynamicsServer, text: str) -> None:
    """R-334: `%`, `_` and `[` stand for themselves, although Dataverse takes them for wildcards."""
    mine = server.add("accounts", {"name": f"x{text}y"})
    server.add("accounts", {"name": "xaXbyx50y"})
    found: Filter = Condition("name", Operator.CONTAINS, text)
    assert [row["accountid"] for row in rows(session, Query("account", ("accountid",), found))] == [mine]
    server.ask("DELETE", f"accounts({mine})")


def test_more_rows_than_the_service_counts_are_counted_all_the_same() -> None:
    """/$count stops at 5,000."""
    with dynamics_server(accounts=5001, contacts=0) as many:
        secrets = Secrets({"token": many.token})
        with DynamicsConnector().connect(account(many, "token"), secrets) as session:
            where = Condition("accountnumber", Operator.STARTS_WITH, "ACC")
            assert session.source(Query("account", ("accountid",), where)).count() == 5001
            assert session.source(Query("account", ("accountid",), limit=9)).count() == 9


def test_descriptions_that_break_off_on_their_way_are_asked_for_again(server: DynamicsServer, session: Session) -> None:
    cut = {"status": 200, "headers": {"Content-Type": 'multipart/mixed; boundary="b"'}, "body": "--b"}
    server.storm("POST", path="batch", **cut)
    assert described(session, "account").id_field == "accountid"
    server.storm("POST", path="batch", **cut, times=10)
    with pytest.raises(TransientError, match="cut short"):
        session.describe("contact")
