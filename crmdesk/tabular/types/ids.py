"""Record ids; those of Salesforce: 15 characters that tell upper from lower case, and 3 that say which are upper.

(Salesforce help, "18-character record IDs": each of the last three stands for five characters, bit k set when character
k is a capital, written with `ABCDEFGHIJKLMNOPQRSTUVWXYZ012345`.)
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.types.cells import Cells, Fault, as_they_are, by_distinct, by_rule_if_few, fault_at, on_odd, quoted
from crmdesk.tabular.types.guids import guids

_SUFFIX = string.ascii_uppercase + "012345"
_IS_UPPER = str.maketrans(
    dict.fromkeys(string.ascii_uppercase, "1") | dict.fromkeys(string.ascii_lowercase + string.digits, "0")
)
_MARKS = {f"{number:05b}"[::-1]: mark for number, mark in enumerate(_SUFFIX)}
_SUFFIX_SHAPE = re.compile("[A-Z0-5]{3}")
_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


_SIGNS = {"1": "[A-Z]", "0": "[a-z0-9]"}
_FORMS = {mark: "".join(_SIGNS[bit] for bit in bits) for bits, mark in _MARKS.items()}
_USER, _GROUP = "User", "Group"
_QUEUE = "00G"
"""How the ids of groups begin ("Object reference, Group"), of which queues are some."""

_BEGINNING = 64
"""Ids at the beginning of a column by whose suffixes it is looked through first."""

_FEW_SUFFIXES = 64
"""One pattern for so many suffixes costs half of three patterns for any suffix; one for a thousand costs more."""


def _chunk(number: int) -> str:
    """A pattern for ids whose suffix is right about characters 5*number to 5*number + 4."""
    before, behind = f"[0-9A-Za-z]{{{5 * number}}}", f"[0-9A-Za-z]{{{10 - 4 * number}}}"
    forms = "|".join(f"{form}{behind}{mark}" for mark, form in _FORMS.items())
    return f"^{before}(?:{forms})[0-9A-Za-z]{{{2 - number}}}$"


_ANY_SUFFIX = tuple(_chunk(number) for number in range(3))


def _patterns(text: pl.Series) -> Sequence[str]:
    """The patterns that ids of 18 characters with a right suffix fit, all of those among `text`.

    The ids of one object have few different suffixes, because most of their first characters are the same.
    """
    suffixes = text.str.slice(15).unique().to_list()
    if len(suffixes) > _FEW_SUFFIXES:
        return _ANY_SUFFIX
    known = [suffix for suffix in suffixes if suffix and _SUFFIX_SHAPE.fullmatch(suffix)]
    return (f"^(?:{'|'.join(''.join(_FORMS[mark] for mark in suffix) + suffix for suffix in known)})$",)


def _fit(text: pl.Series, patterns: Sequence[str]) -> pl.Series:
    return reduce(and_, (text.str.contains(pattern) for pattern in patterns))


def has_salesforce_ids(field: Field) -> bool:
    """Whether the values of a field are such ids; other CRMs have ids of other lengths."""
    return field.type in (FieldType.ID, FieldType.REFERENCE) and field.length == 18  # noqa: PLR2004 - the length of such an id


def ids(text: pl.Series, field: Field) -> Cells:
    """Ids of 18 characters, from ones of 15 or 18, and GUIDs; any text where the CRM's ids look otherwise."""
    if field.is_guid:
        return guids(text)
    if not has_salesforce_ids(field):
        return as_they_are(text)

    def convert(odd: pl.Series) -> Cells:
        return by_distinct(odd, _fit(odd, _patterns(odd)), long_id)

    known = _patterns(text.head(_BEGINNING))
    cells = on_odd(text, _fit(text, known), lambda odd: by_rule_if_few(odd, long_id, convert))
    if field.prefix:
        # A call that deletes names ids alone: one of another kind of record would be deleted without a word.
        is_other = ~cells.value.str.starts_with(field.prefix).fill_null(value=True)
        message = f"That is the id of another kind of record: here they begin with {field.prefix}."
        cells = fault_at(cells, is_other, Check.NOT_AN_ID, message)
    if _USER in field.references and _GROUP not in field.references:
        is_queue = cells.value.str.starts_with(_QUEUE).fill_null(value=False)
        why = "only leads, cases and the like have queues"
        message = f"That is the id of a queue, and {field.name} takes users alone: {why}."
        cells = fault_at(cells, is_queue, Check.OWNER_UNKNOWN, message)
    return _of_its_kind(cells, field) if field.leads_to else cells


def _of_its_kind(cells: Cells, field: Field) -> Cells:
    begins = [cells.value.str.starts_with(prefix) for prefix in field.leads_to]
    is_other = ~reduce(or_, begins).fill_null(value=True)
    wanted = f"those of {' or '.join(field.references)}, which begin with {' or '.join(field.leads_to)}"
    message = f"That is the id of another kind of record: {field.name} takes {wanted}."
    return fault_at(cells, is_other, Check.NOT_AN_ID, message)


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
