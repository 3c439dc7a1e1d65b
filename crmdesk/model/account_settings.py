"""What can be set for an account beside its sign-in: each setting with the values it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

COMMENT = "comment"
CA_FILE = "ca_file"
API_VERSION = "api_version"
CONNECT_SECONDS = "connect_seconds"
READ_SECONDS = "read_seconds"
CALLS_BUDGET = "calls_budget"
CALLS_WARN = "calls_warn"
CALLS_PAUSE = "calls_pause"
PROXY = "proxy"
RULES = "rules"
ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class AccountSetting:
    """A setting: what it is for, and which values it takes, in words and as a test."""

    name: str
    about: str
    takes: str
    is_value: Callable[[str], bool]


def _whole(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: re.fullmatch("[0-9]{1,18}", text) is not None and least <= int(text) <= most


def _is_proxy(text: str) -> bool:
    """A sign-in in the address would be a secret in the profile's file: `crmdesk proxy sign-in` keeps it elsewhere."""
    return (
        text == "none"
        or re.fullmatch(r"pac:(?:https?://[^\s/@?#]+(?:[/?]\S*)?|file:\S+)", text, re.IGNORECASE) is not None
        or re.fullmatch(r"(?:https?://)?[^\s/@?#]+:\d{1,5}", text) is not None
    )


SETTINGS = (
    AccountSetting(COMMENT, "what people should know about the account", "any text", lambda _: True),
    AccountSetting(CA_FILE, "certificates to trust besides the system's", "a PEM file", lambda _: True),
    AccountSetting(
        API_VERSION, "the CRM's API version, when not the tested one", "a version such as 62.0",
        lambda text: re.fullmatch(r"\d{1,3}\.\d", text) is not None,
    ),
    AccountSetting(
        CONNECT_SECONDS, "how long a connection may take, 10 when not set", "1 to 300 seconds", _whole(1, 300)
    ),
    AccountSetting(
        READ_SECONDS, "how long an answer to a question may take, 120 when not set", "1 to 3600 seconds",
        _whole(1, 3600),
    ),
    AccountSetting(
        CALLS_BUDGET, "calls a day that CRM Desk may make; a run pauses when they are made", "a number of calls",
        _whole(1, 10**9),
    ),
    AccountSetting(
        CALLS_WARN, "percent of the CRM's daily calls from which runs warn, 80 when not set", "1 to 100", _whole(1, 100)
    ),
    AccountSetting(
        CALLS_PAUSE, "percent of the CRM's daily calls from which runs pause, 95 when not set", "1 to 100",
        _whole(1, 100),
    ),
    AccountSetting(
        PROXY, "the proxy to go through instead of the system's", "host:port, pac:ADDRESS of a script, none",
        _is_proxy,
    ),
    AccountSetting(
        RULES, "what filters may compare: everything the CRM can, or numbers and dates as the Campaign connector",
        "full or campaign", lambda text: text in ("full", "campaign"),
    ),
    AccountSetting(
        ENVIRONMENT, "whether it is production, with its questions, or a sandbox, where the CRM does not tell",
        "production or sandbox", lambda text: text in ("production", "sandbox"),
    ),
)  # fmt: skip
"""All of them; values are text."""


def number(settings: Mapping[str, str], name: str, otherwise: int) -> int:
    """A setting that is a whole number."""
    text = settings.get(name, "")
    return int(text) if text else otherwise
