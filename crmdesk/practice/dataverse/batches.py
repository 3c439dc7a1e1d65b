"""Batches: requests carried out in their order, each by itself or in a change set.

Microsoft Learn, "Execute batch operations using the Web API".
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from crmdesk.practice.dataverse import multipart, refusals
from crmdesk.practice.dataverse.multipart import ChangeSet, Part, Reply
from crmdesk.practice.dataverse.requests import Request, parsed_request, refusal
from crmdesk.practice.dataverse.store import Store


@dataclass(frozen=True, slots=True)
class Batches:
    """Carries out batches; `answer` answers one request of them."""

    store: Store
    answer: Callable[[Request, str], Reply]

    def answered(self, request: Request, user: str) -> Reply:
        """The answers to a batch in one body. Raises Refused."""
        if request.is_inner:
            raise refusals.bad_query("A batch may not hold a batch.")
        boundary = multipart.boundary_of(request.headers.get("content-type", ""))
        own = f"batchresponse_{uuid.uuid4()}"
        replies: list[Reply | tuple[str, list[Reply]]] = []
        status = 200
        for each in multipart.requests_in(request.body, boundary):
            failed = 0
            if isinstance(each, Part):
                reply = self._inner(each, user, request)
                replies.append(reply)
                failed = reply.status if reply.status >= 400 else 0  # noqa: PLR2004 - a refusal
            else:
                members = self._change_set(each, user, request)
                replies.append((f"changesetresponse_{uuid.uuid4()}", members))
                failed = members[-1].status if members and members[-1].status >= 400 else 0  # noqa: PLR2004 - as above
            if failed and not request.prefer.goes_on:
                status = failed
                break
        return Reply(status, multipart.answer_body(own, replies), {"Content-Type": f"multipart/mixed; boundary={own}"})

    def _inner(self, part: Part, user: str, outer: Request) -> Reply:
        try:
            inner = parsed_request(part.method, part.address, part.headers, part.body, is_inner=True)
        except refusals.Refused as refused:
            return refusal(refused)
        reply = self.answer(inner, user)
        return Reply(reply.status, reply.body, {"OData-Version": "4.0", **reply.headers}, part.content_id)

    def _change_set(self, each: ChangeSet, user: str, outer: Request) -> list[Reply]:
        """The answers of all, or of the first that was refused: nothing of the set is kept then."""
        replies: list[Reply] = []
        try:
            with self.store.change():
                for part in each.parts:
                    replies.append(self._inner(part, user, outer))
                    if replies[-1].status >= 400:  # noqa: PLR2004 - a refusal
                        raise _Failed
        except _Failed:
            return [replies[-1]]
        return replies


class _Failed(Exception):
    """A member of a change set was refused."""
