"""Signing in through the browser: the person allows the app there, and the answer comes back to this computer.

Salesforce Help, "OAuth 2.0 Web Server Flow for Web App Integration" with Proof Key for Code Exchange (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from crmdesk.connectors.callback import listening
from crmdesk.connectors.contract import BrowserSignIn
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.sign_in.cards.browser import BROWSER
from crmdesk.connectors.salesforce.sign_in.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.salesforce.sign_in.letters import app_letter
from crmdesk.connectors.salesforce.sign_in.refreshing import REFRESH_TOKEN, with_secret
from crmdesk.connectors.salesforce.sign_in.token_endpoint import Grant, ask
from crmdesk.errors import CrmDeskError, RemoteError, SignInError, TransientError
from crmdesk.model.sign_in import SignInStep, Step, StepState

_AUTHORIZE = "/services/oauth2/authorize"
_SCOPE = "api refresh_token"
_REFUSED = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class BrowserApp:
    """The app that is to be allowed at `door`, the org's own address or a login host; answers come to `port`."""

    door: Origin
    client_id: str
    port: int
    secrets: Mapping[str, str] = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def permission(self, browser: BrowserSignIn) -> Mapping[str, str]:
        """The secrets with the refresh token that the permission brought. Raises as AsksInBrowser says."""
        steps = _Steps(browser)
        http = HttpSession(self.door, reach=self.reach)
        try:
            with steps.doing(Step.ADDRESS, "Looking at the address"):
                steps.done(Step.ADDRESS, str(self.door))
            with steps.doing(Step.NETWORK, "Reaching it"):
                http.request("GET", "/services/data", replay=Replay.SAFE, token=browser.token)
                steps.done(Step.NETWORK, f"It answers, {self.reach.proxies.way(self.door)}.")
            verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
            with steps.doing(Step.BROWSER, "Opening your browser"), listening(self.port, state) as callback:
                question = self._question(callback.address, verifier, state, is_afresh=browser.is_afresh)
                self._try(http, question, callback.address)
                steps.waiting(f"{self.door}{question}", is_shown=browser.open(f"{self.door}{question}"))
                answer = callback.wait(browser.token, browser.patience)
                steps.done(Step.BROWSER, "It brought an answer.")
            with steps.doing(Step.PERMISSION, "Taking up the permission"):
                granted = self._taken_up(http, answer, verifier, callback.address)
                steps.done(Step.PERMISSION, "Given.")
        finally:
            http.close()
        return {**self.secrets, REFRESH_TOKEN: granted.refresh_token}

    def _question(self, callback: str, verifier: str, state: str, *, is_afresh: bool) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": callback,
            "scope": _SCOPE,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{_AUTHORIZE}?{urlencode(asked | ({'prompt': 'login'} if is_afresh else {}))}"

    def _try(self, http: HttpSession, question: str, callback: str) -> None:
        """Ask as the browser will: what is wrong with the app itself is told to the browser alone, not to us."""
        try:
            reply = http.request("GET", question, replay=Replay.SAFE)
        except TransientError:
            raise
        except RemoteError:  # sent on to the page where people sign in
            return
        if reply.status_code in _REFUSED:
            refusal = _refusal(reply.status_code, reply.content)
            if refusal.code:
                raise grant_refusal(refusal, BROWSER, self._around(callback))

    def _taken_up(self, http: HttpSession, answer: Mapping[str, str], verifier: str, callback: str) -> Grant:
        if "code" not in answer:
            told = Refusal(0, answer.get("error", "no code"), answer.get("error_description", ""))
            raise grant_refusal(told, BROWSER, self._around(callback))
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "client_id": self.client_id,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        granted = ask(http, form | with_secret(self.secrets))
        if isinstance(granted, Refusal):
            raise grant_refusal(granted, BROWSER, self._around(callback))
        if not granted.refresh_token:
            raise SignInError(
                "The app in your org gives no lasting permission: it lacks the scope refresh_token.",
                hint="Send the text below to the org's admin.",
                place="client_id",
                letter=app_letter(self.port, self.client_id),
            )
        return granted

    def _around(self, callback: str) -> Circumstances:
        return Circumstances(self.door, callback=callback, letter=app_letter(self.port, self.client_id))


def _refusal(status: int, content: bytes) -> Refusal:
    """A refusal of the authorize page: JSON, or a form in its body."""
    refusal = Refusal.parse(status, content)
    if refusal.code:
        return refusal
    told = dict(parse_qsl(content[:4096].decode("utf-8", "replace")))
    return Refusal(status, told.get("error", ""), told.get("error_description", ""))


@dataclass(frozen=True, slots=True)
class _Steps:
    """Tells whoever watches how far the sign-in is."""

    browser: BrowserSignIn

    def doing(self, step: Step, text: str) -> _Doing:
        self.browser.tell(SignInStep(step, StepState.GOING_ON, text))
        return _Doing(self.browser, step)

    def waiting(self, link: str, *, is_shown: bool) -> None:
        text = "Waiting for you in the browser" if is_shown else "No browser could be opened: open this link yourself"
        self.browser.tell(SignInStep(Step.BROWSER, StepState.GOING_ON, text, link))

    def done(self, step: Step, text: str) -> None:
        self.browser.tell(SignInStep(step, StepState.DONE, text))


@dataclass(frozen=True, slots=True)
class _Doing:
    """A step that fails when its block raises."""

    browser: BrowserSignIn
    step: Step

    def __enter__(self) -> None:
        """Nothing more to do: that it began was told."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CrmDeskError):
            self.browser.tell(SignInStep(self.step, StepState.FAILED, error.message))
