"""What a formula may say, what is said about one that may not, and what it can never do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from crmdesk.errors import UserError
from crmdesk.tabular.formula.catalogue import NAMES, SAME_AS
from crmdesk.tabular.formula.computation import Computation
from crmdesk.tabular.formula.errors import FormulaError
from crmdesk.tabular.formula.formula import formula
from crmdesk.tabular.formula.kinds import Kind
from crmdesk.tabular.formula.parse import DEEPEST, MOST_CHARACTERS
from tests.tabular.formula.computing import SETTING, computed, one

HEADER = ("email", "First name", "n")


def refusal(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as refused:
        formula(text, HEADER, SETTING)
    return refused.value


def test_columns_stand_bare_or_in_brackets_and_in_any_case() -> None:
    assert one("LOWER(TRIM(email)) & [FIRST NAME] & [odd ]] name]", **{
        "email": " A@B.SE ", "First name": "Ann", "odd ] name": "!"
    }) == "a@b.seAnn!"  # fmt: skip


def test_texts_are_quoted_as_in_either_program() -> None:
    """R-062."""
    assert one('"say ""hi""" & \'it\'\'s\' & "a\\"b" & "\\\\" & "1\\n2"') == 'say "hi"it\'sa"b\\1\n2'
    assert one("'Åsa 😀 עברית'") == "Åsa 😀 עברית"


def test_operators_bind_as_everywhere() -> None:
    assert one('1 + 2 * 3 - 4 / 2 & "x"') == "5x"
    assert one("-(2 + 3) * -1") == "5"
    assert one("!(1 > 2) && 2 >= 2 || FALSE") == "true"
    assert one('IF(n = NULL; /* nothing */ "none"; n)', n="") == "none"


def test_money_is_never_rounded_as_binary_fractions_are() -> None:
    """R-071."""
    assert one("VALUE(a) + VALUE(b)", a="0.1", b="0.2") == "0.3"
    assert one("VALUE(a) * 3", a="999999999999.99") == "2999999999999.97"


def test_today_and_now_are_those_of_the_run_in_the_zone_of_the_job() -> None:
    assert one("TODAY()") == "2026-02-01"
    assert one("NOW()") == "2026-01-31T23:30:00.000Z"


def test_variables_of_the_job_are_texts() -> None:
    """R-063."""
    assert one('vars.user & "/" & vars.run') == "ada@example.com/7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('PROPER("o\'neil ÅSA mc-donald")', "O'Neil Åsa Mc-Donald"),
        ('ISNUMBER("1e3") & ISNUMBER("x") & ISNUMBER("")', "truefalsefalse"),
        ('IFERROR(VALUE("x"), 0) & ISERROR(1 / 0) & ISERROR(1)', "0truefalse"),
        ('VALUE("1,5", ",")', "1.5"),
        ('DATEVALUE("31/01/2024", "dd/MM/yyyy")', "2024-01-31"),
        ('DATETIMEVALUE("31.1.2024 07:05", "dd.MM.yyyy HH:mm")', "2024-01-31T06:05:00.000Z"),
        ('TEXT(DATETIMEVALUE("2024-07-01T10:00:00Z"), "yyyy-MM-dd\'T\'HH:mm")', "2024-07-01T12:00"),
        ('CASE("b", "a", 1, "b", 2)', "2"),
        ('CASE("c", "a", 1, "b", 2)', ""),
        ('DATETIMEVALUE("2024-03-31T00:00:00Z") - DATETIMEVALUE("2024-03-30T12:00:00Z")', "0.5"),
        ('UPPER(NULL) & LEN(NULL) & LEFT(NULL, 1) & SUBSTITUTE(NULL, "a", "b")', "0"),
        ("NULL + 1 & (NULL > 1) & YEAR(NULL) & DATEVALUE(NULL)", "false"),
        ('REGEXREPLACE("ab12", "([0-9])([0-9])", "$2nd,$1,${1}0 US$, $$1, $")', "ab2nd,1,10 US$, $1, $"),
        ('REGEXREPLACE("ab", "(?P<first>a)", "$first $1")', "a ab"),
        ('REGEXREPLACE("a.b", "[.]", "$0$0")', "a..b"),
        ('REGEXEXTRACT("(x)y", "[(]x") & REGEXEXTRACT("xy", "(?P<n>x)y") & REGEXEXTRACT("xy", "(?:x)y")', "(xxxy"),
        ('DATE(1, 1, 1) & " " & DATE(9999, 12, 31) & " " & (DATEVALUE("4001-01-01") - DATE(4000, 12, 31))',
         "0001-01-01 9999-12-31 1"),
        ("ADDMONTHS(DATE(1, 1, 31), 119986)", "9999-11-30"),
        ("ISERROR(DATE(9999, 12, 31) + 1) & ISERROR(ADDMONTHS(DATE(1, 1, 1), -1)) & ISERROR(DATE(0, 1, 1))",
         "truetruetrue"),
        ('TEXT(DATETIMEVALUE("9999-12-31T22:59:59Z"), "d.M.yyyy HH:mm")', "31.12.9999 23:59"),
        ('ISERROR(TEXT(DATETIMEVALUE("9999-12-31T23:30:00Z"), "yyyy"))', "true"),
        ('ISERROR(DATEVALUE(DATETIMEVALUE("9999-12-31T23:30:00Z")))', "true"),
    ],
)  # fmt: skip
def test_what_the_functions_give(text: str, expected: str) -> None:
    """R-047."""
    assert one(text) == expected


