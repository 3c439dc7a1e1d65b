"""What preparing an export costs beside other ways to the same bytes: CPU for the same dirty rows, and memory.

Run it with the Python of the virtual environment; see bench/README.md.
"""

# ruff: noqa: T201 - a benchmark prints its figures

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from preparing_reference import FIELDS, LISTS, REQUIRED, ZONE, prepare_plainly
from simple_salesforce.bulk2 import _convert_dict_to_csv, _split_csv

from crmdesk.connectors.contract import Packing, WriteRequest
from crmdesk.connectors.salesforce.bulk import packing
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.planning.writing import plan_write
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.prepare import prepare
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import Stage
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.tabular.files.csv import open_csv

PIECE = 200_000
BAD = 50
"""One cell in so many is bad, in each of the twelve columns that have a rule."""


# --- the file --------------------------------------------------------------------------------------------------------


def write_source(place: Path, rows: int) -> None:
    """A file of fifteen columns, about 350 bytes a row: one in six spans lines, one in five has something wrong."""
    with place.open("wb") as file:
        for first in range(0, rows, PIECE):
            frame = _piece(first, min(PIECE, rows - first))
            frame.write_csv(file, include_header=first == 0)


def _piece(first: int, rows: int) -> pl.DataFrame:
    n = pl.int_range(first, first + rows, dtype=pl.Int64, eager=True).alias("n").to_frame()
    row = pl.col("n")

    def number(salt: int, below: int) -> pl.Expr:
        return (row + salt * 1_000_003).hash(salt).mod(below).cast(pl.Int64)

    def one_of(salt: int, *texts: str) -> pl.Expr:
        return number(salt, len(texts)).replace_strict(list(range(len(texts))), list(texts), return_dtype=pl.String)

    def padded(value: pl.Expr, width: int = 2) -> pl.Expr:
        return value.cast(pl.String).str.zfill(width)

    def spoilt(salt: int, good: pl.Expr, bad: str) -> pl.Expr:
        return pl.when(number(salt + 100, BAD) == 0).then(pl.lit(bad)).otherwise(good)

    day = pl.format("{}-{}-{}", number(1, 60) + 1950, padded(number(2, 12) + 1), padded(number(3, 28) + 1))
    german = pl.format("{}.{}.{}", padded(number(3, 28) + 1), padded(number(2, 12) + 1), number(1, 60) + 1950)
    clock = pl.format("{}:{}:{}", padded(number(4, 24)), padded(number(5, 60)), padded(number(6, 60)))
    recent = pl.format("{}-{}-{}", number(7, 20) + 2004, padded(number(8, 12) + 1), padded(number(9, 28) + 1))
    offset = one_of(10, "Z", "+02:00", "-05:30", "+00:00")
    line = pl.format("{} Example Street", number(11, 900))
    return n.select(
        spoilt(1, pl.format("M-{}", padded(row, 9)), "").alias("Key"),
        one_of(12, "Åsa", "Jon", "Marie-Claire", "Łukasz", "李", "Ana").alias("First"),
        spoilt(2, pl.format("Öster {}", number(13, 9973)), "x" * 90).alias("Last"),
        spoilt(3, pl.format("person{}@mail{}.example", row, number(14, 50)), "no address").alias("Email"),
        spoilt(4, pl.format("0017x00000{}AAA", padded(number(15, 90_000), 5)), "001-not-an-id").alias("Parent"),
        spoilt(5, one_of(16, *LISTS["Segment__c"]), "Mid market").alias("Segment"),
        spoilt(6, one_of(17, *LISTS["Country__c"]), "Atlantis").alias("Country"),
        spoilt(7, pl.format("{}.{}", number(18, 1_000_000), padded(number(19, 100))), "12,5x").alias("Amount"),
        spoilt(8, number(20, 5000).cast(pl.String), "many").alias("Employees"),
        spoilt(9, one_of(21, "true", "false", "FALSE", "yes", "0"), "perhaps").alias("Active"),
        spoilt(10, pl.when(number(22, 2) == 0).then(day).otherwise(german), "31.31.2020").alias("Birth"),
        spoilt(11, pl.format("{}T{}{}", recent, clock, offset), "yesterday").alias("Seen"),
        spoilt(12, pl.format("{} {}", recent, clock), "2024-02-31 10:00:00").alias("Met"),
        pl.when(number(23, 6) == 0).then(pl.format("{}\nBack yard, left", line)).otherwise(line).alias("Street"),
        pl.concat_str(
            pl.format("Remarks about number {}, {}. ", row, number(24, 99)), pl.lit("more words, and more " * 4)
        ).alias("Notes"),
    )


