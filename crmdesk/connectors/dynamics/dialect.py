"""What Dataverse takes in one go and does by itself.

Microsoft Learn, "Execute batch operations using the Web API" (1,000 requests), "Page results" (5,000 rows), "Filter
rows" (wildcards), "Count rows" (5,000), "Compose HTTP requests" (32,768 characters), "Use an alternate key to reference
a record", "Detect duplicate data", "Bypass custom Dataverse logic".
"""

from __future__ import annotations

from crmdesk.connectors.odata.dialect import Dialect

_BUSY = frozenset({"0x80044150", "0x80044151", "-2147204784", "-2147204783"})
"""A deadlock and a time-out of the database."""

DATAVERSE = Dialect(
    page_rows=5000,
    most_together=1000,
    usual_together=100,
    makes_ids=True,
    has_wildcards=True,
    top_pages=True,
    count_limit=5000,
    unfit_in_keys="/<>*%&:\\?+#",
    created="createdon",
    longest_address=32_000,
    id_taken=frozenset({"0x80040237"}),
    whole_addresses=True,
    headers={"MSCRM.SuppressDuplicateDetection": "false"},
    past_logic={"MSCRM.BypassBusinessLogicExecution": "CustomSync,CustomAsync"},
    busy=_BUSY,
    rows_have_rights=True,  # the new owner of a record may be the one who lacks the privilege
    field_words=(
        r"same value for (.+?) already exists",
        r"has the attribute values (.+?) already exists",
        r"error occurred for \w+\.(\w+)",
    ),
    field_codes={"0x80048408": "statuscode"},
)
