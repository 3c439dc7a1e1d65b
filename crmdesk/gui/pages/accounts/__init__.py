"""The page of the CRM accounts."""
