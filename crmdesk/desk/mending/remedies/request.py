"""A request that can be sent to whoever may grant it: the exact names of org, object, field and value."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.desk.mending.remedies.values import Proposal
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.figures import counted

_NAMED = 20


def request_text(group: CauseGroup, object_name: str, account: str, values: Sequence[Proposal]) -> str:
    """The text of a request about a cause of rejects."""
    field = f" of {group.field}" if group.field else ""
    lines = [f"In {account}, on {object_name}{field}: {group.title.rstrip('.')}."]
    if Remedy.MAP_VALUES in group.remedies and values:
        named = ", ".join(f"“{found.value}” ({found.rows:,})" for found in values[:_NAMED] if found.value)
        lines.append(f"Please add to the list{field}, also for the record types that are in use: {named}.")
    else:
        lines.append("Please grant what is missing, or tell us what to do about it.")
    lines += [
        f"{counted(group.open, 'record is', 'records are')} waiting for it.",
        f"The CRM's own words: {group.code}: {group.message}",
        "Thank you.",
    ]
    return "\n".join(lines)
