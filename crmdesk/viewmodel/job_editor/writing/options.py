"""How a job writes, what stops it, and what it does after an error."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.model.behaviour import Behaviour, Guard
from crmdesk.model.job import Action, Engine, ExportOptions, Speed
from crmdesk.model.matrix import engine_at
from crmdesk.model.write_options import WriteOption
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.surroundings import Surroundings

_WITH_RULES = ("Lead", "Case")  # Salesforce: the objects that assignment rules are for

_GENTLE = "Calls of 20 rows, one after the other: easy on triggers and locks."
_FEW = "Calls, a few at once."
_ONE_WAY = "There is no other interface for this."
_CALLS = (Engine.REST,)
_GUARDED = {
    Action.INSERT: ("max_created", "max_cleared_percent"),
    Action.UPSERT: ("max_created", "max_cleared_percent"),
    Action.UPDATE: ("max_cleared_percent",),
}
"""The guards of what an action can do; every action can have too many rows, and too many rejects."""


class JobOptions:
    """The options of the draft; putting others in their place is one step to undo."""

    def __init__(self, draft: EditedJob, around: Surroundings) -> None:
        self._draft = draft
        self._around = around

    @property
    def export(self) -> ExportOptions:
        """How rows are written; of a reading job, what would be the case."""
        return self._draft.job.export or ExportOptions(Action.INSERT)

    @property
    def guard(self) -> Guard:
        return self._draft.job.guard

    @property
    def behaviour(self) -> Behaviour:
        return self._draft.job.behaviour

    def put_export(self, export: ExportOptions) -> None:
        self._draft.change(replace(self._draft.job, export=export))

    def put_guard(self, guard: Guard) -> None:
        self._draft.change(replace(self._draft.job, guard=guard))

    def put_behaviour(self, behaviour: Behaviour) -> None:
        self._draft.change(replace(self._draft.job, behaviour=behaviour))

    def offers(self, option: WriteOption) -> bool:
        """Whether the CRM can be asked for it, as far as that is known; what is asked for can be taken back anyhow."""
        kind, export = self._around.kind, self.export
        return option in export.asked or (kind is not None and kind.matrix.offers(export.action, option))

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The interfaces among which a person may choose; none where the CRM has but one for the action."""
        kind = self._around.kind
        found = kind.matrix.engines.get(self.export.action, ()) if kind is not None else (Engine.REST, Engine.BULK)
        return found if len(found) > 1 else ()

    @property
    def speeds(self) -> tuple[Speed, ...]:
        """The speeds that differ from each other: with one interface alone there is nothing faster than usual."""
        export = self.export
        wanted = (Speed.FAST, Speed.NORMAL, Speed.GENTLE) if self.engines else (Speed.GENTLE,)
        return tuple(speed for speed in Speed if speed in wanted or speed is export.speed)

    def why_no_speed(self, speed: Speed) -> str:
        """Why a speed is out of the question with what the job asks for; "" when it is not."""
        return self.why_no_engine(engine_at(speed, self.engines)) if self.engines else ""

    def why_no_engine(self, engine: Engine) -> str:
        """Why an interface is out of the question with what the job asks for; "" when it is not."""
        kind, export = self._around.kind, self.export
        if kind is None or engine is Engine.AUTO:
            return ""
        asked = export.asked - {WriteOption.SERIAL}  # a speed goes when another is chosen
        return " ".join(kind.matrix.why_not(export.action, engine, asked))

    @property
    def has_calls(self) -> bool:
        """Whether rows may go by calls, as speed, interface and options leave it."""
        export = self.export
        if export.speed is Speed.FAST or export.engine is Engine.BULK:
            return not self.engines
        return any(engine is not Engine.BULK and not self.why_no_engine(engine) for engine in self.engines or _CALLS)

    @property
    def speed_words(self) -> str:
        """What the speed means, in a sentence or two, and why there is no other interface."""
        speed = self.export.speed
        if not self.engines:
            return f"{_GENTLE if speed is Speed.GENTLE else _FEW} {_ONE_WAY}"
        barred = [why_not for engine in self.engines if (why_not := self.why_no_engine(engine))]
        if speed is None and barred:
            return " ".join((speed_hint(Speed.NORMAL if self.has_calls else Speed.FAST), *barred))
        return speed_hint(speed)

    @property
    def guards(self) -> frozenset[str]:
        """The guards that mean something for the action, by their names in Guard; and those that are set."""
        found = {"max_rows", "max_rejected_percent", *_GUARDED.get(self.export.action, ())}
        return frozenset(
            name for name in self.guard.__slots__ if name in found or getattr(self.guard, name) is not None
        )

    @property
    def has_assignment_rules(self) -> bool:
        """Whether the CRM may give new records of the object to somebody by a rule, or is asked to."""
        rule, export = WriteOption.ASSIGNMENT_RULE, self.export
        is_usual = self._draft.job.object in _WITH_RULES and export.action is not Action.DELETE
        return rule in export.asked or (is_usual and self.offers(rule))

    @property
    def changed_count(self) -> int:
        """How many options are another than usual, and how many texts the job has for its formulas."""
        export, plain = self.export, ExportOptions(self.export.action, self.export.key)
        pairs = (
            (export.speed, plain.speed),
            (export.engine, plain.engine),
            (export.rows_per_call, plain.rows_per_call),
            (export.wishes.allows_duplicates, plain.wishes.allows_duplicates),
            (export.wishes.assignment, plain.wishes.assignment),
            (export.wishes.all_or_none, plain.wishes.all_or_none),
            (export.wishes.is_hard, plain.wishes.is_hard),
            (export.wishes.skips_custom_logic, plain.wishes.skips_custom_logic),
            (export.sorts_by_parent, plain.sorts_by_parent),
            (export.before_values, plain.before_values),
            (export.when_key_empty, plain.when_key_empty),
            (export.when_key_twice, plain.when_key_twice),
            (export.only_changed, plain.only_changed),
        )
        of_export = sum(is_now != usual for is_now, usual in pairs)
        beside = _differences(self.guard, Guard()) + _differences(self.behaviour, Behaviour())
        return of_export + beside + len(self._draft.job.variables)


def speed_hint(speed: Speed | None) -> str:
    """What a speed means, in a sentence."""
    match speed:
        case None:
            return "By the number of rows: a few by calls, many as whole jobs."
        case Speed.FAST:
            return "Whole jobs by Bulk: the fewest calls."
        case Speed.NORMAL:
            return "Calls of up to 200 rows, a few at once."
        case Speed.GENTLE:
            return _GENTLE


def _differences(now: Guard | Behaviour, usual: Guard | Behaviour) -> int:
    return sum(getattr(now, name) != getattr(usual, name) for name in now.__slots__)
