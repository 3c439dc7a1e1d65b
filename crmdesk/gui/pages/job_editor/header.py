"""The head of the job editor: name, operation, direction, whether it is saved, and what can be done with the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.fields import ElideCombo, TextField
from crmdesk.gui.kit.tags import DirectionTag, Tag
from crmdesk.model.job import Operation
from crmdesk.viewmodel.figures import clock
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_NAME_WIDTH = 280


class JobTitle:
    """The widgets of the head, for Page.add_tags and Page.add_tools. `do` holds the commands by name."""

    def __init__(self, page: QWidget, model: JobEditorModel, do: Mapping[str, Callable[[], object]]) -> None:
        self._model = model
        tr = page.tr
        self.name = TextField("job-name", tr("Name of the job"), placeholder=tr("Name of the job"))
        self.name.setFixedWidth(_NAME_WIDTH)
        self.name.textEdited.connect(model.draft.rename)
        self.operation = ElideCombo("job-operation", tr("Operation"), width=188)
        self.operation.picked.connect(lambda value: model.ends.set_operation(Operation(value)))
        self._operations = [
            (Operation.EXPORT.value, tr("Write to the CRM")),
            (Operation.IMPORT.value, tr("Read from the CRM")),
            (Operation.IMPORT_DELETED.value, tr("Read what was deleted")),
            (Operation.DELETE.value, tr("Delete in the CRM")),
        ]
        self.direction = DirectionTag(Operation.EXPORT)
        self.direction.setObjectName("job-direction")
        self.saved = Tag("", "ok")
        self.saved.setObjectName("job-saved")
        self._saved_at, self._not_saved = tr("Saved {0}"), tr("Not saved")
        self._undo = IconButton("job-undo", tr("Undo (Ctrl+Z)"), "undo-2", model.draft.undo)
        self._redo = IconButton("job-redo", tr("Redo (Ctrl+Shift+Z)"), "redo-2", model.draft.redo)
        self._save = IconButton("job-save", tr("Save (Ctrl+S)"), "save", do["save"])
        self._more = IconButton("job-more", tr("More"), "ellipsis", self._open_menu)
        self._menu = QMenu(page)
        self._menu.setObjectName("job-menu")
        for name, words in (
            ("save-as", tr("Save as another name…")),
            ("duplicate", tr("Duplicate")),
            ("open-file", tr("Open a job file…")),
            ("write-file", tr("Write as a job file…")),
            ("elsewhere", tr("Run on another account…")),
            ("rights", tr("Rights that it needs…")),
        ):
            action = self._menu.addAction(words)
            action.setObjectName(f"job-{name}")
            action.triggered.connect(lambda *_, name=name: do[name]())

    @property
    def tags(self) -> tuple[QWidget, ...]:
        return (self.name, self.direction, self.operation, self.saved)

    @property
    def tools(self) -> tuple[QWidget, ...]:
        return (self._undo, self._redo, self._save, self._more)

    def refresh(self) -> None:
        model = self._model
        if not self.name.hasFocus():
            self.name.show_text(model.job.name)
        self.operation.show_choices(self._operations, model.job.operation.value)
        self.direction.show_operation(model.job.operation)
        at = model.keeping.form.saved_at
        if model.keeping.is_changed:
            self.saved.set(self._not_saved, "warn")
        elif at is not None:
            self.saved.set(self._saved_at.format(clock(at)), "ok")
        self.saved.setVisible(model.keeping.is_changed or at is not None)
        self._undo.allow(model.draft.can_undo)
        self._redo.allow(model.draft.can_redo)
        self._save.allow(not model.lacking and model.keeping.is_changed, model.lacking)

    def _open_menu(self) -> None:
        self._menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
