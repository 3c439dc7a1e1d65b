"""Tests of the workbook that goes out and comes back."""
