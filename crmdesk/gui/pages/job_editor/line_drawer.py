"""All there is to say about one line of the mapping: where its value comes from and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crmdesk.gui.kit.buttons import Segmented
from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.value_map import ValueMap
from crmdesk.gui.spawn import spawn
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    Lookup,
    NotFound,
    Origin,
    Owner,
    RecordType,
    Several,
    WhenEmpty,
)
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.field_words import conversion_name, conversion_word, when_empty_word
from crmdesk.viewmodel.job_editor.line_choices import lookup_keys, lookup_proposal
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_WIDTH = 400
_KINDS = {"column": Column, "fixed": Constant, "find": Lookup}


class LineDrawer(Drawer):
    """Right of the mapping, about the line it was opened for; every choice holds at once and can be undone."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("job-line", "")
        self._model = model
        self.number = -1
        self.setFixedWidth(_WIDTH)
        self._kind = Segmented(
            "job-line-kind",
            self.tr("Where the value comes from"),
            (("column", self.tr("Column")), ("fixed", self.tr("Fixed value")), ("find", self.tr("Find record"))),
        )
        self._kind.chosen.connect(self._turn_into)
        self._column = SearchCombo("job-line-column", self.tr("Column"))
        self._column.picked.connect(self._set_column)
        self._fixed = TextField("job-line-fixed", self.tr("The same value for every row"))
        self._fixed.editingFinished.connect(lambda: self._set_origin(Constant(self._fixed.text())))
        self._find = FindRecord(model, self._set_origin)
        by_column = Field(self.tr("Column"), self._column)
        by_value = Field(self._fixed.accessibleName(), self._fixed)
        self._sources: tuple[QWidget, ...] = (by_column, by_value, self._find)
        self._conversion = ElideCombo("job-line-conversion", self.tr("Conversion"))
        self._conversion.picked.connect(lambda value: model.mapping.set_conversion(self.number, Conversion(value)))
        self._empty = ElideCombo("job-line-empty", self.tr("When empty"))
        self._empty.picked.connect(lambda value: model.mapping.set_when_empty((self.number,), WhenEmpty(value)))
        self._empty_field = Field(self.tr("When empty"), self._empty)
        self._values = ValueMap(lambda values: model.mapping.set_values(self.number, values))
        self._kind_row = frame(row(self._kind, 1))
        content = QWidget()
        content.setProperty("look", "clear")
        content.setLayout(
            column(
                self._kind_row,
                *self._sources,
                Field(self.tr("Conversion"), self._conversion),
                self._empty_field,
                label(self.tr("Replace whole values"), "small"),
                self._values,
                margins=(16, 0, 16, 12),
            )
        )

        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        self.body.addWidget(area)

    def open_line(self, number: int) -> None:
        """Show the drawer for a line."""
        self.number = number
        self.refresh()
        self.open_drawer()

    def refresh(self) -> None:
        mapping = self._model.job.mapping
        if self.isHidden() and self.number < 0:
            return
        if not 0 <= self.number < len(mapping):
            self.close_drawer()
            return
        line, shown = mapping[self.number], self._model.lines[self.number]
        is_reading = self._model.is_reading
        self.set_title(shown.label or self.tr("Line {0}").format(self.number + 1))
        self._kind_row.setVisible(not is_reading)
        self._show_origin(line.origin)
        conversions = [(each.value, conversion_word(each)) for each in Conversion]
        self._conversion.show_choices(conversions, line.conversion.value)
        self._conversion.setToolTip(conversion_name(line.conversion))
        self._empty_field.setVisible(shown.when_empty is not None)
        empties = [(each.value, when_empty_word(each)) for each in WhenEmpty]
        self._empty.show_choices(empties, line.when_empty.value)
        self._values.show_values(line.values, self._model.choices_of(self.number))

    def _show_origin(self, origin: Origin) -> None:
        columns = [(name, name) for name in self._model.mapping.columns]
        match origin:
            case Column(name):
                self._kind.set_value("column")
                self._column.show_choices(columns or [(name, name)], name)
                self._show_source(0)
            case Constant(value):
                self._kind.set_value("fixed")
                if not self._fixed.hasFocus():
                    self._fixed.show_text(value)
                self._show_source(1)
            case Lookup():
                self._kind.set_value("find")
                self._find.show_lookup(origin)
                self._show_source(2)
            case Expression() | Owner() | RecordType():
                self._show_source(len(self._sources))

    def _show_source(self, at: int) -> None:
        for place, part in enumerate(self._sources):
            part.setVisible(place == at)

    def _turn_into(self, kind: str) -> None:
        line = self._model.job.mapping[self.number]
        if isinstance(line.origin, _KINDS[kind]):
            return
        column_name = line.origin.name if isinstance(line.origin, Column) else ""
        if isinstance(line.origin, Lookup):
            column_name = line.origin.column
        match kind:
            case "column":
                self._set_origin(Column(column_name))
            case "fixed":
                self._set_origin(Constant(""))
                self._fixed.setFocus()
            case _:
                self._set_origin(lookup_proposal(self._model.around.remote, line.remote, column_name))

    def _set_column(self, name: str) -> None:
        self._set_origin(Column(name))

    def _set_origin(self, origin: Origin) -> None:
        if self._model.job.mapping[self.number].origin != origin:
            self._model.mapping.set_origin(self.number, origin)


