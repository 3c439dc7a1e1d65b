"""[local] of a job file: a file, a table or a query, read from TOML and written as it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.file_kind import SUFFIXES, FileKind, is_known, kind_of
from crmdesk.model.job import Local, LocalFile
from crmdesk.model.local import HiddenRows, LocalTable, Mode, NoText, Readers
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.read_options import Take

_SQLITE = "sqlite:///"
_OWN_TABLES = "_crmdesk_"
_OF_FILES = ("path", "encoding", "delimiter", "sheet", "header_row", "hidden_rows", "made_for")
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_SERVER = re.compile(r"([^@/\\\s]+@)?([\w.-]*|\[[0-9a-fA-F:.]+\])(:\d+)?")
_PARAMETERS = frozenset(
    {
        "application_name",
        "channel_binding",
        "connect_timeout",
        "gssencmode",
        "options",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
    }
)
"""Of an address (PostgreSQL, "Parameter Key Words"): those that tell how, and not to whom or as whom."""
_TEXTS = ("thousands", "encoding", "delimiter", "date_format", "time_zone", "sheet", "table", "query")
_THOUSANDS = ("", ".", ",", " ", "'")
_WORDS = {
    "decimal": ".",
    "mode": "replace",
    "take": "output",
    "made_for": "machines",
    "hidden_rows": "read",
    "no_text": "null",
}
_DEFAULTS = {**dict.fromkeys(_TEXTS, ""), **_WORDS, "header_row": 0}


def read_local(table: Table, folder: Path, *, is_import: bool) -> Local:
    """The local end; relative paths start at `folder`."""
    if "run" in table:
        return _read_run(table, is_import=is_import)
    if "account" in table:
        return _read_account(table, is_import=is_import)
    if "database" in table:
        return _read_table(table, folder, is_import=is_import)
    for key in ("table", "query"):
        if key in table:
            table.take(key)
            table.problem(key, f"“{key}” belongs to a database.", 'Add database = "sqlite:///crm.db", or remove it.')
    path = table.text("path")
    if "\0" in path:
        table.problem("path", "The path holds the character NUL, which no path has.", "Take it out.")
    elif path and not is_known(path):
        kinds = ", ".join(SUFFIXES)
        table.problem("path", f"“{path}” is not a kind of file that can be used.", f"Use one of {kinds}.")
    _refuse_strange_keys(table, path, is_import=is_import)
    delimiter = table.text("delimiter", default="")
    if delimiter and not _is_delimiter(delimiter):
        table.problem("delimiter", f"“{delimiter}” cannot stand between cells.", 'Use one sign, as ";" or "\\t".')
    decimal, thousands = _marks_of(table)
    return LocalFile(
        path=str((folder / Path(path).expanduser()).absolute()) if path else "",
        encoding=table.text("encoding", default=""),
        delimiter=delimiter,
        decimal=decimal,
        thousands=thousands,
        date_format=table.text("date_format", default=""),
        time_zone=table.text("time_zone", default=""),
        sheet=table.text("sheet", default=""),
        header_row=table.integer("header_row", default=0),
        hidden_rows=choice_of(table, "hidden_rows", HiddenRows, HiddenRows.READ),
        mode=choice_of(table, "mode", Mode, Mode.REPLACE) if is_import else Mode.REPLACE,
        made_for=choice_of(table, "made_for", Readers, Readers.MACHINES),
        no_text=choice_of(table, "no_text", NoText, NoText.NULL) if is_import else NoText.NULL,
    )


def _marks_of(table: Table) -> tuple[str, str]:
    """The decimal mark, and the one between groups of three digits."""
    decimal, thousands = table.choice("decimal", (".", ","), "."), table.choice("thousands", _THOUSANDS, "")
    if thousands == decimal:
        hint = 'Say which is which: decimal = "," with thousands = ".", for instance.'
        table.problem("thousands", f"“{decimal}” cannot be both marks of a number.", hint)
    return decimal, thousands


def _refuse_strange_keys(table: Table, path: str, *, is_import: bool) -> None:
    """A key that means nothing for such a file would be a wish that nobody hears."""
    kind = kind_of(path)
    for key in ("sheet", "hidden_rows"):
        if key in table and (kind is not FileKind.XLSX or is_import):
            table.problem(key, f"“{key}” belongs to a workbook that is read.", "Remove it.")
    if "header_row" in table and (kind not in (FileKind.XLSX, FileKind.TEXT) or is_import):
        table.problem("header_row", "“header_row” belongs to a workbook or a text file that is read.", "Remove it.")
    for key in ("delimiter", "made_for"):
        if key in table and kind is not FileKind.TEXT:
            table.problem(key, f"“{key}” belongs to text files.", "Remove it.")
    if "thousands" in table and is_import:
        table.problem("thousands", "An import writes numbers without groups.", "Remove it.")
    if "no_text" in table and is_import and kind in (FileKind.TEXT, FileKind.XLSX):
        table.problem("no_text", "A cell of such a file has no other way to be empty.", "Remove it, or use .jsonl.")
    if "encoding" in table and is_import and kind is FileKind.JSON_LINES:
        table.problem("encoding", "JSON Lines are written in UTF-8.", "Remove it.")
    elif "encoding" in table and kind not in (FileKind.TEXT, FileKind.JSON_LINES):
        table.problem("encoding", "“encoding” belongs to text files.", "Remove it.")


def _is_delimiter(text: str) -> bool:
    """One ASCII character that is no part of a word, of a number, of a quotation or of a line end."""
    return len(text) == 1 and text.isascii() and not text.isalnum() and text not in '"\r\n.-+'


def _read_table(table: Table, folder: Path, *, is_import: bool) -> LocalTable:
    for key in _OF_FILES:
        if key in table:
            table.take(key)
            table.problem(key, f"“{key}” belongs to a file, not to a database.", "Remove it.")
    name, query = table.text("table", default=""), table.text("query", default="")
    if name.rpartition(".")[2].startswith(_OWN_TABLES):
        table.problem("table", f"Tables called {_OWN_TABLES}… are those of CRM Desk itself.", "Choose another name.")
    if is_import and query:
        table.problem("query", "An import cannot write into a query.", 'Write table = "…" instead.')
    elif name and query:
        table.problem("table", "A table and a query are two sources.", "Remove one of them.")
    elif not name and not query.strip(" \t\r\n;"):
        what = 'table = "…"' if is_import else 'table = "…" or query = "select …"'
        table.problem("table", "A database needs to know which rows are meant.", f"Add {what}.")
    return LocalTable(
        database=_database(table, folder),
        table=name,
        query=query,
        decimal=table.choice("decimal", (".", ","), "."),
        date_format=table.text("date_format", default=""),
        time_zone=table.text("time_zone", default=""),
        mode=choice_of(table, "mode", Mode, Mode.REPLACE) if is_import else Mode.REPLACE,
        no_text=choice_of(table, "no_text", NoText, NoText.NULL) if is_import else NoText.NULL,
    )


def _read_run(table: Table, *, is_import: bool) -> LocalRun:
    if is_import:
        table.problem("run", "Nothing can be written into a run.", 'Write path = "…" instead.')
    for key in (*_OF_FILES, "database", "table", "query"):
        if key in table:
            table.take(key)
            table.problem(key, f"“{key}” has no place beside a run.", "Remove it.")
    return LocalRun(
        run=table.text("run"),
        take=choice_of(table, "take", Take, Take.OUTPUT),
        decimal=table.choice("decimal", (".", ","), "."),
        date_format=table.text("date_format", default=""),
        time_zone=table.text("time_zone", default=""),
    )


def _read_account(table: Table, *, is_import: bool) -> LocalAccount:
    if is_import:
        hint = "Write path = …, and a second job that exports from this account."
        table.problem("account", "An import writes into a file or a table.", hint)
    for key in (*_OF_FILES, "database", "table", "query", "decimal", "date_format", "time_zone"):
        if key in table:
            table.take(key)
            table.problem(key, f"“{key}” has no place beside an account.", "Remove it.")
    return LocalAccount(table.text("account"), table.text("object"))


def _database(table: Table, folder: Path) -> str:
    url = table.text("database")
    if not url:
        return ""
    if url.startswith(_SQLITE) and url != _SQLITE:
        return _SQLITE + (folder / Path(url.removeprefix(_SQLITE)).expanduser()).absolute().as_posix()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _POSTGRESQL or not parts.path.strip("/") or not _SERVER.fullmatch(parts.netloc):
        hint = "Write sqlite:///crm.db, or postgresql://user@host:5432/name."
        table.problem("database", "That is not the address of a database that can be used.", hint)
        return ""
    if parts.password is not None or any("password" in name.casefold() for name, _ in parse_qsl(parts.query)):
        table.problem(
            "database",
            "The address of the database holds a password, and a job file is no place for one.",
            "Take it out of the address; `crmdesk database password JOB` keeps it in the credential store.",
        )
        return ""
    leading = next((name for name, value in parse_qsl(parts.query) if _leads_elsewhere(name, value, parts.netloc)), "")
    if leading:
        table.problem(
            "database",
            f"The address of the database must not have the parameter “{leading}”.",
            f"User, server and port stand before its name. Parameters may be {', '.join(sorted(_PARAMETERS))}.",
        )
        return ""
    return f"postgresql://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _leads_elsewhere(name: str, value: str, netloc: str) -> bool:
    """Whether a parameter could send the password of one server to another; a socket of this computer is none."""
    is_socket = name == "host" and value.startswith("/") and not netloc
    return name not in _PARAMETERS and not is_socket


def local_table(local: Local, folder: Path | None) -> dict[str, object]:
    """The local end as TOML; a file below `folder`, an absolute directory, is named relative to it."""
    written: dict[str, object]
    if isinstance(local, LocalRun):
        written = {"run": local.run, "take": local.take.value}
    elif isinstance(local, LocalAccount):
        return {"account": local.account, "object": local.object}
    elif isinstance(local, LocalTable):
        written = {"database": _url(local.database, folder), "table": local.table, "query": local.query}
    else:
        written = {
            "path": _path(local.path, folder),
            "encoding": local.encoding,
            "delimiter": local.delimiter,
            "sheet": local.sheet,
            "header_row": local.header_row,
            "hidden_rows": local.hidden_rows.value,
            "made_for": local.made_for.value,
            "thousands": local.thousands,
        }
    written |= {
        "decimal": local.decimal,
        "date_format": local.date_format,
        "time_zone": local.time_zone,
        "mode": local.mode.value,
    }
    if not isinstance(local, LocalRun):
        written["no_text"] = local.no_text.value
    return {key: value for key, value in written.items() if key not in _DEFAULTS or value != _DEFAULTS[key]}


def _url(url: str, folder: Path | None) -> str:
    if not url.startswith(_SQLITE):
        return url
    return _SQLITE + Path(_path(url.removeprefix(_SQLITE), folder)).as_posix()


def _path(path: str, folder: Path | None) -> str:
    if folder is None or not Path(path).is_relative_to(folder):
        return path
    relative = str(Path(path).relative_to(folder))
    # In a job file ~ at the beginning is somebody's home.
    return path if relative.startswith("~") else relative
