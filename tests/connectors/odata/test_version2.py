"""Services of OData 2: described and read, not written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import unquote

import pytest

from crmdesk.connectors.contract import Query, Session, Unchanged
from crmdesk.connectors.odata.connector import ODataConnector
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import Property, parse_metadata
from crmdesk.connectors.odata.version2 import old_literal, old_text
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError
from crmdesk.model.filter import Condition, Group, Joined, Operator, Scalar
from crmdesk.model.schema import FieldType
from tests.connectors.loopback import Script, answer, scripted_server
from tests.connectors.odata.conftest import account
from tests.connectors.workbench import Secrets

METADATA = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
 <edmx:DataServices m:DataServiceVersion="2.0"
   xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
  <Schema Namespace="Stock" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
   <EntityType Name="Product"><Key><PropertyRef Name="ProductID"/></Key>
    <Property Name="ProductID" Type="Edm.Int32" Nullable="false"/>
    <Property Name="Name" Type="Edm.String" Nullable="false" MaxLength="40"/>
    <Property Name="Price" Type="Edm.Decimal" Precision="19" Scale="4"/>
    <Property Name="Weight" Type="Edm.Double"/>
    <Property Name="Sold" Type="Edm.Int64"/>
    <Property Name="Since" Type="Edm.DateTime"/>
    <Property Name="Token" Type="Edm.Guid"/>
    <Property Name="IsOver" Type="Edm.Boolean" Nullable="false"/>
    <Property Name="CategoryID" Type="Edm.Int32"/>
    <NavigationProperty Name="Category" Relationship="Stock.InCategory" FromRole="Products" ToRole="Categories"/>
   </EntityType>
   <EntityType Name="Category"><Key><PropertyRef Name="CategoryID"/></Key>
    <Property Name="CategoryID" Type="Edm.Int32" Nullable="false"/>
    <Property Name="Label" Type="Edm.String" MaxLength="Max"/>
    <NavigationProperty Name="Products" Relationship="Stock.InCategory" FromRole="Categories" ToRole="Products"/>
   </EntityType>
   <Association Name="InCategory">
    <End Role="Categories" Type="Stock.Category" Multiplicity="0..1"/>
    <End Role="Products" Type="Stock.Product" Multiplicity="*"/>
    <ReferentialConstraint>
     <Principal Role="Categories"><PropertyRef Name="CategoryID"/></Principal>
     <Dependent Role="Products"><PropertyRef Name="CategoryID"/></Dependent>
    </ReferentialConstraint>
   </Association>
  </Schema>
  <Schema Namespace="Here" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
   <EntityContainer Name="Entities" m:IsDefaultEntityContainer="true">
    <EntitySet Name="Products" EntityType="Stock.Product"/>
    <EntitySet Name="Categories" EntityType="Stock.Category"/>
    <AssociationSet Name="InCategories" Association="Stock.InCategory">
     <End Role="Categories" EntitySet="Categories"/><End Role="Products" EntitySet="Products"/>
    </AssociationSet>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""

FIRST = b"""{"d":{"results":[{"__metadata":{"uri":"x/Products(1)","type":"Stock.Product"},"ProductID":1,"Name":"Tea",
"Price":"18.0000","Weight":"0.5","Sold":"9007199254740993","Since":"/Date(841536000000)/","IsOver":false,
"Token":"6f9619ff-8b86-d011-b42d-00c04fc964ff","CategoryID":null,
"Category":{"__deferred":{"uri":"x/Products(1)/Category"}}}],"__next":"Products?$skiptoken=1"}}"""
SECOND = b'{"d":{"results":[{"ProductID":2,"Name":"\xc3\x84pple","Since":null}]}}'


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted_server() as found:
        found.say("/svc/", answer(body=b'{"d":{"EntitySets":["Products","Categories"]}}'))
        found.say("/svc/$metadata", answer(body=METADATA, Content_Type="application/xml"))
        yield found


@pytest.fixture
def session(script: Script) -> Iterator[Session]:
    with ODataConnector().connect(account(script.url + "/svc"), Secrets()) as opened:
        yield opened


def test_a_description_of_version_2_becomes_the_same_model() -> None:
    """R-027: keys, nullability, types, lengths and what leads where."""
    products = parse_metadata(METADATA).sets["Products"]
    told = {each.name: (each.kind, each.is_nullable, each.length, each.scale) for each in products.properties}
    assert products.key == ("ProductID",)
    assert told == {
        "ProductID": (Kind.INTEGER, False, 0, 0),
        "Name": (Kind.TEXT, False, 40, 0),
        "Price": (Kind.EXACT, True, 0, 4),
        "Weight": (Kind.FLOATING, True, 0, 0),
        "Sold": (Kind.INTEGER, True, 0, 0),
        "Since": (Kind.DATETIME, True, 0, 0),
        "Token": (Kind.GUID, True, 0, 0),
        "IsOver": (Kind.BOOLEAN, False, 0, 0),
        "CategoryID": (Kind.INTEGER, True, 0, 0),
    }
    category = products.find("CategoryID")
    assert category is not None
    assert category.references == "Categories"
    assert not any((products.is_insertable, products.is_updatable, products.is_deletable))


def test_it_is_described_and_cannot_be_written(session: Session) -> None:
    """R-027."""
    assert [each.name for each in session.objects()] == ["Products", "Categories"]
    found = session.describe("Products")
    assert not isinstance(found, Unchanged)
    assert (found.id_field, found.is_creatable) == ("ProductID", False)
    assert {field.name: field.type for field in found.fields}["Since"] is FieldType.DATETIME


def test_pages_are_followed_and_values_read_as_version_4_writes_them(session: Session, script: Script) -> None:
    script.say("/svc/Products", answer(body=FIRST), answer(body=SECOND))
    names = ("ProductID", "Name", "Price", "Sold", "Since", "CategoryID")
    where = Group(
        Joined.ALL,
        (
            Condition("Name", Operator.CONTAINS, "O'x"),
            Condition("Sold", Operator.GREATER, 5),
            Condition("Since", Operator.LESS, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ),
    )
    rows = [
        row
        for batch in session.source(Query("Products", names, where)).batches(CancelToken())
        for row in batch.frame.rows()
    ]
    assert rows == [
        (1, "1", "Tea", "18.0000", "9007199254740993", "1996-09-01T00:00:00Z", None),
        (2, "2", "Äpple", None, None, None, None),
    ]
    asked = unquote(next(path for _, path, _, _ in script.seen if path.startswith("/svc/Products")))
    assert "substringof('O''x',Name) and Sold gt 5L and Since lt datetime'2026-01-02T03:04:05'" in asked


@pytest.mark.parametrize(
    ("type_", "kind", "value", "written"),
    [
        ("Edm.Guid", Kind.GUID, "6F9619FF-8B86-D011-B42D-00C04FC964FF", "guid'6f9619ff-8b86-d011-b42d-00c04fc964ff'"),
        ("Edm.Decimal", Kind.EXACT, Decimal("1.50"), "1.50M"),
        ("Edm.DateTimeOffset", Kind.DATETIME, "2026-01-02T03:04:05+02:00", "datetimeoffset'2026-01-02T01:04:05Z'"),
        ("Edm.Time", Kind.DURATION, "PT1H", "time'PT1H'"),
        ("Edm.Int32", Kind.INTEGER, 7, "7"),
        ("Edm.String", Kind.TEXT, "it's", "'it''s'"),
    ],
)
def test_literals_are_those_of_version_2(type_: str, kind: Kind, value: Scalar, written: str) -> None:
    assert old_literal(kind, type_, value) == written


def test_a_moment_before_1970_and_one_with_a_zone_are_read() -> None:
    assert old_text(Kind.DATETIME, "/Date(-1000)/") == "1969-12-31T23:59:59Z"
    assert old_text(Kind.DATETIME, "/Date(1000+0120)/") == "1970-01-01T00:00:01Z"
    assert old_text(Kind.TEXT, "/Date(1)/") == "/Date(1)/"
    assert old_text(Kind.DATETIME, f"/Date({'9' * 20})/") == f"/Date({'9' * 20})/"


def test_a_refusal_is_told_in_its_words(session: Session, script: Script) -> None:
    body = b'{"error":{"code":"005056A509B11EE1B9A8FEC11C21578E","message":{"lang":"en","value":"Invalid key."}}}'
    script.say("/svc/Products", answer(400, body))
    with pytest.raises(RemoteError, match=r"Invalid key\.") as refused:
        list(session.source(Query("Products", ("Name",))).batches(CancelToken()))
    assert refused.value.code == "005056A509B11EE1B9A8FEC11C21578E"


def test_a_list_of_sets_in_xml_opens_a_session_too(script: Script) -> None:
    atom = b'<service xmlns="http://www.w3.org/2007/app"><workspace/></service>'
    script.say("/svc/", answer(body=atom, Content_Type="application/atomsvc+xml"))
    with ODataConnector().connect(account(script.url + "/svc"), Secrets()) as session:
        assert len(session.objects()) == 2


def test_the_name_of_a_property_is_the_same_in_both_versions() -> None:
    assert Property("A", "Edm.String", Kind.TEXT, is_old=True).path == "A"


def test_a_key_of_several_parts_is_read_and_found_again_as_in_version_4(script: Script) -> None:
    own, both = (
        b'<PropertyRef Name="ProductID"/></Key>',
        b'<PropertyRef Name="ProductID"/><PropertyRef Name="Since"/></Key>',
    )
    script.say("/svc/$metadata", answer(body=METADATA.replace(own, both), Content_Type="application/xml"))
    script.say("/svc/Products", answer(body=FIRST.replace(b',"__next":"Products?$skiptoken=1"', b"")))
    id_ = "ProductID=1,Since=1996-09-01T00:00:00Z"
    with ODataConnector().connect(account(script.url + "/svc"), Secrets()) as session:
        query = Query("Products", ("ProductID_Since",), Condition("ProductID_Since", Operator.IN, (id_, "Products(1)")))
        rows = [row for batch in session.source(query).batches(CancelToken()) for row in batch.frame.rows()]
    assert rows == [(1, id_)]
    asked = unquote(next(path for _, path, _, _ in script.seen if path.startswith("/svc/Products")))
    assert "$filter=((ProductID eq 1 and Since eq datetime'1996-09-01T00:00:00'))" in asked
