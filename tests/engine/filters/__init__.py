"""Values of filters, as each CRM takes them."""
