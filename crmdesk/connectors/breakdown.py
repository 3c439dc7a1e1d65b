"""What a broken or busy connection means for the request that was on it."""

from __future__ import annotations

import math
import re
import ssl
import time
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError

from crmdesk.connectors.bounds import OutOfBounds
from crmdesk.connectors.network.proxies import Way
from crmdesk.connectors.origin import Origin
from crmdesk.errors import CrmDeskError, LostAnswer, RemoteError, TransientError, UserError

_TOO_MANY = 429
_NOT_YET, _EXPIRED = 9, 10
_WRONG_HOST = frozenset({62, 64})
"""OpenSSL, "X509_STORE_CTX_get_error": codes of a certificate that does not hold."""
_SIGN_IN_AT_PROXY = 407
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
"""http.client's words for a proxy that refuses to let a connection through."""
_LONGEST_ASKED = 366 * 86_400.0
"""Seconds; whoever asks for more is told as one who asks for a year."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Again(Exception):
    """The request was not applied, or may be repeated; `error` is what to raise when patience ends."""

    def __init__(self, error: TransientError) -> None:
        super().__init__(error.message)
        self.error = error


def explain(
    error: requests.RequestException, origin: Origin, *, is_safe: bool, way: Way | None = None
) -> CrmDeskError | Again:
    """What to raise for a break: Again when nothing left or a repeat is safe, LostAnswer when nobody knows.

    `way` is the way that was tried.
    """
    if isinstance(error, requests.exceptions.ProxyError) and way is not None:
        return _at_the_proxy(error, origin, way)
    bad = _bad_certificate(error)
    if bad is not None:
        return _about_the_certificate(bad, origin)
    if is_safe or _never_left(error):
        return Again(
            TransientError(
                f"The CRM at {origin} does not answer.",
                hint="Check the address and the network, then try again.",
            )
        )
    return LostAnswer(
        f"The connection to {origin} broke before the answer was complete.",
        hint="Resume the run: it finds out first what the CRM has done.",
    )


def judge(
    response: requests.Response, origin: Origin, retried: frozenset[int], *, is_safe: bool, is_crowded: bool = False
) -> None:
    """Raise for a redirect, for "too many", and for a status that means "not now"; else do nothing.

    `is_crowded` tells that the CRM said "too many" in words of its own. An accident over a write (500) is for the
    caller to judge: its words tell whether the CRM is done with the request.
    """
    status = response.status_code
    if status in _REDIRECTS:
        response.close()
        raise RemoteError(
            f"The CRM at {origin} wants to send us elsewhere ({status}).",
            hint="If the CRM has moved, change the address of the account.",
        )
    is_too_many = status == _TOO_MANY or is_crowded
    is_accident = status == requests.codes.server_error and not is_safe
    if not is_too_many and (status not in retried or is_accident):
        return
    response.close()
    if not is_too_many and not is_safe:
        raise LostAnswer(
            f"The CRM at {origin} broke off while it was writing ({status}).",
            hint="Resume the run: it finds out first what the CRM has done.",
            code=str(status),
        )
    asked = seconds_asked(response.headers.get("Retry-After"))
    raise Again(
        TransientError(
            f"The CRM at {origin} is too busy at the moment ({status}).",
            hint=f"It asks to be left alone for {math.ceil(asked)} s: try again then." if asked else "Try again later.",
            code=str(status),
            retry_after=asked,
        )
    )


def out_of_bounds(error: OutOfBounds, origin: Origin, *, is_safe: bool) -> CrmDeskError:
    """What to raise for an answer that was not read to its end, because memory should not hold it."""
    said = f"The CRM at {origin} answered with {error}"
    if is_safe:
        return RemoteError(f"{said}.", hint="Ask for fewer fields; if few were asked for, look at the address.")
    return LostAnswer(f"{said} to a write.", hint="Resume the run: it finds out first what the CRM has done.")


def is_dead_proxy(error: requests.RequestException) -> bool:
    """Whether the proxy itself did not answer."""
    return isinstance(error, requests.exceptions.ProxyError) and not _TUNNEL.search(str(error))


def _at_the_proxy(error: requests.exceptions.ProxyError, origin: Origin, way: Way) -> CrmDeskError | Again:
    """A proxy that refuses, or that does not answer: not a byte of the request has left then."""
    refused = _TUNNEL.search(str(error))
    status = int(refused[1]) if refused else 0
    if status == _SIGN_IN_AT_PROXY:
        return UserError(
            f"The proxy {way.proxy} asks for a sign-in ({status}).",
            hint=f"Give it one: crmdesk proxy sign-in {way.proxy} --user NAME.",
            place="proxy",
        )
    if status and status not in (_TOO_MANY, 500, 502, 503, 504):
        return UserError(
            f"The proxy {way.proxy} does not let us through to {origin.host} ({status}).",
            hint="Ask who runs the network to allow it.",
            place="proxy",
        )
    said = f"({status}) cannot reach {origin.host}" if status else "does not answer"
    return Again(
        TransientError(
            f"The proxy {way.proxy} {said}.",
            hint="Check the network, or ask who runs it, then try again.",
            place="proxy",
        )
    )


def _never_left(error: requests.RequestException) -> bool:
    """Whether the connection was never made, so that not a byte of the request can have arrived."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = _reason(error)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)


def _bad_certificate(error: requests.RequestException) -> ssl.SSLCertVerificationError | None:
    found: BaseException | None = _reason(error)
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return found
        found = found.__cause__ or found.__context__ or _inner(found)
    return None


def _about_the_certificate(error: ssl.SSLCertVerificationError, origin: Origin) -> UserError:
    """What is wrong with it, by the code of OpenSSL or, on other systems, by the words of the system."""
    code, words = getattr(error, "verify_code", 0), str(error).lower()
    if code == _EXPIRED or "expired" in words:
        message = f"The certificate of {origin} has expired."
        hint = "Whoever runs it has to renew it. Look at this computer's clock, too."
    elif code == _NOT_YET or "not yet valid" in words:
        message = f"The certificate of {origin} is not valid yet."
        hint = "Look at this computer's clock."
    elif code in _WRONG_HOST or "hostname mismatch" in words:
        message = f"The certificate of {origin} is for another host."
        hint = "Check the address of the account; somebody may also answer in the place of that host."
    else:
        message = f"The certificate of {origin} is not trusted by this computer."
        hint = "Name the certificate file of your company in the account, or ask who runs the network."
    return UserError(message, hint=hint, place="ca_file")


def _reason(error: requests.RequestException) -> BaseException | None:
    inner = _inner(error)
    return inner.reason if isinstance(inner, MaxRetryError) else inner


def _inner(error: BaseException) -> BaseException | None:
    first = error.args[0] if error.args else None
    return first if isinstance(first, BaseException) else None


def seconds_asked(text: str | None) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or an HTTP date; None when it holds neither."""
    plain = (text or "").strip()
    if plain.isascii() and plain.isdigit():
        return min(float(plain), _LONGEST_ASKED)
    try:
        return max(0.0, parsedate_to_datetime(plain).timestamp() - time.time()) if plain else None
    except (ValueError, OverflowError):
        return None
