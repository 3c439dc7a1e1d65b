"""`python -m crmdesk.practice serve`: the practice org as a program of its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crmdesk.practice.oauth.apps import BUILT_IN
from crmdesk.practice.oauth.users import PASSWORD, SECURITY_TOKEN
from crmdesk.practice.people import ADMINISTRATOR_NAME
from crmdesk.practice.serve import CannotServe, Settings, serve

_SIGN_IN = (
    "To sign in instead of using the access token of the first line: any user of the org, for instance"
    f" {ADMINISTRATOR_NAME}, has the password {PASSWORD} and the security token {SECURITY_TOKEN}; the app"
    f" {BUILT_IN[0].client_id} has the secret {BUILT_IN[0].client_secret} and the callback {BUILT_IN[0].callbacks[0]}."
)


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    settings = Settings(
        port=given.port,
        contacts=given.contacts,
        accounts=given.accounts,
        seed=given.seed,
        folder=given.data,
        tls=given.tls,
        weather=given.weather,
        session_timeout=given.session_timeout,
        idle_exit=given.idle_exit,
        lock=given.lock,
        flavour=given.flavour,
    )
    try:
        serve(settings)
    except CannotServe as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crmdesk practice", description="A local CRM to practise on.")
    command = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help="serve until ended", epilog=_SIGN_IN
    )
    command.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one if left out")
    command.add_argument("--contacts", type=int, default=2000, help="how many contacts a new org has")
    command.add_argument("--accounts", type=int, default=200, help="how many accounts a new org has")
    command.add_argument("--seed", type=int, default=1, help="from which number everything random follows")
    command.add_argument("--data", type=Path, metavar="DIR", help="where the org is kept; else it is gone at the end")
    command.add_argument("--tls", action="store_true", help="https, with a certificate made at the start")
    command.add_argument("--weather", type=Path, metavar="FILE", help="a JSON list of weather rules")
    command.add_argument(
        "--session-timeout", type=float, metavar="SECONDS", help="end a session after so long without a request; 7200"
    )
    command.add_argument("--idle-exit", type=float, metavar="SECONDS", help="end after so long without a request")
    command.add_argument(
        "--flavour", choices=("salesforce", "dynamics"), default="salesforce", help="which CRM it is; salesforce"
    )
    command.add_argument("--lock", type=Path, metavar="FILE", help="says where the org is; one org per file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
