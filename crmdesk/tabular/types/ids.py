"""Record ids of Salesforce: 15 characters that tell upper from lower case, and 3 that say which are upper.

(Salesforce help, "18-character record IDs": each of the last three stands for five characters, bit k set when character
k is a capital, written with `ABCDEFGHIJKLMNOPQRSTUVWXYZ012345`.)
"""

from __future__ import annotations

import re
import string

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.types.cells import Cells, Fault, as_they_are, by_distinct, quoted

_SUFFIX = string.ascii_uppercase + "012345"
_IS_UPPER = str.maketrans(
    dict.fromkeys(string.ascii_uppercase, "1") | dict.fromkeys(string.ascii_lowercase + string.digits, "0")
)
_MARKS = {f"{number:05b}"[::-1]: mark for number, mark in enumerate(_SUFFIX)}
_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


def _valid(chunk: int) -> str:
    """A pattern for ids whose suffix is right about characters 5*chunk to 5*chunk + 4."""
    one_of = (
        "".join("[A-Z]" if bit == "1" else "[a-z0-9]" for bit in bits) + f".{{{10 - 4 * chunk}}}{mark}"
        for bits, mark in _MARKS.items()
    )
    return f"^.{{{5 * chunk}}}(?:{'|'.join(one_of)})"


_VALID = tuple(_valid(chunk) for chunk in range(3))


def has_salesforce_ids(field: Field) -> bool:
    """Whether the values of a field are such ids; other CRMs have ids of other lengths."""
    return field.type in (FieldType.ID, FieldType.REFERENCE) and field.length == 18  # noqa: PLR2004 - the length of such an id


def ids(text: pl.Series, field: Field) -> Cells:
    """Ids of 18 characters, from ones of 15 or 18; any text where the CRM's ids do not look like that."""
    if not has_salesforce_ids(field):
        return as_they_are(text)
    fine = text.str.contains("^[0-9A-Za-z]{18}$")
    for pattern in _VALID:
        fine &= text.str.contains(pattern)
    return by_distinct(text, fine, long_id)


def long_id(text: str) -> str | Fault:
    """The 18 characters of an id of 15 or 18."""
    short = text.strip()
    if _SHAPE.fullmatch(short) is None:
        return Fault(Check.NOT_AN_ID, f"{quoted(text)} is not a record id: it needs 15 or 18 letters and digits.")
    bits = short[:15].translate(_IS_UPPER)
    whole = short[:15] + _MARKS[bits[:5]] + _MARKS[bits[5:10]] + _MARKS[bits[10:]]
    if len(short) > len(short[:15]) and short != whole:
        return Fault(Check.NOT_AN_ID, f"{quoted(text)} is not a record id: its last three characters do not fit.")
    return whole
