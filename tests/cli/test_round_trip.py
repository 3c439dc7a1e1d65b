"""Values on their way out of the CRM into each kind of target, and out of that target back into the CRM."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Org, Program, profile
from tests.servers.postgresql import PASSWORD, Server

Record = dict[str, Any]

SEEN, PRICE, SHARE, PIECES, STORY = "Seen__c", "Price__c", "Share__c", "Pieces__c", "Story__c"
_NUMBER = {"soapType": "xsd:double", "length": 0}
ADDED: dict[str, dict[str, object]] = {
    SEEN: {"type": "datetime", "soapType": "xsd:dateTime", "length": 0},
    PRICE: {**_NUMBER, "type": "currency", "precision": 18, "scale": 2},
    SHARE: {**_NUMBER, "type": "percent", "precision": 9, "scale": 4},
    PIECES: {"type": "int", "soapType": "xsd:int", "length": 0, "digits": 9},
    STORY: {"type": "textarea", "length": 131_072, "byteLength": 393_216, "filterable": False, "sortable": False},
}
SPOILT: dict[str, object] = {
    "LastName": "spoilt",
    "Title": "spoilt",
    "Phone": "spoilt",
    "Email": "spoilt@example.com",
    "AccountId": None,
    "Birthdate": "1999-09-09",
    "DoNotCall": None,  # turned round
    "MailingLatitude": 1,
    "Interests__c": "Newsletter",
    SEEN: "1999-09-09T09:09:09Z",
    PRICE: 9,
    SHARE: 9,
    PIECES: 9,
    STORY: "spoilt",
}
"""The fields that travel, and what each is made to hold before it comes back."""


def people(account: str) -> list[Record]:
    """Contacts as another program may send them; `account` is an id of 15 characters."""
    return [
        {
            "LastName": "Åkesson Örn",
            "Title": "007",
            "Phone": "+46 8 123",
            "Email": "asa@example.com",
            "AccountId": account,
            "Birthdate": "1980-02-29",
            "DoNotCall": True,
            "MailingLatitude": 59.3293,
            "Interests__c": "Training;Events",
            SEEN: "2026-03-29T01:30:00Z",  # the clocks of Stockholm have just been put forward
            PRICE: 1234567890123.45,
            SHARE: 12.3456,
            PIECES: 0,
            STORY: "Rad ett\nrad två\r\n\tled; \"citat\", 'apostrof' \\ bakstreck\n\nslut",
        },
        {
            "LastName": "王小明 العربية",
            "Title": "=1+1",
            "Phone": "-5",
            "Birthdate": "1899-12-31",
            "MailingLatitude": -0.5,
            SEEN: "2026-10-25T00:30:00Z",  # one and the next have the same clock time there
            PRICE: -0.01,
            SHARE: 0,
            PIECES: -7,
            STORY: '=HYPERLINK("http://x")\n+1\n-1\n@a',
        },
        {
            "LastName": "😀👩\u200d👧 e\u0301 \u202eabc",
            "Title": "1e5",
            "Phone": "",
            "Birthdate": "1700-01-01",
            SEEN: "2026-10-25T01:30:00Z",
            PRICE: 0.1,
            PIECES: 99_999_999,
            STORY: "",
        },
        {
            "LastName": "  O'Brien \t",
            "Title": "001D000000Iqhau",
            "Phone": "@x",
            SEEN: "1700-01-01T12:00:00Z",  # an offset of 53 minutes and 28 seconds
            STORY: "''",
        },
        {
            "LastName": "<\x01&> _x000D_",
            "Title": "1.50",
            "Phone": "'=1",
            SEEN: "3999-12-31T12:00:00Z",
            STORY: "2024-01-05",
        },
        {"LastName": "NULL", "Title": "N/A", "Phone": "--", PRICE: 999_999_999_999.99, STORY: "true"},
        {"LastName": "nan", "Title": "1/2", "Phone": "'", STORY: "\u00a0x\u2028y\x85z"},
    ]


DIFFICULT: list[Record] = [
    {"LastName": "long", STORY: "x" * 32_768},
    {"LastName": "dear", PRICE: 12345678901234.56},
    {"LastName": "漢字"},
]

KINDS = {
    "csv for machines": 'path = "x.csv"',
    "csv for people": 'path = "x.csv"\nmade_for = "people"',
    "csv in UTF-16": 'path = "x.csv"\ndelimiter = ";"\nencoding = "utf-16"',
    "tsv": 'path = "x.tsv"',
    "json lines": 'path = "x.jsonl"',
    "parquet": 'path = "x.parquet"',
    "xlsx": 'path = "x.xlsx"',
    "sqlite": 'database = "sqlite:///x.db"\ntable = "people"',
    "postgresql": 'database = "{url}"\ntable = "people"',
}


def job(folder: Path, operation: str, local: str, keys: str = "R", names: Iterable[str] = SPOILT) -> Path:
    more = '[export]\naction = "update"\nkey = "Id"\nbefore_values = false\n'
    fields = ["Id", *names]
    if operation == "import":
        more = f'[filter]\nall = [{{ field = "Legacy_Id__c", op = "starts with", value = "{keys}" }}]\n'
    lines = "".join(
        f'[[mapping]]\nremote = "{name}"\nlocal = "{name}"\n'
        + ('when_empty = "clear"\n' if operation == "export" and name != "Id" else "")
        for name in fields
    )
    place = folder / f"{operation}.toml"
    place.write_text(
        f'name = "{operation} {folder.name}"\nobject = "Contact"\noperation = "{operation}"\n'
        f'[local]\n{local}\ntime_zone = "Europe/Stockholm"\n{lines}{more}',
        encoding="utf-8",
    )
    return place


@dataclass(frozen=True, slots=True)
class Crm:
    """An org with the people in it, as it keeps them when nobody has touched them."""

    program: Program
    org: Org
    url: str
    kept: tuple[Record, ...]

    def spoil(self) -> None:
        """Nothing that came into the CRM before is there any more."""
        rows = [{**SPOILT, "Id": each["Id"], "DoNotCall": not each["DoNotCall"]} for each in self.kept]
        listed = [{"attributes": {"type": "Contact"}, **row} for row in rows]
        _accepted(self.org.send("PATCH", "composite/sobjects", {"records": listed}).json())

    def people(self) -> tuple[Record, ...]:
        return tuple(_people(self.org))


def _people(org: Org) -> list[Record]:
    fields = ", ".join(("Id", *SPOILT))
    return org.rows(f"SELECT {fields} FROM Contact WHERE Legacy_Id__c LIKE 'R%' ORDER BY Legacy_Id__c")  # noqa: S608


def _accepted(answers: Iterable[Record]) -> None:
    assert [each["errors"] for each in answers if not each["success"]] == []


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory, postgresql_server: Server) -> Iterator[Crm]:
    url = postgresql_server.database("round")
    name = "".join(c if c.isalnum() else "_" for c in url.removeprefix("postgresql://")).upper()
    secret = {f"CRMDESK_SECRET_DATABASE_{name}": PASSWORD}
    with profile(tmp_path_factory.mktemp("round") / "profile", **secret) as program:
        org = program.org()
        described = org.get("sobjects/Contact/describe")
        fields = {field["name"]: field for field in described["fields"]}
        plain = fields["Legacy_Id__c"] | {"externalId": False, "unique": False, "idLookup": False}
        added = [plain | {"name": name, "label": name, **more} for name, more in ADDED.items()]
        org.post("/practice/schema", {"objects": [described | {"fields": [*described["fields"], *added]}]})
        account = org.rows("SELECT Id FROM Account ORDER BY Id LIMIT 1")[0]["Id"]
        records = [{"Legacy_Id__c": f"R{n}", **record} for n, record in enumerate(people(account[:15]))]
        records += [{"Legacy_Id__c": f"Q{n}", **record} for n, record in enumerate(DIFFICULT)]
        listed = [{"attributes": {"type": "Contact"}, **record} for record in records]
        _accepted(org.post("composite/sobjects", {"records": listed}))
        yield Crm(program, org, url, tuple(_people(org)))


def test_what_the_org_itself_does_to_values_is_all_that_is_done_to_them(crm: Crm) -> None:
    """The normalisation that docs/databases.md lists under “What survives”."""
    account = crm.kept[0]["AccountId"]
    for sent, kept in zip(people(account[:15]), crm.kept, strict=True):
        for name in SPOILT:
            wanted = sent.get(name)
            if isinstance(wanted, str):
                wanted = wanted.strip(" \t") or None
            match name:
                case "AccountId":
                    wanted = account if wanted else None
                case "DoNotCall":
                    wanted = bool(wanted)
                case "Interests__c":
                    assert set((kept[name] or "").split(";")) == set((wanted or "").split(";"))
                    continue
                case "Seen__c":
                    wanted = wanted and wanted.replace("Z", ".000+0000")
                case _:
                    pass
            assert kept[name] == wanted, name
    assert len(account) == 18


@pytest.mark.parametrize("kind", KINDS)
def test_values_survive_the_way_into_each_kind_of_target_and_back(crm: Crm, kind: str, tmp_path: Path) -> None:
    """R-062, R-126: CRM → target → CRM is the same, whatever became of the CRM's own values meanwhile."""
    local, rows = KINDS[kind].format(url=crm.url), len(crm.kept)
    taken = crm.program.run(job(tmp_path, "import", local))
    assert (taken.code, taken.counts()) == (0, {"read": rows, "created": rows}), taken
    crm.spoil()
    back = crm.program.run(job(tmp_path, "export", local))
    assert (back.code, back.counts()) == (0, {"read": rows, "updated": rows}), back
    assert crm.people() == crm.kept


