"""What the secrets of signing in by OAuth are called: known without the libraries that use them."""

from __future__ import annotations

CLIENT_SECRET = "client_secret"  # noqa: S105 - a name
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a name
PRIVATE_KEY = "private_key"
