"""The engine on its own: laws that hold for any source, any CRM, any size of a send."""
