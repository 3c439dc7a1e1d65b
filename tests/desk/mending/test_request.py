"""The text that is sent to whoever may grant what is missing."""

from __future__ import annotations

from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.desk.mending.remedies.request import request_text


def test_the_words_of_a_rule_end_with_one_full_stop() -> None:
    rule = "Give an e-mail address or a phone number."
    group = CauseGroup(1, rule, "", "", "", (), "FIELD_CUSTOM_VALIDATION_EXCEPTION", "", rule, 1, 1, ())
    first, *_ = request_text(group, "Contact", "Acme", ()).splitlines()
    assert first == f"In Acme, on Contact: {rule}"
