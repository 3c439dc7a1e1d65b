"""Creating, changing and deleting rows, with what the environment fills in and what it refuses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.binds import bound
from crmdesk.practice.dataverse.columns import CHOICES, LOOKUPS, NOT_COLUMNS, NUMBERS, Column, Kind, Table
from crmdesk.practice.dataverse.key_index import key_text
from crmdesk.practice.dataverse.keys import Keyed, found_row
from crmdesk.practice.dataverse.store import Row, Store
from crmdesk.practice.dataverse.values import stored

_DELETE = 3
_FROM_OUTSIDE = "overriddencreatedon"


@dataclass(slots=True)
class Rules:
    """What a test can switch on: words by which a plug-in stops rows, and names that may not be created twice.

    `stops` are words in the primary name, which whoever `may_bypass` custom logic can pass by; `duplicates` tables with
    a duplicate rule over the primary name, `forbidden` and `untold` tables that nobody may write or read; `page` is how
    many rows a page has at most.
    """

    stops: dict[str, str] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    may_bypass: bool = True
    page: int = 5000


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes as one user."""

    store: Store
    user: str
    rules: Rules
    checks_duplicates: bool = False
    bypasses: bool = False

    def create(self, table: Table, body: dict[str, Any], key: str | Keyed | None = None) -> Row:
        """A new row; `key` are the values of the address that named a row which is not there. Raises Refused."""
        self._may(table, "prvCreate")
        values = self._values(table, body, is_new=True)
        if table.is_activity:  # what is new is open, whatever is said: the reason has to go with that
            values["statecode"] = 0
        if isinstance(key, dict):
            values = self._of_key(table, key) | values
        id_ = key if isinstance(key, str) else values.pop(table.primary_id, None) or str(uuid.uuid4())
        if self.store.row(table, id_) is not None:
            raise refusals.id_taken()
        self._judge(table, values, id_)
        now = self._now()
        row: Row = {table.primary_id: id_, **self._defaults(table), **values}
        row["createdon"] = row.pop(_FROM_OUTSIDE, None) or now
        self._finish(table, row, {"createdby": ["systemuser", self.user]}, now)
        return row

    def _of_key(self, table: Table, key: Keyed) -> Row:
        """What a new row has by the address that named it."""
        found: Row = {}
        for name, text in key.items():
            column = self._named_by_key(table, name)
            if column.kind in LOOKUPS:
                target = self.store.table(column.targets[0])
                if target is None or self.store.row(target, text) is None:
                    raise refusals.no_such_row(column.targets[0], text)
                found[name] = [column.targets[0], text]
            elif column.kind in NUMBERS or column.kind in CHOICES:
                number = Decimal(text)
                found[name] = stored(table, column, int(number) if number == number.to_integral_value() else number)
            else:
                found[name] = stored(table, column, text)
        return found

    def _named_by_key(self, table: Table, name: str) -> Column:
        column = table.find(name)
        if column is None:
            raise refusals.not_a_key(table.name)
        return column

    def update(self, table: Table, row: Row, body: dict[str, Any]) -> Row:
        """The row with other values. Raises Refused."""
        self._may(table, "prvWrite")
        values = self._values(table, body, is_new=False)
        if values.pop(table.primary_id, row[table.primary_id]) != row[table.primary_id]:
            raise refusals.bad_payload("The key property of the payload differs from that of the address.")
        self._judge(table, {**row, **values}, row[table.primary_id])
        changed = {**row, **values}
        self._finish(table, changed, {}, self._now())
        return changed

    def delete(self, table: Table, row: Row) -> None:
        """Take a row away; lookups to it are emptied unless one of them forbids it. Raises Refused."""
        self._may(table, "prvDelete")
        id_ = row[table.primary_id]
        followers = [
            (other, each, column)
            for other in self.store.tables()
            for column in other.columns
            if column.kind in LOOKUPS and table.name in column.targets and not other.is_read_only
            for each in self.store.contents(other).rows.values()
            if each.get(column.name) == [table.name, id_]
        ]
        if any(column.name in other.restricts for other, _, column in followers):
            raise refusals.restricted(table.name)
        for other, follower, column in followers:
            self._finish(other, {**follower, column.name: None}, {}, self._now())
        self.store.remove(table, id_)
        self._note_deletion(table, id_)

    def _note_deletion(self, table: Table, id_: str) -> None:
        audit, organization = self.store.table("audit"), self.store.table("organization")
        if audit is None or organization is None or not table.is_audited:
            return
        if not any(row["isauditenabled"] for row in self.store.contents(organization).rows.values()):
            return
        entry = {
            "auditid": str(uuid.uuid4()),
            "createdon": self._now(),
            "operation": _DELETE,
            "objecttypecode": table.name,
            "objectid": [table.name, id_],
            "userid": ["systemuser", self.user],
        }
        self.store.put(audit, entry["auditid"], entry)  # type: ignore[arg-type]

    def _may(self, table: Table, privilege: str) -> None:
        if self.bypasses and not self.rules.may_bypass:
            raise refusals.missing_right("prvBypassCustomBusinessLogic", self.user)
        if table.is_read_only or table.name in self.rules.forbidden:
            raise refusals.missing_right(f"{privilege}{table.label.replace(' ', '')}", self.user)

    def _values(self, table: Table, body: dict[str, Any], *, is_new: bool) -> Row:
        values: Row = {}
        for name, value in body.items():
            if name.endswith("@odata.bind"):
                column, pair = bound(self.store, table, name.removesuffix("@odata.bind"), value)
                values[self._writable(column, is_new=is_new).name] = pair
            elif "@" not in name:
                column = self._named(table, name)
                if column.kind in LOOKUPS:
                    if value is not None:
                        raise refusals.undeclared(name)
                    values[self._writable(column, is_new=is_new).name] = None
                else:
                    values[self._writable(column, is_new=is_new).name] = stored(table, column, value)
        return values

    def _named(self, table: Table, name: str) -> Column:
        for navigation, column, _ in table.navigations():
            if navigation == name:
                return column
        found = table.on_the_wire(name)
        if found is None or found.kind in NOT_COLUMNS or found.kind in LOOKUPS:
            raise refusals.undeclared(name)
        return found

    def _writable(self, column: Column, *, is_new: bool) -> Column:
        if column.kind is Kind.ID:
            return column
        if not (column.is_creatable if is_new else column.is_updatable):
            raise refusals.bad_query(
                f"Attribute '{column.name}' cannot be set to a value on {'create' if is_new else 'update'}."
            )
        return column

    def _defaults(self, table: Table) -> Row:
        row: Row = {}
        for column in table.columns:
            if column.kind is Kind.STATE:
                row[column.name] = 0
            elif column.kind is Kind.OWNER:
                row[column.name] = ["systemuser", self.user]
            elif column.kind is Kind.BOOLEAN:
                row[column.name] = False
        return row

    def _judge(self, table: Table, row: Row, id_: str) -> None:
        self._check_state(table, row)
        name = str(row.get(table.primary_name) or row.get("lastname") or "")
        for word, said in () if self.bypasses else self.rules.stops.items():
            if word in name:
                raise refusals.stopped(said)
        for column in table.columns:
            if column.is_required and column.kind in (Kind.STRING, Kind.MEMO) and not row.get(column.name):
                raise refusals.bad_query(f"Required field '{column.name}' is missing.")
        for key in table.keys:
            if key.status == "Active" and all(row.get(column) is not None for column in key.columns):
                held = {column: key_text(table, row, column) for column in key.columns}
                if self.store.keys.ids(table, self.store.contents(table).rows, held) - {id_}:
                    raise refusals.key_taken(key.name, " and ".join(key.columns))
        if self.checks_duplicates and table.name in self.rules.duplicates:
            for other in self.store.contents(table).rows.values():
                if (
                    other[table.primary_id] != id_
                    and str(other.get(table.primary_name, "")).casefold() == name.casefold()
                ):
                    raise refusals.Refused(
                        500,
                        "0x80040333",
                        "A record was not created or updated because a duplicate of the current record already exists.",
                    )

    def _check_state(self, table: Table, row: Row) -> None:
        reasons = table.find("statuscode")
        if reasons is None:
            return
        state, reason = row.get("statecode") or 0, row.get("statuscode")
        fitting = [option.value for option in reasons.options if option.state == state]
        if reason is None:
            row["statuscode"] = fitting[0]
        elif reason not in fitting:
            states = table.find("statecode")
            label = next((each.label for each in states.options if each.value == state), "") if states else ""
            raise refusals.wrong_reason(reason, f"{table.label.replace(' ', '')}State.{label}", table.name)

    def _finish(self, table: Table, row: Row, more: Row, now: str) -> None:
        """Fill in what the environment says itself, and keep the row."""
        row |= more
        row["modifiedon"], row["modifiedby"] = now, ["systemuser", self.user]
        if table.find("fullname") is not None and table.name == "contact":
            row["fullname"] = " ".join(part for part in (row.get("firstname"), row.get("lastname")) if part) or None
        for column in table.columns:
            if column.kind is Kind.MONEY and column.name.endswith("_base"):
                row[column.name] = row.get(column.name.removesuffix("_base"))
            if column.kind is Kind.MONEY and row.get(column.name) is not None and table.find("transactioncurrencyid"):
                currencies = self.store.table("transactioncurrency")
                first = next(iter(self.store.contents(currencies).rows), None) if currencies else None
                if first is not None and not row.get("transactioncurrencyid"):
                    row["transactioncurrencyid"] = ["transactioncurrency", first]
                if table.find("exchangerate") is not None:
                    row["exchangerate"] = Decimal("1.0000000000")
        row["versionnumber"] = self.store.next_version()
        self.store.put(table, row[table.primary_id], row)

    def _now(self) -> str:
        return self.store.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def upserted(writer: Writer, table: Table, key: str | Keyed, body: dict[str, Any]) -> tuple[Row, bool]:
    """The row that a key names, made or changed; whether it was made. Raises Refused."""
    row = found_row(writer.store, table, key)
    if row is None:
        return writer.create(table, body, key), True
    return writer.update(table, row, body), False
