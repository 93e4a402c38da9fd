"""Clients that write over plain HTTP until the server dies, and the model of what they were promised."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlsplit

TICKETS = "/crm/v3/objects/tickets"
BATCH = 20
WEIGHTS = {"create": 4, "patch": 8, "batch": 2, "associate": 3, "archive": 2, "merge": 1}
OPERATIONS = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a ticket. `history` holds its contents in order, None once a merge has mixed it."""

    content: str = ""
    archived: bool = False
    merged_into: int | None = None
    linked: bool = False
    history: tuple[str, ...] | None = ()


@dataclass(slots=True)
class Flight:
    """A request without an answer: the states that may have come of it, the subjects that may have appeared."""

    operation: str
    states: dict[int, tuple[State, ...]] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()


class Wire:
    """One keep-alive connection."""

    def __init__(self, url: str, token: str) -> None:
        place = urlsplit(url)
        assert place.hostname is not None
        self.connection = HTTPConnection(place.hostname, place.port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, content, self.headers)
        response = self.connection.getresponse()
        raw = response.read()
        return response.status, json.loads(raw) if raw else None

    def close(self) -> None:
        self.connection.close()


class Client:
    """One writer with tickets of its own. `run` ends when the server is gone; `flight` is what was open then."""

    def __init__(self, name: str, seed: int, contact: str) -> None:
        self.name = name
        self.random = Random(seed)
        self.contact = contact
        self.numbers = count()
        self.known: dict[int, State] = {}
        self.touched: set[int] = set()
        self.flight: Flight | None = None
        self.counts: Counter[str] = Counter()
        self.problem: str | None = None

    def live(self) -> list[int]:
        return [key for key, state in self.known.items() if not state.archived and state.merged_into is None]

    def run(self, url: str, token: str, answered: threading.Event) -> None:
        """Write until the connection breaks."""
        wire = Wire(url, token)
        self.touched.clear()
        try:
            while self.problem is None:
                self.step(wire)
                answered.set()
        except (OSError, HTTPException):
            pass
        finally:
            wire.close()

    def step(self, wire: Wire) -> None:
        live = self.live()
        operation = self.random.choices(OPERATIONS, list(WEIGHTS.values()))[0]
        if len(live) < 3:
            operation = "batch"
        chosen: Callable[[Wire, Sequence[int]], None] = getattr(self, operation)
        chosen(wire, self.random.sample(live, 2) if len(live) > 2 else live)
        if self.problem is None:
            self.flight = None
            self.counts[operation] += 1

    def follow(self, state: State) -> State:
        """The record that absorbed a ticket may have been absorbed itself."""
        while state.merged_into is not None and (onward := self.known[state.merged_into].merged_into) is not None:
            state = replace(state, merged_into=onward)
        return state

    def expect(self, status: int, wanted: int, answer: Any) -> bool:
        """Anything but the wanted status is a failure of the server."""
        if status != wanted:
            self.problem = f"{self.flight}: {status} {answer}"
        return status == wanted

    def settle(self, states: Mapping[int, State]) -> None:
        self.known.update(states)

    def subject(self) -> str:
        return f"{self.name}-{next(self.numbers)}"

    def create(self, wire: Wire, _: Sequence[int]) -> None:
        subject = self.subject()
        self.flight = Flight("create", subjects=(subject,))
        status, answer = wire.call("POST", TICKETS, new_ticket(subject))
        if self.expect(status, 201, answer):
            self.settle({int(answer["id"]): State()})
            self.touched.add(int(answer["id"]))

    def batch(self, wire: Wire, _: Sequence[int]) -> None:
        subjects = tuple(self.subject() for _ in range(BATCH))
        self.flight = Flight("batch", subjects=subjects)
        status, answer = wire.call("POST", f"{TICKETS}/batch/create", {"inputs": [new_ticket(s) for s in subjects]})
        if self.expect(status, 201, answer):
            made = [int(item["id"]) for item in answer["results"]]
            self.settle({number: State() for number in made})
            self.touched.update(made)

    def patch(self, wire: Wire, chosen: Sequence[int]) -> None:
        number, content = chosen[0], f"content {self.subject()}"
        before = self.known[number]
        history = None if before.history is None else (*before.history, content)
        after = replace(before, content=content, history=history)
        self.open("patch", {number: (after,)})
        status, answer = wire.call("PATCH", f"{TICKETS}/{number}", {"properties": {"content": content}})
        if self.expect(status, 200, answer):
            self.settle({number: after})

    def associate(self, wire: Wire, chosen: Sequence[int]) -> None:
        after = replace(self.known[chosen[0]], linked=True)
        self.open("associate", {chosen[0]: (after,)})
        path = f"/crm/v4/objects/tickets/{chosen[0]}/associations/default/contacts/{self.contact}"
        status, answer = wire.call("PUT", path)
        if self.expect(status, 200, answer):
            self.settle({chosen[0]: after})

    def archive(self, wire: Wire, chosen: Sequence[int]) -> None:
        after = replace(self.known[chosen[0]], archived=True)
        self.open("archive", {chosen[0]: (after,)})
        status, answer = wire.call("DELETE", f"{TICKETS}/{chosen[0]}")
        if self.expect(status, 204, answer):
            self.settle({chosen[0]: after})

    def merge(self, wire: Wire, chosen: Sequence[int]) -> None:
        """Which content survives is for the rules of merging; it must be one of the two."""
        first, second = chosen[0], chosen[1]
        one, other = self.known[first], self.known[second]
        survivors = tuple(
            replace(one, content=content, linked=one.linked or other.linked, history=None)
            for content in dict.fromkeys((one.content, other.content))
        )
        gone = replace(other, merged_into=first)
        self.open("merge", {first: survivors, second: (gone,)})
        body = {"primaryObjectId": str(first), "objectIdToMerge": str(second)}
        status, answer = wire.call("POST", f"{TICKETS}/merge", body)
        if self.expect(status, 200, answer):
            content = answer["properties"].get("content") or ""
            (survivor,) = [state for state in survivors if state.content == content]
            self.settle({first: survivor, second: gone})

    def open(self, operation: str, states: dict[int, tuple[State, ...]]) -> None:
        self.flight = Flight(operation, states)
        self.touched.update(states)


