"""Everything CRM Desk raises on purpose.

    CrmDeskError(message, hint)       message: what happened; hint: what to do next. Both in the admin's words
    ├── UserError                     the admin can mend it here
    │   ├── PlanError(problems)       all problems of a job at once, each with the place it belongs to
    │   ├── FileFormatError           a local file that cannot be read or written as it should
    │   ├── SignInError               the CRM did not accept the sign-in
    │   └── GuardError                a bound that the job sets was reached
    ├── RemoteError                   the CRM said no, or went away
    │   ├── TransientError            gone for the moment; retried with back-off where a replay is safe
    │   ├── LostAnswer                a write left, and nobody knows whether it arrived
    │   ├── QuotaError                the CRM's quota is used up; the run pauses
    │   ├── AccessError               a right is missing
    │   └── RemoteJobError            a remote job failed as a whole
    ├── StoreError                    the local store: disk full, locked, written by a newer version
    └── Cancelled                     an outcome, not a failure

A bad row is never an exception: it is a Reject. Anything that is not in this tree is a bug of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

VAULT = "vault"
"""The place of an error that the pass phrase of the profile's vault mends."""


class CrmDeskError(Exception):
    """What happened (`message`, a sentence) and what to do next (`hint`, a sentence or empty).

    `account` is the label of the CRM account that was spoken to, empty where there was none.
    """

    kind = "error"

    def __init__(self, message: str, *, hint: str = "", place: str = "") -> None:
        super().__init__(message)
        # A CRM's own words often lack the stop, and the hint follows on the same line.
        self.message = message if message.endswith((".", "?", "!", ")")) else f"{message}."
        self.hint = hint
        self.place = place
        self.account = ""


class UserError(CrmDeskError):
    """The admin can mend it here."""

    kind = "user"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a job: the `place` it belongs to (`mapping[2].remote`), what is wrong, what to do."""

    place: str
    message: str
    hint: str = ""


class PlanError(UserError):
    """A job that cannot be run as it is; `problems` holds all of them, never only the first."""

    kind = "plan"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more; `crmdesk check` names all)" if len(problems) > 1 else ""
        super().__init__(first.message + more, hint=first.hint, place=first.place)
        self.problems = problems


class FileFormatError(UserError):
    """A local file that cannot be read or written as it should."""

    kind = "file"


class SignInError(UserError):
    """The CRM did not accept the sign-in. `letter` is a text for the CRM's admin, or empty."""

    kind = "sign-in"

    def __init__(self, message: str, *, hint: str = "", place: str = "", letter: str = "") -> None:
        super().__init__(message, hint=hint, place=place)
        self.letter = letter


class GuardError(UserError):
    """A bound that the job sets was reached."""

    kind = "guard"


class RemoteError(CrmDeskError):
    """The CRM said no, or went away. `code` is the CRM's own, or empty."""

    kind = "remote"

    def __init__(self, message: str, *, hint: str = "", place: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, place=place)
        self.code = code


class TransientError(RemoteError):
    """Gone for the moment. `retry_after` is in seconds, or None when the CRM named no time."""

    kind = "transient"

    def __init__(
        self, message: str, *, hint: str = "", place: str = "", code: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message, hint=hint, place=place, code=code)
        self.retry_after = retry_after


class LostAnswer(RemoteError):
    """A request that must not be repeated blindly was sent, and no usable answer came back."""

    kind = "lost-answer"


class QuotaError(RemoteError):
    """The CRM's quota is used up."""

    kind = "quota"


class AccessError(RemoteError):
    """A right is missing; the message names object, field and right as far as the CRM names them."""

    kind = "access"


class RemoteJobError(RemoteError):
    """A remote job failed as a whole."""

    kind = "remote-job"


class StoreError(CrmDeskError):
    """The local store: disk full, locked, written by a newer version."""

    kind = "store"


class Cancelled(CrmDeskError):
    """Somebody asked to stop."""

    kind = "cancelled"

    def __init__(self) -> None:
        super().__init__("Stopped on request.")


def error_of(kind: str, message: str, *, hint: str = "", place: str = "") -> CrmDeskError:
    """The error that another process of ours told by its parts; a plain CrmDeskError for a kind without a class."""
    if kind == Cancelled.kind:
        return Cancelled()
    if kind == PlanError.kind:
        return PlanError((Problem(place, message, hint),))
    classes = [CrmDeskError]
    for known in classes:
        classes += known.__subclasses__()
    return next((known for known in classes if known.kind == kind), CrmDeskError)(message, hint=hint, place=place)


def unwritable(place: object, error: OSError) -> str:
    """In a sentence: what keeps a file from being written at `place`."""
    if isinstance(error, FileNotFoundError):
        return f"{place} cannot be written: its folder is not there."
    return f"{place} cannot be written: {error.strerror or error}."
