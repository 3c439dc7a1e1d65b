"""What a service says of itself is understood, whatever aliases it uses, and refused where it could do harm."""

from __future__ import annotations

import pytest

from crmdesk.connectors.contract import Session, Unchanged
from crmdesk.connectors.odata.describe import remote_object, summary
from crmdesk.connectors.odata.metadata import Metadata, parse_metadata
from crmdesk.errors import RemoteError, UserError
from crmdesk.model.schema import Field, FieldType, RemoteObject


def described(session: Session, name: str) -> RemoteObject:
    found = session.describe(name)
    assert isinstance(found, RemoteObject)
    return found


ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
 <edmx:Reference Uri="x"><edmx:Include Namespace="Org.OData.Core.V1" Alias="Core"/></edmx:Reference>
 <edmx:Reference Uri="y"><edmx:Include Namespace="Org.OData.Capabilities.V1" Alias="Can"/></edmx:Reference>
 <edmx:DataServices>
  <Schema Namespace="My.Shop" Alias="Self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
   {types}
   <EntityContainer Name="All">{sets}</EntityContainer>
   {annotations}
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""


def shop(types: str, sets: str, annotations: str = "") -> Metadata:
    return parse_metadata(ENVELOPE.format(types=types, sets=sets, annotations=annotations).encode())


def fields_of(properties: str, *, more: str = "", annotations: str = "") -> dict[str, Field]:
    key = '<Key><PropertyRef Name="K"/></Key><Property Name="K" Type="Edm.Guid" Nullable="false"/>'
    types = f'{more}<EntityType Name="T">{key}{properties}</EntityType>'
    found = shop(types, '<EntitySet Name="Ts" EntityType="Self.T"/>', annotations).sets["Ts"]
    return {field.name: field for field in remote_object(found, "stamp").fields}


@pytest.mark.parametrize(
    ("edm", "expected"),
    [
        ("Edm.String", FieldType.TEXT),
        ("Edm.Guid", FieldType.TEXT),
        ("Edm.Duration", FieldType.TEXT),
        ("Edm.Boolean", FieldType.BOOLEAN),
        ("Edm.Byte", FieldType.INTEGER),
        ("Edm.Int64", FieldType.INTEGER),
        ("Edm.Decimal", FieldType.DECIMAL),
        ("Edm.Double", FieldType.DECIMAL),
        ("Edm.Date", FieldType.DATE),
        ("Edm.DateTimeOffset", FieldType.DATETIME),
        ("Edm.TimeOfDay", FieldType.TIME),
        ("Edm.Binary", FieldType.BINARY),
        ("Collection(Edm.String)", FieldType.COMPOUND),
        ("Edm.GeographyPoint", FieldType.COMPOUND),
        ("Self.Nowhere", FieldType.COMPOUND),
    ],
)
def test_every_type_of_odata_has_a_kind_of_field(edm: str, expected: FieldType) -> None:
    field = fields_of(f'<Property Name="P" Type="{edm}"/>')["P"]
    assert field.type is expected
    assert field.is_creatable is (expected is not FieldType.COMPOUND)
    assert field.is_filterable is (expected not in (FieldType.COMPOUND, FieldType.BINARY))


def test_facets_become_limits() -> None:
    fields = fields_of(
        '<Property Name="Text" Type="Edm.String" MaxLength="40"/>'
        '<Property Name="Long" Type="Edm.String" MaxLength="max"/>'
        '<Property Name="Money" Type="Edm.Decimal" Precision="18" Scale="2" Nullable="false"/>'
        '<Property Name="Loose" Type="Edm.Decimal" Precision="18" Scale="variable"/>'
        '<Property Name="Flag" Type="Edm.Boolean" Nullable="false" DefaultValue="false"/>'
    )
    assert (fields["Text"].length, fields["Long"].length) == (40, 0)
    assert (fields["Money"].precision, fields["Money"].scale, fields["Loose"].precision) == (18, 2, 0)
    assert fields["Money"].is_required_on_create
    assert fields["Flag"].is_defaulted


def test_the_key_identifies_a_record_and_is_never_changed() -> None:
    key = fields_of("")["K"]
    assert (key.is_key, key.is_unique, key.is_creatable, key.is_updatable) == (True, True, True, False)
    assert not key.is_required_on_create, "whether the service makes keys is not said, so a row without one may be sent"


