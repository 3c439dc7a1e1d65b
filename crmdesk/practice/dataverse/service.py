"""One request to the Web API and its answer, whether it came alone or in a batch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from crmdesk.practice.dataverse import metadata, refusals
from crmdesk.practice.dataverse.batches import Batches
from crmdesk.practice.dataverse.columns import Table
from crmdesk.practice.dataverse.functions import called
from crmdesk.practice.dataverse.keys import Keyed, found_row, predicate
from crmdesk.practice.dataverse.multipart import Reply
from crmdesk.practice.dataverse.reading import Reading, check_options
from crmdesk.practice.dataverse.requests import API, ENCODER, JSON_TYPE, Request, refusal
from crmdesk.practice.dataverse.store import Row, Store
from crmdesk.practice.dataverse.tracking import Tracking
from crmdesk.practice.dataverse.writing import Rules, Writer, upserted

_ENTITY = re.compile(r"(?P<set>\w+)\((?P<key>.*)\)(?:/(?P<rest>.*))?", re.DOTALL)


@dataclass(slots=True)
class Service:
    """The environment behind the API. `url` is its address without a slash at its end."""

    store: Store
    url: str
    organization_id: str
    rules: Rules = field(default_factory=Rules)

    @property
    def root(self) -> str:
        return self.url + API

    def answer(self, request: Request, user: str) -> Reply:
        """The answer, whatever it is; never raises for what a client did."""
        try:
            with self.store.lock:
                return self._answered(request, user)
        except refusals.Refused as refused:
            return refusal(refused)

    def _answered(self, request: Request, user: str) -> Reply:
        path = unquote(request.path) if "(" not in request.path else request.path
        if path == "":
            sets = [{"name": each.set_name, "kind": "EntitySet", "url": each.set_name} for each in self.store.tables()]
            return _ok({"@odata.context": f"{self.root}$metadata", "value": sets})
        if path == "$batch":
            return Batches(self.store, self.answer).answered(request, user)
        if path.startswith("EntityDefinitions"):
            check_options({name: value for name, value in request.options.items() if name != "$expand"})
            return _ok(metadata.answer(self.store, self.root, unquote(path), request.options))
        found = called(self.store, self.root, path, request.options, user, self.organization_id)
        if found is not None:
            return _ok(found)
        entity = _ENTITY.fullmatch(path)
        if entity is not None:
            return self._on_row(request, user, self._table(entity["set"]), entity["key"], entity["rest"] or "")
        set_name, _, rest = path.partition("/")
        return self._on_set(request, user, self._table(set_name), rest)

    def _table(self, set_name: str) -> Table:
        found = self.store.by_set(set_name)
        if found is None:
            raise refusals.unknown_segment(set_name)
        return found

    def _on_set(self, request: Request, user: str, table: Table, rest: str) -> Reply:
        prefer, options = request.prefer, request.options
        if request.method == "GET":
            if table.name in self.rules.untold:
                raise refusals.missing_right(f"prvRead{table.label}", user)
            address = f"{self.root}{table.set_name}{'/' + rest if rest else ''}"
            reading = Reading(self.store, self.root, address, self.rules.page)
            if rest == "$count":
                return Reply(
                    200, b"\xef\xbb\xbf" + str(reading.count(table, options)).encode(), {"Content-Type": "text/plain"}
                )
            if rest:
                raise refusals.unknown_segment(rest)
            is_tracking = (
                prefer.tracks or "$deltatoken" in options or 'istracking="True"' in options.get("$skiptoken", "")
            )
            found = (
                Tracking(self.store, reading).rows(table, options, prefer)
                if is_tracking
                else reading.rows(table, options, prefer)
            )
            return _ok(found, {"Preference-Applied": prefer.applied} if prefer.applied else {})
        if request.method != "POST":
            raise refusals.Refused(405, "0x80060888", "The requested resource does not support this http method.")
        if rest.startswith("Microsoft.Dynamics.CRM."):
            return self._multiple(request, user, table, rest.rpartition(".")[2])
        with self.store.change():
            row = self._writer(request, user).create(table, request.json())
        return self._written(request, table, row, is_new=True)

    def _on_row(self, request: Request, user: str, table: Table, key_text: str, rest: str) -> Reply:
        key = predicate(table, key_text)
        if rest:
            raise refusals.unknown_segment(rest)
        match request.method:
            case "GET":
                row = self._there(table, key)
                reading = Reading(self.store, self.root, f"{self.root}{request.path}")
                columns = reading.selected(table, request.options)
                shown = reading.shown(row, columns, request.prefer)
                return _ok({"@odata.context": f"{self.root}$metadata#{table.set_name}/$entity", **shown})
            case "PATCH":
                return self._patch(request, user, table, key)
            case "DELETE":
                with self.store.change():
                    row = self._there(table, key)
                    _check_version(request, row)
                    self._writer(request, user).delete(table, row)
                return Reply(204)
            case _:
                raise refusals.Refused(405, "0x80060888", "The requested resource does not support this http method.")

    def _patch(self, request: Request, user: str, table: Table, key: str | Keyed) -> Reply:
        body = request.json()
        with self.store.change():
            row = found_row(self.store, table, key)
            writer = self._writer(request, user)
            if request.headers.get("if-none-match") == "*" and row is not None:
                raise refusals.exists_already()
            if "if-match" in request.headers:
                row = self._there(table, key)
                _check_version(request, row)
                changed, is_new = writer.update(table, row, body), False
            else:
                changed, is_new = upserted(writer, table, key, body)
        return self._written(request, table, changed, is_new=is_new)

    def _there(self, table: Table, key: str | Keyed) -> Row:
        row = found_row(self.store, table, key)
        if row is None:
            raise refusals.no_such_row(table.name, key) if isinstance(key, str) else refusals.no_such_key(table.name)
        return row

    def _writer(self, request: Request, user: str) -> Writer:
        checks = request.headers.get("mscrm.suppressduplicatedetection", "").lower() == "false"
        bypasses = "CustomSync" in request.headers.get("mscrm.bypassbusinesslogicexecution", "").split(",")
        return Writer(self.store, user, self.rules, checks, bypasses)

    def _written(self, request: Request, table: Table, row: Row, *, is_new: bool) -> Reply:
        address = f"{self.root}{table.set_name}({row[table.primary_id]})"
        headers = {"OData-EntityId": address, **({"Location": address} if is_new else {})}
        if not request.prefer.returns_row:
            return Reply(204, headers=headers)
        reading = Reading(self.store, self.root, address)
        shown = reading.shown(row, reading.selected(table, request.options), request.prefer)
        context = f"{self.root}$metadata#{table.set_name}/$entity"
        reply = _ok({"@odata.context": context, **shown}, {**headers, "Preference-Applied": "return=representation"})
        return Reply(201 if is_new else 200, reply.body, reply.headers)

    def _multiple(self, request: Request, user: str, table: Table, action: str) -> Reply:
        """CreateMultiple and its like: all of it or nothing."""
        if action == "DeleteMultiple":
            raise refusals.bad_query("DeleteMultiple has not yet been implemented.")
        if action not in ("CreateMultiple", "UpdateMultiple", "UpsertMultiple") or not table.has_bulk:
            raise refusals.unknown_segment(action)
        ids = []
        with self.store.change():
            writer = self._writer(request, user)
            for target in request.json().get("Targets", []):
                if target.get("@odata.type") != f"Microsoft.Dynamics.CRM.{table.name}":
                    raise refusals.bad_payload("The property '@odata.type' is missing or names another type.")
                named = target.pop("@odata.id", "")
                body = {name: value for name, value in target.items() if not name.startswith("@odata.")}
                if action == "CreateMultiple":
                    ids.append(writer.create(table, body)[table.primary_id])
                    continue
                key = (
                    predicate(table, named.partition("(")[2].removesuffix(")"))
                    if named
                    else body.get(table.primary_id, "")
                )
                if action == "UpdateMultiple":
                    writer.update(table, self._there(table, key), body)
                elif isinstance(key, dict) and set(key) & set(body) and found_row(self.store, table, key) is None:
                    raise refusals.Refused(400, "0x80040216", "An unexpected error occurred.")
                else:
                    upserted(writer, table, key, body)
        if action != "CreateMultiple":
            return Reply(204)
        return _ok(
            {"@odata.context": f"{self.root}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse", "Ids": ids}
        )


def _ok(body: dict[str, Any], headers: dict[str, str] | None = None) -> Reply:
    return Reply(200, ENCODER.encode(body), {"Content-Type": JSON_TYPE, **(headers or {})})


def _check_version(request: Request, row: Row) -> None:
    wanted = request.headers.get("if-match", "*")
    if wanted != "*" and wanted != f'W/"{row.get("versionnumber", 1)}"':
        raise refusals.version_differs()
