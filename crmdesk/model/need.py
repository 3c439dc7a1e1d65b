"""A right that a job needs in the CRM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What has to be allowed (`read`, `create`, `edit`, `delete`, `undelete`), of which object, with which fields.

    A field of a parent is named by its path.
    """

    right: str
    object: str
    fields: tuple[str, ...] = ()
