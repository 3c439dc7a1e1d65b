"""An OData service that we did not write (odatapy), in a child process on a free loopback port, with weather on demand.

`python -m tests.servers.odata` prints its address and serves until its standard input closes.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from email.utils import formatdate
from typing import Any
from urllib.parse import quote

import requests
import uvicorn
from odatapy.data import Entity, ValueType
from odatapy.edm.csdl import (
    CsdlAbstractEdmProvider,
    CsdlAnnotation,
    CsdlEntityContainer,
    CsdlEntitySet,
    CsdlEntityType,
    CsdlEnumMember,
    CsdlEnumType,
    CsdlNavigationProperty,
    CsdlNavigationPropertyBinding,
    CsdlProperty,
    CsdlPropertyRef,
    CsdlReferentialConstraint,
    CsdlSchema,
)
from odatapy.errors import ODataApplicationException
from odatapy.http.status import HttpStatusCode
from odatapy.server import OData
from odatapy.server.adapters import ODataASGIApp
from odatapy.server.inmemory import InMemoryDataStore, InMemoryProcessor

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

ROOT = "/sales/v1"
PAGE = 7  # rows at most in one page, whatever a client asks for: small, so that every test pages

CONTACT = {
    "ID": "Edm.String",
    "FirstName": "Edm.String",
    "LastName": "Edm.String",
    "Email": "Edm.String",
    "Age": "Edm.Int32",
    "Revenue": "Edm.Decimal",
    "Score": "Edm.Double",
    "IsActive": "Edm.Boolean",
    "BirthDate": "Edm.Date",
    "SeenAt": "Edm.DateTimeOffset",
    "AccountID": "Edm.Int32",
}
LINE = {
    "OrderNo": "Edm.Int32",
    "Product": "Edm.String",
    "Quantity": "Edm.Int32",
    "Note": "Edm.String",
    "ChangedAt": "Edm.DateTimeOffset",
}
ACCOUNT = {"ID": "Edm.Int32", "Name": "Edm.String", "Industry": "Edm.String", "Employees": "Edm.Int64"}
_FACETS: dict[str, dict[str, Any]] = {
    "ID": {"nullable": False},
    "OrderNo": {"nullable": False},
    "Product": {"nullable": False, "max_length": 80},
    "LastName": {"nullable": False, "max_length": 80},
    "FirstName": {"max_length": 40},
    "Email": {"max_length": 80},
    "Name": {"nullable": False, "max_length": 120},
    "Revenue": {"precision": 18, "scale": 2},
    "IsActive": {"nullable": False, "default_value": "false"},
    "SeenAt": {"precision": 3},
}


class Model(CsdlAbstractEdmProvider):
    """Contacts with a text key of the client's, Accounts with a number of the service's, Lines with a key of two."""

    def get_schemas(self) -> list[CsdlSchema]:
        account = CsdlNavigationProperty(
            name="Account",
            type="Sales.Account",
            referential_constraints=[CsdlReferentialConstraint("AccountID", "ID")],
        )
        contact = _entity_type("Contact", CONTACT)
        contact.navigation_properties = [account]
        contact.properties += [
            CsdlProperty("Level", "Sales.Level"),
            CsdlProperty(
                "CreatedAt",
                "Edm.DateTimeOffset",
                annotations=[CsdlAnnotation("Org.OData.Core.V1.Computed", value=True)],
            ),
        ]
        return [
            CsdlSchema(
                namespace="Sales",
                enum_types=[CsdlEnumType("Level", [CsdlEnumMember("Low", 0), CsdlEnumMember("High", 1)])],
                entity_types=[
                    contact,
                    _entity_type("Account", ACCOUNT),
                    _entity_type("Line", LINE, "OrderNo", "Product"),
                ],
                entity_container=CsdlEntityContainer(
                    name="Container",
                    entity_sets=[
                        CsdlEntitySet(
                            "Contacts",
                            "Sales.Contact",
                            navigation_property_bindings=[CsdlNavigationPropertyBinding("Account", "Accounts")],
                        ),
                        CsdlEntitySet("Accounts", "Sales.Account"),
                        CsdlEntitySet("Lines", "Sales.Line"),
                    ],
                ),
            )
        ]


def _entity_type(name: str, properties: Mapping[str, str], *key: str) -> CsdlEntityType:
    return CsdlEntityType(
        name=name,
        key=[CsdlPropertyRef(name=each) for each in key or ("ID",)],
        properties=[CsdlProperty(name=p, type=kind, **_FACETS.get(p, {})) for p, kind in properties.items()],
    )


class Strict(InMemoryProcessor):
    """odatapy lets a new entity do without a value that may not be null; a service over a database does not."""

    def create_entity(self, request: Any, *more: Any) -> None:
        given = json.loads(request.body)
        if request.raw_odata_path.strip("/") == "Contacts" and not given.get("LastName"):
            raise ODataApplicationException("LastName must have a value.", HttpStatusCode.BAD_REQUEST, code="NOT_NULL")
        super().create_entity(request, *more)


_READ: dict[str, Callable[[Any], Any]] = {
    "Edm.Decimal": lambda value: Decimal(str(value)),
    "Edm.Date": date.fromisoformat,
    "Edm.DateTimeOffset": datetime.fromisoformat,
}


class Service:
    """The service and its weather: an ASGI application."""

    def __init__(self, authorization: str = "") -> None:
        self._authorization = authorization
        self._store = InMemoryDataStore()
        self._store.declare_key_auto_generating("Accounts")
        odata = OData.new_instance()
        handler = odata.create_handler(odata.create_service_metadata(Model()))
        handler.register(Strict(self._store, page_size=PAGE))
        self._odata = ODataASGIApp(handler, ROOT)
        self._storms: list[dict[str, Any]] = []
        self._ahead = self._step = 0.0
        self._log: list[str] = []
        self._fill({})

    def _fill(self, sets: Mapping[str, list[Mapping[str, Any]]]) -> None:
        for name, types in (("Contacts", CONTACT), ("Accounts", ACCOUNT), ("Lines", LINE)):
            self._store.set_entities(name, [_entity(row, types) for row in sets.get(name, [])])
        self._storms.clear()
        self._ahead = self._step = 0.0
        self._log.clear()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Control requests, the sign-in, then weather around the real service."""
        if scope["path"].startswith("/_"):
            await _answer(send, 200, self._control(scope["path"], await _body(receive)))
            return
        self._log.append(f"{scope['method']} {scope['raw_path'].decode()}")
        self._ahead += self._step
        send = _dated(send, self._ahead)
        given = dict(scope["headers"]).get(b"authorization", b"").decode()
        if self._authorization and given != self._authorization:
            await _answer(send, 401, {"error": {"code": "401", "message": "Who are you?"}})
            return
        kinds = {scope["method"], "GET" if scope["method"] == "GET" else "write"}
        storm = next((found for found in self._storms if found["method"] in kinds), None)
        if storm is None:
            await self._odata(scope, receive, send)
            return
        storm["times"] -= 1
        self._storms = [found for found in self._storms if found["times"] > 0]
        if storm["applies"]:
            await self._odata(scope, receive, _swallow)
        if storm["status"]:
            await _answer(send, storm["status"], storm["body"], storm["headers"])
        else:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
            await send({"type": "http.response.body", "body": b"cut"})

    def _control(self, path: str, body: Any) -> Any:
        match path:
            case "/_fill":
                self._fill(body)
            case "/_storm":
                self._storms.append({"status": 0, "body": None, "headers": {}, "times": 1, "applies": False, **body})
            case "/_clock":
                self._step = body["step"]
                self._ahead += body["move"]
            case "/_log":
                return list(self._log)
            case _:
                raise ValueError(path)
        return None