# --- our way ---------------------------------------------------------------------------------------------------------


def _field(name: str, kind: FieldType, **marks: object) -> Field:
    return Field(name, name, kind, **marks)  # type: ignore[arg-type]  # the marks are what Field takes


def contact() -> RemoteObject:
    """The object that the rows go to."""
    texts = {"FirstName": 40, "LastName": 80, "Street__c": 255, "Notes__c": 1000}
    times = {"Birthdate": FieldType.DATE, "Seen__c": FieldType.DATETIME, "Met__c": FieldType.DATETIME}
    fields = [
        _field("Id", FieldType.ID, length=18, is_key=True),
        _field("Legacy_Id__c", FieldType.TEXT, length=40, is_unique=True, is_external_id=True, is_key=True),
        *(
            _field(name, FieldType.TEXT, length=length, is_nillable=name != "LastName")
            for name, length in texts.items()
        ),
        _field("Email", FieldType.EMAIL, length=80),
        _field("Parent__c", FieldType.REFERENCE, length=18),
        *(
            _field(name, FieldType.PICKLIST, length=255, values=values, is_restricted=True)
            for name, values in LISTS.items()
        ),
        _field("Amount__c", FieldType.DECIMAL, precision=18, scale=2),
        _field("Employees__c", FieldType.INTEGER, precision=9),
        _field("Active__c", FieldType.BOOLEAN),
        *(_field(name, kind, earliest="1700-01-01", latest="4000-12-31") for name, kind in times.items()),
    ]
    return RemoteObject("Contact", "Contact", "Contacts", "Id", tuple(fields))


def plan_of(source: Path) -> WritingPlan:
    """An upsert of all fifteen columns by the external id."""
    local = LocalFile(str(source), date_format="%d.%m.%Y", time_zone=ZONE)
    mapping = tuple(FieldMap(remote, Column(column)) for column, remote in FIELDS.items())
    export = ExportOptions(Action.UPSERT, REQUIRED)
    job = Job("bench", "practice", "Contact", Operation.EXPORT, local, mapping, export=export)
    return plan_write(job, contact(), tuple(FIELDS), SalesforceConnector.capabilities, lambda _: contact())


@dataclass(slots=True)
class CountingLedger:
    """What preparing wrote down, without a database."""

    folder: Path
    rejects: list[pl.DataFrame] = field(default_factory=list)
    sends: list[Prepared] = field(default_factory=list)
    keeps: bool = True

    def begin_prepare(self) -> None:
        """Nothing was prepared before."""

    def forget_packed(self) -> None:
        """Keep nothing."""
        self.rejects.clear()
        self.sends.clear()

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """Stands in the folder."""

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """Keep them."""
        if self.keeps:
            self.rejects.append(rejects)

    def add_outcomes(self, outcomes: pl.DataFrame) -> None:
        """All rows are sent here."""

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """Nobody looks at rejects here."""

    def add_sends(self, sends: list[Prepared]) -> None:
        """Keep them."""
        if self.keeps:
            self.sends += sends

    def end_prepare(self, engine: str) -> None:
        """All is there."""


