"""Changes by the tokens of a service that we did not write."""

from __future__ import annotations

import pytest

from crmdesk.connectors.contract import CursorGone, Query, Session
from crmdesk.connectors.deletions import DELETED_AT
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.tracking import TracksChanges
from crmdesk.errors import PlanError, RemoteError, UserError
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action
from tests.connectors.loopback import Script, answer
from tests.connectors.odata.conftest import Desk
from tests.servers.odata import PAGE, ODataServer

FIELDS = ("ID", "LastName")


def changes(session: Session, after: str, fields: tuple[str, ...] = FIELDS) -> tuple[list[tuple[str | None, ...]], str]:
    """Rows with whether they are gone, and the next token."""
    assert isinstance(session, TracksChanges)
    kept: list[str] = []
    rows: list[tuple[str | None, ...]] = []
    name = "Contacts" if "ID" in fields else "Ts"
    for batch in session.changes(Query(name, fields), after, kept.append).batches(CancelToken()):
        frame = batch.frame
        marked = ["gone" if at else None for at in frame[DELETED_AT]]
        rows += [(*row, mark) for row, mark in zip(frame.select(fields).iter_rows(), marked, strict=True)]
        assert kept or batch.cursor is not None  # the token is there before the last batch
    return rows, kept[-1]


def test_everything_comes_once_and_then_only_what_changed(service: ODataServer, session: Session, desk: Desk) -> None:
    """R-125."""
    number = 2 * PAGE + 1
    service.fill(Contacts=[{"ID": f"C{n:02}", "LastName": f"N{n}", "IsActive": False} for n in range(number)])
    rows, token = changes(session, "")
    assert sorted(rows) == [(f"C{n:02}", f"N{n}", None) for n in range(number)]
    desk.put("Contacts", Action.UPDATE, ID=["C03"], LastName=["Changed"])
    desk.put("Contacts", Action.INSERT, ID=["C99"], LastName=["Added"])
    desk.put("Contacts", Action.DELETE, ID=["C05"])
    rows, token = changes(session, token)
    assert sorted(rows, key=str) == [("C03", "Changed", None), ("C05", None, "gone"), ("C99", "Added", None)]
    assert changes(session, token)[0] == []


def test_a_filter_and_an_order_are_refused(session: Session) -> None:
    assert isinstance(session, TracksChanges)
    where = Condition("LastName", Operator.EQUAL, "x")
    with pytest.raises(PlanError, match="whole object"):
        session.changes(Query("Contacts", FIELDS, where), "", lambda _: None)


def test_a_service_that_hears_nothing_of_tokens_is_not_believed(script: Script, scripted: Session) -> None:
    """It answers 200 and every row, whatever token it is given."""
    script.say("/svc/Ts", answer(body=b'{"value":[{"K":1}]}'))
    with pytest.raises(RemoteError, match="keeps no track"):
        changes(scripted, "", ("K",))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (410, b""),
        (400, b'{"error":{"code":"","message":"Version stamp associated with the client has expired."}}'),
    ],
)
def test_an_expired_token_is_said_with_what_to_do(script: Script, scripted: Session, status: int, body: bytes) -> None:
    """R-125."""
    script.say("/svc/Ts", answer(status, body))
    with pytest.raises(UserError, match="not known any more") as refused:
        changes(scripted, f"{script.url}/svc/Ts?$deltatoken=1", ("K",))
    assert "options set" in refused.value.hint


def test_both_forms_of_deleted_entities_are_understood(script: Script, scripted: Session) -> None:
    """OData 4.0 and 4.01, and a plain id, as Dataverse has it."""
    body = b"""{"value":[{"@odata.context":"x/$metadata#Ts/$deletedEntity","id":"Ts(1)","reason":"deleted"},
    {"@removed":{"reason":"deleted"},"@id":"Ts(2)"},{"@odata.context":"$metadata#Ts/$deletedEntity","id":"3"},
    {"@removed":{"reason":"changed"},"K":4},{"K":5,"V":1.5}],"@odata.deltaLink":"Ts?$deltatoken=9"}"""
    script.say("/svc/Ts", answer(body=body))
    rows, token = changes(scripted, "", ("K", "V"))
    assert rows == [
        ("1", None, "gone"),
        ("2", None, "gone"),
        ("3", None, "gone"),
        ("4", None, "gone"),
        ("5", "1.5", None),
    ]
    assert token == f"{script.url}/svc/Ts?$deltatoken=9"


def test_a_link_that_leads_elsewhere_is_not_followed(script: Script, scripted: Session) -> None:
    script.say("/svc/Ts", answer(body=b'{"value":[],"@odata.deltaLink":"https://elsewhere.example/Ts"}'))
    with pytest.raises(RemoteError, match="another address"):
        changes(scripted, "", ("K",))


def test_a_place_that_is_forgotten_is_said_to_be_gone(script: Script, scripted: Session) -> None:
    assert isinstance(scripted, TracksChanges)
    script.say("/svc/Ts", answer(410))
    source = scripted.changes(Query("Ts", ("K",)), "", lambda _: None)
    with pytest.raises(CursorGone):
        next(source.batches(CancelToken(), '{"next":"Ts?$skiptoken=1","row":7}'))
