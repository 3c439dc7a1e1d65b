"""Tests of what can be done about rejects."""