def test_a_test_keeps_a_failure_away() -> None:
    columns = {"n": ["2", "", "x"]}
    assert computed("IF(ISNUMBER(n), 1 / VALUE(n), 0)", columns) == (["0.5", "0", "0"], {})
    assert computed('AND(n <> "x", VALUE(n) > 1)', columns) == (["true", "false", "false"], {})
    assert computed('OR(n = "x", VALUE(n) > 1)', columns) == (["true", "false", "true"], {})
    assert computed('COALESCE(n, 1 / 0 & "")', columns) == (
        ["2", "", "x"], {1: "The formula of Field failed: division by zero, at character 15."}
    )  # fmt: skip


def test_what_cannot_be_computed_is_told_with_the_value_and_the_place() -> None:
    values, faults = computed("10 / VALUE(n)", {"n": ["4", "abc", "0"]})
    assert values[0] == "2.5"
    assert faults == {
        1: 'The formula of Field failed: "abc" cannot be read as a number, at character 6.',
        2: "The formula of Field failed: division by zero, at character 4.",
    }


@pytest.mark.parametrize(
    ("text", "at", "hint"),
    [
        ("LOWER(TRIM(emial))", 12, "Did you mean email?"),
        ("LOWR(email)", 1, "Did you mean LOWER?"),
        ("LEFT(email)", 1, "Write LEFT(text, count)."),
        ("email + 1", 7, "VALUE, DATEVALUE and TEXT turn one kind into another."),
        ("n > 3", 3, "VALUE, DATEVALUE and TEXT turn one kind into another."),
        ("IF(email, 1, 2)", 4, 'Compare the text with something, as in active = "yes".'),
        ("ROUND(n)", 7, "VALUE(…) makes one of a text."),
        ("YEAR(n)", 6, "DATEVALUE(…) makes one of a text."),
        ('SUBSTITUTE(email, n, "x")', 19, "Write a text in quotes, or a number."),
        ("email & ", 9, "Something has to follow."),
        ("(email", 7, "A closing bracket is missing."),
        ("=email", 1, "Leave the “=” out."),
        ("email email", 7, "Between two values there must be an operator, a comma or a bracket."),
        ('LOWER("x)', 7, 'Close it with ".'),
        ("[First name", 1, "Close it with ]."),
        ("TODAY", 1, "Brackets belong behind a function: TODAY(…)."),
        ("vars.pasword", 1, "There are: vars.run, vars.user."),
        ('DATEVALUE(email, "dd/MM")', 1, ""),
        ('TEXT(1, "yyyy")', 1, ""),
        ('REGEXREPLACE(email, "(a)", "$2")', 1, ""),
        ('REGEXREPLACE(email, "a", "$x")', 1, ""),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_used_is_refused_with_the_place(text: str, at: int, hint: str) -> None:
    """R-046."""
    refused = refusal(text)
    assert (refused.at, refused.hint) == (at, hint)


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("true")',
        "email.__class__",
        "open('/etc/passwd')",
        "[x for x in (1,)]",
        "lambda: 0",
        "eval('1')",
        "while(true){}",
        "2 ** 8",
        'REGEX(email, "(?=a)b")',
        'REGEX(email, "(a{1000}){1000}")',
        "(" * 9_000,
        "!" * (DEEPEST + 1) + "TRUE",
        "+".join(["1"] * 600),
        "1" * (MOST_CHARACTERS + 1),
        "9" * 19,
        "0." + "1" * 19,
    ],
)
def test_hostile_formulas_are_refused_before_anything_happens(text: str) -> None:
    """R-048."""
    assert refusal(text).at >= 1


def test_patterns_that_ruin_other_engines_take_no_time() -> None:
    """R-048."""
    assert one('REGEX(a, "(a+)+b")', a="a" * 100_000) == "false"


