"""Several requests in one: composite with references, batch, graphs (REST guide, Composite Resources)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import msgspec
from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.routing import Match, Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.calls import Call, Resource, resource
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply, refusal_reply

Json = dict[str, Any]

_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_FAILED = 400


@dataclass(frozen=True, slots=True)
class _Result:
    """What one of the requests came to; body is None where there is none."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def is_failed(self) -> bool:
        return self.status >= _FAILED


class _Undone(Exception):
    """One of a transaction's requests failed."""

    def __init__(self, results: list[_Result]) -> None:
        super().__init__("the transaction is rolled back")
        self.results = results


class _NoValue(Exception):
    """A reference leads nowhere; the message says which."""


class Composer:
    """Answers requests that stand in the body of another."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [route for route in routes if isinstance(route, Resource)]

    def composite(self, call: Call) -> Response:
        """200 whatever the parts came to; with allOrNone nothing stays if one of them fails."""
        body = call.json_object()
        asked = _listed(body, "compositeRequest", limits.SUBREQUESTS)
        return json_reply(
            {"compositeResponse": self._composed(call, asked, is_all_or_none=body.get("allOrNone") is True)}
        )

    def graphs(self, call: Call) -> Response:
        """Each graph is a transaction of its own."""
        graphs = _listed(call.json_object(), "graphs", limits.GRAPHS)
        lists = [_listed(each, "compositeRequest", limits.GRAPH_NODES) for each in graphs]
        if sum(map(len, lists)) > limits.GRAPH_NODES:
            raise refusals.TOO_MANY_SUBREQUESTS(limit=limits.GRAPH_NODES)
        answers = []
        for graph, asked in zip(graphs, lists, strict=True):
            told = self._composed(call, asked, is_all_or_none=True)
            is_successful = all(each["httpStatusCode"] < _FAILED for each in told)
            answers.append(
                {
                    "graphId": graph.get("graphId"),
                    "graphResponse": {"compositeResponse": told},
                    "isSuccessful": is_successful,
                }
            )
        return json_reply({"graphs": answers})

    def batch(self, call: Call) -> Response:
        """Independent requests; with haltOnError those after a failure are not carried out."""
        body = call.json_object()
        results: list[_Result] = []
        for asked in _listed(body, "batchRequests", limits.SUBREQUESTS):
            if body.get("haltOnError") is True and any(each.is_failed for each in results):
                results.append(_refused(refusals.BATCH_HALTED()))
                continue
            url = f"/services/data/{str(asked.get('url', '')).removeprefix('/services/data/').lstrip('/')}"
            results.append(self._answered(call, str(asked.get("method", "GET")), url, asked.get("richInput"), {}))
        told = [{"statusCode": each.status, "result": each.body} for each in results]
        return json_reply({"hasErrors": any(each.is_failed for each in results), "results": told})

    def _composed(self, call: Call, asked: list[Json], *, is_all_or_none: bool) -> list[Json]:
        names = [str(each.get("referenceId", "")) for each in asked]
        for name in names:
            if not name or names.count(name) > 1:
                raise refusals.BAD_REFERENCE(reference=name)
        try:
            if is_all_or_none:
                with call.org.store.writing(call.received):
                    results = self._all(call, asked, is_all_or_none=True)
                    if any(each.is_failed for each in results):
                        raise _Undone(results)
            else:
                results = self._all(call, asked, is_all_or_none=False)
        except _Undone as undone:
            halted = _refused(refusals.HALTED())
            results = [each if each.is_failed else halted for each in undone.results]
            results += [halted] * (len(asked) - len(results))
        return [
            {
                "body": each.body,
                "httpHeaders": dict(each.headers),
                "httpStatusCode": each.status,
                "referenceId": name,
            }
            for each, name in zip(results, names, strict=True)
        ]

    def _all(self, call: Call, asked: list[Json], *, is_all_or_none: bool) -> list[_Result]:
        """One result after the other; the first failure is the last where all or none is wanted."""
        known: dict[str, Any] = {}
        results: list[_Result] = []
        for each in asked:
            result = self._one(call, each, known)
            results.append(result)
            if not result.is_failed:
                known[str(each["referenceId"])] = result.body
            elif is_all_or_none:
                break
        return results

    def _one(self, call: Call, asked: Json, known: Mapping[str, Any]) -> _Result:
        try:
            url = str(_filled_in(asked.get("url", ""), known))
            body = _filled_in(asked.get("body"), known)
        except _NoValue as reason:
            return _refused(refusals.NO_REFERENCE(why=str(reason)))
        return self._answered(call, str(asked.get("method", "GET")), url, body, asked.get("httpHeaders") or {})

    def _answered(self, call: Call, method: str, url: str, body: object, headers: Mapping[str, str]) -> _Result:
        raw_path, _, query = url.partition("?")
        path = unquote(raw_path.rstrip("/"))
        scope = {"type": "http", "method": method.upper(), "path": path, "root_path": ""}
        for route in self._routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                part = replace(
                    call,
                    method=method.upper(),
                    path=found["path_params"],
                    query=QueryParams(query),
                    headers=Headers({name.lower(): str(value) for name, value in headers.items()}),
                    body=b"" if body is None else msgspec.json.encode(body),
                )
                return _carried_out(route, part)
        return _refused(refusals.NOT_FOUND())


def _carried_out(route: Resource, part: Call) -> _Result:
    try:
        reply = route.handlers["GET" if part.method == "HEAD" else part.method](part)
    except Refused as refusal:
        return _refused(refusal)
    body = msgspec.json.decode(reply.body) if reply.body else None
    location = reply.headers.get("location")
    return _Result(reply.status_code, body, {"Location": location} if location else {})


def _refused(refusal: Refused) -> _Result:
    return _Result(refusal.status, msgspec.json.decode(refusal_reply(refusal).body), {})


def _listed(body: Json, name: str, most: int) -> list[Json]:
    asked = body.get(name)
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise refusals.BAD_JSON(why=f"{name} must be an array of objects", column=1)
    if len(asked) > most:
        raise refusals.TOO_MANY_SUBREQUESTS(limit=most)
    return asked


def _filled_in(value: Any, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The value with what its references lead to. Raises _NoValue."""
    match value:
        case dict():
            return {name: _filled_in(each, known) for name, each in value.items()}
        case list():
            return [_filled_in(each, known) for each in value]
        case str():
            whole = _REFERENCE.fullmatch(value)
            if whole:
                return _looked_up(whole, known)
            return _REFERENCE.sub(lambda found: str(_looked_up(found, known)), value)
        case _:
            return value


def _looked_up(found: re.Match[str], known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    name, path = found[1], found[2]
    value = known.get(name)
    for step in _STEP.finditer(path):
        if step[2] is not None:
            value = value[int(step[2])] if isinstance(value, list) and int(step[2]) < len(value) else None
        else:
            value = value.get(step[1]) if isinstance(value, dict) else None
    if value is None:
        raise _NoValue(f"Invalid reference specified. No value for {name}{path} found in {name}")
    return value


def routes(root: str, others: Sequence[Route]) -> list[Route]:
    """`others` are the routes to which a part of a request may go."""
    composer = Composer(others)
    return [
        resource(f"{root}/composite", POST=composer.composite),
        resource(f"{root}/composite/batch", POST=composer.batch),
        resource(f"{root}/composite/graph", POST=composer.graphs),
    ]
