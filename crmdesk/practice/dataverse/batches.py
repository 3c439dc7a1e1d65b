"""Batches: requests carried out in their order, each by itself or in a change set.

Microsoft Learn, "Execute batch operations using the Web API".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from crmdesk.practice.dataverse import multipart, refusals
from crmdesk.practice.dataverse.multipart import ChangeSet, Part, Reply
from crmdesk.practice.dataverse.requests import Request, parsed_request, refusal
from crmdesk.practice.dataverse.store import Store

_LINK = re.compile(rb'(?<=@odata\.bind":)\s*"(\$\w+)"')


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
                reply = self._inner(each, user)
                replies.append(reply)
                failed = reply.status if reply.status >= 400 else 0  # noqa: PLR2004 - a refusal
            else:
                members = self._change_set(each, user)
                replies.append((f"changesetresponse_{uuid.uuid4()}", members))
                failed = members[-1].status if members and members[-1].status >= 400 else 0  # noqa: PLR2004 - as above
            if failed and not request.prefer.goes_on:
                status = failed
                break
        return Reply(status, multipart.answer_body(own, replies), {"Content-Type": f"multipart/mixed; boundary={own}"})

    def _referring(self, part: Part, made: Mapping[str, str], user: str) -> Reply:
        """The answer to a part that may name what earlier ones of its set have made: `$1` is that of Content-ID 1."""
        try:
            return self._inner(_resolved(part, made), user)
        except refusals.Refused as refused:
            return refusal(refused)

    def _inner(self, part: Part, user: str) -> Reply:
        try:
            inner = parsed_request(part.method, part.address, part.headers, part.body, is_inner=True)
        except refusals.Refused as refused:
            return refusal(refused)
        reply = self.answer(inner, user)
        return Reply(reply.status, reply.body, {"OData-Version": "4.0", **reply.headers}, part.content_id)

    def _change_set(self, each: ChangeSet, user: str) -> list[Reply]:
        """The answers of all, or of the first that was refused: nothing of the set is kept then."""
        replies: list[Reply] = []
        made: dict[str, str] = {}
        try:
            with self.store.change():
                for part in each.parts:
                    replies.append(self._referring(part, made, user))
                    if replies[-1].status >= 400:  # noqa: PLR2004 - a refusal
                        raise _Failed
                    made[part.content_id] = replies[-1].headers.get("OData-EntityId", "")
        except _Failed:
            return [replies[-1]]
        return replies


def _resolved(part: Part, made: Mapping[str, str]) -> Part:
    """The part with addresses instead of references, in its own and in its links. Raises Refused."""

    def address(text: str) -> str:
        number = text.removeprefix("$")
        if not made.get(number):
            raise refusals.bad_query(f"Content-ID Reference: '{text}' does not exist in the batch context.")
        return made[number]

    own = address(part.address) if part.address.startswith("$") else part.address
    return replace(
        part, address=own, body=_LINK.sub(lambda found: f'"{address(found[1].decode())}"'.encode(), part.body)
    )


class _Failed(Exception):
    """A member of a change set was refused."""
