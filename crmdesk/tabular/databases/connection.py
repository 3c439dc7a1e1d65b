"""A connection to a database, and what its refusals mean in the admin's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crmdesk.errors import CrmDeskError, FileFormatError, SignInError
from crmdesk.tabular.files.private import open_private

_SQLITE = "sqlite:///"
_PATIENCE = 5  # seconds to wait for a lock that another program holds
_STEPS = 1_000_000  # of SQLite's own machine, a few milliseconds
_MEND = "Put that right, then try again, or resume the run."
_ROOM = "Make room, then resume the run."

_SIGN_IN = ("password authentication failed", "no password supplied", "authentication failed")
_SAID_BY_DRIVER = {
    "SSL": "Look at sslmode in the address, and whether the server offers TLS.",
    "certificate": "Look at sslmode and sslrootcert in the address.",
    'database "': "Check the name at the end of the address.",
    'role "': "Check the user in the address.",
}

_SAID_BY_SQLITE = {
    "locked": ("{} is locked: another program is using it.", "Close it there, then start or resume the run."),
    "disk is full": ("The disk is full: {} could not be written.", _ROOM),
    "unable to open": ("{} cannot be opened.", "Check that its folder exists and that you may write there."),
    "readonly": ("{} may not be written by you.", "Choose another place, or have the right given to you."),
    "not a database": ("{} is not an SQLite database.", "Choose another file."),
}
_SAID_BY_POSTGRESQL = {
    "55P03": (
        "{} is locked: another program is using it.",
        "Wait until it has ended there, then start or resume the run.",
    ),
    "53100": ("The disk of {} is full.", _ROOM),
    "42501": ("{} does not let you do this: {}.", "Have the right given to you, then resume the run."),
    "42P01": ("{}: {}.", "Check the name."),
    "25006": ("{} refuses it: {}.", "A query may only read; to write, your user has to be let write there."),
    "57014": (
        "{} ended it: {}.",
        "Ask for fewer rows, or have the time that a statement may take raised for your user.",
    ),
}


@contextmanager
def connected(database: str, password: str, *, is_readonly: bool = False) -> Iterator[sa.Connection]:
    """A connection that is closed behind the block, without what was not committed in it."""
    with speaking(database):
        engine = engine_of(database, password, is_readonly=is_readonly)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def engine_of(database: str, password: str, *, is_readonly: bool = False) -> sa.Engine:
    """For `sqlite:///path` or `postgresql://user@host/name`; nothing is asked of the database yet."""
    file = file_of(database)
    if file is not None:
        return _sqlite(file, is_readonly=is_readonly)
    url = sa.make_url(database).set(drivername="postgresql+psycopg")
    if password:
        url = url.set(password=password)
    settings = {"lock_timeout": _PATIENCE * 1000, "timezone": "UTC", "datestyle": "ISO"}
    if is_readonly:
        settings |= {"default_transaction_read_only": "on", "default_transaction_isolation": "repeatable\\ read"}
    given = url.normalized_query.get("options", ())
    options = " ".join([*given, *(f"-c {name}={value}" for name, value in settings.items())])  # the last one counts
    arguments = {"connect_timeout": 2 * _PATIENCE, "options": options}
    return _engine(url, connect_args=arguments, hide_parameters=True)


def _engine(url: sa.URL | str, **options: Any) -> sa.Engine:  # noqa: ANN401 - those of the library
    """Closing a connection undoes what was not committed; one that is lost cannot be asked to, and need not be."""
    return sa.create_engine(url, poolclass=sa.NullPool, pool_reset_on_return=None, **options)


def _sqlite(file: Path, *, is_readonly: bool) -> sa.Engine:
    if file.is_dir():
        hint = "Name the file of a database in it, for example crm.db."
        raise FileFormatError(f"{file} is a folder.", hint=hint, place="local.database")
    address = f"{file.absolute().as_uri()}?mode={'ro' if is_readonly else 'rwc'}"

    def connect() -> sqlite3.Connection:
        if not is_readonly and not file.exists():
            with suppress(OSError), open_private(file, "ab"):  # what is wrong with the place SQLite says
                pass
        connection = sqlite3.connect(address, timeout=_PATIENCE, uri=True)
        # While a query runs without giving a row, a signal would not be heard: Python listens between its own steps.
        connection.set_progress_handler(lambda: 0, _STEPS)
        return connection

    engine = _engine("sqlite://", creator=connect)

    @sa.event.listens_for(engine, "connect")
    def begin_by_ourselves(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # else the driver decides when a transaction begins, and leaves out what it will

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def raw(connection: sa.Connection) -> Any:  # noqa: ANN401 - each driver has a type of its own
    """The driver's own connection, for volumes."""
    return connection.connection.driver_connection


def spoken(connection: sa.Connection, statement: str) -> str:
    """A statement that SQLAlchemy has written, for the driver's own connection, where `%` stands for itself."""
    return statement.replace("%%", "%") if connection.dialect.name == "postgresql" else statement


def file_of(database: str) -> Path | None:
    """The file of an SQLite database; None for a server."""
    return Path(database.removeprefix(_SQLITE)) if database.startswith(_SQLITE) else None


def name_of(database: str) -> str:
    """How the database is called in a sentence."""
    file = file_of(database)
    if file is not None:
        return str(file)
    url = sa.make_url(database)
    return f"The database {url.database} on {url.host or 'this computer'}"


@contextmanager
def speaking(database: str) -> Iterator[None]:
    """Raise FileFormatError, or SignInError, for whatever the database has against what is done in here."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error, SQLAlchemyError) as error:
        said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        raise _refusal(database, said) from error


def _refusal(database: str, said: BaseException) -> CrmDeskError:
    name, text = name_of(database), " ".join(str(said).split()).rstrip(".?")
    if isinstance(said, psycopg.Error):
        text = said.diag.message_primary or text
        if said.sqlstate in _SAID_BY_POSTGRESQL:
            sentence, hint = _SAID_BY_POSTGRESQL[said.sqlstate]
            return FileFormatError(sentence.format(name, text), hint=hint, place="local.database")
        if any(sign in text for sign in _SIGN_IN):
            hint = "Give it with `crmdesk database password JOB`, or in the environment variable PGPASSWORD."
            return SignInError(f"{name} did not accept the user or the password.", hint=hint, place="local.database")
        if isinstance(said, psycopg.OperationalError):
            return _unreachable(name, text)
    else:
        for sign, (sentence, hint) in _SAID_BY_SQLITE.items():
            if sign in text:
                return FileFormatError(sentence.format(name), hint=hint, place="local.database")
    return FileFormatError(f"{name} refuses it: {text}.", hint=_MEND, place="local.database")


def _unreachable(name: str, text: str) -> FileFormatError:
    text = text.rpartition("FATAL: ")[2].strip()
    hint = next((hint for sign, hint in _SAID_BY_DRIVER.items() if sign in text), "")
    hint = hint or "Check that it runs and that this computer reaches it, then resume the run."
    return FileFormatError(f"{name} cannot be reached: {text}.", hint=hint, place="local.database")
