"""What a job that writes to the CRM says beside its mapping, and what is known of its values."""
