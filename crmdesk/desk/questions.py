"""The questions of the engine child: one JSON object a line in, one a line out; nothing that goes wrong ends it.

`{"id":7,"ask":"describe","account":"practice_org","object":"Contact"}` is answered by `{"id":7,"answer":…}` or by
`{"id":7,"error":{"kind","message","hint","place"},"problems":[{"place","message","hint"}]}`, where `problems` is there
for a job that cannot be run. A line that is no question is answered with the id null.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

import msgspec

from crmdesk.connectors.contract import BrowserSignIn
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.account_test import tested
from crmdesk.desk.accounts import Accounts
from crmdesk.desk.answers import JobProblem, Signin
from crmdesk.desk.crash_file import kept_crash
from crmdesk.desk.desk import Desk
from crmdesk.desk.job_questions import JobQuestion, JobText, TakeApart, answer_of
from crmdesk.desk.loaded import LoadedJob
from crmdesk.desk.looking import look
from crmdesk.desk.reject_questions import Corrected, KeepRule, RejectQuestion, Remedying, answer_about_rejects
from crmdesk.desk.signing_in import browsing
from crmdesk.engine.job.file import parse_job
from crmdesk.errors import CrmDeskError, PlanError, Problem, SignInError, UserError
from crmdesk.model.job import LocalFile
from crmdesk.model.sign_in import SignInStep

_MOST_ROWS = 1_000
"""A preview is looked at, not read to its end."""


class _Question(msgspec.Struct, frozen=True, tag_field="ask"):
    id: int


class Identify(_Question, frozen=True, tag="identify"):
    """Who an account is."""

    account: str


class Test(_Question, frozen=True, tag="test"):
    """Whether an account can be used, line by line."""

    account: str


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


class Kinds(_Question, frozen=True, tag="kinds"):
    """The kinds of CRM, with their ways to sign in."""


class AddAccount(_Question, frozen=True, tag="add_account"):
    """Save an account and its secrets."""

    signin: Signin


class SignInAgain(_Question, frozen=True, tag="sign_in_again"):
    """Try other settings and another secret for an account, and keep what works."""

    name: str
    settings: dict[str, str]
    secret: str


class RemoveAccount(_Question, frozen=True, tag="remove_account"):
    """Forget an account and its secrets."""

    name: str


AccountQuestion = Identify | Test | Kinds | AddAccount | SignInAgain | RemoveAccount
Question = AccountQuestion | JobQuestion | RejectQuestion | Objects | Describe | Look | Count | Check | Preview

_questions = msgspec.json.Decoder(Question)


class Questions:
    """Answers questions about a profile, one at a time."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._desk: Desk | None = None

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
                return desk.count(_loaded(text, folder))
            case Check(text=text, folder=folder):
                return _problems(desk, text, folder)
            case Preview(text=text, folder=folder, rows=rows, row=row):
                wanted = min(max(rows, 1), _MOST_ROWS)
                return desk.preview(_loaded(text, folder), wanted, CancelToken(), max(row, 1))
            case JobText() | TakeApart():
                return answer_of(desk, question)
            case Corrected() | Remedying() | KeepRule():
                return answer_about_rejects(desk, question)
            case Identify() | Test() | Kinds() | AddAccount() | SignInAgain() | RemoveAccount():
                return _of_accounts(desk.accounts, question, browsing(tell))
            case _:
                assert_never(question)

    def _opened(self) -> Desk:
        """The desk, opened by the first question: a profile that cannot be used is an answer, and is tried again."""
        if self._desk is None:
            self._desk = Desk.open(self._home, is_lasting=True)
        return self._desk


def _of_accounts(accounts: Accounts, question: AccountQuestion, browser: BrowserSignIn) -> object:
    match question:
        case Identify(account=account):
            with accounts.open(account) as opened:
                return opened.session.whoami()
        case Test(account=account):
            return tested(accounts, account)
        case Kinds():
            return accounts.kinds()
        case AddAccount(signin=signin):
            return accounts.sign_in(signin, browser)
        case SignInAgain(name=name, settings=settings, secret=secret):
            return accounts.sign_in_again(name, settings, secret, browser)
        case RemoveAccount(name=name):
            accounts.remove(name)
            return None
        case _:
            assert_never(question)


def _loaded(text: str, folder: str) -> LoadedJob:
    return LoadedJob(parse_job(text, Path(folder)), text, Path(folder))


def _problems(desk: Desk, text: str, folder: str) -> tuple[JobProblem, ...]:
    try:
        desk.check(_loaded(text, folder))
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
