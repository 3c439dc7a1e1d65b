"""A formula's names and kinds are settled before a row is read: what is wrong is told with its place."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from crmdesk.tabular.formula.catalogue import FUNCTIONS, NAMES, SAME_AS
from crmdesk.tabular.formula.errors import FormulaError
from crmdesk.tabular.formula.function import Argument, Constant, Function, Parameter, Setting, constant, kind_of
from crmdesk.tabular.formula.kinds import Kind
from crmdesk.tabular.formula.parse import quoted_column
from crmdesk.tabular.formula.tree import Call, JobVariable, Literal, Node, SourceColumn


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same value for every row."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a source column, under its own name."""

    column: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A function with its arguments; `at` is its place in the text."""

    function: Function
    arguments: tuple[Step, ...]
    kind: Kind
    at: int


Step = Fixed | Cell | Applied


def kind_of_step(step: Step) -> Kind:
    """What a step gives."""
    match step:
        case Fixed(value):
            return kind_of(value)
        case Cell():
            return Kind.TEXT
        case Applied():
            return step.kind
        case _:
            assert_never(step)


def check(node: Node, header: Sequence[str], setting: Setting) -> Step:
    """The steps of a formula over the columns `header`; raises FormulaError."""
    match node:
        case Literal(value):
            return Fixed(value)
        case SourceColumn(name, at):
            return Cell(_column(name, header, at))
        case JobVariable(name, at):
            return Fixed(_variable(name, setting, at))
        case Call():
            return _call(node, header, setting)
        case _:
            assert_never(node)


def _column(name: str, header: Sequence[str], at: int) -> str:
    if name in header:
        return name
    folded = [column for column in header if column.casefold() == name.casefold()]
    if len(folded) == 1:
        return folded[0]
    near = next(iter(difflib.get_close_matches(name, header, n=1)), "")
    known = ", ".join(quoted_column(column) for column in header[:12])
    hint = f"Did you mean {quoted_column(near)}?" if near else f"The columns are: {known}."
    if name.upper() in FUNCTIONS or name.upper() in NAMES:
        hint = f"Brackets belong behind a function: {name.upper()}(…)."
    raise FormulaError(f"The source has no column “{name}”.", at, hint)


def _variable(name: str, setting: Setting, at: int) -> str:
    if name not in setting.variables:
        known = ", ".join(f"vars.{each}" for each in setting.variables)
        raise FormulaError(f"There is no variable “{name}”.", at, f"There are: {known}.")
    return setting.variables[name]


def _call(node: Call, header: Sequence[str], setting: Setting) -> Step:
    if node.name in ("TODAY", "NOW"):
        if node.arguments:
            raise FormulaError(f"{node.name}() takes nothing.", node.at, "Write it with empty brackets.")
        return Fixed(_today(setting) if node.name == "TODAY" else setting.now.replace(tzinfo=None))
    function = FUNCTIONS.get(SAME_AS.get(node.name, node.name))
    if function is None:
        near = difflib.get_close_matches(node.name, NAMES, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The functions are: {', '.join(NAMES)}."
        raise FormulaError(f"There is no function {node.name}.", node.at, hint)
    steps = tuple(check(argument, header, setting) for argument in node.arguments)
    parameters = _parameters(function, node)
    for step, parameter, argument in zip(steps, parameters, node.arguments, strict=True):
        _fits(function, step, parameter, argument.at)
    kind = _result(function, steps, node.at)
    return Applied(function, steps, kind, node.at)


def _today(setting: Setting) -> Constant:
    return setting.now.astimezone(setting.reading.zone).date()


def _parameters(function: Function, node: Call) -> list[Parameter]:
    found = [function.parameter(number) for number in range(len(node.arguments))]
    taken = [each for each in found if each is not None]
    if len(taken) != len(found) or len(found) < function.required:
        count = len(found)
        raise FormulaError(
            f"{function.name} is given {count} value{'' if count == 1 else 's'}.", node.at, f"Write {function.shape}."
        )
    return taken


def _fits(function: Function, step: Step, parameter: Parameter, at: int) -> None:
    kind = kind_of_step(step)
    if kind not in parameter.kinds:
        wanted = " or a ".join(sorted(each for each in parameter.kinds if each is not Kind.BLANK))
        raise FormulaError(
            f"{function.name} takes a {wanted} for “{parameter.name}”, and this is a {kind}.",
            at,
            _remedy(kind, parameter),
        )
    if parameter.is_fixed and not isinstance(step, Fixed):
        raise FormulaError(
            f"{function.name} takes for “{parameter.name}” only what is written in the formula itself.",
            at,
            "Write a text in quotes, or a number.",
        )


def _remedy(kind: Kind, parameter: Parameter) -> str:
    if kind is Kind.TEXT:
        makers = {Kind.NUMBER: "VALUE", Kind.DATE: "DATEVALUE", Kind.DATETIME: "DATETIMEVALUE"}
        maker = next((makers[each] for each in makers if each in parameter.kinds), "")
        if maker:
            return f"{maker}(…) makes one of a text."
        return 'Compare the text with something, as in active = "yes".'
    return "TEXT(…) makes a text of it." if Kind.TEXT in parameter.kinds else ""


def _result(function: Function, steps: Sequence[Step], at: int) -> Kind:
    kinds = [kind_of_step(step) for step in steps]
    try:
        kind = function.gives if isinstance(function.gives, Kind) else function.gives(kinds)
    except ValueError as error:
        hint = "VALUE, DATEVALUE and TEXT turn one kind into another." if Kind.TEXT in kinds else ""
        raise FormulaError(f"{function.name}: {error}", at, hint) from None
    if function.refuses is not None:
        refusal = function.refuses([_foreseen(step) for step in steps])
        if refusal is not None:
            raise FormulaError(f"{function.name}: {refusal}", at)
    return kind


def _foreseen(step: Step) -> Argument:
    """What is known of an argument before there are rows."""
    if isinstance(step, Fixed):
        return constant(step.value)
    return Argument(kind_of_step(step), constant(None).expr)
