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
_REFERENCE = re.compile(r"((?:[^$]|\$\$|\$(?![\w{]))+)|\$\{?(?:([0-9]+)|(\w+))\}?", re.ASCII)
"""A text, `$1`, or `$name`; `$$` is a `$`, and so is one before what can be neither."""


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
    return Outcome(text_of(given[0]).str.extract(pattern, 1 if _groups(pattern) else 0).fill_null(""))


def _regex_replace(given: Sequence[Argument], _: Setting) -> Outcome:
    text, pattern = text_of(given[0]), given[1].text()
    parts = _parts(given[2].text(), _groups(pattern))
    named = [part for part in parts if part.startswith("${")]
    written = len("".join(part for part in parts if part not in named).replace("$$", "$").encode())
    hits, own = text.str.count_matches(pattern).cast(pl.Int64) * written, _bytes(text)
    # Each group is at most the whole text; where that could be too much, they are measured.
    left = _bytes(text.str.replace_all(pattern, ""))
    taken = [_bytes(text.str.replace_all(pattern, part)) - left for part in named]
    return Outcome(
        text.str.replace_all(pattern, "".join(parts)),
        size=own * (1 + len(named)) + hits,
        exact_size=sum(taken, left + hits),
    )


def _bytes(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes().cast(pl.Int64)


def _groups(pattern: str) -> list[str]:
    """The groups of a pattern in order: their names, or numbers from 1."""
    found = pl.select(pl.lit("").str.extract_groups(pattern)).to_series()
    return found.struct.fields if isinstance(found.dtype, pl.Struct) else []


def _parts(new: str, groups: Sequence[str]) -> list[str]:
    """What matches are replaced by: texts, and groups as `${1}`; raises ValueError with a sentence for one unknown.

    `$1a` is the first group and an a, where Polars looks for a group of that name and finds nothing.
    """
    parts = []
    for text, number, name in _REFERENCE.findall(new):
        if (number and int(number) > len(groups)) or (name and name not in groups):
            raise ValueError(
                f"“${number or name}” is no group of the pattern, which has {len(groups) or 'none'}: write $$ for a $."
            )
        parts.append(text.replace("$$", "$").replace("$", "$$") if text else f"${{{number or name}}}")
    return parts


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


def _bad_replacement(given: Sequence[Argument]) -> str | None:
    refusal = _bad_pattern(given)
    if refusal is None:
        try:
            _parts(given[2].text(), _groups(given[1].text()))
        except ValueError as error:
            return str(error)
    return refusal


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
        refuses=_bad_replacement,
    ),
)