def prepare_our_way(source: Path, folder: Path, *, keeps: bool = True) -> CountingLedger:
    """The whole prepare stage: read, copy, key hashes, convert, validate, send files, rejects."""
    plan, ledger = plan_of(source), CountingLedger(folder, keeps=keeps)
    can = SalesforceConnector.capabilities
    session: Any = NoSession()
    work = Preparation(plan, open_csv(plan.job.local), session, can, lambda _: contact(), ledger, CancelToken())

    def packing_of(request: WriteRequest) -> tuple[Packing, str]:
        return packing(request), "bulk"

    for _ in prepare(work, packing_of):
        pass
    return ledger


@dataclass(frozen=True, slots=True)
class NoSession:
    """A session that nobody asks."""

    api_calls: int = 0


# --- measuring -------------------------------------------------------------------------------------------------------


def cpu(what: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def list_of_dicts(source: Path) -> object:
    """What simple-salesforce does with rows before it sends them: no conversion, no check."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    text = _convert_dict_to_csv(rows)
    return [len(part) for _, part in _split_csv(records=text, max_records=150_000)] if text else []


def same(source: Path, folder: Path) -> None:
    """Refuse to go on unless both ways agree on every cell and every reject."""
    ours = prepare_our_way(source, folder)
    good: list[list[str]] = []
    for send in ours.sends:
        body = send.body.read().decode()
        good += list(csv.reader(body.splitlines(keepends=True)))[1:]
    rejected = {
        (row, code, name)
        for frame in ours.rejects
        for row, code, name in frame.select("__row__", "code", "field").iter_rows()
    }
    plain_good, plain_rejected = prepare_plainly(source, folder)
    first = {(row, code, name) for row, (code, name) in plain_rejected.items()}
    if good != plain_good or rejected != first:
        wrong = next((pair for pair in zip(good, plain_good, strict=False) if pair[0] != pair[1]), None)
        raise SystemExit(
            f"The two ways disagree: {len(good)} and {len(plain_good)} rows, {wrong}; {sorted(rejected ^ first)[:6]}"
        )
    print(f"equal cell by cell: {len(good):,} rows ready, {len(rejected):,} rejected")


def _peak() -> float:
    """The peak memory of this process in MB; getrusage would tell that of the parent where it was larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak_of(source: Path) -> float:
    """The peak memory in MB of a child that prepares the file and does nothing else."""
    command = [sys.executable, __file__, "--only-prepare", str(source)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3, help="how often the fast ways are measured")
    parser.add_argument("--compared", type=int, default=100_000, help="rows that are compared cell by cell")
    parser.add_argument("--peaks", type=int, nargs="*", default=[1_000_000], help="rows for the peaks of memory")
    parser.add_argument("--slow", action="store_true", help="measure the row by row ways too")
    parser.add_argument("--only-prepare", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = folder / "source.csv"
        if given.only_prepare:
            prepare_our_way(given.only_prepare, folder, keeps=False)
            print(_peak())
            return
        if given.compared:
            write_source(source, given.compared)
            same(source, folder)
        if given.rows:
            write_source(source, given.rows)
            print(f"{given.rows:,} rows, {source.stat().st_size / given.rows:.0f} bytes a row")
            _compare(source, folder, given.times, is_slow=given.slow)
        for rows in given.peaks:
            write_source(source, rows)
            print(f"{rows:,} rows: {peak_of(source):.0f} MB at most", flush=True)


def _compare(source: Path, folder: Path, times: int, *, is_slow: bool) -> None:
    for number in range(times):
        base = cpu(lambda: pl.read_csv(source, infer_schema=False))
        ours = cpu(lambda: prepare_our_way(source, folder))
        print(f"{number + 1}: prepare = {ours / base:.2f} × polars.read_csv ({ours:.2f} s, {base:.2f} s of CPU)")
    if is_slow:
        plain = cpu(lambda: prepare_plainly(source, folder))
        print(f"csv.DictReader row by row = {plain / ours:.1f} × prepare")
        dicts = cpu(lambda: list_of_dicts(source))
        print(f"list of dicts, converted to CSV and split = {dicts / ours:.1f} × prepare")


if __name__ == "__main__":
    main()
