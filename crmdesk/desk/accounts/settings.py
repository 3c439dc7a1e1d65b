"""The settings of an account as somebody gives them: names that exist, values that they take."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.errors import UserError
from crmdesk.model.account_settings import SETTINGS


def checked(settings: Mapping[str, str]) -> Mapping[str, str]:
    """The settings as they are; raises UserError for a name that is none, or a value that one does not take."""
    known = {each.name: each for each in SETTINGS}
    for name, value in settings.items():
        if name not in known:
            raise UserError(
                f"There is no account setting “{name}”.", hint=f"There are: {', '.join(known)}.", place=name
            )
        if value and not known[name].is_value(value):
            raise UserError(
                f"“{value}” is no value of this setting ({known[name].about}).",
                hint=f"It takes {known[name].takes}.",
                place=name,
            )
    return settings
