"""A whole day behind a company's proxy that nobody has set anything for: found by its script, signed in to, trusted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program, profile
from tests.practice.running import PracticeOrg, start_practice_org
from tests.servers.inspecting_proxy import (
    HOST,
    PASSWORD,
    USER,
    InspectingProxy,
    inspecting_proxy,
    use_proxy_of_the_desktop,
)

PHRASE = "correct horse battery staple"
IMPORT = """
version = 1
name = "people"
account = "Acme"
object = "Contact"
operation = "import"
[local]
path = "people.csv"
[[mapping]]
remote = "LastName"
local = "Name"
"""


@dataclass
class Company:
    """A profile on a computer of the company."""

    program: Program
    proxy: InspectingProxy
    org: PracticeOrg


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company")
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "20", "--accounts", "2")
    with inspecting_proxy(folder, org.url) as proxy:
        surroundings = {
            "CRMDESK_PASSPHRASE": PHRASE,
            "SSL_CERT_FILE": str(proxy.root),
            "PATH": f"{use_proxy_of_the_desktop(folder / 'desktop', proxy.script)}{os.pathsep}{os.environ['PATH']}",
            **dict.fromkeys(("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"), ""),
        }
        with profile(folder / "profile", **surroundings) as program:
            assert program.ask("vault", "create", "--passphrase-stdin", said=f"{PHRASE}\n").code == 0
            add = ("account", "add", "Acme", "--kind", "salesforce", "--url", proxy.url, "--secret-stdin")
            assert program.ask(*add, said=f"{org.token}\n").code == 0
            yield Company(program, proxy, org)
    org.end()


def test_the_doctor_tells_the_story_and_what_to_do(company: Company) -> None:
    before = company.program.ask("doctor")
    assert before.code == 1
    told = {line["name"]: line for line in before.lines}
    assert list(told) == ["network", "proxy", "certificates", "keychain", "disk", "clock", "ports"]
    assert "asks for a sign-in (407)" in told["proxy"]["text"]
    assert "crmdesk proxy sign-in" in told["proxy"]["hint"]
    place = company.proxy.place
    signed = company.program.ask("proxy", "sign-in", place, "--user", USER, "--secret-stdin", said=f"{PASSWORD}\n")
    assert signed.code == 0, signed
    after = company.program.tell("doctor")
    assert after.code == 0, after
    assert (
        f"{HOST} answers, through the proxy {place} (from the settings of the desktop, by its script)" in after.stdout
    )
    assert f"{HOST} by Acme inspection" in after.stdout


def test_everything_goes_through_the_proxy_unmodified(company: Company, tmp_path: Path) -> None:
    """R-020."""
    program, proxy = company.program, company.proxy
    keep = ("proxy", "sign-in", proxy.place, "--user", USER, "--secret-stdin")
    assert program.ask(*keep, said=f"{PASSWORD}\n").code == 0
    tested = program.ask("account", "test", "acme")
    assert tested.code == 0, tested
    assert tested.last["organization_id"] == company.org.org_id
    contacts_csv(tmp_path / "contacts.csv", range(30))
    bulk = 'action = "upsert"\nkey = "Legacy_Id__c"\nengine = "bulk"'
    written = program.run(contacts_job(tmp_path, account="Acme", export=bulk))
    assert (written.code, written.last["created"]) == (0, 30)
    assert any(path.startswith("/services/data/v64.0/jobs/ingest") for _, path in proxy.seen)
    (tmp_path / "people.toml").write_text(IMPORT, encoding="utf-8")
    read = program.ask("run", tmp_path / "people.toml")
    assert (read.code, read.last["read"]) == (0, company.org.count("Contact"))
    assert company.org.count("Contact") == 50
    before = len(proxy.tunnels)
    assert program.ask("account", "test", "practice_org").code == 0
    assert len(proxy.tunnels) == before


def test_no_password_of_the_proxy_is_in_the_profile_in_the_clear(company: Company) -> None:
    """R-323."""
    files = [place for place in company.program.home.rglob("*") if place.is_file()]
    assert not [place for place in files if PASSWORD.encode() in place.read_bytes()]
