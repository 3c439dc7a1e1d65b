"""Columns of Dataverse as fields."""
