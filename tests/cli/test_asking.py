"""The question before a run that writes, above all to production."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.cli.asking import Asking
from crmdesk.cli.output import Output
from crmdesk.desk import Intent
from crmdesk.errors import UserError
from crmdesk.model.account import Account, Environment
from crmdesk.model.caution import LARGE_WRITE
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation


def intent(rows: int, environment: Environment, action: Action = Action.UPSERT) -> Intent:
    operation = Operation.DELETE if action is Action.DELETE else Operation.EXPORT
    job = Job(
        "contacts", "acme", "Contact", operation, LocalFile("contacts.csv"), (), export=ExportOptions(action, "Id")
    )
    account = Account("acme", "Acme", "salesforce", "https://acme.example", "token")
    return Intent(job, account, environment, "Contacts", rows, action)


def answered(asked: Intent, *, is_yes: bool = False, confirm: int = 0) -> bool:
    """The answer of a command that has no terminal."""
    return Asking(Output(is_json=True), is_yes=is_yes, confirm=confirm).confirm_sending(asked)


@pytest.mark.parametrize("environment", [Environment.PRACTICE, Environment.SANDBOX])
def test_yes_is_enough_where_nothing_can_be_broken(environment: Environment) -> None:
    assert answered(intent(1_000_000, environment), is_yes=True)
    assert answered(intent(1_000_000, environment, Action.DELETE), is_yes=True)


def test_yes_is_enough_for_a_small_write_to_production() -> None:
    """R-331."""
    assert answered(intent(LARGE_WRITE, Environment.PRODUCTION), is_yes=True)


@pytest.mark.parametrize(
    ("rows", "action"), [(LARGE_WRITE + 1, Action.UPSERT), (LARGE_WRITE + 1, Action.INSERT), (1, Action.DELETE)]
)
def test_a_large_write_and_any_delete_in_production_want_the_number_of_rows(rows: int, action: Action) -> None:
    """R-331. A complaint about other loaders: records are deleted in the wrong place."""
    asked = intent(rows, Environment.PRODUCTION, action)
    with pytest.raises(UserError) as refused:
        answered(asked, is_yes=True)
    assert f"{action.value.capitalize()} {rows:,} Contacts in Acme (production)" in refused.value.message
    assert f"--confirm {rows}" in refused.value.hint
    assert answered(asked, confirm=rows)
    assert answered(asked, is_yes=True, confirm=rows)


@pytest.mark.parametrize("environment", list(Environment))
def test_a_number_that_is_not_the_number_of_rows_is_refused_everywhere(environment: Environment) -> None:
    with pytest.raises(UserError) as refused:
        answered(intent(12, environment), is_yes=True, confirm=11)
    assert "confirmed, 11" in refused.value.message
    assert "--confirm 12" in refused.value.hint


def test_nobody_there_and_nothing_said_is_a_refusal() -> None:
    with pytest.raises(UserError, match="nobody is here to say yes"):
        answered(intent(1, Environment.PRACTICE))


def test_an_import_asks_nothing(tmp_path: Path) -> None:
    job = Job("names", "acme", "Contact", Operation.IMPORT, LocalFile(str(tmp_path / "names.csv")), ())
    Asking(Output(is_json=True), is_yes=False).refuse_unanswerable(job)
    with pytest.raises(UserError, match="nobody is here to say yes") as refused:
        Asking(Output(is_json=True), is_yes=False).refuse_unanswerable(intent(1, Environment.PRACTICE).job)
    assert "--yes" in refused.value.hint