@pytest.mark.parametrize(
    ("local", "field", "code", "says"),
    [
        ('path = "x.xlsx"', STORY, "TOO_LONG", "more than 32,767 characters"),
        ('path = "x.csv"\nencoding = "cp1252"', "LastName", "CELL_ERROR", "“漢” in LastName is no character of cp1252"),
    ],
)
def test_what_a_target_cannot_hold_is_a_reject_by_name(
    crm: Crm, local: str, field: str, code: str, says: str, tmp_path: Path
) -> None:
    taken = crm.program.run(job(tmp_path, "import", local, "Q"))
    assert (taken.code, taken.counts()) == (1, {"read": 3, "created": 2, "rejected": 1}), taken
    (reject,) = crm.program.ask("rejects", taken.last["run"]).lines
    assert (reject["field"], reject["code"]) == (field, code)
    assert says in reject["message"]


def test_every_number_of_the_crm_is_kept_by_sqlite_with_its_last_digit(crm: Crm, tmp_path: Path) -> None:
    """R-071: a CRM's double is a double there, with sixteen digits too."""
    taken = crm.program.run(job(tmp_path, "import", 'database = "sqlite:///x.db"\ntable = "people"', "Q"))
    assert (taken.code, taken.counts()) == (0, {"read": 3, "created": 3}), taken
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        held = connection.execute(f"SELECT {PRICE} FROM people WHERE LastName = 'dear'").fetchall()  # noqa: S608
    assert held == [(12345678901234.56,)]


