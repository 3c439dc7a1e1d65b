"""The page of the error book: every refusal that we know, found by any word or code, and one of them in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import EmptyState
from crmdesk.gui.kit.fields import ElideCombo, SearchField
from crmdesk.gui.kit.labels import label, mono_label
from crmdesk.gui.kit.layout import column, frame, gap, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import TWO_LINE, Table
from crmdesk.gui.page import Page
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.error_book import BookLine, ErrorBook, Said, said_words

_SEARCH = 280
_CARD = 440


class ErrorBookPage(Page):
    """The list at the left; at the right what the chosen one means, what to do, and what can be offered."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("error-book", "")
        self.set_title(self.tr("Error book"))
        self.set_crumb(self.tr("Rejects"), lambda: app.show(PageName.REJECTS))
        self._model = ErrorBook()
        self._count = label("", "muted", name="error-book-count")
        self.add_tags(self._count)
        self._said = ElideCombo("error-book-said", self.tr("Who says no"), width=168)
        self._said.show_choices([("", self.tr("Whoever says no")), *((each, each.value) for each in Said)], "")
        self._said.picked.connect(lambda value: self._model.narrow(Said(value) if value else None))
        self._search = SearchField("error-book-search", self.tr("Code or words of a message"), width=_SEARCH)
        self._search.searched.connect(self._model.find)
        self.add_tools(self._said, self._search)
        columns = (Column(self.tr("Refusal"), is_stretching=True), Column(self.tr("Who says no"), 136))
        self._rows: RowsModel[BookLine] = RowsModel(columns, _cell)
        self._table = Table("error-book-table", self.tr("Refusals"), self._rows, line=TWO_LINE)
        self._table.row_chosen.connect(lambda at: self._model.choose(self._rows.rows[at].card))
        self._card = _CardView()
        shown = row(TableCard(self._table, name="error-book-card"), self._card)
        shown.setStretch(0, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(frame(shown))
        self._stack.addWidget(
            EmptyState(
                "search",
                self.tr("The book has nothing of that kind"),
                self.tr("Look for a part of the code or the message. What it does not know is shown as it was said."),
                name="error-book-empty",
            )
        )
        self.body.addWidget(self._stack, 1)
        self._model.subscribe(self.refresh)

    def open_at(self, place: Place) -> None:
        """Look for the words of the place, a code for instance."""
        if place.argument:
            self._search.show_text(place.argument)

    def first_control(self) -> QWidget:
        return self._search

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"find": self._search.setFocus}

    def refresh(self) -> None:
        model, chosen = self._model, self._model.chosen
        self._count.setText(model.summary)
        if tuple(self._rows.rows) != model.lines:
            self._rows.show_rows(model.lines)
            if chosen is not None:
                self._table.choose_row(model.lines.index(chosen))
        self._stack.setCurrentIndex(0 if chosen is not None else 1)
        if chosen is not None:
            self._card.show_line(chosen)


class _CardView(QScrollArea):
    """A card of the book in full."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("error-book-whole")
        self.setFixedWidth(_CARD)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._shown: BookLine | None = None
        self._title = label("", "title", wraps=True, name="error-book-refusal")
        self._said = label("", "faint", wraps=True, name="error-book-whose")
        self._codes = mono_label("", 11, name="error-book-codes")
        self._codes.setWordWrap(True)
        self._codes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = label("", wraps=True, name="error-book-text")
        self._advice = label("", "strong", wraps=True, name="error-book-advice")
        self._helps: QVBoxLayout = column(spacing=10)
        head = row(self._said, IconButton("error-book-copy", self.tr("Copy"), "copy", self._take))
        head.setStretch(0, 1)
        parts = (self._title, head, self._codes, gap(4), self._text, self._advice, gap(4))
        self.setWidget(
            frame(
                column(
                    *parts,
                    label(self.tr("What the page of the rejects offers"), "heading"),
                    self._helps,
                    1,
                    margins=(16, 12, 16, 16),
                ),
                "card",
            )
        )

    def show_line(self, line: BookLine) -> None:
        """Show another card."""
        if line == self._shown:
            return
        self._shown = line
        self._title.setText(line.title)
        self._said.setText(said_words(line.said))
        self._codes.setText("\n".join(line.codes))
        self._text.setText(line.text)
        self._advice.setText(line.advice)
        for part, words in ((self._text, line.text), (self._advice, line.advice)):
            part.setVisible(bool(words))
        while (item := self._helps.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for title, does in line.remedies:
            self._helps.addWidget(frame(column(label(title, "strong"), label(does, "muted", wraps=True), spacing=2)))
        self.verticalScrollBar().setValue(0)

    def _take(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.whole)


def _cell(each: BookLine, at: int) -> Cell:
    match at:
        case 0:
            return Cell(each.title, CellStyle.TWO_LINE, sub=", ".join(each.codes))
        case _:
            return Cell(each.said.value, tone="text2")
