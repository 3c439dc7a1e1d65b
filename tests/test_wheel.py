"""What the wheel ships: the program, its resources and its licence, and nothing of the workshop."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_ships_the_program_with_its_resources(tmp_path: Path) -> None:
    for name in ("crmdesk", "resources", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0].partition("-")[0] for name in shipped} == {"crmdesk"}
    for top in ("crmdesk", "resources"):
        for path in (tmp_path / top).rglob("*"):
            below = path.relative_to(tmp_path).as_posix()
            if path.is_file():
                assert (below if top == "crmdesk" else f"crmdesk/{below}") in shipped
