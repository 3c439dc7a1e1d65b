"""The practice org: a CRM server of its own on this computer, speaking the dialect of Salesforce, or of Dataverse."""
