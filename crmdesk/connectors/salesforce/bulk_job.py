"""One Bulk API 2.0 ingest job on the wire: create, upload, close, abort, poll, fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crmdesk.connectors.contract import Body, WriteRequest
from crmdesk.connectors.http import Replay
from crmdesk.connectors.salesforce.polling import JobInfo, State, wait_for_end
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.results import FAILED, SUCCESSFUL, UNPROCESSED
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.upload import Upload
from crmdesk.errors import LostAnswer, RemoteError
from crmdesk.model.job import Action
from crmdesk.tabular.files.private import open_private

_JOBS = "jobs/ingest"
_STATE_CODE = "INVALIDJOBSTATE"
_NOT_FOUND = "NOT_FOUND"
_CREATED = 201
"""Bulk API 2.0 guide, "Upload Job Data": the answer to an upload that arrived."""
_RESULTS = {SUCCESSFUL: "successfulResults", FAILED: "failedResults", UNPROCESSED: "unprocessedrecords"}


class JobGone(Exception):
    """The org no longer knows the job."""


@dataclass(frozen=True, slots=True)
class IngestJob:
    """A job by its id."""

    rest: Rest
    id: str
    token: CancelToken

    @classmethod
    def create(cls, rest: Rest, request: WriteRequest, token: CancelToken) -> IngestJob:
        """A new job. Made twice by a replay, the other one stays empty and expires by itself."""
        wanted = {
            "object": request.object.name,
            "operation": "hardDelete" if request.wishes.is_hard else request.action.value,
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        if request.action is Action.UPSERT and request.key is not None:
            wanted["externalIdFieldName"] = request.key.name
        return cls(rest, rest.post(_JOBS, wanted, JobInfo, token).id, token)

    def upload(self, body: Body) -> None:
        """The whole content in one request, which the org takes once only. Raises LostAnswer."""
        response = self.rest.request(
            "PUT",
            f"{_JOBS}/{self.id}/batches",
            replay=Replay.NEVER,
            token=self.token,
            body=lambda: Upload(body, self.token),
            headers={"Content-Type": "text/csv; charset=UTF-8"},
        )
        if response.status_code != _CREATED:  # what else says that all is well stands between us and the org
            raise LostAnswer(
                f"The rows were to be uploaded, and something else answered ({response.status_code}).",
                hint="Look at what stands between this computer and Salesforce, a proxy for instance.",
            )

    def close(self) -> None:
        """The content is whole: begin."""
        self._move_to(State.UPLOAD_COMPLETE)

    def abort(self) -> None:
        """Stop where it is; what was done stays done."""
        self._move_to(State.ABORTED)

    def _move_to(self, state: State) -> None:
        """A second asking is refused for the job's state, which is where it was to be, or an end: polling tells."""
        try:
            with _known():
                self.rest.patch(f"{_JOBS}/{self.id}", {"state": state}, JobInfo, self.token)
        except RemoteError as error:
            if error.code != _STATE_CODE:
                raise

    def look(self) -> JobInfo:
        """How the job stands; raises JobGone."""
        with _known():
            return self.rest.get(f"{_JOBS}/{self.id}", JobInfo, self.token)

    def wait(self, polled: Callable[[], None], rows: int) -> JobInfo:
        """The job, which has `rows` rows, at its end; raises JobGone."""
        with _known():
            return wait_for_end(self.rest, f"{_JOBS}/{self.id}", self.token, polled, rows)

    def fetch(self, folder: Path) -> dict[str, Path]:
        """The three result files, each of KINDS, in a folder that holds none yet; raises JobGone."""
        return {kind: self._fetched(tail, folder / kind) for kind, tail in _RESULTS.items()}

    def _fetched(self, tail: str, place: Path) -> Path:
        """The file, empty where the org has none for the state that the job is in."""
        with open_private(place, "wb") as file:
            try:
                self.rest.download(f"{_JOBS}/{self.id}/{tail}", file, self.token)
            except RemoteError as error:
                if error.code not in (_STATE_CODE, _NOT_FOUND):
                    raise
                self.look()  # somebody may have deleted the job, and its results with it
        return place


@contextmanager
def _known() -> Iterator[None]:
    """What the org does not know is a job that is gone: raises JobGone."""
    try:
        yield
    except RemoteError as error:
        if error.code == _NOT_FOUND:
            raise JobGone from error
        raise
