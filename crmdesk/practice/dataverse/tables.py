"""The tables of the practice environment: the usual ones of sales, and a custom one."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.dataverse.columns import (
    DATE_ONLY,
    TIME_ZONE_INDEPENDENT,
    AlternateKey,
    Column,
    Kind,
    Option,
    Table,
)

_STATES = (Option(0, "Active"), Option(1, "Inactive"))
_REASONS = (Option(1, "Active", 0), Option(2, "Inactive", 1))
_TASK_STATES = (Option(0, "Open"), Option(1, "Completed"), Option(2, "Canceled"))
_TASK_REASONS = (Option(2, "Not Started", 0), Option(5, "Completed", 1), Option(6, "Canceled", 2))


def _text(name: str, label: str, length: int = 100, schema_name: str = "", *, is_required: bool = False) -> Column:
    return Column(name, Kind.STRING, label, schema_name, length=length, is_required=is_required)


def _kept(column: Column) -> Column:
    """A column that the environment alone fills."""
    return replace(column, is_creatable=False, is_updatable=False)


def _system(
    primary_id: str, states: tuple[Option, ...] = _STATES, reasons: tuple[Option, ...] = _REASONS
) -> tuple[Column, ...]:
    """What every table of users' own has."""
    return (
        Column(primary_id, Kind.ID, "Record id", is_required=True, is_updatable=False),
        Column("statecode", Kind.STATE, "Status", options=states, is_required=True),
        Column("statuscode", Kind.STATUS, "Status reason", options=reasons),
        Column("ownerid", Kind.OWNER, "Owner", targets=("systemuser", "team"), is_required=True),
        _kept(Column("createdon", Kind.DATETIME, "Created on")),
        _kept(Column("createdby", Kind.LOOKUP, "Created by", targets=("systemuser",))),
        _kept(Column("modifiedon", Kind.DATETIME, "Modified on")),
        _kept(Column("modifiedby", Kind.LOOKUP, "Modified by", targets=("systemuser",))),
        Column("overriddencreatedon", Kind.DATETIME, "Record created on", is_updatable=False),
        _kept(Column("versionnumber", Kind.BIGINT, "Version number")),
    )


def _money(name: str, label: str) -> tuple[Column, Column]:
    money = Column(name, Kind.MONEY, label, least=0.0, most=922_337_203_685_477.0, precision=2)
    return money, Column(f"{name}_base", Kind.MONEY, f"{label} (base)", is_creatable=False, is_updatable=False)


_CURRENCY = Column("transactioncurrencyid", Kind.LOOKUP, "Currency", targets=("transactioncurrency",))

ACCOUNT = Table(
    "account", "accounts", "Account", "Accounts", "accountid", "name",
    (
        *_system("accountid"),
        _text("name", "Account name", 160, is_required=True),
        _text("accountnumber", "Account number", 20),
        _text("websiteurl", "Website", 200),
        _text("telephone1", "Main phone", 50),
        _text("address1_city", "City", 80),
        Column("description", Kind.MEMO, "Description", length=2000),
        Column("numberofemployees", Kind.INTEGER, "Number of employees", least=0, most=1_000_000_000),
        *_money("revenue", "Annual revenue"),
        Column("exchangerate", Kind.DECIMAL, "Exchange rate", precision=10, is_creatable=False, is_updatable=False),
        Column("address1_latitude", Kind.DOUBLE, "Latitude", least=-90, most=90, precision=5),
        Column("new_score", Kind.DECIMAL, "Score", "new_Score", least=-100, most=100, precision=4),
        Column("creditonhold", Kind.BOOLEAN, "Credit on hold", options=(Option(1, "Yes"), Option(0, "No"))),
        Column("lastonholdtime", Kind.DATETIME, "Last on hold"),
        Column("new_founded", Kind.DATETIME, "Founded", "new_Founded", behavior=DATE_ONLY),
        Column("new_opensat", Kind.DATETIME, "Opens at", "new_OpensAt", behavior=TIME_ZONE_INDEPENDENT),
        Column(
            "industrycode", Kind.PICKLIST, "Industry",
            options=(Option(1, "Accounting"), Option(6, "Business services"), Option(7, "Consulting")),
        ),
        Column("industrycodename", Kind.VIRTUAL, "Industry", attribute_of="industrycode"),
        Column(
            "new_regions", Kind.MULTISELECT, "Regions", "new_Regions",
            options=(Option(1, "North"), Option(2, "South"), Option(3, "West"), Option(9, "East")),
        ),
        Column("parentaccountid", Kind.LOOKUP, "Parent account", targets=("account",)),
        Column("primarycontactid", Kind.LOOKUP, "Primary contact", targets=("contact",)),
        _CURRENCY,
        Column("entityimage", Kind.VIRTUAL, "Image"),
    ),
    keys=(AlternateKey("new_number", ("accountnumber",)), AlternateKey("new_place", ("name", "address1_city"))),
    is_audited=True, type_code=1,
)  # fmt: skip

