"""What is seen in a text at once is what a look at one byte after the other finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmdesk.tabular.files.boundary import whole_records
from crmdesk.tabular.files.survey import survey

TEXT = st.text(st.sampled_from('a,"\n\rE+é'), min_size=1, max_size=40).map(str.encode)
RECORDS = re.compile(rb'(?:(?:[^"\r]|\r\n)*+(?:\A|(?<=[,\n]))"[^"]*+(?:""[^"]*+)*+"(?=[,\r\n]|\Z))*+(?:[^"\r]|\r\n)*+')


@given(text=TEXT, window=st.integers(1, 9))
def test_a_text_is_seen_as_it_is_through_windows_of_any_size(text: bytes, window: int) -> None:
    padded = b"\n" + text + b"\n"
    quotes = [place for place in range(1, len(padded) - 1) if padded[place : place + 1] == b'"']
    seen = survey(bytearray(text + b'"E+\n\r"'), len(text), window=window)
    assert (seen.quotes, seen.breaks) == (len(quotes), text.count(b"\n"))
    assert bytes(seen.before) == bytes(padded[place - 1] for place in quotes)
    assert bytes(seen.behind) == bytes(padded[place + 1] for place in quotes)
    assert seen.has_lone_returns == (re.search(rb"\r(?!\n)", text) is not None)
    assert seen.has_exponents == (b"E+" in text)


@given(text=TEXT)
@example(text=b'a,"b\nc""d\n')
@example(text=b'"a"""\n')
@example(text=b'a\n""a"\n')
@example(text=b'"a""\n","b"\n')
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_records_are_whole_up_to_the_first_quote_out_of_place(text: bytes, end: bytes) -> None:
    content = text + end
    match = RECORDS.match(content)
    proper = match.end() if match else 0
    found = whole_records(content, len(content), survey(content, len(content)), ",")
    if proper == len(content):
        assert found == proper
    else:
        assert found <= proper
        outside = re.sub(rb'"[^"]*+"', lambda quoted: b"a" * len(quoted[0]), content[:proper])
        assert found == outside.rfind(b"\n") + 1
