"""Ctrl-C is the program's own affair: no library that works on rows answers it."""

from __future__ import annotations

import subprocess
import sys

import pytest

_WORK = """
import os, signal, threading
from crmdesk.cli.stopping import LastWord, leave, stop_on_signals
from crmdesk.desk import CancelToken

token = CancelToken()
stop_on_signals(token, LastWord(), lambda: None)

import polars as pl

frame = pl.LazyFrame({"a": range(2_000_000)}).select(pl.col("a").sort().cast(pl.String).str.reverse().n_unique())
frame.collect()
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
while not token.is_cancelled:
    frame.collect()
print("stopped")
leave(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_in_the_middle_of_work_on_columns_asks_to_stop_and_breaks_nothing_off() -> None:
    """R-131."""
    done = subprocess.run([sys.executable, "-c", _WORK], capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "stopped\n", "")
