"""The three result files of an ingest job, made from the upload and the outcomes of its rows while they are sent.

Bulk API 2.0 does not promise the order of the upload; here it is shuffled, the same way each time it is read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import chain
from typing import BinaryIO, assert_never

import msgspec

from crmdesk.practice import limits
from crmdesk.practice.ingest import StoredOutcome
from crmdesk.practice.jobs import Job, job_file
from crmdesk.practice.org import Org
from crmdesk.practice.upload import BadUpload, RowReader, read_header

Told = Callable[[Job, StoredOutcome], str | None]
"""The first two columns of a row with this outcome, or None for a row that belongs to another file."""

_BLOCK = 65_536
_PILES = 61
_QUOTE, _TWO_QUOTES = '"', '""'
_decode = msgspec.json.Decoder(list[StoredOutcome]).decode


class Part(StrEnum):
    """The last part of the path, in lower case: clients spell it in several ways."""

    SUCCESSFUL = "successfulresults"
    FAILED = "failedresults"
    UNPROCESSED = "unprocessedrecords"


def result_blocks(org: Org, job: Job, part: Part, shuffle: random.Random | None) -> Iterator[bytes]:
    """The file in blocks: header, then the rows of one internal batch after the other. Empty without an upload."""
    if not job.progress.uploaded:
        return
    with job_file(org.folder, job.id, "csv").open("rb") as file:
        try:
            names = read_header(file, job.request.delimiter, job.request.line_ending)
        except BadUpload:
            # Nothing of what could not be read was done.
            if part is Part.UNPROCESSED:
                file.seek(0)
                yield from _as_it_came(file)
            return
        after_header = file.tell()
        match part:
            case Part.SUCCESSFUL:
                yield _written(job, [["sf__Id", "sf__Created", *names]])
                if job.progress.failed < job.progress.processed:
                    yield from _outcomes(org, job, file, shuffle, _success)
            case Part.FAILED:
                yield _written(job, [["sf__Id", "sf__Error", *names]])
                if job.progress.failed:
                    yield from _outcomes(org, job, file, shuffle, _failure)
            case Part.UNPROCESSED:
                yield _written(job, [names])
                file.seek(job.progress.place or after_header)
                yield from _rest(job, file)
            case _:
                assert_never(part)


def _success(job: Job, outcome: StoredOutcome) -> str | None:
    record_id, is_created, error = outcome
    if error is not None:
        return None
    return f'"{record_id}"{job.request.delimiter.text}"{"true" if is_created else "false"}"'


def _failure(job: Job, outcome: StoredOutcome) -> str | None:
    record_id, _, error = outcome
    return None if error is None else _quoted(job, [record_id or "", error])


def _outcomes(org: Org, job: Job, file: BinaryIO, shuffle: random.Random | None, told: Told) -> Iterator[bytes]:
    numbers = list(range(job.progress.batches))
    if shuffle:
        shuffle.shuffle(numbers)
    for number in numbers:
        with org.store.reading() as connection:
            batch = connection.execute(
                "SELECT place, rows, outcomes, (SELECT place FROM _batch WHERE job = b.job AND number = b.number + 1)"
                " FROM _batch AS b WHERE job = ? AND number = ?",
                (job.id, number),
            ).fetchone()
        if batch is None:
            return  # the job was deleted while its results were read
        place, count, outcomes, end = batch
        file.seek(place)
        rows = _quoted_rows(job, file, count, job.progress.place if end is None else end)
        lines = [
            f"{head}{row}"
            for outcome, row in zip(_decode(outcomes), rows, strict=True)
            if (head := told(job, outcome)) is not None
        ]
        if shuffle:
            lines = _dealt(lines, shuffle)
        yield "".join(lines).encode()


def _dealt(lines: list[str], shuffle: random.Random) -> list[str]:
    """The lines out of order, in less time than shuffling each of them would take."""
    piles = [lines[start::_PILES] for start in range(_PILES)]
    shuffle.shuffle(piles)
    return list(chain.from_iterable(piles))


def _quoted_rows(job: Job, file: BinaryIO, count: int, end: int) -> list[str]:
    """The rows of a batch as they go into a result file: each with a delimiter in front, and its line ending."""
    start, mark, ending = file.tell(), job.request.delimiter.text, job.request.line_ending.text
    text = file.read(end - start).decode()
    unended = text.replace(ending, "")
    if not any(char in unended for char in '"\r\n'):
        between = f'"{mark}"'
        return [f'{mark}"{row}"{ending}' for row in text.replace(mark, between).split(ending) if row]
    file.seek(start)
    rows = RowReader(file, job.request.delimiter).take(count)
    return [f"{mark}{_quoted(job, row)}{ending}" for row in rows]


def _quoted(job: Job, values: list[str]) -> str:
    mark = f'"{job.request.delimiter.text}"'
    return f'"{mark.join([value.replace(_QUOTE, _TWO_QUOTES) for value in values])}"'


def _rest(job: Job, file: BinaryIO) -> Iterator[bytes]:
    reader = RowReader(file, job.request.delimiter)
    while rows := reader.take(limits.BULK_BATCH):
        yield _written(job, rows)
    if reader.broken:
        yield from _as_it_came(file)


def _as_it_came(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _written(job: Job, rows: list[list[str]]) -> bytes:
    ending = job.request.line_ending.text
    return "".join([f"{_quoted(job, row)}{ending}" for row in rows]).encode()
