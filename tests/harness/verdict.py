"""The verdict: do the CRM, the source and what the program says of each row agree? None of its code is used here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.harness.org import FIELDS, Record
from tests.harness.rows import COLUMNS, Fate, SourceRow, plain, stored
from tests.harness.scenarios import DELETES, Act, Scenario

COUNTS = ("created", "updated", "deleted", "unchanged", "rejected", "unknown", "pending")
_NAMED = 3  # examples in one sentence

Line = Mapping[str, str]
"""A line of `crmdesk results`."""

Values = tuple[str, ...]
"""What a record holds, in the order of FIELDS."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to judge by. `end` is the finished line; `may_doubt` is how many rows may be unknown."""

    scenario: Scenario
    before: Mapping[str, Record]
    after: Mapping[str, Record]
    end: Mapping[str, Any]
    results: Sequence[Line]
    may_doubt: int

    @property
    def pairs(self) -> list[tuple[SourceRow, Line]]:
        """Each row of the source with what the program says of it."""
        return list(zip(self.scenario.rows, self.results, strict=False))


def judge(evidence: Evidence) -> list[str]:
    """What is wrong, in sentences; nothing when every row is accounted for and the CRM holds what it should."""
    checks = (_balance, _lines, _fates, _twins, _ids, _new_records, _known_records)
    return [sentence for check in checks for sentence in _few(check, evidence)]


def _few(check: Callable[[Evidence], Iterator[str]], evidence: Evidence) -> Iterator[str]:
    found = list(check(evidence))
    yield from found[:_NAMED]
    if len(found) > _NAMED:
        yield f"… and {len(found) - _NAMED} more of the kind"


def _balance(evidence: Evidence) -> Iterator[str]:
    end, counted = evidence.end, Counter(line["_outcome"] for line in evidence.results)
    if end["read"] != len(evidence.scenario.rows) or end["read"] != sum(end[name] for name in COUNTS):
        yield f"the tally does not balance: {dict(end)}"
    for name in COUNTS:
        if end[name] != counted[name]:
            yield f"the tally says {end[name]} {name}, the results {counted[name]}"
    if end["pending"]:
        yield f"{end['pending']} rows are pending"
    if end["unknown"] > evidence.may_doubt:
        yield f"{end['unknown']} rows are unknown, and at most {evidence.may_doubt} may be"


def _lines(evidence: Evidence) -> Iterator[str]:
    if len(evidence.results) != len(evidence.scenario.rows):
        yield f"{len(evidence.scenario.rows)} rows, {len(evidence.results)} results"
    for number, (row, line) in enumerate(evidence.pairs, start=1):
        if line["_row"] != str(number) or any(line[column] != cell for column, cell in row.cells.items()):
            yield f"result {number} is not of row {number}: {dict(line)} for {row.cells}"


def _fates(evidence: Evidence) -> Iterator[str]:
    for row, line in evidence.pairs:
        said = line["_outcome"]
        match row.fate:
            case Fate.LANDS:
                fits = said in _landed(evidence.scenario.combination.act, row) or said == "unknown"
            case Fate.REJECTED_HERE | Fate.REFUSED_THERE:
                fits = said == "rejected" and bool(line["_code"])
            case Fate.ONE_OF_TWINS:
                fits = said in ("created", "rejected", "unknown")
        if not fits:
            yield f"row {line['_row']} ({row.fate}) is said to be {said} {line['_code']} {line['_message']}".rstrip()


def _landed(act: Act, row: SourceRow) -> tuple[str, ...]:
    if act in DELETES:
        return ("deleted",)
    if act is Act.UNDELETE:
        return ("updated",)
    return ("updated", "unchanged") if row.target else ("created",)


def _twins(evidence: Evidence) -> Iterator[str]:
    outcomes: dict[str, list[str]] = defaultdict(list)
    for row, line in evidence.pairs:
        if row.key:
            outcomes[row.key].append(line["_outcome"])
    for key, said in outcomes.items():
        if said.count("created") != 1 and "unknown" not in said:
            yield f"of the rows with the key {key} one is created, but they are said to be {said}"


