"""Somebody else who works in the org: edits existing records at the rate that the weather asks for."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count

from crmdesk.practice.drafts import Action, Draft
from crmdesk.practice.ids import new_id
from crmdesk.practice.org import Org
from crmdesk.practice.records import Saving
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, quoted
from crmdesk.practice.weather_kinds import SecondUser
from crmdesk.practice.weather_rules import Rule

USER_ID = new_id("005", 2)
_FREE_TEXT = (FieldType.STRING, FieldType.TEXTAREA, FieldType.LONGTEXTAREA)


def require_sense(schema: Schema, rules: Iterable[Rule]) -> None:
    """Raises ValueError for a rule whose second user has nothing to edit."""
    for rule in rules:
        if isinstance(rule.do, SecondUser) and _target(schema, rule, rule.do) is None:
            raise ValueError("a second user needs `when.object`, an object that can be updated, and a text field of it")


@contextmanager
def second_user_at_work(org: Org) -> Iterator[None]:
    """The second user works, as far as there is weather for it, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(org, stop), name="second user", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        org.weather.changed.set()
        thread.join()


def _work(org: Org, stop: threading.Event) -> None:
    chance, numbers = random.Random(f"{org.seed} second user"), count(1)
    due: dict[int, float] = {}
    while not stop.is_set():
        rules = org.weather.second_users()
        due = {id(rule): due.get(id(rule), time.monotonic()) for rule, _ in rules}
        for rule, do in rules:
            if due[id(rule)] > time.monotonic():
                continue
            due[id(rule)] += 1 / do.per_second
            target = _target(org.schema, rule, do)
            if target is not None and org.weather.takes(rule):
                _edit(org, *target, f"Edited meanwhile {next(numbers)}", chance)
        org.weather.changed.wait(max(0.0, min(due.values()) - time.monotonic()) if due else None)
        org.weather.changed.clear()


def _target(schema: Schema, rule: Rule, do: SecondUser) -> tuple[PracticeObject, PracticeField] | None:
    what = schema.object(rule.when.object or "")
    if what is None or not what.updateable:
        return None
    wanted = [each for each in what.fields if _is_editable(each) and do.field in (None, each.name)]
    return (what, wanted[0]) if wanted else None


def _is_editable(field: PracticeField) -> bool:
    return field.type in _FREE_TEXT and field.updateable and field.nillable and not (field.unique or field.is_key)


def _edit(org: Org, what: PracticeObject, field: PracticeField, text: str, chance: random.Random) -> None:
    table = quoted(what.name)
    with org.store.writing() as connection:
        (last,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()
        found = connection.execute(
            f"SELECT Id FROM {table} WHERE rowid >= ? AND IsDeleted = 0 ORDER BY rowid LIMIT 1",
            (chance.randint(1, last or 1),),
        ).fetchone()
        if found is not None:
            saving = Saving(org.rules(what, USER_ID), Action.UPDATE, USER_ID, org.numbering, _nothing_in_the_way)
            draft = Draft({field.name: text[: field.length]}, found[0])
            saving.save(connection, [draft], org.clock.stamp())


def _nothing_in_the_way(what: PracticeObject, action: Action, drafts: list[Draft]) -> None:
    """The second user is not struck by the weather that is meant for others."""
