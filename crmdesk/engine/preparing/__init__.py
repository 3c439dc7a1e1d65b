"""A source becomes the stored list of what will be sent, and the rejects that need no CRM to be found."""
