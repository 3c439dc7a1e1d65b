"""What CRM Desk keeps on this computer: one SQLite file a profile, and secrets in the credential store."""

from __future__ import annotations

from crmdesk.store.profile import Store

__all__ = ["Store"]
