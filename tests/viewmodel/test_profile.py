from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.desk.window.history import History
from crmdesk.errors import UserError
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.profile import ProfileModel
from tests.viewmodel.kept_rejects import bad_mails


async def test_a_profile_is_backed_up_and_restored_beside_itself(app_model: AppModel, tmp_path: Path) -> None:
    run = bad_mails(app_model.history.home, tmp_path, ["a@"])
    model = ProfileModel(app_model)
    file, folder = tmp_path / "backup.zip", tmp_path / "restored"
    await model.back_up(file)
    assert model.notice.startswith("Wrote backup.zip (")
    await model.restore(file, folder)
    assert model.notice == f"The profile is in {folder}. Its accounts want to be signed in again."
    restored = History.open(folder)
    assert restored.reject_rows(run) == [1]
    restored.close()
    with pytest.raises(UserError, match="is a profile already"):
        await model.restore(file, folder)
    assert model.doing == ""
