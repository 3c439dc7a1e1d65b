"""The local ends of jobs: a password goes to the server it was given for, and no job writes into the profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk import Desk
from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.local import LocalTable
from crmdesk.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "profile"
    with Desk(home, Store.open(home, keychains=())) as desk:
        yield desk


def server(address: str) -> LocalTable:
    return LocalTable(f"postgresql://{address}", "contacts")


def test_the_password_of_a_database_is_for_all_jobs_that_use_it(desk: Desk) -> None:
    """R-323."""
    desk.ends.keep_password(server("me@db.example.com:5432/crm"), "geheim")
    assert desk.ends.password(server("me@DB.example.com:5432/crm?sslmode=require")) == "geheim"


@pytest.mark.parametrize(
    "address",
    [
        "me@db-example.com:5432/crm",
        "me@db.example-com:5432/crm",
        "me@db.example/com/5432/crm",
        "me.db@example.com:5432/crm",
        "me-db.example.com:5432/crm",
    ],
)
def test_the_password_of_a_database_is_not_for_another_server_of_a_like_name(desk: Desk, address: str) -> None:
    """R-323."""
    desk.ends.keep_password(server("me@db.example.com:5432/crm"), "geheim")
    assert desk.ends.password(server(address)) == ""


def test_a_job_does_not_write_into_the_profile(desk: Desk, tmp_path: Path) -> None:
    """R-323."""
    inside = desk.home / "crmdesk.db"
    (tmp_path / "link").symlink_to(desk.home, target_is_directory=True)
    for place in (inside, tmp_path / "link" / "runs" / "new.csv", tmp_path / "x" / ".." / "profile" / "a.csv"):
        for local in (LocalFile(str(place)), LocalTable(f"sqlite:///{place.as_posix()}", "account")):
            with pytest.raises(FileFormatError, match="in the profile") as caught:
                desk.ends.refuse_profile(local)
            assert caught.value.place == f"local.{'path' if isinstance(local, LocalFile) else 'database'}"
    desk.ends.refuse_profile(LocalFile(str(tmp_path / "profile.csv")))
    desk.ends.refuse_profile(server("me@db/crm"))
