"""What whoever practises can change about the environment while it runs."""

from __future__ import annotations

import dataclasses
from typing import Any

from crmdesk.practice.dataverse import identity as tenant
from crmdesk.practice.dataverse.columns import Option, Table
from crmdesk.practice.dataverse.environment import Environment
from crmdesk.practice.dataverse.identity import Identity
from crmdesk.practice.dataverse.service import Service
from crmdesk.practice.dataverse.tables import TABLES
from crmdesk.practice.dataverse.weather import Storm


def controlled(environment: Environment, what: str, method: str, body: Any) -> Any:  # noqa: ANN401, PLR0912 - a table of small acts
    """Do what is asked for, and tell what there is to tell."""
    service = environment.service
    match what:
        case "storm":
            if method == "DELETE":
                environment.weather.clear()
            else:
                environment.weather.post(Storm(**body))
        case "limits":
            for name, value in body.items():
                setattr(environment.protection, name, value)
            environment.protection.forget()
        case "clock":
            service.store.clock.move(body["move"])
        case "log":
            return list(environment.log)
        case "awake":
            return None
        case "rules":
            for name, value in body.items():
                setattr(service.rules, name, set(value) if isinstance(value, list) else value)
        case "identity":
            return _identity(environment.identity, body)
        case "set":
            _set(service, body)
        case _:
            return {"there is no such control": what}
    return None


def _identity(identity: Identity, body: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
    match body["do"]:
        case "end sessions":
            identity.end_sessions()
        case "revoke":
            identity.revoke()
        case "certificate":
            identity.apps[tenant.DAEMON].certificates.append(body["pem"])
        case "settings":
            for name, value in body["values"].items():
                setattr(identity, name, value)
        case _:
            return {"there is no such act": body["do"]}
    return None


def _relabelled(table: Table, labels: dict[str, list[str]]) -> Table:
    """A table whose yes-no columns call true and false so."""
    columns = tuple(
        dataclasses.replace(each, options=(Option(1, labels[each.name][0]), Option(0, labels[each.name][1])))
        if each.name in labels
        else each
        for each in table.columns
    )
    return dataclasses.replace(table, columns=columns)


def _defined(table: Table, changes: dict[str, dict[str, Any] | None]) -> Table:
    """A table with some columns changed, and those that change to null left out."""
    columns = (
        dataclasses.replace(each, **flags)
        for each in table.columns
        if (flags := changes.get(each.name, {})) is not None
    )
    return dataclasses.replace(table, columns=tuple(columns))


def _set(service: Service, body: dict[str, Any]) -> None:
    """Change the environment itself: a table's flags, its columns, or the values of its one organisation.

    `definitions` tells what differs from how a table is made: of each column the flags, or null where it is removed.
    """
    store = service.store
    for name, value in body.get("organization", {}).items():
        table = store.table("organization")
        if table is not None:
            with store.change():
                for row in list(store.contents(table).rows.values()):
                    store.put(table, row["organizationid"], {**row, name: value})
    for made in TABLES:
        if made.name in body.get("definitions", {}):
            store.redefine(_defined(made, body["definitions"][made.name]))
    for name, labels in body.get("columns", {}).items():
        table = store.table(name)
        if table is not None:
            store.redefine(_relabelled(table, labels))
    for name, flags in body.get("tables", {}).items():
        table = store.table(name)
        if table is not None:
            store.redefine(dataclasses.replace(table, **flags))
