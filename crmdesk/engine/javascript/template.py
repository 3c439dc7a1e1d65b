"""Names with `<%= … %>` in them, filled by JavaScript expressions."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from crmdesk.engine.javascript.evaluating import Evaluate
from crmdesk.errors import UserError
from crmdesk.model.option import option_text

_PART = re.compile(r"<%=(.*?)%>", re.DOTALL)


def filled(template: str, evaluate: Evaluate) -> str:
    """The template with each `<%= expression %>` replaced by its value; raises UserError."""
    bare = _PART.sub("", template)
    if "<%" in bare or "%>" in bare:
        raise UserError(
            f"“{template}” has a <% or %> that does not belong to a <%= … %>.",
            hint="Write <%= and an expression and %>, as in LASTIMPORT_<%= activityName %>.",
        )
    return _PART.sub(lambda part: _text(part[1], evaluate), template)


def _text(source: str, evaluate: Evaluate) -> str:
    match evaluate(source):
        case str() as text:
            return text
        case bool() as flag:
            return str(flag).lower()
        case int() as number:
            return str(number)
        case Decimal() as number:
            return f"{number:f}"
        case datetime() as moment:
            return option_text(moment)
        case _:
            raise UserError(f"“<%={source}%>” is no text.", hint="Give an expression that is a text or a number.")
