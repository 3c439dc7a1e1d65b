"""A Salesforce account that signs in by an app and its private key, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from crmdesk.desk.window.history import History
from crmdesk.model.account import Environment, Identity
from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import Org, Program, profile
from tests.practice.oauth.signing_in import ADMIN, SALES, Signer


@dataclass
class Signing:
    """A profile, an org elsewhere that knows an app, and the key of that app."""

    program: Program
    url: str
    key: str
    org: Org

    def options(self) -> tuple[str, ...]:
        return "--kind", "salesforce", "--url", f"{self.url}/lightning/page/home", "--auth", "jwt", "--user", SALES


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signing]:
    folder = tmp_path_factory.mktemp("jwt")
    signer = Signer()
    with profile(folder / "profile") as program, profile(folder / "outside") as outside:
        org = outside.org()
        reply = requests.post(
            f"{org.url}/practice/apps",
            json={"client_id": "nightly", "certificate": signer.public_pem},
            headers={"Authorization": f"Bearer {org.token}"},
            timeout=100,
        )
        assert reply.status_code == 201
        yield Signing(program, org.url, signer.private_pem.decode(), org)


def test_an_account_is_added_with_its_key_from_standard_input_and_signs_in(signing: Signing) -> None:
    add = ("account", "add", "Nightly", *signing.options(), "--client-id", "nightly", "--secret-stdin")
    added = signing.program.ask(*add, said=signing.key + "more lines\n")
    assert added.code == 0, added
    assert added.last["url"] == signing.url
    assert "CRMDESK_SECRET_NIGHTLY" in added.stderr  # there is no credential store here
    tested = signing.program.ask("account", "test", "nightly", env={"CRMDESK_SECRET_NIGHTLY": signing.key})
    assert tested.code == 0, tested
    assert tested.last["user"] == SALES


def test_an_account_without_a_consumer_key_is_refused_at_once(signing: Signing) -> None:
    answer = signing.program.ask("account", "add", "Other", *signing.options(), "--secret-stdin", said=signing.key)
    assert answer.code == 2
    assert answer.error["place"] == "client_id"


def test_what_does_not_sign_in_is_not_kept_and_what_does_is(signing: Signing) -> None:
    at = ("account", "sign-in", "nightly")
    key = {"CRMDESK_SECRET_NIGHTLY": signing.key}
    refused = signing.program.ask(*at, "--user", "nobody@acme.example", env=key)
    assert (refused.code, refused.error["kind"]) == (2, "sign-in")
    assert signing.program.ask("account", "test", "nightly", env=key).last["user"] == SALES
    assert signing.program.ask(*at, "--user", ADMIN, "--secret-stdin", said=signing.key).code == 0
    assert signing.program.ask("account", "test", "nightly", env=key).last["user"] == ADMIN


@pytest.mark.parametrize(("engine", "path"), [("rest", "/composite/sobjects"), ("bulk", "/jobs/ingest/.")])
def test_a_session_that_ends_in_the_middle_is_renewed_and_the_run_goes_on(
    signing: Signing, tmp_path: Path, engine: str, path: str
) -> None:
    """R-021. A complaint about other loaders: a session that ends in the middle ends a long run."""
    add = ("account", "add", f"Long {engine}", *signing.options(), "--client-id", "nightly", "--secret-stdin")
    assert signing.program.ask(*add, said=signing.key).code == 0
    contacts_csv(tmp_path / "rows.csv", range(30))
    signing.org.weather("expire", path=path, after=1, times=1)
    export = f'{UPSERT}\nengine = "{engine}"' + ("\nrows_per_call = 10" if engine == "rest" else "")
    job = contacts_job(tmp_path, "rows.csv", name=f"ends {engine}", export=export, account=f"Long {engine}")
    done = signing.program.ask("run", job, "--yes", env={f"CRMDESK_SECRET_LONG_{engine.upper()}": signing.key})
    ended = sum(rule["hits"] for rule in signing.org.get("/practice/weather"))
    signing.org.clear_weather()
    assert ended == 1
    assert done.last["outcome"] == "succeeded"
    assert done.last["created"] + done.last["updated"] == 30


def test_a_key_is_nowhere_in_the_profile(signing: Signing) -> None:
    line = signing.key.splitlines()[5].encode()
    files = [place for place in Path(signing.program.home).rglob("*") if place.is_file()]
    assert files
    assert not [place for place in files if line in place.read_bytes()]


def test_a_run_in_another_organisation_than_the_one_a_person_said_yes_to_is_refused(
    signing: Signing, tmp_path: Path
) -> None:
    other = Identity(
        "m.admin@acme.example", "Acme", "00D000000000001AAA", Environment.PRODUCTION, "2026-01-31T10:00:00Z"
    )
    history = History.open(signing.program.home)
    history.remember_identity("nightly", other)
    history.close()
    contacts_csv(tmp_path / "contacts.csv", range(3))
    job = contacts_job(tmp_path, account="Nightly", name="elsewhere")
    answer = signing.program.ask("run", job, "--yes", env={"CRMDESK_SECRET_NIGHTLY": signing.key})
    assert answer.code == 2
    assert "instead of Acme; nothing was sent" in answer.error["message"]
