"""The rights in the CRM that a job needs, as a text for whoever gives them."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.model.account import Account, Identity
from crmdesk.model.need import Need


def rights_text(job: str, needs: Sequence[Need], account: Account, identity: Identity | None) -> str:
    """A request to an admin: who, where, for which job, and a line for each right."""
    who = f"the user {identity.user}" if identity is not None else "the user of CRM Desk"
    where = f"{identity.organization} ({identity.organization_id})" if identity is not None else account.label
    lines = "\n".join(f"- {_line(need)}" for need in _together(needs))
    return f"Please give {who} in {where} these rights, and no others, for the job “{job}”:\n\n{lines}\n\nThank you."


def _together(needs: Sequence[Need]) -> list[Need]:
    """One right to one object is asked for once."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for need in needs:
        fields = (*found.get((need.right, need.object), ()), *need.fields)
        found[need.right, need.object] = tuple(dict.fromkeys(fields))
    return [Need(right, name, fields) for (right, name), fields in found.items()]


def _line(need: Need) -> str:
    right = need.right.capitalize()
    return f"{right} {need.object}, fields {', '.join(need.fields)}" if need.fields else f"{right} {need.object}"
