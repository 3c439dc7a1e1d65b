"""Picks the edge. Until there is a window, that is the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """The program `crmdesk`."""
    try:
        from crmdesk.cli.app import run_command_line

        code = run_command_line(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C before anything was begun
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
