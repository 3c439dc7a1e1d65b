"""Job files for the tests: small ones as text, and those of tests/jobs with the paths of a test."""

from __future__ import annotations

import re
from pathlib import Path

JOBS = Path(__file__).parent.parent / "jobs"

CONTACTS = """
version = 1
name = "{name}"
account = "{account}"
object = "Contact"
operation = "export"

[local]
path = "{path}"

[[mapping]]
remote = "Legacy_Id__c"
local = "Key"

[[mapping]]
remote = "LastName"
local = "Name"

[[mapping]]
remote = "Email"
local = "Email"

[export]
{export}
"""

UPSERT = 'action = "upsert"\nkey = "Legacy_Id__c"'
INSERT = 'action = "insert"'


def contacts_job(
    folder: Path, path: Path | str = "contacts.csv", *, export: str = UPSERT, name: str = "contacts", account: str = ""
) -> Path:
    """A job that writes Key, Name and Email of a file into contacts."""
    job = folder / f"{name.replace(' ', '-')}.toml"
    text = CONTACTS.format(name=name, account=account or "Practice org", path=path, export=export)
    job.write_text(text, encoding="utf-8")
    return job


def job_file(
    folder: Path,
    name: str,
    what: str,
    *sections: str,
    account: str = "Practice org",
    operation: str = "export",
    local: str = "",
    **lines: str,
) -> Path:
    """A job over the object `what`, written into `folder`.

    `lines` are its mapping: by field the column, or another origin as it stands in a job file (`constant = "New"`).
    `local` stands in [local] instead of the path `name`.csv; `sections` follow.
    """
    head = (f'name = "{name}"', f'account = "{account}"', f'object = "{what}"', f'operation = "{operation}"')
    mapping = [
        f'[[mapping]]\nremote = "{field}"\n{origin if " = " in origin else _local(origin)}'
        for field, origin in lines.items()
    ]
    job = folder / f"{name.replace(' ', '-')}.toml"
    whole = ("version = 1", *head, "[local]", local or f'path = "{name}.csv"', *mapping, *sections, "")
    job.write_text("\n".join(whole), encoding="utf-8")
    return job


def _local(column: str) -> str:
    return f'local = "{column}"'


def contacts_csv(place: Path, keys: range, *, mail: str = "{key}@example.com") -> Path:
    """A file of contacts with these keys."""
    rows = [f"K{key:06},Name {key},{mail.format(key=key)}\n" for key in keys]
    place.write_text("Key,Name,Email\n" + "".join(rows), encoding="utf-8")
    return place


def kept_job(name: str, path: Path, folder: Path) -> Path:
    """The job tests/jobs/`name`.toml for the file `path`, written into `folder`."""
    text = (JOBS / f"{name}.toml").read_text(encoding="utf-8")
    job = folder / f"{name}.toml"
    job.write_text(re.sub(r'^path = ".*"$', f'path = "{path}"', text, count=1, flags=re.MULTILINE), encoding="utf-8")
    return job
