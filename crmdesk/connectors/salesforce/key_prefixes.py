"""How the ids of Salesforce's own objects begin, the same in every org.

(Salesforce help, "Standard Field Record ID Prefix Decoder".) Those of custom objects differ from org to org.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_PREFIXES = {
    "Account": "001",
    "Campaign": "701",
    "Case": "500",
    "Contact": "003",
    "ContentDocument": "069",
    "ContentVersion": "068",
    "Group": "00G",
    "Lead": "00Q",
    "Opportunity": "006",
    "Pricebook2": "01s",
    "PricebookEntry": "01u",
    "Product2": "01t",
    "Profile": "00e",
    "RecordType": "012",
    "User": "005",
}


def beginnings(targets: Sequence[str], described: Mapping[str, str]) -> tuple[str, ...]:
    """How ids begin that name a record of one of the objects `targets`; none where that is not known of all of them.

    `described` tells it of objects that are described anyway, by name.
    """
    known = [described.get(target) or _PREFIXES.get(target, "") for target in targets]
    return tuple(known) if all(known) else ()
