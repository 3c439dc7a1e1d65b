"""How the token endpoint refuses: every error in one table, with how far each is known to be true."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from crmdesk.practice.refusals import Standing
from crmdesk.practice.replies import json_reply


class OAuthRefused(Exception):
    """A sign-in is not granted; `error` is OAuth's code, `description` Salesforce's own words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description

    def as_parameters(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}

    def as_json(self) -> Response:
        """The answer of the token endpoint."""
        return json_reply(self.as_parameters(), 400)

    def as_form(self) -> Response:
        """The answer of the revocation endpoint and of a failed authorization, read by clients as a query string."""
        return Response(urlencode(self.as_parameters()), 400, media_type="application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class OAuthRefusal:
    """One row of the table; calling it makes the exception."""

    error: str
    description: str
    standing: Standing

    def __call__(self) -> OAuthRefused:
        return OAuthRefused(self.error, self.description)


_D = Standing.DOCUMENTED
_O = Standing.OBSERVED
_B = Standing.BELIEVED

UNKNOWN_CLIENT = OAuthRefusal("invalid_client_id", "client identifier invalid", _O)
WRONG_SECRET = OAuthRefusal("invalid_client", "invalid client credentials", _O)
UNKNOWN_GRANT = OAuthRefusal("unsupported_grant_type", "grant type not supported", _O)
WRONG_LOGIN = OAuthRefusal("invalid_grant", "authentication failure", _O)
INACTIVE_USER = OAuthRefusal("inactive_user", "user is inactive", _B)
WRONG_REDIRECT = OAuthRefusal("redirect_uri_mismatch", "redirect_uri must match configuration", _O)

# Authorization code.
DEAD_CODE = OAuthRefusal("invalid_grant", "expired authorization code", _O)
WRONG_VERIFIER = OAuthRefusal("invalid_grant", "invalid code verifier", _O)
NO_CHALLENGE = OAuthRefusal("invalid_request", "missing required code challenge", _B)
WRONG_CHALLENGE = OAuthRefusal("invalid_request", "invalid code challenge", _B)
WRONG_RESPONSE_TYPE = OAuthRefusal("unsupported_response_type", "response type must be code", _B)
WRONG_SCOPE = OAuthRefusal("invalid_scope", "the requested scope is not allowed", _B)
DENIED = OAuthRefusal("access_denied", "end-user denied authorization", _O)

# The other grants.
DEAD_REFRESH_TOKEN = OAuthRefusal("invalid_grant", "expired access/refresh token", _O)
NO_RUN_AS = OAuthRefusal("invalid_grant", "no client credentials user enabled", _O)
BAD_ASSERTION = OAuthRefusal("invalid_grant", "invalid assertion", _B)
WRONG_AUDIENCE = OAuthRefusal("invalid_grant", "audience is invalid", _O)
OLD_ASSERTION = OAuthRefusal("invalid_grant", "expired assertion", _B)
NOT_APPROVED = OAuthRefusal("invalid_grant", "user hasn't approved this consumer", _O)

# Revocation.
UNKNOWN_TOKEN = OAuthRefusal("invalid_token", "the token is invalid", _D)
DOOR_KEY = OAuthRefusal("unsupported_token_type", "the token that the server printed at its start stays valid", _B)