def test_a_time_whose_day_is_another_one_in_the_zone_of_the_job_is_told(shared: Program, tmp_path: Path) -> None:
    """R-074: of dates alone, and where the day is kept as it is written, nothing is to be told."""
    rows = "1980-05-01T00:00:00Z", "1980-05-01", "1980-05-01T12:00:00Z", "1980-05-01T00:00:00"
    lines = (f"MOVED-{number},{row}\n" for number, row in enumerate(rows))
    (tmp_path / "born.csv").write_text("Key,Born\n" + "".join(lines), encoding="utf-8")
    place = tmp_path / "moved.toml"
    text = (
        'name = "moved"\naccount = "Practice org"\nobject = "Contact"\noperation = "export"\n'
        '[local]\npath = "born.csv"\n'
        'time_zone = "America/Los_Angeles"\n[[mapping]]\nremote = "LastName"\nlocal = "Key"\n'
        '[[mapping]]\nremote = "Birthdate"\nlocal = "Born"\n'
    )
    told = []
    for conversion in ("default", "without-offset"):
        place.write_text(f'{text}conversion = "{conversion}"\n', encoding="utf-8")
        answer = shared.run(place)
        told.append(
            [line["message"] for line in answer.lines if line["event"] == "notice" and "Born" in line["message"]]
        )
    assert told[1] == []
    assert told[0][0].startswith(
        "“Born” holds 1 time (row 1 first) of a day that is another one in America/Los_Angeles"
    )
    found = shared.org().rows("SELECT Birthdate FROM Contact WHERE LastName = 'MOVED-0' ORDER BY Birthdate")
    assert [each["Birthdate"] for each in found] == ["1980-04-30", "1980-05-01"]


def test_a_time_that_the_clocks_show_twice_is_the_earlier_one_and_noted_one_they_skip_is_a_reject(
    crm: Crm, tmp_path: Path
) -> None:
    """R-067."""
    (first, second, third) = (each["Id"] for each in crm.kept[:3])
    rows = f"{first},2026-10-25T02:30:00\n{second},2026-03-29T02:30:00\n{third},2026-10-25T02:30:00+01:00\n"
    (tmp_path / "x.csv").write_text(f"Id,Seen__c\n{rows}", encoding="utf-8")
    answer = crm.program.run(job(tmp_path, "export", 'path = "x.csv"', names=(SEEN,)))
    assert answer.counts() == {"read": 3, "updated": 2, "rejected": 1}, answer
    assert [each[SEEN] for each in crm.people()[:3:2]] == [f"2026-10-25T0{hour}:30:00.000+0000" for hour in (0, 1)]
    notices = [line["message"] for line in answer.lines if line["event"] == "notice"]
    (told,) = (each for each in notices if "twice" in each)
    assert told.startswith("“Seen__c” holds 1 time (row 1 first) that the clocks of Europe/Stockholm show twice")
    (reject,) = crm.program.ask("rejects", answer.last["run"]).lines
    assert "does not exist in Europe/Stockholm" in reject["message"]


@pytest.mark.parametrize("path", ["x.csv", "x.xlsx"])
def test_a_file_that_knows_no_empty_text_is_not_asked_for_one(crm: Crm, path: str, tmp_path: Path) -> None:
    """R-134."""
    refused = crm.program.ask("run", job(tmp_path, "import", f'path = "{path}"\nno_text = "empty"'))
    assert refused.code == 2
    (problem,) = [
        line["problem"] for line in crm.program.ask("check", tmp_path / "import.toml").lines if "problem" in line
    ]
    assert problem["place"] == "local.no_text"
