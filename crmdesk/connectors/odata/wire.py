"""The answers of a service: pages, entities, and refusals with the service's own code and words."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from requests import Response, codes

from crmdesk.connectors.odata.edm import wire_text
from crmdesk.connectors.odata.spoken import spoken
from crmdesk.connectors.odata.version2 import old_page
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.whole import whole
from crmdesk.errors import AccessError, CrmDeskError, RemoteError, SignInError, TransientError

Entity = dict[str, msgspec.Raw]
"""The members of an entity, each as it is written."""


class Page(msgspec.Struct):
    """One page of a collection. Source: OData JSON Format 4.01, 4.5 and 13."""

    value: list[Entity]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")
    delta_link: str | None = msgspec.field(default=None, name="@odata.deltaLink")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a service says when it will not.

    `field` is the property it names, or empty; `is_own` tells whether the words are the service's own, not those of
    something on the way to it.
    """

    status: int
    code: str
    message: str
    field: str = ""
    is_own: bool = True


def page(response: Response) -> Page:
    """A page; raises RemoteError when the answer is none."""
    try:
        return _page(response.content, is_old=False)
    except msgspec.MsgspecError as error:
        raise not_odata(response) from error


def whole_page(ask: Callable[[], Response], token: CancelToken, *, is_old: bool = False) -> Page:
    """As `page`, of OData 2 where it `is_old`; an answer that was cut short is asked for again.

    Raises TransientError when it is cut short every time.
    """

    def decode(response: Response) -> Page:
        try:
            return _page(response.content, is_old=is_old)
        except msgspec.MsgspecError as error:
            if isinstance(error, msgspec.ValidationError) or "json" not in response.headers.get("Content-Type", ""):
                raise not_odata(response) from error
            raise

    try:
        return whole(ask, decode, token)
    except msgspec.MsgspecError as error:
        raise cut_short(error) from error


def cut_short(error: Exception) -> TransientError:
    """What is to be said of answers that never arrive whole."""
    return TransientError(
        f"The service's answers arrive cut short, or are no JSON: {error}.",
        hint="Look at what stands between this computer and the service, a proxy for instance; then resume the run.",
    )


def _page(content: bytes, *, is_old: bool) -> Page:
    plain = content.removeprefix(codecs.BOM_UTF8)  # some services put a mark before it (RFC 8259, 8.1)
    if is_old:
        found = old_page(plain)
        return Page(found.results, found.next_link)
    return msgspec.json.decode(plain, type=Page)


def entity(response: Response) -> Entity:
    """An entity; raises RemoteError when the answer is none."""
    try:
        return msgspec.json.decode(response.content, type=Entity)
    except msgspec.MsgspecError as error:
        raise not_odata(response) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request, alone or in a batch; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    reason: str = ""

    @classmethod
    def of(cls, response: Response) -> Answer:
        """The answer that came alone."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return cls(response.status_code, headers, response.content, response.reason or "")

    @property
    def is_good(self) -> bool:
        """Whether the request was carried out."""
        return bool(codes.ok <= self.status < codes.multiple_choices)

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people: a sign-in or a notice of something on the way, whatever its status says."""
        kind = self.headers.get("content-type", "").lower()
        return "html" in kind or self.content.lstrip()[:9].lower().startswith((b"<html", b"<!doctype"))


def member(content: bytes, name: str) -> str | None:
    """One member of the entity in the body of an answer, None when it holds no such thing."""
    try:
        found = msgspec.json.decode(content, type=Entity).get(name)
    except msgspec.MsgspecError:
        return None
    return None if found is None else wire_text(found)


def not_odata(response: Response) -> RemoteError:
    """What to raise for a good status with a body that is not OData."""
    kind = response.headers.get("Content-Type", "no type").partition(";")[0]
    return RemoteError(
        f"The service answered with {kind} where OData was expected.",
        hint="Check that the address of the account is the root of an OData v4 service.",
    )


def refusal(response: Response) -> Refusal:
    """The code and message of an answer that is not a success."""
    return refused(Answer.of(response))


def refused(answer: Answer) -> Refusal:
    """The same for one that may have come in a batch. Source: OData JSON Format 4.01, 21.1."""
    status = answer.status
    told = spoken(answer.content, answer.headers.get("content-type", "").lower())
    plain = answer.reason or f"HTTP {status}"
    if told is None:
        return Refusal(status, f"HTTP {status}", plain, is_own=False)
    code, words = told.code or f"HTTP {status}", (told.message or plain)[:4000]
    return Refusal(status, code, words, told.target, is_own=told.is_odata)


def failure(said: Refusal, doing: str) -> CrmDeskError:
    """What to raise for a refusal that is about more than one record; `doing` names what was asked for."""
    match said.status:
        case codes.unauthorized:
            return SignInError(f"The service did not accept the sign-in: {said.message}", hint="Sign in again.")
        case codes.forbidden:
            return AccessError(
                f"A right is missing for {doing}: {said.message}",
                hint="Ask the administrator of the service for it.",
                code=said.code,
            )
        case _:
            return RemoteError(f"The service refused {doing}: {said.message}", hint="", code=said.code)
