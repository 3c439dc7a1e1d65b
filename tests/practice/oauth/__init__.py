"""Every way to an access token, and how each is refused."""
