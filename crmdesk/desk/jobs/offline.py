"""What is wrong with a job, as far as that can be told without asking its account anything."""

from __future__ import annotations

from crmdesk.connectors.registry import connector
from crmdesk.desk.accounts.schemas import Schemas
from crmdesk.engine.filters.campaign import rule_set
from crmdesk.engine.index.occasion import timeless
from crmdesk.engine.planning.reading import plan_read
from crmdesk.engine.planning.writing import plan_write
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.account import Account
from crmdesk.model.job import Job, Operation
from crmdesk.model.schema import RemoteObject


def problems_offline(schemas: Schemas, account: Account, job: Job, header: tuple[str, ...]) -> tuple[Problem, ...]:
    """The problems against the objects as the account last saw them; none where it never saw the object of the job.

    A window and a period need the clock of the CRM, and are left for later.
    """

    def describe(name: str) -> RemoteObject:
        found = schemas.last_known(account.name, name)
        if found is None:
            raise UserError(f"{name} was never described to this account.")
        return found

    try:
        remote = describe(job.object)
        if not job.operation.is_reading:
            variables = {"account": account.name, "user": ""}
            plan_write(job, remote, header, connector(account.kind).capabilities, describe, variables)
        elif job.operation is Operation.IMPORT and job.index is None:
            plan_read(job, remote, describe, timeless(job, account.name).evaluate, rule_set(account.settings))
    except PlanError as error:
        return error.problems
    except UserError:
        return ()
    return ()
