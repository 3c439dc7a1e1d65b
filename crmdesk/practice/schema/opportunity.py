"""The standard object Opportunity; its stage decides whether it is closed, won, and how it is forecast."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice.schema.builders import (
    audit,
    external_id,
    generated,
    last_activity,
    long_text,
    owner,
    picklist,
    read_only,
    record_id,
    values,
)
from crmdesk.practice.schema.lookups import record_type, reference, taken_along
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.picklists import LEAD_SOURCES
from crmdesk.practice.schema.types import FieldType, PracticeField


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a sale; `probability` is percent, the default of a record that reaches the stage without its own."""

    name: str
    probability: float
    forecast: str
    is_closed: bool = False
    is_won: bool = False


STAGES = (
    Stage("Prospecting", 10, "Pipeline"),
    Stage("Qualification", 10, "Pipeline"),
    Stage("Needs Analysis", 20, "Pipeline"),
    Stage("Value Proposition", 50, "Pipeline"),
    Stage("Id. Decision Makers", 60, "Pipeline"),
    Stage("Perception Analysis", 70, "Pipeline"),
    Stage("Proposal/Price Quote", 75, "Pipeline"),
    Stage("Negotiation/Review", 90, "Pipeline"),
    Stage("Closed Won", 100, "Closed", is_closed=True, is_won=True),
    Stage("Closed Lost", 0, "Omitted", is_closed=True),
)

CONTRACT_LENGTHS = ("12 months", "24 months", "36 months")


def stage(name: str) -> Stage:
    """What a stage means; one that the list does not know is open, at 0 percent, in the pipeline."""
    return next((each for each in STAGES if each.name == name), Stage(name, 0, "Pipeline"))


def _by_stage(results: dict[str, str], otherwise: str) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {result}" for name, result in results.items())
    return f"CASE StageName {cases} ELSE {otherwise} END"


_CLOSED = _by_stage({each.name: "1" for each in STAGES if each.is_closed}, "0")
_WON = _by_stage({each.name: "1" for each in STAGES if each.is_won}, "0")
_FORECAST = _by_stage({each.name: f"'{each.forecast}'" for each in STAGES if each.forecast != "Pipeline"}, "'Pipeline'")
_QUARTER = "((CAST(substr(CloseDate, 6, 2) AS INTEGER) + 2) / 3)"
_YEAR = "CAST(substr(CloseDate, 1, 4) AS INTEGER)"

OPPORTUNITY = PracticeObject(
    "Opportunity",
    "Opportunity",
    "Opportunities",
    "006",
    (
        record_id("Opportunity ID"),
        taken_along(reference("AccountId", "Account ID", "Account", "Account", "Opportunities")),
        record_type(),
        PracticeField("Name", "Name", FieldType.STRING, length=120, nillable=False, name_field=True),
        long_text("Description", "Description"),
        PracticeField(
            "StageName",
            "Stage",
            FieldType.PICKLIST,
            length=255,
            nillable=False,
            values=values(*(each.name for each in STAGES)),
        ),
        PracticeField("Amount", "Amount", FieldType.CURRENCY, precision=18, scale=2),
        PracticeField("Probability", "Probability (%)", FieldType.PERCENT, precision=3, defaulted_on_create=True),
        generated(
            "ExpectedRevenue", "Expected Amount", FieldType.CURRENCY, "Amount * Probability / 100.0", nillable=True
        ),
        PracticeField("TotalOpportunityQuantity", "Quantity", FieldType.DOUBLE, precision=18, scale=2),
        PracticeField("CloseDate", "Close Date", FieldType.DATE, nillable=False),
        picklist("Type", "Opportunity Type", ("Existing Business", "New Business")),
        PracticeField("NextStep", "Next Step", FieldType.STRING, length=255),
        picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        generated("IsClosed", "Closed", FieldType.BOOLEAN, _CLOSED),
        generated("IsWon", "Won", FieldType.BOOLEAN, _WON),
        generated("ForecastCategory", "Forecast Category", FieldType.PICKLIST, _FORECAST, length=40),
        read_only("HasOpportunityLineItem", "Has Line Item", FieldType.BOOLEAN, nillable=False),
        reference("CampaignId", "Campaign ID", "Campaign", "Campaign", "Opportunities"),
        reference("Pricebook2Id", "Price Book ID", "Pricebook2", "Pricebook2", "Opportunities"),
        owner(),
        *audit(),
        last_activity(),
        generated("FiscalQuarter", "Fiscal Quarter", FieldType.INT, _QUARTER, nillable=True),
        generated("FiscalYear", "Fiscal Year", FieldType.INT, _YEAR, nillable=True),
        generated(
            "Fiscal", "Fiscal Period", FieldType.STRING, f"{_YEAR} || ' ' || {_QUARTER}", length=6, nillable=True
        ),
        picklist("Contract_Length__c", "Contract Length", CONTRACT_LENGTHS, restricted=True),
        external_id("Oracle_Id__c", "Oracle Id", unique=False),
        external_id("Legacy_Salesforce_Id__c", "Legacy Salesforce Id"),
    ),
)
