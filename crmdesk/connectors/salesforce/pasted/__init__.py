"""SOQL that people paste, taken apart into object, fields, filter and order."""
