"""The steps of a Bulk API 2.0 job, as a client takes them."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Sequence
from typing import Any

import requests

from tests.practice.running import PracticeOrg

_PATIENCE = 100.0


def make_job(org: PracticeOrg, what: str, operation: str, **more: str) -> dict[str, Any]:
    reply = org.post("jobs/ingest", {"object": what, "operation": operation, **more})
    assert reply.status_code == 200, reply.text
    job: dict[str, Any] = reply.json()
    return job


def upload(org: PracticeOrg, job: dict[str, Any], text: str | bytes) -> requests.Response:
    content = text.encode() if isinstance(text, str) else text
    path = f"jobs/ingest/{job['id']}/batches"
    reply = org.ask("PUT", path, data=content, headers={"Content-Type": "text/csv; charset=UTF-8"})
    assert reply.status_code == 201, reply.text
    return reply


def close(org: PracticeOrg, job: dict[str, Any]) -> None:
    assert org.patch(f"jobs/ingest/{job['id']}", {"state": "UploadComplete"}).status_code == 200


def finished(org: PracticeOrg, job: dict[str, Any], kind: str = "ingest", *, close: bool = False) -> dict[str, Any]:
    """The job's info once it has ended; `close` says UploadComplete first."""
    path = f"jobs/{kind}/{job['id']}"
    if close:
        assert org.patch(path, {"state": "UploadComplete"}).status_code == 200
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        info: dict[str, Any] = org.get(path).json()
        if info["state"] in ("JobComplete", "Failed", "Aborted"):
            return info
        time.sleep(0.01)
    raise TimeoutError(path)


def ingest(
    org: PracticeOrg,
    what: str,
    operation: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    key: str | None = None,
) -> dict[str, Any]:
    """A whole job, from its making to its end."""
    job = make_job(org, what, operation, **({"externalIdFieldName": key} if key else {}))
    upload(org, job, csv_text(header, rows))
    return finished(org, job, close=True)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def results(org: PracticeOrg, job: dict[str, Any], name: str) -> list[dict[str, str]]:
    """The rows of one result file."""
    reply = org.get(f"jobs/ingest/{job['id']}/{name}")
    assert reply.status_code == 200, reply.text
    return list(csv.DictReader(io.StringIO(reply.content.decode(), newline="")))
