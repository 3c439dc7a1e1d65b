"""What every grant answers; user name and password; client credentials; whose token it is."""

from __future__ import annotations

import base64
import time

import pytest

from tests.practice.bulk import finished, make_job, results, upload
from tests.practice.oauth.signing_in import (
    ADMIN,
    APP,
    LEFT,
    OAUTH,
    SALES,
    ask_token,
    refusal,
    register,
    stranger,
    works,
)
from tests.practice.running import PracticeOrg

PASSWORD_FORM = {"grant_type": "password", **APP, "username": ADMIN, "password": "practice"}


def test_a_token_answer_has_the_keys_of_salesforce_and_no_expiry(shared_org: PracticeOrg) -> None:
    reply = ask_token(shared_org, PASSWORD_FORM)
    told = reply.json()
    assert set(told) == {"access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"}
    assert (told["token_type"], told["instance_url"]) == ("Bearer", shared_org.url)
    assert abs(int(told["issued_at"]) / 1000 - time.time()) < 60
    assert told["access_token"].startswith(shared_org.org_id[:15] + "!")
    assert "no-store" in reply.headers["Cache-Control"]
    assert works(shared_org, told["access_token"])


def test_several_tokens_live_at_once(shared_org: PracticeOrg) -> None:
    tokens = [ask_token(shared_org, PASSWORD_FORM).json()["access_token"] for _ in range(3)]
    assert len({shared_org.token, *tokens}) == 4
    assert all(works(shared_org, token) for token in (*tokens, shared_org.token))


def test_an_unknown_grant_is_refused(shared_org: PracticeOrg) -> None:
    for form in ({"grant_type": "device"}, {"grant_type": ""}, {}, {**APP, "grant_type": "token"}):
        assert refusal(ask_token(shared_org, form)) == ("unsupported_grant_type", "grant type not supported")


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials", "password"])
def test_an_unknown_app_is_refused_by_every_grant(shared_org: PracticeOrg, grant: str) -> None:
    for form in ({"grant_type": grant}, {"grant_type": grant, "client_id": "nobody", "client_secret": "x"}):
        assert refusal(ask_token(shared_org, form)) == ("invalid_client_id", "client identifier invalid")


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials", "password"])
def test_a_wrong_secret_is_refused_by_every_grant(shared_org: PracticeOrg, grant: str) -> None:
    form = {"grant_type": grant, "client_id": "practice-app", "client_secret": "wrong"}
    assert refusal(ask_token(shared_org, form)) == ("invalid_client", "invalid client credentials")


def test_garbage_at_the_token_endpoint_is_a_refusal(shared_org: PracticeOrg) -> None:
    with stranger() as session:
        for body in (b"", b"\xff\xfe", b"{}", b"grant_type=%00%ff", b"&&&==="):
            assert session.post(f"{shared_org.url}{OAUTH}/token", data=body, timeout=100).status_code == 400


def test_signing_in_costs_no_call(shared_org: PracticeOrg) -> None:
    def used() -> str:
        return shared_org.get("limits").headers["Sforce-Limit-Info"].split("=")[1].split("/")[0]

    before = int(used())
    assert "Sforce-Limit-Info" not in ask_token(shared_org, PASSWORD_FORM).headers
    assert int(used()) == before + 1


def test_the_password_is_good_with_and_without_the_security_token(shared_org: PracticeOrg) -> None:
    for password in ("practice", "practicePracticeSecurityToken"):
        assert ask_token(shared_org, PASSWORD_FORM | {"password": password}).status_code == 200
    for password in ("", "Practice", "practicePractice", "pra ctice"):
        reply = ask_token(shared_org, PASSWORD_FORM | {"password": password})
        assert refusal(reply) == ("invalid_grant", "authentication failure")


def test_the_name_of_a_user_may_be_written_in_any_case(shared_org: PracticeOrg) -> None:
    assert ask_token(shared_org, PASSWORD_FORM | {"username": ADMIN.upper()}).status_code == 200


