"""What the users of the org may see and do, by profile: objects, fields, records, and a few special permissions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crmdesk.practice.org_facts import PROFILES, record_type_id
from crmdesk.practice.schema import PracticeField, PracticeObject, Schema

AUDIT_FIELDS = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById")
_ALL = "crud"
_NEVER_HIDDEN = frozenset(("Id", "IsDeleted", "SystemModstamp", *AUDIT_FIELDS))
# Who may read anything at all may read these.
_PUBLIC = frozenset(("User", "Profile", "Organization", "RecordType", "AssignmentRule"))


@dataclass(frozen=True, slots=True)
class Rights:
    """objects: which of c, r, u, d the profile may do with an object; those not named follow `otherwise`.

    hidden, read_only: object and field. own_only: objects of which only one's own records may be changed.
    record_types: ids that may not be chosen. sets_audit_fields: "Set Audit Fields upon Record Creation".
    hard_deletes: "Bulk API Hard Delete".
    """

    profile: str
    otherwise: str = _ALL
    objects: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[tuple[str, str]] = frozenset()
    read_only: frozenset[tuple[str, str]] = frozenset()
    own_only: frozenset[str] = frozenset()
    denied_record_types: frozenset[str] = frozenset()
    sets_audit_fields: bool = False
    hard_deletes: bool = False

    def of(self, name: str) -> str:
        return self.objects.get(name, "r" if name in _PUBLIC else self.otherwise)

    @property
    def is_unrestricted(self) -> bool:
        """The profile sees the schema as it is."""
        return not (self.objects or self.hidden or self.read_only or self.sets_audit_fields) and self.otherwise == _ALL


ADMINISTRATOR = Rights(PROFILES[0])
_RIGHTS = {
    each.profile: each
    for each in (
        ADMINISTRATOR,
        Rights(PROFILES[1]),
        Rights(PROFILES[2], sets_audit_fields=True, hard_deletes=True),
        Rights(PROFILES[3], otherwise="r"),
        Rights(
            PROFILES[4],
            objects={"Account": "cru", "Opportunity": "r", "Campaign": "", "CampaignMember": "", "Region__c": "r"},
            hidden=frozenset(
                (
                    ("Account", "AnnualRevenue"),
                    ("Contact", "Birthdate"),
                    ("Opportunity", "Amount"),
                    ("Opportunity", "ExpectedRevenue"),
                )
            ),
            read_only=frozenset((("Account", "Rating"), ("Contact", "Level__c"))),
            own_only=frozenset(("Account",)),
            denied_record_types=frozenset((record_type_id("Account", "Partner"),)),
        ),
    )
}


def rights_of_profile(name: str | None) -> Rights:
    """The rights of a profile by its name; a user without a profile is a standard user."""
    return _RIGHTS.get(name or PROFILES[1], _RIGHTS[PROFILES[1]])


def seen_by(schema: Schema, rights: Rights) -> Schema:
    """The schema as a user with these rights sees it: without what is hidden, and with what he may not write marked."""
    if rights.is_unrestricted:
        return schema
    return Schema((_seen(each, rights) for each in schema.objects if "r" in rights.of(each.name)), schema)


def _seen(practice_object: PracticeObject, rights: Rights) -> PracticeObject:
    allowed = rights.of(practice_object.name)
    fields = (
        _marked(practice_object, each, rights)
        for each in practice_object.fields
        if each.name in _NEVER_HIDDEN or (practice_object.name, each.name) not in rights.hidden
    )
    return replace(
        practice_object,
        fields=tuple(fields),
        createable=practice_object.createable and "c" in allowed,
        updateable=practice_object.updateable and "u" in allowed,
        deletable=practice_object.deletable and "d" in allowed,
    )


def _marked(practice_object: PracticeObject, one: PracticeField, rights: Rights) -> PracticeField:
    if rights.sets_audit_fields and one.name in AUDIT_FIELDS and practice_object.createable:
        return replace(one, createable=True)
    allowed = rights.of(practice_object.name)
    if (practice_object.name, one.name) in rights.read_only:
        return replace(one, createable=False, updateable=False)
    return replace(one, createable=one.createable and "c" in allowed, updateable=one.updateable and "u" in allowed)
