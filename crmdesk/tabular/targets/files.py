"""Files as targets: what becomes of the rows that are there already."""

from __future__ import annotations

from pathlib import Path

from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.contract import FileLayout
from crmdesk.tabular.files.kinds import open_target
from crmdesk.tabular.targets.contract import Target
from crmdesk.tabular.targets.in_place import FileInPlace
from crmdesk.tabular.targets.owner import Owner


def open_file_target(local: LocalFile, layout: FileLayout, owner: Owner) -> Target:
    """The file that an import makes. Raises FileFormatError."""
    place = Path(local.path)
    part = place.with_name(f".{place.name}.{owner.run}.part")
    return FileInPlace(place, part, open_target(local, part, layout), iter(()))
