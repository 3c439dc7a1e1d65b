from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crmdesk.errors import PlanError, Problem, RemoteError, UserError
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.error_details import error_details
from crmdesk.viewmodel.rejects.page import RejectsModel
from tests.viewmodel.kept_rejects import bad_mails

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_what_is_copied_of_an_error_names_the_account_and_what_was_being_done() -> None:
    """R-205."""
    error = UserError("The key Id is not mapped.", hint="Add a line for it.", place="export.key")
    told = error_details(error, "Editing the job “Contacts”, export Contact", "Acme production", NOON).split("\n")
    assert told[:4] == [
        "The key Id is not mapped. Add a line for it.",
        "Place: export.key",
        "What was being done: Editing the job “Contacts”, export Contact",
        "CRM account: Acme production",
    ]
    assert told[4].startswith("Kind: user. CRM Desk ")
    assert told[4].endswith(", 2026-01-31 12:00 UTC")


def test_an_error_that_knows_its_account_names_that_one_and_all_its_problems() -> None:
    error = RemoteError("The CRM went away.")
    error.account = "Acme UAT"
    assert "CRM account: Acme UAT" in error_details(error, "", "Acme production", NOON)
    plan = PlanError(
        (Problem("object", "There is no such object.", "Choose another."), Problem("name", "It is taken."))
    )
    assert "- object: There is no such object. Choose another.\n- name: It is taken." in error_details(plan)


def test_what_is_copied_of_a_cause_names_run_job_and_account(app_model: AppModel, tmp_path: Path) -> None:
    """R-205."""
    run = bad_mails(app_model.history.home, tmp_path, ["a@", "b@"])
    model = RejectsModel(app_model)
    model.open_at(run)
    told = model.details.split("\n")
    assert told[:2] == ["NOT_AN_EMAIL", "Email"]
    assert told[-3:] == [
        "Rows: 2",
        f"What was being done: export Contact, job “contacts”, run {run}",
        "CRM account: Practice org",
    ]
    model.close()
