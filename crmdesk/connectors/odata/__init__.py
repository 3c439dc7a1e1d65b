"""Any OData v4 service, one request a record."""
