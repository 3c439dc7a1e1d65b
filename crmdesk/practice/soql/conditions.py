"""WHERE and HAVING as one SQL condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from crmdesk.practice.soql.comparisons import comparison, membership, selection
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import Expression
from crmdesk.practice.soql.fragments import Fragment, chained, inverted
from crmdesk.practice.soql.tree import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Membership,
    Not,
    Operand,
    Selection,
    SemiJoin,
)
from crmdesk.practice.soql.values import Clock

_MAX_NESTING = 40
_MAX_SEMI_JOINS = 2


class ConditionCompiler:
    """Compiles one condition; `express` gives the SQL of an operand, `join` that of the n-th inner query."""

    def __init__(
        self,
        express: Callable[[Operand], Expression],
        join: Callable[[SemiJoin, int], Fragment],
        clock: Clock,
        at: int,
    ) -> None:
        self._express = express
        self._join = join
        self._clock = clock
        self._at = at

    def compiled(self, condition: Condition) -> Fragment:
        """Raises QueryRefused."""
        top = condition.conditions if isinstance(condition, All) else (condition,)
        joins = [each for each in top if isinstance(each, SemiJoin)]
        if len(joins) > _MAX_SEMI_JOINS:
            raise QueryRefused(
                SoqlCode.MALFORMED_QUERY,
                f"Maximum {_MAX_SEMI_JOINS} semi join sub-selects are allowed in a query",
                joins[_MAX_SEMI_JOINS].query.at,
            )
        parts = [
            self._join(each, place) if isinstance(each, SemiJoin) else self._compiled(each, negated=False, nesting=0)
            for place, each in enumerate(top)
        ]
        return parts[0] if len(parts) == 1 else chained("AND", parts, self._at)

    def _compiled(self, condition: Condition, *, negated: bool, nesting: int) -> Fragment:
        """The condition or, if negated, its opposite: NOT is pushed down to the single comparisons."""
        if nesting > _MAX_NESTING:
            raise QueryRefused(
                SoqlCode.QUERY_TOO_COMPLICATED,
                "Query is either selecting too many fields or the filter conditions are too complicated.",
                self._at,
                drawn=False,
            )
        match condition:
            case All() | AnyOf():
                word = "AND" if isinstance(condition, All) != negated else "OR"
                parts = [self._compiled(each, negated=negated, nesting=nesting + 1) for each in condition.conditions]
                return chained(word, parts, self._at)
            case Not():
                return self._compiled(condition.condition, negated=not negated, nesting=nesting + 1)
            case SemiJoin():
                raise QueryRefused(
                    SoqlCode.MALFORMED_QUERY,
                    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in "
                    "nested WHERE expressions.",
                    condition.query.at,
                )
            case Comparison() | Membership() | Selection():
                leaf = self._leaf(condition)
                return inverted(leaf) if negated else leaf
            case _:
                assert_never(condition)

    def _leaf(self, condition: Comparison | Membership | Selection) -> Fragment:
        over = self._express(condition.operand)
        match condition:
            case Comparison():
                return comparison(over, condition.operator, condition.value, self._clock)
            case Membership():
                return membership(over, condition.values, self._clock, negated=condition.negated)
            case Selection():
                return selection(over, condition.values, negated=condition.negated)
