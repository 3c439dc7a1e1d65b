"""What can be done about rejects: groups by cause, remedies, workbooks, and the way back into the CRM."""
