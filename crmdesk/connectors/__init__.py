"""One folder for each CRM, behind one contract."""
