"""Which module knows which command: a program that carries out one of them loads no other."""

from __future__ import annotations

from importlib import import_module

import typer

COMMANDS = {
    "schema": ("objects", "describe"),
    "jobs": ("check", "preview"),
    "runs": ("run", "resume", "end", "backfill", "restart", "stop"),
    "history": ("runs", "results"),
    "show": ("show",),
    "rehearsals": ("rehearse",),
    "looking": ("look",),
    "list_values": ("values",),
    "rejects": ("rejects", "retry"),
    "mending": ("corrections", "remedy", "reopen"),
    "beside": ("beside",),
    "reports": ("statement", "report", "audit"),
    "errors": ("errors",),
    "taking_back": ("undo", "before", "speed"),
    "engine": ("engine",),
    "doctor": ("doctor",),
}
"""Modules with the commands of their `app`."""

GROUPS = {
    "account": ("account_changes", "account_app"),
    "job": ("jobs", "job_app"),
    "database": ("databases", "database_app"),
    "practice": ("practice", "app"),
    "options": ("options", "app"),
    "kept": ("kept", "app"),
    "vault": ("vault", "vault_app"),
    "proxy": ("proxy", "proxy_app"),
    "profile": ("profiles", "profile_app"),
}
"""Groups of commands, each with the module and the name of its app there."""


def add_parts(app: typer.Typer, wanted: str) -> None:
    """Add the command or the group `wanted` to `app`; all there are where it is no name of one."""
    modules = [module for module, commands in COMMANDS.items() if wanted in commands]
    groups = [group for group in GROUPS if group == wanted]
    is_known = bool(modules or groups)
    for module in modules if is_known else COMMANDS:
        app.registered_commands.extend(_app_in(module).registered_commands)
    for group in groups if is_known else GROUPS:
        module, name = GROUPS[group]
        app.add_typer(_app_in(module, name), name=group)


def _app_in(module: str, name: str = "app") -> typer.Typer:
    found = getattr(import_module(f"crmdesk.cli.{module}"), name)
    if not isinstance(found, typer.Typer):
        raise TypeError(found)
    return found
