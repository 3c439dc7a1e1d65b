"""Tests of the error book."""
