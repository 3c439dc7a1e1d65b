"""How dates and times look in ISO 8601, as patterns that a whole column is held against."""

from __future__ import annotations

YEAR = "(?:1[7-9][0-9][0-9]|[23][0-9]{3}|4000)"  # those that every CRM takes; others are looked at one by one
# Months with the days they have: every day but February 29, which is looked at one by one.
MONTHS = (
    ("(?:0[13578]|1[02])", "(?:0[1-9]|[12][0-9]|3[01])"),
    ("(?:0[469]|11)", "(?:0[1-9]|[12][0-9]|30)"),
    ("02", "(?:0[1-9]|1[0-9]|2[0-8])"),
)
DAY = f"(?:{'|'.join(f'{month}-{day}' for month, day in MONTHS)})"
CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"

DATE = f"^{YEAR}-{DAY}$"
WIRE = rf"^{YEAR}-{DAY}T{CLOCK}\.[0-9]{{3}}Z$"
MOMENT = rf"^{YEAR}-{DAY}[T ]{CLOCK}(?:\.[0-9]{{1,9}})?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"
"""A day, the form in which values go to a CRM, and a time in any form of ISO 8601 that is read without a rule."""

DATE_LENGTH = 10
WIRE_LENGTH = 24
"""Characters of DATE and of WIRE."""
