"""What OData 2 says in other words: literals in addresses, values in JSON, pages, and what leads where.

Source: OData 2.0, "URI Conventions" (literals, substringof), "JSON Format" (d, results, __next, /Date(…)/); MS-CSDL.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import msgspec

from crmdesk.connectors.odata.csdl import EDM, Csdl
from crmdesk.connectors.odata.edm import Kind, literal
from crmdesk.model.filter import Scalar

_MOMENT = re.compile(r"/Date\((?P<milliseconds>-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUFFIX = {"Edm.Int64": "L", "Edm.Decimal": "M", "Edm.Single": "f", "Edm.Double": "d"}
_PREFIX = {"Edm.Guid": "guid", "Edm.DateTimeOffset": "datetimeoffset"}

Row = dict[str, msgspec.Raw]


class OldPage(msgspec.Struct):
    """The inside of an answer: rows, and the address of the next ones."""

    results: list[Row]
    next_link: str | None = msgspec.field(default=None, name="__next")


class _Wrapped(msgspec.Struct):
    d: OldPage | list[Row]


class _Sets(msgspec.Struct):
    EntitySets: list[str]


class _Service(msgspec.Struct):
    d: _Sets


def old_page(content: bytes) -> OldPage:
    """A page of OData 2; raises msgspec.MsgspecError for anything else."""
    found = msgspec.json.decode(content, type=_Wrapped).d
    return found if isinstance(found, OldPage) else OldPage(found)


def is_old_service(content: bytes) -> bool:
    """Whether this is the list of the sets of a service of OData 2, in JSON or in XML (Atom Publishing Protocol)."""
    try:
        msgspec.json.decode(content, type=_Service)
    except msgspec.MsgspecError:
        return b"http://www.w3.org/2007/app" in content[:2000]
    return True


def old_literal(kind: Kind, type_: str, value: Scalar) -> str:
    """`value` as OData 2 has it in addresses; raises ValueError when it is not of the kind."""
    plain = literal(kind, value, type_)
    match kind:
        case Kind.DATETIME if type_ == "Edm.DateTime":
            return f"datetime'{plain.removesuffix('Z')}'"
        case Kind.GUID | Kind.DATETIME:
            return f"{_PREFIX[type_]}'{plain}'"
        case Kind.DURATION:
            return "time" + plain.removeprefix("duration")
        case _:
            return plain + _SUFFIX.get(type_, "")


def old_text(kind: Kind, text: str | None) -> str | None:
    """A value of JSON as version 4 would write it; a time without a zone is taken for UTC.

    A time that no calendar has stays as it is written.
    """
    found = _MOMENT.fullmatch(text) if text is not None and kind is Kind.DATETIME else None
    if found is None:
        return text
    try:
        when = _EPOCH + timedelta(milliseconds=int(found["milliseconds"]))
    except (OverflowError, ValueError):
        return text
    return when.isoformat().replace("+00:00", "Z")


def old_references(csdl: Csdl, declared: ET.Element) -> dict[str, str]:
    """The entity set that each foreign key of a type points to: the association and its set say so."""
    found = {}
    for navigation in declared.iterfind(EDM + "NavigationProperty"):
        name = csdl.qualified(navigation.get("Relationship", ""))
        association, its_set = csdl.associations.get(name), csdl.association_sets.get(name)
        dependent = association.find(f"{EDM}ReferentialConstraint/{EDM}Dependent") if association is not None else None
        if dependent is None or its_set is None or dependent.get("Role") != navigation.get("FromRole"):
            continue
        keys = [part.get("Name", "") for part in dependent.iterfind(EDM + "PropertyRef")]
        ends = {end.get("Role"): end.get("EntitySet", "") for end in its_set.iterfind(EDM + "End")}
        target = ends.get(navigation.get("ToRole"), "")
        if len(keys) == 1 and target:
            found[keys[0]] = target
    return found
