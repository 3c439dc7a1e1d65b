"""The versions of its interface that the CRM of an account speaks, to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.connectors.contract import TellsVersions
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.errors import UserError


def api_versions(accounts: Accounts, name: str) -> Sequence[str]:
    """The versions, oldest first; UserError where there is but one."""
    with accounts.open(name) as opened:
        if not isinstance(opened.session, TellsVersions):
            raise UserError(f"{opened.connector.label} has no API versions to choose from.")
        return opened.session.versions()