CONTACT = Table(
    "contact", "contacts", "Contact", "Contacts", "contactid", "fullname",
    (
        *_system("contactid"),
        _text("firstname", "First name", 50),
        _text("lastname", "Last name", 50, is_required=True),
        _kept(_text("fullname", "Full name", 160)),
        _text("emailaddress1", "E-mail", 100),
        replace(_text("jobtitle", "Job title", 100), is_wanted=True),
        _text("new_externalid", "External id", 100, schema_name="new_ExternalId"),
        _text("new_code", "Code", 40, schema_name="new_Code"),
        Column("description", Kind.MEMO, "Description", length=2000),
        Column("birthdate", Kind.DATETIME, "Birthday", behavior=DATE_ONLY),
        Column("lastusedincampaign", Kind.DATETIME, "Last used in campaign"),
        Column("donotemail", Kind.BOOLEAN, "Do not e-mail", options=(Option(1, "Do not allow"), Option(0, "Allow"))),
        Column("numberofchildren", Kind.INTEGER, "Number of children", least=0, most=1_000_000_000),
        *_money("creditlimit", "Credit limit"),
        _CURRENCY,
        Column("parentcustomerid", Kind.CUSTOMER, "Company", targets=("account", "contact")),
        Column("new_employer", Kind.LOOKUP, "Employer", targets=("account",), navigation="new_Employer"),
    ),
    keys=(AlternateKey("new_externalid", ("new_externalid",)), AlternateKey("new_code", ("new_code",), "Pending")),
    restricts=("new_employer",), type_code=2,
)  # fmt: skip

TASK = Table(
    "task", "tasks", "Task", "Tasks", "activityid", "subject",
    (
        *_system("activityid", _TASK_STATES, _TASK_REASONS),
        _text("subject", "Subject", 200, is_required=True),
        Column("scheduledend", Kind.DATETIME, "Due"),
        Column("regardingobjectid", Kind.LOOKUP, "Regarding", targets=("account", "contact")),
        Column("new_attendees", Kind.PARTYLIST, "Attendees", "new_Attendees"),
        Column("iscustomizable", Kind.MANAGED, "Customizable"),
    ),
    is_activity=True, tracks=False, type_code=4212,
)  # fmt: skip

PROJECT = Table(
    "new_project", "new_projects", "Project", "Projects", "new_projectid", "new_name",
    (
        *_system("new_projectid"),
        _text("new_name", "Name", 100, is_required=True, schema_name="new_Name"),
        _text("new_code", "Code", 40, schema_name="new_Code"),
        Column("new_customer", Kind.LOOKUP, "Customer", targets=("account",), navigation="new_Customer"),
        Column("new_phase", Kind.INTEGER, "Phase", "new_Phase", least=0, most=1000),
        Column("new_start", Kind.DATETIME, "Start", "new_Start", behavior=DATE_ONLY),
        Column("new_share", Kind.DECIMAL, "Share", "new_Share", least=0, most=100, precision=4),
    ),
    keys=(
        AlternateKey("new_code", ("new_code",)),
        AlternateKey("new_phase", ("new_customer", "new_phase", "new_start", "new_share")),
    ),
    is_custom=True, has_bulk=False, type_code=10_000,
)  # fmt: skip


def _fixed(table: Table) -> Table:
    columns = tuple(_kept(column) for column in table.columns)
    return replace(table, columns=columns, is_read_only=True, tracks=False)


USER = _fixed(Table(
    "systemuser", "systemusers", "User", "Users", "systemuserid", "fullname",
    (
        Column("systemuserid", Kind.ID, "User"),
        _text("fullname", "Full name", 200),
        _text("domainname", "User name", 1024),
        _text("internalemailaddress", "Primary e-mail", 100),
        Column("isdisabled", Kind.BOOLEAN, "Status"),
        Column("applicationid", Kind.ID, "Application id"),
        Column("createdon", Kind.DATETIME, "Created on"),
        Column("modifiedon", Kind.DATETIME, "Modified on"),
        Column("versionnumber", Kind.BIGINT, "Version number"),
    ),
    type_code=8,
))  # fmt: skip

TEAM = _fixed(Table(
    "team", "teams", "Team", "Teams", "teamid", "name",
    (Column("teamid", Kind.ID, "Team"), _text("name", "Team name", 160)), type_code=9,
))  # fmt: skip

CURRENCY = _fixed(Table(
    "transactioncurrency", "transactioncurrencies", "Currency", "Currencies", "transactioncurrencyid", "currencyname",
    (
        Column("transactioncurrencyid", Kind.ID, "Currency"),
        _text("currencyname", "Currency name", 100),
        _text("isocurrencycode", "Currency code", 5),
    ),
    type_code=9105,
))  # fmt: skip

ORGANIZATION = _fixed(Table(
    "organization", "organizations", "Organization", "Organizations", "organizationid", "name",
    (
        Column("organizationid", Kind.ID, "Organization"),
        _text("name", "Name", 160),
        Column("expirechangetrackingindays", Kind.INTEGER, "Days of change tracking"),
        Column("isauditenabled", Kind.BOOLEAN, "Auditing"),
        Column("languagecode", Kind.INTEGER, "Language"),
    ),
    type_code=1019,
))  # fmt: skip

AUDIT = _fixed(Table(
    "audit", "audits", "Audit", "Audits", "auditid", "auditid",
    (
        Column("auditid", Kind.ID, "Audit"),
        Column("createdon", Kind.DATETIME, "Changed on"),
        Column("operation", Kind.PICKLIST, "Operation", options=(Option(3, "Delete"),)),
        _text("objecttypecode", "Entity", 100),
        Column("objectid", Kind.LOOKUP, "Record", targets=("account", "contact", "task", "new_project")),
        Column("userid", Kind.LOOKUP, "Changed by", targets=("systemuser",)),
    ),
    type_code=4567,
))  # fmt: skip

TABLES = (ACCOUNT, CONTACT, TASK, PROJECT, USER, TEAM, CURRENCY, ORGANIZATION, AUDIT)
