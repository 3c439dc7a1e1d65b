"""What people bring to a Dynamics environment, and what it then holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.program import Answer, Program, profile
from tests.servers.dynamics import SECRET, DynamicsServer, dynamics_server

NOBODY = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Writing:
    """The program with an account of the environment."""

    program: Program
    server: DynamicsServer
    folder: Path

    def job(self, name: str, table: str, rows: Sequence[Mapping[str, str]], lines: str, head: str = "") -> Path:
        """A job over `rows`; `head` is `export`, an action, or the whole of what stands above [local]."""
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        place = self.folder / f"{name}.toml"
        top = f'version = 1\nname = "{name}"\naccount = "Dynamics"\nobject = "{table}"\n{head or _EXPORT}\n'
        place.write_text(f'{top}[local]\npath = "{name}.csv"\n{lines}', encoding="utf-8")
        return place

    def rejects(self, done: Answer) -> dict[int, tuple[str, str]]:
        """Field and code of each rejected row."""
        lines = self.program.ask("rejects", done.last["run"]).lines
        return {line["row"]: (line["field"], line["code"]) for line in lines if "row" in line}


_EXPORT = 'operation = "export"'
DELETE = 'operation = "delete"'


def mapped(*pairs: str) -> str:
    """Lines of a mapping: `field=column`, and what else stands in a line behind a bar."""
    found = []
    for pair in pairs:
        names, _, more = pair.partition("|")
        remote, _, local = names.partition("=")
        found.append(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n{more}\n')
    return "".join(found)


def export(action: str, key: str = "", more: str = "") -> str:
    named = f'key = "{key}"\n' if key else ""
    return f'[export]\naction = "{action}"\n{named}{more}'


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    folder = tmp_path_factory.mktemp("dynamics")
    with dynamics_server(accounts=4, contacts=4) as server, profile(folder, CRMDESK_SECRET_DYNAMICS=SECRET) as program:
        where = ("--kind", "dynamics", "--url", server.url, "--auth", "client-credentials")
        assert program.ask("account", "add", "Dynamics", *where, "--client-id", server.client_id).code == 0
        yield Writing(program, server, folder)


@pytest.fixture(autouse=True)
def _as_it_was(writing: Writing) -> None:
    writing.server.reset()


def test_a_record_is_found_by_its_id_however_that_is_written(writing: Writing) -> None:
    """R-147: braces, capitals and blanks make no other record; what is no id is one reject and stops nothing."""
    one, two, three = (writing.server.add("accounts", {"name": f"Id {n}"}) for n in range(3))
    ids = [one.upper(), f" {{{two.upper()}}} ", "no guid", "", NOBODY, three, f"{{{three}}}"]
    rows = [{"id": each, "name": f"Changed {place}"} for place, each in enumerate(ids)]
    lines = mapped("accountid=id", "name=name")
    updated = writing.program.run(writing.job("by-id", "account", rows, lines + export("update", "accountid")))
    assert updated.counts() == {"read": 7, "updated": 2, "rejected": 5}
    assert writing.rejects(updated) == {
        3: ("accountid", "NOT_AN_ID"),
        4: ("accountid", "KEY_EMPTY"),
        5: ("", "0x80040217"),
        6: ("accountid", "KEY_TWICE"),
        7: ("accountid", "KEY_TWICE"),
    }
    held = [row["name"] for each in (one, two, three) if (row := writing.server.row("accounts", each))]
    assert held == ["Changed 0", "Changed 1", "Id 2"]
    upserted = writing.program.run(
        writing.job("upsert-by-id", "account", rows[:5], lines + export("upsert", "accountid"))
    )
    assert upserted.counts() == {"read": 5, "created": 1, "updated": 2, "rejected": 2}
    deleted = writing.program.run(
        writing.job("delete-by-id", "account", [{"id": each} for each in ids[:3]], mapped("accountid=id"), DELETE)
    )
    assert deleted.counts() == {"read": 3, "deleted": 2, "rejected": 1}
    assert writing.server.row("accounts", two) is None
