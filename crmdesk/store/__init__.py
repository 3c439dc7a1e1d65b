"""What CRM Desk keeps on this computer: one SQLite file a profile, and secrets in the credential store.

What a process does not ask for it does not load: the window reads the history without the libraries of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.store.profile import Store
else:

    def __getattr__(name: str) -> object:
        if name != "Store":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from crmdesk.store.profile import Store  # noqa: PLC0415 - see above

        return Store


__all__ = ["Store"]
