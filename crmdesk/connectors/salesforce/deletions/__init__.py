"""Deleted records of Salesforce: its log of deletions, and the recycle bin."""
