"""Text of others shows itself, and does nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.visible import in_one_line, visible


def test_what_steers_a_terminal_is_shown_in_its_place() -> None:
    said = "\x1b[2JDone.\r5 created\x9b31m \x1b]0;title\x07\x08"
    assert visible(said) == r"\x1b[2JDone.\r5 created\x9b31m \x1b]0;title\x07\x08"


def test_what_turns_the_reading_order_round_is_shown_in_its_place() -> None:
    assert visible("\u202egnp.exe\u2066 \u200f") == r"\u202egnp.exe\u2066 \u200f"


def test_lines_tabs_and_letters_of_every_script_stay() -> None:
    text = "Zürich\t\u05d0 \u0645 東京 👍🏽\nnext line"
    assert visible(text) == text
    assert visible("one\r\ntwo") == "one\ntwo"


def test_what_stands_in_a_list_of_lines_is_one_line() -> None:
    assert in_one_line("refused\nINFO    ended: succeeded\r\n") == r"refused\nINFO    ended: succeeded\n"


@given(st.text(st.characters()))
def test_whatever_it_is_a_stream_can_write_it(text: str) -> None:
    shown = visible(text).encode()
    assert not any(byte < 0x20 and byte not in b"\n\t" for byte in shown)
