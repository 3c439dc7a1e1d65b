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
