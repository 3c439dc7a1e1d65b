"""CRM accounts, and the calls that they have left."""
