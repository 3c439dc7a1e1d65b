"""The import contracts of pyproject.toml, each shown to catch a fault that is planted for it in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FAULTS = {
    "the store imports the engine": ("store", "crmdesk.engine", "layers"),
    "the engine imports the store": ("engine", "crmdesk.store", "layers"),
    "the errors import the nouns": ("errors.py", "crmdesk.model", "layers"),
    "the columns import a connector": ("tabular", "crmdesk.connectors.contract", "layers"),
    "a noun imports peewee": ("model", "peewee", "nouns"),
    "a noun imports polars": ("model", "polars", "nouns"),
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


def test_no_contract_makes_an_exception() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
