"""Assignment rules are chosen by their names where the CRM has some for the object."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from crmdesk.model.write_options import Wishes
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.writing.assignment import AssignmentRules

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def app(shared_app_model: AppModel) -> AsyncIterator[AppModel]:
    yield shared_app_model


def wants(rules: AssignmentRules) -> bool:
    return rules.is_wanted


async def test_the_rules_of_the_object_are_offered_by_name_and_chosen_by_id(app: AppModel) -> None:
    """R-154."""
    editor = JobEditorModel(app)
    editor.ends.set_account("practice_org")
    editor.ends.set_object("Contact")
    rules = editor.assignment
    assert not wants(rules), "contacts are not assigned by rules"
    editor.ends.set_object("Case")
    await editor.settled()
    assert wants(rules)
    assert [value for value, _ in rules.choices] == ["", "active", "none"]
    await rules.look()
    assert not wants(rules)
    named = dict(rules.choices[3:])
    assert len(named) == 1
    rule, name = next(iter(named.items()))
    assert (rule[:3], bool(name)) == ("01Q", True)
    editor.options.put_export(replace(editor.options.export, wishes=Wishes(assignment=rule)))
    assert dict(rules.choices)[rule] == name
    editor.ends.set_object("Lead")
    await editor.settled()
    assert wants(rules)
    await rules.look()
    assert dict(rules.choices)[rule] == rule, "a rule of another object is called by its id"
    editor.close()
