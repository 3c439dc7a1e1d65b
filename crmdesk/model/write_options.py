"""What a job that writes asks of the CRM beside the values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WriteOption(StrEnum):
    """What a job can ask for beside the values; not every engine of every CRM can do it for every action."""

    ALL_OR_NONE = "all_or_none"
    ALLOW_DUPLICATES = "allow_duplicates"
    ASSIGNMENT_RULE = "assignment_rule"
    HARD_DELETE = "hard"
    ROWS_PER_CALL = "rows_per_call"
    SERIAL = "serial"
    SKIP_CUSTOM_LOGIC = "skip_custom_logic"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of the CRM beside the values.

    `assignment` is "" for what the CRM does by itself, "none", "active", or the id of an assignment rule. A hard delete
    leaves nothing in the recycle bin. `skips_custom_logic`: the organisation's own programs are kept out.
    """

    allows_duplicates: bool = False
    assignment: str = ""
    all_or_none: bool = False
    is_hard: bool = False
    skips_custom_logic: bool = False


NO_WISHES = Wishes()
