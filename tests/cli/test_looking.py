"""The card of a source: how it is written, how many rows it has, what each column holds."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from crmdesk.desk.window.engine_child import EngineChild
from tests.cli.jobs import contacts_job
from tests.cli.program import Program

ROWS = "Key;Größe;Mail\r\n" + "".join(f"K{n};{n},5;{'' if n % 4 else f'm{n}@example.com'}\r\n" for n in range(1, 101))


def test_a_text_file_is_shown_with_its_dialect_and_columns(shared: Program, tmp_path: Path) -> None:
    """A complaint about other loaders: letters beyond ASCII are corrupted."""
    place = tmp_path / "a.csv"
    place.write_bytes((ROWS + "K101;1\r\n").encode("utf-16"))
    [card] = shared.ask("look", place).lines
    about = {name: card[name] for name in ("source", "kind", "rows", "encoding", "has_mark", "delimiter", "line_end")}
    assert about == {
        "source": str(place),
        "kind": "csv",
        "rows": 101,
        "encoding": "utf-16-le",
        "has_mark": True,
        "delimiter": ";",
        "line_end": "CRLF",
    }
    assert card["bad_rows"] == 1
    assert card["notices"] == ["Row 101 has 2 cells, the header 3."]
    key, size, mail = card["columns"]
    assert (key["name"], key["type"], key["percent"], key["distinct"]) == ("Key", "text", 100.0, 101)
    assert (key["longest"], key["longest_row"]) == (4, 100)
    assert (size["type"], size["smallest"], size["largest"]) == ("decimal number", "1", "100,5")
    assert (mail["type"], mail["filled"], mail["percent"]) == ("e-mail address", 25, 24.8)
    assert mail["evidence"] == "25 of 25 filled cells are e-mail addresses."
    shown = shared.tell("look", place).stdout
    assert "101 rows, 3 columns, utf-16-le with a byte order mark, delimiter semicolon, lines end in CRLF" in shown
    assert "Mail: e-mail address, 24.8 % filled, 25 different, longest 16 characters (row 100)" in shown


def test_the_source_of_a_job_is_looked_at_whatever_it_is(shared: Program, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "people.db", isolation_level=None)) as people:
        people.execute("CREATE TABLE people (Key TEXT, Born DATE)")
        people.executemany("INSERT INTO people VALUES (?, ?)", [("a", "1970-01-02"), ("b", None)])
    job = contacts_job(tmp_path, name="people")
    job.write_text(
        job.read_text().replace('path = "contacts.csv"', 'database = "sqlite:///people.db"\ntable = "people"')
    )
    [card] = shared.ask("look", job).lines
    assert (card["kind"], card["rows"], [column["percent"] for column in card["columns"]]) == (
        "table",
        2,
        [100.0, 50.0],
    )
    assert card["columns"][1]["type"] == "date"
    missing = shared.ask("look", tmp_path / "none.csv")
    assert (missing.code, missing.error["kind"]) == (2, "file")


def test_the_window_has_the_card_from_its_engine(shared: Program, tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\na,b,\n", encoding="utf-8")
    text = contacts_job(tmp_path).read_text(encoding="utf-8")

    async def asked() -> None:
        engine = EngineChild(shared.home)
        try:
            card = await engine.source_card(text, tmp_path)
        finally:
            await engine.close()
        assert (card.rows, [column.type for column in card.columns]) == (1, ["text", "text", "empty"])

    asyncio.run(asked())
