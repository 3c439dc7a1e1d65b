"""Rows on their way to the CRM."""
