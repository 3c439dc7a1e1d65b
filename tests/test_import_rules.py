"""The import contracts of pyproject.toml, each shown to catch a fault that is planted for it in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FAULTS = {
    "the store imports the engine": ("store", "crmdesk.engine", "layers"),
    "the engine imports the store": ("engine", "crmdesk.store", "layers"),
    "the errors import the nouns": ("errors.py", "crmdesk.model", "layers"),
    "the columns import a connector": ("tabular", "crmdesk.connectors.contract", "layers"),
    "the desk imports the command line": ("desk", "crmdesk.cli", "layers"),
    "a noun imports peewee": ("model", "peewee", "nouns"),
    "a noun imports polars": ("model", "polars", "nouns"),
    "the engine imports a connector": ("engine", "crmdesk.connectors.odata", "engine"),
    "the engine imports the registry": ("engine", "crmdesk.connectors.registry", "engine"),
    "a connector imports another": ("connectors/odata", "crmdesk.connectors.salesforce", "connectors-apart"),
    "Salesforce imports the core of OData": ("connectors/salesforce", "crmdesk.connectors.odata", "salesforce-apart"),
    "the core of OData imports Dynamics": ("connectors/odata", "crmdesk.connectors.dynamics", "odata-below-dynamics"),
    "the HTTP session imports a connector": ("connectors/http.py", "crmdesk.connectors.odata", "connectors-named-once"),
    "the command line imports the engine": ("cli", "crmdesk.engine", "cli"),
    "a view-model imports the store": ("viewmodel", "crmdesk.store", "viewmodel"),
    "a view-model imports polars": ("viewmodel", "polars", "viewmodel"),
    "a view-model imports Qt": ("viewmodel", "PySide6.QtCore", "libraries-of-the-window"),
    "a view-model imports the window": ("viewmodel", "crmdesk.gui", "layers"),
    "the window imports the engine": ("gui", "crmdesk.engine", "gui"),
    "the window imports the command line": ("gui", "crmdesk.cli", "gui"),
    "the window imports polars": ("gui", "polars", "gui"),
    "the window imports peewee": ("gui", "peewee", "libraries-of-the-store"),
    "the desk imports qasync": ("desk", "qasync", "libraries-of-the-window"),
    "the command line imports peewee": ("cli", "peewee", "libraries-of-the-store"),
    "the desk imports keyring": ("desk", "keyring", "libraries-of-the-store"),
    "the registry imports simple-salesforce": (
        "connectors/registry.py",
        "simple_salesforce",
        "library-of-salesforce",
    ),
    "the engine loads the JavaScript engine": ("engine", "py_mini_racer", "library-of-javascript"),
    "the engine loads SQLAlchemy": ("engine", "sqlalchemy", "libraries-of-databases"),
    "the practice org imports a noun": ("practice", "crmdesk.model", "practice-knows-nobody"),
    "the engine imports the practice org": ("engine", "crmdesk.practice", "nobody-knows-practice"),
}


def lint_imports(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    options = [option for contract in contracts for option in ("--contract", contract)]
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", *options],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "crmdesk", tmp_path / "crmdesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("module", "imported", "contract"), FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_import_breaks_its_contract(tree: Path, module: str, imported: str, contract: str) -> None:
    assert lint_imports(tree, contract).returncode == 0, "the contract is kept before the fault is planted"
    source = tree / "crmdesk" / module
    with (source if source.suffix else source / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")
    verdict = lint_imports(tree, contract)
    assert verdict.returncode == 1
    assert "Contracts: 0 kept, 1 broken." in verdict.stdout


def test_every_contract_has_a_planted_fault() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["id"] for contract in contracts} == {contract for _, _, contract in FAULTS.values()}


def test_no_contract_makes_an_exception() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
