"""Only these records: where their ids or keys stand, and what of the list travels with the rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button, IconButton, Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, gap, row
from crmdesk.model.read_options import Take
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.reading.population import Names


class PopulationCard(TitledCard):
    """`browse` asks for the file, `paste` for ids."""

    def __init__(self, model: JobEditorModel, browse: Callable[[], object], paste: Callable[[], object]) -> None:
        super().__init__("", spacing=10, margins=(16, 8, 16, 16), name="job-population")
        self._model = model
        found = model.population
        self.heading.setText(self.tr("Only these records"))
        self.head.addWidget(Button("job-population-paste", self.tr("Paste ids…"), paste, icon="copy", look="small"))
        self._names = Segmented(
            "job-population-names", self.tr("Where their names stand"), [(each, each.words) for each in Names]
        )
        self._names.chosen.connect(lambda value: found.set_names(Names(value)))
        self._path = TextField("job-population-path", self.tr("File"), placeholder=self.tr("A file, or crm.db#table"))
        self._path.editingFinished.connect(lambda: found.set_path(self._path.text()))
        choose = IconButton("job-population-browse", self.tr("Choose a file…"), "folder-open", browse)
        self._path_field = Field("", self._path)
        self._path_row = self._wide(self._path_field, column(gap(20), choose, 1, spacing=0))
        self._run = ElideCombo("job-population-run", self.tr("Run"))
        self._run.picked.connect(found.set_run)
        self._take = ElideCombo("job-population-take", self.tr("Of it"), width=136)
        self._take.picked.connect(lambda value: found.set_take(Take(value)))
        self._run_field = Field(self._run.accessibleName(), self._run)
        self._run_row = self._wide(self._run_field, Field(self._take.accessibleName(), self._take))
        self._column = TextField("job-population-column", self.tr("Column with the names"))
        self._column.editingFinished.connect(lambda: found.set_column(self._column.text()))
        self._key = ElideCombo("job-population-key", self.tr("They are values of"))
        self._key.picked.connect(found.set_key)
        self._column_field = Field(self._column.accessibleName(), self._column)
        self._key_field = Field(self._key.accessibleName(), self._key)
        self._carry = TextField(
            "job-population-carry", self.tr("Columns that travel with the rows"), placeholder="segment, wave"
        )
        self._carry.editingFinished.connect(lambda: found.set_carry(self._carry.text().split(",")))
        self._carry_field = Field(self._carry.accessibleName(), self._carry)
        note = label(
            self.tr("Rows come in the order of the names; a name without a record is a reject."), "faint", wraps=True
        )
        named = row(column(self._column_field, 1), column(self._key_field, 1))
        self.body.addLayout(row(self._names, 1))
        for part in (self._path_row, self._run_row, frame(named, "clear"), self._carry_field, note):
            self.body.addWidget(part)
        self.body.addStretch(1)

    @staticmethod
    def _wide(first: Field, *others: object) -> QWidget:
        line = row(column(first, 1), *others)  # type: ignore[arg-type] # widgets and layouts
        line.setStretch(0, 1)
        return frame(line, "clear")

    def refresh(self) -> None:
        model, population = self._model, self._model.population
        found = population.found
        if found is None:
            return
        names = population.names
        self._names.set_value(names)
        self._names.allow(Names.RUN, bool(population.runs), self.tr("There is no run with this account yet."))
        self._path_row.setVisible(names is not Names.RUN)
        self._run_row.setVisible(names is Names.RUN)
        self._path_field.set_label(self.tr("Table") if names is Names.TABLE else self.tr("File"))
        if not self._path.hasFocus():
            self._path.show_text(found.table.path if found.table is not None and found.table.database else found.path)
        self._path_field.set_error(model.trouble("population.path") or model.trouble("population"))
        if names is Names.RUN:
            self._run.show_choices(population.runs, found.run)
            takes = [(Take.OUTPUT, self.tr("its results")), (Take.REJECTS, self.tr("its rejects"))]
            self._take.show_choices([(each.value, words) for each, words in takes], found.take.value)
            self._run_field.set_error(model.trouble("population.run"))
        if not self._column.hasFocus():
            self._column.show_text(found.column)
        self._column_field.set_error(model.trouble("population.column"))
        keys = [("", self.tr("the record id")), *((each.name, each.label) for each in population.keys)]
        self._key.show_choices(keys, found.key)
        self._key_field.set_error(model.trouble("population.key"))
        if not self._carry.hasFocus():
            self._carry.show_text(", ".join(found.carry))
        self._carry_field.set_error(model.trouble("population.carry"))
