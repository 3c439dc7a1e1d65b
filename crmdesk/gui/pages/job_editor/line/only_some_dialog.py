"""Which of the records of an object count when a line finds one by a key."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.labels import label
from crmdesk.gui.pages.job_editor.filter_builder import FilterBuilder
from crmdesk.model.filter import Filter
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel

_WIDTH, _HEIGHT = 760, 240  # px


class OnlySomeDialog(Dialog):
    """Ends with 1 when the filter is to be taken."""

    def __init__(self, parent: QWidget, target: RemoteObject, chosen: Filter | None) -> None:
        super().__init__(parent, "only-some-dialog", parent.tr("Find only some {0}").format(target.label_plural))
        self._model = FilterModel(target.fields, chosen)
        builder = FilterBuilder(self._model)
        builder.setMinimumSize(_WIDTH, _HEIGHT)
        hint = self.tr("The others are as if they were not there: a key that two records share is found in one.")
        self.add(label(hint, "muted", wraps=True), builder)
        self.add_button(self.tr("Cancel"), 0, name="only-some-cancel")
        self._ok = self.add_button(self.tr("Find only these"), 1, look="primary", name="only-some-ok")
        leave = self._model.subscribe(self._look)
        self.finished.connect(lambda _: leave())
        self._look()

    @property
    def filter(self) -> Filter | None:
        """What was built; None for all records."""
        return self._model.filter()

    def _look(self) -> None:
        problems = self._model.problems
        self._ok.allow(not problems, f"{problems[0].message} {problems[0].hint}".strip() if problems else "")
