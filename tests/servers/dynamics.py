"""A practice environment of Dynamics in a child process, seen from a test by plain HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

SECRET = "practice~Secret-8Q~not-a-secret"
USER, PASSWORD = "admin@practice.example", "practice-password"
_PATIENCE = 100


@dataclass(frozen=True)
class DynamicsServer:
    """The running environment."""

    url: str
    token: str
    organization_id: str
    tenant: str
    client_id: str
    public_client_id: str

    @property
    def root(self) -> str:
        return f"{self.url}/api/data/v9.2/"

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request below the root of the API, or to an absolute address, by whoever runs the server."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        address = path if path.startswith("http") else self.root + path
        return requests.request(method, address, headers=headers, timeout=_PATIENCE, **options)

    def control(self, what: str, body: object = None, method: str = "POST") -> Any:
        answer = requests.request(
            method,
            f"{self.url}/practice/{what}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=_PATIENCE,
        )
        answer.raise_for_status()
        return answer.json()

    def storm(self, method: str = "write", **weather: Any) -> None:
        """For the next `times` requests: apply them or not (`applies`), then answer `status` and `body`, or cut off."""
        self.control("storm", {"method": method, **weather})

    def move_clock(self, seconds: float) -> None:
        self.control("clock", {"move": seconds})

    def log(self) -> list[str]:
        """Every request so far; one that could change a row ends in `writes`."""
        lines: list[str] = self.control("log", method="GET")
        return lines

    def add(self, table: str, row: Mapping[str, Any]) -> str:
        """Make a row; its id."""
        answer = self.ask("POST", table, json=row)
        assert answer.status_code == 204, answer.text
        return answer.headers["OData-EntityId"].rpartition("(")[2].removesuffix(")")

    def rows(self, table: str, query: str = "") -> list[dict[str, Any]]:
        """All rows of a query, numbers as Decimal."""
        found: list[dict[str, Any]] = []
        address: str | None = f"{table}?{query}"
        while address:
            reply = self.ask("GET", address)
            assert reply.ok, reply.text
            answer = json.loads(reply.text, parse_float=Decimal)
            found += answer["value"]
            address = answer.get("@odata.nextLink")
        return found

    def row(self, table: str, id_: str) -> dict[str, Any] | None:
        reply = self.ask("GET", f"{table}({id_})")
        return json.loads(reply.text, parse_float=Decimal) if reply.ok else None

    def reset(self) -> None:
        """As it was, but for its rows and its clock; pages are small, so that every test pages."""
        self.control("storm", method="DELETE")
        self.control("limits", {"requests": 6000, "at_once": 52, "seconds": 1200.0, "window": 300, "retry_after": None})
        self.control(
            "rules", {"stops": {}, "duplicates": [], "forbidden": [], "untold": [], "may_bypass": True, "page": 7}
        )
        self.control("set", {"organization": {"isauditenabled": True, "expirechangetrackingindays": 30}})


@contextmanager
def dynamics_server(
    folder: Path | None = None, *, accounts: int = 5, contacts: int = 12, more: Sequence[str] = ()
) -> Iterator[DynamicsServer]:
    """An environment in a child process; without a folder its rows are gone with it."""
    kept = ["--data", str(folder)] if folder is not None else []
    sizes = ["--accounts", str(accounts), "--contacts", str(contacts)]
    child = subprocess.Popen(
        [sys.executable, "-m", "crmdesk.practice", "serve", "--flavour", "dynamics", *sizes, *kept, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    with child:
        if child.stdout is None:
            raise RuntimeError
        try:
            told = json.loads(child.stdout.readline())
            yield DynamicsServer(
                told["url"],
                told["access_token"],
                told["org_id"],
                told["tenant"],
                told["client_id"],
                told["public_client_id"],
            )
        finally:
            child.terminate()
            child.wait(10)
