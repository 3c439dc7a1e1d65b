from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from crmdesk.desk.window import own_command
from crmdesk.desk.window.run_children import RunChild, RunChildren
from crmdesk.errors import UserError
from crmdesk.viewmodel.commands import carried_out_by

SLOW_TO_LEAVE = """
import json, time
print(json.dumps({"error": {"kind": "user", "message": "No.", "hint": "", "place": ""}}), flush=True)
time.sleep(0.4)
"""


class Remembering(RunChildren):
    """Keeps the child that it has started."""

    def start(self, arguments: Sequence[str], phrase: str = "") -> RunChild:
        self.child = super().start(arguments, phrase)
        return self.child


async def test_a_command_that_is_refused_has_ended_before_its_refusal_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hears of it may remove the very folder that it was at work in."""
    monkeypatch.setattr(own_command, "PROGRAM", [sys.executable, "-c", SLOW_TO_LEAVE])
    children = Remembering(tmp_path)
    with pytest.raises(UserError, match=r"No\."):
        await carried_out_by(children, ("rejects", "--csv", "rejects.csv", "--", "7"))
    assert children.child.poll() is not None
    assert not any((tmp_path / "children").iterdir())
