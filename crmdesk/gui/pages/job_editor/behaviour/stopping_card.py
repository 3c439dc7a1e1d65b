"""What stops a run: bounds that an unattended one must not exceed, and rejects that are too many."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.pages.job_editor.behaviour.lines import NumberLine
from crmdesk.viewmodel.job_editor.page import JobEditorModel


class StoppingCard(TitledCard):
    """An empty number is no bound."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("", spacing=6, margins=(16, 8, 16, 12), name="job-stopping")
        self._model = model
        self.heading.setText(self.tr("What stops it"))
        never, percent = self.tr("never"), "%"
        self._rejects = NumberLine(
            "job-stop-after-rejects",
            self.tr("After so many rejected rows"),
            lambda number: self._behave(stop_after_rejects=number),
            placeholder=never,
        )
        self._same = NumberLine(
            "job-stop-after-same",
            self.tr("After so many in a row, all for one cause"),
            lambda number: self._behave(stop_after_same=number or 0),
            placeholder=never,
        )
        self._rows = NumberLine(
            "job-max-rows",
            self.tr("When the source has more rows than"),
            lambda number: self._guard(max_rows=number),
            placeholder=never,
        )
        self._created = NumberLine(
            "job-max-created",
            self.tr("When more records would be new than"),
            lambda number: self._guard(max_created=number),
            placeholder=never,
        )
        self._cleared = NumberLine(
            "job-max-cleared",
            self.tr("When a field would be emptied in more than"),
            lambda number: self._guard(max_cleared_percent=number),
            unit=percent,
            placeholder=never,
        )
        self._rejected = NumberLine(
            "job-max-rejected",
            self.tr("When more rows are rejected than"),
            lambda number: self._guard(max_rejected_percent=number),
            unit=percent,
            placeholder=never,
        )
        self._of_writing = (self._rows, self._created, self._cleared, self._rejected)
        for part in (self._rejects, self._same, *self._of_writing):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def refresh(self) -> None:
        guard, behaviour = self._model.options.guard, self._model.options.behaviour
        guards = self._model.options.guards
        self._rejects.field.show_number(behaviour.stop_after_rejects)
        self._same.field.show_number(behaviour.stop_after_same or None)
        for line, key, number in (
            (self._rows, "max_rows", guard.max_rows),
            (self._created, "max_created", guard.max_created),
            (self._cleared, "max_cleared_percent", guard.max_cleared_percent),
            (self._rejected, "max_rejected_percent", guard.max_rejected_percent),
        ):
            line.field.show_number(number)
            line.set_error(self._model.trouble(f"guard.{key}"))
            line.setVisible(not self._model.is_reading and key in guards)

    def _behave(self, **changes: object) -> None:
        options = self._model.options
        options.put_behaviour(replace(options.behaviour, **changes))  # type: ignore[arg-type] # names its fields

    def _guard(self, **changes: object) -> None:
        options = self._model.options
        options.put_guard(replace(options.guard, **changes))  # type: ignore[arg-type] # as above
