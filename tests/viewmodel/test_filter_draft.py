from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator
from crmdesk.model.schema import FieldType
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.filter_text import list_items, read_value, written
from crmdesk.viewmodel.job_editor.filter_tree import DraftGroup, Path
from crmdesk.viewmodel.job_editor.filter_words import Editor, campaign_operators
from tests.viewmodel.filters import FIELDS, conditions, filters, scalars


def empty() -> FilterModel:
    return FilterModel(FIELDS, None)


def one(field: str, operator: Operator, text: str) -> FilterModel:
    """A filter of one condition, made as a person makes it."""
    model = empty()
    path = model.add_condition((), field)
    model.set_operator(path, operator)
    model.set_text(path, text)
    return model


def places(model: FilterModel) -> list[str]:
    return [problem.place for problem in model.problems]


def paths(group: DraftGroup, path: Path = ()) -> list[Path]:
    """Where every node of the draft is, the root first."""
    found = [path]
    for index, member in enumerate(group.members):
        below = (*path, index)
        found += paths(member, below) if isinstance(member, DraftGroup) else [below]
    return found


@given(filters())
def test_a_valid_filter_comes_out_as_it_went_in(where: Filter) -> None:
    model = FilterModel(FIELDS, where)
    assert model.filter() == where
    assert model.problems == ()


@given(filters())
def test_a_filter_is_always_said_in_words(where: Filter) -> None:
    sentence = FilterModel(FIELDS, where).sentence
    assert sentence.startswith("Records of which ")
    assert sentence.endswith((".", "…"))


@given(conditions())
def test_what_stands_in_the_editor_means_the_value_it_was_written_from(condition: Condition) -> None:
    field = next(field for field in FIELDS if field.name == condition.field)
    blank = isinstance(condition.value, str) and not condition.value.strip()
    if not blank:
        assert read_value(written(condition.value), condition.operator, field.type) == condition.value


@given(filters(), st.data())
def test_whatever_is_done_is_undone_and_done_again(where: Filter, data: st.DataObject) -> None:
    model = FilterModel(FIELDS, where)
    seen = [model.root]
    for _ in range(data.draw(st.integers(1, 5))):
        path = data.draw(st.sampled_from(paths(model.root)))
        act(model, path, data.draw(st.sampled_from(["add", "group", "remove", "field", "joined"])))
        if model.root != seen[-1]:
            seen.append(model.root)
        assert model.sentence
    for root in reversed(seen[:-1]):
        model.undo()
        assert model.root == root
    assert not model.can_undo
    for _ in seen[1:]:
        model.redo()
    assert model.root == seen[-1]


def act(model: FilterModel, path: Path, what: str) -> None:
    node_is_group = path == () or path in [p for p in paths(model.root) if is_group(model, p)]
    if what == "remove":
        model.remove(path)
    elif what == "field" and not node_is_group:
        model.set_field(path, "AnnualRevenue")
    elif node_is_group and what == "add":
        model.add_condition(path)
    elif node_is_group and what == "group":
        model.add_group(path)
    elif node_is_group and what == "joined":
        model.set_joined(path, Joined.ANY)


def is_group(model: FilterModel, path: Path) -> bool:
    node: object = model.root
    for index in path:
        assert isinstance(node, DraftGroup)
        node = node.members[index]
    return isinstance(node, DraftGroup)


def test_no_filter_lets_every_row_through() -> None:
    assert (empty().filter(), empty().problems, empty().sentence) == (None, (), "All records.")


def test_a_nested_filter_is_built_by_hand() -> None:
    """R-077."""
    model = one("Industry", Operator.IN, "Banking")
    group = model.add_group()
    model.set_field((*group, 0), "Name")
    model.set_operator((*group, 0), Operator.IS_EMPTY)
    revenue = model.add_condition(group, "AnnualRevenue")
    model.set_operator(revenue, Operator.GREATER)
    model.set_text(revenue, "100 000 000")
    assert model.filter() == Group(
        Joined.ALL,
        (
            Condition("Industry", Operator.IN, ("Banking",)),
            Group(
                Joined.ANY,
                (
                    Condition("Name", Operator.IS_EMPTY),
                    Condition("AnnualRevenue", Operator.GREATER, Decimal(100_000_000)),
                ),
            ),
        ),
    )
    assert model.sentence == (
        "Records of which Industry is one of “Banking” and "
        "(Account Name is empty or Annual Revenue is more than 100,000,000)."
    )


