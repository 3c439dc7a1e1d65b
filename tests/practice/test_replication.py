"""What the org tells of deletions can be made less, as in an org of years; and records can be merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    folder: Path = tmp_path_factory.mktemp("org")
    org = start_practice_org(folder, "--contacts", "5", "--accounts", "2")
    yield org
    org.end()


def created(org: PracticeOrg, what: str, **fields: str) -> str:
    return str(org.post(f"sobjects/{what}", fields).json()["id"])


def test_a_merged_record_says_which_one_took_its_place_and_its_children_go_there(org: PracticeOrg) -> None:
    master, loser = created(org, "Account", Name="Master"), created(org, "Account", Name="Loser")
    child = created(org, "Contact", LastName="Child", AccountId=loser)
    answer = org.post("/practice/merge", {"object": "Account", "master": master, "merged": [loser]})
    assert answer.json() == {"merged": [loser]}
    (gone,) = org.rows(f"SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '{loser}'", "queryAll")  # noqa: S608
    assert gone == {"IsDeleted": True, "MasterRecordId": master}
    assert org.rows(f"SELECT AccountId FROM Contact WHERE Id = '{child}'") == [{"AccountId": master}]  # noqa: S608


def test_objects_whose_records_are_not_merged_are_refused(org: PracticeOrg) -> None:
    answer = org.post("/practice/merge", {"object": "Contact", "master": "x", "merged": []})
    assert answer.status_code == 400


def test_how_far_back_and_how_many_deletions_are_told_can_be_moved(org: PracticeOrg) -> None:
    now = org.get("/practice/clock").json()["now"]
    told = org.post("/practice/replication", {"days": 15, "ids": 1, "since": now}).json()
    assert (told["days"], told["ids"]) == (15, 1)
    long_ago = {"start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"}
    (refused,) = org.get("sobjects/Contact/deleted/", params=long_ago).json()
    assert (refused["errorCode"], refused["message"]) == (
        "INVALID_REPLICATION_DATE",
        "startDate cannot be more than 15 days ago",
    )
