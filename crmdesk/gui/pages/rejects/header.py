"""The header of the rejects: which run's they are, narrowed by job, account and object, and the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from crmdesk.gui.kit.fields import ElideCombo, SearchField
from crmdesk.viewmodel.rejects.choice import RejectChoice
from crmdesk.viewmodel.rejects.runs import RunFilter, RunLine

_TYPING_MS = 250
_WIDTHS = (  # from which width of the page on (px): those of run, job, account, object and search
    (1_080, (232, 104, 124, 104, 148)),
    (1_000, (136, 104, 124, 108, 128)),
    (0, (124, 92, 92, 92, 128)),
)


class RejectFilters(QObject):
    """`narrowed(RunFilter)`, `run_chosen(run)` and `searched(text)` come from a person, the last when typing pauses."""

    narrowed = Signal(object)
    run_chosen = Signal(str)
    searched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.run = ElideCombo("rejects-run", _tr("Run"))
        self.job = ElideCombo("rejects-job", _tr("Job"))
        self.account = ElideCombo("rejects-account", _tr("CRM account"))
        self.object = ElideCombo("rejects-object", _tr("Object"))
        self.search = SearchField("rejects-search", _tr("Row or value"))
        self.fit(_WIDTHS[0][0])
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.searched.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(lambda: self.searched.emit(self.search.text()))
        self.run.picked.connect(self.run_chosen)
        for combo in (self.job, self.account, self.object):
            combo.picked.connect(lambda _: self._narrow())

    def fit(self, width: int) -> None:
        """Take no more room than a page of this width has."""
        widths = next(widths for least, widths in _WIDTHS if width >= least)
        parts = (self.run, self.job, self.account, self.object, self.search)
        for part, wanted in zip(parts, widths, strict=True):
            part.setFixedWidth(wanted)

    def show_choice(self, model: RejectChoice) -> None:
        """Show what can be chosen and what is; nothing while no run has rejects."""
        for part in (self.run, self.job, self.account, self.object, self.search):
            part.setVisible(bool(model.lines))
        self.run.show_choices([(each.run, each.words) for each in model.offered], model.run)
        lines, chosen = model.lines, model.filter
        labels = {account.name: account.label for account in model.app.history.accounts()}
        self.job.show_choices(_choices(_tr("All jobs"), lines, lambda line: line.record.start.job), chosen.job)
        accounts = _choices(_tr("All accounts"), lines, lambda line: line.record.start.account)
        self.account.show_choices([(each, labels.get(each, words)) for each, words in accounts], chosen.account)
        objects = _choices(_tr("All objects"), lines, lambda line: line.record.start.object)
        self.object.show_choices(objects, chosen.object)
        if not self.search.hasFocus():
            self.search.blockSignals(True)
            self.search.show_text(model.search)
            self.search.blockSignals(False)

    def _narrow(self) -> None:
        self.narrowed.emit(RunFilter(self.job.value(), self.account.value(), self.object.value()))


def _choices(everything: str, lines: Iterable[RunLine], of: Callable[[RunLine], str]) -> list[tuple[str, str]]:
    return [("", everything), *((each, each) for each in sorted({of(line) for line in lines}))]


def _tr(text: str) -> str:
    return QCoreApplication.translate("RejectFilters", text)
