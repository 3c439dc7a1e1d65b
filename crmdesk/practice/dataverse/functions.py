"""The unbound functions of the Web API that clients ask first: who am I, which version, how many rows."""

from __future__ import annotations

import json
import re
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.store import Store

VERSION = "9.2.24112.00192"
_COUNTS = re.compile(r"RetrieveTotalRecordCount\(EntityNames=(?P<names>\[.*\]|@\w+)\)")


def called(
    store: Store, root: str, path: str, options: dict[str, str], user: str, organization: str
) -> dict[str, Any] | None:
    """The answer of a function, None when the path names none. Raises Refused."""
    match path.removesuffix("()"):
        case "WhoAmI":
            return {
                "@odata.context": f"{root}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
                "BusinessUnitId": store.fact("business_unit"),
                "UserId": user,
                "OrganizationId": organization,
            }
        case "RetrieveVersion":
            context = f"{root}$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse"
            return {"@odata.context": context, "Version": VERSION}
        case "RetrieveCurrentOrganization(AccessType=@a)":
            return _current(store, root, options.get("@a", ""), organization)
        case _:
            return _counted(store, root, path, options)


def _current(store: Store, root: str, access: str, organization: str) -> dict[str, Any]:
    """Microsoft Learn, "OrganizationDetail ComplexType"; Developer is for those who try things out."""
    if access not in ("'Default'", "Microsoft.Dynamics.CRM.EndpointAccessType'Default'"):
        raise refusals.bad_query(
            f"The value '{access}' is not of the type 'Microsoft.Dynamics.CRM.EndpointAccessType'."
        )
    table = store.table("organization")
    row = store.row(table, organization) if table is not None else None
    detail = {
        "OrganizationId": organization,
        "FriendlyName": (row or {}).get("name"),
        "OrganizationVersion": VERSION,
        "Geo": "EMEA",
        "UniqueName": "practice",
        "UrlName": "practice",
        "State": "Enabled",
        "SchemaType": "Full",
        "OrganizationType": "Developer",
        "Endpoints": {"Count": 0, "IsReadOnly": False, "Keys": [], "Values": []},
    }
    return {
        "@odata.context": f"{root}$metadata#Microsoft.Dynamics.CRM.RetrieveCurrentOrganizationResponse",
        "Detail": detail,
    }


def _counted(store: Store, root: str, path: str, options: dict[str, str]) -> dict[str, Any] | None:
    found = _COUNTS.fullmatch(path)
    if found is None:
        return None
    text = options.get(found["names"], found["names"])
    names = json.loads(text.replace("'", '"'))
    tables = [store.table(name) for name in names]
    if None in tables:
        raise refusals.Refused(404, "0x80060888", f"Could not find an entity with name {names[tables.index(None)]}.")
    counts = [len(store.contents(table).rows) for table in tables if table is not None]
    return {
        "@odata.context": f"{root}$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse",
        "EntityRecordCountCollection": {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": counts},
    }
