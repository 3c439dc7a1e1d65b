"""The CRM accounts without their page."""
