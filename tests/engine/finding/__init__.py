"""What the CRM holds already, found by keys."""
