"""Values that are the same to the CRM are compared as such, and others never."""

from __future__ import annotations

import polars as pl
import pytest

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.finding.holding import Holding, comparable
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW
from tests.tabular.fields import field

SAME = [
    (FieldType.DECIMAL, "1.50", "1.5"),
    (FieldType.DECIMAL, "+3.0", "3"),
    (FieldType.DECIMAL, "-0", "0"),
    (FieldType.DECIMAL, "10000000", "1.0E7"),
    (FieldType.BOOLEAN, "TRUE", "true"),
    (FieldType.BOOLEAN, "", "false"),
    (FieldType.DATETIME, "2026-01-31T10:00:00Z", "2026-01-31T11:00:00.000+0100"),
    (FieldType.REFERENCE, "0031t00000Ab12c", "0031t00000Ab12cAAB"),
    (FieldType.MULTIPICKLIST, "b;a", "a;b"),
    (FieldType.TEXT, "x", "x"),
]
OTHER = [
    (FieldType.DECIMAL, "10", "1"),
    (FieldType.DECIMAL, "100.10", "100.01"),
    (FieldType.DECIMAL, "12345678901234567.1", "12345678901234567.2"),
    (FieldType.DATETIME, "2026-01-31T10:00:00Z", "2026-01-31T10:00:00+0100"),
    (FieldType.DATE, "2026-01-31", "2026-02-01"),
    (FieldType.REFERENCE, "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"),
    (FieldType.TEXT, "x", "X"),
    (FieldType.TEXT, "x ", "x"),
    (FieldType.TEXT, "", "x"),
]


def is_same(kind: FieldType, sent: str | None, held: str) -> bool:
    key, value = field(FieldType.TEXT, "Key__c"), field(kind, "Value__c")
    keys = pl.Series("__key__", ["k"]).hash()
    hashed = comparable(pl.Series([held]), value).hash().alias("Value__c")
    holding = Holding(key, Capabilities({}), pl.DataFrame([keys, pl.Series("__id__", ["003"]), hashed]), (value,))
    ready = pl.DataFrame(
        {ROW: [1], "Key__c": ["k"], "Value__c": [sent]},
        schema={ROW: pl.Int64, "Key__c": pl.String, "Value__c": pl.String},
    )
    return holding.unchanged(ready).height == 1


@pytest.mark.parametrize(("kind", "sent", "held"), SAME)
def test_two_ways_to_write_one_value_are_one(kind: FieldType, sent: str, held: str) -> None:
    """R-159."""
    assert is_same(kind, sent, held)
    assert is_same(kind, held, sent)
    assert is_same(kind, None, held)


@pytest.mark.parametrize(("kind", "sent", "held"), OTHER)
def test_another_value_is_sent(kind: FieldType, sent: str, held: str) -> None:
    """R-159."""
    assert not is_same(kind, sent, held)
    assert not is_same(kind, held, sent)
