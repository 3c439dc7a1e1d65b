"""Entity sets whose entities several properties identify together: read, written, deleted, and found again."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import job_file
from tests.cli.program import Program
from tests.servers.odata import ODataServer, odata_server

PRODUCTS = ["Chai", "O'Neill & Sons", "a/b\\c", "100 % ü", "x, y=(z)", "#1?", "2%2F", "Tofu", "Äpfel"]
BY_PARTS = '[export]\naction = "{}"\nkey = ["OrderNo", "Product"]'


def id_of(order: int, product: str) -> str:
    doubled = product.replace("'", "''")
    return f"OrderNo={order},Product='{doubled}'"


def lines(*orders: int) -> list[dict[str, Any]]:
    return [
        {"OrderNo": order, "Product": product, "Quantity": number, "ChangedAt": f"2024-0{number % 9 + 1}-01T00:00:00Z"}
        for order in orders
        for number, product in enumerate(PRODUCTS)
    ]


@pytest.fixture(scope="module")
def running() -> Iterator[ODataServer]:
    with odata_server() as found:
        yield found


@pytest.fixture
def service(running: ODataServer, program: Program) -> ODataServer:
    running.fill()
    added = program.ask("account", "add", "Shop", "--kind", "odata", "--url", running.url, "--auth", "none")
    assert added.code == 0, added
    return running


def write(place: Path, *rows: tuple[object, ...]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def held(service: ODataServer) -> dict[str, int | None]:
    return {id_of(row["OrderNo"], row["Product"]): row["Quantity"] for row in service.rows("Lines")}


def test_every_record_is_read_with_the_key_that_its_address_has(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    """Over several pages, filtered and sorted; merged by this key, a second reading doubles nothing."""
    service.fill(Lines=lines(10248, 10249))
    local = f'database = "sqlite:///{tmp_path / "shop.db"}"\ntable = "lines"\nmode = "merge"'
    where = '[filter]\nall = [{ field = "OrderNo", op = "=", value = 10249 }]\n[[order_by]]\nfield = "Quantity"'
    job = job_file(tmp_path, "lines", "Lines", where, account="Shop", operation="import", local=local, Quantity="Many")
    assert program.run(job).counts() == {"read": 9, "created": 9}
    assert program.run(job).counts() == {"read": 9, "unchanged": 9}
    with sqlite3.connect(tmp_path / "shop.db") as database:
        rows = database.execute("select OrderNo_Product, Many from lines order by Many").fetchall()
    database.close()
    assert rows == [(id_of(10249, product), number) for number, product in enumerate(PRODUCTS)]


def test_records_are_read_by_the_ids_of_a_file_and_what_is_no_id_is_a_reject(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    """The id of a result, pasted into a file, names the record; one that could be read as another is refused."""
    service.fill(Lines=lines(10248))
    names = [id_of(10248, product) for product in PRODUCTS]
    wrong = [id_of(99, "Chai"), "Product='Chai',OrderNo=10248", "OrderNo=010248,Product='Chai'", "10248", "Product='"]
    write(tmp_path / "ids.csv", ("Line",), *((name,) for name in [*names, *wrong]))
    named = '[population]\npath = "ids.csv"\ncolumn = "Line"'
    job = job_file(tmp_path, "named", "Lines", named, account="Shop", operation="import", Quantity="Quantity")
    assert program.run(job).counts() == {"read": 14, "created": 9, "rejected": 5}
    with (tmp_path / "named.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["OrderNo_Product"], row["Quantity"]) for row in csv.DictReader(file)] == [
            (name, str(number)) for number, name in enumerate(names)
        ]


def test_an_index_reads_what_changed_since(program: Program, service: ODataServer, tmp_path: Path) -> None:
    service.fill(Lines=lines(10248))
    index = '[index]\nmode = "automatic"\nfield = "ChangedAt"'
    local = 'path = "lines.csv"\nmode = "append"'
    job = job_file(
        tmp_path, "since", "Lines", index, account="Shop", operation="import", local=local, Quantity="Quantity"
    )
    assert program.run(job).counts() == {"read": 9, "created": 9}
    assert program.run(job).counts() == {}


def test_an_upsert_by_all_parts_of_the_key_changes_what_is_there_and_makes_the_rest(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    """R-148, R-150: also after a pause, and when rejects go again; every row with the id of its record."""
    service.fill(Lines=lines(10248))
    job = job_file(
        tmp_path,
        "lines",
        "Lines",
        BY_PARTS.format("upsert"),
        account="Shop",
        OrderNo="Order",
        Product="Product",
        Quantity="Many",
    )
    rows = [(order, product, 100) for order in (10248, 10249) for product in PRODUCTS]
    write(tmp_path / "lines.csv", ("Order", "Product", "Many"), *rows, (10250, "Chai", "some"), (10250, "", 1))
    first = program.run(job, "--first", "1")
    assert first.counts() == {"read": 20, "updated": 1, "pending": 17, "rejected": 2}
    assert program.ask("resume", first.last["run"]).counts() == {"read": 20, "created": 9, "updated": 9, "rejected": 2}
    every = [id_of(order, product) for order in (10248, 10249) for product in PRODUCTS]
    assert held(service) == dict.fromkeys(every, 100)
    results = program.ask("results", first.last["run"]).lines
    assert [line["_id"] for line in results] == [*every, "", ""]
    rejects = tmp_path / "rejects.csv"
    program.ask("rejects", first.last["run"], "--csv", str(rejects))
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("some", "7"), encoding="utf-8")
    assert program.ask("retry", first.last["run"], "--from", str(rejects), "--yes").counts() == {
        "read": 2,
        "created": 1,
        "rejected": 1,
    }
    assert held(service)[id_of(10250, "Chai")] == 7


def test_an_update_finds_records_by_all_parts_of_the_key_or_by_the_id(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    """A row whose record is not there is rejected and makes none."""
    service.fill(Lines=lines(10248))
    by_parts = job_file(
        tmp_path,
        "parts",
        "Lines",
        BY_PARTS.format("update"),
        account="Shop",
        Product="Product",
        OrderNo="Order",
        Note="Note",
    )
    write(
        tmp_path / "parts.csv",
        ("Order", "Product", "Note"),
        *((10248, each, "x") for each in PRODUCTS),
        (1, "Chai", ""),
    )
    run = program.run(by_parts)
    assert (run.counts(), program.ask("rejects", run.last["run"]).lines[0]["code"]) == (
        {"read": 10, "updated": 9, "rejected": 1},
        "KEY_UNKNOWN",
    )
    by_id = '[export]\naction = "update"\nkey = "OrderNo_Product"'
    job = job_file(tmp_path, "ids", "Lines", by_id, account="Shop", OrderNo_Product="Line", Quantity="Many")
    names = [id_of(10248, product) for product in PRODUCTS]
    write(tmp_path / "ids.csv", ("Line", "Many"), *((name, 5) for name in [*names, id_of(1, "Chai"), "10248"]))
    run = program.run(job)
    assert run.counts() == {"read": 11, "updated": 9, "rejected": 2}
    assert held(service) == dict.fromkeys(names, 5)
    assert {row["Note"] for row in service.rows("Lines")} == {"x"}


def test_records_are_deleted_by_all_parts_of_the_key(program: Program, service: ODataServer, tmp_path: Path) -> None:
    service.fill(Lines=lines(10248, 10249))
    job = job_file(tmp_path, "gone", "Lines", account="Shop", operation="delete", OrderNo="Order", Product="Product")
    write(tmp_path / "gone.csv", ("Order", "Product"), *((10248, each) for each in PRODUCTS), (1, "Chai"))
    run = program.run(job, "--confirm", "9")
    assert run.counts() == {"read": 10, "deleted": 9, "rejected": 1}
    assert sorted(held(service)) == sorted(id_of(10249, product) for product in PRODUCTS)
    assert "recycle bin" in program.ask("undo", run.last["run"], "--yes").error["message"]


def test_a_row_without_an_id_never_becomes_a_record_without_a_key(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    """R-147: no service makes an id of several parts, so an upsert by it creates nothing; the rehearsal knows."""
    service.fill(Lines=lines(10248))
    by_id = '[export]\naction = "upsert"\nkey = "OrderNo_Product"'
    job = job_file(tmp_path, "ids", "Lines", by_id, account="Shop", OrderNo_Product="Line", Quantity="Many")
    write(tmp_path / "ids.csv", ("Line", "Many"), (id_of(10248, "Chai"), 7), ("", 8), (id_of(1, "Chai"), 9))
    foreseen = program.ask("rehearse", str(job)).counts()
    run = program.run(job)
    assert foreseen == run.counts() == {"read": 3, "updated": 1, "rejected": 2}
    assert program.ask("rejects", run.last["run"]).lines[0]["code"] == "KEY_EMPTY"
    assert not [line for line in service.log() if line.startswith("POST") and line.endswith("/Lines")]
    assert len(held(service)) == len(PRODUCTS)


def test_a_check_tells_records_apart_whose_ids_begin_alike(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    """What was deleted is gone though its neighbours are there; what was written is compared with its own."""
    columns = {"OrderNo": "Order", "Product": "Product", "Note": "Note"}
    made = job_file(tmp_path, "made", "Lines", account="Shop", **columns)
    write(tmp_path / "made.csv", ("Order", "Product", "Note"), *((10248, each, f"of {each}") for each in PRODUCTS))
    told = program.ask("statement", program.run(made).last["run"], "--check").last["checks"]
    assert [(each["right"], each["rows"]) for each in told] == [(9, 9)]
    gone = job_file(tmp_path, "gone", "Lines", account="Shop", operation="delete", OrderNo="Order", Product="Product")
    write(tmp_path / "gone.csv", ("Order", "Product"), (10248, "Chai"), (10248, "Tofu"))
    told = program.ask("statement", program.run(gone, "--confirm", "2").last["run"], "--check").last["checks"]
    assert [(each["right"], each["rows"]) for each in told] == [(2, 2)]


def test_what_cannot_be_a_key_is_refused_before_anything_is_read(
    program: Program, service: ODataServer, tmp_path: Path
) -> None:
    (tmp_path / "lines.csv").write_text("Order,Product,Many\n1,Chai,1\n", encoding="utf-8")
    job = job_file(
        tmp_path, "half", "Lines", account="Shop", operation="delete", local='path = "lines.csv"', OrderNo="Order"
    )
    refused = program.ask("check", str(job)).lines[0]["problem"]
    assert (refused["place"], refused["hint"]) == (
        "export.key",
        'Choose one of OrderNo_Product, ["OrderNo", "Product"].',
    )
