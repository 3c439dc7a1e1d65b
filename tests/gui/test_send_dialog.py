"""The question before rows are sent, with what can still be chosen in it."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.send_dialog import Agreed, SendDialog, ask_to_send
from crmdesk.gui.theme import Scheme, theme
from crmdesk.model.account import Account
from crmdesk.model.job import Action, ExportOptions, Operation
from crmdesk.viewmodel.launch import Question, Trial, question_for
from tests.gui.controls import cut_off, nameless
from tests.viewmodel.drafts import draft_of

ACME = Account("acme", "Acme", "salesforce", "https://acme.example.com", "token")
JOB = draft_of(Operation.DELETE, export=ExportOptions(Action.DELETE)).job


def question(first: int, is_as_now: bool) -> Question:
    """Before 40 contacts are deleted in production, or the first of them."""
    return question_for(JOB, ACME, None, first or 40, notes=("As it is now.",) if is_as_now else ("As it was.",))


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    theme.apply(Scheme.LIGHT)
    widget = QWidget()
    widget.resize(800, 600)
    qtbot.addWidget(widget)
    widget.show()
    return widget


async def opened(parent: QWidget) -> SendDialog:
    async with asyncio.timeout(100):
        while (dialog := parent.findChild(SendDialog)) is None or not dialog.isVisible():  # noqa: ASYNC110 - is seen, not told
            await asyncio.sleep(0.005)
    return dialog


async def test_a_trial_takes_the_number_that_is_typed_which_in_production_is_never_the_proposed_one(
    parent: QWidget,
) -> None:
    asked = asyncio.ensure_future(ask_to_send(parent, question, trial=Trial(10, 40)))
    dialog = await opened(parent)
    go, first = dialog.findChild(QPushButton, "confirm-ok"), dialog.findChild(QLineEdit, "send-first")
    assert go is not None
    assert first is not None
    assert (nameless(dialog), cut_off(dialog)) == ([], [])
    assert (first.text(), go.isEnabled()) == ("", False)
    QTest.keyClicks(first, "40")
    note = dialog.findChild(QLabel, "send-first-note")
    assert note is not None
    assert (note.text(), go.isEnabled()) == ("There are 40 rows in all: try fewer.", False)
    QTest.keyClicks(first, "\b\b7")
    assert (go.isEnabled(), go.text().strip()) == (True, "Delete 7 Contact records")
    go.click()
    assert await asked == Agreed(first=7, confirm=7)


async def test_rows_can_be_sent_by_the_job_as_it_is_now(parent: QWidget) -> None:
    asked = asyncio.ensure_future(ask_to_send(parent, question, now="As “contacts” is now"))
    dialog = await opened(parent)
    go, now = dialog.findChild(QPushButton, "confirm-ok"), dialog.findChild(QCheckBox, "send-as-now")
    typed, notes = dialog.findChild(QLineEdit, "confirm-number"), dialog.findChild(QLabel, "send-notes")
    assert go is not None
    assert now is not None
    assert typed is not None
    assert notes is not None
    assert (notes.text(), now.isChecked(), go.isEnabled()) == ("As it was.", False, False)
    now.click()
    QTest.keyClicks(typed, "40")
    assert (notes.text(), go.isEnabled()) == ("As it is now.", True)
    go.click()
    assert await asked == Agreed(is_as_now=True, confirm=40)
