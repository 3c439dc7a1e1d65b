"""Text and its kinds: truth values, choices, e-mail addresses, clock times, record ids."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.model.mapping import Conversion
from crmdesk.model.schema import FieldType
from crmdesk.tabular.types import words
from crmdesk.tabular.types.cells import Fault
from crmdesk.tabular.types.ids import ids, long_id
from tests.tabular.fields import answers, field, text, wrote

ID = field(FieldType.REFERENCE, "AccountId", length=18)


def test_truth_values_in_any_case() -> None:
    for value in ("true", "TRUE", " True ", "1", "yes", "Y", "t"):
        assert answers(words.booleans(text(value))) == ["true"]
    for value in ("false", "FALSE", "0", "No", "n", "f"):
        assert answers(words.booleans(text(value))) == ["false"]
    for value in ("ja", "2", "truee", "-"):
        assert answers(words.booleans(text(value))) == ["CONVERSION_ERROR"]


def test_text_is_measured_in_characters_without_the_white_space_around_it() -> None:
    name = field(FieldType.TEXT, "Name", length=5)
    found = words.texts(text("äöüßé", "日本語日本", "  abcde  ", "abcdef", "äöüßéx", ""), name)
    assert answers(found) == ["äöüßé", "日本語日本", "  abcde  ", "TOO_LONG", "TOO_LONG", ""]
    assert found.faults["message"][0] == '"abcdef" is too long: it has 6 characters, Name takes 5.'


def test_an_emoji_counts_as_two_characters_as_in_the_crm() -> None:
    name = field(FieldType.TEXT, "Name", length=5)
    found = words.texts(text("🎈🎈é", "🎈🎈🎈", " 🎈🎈é ", "日本🎈語"), name)
    assert answers(found) == ["🎈🎈é", "TOO_LONG", " 🎈🎈é ", "日本🎈語"]
    assert found.faults["message"][0] == (
        '"🎈🎈🎈" is too long: it has 6 characters (an emoji counts as two), Name takes 5.'
    )


@given(st.lists(st.text(max_size=9), min_size=1), st.integers(1, 9))
def test_lengths_are_judged_column_wide_as_they_are_one_by_one(cells: list[str], length: int) -> None:
    found = words.texts(text(*cells), field(FieldType.TEXT, "Name", length=length))
    units = [len(each.strip().encode("utf-16-le")) // 2 for each in cells]
    assert [each == "TOO_LONG" for each in answers(found)] == [each > length for each in units]


def test_text_without_a_described_length_may_be_long() -> None:
    assert answers(words.texts(text("x" * 1_000_000), field(FieldType.TEXT))) == ["x" * 1_000_000]


@pytest.mark.parametrize("value", ["a@b", "o'brien+x@ex-ample.co.uk", "ü@exämple.de", " a@b.org ", '"a b"@b.org'])
def test_what_might_be_an_address_is_left_to_the_crm(value: str) -> None:
    expected = "NOT_AN_EMAIL" if " b" in value else value.strip()
    assert answers(words.emails(text(value), field(FieldType.EMAIL, length=80))) == [expected]


@pytest.mark.parametrize("value", ["abc", "@", "a@", "@b", "a@b@c", "a b@c.org", "a@b.org, c@d.org"])
def test_what_cannot_be_an_address_is_refused(value: str) -> None:
    assert answers(words.emails(text(value), field(FieldType.EMAIL, length=80))) == ["NOT_AN_EMAIL"]


def test_an_address_has_a_length_too() -> None:
    assert answers(words.emails(text("a" * 80 + "@b.org"), field(FieldType.EMAIL, length=80))) == ["TOO_LONG"]


def test_a_restricted_list_takes_its_own_values_in_their_own_case() -> None:
    stage = field(FieldType.PICKLIST, "Stage", values=("Won", "Lost"), is_restricted=True)
    found = words.choices(text("Won", " Lost ", "won", "Foo"), stage)
    assert answers(found) == ["Won", "Lost", "NOT_IN_LIST", "NOT_IN_LIST"]
    assert found.faults["message"][1] == '"Foo" is not in the list of Stage.'


def test_an_unrestricted_list_takes_any_text_of_its_length() -> None:
    kind = field(FieldType.PICKLIST, values=("Won",), length=5)
    assert answers(words.choices(text("Foo", "Foo Bar"), kind)) == ["Foo", "TOO_LONG"]


def test_each_of_several_choices_is_in_the_list() -> None:
    several = field(FieldType.MULTIPICKLIST, values=("A", "B", "C"), is_restricted=True)
    assert answers(words.several_choices(text("A", "A;B", " B ; C;", "A;X", ";"), several)) == [
        "A",
        "A;B",
        "B;C",
        "NOT_IN_LIST",
        "",
    ]


def test_a_time_of_day_is_taken_with_its_seconds_and_zone_and_24_00_is_none() -> None:
    assert answers(words.clock_times(text("10:30", "23:59:59.123Z", " 00:00:00 ", "24:00", "10"))) == [
        "10:30",
        "23:59:59.123Z",
        "00:00:00",
        "CONVERSION_ERROR",
        "CONVERSION_ERROR",
    ]


# Published examples: accountData.csv of Salesforce's Data Loader.
@pytest.mark.parametrize("whole", ["001x0000002xLCVAA2", "005x0000000fNSiAAM", "006x0000001YtCrAAK"])
def test_an_id_of_15_characters_gets_the_three_that_the_crm_gives_it(whole: str) -> None:
    assert answers(ids(text(whole[:15], f" {whole} ", whole), ID)) == [whole] * 3


@pytest.mark.parametrize(
    "value",
    ["001x0000002xLCVAA3", "001X0000002xLCVAA2", "001x0000002xLC", "001x0000002xLCVA", "001x0000002xL-V", "x" * 19],
)
def test_what_cannot_be_an_id_is_refused(value: str) -> None:
    assert answers(ids(text(value), ID)) == ["NOT_AN_ID"]


@pytest.mark.parametrize("conversion", [Conversion.DEFAULT, Conversion.COPY_PASTE])
def test_a_record_id_begins_as_those_of_its_object_do_however_it_is_converted(conversion: Conversion) -> None:
    record = field(FieldType.ID, "Id", length=18, prefix="001")
    assert wrote(record, "001x0000002xLCV", conversion) == "001x0000002xLCVAA2"
    assert wrote(record, "005x0000000fNSiAAM", conversion) == "NOT_AN_ID"


def test_a_lookup_takes_ids_of_its_own_kind_alone() -> None:
    account, contact, lead = (str(long_id(f"{prefix}x0000002xLCV")) for prefix in ("001", "003", "00Q"))
    who = field(FieldType.REFERENCE, "WhoId", length=18, references=("Contact", "Lead"), leads_to=("003", "00Q"))
    assert answers(ids(text(contact[:15], lead, account, None), who)) == [contact, lead, "NOT_AN_ID", None]
    [message] = ids(text(account), who).faults["message"]
    assert message.endswith("WhoId takes those of Contact or Lead, which begin with 003 or 00Q.")


def test_ids_of_other_crms_are_text() -> None:
    guid = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    assert answers(ids(text(guid), field(FieldType.ID, length=36))) == [guid]


@given(short=st.text(st.sampled_from("0123456789ABCXYZabcxyz"), min_size=15, max_size=15), wrong=st.integers(0, 17))
@settings(max_examples=300)
def test_the_column_wide_check_of_ids_agrees_with_the_one_by_one(short: str, wrong: int) -> None:
    whole = long_id(short)
    assert isinstance(whole, str)
    assert answers(ids(text(whole), ID)) == [whole]
    swapped = whole[:wrong] + whole[wrong].swapcase() + whole[wrong + 1 :]
    expected = long_id(swapped)
    assert answers(ids(text(swapped), ID)) == [expected.check.value if isinstance(expected, Fault) else expected]


def test_a_queue_is_no_owner_where_only_users_are() -> None:
    """R-155."""
    queue, user = "00G5g000000AbcdEAB", "0055g000000AbcdAAC"
    found = [long_id(each[:15]) for each in (queue, user)]
    contacts = field(FieldType.REFERENCE, "OwnerId", length=18, references=("User",))
    leads = field(FieldType.REFERENCE, "OwnerId", length=18, references=("Group", "User"))
    assert answers(ids(text(queue[:15], user[:15], None), contacts)) == ["OWNER_UNKNOWN", found[1], None]
    assert answers(ids(text(queue[:15], user[:15], None), leads)) == [*found, None]
    [message] = ids(text(queue[:15]), contacts).faults["message"]
    assert "is the id of a queue, and OwnerId takes users alone" in message


@pytest.mark.parametrize(
    "written",
    [
        "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "6F9619FF-8B86-D011-B42D-00C04FC964FF",
        " {6F9619FF-8b86-d011-b42d-00c04fc964ff} ",
        "6f9619ff8b86d011b42d00c04fc964ff",
    ],
)
@pytest.mark.parametrize("conversion", [Conversion.DEFAULT, Conversion.COPY_PASTE])
def test_a_guid_is_one_id_however_it_is_written(written: str, conversion: Conversion) -> None:
    record = field(FieldType.ID, "accountid", length=36, is_guid=True)
    assert wrote(record, written, conversion) == "6f9619ff-8b86-d011-b42d-00c04fc964ff"


@pytest.mark.parametrize("written", ["nonsense", "6f9619ff-8b86-d011-b42d-00c04fc964f", "a)/x", "accounts(1)", "{}"])
@pytest.mark.parametrize("kind", [FieldType.ID, FieldType.REFERENCE, FieldType.TEXT])
def test_what_is_no_guid_is_refused_where_guids_are_wanted(written: str, kind: FieldType) -> None:
    assert wrote(field(kind, "accountid", is_guid=True), written, Conversion.DEFAULT) == "NOT_AN_ID"


def test_true_and_false_have_the_words_of_their_field_too() -> None:
    """R-044."""
    answer = answers(words.booleans(text("Do not ALLOW", "allow", "yes", "0", "perhaps"), ("Do not allow", "Allow")))
    assert answer == ["true", "false", "true", "false", "CONVERSION_ERROR"]


def test_a_choice_is_sent_as_its_code_whether_it_is_written_as_code_or_word() -> None:
    industry = field(
        FieldType.PICKLIST, values=("1", "7", "Consulting"), is_restricted=True, codes=(("Consulting", "7"),)
    )
    assert answers(words.choices(text("CONSULTING", " consulting ", "1", "7", None, "other"), industry)) == [
        "7",
        "7",
        "1",
        "7",
        None,
        "NOT_IN_LIST",
    ]
