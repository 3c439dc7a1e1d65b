"""A right that a job needs in the CRM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What has to be allowed, of which object, with which fields.

    `right` is `read`, `create`, `edit`, `delete`, `delete for good` (past the recycle bin) or `undelete`. A field of a
    parent is named by its path.
    """

    right: str
    object: str
    fields: tuple[str, ...] = ()
