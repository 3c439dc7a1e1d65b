"""What the practice org refuses in a query, with Salesforce's code, place and words."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crmdesk.practice.soql import SoqlCode, SoqlError, parse
from tests.practice.soql_org import SoqlOrg

APPEND_C = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


@pytest.fixture(scope="module")
def org() -> Iterator[SoqlOrg]:
    org = SoqlOrg()
    yield org
    org.connection.close()


def refused(org: SoqlOrg, soql: str) -> SoqlError:
    with pytest.raises(SoqlError) as caught:
        org.compiled(soql)
    return caught.value


def test_an_unknown_field_is_refused_with_its_place(org: SoqlOrg) -> None:
    error = refused(org, "SELECT Foo FROM Account")
    assert error.code == SoqlCode.INVALID_FIELD
    assert (error.row, error.column) == (1, 8)
    assert error.message == (
        "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\n"
        f"No such column 'Foo' on entity 'Account'. {APPEND_C}"
    )


def test_an_unknown_object_is_refused_with_its_place(org: SoqlOrg) -> None:
    error = refused(org, "SELECT Id FROM XYZZY")
    assert error.code == SoqlCode.INVALID_TYPE
    assert error.message.startswith(
        "\nSELECT Id FROM XYZZY\n               ^\nERROR at Row:1:Column:16\nsObject type 'XYZZY' is not supported. "
        "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    )


def test_the_drawing_shows_the_words_around_the_place_in_a_long_query(org: SoqlOrg) -> None:
    soql = "SELECT Id, LastName, FirstName, Title FROM Contact\nWHERE LastName = 'a' AND Foo.Name = 'b' AND Title = 'c'"
    error = refused(org, soql)
    assert (error.row, error.column) == (2, 26)
    _, words, caret, place, _ = error.message.split("\n")
    assert words[len(caret) - 1 :].startswith("Foo.Name = 'b'")
    assert words.startswith("Contact WHERE")
    assert place == "ERROR at Row:2:Column:26"


@pytest.mark.parametrize(
    ("soql", "token", "column"),
    [
        ("SELECT Id FROM Account WHERE a = 1 AND b = 2 OR c = 3", "OR", 46),
        ("SELECT Id FROM Account WHERE a = 1 OR b = 2 AND c = 3", "AND", 45),
        ("SELECT Id FROM Account WHERE Name = foo", "foo", 37),
        ("SELECT Id FROM Account WHERE Name IN ()", ")", 39),
        ("SELECT * FROM Account", "*", 8),
        ("SELECT Id FROM Account WHERE", "<EOF>", 29),
        ("SELECT Id FROM Account WHERE Name = 'abc", "'", 37),
        ("SELECT Id FROM Account LIMIT 1.5", "1.5", 30),
        ("SELECT Id FROM Account LIMIT -1", "-1", 30),
        ("SELECT Id FROM Account ALL ROWS", "ROWS", 28),
        ("SELECT Id FROM Account WHERE CreatedDate = TODAY:3", "TODAY", 44),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01T00:00:00 01:00", "T00", 54),
        ("UPDATE Account", "UPDATE", 1),
        ("", "<EOF>", 1),
    ],
)
def test_a_token_that_cannot_stand_where_it_does_is_named(soql: str, token: str, column: int) -> None:
    with pytest.raises(SoqlError) as caught:
        parse(soql)
    assert caught.value.code == SoqlCode.MALFORMED_QUERY
    assert caught.value.column == column
    assert caught.value.message.endswith(f"unexpected token: '{token}'")


def test_variables_belong_to_apex() -> None:
    with pytest.raises(SoqlError, match="Bind variables only allowed in Apex code"):
        parse("SELECT Id FROM Account WHERE Name = :name")


def test_a_query_may_have_a_hundred_thousand_characters_and_no_more() -> None:
    longest = "SELECT Id FROM Account" + " " * 99_978
    assert parse(longest).text == longest
    with pytest.raises(SoqlError, match="longer than 100000") as caught:
        parse(longest + " ")
    assert caught.value.code == SoqlCode.MALFORMED_QUERY


@pytest.mark.parametrize(
    ("condition", "code", "reason"),
    [
        ("Name = 5", SoqlCode.INVALID_FIELD, "field 'Name' must be of type string and should be enclosed in quotes"),
        ("Name LIKE 5", SoqlCode.INVALID_FIELD, "field 'Name' must be of type string and should be enclosed in quotes"),
        ("Name IN ('a', 5)", SoqlCode.INVALID_FIELD, "must be of type string"),
        ("AnnualRevenue = '5'", SoqlCode.INVALID_FIELD, "must be of type double and should not be enclosed in quotes"),
        ("NumberOfEmployees = '5'", SoqlCode.INVALID_FIELD, "must be of type int and should not be enclosed"),
        ("IsDeleted = 'true'", SoqlCode.INVALID_FIELD, "must be of type boolean and should not be enclosed in quotes"),
        ("CreatedDate = 2026-01-01", SoqlCode.INVALID_FIELD, "must be of type dateTime and should not be enclosed"),
        ("LastActivityDate = 2026-01-01T00:00:00Z", SoqlCode.INVALID_FIELD, "must be of type date and should not"),
        ("CreatedDate > '2026-01-01T00:00:00Z'", SoqlCode.INVALID_FIELD, "must be of type dateTime"),
        ("Description = 'x'", SoqlCode.INVALID_FIELD, "field 'Description' can not be filtered in a query call"),
        ("BillingAddress = 'x'", SoqlCode.INVALID_FIELD, "Address fields can only be filtered using Distance"),
        ("Foo__r.Name = 'x'", SoqlCode.INVALID_FIELD, "Didn't understand relationship 'Foo__r' in field path."),
        ("Owner = 'x'", SoqlCode.INVALID_FIELD, "No such column 'Owner' on entity 'Account'."),
        ("Parent.Foo = 'x'", SoqlCode.INVALID_FIELD, "No such column 'Foo' on entity 'Account'."),
        ("Id = 'foo'", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid ID field: foo"),
        ("ParentId IN ('001000000000000AAB')", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid ID field: 001"),
        ("Id LIKE '001%'", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid operator on id field"),
        ("ParentId LIKE '001%'", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid operator on reference field"),
        ("IsDeleted > true", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid operator on boolean field"),
        ("AnnualRevenue LIKE '5%'", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid operator on currency field"),
        ("Name INCLUDES ('a')", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid operator on string field"),
        ("Name > null", SoqlCode.INVALID_QUERY_FILTER_OPERATOR, "invalid operator on string field"),
        (r"Name = 'a\x'", SoqlCode.MALFORMED_QUERY, r"Illegal character sequence '\x' in string literal."),
        (r"Name = 'a\%'", SoqlCode.MALFORMED_QUERY, r"Illegal character sequence '\%' in string literal."),
        (r"Name = '\u0000'", SoqlCode.MALFORMED_QUERY, "Illegal character in string literal."),
        (r"Name = '\ud800'", SoqlCode.MALFORMED_QUERY, "Illegal character in string literal."),
        (f"Name = '{'a' * 4001}'", SoqlCode.MALFORMED_QUERY, "String literals cannot be longer than 4000 characters."),
        ("CreatedDate = 2026-13-01T00:00:00Z", SoqlCode.MALFORMED_QUERY, "invalid date: 2026-13-01T00:00:00Z"),
        ("LastActivityDate = 2026-02-30", SoqlCode.MALFORMED_QUERY, "invalid date: 2026-02-30"),
        ("COUNT(Id) > 1", SoqlCode.MALFORMED_QUERY, "Aggregate functions need GROUP BY: COUNT(Id)"),
        (
            "Name = 'a' OR Id IN (SELECT AccountId FROM Contact)",
            SoqlCode.MALFORMED_QUERY,
            "Semi join sub-selects are only allowed at the top level WHERE expressions",
        ),
        (
            "Id IN (SELECT Id FROM Account)",
            SoqlCode.MALFORMED_QUERY,
            "The inner and outer selects should not be on the same object type",
        ),
        (
            "Id IN (SELECT OwnerId FROM Contact)",
            SoqlCode.MALFORMED_QUERY,
            "in the where expression in the outer query 'Id' should point to the same object type",
        ),
        ("Name IN (SELECT AccountId FROM Contact)", SoqlCode.MALFORMED_QUERY, "cannot use: 'Name'"),
        (
            " AND ".join(["Id IN (SELECT AccountId FROM Contact)"] * 3),
            SoqlCode.MALFORMED_QUERY,
            "Maximum 2 semi join sub-selects are allowed in a query",
        ),
        (
            "Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT Id FROM Lead))",
            SoqlCode.MALFORMED_QUERY,
            "Nesting of semi join sub-selects is not supported",
        ),
        (f"{'Parent.' * 6}Name = 'a'", SoqlCode.MALFORMED_QUERY, "at most 5 levels of parents"),
    ],
)
def test_a_condition_that_salesforce_refuses_is_refused_with_its_code(
    org: SoqlOrg, condition: str, code: SoqlCode, reason: str
) -> None:
    error = refused(org, f"SELECT Id FROM Account WHERE {condition}")
    assert error.code == code
    assert reason in error.message
    assert f"ERROR at Row:{error.row}:Column:{error.column}\n" in error.message


@pytest.mark.parametrize(
    ("soql", "code", "reason"),
    [
        ("SELECT Id, Name, id FROM Account", SoqlCode.INVALID_FIELD, "duplicate field selected: Id"),
        ("SELECT Id, FIELDS(ALL) FROM Account LIMIT 1", SoqlCode.INVALID_FIELD, "duplicate field selected: Id"),
        ("SELECT FIELDS(ALL) FROM Account", SoqlCode.MALFORMED_QUERY, "must have a LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", SoqlCode.MALFORMED_QUERY, "must have a LIMIT of at most 200"),
        ("SELECT FIELDS(SOME) FROM Account LIMIT 1", SoqlCode.MALFORMED_QUERY, "unexpected token: 'SOME'"),
        ("SELECT Id n FROM Account", SoqlCode.MALFORMED_QUERY, "Only aggregate expressions use field aliasing"),
        ("SELECT Id FROM Account OFFSET 2001", SoqlCode.NUMBER_OUTSIDE_VALID_RANGE, "SOQL offset allowed is 2000"),
        ("SELECT Id FROM Account ORDER BY Description", SoqlCode.MALFORMED_QUERY, "can not be sorted in a query call"),
        ("SELECT Id FROM Contact ORDER BY Interests__c", SoqlCode.MALFORMED_QUERY, "can not be sorted in a query call"),
        ("SELECT Name, COUNT(Id) FROM Account", SoqlCode.MALFORMED_QUERY, "Field must be grouped or aggregated: Name"),
        ("SELECT COUNT(Id) FROM Account GROUP BY Id", SoqlCode.MALFORMED_QUERY, "should not be aggregated: Id"),
        ("SELECT CreatedDate FROM Account GROUP BY CreatedDate", SoqlCode.INVALID_FIELD, "can not be grouped"),
        ("SELECT SUM(Name) FROM Account", SoqlCode.MALFORMED_QUERY, "Name does not support aggregate operator SUM"),
        ("SELECT COUNT(IsDeleted) FROM Account", SoqlCode.MALFORMED_QUERY, "does not support aggregate operator COUNT"),
        ("SELECT COUNT(Id) n, MAX(Name) n FROM Account", SoqlCode.MALFORMED_QUERY, "duplicate alias: n"),
        ("SELECT COUNT(), Id FROM Account", SoqlCode.MALFORMED_QUERY, "unexpected token: 'COUNT'"),
        ("SELECT FOO(Id) FROM Account", SoqlCode.MALFORMED_QUERY, "unexpected token: 'FOO'"),
        ("SELECT Id, (SELECT Id FROM Foos) FROM Account", SoqlCode.INVALID_TYPE, "understand relationship 'Foos'"),
        ("SELECT (SELECT Id FROM Contacts), (SELECT Id FROM contacts) FROM Account", SoqlCode.INVALID_FIELD, "dupl"),
        ("SELECT Name, (SELECT Id FROM Contacts) FROM Account GROUP BY Name", SoqlCode.MALFORMED_QUERY, "child rel"),
        ("SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", SoqlCode.MALFORMED_QUERY, "neither aggregated"),
    ],
)  # fmt: skip
def test_a_clause_that_salesforce_refuses_is_refused_with_its_code(
    org: SoqlOrg, soql: str, code: SoqlCode, reason: str
) -> None:
    error = refused(org, soql)
    assert error.code == code
    assert reason in error.message


def test_conditions_nested_beyond_what_the_database_takes_are_too_complicated(org: SoqlOrg) -> None:
    nested = "Name = 'a'"
    for word in ("AND", "OR") * 100:
        nested = f"Name = 'b' {word} ({nested})"
    error = refused(org, f"SELECT Id FROM Account WHERE {nested}")
    assert error.code == SoqlCode.QUERY_TOO_COMPLICATED


def test_words_are_keywords_only_where_the_grammar_expects_them() -> None:
    query = parse("SELECT Id FROM Group WHERE Limit = 1 ORDER BY Order LIMIT 2")
    assert str(query.sources[0].path) == "Group"
    assert query.limit == 2