def test_computed_and_immutable_are_found_inside_and_outside_and_through_aliases() -> None:
    fields = fields_of(
        '<Property Name="A" Type="Edm.String"><Annotation Term="Core.Computed"/></Property>'
        '<Property Name="B" Type="Edm.String"><Annotation Term="Org.OData.Core.V1.Computed" Bool="false"/></Property>'
        '<Property Name="C" Type="Edm.String"/><Property Name="D" Type="Edm.String"/>',
        annotations='<Annotations Target="Self.T/C"><Annotation Term="Core.Immutable" Bool="true"/></Annotations>'
        '<Annotations Target="My.Shop.T/D"><Annotation Term="Core.Computed"><Bool>true</Bool></Annotation>'
        "</Annotations>",
    )
    assert [fields[name].is_creatable for name in "ABCD"] == [False, True, True, False]
    assert [fields[name].is_updatable for name in "ABCD"] == [False, True, False, False]
    assert fields["A"].is_calculated


def test_lists_of_names_are_choices_unless_they_can_be_combined() -> None:
    enums = (
        '<EnumType Name="Color"><Member Name="Red"/><Member Name="Blue"/></EnumType>'
        '<EnumType Name="Days" IsFlags="true"><Member Name="Mo"/></EnumType>'
        '<TypeDefinition Name="Phone" UnderlyingType="Edm.String" MaxLength="20"/>'
    )
    fields = fields_of(
        '<Property Name="Color" Type="Self.Color"/><Property Name="Days" Type="My.Shop.Days"/>'
        '<Property Name="Phone" Type="Self.Phone"/>',
        more=enums,
    )
    assert (fields["Color"].type, fields["Color"].values) == (FieldType.PICKLIST, ("Red", "Blue"))
    assert fields["Color"].is_restricted
    assert not fields["Days"].is_restricted
    assert (fields["Phone"].type, fields["Phone"].length) == (FieldType.TEXT, 20)


def test_what_a_base_type_declares_belongs_to_the_set_too() -> None:
    metadata = shop(
        '<EntityType Name="Base" Abstract="true"><Key><PropertyRef Name="ID"/></Key>'
        '<Property Name="ID" Type="Edm.Int32"/></EntityType>'
        '<EntityType Name="Sub" BaseType="Self.Base"><Property Name="Extra" Type="Edm.String"/></EntityType>',
        '<EntitySet Name="Subs" EntityType="My.Shop.Sub"/>',
    )
    found = remote_object(metadata.sets["Subs"], "")
    assert (found.id_field, [field.name for field in found.fields]) == ("ID", ["ID", "Extra"])


TRAVEL = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">
 <edmx:DataServices>
  <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Acme.Travel">
   <EnumType Name="Seat"><Member Name="Window" Value="0"/><Member Name="Aisle" Value="1"/></EnumType>
   <ComplexType Name="Place" OpenType="true"><Property Name="Street" Type="Edm.String" Nullable="false"/></ComplexType>
   <ComplexType Name="Stop" BaseType="Acme.Travel.Place"><Property Name="Gate" Type="Edm.String"/></ComplexType>
   <EntityType Name="Guest" OpenType="true">
    <Key><PropertyRef Name="Login"/></Key>
    <Property Name="Login" Type="Edm.String" Nullable="false">
     <Annotation Term="Org.OData.Core.V1.Permissions">
      <EnumMember>Org.OData.Core.V1.Permission/Read</EnumMember></Annotation>
    </Property>
    <Property Name="Surname" Type="Edm.String" Nullable="false" MaxLength="26"/>
    <Property Name="Mails" Type="Collection(Edm.String)"/>
    <Property Name="Home" Type="Acme.Travel.Stop"/>
    <Property Name="Seat" Type="Acme.Travel.Seat"/>
    <Property Name="Version" Type="Edm.Int64" Nullable="false">
     <Annotation Term="Org.OData.Core.V1.Computed" Bool="true"/></Property>
    <NavigationProperty Name="Friends" Type="Collection(Acme.Travel.Guest)"/>
    <NavigationProperty Name="Trips" Type="Collection(Acme.Travel.Trip)" ContainsTarget="true"/>
    <NavigationProperty Name="Photo" Type="Acme.Travel.Photo"/>
   </EntityType>
   <EntityType Name="Photo" HasStream="true">
    <Key><PropertyRef Name="Id"/></Key>
    <Property Name="Id" Type="Edm.Int64" Nullable="false"/><Property Name="Name" Type="Edm.String"/>
   </EntityType>
   <EntityType Name="Trip">
    <Key><PropertyRef Name="TripId"/></Key>
    <Property Name="TripId" Type="Edm.Int32" Nullable="false"/>
    <Property Name="Budget" Type="Edm.Single" Nullable="false"/>
    <Property Name="StartsAt" Type="Edm.DateTimeOffset" Nullable="false"/>
    <Property Name="Lasts" Type="Edm.Duration"/>
   </EntityType>
   <Function Name="NearestStop"><Parameter Name="lat" Type="Edm.Double" Nullable="false"/>
    <ReturnType Type="Acme.Travel.Stop"/></Function>
   <Action Name="Reset"/>
   <EntityContainer Name="All">
    <EntitySet Name="Guests" EntityType="Acme.Travel.Guest">
     <NavigationPropertyBinding Path="Friends" Target="Guests"/>
     <NavigationPropertyBinding Path="Photo" Target="Photos"/>
    </EntitySet>
    <EntitySet Name="Photos" EntityType="Acme.Travel.Photo"/>
    <Singleton Name="Me" Type="Acme.Travel.Guest"/>
    <FunctionImport Name="NearestStop" Function="Acme.Travel.NearestStop" EntitySet="Guests"/>
    <ActionImport Name="Reset" Action="Acme.Travel.Reset"/>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""
