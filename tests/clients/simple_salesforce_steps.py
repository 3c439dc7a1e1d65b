"""Takes simple-salesforce through everything that it does with an org, and prints what it was told, as JSON.

A program of its own, so that the trust in the certificate comes from REQUESTS_CA_BUNDLE alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.login import SalesforceLogin

Given = dict[str, Any]
Seen = dict[str, Any]
VERSION = "60.0"
WAIT = 0.5


def refused(call: Callable[[], object]) -> list[str]:
    """The kind of refusal and its code."""
    try:
        call()
    except SalesforceError as error:
        told: Any = error.content
        return [type(error).__name__, str(getattr(error, "code", "") or told[0]["errorCode"])]
    return []


def client(given: Given) -> Any:
    """Anything: what a name of the library leads to is known at run time alone."""
    return Salesforce(instance_url=given["url"], session_id=given["token"], version=VERSION)


def sign_in(given: Given, seen: Seen) -> None:
    name, secret, token = given["username"], given["password"], given["securityToken"]
    session, instance = SalesforceLogin(username=name, password=secret, security_token=token, scratch_url=given["url"])
    by_soap = Salesforce(instance=instance, session_id=session)
    seen["soap count"] = by_soap.query("SELECT COUNT() FROM Account")["totalSize"]
    seen["userinfo"] = client(given).oauth2("userinfo")
    seen["expired"] = refused(Salesforce(instance_url=given["url"], session_id="wrong", version=VERSION).describe)

    def wrong() -> object:
        return SalesforceLogin(username=name, password="wrong", security_token="", scratch_url=given["url"])

    def too_new() -> object:
        return SalesforceLogin(
            username=name, password=secret, security_token="", scratch_url=given["url"], sf_version="65.0"
        )

    seen["wrong password"], seen["too new"] = refused(wrong), refused(too_new)


def read(given: Given, seen: Seen) -> None:
    org = client(given)
    seen["objects"] = [each["name"] for each in (org.describe() or {})["sobjects"]]
    seen["fields"] = [each["name"] for each in org.Contact.describe()["fields"]]
    seeded = "FROM Contact WHERE Legacy_Id__c LIKE 'P-%'"
    seen["all"] = [row["Id"] for row in org.query_all(f"SELECT Id, Account.Name {seeded}")["records"]]
    seen["streamed"] = sum(1 for _ in org.query_all_iter(f"SELECT Id {seeded}"))
    seen["limits"] = org.limits()["DailyApiRequests"]["Max"]
    seen["bad query"] = refused(lambda: org.query("SELECT Nope FROM Contact"))
    seen["missing"] = refused(lambda: org.Contact.get("003000000000000AAA"))


def write(given: Given, seen: Seen) -> None:
    org, key = client(given), given["key"]
    first, *others = given["single"]
    made = org.Contact.create(first)
    seen["updated"] = org.Contact.update(made["id"], {"Title": "Changed"})
    seen["restored"] = org.Contact.upsert(f"{key}/{first[key]}", {"Title": first["Title"]})
    seen["created by key"] = [
        org.Contact.upsert(f"{key}/{each[key]}", {name: value for name, value in each.items() if name != key})
        for each in others
    ]
    seen["got"] = org.Contact.get_by_custom_id(key, first[key])["LastName"]
    collection = [{"attributes": {"type": "Contact"}, **each} for each in given["collected"]]
    seen["collected"] = org.restful(
        "composite/sobjects", method="POST", json={"allOrNone": True, "records": collection}
    )
    doomed = org.Contact.create({"LastName": "Doomed"})["id"]
    seen["deleted"] = org.Contact.delete(doomed)
    seen["after delete"] = refused(lambda: org.Contact.get(doomed))
    seen["invalid"] = refused(lambda: org.Contact.create({"FirstName": "Nameless"}))


def bulk(given: Given, seen: Seen) -> None:
    contacts = client(given).bulk2.Contact
    (upserted,) = contacts.upsert(records=given["bulk"], external_id_field=given["key"], wait=WAIT)
    seen["upserted"] = upserted
    seen["successful"] = contacts.get_successful_records(upserted["job_id"])
    seen["failed"] = contacts.get_failed_records(upserted["job_id"])
    seen["unprocessed"] = contacts.get_unprocessed_records(upserted["job_id"])
    seen["pages"] = list(contacts.query(given["bulk query"], max_records=2, wait=WAIT))


def bulk_delete(given: Given, seen: Seen) -> None:
    contacts = client(given).bulk2.Contact
    (inserted,) = contacts.insert(records=given["inserted"], wait=WAIT)
    rows = contacts.get_successful_records(inserted["job_id"]).splitlines()
    ids = [line.split(",")[0].strip('"') for line in rows[1:]]
    (deleted,) = contacts.delete(records=[{"Id": each} for each in ids], wait=WAIT)
    seen["inserted"], seen["bulk deleted"] = inserted, deleted


def main() -> None:
    given: Given = json.load(sys.stdin)
    seen: Seen = {}
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(step, given, seen) for step in (sign_in, read, write, bulk, bulk_delete)]:
            done.result()
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
