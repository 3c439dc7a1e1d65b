"""Rows that a table cannot hold do not keep the index from moving on."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from tests.cli.program import profile
from tests.servers.postgresql import PASSWORD, Server

JOB = """
version = 1
name = "narrow"
object = "Account"
operation = "import"
local = {{ database = "{url}", table = "narrow", mode = "merge" }}
mapping = [{{ remote = "Name", local = "name" }}]

[index]
lag_seconds = 0
"""


def test_a_reject_stays_to_be_mended_and_the_index_moves(postgresql_server: Server, tmp_path: Path) -> None:
    """R-121."""
    url = postgresql_server.database("narrow")
    secret = re.sub(r"[^A-Z0-9]", "_", url.removeprefix("postgresql://").upper())
    with psycopg.connect(url, password=PASSWORD) as connection:
        connection.execute('CREATE TABLE narrow ("Id" text, "LastModifiedDate" timestamptz, name varchar(14))')
    job = tmp_path / "narrow.toml"
    job.write_text(JOB.format(url=url), encoding="utf-8")
    with profile(tmp_path / "profile", **{f"CRMDESK_SECRET_DATABASE_{secret}": PASSWORD}) as program:
        done = program.run(job)
        assert done.code == 1, done
        assert done.last["rejected"] > 0
        assert done.last["created"] > 0
        (option,) = program.ask("options").lines
        assert option["run"] == done.last["run"]
        assert len(program.ask("rejects", done.last["run"]).lines) == done.last["rejected"]
