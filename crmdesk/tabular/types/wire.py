"""Which converter a field and a conversion call for, in either direction."""

from __future__ import annotations

from typing import assert_never
from zoneinfo import ZoneInfo

from crmdesk.model.mapping import Conversion
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types import ids, numbers, times, words
from crmdesk.tabular.types.cells import Converter, as_they_are


def to_wire(field: Field, conversion: Conversion, reading: Reading) -> Converter:
    """The converter from local text to the wire text of `field`; the cells it is given are text or null."""
    convert = _to_wire(field, conversion, reading)
    is_bounded = (field.earliest or field.latest) and field.type in (FieldType.DATE, FieldType.DATETIME)
    if not is_bounded or conversion is Conversion.COPY_PASTE:
        return convert
    return lambda text: times.within(convert(text), field)


def _to_wire(field: Field, conversion: Conversion, reading: Reading) -> Converter:
    if field.type is FieldType.ID or field.is_guid:
        # A record id has one form, and what is none must not reach a call that deletes.
        return lambda text: ids.ids(text, field)
    match conversion:
        case Conversion.DEFAULT:
            return _default_to_wire(field, reading)
        case Conversion.DATE_ONLY:
            if field.type in (FieldType.DATE, FieldType.TEXT):
                return lambda text: times.wire_dates(text, reading)
            if field.type is FieldType.DATETIME:
                return lambda text: times.wire_midnights(text, reading)
            return _default_to_wire(field, reading)
        case Conversion.WITHOUT_OFFSET:
            if field.type is FieldType.DATE:
                return lambda text: times.clock_dates(text, reading)
            if field.type is FieldType.DATETIME:
                return lambda text: times.wire_clocks(text, reading)
            return _default_to_wire(field, reading)
        case Conversion.COPY_PASTE:
            return as_they_are
        case _:
            assert_never(conversion)


def _default_to_wire(field: Field, reading: Reading) -> Converter:
    match field.type:
        case FieldType.BOOLEAN:
            return lambda text: words.booleans(text, field.truths)
        case FieldType.INTEGER | FieldType.DECIMAL:
            return lambda text: numbers.numbers(numbers.ungrouped(text, reading), field, reading.decimal)
        case FieldType.DATE:
            return lambda text: times.wire_dates(text, reading)
        case FieldType.DATETIME:
            return lambda text: times.wire_moments(text, reading)
        case FieldType.TIME:
            return words.clock_times
        case FieldType.PICKLIST:
            return lambda text: words.choices(text, field)
        case FieldType.MULTIPICKLIST:
            return lambda text: words.several_choices(text, field)
        case FieldType.EMAIL:
            return lambda text: words.emails(text, field)
        case FieldType.ID | FieldType.REFERENCE:
            return lambda text: ids.ids(text, field)
        case FieldType.TEXT:
            return lambda text: words.texts(text, field)
        case FieldType.BINARY | FieldType.COMPOUND:
            return as_they_are
        case _:
            assert_never(field.type)


def from_wire(field: Field, conversion: Conversion, zone: ZoneInfo) -> Converter:
    """The converter from the wire text of `field` to local text; the cells it is given are text or null."""
    match conversion:
        case Conversion.DEFAULT:
            return _default_from_wire(field, zone)
        case Conversion.DATE_ONLY:
            if field.type is FieldType.DATETIME:
                return lambda text: times.wire_dates(text, Reading(".", "", zone))
            return _default_from_wire(field, zone)
        case Conversion.WITHOUT_OFFSET:
            if field.type is FieldType.DATETIME:
                return times.local_clocks
            return _default_from_wire(field, zone)
        case Conversion.COPY_PASTE:
            return as_they_are
        case _:
            assert_never(conversion)


def _default_from_wire(field: Field, zone: ZoneInfo) -> Converter:
    match field.type:
        case FieldType.BOOLEAN:
            return words.booleans
        case FieldType.INTEGER | FieldType.DECIMAL:
            return lambda text: numbers.numbers(text, numbers.without_limits(field))
        case FieldType.DATETIME:
            return lambda text: times.local_moments(text, zone)
        case _:
            return as_they_are
