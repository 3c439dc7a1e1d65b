"""Which fields get their old values when a run is taken back, and which can not."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.run_notes import read_notes
from crmdesk.errors import UserError
from crmdesk.model.job import Action
from crmdesk.model.run import RunRecord
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.store import Store

_UPDATING = (Action.UPDATE, Action.UPSERT)


def undo_fields(store: Store, record: RunRecord, remote: RemoteObject, names: Sequence[str]) -> tuple[Field, ...]:
    """The fields that get their old values: all that were kept, or those of `names`, as far as they can be written.

    Raises UserError where there is nothing to go back to.
    """
    ledger, options = store.runs.ledger(record.run), job_of(record.start).job.export
    may_have_updated = options is not None and options.action in _UPDATING and bool(ledger.open_sends())
    if record.start.undo_of and record.tally.updated:
        raise UserError(
            f"Run {record.run} took run {record.start.undo_of} back, and of that no values are kept.",
            hint="To have the changes of that run again, run its job again.",
        )
    if read_notes(ledger.folder).before is None and (record.tally.updated or may_have_updated):
        raise UserError(
            f"Run {record.run} kept no before-values: its updates cannot be taken back.",
            hint="They are kept unless the job says before_values = false, for as long as `crmdesk kept` tells.",
        )
    kept = _kept(store, record, remote)
    unknown = [name for name in names if name.casefold() not in {each.casefold() for each in kept}]
    if unknown:
        raise UserError(
            f"Run {record.run} did not change {', '.join(unknown)}.",
            hint=f"It changed: {', '.join(kept)}.",
        )
    if names and not record.tally.updated and not ledger.open_sends():
        raise UserError(
            f"Run {record.run} has updated no record, so no field has an old value.",
            hint="Without --fields what it created is deleted, and what it deleted is brought back.",
        )
    wanted = _wanted(kept, names)
    found = [field for name in wanted if (field := remote.field(name)) is not None]
    fields = tuple(field for field in remote.together(found) if field.is_updatable and field.name in kept)
    if record.tally.updated and not fields and (names or not record.tally.created + record.tally.deleted):
        raise UserError(
            f"{', '.join(wanted)}: gone, or not to be written any more, so no old value can be brought back.",
            hint=f"`crmdesk before {record.run}` writes the old values down.",
        )
    return fields


def told_of_lost(
    store: Store, record: RunRecord, remote: RemoteObject, fields: Sequence[Field], names: Sequence[str]
) -> tuple[str, ...]:
    """A sentence about fields that the run has changed, and that can not get their old values back."""
    if not record.tally.updated:
        return ()
    written = {line.remote.casefold() for line in job_of(record.start).job.mapping}
    there = {field.name for field in fields}
    lost = [
        name
        for name in _wanted(_kept(store, record, remote), names)
        if name.casefold() in written and name not in there
    ]
    if not lost:
        return ()
    why = "gone, or not to be written any more. The old values are in"
    return (
        f"{', '.join(lost)}: not taken back, as {'it is' if len(lost) == 1 else 'they are'} {why} `crmdesk before`.",
    )


def _kept(store: Store, record: RunRecord, remote: RemoteObject) -> list[str]:
    """The fields of which before-values are kept, without the record id."""
    notes = read_notes(store.runs.ledger(record.run).folder)
    return [name for name in notes.before or () if name != remote.id_field]


def _wanted(kept: Sequence[str], names: Sequence[str]) -> list[str]:
    """Those of `names`, as they are spelled there; all if there are none."""
    asked = {name.casefold() for name in names}
    return [name for name in kept if name.casefold() in asked] or list(kept)
