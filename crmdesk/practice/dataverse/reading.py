"""Rows as answers: chosen columns, a filter, pages, counts, and annotations.

Microsoft Learn, "Query data using the Web API" with its pages on selecting, filtering, paging and counting rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from crmdesk.practice.dataverse import filters, refusals
from crmdesk.practice.dataverse.columns import CHOICES, LOOKUPS, NUMBERS, Column, Kind, Table
from crmdesk.practice.dataverse.paging import Order, read_cookie
from crmdesk.practice.dataverse.prefer import Prefer
from crmdesk.practice.dataverse.store import Row, Store

MOST = 5000
_AGGREGATED = 50_000
_KNOWN = frozenset(
    {"$select", "$filter", "$orderby", "$top", "$count", "$expand", "$apply", "$skiptoken", "$deltatoken"}
)
_UNKNOWN_HERE = ("$skip", "$search", "$format")
_COUNT = re.compile(r"(?:filter\((?P<filter>.*)\)/)?aggregate\(\$count as (?P<name>\w+)\)", re.DOTALL)
_EXPANDED = re.compile(r"(?P<name>\w+)(?:\(\$select=(?P<select>[\w,]*)\))?(?:,|$)")


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads for one request. `root` is the address of the API, `own_address` that of the request without its query."""

    store: Store
    root: str
    own_address: str
    most: int = MOST

    def rows(self, table: Table, options: dict[str, str], prefer: Prefer) -> dict[str, Any]:
        """A page of a set. Raises Refused."""
        check_options(options)
        columns = self.selected(table, options)
        if "$apply" in options:
            return self._aggregate(table, options["$apply"])
        matching = self._matching(table, options)
        order = Order.parse(table, options.get("$orderby", ""))
        matching.sort(key=order.key)
        after = read_cookie(options.get("$skiptoken"))
        if after is not None:
            matching = [row for row in matching if order.is_behind(row, after["row"])]
        size = min(prefer.page or self.most, self.most)
        if "$top" in options and not prefer.page:
            size = self._top(options["$top"])
        page, rest = matching[:size], matching[size:]
        answer: dict[str, Any] = {"@odata.context": f"{self.root}$metadata#{table.set_name}"}
        if options.get("$count") == "true":
            answer["@odata.count"] = min(len(matching), MOST)
        expanded = self._expanded(table, options.get("$expand", ""))
        answer["value"] = [{**self.shown(row, columns, prefer), **self._parents(row, expanded, prefer)} for row in page]
        if rest and not ("$top" in options and not prefer.page):
            answer["@odata.nextLink"] = self.link(options, order.token(page[-1], after))
        return answer

    def count(self, table: Table, options: dict[str, str]) -> int:
        """What /$count answers: never more than 5,000."""
        check_options(options)
        return min(len(self._matching(table, options)), MOST)

    def selected(self, table: Table, options: dict[str, str]) -> list[Column]:
        """The columns of $select with the primary id, all without it. Raises Refused."""
        if not options.get("$select"):
            return list(table.readable())
        found = []
        for name in options["$select"].split(","):
            column = table.on_the_wire(name.strip())
            if column is None:
                raise refusals.unknown_property(name.strip(), table.name)
            found.append(column)
        key = table.find(table.primary_id)
        if key is not None and key not in found:
            found.append(key)
        if any(column.kind is Kind.MONEY for column in found):
            currency = table.find("transactioncurrencyid")
            found += [currency] if currency is not None and currency not in found else []
        return found

    def shown(self, row: Row, columns: list[Column], prefer: Prefer) -> dict[str, Any]:
        """A row as it is answered; its etag first."""
        shown: dict[str, Any] = {"@odata.etag": f'W/"{row.get("versionnumber", 1)}"'}
        for column in columns:
            value = row.get(column.name)
            shown[column.wire_name] = on_the_wire(column, value)
            if prefer.annotations and value is not None:
                shown |= self._annotated(column, value)
        return shown

    def _expanded(self, table: Table, text: str) -> list[tuple[str, Column, Table, list[Column]]]:
        """The navigation properties of $expand, each with its column, its table and what is wanted of that."""
        found = []
        for part in _EXPANDED.finditer(text):
            link = next((each for each in table.navigations() if each[0] == part["name"]), None)
            target = self.store.table(link[2] or "systemuser") if link is not None else None
            if link is None or target is None:
                raise refusals.unknown_property(part["name"], table.name)
            columns = self.selected(target, {"$select": part["select"]} if part["select"] else {})
            found.append((part["name"], link[1], target, columns))
        return found

    def _parents(
        self, row: Row, expanded: list[tuple[str, Column, Table, list[Column]]], prefer: Prefer
    ) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, link, target, columns in expanded:
            pair = row.get(link.name)
            parent = self.store.row(target, pair[1]) if pair is not None and pair[0] == target.name else None
            inner = None if parent is None else self.shown(parent, columns, prefer)
            if inner is not None:
                del inner["@odata.etag"]
            shown[name] = inner
        return shown

    def _annotated(self, column: Column, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any stored value
        name = column.wire_name
        formatted = "OData.Community.Display.V1.FormattedValue"
        if column.kind in LOOKUPS:
            referenced = self.store.table(value[0])
            target = self.store.row(referenced, value[1]) if referenced else None
            label = target.get(referenced.primary_name) if target and referenced else None
            return {
                f"{name}@{formatted}": label,
                f"{name}@Microsoft.Dynamics.CRM.lookuplogicalname": value[0],
                f"{name}@Microsoft.Dynamics.CRM.associatednavigationproperty": column.navigation_to(value[0]),
            }
        labels = {option.value: option.label for option in column.options}
        if column.kind in CHOICES:
            return {f"{name}@{formatted}": labels.get(value)}
        if column.kind is Kind.MULTISELECT:
            return {f"{name}@{formatted}": "; ".join(labels[int(part)] for part in value.split(","))}
        return {}

    def _matching(self, table: Table, options: dict[str, str]) -> list[Row]:
        rows = list(self.store.contents(table).rows.values())
        if not options.get("$filter"):
            return rows
        test = filters.parsed(self.store, table, options["$filter"])
        return [row for row in rows if test(row) is True]

    def _top(self, text: str) -> int:
        if not text.isdigit() or not 0 < int(text) <= MOST:
            raise refusals.bad_query(f"Invalid value '{text}' for $top query option found.")
        return int(text)

    def link(self, options: dict[str, str], skiptoken: str) -> str:
        """The address of the next page: the same query, and the token, percent-encoded."""
        kept = {name: value for name, value in options.items() if name not in ("$skiptoken", "$deltatoken")}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in {**kept, "$skiptoken": skiptoken}.items())
        return f"{self.own_address}?{query}"

    def _aggregate(self, table: Table, text: str) -> dict[str, Any]:
        found = _COUNT.fullmatch(text.strip())
        if found is None:
            raise refusals.bad_query("Only a count of rows is imitated here: aggregate($count as name).")
        rows = self._matching(table, {"$filter": found["filter"]} if found["filter"] else {})
        if len(rows) > _AGGREGATED:
            raise refusals.Refused(
                400, "0x8004E023", "AggregateQueryRecordLimit exceeded. Cannot perform this operation."
            )
        return {"@odata.context": f"{self.root}$metadata#{table.set_name}", "value": [{found["name"]: len(rows)}]}


def check_options(options: dict[str, str]) -> None:
    """Refuse what the Web API does not know."""
    for name in options:
        if name in _UNKNOWN_HERE:
            raise refusals.bad_query(f"The query parameter {name} is not supported")
        if name.startswith("$") and name not in _KNOWN:
            raise refusals.bad_query(f"The query parameter {name} is not supported")


def on_the_wire(column: Column, value: Any) -> Any:  # noqa: ANN401 - any stored value
    """A stored value as JSON has it."""
    if value is None:
        return None
    if column.kind in LOOKUPS:
        return value[1]
    if column.kind is Kind.MONEY:
        return Decimal(value).quantize(Decimal("0.0001"))
    if column.kind is Kind.DECIMAL:
        return Decimal(value).quantize(Decimal(1).scaleb(-column.precision))
    if column.kind is Kind.DOUBLE:
        return float(value)
    if column.kind in NUMBERS:
        return int(value)
    return value
