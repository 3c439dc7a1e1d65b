"""How the file is read: what was found by looking, and what a person knows better."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.fields import ElideCombo, Field
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_WIDTH = 320
_ENCODINGS = (
    "utf-8",
    "utf-16",
    "windows-1252",
    "iso-8859-1",
    "iso-8859-15",
    "cp850",
    "mac-roman",
    "shift_jis",
    "gb18030",
)
_DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


class ReadingDrawer(Drawer):
    """Right of the mapping; every choice holds at once, and the file is looked at anew."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("job-how-read", "")
        self._model = model
        self.set_title(self.tr("How it is read"))
        self.setFixedWidth(_WIDTH)
        self._encoding = ElideCombo("job-encoding", self.tr("Encoding"))
        self._delimiter = ElideCombo("job-delimiter", self.tr("Delimiter"))
        self._decimal = ElideCombo("job-decimal", self.tr("Decimal mark"))
        self._date = SearchCombo("job-date-format", self.tr("Dates are written"), takes_any=True)
        self._zone = SearchCombo("job-time-zone", self.tr("Time zone"))
        self._notices = label("", "small", wraps=True, name="job-file-notices")
        self._encoding.picked.connect(lambda _: self._put())
        self._delimiter.picked.connect(lambda _: self._put())
        self._decimal.picked.connect(lambda _: self._put())
        self._date.picked.connect(lambda _: self._put())
        self._zone.picked.connect(lambda _: self._put())
        controls: tuple[QWidget, ...] = (self._encoding, self._delimiter, self._decimal, self._date, self._zone)
        fields = [Field(each.accessibleName(), each) for each in controls]
        self._found_only = fields[:2]
        self.body.addLayout(column(*fields, self._notices, 1, margins=(16, 0, 16, 16)))

    def refresh(self) -> None:
        local, look = self._model.ends.file, self._model.around.look
        by_looking = self.tr("Found by looking")
        found = look.encoding if look is not None and not local.encoding else ""
        for field in self._found_only:
            field.setVisible(not self._model.is_reading and kind_of(local.path) is FileKind.TEXT)
        self._encoding.show_choices(
            [
                ("", by_looking + (f": {found}" if found else "")),
                *((name, name) for name in _ENCODINGS),
            ],
            local.encoding,
        )
        self._delimiter.show_choices(
            [
                ("", by_looking),
                (",", self.tr("Comma ,")),
                (";", self.tr("Semicolon ;")),
                ("\t", self.tr("Tab")),
                ("|", self.tr("Bar |")),
                ("^", self.tr("Caret ^")),
            ],
            local.delimiter,
        )
        self._decimal.show_choices([(".", self.tr("Point 1.5")), (",", self.tr("Comma 1,5"))], local.decimal)
        self._date.show_choices(
            [("", self.tr("As ISO 8601: 2026-03-17")), *((pattern, pattern) for pattern in _DATES)], local.date_format
        )
        zones = [("", self.tr("That of this computer")), *((name, name) for name in _zones())]
        self._zone.show_choices(zones, local.time_zone)
        self._notices.setText("\n".join(look.notices) if look is not None else "")

    def _put(self) -> None:
        self._model.ends.set_reading(
            replace(
                self._model.ends.file,
                encoding=self._encoding.value(),
                delimiter=self._delimiter.value(),
                decimal=self._decimal.value(),
                date_format=self._date.value(),
                time_zone=self._zone.value(),
            )
        )
