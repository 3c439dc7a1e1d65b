"""The steps by which a client signs in: the token endpoint, the authorize page as a script passes it, assertions."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.practice.running import PracticeOrg

APP = {"client_id": "practice-app", "client_secret": "practice-secret"}
CALLBACK = "http://localhost:7171/OauthRedirect"
ADMIN = "admin@practice.example"
SALES = "sales@practice.example"
LEFT = "left@practice.example"
OAUTH = "/services/oauth2"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def stranger() -> requests.Session:
    """A session without any token."""
    session = requests.Session()
    session.trust_env = False
    return session


def ask_token(org: PracticeOrg, form: dict[str, str], **options: Any) -> requests.Response:
    with stranger() as session:
        return session.post(f"{org.url}{OAUTH}/token", data=form, timeout=100, **options)


def refusal(reply: requests.Response) -> tuple[str, str]:
    assert reply.status_code == 400
    assert reply.headers["Content-Type"].startswith("application/json")
    told = reply.json()
    assert set(told) == {"error", "error_description"}
    return told["error"], told["error_description"]


def works(org: PracticeOrg, token: str) -> bool:
    reply = org.get("limits", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code in (200, 401)
    return reply.status_code == 200


def register(org: PracticeOrg, **app: object) -> None:
    assert org.post("/practice/apps", app).status_code == 201


@dataclass
class Pkce:
    """A verifier and its S256 challenge, made as RFC 7636 says."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(64))

    @property
    def challenge(self) -> dict[str, str]:
        made = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        return {"code_challenge": made, "code_challenge_method": "S256"}


class Form(HTMLParser):
    """The one form of a page: its method, its place, what its fields hold and which buttons it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.method = self.action = ""
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.method, self.action = given["method"], given["action"]
        if tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        if tag == "button":
            self.buttons.append((given["name"], given["value"]))


def authorize_page(org: PracticeOrg, **asked: str) -> requests.Response:
    parameters = {"response_type": "code", "client_id": "practice-app", "redirect_uri": CALLBACK, **asked}
    with stranger() as session:
        return session.get(f"{org.url}{OAUTH}/authorize", params=parameters, allow_redirects=False, timeout=100)


def answer_page(org: PracticeOrg, page: requests.Response, **typed: str) -> requests.Response:
    """Send the form back as it stands, but for what was typed or pressed."""
    form = Form(page.text)
    assert form.method == "post"
    with stranger() as session:
        return session.post(org.url + form.action, data=form.fields | typed, allow_redirects=False, timeout=100)


def sent_back(reply: requests.Response, callback: str = CALLBACK) -> dict[str, str]:
    """What the redirect tells the app."""
    assert reply.status_code == 302, reply.text
    place, _, query = reply.headers["Location"].partition("?")
    assert place == callback
    assert not urlsplit(reply.headers["Location"]).fragment
    return dict(parse_qsl(query, strict_parsing=True))


def new_code(org: PracticeOrg, **asked: str) -> str:
    return sent_back(answer_page(org, authorize_page(org, **asked), decision="allow"))["code"]


def code_form(code: str, **more: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": code, "client_id": "practice-app", "redirect_uri": CALLBACK}
    return form | more


class Signer:
    """An RSA key, and the assertions that it signs."""

    def __init__(self, bits: int = 2048) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    @property
    def public_pem(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    @property
    def private_pem(self) -> bytes:
        form, secrecy = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, form, secrecy)

    def form(self, claims: dict[str, Any], algorithm: str = "RS256") -> dict[str, str]:
        return {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, self.private_pem, algorithm)}


def good_claims(**other: object) -> dict[str, Any]:
    """Claims of an assertion that the org takes, but for what `other` changes."""
    known = {"iss": "signing", "sub": ADMIN, "aud": "https://login.salesforce.com", "exp": int(time.time()) + 180}
    return known | other
