"""Which engine writes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmdesk.connectors.contract import SendLog, Sink, WriteRequest
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.model.job import Action, Engine

if TYPE_CHECKING:
    from crmdesk.connectors.salesforce.lookback import Lookback

BULK_ABOVE = 2_000
"""Up to so many rows, ten calls answer sooner than a job."""

_LONGEST_JOB = timedelta(days=1)


def open_sink(rest: Rest, request: WriteRequest, log: SendLog, user: str) -> Sink:
    """A sink for the request; `user` is the id of the signed-in user."""
    engine = chosen_engine(request)

    def lookback() -> Lookback:
        from crmdesk.connectors.salesforce.lookback import Lookback

        return Lookback(rest, request, log, user, lasts=_LONGEST_JOB if engine is Engine.BULK else timedelta())

    if engine is Engine.SOAP:
        from crmdesk.connectors.salesforce.undelete import UndeleteSink

        return UndeleteSink(rest, request, log, lookback)
    if engine is Engine.BULK:
        from crmdesk.connectors.salesforce.bulk import BulkSink

        return BulkSink(rest, request, log, lookback)
    from crmdesk.connectors.salesforce.collections import CollectionsSink

    return CollectionsSink(rest, request, log, lookback)


def chosen_engine(request: WriteRequest) -> Engine:
    """The engine that is asked for, or the best one for so many rows."""
    if request.engine is not Engine.AUTO:
        return request.engine
    if request.action is Action.UNDELETE:
        return Engine.SOAP
    if request.rows_per_call:
        return Engine.REST
    if _may_be_keyless(request):
        # A lost answer to a keyless insert cannot always be cleared up afterwards; a job's results can be read again.
        return Engine.BULK
    return Engine.BULK if request.rows > BULK_ABOVE else Engine.REST


def _may_be_keyless(request: WriteRequest) -> bool:
    """Whether rows may become new records that nothing distinguishes from others."""
    if any(field.is_unique and field.name != request.object.id_field for field in request.fields):
        return False
    is_by_id = request.key is not None and request.key.name == request.object.id_field
    return request.action is Action.INSERT or (request.action is Action.UPSERT and is_by_id)
