from __future__ import annotations

import pytest

from crmdesk.errors import UserError
from crmdesk.model.account import Account
from crmdesk.model.job import Operation
from crmdesk.model.run import RunOutcome
from crmdesk.store import Store
from tests.store.profiles import new_run

OLD_ORG = Account("old_org", "Old org", "salesforce", "https://old.example", "token", {"version": "64.0"})


def test_a_fresh_profile_holds_the_practice_org(store: Store) -> None:
    assert store.accounts.list() == (Account("practice_org", "Practice org", "salesforce", "", "practice"),)


def test_an_account_comes_back_as_it_was_saved_by_name_and_by_label(store: Store) -> None:
    """R-001."""
    store.accounts.add(OLD_ORG)

    assert store.accounts.get("old_org") == store.accounts.get("Old org") == OLD_ORG


@pytest.mark.parametrize(("name", "label"), [("old_org", "Other"), ("other", "Old org"), ("other", "old_org")])
def test_an_account_that_another_answers_for_is_refused(store: Store, name: str, label: str) -> None:
    """R-001."""
    store.accounts.add(OLD_ORG)

    with pytest.raises(UserError, match="already"):
        store.accounts.add(Account(name, label, "odata", "https://x.example", "basic"))


def test_an_unknown_account_is_refused_with_the_names_of_those_there_are(store: Store) -> None:
    with pytest.raises(UserError, match='no account "Sandbox"') as refusal:
        store.accounts.get("Sandbox")

    assert '"Practice org"' in refusal.value.hint


def test_an_account_that_saved_jobs_use_is_kept_and_the_jobs_are_named(store: Store) -> None:
    """R-022."""
    store.accounts.add(OLD_ORG)
    store.jobs.save("nightly", "version = 1", Operation.EXPORT, "Old org", "Contact", "/jobs")

    with pytest.raises(UserError, match='saved jobs: "nightly"'):
        store.accounts.remove("old_org")
    store.jobs.remove("nightly")
    assert store.accounts.remove("Old org") == OLD_ORG
    assert OLD_ORG not in store.accounts.list()


def test_an_account_that_an_unfinished_run_needs_is_kept(store: Store) -> None:
    run, ledger = new_run(store)

    with pytest.raises(UserError, match=f"not finished: {run}"):
        store.accounts.remove("practice_org")
    ledger.finish(RunOutcome.SUCCEEDED, 0, "")
    store.accounts.remove("practice_org")


def test_a_saved_job_comes_back_with_its_text_untouched(store: Store) -> None:
    text = '# meine Aufträge\r\nversion = 1\nname = "x"\n'
    store.jobs.save("x", "old", Operation.IMPORT, "Practice org", "Lead", "/jobs")
    store.jobs.save("x", text, Operation.EXPORT, "Practice org", "Contact", "/jobs")

    (job,) = store.jobs.list()

    assert job == store.jobs.get("x") == store.jobs.find("x")
    assert (job.text, job.operation, job.object, job.folder) == (text, Operation.EXPORT, "Contact", "/jobs")


def test_an_unknown_job_is_refused(store: Store) -> None:
    assert store.jobs.find("y") is None
    for ask in (store.jobs.get, store.jobs.remove):
        with pytest.raises(UserError, match="no saved job “y”"):
            ask("y")
