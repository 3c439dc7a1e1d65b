"""Signing in through the browser: the person allows the app there, and the answer comes back to this computer.

RFC 6749, 4.1 with Proof Key for Code Exchange (RFC 7636); Salesforce Help, "OAuth 2.0 Web Server Flow for Web App
Integration"; Microsoft Learn, "Microsoft identity platform and OAuth 2.0 authorization code flow".
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from crmdesk.connectors.callback import listening
from crmdesk.connectors.contract import BrowserSignIn
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.refreshing import with_secret
from crmdesk.connectors.oauth.secret_names import REFRESH_TOKEN
from crmdesk.connectors.oauth.token_endpoint import Endpoint, Grant
from crmdesk.errors import CrmDeskError, RemoteError, SignInError, TransientError
from crmdesk.model.sign_in import SignInStep, Step, StepState

_REFUSED = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class BrowserApp:
    """The app that is to be allowed; answers come to `port`.

    `cards` tell what refusals mean, `letter` is the text that asks the CRM's admin for what the app lacks.
    """

    endpoint: Endpoint
    client_id: str
    port: int
    secrets: Mapping[str, str] = field(repr=False)
    cards: Sequence[Card] = ()
    letter: str = ""
    reach: Reach = field(default_factory=Reach)

    def permission(self, browser: BrowserSignIn) -> Mapping[str, str]:
        """The secrets with the refresh token that the permission brought. Raises as AsksInBrowser says."""
        steps, door = _Steps(browser), self.endpoint.door
        http = HttpSession(door, reach=self.reach)
        try:
            with steps.doing(Step.ADDRESS, "Looking at the address"):
                steps.done(Step.ADDRESS, str(door))
            with steps.doing(Step.NETWORK, "Reaching it"):
                http.request("GET", self.endpoint.probe, replay=Replay.SAFE, token=browser.token)
                steps.done(Step.NETWORK, f"It answers, {self.reach.proxies.way(door)}.")
            verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
            with steps.doing(Step.BROWSER, "Opening your browser"), listening(self.port, state) as callback:
                question = self._question(callback.address, verifier, state, is_afresh=browser.is_afresh)
                self._try(http, question, callback.address)
                steps.waiting(f"{door}{question}", is_shown=browser.open(f"{door}{question}"))
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
            "scope": self.endpoint.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.endpoint.authorize}?{urlencode(asked | ({'prompt': 'login'} if is_afresh else {}))}"

    def _try(self, http: HttpSession, question: str, callback: str) -> None:
        """Ask as the browser will: what is wrong with the app itself is told to the browser alone, not to us."""
        try:
            reply = http.request("GET", question, replay=Replay.SAFE)
        except TransientError:
            raise
        except RemoteError:  # sent on to the page where people sign in
            return
        if reply.status_code in _REFUSED:
            refusal = self.endpoint.read(reply.status_code, reply.content)
            if refusal.code:
                raise grant_refusal(refusal, self.cards, self._around(callback))

    def _taken_up(self, http: HttpSession, answer: Mapping[str, str], verifier: str, callback: str) -> Grant:
        if "code" not in answer:
            told = _Told(0, answer.get("error", "no code"), answer.get("error_description", ""))
            raise grant_refusal(told, self.cards, self._around(callback))
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "client_id": self.client_id,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        granted = self.endpoint.ask(http, form | with_secret(self.secrets))
        if not isinstance(granted, Grant):
            raise grant_refusal(granted, self.cards, self._around(callback))
        if not granted.refresh_token:
            raise SignInError(
                f"The app gives no lasting permission: it lacks a scope of “{self.endpoint.scope}”.",
                hint="Send the text below to the CRM's admin.",
                place="client_id",
                letter=self.letter,
            )
        return granted

    def _around(self, callback: str) -> Circumstances:
        return Circumstances(self.endpoint.door, callback=callback, letter=self.letter, crm=self.endpoint.crm)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the browser brought instead of a code."""

    status: int
    code: str
    message: str


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
