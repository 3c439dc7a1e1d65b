"""Populations: records that a file, a table, an earlier run or a person names for an import."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.named_in import named_in
from crmdesk.desk.ends.run_source import handed_on
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.jobs.pasted_ids import ID_COLUMN, ids_in
from crmdesk.engine.finding.lookup import folds
from crmdesk.engine.finding.population import Named, PopulationSource
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.engine.preparing.disk import keeping
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.job import LocalFile
from crmdesk.model.read_options import Population, Take
from crmdesk.model.run import RunRecord
from crmdesk.store import Store
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.private import open_private

_COPY = "population.arrow"


class Populations:
    """Opens the populations of imports. `pasted` is a text of ids or keys that takes the place of the job's own."""

    def __init__(self, store: Store, ends: LocalEnds, pasted: str = "") -> None:
        self._store = store
        self._ends = ends
        self._pasted = pasted

    def source(self, opened: Opened, plan: ReadPlan, folder: Path | None = None) -> PopulationSource | None:
        """The rows of a plan whose records are named; None for another plan.

        `folder` is the run's own: what was read is kept there, so that a run that goes on has the same names. Raises
        PlanError, FileFormatError.
        """
        population, key = plan.job.reading.population, plan.named_by
        if population is None or key is None:
            if self._pasted:
                raise _no_place_for_pasted()
            return None
        copy = folder / _COPY if folder is not None else None
        if copy is not None and copy.exists():
            rows = pl.read_ipc(copy)
        else:
            rows = self._read(population)
            if copy is not None:
                _keep(rows, copy)
        can = opened.connector.capabilities
        column = ID_COLUMN if self._pasted else population.column
        named = Named(rows, column if column in rows.columns else rows.columns[1], key, folds(key, can))
        return PopulationSource(opened.session, plan.query, named, can.lookup_limit)

    def _read(self, population: Population) -> pl.DataFrame:
        """ROW, the naming column, and those that travel; nothing else is kept."""
        if self._pasted:
            return pasted_rows(self._pasted, population.carry)
        wanted = tuple(dict.fromkeys((population.column, *population.carry)))
        frames, first = [], 1
        with named_in("population"):
            for frame in self._frames(population):
                _refuse_missing(frame, population)
                rows = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True).alias(ROW)
                frames.append(frame.select(rows, *(pl.col(name) for name in wanted)))
                first += frame.height
        empty = pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(wanted, pl.String)})
        return pl.concat([empty, *frames])

    def _frames(self, population: Population) -> Iterable[pl.DataFrame]:
        if population.run:
            return self._of_run(self._store.runs.get(population.run), population.take)
        if population.table is not None:
            return (batch.frame for batch in self._ends.source(population.table).batches())
        if population.path:
            return (batch.frame for batch in self._ends.source(LocalFile(population.path)).batches())
        raise UserError(
            "This job reads the records whose ids it is given.", hint="Give them with --ids FILE, or --ids - and paste."
        )

    def _of_run(self, record: RunRecord, take: Take) -> Iterator[pl.DataFrame]:
        if take is Take.OUTPUT and record.start.operation.is_reading:
            local = job_of(record.start).job.local
            yield from (batch.frame.drop(LINE, strict=False) for batch in self._ends.source(local).batches())
        else:
            yield from handed_on(self._store, record.run, take)


def pasted_rows(text: str, carry: Iterable[str] = ()) -> pl.DataFrame:
    """ROW and Id from ids or keys between blanks, commas, semicolons or line ends; `carry` columns are empty."""
    names = ids_in(text)
    columns = {ID_COLUMN: names} | {name: [""] * len(names) for name in carry if name != ID_COLUMN}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.select(pl.int_range(1, 1 + pl.len(), dtype=pl.Int64).alias(ROW), pl.all())


def _keep(rows: pl.DataFrame, place: Path) -> None:
    part = place.with_suffix(".part")
    with keeping(place), open_private(part, "wb") as file:
        rows.write_ipc(file, compression="lz4")
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)


def _refuse_missing(frame: pl.DataFrame, population: Population) -> None:
    have = [name for name in frame.columns if name not in (ROW, LINE)]
    problems = [
        Problem(
            f"population.{place}",
            f"The population has no column “{name}”.",
            f"It has {', '.join(have[:10])}{' …' if len(have) > 10 else ''}.",  # noqa: PLR2004 - as many as are read at a glance
        )
        for place, names in (("column", (population.column,)), ("carry", population.carry))
        for name in names
        if name not in have
    ]
    if problems:
        raise PlanError(tuple(problems))


def _no_place_for_pasted() -> UserError:
    return UserError(
        "This job does not read records by their ids.",
        hint='Give it a [population] with column = "Id" and pasted = true.',
        place="population",
    )
