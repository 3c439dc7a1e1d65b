"""A plan: what of a job can be carried out, and every rule that keeps the rest from being tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.job.file import parse_job
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.planning.reading import plan_read
from crmdesk.engine.planning.writing import columns_of, plan_write
from crmdesk.errors import PlanError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, Value
from crmdesk.model.job import Action, Engine, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column, Constant, Expression, FieldMap, Lookup
from crmdesk.model.schema import Field, FieldType, RemoteObject
from tests.engine.fakes import CAN, THING, describe

HEADER = ("key", "name", "size", "mail")
KEY = FieldMap("Key__c", Column("key"))
NAME = FieldMap("Name", Column("name"))
OWNER = FieldMap("Owner", Lookup("mail", "Person", "Mail"))


def written(
    *lines: FieldMap,
    action: Action = Action.INSERT,
    key: str = "",
    engine: Engine = Engine.AUTO,
    remote: RemoteObject = THING,
    can: Capabilities = CAN,
    header: tuple[str, ...] = HEADER,
) -> WritingPlan:
    options = ExportOptions(action, key, engine=engine)
    job = Job("things", "fake", "Thing", Operation.EXPORT, LocalFile("things.csv"), lines, export=options)
    return plan_write(job, remote, header, can, describe)


def places(*lines: FieldMap, **more: object) -> set[str]:
    """Where the problems are."""
    with pytest.raises(PlanError) as refused:
        written(*lines, **more)  # type: ignore[arg-type]
    for problem in refused.value.problems:
        assert problem.message.endswith(".")
        assert problem.hint
    return {problem.place for problem in refused.value.problems}


def test_an_insert_without_a_key_says_that_every_row_is_new() -> None:
    """R-146."""
    plan = written(NAME)
    assert plan.key is None
    assert plan.notices == ("No key: every row creates a new record.",)
    assert [field.name for field in plan.fields] == ["Name"]


def test_names_of_fields_are_those_of_the_crm_whatever_their_case() -> None:
    plan = written(
        FieldMap("key__C", Column("key")), FieldMap("NAME", Column("name")), action=Action.UPSERT, key="KEY__c"
    )
    assert [field.name for field in plan.fields] == ["Key__c", "Name"]
    assert plan.key == THING.field("Key__c")
    assert plan.key_line is plan.convert.lines[0]


@pytest.mark.parametrize("action", [Action.UPDATE, Action.DELETE])
def test_a_foreign_key_is_looked_up_so_that_the_request_goes_by_id(action: Action) -> None:
    lines = (KEY,) if action is Action.DELETE else (KEY, NAME)
    plan = written(*lines, action=action, key="Key__c")
    assert plan.is_key_looked_up
    assert plan.key == THING.field("Id")
    search = plan.convert.lines[0].search
    assert search is not None
    assert (search.object, search.key, plan.convert.lines[0].map.origin) == ("Thing", "Key__c", Column("key"))
    by_id = written(FieldMap("Id", Column("key")), *lines[1:], action=action, key="Id")
    assert not by_id.is_key_looked_up


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        ((FieldMap("Nmae", Column("name")),), {}, {"mapping[1].remote", "mapping"}),
        ((FieldMap("Name", Column("nam")),), {}, {"mapping[1].local"}),
        ((NAME, FieldMap("Made", Column("key"))), {}, {"mapping[2].remote"}),
        ((NAME, FieldMap("Id", Column("key"))), {}, {"mapping[2].remote"}),
        ((NAME, FieldMap("name", Column("key"))), {}, {"mapping[2].remote"}),
        ((KEY,), {}, {"mapping"}),
        ((NAME, KEY), {"key": "Key__c"}, {"export.key"}),
        ((NAME,), {"action": Action.UPSERT}, {"export.key"}),
        ((NAME,), {"action": Action.UPDATE}, {"export.key"}),
        ((KEY,), {"action": Action.DELETE}, {"export.key", "mapping[1].remote"}),
        ((NAME,), {"action": Action.UPSERT, "key": "Key__c"}, {"export.key"}),
        ((NAME,), {"action": Action.UPSERT, "key": "Keys"}, {"export.key"}),
        ((NAME, FieldMap("Size", Column("size"))), {"action": Action.UPSERT, "key": "Size"}, {"export.key"}),
        (
            (NAME, FieldMap("Key__c", Constant("x"))),
            {"action": Action.UPSERT, "key": "Key__c"},
            {"mapping[2].constant"},
        ),
        ((NAME, FieldMap("Owner", Lookup("who", "Person", "Mail"))), {}, {"mapping[2].lookup.column"}),
        ((NAME, FieldMap("Owner", Lookup("mail", "Persn", "Mail"))), {}, {"mapping[2].lookup.object"}),
        ((NAME, FieldMap("Owner", Lookup("mail", "Person", "Male"))), {}, {"mapping[2].lookup.key"}),
        ((NAME, FieldMap("Owner", Lookup("mail", "Thing", "Name"))), {}, {"mapping[2].lookup.object"}),
        (
            (NAME, FieldMap("Owner", Lookup("mail", "Thing", "Note"))),
            {},
            {"mapping[2].lookup.key", "mapping[2].lookup.object"},
        ),
        ((NAME,), {"remote": replace(THING, is_creatable=False)}, {"object"}),
        ((NAME,), {"can": Capabilities({}, {Action.INSERT: "Things are born, not made."})}, {"export.action"}),
        ((NAME,), {"can": Capabilities({Action.INSERT: (Engine.REST,)}), "engine": Engine.BULK}, {"export.engine"}),
    ],
)
def test_what_cannot_be_written_is_told_at_its_place(
    lines: tuple[FieldMap, ...], more: dict[str, object], expected: set[str]
) -> None:
    """R-045, R-053, R-181."""
    assert places(*lines, **more) == expected


def test_all_problems_are_named_at_once() -> None:
    wrong = (
        FieldMap("Nmae", Column("nam")),
        FieldMap("Made", Column("keys")),
        FieldMap("Owner", Lookup("m", "P", "k")),
    )
    assert places(*wrong, action=Action.UPSERT) >= {
        *("mapping[1].remote", "mapping[2].remote", "mapping[2].local", "mapping[3].lookup.column"),
        *("mapping[3].lookup.object", "export.key"),
    }


def test_a_near_miss_is_answered_with_what_may_have_been_meant() -> None:
    with pytest.raises(PlanError) as refused:
        written(FieldMap("Nmae", Column("NAME")), NAME)
    hints = [problem.hint for problem in refused.value.problems]
    assert hints == ["Did you mean Name?"]
    with pytest.raises(PlanError) as refused:
        written(FieldMap("Name", Column("NAME")))
    assert refused.value.hint == "Did you mean “name”?"


def test_a_key_that_is_not_unique_is_told_before_the_run() -> None:
    remote = replace(THING, fields=tuple(replace(field, is_unique=False) for field in THING.fields))
    plan = written(KEY, NAME, action=Action.UPSERT, key="Key__c", remote=remote)
    assert "not unique" in plan.notices[0]


def test_the_columns_a_mapping_needs_are_named_once() -> None:
    assert columns_of((KEY, NAME, OWNER, FieldMap("Size", Constant("1")), FieldMap("Note", Column("key")))) == (
        *("key", "name", "mail"),
    )


# --- reading ---


def read(*lines: FieldMap, where: Filter | None = None, order: tuple[Order, ...] = ()) -> Job:
    return Job("things", "fake", "Thing", Operation.IMPORT, LocalFile("things.csv"), lines, where, order)


def test_an_import_brings_the_record_id_by_itself_and_follows_parents() -> None:
    """R-049, R-136."""
    plan = plan_read(
        read(
            FieldMap("name", Column("n")),
            FieldMap("holder.mail", Column("m")),
            where=Condition("SIZE", Operator.GREATER, "12"),
            order=(Order("key__c"),),
        ),
        THING,
        describe,
    )
    assert plan.query.fields == ("Id", "Name", "Holder.Mail")
    assert [line.local for line in plan.lines] == ["Id", "n", "m"]
    assert str(plan.query.filter) == str(Condition("Size", Operator.GREATER, 12)).replace("12", "Decimal('12')")
    assert plan.query.order_by == (Order("Key__c"),)


def test_a_lookup_field_brings_the_id_and_the_name_of_the_parent_only_where_it_is_mapped() -> None:
    """R-037."""
    id_alone = FieldMap("Owner", Column("o"))
    assert plan_read(read(id_alone), THING, describe).query.fields == ("Id", "Owner")
    both = plan_read(read(id_alone, FieldMap("Holder.Mail", Column("m"))), THING, describe)
    assert both.query.fields == ("Id", "Owner", "Holder.Mail")


def test_a_link_to_several_kinds_of_records_leads_to_the_fields_of_each() -> None:
    """R-137."""
    owner = Field("Owner", "Owner", FieldType.REFERENCE, references=("Queue", "Thing", "Person"), relationship="Holder")
    remote = replace(THING, fields=(*THING.fields[:-1], owner))
    lines = (FieldMap("Holder.Note", Column("n")), FieldMap("holder.mail", Column("m")))
    assert plan_read(read(*lines), remote, describe).query.fields == ("Id", "Holder.Note", "Holder.Mail")
    with pytest.raises(PlanError):
        plan_read(read(FieldMap("Holder.Nothing", Column("n"))), remote, describe)


def test_the_content_of_a_file_cannot_be_mapped_and_its_name_is_proposed() -> None:
    remote = replace(THING, fields=(*THING.fields, Field("Body", "Body", FieldType.BINARY)))
    with pytest.raises(PlanError) as refused:
        plan_read(read(FieldMap("Body", Column("b"))), remote, describe)
    assert "name of the file" in refused.value.problems[0].hint


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (read(FieldMap("Nam", Column("n"))), {"mapping[1].remote"}),
        (read(FieldMap("Holder.Nothing", Column("n"))), {"mapping[1].remote"}),
        (read(FieldMap("Place", Column("n"))), {"mapping[1].remote"}),
        (read(FieldMap("Name", Column("n")), FieldMap("Size", Column("n"))), {"mapping"}),
        (read(FieldMap("Name", Column("Id"))), {"mapping"}),
        (
            read(FieldMap("Name", Column("n")), order=(Order("Note"), Order("Nop"))),
            {"order_by[1].field", "order_by[2].field"},
        ),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(job: Job, expected: set[str]) -> None:
    with pytest.raises(PlanError) as refused:
        plan_read(job, THING, describe)
    assert {problem.place for problem in refused.value.problems} == expected


@pytest.mark.parametrize(
    ("field", "operator", "value", "place"),
    [
        ("Sise", Operator.EQUAL, 1, "filter.all[1].field"),
        ("Note", Operator.EQUAL, "x", "filter.all[1].field"),
        ("Size", Operator.CONTAINS, "1", "filter.all[1].op"),
        ("Name", Operator.INCLUDES, ("a",), "filter.all[1].op"),
        ("Size", Operator.EQUAL, "many", "filter.all[1].value"),
        ("Size", Operator.IN, ("1", "two"), "filter.all[1].value"),
        ("Made", Operator.LESS, "yesterday", "filter.all[1].value"),
    ],
)
def test_a_condition_that_makes_no_sense_is_told_at_its_place(
    field: str, operator: Operator, value: Value, place: str
) -> None:
    where = Group(Joined.ALL, (Condition(field, operator, value),))
    with pytest.raises(PlanError) as refused:
        plan_read(read(FieldMap("Name", Column("n")), where=where), THING, describe)
    assert [problem.place for problem in refused.value.problems] == [place]


def test_a_date_may_be_written_as_the_campaign_connector_does() -> None:
    where = Condition("Made", Operator.LESS, "2020/01/31 12:00:00")
    plan = plan_read(read(FieldMap("Name", Column("n")), where=where), THING, describe)
    assert isinstance(plan.query.filter, Condition)
    assert str(plan.query.filter.value) == "2020-01-31"


@pytest.mark.parametrize(
    ("field", "hint"),
    [("Sise", "Did you mean Size?"), ("size2", "Did you mean Size?"), ("Holder.Mial", "Did you mean Holder.Mail?")],
)
def test_a_field_of_a_filter_or_an_order_that_is_not_there_is_answered_with_what_may_have_been_meant(
    field: str, hint: str
) -> None:
    job = replace(
        read(FieldMap("Size", Column("s"))),
        filter=Group(Joined.ALL, (Condition(field, Operator.IS_EMPTY),)),
        order_by=(Order(field),),
    )
    with pytest.raises(PlanError) as refused:
        plan_read(job, THING, describe)
    assert [problem.hint for problem in refused.value.problems] == [hint, hint]


def test_a_source_of_no_rows_and_no_columns_lacks_none() -> None:
    lines = (FieldMap("Name", Expression("UPPER([any name])")), FieldMap("Key__c", Column("k")))
    assert [line.field.name for line in written(*lines, header=()).convert.lines] == ["Name", "Key__c"]


def test_formulas_know_the_variables_of_the_job() -> None:
    """R-058, R-063."""
    text = """
        name = "things"
        object = "Thing"
        operation = "export"
        local = { path = "things.csv" }
        mapping = [{ remote = "Name", expression = "vars.season & vars.job" }]
        variables = { season = "Summer " }
    """
    job = parse_job(dedent(text), Path("/jobs"))
    [line] = plan_write(job, THING, HEADER, CAN, describe).convert.lines
    assert line.formula is not None
    assert line.formula.cells(pl.DataFrame({"name": ["x"]}), "Name").value.to_list() == ["Summer things"]
