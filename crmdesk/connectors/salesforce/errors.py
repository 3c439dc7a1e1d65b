"""What Salesforce answers to a refused request, in the words of our own failure tree."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from crmdesk.errors import (
    AccessError,
    CrmDeskError,
    QuotaError,
    RemoteError,
    RemoteJobError,
    SignInError,
    TransientError,
    UserError,
)

# Codes by what to do about them: REST guide, "Status Codes and Error Responses"; SOAP guide, "StatusCode".
_SIGN_IN = frozenset({"INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "Bad_OAuth_Token", "Missing_OAuth_Token"})
_QUOTA = frozenset({"REQUEST_LIMIT_EXCEEDED", "LIMIT_EXCEEDED", "ExceededQuota"})
STORAGE_FULL = "STORAGE_LIMIT_EXCEEDED"
_ACCESS = frozenset(
    {
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "API_DISABLED_FOR_ORG",
        "API_CURRENTLY_DISABLED",
        "OPERATION_NOT_ALLOWED",
        "NO_ACCESS",
        "FUNCTIONALITY_NOT_ENABLED",
        "FEATURENOTENABLED",
    }
)
_RETIRED = "UNSUPPORTED_API_VERSION"
_HARD_DELETE = (
    "Ask the administrator of the org for the permission “Bulk API Hard Delete”, or leave out hard = true: the records "
    "then go to the recycle bin."
)
"""The permission by its name in Setup; Bulk API 2.0 guide, "Create a Job", `hardDelete`."""
_UNREADABLE = "JSON_PARSER_ERROR"
_TOO_LARGE = 413
_SERVER_ERROR = 500
_UNAUTHORIZED = 401
_FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first error of a refused request; code and message are empty where the answer was no JSON of Salesforce's."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = ()

    @classmethod
    def parse(cls, status: int, body: bytes) -> Refusal:
        """Read a body: a list of errors, the one object of OAuth, or anything else a gateway may answer."""
        try:
            content = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            content = None
        return cls.of(status, content)

    @classmethod
    def of(cls, status: int, content: object) -> Refusal:
        """The same for a decoded body."""
        first = content[0] if isinstance(content, list) and content else content
        if not isinstance(first, dict):
            return cls(status, "", "")
        code = first.get("errorCode") or first.get("error") or ""
        message = first.get("message") or first.get("error_description") or ""
        fields = first.get("fields") or ()
        return cls(status, str(code), " ".join(str(message).split()), tuple(str(field) for field in fields))

    @property
    def may_be_one_row(self) -> bool:
        """Whether one record may have had a whole call refused: by a value that its field cannot be, or by its size.

        REST guide, "Status Codes and Error Responses"; one value that is no date has all records refused.
        """
        return self.code == _UNREADABLE or self.status == _TOO_LARGE

    @property
    def is_verdict(self) -> bool:
        """Whether the code says that the request was refused before anything was done, whatever the status."""
        return self.code in _SIGN_IN | _QUOTA | _ACCESS | {_RETIRED}

    def error(self, *, is_write: bool = False) -> CrmDeskError:
        """The exception that tells of it."""
        said = f": {self.message}" if self.message else f" (status {self.status}, no reason given)."
        if self.code in _SIGN_IN or self.status == _UNAUTHORIZED:
            return SignInError(
                f"Salesforce did not accept the sign-in{said}",
                hint="Sign in again; an account that signs in by an access token needs a new one.",
            )
        if self.code == STORAGE_FULL:
            return storage_full(self.message)
        if self.code in _QUOTA:
            return QuotaError(
                f"Salesforce's limit is used up{said}",
                hint="Daily calls come back within 24 hours; then resume the run.",
                code=self.code,
            )
        if self.code in _ACCESS or self.status == _FORBIDDEN:
            return AccessError(
                f"Salesforce refused for lack of a right{said}",
                hint=_HARD_DELETE
                if "hardDelete" in self.message
                else "Ask the administrator of the org for that right.",
                code=self.code,
            )
        if self.code == _RETIRED:
            return UserError(
                f"Salesforce does not speak this version of its interface any more{said}",
                hint="`crmdesk account versions NAME` lists those that it speaks; choose one with `crmdesk account edit"
                " NAME --set api_version=…`, then try again, or resume the run.",
                place="api_version",
            )
        if self.code == "INVALID_TYPE" and not is_write:
            return UserError(
                f"Salesforce does not know that object, or hides it from you{said}",
                hint="Check the name of the object, and that your user may see it.",
            )
        if self.status >= _SERVER_ERROR:
            return TransientError(f"Salesforce failed on its side{said}", hint="Try again later.", code=self.code)
        kind = RemoteJobError if is_write else RemoteError
        return kind(f"Salesforce refused the request{said}", hint=_hint(self.code), code=self.code)


def storage_full(message: str) -> QuotaError:
    """What is to be said when nothing more fits into the org: it is not the rows that are at fault."""
    return QuotaError(
        f"The data storage of the org is full: {message or 'nothing more fits'}.",
        hint="Make space in the org (Setup, Storage Usage), then resume the run: nothing that arrived is sent again.",
        code=STORAGE_FULL,
    )


def _hint(code: str) -> str:
    return f"Salesforce's code for it is {code}." if code else "Try again, and look at the address of the account."
