from __future__ import annotations

from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.need import Need
from crmdesk.store.light import LightStore
from crmdesk.viewmodel.accounts.page import AccountsModel
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.rights import rights_text

ACME = Account("acme", "Acme production", "salesforce", "https://acme.my.salesforce.com", "jwt")
WHO = Identity("ann@acme.example", "Acme AB", "00D000000000001AAA", Environment.PRODUCTION, "2026-01-31T10:00:00Z")
NEEDS = (
    Need("read", "Account", ("Name",)),
    Need("read", "Account", ("Id", "Name")),
    Need("edit", "Contact", ("Email", "LastName")),
    Need("delete", "Lead"),
)


def test_the_rights_of_a_job_are_a_request_that_names_user_organisation_object_and_fields() -> None:
    text = rights_text("Contacts", NEEDS, ACME, WHO)
    assert text.startswith("Please give the user ann@acme.example in Acme AB (00D000000000001AAA) these rights")
    assert "- Read Account, fields Name, Id\n- Edit Contact, fields Email, LastName\n- Delete Lead\n" in text
    assert "the user of CRM Desk in Acme production" in rights_text("Contacts", NEEDS, ACME, None)


def test_an_account_tells_how_often_it_was_asked_to_slow_down(app_model: AppModel) -> None:
    """R-209."""
    model = AccountsModel(app_model)
    model.choose("practice_org")
    assert model.throttled == ""
    store = LightStore.open(app_model.history.home)
    store.recollection.count_throttled("practice_org", 12)
    store.close()
    assert model.throttled.startswith("Asked to slow down 12 times, last today ")
