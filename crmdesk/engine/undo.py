"""Taking a run back: records that nobody has touched since get their old values, new ones go, deleted ones return."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from crmdesk.connectors.contract import Capabilities, Packing, Prepared, Road, Session, WriteRequest
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.before import before_frames
from crmdesk.engine.finding.records import Wanted, records
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.rejects import reject_frame
from crmdesk.engine.preparing.source_copy import write_block
from crmdesk.engine.run_notes import read_notes
from crmdesk.engine.sending.packers import Packers, Parts
from crmdesk.engine.sending.requests import request_for
from crmdesk.engine.written import Written
from crmdesk.model.behaviour import Guard
from crmdesk.model.job import Action, Engine, ExportOptions, Job
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import Stage
from crmdesk.model.run import Phase, Progress, RowOutcome, Tally
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.batch import LINE, PROBLEM_SCHEMA, ROW
from crmdesk.tabular.convert import WriteLine, WritePlan, reading

CHANGED_SINCE = "CHANGED_SINCE"
"""The code of a reject: somebody has changed the record after the run, so it is left as it is."""

NOT_KEPT = "NOT_KEPT"
"""The code of a reject: nobody knows what the record held before, so it is left as it is."""

WAS = "_was"
"""The column that tells what the run did with the record."""

_AT_ONCE = 10_000  # rows looked at in one go
_SECOND = timedelta(seconds=1)
_HOW = {
    RowOutcome.UPDATED.value: Action.UPDATE,
    RowOutcome.CREATED.value: Action.DELETE,
    RowOutcome.DELETED.value: Action.UNDELETE,
}

Outcomes = Callable[[], Iterator[pl.DataFrame]]
"""Frames of ROW, outcome and id of the run that is taken back, in row order."""


def undo_plan(job: Job, remote: RemoteObject, fields: Sequence[Field], can: Capabilities) -> WritingPlan:
    """The plan of taking back a run of `job`; `fields` get their old values."""
    record_id = remote.field(remote.id_field)
    if record_id is None:
        raise TypeError(remote)
    options = ExportOptions(Action.UPDATE, record_id.name, before_values=False, sorts_by_parent=False)
    lines = tuple(WriteLine(FieldMap(each.name, Column(each.name)), each) for each in (record_id, *fields))
    convert = WritePlan(
        lines=lines,
        reading=reading(job.local),
        action=Action.UPDATE,
        key=record_id,
        when_key_empty=options.when_key_empty,
        code=can.code,
        clear_word=can.clear_word,
    )
    own = replace(job, export=options, guard=Guard())
    return WritingPlan(own, remote, options, convert, record_id, is_key_looked_up=False)


@dataclass(frozen=True, slots=True)
class TakingBack:
    """Prepares the list of what is sent to take a run back. `taken` is its ledger; `user` is who is signed in.

    `actions` are those that are carried out. `written` is what the run wrote, None where nobody can tell.
    """

    plan: WritingPlan
    session: Session
    can: Capabilities
    ledger: Ledger
    taken: Ledger
    outcomes: Outcomes
    user: str
    actions: frozenset[Action]
    written: Written | None
    token: CancelToken

    def prepare(self, packing_of: Callable[[WriteRequest], tuple[Packing, str]]) -> Iterator[Progress]:
        """Look at each record as it is now, and list what is to be sent; yields progress."""
        self.ledger.begin_prepare()
        answered = self.taken.answered()
        packing, engine = packing_of(self._request(Action.UPDATE))

        def packing_on(action: Action | None) -> tuple[Packing, Road | None]:
            if action is None:
                return packing, None
            apart, name = packing_of(self._request(action))
            return apart, Road(action, Engine(name))

        packers, sends = Packers(self.ledger.folder, packing_on, self._by_action, 0), list[Prepared]()
        rows = rejected = 0
        for number, (frame, not_kept) in enumerate(self._rows(), 1):
            self.token.check()
            name = write_block(self.ledger.folder, number, _as_source(frame))
            self.ledger.add_source_block(int(frame[ROW][0]), frame.height, name)
            problems = pl.concat([self._problems(frame, answered), _not_kept(not_kept)])
            if not problems.is_empty():
                self.ledger.add_rejects(Stage.CONVERT, reject_frame(problems, _as_source(frame)))
            sends += packers.add(frame.filter(~pl.col(ROW).is_in(problems[ROW].implode())))
            rows, rejected = rows + frame.height, rejected + problems[ROW].n_unique()
            tally = Tally(read=rows, rejected=rejected, pending=rows - rejected)
            yield Progress(Phase.PREPARING, rows, None, tally, self.session.api_calls, self.session.calls_left)
        sends += packers.close()
        self.ledger.add_sends(sends)
        self.ledger.end_prepare(engine)

    def left_alone(self, rows: pl.Series) -> pl.DataFrame:
        """Those of `rows` whose records are not as the run has left them (PROBLEM_SCHEMA), as they are now."""
        answered, found = self.taken.answered(), [pl.DataFrame(schema=PROBLEM_SCHEMA)]
        for frame, _ in self._rows():
            self.token.check()
            some = frame.filter(pl.col(ROW).is_in(rows.implode()))
            if not some.is_empty():
                found.append(self._problems(some, answered))
        return pl.concat(found)

    def _request(self, action: Action) -> WriteRequest:
        """What is asked for, with as many rows as the run that is taken back has of the kind."""
        tally = self.taken.tally()
        rows = {Action.UPDATE: tally.updated, Action.DELETE: tally.created, Action.UNDELETE: tally.deleted}
        return request_for(self.plan, action, rows[action])

    def _rows(self) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
        """ROW, `_was`, the record id and the old values ("" for none) of the rows that can be taken back.

        With them the rows of records that were updated, and of which nothing was kept: one that somebody else created
        after the before-values were looked up.
        """
        record_id = self.plan.object.id_field
        names = [field.name for field in self.plan.fields if field.name != record_id]
        wanted = [was for was, action in _HOW.items() if action in self.actions]
        for found in self.outcomes():
            rows = found.filter(pl.col("outcome").is_in(wanted) & pl.col("id").is_not_null())
            for some in rows.iter_slices(_AT_ONCE):
                ids = some.select(ROW, pl.col("outcome").alias(WAS), pl.col("id").alias(record_id))
                old = self._old_values(ids[record_id], names)
                # What was there before the run was changed by it, whatever was made of a lost answer.
                is_known = pl.col(record_id).is_in(old[record_id].implode()) & (pl.col(WAS) == RowOutcome.CREATED.value)
                was = pl.when(is_known).then(pl.lit(RowOutcome.UPDATED.value)).otherwise(WAS).alias(WAS)
                joined = ids.with_columns(was).join(old, on=record_id, how="left", maintain_order="left")
                is_kept = pl.col(record_id).is_in(old[record_id].implode())
                lost = joined.filter((pl.col(WAS) == RowOutcome.UPDATED.value) & ~is_kept & pl.lit(bool(names)))
                yield joined.with_columns(pl.col(name).fill_null("") for name in names), lost[ROW]

    def _old_values(self, ids: pl.Series, names: list[str]) -> pl.DataFrame:
        record_id = self.plan.object.id_field
        schema = dict.fromkeys((record_id, *names), pl.String())
        frames = [
            frame.select(record_id, *names).filter(pl.col(record_id).is_in(ids.implode()))
            for frame in before_frames(self.taken.folder)
            if names
        ]
        return pl.concat([pl.DataFrame(schema=schema), *frames]).unique(record_id)

    def _by_action(self, frame: pl.DataFrame) -> Parts:
        """Old values go the road of the run; what was created is deleted, what was deleted is brought back."""
        return {
            None if action is Action.UPDATE else action: frame.filter(pl.col(WAS) == was)
            for was, action in _HOW.items()
        }

    def _problems(self, frame: pl.DataFrame, answered: pl.DataFrame) -> pl.DataFrame:
        """A problem for each record that is not as the run has left it; `answered` as Ledger.answered gives it."""
        record_id, audit = self.plan.object.id_field, self.can.audit
        there = frame.filter(pl.col(WAS) != RowOutcome.DELETED.value)
        names = tuple(dict.fromkeys((record_id, *audit, *(self.written.fields if self.written is not None else ()))))
        found = [
            pl.DataFrame(schema=dict.fromkeys(names, pl.String())),
            *records(self._wanted(there[record_id], names), self.session, self.can, self.token),
        ]
        now = pl.concat(found).unique(record_id)
        joined = there.select(ROW, record_id).join(now, on=record_id, how="left", maintain_order="left")
        notes = read_notes(self.taken.folder)
        until, halted = datetime.fromisoformat(notes.until), datetime.fromisoformat(notes.halted or notes.until)
        told = {
            row: why for row, at, who in joined.select(ROW, *audit).iter_rows() if (why := self._why(at, who, until))
        }
        unseen = joined.filter(~pl.col(ROW).is_in(list(told))).join(answered, on=ROW, how="left", maintain_order="left")
        told |= self._changed_unseen(unseen, halted)
        lines = [(row, "", CHANGED_SINCE, why) for row, why in sorted(told.items())]
        return pl.DataFrame(lines, schema=PROBLEM_SCHEMA, orient="row")

    def _wanted(self, ids: pl.Series, names: tuple[str, ...]) -> Wanted:
        key = self.plan.key
        if key is None:
            raise TypeError(self.plan)
        return Wanted(self.plan.object, key, lambda: (ids,), names)

    def _why(self, at: str | None, who: str | None, until: datetime) -> str:
        """Why a record that was changed at `at` by `who` is left alone, "" when it is as the run has left it."""
        if at is None:
            return "The record is not there any more."
        if (who or "").casefold() != self.user.casefold():
            return f"{who or 'Somebody'} has changed this record since, at {at}."
        is_later = datetime.fromisoformat(at) > until + _SECOND
        return f"This record was changed after the run, at {at}." if is_later else ""

    def _changed_unseen(self, joined: pl.DataFrame, halted: datetime) -> dict[int, str]:
        """Records that the same user has changed after they were written: while the run went on, or lay still.

        Theirs are stamps from the second on in which the answer was there (`at`; where nobody knows it, in which the
        run halted). These may be the run's own all the same. What the records hold tells.
        """
        if self.written is None or joined.is_empty():
            return {}
        late = joined.filter(
            pl.Series(
                [_is_late(stamp, at, halted) for stamp, at in joined.select(self.can.audit[0], "at").iter_rows()],
                dtype=pl.Boolean(),
            )
        )
        others = self.written.others(late.select(ROW, *self.written.fields))
        return {row: f"{name} of this record is not what the run has written." for row, name in others.items()}


def _not_kept(rows: pl.Series) -> pl.DataFrame:
    why = "What this record held before is not known: it was not there yet when that was looked up."
    return pl.DataFrame([(row, "", NOT_KEPT, why) for row in rows], schema=PROBLEM_SCHEMA, orient="row")


def _is_late(stamp: str, answered: str | None, halted: datetime) -> bool:
    """Whether a record was changed in or behind the second in which it is known to have been written."""
    floor = datetime.fromisoformat(answered) if answered else halted
    return datetime.fromisoformat(stamp) >= floor.replace(microsecond=0)


def _as_source(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows as a source block has them."""
    return frame.select(ROW, pl.col(ROW).alias(LINE), pl.exclude(ROW))
