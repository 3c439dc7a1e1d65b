"""The pages to look something up in: what people decided, and the error book."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.table.view import Table
from crmdesk.viewmodel.app import PageName
from tests.gui.controls import nameless
from tests.gui.hands import click, fill, find, opened, text_of, wait
from tests.viewmodel.kept_rejects import bad_mails


async def test_decisions_and_refusals_are_looked_up_from_the_options_and_from_a_cause(tmp_path: Path) -> None:
    """R-229, R-197."""
    home = tmp_path / "profile"
    bad_mails(home, tmp_path, ["a@"])
    async with opened(home) as window:
        window.model.history.set_option("SINCE", "2026/01/31 00:00:00")
        window.model.show(PageName.OPTIONS)
        await click("options-decisions")
        table = await find(Table, "decisions-table")
        assert "SINCE" in str(table.model().index(0, 2).data())
        assert nameless(window.current()) == []
        await fill("decisions-search", "nobody")
        await find(QWidget, "decisions-empty")
        await click("decisions-crumb")
        await click("options-error-book")
        table = await find(Table, "error-book-table")
        await fill("error-book-search", "STRING_TOO_LONG")
        await wait(lambda: table.model().rowCount() == 1, "the card of the code")
        assert await text_of("error-book-refusal") == "Text too long"
        assert nameless(window.current()) == []
        await click("error-book-crumb")
        await click("rejects-book")
        assert await text_of("error-book-refusal") == "Not an e-mail address"
