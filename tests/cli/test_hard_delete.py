"""Deleting past the recycle bin: a right of its own."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import job_file
from tests.cli.program import Org, Program
from tests.practice.oauth.signing_in import APP, OAUTH, stranger

_OFFSET = 7000


def _made(org: Org, folder: Path, count: int) -> list[str]:
    """The ids of new contacts, whose keys stand in the source of the job."""
    keys = [f"HARD-{number}" for number in range(_OFFSET, _OFFSET + count)]
    (folder / "gone.csv").write_text("\n".join(["Key", *keys, "HARD-0", ""]), encoding="utf-8")
    made = [org.post("sobjects/Contact", {"LastName": key, "Legacy_Id__c": key})["id"] for key in keys]
    return [str(record) for record in made]


def _job(folder: Path, account: str) -> Path:
    name, local, for_good = f"delete for good as {account}", 'path = "gone.csv"', "[export]\nhard = true"
    return job_file(
        folder, name, "Contact", for_good, account=account, operation="delete", local=local, Legacy_Id__c="Key"
    )


def _token(org: Org, user: str) -> str:
    form = {"grant_type": "password", "username": user, "password": "practice", **APP}
    with stranger() as session:
        return str(session.post(f"{org.url}{OAUTH}/token", data=form, timeout=100).json()["access_token"])


def _left(org: Org, ids: list[str]) -> list[str]:
    """Those of the records that are there, be it in the recycle bin."""
    listed = ", ".join(f"'{record}'" for record in ids)
    found = org.get("queryAll", q=f"SELECT Id FROM Contact WHERE Id IN ({listed})")  # noqa: S608 - ids of our own
    return [record["Id"] for record in found["records"]]


def test_who_may_not_delete_for_good_is_told_the_right_that_is_missing_and_deletes_nothing(
    shared: Program, tmp_path: Path
) -> None:
    """R-181."""
    org = shared.org()
    ids = _made(org, tmp_path, 3)
    job = _job(tmp_path, "Practice org")
    needed = [line["need"]["right"] for line in shared.ask("check", job, "--rights").lines if "need" in line]
    assert needed[-2:] == ["delete", "delete for good"]
    refused = shared.run(job)
    assert (refused.code, refused.last["outcome"], refused.last["pending"]) == (2, "failed", 3)
    assert refused.error["kind"] == "access"
    assert "hardDelete" in refused.error["message"]
    assert "“Bulk API Hard Delete”" in refused.error["hint"]
    assert sorted(_left(org, ids)) == sorted(ids)
    for record in ids:
        assert org.send("DELETE", f"sobjects/Contact/{record}").status_code == 204


def test_who_may_deletes_for_good_and_nothing_is_left_to_take_back(shared: Program, tmp_path: Path) -> None:
    """R-181."""
    org = shared.org()
    ids = _made(org, tmp_path, 5)
    secret = {"CRMDESK_SECRET_INTEGRATION": _token(org, "integration@practice.example")}
    shared.ask("account", "add", "integration", "--kind", "salesforce", "--url", org.url, env=secret)
    done = shared.ask("run", _job(tmp_path, "integration"), "--yes", env=secret)
    assert done.counts() == {"read": 6, "deleted": 5, "rejected": 1}
    assert _left(org, ids) == []
    run = done.last["run"]
    refused = shared.ask("undo", run, "--yes", env=secret)
    assert refused.code == 2
    assert "leaves nothing in the recycle bin" in refused.error["message"]