def new_ticket(subject: str) -> dict[str, Any]:
    return {"properties": {"subject": subject, "hs_pipeline_stage": "1"}}


def observe(wire: Wire, number: int, like: State) -> State | None:
    """What the server says of a ticket now; None when it knows nothing of it."""
    query = "properties=content&propertiesWithHistory=content&associations=contacts"
    status, answer = wire.call("GET", f"{TICKETS}/{number}?{query}")
    archived = status == 404
    if archived:
        status, answer = wire.call("GET", f"{TICKETS}/{number}?{query}&archived=true")
    if status != 200:
        return None
    if int(answer["id"]) != number:
        return replace(like, merged_into=int(answer["id"]))
    values = [item["value"] for item in reversed(answer.get("propertiesWithHistory", {}).get("content", []))]
    return State(
        content=answer["properties"].get("content") or "",
        archived=archived,
        linked="contacts" in answer.get("associations", {}),
        history=None if like.history is None else tuple(values),
    )


def list_tickets(wire: Wire, after: int, *, archived: bool) -> dict[int, str]:
    """Subjects of every ticket from an id on."""
    found: dict[int, str] = {}
    while True:
        path = f"{TICKETS}?limit=100&properties=subject&after={after}&archived={str(archived).lower()}"
        status, answer = wire.call("GET", path)
        assert status == 200, answer
        found.update((int(item["id"]), item["properties"]["subject"]) for item in answer["results"])
        if "paging" not in answer:
            return found
        after = int(answer["paging"]["next"]["after"])


def find_differences(client: Client, wire: Wire, every: Mapping[int, str]) -> list[str]:
    """Compare with what the client was promised; afterwards the client knows what became of its open request.

    `every` holds all tickets in any list by subject, so that the tickets of an unanswered request are found.
    """
    problems = [client.problem] if client.problem else []
    flight, client.flight = client.flight or Flight("nothing"), None
    landed = [number for number, subject in every.items() if subject in flight.subjects]
    if len(landed) not in (0, len(flight.subjects)):
        problems.append(f"half of a {flight.operation}: {len(landed)} of {len(flight.subjects)} tickets")
    client.settle({number: State() for number in landed})
    outcomes: set[bool] = set()
    # the open request first, because where a merged ticket leads to may depend on it
    for number in sorted({*client.touched, *landed}, key=lambda number: (number not in flight.states, number)):
        known, others = client.follow(client.known[number]), flight.states.get(number, ())
        fitting = [state for state in (*others, known) if observe(wire, number, state) == state]
        if not fitting:
            problems.append(f"ticket {number}: promised {(known, *others)}, found {observe(wire, number, known)}")
            continue
        client.known[number] = fitting[0]
        if others and (known not in fitting or fitting == [known]):
            outcomes.add(known not in fitting)
    if len(outcomes) > 1:
        problems.append(f"half of a {flight.operation}: {flight.states}")
    return problems