"""A service of version 4 with all that public sample services show: open, contained, single, listed, enumerated."""


def test_a_whole_description_of_version_4_becomes_the_model() -> None:
    """R-027: keys, nullability, types, lengths; what is no set of records, or no single value, takes no part."""
    sets = parse_metadata(TRAVEL).sets
    assert sorted(sets) == ["Guests", "Photos"]
    guests, photos = (remote_object(sets[name], "") for name in ("Guests", "Photos"))
    assert (guests.id_field, photos.id_field) == ("Login", "Id")
    told = {each.name: (each.type, each.is_nillable, each.length, each.is_updatable) for each in guests.fields}
    assert told == {
        "Login": (FieldType.TEXT, False, 0, False),
        "Surname": (FieldType.TEXT, False, 26, True),
        "Mails": (FieldType.COMPOUND, True, 0, False),
        "Home": (FieldType.COMPOUND, True, 0, False),
        "Seat": (FieldType.PICKLIST, True, 0, True),
        "Version": (FieldType.INTEGER, False, 0, False),
    }
    seat = guests.field("Seat")
    assert seat is not None
    assert seat.values == ("Window", "Aisle")
    assert [(each.name, each.type) for each in photos.fields] == [("Id", FieldType.INTEGER), ("Name", FieldType.TEXT)]


def test_restrictions_of_a_set_are_heard() -> None:
    record = '<Record><PropertyValue Property="{}" Bool="false"/></Record>'
    metadata = shop(
        '<EntityType Name="T"><Key><PropertyRef Name="K"/></Key><Property Name="K" Type="Edm.String"/></EntityType>',
        '<EntitySet Name="Ts" EntityType="Self.T"><Annotation Term="Can.InsertRestrictions">'
        f"{record.format('Insertable')}</Annotation></EntitySet>",
        '<Annotations Target="Self.All/Ts"><Annotation Term="Can.DeleteRestrictions">'
        f"{record.format('Deletable')}</Annotation></Annotations>",
    )
    line = summary(metadata.sets["Ts"])
    assert (line.is_creatable, line.is_updatable, line.is_deletable) == (False, True, False)


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b'<?xml version="1.0"?><!DOCTYPE edmx:Edmx [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]><edmx:Edmx/>',
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode("utf-16"),
    ],
)
def test_a_document_type_is_refused_before_any_entity_is_read(document: bytes) -> None:
    """R-333."""
    with pytest.raises(RemoteError, match="document type"):
        parse_metadata(document)


@pytest.mark.parametrize(
    "document",
    [b"", b"<html>", b"\xff\xfe\x00", b'{"value":[]}', b'<?xml version="1.0" encoding="klingon"?><a/>'],
)
def test_what_is_not_xml_is_refused_in_a_sentence(document: bytes) -> None:
    with pytest.raises(RemoteError, match="not well-formed"):
        parse_metadata(document)


def test_another_xml_is_refused_in_a_sentence() -> None:
    with pytest.raises(RemoteError, match="no description of an OData service"):
        parse_metadata(b'<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"/>')


def test_a_running_service_is_described(session: Session) -> None:
    assert [line.name for line in session.objects()] == ["Contacts", "Accounts", "Lines"]
    contacts = described(session, "contacts")
    assert (contacts.name, contacts.id_field) == ("Contacts", "ID")
    last = contacts.field("LastName")
    parent = contacts.field("AccountID")
    created = contacts.field("CreatedAt")
    assert last is not None
    assert (last.length, last.is_required_on_create) == (80, True)
    assert parent is not None
    assert parent.references == ("Accounts",)
    assert created is not None
    assert not created.is_creatable


def test_a_description_that_has_not_changed_is_not_given_again(session: Session) -> None:
    assert session.describe("Contacts", described(session, "Contacts").stamp) == Unchanged()


def test_an_unknown_set_is_refused_with_the_nearest_name(session: Session) -> None:
    with pytest.raises(UserError, match="no entity set “Contcts”") as caught:
        session.describe("Contcts")
    assert caught.value.hint == "Did you mean Contacts?"
