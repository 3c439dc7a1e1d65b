"""The one HTTP session: time-outs, the replay rule, the server's clock, and credentials that never leave their host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http.cookiejar import DefaultCookiePolicy
from typing import IO, Protocol

import requests
from requests.auth import AuthBase

from crmdesk.connectors.bounds import OutOfBounds, pieces_of, read_whole
from crmdesk.connectors.breakdown import explain, is_dead_proxy, judge, out_of_bounds, seconds_asked
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.retrying import LONGEST_WAIT, tried
from crmdesk.connectors.tls import SystemTrust
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.traffic import Traffic
from crmdesk.connectors.upload import Upload

_SOON = 1.0
"""Seconds to wait where the CRM asks to wait and does not say how long."""

RETRIED = frozenset({502, 503, 504})
Body = bytes | Callable[[], IO[bytes] | Upload]
"""What a request carries: bytes, or a function that opens it anew for every try."""


class Replay(StrEnum):
    """Whether a request may be sent again when nobody knows what became of it."""

    SAFE = "safe"
    NEVER = "never"


class Authorization(Protocol):
    """What signs requests. Thread-safe."""

    def header(self) -> str:
        """The value of the Authorization header."""
        ...

    def renew(self, refused: str) -> bool:
        """Try to get a new header after `refused` met a 401; False when there is no way."""
        ...


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    target: str
    replay: Replay
    params: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    body: Body | None
    leaving: Callable[[], None] | None = None
    is_streamed: bool = False


class _Signed(AuthBase):
    """Sets the header on every request; its presence also keeps requests from reading passwords in .netrc."""

    def __init__(self, authorization: Authorization | None) -> None:
        self._authorization = authorization

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._authorization is not None:
            request.headers["Authorization"] = self._authorization.header()
        return request


class HttpSession:
    """Requests to one origin, for one thread; `sibling` makes one for another thread.

    `reach` says which certificates, proxies and time-outs apply, the system's when it is not given; a loopback host is
    never reached through a proxy. Redirects are not followed. `write_seconds` must exceed the time after which the CRM
    itself gives a write up. `retried` are the statuses that mean "not now" besides 429;
    `is_crowded` knows the answers by which the CRM says in its own words that too much is going on at once. Where it
    asks for time, up to `longest_wait` seconds, all siblings give it.
    """

    def __init__(  # noqa: PLR0913 - what differs between CRMs
        self,
        origin: Origin,
        *,
        authorization: Authorization | None = None,
        reach: Reach | None = None,
        headers: Mapping[str, str] | None = None,
        write_seconds: float = 600.0,
        retried: frozenset[int] = RETRIED,
        is_crowded: Callable[[requests.Response], bool] = lambda _: False,
        longest_wait: float = LONGEST_WAIT,
        traffic: Traffic | None = None,
    ) -> None:
        self.origin = origin
        self.traffic = traffic or Traffic()
        self._authorization = authorization
        self._reach = reach or Reach()
        self._headers = dict(headers or {})
        self._write_seconds = write_seconds
        self._retried = retried
        self._is_crowded = is_crowded
        self._longest_wait = longest_wait
        self._requests = requests.Session()
        self._requests.auth = _Signed(authorization)
        self._requests.headers.update(self._headers)
        self._requests.trust_env = False  # proxies are ours to choose, and no password comes from a file
        # A cookie would tie all requests to one of the CRM's servers, and its limits (Microsoft Learn, "Send parallel
        # requests", server affinity).
        self._requests.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._requests.mount("https://", SystemTrust(self._reach.ca_file))

    def sibling(self) -> HttpSession:
        """A session like this one for another thread, with the same counters and the same clock."""
        return HttpSession(
            self.origin,
            authorization=self._authorization,
            reach=self._reach,
            headers=self._headers,
            write_seconds=self._write_seconds,
            retried=self._retried,
            is_crowded=self._is_crowded,
            longest_wait=self._longest_wait,
            traffic=self.traffic,
        )

    def close(self) -> None:
        self._requests.close()

    def bearer(self) -> str:
        """The session of the Authorization header, for interfaces that want it elsewhere; "" without one."""
        return self._authorization.header().removeprefix("Bearer ") if self._authorization is not None else ""

    def renew(self, bearer: str) -> bool:
        """Another session in the place of one that was refused inside an answer; False when there is no way."""
        return self._authorization is not None and self._authorization.renew(f"Bearer {bearer}")

    def server_now(self) -> datetime:
        """Now by the CRM's clock."""
        return self.traffic.server_now()

    def slow_down(self, retry_after: str | None) -> None:
        """A request inside another was told to come later: all siblings wait as it asks, `longest_wait` at most."""
        self.traffic.calls.slowed()
        self.traffic.pause(min(self._longest_wait, seconds_asked(retry_after) or _SOON))

    def request(  # noqa: PLR0913 - what a request can carry
        self,
        method: str,
        target: str,
        *,
        replay: Replay,
        token: CancelToken | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        leaving: Callable[[], None] | None = None,
    ) -> requests.Response:
        """Send to a path (or an address of the same origin) and return the answer, whatever its status.

        SAFE is tried again after breaks and "not now"; NEVER only when it was refused before being looked at.
        `leaving` is called before each try.
        Raises TransientError (nothing was applied), LostAnswer (NEVER only: nobody knows), RemoteError for a redirect,
        UserError for a certificate nobody trusts, Cancelled.
        """
        call = _Call(method, target, replay, params, headers, body, leaving)

        def attempt() -> requests.Response:
            response = self._send(call)
            is_safe = replay is Replay.SAFE
            judge(response, self.origin, self._retried, is_safe=is_safe, is_crowded=self._is_crowded(response))
            return response

        return tried(attempt, self.traffic, self._longest_wait, token, is_near=self.origin.is_loopback)

    def download(
        self,
        target: str,
        file: IO[bytes],
        *,
        token: CancelToken | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """GET into `file`, a megabyte at a time, from the start again after a break; leaves it at its end.

        An answer that is not 200 leaves the file empty and has its text in the response.
        """
        call = _Call("GET", target, Replay.SAFE, params, headers, None, is_streamed=True)

        def attempt() -> requests.Response:
            file.seek(0)
            file.truncate()
            response = self._send(call)
            with response:
                judge(response, self.origin, self._retried, is_safe=True, is_crowded=self._is_crowded(response))
                if response.status_code != requests.codes.ok:
                    self._read(response, is_safe=True)  # the text of the refusal, before the connection goes back
                    return response
                self._copy(response, file, token)
            return response

        return tried(attempt, self.traffic, self._longest_wait, token, is_near=self.origin.is_loopback)

    def _copy(self, response: requests.Response, file: IO[bytes], token: CancelToken | None) -> None:
        try:
            for piece in pieces_of(response):
                if token is not None:
                    token.check()
                file.write(piece)
        except OutOfBounds as error:
            raise out_of_bounds(error, self.origin, is_safe=True) from error
        except requests.RequestException as error:
            raise explain(error, self.origin, is_safe=True) from error

    def _send(self, call: _Call) -> requests.Response:
        response = self._sent(call)
        if self._renewed(response):
            response.close()
            response = self._sent(call)
        return response

    def _sent(self, call: _Call) -> requests.Response:
        if call.leaving is not None:
            call.leaving()
        content = call.body() if callable(call.body) else call.body
        self.traffic.sent()
        way = self._reach.proxies.way(self.origin)
        patience = self._reach.read_seconds if call.replay is Replay.SAFE else self._write_seconds
        try:
            response = self._requests.request(
                call.method,
                self.origin.url(call.target),
                params=call.params,
                headers=call.headers,
                data=content,
                timeout=(self._reach.connect_seconds, patience),
                proxies=way.for_requests(),
                allow_redirects=False,
                stream=True,
            )
            if not call.is_streamed:
                self._read(response, is_safe=call.replay is Replay.SAFE)
        except requests.RequestException as error:
            if is_dead_proxy(error) and self._reach.proxies.has_other(self.origin, way):
                return self._sent(call)
            raise explain(error, self.origin, is_safe=call.replay is Replay.SAFE, way=way) from error
        finally:
            if content is not None and not isinstance(content, bytes):
                content.close()
        self.traffic.answered(response.headers)
        if response.status_code == requests.codes.too_many_requests:
            self.traffic.calls.slowed()
        return response

    def _read(self, response: requests.Response, *, is_safe: bool) -> None:
        try:
            read_whole(response)
        except OutOfBounds as error:
            raise out_of_bounds(error, self.origin, is_safe=is_safe) from error

    def _renewed(self, response: requests.Response) -> bool:
        """Whether a 401 was met by a new credential, so that the request can be sent once more."""
        if response.status_code != requests.codes.unauthorized or self._authorization is None:
            return False
        return self._authorization.renew(str(response.request.headers.get("Authorization", "")))
