from __future__ import annotations

from dataclasses import replace

from crmdesk.model.job import LocalFile, Operation
from crmdesk.model.mapping import Conversion
from crmdesk.model.preview import Fate, PreviewRow
from crmdesk.model.reject import RowProblem
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.viewmodel.job_editor.mapping_lines import BecomesTone, LineState, MappingLine, Source
from crmdesk.viewmodel.job_editor.preview_table import preview_lines, preview_titles
from tests.viewmodel.drafts import draft_of


def test_each_row_tells_what_a_run_would_make_of_it() -> None:
    """R-341."""
    bad = (RowProblem("Email", "NOT_AN_EMAIL", "That is no address."),)
    rows = [
        PreviewRow(at, at + 1, {"Email": "a@example.com"}, {"Email": "a@example.com"}, problems, fate)
        for at, (fate, problems) in enumerate([*((each, ()) for each in Fate), (None, ()), (Fate.REJECT, bad)], 1)
    ]
    told = preview_lines(draft_of(Operation.EXPORT).job, rows)
    outcomes = ["created", "updated", "deleted", "updated", "unchanged", "rejected", "", "rejected"]
    assert [line.outcome for line in told] == outcomes
    assert (told[-1].why, told[-1].cells[0].problem) == ("That is no address.", "That is no address.")


def test_a_time_is_headed_by_the_zone_in_which_it_is_meant() -> None:
    fields = (Field("CreatedDate", "Created", FieldType.DATETIME), Field("Email", "E-mail", FieldType.EMAIL))
    remote = RemoteObject("Contact", "Contact", "Contacts", "Id", fields)
    created = MappingLine(
        0, LineState.FINE, Source.COLUMN, "at", True, "", "Created", False, "CreatedDate", "", "",
        BecomesTone.VALUE, Conversion.DEFAULT, None, 0, (),
    )  # fmt: skip
    lines = (created, replace(created, label="E-mail", name="Email"), replace(created, conversion=Conversion.DATE_ONLY))
    job = draft_of(local=LocalFile("rows.csv", time_zone="Europe/Stockholm")).job
    assert preview_titles(job, lines, remote) == ("Created (Europe/Stockholm)", "E-mail", "Created")
    here = preview_titles(draft_of().job, lines, remote)[0]
    assert here.startswith("Created (")
