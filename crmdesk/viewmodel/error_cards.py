"""What refusals mean, as data: the checks of our own, and what every OData service is made to say."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.model.reject import Check


@dataclass(frozen=True, slots=True)
class Card:
    """What one kind of refusal means.

    It is meant by `code` and, when that has several meanings, a message in which the pattern `sign` is found, whatever
    its case. `title` and `text` are the admin's words, `advice` what to do. `{field}` and `{message}` stand for those
    of the refusal; `title_without_field` is for a refusal that names none.
    """

    code: str
    title: str
    text: str
    advice: str
    sign: str = ""
    title_without_field: str = ""


OWN_CARDS = (
    Card(
        Check.KEY_EMPTY,
        "The key is empty: {field}",
        "Without it nothing tells which record is meant.",
        "Fill it in.",
        title_without_field="The key is empty",
    ),
    Card(
        Check.KEY_TWICE,
        "The same key in several rows: {field}",
        "The CRM would take these rows for one record.",
        "Keep one of them and set the others aside, or give each its own key.",
        title_without_field="The same key in several rows",
    ),
    Card(
        Check.KEY_UNKNOWN,
        "No record has this key: {field}",
        "There is nothing to change: the record is not in the CRM, or you cannot see it.",
        "Correct the key, or create the record first.",
        title_without_field="No record has this key",
    ),
    Card(
        Check.REQUIRED_EMPTY,
        "{field} is empty",
        "The row is not to be saved without it.",
        "Give a value.",
        title_without_field="A required value is empty",
    ),
    Card(
        Check.TOO_LONG,
        "Text too long: {field}",
        "The value has more characters than fit in the field.",
        "Shorten it.",
        title_without_field="Text too long",
    ),
    Card(
        Check.OUT_OF_RANGE,
        "Does not fit: {field}",
        "The field takes fewer digits or decimals, or another span of years.",
        "Correct the value, or round it.",
        title_without_field="A value does not fit",
    ),
    Card(
        Check.NOT_IN_LIST,
        "Not in the list: {field}",
        "The field takes only the values of its list.",
        "Choose what it should become, or ask for the value to be added to the list.",
        title_without_field="Not in the list",
    ),
    Card(
        Check.NOT_AN_EMAIL,
        "Not an e-mail address: {field}",
        "The field takes one e-mail address.",
        "Correct it, keep the first of several, or leave it empty.",
        title_without_field="Not an e-mail address",
    ),
    Card(
        Check.NOT_AN_ID,
        "Not a record id: {field}",
        "The value is not the id of a record.",
        "Correct it. When it is so in every row, another column may be meant.",
        title_without_field="Not a record id",
    ),
    Card(
        Check.CONVERSION_ERROR,
        "Cannot be read: {field}",
        "The value cannot be read as what the field takes, or means nothing there.",
        "Correct it, or tell in the job how its dates and numbers are written.",
        title_without_field="A value cannot be read",
    ),
    Card(
        Check.PARENT_NOT_FOUND,
        "Parent not found: {field}",
        "The record it belongs to was not found by this value.",
        "When the parent is not in the CRM yet, bring it there and send these rows again as they are; else correct "
        "the value.",
        title_without_field="Parent not found",
    ),
    Card(
        Check.PARENT_SEVERAL,
        "Several parents: {field}",
        "Several records have this value, so it does not tell which of them is meant.",
        "Use a value that only one record has, or clean up the doubles in the CRM.",
        title_without_field="Several parents",
    ),
    Card(
        Check.CELL_ERROR,
        "Cannot be sent as a value: {field}",
        "The CRM would not take this text for a value: it would clear the field.",
        "Correct the value, or empty it.",
        title_without_field="A text that cannot be sent as a value",
    ),
    Card(
        Check.ROW_RAGGED,
        "A row with more or fewer cells than the header",
        "The values stand in the wrong columns, or a delimiter in a text is not quoted.",
        "Look at the whole row, and put every value in its column.",
    ),
    Card(
        "NO_ANSWER",
        "No answer",
        "The row was sent several times, and the service broke off each time. The record is not there.",
        "Send it again later.",
    ),
)
