"""What the sender of records asks for beside them, by header or in a job: duplicate rules, assignment rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.practice import ids

_ALLOW_SAVE = re.compile(r"allowSave\s*=\s*true", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """saves_duplicates: an alert about a duplicate does not hold the record back.

    assignment: whether owners are assigned by the active rule of the object, or the id of the rule that does.
    """

    saves_duplicates: bool = False
    assignment: bool | str = False


NO_WISHES = SaveOptions()


def options_of(headers: Mapping[str, str]) -> SaveOptions:
    """Owners are assigned unless `Sforce-Auto-Assign` says FALSE, duplicates saved if told so (REST guide, headers)."""
    asked = headers.get("sforce-auto-assign", "true").strip()
    assignment: bool | str = asked if ids.is_id(asked) else asked.lower() != "false"
    is_allowed = _ALLOW_SAVE.search(headers.get("sforce-duplicate-rule-header", "")) is not None
    return SaveOptions(is_allowed, assignment)