def _ids(evidence: Evidence) -> Iterator[str]:
    """Every id that is named for a row that made it leads to a record with exactly that row's values."""
    named: Counter[str] = Counter()
    for row, line in evidence.pairs:
        if line["_outcome"] in ("rejected", "unknown", "pending"):
            continue
        record = evidence.after.get(line["_id"])
        named[line["_id"]] += 1
        if evidence.scenario.combination.act is Act.HARD_DELETE:
            yield from _gone_for_good(row, line, record)
        elif record is None:
            yield f"row {line['_row']} is {line['_outcome']} as {line['_id'] or 'nothing'}, which the CRM does not have"
        elif row.target and line["_id"] != row.target:
            yield f"row {line['_row']} is about {row.target}, but its result names {line['_id']}"
        elif line["_outcome"] == "created" and line["_id"] in evidence.before:
            yield f"row {line['_row']} is created as {line['_id']}, which was there before"
        elif evidence.scenario.combination.act in DELETES:
            if not record["IsDeleted"]:
                yield f"row {line['_row']} is deleted, but {line['_id']} is there"
        elif _values(record) != _wanted(row, evidence.before.get(line["_id"])):
            wanted = _wanted(row, evidence.before.get(line["_id"]))
            yield f"row {line['_row']} is {line['_id']}, which holds {_differences(wanted, _values(record))}"
    for record_id, count in named.items():
        if count > 1:
            yield f"{count} rows are said to be {record_id}"


def _gone_for_good(row: SourceRow, line: Line, record: Record | None) -> Iterator[str]:
    if line["_id"] != row.target:
        yield f"row {line['_row']} is about {row.target}, but its result names {line['_id']}"
    if record is not None:
        yield f"row {line['_row']} is deleted for good, but {line['_id']} is there"


def _new_records(evidence: Evidence) -> Iterator[str]:
    """Records that were not there before: of each kind as many as rows that land, unknown ones perhaps."""
    found = Counter(_values(record) for key, record in evidence.after.items() if key not in evidence.before)
    wanted: Counter[Values] = Counter()
    doubtful: Counter[Values] = Counter()
    for row, line in evidence.pairs:
        if row.target or row.fate in (Fate.REJECTED_HERE, Fate.REFUSED_THERE):
            continue
        if line["_outcome"] == "unknown":
            doubtful[_wanted(row)] += 1
        elif row.fate is Fate.LANDS or line["_outcome"] == "created":
            wanted[_wanted(row)] += 1
    for values, count in ((found | wanted) - (found & wanted)).items():
        more = found[values] - wanted[values]
        if more > doubtful[values]:
            yield f"{more} records too many with {_shown(values)}"
        elif more < 0:
            yield f"{count} records are missing with {_shown(values)}"


def _known_records(evidence: Evidence) -> Iterator[str]:
    """Records that were there before: changed or deleted as a row says, else untouched."""
    rows = {row.target: row for row in evidence.scenario.rows if row.target and row.fate is Fate.LANDS}
    unknown = {row.target for row, line in evidence.pairs if line["_outcome"] == "unknown"}
    for record_id, old in evidence.before.items():
        new, row = evidence.after.get(record_id), rows.get(record_id)
        if new is None:
            if row is None or evidence.scenario.combination.act is not Act.HARD_DELETE:
                yield f"{record_id} has vanished"
        elif row is None:
            if new != old:
                yield f"{record_id}, of which no row that lands speaks, is now {dict(new)}, was {dict(old)}"
        elif new == old and record_id in unknown:
            continue
        elif evidence.scenario.combination.act in DELETES:
            if not new["IsDeleted"] or evidence.scenario.combination.act is Act.HARD_DELETE:
                yield f"{record_id} was to be deleted"
        elif new["IsDeleted"] or _values(new) != _wanted(row, old):
            yield f"{record_id} holds {_differences(_wanted(row, old), _values(new))}"


def _values(record: Record) -> Values:
    return tuple(record[name] for name in FIELDS)


def _wanted(row: SourceRow, old: Record | None = None) -> Values:
    """What the record of a row holds in the end: a new one its cells; in an `old` one an empty cell changes nothing."""
    if old is None:
        cells = stored(row.cells)
        return tuple(cells.get(name, "") for name in FIELDS)
    said = {COLUMNS[column]: cell for column, cell in row.cells.items() if column in COLUMNS}
    clears = {"Description"}
    return tuple(
        plain(said[name]) if said.get(name) or name in clears.intersection(said) else old[name] for name in FIELDS
    )


def _shown(values: Values) -> str:
    return ", ".join(f"{name} {text!r}" for name, text in zip(FIELDS, values, strict=True) if text)


def _differences(wanted: Values, found: Values) -> str:
    return "; ".join(
        f"{name} {there!r} instead of {here!r}"
        for name, here, there in zip(FIELDS, wanted, found, strict=True)
        if here != there
    )
