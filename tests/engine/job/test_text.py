"""A job that is written reads back as the same job."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import UserError
from crmdesk.model.behaviour import Behaviour, Guard
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, Scalar
from crmdesk.model.job import (
    Action,
    Engine,
    ExportOptions,
    Job,
    LocalFile,
    Operation,
    Speed,
    WhenKeyEmpty,
    WhenKeyTwice,
)
from crmdesk.model.local import HiddenRows
from crmdesk.model.local_run import LocalRun
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    FieldMap,
    Inactive,
    Lookup,
    NotFound,
    Origin,
    Owner,
    RecordType,
    Several,
    UserKey,
    WhenEmpty,
)
from crmdesk.model.read_options import Take
from crmdesk.model.write_options import Wishes

FOLDER = Path("/data/Übergabe")

LISTS = (Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES)
EMPTINESS = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
texts = st.one_of(
    anything, st.sampled_from(["a\r\nb", "'''", '"""', '"', "\\", "[x]", "# no", "Größe 漢字 🙂", "\x7f\x01", " "])
)
names = texts.filter(bool)
parts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\:"), min_size=1, max_size=8
).filter(lambda part: part not in (".", ".."))
paths = st.builds(
    lambda top, part, suffix: f"{top}/{part}x{suffix}",
    st.sampled_from([str(FOLDER), str(FOLDER / "deeper"), "/elsewhere", "/data"]),
    st.one_of(parts, st.just("~nobody")),
    st.sampled_from([".csv", ".tsv", ".TXT"]),
)
locals_ = st.builds(
    LocalFile,
    path=paths,
    encoding=st.sampled_from(["", "cp1252"]),
    delimiter=st.sampled_from(["", ";", "\t", "|"]),
    decimal=st.sampled_from([".", ","]),
    date_format=st.one_of(st.just(""), texts),
    time_zone=st.sampled_from(["", "Europe/Berlin"]),
)
runs = st.builds(LocalRun, st.just("7"), st.sampled_from(Take), st.sampled_from([".", ","]))
workbooks = st.builds(
    LocalFile,
    path=st.just("/data/in/a.xlsx"),
    sheet=texts,
    header_row=st.integers(0, 9),
    hidden_rows=st.sampled_from(HiddenRows),
)
offsets = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
moments = st.datetimes(datetime(1900, 1, 3), datetime(2200, 1, 1), timezones=st.one_of(st.just(UTC), offsets))  # noqa: DTZ001
scalars: st.SearchStrategy[Scalar] = st.one_of(
    texts, st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.dates(), moments
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    operator = draw(st.sampled_from(Operator))
    if operator in EMPTINESS:
        return Condition(draw(names), operator)
    sizes = {Operator.BETWEEN: (2, 2)} | dict.fromkeys(LISTS, (1, 3))
    least, most = sizes.get(operator, (0, 0))
    value = st.lists(scalars, min_size=least, max_size=most).map(tuple) if most else scalars
    return Condition(draw(names), operator, draw(value))


def groups(members: st.SearchStrategy[Filter]) -> st.SearchStrategy[Group]:
    return st.builds(Group, st.sampled_from(Joined), st.lists(members, min_size=1, max_size=3).map(tuple))


filters = groups(st.recursive(conditions(), groups, max_leaves=5))
columns = st.builds(Column, names)
origins = st.one_of(
    columns,
    st.builds(Constant, texts),
    st.builds(Expression, names),
    st.builds(
        Lookup,
        names,
        names,
        names,
        st.sampled_from(NotFound),
        st.sampled_from(Several),
        st.one_of(st.none(), filters),
        texts,
    ),
    st.builds(Owner, names, st.sampled_from(UserKey), st.sampled_from(NotFound), st.sampled_from(Inactive), texts),
    st.builds(RecordType, names, st.sampled_from(NotFound), texts),
)


def lines(
    origin: st.SearchStrategy[Column] | st.SearchStrategy[Origin], defaults: st.SearchStrategy[str]
) -> st.SearchStrategy[FieldMap]:
    return st.builds(
        FieldMap,
        names,
        origin,
        st.sampled_from(Conversion),
        st.sampled_from(WhenEmpty),
        st.dictionaries(texts, texts, max_size=3),
        defaults,
    )


percents = st.none() | st.integers(0, 100)
bounds = st.none() | st.integers(0, 10_000_000)
guards = st.builds(Guard, bounds, bounds, percents, percents)
behaviours = st.builds(
    Behaviour,
    st.none() | st.integers(1, 10_000),
    st.integers(0, 100_000),
    st.integers(0, 9),
    st.none() | st.integers(0, 100_000),
    st.integers(0, 5_000),
    st.booleans(),
    st.booleans(),
)


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    # Deletions have a period, whose text has tests of its own.
    operation = draw(st.sampled_from([each for each in Operation if each is not Operation.IMPORT_DELETED]))
    is_import = operation is Operation.IMPORT
    most = 1 if operation is Operation.DELETE else 4
    mapping = tuple(
        draw(st.lists(lines(columns, st.just("")) if is_import else lines(origins, texts), min_size=1, max_size=most))
    )
    engine, rows = draw(st.sampled_from(Engine)), draw(st.integers(0, 2_000))
    speed, sorts, before = draw(st.none() | st.sampled_from(Speed)), draw(st.booleans()), draw(st.booleans())
    export: ExportOptions | None = None
    if operation is Operation.DELETE:
        wishes = Wishes(
            all_or_none=draw(st.booleans()), is_hard=draw(st.booleans()), skips_custom_logic=draw(st.booleans())
        )
        export = ExportOptions(
            Action.DELETE,
            mapping[0].remote,
            engine=engine,
            rows_per_call=rows,
            speed=speed,
            wishes=wishes,
            sorts_by_parent=sorts,
            before_values=before,
            when_key_twice=draw(st.sampled_from(WhenKeyTwice)),
            only_changed=draw(st.booleans()),
        )
    elif operation is Operation.EXPORT:
        action = draw(st.sampled_from([Action.INSERT, Action.UPDATE, Action.UPSERT]))
        rule = draw(st.sampled_from(["", "none", "active", "01Q000000000001AAA"]))
        wishes = Wishes(draw(st.booleans()), rule, draw(st.booleans()), skips_custom_logic=draw(st.booleans()))
        when_empty = draw(st.sampled_from(WhenKeyEmpty))
        twice = draw(st.sampled_from(WhenKeyTwice))
        export = ExportOptions(
            action,
            draw(texts | st.just("name, city")),
            when_empty,
            engine,
            rows,
            speed,
            wishes,
            sorts,
            before,
            twice,
            draw(st.booleans()),
        )
    return Job(
        name=draw(names),
        account=draw(texts),
        object=draw(names),
        operation=operation,
        local=draw(locals_ if is_import else st.one_of(locals_, workbooks, runs)),
        mapping=mapping,
        filter=draw(st.none() | filters) if is_import else None,
        order_by=tuple(draw(st.lists(st.builds(Order, names, st.booleans()), max_size=2))) if is_import else (),
        export=export,
        guard=Guard() if is_import else draw(guards),
        behaviour=draw(behaviours),
        variables={}
        if is_import
        else draw(st.dictionaries(st.from_regex(r"v_\w{1,4}", fullmatch=True), texts, max_size=2)),
    )


@given(jobs(), st.sampled_from([FOLDER, None]))
@settings(max_examples=300)
def test_a_job_that_is_written_reads_back_as_the_same_job(job: Job, folder: Path | None) -> None:
    """R-044, R-060. A complaint about other loaders: a saved mapping comes back with rows doubled or blank."""
    assert parse_job(job_text(job, folder), FOLDER) == job


def small(local: LocalFile) -> Job:
    return Job("x", "Practice org", "Contact", Operation.IMPORT, local, (FieldMap("Email", Column("email")),))


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/data/in/a.csv", "in/a.csv"),
        ("/other/a.csv", "/other/a.csv"),
        ("/data/~a.csv", "/data/~a.csv"),
    ],
)
def test_a_file_below_the_folder_is_named_relative_to_it(path: str, written: str) -> None:
    assert tomllib.loads(job_text(small(LocalFile(path)), Path("/data")))["local"] == {"path": written}


def test_one_condition_comes_back_as_a_group_of_one() -> None:
    condition = Condition("Amount", Operator.GREATER, Decimal("1.50"))
    job = small(LocalFile("/a.csv"))
    alone = Job(job.name, job.account, job.object, job.operation, job.local, job.mapping, filter=condition)
    assert parse_job(job_text(alone), FOLDER).filter == Group(Joined.ALL, (condition,))


def test_a_date_stays_a_date_and_a_time_its_moment() -> None:
    moment = datetime(2012, 11, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    group = Group(
        Joined.ANY,
        (
            Condition("CreatedDate", Operator.LESS, date(2012, 11, 1)),
            Condition("CreatedDate", Operator.EQUAL, moment),
        ),
    )
    job = small(LocalFile("/a.csv"))
    text = job_text(Job(job.name, job.account, job.object, job.operation, job.local, job.mapping, filter=group))
    read = parse_job(text, FOLDER).filter
    assert isinstance(read, Group)
    assert [type(member.value) for member in read.members if isinstance(member, Condition)] == [date, datetime]


def test_a_file_name_that_is_no_text_is_refused_with_a_sentence() -> None:
    with pytest.raises(UserError, match="cannot be saved"):
        job_text(small(LocalFile("/data/\udcff.csv")))
