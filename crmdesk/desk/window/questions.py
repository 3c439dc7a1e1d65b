"""The questions of the engine child: one JSON object a line in, one a line out; nothing that goes wrong ends it.

`{"id":7,"ask":"describe","account":"practice_org","object":"Contact"}` is answered by `{"id":7,"answer":…}` or by
`{"id":7,"error":{"kind","message","hint","place"},"problems":[{"place","message","hint"}]}`, where `problems` is there
for a job that cannot be run. A line that is no question is answered with the id null.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.crash_file import kept_crash
from crmdesk.desk.desk import Desk
from crmdesk.desk.ends.looking import look
from crmdesk.desk.jobs.loaded import LoadedJob
from crmdesk.desk.window.account_questions import AccountQuestion, answer_about_accounts
from crmdesk.desk.window.answers import JobProblem
from crmdesk.desk.window.job_questions import FormulaFunctions, JobQuestion, JobText, Refresh, TakeApart, answer_of
from crmdesk.desk.window.kept_questions import Clean, Keep, KeptQuestion, Room, answer_about_kept
from crmdesk.desk.window.reject_questions import (
    Corrected,
    KeepRule,
    LookBeside,
    RejectQuestion,
    Remedying,
    answer_about_rejects,
)
from crmdesk.engine.job.file import parse_job
from crmdesk.errors import CrmDeskError, PlanError, Problem, SignInError, UserError
from crmdesk.model.job import LocalFile
from crmdesk.model.sign_in import SignInStep
from crmdesk.store.secrets import nobody_asks

_MOST_ROWS = 1_000
"""A preview is looked at, not read to its end."""


class _Question(msgspec.Struct, frozen=True, tag_field="ask"):
    id: int


class Unlock(_Question, frozen=True, tag="unlock"):
    """The pass phrase of the profile's vault, to be used from now on."""

    phrase: str


class Objects(_Question, frozen=True, tag="objects"):
    """The remote objects of an account."""

    account: str


class Describe(_Question, frozen=True, tag="describe"):
    """A remote object and its fields."""

    account: str
    object: str


class Look(_Question, frozen=True, tag="look"):
    """How a local file is written."""

    local: LocalFile


class Count(_Question, frozen=True, tag="count"):
    """How many rows the source of a job has."""

    text: str
    folder: str


class Check(_Question, frozen=True, tag="check"):
    """What is wrong with a job."""

    text: str
    folder: str


class Preview(_Question, frozen=True, tag="preview"):
    """Rows of a job as a run would see them."""

    text: str
    folder: str
    rows: int
    row: int = 1


Looking = Objects | Describe | Look | Count | Check | Preview
Question = Unlock | AccountQuestion | JobQuestion | RejectQuestion | KeptQuestion | Looking

_questions = msgspec.json.Decoder(Question)


class Questions:
    """Answers questions about a profile, one at a time."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._desk: Desk | None = None
        self._phrase = ""

    def close(self) -> None:
        """Let the profile go."""
        if self._desk is not None:
            self._desk.__exit__(None, None, None)

    def reply(self, line: bytes, say: Callable[[bytes], None]) -> bytes:
        """The line that answers a line, without line ends; `say` is given the lines that come before it."""
        asked: int | None = None
        try:
            asked = _id_of(line)

            def tell(step: SignInStep) -> None:
                say(msgspec.json.encode({"id": asked, "step": step}))

            return msgspec.json.encode({"id": asked, "answer": self._answer(_questions.decode(line), tell)})
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _refusal(asked, "bug", CrmDeskError(f"This is not a question: {error}."))
        except PlanError as error:
            return _refusal(asked, error.kind, error, error.problems)
        except CrmDeskError as error:
            return _refusal(asked, error.kind, error)
        except Exception as bug:  # noqa: BLE001 - the last door: the next question shall find somebody to answer it
            return _refusal(asked, "bug", kept_crash(self._home, bug))

    def _answer(self, question: Question, tell: Callable[[SignInStep], None]) -> object:
        if isinstance(question, Unlock):
            self._phrase = question.phrase
            return None
        desk = self._opened()
        match question:
            case Objects(account=account):
                with desk.accounts.open(account) as opened:
                    return opened.session.objects()
            case Describe(account=account, object=name):
                with desk.accounts.open(account) as opened:
                    return opened.describe(name)
            case Look(local=local):
                return look(local)
            case Count(text=text, folder=folder):
                return desk.rehearsing.count(_loaded(text, folder))
            case Check(text=text, folder=folder):
                return _problems(desk, text, folder)
            case Preview(text=text, folder=folder, rows=rows, row=row):
                wanted = min(max(rows, 1), _MOST_ROWS)
                return desk.rehearsing.preview(_loaded(text, folder), wanted, CancelToken(), max(row, 1))
            case JobText() | TakeApart() | Refresh() | FormulaFunctions():
                return answer_of(desk, question)
            case Corrected() | Remedying() | KeepRule() | LookBeside():
                return answer_about_rejects(desk, question)
            case Room() | Keep() | Clean():
                return answer_about_kept(desk, question)
            case _:
                return answer_about_accounts(desk, question, tell)

    def _opened(self) -> Desk:
        """The desk, opened by the first question: a profile that cannot be used is an answer, and is tried again."""
        if self._desk is None:
            self._desk = Desk.open(self._home, is_lasting=True, ask=lambda: self._phrase or nobody_asks())
        return self._desk


def _loaded(text: str, folder: str) -> LoadedJob:
    return LoadedJob(parse_job(text, Path(folder)), text, Path(folder))


def _problems(desk: Desk, text: str, folder: str) -> tuple[JobProblem, ...]:
    try:
        desk.rehearsing.check(_loaded(text, folder))
    except PlanError as error:
        return tuple(JobProblem(each.place, each.message, each.hint) for each in error.problems)
    except UserError as error:
        if not error.place:
            raise
        return (JobProblem(error.place, error.message, error.hint),)
    return ()


class _Numbered(msgspec.Struct):
    id: int | None = None


def _id_of(line: bytes) -> int | None:
    return msgspec.json.decode(line, type=_Numbered).id


def _refusal(asked: int | None, kind: str, error: CrmDeskError, problems: tuple[Problem, ...] = ()) -> bytes:
    told = {"kind": kind, "message": error.message, "hint": error.hint, "place": error.place}
    if isinstance(error, SignInError) and error.letter:
        told["letter"] = error.letter
    return msgspec.json.encode({"id": asked, "error": told, **({"problems": problems} if problems else {})})