def test_unknown_and_inactive_users_cannot_sign_in(shared_org: PracticeOrg) -> None:
    unknown = ask_token(shared_org, PASSWORD_FORM | {"username": "nobody@practice.example"})
    assert refusal(unknown) == ("invalid_grant", "authentication failure")
    assert refusal(ask_token(shared_org, PASSWORD_FORM | {"username": LEFT}))[0] == "inactive_user"


def test_the_password_grant_wants_the_secret_of_the_app(shared_org: PracticeOrg) -> None:
    form = {key: value for key, value in PASSWORD_FORM.items() if key != "client_secret"}
    assert refusal(ask_token(shared_org, form))[0] == "invalid_client"


def test_client_credentials_come_as_form_or_as_basic(shared_org: PracticeOrg) -> None:
    grant = {"grant_type": "client_credentials"}
    by_form = ask_token(shared_org, grant | APP)
    by_basic = ask_token(shared_org, grant, auth=("practice-app", "practice-secret"))
    for reply in (by_form, by_basic):
        assert "refresh_token" not in reply.json()
        assert works(shared_org, reply.json()["access_token"])
    wrong = ask_token(shared_org, grant, auth=("practice-app", "wrong"))
    assert refusal(wrong) == ("invalid_client", "invalid client credentials")
    missing = ask_token(shared_org, grant | {"client_id": "practice-app"})
    assert refusal(missing) == ("invalid_client", "invalid client credentials")
    broken = {"Authorization": "Basic " + base64.b64encode(b"\xff\xff").decode()}
    assert ask_token(shared_org, grant, headers=broken).status_code == 400


def test_client_credentials_act_as_the_user_that_the_app_names(org: PracticeOrg) -> None:
    register(org, client_id="as-sales", client_secret="s", run_as=SALES)
    register(org, client_id="as-nobody", client_secret="s")
    told = ask_token(org, {"grant_type": "client_credentials", "client_id": "as-sales", "client_secret": "s"}).json()
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    info = org.get(f"{OAUTH}/userinfo", headers=bearer).json()
    assert (info["preferred_username"], told["id"]) == (SALES, info["sub"])
    made = org.post("sobjects/Contact", {"LastName": "Bond"}, headers=bearer).json()["id"]
    record = org.get(f"sobjects/Contact/{made}").json()
    assert {record["CreatedById"], record["OwnerId"], record["LastModifiedById"]} == {info["user_id"]}
    refused = ask_token(org, {"grant_type": "client_credentials", "client_id": "as-nobody", "client_secret": "s"})
    assert refusal(refused) == ("invalid_grant", "no client credentials user enabled")


def test_the_identity_belongs_to_the_token(shared_org: PracticeOrg) -> None:
    told = ask_token(shared_org, PASSWORD_FORM | {"username": SALES}).json()
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    who = shared_org.get(told["id"].removeprefix(shared_org.url), headers=bearer).json()
    assert (who["id"], who["username"]) == (told["id"], SALES)
    assert shared_org.get(shared_org.root, headers=bearer).json()["identity"] == told["id"]
    assert shared_org.get(told["id"].removeprefix(shared_org.url)).status_code == 404


def test_a_bulk_job_writes_as_the_user_who_made_it(shared_org: PracticeOrg) -> None:
    told = ask_token(shared_org, PASSWORD_FORM | {"username": SALES}).json()
    shared_org.session.headers["Authorization"] = f"Bearer {told['access_token']}"
    try:
        job = make_job(shared_org, "Contact", "insert")
        upload(shared_org, job, "LastName\nBulk\n")
        finished(shared_org, job, close=True)
        (row,) = results(shared_org, job, "successfulResults")
    finally:
        shared_org.session.headers["Authorization"] = f"Bearer {shared_org.token}"
    record = shared_org.get(f"sobjects/Contact/{row['sf__Id']}").json()
    assert record["CreatedById"] == job["createdById"] == told["id"].rpartition("/")[2]
