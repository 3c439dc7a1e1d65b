"""Each function, over columns of dirty values, gives what plain Python gives value by value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.tabular.formula.catalogue import FUNCTIONS, NAMES
from tests.tabular.formula import reference as plain
from tests.tabular.formula.computing import ZONE, computed

_DIRTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "a", "aa", "a-b-c", "-", '5" pipe', "Åsa Öst", "  x  y ", "e\u0301", "😀ab", "\u00a0", "ß", "1,5"]
    ),
)
_DECIMALS = st.one_of(
    st.decimals(min_value=-999_999, max_value=999_999, places=3),
    st.integers(-12, 12).map(Decimal),
    st.decimals(min_value=-(10**15), max_value=10**15, places=6),
    st.none(),
)
_DATES = st.one_of(st.dates(), st.sampled_from([date(2024, 2, 29), date.min, date.max]), st.none())
_MOMENTS = st.one_of(
    st.datetimes(datetime(1971, 1, 1), datetime(2036, 1, 1)).map(  # noqa: DTZ001 - in UTC, as the wire's are
        lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
    ),
    st.none(),
)
# Each kind of argument: what it may be, and how a column of such texts becomes it.
_KINDS: dict[str, tuple[st.SearchStrategy[plain.Value], str]] = {
    "t": (_DIRTY, "{}"),
    "n": (_DECIMALS, "VALUE({})"),
    "d": (_DATES, "DATEVALUE({})"),
    "m": (_MOMENTS, "DATETIMEVALUE({})"),
}


@dataclass(frozen=True)
class Law:
    """A formula with arguments A, B, C of these kinds, and what it must be."""

    formula: str
    kinds: str
    means: Callable[..., plain.Value]


def _when_both(compare: Callable[[plain.Value, plain.Value], bool]) -> Callable[..., plain.Value]:
    return lambda left, right: left is not None and right is not None and compare(left, right)


LAWS = (
    Law("A & B & C", "tnd", lambda a, b, c: a + plain.text(b) + plain.text(c)),
    Law("CONCAT(A, B)", "nm", lambda a, b: plain.text(a) + plain.text(b)),
    Law("UPPER(A)", "t", lambda a: a.upper()),
    Law("LOWER(A)", "t", lambda a: a.lower()),
    Law("TRIM(A)", "t", lambda a: a.strip(plain._WHITE)),
    Law("CLEAN(A)", "t", plain.cleaned),
    Law("LEFT(A, B)", "tn", lambda a, b: a[: max(plain.whole(b), 0)]),
    Law("RIGHT(A, B)", "tn", lambda a, b: a[len(a) - min(max(plain.whole(b), 0), len(a)) :]),
    Law(
        "MID(A, B, C)",
        "tnn",
        lambda a, b, c: a[max(plain.whole(b), 1) - 1 :][: max(plain.whole(c), 0)],
    ),
    Law("LEN(A)", "t", lambda a: Decimal(len(a))),
    Law("REPT(A, 3)", "t", lambda a: a * 3),
    Law('LPAD(A, 6, "xy")', "t", lambda a: plain.left_pad(a, Decimal(6), "xy")),
    Law("RPAD(A, MOD(B, 20))", "tn", lambda a, b: plain.right_pad(a, plain.modulo(b, Decimal(20)))),  # type: ignore[arg-type]
    Law('SUBSTITUTE(A, "a", B)', "tt", lambda a, b: a.replace("a", b)),
    Law('SUBSTITUTE(A, "a-", "$1")', "t", lambda a: a.replace("a-", "$1")),
    Law('SPLIT(A, "-", B)', "tn", lambda a, b: plain.split(a, "-", b)),
    Law("FIND(A, B)", "tt", plain.found),
    Law("FIND(A, B, C)", "ttn", plain.found),
    Law("CONTAINS(A, B)", "tt", lambda a, b: b in a),
    Law("BEGINS(A, B)", "tt", lambda a, b: a.startswith(b)),
    Law("ENDS(A, B)", "tt", lambda a, b: a.endswith(b)),
    Law('REGEX(A, "[a-c]*-?[a-c]*")', "t", lambda a: bool(re.fullmatch("[a-c]*-?[a-c]*", a))),
    Law('REGEXEXTRACT(A, "([a-c])-")', "t", lambda a: (re.findall("([a-c])-", a) or [""])[0]),
    Law('REGEXREPLACE(A, "([a-c])-", "<$1>")', "t", lambda a: re.sub("([a-c])-", r"<\1>", a)),
    Law("A + B", "nn", plain.both(lambda a, b: a + b)),
    Law("A - B", "nn", plain.both(lambda a, b: a - b)),
    Law("A * B", "nn", plain.both(plain.product)),
    Law("MOD(A, B)", "nn", plain.modulo),
    Law("ROUND(A)", "n", plain.rounded),
    Law("ROUND(A, 2)", "n", lambda a: plain.rounded(a, Decimal(2))),
    Law("ROUND(A, -2)", "n", lambda a: plain.rounded(a, Decimal(-2))),
    Law("ABS(A)", "n", lambda a: None if a is None else abs(a)),
    Law("FLOOR(A)", "n", plain.to_whole("ROUND_FLOOR")),
    Law("CEILING(A)", "n", plain.to_whole("ROUND_CEILING")),
    Law("TRUNC(A)", "n", plain.to_whole("ROUND_DOWN")),
    Law("MIN(A, B)", "nn", lambda *all_: min((each for each in all_ if each is not None), default=None)),
    Law("MAX(A, B)", "dd", lambda *all_: max((each for each in all_ if each is not None), default=None)),
    Law("VALUE(A)", "t", plain.read_number),
    Law("IF(A < B, A, B)", "nn", lambda a, b: a if plain.less(a, b) else b),
    Law('CASE(A, "a", 1, B, 2, 3)', "tt", lambda a, b: Decimal(1 if a == "a" else 2 if a == b else 3)),
    Law("AND(A < B, LEN(C) > 1)", "nnt", lambda a, b, c: plain.less(a, b) and len(c) > 1),
    Law("OR(A < B, LEN(C) > 1)", "nnt", lambda a, b, c: plain.less(a, b) or len(c) > 1),
    Law("NOT(ISBLANK(A))", "t", lambda a: not plain.blank(a)),
    Law("ISBLANK(A)", "d", plain.blank),
    Law("COALESCE(A, B, C)", "ttt", lambda *all_: next((each for each in all_ if not plain.blank(each)), "")),
    Law("A = B", "tt", lambda a, b: a == b),
    Law("A <> B", "nn", lambda a, b: a != b),
    Law("A < B", "tt", plain.less),
    Law("A <= B", "dd", _when_both(lambda a, b: not plain.less(b, a))),
    Law("A > B", "nn", _when_both(lambda a, b: plain.less(b, a))),
    Law("A >= B", "mm", _when_both(lambda a, b: not plain.less(a, b))),
    Law("A + B", "dn", plain.later),
    Law("A - B", "dd", plain.between),
    Law("DATE(A, B, C)", "nnn", plain.made_date),
    Law("ADDMONTHS(A, B)", "dn", plain.months_later),
    Law("DATEVALUE(A)", "m", plain.day_in(ZONE)),
    Law("DATETIMEVALUE(TEXT(A))", "m", lambda a: a),
    Law("YEAR(A)", "d", plain.of_day(lambda day: day.year)),
    Law("MONTH(A)", "d", plain.of_day(lambda day: day.month)),
    Law("DAY(A)", "d", plain.of_day(lambda day: day.day)),
    Law("WEEKDAY(A)", "d", plain.of_day(lambda day: day.isoweekday() % 7 + 1)),
    Law("HOUR(A)", "m", plain.clock(ZONE, lambda at: at.hour)),
    Law("MINUTE(A)", "m", plain.clock(ZONE, lambda at: at.minute)),
    Law('TEXT(A, "0.00")', "n", lambda a: plain.grouped(a, "0.00")),
    Law('TEXT(A, "#,##0")', "n", lambda a: plain.grouped(a, "#,##0")),
    Law('TEXT(A, "d.M.yyyy")', "d", lambda a: "" if a is None else f"{a.day}.{a.month}.{a.year:04}"),
    Law('TEXT(DATEVALUE(A & ""), "yyyy-MM-dd")', "d", plain.text),
    Law("HASH(A)", "t", plain.sha256),
)

# What is not compared row by row: the same for all rows, or shown by cases of its own.
ELSEWHERE = {"TODAY", "NOW", "PROPER", "ISNUMBER", "ISERROR", "IFERROR", "/"}


def test_every_function_has_a_law_or_cases_of_its_own() -> None:
    """R-047."""
    written = " ".join(law.formula for law in LAWS)
    missing = [
        name for name in {*FUNCTIONS, *NAMES} - ELSEWHERE if f"{name}(" not in written and f" {name} " not in written
    ]
    assert not missing


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.formula} {law.kinds}")
@settings(max_examples=12)
@given(data=st.data())
def test_a_column_is_computed_as_plain_python_computes_its_values(law: Law, data: st.DataObject) -> None:
    """R-047."""
    kinds = [_KINDS[kind] for kind in law.kinds]
    rows = data.draw(st.lists(st.tuples(*(values for values, _ in kinds)), min_size=1, max_size=8))
    text = law.formula
    for name, (_, becomes) in zip("ABC", kinds, strict=False):
        text = re.sub(rf"\b{name}\b(?!\()", becomes.format(f"[{name.lower()}]"), text)
    columns = {
        name: [plain.text(row[number]) for row in rows] for number, name in zip(range(len(kinds)), "abc", strict=False)
    }
    values, faults = computed(text, columns)
    for number, row in enumerate(rows):
        try:
            expected: str | None = plain.text(law.means(*row))
        except plain.Fail:
            expected = None
        assert (None if number in faults else values[number]) == expected, (text, row)


@settings(max_examples=60)
@given(st.lists(st.tuples(_DECIMALS, _DECIMALS), min_size=1, max_size=8))
def test_a_quotient_has_eighteen_right_digits(rows: list[tuple[Decimal | None, Decimal | None]]) -> None:
    columns = {"a": [plain.text(left) for left, _ in rows], "b": [plain.text(right) for _, right in rows]}
    values, faults = computed("VALUE(a) / VALUE(b)", columns)
    for number, (left, right) in enumerate(rows):
        if right == 0:
            assert "division by zero" in faults[number]
        elif left is None or right is None:
            assert values[number] == ""
        else:
            assert abs(Decimal(values[number]) - left / right) <= Decimal(1).scaleb(-18), (left, right)


def test_days_go_over_the_ends_of_years() -> None:
    values, _ = computed("DATEVALUE(a) + 1", {"a": ["2023-12-31", "2024-02-28", ""]})
    assert values == ["2024-01-01", "2024-02-29", ""]
    moments, _ = computed("DATETIMEVALUE(a) + 0.5", {"a": ["2024-01-01T00:00:00Z"]})
    assert moments == [plain.text(datetime(2024, 1, 1) + timedelta(hours=12))]  # noqa: DTZ001 - in UTC
