"""What a run did, for people who were not there: the statement, its check against the CRM, and the report."""
