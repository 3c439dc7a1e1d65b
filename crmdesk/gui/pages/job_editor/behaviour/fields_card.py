"""Fields that come, change and go: which are read, what a run does about it, and what has changed since the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.pages.job_editor.behaviour.lines import OptionLine
from crmdesk.model.read_options import SchemaRule, WhenNew, WhenOther
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_WIDTH = 168


class FieldsCard(TitledCard):
    """`refresh_fields` asks the CRM for its fields anew, `accept` takes them as they are now."""

    def __init__(
        self, model: JobEditorModel, refresh_fields: Callable[[], object], accept: Callable[[], object]
    ) -> None:
        super().__init__("", spacing=6, margins=(16, 8, 16, 12), name="job-fields")
        self._model = model
        reading = model.reading
        self.heading.setText(self.tr("Fields that come and go"))
        ask = Button("job-fields-refresh", self.tr("Ask anew"), refresh_fields, icon="refresh-cw", look="small")
        self.head.addWidget(ask)
        self._all = CheckField("job-follow-all", self.tr("Read all fields, those too that are added one day"))
        self._all.picked.connect(lambda is_on: reading.follow_all(is_on=is_on))
        self._except = TextField("job-except", self.tr("But not these"), placeholder="Fax, Description")
        self._except.editingFinished.connect(lambda: reading.set_except(self._except.text().split(",")))
        self._except_field = Field(self._except.accessibleName(), self._except)
        self._new = ElideCombo("job-schema-new", self.tr("A field is new"), width=_WIDTH)
        self._changed = ElideCombo("job-schema-changed", self.tr("A field has another type"), width=_WIDTH)
        self._gone = ElideCombo("job-schema-gone", self.tr("A field is gone"), width=_WIDTH)
        self._new.picked.connect(lambda value: reading.set_rule(replace(self._rule, new=WhenNew(value))))
        self._changed.picked.connect(lambda value: reading.set_rule(replace(self._rule, changed=WhenOther(value))))
        self._gone.picked.connect(lambda value: reading.set_rule(replace(self._rule, gone=WhenOther(value))))
        self._news = label("", "warn", wraps=True, name="job-schema-news")
        self._look = label("", "faint", wraps=True, name="job-schema-look")
        self._accept = Button("job-schema-accept", self.tr("Accept the fields as they are now"), accept, look="soft")
        combos = (self._new, self._changed, self._gone)
        self.body.addWidget(self._all)
        self.body.addWidget(self._except_field)
        for each in combos:
            self.body.addWidget(OptionLine(each.accessibleName(), each))
        self.body.addWidget(self._news)
        self.body.addWidget(self._look)
        self.body.addLayout(row(self._accept, 1))
        self.body.addStretch(1)

    @property
    def _rule(self) -> SchemaRule:
        return self._model.reading.options.schema

    def refresh(self) -> None:
        model, reading = self._model, self._model.reading
        self._all.setChecked(reading.follows_all)
        self._except_field.setVisible(reading.follows_all)
        if not self._except.hasFocus():
            self._except.show_text(", ".join(reading.options.all_except or ()))
        news = [
            (WhenNew.LEAVE, self.tr("it is left out")),
            (WhenNew.ADD, self.tr("it is read too")),
            (WhenNew.STOP, self.tr("the run stops")),
        ]
        others = [(WhenOther.STOP, self.tr("the run stops")), (WhenOther.GO_ON, self.tr("the run goes on"))]
        self._new.show_choices([(each.value, words) for each, words in news], self._rule.new.value)
        self._changed.show_choices([(each.value, words) for each, words in others], self._rule.changed.value)
        self._gone.show_choices([(each.value, words) for each, words in others], self._rule.gone.value)
        sentence = model.news.sentence(model.job)
        self._news.setText(sentence)
        self._news.setToolTip(plain_tip(model.news.all))
        self._news.setVisible(bool(sentence))
        self._accept.setVisible(bool(sentence))
        self._look.setText(model.news.last_look)
        self._look.setVisible(bool(model.news.last_look))
