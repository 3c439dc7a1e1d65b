"""Filters of a job against the fields that they name, and the rule set of the Campaign connector."""
