"""Who an account is: remembered for an hour, asked anew afterwards, and never silently another organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crmdesk.errors import SignInError
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.viewmodel.accounts.identities import identity_of, is_fresh, refusal_of_another
from crmdesk.viewmodel.app import AppModel

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ACCOUNT = Account("acme", "Acme", "salesforce", "https://acme.my.salesforce.com", "jwt")
SEEN = Identity("ann@acme.example", "Acme", "00D000000000001AAA", Environment.PRODUCTION, NOW.isoformat(), 100)


def test_what_was_seen_within_the_hour_is_fresh() -> None:
    assert is_fresh(SEEN, NOW + timedelta(minutes=59))
    assert not is_fresh(SEEN, NOW + timedelta(minutes=61))


def test_another_organisation_is_refused_but_for_a_practice_org_that_was_made_anew() -> None:
    other = replace(SEEN, organization="Nordal", organization_id="00D000000000002AAA")
    assert refusal_of_another(ACCOUNT, None, SEEN) is None
    assert refusal_of_another(ACCOUNT, SEEN, SEEN) is None
    refusal = refusal_of_another(ACCOUNT, SEEN, other)
    assert isinstance(refusal, SignInError)
    assert refusal.message == "Acme now leads to Nordal instead of Acme."
    practice, anew = (replace(each, environment=Environment.PRACTICE) for each in (SEEN, other))
    assert refusal_of_another(ACCOUNT, practice, anew) is None
    assert refusal_of_another(ACCOUNT, SEEN, anew) is not None


async def test_an_old_identity_is_asked_anew_and_a_fresh_one_is_not(app_model: AppModel) -> None:
    first = await identity_of(app_model, "practice_org")
    assert await identity_of(app_model, "practice_org") == first
    app_model.history.remember_identity("practice_org", replace(first, server_time="2026-01-31T10:00:00Z"))
    again = await identity_of(app_model, "practice_org")
    assert again.server_time > first.server_time or again.calls_left != first.calls_left
    assert app_model.history.known_identity("practice_org") == again


async def test_an_old_identity_of_another_organisation_stays_and_is_refused(app_model: AppModel) -> None:
    app_model.history.remember_identity("practice_org", SEEN)
    with pytest.raises(SignInError, match="instead of Acme"):
        await identity_of(app_model, "practice_org")
    assert app_model.history.known_identity("practice_org") == SEEN
