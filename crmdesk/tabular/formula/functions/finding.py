"""Functions that look for something in a text: a part of it, or a pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from crmdesk.tabular.formula.function import Argument, Function, Outcome, Parameter, Setting
from crmdesk.tabular.formula.functions.texts import A_TEXT, counted, text_of, whole
from crmdesk.tabular.formula.kinds import NUMBER, TEXT, Kind

_PART = Parameter("part", TEXT)
_PATTERN = Parameter("pattern", TEXT, is_fixed=True)
_MOST_PATTERN = 500


def _find(given: Sequence[Argument], _: Setting) -> Outcome:
    part, text = text_of(given[0]), text_of(given[1])
    skipped = whole(given[2]).clip(1) - 1 if len(given) > 2 else pl.lit(0)  # noqa: PLR2004 - the third is optional
    rest = text.str.slice(skipped)
    place = rest.str.find(part, literal=True)  # in bytes
    before = rest.cast(pl.Binary).bin.slice(0, place).cast(pl.String).str.len_chars().cast(pl.Int64)
    found = pl.when(place.is_null() | (part == "")).then(pl.lit(0)).otherwise(before + skipped + 1)
    return Outcome(counted(found))


def _contains(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(text_of(given[0]).str.contains(text_of(given[1]), literal=True))


def _begins(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(text_of(given[0]).str.starts_with(text_of(given[1])))


def _ends(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(text_of(given[0]).str.ends_with(text_of(given[1])))


def _regex(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(text_of(given[0]).str.contains(rf"\A(?:{given[1].text()})\z"))


def _regex_extract(given: Sequence[Argument], _: Setting) -> Outcome:
    pattern = given[1].text()
    group = 1 if re.search(r"(?<!\\)\((?!\?)", pattern) else 0
    return Outcome(text_of(given[0]).str.extract(pattern, group).fill_null(""))


def _regex_replace(given: Sequence[Argument], _: Setting) -> Outcome:
    text, pattern, new = text_of(given[0]), given[1].text(), given[2].text()
    hits = text.str.count_matches(pattern).cast(pl.Int64)
    size = text.str.len_bytes().cast(pl.Int64) * (1 + new.count("$")) + hits * len(new.encode())
    return Outcome(text.str.replace_all(pattern, new), size=size)


def _bad_pattern(given: Sequence[Argument]) -> str | None:
    pattern = given[1].text()
    if len(pattern) > _MOST_PATTERN:
        return f"The pattern has {len(pattern)} characters; {_MOST_PATTERN} are allowed."
    try:
        pl.select(pl.lit("").str.contains(rf"\A(?:{pattern})\z"))
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.PolarsError:
        return "The pattern cannot be used: it is no regular expression without look-around and back-references."
    return None


FINDING = (
    Function("FIND", (_PART, A_TEXT, Parameter("start", NUMBER)), Kind.NUMBER, _find, 2),
    Function("CONTAINS", (A_TEXT, _PART), Kind.BOOLEAN, _contains, 2),
    Function("BEGINS", (A_TEXT, _PART), Kind.BOOLEAN, _begins, 2),
    Function("ENDS", (A_TEXT, _PART), Kind.BOOLEAN, _ends, 2),
    Function("REGEX", (A_TEXT, _PATTERN), Kind.BOOLEAN, _regex, 2, refuses=_bad_pattern),
    Function("REGEXEXTRACT", (A_TEXT, _PATTERN), Kind.TEXT, _regex_extract, 2, refuses=_bad_pattern),
    Function(
        "REGEXREPLACE",
        (A_TEXT, _PATTERN, Parameter("new", TEXT, is_fixed=True)),
        Kind.TEXT,
        _regex_replace,
        3,
        refuses=_bad_pattern,
    ),
)
