"""The OData connector, against a service that we did not write."""
