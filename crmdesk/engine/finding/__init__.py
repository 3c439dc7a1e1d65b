"""Records of the CRM found by keys: for lookups, for populations, and to tell known ones from new ones."""
