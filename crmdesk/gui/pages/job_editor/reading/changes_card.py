"""Only what changed since last time: since when, by which field, and whether deletions come too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLayout, QWidget

from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, NumberField, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.model.index import DEFAULT_OPTION, Deletions, IndexMode
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_PLACES = ("index.mode", "index.field", "index.option", "index.lag_seconds", "index.deleted")


class ChangesCard(TitledCard):
    """`set_back` asks for another date. What is rarely needed opens below."""

    def __init__(self, model: JobEditorModel, set_back: Callable[[], object]) -> None:
        self._body = QWidget()
        super().__init__("", self._body, spacing=8, margins=(16, 8, 16, 12), name="job-changes")
        self._model = model
        self.heading.setText(self.tr("Only what changed"))
        self._switch = CheckField("job-changes-on", self.tr("Only what changed since last time"))
        self._switch.setText("")
        self._switch.picked.connect(lambda is_on: model.changes.switch(is_on=is_on))
        self.head.addWidget(self._switch)
        self._sentence = label("", "small", wraps=True, name="job-changes-sentence")
        self._notices = label("", "warn", wraps=True, name="job-changes-notices")
        self._trouble = label("", "error", wraps=True, name="job-changes-trouble")
        self._set_back = Button("job-changes-set-back", self.tr("Set back…"), set_back, look="ghost")
        self._more = Button("job-changes-more", self.tr("More"), self._toggle, look="ghost")
        self._deletions = Segmented(
            "job-deletions",
            self.tr("Also bring deletions"),
            (
                (Deletions.NO, self.tr("No")),
                (Deletions.MARK, self.tr("Mark")),
                (Deletions.REMOVE, self.tr("Remove")),
            ),
        )
        self._deletions.chosen.connect(lambda value: model.changes.set_deletions(Deletions(value)))
        self._why_not = label("", "faint", wraps=True, name="job-deletions-note")
        self._rare = frame(self._details(), "clear")
        self._rare.hide()
        self._body.setLayout(
            column(
                self._sentence,
                self._notices,
                self._trouble,
                row(self._set_back, 1, self._more),
                row(label(self.tr("Also bring deletions")), 1, self._deletions),
                self._why_not,
                self._rare,
                spacing=6,
            )
        )

    def _details(self) -> QLayout:
        model = self._model
        self._mode = Segmented(
            "job-changes-mode",
            self.tr("How changes are followed"),
            (
                (IndexMode.AUTOMATIC, self.tr("Each run")),
                (IndexMode.MANUAL, self.tr("Only you")),
                (IndexMode.TRACKED, self.tr("CRM tracking")),
            ),
        )
        self._mode.chosen.connect(lambda value: model.changes.set_mode(IndexMode(value)))
        self._field = ElideCombo("job-changes-field", self.tr("Time of the last change"))
        self._field.picked.connect(model.changes.set_field)
        self._lag = NumberField("job-changes-lag", self.tr("Seconds of lag"), placeholder="300", width=72, most=6)
        self._lag.picked.connect(model.changes.set_lag)
        self._option = TextField("job-changes-option", self.tr("Option that keeps the date"))
        self._option.editingFinished.connect(lambda: model.changes.set_option(self._option.text()))
        fields = row(Field(self._field.accessibleName(), self._field), Field(self.tr("Lag, s"), self._lag))
        fields.setStretch(0, 1)
        self._dated = frame(fields, "clear")
        moved = Field(self.tr("The date is moved on by"), self._mode)
        return column(moved, self._dated, Field(self._option.accessibleName(), self._option), spacing=6)

    def refresh(self) -> None:
        changes, window = self._model.changes, self._model.window
        self._switch.setChecked(changes.is_on)
        self._body.setVisible(changes.is_on)
        if not changes.is_on:
            return
        options = changes.options
        self._sentence.setText(window.sentence(self._model.job) or self.tr("Looking up to when was read…"))
        self._say(self._notices, " ".join(window.notices))
        self._say(self._trouble, next((said for place in _PLACES if (said := self._model.trouble(place))), ""))
        self._set_back.allow(window.found is not None, self.tr("It is not known yet which option holds the date."))
        self._deletions.set_value(options.deletions)
        why_not = changes.why_no_deletions
        for each in (Deletions.MARK, Deletions.REMOVE):
            self._deletions.allow(each, not why_not or options.deletions is each, why_not)
        self._say(self._why_not, why_not)
        self._mode.set_value(options.mode)
        self._mode.offer(IndexMode.TRACKED, is_offered=window.can_track or changes.is_tracked)
        self._dated.setVisible(not changes.is_tracked)
        usual = [("", self.tr("The usual one"))]
        self._field.show_choices([*usual, *((each.name, each.label) for each in changes.fields)], options.field)
        self._lag.show_number(options.lag_seconds)
        if not self._option.hasFocus():
            self._option.show_text(options.option)
        self._option.setToolTip(plain_tip(options.option))
        self._option.setPlaceholderText(DEFAULT_OPTION)
        self._more.set_text(self.tr("More") if self._rare.isHidden() else self.tr("Less"))

    @staticmethod
    def _say(where: QWidget, text: str) -> None:
        where.setProperty("text", text)
        where.setVisible(bool(text))

    def _toggle(self) -> None:
        self._rare.setVisible(self._rare.isHidden())
        self.refresh()
