"""Workbooks, Parquet and JSON Lines from end to end: into the CRM, out of it, killed in between, and refused."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program
from tests.tabular.files.workbooks import workbook

FIELDS = {
    "Legacy_Id__c": "Key",
    "LastName": "Name",
    "Description": "Text",
    "Title": "Title",
    "Birthdate": "Born",
    "DoNotCall": "Quiet",
    "MailingLatitude": "Latitude",
}

ROWS: tuple[tuple[object, ...], ...] = (
    ("X1", "Åkesson", "Rad ett\nrad två; 漢字 😀 \"q\" 'a', b\tc", "007", dt.date(1980, 2, 29), True, 59.3293),
    ("X2", "王", "=1+1", "1e5", dt.date(1899, 12, 31), False, -0.5),
    ("X3", "O'Brien", None, "", None, False, None),
    ("X4", "<&>", "a_x_b", "2024-01-05", dt.date(2000, 1, 1), True, 18),
    ("X5", "Ωmega", "001D000000Iqhau", "1.50", None, False, 0.1),
)


def job(folder: Path, operation: str, path: Path | str, more: str = "", fields: dict[str, str] | None = None) -> Path:
    lines = "".join(
        f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n' for remote, local in (fields or FIELDS).items()
    )
    export = '[export]\naction = "upsert"\nkey = "Legacy_Id__c"\n'
    only = '[filter]\nall = [{ field = "Legacy_Id__c", op = "starts with", value = "X" }]\n'
    order = '[[order_by]]\nfield = "Legacy_Id__c"\n'
    place = folder / f"{operation}.toml"
    place.write_text(
        f'name = "{operation} contacts"\nobject = "Contact"\noperation = "{operation}"\n'
        f'[local]\npath = "{path}"\ntime_zone = "Europe/Stockholm"\n{more}\n'
        f"{lines}{export if operation == 'export' else only + order}",
        encoding="utf-8",
    )
    return place


def contacts_workbook(place: Path) -> Path:
    with workbook(place) as made:
        sheet, day = made.add_worksheet("Kontakter"), made.add_format({"num_format": "d/m/yyyy"})
        sheet.write_row(0, 0, [*FIELDS.values()])
        for number, row in enumerate(ROWS, 1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date) and value.year >= 1900:
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, str(value))
    return place


def in_the_org(program: Program) -> list[dict[str, Any]]:
    names = ", ".join(FIELDS)
    return program.org().rows(f"SELECT {names} FROM Contact WHERE Legacy_Id__c LIKE 'X%' ORDER BY Legacy_Id__c")  # noqa: S608


def test_values_arrive_from_a_workbook_and_stand_in_files_as_what_they_are(shared: Program, tmp_path: Path) -> None:
    """R-126."""
    answer = shared.run(job(tmp_path, "export", contacts_workbook(tmp_path / "contacts.xlsx")))
    assert answer.counts() == {"read": 5, "created": 5}, answer
    first = in_the_org(shared)
    wanted = [
        [
            value.isoformat() if isinstance(value, dt.date) else (value or (value if isinstance(value, bool) else None))
            for value in row
        ]
        for row in ROWS
    ]
    assert [list(row.values()) for row in first] == wanted
    for kind in ("jsonl", "parquet"):
        answer = shared.run(job(tmp_path, "import", f"out.{kind}"))
        assert answer.counts() == {"read": 5, "created": 5}, answer
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    table = pl.read_parquet(tmp_path / "out.parquet").to_dicts()
    for record, found, typed in zip(first, lines, table, strict=True):
        assert found["Text"] == typed["Text"] == record["Description"]
        assert found["Quiet"] is typed["Quiet"] is record["DoNotCall"]
        assert found["Latitude"] == (typed["Latitude"] and float(typed["Latitude"])) == record["MailingLatitude"]
        assert (typed["Born"] and typed["Born"].isoformat()) == found["Born"] == record["Birthdate"]


def test_cells_with_errors_are_rejects_that_name_sheet_and_cell_and_lost_digits_are_told(
    shared: Program, tmp_path: Path
) -> None:
    with workbook(tmp_path / "contacts.xlsx") as made:
        sheet = made.add_worksheet("S")
        sheet.write_row(0, 0, ["A title above the header"])
        sheet.write_row(2, 0, ["Key", "Name", "Text", "Unused"])
        sheet.write_row(3, 0, ["XE1", "One", 1234567890123456789, None])
        sheet.write_row(4, 0, ["XE2", None, "x"])
        sheet.write_formula(4, 1, "=1/0", None, "#DIV/0!")
        sheet.write_row(5, 0, ["XE3", "Three", "x"])
        sheet.write_formula(5, 3, "=1/0", None, "#DIV/0!")
        sheet.set_row(5, None, None, {"hidden": True})
    fields = {"Legacy_Id__c": "Key", "LastName": "Name", "Description": "Text"}
    made = job(tmp_path, "export", "contacts.xlsx", 'sheet = "S"\nheader_row = 3', fields)
    preview = shared.ask("preview", made).lines
    assert "S!B5" in json.dumps(preview)
    assert shared.ask("rehearse", made).counts() == {"read": 3, "created": 2, "rejected": 1}
    answer = shared.run(made)
    assert (answer.code, answer.counts()) == (1, {"read": 3, "created": 2, "rejected": 1})
    notices = [line["message"] for line in answer.lines if line["event"] == "notice"]
    assert any("“Text” holds numbers of more than 15 digits, S!C4 first" in each for each in notices)
    (reject,) = shared.ask("rejects", answer.last["run"]).lines
    assert (reject["row"], reject["line"], reject["code"], reject["field"]) == (2, 5, "CELL_ERROR", "Name")
    assert reject["message"] == "The cell S!B5 holds the error #DIV/0!."
    again = shared.ask("retry", answer.last["run"], "--yes")  # as long as nobody gives it a value it is none
    assert again.counts() == {"read": 1, "rejected": 1}
    shared.tell("rejects", again.last["run"], "--csv", tmp_path / "rejects.csv")
    text = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "rejects.csv").write_text(text.replace("#DIV/0!,", "Two,"), encoding="utf-8")
    mended = shared.ask("retry", again.last["run"], "--from", tmp_path / "rejects.csv", "--yes")
    assert mended.counts() == {"read": 1, "created": 1}, (text, mended)
    assert shared.org().rows("SELECT LastName FROM Contact WHERE Legacy_Id__c = 'XE2'") == [{"LastName": "Two"}]


def test_errors_that_a_spreadsheet_saved_in_a_text_file_are_rejects_until_the_job_has_a_value_for_them(
    shared: Program, tmp_path: Path
) -> None:
    """R-042."""
    (tmp_path / "c.csv").write_text("Legacy_Id__c,LastName,Phone\nXR1,One,#REF!\nXR2,Two,1\n", encoding="utf-8")
    fields = {"Legacy_Id__c": "Legacy_Id__c", "LastName": "LastName", "Phone": "Phone"}
    made = job(tmp_path, "export", "c.csv", fields=fields)
    answer = shared.run(made)
    assert answer.counts() == {"read": 2, "created": 1, "rejected": 1}
    (reject,) = shared.ask("rejects", answer.last["run"]).lines
    assert (reject["row"], reject["field"], reject["code"]) == (1, "Phone", "CELL_ERROR")
    retried = shared.ask("retry", answer.last["run"], "--yes")
    assert retried.counts() == {"read": 1, "rejected": 1}
    text = made.read_text(encoding="utf-8")
    mended = 'local = "Phone"\nvalues = { "#REF!" = "" }'
    assert 'local = "Phone"' in text
    made.write_text(text.replace('local = "Phone"', mended), encoding="utf-8")
    again = shared.ask("retry", retried.last["run"], "--job", made, "--yes")
    assert again.counts() == {"read": 1, "created": 1}


def test_a_bad_line_of_json_lines_is_a_reject_and_the_others_are_sent(shared: Program, tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text(
        '{"Key": "XJ1", "Name": "One"}\nnonsense\n{"Key": "XJ2", "Name": "Två", "Text": {"a": [1]}}\n', encoding="utf-8"
    )
    fields = {"Legacy_Id__c": "Key", "LastName": "Name", "Description": "Text"}
    answer = shared.run(job(tmp_path, "export", "c.jsonl", fields=fields))
    assert (answer.code, answer.counts()) == (1, {"read": 3, "created": 2, "rejected": 1})
    (reject,) = shared.ask("rejects", answer.last["run"]).lines
    assert (reject["row"], reject["line"], reject["code"]) == (2, 2, "ROW_RAGGED")
    assert reject["message"].startswith("Line 2 is not a JSON object")
    assert shared.org().rows("SELECT Description FROM Contact WHERE Legacy_Id__c = 'XJ2'") == [
        {"Description": '{"a": [1]}'}
    ]


def test_an_empty_file_of_json_lines_is_nothing_to_do_and_not_wrong(shared: Program, tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").touch()
    empty = job(tmp_path, "export", "c.jsonl", fields={"Legacy_Id__c": "Key", "LastName": "Name"})
    assert shared.ask("check", empty).code == 0
    assert shared.tell("preview", empty).stdout.endswith("There are no rows.\n")
    answer = shared.run(empty)
    assert (answer.code, answer.counts()) == (0, {})


def _killed_behind(process: subprocess.Popen[str], rows: int) -> None:
    """Kill the run as by `kill -9` when it has read so many rows."""
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("read", 0) >= rows:
            process.kill()
            process.wait()
            return
    raise AssertionError(process.communicate())


def test_an_import_killed_in_the_middle_and_resumed_equals_the_crm(program: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(5_000))
    assert program.run(contacts_job(tmp_path)).counts() == {"read": 5_000, "created": 5_000}
    fields = {"LastName": "Name", "Email": "Email", "CreatedDate": "Created"}
    everything = {
        record["Id"]: (record["LastName"], record["Email"])
        for record in program.org().rows("SELECT Id, LastName, Email FROM Contact")
    }
    for kind in ("parquet", "xlsx", "jsonl"):
        place = tmp_path / f"all.{kind}"
        place.write_text("what was there before")
        lines = "".join(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n' for remote, local in fields.items())
        made = tmp_path / f"{kind}.toml"
        made.write_text(
            f'name = "{kind}"\nobject = "Contact"\noperation = "import"\nlocal = {{ path = "{place}" }}\n{lines}'
            '[[order_by]]\nfield = "LastName"\n',
            encoding="utf-8",
        )
        program.org().weather({"kind": "latency", "seconds": 1.1}, path="query", after=1)
        _killed_behind(program.start("run", made, "--yes", "--json"), 4_000)
        program.org().clear_weather()
        assert place.read_text() == "what was there before"
        (part,) = tmp_path.glob(f".all.{kind}.*.part")
        assert part.stat().st_size > 10_000
        run = program.ask("runs").last
        assert run["outcome"] == "interrupted"
        resumed = program.ask("resume", run["run"])
        assert (resumed.code, resumed.counts()) == (0, {"read": 7_000, "created": 7_000}), resumed
        assert _names(place) == everything, kind
        assert [path.name for path in tmp_path.glob(".*")] == []


def _names(place: Path) -> dict[str, tuple[str, str | None]]:
    match place.suffix:
        case ".parquet":
            frame = pl.read_parquet(place)
        case ".jsonl":
            frame = pl.read_ndjson(place)
        case _:
            frame = pl.DataFrame(fastexcel.read_excel(place).load_sheet(0, dtypes="string"))
    assert frame.height == frame["Id"].n_unique()
    return {row["Id"]: (row["Name"], row["Email"]) for row in frame.to_dicts()}


@pytest.mark.parametrize(
    ("name", "content", "more", "sentence", "place"),
    [
        ("c.xlsx", b"Name\nx\n", "", "is not a whole .xlsx workbook", "local.path"),
        ("c.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "", "is protected by a password", "local.path"),
        ("c.parquet", b"Name\nx\n", "", "is not a whole Parquet file", "local.path"),
        ("c.jsonl", b"Name\nx\n", "", "is not JSON Lines", "local.path"),
        ("c.csv", b"PAR1....", "", "is not a text file", "local.path"),
        ("c.csv", b"Key\nx\n", 'sheet = "S"', "“sheet” belongs to a workbook", "local.sheet"),
        ("c.parquet", b"", 'delimiter = ";"', "“delimiter” belongs to text files", "local.delimiter"),
        ("c.ods", b"", "", "is not a kind of file that can be used", "local.path"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    shared: Program, tmp_path: Path, name: str, content: bytes, more: str, sentence: str, place: str
) -> None:
    (tmp_path / name).write_bytes(content)
    answer = shared.ask("run", job(tmp_path, "export", name, more), "--yes")
    assert answer.code == 2
    said = json.dumps(answer.last, ensure_ascii=False)
    assert sentence in said
    assert place in said
