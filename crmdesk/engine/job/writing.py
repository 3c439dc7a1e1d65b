"""The parts of a job file that say how to write: [export], [guard] and [behaviour]; read, and written back."""

from __future__ import annotations

import re

from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.behaviour import Behaviour, Guard
from crmdesk.model.job import Action, Engine, ExportOptions, Operation, Speed, WhenKeyEmpty, WhenKeyTwice
from crmdesk.model.mapping import FieldMap
from crmdesk.model.write_options import Wishes

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"([0-9]{1,6})\s*([smh])")
_SPEEDS = {"": None, **{speed.value: speed for speed in Speed}}
_RULE_WORDS = ("", "none", "active")
_RULE_ID = re.compile(r"01Q[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?")
_ALL = 100
_KEYS = ", "


def read_export(table: Table | None, operation: Operation, mapping: tuple[FieldMap, ...]) -> ExportOptions:
    """How an export or a delete writes."""
    table = table if table is not None else Table({})
    is_delete = operation is Operation.DELETE
    if is_delete:
        action, key = Action.DELETE, _KEYS.join(line.remote for line in mapping)
    else:
        actions = {each.value: each for each in Action if each is not Action.DELETE}
        action, key = actions[table.choice("action", tuple(actions), "insert")], _key(table)
        if action is Action.UNDELETE and not key and len(mapping) == 1:
            key = mapping[0].remote
    rows_per_call = table.integer("rows_per_call", default=0)
    if not table.boolean("batches", default=True):
        rows_per_call = 1
    when_empty = (
        WhenKeyEmpty.REJECT if is_delete else choice_of(table, "when_key_empty", WhenKeyEmpty, WhenKeyEmpty.REJECT)
    )
    return ExportOptions(
        action=action,
        key=key,
        when_key_empty=when_empty,
        engine=choice_of(table, "engine", Engine, Engine.AUTO),
        rows_per_call=rows_per_call,
        speed=_SPEEDS[table.choice("speed", tuple(_SPEEDS), "")],
        wishes=_wishes(table, is_delete=is_delete),
        sorts_by_parent=table.boolean("sort_by_parent", default=True),
        before_values=table.boolean("before_values", default=True),
        only_changed=table.boolean("only_changed", default=False),
        when_key_twice=choice_of(table, "when_key_twice", WhenKeyTwice, WhenKeyTwice.REJECT),
    )


def _key(table: Table) -> str:
    is_several = isinstance(table.take("key"), list)
    return _KEYS.join(table.texts("key")) if is_several else table.text("key", default="")


def _key_value(key: str) -> str | list[str]:
    parts = key.split(_KEYS)
    return parts if len(parts) > 1 and all(parts) else key


def _wishes(table: Table, *, is_delete: bool) -> Wishes:
    all_or_none, skips = table.boolean("all_or_none", default=False), table.boolean("skip_custom_logic", default=False)
    if is_delete:
        is_hard = table.boolean("hard", default=False)
        return Wishes(all_or_none=all_or_none, is_hard=is_hard, skips_custom_logic=skips)
    rule = table.text("assignment_rule", default="")
    if rule not in _RULE_WORDS and not _RULE_ID.fullmatch(rule):
        table.problem(
            "assignment_rule",
            f"“{rule}” is no assignment rule.",
            'Write "active", "none", or the id of a rule (it begins with 01Q).',
        )
    allows = table.boolean("allow_duplicates", default=False)
    return Wishes(allows, rule, all_or_none, skips_custom_logic=skips)


_SWITCHES = ("all_or_none", "hard", "allow_duplicates", "only_changed", "skip_custom_logic")


