"""The rules that an administrator has made: validation, duplicates, lookup filters, records under approval.

Rules on the objects that everybody loads first are there but switched off; `POST /practice/rules` switches them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated, Literal, TypeVar, assert_never

import msgspec
from msgspec import Meta

from crmdesk.practice import ids
from crmdesk.practice.formulas import Formula, formula
from crmdesk.practice.schema import PracticeObject, Schema

Text = Annotated[str, Meta(min_length=1, max_length=4000)]


class ValidationRule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A record for which the formula is true is refused with the message, beside the field if there is one."""

    object: str
    name: Text
    formula: Text
    message: Text
    field: str | None = None
    active: bool = True


class DuplicateRule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Records that agree in all the fields are duplicates: an alert can be overruled by the sender, a block cannot."""

    object: str
    name: Text
    fields: Annotated[tuple[str, ...], Meta(min_length=1)]
    action: Literal["alert", "block"] = "alert"
    message: Text = "Use one of these records?"
    active: bool = True


class LookupFilter(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A lookup takes only parents whose field has the value."""

    object: str
    name: Text
    lookup: str
    field: str
    value: str | int | float
    message: Text = "Value does not exist or does not match filter criteria."
    active: bool = True


class RuleBook(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All rules; `locked` holds the ids of records that an approval keeps from being changed."""

    validation: tuple[ValidationRule, ...] = ()
    duplicate: tuple[DuplicateRule, ...] = ()
    filters: tuple[LookupFilter, ...] = ()
    locked: tuple[str, ...] = ()


FIRST_BOOK = RuleBook(
    validation=(
        ValidationRule(
            "Subscription__c",
            "End_after_start",
            "AND(NOT(ISBLANK(Start_Date__c)), End_Date__c < Start_Date__c)",
            "The end date must not lie before the start date.",
            "End_Date__c",
        ),
        ValidationRule(
            "Subscription__c",
            "Enterprise_seats",
            'AND(ISPICKVAL(Plan__c, "Enterprise"), Seats__c < 10)',
            "An enterprise plan has at least 10 seats.",
            "Seats__c",
        ),
        ValidationRule(
            "Contact",
            "Reachable",
            "AND(ISBLANK(Email), ISBLANK(Phone), ISBLANK(MobilePhone))",
            "Give an e-mail address or a phone number.",
            active=False,
        ),
        ValidationRule(
            "Opportunity",
            "Won_needs_amount",
            'AND(ISPICKVAL(StageName, "Closed Won"), ISBLANK(Amount))',
            "An opportunity that is won needs an amount.",
            "Amount",
            active=False,
        ),
        ValidationRule(
            "Account",
            "Key_account_phone",
            'AND(ISPICKVAL(Rating, "Hot"), ISBLANK(Phone))',
            "A hot account needs a phone number.",
            "Phone",
            active=False,
        ),
    ),
    duplicate=(
        DuplicateRule("Region__c", "Same_region", ("Name",)),
        DuplicateRule("Contact", "Same_person", ("LastName", "Email"), active=False),
        DuplicateRule("Lead", "Same_lead", ("LastName", "Company"), "block", active=False),
        DuplicateRule("Account", "Same_account", ("Name", "BillingCity"), active=False),
    ),
    filters=(LookupFilter("Subscription__c", "Open_regions", "Region__c", "Is_Open__c", 1),),
)


class ObjectBook:
    """The rules in force for one object."""

    def __init__(self, practice_object: PracticeObject, book: RuleBook) -> None:
        self._object = practice_object
        self.duplicate = _in_force(book.duplicate, practice_object)
        self.filters = _in_force(book.filters, practice_object)
        self.locked = frozenset(each for each in book.locked if each[:3] == practice_object.key_prefix)
        self._validation = _in_force(book.validation, practice_object)

    @cached_property
    def validation(self) -> tuple[tuple[ValidationRule, Formula], ...]:
        return tuple((each, formula(each.formula, self._object)) for each in self._validation)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields that must be known of a record to judge it."""
        asked = {name for _, each in self.validation for name in each.fields}
        return frozenset(asked.union(*(each.fields for each in self.duplicate)))


class OrgRules:
    """The rule book in force; it is exchanged as a whole."""

    def __init__(self, schema: Schema, book: RuleBook = FIRST_BOOK) -> None:
        self._schema = schema
        self.exchange(book)

    def exchange(self, book: RuleBook) -> None:
        """Raises ValueError for a rule that names what is not there, or a formula that cannot be read."""
        _require_sense(self._schema, book)
        self.book = book
        self._objects: dict[str, ObjectBook] = {}

    def of(self, practice_object: PracticeObject) -> ObjectBook:
        found = self._objects.get(practice_object.name)
        if found is None:
            whole = self._schema.object(practice_object.name) or practice_object
            found = self._objects[practice_object.name] = ObjectBook(whole, self.book)
        return found


Rule = TypeVar("Rule", ValidationRule, DuplicateRule, LookupFilter)


def _in_force(rules: Iterable[Rule], practice_object: PracticeObject) -> tuple[Rule, ...]:
    return tuple(each for each in rules if each.active and each.object == practice_object.name)


def without(book: RuleBook, objects: Collection[str]) -> RuleBook:
    """The book without the rules on these objects, named in lower case."""
    return msgspec.structs.replace(
        book,
        validation=tuple(each for each in book.validation if each.object.lower() not in objects),
        duplicate=tuple(each for each in book.duplicate if each.object.lower() not in objects),
        filters=tuple(each for each in book.filters if each.object.lower() not in objects),
    )


def changed(book: RuleBook, change: object) -> RuleBook:
    """The book with what a posted change says: a rule of a known object and name is altered, another is added.

    `locked` takes the place of the list before it. Raises msgspec.ValidationError.
    """
    if not isinstance(change, dict) or not change.keys() <= set(RuleBook.__struct_fields__):
        raise msgspec.ValidationError(f"expected an object with {', '.join(RuleBook.__struct_fields__)}")
    kept: dict[str, object] = {"locked": [ids.to18(str(each)) for each in change.get("locked", book.locked)]}
    for part in ("validation", "duplicate", "filters"):
        rules = {(each["object"], each["name"]): each for each in msgspec.to_builtins(getattr(book, part))}
        for each in change.get(part, ()):
            if not isinstance(each, dict):
                raise msgspec.ValidationError(f"a rule is an object, not {each!r}")
            key = (each.get("object"), each.get("name"))
            rules[key] = rules.get(key, {}) | each
        kept[part] = list(rules.values())
    return msgspec.convert(kept, RuleBook)


def _require_sense(schema: Schema, book: RuleBook) -> None:
    def fields(practice_object: PracticeObject, names: Iterable[str | None]) -> None:
        for name in names:
            if name is not None and practice_object.field(name) is None:
                raise ValueError(f"{practice_object.name} has no field {name}")

    rules: list[ValidationRule | DuplicateRule | LookupFilter] = [*book.validation, *book.duplicate, *book.filters]
    for rule in rules:
        what = schema.object(rule.object)
        if what is None:
            raise ValueError(f"there is no object {rule.object}")
        match rule:
            case ValidationRule():
                fields(what, [rule.field])
                formula(rule.formula, what)
            case DuplicateRule():
                fields(what, rule.fields)
            case LookupFilter():
                fields(what, [rule.lookup])
            case _:
                assert_never(rule)
