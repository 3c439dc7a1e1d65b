"""A job file becomes a job, or says everything that is wrong with it; it never fails in any other way."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.engine.job.file import parse_job, read_job
from crmdesk.errors import PlanError, UserError
from crmdesk.model.filter import Condition, Group, Joined, Operator, Order
from crmdesk.model.job import Action, Direction, Engine, ExportOptions, Job, LocalFile, Operation, Speed, WhenKeyEmpty
from crmdesk.model.mapping import Column, Constant, Conversion, FieldMap, Lookup, NotFound, Several, WhenEmpty

FOLDER = Path("/jobs")
JOBS = Path(__file__).parent.parent.parent / "jobs"
SAMPLES = Path(__file__).parent.parent.parent.parent / "resources" / "samples"

EXPORT = """
version = 1
name = "contacts"
object = "Contact"
operation = "export"
local = { path = "contacts.csv" }
mapping = [{ remote = "LastName", local = "Name" }]
"""
IMPORT = EXPORT.replace('"export"', '"import"')


def problems(text: str) -> dict[str, str]:
    """What is wrong, by place."""
    with pytest.raises(PlanError) as refused:
        parse_job(text, FOLDER)
    for problem in refused.value.problems:
        assert problem.message.endswith(".")
        assert problem.hint
    return {problem.place: problem.message for problem in refused.value.problems}


def test_a_whole_export_is_read() -> None:
    text = """
    version = 1
    name = "contacts nightly"
    account = "Acme"
    object = "Contact"
    operation = "export"

    [local]
    path = "in/contacts.csv"
    encoding = "cp1252"
    delimiter = ";"
    decimal = ","
    date_format = "%d.%m.%Y"
    time_zone = "Europe/Stockholm"

    [[mapping]]
    remote = "Legacy_Id__c"
    local = "key"

    [[mapping]]
    remote = "LeadSource"
    constant = "Web"
    when_empty = "clear"

    [[mapping]]
    remote = "AccountId"
    lookup = { column = "account", object = "Account", key = "Oracle_Id__c", several = "empty" }

    [[mapping]]
    remote = "Level"
    local = "level"
    values = { "Mid market" = "Mid-market" }
    conversion = "copy-paste"

    [export]
    action = "upsert"
    key = "Legacy_Id__c"
    when_key_empty = "insert"
    speed = "normal"
    rows_per_call = 50

    [behaviour]
    stop_after_rejects = 7
    """
    job = parse_job(text, FOLDER)
    assert (job.name, job.account, job.object, job.direction) == (
        "contacts nightly",
        "Acme",
        "Contact",
        Direction.WRITES,
    )
    assert isinstance(job.local, LocalFile)
    assert job.local.path == "/jobs/in/contacts.csv"
    assert (job.local.encoding, job.local.delimiter, job.local.decimal) == ("cp1252", ";", ",")
    assert (job.local.date_format, job.local.time_zone) == ("%d.%m.%Y", "Europe/Stockholm")
    assert job.mapping == (
        FieldMap("Legacy_Id__c", Column("key")),
        FieldMap("LeadSource", Constant("Web"), when_empty=WhenEmpty.CLEAR),
        FieldMap("AccountId", Lookup("account", "Account", "Oracle_Id__c", NotFound.REJECT, Several.EMPTY)),
        FieldMap("Level", Column("level"), Conversion.COPY_PASTE, values={"Mid market": "Mid-market"}),
    )
    assert job.export == ExportOptions(
        Action.UPSERT, "Legacy_Id__c", WhenKeyEmpty.INSERT, Engine.AUTO, 50, Speed.NORMAL
    )
    assert job.behaviour.stop_after_rejects == 7


def test_a_whole_import_is_read() -> None:
    text = (
        IMPORT
        + """
    [filter]
    all = [
      { field = "CreatedDate", op = ">=", value = 2012-11-01T00:00:00Z },
      { field = "Birthday", op = "!=", value = 2001-02-03 },
      { any = [ { field = "Size", op = "in", value = [1, 2.50] }, { field = "Email", op = "is empty" } ] },
    ]

    [[order_by]]
    field = "Name"
    direction = "desc"
    """
    )
    job = parse_job(text, FOLDER)
    assert (job.operation, job.direction, job.export) == (Operation.IMPORT, Direction.READS, None)
    assert job.order_by == (Order("Name", is_descending=True),)
    assert job.filter == Group(
        Joined.ALL,
        (
            Condition("CreatedDate", Operator.GREATER_OR_EQUAL, datetime(2012, 11, 1, tzinfo=UTC)),
            Condition("Birthday", Operator.NOT_EQUAL, date(2001, 2, 3)),
            Group(
                Joined.ANY,
                (
                    Condition("Size", Operator.IN, (1, Decimal("2.50"))),
                    Condition("Email", Operator.IS_EMPTY),
                ),
            ),
        ),
    )


def test_one_record_a_call_can_be_asked_for() -> None:
    job = parse_job(EXPORT + "[export]\nbatches = false\n", FOLDER)
    assert job.export == ExportOptions(Action.INSERT, rows_per_call=1)


@pytest.mark.parametrize("path", [*JOBS.glob("*.toml"), *SAMPLES.glob("*.toml")], ids=lambda path: path.stem)
def test_the_jobs_that_come_with_the_program_are_whole(path: Path) -> None:
    job, text = read_job(path)
    assert job.name
    assert text == path.read_text(encoding="utf-8")
    assert Path(job.local.path).parent == path.resolve().parent


def test_every_problem_is_named_at_once_with_its_place() -> None:
    found = problems(
        """
        version = 2
        name = ""
        object = 3
        operation = "exprt"
        local = { path = "contacts.xls", decimal = ";", sheet = "One" }
        nonsense = true

        [[mapping]]
        remote = "A"

        [[mapping]]
        remote = "B"
        local = "b"
        constant = "c"

        [[mapping]]
        remote = "C"
        lookup = { column = "c", object = "Account", not_found = "guess" }

        [export]
        action = "replace"
        rows_per_call = -1
        acton = "insert"
        """
    )
    assert set(found) == {
        *("version", "name", "object", "operation", "nonsense"),
        *("local.path", "local.decimal", "local.sheet"),
        *("mapping[1].local", "mapping[2].local", "mapping[3].lookup.key", "mapping[3].lookup.not_found"),
        *("export.action", "export.rows_per_call", "export.acton"),
    }
    assert found["local.sheet"] == "“sheet” belongs to a workbook that is read."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (EXPORT.replace("operation", "# operation"), "operation"),
        (EXPORT.replace("mapping", "# mapping"), "mapping"),
        (EXPORT.replace("local = {", "local = 1 # {"), "local"),
        (EXPORT + "[filter]\nall = [{ field = 'A', op = '=', value = 1 }]\n", "filter"),
        (IMPORT + "[export]\naction = 'insert'\n", "export"),
        (IMPORT.replace('local = "Name"', 'constant = "x"'), "mapping[1].local"),
        (IMPORT + "[filter]\nall = []\n", "filter.all"),
        (IMPORT + "[filter]\nall = [{ field = 'A', op = '=' }]\nany = []\n", "filter"),
        (IMPORT + "[filter]\nall = [{ field = 'A', op = 'like', value = 1 }]\n", "filter.all[1].op"),
        (IMPORT + "[filter]\nall = [{ field = 'A', op = 'in', value = 1 }]\n", "filter.all[1].value"),
        (IMPORT + "[filter]\nall = [{ field = 'A', op = 'is empty', value = 1 }]\n", "filter.all[1].value"),
        (IMPORT + "[filter]\nall = [{ field = 'A', op = '>', value = 2020-01-01T00:00:00 }]\n", "filter.all[1].value"),
        (IMPORT + "[filter]\nall = [{ any = [{ field = 'A', op = '=' }] }]\n", "filter.all[1].any[1].value"),
        (EXPORT + "[behaviour]\nprocess_rejects = 'no'\n", "behaviour.process_rejects"),
        (EXPORT + "[variables]\nseason = 1\n", "variables"),
        (EXPORT + "[variables]\nrun = 'x'\n", "variables"),
        (EXPORT + "[variables]\n'a b' = 'x'\n", "variables"),
        (IMPORT + "[variables]\nseason = 'x'\n", "variables"),
        ("= 1", "file"),
        (IMPORT + "[behaviour]\nx = " + "[" * 50_000, "file"),
        (IMPORT + "[index]\nlag_seconds = " + "9" * 5_000 + "\n", "file"),
        (IMPORT + "[index]\nlag_seconds = " + "9" * 30 + "\n", "index.lag_seconds"),
    ],
)
def test_a_problem_is_told_where_it_is(text: str, place: str) -> None:
    """R-078."""
    assert place in problems(text)


@pytest.mark.parametrize("word", ["not", "none"])
def test_there_is_no_and_not_in_a_filter(word: str) -> None:
    """R-079."""
    found = problems(IMPORT + f"[filter]\nall = [{{ {word} = [{{ field = 'A', op = '=', value = 1 }}] }}]\n")
    assert found[f"filter.all[1].{word}"] == "There is no AND NOT and no OR NOT."


def test_a_misspelt_key_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(PlanError) as refused:
        parse_job(EXPORT.replace("operation", "operaton").replace('local = "Name"', 'locl = "Name"'), FOLDER)
    hints = {problem.place: problem.hint for problem in refused.value.problems}
    assert hints["operaton"] == "Did you mean “operation”?"
    assert hints["mapping[1].locl"] == "Did you mean “local”?"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "job.toml"
    place.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="cannot be read"):
        read_job(place)
    with pytest.raises(UserError, match="cannot be read"):
        read_job(tmp_path)


# --- whatever a file may hold ---

WORDS = st.sampled_from(
    [
        *("version", "name", "account", "object", "operation", "local", "mapping", "filter", "order_by", "export"),
        *("behaviour", "index", "path", "remote", "constant", "lookup", "column", "key", "values", "all", "any"),
        *("field", "op", "value", "direction", "action", "engine", "mode", "stop_after_rejects", "batches"),
    ]
)
LEAVES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.sampled_from(["", "import", "export", "delete", "x.csv", "in", "=", "is empty", "upsert", "asc", "rest", "\0"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=20,
)


def toml(value: Any) -> str:
    """A value in TOML; what JSON and TOML write alike is written by json."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return repr(value).replace("inf", "inf")
    return json.dumps(value)


@given(st.dictionaries(WORDS, TREES, max_size=8))
@settings(max_examples=300)
def test_any_document_is_a_job_or_a_list_of_problems(document: dict[str, Any]) -> None:
    text = "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in document.items())
    found: Job | PlanError
    try:
        found = parse_job(text, FOLDER)
    except PlanError as error:
        found = error
    assert isinstance(found, Job) or all(problem.message for problem in found.problems)


@given(st.text(max_size=200))
def test_any_text_is_a_job_or_a_list_of_problems(text: str) -> None:
    with pytest.raises(PlanError):
        parse_job(text, FOLDER)
