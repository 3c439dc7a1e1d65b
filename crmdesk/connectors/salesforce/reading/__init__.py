"""Rows out of Salesforce: by pages of REST, by query jobs, by key ranges where both take too long."""
