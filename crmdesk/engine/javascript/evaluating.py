"""JavaScript expressions become values: each once, in UTC, without the outside world, within a second."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import msgspec

from crmdesk.errors import UserError
from crmdesk.model.filter import Scalar, Value
from crmdesk.places import module_command

SECONDS = 1
"""An expression that is not done by then never will be, for all we know."""

_START_SECONDS = 30  # a machine under load may take that long to begin
_KEPT = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PATH = re.compile(r"\s*([A-Za-z_$][A-Za-z0-9_$]*(?:\.[A-Za-z_$][A-Za-z0-9_$]*)*)\s*")

Scope = Mapping[str, object]
"""The names an expression may use: texts, or tables of texts."""


class Evaluate(Protocol):
    """What gives the value of an expression; raises UserError."""

    def __call__(self, source: str) -> Value: ...


class _Told(msgspec.Struct, forbid_unknown_fields=True):
    text: str | None = None
    flag: bool | None = None
    number: str | None = None
    time: float | None = None
    items: list[_Told] | None = None
    none: str | None = None
    error: str | None = None
    limit: str | None = None


_answers = msgspec.json.Decoder(_Told)


_LONGEST = 100_000
"""Characters of a text that may be compared with; no query is longer (SOQL and SOSL reference, "SOQL Limits")."""


class Evaluator:
    """Evaluates expressions over one scope. `results` holds what was evaluated, by source; such is not done again."""

    def __init__(self, scope: Scope, results: Mapping[str, Value] | None = None) -> None:
        self._scope = scope
        self.results: dict[str, Value] = dict(results or {})

    def __call__(self, source: str) -> Value:
        """The value of an expression: a text, number, truth value, aware date-time, or a tuple of such.

        Raises UserError: what is wrong with the expression, or the limit it goes beyond.
        """
        if source not in self.results:
            plain = _plain(source, self._scope)
            self.results[source] = plain if plain is not None else _evaluated(source, self._scope)
        return self.results[source]


def _plain(source: str, scope: Scope) -> str | None:
    """The text that a mere name in the scope stands for: no engine is needed to look it up."""
    found = _PATH.fullmatch(source)
    value: object = scope
    for name in found[1].split(".") if found else ():
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def _evaluated(source: str, scope: Scope) -> Value:
    question = msgspec.json.encode({"source": source, "scope": scope, "seconds": SECONDS})
    surroundings = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            module_command("crmdesk.engine.javascript.child"),
            input=question,
            capture_output=True,
            env={**surroundings, "TZ": "UTC"},
            timeout=_START_SECONDS + SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _endless(source) from error
    try:
        told = _answers.decode(done.stdout)
    except msgspec.DecodeError as error:  # the engine gave up on the whole process
        raise _refused(source, f"it ended the JavaScript engine (exit code {done.returncode})") from error
    return _value(source, told)


def _value(source: str, told: _Told) -> Value:
    if told.items is not None:
        return tuple(_scalar(source, each) for each in told.items)
    return _scalar(source, told)


def _scalar(source: str, told: _Told) -> Scalar:
    match told:
        case _Told(text=str() as text) if len(text) > _LONGEST:
            raise _refused(source, f"it is a text of {len(text):,} characters")
        case _Told(text=str() as text):
            return text
        case _Told(flag=bool() as flag):
            return flag
        case _Told(number=str() as digits):
            number = Decimal(digits)
            return int(number) if number == number.to_integral_value() and abs(number) < 1 << 63 else number
        case _Told(time=float() as milliseconds):
            return _moment(source, milliseconds)
        case _Told(limit="time"):
            raise _endless(source)
        case _Told(limit=str()):
            raise _refused(source, "it needs more memory than an expression may have")
        case _Told(error=str() as why):
            raise _refused(source, why)
        case _:
            raise _refused(source, f"its value is {told.none or 'nothing'}")


def _moment(source: str, milliseconds: float) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise _refused(source, "its date is beyond the year 9999") from error


def _endless(source: str) -> UserError:
    return UserError(
        f"The JavaScript expression “{shortened(source)}” did not end within {SECONDS} second and was stopped.",
        hint="It must come to a value by itself, like new Date(2012, 10, 1) or vars.crmStartImport.",
    )


def _refused(source: str, why: str) -> UserError:
    return UserError(
        f"The JavaScript expression “{shortened(source)}” has no value that can be used: {why}.",
        hint="Give one that is a text, a number, true, false, a date, or a list of such.",
    )


def shortened(text: str, most: int = 80) -> str:
    """The text, cut where it is longer than what fits a sentence."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def results_kept(results: Mapping[str, Value]) -> dict[str, object]:
    """Values by source, as JSON can hold them."""
    return {source: _kept(value) for source, value in results.items()}


def results_of(kept: object) -> dict[str, Value]:
    """What `results_kept` kept."""
    return {source: _value(source, told) for source, told in msgspec.convert(kept, dict[str, _Told]).items()}


def _kept(value: Value) -> dict[str, object]:
    match value:
        case tuple():
            return {"items": [_kept(each) for each in value]}
        case str():
            return {"text": value}
        case bool():
            return {"flag": value}
        case int() | Decimal():
            return {"number": str(value)}
        case datetime():
            return {"time": (value - _EPOCH) / timedelta(milliseconds=1)}
        case _:
            raise TypeError(value)
