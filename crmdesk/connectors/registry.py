"""Which connector speaks to which kind of CRM. The one place that names them."""

from __future__ import annotations

from crmdesk.connectors.contract import Connector
from crmdesk.errors import UserError

KINDS = ("salesforce", "dynamics", "odata")


def connector(kind: str) -> Connector:
    """The connector of a kind; raises UserError for one that does not exist."""
    match kind:
        case "salesforce":
            from crmdesk.connectors.salesforce.connector import SalesforceConnector

            return SalesforceConnector()
        case "dynamics":
            from crmdesk.connectors.dynamics.connector import DynamicsConnector

            return DynamicsConnector()
        case "odata":
            from crmdesk.connectors.odata.connector import ODataConnector

            return ODataConnector()
        case _:
            raise UserError(
                f"There is no connector “{kind}”.", hint=f"Choose one of: {', '.join(KINDS)}.", place="kind"
            )
