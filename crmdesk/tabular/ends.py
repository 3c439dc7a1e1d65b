"""The one door to local ends: a file, or a table of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.index import Deletions
from crmdesk.model.job import Local, LocalFile
from crmdesk.model.local import LocalTable
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun

if TYPE_CHECKING:
    from crmdesk.tabular.files.contract import FileLayout
    from crmdesk.tabular.local_source import LocalSource
    from crmdesk.tabular.targets.contract import Target
    from crmdesk.tabular.targets.owner import Owner

_WITH_NUL = (FileKind.PARQUET, FileKind.JSON_LINES)
"""Kinds of files in which a NUL character is a character like others; text files with one are refused."""


def open_source(local: Local, password: str) -> LocalSource:
    """The rows of a local end; raises FileFormatError. `password` is the one of a database, or empty."""
    match local:
        case LocalFile():
            from crmdesk.tabular.files.kinds import open_source as open_file
            from crmdesk.tabular.nul_free import NulFreeSource

            source = open_file(local)
            return NulFreeSource(source) if kind_of(local.path) in _WITH_NUL else source
        case LocalTable():
            from crmdesk.tabular.databases.source import TableSource
            from crmdesk.tabular.nul_free import NulFreeSource

            return NulFreeSource(TableSource(local, password))
        case LocalRun() | LocalAccount():
            raise TypeError(local)  # the desk alone can open a run or an account
        case _:
            assert_never(local)


def open_target(
    local: Local, password: str, layout: FileLayout, key: str, owner: Owner, deletions: Deletions = Deletions.NO
) -> Target:
    """Where the rows of an import go; `key` is the column of the remote id. Raises FileFormatError.

    `deletions` is what becomes of rows whose records were deleted, where the target is merged into.
    """
    match local:
        case LocalFile():
            from crmdesk.tabular.targets.files import open_file_target

            return open_file_target(local, layout, key, owner, deletions)
        case LocalTable():
            from crmdesk.tabular.databases.target import TableTarget

            return TableTarget(local, password, layout, key, owner, deletions)
        case LocalRun() | LocalAccount():
            raise TypeError(local)  # the desk alone can open a run or an account
        case _:
            assert_never(local)


def table_statement(local: LocalTable, layout: FileLayout, key: str) -> str:
    """The CREATE TABLE statement of the table that is made when there is none."""
    from crmdesk.tabular.databases.fitting import create_statement

    return create_statement(local, layout, key)


def refuse_target(local: Local, password: str, layout: FileLayout) -> None:
    """Raise FileFormatError when it can be told beforehand that the rows cannot go there; nothing is written."""
    match local:
        case LocalFile():
            from crmdesk.tabular.targets.files import refuse_file

            refuse_file(local, layout)
        case LocalTable():
            from crmdesk.tabular.databases.fitting import refuse_misfit

            refuse_misfit(local, password, layout)
        case LocalRun() | LocalAccount():
            raise TypeError(local)  # the desk alone can open a run or an account
        case _:
            assert_never(local)
