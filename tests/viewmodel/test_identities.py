"""Who an account is: remembered for an hour, and asked anew afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crmdesk.model.account import Environment, Identity
from crmdesk.viewmodel.accounts.identities import identity_of, is_fresh
from crmdesk.viewmodel.app import AppModel

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SEEN = Identity("ann@acme.example", "Acme", "00D000000000001AAA", Environment.PRODUCTION, NOW.isoformat(), 100)


def test_what_was_seen_within_the_hour_is_fresh() -> None:
    assert is_fresh(SEEN, NOW + timedelta(minutes=59))
    assert not is_fresh(SEEN, NOW + timedelta(minutes=61))


async def test_an_old_identity_is_asked_anew_and_a_fresh_one_is_not(app_model: AppModel) -> None:
    first = await identity_of(app_model, "practice_org")
    assert await identity_of(app_model, "practice_org") == first
    app_model.history.remember_identity("practice_org", replace(first, server_time="2026-01-31T10:00:00Z"))
    again = await identity_of(app_model, "practice_org")
    assert again.server_time > first.server_time or again.calls_left != first.calls_left
    assert app_model.history.known_identity("practice_org") == again
