"""How a run began: who and as whom, in which zone, by which query; from what it keeps of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.model.run import RunRecord


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is kept of it. `started_by` is who sat at the computer, `user` who was signed in to the CRM.

    `zone` is an IANA name, `query` the query of an import in the CRM's own words; "" where nobody knows. `labels` are
    the labels of mapped fields by their API names, of those alone that have another one.
    """

    started_by: str
    user: str
    zone: str = ""
    query: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def beginning_of(record: RunRecord) -> Beginning:
    """How a run began; of one that an older version began, less is known."""
    kept = json.loads(record.start.settings)
    names = ("started_by", "user", "zone", "query")
    return Beginning(**{name: str(kept.get(name, "")) for name in names}, labels=kept.get("labels", {}))
