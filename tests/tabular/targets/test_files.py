"""Files that an import adds to or merges into: the same promises for every kind."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.index import MARK_COLUMN, Deletions
from crmdesk.model.job import LocalFile
from crmdesk.model.local import Mode, Readers
from crmdesk.model.run import Landed
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.ends import open_target
from crmdesk.tabular.files.contract import FileLayout, Kind
from crmdesk.tabular.files.kinds import open_source
from crmdesk.tabular.targets.contract import Target
from crmdesk.tabular.targets.files import refuse_file
from crmdesk.tabular.targets.owner import Owner
from tests.tabular.databases.conftest import frame, layout

KINDS = ("csv", "tsv", "jsonl", "parquet", "xlsx")
ALL = layout(
    Id=Kind.TEXT,
    Name=Kind.TEXT,
    Size=Kind.DECIMAL,
    Count=Kind.INTEGER,
    Is=Kind.BOOLEAN,
    Born=Kind.DATE,
    Made=Kind.MOMENT,
    Clock=Kind.CLOCK,
)
Row = dict[str, str | None]


def row(key: str, name: str | None, size: str | None = "1.50", made: str = "2026-01-31T10:00:00.000+01:00") -> Row:
    rest = {"Count": "7", "Is": "true", "Born": "1980-02-29", "Made": made, "Clock": "2026-07-01T08:30:00.250"}
    return {"Id": key, "Name": name, "Size": size, **rest}


OLD = [row("1", "Åsa"), row("2", "007"), row("3", None, None), row("4", "=1+1", made="2026-10-25T02:30:00.000+01:00")]
NEW = [row("2", "007", "1.5"), row("5", "e\u0301\n\"'; 😀"), row("3", "now", None)]


def target(place: Path, mode: Mode, run: str = "1", columns: FileLayout = ALL) -> Target:
    return open_target(LocalFile(str(place), mode=mode), "", columns, "Id", Owner(place.parent, "job", run))


def take(place: Path, mode: Mode, rows: list[Row], run: str = "1") -> Landed:
    with closing(target(place, mode, run)) as made:
        made.resume(None)
        assert made.write(frame(ALL, rows)).is_empty()
        read = Landed(None, made.sync(), len(rows), len(rows), staged=len(rows))
        made.land(read)
        done = made.finish(read)
        made.forget()
    assert [path.name for path in place.parent.glob(".*")] == []
    return done


def read(place: Path) -> dict[str, dict[str, str]]:
    frames = [batch.frame.drop(ROW, LINE) for batch in open_source(LocalFile(str(place))).batches()]
    rows = pl.concat(frames).to_dicts()
    assert len({each["Id"] for each in rows}) == len(rows)
    return {each["Id"]: each for each in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_appended_rows_come_behind_the_old_ones_and_these_stay_as_they_were(tmp_path: Path, kind: str) -> None:
    place = tmp_path / f"x.{kind}"
    take(place, Mode.APPEND, OLD)  # there is no file yet
    before = read(place)
    take(place, Mode.APPEND, [row("9", "new")], "2")
    after = read(place)
    assert list(after) == ["1", "2", "3", "4", "9"]
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_merge_updates_adds_and_leaves_the_rest(tmp_path: Path, kind: str) -> None:
    """R-127: of each record it is told whether it is new, updated or unchanged."""
    place = tmp_path / f"x.{kind}"
    first = take(place, Mode.MERGE, OLD)
    assert (first.written, first.updated, first.unchanged) == (4, 0, 0)
    before = read(place)
    same = take(place, Mode.MERGE, OLD, "2")
    assert (same.written, same.updated, same.unchanged) == (0, 0, 4)
    assert read(place) == before
    done = take(place, Mode.MERGE, NEW, "3")
    sizes_differ = kind in ("csv", "tsv")  # a text file holds the digits as they came
    assert (done.written, done.updated, done.unchanged) == (1, 1 + sizes_differ, 1 - sizes_differ)
    after = read(place)
    assert list(after) == ["1", "2", "3", "4", "5"]
    assert after["3"]["Name"] == "now"
    assert after["5"]["Name"] == "e\u0301\n\"'; 😀"
    assert [after[key] for key in "14"] == [before[key] for key in "14"]
    assert place.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_null_and_empty_text_stay_apart_through_a_merge(tmp_path: Path, kind: str) -> None:
    """R-134."""
    place = tmp_path / f"x.{kind}"
    take(place, Mode.MERGE, [row("1", None), row("2", ""), row("3", "x")])
    done = take(place, Mode.MERGE, [row("1", ""), row("3", "x")], "2")
    assert (done.written, done.updated, done.unchanged) == (0, 1, 1)
    table = pl.read_parquet(place) if kind == "parquet" else pl.read_ndjson(place)
    assert table["Name"].to_list() == ["", "", "x"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", [Mode.APPEND, Mode.MERGE])
def test_what_was_there_stays_until_the_end_and_a_run_goes_on_where_it_landed(
    tmp_path: Path, kind: str, mode: Mode
) -> None:
    place = tmp_path / f"x.{kind}"
    take(place, Mode.REPLACE, OLD)
    before = place.read_bytes()
    with closing(target(place, mode, "2")) as made:
        made.resume(None)
        made.write(frame(ALL, [row("7", "seven")]))
        landed = Landed("page-2", made.sync(), 1, 1, staged=1)
        made.land(landed)
        made.write(frame(ALL, [row("8", "never landed")], 2))
    assert place.read_bytes() == before
    with closing(target(place, mode, "2")) as made:
        assert made.resume(landed) == landed
        made.write(frame(ALL, [row("9", "nine")], 2))
        end = Landed(None, made.sync(), 2, 2, staged=2)
        made.land(end)
        done = made.finish(end)
    with closing(target(place, mode, "2")) as made:  # killed before the ledger heard of it
        state = made.resume(end)
        assert state is not None
        assert made.finish(state) == done
        made.forget()
    assert list(read(place)) == ["1", "2", "3", "4", "7", "9"]
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Id,Name\n1,x\n", "has no column “Size”, “Count”"),
        ("Id,Name,Size,Count,Is,Born,Made,Clock,Note\n", "columns that this job does not fill: “Note”"),
    ],
)
@pytest.mark.parametrize("mode", [Mode.APPEND, Mode.MERGE])
def test_a_file_with_other_columns_is_refused_by_name(tmp_path: Path, content: str, sentence: str, mode: Mode) -> None:
    place = tmp_path / "x.csv"
    place.write_text(content, encoding="utf-8")
    with pytest.raises(FileFormatError, match=sentence) as refusal:
        refuse_file(LocalFile(str(place), mode=mode), ALL)
    assert refusal.value.place == "local.path"
    assert refusal.value.hint


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", [Mode.APPEND, Mode.MERGE])
def test_what_somebody_else_changed_meanwhile_is_not_lost(tmp_path: Path, kind: str, mode: Mode) -> None:
    place = tmp_path / f"x.{kind}"
    take(place, Mode.REPLACE, OLD)
    with closing(target(place, mode, "2")) as made:
        made.resume(None)
        made.write(frame(ALL, [row("9", "new")]))
        state = Landed(None, made.sync(), 1, 1, staged=1)
        made.land(state)
    (tmp_path / "else").mkdir()
    take(tmp_path / "else" / place.name, Mode.REPLACE, [*OLD, row("7", "seven")])
    (tmp_path / "else" / place.name).replace(place)
    changed = place.read_bytes()
    with closing(target(place, mode, "2")) as made:
        found = made.resume(state)
        assert found is not None
        with pytest.raises(FileFormatError, match="was changed by somebody else") as refused:
            made.finish(found)
    assert refused.value.hint
    assert place.read_bytes() == changed


MARKED = layout(Id=Kind.TEXT, Name=Kind.TEXT, **{MARK_COLUMN: Kind.MOMENT})
WHEN, LATER = "2026-01-31T10:00:00.000+01:00", "2026-02-28T10:00:00.000+01:00"


def take_gone(
    place: Path, deletions: Deletions, rows: list[tuple[str, str | None, str | None]], run: str
) -> tuple[int, int, int, int]:
    """A whole merge of these rows: id, name, time of the deletion; rows that are new, updated, unchanged, deleted."""
    local, owner = LocalFile(str(place), mode=Mode.MERGE), Owner(place.parent, "job", run)
    columns = MARKED if deletions is Deletions.MARK else layout(Id=Kind.TEXT, Name=Kind.TEXT)
    texts = pl.DataFrame(rows, schema=dict.fromkeys(MARKED.names, pl.String()), orient="row")
    with closing(open_target(local, "", columns, "Id", owner, deletions)) as made:
        made.resume(None)
        assert made.write(texts.with_row_index(ROW, 1).cast({ROW: pl.Int64})).is_empty()
        read_all = Landed(None, 0, len(rows), 0, staged=len(rows))
        made.land(read_all)
        done = made.finish(read_all)
        made.forget()
    return done.written, done.updated, done.unchanged, done.deleted


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_deleted_records_are_marked_and_lose_the_mark_when_they_come_back(tmp_path: Path, kind: str) -> None:
    """R-173, R-175."""
    place = tmp_path / f"x.{kind}"
    assert take_gone(place, Deletions.MARK, [("1", "Åsa", None), ("2", "Bo", None)], "1") == (2, 0, 0, 0)
    assert take_gone(place, Deletions.MARK, [("1", None, WHEN), ("9", None, WHEN)], "2") == (0, 0, 1, 1)
    assert {key: (row["Name"], bool(row[MARK_COLUMN])) for key, row in read(place).items()} == {
        "1": ("Åsa", True),
        "2": ("Bo", False),
    }
    marked = read(place)["1"][MARK_COLUMN]
    assert take_gone(place, Deletions.MARK, [("1", None, LATER), ("2", "Bo", None)], "3") == (0, 0, 2, 0)
    assert read(place)["1"][MARK_COLUMN] == marked
    assert take_gone(place, Deletions.MARK, [("1", "Åsa", None), ("2", "Bo", None)], "4") == (0, 1, 1, 0)
    assert read(place)["1"] == {"Id": "1", "Name": "Åsa", MARK_COLUMN: ""}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_deleted_records_are_removed(tmp_path: Path, kind: str) -> None:
    """R-173."""
    place = tmp_path / f"x.{kind}"
    assert take_gone(place, Deletions.REMOVE, [("1", "Åsa", None), ("2", "Bo", None)], "1") == (2, 0, 0, 0)
    gone: list[tuple[str, str | None, str | None]] = [("3", "Cy", None), ("1", None, WHEN), ("9", None, WHEN)]
    assert take_gone(place, Deletions.REMOVE, gone, "2") == (1, 0, 1, 1)
    assert read(place) == {"2": {"Id": "2", "Name": "Bo"}, "3": {"Id": "3", "Name": "Cy"}}


def test_a_row_that_cannot_be_read_is_not_lost_but_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("Id,Name,Size,Count,Is,Born,Made,Clock\n1,x\n", encoding="utf-8")
    with closing(target(place, Mode.APPEND)) as made, pytest.raises(FileFormatError, match="row 1 of it would be lost"):
        made.resume(None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_keeps_its_delimiter_and_its_encoding(tmp_path: Path, encoding: str) -> None:
    place = tmp_path / "x.csv"
    place.write_text("Name;Id;Size;Count;Is;Born;Made;Clock\nÅsa;1;;;;;;\n", encoding=encoding)
    local = LocalFile(str(place), encoding=encoding if encoding == "cp1252" else "", mode=Mode.MERGE)
    with closing(open_target(local, "", ALL, "Id", Owner(tmp_path, "job", "1"))) as made:
        made.resume(None)
        rejected = made.write(frame(ALL, [row("2", "é"), row("3", "漢")]))
        made.land(Landed(None, 0, 2, 0, staged=2))
        made.finish(Landed(None, 0, 2, 0, staged=2))
        made.forget()
    text = place.read_text(encoding=encoding)
    assert text.splitlines()[0] == "Id;Name;Size;Count;Is;Born;Made;Clock"
    assert "1;Åsa" in text
    assert "2;é" in text
    if encoding == "cp1252":
        (message,) = rejected["message"]
        assert message == "“漢” in Name is no character of cp1252."
    else:
        assert "3;漢" in text


def test_a_file_for_people_is_disarmed_once_and_marked_one_for_machines_is_not_altered(tmp_path: Path) -> None:
    """R-332."""
    place = tmp_path / "x.csv"
    for mode in (Mode.REPLACE, Mode.MERGE, Mode.APPEND):
        local = LocalFile(str(place), mode=mode, made_for=Readers.PEOPLE)
        with closing(open_target(local, "", ALL, "Id", Owner(tmp_path, "job", mode.value))) as made:
            made.resume(None)
            made.write(frame(ALL, [row("1" if mode is not Mode.APPEND else "2", "=1+1", "-1.5")]))
            landed = Landed(None, made.sync(), 1, 1, staged=1)
            made.land(landed)
            made.finish(landed)
            made.forget()
        assert place.read_bytes().startswith(b"\xef\xbb\xbfId,Name")
        assert place.read_text(encoding="utf-8-sig").splitlines()[1].startswith("1,'=1+1,-1.5,")
    take(tmp_path / "y.csv", Mode.REPLACE, [row("1", "=1+1")])
    assert (tmp_path / "y.csv").read_text(encoding="utf-8").splitlines()[1].startswith("1,=1+1,")


@pytest.mark.parametrize("mode", [Mode.REPLACE, Mode.MERGE])
def test_a_file_that_a_spreadsheet_program_has_open_is_not_replaced_until_it_is_closed(
    tmp_path: Path, mode: Mode
) -> None:
    place = tmp_path / "x.csv"
    take(place, mode, OLD)
    local, before = LocalFile(str(place), mode=mode), place.read_bytes()
    mark = tmp_path / ".~lock.x.csv#"
    mark.write_text("Åsa Berg,asa,pc7,22.11.2026 09:00,file:///home/asa;", encoding="utf-8")
    with pytest.raises(FileFormatError, match="is open in a spreadsheet program, by Åsa Berg on pc7") as refused:
        refuse_file(local, ALL)
    assert mark.name in refused.value.hint
    with closing(target(place, mode, "2")) as made:
        made.resume(None)
        made.write(frame(ALL, NEW))
        read_all = Landed(None, made.sync(), 3, 3, staged=3)
        made.land(read_all)
        with pytest.raises(FileFormatError, match="is open in a spreadsheet program"):
            made.finish(read_all)
    assert place.read_bytes() == before
    mark.unlink()
    (tmp_path / "~$x.csv").touch()
    with pytest.raises(FileFormatError, match="is open in a spreadsheet program"):
        refuse_file(local, ALL)
    (tmp_path / "~$x.csv").unlink()
    with closing(target(place, mode, "2")) as again:
        state = again.resume(read_all)
        again.finish(state or read_all)
        again.forget()
    assert set(read(place)) >= {"2", "3", "5"}


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
@pytest.mark.parametrize("mode", list(Mode))
def test_a_link_stays_a_link_and_what_it_leads_to_is_made(tmp_path: Path, mode: Mode) -> None:
    (tmp_path / "far").mkdir()
    link, real = tmp_path / "x.csv", tmp_path / "far" / "real.data"
    take(tmp_path / "far" / "x.csv", Mode.REPLACE, OLD)
    (tmp_path / "far" / "x.csv").rename(real)
    link.symlink_to(real)
    take(link, mode, [row("9", "new")], "2")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8").splitlines()[-1].startswith("9,new")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["far", "real.data", "x.csv"]
    real.unlink()
    real.parent.rmdir()
    with pytest.raises(FileFormatError, match="far does not exist"):
        refuse_file(LocalFile(str(link), mode=mode), ALL)


def test_a_file_that_is_write_protected_or_no_file_at_all_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.touch(0o444)
    with pytest.raises(FileFormatError, match="is write-protected") as refused:
        refuse_file(LocalFile(str(place)), ALL)
    assert refused.value.hint
    if Path("/dev/null").exists():
        place.unlink()
        place.symlink_to("/dev/null")
        with pytest.raises(FileFormatError, match="is no ordinary file"):
            refuse_file(LocalFile(str(place)), ALL)


def test_a_name_that_the_system_does_not_take_is_refused_beforehand(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="too long"):
        refuse_file(LocalFile(str(tmp_path / ("n" * 300 + ".csv"))), ALL)


@pytest.mark.parametrize(("encoding", "says"), [("klingon", "no encoding"), ("cp1252", "“漢” in the name of a column")])
def test_an_encoding_that_cannot_hold_the_file_is_refused_beforehand(tmp_path: Path, encoding: str, says: str) -> None:
    local = LocalFile(str(tmp_path / "x.csv"), encoding=encoding)
    with pytest.raises(FileFormatError, match=says):
        refuse_file(local, layout(Id=Kind.TEXT, 漢=Kind.TEXT))
    assert not list(tmp_path.iterdir())
