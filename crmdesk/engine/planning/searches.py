"""The lines of a job whose value is a record of the CRM: what is searched, by what, and whether that can be."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.filters.values import checked_filter
from crmdesk.engine.finding.lookup import folds
from crmdesk.engine.planning.plan import Describe
from crmdesk.engine.planning.problems import Problems, near_field, unknown_field
from crmdesk.errors import UserError
from crmdesk.model.mapping import Inactive, Lookup, NotFound, Owner, RecordType
from crmdesk.model.schema import NUMBERS, Field, RemoteObject
from crmdesk.tabular.search import Search


def record_search(
    lookup: Lookup, can: Capabilities, describe: Describe, place: str, problems: Problems
) -> Search | None:
    """The search of a lookup, None with its problems told."""
    place = f"{place}.lookup"
    _check_instead(lookup, place, problems)
    target = _described(lookup.object, describe, f"{place}.object", problems)
    if target is None:
        return None
    field = target.field(lookup.key)
    if field is None:
        problems.add(f"{place}.key", *unknown_field(lookup.key, target))
        return None
    if not field.is_filterable:
        problems.add(f"{place}.key", f"The CRM cannot search {target.name} by {field.name}.", "Choose another key.")
    if lookup.filter is not None:

        def find(path: str) -> tuple[str, Field] | None:
            found = target.field(path)
            return (found.name, found) if found is not None else None

        near = partial(near_field, remote=target)
        where = checked_filter(lookup.filter, find, problems.add, f"{place}.filter", near=near)
        lookup = replace(lookup, filter=where)
    return Search(lookup, target.name, field.name, folds(field, can), field.type in NUMBERS)


def owner_search(
    owner: Owner, field: Field, can: Capabilities, describe: Describe, place: str, problems: Problems
) -> Search | None:
    """The search of a user; None, with the problem told, where the CRM does not say who its users are."""
    _check_instead(owner, place, problems)
    users = can.users
    if users is None:
        problems.add(place, "This CRM does not tell which of its objects are its users.", "Use lookup = { … }.")
        return None
    if users.object not in field.references:
        problems.add(place, f"{field.label} ({field.name}) does not hold a user.", "Use lookup = { … }.")
        return None
    target = _described(users.object, describe, place, problems)
    key = target.field(users.keys[owner.by]) if target is not None else None
    if target is None or key is None:
        problems.add(f"{place}.by", f"You cannot see the {owner.by} of users.", "Choose another way to name them.")
        return None
    return Search(owner, target.name, key.name, folds(key, can))


def record_type_search(record_type: RecordType, remote: RemoteObject, place: str, problems: Problems) -> Search | None:
    """The search of a record type; None, with the problem told, where the object has none."""
    place = f"{place}.record_type"
    _check_instead(record_type, place, problems)
    if not remote.record_types:
        problems.add(place, f"{remote.label} has no record types that you can see.", "Remove the line.")
        return None
    return Search(record_type, remote.name, "record type")


def _described(name: str, describe: Describe, place: str, problems: Problems) -> RemoteObject | None:
    try:
        return describe(name)
    except UserError as error:
        problems.add(place, error.message, error.hint)
        return None


def _check_instead(origin: Lookup | Owner | RecordType, place: str, problems: Problems) -> None:
    """`instead` and the word that asks for it belong together."""
    wants = origin.not_found is NotFound.INSTEAD or (isinstance(origin, Owner) and origin.inactive is Inactive.INSTEAD)
    if wants and not origin.instead:
        problems.add(f"{place}.instead", "It is not said what to take instead.", 'Add instead = "…".')
    if origin.instead and not wants:
        problems.add(f"{place}.instead", "Nothing asks for what is given here.", 'Write not_found = "instead".')
