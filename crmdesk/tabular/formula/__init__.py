"""Formulas over source columns: read, checked and typed once, computed a whole column at a time."""
