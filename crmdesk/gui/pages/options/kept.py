"""The card of what is kept: days of each kind, the room taken, and the clean-up."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from crmdesk.gui.dialogs import confirm
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import NumberField
from crmdesk.gui.kit.labels import ElidedLabel, label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.spawn import aslot, spawn
from crmdesk.model.retention import Kept
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.kept import KeptModel, words_of

_NAME = 176  # px


class KeptCard(TitledCard):
    """See KeptModel."""

    def __init__(self, app: AppModel) -> None:
        super().__init__(QCoreApplication.translate("Kept", "What is kept"), name="options-kept")
        self.model = KeptModel(app)
        words = self.tr("For how many days; an empty field means for ever. What is too old goes once a day.")
        self.body.addWidget(label(words, "muted", wraps=True))
        self._days: dict[Kept, NumberField] = {}
        self._stands: dict[Kept, ElidedLabel] = {}
        for kind in Kept:
            self._add_kind(kind)
        self._room = label("", "muted", wraps=True, name="options-kept-room")
        self._clean = Button("options-kept-clean", self.tr("Clean up now…"), aslot(self._ask), icon="trash-2")
        self._told = label("", "small", wraps=True, name="options-kept-told")
        self.body.addWidget(self._room)
        self.body.addLayout(row(self._clean, 1))
        self.body.addWidget(self._told)
        self.model.subscribe(self._show)
        self._show()

    def _add_kind(self, kind: Kept) -> None:
        name = label(words_of(kind))
        name.setFixedWidth(_NAME)
        days = NumberField(f"options-kept-{kind.value}", f"{words_of(kind)}: {self.tr('days')}", most=5)
        days.picked.connect(partial(self._keep, kind))
        self._days[kind] = days
        self._stands[kind] = ElidedLabel("", "muted", name=f"options-kept-{kind.value}-stands")
        line = row(name, days, self._stands[kind])
        line.setStretch(2, 1)
        self.body.addLayout(line)

    def _keep(self, kind: Kept, days: int | None) -> None:
        spawn(self.model.keep(kind, days))

    def _show(self) -> None:
        model = self.model
        for line in model.lines:
            self._days[line.kind].setPlaceholderText(self.tr("for ever"))
            self._days[line.kind].show_number(line.days)
            self._stands[line.kind].setText(f"{line.room} · {line.old}")
        for field in self._days.values():
            field.setEnabled(bool(model.lines))
        self._room.setText(model.room)
        self._clean.allow(bool(model.old) and not model.is_cleaning, self.tr("Nothing is too old."))
        self._told.setText("\n".join(model.told))
        self._told.setVisible(bool(model.told))

    async def _ask(self) -> None:
        title = self.tr("Take away what is too old?")
        if await confirm(self.window(), title, self.model.old, self.tr("Clean up"), is_dangerous=True):
            await self.model.clean()
