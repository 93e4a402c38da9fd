"""Requests made from our own document, sound ones and broken ones: never 5xx, and every answer as the document says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.core import NotSet
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from tests.fuzz.seeds import copy_account, headers_of, make_account
from tests.support.api import Answer, Api
from tests.support.documents import document

EXAMPLES, EXAMPLES_LONG = 6, 100
Operation = APIOperation[Any, Any, Any, Any]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
SEED = 20_261_123

# so that requests find something, and sometimes not
VALUES: Mapping[str, list[str]] = {
    "objectType": ["tickets", "0-5", "contacts", "widgets"],
    "fromType": ["tickets", "TICKET"],
    "toType": ["contacts", "companies", "0-1"],
    "recordId": ["1", "2", "6", "999", "A"],
    "toId": ["11", "12", "21"],
    "associationType": ["16", "ticket_to_contact"],
    "name": ["ext_id", "weight", "subject", "p_machine", "nothing"],
    "groupName": ["ours", "ticketinformation", "nothing"],
    "pipelineId": ["support", "0", "nothing"],
    "stageId": ["first", "1", "nothing"],
    "ownerId": ["101", "7"],
    "userId": ["102", "7", "x"],
    "typeId": ["1", "16"],
    "tokenId": ["1", "2", "x"],
}


@dataclass
class Report:
    """What became of the requests; `failures` describes those that broke a rule."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def narrowed_document() -> dict[str, Any]:
    """The document with one path for each call, the versions taken in turn, and parameters that find something."""
    content: dict[str, Any] = json.loads(json.dumps(document().content))
    content["security"] = []
    for parameter in content["components"]["parameters"].values():
        if parameter["in"] == "path" and parameter["name"] in VALUES:
            parameter["schema"] = {"type": "string", "enum": VALUES[parameter["name"]]}
    calls: dict[str, list[tuple[str, str]]] = {}
    for path, item in content["paths"].items():
        for method, operation in item.items():
            handler = operation["operationId"].split(f".{operation['x-version']}")[0]
            calls.setdefault(f"{method} {handler}", []).append((path, method))
    kept = {places[number % len(places)] for number, places in enumerate(calls.values())}
    content["paths"] = {
        path: {method: operation for method, operation in item.items() if (path, method) in kept}
        for path, item in content["paths"].items()
    }
    return content


def send(api: Api, case: Case[Any]) -> Answer:
    """A generated request through the service, without a network."""
    body: bytes = b""
    if not isinstance(case.body, NotSet):
        body = encode(case.body, case.media_type or "")
    query = urlencode({str(name): value for name, value in (case.query or {}).items()}, doseq=True, errors="replace")
    media = {"content-type": case.media_type or "application/json"}
    path = case.formatted_path.partition("?")[0].partition("#")[0]
    return api.call(case.method, path, query=query, body=body, headers={**headers_of(), **media})


def encode(body: Any, media: str) -> bytes:
    if isinstance(body, bytes):
        return body
    if "form" in media and isinstance(body, Mapping):
        return urlencode({str(name): str(value) for name, value in body.items()}, errors="replace").encode()
    return json.dumps(body).encode()


def check(report: Report, case: Case[Any], answer: Answer) -> None:
    report.statuses[answer.status] += 1
    path = case.formatted_path.partition("?")[0].partition("#")[0]
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    if is_page and answer.status in (200, 400):
        return
    problems = document().answer_problems(case.method, path, answer)
    if problems:
        report.failures.append(f"{case.method} {path} {case.query} {case.body!r}: {problems[:3]} {answer.raw[:300]!r}")


def send_generated(api: Api, operation: Operation, mode: GenerationMode, examples: int, report: Report) -> None:
    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Case[Any]) -> None:
        check(report, case, send(api, case))

    run()


def can_be_broken(operation: Operation) -> bool:
    """Whether there is anything in a request that a rule of the document is about."""
    return bool(operation.body) or bool(list(operation.query))


def test_answers_to_generated_requests_are_as_the_document_says(long_run: bool) -> None:
    report, examples = Report(), EXAMPLES_LONG if long_run else EXAMPLES
    schema = schemathesis.openapi.from_dict(narrowed_document())
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    template = make_account()
    for operation in operations:
        for mode in MODES:
            if mode is GenerationMode.POSITIVE or can_be_broken(operation):
                # of its own, because one of the calls ends the token that all of them use
                send_generated(copy_account(template), operation, mode, examples, report)
    print(len(operations), "operations", dict(sorted(report.statuses.items())))
    assert report.failures == [], "\n".join(report.failures[:20])
    assert sum(report.statuses.values()) >= len(operations) * examples
    assert {200, 201, 204, 207, 400, 404} <= set(report.statuses)
    assert report.statuses[401] < sum(report.statuses.values()) / 20, "most requests got past the door"


def test_every_call_of_the_document_is_tried_once() -> None:
    everything = document().content["paths"]
    handlers = {
        (method, operation["operationId"].split(f".{operation['x-version']}")[0])
        for item in everything.values()
        for method, operation in item.items()
    }
    assert sum(len(item) for item in narrowed_document()["paths"].values()) == len(handlers)
