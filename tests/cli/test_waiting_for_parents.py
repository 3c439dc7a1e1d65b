"""Rows whose parent is itself a rejected row: told apart from typing mistakes, and told when the parent has come."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import job_file
from tests.cli.program import Program


def job(folder: Path, name: str, what: str, export: str, rows: str, **lines: str) -> Path:
    (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    return job_file(folder, name, what, f"[export]\n{export}", **lines)


def lookup(column: str, what: str, key: str) -> str:
    return f'lookup = {{ column = "{column}", object = "{what}", key = "{key}" }}'


def accounts_contacts_and_cases(folder: Path) -> tuple[Path, Path, Path]:
    """Three jobs, each over records that belong to those of the one before; the second account cannot be read."""
    accounts = job(
        folder,
        "accounts",
        "Account",
        'action = "upsert"\nkey = "Oracle_Id__c"',
        "Key,Name,Year\nA1,One,1999\nA2,Two,not a number\n",
        Oracle_Id__c="Key",
        Name="Name",
        NumberOfEmployees="Year",
    )
    contacts = job(
        folder,
        "contacts",
        "Contact",
        'action = "upsert"\nkey = "Legacy_Id__c"',
        "Key,Name,Account\nC1,One,A1\nC2,Two,a2\nC3,Three,A3\n",
        Legacy_Id__c="Key",
        LastName="Name",
        AccountId=lookup("Account", "Account", "Oracle_Id__c"),
    )
    cases = job(
        folder,
        "cases",
        "Case",
        'action = "insert"',
        "Subject,Contact\nOf one,C1\nOf two,C2\n",
        Subject="Subject",
        Status='constant = "New"',
        ContactId=lookup("Contact", "Contact", "Legacy_Id__c"),
    )
    return accounts, contacts, cases


def test_a_chain_of_three_waits_for_its_parents_and_is_sent_when_they_have_come(
    shared: Program, tmp_path: Path
) -> None:
    """R-196: correcting an account does not bring back what belongs to it."""
    accounts, contacts, cases = accounts_contacts_and_cases(tmp_path)
    first = shared.run(accounts).last["run"]
    rehearsed = shared.ask("rehearse", contacts).last
    second = shared.run(contacts).last["run"]
    third = shared.run(cases).last["run"]
    found = {line["row"]: (line["code"], line["message"]) for line in shared.ask("rejects", second).lines}
    assert found == {
        2: (
            "PARENT_NOT_FOUND",
            f'No Account has Oracle_Id__c = "a2". Its Account was rejected (run {first}, row 2).',
        ),
        3: ("PARENT_NOT_FOUND", 'No Account has Oracle_Id__c = "A3".'),
    }
    assert rehearsed["rejected"] == 2
    (case,) = shared.ask("rejects", third).lines
    assert (case["code"], case["message"].split(". ")[1]) == (
        "PARENT_NOT_FOUND",
        f"Its Contact was rejected (run {second}, row 2).",
    )
    (group,) = shared.ask("rejects", third, "--causes").lines
    assert (group["title"], group["remedies"][:2]) == ("Its parent was rejected: ContactId", ["H", "F"])
    assert shared.ask("remedy", third, "1", "H").code == 0

    corrected = tmp_path / "corrected.csv"
    shared.ask("rejects", first, "--csv", corrected)
    corrected.write_text(corrected.read_text(encoding="utf-8").replace("not a number", "7"), encoding="utf-8")
    mended = shared.ask("retry", first, "--from", corrected, "--yes")
    assert any(f"`crmdesk retry {second} --waiting`" in line.get("message", "") for line in mended.lines)
    children = shared.ask("retry", second, "--waiting", "--yes")
    assert children.counts() == {"read": 1, "created": 1}
    assert any(f"`crmdesk retry {third} --waiting`" in line.get("message", "") for line in children.lines)
    assert shared.ask("retry", third, "--waiting", "--yes").counts() == {"read": 1, "created": 1}
    (sent,) = shared.org().rows("SELECT Contact.Account.Oracle_Id__c FROM Case WHERE Subject = 'Of two'")
    assert sent == {"Contact": {"Account": {"Oracle_Id__c": "A2"}}}


def test_keys_that_differ_in_upper_and_lower_case_only_say_so(shared: Program, tmp_path: Path) -> None:
    """R-149: the CRM takes them for one."""
    place = job(
        tmp_path,
        "cases of keys",
        "Account",
        'action = "upsert"\nkey = "Oracle_Id__c"',
        "Key,Name\nAbc,One\nX,Two\nabc ,Three\nY,Four\nY,Five\nABC,\n",
        Oracle_Id__c="Key",
        Name="Name",
    )
    run = shared.run(place).last["run"]
    found = {line["row"]: (line["code"], line["message"]) for line in shared.ask("rejects", run).lines}
    told = "Some differ in upper and lower case only, and the CRM takes them for one Oracle_Id__c."
    assert found == {
        1: ("KEY_CASE", f"The same Oracle_Id__c stands in other rows of the source: 3, 6. {told}"),
        3: ("KEY_CASE", f"The same Oracle_Id__c stands in other rows of the source: 1, 6. {told}"),
        4: ("DUPLICATE_VALUE", "The same Oracle_Id__c stands in other rows of the source: 5."),
        5: ("DUPLICATE_VALUE", "The same Oracle_Id__c stands in other rows of the source: 4."),
        6: ("KEY_CASE", f"The same Oracle_Id__c stands in other rows of the source: 1, 3. {told}"),
    }
    kept = shared.ask("remedy", run, "1", "J", "--keep", "fullest")
    assert kept.code == 0, kept
    assert shared.ask("retry", run, "--cause", "1", "--yes").counts() == {"read": 1, "created": 1}
