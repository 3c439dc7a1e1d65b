"""Accounts as the desk keeps them: changed, copied, switched off, and never led to another organisation by accident."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk import Desk
from crmdesk.desk.accounts import account_test
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account
from tests.practice.oauth.signing_in import SALES
from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def orgs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PracticeOrg, PracticeOrg]]:
    """Two organisations."""
    made = [
        start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "5", "--accounts", "2", "--seed", str(seed))
        for seed in (1, 2)
    ]
    yield made[0], made[1]
    for org in made:
        org.end()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def acme(desk: Desk, orgs: tuple[PracticeOrg, PracticeOrg]) -> Account:
    """An account that signs in by password."""
    added = desk.accounts.add("Acme", "salesforce", orgs[0].url, "password", {"user": SALES}, "practice")
    assert "June 2027" in added.warning
    return added.account


def asked(org: PracticeOrg) -> int:
    """How many requests the org has seen, but for those of the test itself."""
    lines = org.get("/practice/log").json()["requests"]
    return sum(not line["path"].startswith("/practice") for line in lines)


def test_every_kind_of_crm_that_is_offered_has_a_form_of_its_own_and_no_other_is_taken(desk: Desk) -> None:
    """R-002."""
    kinds = desk.accounts.kinds()
    assert [each.kind for each in kinds] == ["salesforce", "dynamics", "odata"]
    assert len({each.label for each in kinds}) == len(kinds)
    assert len({tuple(method.name for method in each.methods) for each in kinds}) == len(kinds)
    with pytest.raises(UserError, match="no connector “marketo”") as refused:
        desk.accounts.add("Other", "marketo", "https://crm.example", "token", {}, "x")
    assert "salesforce, dynamics, odata" in refused.value.hint


def test_an_account_is_changed_and_copied_and_keeps_its_name(desk: Desk, acme: Account) -> None:
    """R-001."""
    desk.accounts.edit("acme", label="Acme production", settings={"comment": "ask Ann", "read_seconds": "30"})
    found = desk.accounts.get("Acme production")
    assert (found.name, found.settings["comment"], found.url) == ("acme", "ask Ann", acme.url)
    desk.accounts.edit("acme", settings={"comment": ""})
    assert "comment" not in desk.accounts.get("acme").settings
    assert desk.accounts.copy("acme", "Acme copy").name == "acme_copy"
    with pytest.raises(SignInError, match="no saved secret"), desk.accounts.open("acme_copy"):
        pass
    with pytest.raises(UserError, match="already"):
        desk.accounts.edit("acme_copy", label="Acme production")


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": "red"},
        {"read_seconds": "0"},
        {"read_seconds": "9" * 5_000},
        {"calls_warn": "101"},
        {"api_version": "sixty"},
        {"proxy": "http://me:s3cret@proxy.example:3128"},
        {"proxy": "pac:http://me:s3cret@proxy.example/x.pac"},
    ],
)
def test_a_setting_that_is_none_or_takes_other_values_is_refused(
    desk: Desk, acme: Account, settings: dict[str, str]
) -> None:
    with pytest.raises(UserError) as caught:
        desk.accounts.edit("acme", settings=settings)
    assert caught.value.place == next(iter(settings))
    assert caught.value.hint


def test_an_account_that_is_switched_off_sends_nothing(
    desk: Desk, acme: Account, orgs: tuple[PracticeOrg, PracticeOrg]
) -> None:
    """R-017."""
    desk.accounts.edit("acme", is_enabled=False)
    before = asked(orgs[0])
    with pytest.raises(UserError, match="switched off"), desk.accounts.open("acme"):
        pass
    assert asked(orgs[0]) == before
    desk.accounts.edit("acme", is_enabled=True)
    with desk.accounts.open("acme"):
        pass


def test_an_account_refuses_another_organisation_until_a_person_says_yes(
    desk: Desk, acme: Account, orgs: tuple[PracticeOrg, PracticeOrg]
) -> None:
    """R-018."""
    identity = account_test.trial(desk.accounts, "acme", lambda _: None)
    desk.accounts.accept(acme, identity)
    with pytest.raises(SignInError, match="now leads to") as caught:
        desk.accounts.edit("acme", url=orgs[1].url)
    assert caught.value.place == "organization"
    assert desk.accounts.get("acme").url == orgs[0].url
    desk.accounts.edit("acme", url=orgs[1].url, may_be_another=True)
    assert account_test.trial(desk.accounts, "acme", lambda _: None).organization_id == orgs[1].org_id
    desk.accounts.accept(acme, identity)
    lines = account_test.tested(desk.accounts, "acme").lines
    assert [(line.name, line.is_ok) for line in lines][-1] == ("Organisation", False)


def test_the_text_for_the_admin_can_be_had_beforehand(desk: Desk) -> None:
    assert "http://localhost:9000/OauthRedirect" in desk.accounts.app_letter(9000, "")


def test_the_way_to_sign_in_that_is_proposed_first_keeps_no_password() -> None:
    """R-327."""
    first = {kind.kind: kind.methods[0].name for kind in Accounts.kinds()}
    assert first["salesforce"] in ("jwt", "browser")
    assert first["dynamics"] in ("client-credentials", "certificate", "browser")


def test_what_is_offered_is_what_the_signed_in_user_may_see(
    desk: Desk, acme: Account, orgs: tuple[PracticeOrg, PracticeOrg]
) -> None:
    """R-016."""
    limited = {"user": "limited@practice.example"}
    desk.accounts.add("Limited", "salesforce", orgs[0].url, "password", limited, "practice")
    seen: dict[str, tuple[set[str], set[str]]] = {}
    for name in ("acme", "limited"):
        with desk.accounts.open(name) as opened:
            objects = {each.name for each in opened.session.objects()}
            seen[name] = objects, {field.name for field in opened.describe("Account").fields}
    assert "Campaign" in seen["acme"][0] - seen["limited"][0]
    assert "AnnualRevenue" in seen["acme"][1] - seen["limited"][1]
    lines = {line.name: line.text for line in account_test.tested(desk.accounts, "limited").lines}
    assert lines["User"] == limited["user"]
    assert f"{len(seen['limited'][0]):,} can be read" in lines["Objects"]
