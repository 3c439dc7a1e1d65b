"""How one signs in to the practice org: its apps, its grants, the tokens it gives out, the SOAP login."""
