"""A browser without a screen: it opens the page of a sign-in, presses a button, and follows where it is sent."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import requests

from tests.practice.oauth.signing_in import Form, stranger
from tests.practice.running import PracticeOrg

Change = Callable[[str], str]
"""What becomes of the address to which the org sends the browser back."""


def free_port() -> int:
    """One that is free, and below those that the system gives to connections: none of them takes it meanwhile."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(20_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class ScriptedBrowser:
    """Opens links in threads of its own; `replies` are the answers of the listener, in order."""

    org: PracticeOrg
    decision: str = "allow"
    changes: list[Change] = field(default_factory=lambda: [lambda address: address])
    replies: list[requests.Response] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def open(self, link: str) -> bool:
        self.links.append(link)
        thread = threading.Thread(target=self._visit, args=(link,))
        self.threads.append(thread)
        thread.start()
        return True

    def close(self) -> None:
        for thread in self.threads:
            thread.join()

    def _visit(self, link: str) -> None:
        with stranger() as session:
            page = session.get(link, allow_redirects=False, timeout=100)
            form = Form(page.text)
            typed = form.fields | {"decision": self.decision}
            left = session.post(self.org.url + form.action, data=typed, allow_redirects=False, timeout=100)
            for change in self.changes:
                address = change(left.headers["Location"]).replace("localhost", "127.0.0.1")
                self.replies.append(session.get(address, timeout=100, headers={"Host": _host(address)}))


def _host(address: str) -> str:
    return address.split("/")[2].replace("127.0.0.1", "localhost")
