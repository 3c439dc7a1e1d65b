"""Picks the edge. Until there is a window, that is the command line."""

from __future__ import annotations

import sys

from crmdesk.cli.app import run_command_line


def main() -> None:
    """The program `crmdesk`."""
    sys.exit(run_command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
