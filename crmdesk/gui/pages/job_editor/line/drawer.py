"""All there is to say about one line of the mapping: where its value comes from and what is done with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Segmented
from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.scrolled import scrolled
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.line.find_record import FindRecord
from crmdesk.gui.pages.job_editor.line.formula import FormulaField
from crmdesk.gui.pages.job_editor.line.value_map import ValueMap
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    Lookup,
    Origin,
    Owner,
    RecordType,
    WhenEmpty,
)
from crmdesk.viewmodel.job_editor.field_words import conversion_name, conversion_word, when_empty_word
from crmdesk.viewmodel.job_editor.line_choices import OriginKind, kind_of_origin, turned_into
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_WIDTH, _SMALL_WIDTH = 400, 360
_WIDE_PAGE = 960  # px


class LineDrawer(Drawer):
    """Right of the mapping, about the line it was opened for; every choice holds at once and can be undone."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("job-line", "")
        self._model = model
        self.number = -1
        self.setFixedWidth(_WIDTH)
        self._kind = Segmented(
            "job-line-kind", self.tr("Where the value comes from"), [(each, each.words) for each in OriginKind]
        )
        self._kind.chosen.connect(lambda kind: self._turn_into(OriginKind(kind)))
        self._column = SearchCombo("job-line-column", self.tr("Column"))
        self._column.picked.connect(lambda name: self._set_origin(Column(name)))
        self._fixed = TextField("job-line-fixed", self.tr("The same value for every row"))
        self._fixed.editingFinished.connect(lambda: self._set_origin(Constant(self._fixed.text())))
        self._formula = FormulaField(model, self._set_formula)
        self._find = FindRecord(model, self._set_origin)
        self._by_column = Field(self.tr("Column"), self._column)
        self._by_value = Field(self._fixed.accessibleName(), self._fixed)
        self._sources: tuple[QWidget, ...] = (self._by_column, self._by_value, self._formula, self._find)
        self._counts = label("", "small", wraps=True, name="job-line-counts")
        self._conversion = ElideCombo("job-line-conversion", self.tr("Conversion"))
        self._conversion.picked.connect(lambda value: model.mapping.set_conversion(self.number, Conversion(value)))
        self._conversion_field = Field(self.tr("Conversion"), self._conversion)
        self._empty = ElideCombo("job-line-empty", self.tr("When empty"))
        self._empty.picked.connect(lambda value: model.mapping.set_when_empty((self.number,), WhenEmpty(value)))
        self._empty_field = Field(self.tr("When empty"), self._empty)
        self._default = SearchCombo("job-line-default", self.tr("Of a new record, instead"), takes_any=True)
        self._default.picked.connect(lambda text: model.mapping.set_default(self.number, text))
        self._default_field = Field(self._default.accessibleName(), self._default)
        self._values = ValueMap(model)
        self._kind_row = frame(row(self._kind, 1))
        self._lay_out()

    def _lay_out(self) -> None:
        rest = (self._conversion_field, self._empty_field, self._default_field)
        self._parts = column(
            self._kind_row, *self._sources, self._counts, *rest, self._values, 1, margins=(16, 0, 16, 12)
        )
        content = frame(self._parts, "clear")
        self.body.addWidget(scrolled(content))

    def open_line(self, number: int) -> None:
        """Show the drawer for a line."""
        self.number = number
        self.refresh()
        self.open_drawer(None if self._model.is_reading else self._kind)

    def fit(self, page: int) -> None:
        """Leave the mapping some of the width (px) of a small page."""
        self.setFixedWidth(_WIDTH if page >= _WIDE_PAGE else _SMALL_WIDTH)

    def follow(self, number: int) -> None:
        """Be about another line, if it is open."""
        if not self.isHidden() and number != self.number:
            self.number = number
            self.refresh()

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
        self._conversion.setToolTip(self.tr("Conversion “{0}”").format(conversion_name(line.conversion)))
        self._conversion_field.setVisible(not isinstance(line.origin, Lookup | Owner | RecordType))
        self._empty_field.setVisible(shown.when_empty is not None)
        empties = [(each.value, when_empty_word(each)) for each in WhenEmpty]
        self._empty.show_choices(empties, line.when_empty.value)
        choices = self._model.choices_of(self.number)
        self._default_field.setVisible(self._model.mapping.takes_default(self.number))
        defaults = [("", self.tr("nothing")), *((each, each) for each in choices)]
        self._default.show_choices(defaults, line.default_on_create)
        self._default_field.set_error(self._model.trouble(f"mapping[{self.number + 1}].default_on_create"))
        self._place_values(is_early=self._model.values.has_list(self.number))
        self._values.show_line(self.number)

    def _place_values(self, *, is_early: bool) -> None:
        """The values of a list stand before what is rarely said of one."""
        place = self._parts.indexOf(self._conversion_field if is_early else self._default_field)
        if (self._parts.indexOf(self._values) < place) is not is_early:
            self._parts.removeWidget(self._values)
            place = self._parts.indexOf(self._conversion_field if is_early else self._default_field)
            self._parts.insertWidget(place if is_early else place + 1, self._values)

    def _show_origin(self, origin: Origin) -> None:
        preset = self._model.preset_of(self.number)
        for kind in (OriginKind.OWNER, OriginKind.RECORD_TYPE):
            self._kind.offer(kind, is_offered=kind in (preset, kind_of_origin(origin)))
        self._kind.set_value(kind_of_origin(origin))
        columns = [(name, name) for name in self._model.mapping.columns]
        match origin:
            case Column(name):
                self._column.show_choices(columns or [(name, name)], name)
                self._show_source(self._by_column)
            case Constant(value):
                if not self._fixed.hasFocus():
                    self._fixed.show_text(value)
                self._show_source(self._by_value)
            case Expression(text):
                self._formula.show_formula(self.number, text)
                self._show_source(self._formula)
            case Lookup() | Owner() | RecordType():
                self._find.show_origin(origin)
                self._show_source(self._find)
        counts = self._model.counts_of(self.number)
        self._counts.setText(counts)
        self._counts.setVisible(bool(counts))

    def _show_source(self, shown: QWidget) -> None:
        for part in self._sources:
            part.setVisible(part is shown)

    def _turn_into(self, kind: OriginKind) -> None:
        job = self._model.job
        key = job.export.key if job.export is not None else ""
        self._set_origin(turned_into(kind, job.mapping[self.number], self._model.around.remote, key))
        if kind is OriginKind.FIXED:
            self._fixed.setFocus()
        elif kind is OriginKind.FORMULA:
            self._formula.first_control().setFocus()

    def _set_formula(self, text: str) -> None:
        line = self._model.job.mapping[self.number]
        if isinstance(line.origin, Expression):
            changed = replace(line, origin=Expression(text))
            self._model.mapping.set_line(self.number, changed, ("formula", self.number))

    def _set_origin(self, origin: Origin) -> None:
        if self._model.job.mapping[self.number].origin != origin:
            self._model.mapping.set_origin(self.number, origin)
