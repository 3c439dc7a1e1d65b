"""What a job that reads from the CRM says beside its fields and its filter."""
