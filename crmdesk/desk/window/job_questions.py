"""Questions of the window about a job that is being made: what its values, its route, its window and its fields are."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import msgspec

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.desk import Desk
from crmdesk.desk.jobs.loaded import LoadedJob
from crmdesk.desk.window.answers import JobRoute, ListedValues, TakenQuery
from crmdesk.engine.job.file import parse_job


class JobText(msgspec.Struct, frozen=True, tag_field="ask"):
    """A question about the job that `text` says, in `folder`."""

    id: int
    text: str
    folder: str


class Route(JobText, frozen=True, tag="route"):
    """How the rows of an import would be read now."""


class Window(JobText, frozen=True, tag="window"):
    """What an import with an index, or one of deleted records, would read if it ran now."""


class Values(JobText, frozen=True, tag="values"):
    """The values of the source that go into lists."""


class Statement(JobText, frozen=True, tag="statement"):
    """The statement that makes the table of an import."""


class Needs(JobText, frozen=True, tag="needs"):
    """The rights in the CRM that the job needs."""


class SchemaNews(JobText, frozen=True, tag="schema_news"):
    """What has changed of the object since the job last knew it."""


class AcceptSchema(JobText, frozen=True, tag="accept_schema"):
    """From here on the job knows the fields as they are now."""


class FirstRows(JobText, frozen=True, tag="first_rows"):
    """The columns and first rows of a source that is no file."""


class Card(JobText, frozen=True, tag="source_card"):
    """What the source of the job holds: all of it is read."""


class TakeApart(msgspec.Struct, frozen=True, tag_field="ask", tag="take_apart"):
    """A query in the CRM's own language, as a job that reads into the file `path`."""

    id: int
    account: str
    query: str
    path: str


class Refresh(msgspec.Struct, frozen=True, tag_field="ask", tag="refresh"):
    """An object asked for anew: what has changed since somebody last looked."""

    id: int
    account: str
    object: str


class FormulaFunctions(msgspec.Struct, frozen=True, tag_field="ask", tag="functions"):
    """The functions of formulas, as they are called."""

    id: int


class KeepPassword(JobText, frozen=True, tag="keep_password"):
    """The password of the job's database, for the credential store."""

    password: str


OfJobText = Route | Window | Values | Statement | Needs | SchemaNews | AcceptSchema | FirstRows | Card | KeepPassword
JobQuestion = OfJobText | FormulaFunctions | Refresh | TakeApart


def answer_of(desk: Desk, question: JobQuestion) -> object:
    """The answer; raises what the desk raises."""
    match question:
        case FormulaFunctions():
            return desk.making.functions()
        case Refresh(account=account, object=name):
            return desk.making.refreshed(account, name)
        case TakeApart(account=account, query=query, path=path):
            text, notices = desk.making.taken_apart(account, query, Path(path))
            return TakenQuery(text, tuple(notices))
        case JobText():
            return _of_job(desk, question, loaded_of(question))
        case _:
            assert_never(question)


def _of_job(desk: Desk, question: OfJobText, loaded: LoadedJob) -> object:
    match question:
        case KeepPassword(password=password):
            return desk.making.keep_password(loaded, password)
        case Route():
            route = desk.rehearsing.route(loaded)
            return JobRoute(route.sentence, route.text, route.calls, route.rows)
        case Window():
            return desk.making.next_window(loaded)
        case Values():
            found, label, organization = desk.rehearsing.list_values(loaded, CancelToken())
            return ListedValues(tuple(found), label, organization)
        case Statement():
            return desk.rehearsing.create_statement(loaded)
        case Needs():
            return desk.rehearsing.needs(loaded)
        case SchemaNews():
            return desk.making.schema_news(loaded)
        case AcceptSchema():
            desk.making.accept_schema(loaded)
            return None
        case FirstRows():
            return desk.making.first_rows(loaded)
        case Card():
            return desk.making.whole_card(loaded.job, CancelToken())
        case _:
            assert_never(question)


def loaded_of(question: JobText) -> LoadedJob:
    """The job that is asked about; raises UserError and PlanError."""
    folder = Path(question.folder)
    return LoadedJob(parse_job(question.text, folder), question.text, folder)
