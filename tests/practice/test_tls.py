"""The second door: https, with a certificate made at the start."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def safe_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("safe"), "--contacts", "3", "--accounts", "1", "--tls")
    yield org
    org.end()


def test_the_first_line_names_the_certificate_and_nothing_else_is_trusted(safe_org: PracticeOrg) -> None:
    assert safe_org.url.startswith("https://127.0.0.1:")
    assert safe_org.count("Contact") == 3
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            session.get(safe_org.url, timeout=100)


def test_the_certificate_is_for_loopback_alone(safe_org: PracticeOrg) -> None:
    certificate = x509.load_pem_x509_certificate(Path(safe_org.ca_file or "").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.IPv4Address("127.0.0.1")]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert (certificate.not_valid_after_utc - datetime.now(UTC)).days <= 30


def test_localhost_is_the_same_door(safe_org: PracticeOrg) -> None:
    localhost = safe_org.url.replace("127.0.0.1", "localhost")
    assert safe_org.session.get(f"{localhost}{safe_org.root}/limits", timeout=100).status_code == 200


def test_the_key_is_for_its_owner_alone(safe_org: PracticeOrg) -> None:
    assert not safe_org.ca_file or Path(safe_org.ca_file).parent == safe_org.folder
    assert os.name != "posix" or stat.S_IMODE((safe_org.folder / "practice.key").stat().st_mode) == 0o600


def test_the_addresses_that_it_tells_are_of_its_own_door(safe_org: PracticeOrg) -> None:
    form = {"grant_type": "client_credentials", "client_id": "practice-app", "client_secret": "practice-secret"}
    told = safe_org.session.post(f"{safe_org.url}/services/oauth2/token", data=form, timeout=100).json()
    assert told["instance_url"] == safe_org.url
    assert told["id"].startswith(safe_org.url)


def test_old_protocols_are_not_spoken(safe_org: PracticeOrg) -> None:
    context = ssl.create_default_context(cafile=safe_org.ca_file)
    with (
        socket.create_connection(("127.0.0.1", urlsplit(safe_org.url).port or 0), timeout=100) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_plain_http_is_not_answered_at_this_door(safe_org: PracticeOrg) -> None:
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.ConnectionError):
            session.get(safe_org.url.replace("https", "http"), timeout=100)


def test_each_start_makes_a_certificate_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "org"
    first = start_practice_org(folder, "--contacts", "1", "--tls")
    old = Path(first.ca_file or "").read_bytes()
    first.end()
    second = start_practice_org(folder, "--tls")
    assert Path(second.ca_file or "").read_bytes() != old
    assert second.count("Contact") == 1
    second.end()


def test_both_doors_lead_to_the_same_kind_of_org(safe_org: PracticeOrg, shared_org: PracticeOrg) -> None:
    plain, safe = (org.get("sobjects/Contact/describe").json() for org in (shared_org, safe_org))
    assert plain == safe
