"""The file that an import adds to, as it was when its rows were taken: what others changed since must not be lost."""

from __future__ import annotations

from pathlib import Path

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.fingerprint import fingerprint_of
from crmdesk.tabular.files.part_file import writing
from crmdesk.tabular.files.private import open_private


class OldFile:
    """`place` is the file, `part` what is being made beside it. Raises FileFormatError."""

    def __init__(self, place: Path, part: Path) -> None:
        self._place = place
        self._note = part.with_name(f"{part.name}.old")

    def remember(self) -> None:
        """Keep what tells the file from a changed one, before any of its rows is read."""
        with writing(self._note), open_private(self._note, "wb") as file:
            file.write(self._fingerprint().encode())

    def refuse_changed(self) -> None:
        """Raise FileFormatError when the file is another one now; asked once, just before it is replaced.

        A run that was killed behind this point has perhaps replaced it itself, and asks no more.
        """
        if not self._note.exists():
            return
        if self._note.read_text(encoding="utf-8") != self._fingerprint():
            raise FileFormatError(
                f"{self._place} was changed by somebody else since this run took its rows; it was left as it is.",
                hint="Run the job again: it takes the file as it is now.",
                place="local.path",
            )
        with writing(self._note):
            self._note.unlink()

    def _fingerprint(self) -> str:
        return fingerprint_of(self._place) if self._place.exists() else ""
