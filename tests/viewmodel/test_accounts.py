"""The page of the accounts without the page: test, add, look where one has arrived, forget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Environment, Identity
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.sign_in import SignInStep, Step, StepState
from crmdesk.viewmodel.accounts.form import AccountForm
from crmdesk.viewmodel.accounts.lines import AccountLine, SignInState, sections_of
from crmdesk.viewmodel.accounts.page import AccountsModel
from crmdesk.viewmodel.app import AppModel
from tests.cli.program import HELD
from tests.practice.oauth.signing_in import ADMIN, SALES, Signer
from tests.servers.signing_org import CLIENT_ID, SigningOrg, signing_org
from tests.viewmodel.moving import until

PRACTICE = "practice_org"
on_one_loop = pytest.mark.asyncio(loop_scope="module")
ELSEWHERE = Identity("ann@acme.example", "Acme", "00D000000000001AAA", Environment.PRODUCTION, "2026-01-31T10:00:00Z")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningOrg]:
    with signing_org(tmp_path_factory.mktemp("elsewhere")) as org:
        yield org


@pytest_asyncio.fixture(loop_scope="module")
async def model(shared_app_model: AppModel) -> AsyncIterator[AccountsModel]:
    found = AccountsModel(shared_app_model)
    await found.open()
    yield found
    for account in shared_app_model.history.accounts():
        if account.name != PRACTICE:
            await shared_app_model.engine.remove_account(account.name)


def form_of(model: AccountsModel, elsewhere: SigningOrg, **other: str) -> AccountForm:
    """The form of a new account, filled in as for a Salesforce org."""
    model.open_form()
    assert model.form is not None
    filled = {
        "url": f"{elsewhere.org.url}/lightning/page/home",
        "label": "Acme",
        "client_id": CLIENT_ID,
        "user": SALES,
        "private_key": elsewhere.key,
    }
    for name, value in (filled | other).items():
        model.form.fill(name, value)
    return model.form


def line(model: AccountsModel, name: str) -> AccountLine:
    return next(each for each in model.lines if each.name == name)


# The list and the test.


@on_one_loop
async def test_the_practice_org_is_there_and_tested_and_found_by_its_words(model: AccountsModel) -> None:
    await model.look_at_practice()
    assert [each.environment for each in model.sections] == [Environment.PRACTICE]
    practice = line(model, PRACTICE)
    assert practice.state is SignInState.SIGNED_IN
    assert practice.user == ADMIN
    assert practice.organization_id.startswith("00D")
    assert practice.where == "built in · on this computer only"
    tested = model.tests.result(PRACTICE)
    assert tested is not None
    assert all(each.is_ok for each in tested.lines)
    assert model.chosen == PRACTICE
    assert model.which is None

    org = practice.organization_id
    for words in ("practice", org[:8].lower(), "admin computer"):
        model.search(words)
        assert len(model.lines) == 1
    model.search("nobody")
    assert model.sections == ()


@on_one_loop
async def test_a_test_under_way_is_told_and_is_not_started_twice(model: AccountsModel) -> None:
    states: list[bool] = []
    model.subscribe(lambda: states.append(model.tests.is_running(PRACTICE)))
    first = asyncio.create_task(model.test(PRACTICE))
    await asyncio.sleep(0)
    assert model.tests.is_running(PRACTICE)
    assert line(model, PRACTICE).state is SignInState.TRYING
    await model.test(PRACTICE)
    await first
    assert states[0]
    assert not states[-1]


def test_production_stands_first_and_what_nobody_looked_at_before_the_practice_org() -> None:
    plain = AccountLine(
        "a", "A", "", "", None, "", "", "", None, None, "", SignInState.UNTRIED, None, is_practice=False
    )
    kinds = (Environment.PRACTICE, None, Environment.SANDBOX, Environment.PRODUCTION)
    found = sections_of([replace(plain, environment=each) for each in kinds])
    assert [each.environment for each in found] == [
        Environment.PRODUCTION,
        Environment.SANDBOX,
        None,
        Environment.PRACTICE,
    ]


# The form.


def test_the_form_is_made_of_what_the_connectors_say() -> None:
    form = AccountForm(Accounts.kinds())
    assert (form.kind.kind, form.method.name) == ("salesforce", "jwt")
    assert [each.name for each in form.fields] == ["client_id", "user", "private_key", "ca_file"]
    form.fill("auth", "token")
    assert [each.name for each in form.fields] == ["token", "ca_file"]
    form.fill("kind", "odata")
    assert [each.name for each in form.kind.methods] == ["none", "basic", "client-credentials", "api-key", "token"]
    assert form.method.name == "none"
    form.fill("auth", "basic")
    assert [each.name for each in form.fields] == ["user", "password", "ca_file"]
    form.fill("kind", "dynamics")
    assert (form.method.name, form.fields[0].name) == ("client-credentials", "client_id")


def test_the_steps_of_a_sign_in_in_the_browser_are_told_and_a_refusal_brings_its_letter() -> None:
    form = AccountForm(Accounts.kinds())
    form.fill("auth", "browser")
    form.begin()
    form.take_step(SignInStep(Step.ADDRESS, StepState.DONE, "acme.my.salesforce.com"))
    form.take_step(SignInStep(Step.BROWSER, StepState.GOING_ON, "Waiting", "https://acme.example/authorize"))
    assert (form.link, bool(form.waiting_since)) == ("https://acme.example/authorize", True)
    form.take_step(SignInStep(Step.BROWSER, StepState.FAILED, "No"))
    assert ([each.step for each in form.steps], form.link, form.waiting_since) == (
        [Step.ADDRESS, Step.BROWSER],
        "",
        0.0,
    )
    form.refuse(SignInError("The app is not known.", place="client_id", letter="Please add the app."))
    assert (form.errors["client_id"].message, form.letter) == ("The app is not known.", "Please add the app.")
    form.begin()
    assert (form.letter, form.steps) == ("", ())


def test_what_is_missing_is_said_beside_each_line() -> None:
    form = AccountForm(Accounts.kinds())
    assert not form.checked()
    assert set(form.errors) == {"url", "label", "client_id", "user", "private_key"}
    form.fill("url", "https://acme-uat.my.salesforce.com")
    assert form.proposed_label == "Acme UAT"
    assert "url" not in form.errors


@on_one_loop
async def test_an_account_is_added_when_a_person_has_said_yes_to_the_org(
    shared_app_model: AppModel, model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form = form_of(model, elsewhere)
    signing_in = asyncio.create_task(model.sign_in())
    await asyncio.sleep(0)
    assert form.is_busy
    await signing_in
    assert model.which is not None
    assert model.which.identity.organization_id == elsewhere.org.org_id
    assert model.which.identity.user == SALES
    assert model.which.account.url == elsewhere.org.url
    assert shared_app_model.history.known_identity("acme") is None

    await model.say_yes()
    assert model.form is None
    known = shared_app_model.history.known_identity("acme")
    assert known is not None
    assert known.organization_id == elsewhere.org.org_id
    assert model.chosen == "acme"
    assert line(model, "acme").state is SignInState.SIGNED_IN
    assert line(model, "acme").needs_person is False


@on_one_loop
async def test_no_takes_the_account_away_and_leaves_the_form_as_it_was(
    model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form = form_of(model, elsewhere)
    await model.sign_in()
    await model.say_no()
    assert model.which is None
    assert [each.name for each in model.lines] == [PRACTICE]
    assert model.form is form
    assert form.value("private_key") == elsewhere.key
    await model.sign_in()
    assert model.which is not None


@on_one_loop
async def test_a_refusal_stands_beside_its_line_and_no_account_stays(
    model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form = form_of(model, elsewhere)
    for name, value, says in (
        ("client_id", "nobody", "consumer key"),
        ("user", "nobody@acme.example", "nobody@acme.example"),
        ("private_key", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----", "This is the certificate"),
        ("url", "https://a:b@acme.my.salesforce.com", "password"),
        ("label", "Practice org", "already"),
    ):
        before = form.value(name)
        form.fill(name, value)
        await model.sign_in()
        said = form.errors.get(name) or form.error
        assert said is not None
        assert says in said.message
        assert said.hint
        assert not form.is_busy
        assert model.which is None
        assert [each.name for each in model.lines] == [PRACTICE]
        form.fill(name, before)


def test_a_key_is_taken_out_of_its_file_and_another_file_is_refused(tmp_path: Path) -> None:
    form = AccountForm(Accounts.kinds())
    key = Signer().private_pem.decode()
    (tmp_path / "key.pem").write_text(key)
    (tmp_path / "photo.jpg").write_bytes(bytes(range(256)))
    form.take_file("private_key", tmp_path / "photo.jpg")
    assert "photo.jpg is not a key file" in form.errors["private_key"].message
    form.take_file("private_key", tmp_path / "gone.pem")
    assert "gone.pem cannot be read" in form.errors["private_key"].message
    form.take_file("private_key", tmp_path / "key.pem")
    assert not form.errors
    assert form.files == {"private_key": "key.pem"}
    assert form.signin().secrets == {"private_key": key.strip()}
    form.take_file("ca_file", tmp_path / "company.pem")
    assert form.signin().settings["ca_file"] == str(tmp_path / "company.pem")


@on_one_loop
async def test_a_sign_in_under_way_can_be_stopped(model: AccountsModel, elsewhere: SigningOrg) -> None:
    elsewhere.org.weather(HELD, path="oauth2")
    try:
        form = form_of(model, elsewhere)
        signing_in = asyncio.create_task(model.sign_in())
        await until(lambda: elsewhere.org.get("/practice/weather").json()[0]["hits"] > 0)
        await model.leave_form()
        await asyncio.wait_for(signing_in, HELD["seconds"] / 2)  # a new child forgets the account
    finally:
        elsewhere.org.delete("/practice/weather")
    assert not form.is_busy
    assert model.form is form
    assert [each.name for each in model.lines] == [PRACTICE]


# Later.


@on_one_loop
async def test_a_token_that_ended_is_given_anew(model: AccountsModel, elsewhere: SigningOrg) -> None:
    form_of(model, elsewhere, auth="token", token=elsewhere.org.token)
    await model.sign_in()
    await model.say_yes()
    assert line(model, "acme").needs_person is True

    model.open_form("acme")
    form = model.form
    assert form is not None
    assert [each.name for each in form.fields] == ["token", "ca_file"]
    assert form.value("token") == ""
    form.fill("token", "wrong")
    await model.sign_in()
    assert form.error is not None
    await model.test("acme")
    assert line(model, "acme").state is SignInState.SIGNED_IN  # what does not work takes nothing's place

    form.fill("token", elsewhere.org.token)
    await model.sign_in()
    assert model.form is None
    assert line(model, "acme").state is SignInState.SIGNED_IN


@on_one_loop
async def test_the_user_of_an_account_is_changed_and_its_key_stays(
    shared_app_model: AppModel, model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form_of(model, elsewhere)
    await model.sign_in()
    await model.say_yes()
    model.open_form("acme")
    form = model.form
    assert form is not None
    assert form.value("user") == SALES
    form.fill("user", "nobody@acme.example")
    await model.sign_in()
    assert "user" in form.errors
    assert shared_app_model.history.account("acme").settings["user"] == SALES
    form.fill("user", ADMIN)
    await model.sign_in()
    assert model.form is None
    assert line(model, "acme").user == ADMIN
    assert shared_app_model.history.account("acme").settings == {"client_id": CLIENT_ID, "user": ADMIN}


@on_one_loop
async def test_an_account_that_leads_to_another_organisation_is_refused(
    shared_app_model: AppModel, model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form_of(model, elsewhere)
    await model.sign_in()
    await model.say_yes()
    shared_app_model.history.remember_identity("acme", ELSEWHERE)
    await model.test("acme")
    tested = model.tests.result("acme")
    assert tested is not None
    assert "instead of Acme" in tested.lines[-1].text
    assert line(model, "acme").state is SignInState.REFUSED
    assert shared_app_model.history.known_identity("acme") == ELSEWHERE


@on_one_loop
async def test_a_host_that_does_not_answer_is_told_with_the_line_that_failed(
    model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form_of(model, elsewhere)
    await model.sign_in()
    await model.say_yes()
    elsewhere.org.weather("drop", path="oauth2")
    try:
        await model.test("acme")
    finally:
        elsewhere.org.delete("/practice/weather")
    tested = model.tests.result("acme")
    assert tested is not None
    assert not tested.lines[-1].is_ok
    assert line(model, "acme").state is SignInState.AWAY


@on_one_loop
async def test_an_account_that_jobs_use_is_not_forgotten_and_the_jobs_are_named(
    shared_app_model: AppModel, model: AccountsModel, elsewhere: SigningOrg
) -> None:
    form_of(model, elsewhere)
    await model.sign_in()
    await model.say_yes()
    mapping = (FieldMap("LastName", Column("Name")),)
    job = Job("nightly", "Acme", "Contact", Operation.IMPORT, LocalFile("rows.csv"), mapping)
    shared_app_model.history.save_job(job)
    why_not = model.why_not_forget("acme")
    assert why_not is not None
    assert "nightly" in why_not.message
    with pytest.raises(UserError, match="nightly"):
        await model.forget("acme")
    shared_app_model.history.remove_job("nightly")
    assert model.why_not_forget("acme") is None
    settings = model.care.settings_of("acme")
    settings.fill("calls_pause", "200")
    assert not await model.care.save_settings(settings)
    assert settings.errors["calls_pause"].message == "It takes 1 to 100."
    settings.fill("calls_pause", "90")
    settings.fill("environment", "production")
    assert await model.care.save_settings(settings)
    assert line(model, "acme").environment is Environment.PRODUCTION, "the CRM was asked again"
    settings = model.care.settings_of("acme")
    settings.fill("environment", "")
    assert await model.care.save_settings(settings)
    assert line(model, "acme").environment is Environment.PRACTICE
    settings = model.care.settings_of("acme")
    settings.is_enabled = False
    assert await model.care.save_settings(settings)
    assert shared_app_model.history.account("acme").settings["calls_pause"] == "90"
    assert line(model, "acme").state is SignInState.OFF
    with pytest.raises(UserError, match="switched off"):
        await shared_app_model.engine.identify("acme")
    await model.copy("acme", "Acme two")
    assert model.form is not None
    assert model.form.again == shared_app_model.history.account("acme_two")
    await model.leave_form()
    await model.forget("acme_two")
    await model.forget("acme")
    assert [each.name for each in model.lines] == [PRACTICE]
    assert model.chosen == PRACTICE
    assert model.why_not_forget(PRACTICE) is not None
