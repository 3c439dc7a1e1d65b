"""Dynamics 365 against a practice environment over HTTP."""
