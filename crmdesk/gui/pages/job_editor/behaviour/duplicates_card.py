"""Doubles: rows that agree in some fields are one, and which of them stays."""

from __future__ import annotations

from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.pages.job_editor.behaviour.lines import OptionLine
from crmdesk.model.read_options import Keep
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_WIDTH = 168


class DuplicatesCard(TitledCard):
    """Without fields every row is read."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("", spacing=6, margins=(16, 8, 16, 12), name="job-duplicates")
        self._model = model
        reading = model.reading
        self.heading.setText(self.tr("Doubles"))
        self._key = TextField("job-duplicates-key", self.tr("Rows are doubles that agree in"), placeholder="Email")
        self._key.editingFinished.connect(lambda: reading.set_duplicates(self._key.text().split(",")))
        self._key_field = Field(self._key.accessibleName(), self._key)
        self._keep = ElideCombo("job-duplicates-keep", self.tr("Of them stays"), width=_WIDTH)
        self._keep.picked.connect(lambda value: reading.set_keep(Keep(value)))
        self._keep_line = OptionLine(self._keep.accessibleName(), self._keep)
        self._by = ElideCombo("job-duplicates-by", self.tr("The most recent by"), width=_WIDTH)
        self._by.picked.connect(lambda name: reading.set_keep(Keep.MOST_RECENT, name))
        self._by_line = OptionLine(self._by.accessibleName(), self._by)
        self._note = label(self.tr("The others are rejects that name the one that stays."), "faint", wraps=True)
        for part in (self._key_field, self._keep_line, self._by_line, self._note):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def refresh(self) -> None:
        model = self._model
        found = model.reading.options.duplicates
        if not self._key.hasFocus():
            self._key.show_text(", ".join(found.key) if found is not None else "")
        self._key_field.set_error(model.trouble("duplicates.key"))
        self._keep_line.setVisible(found is not None)
        self._note.setVisible(found is not None)
        self._by_line.setVisible(found is not None and found.keep is Keep.MOST_RECENT)
        if found is None:
            return
        keeps = [
            (Keep.FIRST, self.tr("the first")),
            (Keep.LAST, self.tr("the last")),
            (Keep.FULLEST, self.tr("the fullest")),
            (Keep.MOST_RECENT, self.tr("the most recent")),
        ]
        self._keep.show_choices([(each.value, words) for each, words in keeps], found.keep.value)
        self._by.show_choices([(each.name, each.label) for each in model.reading.dates], found.by)
        self._by_line.set_error(model.trouble("duplicates.by"))
