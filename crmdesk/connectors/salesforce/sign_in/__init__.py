"""The ways to sign in to a Salesforce org."""
