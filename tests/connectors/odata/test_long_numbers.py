"""Numbers with more digits than floating point holds, to services that know no other numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.connectors.contract import Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.model.job import Action
from tests.connectors.loopback import Script, answer
from tests.connectors.workbench import Workbench

LONG = "1234567890123456.78"


@pytest.mark.parametrize("action", [Action.INSERT, Action.UPDATE])
def test_a_long_number_goes_as_a_text_and_says_so(
    script: Script, scripted: Session, tmp_path: Path, action: Action
) -> None:
    """OData JSON Format 4.01, 3.2: a service in JavaScript would keep 1234567890123457 of the number."""
    script.say("/svc/Ts", answer(201, b'{"K":1}'))
    script.say("/svc/Ts(1)", answer(204))
    Workbench(scripted, tmp_path).write("Ts", action, [{"K": "1", "V": LONG}], "K")
    headers, body = next((headers, body) for method, _, headers, body in script.seen if method in ("POST", "PATCH"))
    assert headers["Content-Type"] == "application/json;IEEE754Compatible=true"
    assert b'"V":"1234567890123456.78"' in body
    assert b'"K":"1"' not in body, "an integer of 32 bits is a number in any case"


def test_a_number_that_floating_point_holds_goes_as_a_number(script: Script, scripted: Session, tmp_path: Path) -> None:
    script.say("/svc/Ts(1)", answer(204))
    Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, [{"K": "1", "V": "-12345678901.50"}], "K")
    headers, body = next((headers, body) for method, _, headers, body in script.seen if method == "PATCH")
    assert (headers["Content-Type"], body) == ("application/json", b'{"V":-12345678901.50}')


def test_long_numbers_are_asked_for_as_texts_and_read_either_way(script: Script, scripted: Session) -> None:
    """OData JSON Format 4.01, 3.2."""
    script.say("/svc/Ts", answer(body=b'{"value":[{"K":1,"V":"%b"},{"K":2,"V":%b}]}' % ((LONG.encode(),) * 2)))
    batches = scripted.source(Query("Ts", ("K", "V"))).batches(CancelToken())
    assert [row for batch in batches for row in batch.frame.select("K", "V").rows()] == [("1", LONG), ("2", LONG)]
    asked = next(headers for _, path, headers, _ in script.seen if path.startswith("/svc/Ts?"))
    assert asked["Accept"].split(", ")[0] == "application/json;IEEE754Compatible=true"
