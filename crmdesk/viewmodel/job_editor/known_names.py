"""What columns of other programs are usually called, and the fields of a CRM that they mean.

The pairs are those of "Salesforce sync: default field mapping" (Marketo product documentation) and of the contact lists
that mail programs write, in English, German, French and Swedish. Names are folded; see `auto_map.fold`.
"""

from __future__ import annotations

from collections.abc import Mapping

_COMPANY = "company companyname accountname account organization organisation employer firma société företag"
_PHONE = (
    "phone phonenumber telephone telephonenumber tel businessphone workphone officephone mainphone telefon téléphone"
)
_MAIL = "mail email emailaddress primaryemail workemail epost courriel"
_ROLE = "title jobtitle position role funktion fonction befattning"
_WEB = "website url web www site homepage webpage websiteurl webseite hemsida"
_STATE = "state province region county stateprovince bundesland län"

_WORDS: Mapping[str, str] = {
    "salutation": "courtesytitle anrede civilité",
    "firstname": "givenname forename first vorname prénom förnamn",
    "middlename": "middle secondname",
    "lastname": "surname familyname last nachname nom efternamn",
    "email": _MAIL,
    "emailaddress1": _MAIL,
    "phone": _PHONE,
    "telephone1": _PHONE,
    "mobilephone": "mobile mobilephonenumber mobilenumber cell cellphone cellular handy mobiltelefon portable",
    "homephone": "homephonenumber privatephone",
    "fax": "faxnumber telefax",
    "title": _ROLE,
    "jobtitle": _ROLE,
    "department": "dept abteilung avdelning",
    "birthdate": "dateofbirth birthday dob geburtsdatum geburtstag födelsedatum",
    "description": "notes note comment comments remarks bemerkung notizen anteckningar",
    "website": _WEB,
    "websiteurl": _WEB,
    "industry": "sector branche bransch",
    "annualrevenue": "revenue turnover umsatz omsättning",
    "numberofemployees": "employees numemployees noofemployees employeecount companysize headcount mitarbeiter",
    "leadsource": "source origin personsource quelle källa",
    "hasoptedoutofemail": "unsubscribed unsubscribe optedout emailoptout donotemail",
    "donotcall": "nocalls phoneoptout",
    "company": _COMPANY,
    "companyname": _COMPANY,
    "accountid": _COMPANY,
    "account.name": _COMPANY,
    "account.phone": f"{_PHONE} companyphone",
    "account.parentid": "parentcompany parentcompanyname",
    "account.sic": "siccode",
    "opportunity.name": "deal dealname opportunityname",
    "opportunity.amount": "value dealvalue betrag belopp",
    "opportunity.stagename": "dealstage salesstage",
    "opportunity.closedate": "expectedclosedate closingdate",
}
_STREET = "street address streetaddress addressline1 street1 straße strasse rue adress gatuadress"
_PARTS: Mapping[str, str] = {
    "street": _STREET,
    "line1": _STREET,
    "city": "city town locality ort stadt ville stad",
    "state": _STATE,
    "stateorprovince": _STATE,
    "postalcode": "postalcode zip zipcode postcode zippostalcode plz postleitzahl codepostal postnummer postnr",
    "country": "country countryregion nation land pays",
}
_OF_THE_RECORD = ("", "billing", "mailing", "address1")
"""How the fields of the address begin that is meant when a column does not say which."""
_OTHERS = ("shipping", "other", "address2")


def is_known_pair(column: str, field: str, object_name: str) -> bool:
    """Whether a column of that folded name usually holds the field of that folded name of the object."""
    words = _WORDS.get(f"{object_name.casefold()}.{field}", _WORDS.get(field, ""))
    return column in words.split() or _is_of_an_address(column, field)


def _is_of_an_address(column: str, field: str) -> bool:
    """`zip` is the postal code of the one address, `shippingzip` that of the other."""
    for start in (*_OF_THE_RECORD, *_OTHERS):
        words = _PARTS.get(field.removeprefix(start), "").split() if field.startswith(start) else []
        if column in (f"{start}{word}" for word in words) or (start in _OF_THE_RECORD and column in words):
            return True
    return False
