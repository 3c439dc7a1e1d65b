"""One column of a source as it is read batch by batch, and what is known of it in the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from crmdesk.model.source_card import ColumnFacts
from crmdesk.tabular.card.distinct import Distinct
from crmdesk.tabular.card.kinds import GUESSES, RIVALS, Guess

_TRIED = 1_000
"""Filled cells that every type is tried on; only those that look right there are tried on all the others."""

_LIKELY = 0.5
_SURE = 0.95
_SHOWN = 60


@dataclass(slots=True)
class _Tried:
    """A type that the column may be of: how many cells fit, the first that does not, the smallest and the largest."""

    guess: Guess
    fits: int = 0
    miss: tuple[int, str] | None = None
    ends: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"text": pl.String}))

    def add(self, rows: pl.Series, texts: pl.Series) -> None:
        is_fit = self.guess.fits(texts).fill_null(value=False)
        fits = int(is_fit.sum())
        self.fits += fits
        if self.miss is None and fits < len(texts):
            place = int((~is_fit).arg_true()[0])
            self.miss = (int(rows[place]), texts[place])
        if self.guess.value is not None and fits:
            found = texts.filter(is_fit).rename("text")
            ordered = pl.DataFrame([found, self.guess.value(found).alias("value")])
            known = self.ends if "value" in self.ends.columns else ordered.clear()
            both = pl.concat([known, ordered.select("text", "value")])
            edges = (pl.col("value") == pl.col("value").min()) | (pl.col("value") == pl.col("value").max())
            self.ends = both.filter(edges).unique("value").sort("value")


class ColumnCard:
    """Gathers what there is to know about a column; its memory does not grow with the rows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = self._filled = self._longest = self._longest_row = 0
        self._distinct = Distinct()
        self._ends: tuple[str, str] | None = None
        self._tried: list[_Tried] | None = None

    def add(self, rows: pl.Series, texts: pl.Series) -> None:
        """More rows (their numbers) and the text that each has in this column; "" is empty."""
        self._rows += len(rows)
        is_filled = (texts.str.strip_chars() != "").fill_null(value=False)
        if not is_filled.any():
            return
        rows, texts = rows.filter(is_filled), texts.filter(is_filled)
        self._filled += len(texts)
        lengths = texts.str.len_chars()
        longest = int(lengths.arg_max() or 0)
        if int(lengths[longest]) > self._longest:
            self._longest, self._longest_row = int(lengths[longest]), int(rows[longest])
        self._distinct.add(texts)
        ends = (*(self._ends or ()), str(texts.min()), str(texts.max()))
        self._ends = (min(ends), max(ends))
        self._try(rows, texts)

    def facts(self) -> ColumnFacts:
        """What is known now."""
        found = self._type()
        smallest, largest = self._ends or ("", "")
        if found is not None and found.ends.height:
            smallest, largest = found.ends["text"][0], found.ends["text"][-1]
        return ColumnFacts(
            name=self._name,
            rows=self._rows,
            filled=self._filled,
            distinct=min(self._distinct.number, self._filled),
            is_estimated=self._distinct.is_estimated,
            longest=self._longest,
            longest_row=self._longest_row,
            smallest=_short(smallest),
            largest=_short(largest),
            type=found.guess.name if found is not None else "text" if self._filled else "empty",
            evidence=self._evidence(found),
        )

    def _try(self, rows: pl.Series, texts: pl.Series) -> None:
        trimmed = texts.str.strip_chars()
        if self._tried is None:
            first = trimmed.head(_TRIED)
            least = _LIKELY * len(first)
            self._tried = [_Tried(guess) for guess in GUESSES if int(guess.fits(first).sum()) >= least]
        for tried in self._tried:
            tried.add(rows, trimmed)

    def _type(self) -> _Tried | None:
        """The type that most cells are of, when nearly all are; of several the first."""
        best = max(self._tried or (), key=lambda tried: tried.fits, default=None)
        return best if best is not None and best.fits >= _SURE * self._filled else None

    def _evidence(self, found: _Tried | None) -> str:
        if not self._filled:
            return "No cell holds anything."
        if found is None:
            return self._why_text()
        cells = f"{found.fits:,} of {self._filled:,} filled cells are {found.guess.words}"
        miss = "" if found.miss is None else f"; row {found.miss[0]} holds “{_short(found.miss[1])}”"
        other, why = RIVALS.get(found.guess, (None, ""))
        if any(each.guess is other and each.fits == found.fits for each in self._tried or ()):
            return f"{cells}{miss}; {why}."
        setting = f"; [local] needs {found.guess.setting}" if found.guess.setting else ""
        return f"{cells}{miss}{setting}."

    def _why_text(self) -> str:
        best = max(self._tried or (), key=lambda tried: tried.fits, default=None)
        if best is None or best.miss is None:
            return "The cells are of no other type."
        row, text = best.miss
        cells = f"Only {best.fits:,} of {self._filled:,} filled cells are {best.guess.words}"
        return f"{cells}; row {row} holds “{_short(text)}”."


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
