"""Hands that correct a workbook of rejects, and the office that opens and saves it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

Row = dict[str, str]


def has_libreoffice() -> bool:
    return shutil.which("soffice") is not None


def through_libreoffice(file: Path) -> Path:
    """The workbook opened and saved by LibreOffice, by way of its own format."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    for kind in ("ods", "xlsx"):
        command = [office, f"-env:UserInstallation=file://{file.parent}/office", "--headless", "--convert-to", kind]
        source = file if kind == "ods" else file.parent / "ods" / f"{file.stem}.ods"
        folder = file.parent / kind
        subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=100)
    return file.parent / "xlsx" / file.name


def correct(file: Path, corrected: Callable[[str, Row], Row]) -> int:
    """Give each row of each sheet of causes to `corrected`, with the sheet's name; returns how many rows there were."""
    book = openpyxl.load_workbook(file)
    rows = 0
    for sheet in book.worksheets:
        names = [str(cell.value) for cell in sheet[1]]
        if names[0] != "Reference":
            continue
        for number in range(2, sheet.max_row + 1):
            row = {
                name: str(sheet.cell(number, column).value or "").removesuffix(" 00:00:00")
                for column, name in enumerate(names, 1)
            }
            for name, value in corrected(sheet.title, dict(row)).items():
                if value != row[name]:
                    sheet.cell(number, names.index(name) + 1).value = value
            rows += 1
    book.save(file)
    return rows
