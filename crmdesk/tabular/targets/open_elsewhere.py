"""Files that a spreadsheet program has open: what is put in their place would be lost when they are saved there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from crmdesk.errors import FileFormatError

_LONGEST = 4096


def refuse_open(place: Path) -> None:
    """Raise FileFormatError where the mark of LibreOffice (`.~lock.NAME#`) or of Excel (`~$NAME`) stands beside it."""
    for mark in (place.with_name(f".~lock.{place.name}#"), place.with_name(f"~${place.name}")):
        if mark.exists():
            who = _who(mark)
            raise FileFormatError(
                f"{place} is open in a spreadsheet program{f', by {who}' if who else ''}.",
                hint=f"Close it there first. If nobody has it open, remove {mark.name}, which was left behind.",
                place="local.path",
            )


def _who(mark: Path) -> str:
    """The name in a mark of LibreOffice: `name,account,computer,time,…`; "" for one of Excel."""
    if not mark.name.startswith("."):
        return ""
    with suppress(OSError):
        parts = mark.read_bytes()[:_LONGEST].decode("utf-8", "replace").split(",")
        name, computer = parts[0].strip() or "".join(parts[1:2]).strip(), "".join(parts[2:3]).strip()
        return f"{name} on {computer}" if name and computer else name
    return ""
