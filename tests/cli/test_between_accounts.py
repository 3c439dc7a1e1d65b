"""Records of another account as a source: copied from one org into another, by field, filter and owner."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from tests.cli.program import Org, Program, profile

JOB = """
version = 1
name = "{name}"
account = "Practice org"
object = "Contact"
operation = "export"
[local]
account = "Old org"
object = "Contact"
[[mapping]]
remote = "Legacy_Id__c"
local = "Id"
[[mapping]]
remote = "LastName"
expression = 'UPPER(LastName)'
[[mapping]]
remote = "Birthdate"
local = "Birthdate"
[[mapping]]
remote = "HasOptedOutOfEmail"
local = "HasOptedOutOfEmail"
[[mapping]]
remote = "OwnerId"
owner = {{ column = "Owner.Email", by = "email" }}
[filter]
all = [{{ field = "Legacy_Id__c", op = "starts with", value = "BA" }}{more}]
[[order_by]]
field = "Legacy_Id__c"
[export]
action = "upsert"
key = "Legacy_Id__c"
"""


@dataclass
class Both:
    """A profile with its own org and an account of another one, which holds four contacts of ours."""

    program: Program
    new: Org
    secret: dict[str, str]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("between")
    with (
        profile(folder / "new", CRMDESK_PRACTICE_POD="7x") as program,
        profile(folder / "old", CRMDESK_PRACTICE_POD="8y") as outside,
    ):
        old = outside.org()
        for number, born in enumerate(("1970-01-31", None, "2000-02-29")):
            old.post(
                "sobjects/Contact",
                {
                    "LastName": f"Old {number}",
                    "Legacy_Id__c": f"BA{number}",
                    "Birthdate": born,
                    "HasOptedOutOfEmail": number == 1,
                },
            )
        old.post("sobjects/Contact", {"LastName": "Other", "Legacy_Id__c": "XX1"})
        add = ("account", "add", "Old org", "--kind", "salesforce", "--url", old.url, "--auth", "token")
        assert program.ask(*add, "--secret-stdin", said=old.token).code == 0
        yield Both(program, program.org(), {"CRMDESK_SECRET_OLD_ORG": old.token})


def job(folder: Path, *, name: str = "copy", more: str = "") -> Path:
    place = folder / f"{name}.toml"
    place.write_text(JOB.format(name=name, more=more), encoding="utf-8")
    return place


def test_records_of_one_account_are_written_into_another(both: Both, tmp_path: Path) -> None:
    """R-145, R-285."""
    file = job(tmp_path)
    assert both.program.ask("check", file, env=both.secret).code == 0
    assert [line["action"] for line in both.program.ask("preview", file, env=both.secret).lines] == ["insert"] * 3
    foreseen = both.program.ask("rehearse", file, env=both.secret)
    assert foreseen.counts() == {"read": 3, "created": 3}
    done = both.program.ask("run", file, "--yes", env=both.secret)
    assert done.counts() == {"read": 3, "created": 3}
    query = (
        "SELECT LastName, Birthdate, HasOptedOutOfEmail, OwnerId FROM Contact WHERE LastName LIKE 'OLD %'"
        " ORDER BY LastName"
    )
    made = both.new.rows(query)
    assert [(row["LastName"], row["Birthdate"], row["HasOptedOutOfEmail"]) for row in made] == [
        ("OLD 0", "1970-01-31", False),
        ("OLD 1", None, True),
        ("OLD 2", "2000-02-29", False),
    ]
    assert {str(row["OwnerId"])[3:5] for row in made} == {"7x"}
    results = both.program.ask("results", done.last["run"]).lines
    assert [line["LastName"] for line in results] == ["Old 0", "Old 1", "Old 2"]
    assert {line["Id"][3:5] for line in results} == {"8y"}
    again = both.program.ask("run", file, "--yes", env=both.secret)
    assert again.counts() == {"read": 3, "updated": 3}
    assert (
        "WRITES Contact of Old org → Practice org · Contact" in both.program.tell("check", file, env=both.secret).stdout
    )


def test_a_copy_that_was_stopped_goes_on(both: Both, tmp_path: Path) -> None:
    file = job(tmp_path, name="first")
    paused = both.program.ask("run", file, "--yes", "--first", "1", env=both.secret)
    assert paused.counts()["pending"] == 2
    assert both.program.ask("resume", paused.last["run"]).counts() == {"read": 3, "updated": 3}


def test_what_the_other_account_does_not_have_is_named_with_its_place(both: Both, tmp_path: Path) -> None:
    wrong = job(tmp_path, more=', { field = "Nickname", op = "=", value = "x" }')
    wrong.write_text(wrong.read_text().replace('local = "Birthdate"', 'local = "Born"'))
    problems = [
        line["problem"] for line in both.program.ask("check", wrong, env=both.secret).lines if "problem" in line
    ]
    assert {problem["place"].split("[")[0].split(".")[0] for problem in problems} == {"mapping", "filter"}
    assert all(problem["message"].startswith("Contact of Old org: ") for problem in problems)
    saved = both.program.ask("job", "import", job(tmp_path, name="kept"))
    assert saved.code == 0
    shown = both.program.tell("job", "show", "kept").stdout
    assert 'account = "Old org"' in shown


def test_rows_are_counted_and_columns_shown_while_a_line_names_what_is_not_there(tmp_path: Path) -> None:
    """R-061: who corrects the line must see what there is."""
    with profile(tmp_path / "profile") as program:
        program.org().post("sobjects/Contact", {"LastName": "One", "Legacy_Id__c": "BA1"})
        text = job(tmp_path).read_text().replace("Old org", "Practice org").replace("Owner.Email", "Owner.Emial")

        async def asked() -> None:
            engine = EngineChild(program.home)
            try:
                assert await engine.count(text, tmp_path) == 1
                assert "Owner.Emial" not in (await engine.first_rows(text, tmp_path)).columns
            finally:
                await engine.close()

        asyncio.run(asked())
        wrong = job(tmp_path)
        wrong.write_text(text)
        [problem] = [line["problem"] for line in program.ask("check", wrong).lines if "problem" in line]
        assert (problem["place"], problem["hint"]) == ("mapping[5]", "Did you mean Owner.Email?")


def test_the_card_of_another_accounts_object_is_shown(both: Both, tmp_path: Path) -> None:
    card = both.program.ask("look", job(tmp_path, name="card"), env=both.secret).last
    assert (card["kind"], card["rows"]) == ("account", 3)


def test_a_look_shows_the_rest_beside_a_column_that_is_not_there(both: Both, tmp_path: Path) -> None:
    wrong = job(tmp_path, name="card of a wrong line")
    text = wrong.read_text(encoding="utf-8")
    wrong.write_text(f'{text}\n[[mapping]]\nremote = "Title"\nlocal = "Accont.Name"\n', encoding="utf-8")
    card = both.program.ask("look", wrong, env=both.secret).last
    assert card["rows"] == 3
    [notice] = [each for each in card["notices"] if "Accont.Name" in each]
    assert notice.endswith("Did you mean Account.Name?")
    assert "Accont.Name" not in {column["name"] for column in card["columns"]}
