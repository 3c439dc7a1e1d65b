"""The filter of a reading job, built by eye: groups in groups, one condition a line, the whole said in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from crmdesk.gui.kit.buttons import IconButton, Segmented
from crmdesk.gui.kit.fields import ElideCombo
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, gap, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.value_fields import ValueField, value_field
from crmdesk.model.filter import Joined, Operator
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.filter_tree import DraftCondition, DraftGroup, Path, node_at

Shape = tuple[object, ...]
"""What decides which widgets there are: groups in groups, and the editor of each condition."""


class FilterBuilder(QWidget):
    """Shows and changes a FilterModel. Rows are named by their place: `filter-2-1-value` is in the second node's first.

    Ctrl+Shift+Up and Ctrl+Shift+Down move the row that has the focus, into groups and out of them too.
    """

    def __init__(self, model: FilterModel) -> None:
        super().__init__()
        self._model = model
        self._rows: list[_ConditionRow | _GroupHead] = []
        self._shape: Shape | None = None
        self.setObjectName("filter-builder")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sentence = label("", "small", wraps=True, name="filter-sentence")
        said = row(column(gap(2), Glyph("message-square-text", "text3", 14), 1), self._sentence)
        said.setStretch(1, 1)
        layout = column(self._area, said)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        for keys, down in (("Ctrl+Shift+Up", False), ("Ctrl+Shift+Down", True)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._shift, down=down))
        self._unsubscribe = model.subscribe(self.refresh)
        self.destroyed.connect(lambda *_: self._unsubscribe())
        self.refresh()

    def refresh(self) -> None:
        """Show what the model holds; what a person is typing in stays as it is."""
        shape = self._shape_of(self._model.root, ())
        if shape != self._shape:
            self._build(shape)
        for each in self._rows:
            each.refresh()
        self._sentence.setText(self._model.sentence)

    def _build(self, shape: Shape) -> None:
        focus = self._focused_name()
        self._shape, self._rows = shape, []
        gone = self._area.takeWidget()
        if gone is not None:  # it may be the sender of what is being answered: it goes when that is done
            gone.hide()
            gone.deleteLater()
        self._area.setWidget(frame(column(self._group((), self._model.root), 1), "clear"))
        self._focus(focus)

    def _group(self, path: Path, group: DraftGroup) -> QWidget:
        head = _GroupHead(self._model, path, self.after)
        self._rows.append(head)
        members = column(spacing=6)
        for index, member in enumerate(group.members):
            below = (*path, index)
            members.addWidget(self._group(below, member) if isinstance(member, DraftGroup) else self._condition(below))
        box = frame(column(head, members, spacing=6, margins=(8, 6, 8, 8)), "card" if len(path) % 2 else "sunken")
        box.setObjectName(name_of(path))
        box.setAccessibleName(self.tr("Group of conditions"))
        return box

    def _condition(self, path: Path) -> QWidget:
        made = _ConditionRow(self._model, path, self.after)
        self._rows.append(made)
        return made

    def after(self, path: Path) -> None:
        """Put the focus where work goes on after a row was added or taken out."""
        try:
            node = node_at(self._model.root, path)
        except LookupError:
            self._focus(name_of(path[:-1], "add"))
            return
        self._focus(name_of(path, "field") if isinstance(node, DraftCondition) else name_of((*path, 0), "field"))

    def _shift(self, *, down: bool) -> None:
        focus = QApplication.focusWidget()
        moved = next((each for each in self._rows if focus is not None and each.isAncestorOf(focus)), None)
        if focus is None or moved is None or not moved.path:
            return
        part = focus.objectName().removeprefix(f"{name_of(moved.path)}-")
        self._focus(name_of(self._model.shift(moved.path, down=down), part))

    def _focused_name(self) -> str:
        focus = QApplication.focusWidget()
        return focus.objectName() if focus is not None and self.isAncestorOf(focus) else ""

    def _focus(self, name: str) -> None:
        widget = self.findChild(QWidget, name) if name else None
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(widget)

    def _shape_of(self, group: DraftGroup, path: Path) -> Shape:
        return tuple(
            self._shape_of(member, (*path, index))
            if isinstance(member, DraftGroup)
            else self._model.editor((*path, index))
            for index, member in enumerate(group.members)
        )


class _GroupHead(QWidget):
    """All of or any of, and what can be done with a group."""

    def __init__(self, model: FilterModel, path: Path, after: Callable[[Path], None]) -> None:
        super().__init__()
        self._model, self.path, self._after = model, path, after
        self._joined = Segmented(
            name_of(path, "joined"),
            self.tr("How the conditions of this group combine"),
            [(Joined.ALL, self.tr("All of")), (Joined.ANY, self.tr("Any of"))],
        )
        self._joined.chosen.connect(lambda value: model.set_joined(path, Joined(value)))
        tools = [
            IconButton(name_of(path, "add"), self.tr("Add a condition"), "plus", self._add),
            IconButton(name_of(path, "add-group"), self.tr("Add a group"), "folder-plus", self._add_group),
        ]
        if path:
            bin_name, words = name_of(path, "remove"), self.tr("Remove this group")
            tools.append(IconButton(bin_name, words, "trash-2", self._remove, token="text3"))
        self.setLayout(row(self._joined, 1, *tools, spacing=4))

    def refresh(self) -> None:
        group = node_at(self._model.root, self.path)
        if isinstance(group, DraftGroup):
            self._joined.set_value(group.joined)

    def _add(self) -> None:
        self._after(self._model.add_condition(self.path))

    def _add_group(self) -> None:
        self._after(self._model.add_group(self.path))

    def _remove(self) -> None:
        self._model.remove(self.path)
        self._after(self.path)


class _ConditionRow(QWidget):
    """Field, comparison, value; beneath them what is wrong with the value."""

    def __init__(self, model: FilterModel, path: Path, after: Callable[[Path], None]) -> None:
        super().__init__()
        self._model, self.path, self._after = model, path, after
        self._field = SearchCombo(name_of(path, "field"), self.tr("Field"), placeholder=self.tr("Choose a field"))
        self._field.picked.connect(lambda value: model.set_field(path, value))
        self._operator = ElideCombo(name_of(path, "operator"), self.tr("Comparison"))
        self._operator.picked.connect(lambda value: model.set_operator(path, Operator(value)))
        self._value: ValueField = value_field(model.editor(path), name_of(path, "value"))
        self._value.typed.connect(lambda text: model.set_text(path, text))
        self._remove = IconButton(
            name_of(path, "remove"), self.tr("Remove this condition"), "x", self._take_out, token="text3"
        )
        line = row(self._field, self._operator, self._value, self._remove)
        for place, weight in enumerate((10, 9, 12)):
            line.setStretch(place, weight)
        self._problem = label("", "error", wraps=True, name=name_of(path, "problem"))
        self.setLayout(column(line, self._problem, spacing=2))

    def refresh(self) -> None:
        condition = node_at(self._model.root, self.path)
        if not isinstance(condition, DraftCondition):
            return
        self._field.show_choices([(field.name, field.label) for field in self._model.fields], condition.field)
        operators = [(operator.value, words) for operator, words in self._model.operators(self.path)]
        self._operator.show_choices(operators, condition.operator.value)
        self._operator.setEnabled(bool(condition.field))
        self._value.setEnabled(bool(condition.field))
        self._value.show_value(condition.text, self._model.choices(self.path), condition.problem)
        self._problem.setText(condition.problem)
        self._problem.setVisible(bool(condition.problem))

    def _take_out(self) -> None:
        self._model.remove(self.path)
        self._after(self.path)


def name_of(path: Path, part: str = "") -> str:
    """The objectName of a part of the node at `path`: `filter-add`, `filter-2-1-value`; members are counted from 1."""
    return "-".join(["filter", *(str(index + 1) for index in path), *([part] if part else [])])
