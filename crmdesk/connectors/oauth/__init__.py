"""OAuth 2.0 as every CRM here speaks it: who asks, what comes back, and how a session is kept."""