def test_a_text_that_would_grow_without_end_is_a_fault_and_never_made() -> None:
    """R-048."""
    values, faults = computed("REPT(REPT(a, 1000000), 1000000)", {"a": ["x", ""]})
    assert (values[1], list(faults)) == ("", [0])
    assert "longer than 512 KB" in faults[0]
    values, faults = computed("LPAD(a, 600000)", {"a": ["x", ""]})
    assert (values, list(faults)) == (["", ""], [0, 1])
    growing = "SUBSTITUTE(" * 20 + "a" + ', "a", "aaaaaaaaaa")' * 20
    assert list(computed(growing, {"a": ["a"]})[1]) == [0]


def test_a_text_whose_groups_are_written_again_is_as_long_as_it_is() -> None:
    """R-048."""
    text = 'LEN(REGEXREPLACE(a, "(x)y*", "$1,$1,"))'
    values, faults = computed(text, {"a": ["xyyy" * 100_000, "x" * 100_000, "x" * 200_000]})
    assert (values[:2], list(faults)) == (["400000", "400000"], [2])


@pytest.mark.parametrize("text", ["RIGHT(REPT(a, 400), 2)", 'SPLIT(REPT("a,", 20), ",", VALUE(n))', "VALUE(n)"])
def test_what_would_take_much_memory_at_once_is_computed_in_parts(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-048."""
    monkeypatch.setattr("crmdesk.tabular.formula.computation._AT_ONCE", 1 << 14)
    rows = 1_000
    values, faults = computed(text, {"a": ["xy"[at % 2] for at in range(rows)], "n": ["1"] * 999 + ["no"]})
    expected = {"R": ("xx", "yy"), "S": ("a", "a"), "V": ("1", "1")}[text[0]]
    assert values[:999] == [expected[at % 2] for at in range(999)]
    assert list(faults) == ([] if text.startswith("R") else [999])


def test_a_text_that_is_too_long_in_every_row_is_found_at_once() -> None:
    """R-048."""
    assert len(computed("REPT(a, 999999)", {"a": ["x"] * 3_000})[1]) == 3_000


def test_a_formula_that_takes_too_long_is_stopped() -> None:
    """R-048."""
    ready = formula("LOWER(email)", HEADER, SETTING)
    frame = pl.DataFrame({"email": ["A"], "First name": [""], "n": [""]})
    work = Computation(frame, SETTING, deadline=0.0)
    with pytest.raises(UserError, match="took too long"):
        work.column(ready.step)


def test_a_formula_knows_its_columns_and_its_kind() -> None:
    ready = formula("IF(email = n, VALUE(N), 0)", HEADER, SETTING)
    assert (ready.columns, ready.kind) == (("email", "n"), Kind.NUMBER)


def test_numbers_are_read_with_the_decimal_mark_of_the_job() -> None:
    """R-075."""
    german = replace(SETTING, reading=replace(SETTING.reading, decimal=","))
    values, faults = computed("VALUE(n) * 2", {"n": ["1,5", "1.5"]}, german)
    assert (values[0], list(faults)) == ("3", [1])
    grouped = replace(german, reading=replace(german.reading, thousands="."))
    values, faults = computed("VALUE(n) * 2", {"n": ["1.234,5", "1.23", "12.345", "1,234"]}, grouped)
    assert (values[0], values[2], values[3], list(faults)) == ("2469", "24690", "2.468", [1])


def test_no_rows_are_no_trouble() -> None:
    assert computed('LPAD(a, 3) & DATEVALUE(a, "dd.MM.yyyy")', {"a": []}) == ([], {})


def test_every_function_stands_in_the_docs() -> None:
    text = (Path(__file__).parents[3] / "docs" / "formulas.md").read_text(encoding="utf-8")
    assert [name for name in (*NAMES, *SAME_AS) if name.isalpha() and f"`{name}" not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "NULL",
        "MAX(NULL, NULL)",
        'IF(n = "", NULL)',
        "COALESCE(NULL)",
        "HASH(NULL)",
        "DATEVALUE(NULL)",
        "DATETIMEVALUE(NULL)",
        'SUBSTITUTE("a$1a", "$1", n)',
        'SUBSTITUTE(NULL, "x", n)',
    ],
)
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_what_is_the_same_for_all_rows_still_gives_a_cell_for_each(text: str, rows: int) -> None:
    values, faults = computed(text, {"n": ["x"] * rows})
    assert (len(values), faults) == (rows, {})


def test_a_number_is_read_with_blanks_that_do_not_break_between_its_groups() -> None:
    swedish = replace(SETTING, reading=replace(SETTING.reading, decimal=",", thousands=" "))
    cells = ["1 234,5", "1\u00a0234,5", "1\u202f234,5"]
    assert computed("VALUE(n)", {"n": cells}, swedish)[0] == ["1234.5"] * 3
