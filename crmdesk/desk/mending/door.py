"""Mending: what can be seen of rejects and done about them, for one profile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.ends.tables import reject_frames, write_csv
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.mending import path, retrying
from crmdesk.desk.mending.beside import beside
from crmdesk.desk.mending.choices import choices_of
from crmdesk.desk.mending.given_back import GivenBack
from crmdesk.desk.mending.groups import CauseGroup, group_numbered, groups_of, rejects_in
from crmdesk.desk.mending.path import PathStep
from crmdesk.desk.mending.remedies.carrying_out import Case, Remedied, remedied
from crmdesk.desk.mending.remedies.request import request_text
from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.mending.rewriting import rule_kept
from crmdesk.desk.mending.when_mangled import WhenMangled
from crmdesk.desk.mending.workbook import handover_of
from crmdesk.desk.runs.own_source import refuse_own_source
from crmdesk.desk.window.answers import Beside
from crmdesk.engine.preparing.columns import REJECT_COLUMNS
from crmdesk.errors import CrmDeskError, RemoteError, SignInError, UserError
from crmdesk.model.error_book.card import TITLES, Remedy
from crmdesk.model.reject import Reject, RejectState
from crmdesk.model.schema import RemoteObject
from crmdesk.store import Store


class Mending:
    """The rejects of a profile's runs. Every method raises StoreError, and UserError for a run that does not exist."""

    def __init__(self, accounts: Accounts, store: Store) -> None:
        self._accounts = accounts
        self._store = store

    def groups(self, run: str) -> Sequence[CauseGroup]:
        """The causes of a run's rejects with their cards, the largest first."""
        self._store.runs.get(run)
        return groups_of(self._store, run)

    def rejects(self, run: str, cause: int = 0, states: Collection[RejectState] = ()) -> Iterator[Reject]:
        """The rejects of a run by row; those of the cause with that number, those in `states`."""
        self._store.runs.get(run)
        group = group_numbered(self._store, run, cause) if cause else None
        return rejects_in(self._store.rejects, run, group, states)

    def beside(self, run: str, row: int) -> Beside:
        """A reject beside the record that the CRM holds now; raises UserError for none, RemoteError, SignInError."""
        self._store.runs.get(run)
        found = self._store.rejects.of_rows(run, [row])
        if not found:
            raise UserError(f"Row {row} of run {run} is no reject.", hint=f"`crmdesk rejects {run}` lists them.")
        return beside(self._accounts, self._store, found[0])

    def path(self, run: str, row: int) -> Sequence[PathStep]:
        """What became of a row in every run that took it up."""
        return path.path_of(self._store, run, row)

    def set_aside(self, run: str, rows: Sequence[int], reason: str) -> int:
        """Take open rejects out of what waits to be corrected; returns how many were; UserError without a reason."""
        if not reason.strip():
            raise UserError("Nothing says why these rows are set aside.", hint='Give a reason: --reason "…".')
        return self._store.rejects.set_aside(run, rows, reason.strip())

    def take_back(self, run: str, rows: Sequence[int]) -> int:
        """Open rejects again that were set aside; returns how many were."""
        return self._store.rejects.take_back(run, rows)

    def write_rejects(self, run: str, place: Path, *, is_disarmed: bool, cause: int = 0) -> int:
        """Write the rejects to a CSV file to be corrected, with `cause` only that one's; gives the number of rows."""
        refuse_own_source(self._store.runs.get(run), place)
        return write_csv(place, reject_frames(self.rejects(run, cause), is_disarmed=is_disarmed), REJECT_COLUMNS)

    def write_workbook(self, run: str, place: Path, cause: int = 0, words: Sequence[str] = ()) -> tuple[int, str]:
        """Write the open rejects to a workbook; gives their number, and why it has no lists to pick from, or ""."""
        record = self._store.runs.get(run)
        refuse_own_source(record, place)
        job = job_of(record.start).job
        groups = [group for group in self.groups(run) if not cause or group.number == cause]
        remote, why = self._described(record.start.account, job.object)
        handover = handover_of(record, job, groups, self._store.rejects, remote, words)
        if not handover.sheets:
            raise UserError(f"Run {run} has no open reject to hand over.", hint=f"`crmdesk show {run}` tells more.")
        from crmdesk.engine.workbook.write import write_workbook

        return write_workbook(handover, place), why

    def look_at(self, run: str, file: Path, when: WhenMangled = WhenMangled.ORIGINAL) -> GivenBack:
        """What a corrected file would change; changes nothing."""
        rejects = retrying.open_rejects(self._store, run, retrying.Choice())
        return retrying.read_back(self._store, run, file, rejects, when)

    def take_in(self, run: str, file: Path, when: WhenMangled) -> GivenBack:
        """Keep what a corrected file changes until it is sent, and set aside what it sets aside; sends nothing."""
        rejects = retrying.open_rejects(self._store, run, retrying.Choice())
        found = retrying.read_back(self._store, run, file, rejects, when)
        values: dict[int, dict[str, str | None]] = {}
        for change in found.changes:
            if not change.why:
                values.setdefault(change.row, {})[change.column] = change.corrected
        self._store.corrections.set(run, values)
        retrying.set_aside(self._store, run, rejects, found.corrections.set_aside)
        return found

    def remedy(self, run: str, cause: int, remedy: Remedy, wish: Wish, rows: Collection[int] = ()) -> Remedied:
        """Carry out a remedy for the open rejects of a cause, or those of `rows`; sends nothing. Raises RemoteError."""
        done, _ = self.proposed(run, cause, remedy, wish, rows)
        self._keep(run, done)
        return done

    def proposed(
        self, run: str, cause: int, remedy: Remedy, wish: Wish, rows: Collection[int] = ()
    ) -> tuple[Remedied, tuple[str, ...]]:
        """What a remedy would do, and the values that the field takes as far as they are known; changes nothing."""
        group = group_numbered(self._store, run, cause)
        if remedy not in group.remedies:
            offered = ", ".join(f"{each.value} {TITLES[each]}" for each in group.remedies)
            raise UserError(f"“{TITLES[remedy]}” does not help here.", hint=f"What does: {offered}.")
        found = rejects_in(self._store.rejects, run, group, (RejectState.OPEN,))
        rejects = [reject for reject in found if not rows or reject.row in rows]
        if not rejects:
            raise UserError(
                f"Cause {cause} of run {run} has no open reject.", hint=f"`crmdesk rejects {run} --causes` counts them."
            )
        record = self._store.runs.get(run)
        job = job_of(record.start).job
        with self._accounts.open(record.start.account) as opened:
            remote, choices = opened.describe(job.object), choices_of(job, group, opened)
        done = remedied(remedy, Case(group, rejects, self._store.corrections.of(run), job, remote, choices), wish)
        if remedy is Remedy.ASK_FOR_IT:
            label = self._accounts.get(record.start.account).label
            done = replace(done, text=request_text(group, remote.label, label, done.proposals), proposals=())
        return done, choices

    def make_rule(self, run: str, done: Remedied, file: Path | None) -> str:
        """Write what a remedy did into the job, from now on; gives where that stands."""
        if done.rule is None:
            raise UserError("Nothing of this can be made a rule of the job.", hint="Leave --from-now-on out.")
        return rule_kept(self._store, self._store.runs.get(run).start.job, file, done.rule)

    def _keep(self, run: str, done: Remedied) -> None:
        self._store.corrections.set(run, done.changes)
        for reasons, decide in (
            (done.set_aside, self._store.rejects.set_aside),
            (done.waiting, self._store.rejects.let_wait),
        ):
            for reason in sorted(set(reasons.values())):
                decide(run, [row for row, why in reasons.items() if why == reason], reason)

    def _described(self, account: str, name: str) -> tuple[RemoteObject | None, str]:
        """The object as the CRM describes it; without a connection None, and why."""
        try:
            with self._accounts.open(account) as opened:
                return opened.describe(name), ""
        except (RemoteError, SignInError) as error:
            return None, _without_lists(error)


def _without_lists(error: CrmDeskError) -> str:
    return f"The workbook has no lists to pick from, because the CRM did not answer: {error.message}"
