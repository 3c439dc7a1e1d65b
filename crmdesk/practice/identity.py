"""A signed-in user, and the access token he is known by."""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose org it is and who is signed in; ids of 18 characters."""

    org_id: str
    user_id: str
    username: str
    display_name: str
    email: str


def new_token(org_id: str) -> str:
    """An access token of the shape that Salesforce's own tools accept: the organization's id, `!`, something secret."""
    return f"{org_id[:15]}!{secrets.token_urlsafe(48).replace('-', '.')}"
