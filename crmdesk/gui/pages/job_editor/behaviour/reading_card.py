"""How rows are read: by which interface and why, what it costs, and the query as it is sent."""

from __future__ import annotations

from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.copied import CopyBox
from crmdesk.gui.kit.fields import ElideCombo
from crmdesk.gui.kit.labels import label
from crmdesk.gui.pages.job_editor.behaviour.lines import OptionLine
from crmdesk.model.job import Engine
from crmdesk.viewmodel.job_editor.page import JobEditorModel


class ReadingCard(TitledCard):
    """The sentence and the query are those of the draft as it was looked at last."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("", spacing=8, margins=(16, 8, 16, 12), name="job-read-by")
        self._model = model
        self.heading.setText(self.tr("How it is read"))
        self._engine = ElideCombo("job-read-engine", self.tr("Interface"), width=168)
        self._engine.picked.connect(lambda value: model.reading.set_engine(Engine(value)))
        self._line = OptionLine(self.tr("Interface"), self._engine)
        self._route = label("", "small", wraps=True, name="job-route")
        self._query = CopyBox("job-query", self.tr("The query as it is sent"), lines=4)
        self._query.wrap()
        for part in (self._line, self._route, self._query):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def refresh(self) -> None:
        model = self._model
        engines = [
            (Engine.AUTO, self.tr("By itself")),
            (Engine.REST, self.tr("Pages (REST)")),
            (Engine.BULK, self.tr("A job (Bulk)")),
        ]
        self._engine.show_choices([(each.value, words) for each, words in engines], model.reading.engine.value)
        self._line.set_error(model.trouble("behaviour.engine"))
        route = model.around.route
        self._route.setText(route.sentence if route is not None else "")
        self._query.show_text(route.query if route is not None else "")
