"""The addresses of a service: a value can never change the path or become another query option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from crmdesk.connectors.contract import Query
from crmdesk.connectors.odata.filters import filter_text, filterable, property_literal
from crmdesk.connectors.odata.key_texts import key_values, predicate_in
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.origin import Origin
from crmdesk.errors import PlanError, Problem, UserError

_QUOTE = "'"
_READABLE = "'(),:"  # may stand unencoded in a query (RFC 3986, 3.4) and have no meaning of their own there


@dataclass(frozen=True, slots=True)
class ServiceRoot:
    """Where a service lives: an origin and a path that ends with a slash."""

    origin: Origin
    path: str

    @classmethod
    def parse(cls, url: str) -> ServiceRoot:
        """The root that an admin typed, with or without the last slash; raises UserError."""
        origin = Origin.parse(url)
        parts = urlsplit(url.strip())
        if parts.query or parts.fragment:
            raise UserError(
                f"“{url}” is not the root of a service: it goes on behind the path.",
                hint="Give the address up to the part that comes before $metadata.",
                place="url",
            )
        return cls(origin, parts.path.rstrip("/") + "/")

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"

    def collection(self, entity_set: EntitySet, suffix: str = "", options: Sequence[tuple[str, str]] = ()) -> str:
        """The address of a set; `suffix` is `/$count` or empty, `options` are not encoded yet."""
        query = "&".join(f"{name}={quote(value, safe=_READABLE)}" for name, value in options)
        return f"{self}{quote(entity_set.name, safe='')}{suffix}" + (f"?{query}" if query else "")

    def entity(self, entity_set: EntitySet, key: str) -> str:
        """The address of one entity; raises ValueError with a sentence when `key` is not of the key's type."""
        id_ = entity_set.id
        predicate = _predicate(id_, key) if id_.parts else quote(property_literal(id_, key), safe=_QUOTE)
        return f"{self}{quote(entity_set.name, safe='')}({predicate})"

    def by_key(self, entity_set: EntitySet, key: Property, text: str) -> str:
        """The address of the entity with `text` in an alternate key, of which only the id comes back.

        Raises ValueError with a sentence when `text` is not of the key's type.
        """
        return f"{self}{quote(entity_set.name, safe='')}({_predicate(key, text)})?$select={entity_set.id.column}"

    def linked(self, page: str, link: str) -> str:
        """The address a link on `page` leads to, as it is written; raises RemoteError when it leaves the origin."""
        return self.origin.url(urljoin(page, link))


def _predicate(key: Property, text: str) -> str:
    """The names and values of the properties of a key, as they stand in an address; raises ValueError."""
    return ",".join(
        f"{part.column}={quote(property_literal(part, value), safe=_QUOTE)}"
        for part, value in zip(key.whole, key_values(key, text), strict=True)
    )


def key_in(address: str, key: Property) -> str | None:
    """The key in the address of an entity such as `Contacts(7)` or `Contacts(ID='A''1')`; None when it has none."""
    segment = address.rstrip("/").rpartition("/")[2]
    _, opened, predicate = segment.partition("(")
    if not opened or not predicate.endswith(")"):
        return None
    text = unquote(predicate[:-1])
    if key.parts:
        return predicate_in(key, text)
    text = text.removeprefix(f"{key.name}=")
    if len(text) > 1 and text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    return text or None


def query_options(entity_set: EntitySet, query: Query) -> list[tuple[str, str]]:
    """The system query options of a query, not encoded; raises PlanError with all problems."""
    problems: list[Problem] = []
    selected = _selected(entity_set, query, problems)
    order = _order(entity_set, query, problems)
    if problems:
        raise PlanError(tuple(problems))
    own = dict.fromkeys(part.column for found in selected if not found.parent for part in found.whole)
    options = [("$select", ",".join(own or [part.column for part in entity_set.id.whole]))]
    parents = dict.fromkeys(found.parent for found in selected if found.parent)
    if parents:
        options.append(("$expand", ",".join(_expanded(parent, selected) for parent in parents)))
    if query.filter is not None:
        options.append(("$filter", filter_text(entity_set, query.filter)))
    options.append(("$orderby", order))
    if query.limit is not None and not entity_set.dialect.top_pages:
        options.append(("$top", str(query.limit)))
    return options


def _expanded(parent: str, selected: Sequence[Property]) -> str:
    columns = dict.fromkeys(found.column for found in selected if found.parent == parent)
    return f"{parent}($select={','.join(columns)})"


def _selected(entity_set: EntitySet, query: Query, problems: list[Problem]) -> list[Property]:
    selected = []
    for name in query.fields:
        found = entity_set.find(name)
        if found is None:
            problems.append(Problem("mapping", f"{entity_set.name} has no field “{name}”.", "Check its name."))
        else:
            selected.append(found)
    return selected


def _order(entity_set: EntitySet, query: Query, problems: list[Problem]) -> str:
    """The sort keys; the key of the set comes last, so that pages cut a fixed sequence."""
    keys: dict[str, str] = {}
    for order in query.order_by:
        try:
            keys.setdefault(filterable(entity_set, order.field).path, "desc" if order.is_descending else "asc")
        except ValueError as error:
            problems.append(Problem("order_by", str(error), "Choose another field to sort by."))
    for name in entity_set.key:
        found = entity_set.find(name)
        keys.setdefault(name if found is None else found.path, "asc")
    return ",".join(f"{name} {direction}" for name, direction in keys.items())
