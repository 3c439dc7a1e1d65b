"""Change tracking: a first pass that ends in a token, and what changed since a token.

Microsoft Learn, "Use change tracking to synchronize data with external systems".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import Table
from crmdesk.practice.dataverse.paging import cookie, read_cookie
from crmdesk.practice.dataverse.prefer import Prefer
from crmdesk.practice.dataverse.reading import Reading
from crmdesk.practice.dataverse.store import Row, Store

_FORM = "%m/%d/%Y %H:%M:%S"
_NOT_WITH = ("$filter", "$orderby", "$expand", "$top")


@dataclass(frozen=True, slots=True)
class Tracking:
    """Changes of one table, for one request."""

    store: Store
    reading: Reading

    def rows(self, table: Table, options: dict[str, str], prefer: Prefer) -> dict[str, Any]:
        """A page of a pass. Raises Refused."""
        for name in _NOT_WITH:
            if name in options:
                raise refusals.not_with_tracking(name)
        if not table.tracks:
            raise refusals.untracked(table.name)
        place = read_cookie(options.get("$skiptoken"))
        if place is None:
            since = self._since(options["$deltatoken"]) if "$deltatoken" in options else 0
            place = {"page": 1, "since": since, "until": self.store.version, "after": since, "stage": "rows"}
        return self._page(table, options, prefer, place)

    def _page(self, table: Table, options: dict[str, str], prefer: Prefer, place: dict[str, Any]) -> dict[str, Any]:
        size = min(prefer.page or self.reading.most, self.reading.most)
        columns = self.reading.selected(table, {name: value for name, value in options.items() if name == "$select"})
        entries = self._entries(table, place)
        page, rest = entries[:size], entries[size:]
        context = f"{self.reading.root}$metadata#{table.set_name}"
        value = [
            self.reading.shown(entry, columns, prefer)
            if isinstance(entry, dict)
            else {"@odata.context": f"{context}/$deletedEntity", "id": entry[1], "reason": "deleted"}
            for _, entry in page
        ]
        answer: dict[str, Any] = {
            "@odata.context": f"{context}/$delta" if place["since"] else context,
            "value": value,
        }
        if rest:
            (stage, version), _ = page[-1]
            following = {**place, "page": place["page"] + 1, "after": version, "stage": "gone" if stage else "rows"}
            answer["@odata.nextLink"] = self.reading.link(
                {name: value for name, value in options.items() if name == "$select"},
                cookie(following, is_tracking=True),
            )
        else:
            answer["@odata.deltaLink"] = self._delta_link(options, place["until"])
        return answer

    def _entries(self, table: Table, place: dict[str, Any]) -> list[tuple[tuple[int, int], Row | tuple[int, str]]]:
        """Changed rows by version, then deleted ones; those of a first pass are all that are there."""
        contents = self.store.contents(table)
        until, found = place["until"], list[tuple[tuple[int, int], Row | tuple[int, str]]]()
        if place["stage"] == "rows":
            found += [
                ((0, row["versionnumber"]), row)
                for row in contents.rows.values()
                if place["after"] < row["versionnumber"] <= until
            ]
        if place["since"]:
            after = place["after"] if place["stage"] == "gone" else place["since"]
            found += [
                ((1, gone.version), (gone.version, gone.id)) for gone in contents.gone if after < gone.version <= until
            ]
        return sorted(found, key=lambda entry: entry[0])

    def _delta_link(self, options: dict[str, str], version: int) -> str:
        token = f"{version}!{self.store.clock.now().strftime(_FORM)}"
        select = f"$select={quote(options['$select'], safe='')}&" if "$select" in options else ""
        return f"{self.reading.own_address}?{select}$deltatoken={quote(token, safe='')}"

    def _since(self, token: str) -> int:
        """The version a token stands for. Raises Refused for one that is none, or too old."""
        version, _, when = token.partition("!")
        try:
            made = datetime.strptime(when, _FORM).replace(tzinfo=UTC)
            since = int(version)
        except ValueError:
            raise refusals.bad_query("The delta token is invalid.") from None
        table = self.store.table("organization")
        days = next(iter(self.store.contents(table).rows.values()))["expirechangetrackingindays"] if table else 30
        if self.store.clock.now() - made > timedelta(days=days):
            raise refusals.stale_token()
        return since
