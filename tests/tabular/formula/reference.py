"""What each function means, in plain Python over one value at a time: nothing here knows how columns are computed."""

from __future__ import annotations

import calendar
import hashlib
import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from zoneinfo import ZoneInfo

Value = str | Decimal | bool | date | datetime | None

_EXACT = Context(prec=200)
_LIMIT = Decimal(10) ** 18
_WHITE = "\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


class Fail(Exception):
    """The row cannot be computed."""


def text(value: Value) -> str:
    """The value in the wire's form."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            shown = format(value or Decimal(0), "f")
            return shown.rstrip("0").rstrip(".") if "." in shown else shown
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
        case date():
            return value.isoformat()
        case _:
            return value


def number(value: Decimal) -> Decimal:
    """A number of a formula: 18 digits on either side."""
    rounded = value.quantize(Decimal(1).scaleb(-18), ROUND_HALF_EVEN, _EXACT)
    if abs(rounded) >= _LIMIT:
        raise Fail
    return rounded


def whole(value: Value) -> int:
    """A count."""
    return 0 if value is None else math.trunc(value)  # type: ignore[arg-type]


def blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and value.strip(_WHITE) == "")


def both(compute: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., Value]:
    """Blank when either is."""

    def answer(left: Decimal | None, right: Decimal | None) -> Value:
        return None if left is None or right is None else number(compute(left, right))

    return answer


def product(left: Decimal, right: Decimal) -> Decimal:
    return _EXACT.multiply(left, right)


def modulo(left: Decimal | None, right: Decimal | None) -> Value:
    if right is not None and right == 0:
        raise Fail
    if left is None or right is None:
        return None
    return left - right * (left / right).to_integral_value("ROUND_FLOOR")


def rounded(value: Decimal | None, places: Decimal = Decimal(0)) -> Value:
    if value is None:
        return None
    unit = Decimal(1).scaleb(-int(places))
    return number((value / unit).quantize(Decimal(1), ROUND_HALF_UP, _EXACT) * unit)


def to_whole(how: str) -> Callable[[Decimal | None], Value]:
    return lambda value: None if value is None else value.to_integral_value(how)


def left_pad(value: str, width: Decimal | None, fill: str = " ") -> str:
    missing = max(whole(width), 0) - len(value)
    return (fill * max(missing, 0))[: max(missing, 0)] + value[: max(whole(width), 0)]


def right_pad(value: str, width: Decimal | None, fill: str = " ") -> str:
    missing = max(whole(width), 0) - len(value)
    return value[: max(whole(width), 0)] + (fill * max(missing, 0))[: max(missing, 0)]


def split(value: str, mark: str, place: Decimal | None) -> str:
    parts, at = value.split(mark), whole(place)
    if at == 0 or abs(at) > len(parts):
        return ""
    return parts[at - 1 if at > 0 else at]


def found(part: str, value: str, start: Decimal | None = Decimal(1)) -> Decimal:
    return Decimal(value.find(part, max(whole(start), 1) - 1) + 1 if part else 0)


def title(value: str) -> str:
    return re.sub(r"[^\W_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), value)


def cleaned(value: str) -> str:
    kept = re.sub("[" + re.escape(_WHITE) + "\x00-\x1f\x7f-\x9f\u200b\ufeff]+", " ", value)
    return kept.strip(" ")


def read_number(value: str) -> Value:
    plain = value.strip(_WHITE)
    if not plain:
        return None
    if not re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", plain):
        raise Fail
    return number(Decimal(plain))


def months_later(day: date | None, months: Decimal | None) -> Value:
    if day is None:
        return None
    count = day.year * 12 + day.month - 1 + whole(months)
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        raise Fail
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def made_date(year: Decimal | None, month: Decimal | None, day: Decimal | None) -> Value:
    if year is None or month is None or day is None:
        return None
    try:
        return date(whole(year), whole(month), whole(day))
    except (ValueError, OverflowError):
        raise Fail from None


def later(day: date | None, days: Decimal | None) -> Value:
    if day is None or days is None:
        return None
    try:
        return day + timedelta(days=whole(days))
    except OverflowError:
        raise Fail from None


def between(later_day: date | None, earlier: date | None) -> Value:
    return None if later_day is None or earlier is None else Decimal((later_day - earlier).days)


def of_day(part: Callable[[date], int]) -> Callable[[date | None], Value]:
    return lambda day: None if day is None else Decimal(part(day))


def clock(zone: ZoneInfo, part: Callable[[datetime], int]) -> Callable[[datetime | None], Value]:
    utc = ZoneInfo("UTC")
    return lambda at: None if at is None else Decimal(part(at.replace(tzinfo=utc).astimezone(zone)))


def day_in(zone: ZoneInfo) -> Callable[[datetime | None], Value]:
    utc = ZoneInfo("UTC")
    return lambda at: None if at is None else at.replace(tzinfo=utc).astimezone(zone).date()


def less(left: Value, right: Value) -> bool:
    """By code points, as UTF-8 sorts."""
    if left is None or right is None:
        return False
    return bool(left < right)  # type: ignore[operator]  # of one kind


def sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def grouped(value: Decimal | None, form: str) -> str:
    if value is None:
        return ""
    places = len(form.partition(".")[2])
    whole_part = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
    shown = format(abs(whole_part), ",f" if "," in form else "f")
    # The sign of a number that is rounded to zero is gone.
    return ("-" if whole_part < 0 else "") + shown
