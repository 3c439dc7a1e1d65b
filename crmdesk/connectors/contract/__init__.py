"""What every CRM connector promises, and the values that pass between it and the engine."""

from crmdesk.connectors.contract.capabilities import Capabilities, Users
from crmdesk.connectors.contract.reading import CursorGone, Query, Source
from crmdesk.connectors.contract.sends import Body, OpenSend, Packing, Payload, Point, Prepared, Road, SendId, SendLog
from crmdesk.connectors.contract.session import (
    AsksInBrowser,
    BrowserSignIn,
    Connector,
    SecretSlot,
    Session,
    TellsSchema,
    TellsVersions,
    Unchanged,
)
from crmdesk.connectors.contract.writing import RECEIPT_SCHEMA, Receipt, Settled, Sink, WriteRequest

__all__ = [
    "RECEIPT_SCHEMA",
    "AsksInBrowser",
    "Body",
    "BrowserSignIn",
    "Capabilities",
    "Connector",
    "CursorGone",
    "OpenSend",
    "Packing",
    "Payload",
    "Point",
    "Prepared",
    "Query",
    "Receipt",
    "Road",
    "SecretSlot",
    "SendId",
    "SendLog",
    "Session",
    "Settled",
    "Sink",
    "Source",
    "TellsSchema",
    "TellsVersions",
    "Unchanged",
    "Users",
    "WriteRequest",
]