def test_what_is_not_complete_is_named_with_its_place_and_left_out() -> None:
    model = one("Name", Operator.EQUAL, "Nordal AB")
    model.add_condition()
    model.add_condition((), "Employees")
    group = model.add_group()
    model.remove((*group, 0))
    assert places(model) == ["filter.all[2].field", "filter.all[3].value", "filter.all[4]"]
    assert model.filter() == Group(Joined.ALL, (Condition("Name", Operator.EQUAL, "Nordal AB"),))
    assert "No field is chosen." in [problem.message for problem in model.problems]
    assert "…" in model.sentence


@pytest.mark.parametrize(
    ("field", "operator", "text", "value"),
    [
        ("Employees", Operator.GREATER, "1 000", Decimal(1000)),
        ("Employees", Operator.GREATER, "10,000,000", Decimal(10_000_000)),
        ("AnnualRevenue", Operator.LESS, "6.0E7", Decimal(60_000_000)),
        ("IsActive", Operator.EQUAL, "Yes", True),
        ("LastActivityDate", Operator.GREATER_OR_EQUAL, "1 January 2026", date(2026, 1, 1)),
        ("LastActivityDate", Operator.GREATER_OR_EQUAL, "2026/01/31", date(2026, 1, 31)),
        ("CreatedDate", Operator.LESS, "2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("CreatedDate", Operator.LESS, "2026-01-31 10:00 Z", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("CreatedDate", Operator.LESS, "2026-01-31 10:00 +02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("CreatedDate", Operator.LESS, "2026-07-31 10:00 Europe/Stockholm", datetime(2026, 7, 31, 8, tzinfo=UTC)),
        ("Industry", Operator.IN, 'Banking,\n"Retail, wholesale"\n', ("Banking", "Retail, wholesale")),
        ("Employees", Operator.IN, "1, 2\n3", (Decimal(1), Decimal(2), Decimal(3))),
        ("Employees", Operator.BETWEEN, "10, 20", (Decimal(10), Decimal(20))),
        ("Interests", Operator.INCLUDES, "Golf, Sailing", ("Golf", "Sailing")),
        ("Name", Operator.CONTAINS, " AB", " AB"),
    ],
)
def test_a_value_is_understood_by_the_type_of_its_field(
    field: str, operator: Operator, text: str, value: object
) -> None:
    model = one(field, operator, text)
    assert model.problems == ()
    assert model.filter() == Group(Joined.ALL, (Condition(field, operator, value),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("Employees", "many", "“many” is not a number"),
        ("Employees", "10,000", "comma"),
        ("Employees", "NaN", "not a number"),
        ("LastActivityDate", "31.01.2026", "write it as 2026-01-31"),
        ("LastActivityDate", "31 Jabber 2026", "not a date"),
        ("CreatedDate", "2026-01-31 10:00 Mars/Olympus", "not a time"),
        ("IsActive", "maybe", "neither true nor false"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_at_its_place(field: str, text: str, says: str) -> None:
    model = one(field, Operator.EQUAL, text)
    (problem,) = model.problems
    assert problem.place == "filter.all[1].value"
    assert says in problem.message
    assert model.filter() is None


def test_a_field_that_is_not_there_is_named() -> None:
    model = FilterModel(FIELDS, Condition("Gone__c", Operator.EQUAL, "x"))
    assert places(model) == ["filter.all[1].field"]


def test_a_field_of_a_parent_is_kept_as_it_was() -> None:
    where = Condition("Owner.Name", Operator.EQUAL, "Åsa")
    model = FilterModel(FIELDS, where)
    assert (model.filter(), model.problems) == (where, ())


def test_another_field_keeps_of_a_condition_what_suits_it() -> None:
    model = one("Employees", Operator.GREATER, "12")
    model.set_field((0,), "AnnualRevenue")
    assert model.filter() == Group(Joined.ALL, (Condition("AnnualRevenue", Operator.GREATER, Decimal(12)),))
    model.set_field((0,), "Industry")
    assert model.filter() == Group(Joined.ALL, (Condition("Industry", Operator.EQUAL, "12"),))


def test_only_fields_that_can_be_compared_are_offered_in_the_order_of_their_labels() -> None:
    """R-088."""
    labels = [field.label for field in empty().fields]
    assert labels == sorted(labels, key=str.casefold)
    assert not {"Notes", "Billing Address"} & set(labels)


def test_comparisons_are_worded_for_the_type_of_the_field() -> None:
    words = dict(one("LastActivityDate", Operator.GREATER_OR_EQUAL, "").operators((0,)))
    assert words[Operator.GREATER_OR_EQUAL] == "is on or after"
    assert Operator.CONTAINS not in words
    assert dict(one("Employees", Operator.EQUAL, "").operators((0,)))[Operator.GREATER_OR_EQUAL] == "is at least"


def test_each_type_offers_the_comparisons_that_mean_something_for_it() -> None:
    """R-087."""
    ordered = {"is", "is not", "is between", "is empty", "is not empty"}
    words = {
        "Employees": ordered | {"is more than", "is at least", "is less than", "is at most"},
        "LastActivityDate": ordered | {"is after", "is on or after", "is before", "is on or before"},
        "Name": {"is", "is not", "starts with", "contains", "is one of"},
    }
    for field, wanted in words.items():
        assert wanted <= {word for _, word in one(field, Operator.EQUAL, "").operators((0,))}
    between = one("Employees", Operator.BETWEEN, "10, 20")
    assert between.sentence == "Records of which Employees is between 10 and 20."
    assert "two values" in one("Employees", Operator.BETWEEN, "10").problems[0].message


def test_a_comparison_that_is_not_offered_is_still_shown_when_the_filter_has_it() -> None:
    model = FilterModel(FIELDS, Condition("Industry", Operator.LESS, "M"))
    assert Operator.LESS in dict(model.operators((0,)))


def test_each_type_has_its_editor() -> None:
    editors = {field.name: one(field.name, Operator.EQUAL, "").editor((0,)) for field in FIELDS if field.is_filterable}
    assert editors["IsActive"] is editors["Industry"] is Editor.CHOICE
    assert editors["AnnualRevenue"] is Editor.NUMBER
    assert (editors["LastActivityDate"], editors["CreatedDate"]) == (Editor.DATE, Editor.DATETIME)
    assert one("Industry", Operator.IN, "").editor((0,)) is Editor.LIST
    assert one("Industry", Operator.IS_EMPTY, "").editor((0,)) is Editor.NONE
    assert one("Industry", Operator.EQUAL, "").choices((0,)) == ("Banking", "Retail, wholesale")
    assert one("IsActive", Operator.EQUAL, "").choices((0,)) == ("true", "false")


def test_typing_a_value_is_undone_in_one_step() -> None:
    model = one("Name", Operator.EQUAL, "")
    for text in ("N", "No", "Nor"):
        model.set_text((0,), text)
    model.undo()
    assert model.filter() is None
    model.redo()
    assert model.filter() == Group(Joined.ALL, (Condition("Name", Operator.EQUAL, "Nor"),))


def test_a_condition_moves_between_groups() -> None:
    model = one("Name", Operator.EQUAL, "a")
    group = model.add_group()
    model.set_field((*group, 0), "Email")
    model.set_text((*group, 0), "b")
    model.move((0,), group, 1)
    assert model.filter() == Group(
        Joined.ALL,
        (Group(Joined.ANY, (Condition("Email", Operator.EQUAL, "b"), Condition("Name", Operator.EQUAL, "a"))),),
    )


def test_conditions_change_places_within_a_group() -> None:
    where = Group(Joined.ALL, tuple(Condition("Name", Operator.EQUAL, text) for text in "abc"))
    model = FilterModel(FIELDS, where)
    model.move((0,), (), 3)
    assert values_of(model) == ["b", "c", "a"]
    model.move((2,), (), 0)
    assert values_of(model) == ["a", "b", "c"]
    model.move((1,), (), 1)
    assert values_of(model) == ["a", "b", "c"]


def values_of(model: FilterModel) -> list[object]:
    where = model.filter()
    assert isinstance(where, Group)
    return [member.value for member in where.members if isinstance(member, Condition)]


def test_a_group_cannot_be_moved_into_itself() -> None:
    model = empty()
    group = model.add_group()
    with pytest.raises(LookupError):
        model.move(group, group, 0)
    with pytest.raises(LookupError):
        model.remove((7,))


def test_subscribers_hear_of_changes_and_of_nothing_else() -> None:
    model = one("Name", Operator.EQUAL, "a")
    heard: list[str] = []
    unsubscribe = model.subscribe(lambda: heard.append(model.sentence))
    model.set_text((0,), "a")
    assert heard == []
    model.set_text((0,), "b")
    assert heard == ["Records of which Account Name is “b”."]
    unsubscribe()
    model.clear()
    assert len(heard) == 1


def test_a_filter_shown_again_changes_nothing_and_another_one_takes_its_place() -> None:
    where = Condition("Name", Operator.EQUAL, "a")
    model = FilterModel(FIELDS, where)
    heard: list[Filter | None] = []
    model.subscribe(lambda: heard.append(model.filter()))
    model.show(where)
    assert heard == []
    model.show(None)
    assert heard == [None]


@given(st.lists(scalars(FieldType.TEXT), max_size=6))
def test_a_list_of_any_texts_can_be_written_and_read(items: list[str]) -> None:
    assert list(list_items(written(tuple(items)))) == items


@given(st.text())
def test_any_text_can_be_pasted_as_a_list(text: str) -> None:
    assert all(isinstance(item, str) for item in list_items(text))


def test_a_condition_is_shifted_past_its_neighbour_into_a_group_and_out_again() -> None:
    """R-077."""
    model = one("Name", Operator.EQUAL, "a")
    second = model.add_condition((), "Name")
    model.set_text(second, "b")
    group = model.add_group()
    model.set_field((*group, 0), "Name")
    model.set_text((*group, 0), "c")
    path = model.shift((0,), down=True)
    assert (path, texts(model.root)) == ((1,), ["b", "a", ["c"]])
    path = model.shift(path, down=True)
    assert (path, texts(model.root)) == ((1, 0), ["b", ["a", "c"]])
    path = model.shift(path, down=True)
    assert (path, texts(model.root)) == ((1, 1), ["b", ["c", "a"]])
    path = model.shift(path, down=True)
    assert (path, texts(model.root)) == ((2,), ["b", ["c"], "a"])
    assert model.shift(path, down=True) == path
    path = model.shift(path, down=False)
    assert (path, texts(model.root)) == ((1, 1), ["b", ["c", "a"]])
    path = model.shift(model.shift(path, down=False), down=False)
    assert (path, texts(model.root)) == ((1,), ["b", "a", ["c"]])


def texts(group: DraftGroup) -> list[Any]:
    return [texts(member) if isinstance(member, DraftGroup) else member.text for member in group.members]


def test_what_is_half_typed_stays_when_its_own_filter_is_shown() -> None:
    model = one("Name", Operator.EQUAL, "a")
    model.add_condition((), "Employees")
    model.show(model.filter())
    assert len(model.root.members) == 2


def test_a_condition_with_an_expression_keeps_it_until_a_value_is_typed() -> None:
    """R-084."""
    where = Condition("CreatedDate", Operator.GREATER_OR_EQUAL, expression="vars.crmStartImport")
    draft = FilterModel(FIELDS)
    draft.show(where)
    assert draft.filter() == where
    draft.set_text((0,), "2026-01-31")
    changed = draft.filter()
    assert isinstance(changed, Condition)
    assert changed.expression == ""


def test_under_the_campaign_rules_only_numbers_and_dates_are_compared() -> None:
    model = FilterModel(FIELDS, None, campaign_operators)
    emptiness = {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}
    assert {each for each, _ in model.operators(model.add_condition(field="Email"))} == emptiness
    assert Operator.IN not in {each for each, _ in model.operators(model.add_condition(field="AnnualRevenue"))}
    assert "IsActive" not in {field.name for field in model.fields}, "there is nothing to compare it by"
