"""Salesforce: REST for few rows, Bulk API 2.0 for many."""
