"""What a remedy has to be told first: each question gives a wish, or None when it was left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QScrollArea, QWidget

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.window.answers import RemedyLook
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import ElidedLabel, label
from crmdesk.gui.kit.layout import frame, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.rejects.card import value_words
from crmdesk.model.error_book.card import TITLES, Remedy
from crmdesk.model.figures import number
from crmdesk.viewmodel.date_forms import DATE_FORMS, example_of
from crmdesk.viewmodel.rejects.remedies import DOES

_MOST_VALUES = 200
_WIDTH, _LINE, _LINES = 520, 38, 8


async def ask_values(parent: QWidget, remedy: Remedy, look: RemedyLook) -> Wish | None:
    """What each value becomes; what is left empty stays as it is."""
    dialog = _dialog(parent, remedy)
    met = look.met[:_MOST_VALUES]
    fields = [_Becomes(at, each.value, each.nearest, look.choices) for at, each in enumerate(met)]
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 12, 0)
    for at, (each, field) in enumerate(zip(met, fields, strict=True)):
        grid.addWidget(ElidedLabel(value_words(each.value), "strong"), at, 0)
        grid.addWidget(label(number(each.rows), "faint"), at, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(field, at, 2)
    grid.setColumnStretch(0, 2)
    grid.setColumnStretch(2, 3)
    grid.setRowStretch(len(met), 1)
    dialog.add(_scrolled("remedy-values", _tr("Values and what they become"), grid))

    def take_nearest() -> None:
        for each, field in zip(met, fields, strict=True):
            if each.nearest:
                field.show_value(each.nearest)

    nearest = Button("remedy-take-nearest", _tr("Take all nearest"), take_nearest)
    nearest.allow(any(each.nearest for each in met), _tr("No value is like one that the field takes."))
    dialog.add(row(nearest, 1))
    _add_buttons(dialog)
    if fields:
        fields[0].setFocus()
    if await dialog.ended() != 1:
        return None
    table = {each.value: field.typed for each, field in zip(met, fields, strict=True) if field.typed}
    return Wish(values=table) if table else None


async def ask_one_value(parent: QWidget) -> Wish | None:
    """One value, an empty field, or a field that is not sent."""
    dialog = _dialog(parent, Remedy.SET_VALUE)
    value = TextField("remedy-value", _tr("Value"))
    every = CheckField("remedy-every", _tr("Also where the cell is not empty"))
    choices = {
        "set": QRadioButton(_tr("Set this value:")),
        "clear": QRadioButton(_tr("Leave the field empty")),
        "leave-out": QRadioButton(_tr("Do not send the field at all")),
    }
    group = QButtonGroup(dialog)
    for name, choice in choices.items():
        choice.setObjectName(f"remedy-{name}")
        choice.setAccessibleName(choice.text())
        group.addButton(choice)
    choices["set"].setChecked(True)
    choices["set"].toggled.connect(value.setEnabled)
    choices["set"].toggled.connect(every.setEnabled)
    dialog.add(choices["set"], value, every, choices["clear"], choices["leave-out"])
    _add_buttons(dialog)
    value.setFocus()
    if await dialog.ended() != 1:
        return None
    if choices["leave-out"].isChecked():
        return Wish(is_left_out=True)
    if choices["clear"].isChecked():
        return Wish(text="", is_every=True)
    return Wish(text=value.text(), is_every=every.isChecked())


async def ask_rest(parent: QWidget, columns: Sequence[str]) -> Wish | None:
    """The column that takes what is cut off a text."""
    dialog = _dialog(parent, Remedy.SHORTEN)
    rest = ElideCombo("remedy-rest", _tr("The rest of a long text"))
    rest.show_choices([("", _tr("is dropped")), *((each, _tr("goes to {0}").format(each)) for each in columns)], "")
    dialog.add(Field(_tr("The rest of a long text"), rest))
    _add_buttons(dialog)
    rest.setFocus()
    return Wish(rest=rest.value()) if await dialog.ended() == 1 else None


async def ask_which_to_keep(parent: QWidget) -> Wish | None:
    """Which of the rows with the same key is kept."""
    dialog = _dialog(parent, Remedy.KEEP_ONE)
    words = (("first", _tr("The first")), ("last", _tr("The last")), ("fullest", _tr("The fullest")))
    keep = Segmented("remedy-keep", _tr("Which row is kept"), words)
    dialog.add(row(keep, 1))
    _add_buttons(dialog)
    keep.setFocus()
    return Wish(keep=keep.value()) if await dialog.ended() == 1 else None


async def ask_form(parent: QWidget) -> Wish | None:
    """How dates or numbers are written."""
    dialog = _dialog(parent, Remedy.READ_AS)
    form = ElideCombo("remedy-form", _tr("They are"))
    dates = [(each, _tr("dates like {0}").format(example_of(each))) for each in DATE_FORMS]
    numbers = [(",", _tr("numbers like 1.234,56")), (".", _tr("numbers like 1,234.56"))]
    form.show_choices([*dates, *numbers], DATE_FORMS[0])
    dialog.add(Field(_tr("They are"), form))
    _add_buttons(dialog)
    form.setFocus()
    if await dialog.ended() != 1:
        return None
    return Wish(decimal=form.value()) if form.value() in (",", ".") else Wish(pattern=form.value())


class _Becomes(SearchCombo):
    """What a value becomes: one of the choices that the field takes, or what is typed."""

    def __init__(self, at: int, value: str, nearest: str, choices: Sequence[str]) -> None:
        hint = _tr("nearest: {0}").format(nearest) if nearest else _tr("stays as it is")
        words = _tr("What {0} becomes").format(value_words(value))
        super().__init__(f"remedy-value-{at}", words, placeholder=hint, takes_any=True)
        self._choices = [(each, each) for each in choices]
        self.show_value("")

    @property
    def typed(self) -> str:
        """What stands there, a choice as the field writes it."""
        text = self.line.text().strip()
        return next((each for each, _ in self._choices if each.casefold() == text.casefold()), text)

    def show_value(self, value: str) -> None:
        """Let it become `value`."""
        self.show_choices(self._choices if self.count() else (), value)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._offer()
        super().focusInEvent(event)

    def showPopup(self) -> None:
        self._offer()
        super().showPopup()

    def _offer(self) -> None:
        """Only the one that is used is given its choices: hundreds of values may each become any of thousands."""
        if not self.count():
            self.show_choices(self._choices, self.typed)


def _scrolled(name: str, words: str, grid: QGridLayout) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(words)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumSize(_WIDTH, _LINE * min(grid.rowCount(), _LINES))
    area.setWidget(frame(grid, "clear"))
    return area


def _dialog(parent: QWidget, remedy: Remedy) -> Dialog:
    dialog = Dialog(parent, "remedy-dialog", TITLES[remedy])
    dialog.add(label(DOES[remedy], "muted", wraps=True))
    return dialog


def _add_buttons(dialog: Dialog) -> None:
    dialog.add_button(_tr("Cancel"), 0, name="remedy-cancel")
    dialog.add_button(_tr("Look what changes"), 1, look="primary", name="remedy-look")


def _tr(text: str) -> str:
    return QCoreApplication.translate("RemedyWishes", text)
