"""`python -m tests.harness.killable [--at POINT:N] [--fault NAME] … -- ARGS`: crmdesk, which kills itself.

It is `crmdesk ARGS`, except that it ends by SIGKILL at the n-th passing of a point (or sends itself another signal, as
Ctrl-C does), that a fault can be planted in it, and that a Bulk job can be made to hold few rows, so that a small file
makes several.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable

from crmdesk.cli.app import run_command_line
from crmdesk.connectors.salesforce import bulk
from tests.harness.faults import Fault, plant
from tests.harness.points import Countdown, watch_preparing


def main(arguments: list[str]) -> int:
    ours, theirs = _split(arguments)
    given = _parser().parse_args(ours)
    if given.bulk_rows:
        bulk.MAX_ROWS = given.bulk_rows
    if given.fault:
        plant(given.fault)
    point, _, nth = given.at.partition(":")
    countdown = Countdown(point, int(nth or 1), _strike(signal.Signals[given.signal]))
    watch_preparing(countdown.passed)
    return run_command_line(theirs, on_point=lambda passed: countdown.passed(passed.value))


def _strike(number: signal.Signals) -> Callable[[], None]:
    def strike() -> None:
        os.write(2, json.dumps({"struck": time.time()}).encode() + b"\n")
        os.kill(os.getpid(), number)

    return strike


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    border = arguments.index("--")
    return arguments[:border], arguments[border + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="killable")
    parser.add_argument("--at", default="", metavar="POINT:N")
    parser.add_argument("--signal", default="SIGKILL")
    parser.add_argument("--fault", type=Fault, choices=list(Fault))
    parser.add_argument("--bulk-rows", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
