"""The ways to sign in to Dynamics, against the token endpoint of a practice environment."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from crmdesk.connectors.contract import BrowserSignIn
from crmdesk.connectors.dynamics.connector import DynamicsConnector
from crmdesk.connectors.dynamics.sign_in.authority import authority_of
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.registry import connector
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.errors import SignInError, UserError
from crmdesk.model.sign_in import SignInStep
from tests.connectors.dynamics.conftest import account
from tests.connectors.loopback import answer, scripted_server
from tests.connectors.salesforce.browsers import free_port
from tests.connectors.workbench import Secrets
from tests.servers.dynamics import PASSWORD, SECRET, USER, DynamicsServer


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CRM Desk")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def pem(key: rsa.RSAPrivateKey) -> str:
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(kind, form, serialization.NoEncryption()).decode()


def who(server: DynamicsServer, auth: str, secrets: Mapping[str, str], **settings: str) -> str:
    with DynamicsConnector().connect(account(server, auth, **settings), Secrets(dict(secrets))) as session:
        return session.whoami().user


def grants(server: DynamicsServer) -> list[str]:
    return [line.rpartition(" ")[2] for line in server.log() if "/oauth2/v2.0/token" in line]


def test_an_app_with_its_secret_signs_in(server: DynamicsServer) -> None:
    """R-010."""
    assert who(server, "client-credentials", {"client_secret": SECRET}) == "daemon@practice.example"
    assert grants(server)[-1] == "client_credentials"


def test_a_wrong_secret_is_told_in_the_words_of_microsoft(server: DynamicsServer) -> None:
    """R-010."""
    with pytest.raises(SignInError, match=r"does not take this client secret.*AADSTS7000215") as refused:
        who(server, "client-credentials", {"client_secret": "wrong"})
    assert (refused.value.place, "Trace ID" in refused.value.message) == ("client_secret", False)


def test_a_user_signs_in_by_name_and_password(server: DynamicsServer) -> None:
    """R-008: the grant is `password`, and its scope the address of the environment."""
    client = {"client_id": server.public_client_id, "user": USER, "api_version": "9.2"}
    assert who(server, "password", {"password": PASSWORD}, **client) == USER
    assert grants(server)[-1] == "password"
    with pytest.raises(SignInError, match="AADSTS50126") as wrong:
        who(server, "password", {"password": "wrong"}, **client)
    assert wrong.value.place == "password"
    server.control("identity", {"do": "settings", "values": {"wants_second_factor": True}})
    try:
        with pytest.raises(SignInError, match="second factor") as second:
            who(server, "password", {"password": PASSWORD}, **client)
    finally:
        server.control("identity", {"do": "settings", "values": {"wants_second_factor": False}})
    assert (second.value.place, "through the browser" in second.value.hint) == ("auth", True)


@pytest.mark.parametrize("form", ["pem", "bare", "base64 of the file"])
def test_an_app_with_its_certificate_signs_in(
    server: DynamicsServer, key: rsa.RSAPrivateKey, certificate: x509.Certificate, form: str
) -> None:
    """R-009: the assertion names the certificate by x5t, is signed by RS256 and verified with it."""
    server.control(
        "identity", {"do": "certificate", "pem": certificate.public_bytes(serialization.Encoding.PEM).decode()}
    )
    text = pem(key)
    given = {
        "pem": text,
        "bare": "".join(text.splitlines()[1:-1]),
        "base64 of the file": base64.b64encode(text.encode()).decode(),
    }[form]
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - what x5t is made of
    found = who(server, "certificate", {"private_key": given}, thumbprint=thumbprint, key_id="1")
    assert found == "daemon@practice.example"


def test_a_key_of_another_certificate_is_told(server: DynamicsServer, certificate: x509.Certificate) -> None:
    """R-009."""
    server.control(
        "identity", {"do": "certificate", "pem": certificate.public_bytes(serialization.Encoding.PEM).decode()}
    )
    other = pem(rsa.generate_private_key(65537, 2048))
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - as above
    with pytest.raises(SignInError, match="does not belong to a certificate") as refused:
        who(server, "certificate", {"private_key": other}, thumbprint=thumbprint)
    assert refused.value.place == "private_key"


@pytest.mark.parametrize(
    ("secret", "thumbprint", "place"),
    [("not a key", "aa" * 20, "private_key"), ("", "aa" * 20, "private_key"), ("x", "not a thumbprint", "thumbprint")],
)
def test_what_is_no_key_and_no_thumbprint_is_refused_before_anything_is_sent(
    server: DynamicsServer, secret: str, thumbprint: str, place: str
) -> None:
    """R-009."""
    before = len(server.log())
    with pytest.raises(SignInError) as refused:
        who(server, "certificate", {"private_key": secret, "other": "x"}, thumbprint=thumbprint)
    assert (refused.value.place, len(server.log())) == (place, before)


def allowing(link: str) -> bool:
    """A browser whose person allows everything: it follows where the page sends it."""

    def visit() -> None:
        left = requests.get(link, allow_redirects=False, timeout=100).headers["Location"]
        host = left.split("/")[2]
        requests.get(left.replace("localhost", "127.0.0.1"), timeout=100, headers={"Host": host})

    threading.Thread(target=visit, daemon=True).start()
    return True


def test_a_person_signs_in_through_the_browser_and_only_the_permission_is_kept(server: DynamicsServer) -> None:
    """R-007, R-327: authorization code with PKCE to a port of this computer; then the refresh token alone, rotated."""
    told: list[SignInStep] = []
    place = account(server, "browser", client_id=server.public_client_id, port=str(free_port()))
    browser = BrowserSignIn(told.append, allowing, CancelToken(), patience=100)
    kept = DynamicsConnector().permission(place, {}, browser)
    assert list(kept) == ["refresh_token"]
    secrets = Secrets(dict(kept))
    with DynamicsConnector().connect(place, secrets) as session:
        assert session.whoami().user == USER
        assert secrets.held["refresh_token"] != kept["refresh_token"]
        server.control("identity", {"do": "end sessions"})
        assert session.whoami().user == USER  # renewed without anybody
    server.control("identity", {"do": "revoke"})
    with pytest.raises(SignInError, match="has ended") as ended:
        DynamicsConnector().connect(place, secrets)
    assert "Sign the account in again" in ended.value.hint


def test_a_session_that_ended_is_renewed_once_and_the_request_made_again(server: DynamicsServer) -> None:
    """R-021."""
    with DynamicsConnector().connect(account(server), Secrets({"client_secret": SECRET})) as session:
        before = len(grants(server))
        server.control("identity", {"do": "end sessions"})
        session.whoami()
        assert len(grants(server)) == before + 1


def test_the_tenant_is_told_by_the_environment_and_can_be_named(server: DynamicsServer) -> None:
    assert authority_of(server.url, "", Reach()).tenant == server.tenant
    with pytest.raises(SignInError, match="no such tenant") as refused:
        who(server, "client-credentials", {"client_secret": SECRET}, tenant="elsewhere.example")
    assert refused.value.place == "tenant"


@pytest.mark.parametrize(
    "told",
    ["", "Bearer", "Bearer authorization_uri=https://login.evil.example/t/oauth2/authorize, resource_id=x"],
)
def test_a_secret_is_sent_to_nobody_but_microsoft(told: str) -> None:
    with scripted_server() as script:
        script.say("/api/data/v9.2/", answer(401, WWW_Authenticate=told))
        with pytest.raises(SignInError) as refused:
            authority_of(script.url, "", Reach())
        assert (refused.value.place, len(script.seen)) == ("url", 1)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://acme.crm4.dynamics.com/main.aspx?appid=1&pagetype=entityrecord", "https://acme.crm4.dynamics.com"),
        ("acme.crm.dynamics.com", "https://acme.crm.dynamics.com"),
        ("https://ACME.crm4.dynamics.com/", "https://acme.crm4.dynamics.com"),
    ],
)
def test_any_address_of_an_environment_becomes_its_own(pasted: str, kept: str) -> None:
    assert connector("dynamics").address(pasted) == kept


def test_an_unknown_way_to_sign_in_is_refused(server: DynamicsServer) -> None:
    with pytest.raises(UserError, match="cannot sign in by"):
        who(server, "kerberos", {})


def test_the_tenants_admin_is_asked_with_the_exact_names() -> None:
    letter = Accounts.app_letter(7171, "an-id", "dynamics")
    for words in ("http://localhost/OauthRedirect", "user_impersonation", "Allow public client flows", "an-id"):
        assert words in letter
    with pytest.raises(UserError, match="Nobody signs in to OData service"):
        Accounts.app_letter(7171, "", "odata")
