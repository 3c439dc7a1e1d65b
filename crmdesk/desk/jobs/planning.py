"""The plan of a job: checked against the schema of today, for the moment at which it runs."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.engine.index.occasion import Occasion
from crmdesk.engine.planning.plan import Plan, WritingPlan
from crmdesk.model.job import Job, Operation
from crmdesk.model.mapping import Expression


def plan_of(opened: Opened, job: Job, header: tuple[str, ...], occasion: Occasion) -> Plan:
    """The plan of `job` against the CRM's schema of today; `header` are the source's columns (writing jobs)."""
    remote = opened.describe(job.object)
    if job.operation.is_reading:
        from crmdesk.engine.deletions.planning import with_by_itself, with_time
        from crmdesk.engine.filters.campaign import rule_set
        from crmdesk.engine.index.deletions import with_marks
        from crmdesk.engine.index.reading import in_window
        from crmdesk.engine.planning.reading import plan_read

        rules = rule_set(opened.account.settings)
        before = opened.schemas.of_job(job.name, opened.session.organization_id, remote.name)
        if job.operation is Operation.IMPORT_DELETED:
            whole = with_time(remote)
            widened = with_by_itself(job, whole)
            plan = plan_read(widened, whole, opened.describe, occasion.evaluate, rules, before)
            return replace(plan, job=job, period=occasion.period)
        plan = plan_read(job, remote, opened.describe, occasion.evaluate, rules, before)
        return replace(with_marks(in_window(plan, occasion.window)), period=occasion.period)
    from crmdesk.engine.planning.writing import plan_write

    return plan_write(job, remote, header, opened.connector.capabilities, opened.describe, _variables(opened, job))


def refuse_without_stand_ins(opened: Opened, plan: WritingPlan, token: CancelToken) -> None:
    """Raise PlanError where a record that the job takes instead of others is not there or may not be used."""
    from crmdesk.engine.finding.searching import Asking
    from crmdesk.engine.finding.stand_ins import refuse_missing_stand_ins

    ask = Asking(opened.session, opened.connector.capabilities, opened.describe, plan.object, token)
    refuse_missing_stand_ins(plan, ask)


def prepared_plan(opened: Opened, job: Job, *, is_sending: bool = True) -> WritingPlan:
    """The plan of a writing run whose list is complete: to send what is left of it, or only to settle it."""
    from crmdesk.engine.planning.prepared import plan_prepared, plan_settling

    plan = plan_prepared if is_sending else plan_settling
    return plan(job, opened.describe(job.object), opened.connector.capabilities, opened.describe)


def _variables(opened: Opened, job: Job) -> dict[str, str]:
    """What formulas can name of the account; the CRM is asked who is signed in only for those who want to know."""
    formulas = [line.origin.text for line in job.mapping if isinstance(line.origin, Expression)]
    user = opened.session.whoami().user if any("vars.user" in text for text in formulas) else ""
    return {"account": opened.account.name, "user": user}
