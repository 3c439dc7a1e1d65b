"""The calls of an account from one session to the next: how many were made today, and how many a run may make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from crmdesk.connectors.calls import CallLimits, CallMeter
from crmdesk.model.account import PRACTICE, Account
from crmdesk.model.account_settings import CALLS_BUDGET, CALLS_PAUSE, CALLS_WARN, number
from crmdesk.store.recollection import Recollection

_WARN, _PAUSE = 80, 95
"""Percents of the calls that a CRM allows a day, where the account has no others."""


def limits_of(account: Account, kept: Recollection) -> CallLimits:
    """What a run of the account may use now."""
    budget = number(account.settings, CALLS_BUDGET, 0)
    left = max(0, budget - kept.calls(account.name, _today())) if budget else None
    warn, pause = number(account.settings, CALLS_WARN, _WARN), number(account.settings, CALLS_PAUSE, _PAUSE)
    return CallLimits(warn, pause, left)


def count_calls(account: Account, calls: CallMeter, kept: Recollection) -> None:
    """Remember how many calls a session made, how often it was slowed, and what the CRM said of the day's calls."""
    if calls.throttled:
        kept.count_throttled(account.name, calls.throttled)
    if account.auth == PRACTICE:
        return
    kept.count_calls(account.name, _today(), calls.calls)
    known = kept.identity(account.name)
    if known is not None and calls.read_at:
        said = replace(known, calls_left=calls.left, calls_allowed=calls.allowed)
        kept.keep_identity(account.name, replace(said, server_time=calls.read_at))


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
