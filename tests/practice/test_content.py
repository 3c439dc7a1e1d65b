"""Files: uploaded as text or in parts, downloaded as bytes, in versions of one document."""

from __future__ import annotations

import base64
import json

from tests.practice.asking import made, refused
from tests.practice.running import PracticeOrg

BYTES = bytes(range(256)) * 40


def version(org: PracticeOrg, record_id: str) -> dict[str, object]:
    told: dict[str, object] = org.get(f"sobjects/ContentVersion/{record_id}").json()
    return told


def test_a_file_is_uploaded_as_base64_and_downloaded_as_bytes(shared_org: PracticeOrg) -> None:
    place = made(shared_org, "Account", Name="With a file")
    data = base64.b64encode(BYTES).decode()
    record_id = made(
        shared_org, "ContentVersion", PathOnClient="a plan.pdf", VersionData=data, FirstPublishLocationId=place
    )
    told = version(shared_org, record_id)
    assert [
        told[name] for name in ("Title", "FileType", "FileExtension", "ContentSize", "VersionNumber", "IsLatest")
    ] == [
        "a plan",
        "PDF",
        "pdf",
        len(BYTES),
        "1",
        True,
    ]
    assert told["VersionData"] == f"{shared_org.root}/sobjects/ContentVersion/{record_id}/VersionData"
    reply = shared_org.get(str(told["VersionData"]))
    assert (reply.headers["Content-Type"], reply.content) == ("application/octet-stream", BYTES)
    document = told["ContentDocumentId"]
    links = f"SELECT LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId = '{document}'"  # noqa: S608 - ours
    assert {"LinkedEntityId": place} in shared_org.rows(links)


def test_a_file_is_uploaded_in_parts(shared_org: PracticeOrg) -> None:
    record = json.dumps({"Title": "Parts", "PathOnClient": "parts.csv"})
    parts = {
        "entity_content": (None, record, "application/json"),
        "VersionData": ("parts.csv", BYTES, "application/octet-stream"),
    }
    reply = shared_org.ask("POST", "sobjects/ContentVersion/", files=parts)
    assert reply.status_code == 201, reply.text
    record_id = reply.json()["id"]
    assert version(shared_org, record_id)["FileType"] == "CSV"
    assert shared_org.get(f"sobjects/ContentVersion/{record_id}/VersionData").content == BYTES


def test_a_new_version_takes_the_place_of_the_last(shared_org: PracticeOrg) -> None:
    first = made(shared_org, "ContentVersion", PathOnClient="v.txt", VersionData="YQ==")
    document = version(shared_org, first)["ContentDocumentId"]
    second = made(shared_org, "ContentVersion", PathOnClient="v.txt", VersionData="Yg==", ContentDocumentId=document)
    assert [version(shared_org, each)["IsLatest"] for each in (first, second)] == [False, True]
    assert version(shared_org, second)["VersionNumber"] == "2"
    told = shared_org.get(f"sobjects/ContentDocument/{document}").json()
    assert (told["LatestPublishedVersionId"], told["ContentSize"]) == (second, 1)
    shared_org.delete(f"sobjects/ContentDocument/{document}")
    assert refused(shared_org.get(f"sobjects/ContentVersion/{first}/VersionData"))[1] == "ENTITY_IS_DELETED"


def test_a_file_needs_a_path_and_true_base64(shared_org: PracticeOrg) -> None:
    reply = shared_org.post("sobjects/ContentVersion", {"VersionData": "YQ=="})
    assert refused(reply) == (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [PathOnClient]")
    reply = shared_org.post("sobjects/ContentVersion", {"PathOnClient": "a", "VersionData": "no base64!"})
    assert reply.status_code == 400
