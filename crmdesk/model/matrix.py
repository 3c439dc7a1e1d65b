"""Action × option × engine: what can be done how, and why not, as data and two questions about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from crmdesk.model.job import Action, Engine, Speed
from crmdesk.model.write_options import WriteOption


@dataclass(frozen=True, slots=True)
class Bar:
    """What an engine can not do, and the reason as a sentence. `actions` None: whatever is done."""

    engine: Engine
    option: WriteOption
    reason: str
    actions: frozenset[Action] | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """`engines` lists for each action those that carry it at all, the preferred one for many rows last."""

    engines: Mapping[Action, tuple[Engine, ...]] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()

    def why_not(self, action: Action, engine: Engine, asked: Collection[WriteOption] = ()) -> tuple[str, ...]:
        """Why `engine` cannot carry `action` with what is `asked`; empty when it can."""
        if engine not in self.engines.get(action, ()):
            return (f"Nothing can be {_DONE[action]} by {engine}.",)
        return tuple(
            bar.reason
            for bar in self.bars
            if bar.engine is engine and bar.option in asked and (bar.actions is None or action in bar.actions)
        )

    def ways(self, action: Action, asked: Collection[WriteOption] = ()) -> tuple[Engine, ...]:
        """The engines that can carry `action` with all that is `asked`, the preferred one for many rows last."""
        return tuple(engine for engine in self.engines.get(action, ()) if not self.why_not(action, engine, asked))

    def offers(self, action: Action, option: WriteOption) -> bool:
        """Whether `option` can be asked for with `action`, by one engine or another."""
        return bool(self.ways(action, (option,)))

    def reasons(self, action: Action, asked: Collection[WriteOption]) -> tuple[str, ...]:
        """Why some engines that can carry `action` are out of the question with what is `asked`."""
        told = [reason for engine in self.engines.get(action, ()) for reason in self.why_not(action, engine, asked)]
        return tuple(dict.fromkeys(told))


def engine_at(speed: Speed, engines: tuple[Engine, ...]) -> Engine:
    """Of `engines`, the preferred one for many rows last, the one for a speed."""
    return engines[-1] if speed is Speed.FAST else engines[0]


_DONE = {
    Action.INSERT: "inserted",
    Action.UPDATE: "updated",
    Action.UPSERT: "upserted",
    Action.DELETE: "deleted",
    Action.UNDELETE: "undeleted",
}
