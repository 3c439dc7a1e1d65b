"""How numbers, dates and times are written in the local end of a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.fields import ElideCombo, Field
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.model.job import LocalFile
from crmdesk.viewmodel.date_forms import DATE_FORMS, TIME_FORMS, example_of


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


class Notation(QWidget):
    """Marks of numbers, dates, time zone; `change` is called when a person has chosen. Names begin with `name`."""

    def __init__(self, name: str, change: Callable[[], object]) -> None:
        super().__init__()
        self._decimal = ElideCombo(f"{name}-decimal", self.tr("Decimal mark"))
        self._thousands = ElideCombo(f"{name}-thousands", self.tr("Between thousands"))
        self._date = SearchCombo(f"{name}-date-format", self.tr("Dates are written"), takes_any=True)
        self._zone = SearchCombo(f"{name}-time-zone", self.tr("Time zone"))
        controls = (self._decimal, self._thousands, self._date, self._zone)
        for control in controls:
            control.picked.connect(lambda _: change())
        decimal, self._groups, date, zone = (Field(each.accessibleName(), each) for each in controls)
        self._texts_only = (decimal, date)
        self.setLayout(column(row(decimal, self._groups), date, zone))

    def show_notation(self, local: LocalFile, *, is_text: bool, has_groups: bool = False) -> None:
        """Show what holds; only of texts is it said how numbers and dates are written.

        With `has_groups` their numbers may have marks between thousands.
        """
        self._groups.setVisible(is_text and has_groups)
        marks = [(mark, words) for mark, words in self._marks() if mark != local.decimal]
        self._thousands.show_choices(marks, local.thousands)
        for field in self._texts_only:
            field.setVisible(is_text)
        self._decimal.show_choices([(".", self.tr("Point 1.5")), (",", self.tr("Comma 1,5"))], local.decimal)
        known = (*DATE_FORMS, *TIME_FORMS)
        forms = known if local.date_format in ("", *known) else (*known, local.date_format)
        self._date.show_choices(
            [("", self.tr("As ISO 8601: 2026-01-31")), *((each, self._date_words(each)) for each in forms)],
            local.date_format,
        )
        zones = [("", self.tr("That of this computer")), *((name, name) for name in _zones())]
        self._zone.show_choices(zones, local.time_zone)

    def _marks(self) -> tuple[tuple[str, str], ...]:
        return (
            ("", self.tr("Nothing 1234")),
            (".", self.tr("Point 1.234")),
            (",", self.tr("Comma 1,234")),
            (" ", self.tr("Blank 1 234")),
            ("'", self.tr("Apostrophe 1'234")),
        )

    def _date_words(self, pattern: str) -> str:
        first = {"%d": self.tr("day first"), "%m": self.tr("month first"), "%Y": self.tr("year first")}
        return f"{example_of(pattern)}  {first.get(pattern[:2], '')}".rstrip()

    def put_into(self, local: LocalFile) -> LocalFile:
        """`local` with what was chosen."""
        return replace(
            local,
            decimal=self._decimal.value(),
            thousands=self._thousands.value(),
            date_format=self._date.value(),
            time_zone=self._zone.value(),
        )