class FindRecord(QWidget):
    """The record of an object whose key holds the value of a column."""

    def __init__(self, model: JobEditorModel, change: Callable[[Lookup], None]) -> None:
        super().__init__()
        self._model = model
        self._change = change
        self._lookup = Lookup("", "", "")
        self._asked = ""
        self._object = SearchCombo("job-find-object", self.tr("Object to find"))
        self._key = SearchCombo("job-find-key", self.tr("Field that finds it"))
        self._column = SearchCombo("job-find-column", self.tr("Column with its value"))
        self._missing = ElideCombo("job-find-missing", self.tr("Not found"))
        self._several = ElideCombo("job-find-several", self.tr("Several found"))
        self._object.picked.connect(lambda name: self._put(replace(self._lookup, object=name, key="")))
        self._key.picked.connect(lambda name: self._put(replace(self._lookup, key=name)))
        self._column.picked.connect(lambda name: self._put(replace(self._lookup, column=name)))
        self._missing.picked.connect(lambda value: self._put(replace(self._lookup, not_found=NotFound(value))))
        self._several.picked.connect(lambda value: self._put(replace(self._lookup, several=Several(value))))
        self.setLayout(
            column(
                row(Field(self.tr("Find"), self._object), Field(self.tr("where"), self._key)),
                Field(self.tr("has the value of column"), self._column),
                row(Field(self.tr("Not found"), self._missing), Field(self.tr("Several found"), self._several)),
            )
        )

    def show_lookup(self, lookup: Lookup) -> None:
        self._lookup = lookup
        around = self._model.around
        self._object.show_choices([(each.name, each.label) for each in self._model.ends.objects], lookup.object)
        target = around.described.get(lookup.object)
        if lookup.object and target is None and self._asked != lookup.object:
            self._asked = lookup.object
            spawn(around.describe(self._model.job.account, lookup.object))
        self._key.show_choices(_pairs(target), lookup.key)
        self._column.show_choices([(name, name) for name in self._model.mapping.columns], lookup.column)
        choices = [("reject", self.tr("reject the row")), ("empty", self.tr("take for empty"))]
        self._missing.show_choices(choices, lookup.not_found.value)
        self._several.show_choices([*choices, ("first", self.tr("take the first"))], lookup.several.value)

    def _put(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._change(lookup)


def _pairs(target: RemoteObject | None) -> list[tuple[str, str]]:
    return [(each.name, each.label) for each in lookup_keys(target)]
