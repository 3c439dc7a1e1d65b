"""Tests of the Salesforce connector."""
