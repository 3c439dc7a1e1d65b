"""Accounts: made, signed in, tested, their settings, their calls, and the descriptions they give."""