def _entity(row: Mapping[str, Any], types: Mapping[str, str]) -> Entity:
    entity = Entity()
    for name, kind in types.items():
        value = row.get(name)
        read = _READ.get(kind)
        entity.set_property(name, read(value) if read and value is not None else value, ValueType.PRIMITIVE, kind)
    return entity


def _dated(send: Send, ahead: float) -> Send:
    """`send` with a Date header from a clock that goes `ahead` seconds too fast."""

    async def dated(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"date", formatdate(time.time() + ahead, usegmt=True).encode())]
        await send(message)

    return dated


async def _body(receive: Receive) -> Any:
    body, is_more = b"", True
    while is_more:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    return json.loads(body or b"null")


async def _swallow(message: dict[str, Any]) -> None:
    """Where an answer goes that is lost."""


async def _answer(send: Send, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(content)), **(headers or {})}
    raw = [(name.encode(), value.encode()) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})


def serve() -> None:
    """Serve until standard input closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    service = Service(os.environ.get("AUTHORIZATION", ""))
    server = uvicorn.Server(uvicorn.Config(service, log_level="critical", date_header=False))
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}{ROOT}", flush=True)  # noqa: T201 - the parent waits for it
    server.run(sockets=[listener])


def _end_with_input(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


@dataclass(frozen=True)
class ODataServer:
    """The running service, seen from a test: not by the code that is tested, but by plain HTTP."""

    url: str
    authorization: str = ""

    @property
    def _host(self) -> str:
        return self.url.removesuffix(ROOT)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.authorization} if self.authorization else {}

    def fill(self, **sets: list[dict[str, Any]]) -> None:
        """Replace everything, and clear the weather and the log."""
        requests.post(f"{self._host}/_fill", json=sets, timeout=100).raise_for_status()

    def storm(self, method: str, **weather: Any) -> None:
        """For the next `times` requests of a method (`write`: all but GET): apply them or not (`applies`), then answer
        `status` and `body`, or cut off.
        """
        requests.post(f"{self._host}/_storm", json={"method": method, **weather}, timeout=100).raise_for_status()

    def hurry(self, seconds: int = 3600) -> None:
        """From now on the service's clock is that much further ahead with every answer, until the next fill."""
        self._clock(step=seconds)

    def move_clock(self, seconds: float) -> None:
        """The service's clock goes that much further ahead, once."""
        self._clock(move=seconds)

    def _clock(self, *, step: float = 0, move: float = 0) -> None:
        requests.post(f"{self._host}/_clock", json={"step": step, "move": move}, timeout=100).raise_for_status()

    def add(self, name: str, row: Mapping[str, Any]) -> None:
        """Make one entity."""
        answer = requests.post(f"{self.url}/{name}", json=row, headers=self._headers, timeout=100)
        answer.raise_for_status()

    def log(self) -> list[str]:
        """The requests since the last fill, control requests left out."""
        lines: list[str] = requests.get(f"{self._host}/_log", timeout=100).json()
        return lines

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Every entity of a set, by its key."""
        found: list[dict[str, Any]] = []
        order = "OrderNo,Product" if name == "Lines" else "ID"
        address: str | None = f"{self.url}/{name}?$orderby={order}"
        while address:
            response = requests.get(address, headers=self._headers, timeout=100)
            answer = response.json(parse_float=Decimal)
            found += answer["value"]
            address = answer.get("@odata.nextLink")
        return found

    def row(self, name: str, key: str) -> dict[str, Any] | None:
        """One entity by its text key."""
        quoted = quote("'" + key.replace("'", "''") + "'", safe="'")
        answer = requests.get(f"{self.url}/{name}({quoted})", headers=self._headers, timeout=100)
        return None if answer.status_code == requests.codes.not_found else answer.json()


@contextmanager
def odata_server(authorization: str = "") -> Iterator[ODataServer]:
    """The service in a child process; with `authorization`, only requests that carry that very header are let in."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.odata"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"AUTHORIZATION": authorization},
    )
    with child:
        if child.stdout is None or child.stdin is None:
            raise RuntimeError
        try:
            yield ODataServer(child.stdout.readline().strip(), authorization)
        finally:
            child.stdin.close()
            child.wait(10)


if __name__ == "__main__":
    serve()
