"""The licences of the packages that the program is installed with, for docs/licences.md (python -m tests.licences)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "licences.md"

UNKNOWN = "?"

_HEAD = """# Licences

CRM Desk stands under the [MIT licence](../LICENSE). These are the packages of `requirements.lock`: what it is installed
with, on one system or another, and what installs it; by their SPDX names. None of them is part of this repository, and
none is changed. Those under the LGPL and the MPL are used as they are published, and can be replaced.

The typefaces and the icons of the window are part of it, each beside its licence: `resources/fonts/Inter-LICENSE.txt`,
`resources/fonts/JetBrainsMono-LICENSE.txt` and `resources/icons/LICENSE.txt`.

The table is written by `python -m tests.licences` from what the installed packages say of themselves; the row of one
that says nothing, or belongs to another system, is written by hand, and stays. The suite says when it is out of date.

| package | licence |
|---|---|
"""
_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
_ROW = re.compile(r"^\| ([^ |]+) \| ([^|]+) \|$", re.MULTILINE)
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
}
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST_NAME = 60  # characters; a longer entry is the text of the licence


def locked() -> list[str]:
    """The packages of the lock file that the program is installed from."""
    return _LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))


def told_by_itself(package: str) -> str:
    """The SPDX name of what an installed package says its licence is; "" when it is not installed or does not say."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return ""
    if "License-Expression" in said:
        return said["License-Expression"]
    declared = said.get_all("License") or []
    classified = [each.removeprefix(_CLASSIFIER) for each in said.get_all("Classifier") or []]
    short = [name for name in declared if len(name) < _LONGEST_NAME and "Copyright" not in name]
    return next((_SPDX[name] for name in (*declared, *classified) if name in _SPDX), "".join(short))


def written(text: str) -> Mapping[str, str]:
    """The licences on a page, by package."""
    return dict(_ROW.findall(text.partition("|---|---|\n")[2]))


def page(before: str) -> str:
    """The page as it should stand in docs/, when it was `before`; UNKNOWN where a licence is to be written by hand."""
    by_hand = written(before)
    return _HEAD + "".join(
        f"| {package} | {told_by_itself(package) or by_hand.get(package, UNKNOWN)} |\n" for package in locked()
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""), encoding="utf-8")
