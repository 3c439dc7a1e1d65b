"""Behind a company's proxy: a script announces it, it wants a sign-in, and it opens what is encrypted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.proxies import Proxies, Way
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.network.system_proxy import FixedProxy, ProxyScript, system_proxy
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import TransientError, UserError
from crmdesk.model.account import Account
from tests.connectors.loopback import answer, scripted_server
from tests.connectors.workbench import Secrets
from tests.practice.running import PracticeOrg, start_practice_org
from tests.servers.inspecting_proxy import PASSWORD, USER, InspectingProxy, inspecting_proxy, use_proxy_of_the_desktop

BEHIND = Origin.parse("https://acme.crm.test")


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "5", "--accounts", "2")
    yield org
    org.end()


@pytest.fixture(scope="module")
def proxy(org: PracticeOrg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectingProxy]:
    with inspecting_proxy(tmp_path_factory.mktemp("proxy"), org.url) as made:
        yield made


@pytest.fixture
def company(proxy: InspectingProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InspectingProxy:
    """This computer is the company's: its root is in the system's store, its script in the settings of the desktop."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.root))
    desktop = use_proxy_of_the_desktop(tmp_path / "desktop", proxy.script)
    monkeypatch.setenv("PATH", f"{desktop}{os.pathsep}{os.environ['PATH']}")
    return proxy


class Impatient(CancelToken):
    """Whoever sleeps by it does not."""

    def sleep(self, seconds: float) -> None:
        self.check()


def signed(_: str) -> tuple[str, str]:
    return USER, PASSWORD


def account(proxy: InspectingProxy, **settings: str) -> Account:
    return Account("acme", "Acme", "salesforce", proxy.url, "token", settings)


def test_an_account_works_behind_the_proxy_with_nothing_set(company: InspectingProxy, org: PracticeOrg) -> None:
    """R-020."""
    reach = Reach(proxies=Proxies("", signed))
    with SalesforceConnector().connect(account(company), Secrets({"token": org.token}), reach) as session:
        assert session.whoami().organization_id == org.org_id
        assert session.objects()
    assert company.tunnels
    assert str(reach.proxies.way(BEHIND)) == (
        f"through the proxy {company.place} (from the settings of the desktop, by its script)"
    )


def test_a_root_that_the_system_does_not_know_is_refused_and_a_file_of_the_account_helps(
    company: InspectingProxy, org: PracticeOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-014, R-326."""
    monkeypatch.delenv("SSL_CERT_FILE")
    secret = Secrets({"token": org.token})
    with pytest.raises(UserError, match="not trusted") as caught:
        SalesforceConnector().connect(account(company), secret, Reach(proxies=Proxies("", signed)))
    assert caught.value.place == "ca_file"
    reach = Reach(ca_file=str(company.root), proxies=Proxies("", signed))
    with SalesforceConnector().connect(account(company), secret, reach) as session:
        assert session.whoami().organization_id == org.org_id


def test_a_proxy_that_wants_a_sign_in_is_told_with_what_to_do(company: InspectingProxy) -> None:
    with pytest.raises(UserError, match=r"asks for a sign-in \(407\)") as caught:
        HttpSession(BEHIND).request("GET", "/", replay=Replay.SAFE)
    assert "crmdesk proxy sign-in" in caught.value.hint
    wrong = Reach(proxies=Proxies("", lambda _: (USER, "wrong")))
    with pytest.raises(UserError, match="407") as refused:
        HttpSession(BEHIND, reach=wrong).request("GET", "/", replay=Replay.NEVER)
    assert "wrong" not in f"{refused.value!r} {vars(refused.value)} {refused.value.__cause__!r}"


def test_a_host_that_the_proxy_does_not_let_through_is_told(company: InspectingProxy) -> None:
    reach = Reach(proxies=Proxies("", signed))
    with pytest.raises(UserError, match=r"does not let us through to other\.crm\.test \(403\)"):
        HttpSession(Origin.parse("https://other.crm.test"), reach=reach).request("GET", "/", replay=Replay.SAFE)


def test_a_proxy_that_is_not_there_is_told_as_such(company: InspectingProxy) -> None:
    reach = Reach(proxies=Proxies(f"127.0.0.1:{company.dead}"))
    with pytest.raises(TransientError, match=f"The proxy 127.0.0.1:{company.dead} does not answer"):
        HttpSession(BEHIND, reach=reach).request("GET", "/", replay=Replay.NEVER, token=Impatient())


def test_this_computer_is_never_reached_through_a_proxy(company: InspectingProxy, org: PracticeOrg) -> None:
    before = len(company.tunnels)
    inside = Account("p", "P", "salesforce", org.url, "token")
    reach = Reach(proxies=Proxies(company.place, signed))
    with SalesforceConnector().connect(inside, Secrets({"token": org.token}), reach) as session:
        assert session.whoami().organization_id == org.org_id
    assert len(company.tunnels) == before
    for url in ("http://localhost:1", "https://127.0.0.2", "http://[::1]:3"):
        assert reach.proxies.way(Origin.parse(url)) == Way()


def test_the_account_may_go_another_way_than_the_system(company: InspectingProxy) -> None:
    """R-020."""
    assert Proxies("none").way(BEHIND).for_requests() == {}
    assert Proxies("other:3128").way(BEHIND).proxy == "other:3128"
    assert Proxies(f"pac:{company.script}").way(BEHIND).proxy.startswith("127.0.0.1:")
    assert Proxies(f"pac:{company.script}").way(Origin.parse("https://example.org")).for_requests() == {}


def test_a_script_that_cannot_be_read_is_told_and_not_passed_over(company: InspectingProxy, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pac"
    bad.write_text("function FindProxyForURL(url, host) { return nonsense(", encoding="utf-8")
    socks = tmp_path / "socks.pac"
    socks.write_text('function FindProxyForURL(url, host) { return "SOCKS5 s:1080"; }', encoding="utf-8")
    for script in (f"http://{company.place}/nothing", bad.as_uri(), "file:///nowhere"):
        with pytest.raises(UserError, match="could not be used") as caught:
            Proxies(f"pac:{script}").way(BEHIND)
        assert caught.value.place == "proxy"
    with pytest.raises(UserError, match="SOCKS"):
        Proxies(f"pac:{socks.as_uri()}").way(BEHIND)


def test_a_script_without_end_is_not_read_to_its_end() -> None:
    with scripted_server() as server:
        server.say("/proxy.pac", answer(200, b"//" + b" " * (2 << 20)))
        with pytest.raises(UserError, match="could not be used"):
            Proxies(f"pac:{server.url}/proxy.pac").way(BEHIND)


def test_variables_of_the_environment_come_first_and_exceptions_are_kept(
    company: InspectingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(system_proxy(), ProxyScript)
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secr%40t@proxy.acme.test:8080")
    monkeypatch.setenv("NO_PROXY", ".intern.test, 10.*,partner.test")
    assert isinstance(system_proxy(), FixedProxy)
    found = Proxies().way(BEHIND)
    assert (found.proxy, found.source) == ("proxy.acme.test:8080", "from the variable HTTPS_PROXY")
    assert found.for_requests()["https"] == "http://me:secr%40t@proxy.acme.test:8080"
    assert "secr" not in f"{found!r} {found}"
    for host in ("a.intern.test", "10.1.2.3", "partner.test", "x.partner.test"):
        assert Proxies().way(Origin.parse(f"https://{host}")).for_requests() == {}
    assert Proxies().way(Origin.parse("https://notpartner.test")).proxy
