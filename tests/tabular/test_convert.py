"""From a source to records: origins, empty cells, keys, and every problem of a row at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from crmdesk.errors import UserError
from crmdesk.model.job import Action, LocalFile, WhenKeyEmpty
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    FieldMap,
    Inactive,
    Lookup,
    NotFound,
    Owner,
    RecordType,
    Several,
    WhenEmpty,
)
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import LINE, PROBLEM_SCHEMA, ROW
from crmdesk.tabular.convert import Reading, WriteLine, convert, key_text, reading
from crmdesk.tabular.formula.formula import formula
from crmdesk.tabular.search import FOUND_SCHEMA, Search
from tests.tabular.fields import STOCKHOLM, UTC, field, frame, line, plan, refused, sent
from tests.tabular.formula.computing import SETTING

NAME = field(FieldType.TEXT, "Name", length=10, is_nillable=False)
SIZE = field(FieldType.INTEGER, "Size", precision=8)
NOTE = field(FieldType.TEXT, "Note")
KEY = field(FieldType.TEXT, "Key", is_key=True)
ID = field(FieldType.ID, "Id", length=18, is_nillable=False, is_creatable=False)
PARENT = field(FieldType.REFERENCE, "Parent", length=18)


def test_white_space_around_a_replaced_value_counts_only_where_it_is_named() -> None:
    """R-155."""
    values = {"ja": "1", "nej": "2", "nej ": "3"}
    found = convert(
        plan(WriteLine(FieldMap("Size", Column("a"), values=values), SIZE)),
        frame({"a": ["ja", " ja\t", "nej", "nej ", "  nej", "7 "]}),
        {},
    )
    assert sent(found) == {1: ("1",), 2: ("1",), 3: ("2",), 4: ("3",), 5: ("2",), 6: ("7",)}


def test_ready_rows_have_the_fields_in_mapping_order_and_keep_their_numbers() -> None:
    source = frame({"a": ["x", "y"], "b": ["1", "bad"]}).with_columns(pl.lit(7).alias(LINE))
    found = convert(
        plan(WriteLine(FieldMap("Size", Column("b")), SIZE), WriteLine(FieldMap("Name", Column("a")), NAME)), source, {}
    )
    assert found.ready.schema == {ROW: pl.Int64, "Size": pl.String, "Name": pl.String}
    assert sent(found) == {1: ("1", "x")}
    assert dict(found.problems.schema) == PROBLEM_SCHEMA


def test_all_problems_of_a_row_are_reported_in_row_order() -> None:
    found = convert(
        plan(line(NAME), line(SIZE), code=lambda check: f"X_{check.value}"),
        frame({"Name": ["ok", "much too long"], "Size": ["a", "b"]}),
        {},
    )
    assert refused(found) == [
        (1, "Size", "X_CONVERSION_ERROR"),
        (2, "Name", "X_TOO_LONG"),
        (2, "Size", "X_CONVERSION_ERROR"),
    ]
    assert found.ready.is_empty()


def test_a_frame_without_rows_is_converted_too() -> None:
    lines = (line(NAME), line(SIZE), line(field(FieldType.DATETIME, "T")), line(field(FieldType.DATE, "D")))
    found = convert(plan(*lines), frame({"Name": ["x"], "Size": ["1"], "T": [""], "D": [""]}).clear(), {})
    assert found.ready.is_empty()
    assert found.problems.is_empty()


def test_an_empty_cell_leaves_clears_or_rejects() -> None:
    """R-056."""
    for when, expected in ((WhenEmpty.LEAVE, {1: (None,)}), (WhenEmpty.CLEAR, {1: ("",)}), (WhenEmpty.REJECT, {})):
        found = convert(plan(line(SIZE, when_empty=when)), frame({"Size": [""]}), {})
        assert sent(found) == expected
        assert refused(found) == ([] if expected else [(1, "Size", "REQUIRED_EMPTY")])


def test_white_space_alone_is_empty_and_wipes_nothing_unless_it_is_copied_as_it_is() -> None:
    """R-056, R-070."""
    found = convert(plan(line(SIZE), line(NOTE)), frame({"Size": [" \t"], "Note": ["  "]}), {})
    assert sent(found) == {1: (None, None)}
    copied = line(NOTE, conversion=Conversion.COPY_PASTE)
    assert sent(convert(plan(copied), frame({"Note": ["  "]}), {})) == {1: ("  ",)}
    cleared = line(NOTE, when_empty=WhenEmpty.CLEAR)
    assert sent(convert(plan(cleared), frame({"Note": [" \n"]}), {})) == {1: ("",)}


def test_a_required_field_may_not_be_empty_on_insert_and_never_be_cleared() -> None:
    source = frame({"Name": ["", "x"]})
    for when in WhenEmpty:
        found = convert(plan(line(NAME, when_empty=when), action=Action.INSERT), source, {})
        assert refused(found) == [(1, "Name", "REQUIRED_EMPTY")]
        assert sent(found) == {2: ("x",)}
    for action in (Action.UPDATE, Action.UPSERT):
        assert sent(convert(plan(line(NAME), action=action), source, {})) == {1: (None,), 2: ("x",)}
        cleared = convert(plan(line(NAME, when_empty=WhenEmpty.CLEAR), action=action), source, {})
        assert refused(cleared) == [(1, "Name", "REQUIRED_EMPTY")]


def test_a_field_that_the_crm_fills_by_itself_may_be_empty_on_insert() -> None:
    owner = field(FieldType.TEXT, "Owner", is_nillable=False, is_defaulted=True)
    assert sent(convert(plan(line(owner), action=Action.INSERT), frame({"Owner": [""]}), {})) == {1: (None,)}


@pytest.mark.parametrize(
    ("action", "key", "when", "is_sent"),
    [
        (Action.UPSERT, KEY, WhenKeyEmpty.REJECT, False),
        (Action.UPSERT, KEY, WhenKeyEmpty.INSERT, True),
        (Action.UPSERT, ID, WhenKeyEmpty.REJECT, True),
        (Action.UPDATE, ID, WhenKeyEmpty.INSERT, False),
        (Action.DELETE, ID, WhenKeyEmpty.REJECT, False),
    ],
)
def test_an_empty_key_is_rejected_unless_it_means_insert(
    action: Action, key: Field, when: WhenKeyEmpty, is_sent: bool
) -> None:
    """R-146, R-181."""
    found = convert(
        plan(line(key, when_empty=WhenEmpty.CLEAR), action=action, key=key, when_key_empty=when),
        frame({key.name: ["", "  "]}),
        {},
    )
    assert sent(found) == ({1: (None,), 2: (None,)} if is_sent else {})
    assert [code for _, _, code in refused(found)] == ([] if is_sent else ["KEY_EMPTY", "KEY_EMPTY"])


def test_whole_source_values_are_replaced_first() -> None:
    answer = field(FieldType.BOOLEAN, "B")
    replaced = WriteLine(FieldMap("B", Column("B"), values={"Ja": "true", "": "false"}), answer)
    found = convert(plan(replaced), frame({"B": ["Ja", "", "Jaja", "no"]}), {})
    assert sent(found) == {1: ("true",), 2: ("false",), 4: ("false",)}


def test_a_constant_fills_every_row() -> None:
    constant = WriteLine(FieldMap("Size", Constant("7.0")), SIZE)
    assert sent(convert(plan(constant), frame({"a": ["x", "y"]}), {})) == {1: ("7",), 2: ("7",)}


def test_the_word_that_clears_a_field_cannot_be_sent_as_a_value() -> None:
    found = convert(plan(line(NOTE), clear_word="#N/A"), frame({"Note": ["#N/A", "x #N/A", "n/a"]}), {})
    assert refused(found) == [(1, "Note", "CELL_ERROR")]
    assert convert(plan(line(NOTE)), frame({"Note": ["#N/A"]}), {}).problems.is_empty()


def test_errors_of_a_spreadsheet_in_text_are_no_values_where_one_may_have_written_them() -> None:
    cells = ["#REF!", "#WERT!", "Err:508", "#1", "# REF!", "see #REF!", ""]
    saved = plan(line(NOTE), line(SIZE), reading=Reading(".", "", UTC, may_hold_errors=True))
    found = convert(saved, frame({"Note": cells, "Size": ["1", "#DIV/0!", "2", "3", "4", "5", "6"]}), {})
    assert refused(found) == [
        (1, "Note", "CELL_ERROR"),
        (2, "Note", "CELL_ERROR"),
        (2, "Size", "CELL_ERROR"),
        (3, "Note", "CELL_ERROR"),
    ]
    assert found.problems["message"][0] == '"#REF!" is the error of a spreadsheet, not a value.'
    assert convert(plan(line(NOTE)), frame({"Note": cells}), {}).problems.is_empty()


FOUND = pl.DataFrame(
    [("k1", "001A", 1, True), ("k2", "001B", 2, True), ("k9", "001Z", 1, False)], schema=FOUND_SCHEMA, orient="row"
)


def by_search(
    origin: Lookup | Owner | RecordType, field: Field = PARENT, *, folds_case: bool = True, **more: Any
) -> WriteLine:
    search = Search(origin, "Account", "Code__c", folds_case)
    return WriteLine(FieldMap(field.name, origin, **more), field, search=search)


def looked_up(
    missing: NotFound = NotFound.REJECT, several: Several = Several.REJECT, when_empty: WhenEmpty = WhenEmpty.LEAVE
) -> WriteLine:
    return by_search(
        Lookup("code", "Account", "Code__c", not_found=missing, several=several, instead="K1"), when_empty=when_empty
    )


def test_a_lookup_gives_the_id_or_says_what_it_did_not_find() -> None:
    found = convert(plan(looked_up()), frame({"code": ["K1", " k1 ", "", "k2", "k3"]}), {"Parent": FOUND})
    assert sent(found) == {1: ("001A",), 2: ("001A",), 3: (None,)}
    assert found.problems.select("code", "message").rows() == [
        ("PARENT_SEVERAL", 'Several records of Account have Code__c = "k2".'),
        ("PARENT_NOT_FOUND", 'No Account has Code__c = "k3".'),
    ]


def test_a_lookup_may_leave_empty_what_it_does_not_find() -> None:
    lenient = looked_up(NotFound.EMPTY, Several.EMPTY, WhenEmpty.CLEAR)
    found = convert(plan(lenient), frame({"code": ["k1", "k2", "k3", ""]}), {"Parent": FOUND})
    assert sent(found) == {1: ("001A",), 2: ("",), 3: ("",), 4: ("",)}


def test_a_lookup_may_take_another_record_or_the_first_of_several() -> None:
    other = looked_up(NotFound.INSTEAD, Several.FIRST)
    found = convert(plan(other), frame({"code": ["k2", "k3", ""]}), {"Parent": FOUND})
    assert sent(found) == {1: ("001B",), 2: ("001A",), 3: (None,)}


@pytest.mark.parametrize(
    ("inactive", "expected", "code"),
    [
        (Inactive.REJECT, None, ["OWNER_INACTIVE"]),
        (Inactive.EMPTY, (None,), []),
        (Inactive.INSTEAD, ("001A",), []),
        (Inactive.SEND, ("001Z",), []),
    ],
)
def test_an_owner_who_is_switched_off_is_told_replaced_or_sent_as_the_job_says(
    inactive: Inactive, expected: tuple[str | None] | None, code: list[str]
) -> None:
    line = by_search(Owner("code", inactive=inactive, instead="k1"))
    found = convert(plan(line), frame({"code": ["K9"]}), {"Parent": FOUND})
    assert sent(found) == ({1: expected} if expected else {})
    assert [each for _, _, each in refused(found)] == code


def test_each_search_has_its_own_words_for_what_is_not_there() -> None:
    source = frame({"code": ["zz", "k9"]})
    told = {
        kind: convert(plan(by_search(kind("code"))), source, {"Parent": FOUND}).problems["message"].to_list()
        for kind in (Owner, RecordType)
    }
    assert told[Owner] == ['No user has Code__c = "zz".', 'The user with Code__c = "k9" is inactive.']
    assert told[RecordType] == [
        'No record type of Account is called "zz".',
        'You may not use the record type "k9" of Account.',
    ]


def test_a_default_stands_in_for_what_is_empty_when_a_record_is_created_and_never_else() -> None:
    """R-057, R-162."""
    line_ = WriteLine(FieldMap("Name", Column("a"), default_on_create="Unknown"), NAME)
    source = frame({"a": ["x", "", ""]})
    assert sent(convert(plan(line_, action=Action.INSERT), source, {})) == {1: ("x",), 2: ("Unknown",), 3: ("Unknown",)}
    upsert = plan(line_, action=Action.UPSERT)
    created = pl.Series([True, False, True])
    assert sent(convert(upsert, source, {}, created)) == {1: ("x",), 2: (None,), 3: ("Unknown",)}
    assert sent(convert(plan(line_, action=Action.UPDATE), source, {})) == {1: ("x",), 2: (None,), 3: (None,)}


def test_a_formula_fills_a_field_by_the_rules_of_the_field() -> None:
    """R-046."""

    def computed(text: str, field: Field) -> WriteLine:
        ready = formula(text, ("a",), SETTING)
        return WriteLine(FieldMap(field.name, Expression(text)), field, formula=ready)

    lines = (computed("UPPER(a)", NAME), computed('IF(a = "", NULL, 10 / LEN(a))', field(FieldType.DECIMAL, "Size")))
    found = convert(plan(*lines, action=Action.INSERT), frame({"a": ["ab", "", "x" * 11]}), {})
    assert sent(found) == {1: ("AB", "5")}
    assert refused(found) == [(2, "Name", "REQUIRED_EMPTY"), (3, "Name", "TOO_LONG")]


def test_a_formula_that_fails_rejects_its_row_with_the_place() -> None:
    """R-046, R-072."""
    ready = formula("1 / VALUE(a)", ("a",), SETTING)
    line_ = WriteLine(FieldMap("Size", Expression("1 / VALUE(a)")), field(FieldType.DECIMAL, "Size"), formula=ready)
    found = convert(plan(line_), frame({"a": ["2", "0", "x", ""]}), {})
    assert sent(found) == {1: ("0.5",), 4: (None,)}
    assert found.problems["message"].to_list() == [
        "The formula of Size failed: division by zero, at character 3.",
        'The formula of Size failed: "x" cannot be read as a number, at character 5.',
    ]
    german = Reading(",", "%d.%m.%Y", UTC)
    assert key_text(line_, frame({"a": ["8"]}), german).to_list() == ["0.125"]


def test_a_choice_must_go_with_the_value_that_controls_its_list() -> None:
    country = field(FieldType.PICKLIST, "Country")
    states = (("USA", ("Texas", "Ohio")), ("Canada", ("Ontario",)))
    state = field(
        FieldType.PICKLIST,
        "State",
        values=("Texas", "Ohio", "Ontario"),
        is_restricted=True,
        controller="Country",
        values_for=states,
    )
    source = frame(
        {
            "Country": ["USA", "Canada", "", "USA", "Mars", "Canada"],
            "State": ["Texas", "Texas", "Ohio", "", "Ohio", "Utah"],
        }
    )
    found = convert(plan(line(country), line(state)), source, {})
    assert found.problems.select(ROW, "code", "message").rows() == [
        (2, "NOT_IN_LIST", '"Texas" is not a choice of State when Country is "Canada".'),
        (6, "NOT_IN_LIST", '"Utah" is not in the list of State.'),
    ]
    assert convert(plan(line(state)), source.drop("Country"), {}).problems.height == 1
    colours = replace(state, name="Colours", type=FieldType.MULTIPICKLIST)
    several = convert(
        plan(line(country), line(colours)),
        frame({"Country": ["USA"] * 2, "Colours": ["Ohio;Texas", "Texas;Ontario"]}),
        {},
    )
    assert refused(several) == [(2, "Colours", "NOT_IN_LIST")]


def test_a_lookup_in_a_crm_that_tells_cases_apart_does_so_too() -> None:
    strict = by_search(Lookup("code", "Account", "Code__c"), folds_case=False)
    found = convert(plan(strict), frame({"code": ["k1", "K1"]}), {"Parent": FOUND})
    assert sent(found) == {1: ("001A",)}


def test_a_record_to_change_can_be_found_by_a_lookup_and_its_empty_key_is_a_missing_key() -> None:
    by_code = by_search(Lookup("code", "Account", "Code__c"), ID)
    found = convert(plan(by_code, action=Action.DELETE, key=ID), frame({"code": ["k1", "", "zz"]}), {"Id": FOUND})
    assert sent(found) == {1: ("001A",)}
    assert refused(found) == [(2, "Id", "KEY_EMPTY"), (3, "Id", "PARENT_NOT_FOUND")]


def test_the_text_of_a_key_is_what_is_sent_and_null_where_there_is_none() -> None:
    number = field(FieldType.DECIMAL, "Number")
    source = frame({"Number": ["1.0", "1", "x", " "], "code": [" A ", "", "b", "  "]})
    assert key_text(line(number), source, Reading(".", "", UTC)).to_list() == ["1", "1", None, None]
    assert key_text(looked_up(), source, Reading(".", "", UTC)).to_list() == ["A", None, "b", None]


def test_how_a_file_is_read_comes_from_the_job() -> None:
    local = LocalFile("x.csv", decimal=",", date_format="%d.%m.%Y", time_zone="Europe/Stockholm")
    assert reading(local) == Reading(",", "%d.%m.%Y", STOCKHOLM, may_hold_errors=True)
    assert reading(LocalFile("x.csv")).zone.key


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"time_zone": "Europe/Atlantis"}, "local.time_zone"),
        ({"time_zone": "../etc/passwd"}, "local.time_zone"),
        ({"decimal": ";"}, "local.decimal"),
        ({"date_format": "dd.mm.yyyy"}, "local.date_format"),
        ({"date_format": "%d.%m"}, "local.date_format"),
        ({"date_format": "%Q"}, "local.date_format"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: dict[str, Any], place: str) -> None:
    with pytest.raises(UserError) as refusal:
        reading(LocalFile("x.csv", **settings))
    assert refusal.value.place == place
    assert refusal.value.hint
