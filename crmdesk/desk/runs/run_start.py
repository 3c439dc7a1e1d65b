"""What a run is told with: who started it and as whom, its time zone, the query as it was sent, its account."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.connectors.contract import Session
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.jobs.loaded import LoadedJob, job_of
from crmdesk.desk.runs.beginning import beginning_of
from crmdesk.engine.planning.plan import Plan, ReadPlan
from crmdesk.errors import UserError
from crmdesk.model.account import Account, Identity
from crmdesk.model.run import RunEvent, RunFinished, RunRecord
from crmdesk.store.decisions import whoever
from crmdesk.tabular.convert import reading


def begun(identity: Identity, session: Session, plan: Plan) -> dict[str, object]:
    """The settings that a run of `plan` keeps, which begins now."""
    query = session.query_text(plan.query) if isinstance(plan, ReadPlan) and _is_by_query(plan) else ""
    zone = reading(plan.job.local).zone.key
    return {**begun_by(identity), "zone": zone, "query": query, "labels": _labels(plan)}


def begun_by(identity: Identity) -> dict[str, str]:
    """The settings that any run keeps."""
    return {"started_by": whoever(), "user": identity.user}


def as_it_began(record: RunRecord) -> LoadedJob:
    """The job of a run as it was then: without a zone of its own it stays in the one of the computer it began on."""
    loaded = job_of(record.start)
    local, zone = loaded.job.local, beginning_of(record).zone
    if local.time_zone or not zone:
        return loaded
    return replace(loaded, job=replace(loaded.job, local=replace(local, time_zone=zone)))


def refuse_other_organization(opened: Opened, record: RunRecord) -> Identity:
    """Who is signed in; raises UserError when the account leads to another organisation than when the run began."""
    identity = opened.session.whoami()
    if identity.organization_id != record.start.organization_id:
        raise UserError(
            f"The account {opened.account.label} now leads to another organisation ({identity.organization}, "
            f"{identity.organization_id}) than when run {record.run} began ({record.start.organization_id}); "
            "nothing was sent.",
            hint="Sign the account in to the organisation of that run. Is that one gone (a refreshed sandbox)? Then "
            "`crmdesk run` brings all rows of the job to the new one.",
        )
    return identity


def about(event: RunEvent, account: Account) -> RunEvent:
    """The event; why a run has failed is told with its account."""
    if isinstance(event, RunFinished) and event.failure is not None:
        return replace(event, failure=replace(event.failure, account=account.label))
    return event


def _labels(plan: Plan) -> dict[str, str]:
    """What people call the mapped fields, where that is not the API name: the CRM may be out of reach later."""
    mapped = {line.remote.casefold() for line in plan.job.mapping}
    fields = (each for each in plan.object.fields if each.name.casefold() in mapped)
    return {each.name: each.label for each in fields if each.label not in ("", each.name)}


def _is_by_query(plan: ReadPlan) -> bool:
    """Named records and deletions are not asked for by one query."""
    return plan.named_by is None and plan.period is None and plan.job.period is None
