"""One look at a host, for whoever asks what is wrong with the network: the way there, the certificate, the clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from crmdesk.connectors.breakdown import Again, explain, is_dead_proxy
from crmdesk.connectors.network.proxies import Way
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.tls import SystemTrust


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: the way, who signed the certificate ("" without one or where the system does not say).

    `apart` is by how many seconds the host's clock is ahead of ours, None where it does not tell the time.
    """

    way: Way
    issuer: str
    apart: float | None


def look(origin: Origin, reach: Reach) -> Look:
    """Ask the host for its first page, once; whatever it answers is an answer. Raises UserError and TransientError."""
    way = reach.proxies.way(origin)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", SystemTrust(reach.ca_file))
        try:
            reply = session.get(
                f"{origin}/",
                timeout=(reach.connect_seconds, reach.read_seconds),
                proxies=way.for_requests(),
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            if is_dead_proxy(error) and reach.proxies.has_other(origin, way):
                return look(origin, reach)
            explained = explain(error, origin, is_safe=True, way=way)
            raise (explained.error if isinstance(explained, Again) else explained) from error
        with reply:
            return Look(way, _issuer(reply), _apart(reply.headers.get("Date", "")))


def _issuer(reply: requests.Response) -> str:
    socket = getattr(getattr(reply.raw, "connection", None), "sock", None)
    if socket is None or not hasattr(socket, "getpeercert"):
        return ""
    found = dict(pair for part in (socket.getpeercert() or {}).get("issuer", ()) for pair in part)
    return str(found.get("organizationName") or found.get("commonName") or "")


def _apart(date: str) -> float | None:
    try:
        return (parsedate_to_datetime(date) - datetime.fromtimestamp(time.time(), UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
