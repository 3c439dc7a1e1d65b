"""Columns in motion: the layer that knows Polars and no CRM."""
