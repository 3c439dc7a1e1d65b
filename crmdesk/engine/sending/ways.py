"""How the rows of a job travel: which engines may carry what it asks for, which one does, and at what pace."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.planning.problems import Problems
from crmdesk.model.job import Engine, ExportOptions, Pace, Speed
from crmdesk.model.matrix import engine_at
from crmdesk.model.write_options import WriteOption

GENTLE_ROWS = 20
"""Rows of a gentle call, where nobody said how many: few enough for triggers, and for locks to be short."""


def check_ways(options: ExportOptions, can: Capabilities, problems: Problems) -> None:
    """Name what the job asks for and nothing can carry."""
    engines = can.engines.get(options.action, ())
    if not engines:
        reason = can.refusals.get(options.action, f"This CRM cannot {options.action} records.")
        problems.add("export.action", reason, "Choose another action.")
        return
    if options.engine is not Engine.AUTO and options.engine not in engines:
        problems.add(
            "export.engine",
            f"This CRM cannot {options.action} by {options.engine}.",
            f"Choose one of: auto, {', '.join(engines)}.",
        )
        return
    _check_speed(options, tuple(engines), problems)
    engine = engine_of(options, can)
    barred = can.matrix.why_not(options.action, engine, options.asked) if engine is not Engine.AUTO else ()
    if barred:
        place = "export.engine" if options.engine is not Engine.AUTO else "export.speed" if options.speed else "export"
        problems.add(place, " ".join(barred), _way_out(options, can, engine))
    elif not can.matrix.ways(options.action, options.asked):
        problems.add("export", " ".join(can.matrix.reasons(options.action, options.asked)), "Leave one of them out.")


def _check_speed(options: ExportOptions, engines: tuple[Engine, ...], problems: Problems) -> None:
    """Name a speed that goes by another engine than the one that the job names; gentle is told by its own bar."""
    if options.speed in (None, Speed.GENTLE) or options.engine is Engine.AUTO:
        return
    its_own = engine_at(options.speed, engines)
    if its_own is not options.engine:
        problems.add(
            "export.speed",
            f"The speed {options.speed} goes by {NAMES[its_own]}, and the job names {NAMES[options.engine]}.",
            "Leave out speed or engine.",
        )


def _way_out(options: ExportOptions, can: Capabilities, engine: Engine) -> str:
    """What to leave out of the job, or to choose instead, when `engine` cannot carry what it asks for."""
    bars = [option for option in sorted(options.asked) if can.matrix.why_not(options.action, engine, (option,))]
    keys = ", ".join("speed" if option is WriteOption.SERIAL else option.value for option in bars)
    others = can.matrix.ways(options.action, options.asked)
    if options.engine is Engine.AUTO:
        return f"Leave out {keys} or speed." if others and options.speed else f"Leave out {keys}."
    return f'Leave out {keys}, or write engine = "{others[-1]}".' if others else f"Leave out {keys}."


def engine_of(options: ExportOptions, can: Capabilities) -> Engine:
    """The engine that the job names or that its speed or its options leave; AUTO where the connector may choose."""
    engines = tuple(can.engines.get(options.action, ()))
    if options.engine is not Engine.AUTO or not engines:
        return options.engine
    if options.speed is not None:
        return engine_at(options.speed, engines)
    ways = can.matrix.ways(options.action, options.asked)
    return ways[0] if len(ways) == 1 and len(engines) > 1 else Engine.AUTO


def why_this_way(options: ExportOptions, can: Capabilities) -> tuple[str, ...]:
    """What a person should know about the engine when the options, and not the job, have chosen it."""
    if options.engine is not Engine.AUTO or options.speed is not None:
        return ()
    engine = engine_of(options, can)
    reasons = can.matrix.reasons(options.action, options.asked)
    return (f"The rows go by {NAMES[engine]}. {' '.join(reasons)}",) if engine is not Engine.AUTO and reasons else ()


def pace_of(options: ExportOptions) -> Pace | None:
    """The pace that the job asks for; None where it leaves all to the connector."""
    return Pace(options.speed, options.rows_per_call) if options.speed is not None else None


def rows_a_call(pace: Pace) -> int:
    """How many rows a call has at a pace, 0 = as many as go."""
    return pace.rows_per_call or (GENTLE_ROWS if pace.speed is Speed.GENTLE else 0)


NAMES = {
    Engine.AUTO: "whatever suits their number",
    Engine.REST: "calls",
    Engine.BULK: "Bulk",
    Engine.SOAP: "SOAP calls",
}
"""Engines in a sentence."""
