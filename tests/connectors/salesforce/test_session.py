"""Signing in, certificates, quotas, and what an error may not say."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.errors import CrmDeskError, QuotaError, SignInError, UserError
from crmdesk.model.account import Account
from crmdesk.model.job import Action, Engine
from tests.connectors.salesforce.conftest import account_of
from tests.connectors.workbench import Secrets, Workbench
from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def tls_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("tls"), "--contacts", "5", "--accounts", "2", "--tls")
    yield org
    org.end()


def test_the_certificate_file_of_the_account_is_trusted(tls_org: PracticeOrg) -> None:
    """R-020."""
    with SalesforceConnector().connect(account_of(tls_org), Secrets({"token": tls_org.token})) as session:
        assert session.whoami().organization_id == tls_org.org_id


def test_a_certificate_that_nobody_trusts_is_refused_with_a_remedy(tls_org: PracticeOrg) -> None:
    """R-014, R-326."""
    stranger = replace(account_of(tls_org), settings={})
    with pytest.raises(UserError, match="not trusted") as caught:
        SalesforceConnector().connect(stranger, Secrets({"token": tls_org.token}))
    assert "certificate file" in caught.value.hint


def test_a_certificate_file_that_is_none_is_named(tls_org: PracticeOrg, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    with pytest.raises(UserError, match=r"wrong\.pem"):
        SalesforceConnector().connect(
            replace(account_of(tls_org), settings={"ca_file": str(wrong)}), Secrets({"token": tls_org.token})
        )


@pytest.mark.parametrize("token", ["", "  ", "two\nlines", "ümlaut"])
def test_a_token_that_cannot_be_one_never_leaves(org: PracticeOrg, token: str) -> None:
    with pytest.raises(SignInError):
        SalesforceConnector().connect(account_of(org), Secrets({"token": token}))


def test_a_way_to_sign_in_that_does_not_exist_is_refused(org: PracticeOrg) -> None:
    other = Account("a", "A", "salesforce", org.url, "magic")
    with pytest.raises(SignInError, match="magic"):
        SalesforceConnector().connect(other, Secrets({"token": org.token}))


@pytest.mark.parametrize(("weather", "kind"), [("expire", SignInError), ("quota", QuotaError)])
@pytest.mark.parametrize("engine", [Engine.REST, Engine.BULK])
def test_a_write_that_is_refused_as_a_whole_sends_nothing_and_says_why(
    org: PracticeOrg, bench: Workbench, weather: str, kind: type[CrmDeskError], engine: Engine
) -> None:
    mark = uuid4().hex
    rows: list[dict[str, str | None]] = [{"LastName": mark, "FirstName": "x"}]
    with bench.sink("Contact", Action.INSERT, ["LastName", "FirstName"], None, engine) as sink:
        org.weather(weather, path="composite|ingest")
        writing = sink.write(iter(bench.payloads(sink.packing, rows)), bench.token)
        assert next(writing).rows["outcome"].to_list() == ["unsent"]
        with pytest.raises(kind):
            next(writing)
    org.delete("/practice/weather")
    assert org.count(f"Contact WHERE LastName = '{mark}'") == 0


def test_the_calls_left_are_what_the_org_said_last(bench: Workbench) -> None:
    """R-311."""
    before = bench.session.calls_left
    bench.session.whoami()
    assert before is not None
    assert bench.session.calls_left == before - 1


def test_a_token_is_in_no_error_and_in_no_log(org: PracticeOrg, caplog: pytest.LogCaptureFixture) -> None:
    """R-325."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SignInError) as caught:
        SalesforceConnector().connect(account_of(org), Secrets({"token": "marker-token"}))
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "marker-token" not in f"{chain!r} {chain} {vars(chain)}"
        chain = chain.__cause__ or chain.__context__
    assert "marker-token" not in caplog.text
