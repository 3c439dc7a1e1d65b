"""Records of Dynamics found by several columns together."""

from __future__ import annotations

from tests.cli.test_dynamics_writing import DELETE, Writing, export, mapped, writing

__all__ = ["writing"]

_KEY = 'key = ["address1_city", "name"]\n'
_LINES = mapped("name=name", "address1_city=city", "description=text")


def _rows(*found: tuple[str, str, str]) -> list[dict[str, str]]:
    return [dict(zip(("name", "city", "text"), each, strict=True)) for each in found]


def test_rows_are_found_made_refused_and_taken_back_by_two_columns(writing: Writing) -> None:
    """R-148: both count; a twin has both; a row without one is refused; what was there before comes back."""
    server, program = writing.server, writing.program
    known = server.add("accounts", {"name": "Acme, Inc", "address1_city": "Ålesund", "description": "old"})
    other = server.add("accounts", {"name": "Acme, Inc", "address1_city": "Oslo", "description": "old"})
    rows = _rows(
        ("ACME, Inc", "Ålesund", "new"),
        ("Acme, Inc", "Bergen", "made"),
        ("Twin", "Oslo", "1"),
        (" twin", "OSLO", "2"),
        ("Acme, Inc", "", "3"),
    )
    job = writing.job("two", "account", rows, _LINES + export("upsert", more=_KEY))
    foreseen = program.ask("rehearse", str(job)).counts()
    done = program.run(job)
    assert foreseen == done.counts() == {"read": 5, "created": 1, "updated": 1, "rejected": 3}
    key = "name, address1_city"
    assert writing.rejects(done) == {3: (key, "KEY_CASE"), 4: (key, "KEY_CASE"), 5: (key, "KEY_EMPTY")}
    told = program.ask("errors", "--type", "KEY_EMPTY").lines
    assert [line["key"] for line in told if line.get("run") == done.last["run"]] == [", Acme, Inc"]
    held = {each: server.row("accounts", each) for each in (known, other)}
    assert [row["description"] for row in held.values() if row] == ["new", "old"]
    back = program.ask("undo", done.last["run"], "--yes")
    assert back.counts() == {"read": 2, "updated": 1, "deleted": 1}
    restored = server.row("accounts", known)
    assert restored is not None
    assert (restored["description"], restored["name"]) == ("old", "Acme, Inc")


def test_an_update_by_two_columns_never_creates_and_leaves_what_says_nothing_new(writing: Writing) -> None:
    """R-147, R-148."""
    server = writing.server
    ids = [server.add("accounts", {"name": "Two", "address1_city": each}) for each in ("Oslo", "Bergen")]
    rows = _rows(("Two", "Oslo", "new"), ("Two", "Bergen", "new"), ("Two", "Rome", "new"))
    job = writing.job("two-updated", "account", rows, _LINES + export("update", more=f"only_changed = true\n{_KEY}"))
    done = writing.program.run(job)
    assert done.counts() == {"read": 3, "updated": 2, "rejected": 1}
    assert writing.rejects(done) == {3: ("address1_city, name", "0x80040217")}
    assert [row["description"] for each in ids if (row := server.row("accounts", each))] == ["new", "new"]
    assert len(server.rows("accounts", "$filter=name eq 'Two'")) == 2
    assert writing.program.run(job).counts() == {"read": 3, "unchanged": 2, "rejected": 1}


def test_a_delete_by_two_columns_takes_the_record_that_has_both(writing: Writing) -> None:
    server = writing.server
    gone, left = (server.add("accounts", {"name": "Gone", "address1_city": each}) for each in ("Oslo", "Bergen"))
    rows = _rows(("Gone", "Oslo", ""), ("Gone", "Rome", ""), ("Gone", "", ""))
    lines = mapped("name=name", "address1_city=city")
    done = writing.program.run(writing.job("two-gone", "account", rows, lines, DELETE), "--confirm", "1")
    assert done.counts() == {"read": 3, "deleted": 1, "rejected": 2}
    assert {code for _, code in writing.rejects(done).values()} == {"0x80040217", "KEY_EMPTY"}
    assert (server.row("accounts", gone), server.row("accounts", left) is None) == (None, False)


def test_a_delete_by_columns_that_are_no_key_together_takes_nothing(writing: Writing) -> None:
    """A first column that finds records by itself is not taken for the key."""
    lines = mapped("accountid=name", "name=city")
    job = writing.job("no-delete", "account", _rows(("a", "b", "c")), lines, DELETE)
    assert writing.program.run(job, "--confirm", "1").code == 2
    [refused] = [line["problem"] for line in writing.program.ask("check", str(job)).lines if "problem" in line]
    assert (refused["place"], refused["hint"].split(",")[0]) == ("export.key", "Keep the lines of one of accountid")


def test_a_job_with_columns_that_are_no_key_together_says_what_is_one(writing: Writing) -> None:
    lines = mapped("name=name", "telephone1=text")
    job = writing.job(
        "no-key", "account", _rows(("a", "b", "c")), lines + export("upsert", more='key = ["name", "telephone1"]\n')
    )
    [refused] = [line["problem"] for line in writing.program.ask("check", str(job)).lines if "problem" in line]
    assert "has no key of name, telephone1 together" in refused["message"]
    assert '["name", "address1_city"]' in refused["hint"]
