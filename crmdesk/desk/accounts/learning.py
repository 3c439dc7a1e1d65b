"""Teaching a practice org the objects of an account: its descriptions, and records as samples if asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crmdesk.connectors.contract import Query, Session, TellsSchema
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.errors import UserError
from crmdesk.model.schema import FieldType, ObjectSummary, RemoteObject
from crmdesk.practice_child import PracticeAddress, kept_awake, practice_address, practice_address_in, teach

Description = Mapping[str, object]
_AT_ONCE = 20
_NOT_SAMPLED = (FieldType.COMPOUND, FieldType.BINARY)
_LONGEST_LIST = 12_000  # characters; a query of 16,384 in its address is refused


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field of a type that a practice org does not keep."""

    object: str
    field: str
    type: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What the org was taught: objects by name with the number of their fields, and how many records."""

    address: PracticeAddress
    objects: Mapping[str, int]
    records: int
    left_out: tuple[LeftOut, ...]


class _LearnedObject(msgspec.Struct):
    object: str
    fields: int


class _Lesson(msgspec.Struct):
    learned: list[_LearnedObject]
    left_out: list[LeftOut]


def learn(
    accounts: Accounts,
    home: Path,
    name: str,
    sample: int,
    tell: Callable[[str], None],
    *,
    folder: Path | None = None,
    objects: Collection[str] = (),
) -> Learned:
    """Copy the descriptions of an account into the profile's practice org, or into the org in `folder`.

    Learned are the custom objects, those that every practice org has, those named, and the objects that these look up.
    `sample`: how many records of each come along; 0 none. `tell` is called with a sentence for each step. Raises
    UserError for an account whose CRM does not describe itself in this way, and whatever a session raises.
    """
    address = practice_address(home) if folder is None else practice_address_in(folder)
    with kept_awake(address), accounts.open(name) as opened:
        session = opened.session
        if not isinstance(session, TellsSchema):
            raise UserError(
                f"A practice org cannot learn from {opened.account.label}.",
                hint="It learns the objects of Salesforce accounts.",
            )
        if opened.session.whoami().organization_id == address.org_id:
            raise UserError("A practice org cannot learn from itself.", hint="Choose another account, or --data DIR.")
        described = _described(session, session.objects(), objects, tell)
        lesson = _teach(address, described, tell)
        counted = {each.object: each.fields for each in lesson.learned}
        sampled = [name for name in _parents_first(described) if name in counted] if sample else []
        records = sum(_sample(opened.session, address, each, sample, tell) for each in sampled)
    return Learned(address, counted, records, tuple(lesson.left_out))


def _described(
    session: TellsSchema, summaries: Sequence[ObjectSummary], asked: Collection[str], tell: Callable[[str], None]
) -> list[Description]:
    """The raw descriptions of what is to be learned, and one step further, of what that looks up."""
    known = {each.name: each for each in summaries}
    wanted = [each.name for each in summaries if each.is_custom or each.name in STANDARD]
    for name in asked:
        found = next((each for each in known if each.lower() == name.lower()), None)
        if found is None:
            raise UserError(f"There is no object “{name}” that you can see.", hint="Check its API name.")
        wanted.append(found)
    described = {name: session.raw_description(name) for name in dict.fromkeys(wanted)}
    tell(f"{len(described):,} objects described.")
    parents = {target for each in described.values() for target in _targets(each)} & known.keys() - described.keys()
    described |= {name: session.raw_description(name) for name in sorted(parents)}
    return list(described.values())


STANDARD = frozenset(
    (
        "Account",
        "Campaign",
        "CampaignMember",
        "Case",
        "Contact",
        "Event",
        "Lead",
        "Opportunity",
        "OpportunityLineItem",
        "Pricebook2",
        "PricebookEntry",
        "Product2",
        "Task",
    )
)
"""The standard objects that are learned without being asked for."""


def _targets(described: Description) -> set[str]:
    fields = described["fields"]
    if not isinstance(fields, list):
        raise TypeError(fields)
    return {str(target) for field in fields for target in field.get("referenceTo") or ()}


def _teach(address: PracticeAddress, described: Sequence[Description], tell: Callable[[str], None]) -> _Lesson:
    whole = _Lesson([], [])
    for start in range(0, len(described), _AT_ONCE):
        part = {"objects": described[start : start + _AT_ONCE]}
        lesson = msgspec.json.decode(teach(address, "/practice/schema", msgspec.json.encode(part)), type=_Lesson)
        whole.learned += lesson.learned
        whole.left_out += lesson.left_out
        tell(f"{len(whole.learned):,} of {len(described):,} objects learned.")
    return whole


def _parents_first(described: Sequence[Description]) -> list[str]:
    """The names in an order in which what is looked up comes first, as far as there is such an order."""
    waiting = {str(each["name"]): _targets(each) for each in described}
    order: list[str] = []
    while waiting:
        ready = [name for name, targets in waiting.items() if not (targets - {name}) & waiting.keys()]
        for name in ready or [next(iter(waiting))]:
            order.append(name)
            del waiting[name]
    return order


def _sample(session: Session, address: PracticeAddress, name: str, count: int, tell: Callable[[str], None]) -> int:
    described = session.describe(name)
    if not isinstance(described, RemoteObject):
        raise TypeError(name)
    fields = tuple(_sampled(described))
    rows: list[dict[str, str | None]] = []
    for batch in session.source(Query(name, fields, limit=count)).batches(CancelToken()):
        rows += batch.frame.select(fields).to_dicts()
    if rows:
        teach(address, "/practice/records", msgspec.json.encode({"object": name, "records": rows}))
        tell(f"{len(rows):,} records of {name} copied.")
    return len(rows)


def _sampled(described: RemoteObject) -> Iterable[str]:
    room = _LONGEST_LIST
    for field in described.fields:
        room -= len(field.name) + 1
        if room > 0 and field.type not in _NOT_SAMPLED:
            yield field.name