def export_values(export: ExportOptions, operation: Operation) -> dict[str, object]:
    """The keys of [export] that differ from what is the case without them."""
    wishes = export.wishes
    table: dict[str, object] = {
        "engine": export.engine.value,
        "rows_per_call": export.rows_per_call,
        "speed": export.speed.value if export.speed is not None else "",
        "all_or_none": wishes.all_or_none,
        "skip_custom_logic": wishes.skips_custom_logic,
        "sort_by_parent": export.sorts_by_parent,
        "before_values": export.before_values,
        "when_key_twice": export.when_key_twice.value,
        "only_changed": export.only_changed,
    }
    if operation is Operation.DELETE:  # a delete says all else by the lines of its mapping
        table |= {"hard": wishes.is_hard}
    else:
        table |= {
            "action": export.action.value,
            "key": _key_value(export.key),
            "when_key_empty": export.when_key_empty.value,
            "allow_duplicates": wishes.allows_duplicates,
            "assignment_rule": wishes.assignment,
        }
    plain: dict[str, object] = {
        "engine": "auto",
        "rows_per_call": 0,
        "key": "",
        "when_key_empty": "reject",
        "when_key_twice": "reject",
        "speed": "",
    }
    plain |= dict.fromkeys(_SWITCHES, False)
    plain |= {"sort_by_parent": True, "before_values": True, "assignment_rule": ""}
    return {key: value for key, value in table.items() if key not in plain or value != plain[key]}


def read_guard(table: Table | None, *, is_import: bool) -> Guard:
    """What an unattended run must not exceed."""
    if table is None:
        return Guard()
    if is_import:
        table.problem("", "[guard] belongs to an export or a delete.", "Remove it.")
    return Guard(
        max_rows=_bound(table, "max_rows"),
        max_created=_bound(table, "max_created"),
        max_cleared_percent=_percent(table, "max_cleared_percent"),
        max_rejected_percent=_percent(table, "max_rejected_percent"),
    )


def guard_values(guard: Guard) -> dict[str, object]:
    """The keys of [guard]."""
    table = {
        "max_rows": guard.max_rows,
        "max_created": guard.max_created,
        "max_cleared_percent": guard.max_cleared_percent,
        "max_rejected_percent": guard.max_rejected_percent,
    }
    return {key: value for key, value in table.items() if value is not None}


def _bound(table: Table, key: str) -> int | None:
    return table.integer(key, default=0) if key in table else None


def _percent(table: Table, key: str) -> int | None:
    bound = _bound(table, key)
    if bound is not None and bound > _ALL:
        table.problem(key, f"“{key}” must be between 0 and 100.", "Write the percentage without the sign.")
    return bound


def read_behaviour(table: Table) -> Behaviour:
    """What a run does about trouble."""
    plain = Behaviour()
    return Behaviour(
        stop_after_rejects=table.integer("stop_after_rejects", default=0) or None,
        retry_after=_duration(table, "retry_after", plain.retry_after),
        retries=table.integer("retries", default=plain.retries),
        ride_out=_duration(table, "ride_out", 0) if "ride_out" in table else None,
        stop_after_same=table.integer("stop_after_same", default=plain.stop_after_same),
        processes_rejects=table.boolean("process_rejects", default=True),
        processes_errors=table.boolean("process_errors", default=True),
    )


def behaviour_values(behaviour: Behaviour) -> dict[str, object]:
    """The keys of [behaviour] that differ from what is the case without them."""
    plain, table = Behaviour(), dict[str, object]()
    if behaviour.stop_after_rejects:
        table["stop_after_rejects"] = behaviour.stop_after_rejects
    if behaviour.retry_after != plain.retry_after:
        table["retry_after"] = f"{behaviour.retry_after}s"
    if behaviour.retries != plain.retries:
        table["retries"] = behaviour.retries
    if behaviour.ride_out is not None:
        table["ride_out"] = f"{behaviour.ride_out}s"
    if behaviour.stop_after_same != plain.stop_after_same:
        table["stop_after_same"] = behaviour.stop_after_same
    switches = {"process_rejects": behaviour.processes_rejects, "process_errors": behaviour.processes_errors}
    return table | {key: value for key, value in switches.items() if not value}


def _duration(table: Table, key: str, default: int) -> int:
    """Seconds, from a text such as "90s", "5m" or "2h"."""
    if key not in table:
        return default
    text = table.text(key)
    found = _DURATION.fullmatch(text)
    if found is None:
        table.problem(key, f"“{text}” is no span of time.", 'Write seconds, minutes or hours: "90s", "5m", "2h".')
        return default
    return int(found[1]) * _SECONDS[found[2]]
