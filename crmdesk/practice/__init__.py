"""The practice org: a CRM server of its own on this computer, speaking the Salesforce dialect over HTTP."""
