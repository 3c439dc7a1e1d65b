"""Tests of the connectors."""

import pytest

pytest.register_assert_rewrite(
    "tests.connectors.contract_base",
    "tests.connectors.contract_breaks",
    "tests.connectors.contract_reading",
    "tests.connectors.contract_writing",
    "tests.connectors.workbench",
)
