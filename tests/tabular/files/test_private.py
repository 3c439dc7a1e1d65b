"""Files for their owner alone, whatever somebody has put in their place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crmdesk.tabular.files.private import open_private

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and modes are those of POSIX")


def test_a_link_in_the_place_of_a_new_file_is_taken_away_and_not_followed(tmp_path: Path) -> None:
    theirs, place = tmp_path / "theirs", tmp_path / ".x.part"
    theirs.write_text("theirs")
    place.symlink_to(theirs)
    with open_private(place, "wb") as file:
        file.write(b"rows")
    assert theirs.read_text() == "theirs"
    assert (place.read_text(), place.is_symlink()) == ("rows", False)


def test_a_link_in_the_place_of_a_file_that_grows_is_refused(tmp_path: Path) -> None:
    theirs, place = tmp_path / "theirs", tmp_path / ".x.part"
    theirs.write_text("theirs")
    place.symlink_to(theirs)
    with pytest.raises(OSError, match=r"symbolic links|Too many"):
        open_private(place, "ab")
    assert theirs.read_text() == "theirs"


def test_what_anybody_could_read_is_not_written_into(tmp_path: Path) -> None:
    place = tmp_path / ".x.part"
    place.touch()
    place.chmod(0o666)
    open_files = place.open("rb")
    with open_files, open_private(place, "wb") as file:
        file.write(b"rows")
        file.flush()
        assert open_files.read() == b""
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
