"""peewee without the drivers of other databases: the store is SQLite, and their loading is a fifth of every start."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

_DRIVERS = ("psycopg2", "psycopg", "pymysql", "MySQLdb")
"""What peewee loads at its own import where it is installed; tables in PostgreSQL are reached without peewee."""

if TYPE_CHECKING:
    import peewee
else:
    _hidden = [name for name in _DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(_hidden))  # None is the import system's word for a module that is not there
    try:
        import peewee
    finally:
        for name in _hidden:
            del sys.modules[name]

__all__ = ["peewee"]
