"""Opening the folder of an org, new or old, and closing it again."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import assert_never

from crmdesk.practice import ids, limits
from crmdesk.practice.clock import Clock
from crmdesk.practice.cursors import sweep_cursors
from crmdesk.practice.delete_log import sweep_log
from crmdesk.practice.identity import Identity, new_token
from crmdesk.practice.ingest import give_up_ingest, run_ingest
from crmdesk.practice.jobs import Kind, sweep_jobs, unfinished_jobs
from crmdesk.practice.learned.keeping import kept_descriptions
from crmdesk.practice.learned.understanding import learned_schema
from crmdesk.practice.oauth.apps import Apps
from crmdesk.practice.oauth.codes import Codes
from crmdesk.practice.oauth.sessions import Sessions
from crmdesk.practice.oauth.sign_in import SignIn
from crmdesk.practice.org import Org, Usage
from crmdesk.practice.query_job import give_up_query, run_query
from crmdesk.practice.rules_routes import take_up_rules
from crmdesk.practice.runner import Runner
from crmdesk.practice.schema import standard_schema
from crmdesk.practice.seed import ADMINISTRATOR_ID, seed_org
from crmdesk.practice.store import Store, keep_setting, setting
from crmdesk.practice.weather import Weather

_MADE = "made"


def open_org(folder: Path, url: str, apps: Apps, *, accounts: int, contacts: int, seed: int) -> Org:
    """The org in the folder, filled first if it is new; Bulk jobs that were under way go on."""
    schema = standard_schema()
    clock = Clock()
    for name in ("jobs", "cursors"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    store = Store(folder / "org.sqlite")
    with store.exclusive() as connection:
        seed_org(connection, schema, accounts=accounts, contacts=contacts, seed=seed, now=clock.now())
        learned = kept_descriptions(connection)
    identity, made = _identity(store, clock)
    token = new_token(identity.org_id)
    org = Org(
        schema=learned_schema(schema, learned.objects),
        store=store,
        folder=folder,
        clock=clock,
        weather=Weather(seed),
        identity=identity,
        token=token,
        sign_in=SignIn(
            apps, Sessions(clock, token, identity, limits.SESSION_SECONDS), Codes(clock, limits.CODE_SECONDS)
        ),
        url=url,
        usage=Usage(clock),
        runner=Runner(),
        made=made,
        described=learned.at or made,
        learned=learned.names,
        seed=seed,
    )
    take_up_rules(org)
    sweep_cursors(folder, clock)
    with store.writing() as connection:
        sweep_jobs(connection, folder, clock)
        sweep_log(connection, clock.now())
    return org


def resume_jobs(org: Org) -> None:
    """Take up the Bulk jobs that were under way when the server ended."""
    with org.store.reading() as connection:
        jobs = unfinished_jobs(connection)
    for job in jobs:
        match job.kind:
            case Kind.INGEST:
                org.runner.start(partial(run_ingest, org, job.id), partial(give_up_ingest, org, job.id))
            case Kind.QUERY:
                org.runner.start(partial(run_query, org, job.id), partial(give_up_query, org, job.id))
            case _:
                assert_never(job.kind)


def close_org(org: Org) -> None:
    org.runner.stop()
    org.store.close()


def _identity(store: Store, clock: Clock) -> tuple[Identity, datetime]:
    with store.writing() as connection:
        if setting(connection, _MADE) is None:
            keep_setting(connection, _MADE, clock.now().replace(microsecond=0).isoformat())
            # Each org has an id of its own: what a client keeps about one must not be taken for another's.
            connection.execute("UPDATE Organization SET Id = ?", (ids.new_id("00D", secrets.randbelow(62**10)),))
        made = datetime.fromisoformat(str(setting(connection, _MADE)))
        (org_id,) = connection.execute("SELECT Id FROM Organization").fetchone()
        administrator = connection.execute(
            "SELECT Username, Name, Email FROM User WHERE Id = ?", (ADMINISTRATOR_ID,)
        ).fetchone()
        if administrator is None:
            (other,) = connection.execute("SELECT min(Id) FROM User").fetchone()
            raise SystemExit(f"The ids of this org are those of another pod: set CRMDESK_PRACTICE_POD={other[3:5]}.")
        username, name, email = administrator
    return Identity(org_id, ADMINISTRATOR_ID, username, name, email), made
