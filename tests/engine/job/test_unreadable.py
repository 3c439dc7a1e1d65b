"""Job files that are no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.engine.job.file import read_job
from crmdesk.errors import UserError


def test_a_job_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "job.toml").write_bytes('version = 1\nname = "Ödön"\n'.encode("cp1252"))
    with pytest.raises(UserError, match=r"its line 2 is not UTF-8\.$"):
        read_job(tmp_path / "job.toml")
    with pytest.raises(UserError, match="cannot be read: "):
        read_job(tmp_path)
