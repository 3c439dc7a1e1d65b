"""The view-models live in a process that has neither a window nor an engine."""

from __future__ import annotations

import subprocess
import sys

_IMPORT_ALL = """
import importlib, pkgutil, sys
for name in ("PySide6", "qasync", "polars", "simple_salesforce", "requests", "keyring"):
    sys.modules[name] = None  # importing it raises ImportError
import crmdesk.viewmodel
for module in pkgutil.walk_packages(crmdesk.viewmodel.__path__, "crmdesk.viewmodel."):
    importlib.import_module(module.name)
"""


def test_every_view_model_can_be_imported_where_neither_qt_nor_the_engine_can() -> None:
    done = subprocess.run([sys.executable, "-c", _IMPORT_ALL], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
