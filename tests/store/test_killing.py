from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crmdesk.model.run import RunOutcome
from crmdesk.store import Store
from tests.store.profiles import new_run, prepared

SENDER = """
import sys
from pathlib import Path
import polars as pl
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.outcome import REJECT_SCHEMA

store = Store.open(Path(sys.argv[1]), keychains=())
ledger = store.runs.ledger("1")
with store.runs.claim("1"):
    for payload in ledger.unsent():
        ledger.intend(payload.send, "2026-03-01T10:00:00Z")
        print("intended", payload.send, flush=True)
        ledger.handle(payload.send, f"job-{payload.send}")
        print("named", payload.send, flush=True)
        outcomes = payload.rows.to_frame().with_columns(outcome=pl.lit("created"), id=pl.lit("003"))
        ledger.settle(payload.send, outcomes, pl.DataFrame(schema=REJECT_SCHEMA), [])
        print("settled", payload.send, flush=True)
"""


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 100))])
def test_what_was_acknowledged_before_a_kill_is_there_afterwards(home: Path, seed: int) -> None:
    """R-157, R-210, R-219."""
    store = Store.open(home, keychains=())
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 20_000, "source-1")
    ledger.add_sends([prepared(ledger, range(first, first + 10)) for first in range(1, 20_001, 10)])
    ledger.end_prepare("rest")
    child = subprocess.Popen([sys.executable, "-c", SENDER, str(home)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(random.Random(seed).randint(20, 120))]
    child.kill()
    said += child.stdout.read().splitlines(keepends=True)
    child.communicate()
    # The last line may be cut: what it acknowledges was not heard.
    heard = {
        word: {int(line.split()[1]) for line in said if line.endswith("\n") and line.startswith(word)}
        for word in ("intended", "named", "settled")
    }

    with closing(sqlite3.connect(home / "crmdesk.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        settled = {row[0] for row in connection.execute("SELECT id FROM send WHERE state = 3")}
        rows = connection.execute("SELECT count(*) FROM outcome").fetchone()[0]
    found = {found.payload.send: found.handle for found in ledger.open_sends()}
    assert heard["settled"] <= settled
    assert heard["intended"] <= settled | found.keys()
    assert all(found[send] == f"job-{send}" for send in heard["named"] - settled)
    assert rows == 10 * len(settled)
    assert store.runs.get(run).outcome is RunOutcome.INTERRUPTED
    tally = store.runs.get(run).tally
    assert tally.created == rows
    assert tally.is_balanced
    store.close()
