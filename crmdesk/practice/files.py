"""Filing a new version of a file: what the org finds out about the bytes, and the document that it belongs to."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import PurePath

from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Draft
from crmdesk.practice.numbering import Numbering
from crmdesk.practice.schema import Schema

_TYPES = {
    "csv": "CSV",
    "docx": "WORD_X",
    "jpg": "JPG",
    "json": "JSON",
    "pdf": "PDF",
    "png": "PNG",
    "txt": "TEXT",
    "xlsx": "EXCEL_X",
    "xml": "XML",
    "zip": "ZIP",
}


@dataclass(frozen=True, slots=True)
class Filing:
    """Who files, when, and where the ids of new documents come from."""

    schema: Schema
    numbering: Numbering
    user_id: str
    stamp: str


def file_version(connection: sqlite3.Connection, draft: Draft, filing: Filing) -> None:
    """Complete the draft of a ContentVersion, which has its id; its document is made, or learns of its new version."""
    values = draft.values
    body = values.get("VersionData")
    body = body if isinstance(body, bytes) else b""
    path = PurePath(str(values["PathOnClient"]))
    extension = path.suffix.lstrip(".").lower() or None
    facts: dict[str, Value] = {
        "FileType": _TYPES.get(extension or "", "UNKNOWN"),
        "FileExtension": extension,
        "ContentSize": len(body),
    }
    values["Title"] = values.get("Title") or path.stem
    values |= facts
    values["Checksum"] = hashlib.md5(body, usedforsecurity=False).hexdigest()
    values["IsLatest"] = 1
    document_id = values.get("ContentDocumentId")
    if document_id is None:
        values["VersionNumber"] = "1"
        values["ContentDocumentId"] = _new_document(connection, draft, facts, filing)
    else:
        values["VersionNumber"] = str(_supersede(connection, str(document_id), draft, facts, filing))


def _supersede(
    connection: sqlite3.Connection, document_id: str, draft: Draft, facts: dict[str, Value], filing: Filing
) -> int:
    connection.execute("UPDATE ContentVersion SET IsLatest = 0 WHERE ContentDocumentId = ?", (document_id,))
    connection.execute(
        "UPDATE ContentDocument SET LatestPublishedVersionId = ?, FileType = ?, FileExtension = ?, ContentSize = ?,"
        " LastModifiedDate = ?, LastModifiedById = ?, SystemModstamp = ? WHERE Id = ?",
        (draft.record_id, *facts.values(), filing.stamp, filing.user_id, filing.stamp, document_id),
    )
    (count,) = connection.execute(
        "SELECT count(*) FROM ContentVersion WHERE ContentDocumentId = ?", (document_id,)
    ).fetchone()
    return int(count) + 1


def _new_document(connection: sqlite3.Connection, draft: Draft, facts: dict[str, Value], filing: Filing) -> str:
    owner = draft.values.get("OwnerId", filing.user_id)
    document_id = _insert(
        connection,
        "ContentDocument",
        {"Title": draft.values["Title"], "LatestPublishedVersionId": draft.record_id, "OwnerId": owner, **facts},
        filing,
    )
    place = draft.values.get("FirstPublishLocationId")
    for linked in dict.fromkeys(each for each in (owner, place) if each is not None):
        link = {"LinkedEntityId": linked, "ContentDocumentId": document_id, "Visibility": "AllUsers"}
        _insert(connection, "ContentDocumentLink", {**link, "ShareType": "I" if linked == owner else "V"}, filing)
    return document_id


def _insert(connection: sqlite3.Connection, name: str, values: dict[str, Value], filing: Filing) -> str:
    what = filing.schema.object(name)
    if what is None:
        raise ValueError(f"the org has no {name}")
    record_id = next(filing.numbering.take(connection, what))
    stamps = {
        "CreatedDate": filing.stamp,
        "CreatedById": filing.user_id,
        "LastModifiedDate": filing.stamp,
        "LastModifiedById": filing.user_id,
        "SystemModstamp": filing.stamp,
    }
    record = {"Id": record_id, **values, **stamps}
    columns = ", ".join(f'"{each}"' for each in record)
    marks = ", ".join("?" for _ in record)
    connection.execute(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', tuple(record.values()))  # noqa: S608
    return record_id
