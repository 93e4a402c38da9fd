"""The stateful test: random calls to the API, and after each one the whole account compared with the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.model.batches import Batch, Input, Result
from tests.model.comparing import DEFAULTS, NAMES, Comparison
from tests.model.kinds import MERGEABLE, TYPES, Rec, Refused
from tests.model.tally import Tally
from tests.model.values import BAD_PLACES, LOAD, OWNERS, PLACES, UNIQUE, VALUES
from tests.model.world import World
from tests.support.api import START, Answer, Api, Clock
from tests.support.factories import define_pipeline, define_properties, insert_owner, make_pipeline, make_property

KINDS = ("tickets", "contacts", "companies", "notes")
BASE = "/crm/v3/objects"

kinds = st.sampled_from(("tickets",) * 5 + ("contacts",) * 2 + ("companies", "notes"))
# which record: a live, archived or merged one by position, an unknown id, no number at all
who = st.tuples(st.sampled_from("LLLLLLLLLLLLLLLAAMMX??"), st.integers(0, 15))
pairs = {kind: st.lists(st.sampled_from(values), max_size=4) for kind, values in VALUES.items()}
places = st.sampled_from(PLACES * 3 + BAD_PLACES)
few_places = st.sampled_from([None] * len(PLACES) * 2 + PLACES * 2 + BAD_PLACES)
ticket_links = st.lists(st.tuples(st.sampled_from((16, 16, 339, 339, 26, 227, 227, 452, 228)), who), max_size=2)
traces = st.sampled_from(("none", "none", "all", "all", "some", "same"))
keys = st.sampled_from(("ext_id", "ext_id", "code", "email", "subject", "weight"))
texts = st.sampled_from(("A", "B", "C", "1", "4", "ann@example.com", "BOB@example.com", "zz"))
queries = st.sampled_from(("",) * 6 + ("print", "FIRE on", "zz", "1", "example ann"))
limits = st.sampled_from((1, 2, 3, 5, 10, 100))

Values = list[tuple[str, Any]]
Who = tuple[str, int]


RULES = (("weight", "MAX_NUMBER", "100"), ("content", "REGEX", "^[^<>]*$"))

# what every account starts with, made through the API as well
PREPARED: tuple[tuple[str, dict[str, Any], list[tuple[int, Who]]], ...] = (
    ("contacts", {"email": "ann@example.com", "firstname": "Ann"}, []),
    ("contacts", {"email": "bob@example.com", "lastname": "Lee"}, []),
    ("companies", {"name": "Acme"}, []),
    ("companies", {"name": "Umbrella", "domain": "b.example"}, []),
    ("notes", {"hs_note_body": "called", "hs_timestamp": "1790000000000"}, []),
    ("notes", {"hs_note_body": "wrote", "hs_timestamp": "1791000000000"}, []),
    ("tickets", {"subject": "Printer on fire", "hs_pipeline_stage": "1", "ext_id": "A", "code": "1"}, [(16, ("L", 0))]),
    ("tickets", {"subject": "Reset", "hs_pipeline_stage": "4", "ext_id": "B"}, [(339, ("L", 0)), (227, ("L", 1))]),
    ("tickets", {"subject": "x_y", "hs_pipeline": "support", "hs_pipeline_stage": "first"}, [(339, ("L", 1))]),
)


class AccountMachine(RuleBasedStateMachine):
    """One account. Every rule is one call, or one walk through pages, and its comparison."""

    tally: ClassVar[Tally] = Tally()
    profiles: ClassVar[tuple[str, ...]] = ("observed", "documented")
    made_up = 0

    def make_api(self, profile: str, clock: Clock) -> Api:
        return Api(profile, clock=clock)

    @initialize(profile=st.sampled_from(profiles))
    def start(self, profile: str) -> None:
        self.clock = Clock(START, step=0)
        self.api = self.make_api(profile, self.clock)
        define_properties(
            self.api,
            make_property("ext_id", has_unique_value=True),
            make_property("code", has_unique_value=True),
            make_property("weight", "number", "number"),
            make_property("due", "date", "date"),
            make_property("seen_at", "datetime", "date"),
            make_property("flag", "bool", "booleancheckbox"),
            make_property("color", "enumeration", "select", options=("red", "Green")),
            make_property("tags", "enumeration", "checkbox", options=("a", "b", "c")),
            make_property(
                "load",
                "number",
                "calculation_equation",
                calculation_formula=LOAD,
                calculated=True,
                read_only_value=True,
            ),
        )
        for name, rule_type, argument in RULES:
            path = f"/crm/v3/property-validations/tickets/{name}/rule-type/{rule_type}"
            assert self.api.put(path, {"ruleArguments": [argument]}).status == 204
        stages = [("first", "First", False), ("Wait-9", "Waiting", False), ("done", "Done", True)]
        define_pipeline(self.api, make_pipeline("support", "Support", stages))
        for owner in OWNERS:
            insert_owner(self.api, int(owner), f"{owner}@example.com")
        self.world = World(profile == "documented", START)
        for kind, values, links in PREPARED:
            self.clock.at += 1000
            self.create_one("prepare", kind, Input(values, links=self.resolve_links(links)))

    def teardown(self) -> None:
        if hasattr(self, "world") and not self.world.spoilt:
            for kind in KINDS:
                self.check_list(kind, "archived")
                self.check_search(kind)
                for rec in self.world.of_kind(kind):
                    self.check_record(rec)

    @invariant()
    def count_step(self) -> None:
        type(self).tally.steps += 1

    # sending

    def send(self, operation: str, method: str, path: str, body: Any = None, **query: Any) -> tuple[Answer, Comparison]:
        """One call, counted, and what is needed to compare its answer."""
        self.world.now = self.clock.at
        answer = self.api.call(method, path, json=body, query=query)
        type(self).tally.note(operation, answer)
        asked = f"{method} {path} {query or ''} {json.dumps(body) if body is not None else ''}"
        return answer, Comparison(self.world, asked, answer)

    def attempt(self, compare: Comparison, work: Callable[[], Any]) -> Any:
        """Run the model; a refusal takes everything back and must be the answer. None then."""
        saved = self.world.save()
        try:
            return work()
        except Refused as refused:
            self.world.load(saved)
            compare.refused(refused)
            return None

    def new_ids(self, compare: Comparison, found: Sequence[Any]) -> Callable[[], int]:
        """The ids that the server gave to new records, one per call; each larger than all before.

        For an answer that refuses the call they are made up, because the model is about to take everything back.
        """
        left = [int(item["id"]) for item in found]

        def take() -> int:
            if compare.answer.status >= 400:
                self.made_up -= 1
                return self.made_up
            if not left:
                compare.same("new records", len(found), "more")
            compare.same("ids grow", left[0] > self.world.top, True)
            return left.pop(0)

        return take

    def resolve(self, kind: str, chosen: Who) -> str:
        letter, position = chosen
        state = {"A": "archived", "M": "merged"}.get(letter, "live")
        found = self.world.of_kind(kind, state)
        if letter == "?":
            return "abc"
        return "999999" if letter == "X" or not found else str(found[position % len(found)].id)

    def resolve_links(self, wanted: Sequence[tuple[int, Who]]) -> list[tuple[int, str]]:
        kinds_of = {type_id: TYPES.get(("tickets", type_id), ("notes",))[0] for type_id, _ in wanted}
        return [(type_id, self.resolve(kinds_of[type_id], chosen)) for type_id, chosen in wanted]

    def values(self, base: Any, chosen: Values) -> dict[str, Any]:
        """The values of one input: the later ones win."""
        return {**(base or {}), **dict(chosen)}

    def base(self, kind: str, place: Any) -> dict[str, Any]:
        """What a new record of a type is usually given."""
        if kind == "tickets":
            return {"subject": "Printer", **place}
        return {"name": "Acme"} if kind == "companies" else {"hs_timestamp": "1790000000000"} if kind == "notes" else {}

    # checking the whole

    def check_list(self, kind: str, state: str = "live") -> None:
        """Every record of a type with all its properties and links, in one page."""
        self.world.now = self.clock.at
        query = {"limit": 100, "properties": ",".join(NAMES[kind]), "associations": ",".join(KINDS)}
        answer = self.api.call("GET", f"{BASE}/{kind}", query={**query, "archived": str(state == "archived")})
        compare = Comparison(self.world, f"state: {state} {kind}", answer)
        compare.status(200)
        expected = self.world.of_kind(kind, state)
        compare.same("ids", [item["id"] for item in answer.json["results"]], [str(rec.id) for rec in expected])
        for found, rec in zip(answer.json["results"], expected, strict=True):
            compare.read(found, rec, NAMES[kind])
            compare.links(found, rec, KINDS)

    def check_all(self, *touched: str) -> None:
        for kind in dict.fromkeys(("tickets", *touched)):
            self.check_list(kind)

    def check_search(self, kind: str) -> None:
        """A search without conditions finds every live record and no other."""
        answer = self.api.post(f"{BASE}/{kind}/search", {"limit": 200, "sorts": ["hs_object_id"]})
        compare = Comparison(self.world, f"state: search {kind}", answer)
        compare.status(200)
        expected = [str(rec.id) for rec in self.world.of_kind(kind)]
        compare.same("ids", [item["id"] for item in answer.json["results"]], expected)

    def check_record(self, rec: Rec) -> None:
        self.world.now = self.clock.at
        path = f"{BASE}/{rec.kind}/{rec.id}"
        answer = self.api.get(path, propertiesWithHistory=",".join(NAMES[rec.kind]))
        compare = Comparison(self.world, f"state: {path}", answer)
        compare.status(200)
        compare.history(answer.json, rec, NAMES[rec.kind])

    # single records

    @rule(milliseconds=st.sampled_from((1, 250, 1000, 86_400_000, 40 * 86_400_000)))
    def wait(self, milliseconds: int) -> None:
        self.clock.at += milliseconds

    @rule(kind=kinds, place=places, chosen=st.data(), wanted=ticket_links)
    def create(self, kind: str, place: Any, chosen: Any, wanted: Any) -> None:
        values = self.values(self.base(kind, place), chosen.draw(pairs[kind]))
        links = self.resolve_links(wanted) if kind == "tickets" else []
        notes = [target for type_id, target in links if type_id == 227]
        if notes and len(values) % 2:
            values["hs_pinned_engagement_id"] = notes[0]
        self.create_one("create", kind, Input(values, links=links))

    @rule(kind=st.sampled_from(("companies", "notes")), chosen=who)
    def create_linked(self, kind: str, chosen: Who) -> None:
        """From the other side: a company or note that is linked to a ticket from its first moment."""
        links = [(340 if kind == "companies" else 228, self.resolve("tickets", chosen))]
        self.create_one("create linked", kind, Input(self.base(kind, {}), links=links))

    def create_one(self, operation: str, kind: str, item: Input) -> None:
        body = {"properties": item.values, "associations": written_links(item.links)}
        answer, compare = self.send(operation, "POST", f"{BASE}/{kind}", body)
        take = self.new_ids(compare, [answer.json] if answer.status == 201 else [])
        results = self.attempt(compare, Batch(self.world, kind, [item], take).create)
        if results is not None:
            compare.status(201)
            compare.written(answer.json, self.world.records[results[0].record], results[0])
            location = answer.headers["location"]
            compare.same("location", location.endswith(f"{BASE}/{kind}/{answer.json['id']}"), True)
        self.check_all(kind)

    @rule(kind=kinds, chosen=who, by=keys, value=texts, how=st.integers(0, 3), place=few_places, given=st.data())
    def update(self, kind: str, chosen: Who, by: str, value: str, how: int, place: Any, given: Any) -> None:
        """By id, or by a unique value; tickets may move on the way."""
        id_property = by if how == 0 else None
        key = value if id_property else self.resolve(kind, chosen)
        values = self.values(place if kind == "tickets" else None, given.draw(pairs[kind]))
        self.update_one("update", kind, Input(values, key, id_property))

    @rule(chosen=who, place=places, closing=st.sampled_from(({}, {}, {"closed_date": "2026-09-30T00:00:00Z"})))
    def move(self, chosen: Who, place: Any, closing: Any) -> None:
        self.update_one("move", "tickets", Input({**place, **closing}, self.resolve("tickets", chosen)))

    @rule(chosen=who, position=st.integers(-2, 5))
    def pin(self, chosen: Who, position: int) -> None:
        """A note of the ticket, any other note, or none."""
        key = self.resolve("tickets", chosen)
        ticket = self.world.get("tickets", int(key)) if key.isdigit() else None
        own = sorted(target for _, target in self.world.linked(ticket, "notes")) if ticket else []
        every = [rec.id for rec in self.world.of_kind("notes")]
        notes = own if position >= 0 and own else every
        value = "" if position == -1 else str(notes[position % len(notes)]) if notes else "12345"
        self.update_one("pin", "tickets", Input({"hs_pinned_engagement_id": value}, key))

    def update_one(self, operation: str, kind: str, item: Input) -> None:
        query = {"idProperty": item.id_property} if item.id_property else {}
        path = f"{BASE}/{kind}/{item.key}"
        answer, compare = self.send(operation, "PATCH", path, {"properties": item.values}, **query)
        results = self.attempt(compare, lambda: self.model_update(kind, item))
        if results is not None:
            compare.status(200)
            compare.written(answer.json, self.world.records[results[0].record], results[0])
        self.check_all(kind)

    def model_update(self, kind: str, item: Input) -> list[Result]:
        if not item.values:
            raise Refused(400, "No properties found to update, please provide at least one.")
        rec = self.world.locate(kind, item.key, item.id_property)
        results = Batch(self.world, kind, [item], int).update([rec], partial=False)
        return results

    @rule(kind=kinds, chosen=who, archived=st.booleans(), by=keys, value=texts, how=st.integers(0, 4))
    def read(self, kind: str, chosen: Who, archived: bool, by: str, value: str, how: int) -> None:
        id_property = by if how == 0 else None
        key = value if id_property else self.resolve(kind, chosen)
        archived = archived and chosen[0] in "AM"
        query: dict[str, Any] = {"archived": archived, "associations": ",".join(KINDS)}
        if id_property:
            query["idProperty"] = id_property
        names = None if how == 1 else NAMES[kind]
        if names:
            query["properties"] = ",".join((*names, "undefined_name"))
        answer, compare = self.send("read", "GET", f"{BASE}/{kind}/{key}", **query)
        rec = self.attempt(compare, lambda: self.world.locate(kind, key, id_property, archived=archived))
        if rec is not None:
            compare.status(200)
            compare.read(answer.json, rec, names)
            compare.links(answer.json, rec, KINDS)

    @rule(kind=kinds, chosen=who)
    def read_history(self, kind: str, chosen: Who) -> None:
        key = self.resolve(kind, chosen)
        query = {"propertiesWithHistory": ",".join(NAMES[kind])}
        answer, compare = self.send("history", "GET", f"{BASE}/{kind}/{key}", **query)
        rec = self.attempt(compare, lambda: self.world.locate(kind, key, None))
        if rec is not None:
            compare.status(200)
            compare.read(answer.json, rec, (*DEFAULTS[kind], *NAMES[kind]))
            compare.history(answer.json, rec, NAMES[kind])

    @rule(kind=kinds, limit=limits, archived=st.booleans(), linked=st.booleans())
    def list_pages(self, kind: str, limit: int, archived: bool, linked: bool) -> None:
        """A walk through all pages, following the cursors."""
        expected = self.world.of_kind(kind, "archived" if archived else "live")
        seen: list[str] = []
        query: dict[str, Any] = {"limit": limit, "archived": archived}
        if linked:
            query["associations"] = "contacts,notes"
        while True:
            answer, compare = self.send("list", "GET", f"{BASE}/{kind}", **query)
            compare.status(200)
            page = expected[len(seen) : len(seen) + limit]
            compare.same("page", [item["id"] for item in answer.json["results"]], [str(rec.id) for rec in page])
            for found, rec in zip(answer.json["results"], page, strict=True):
                compare.read(found, rec, None)
                compare.links(found, rec, ("contacts", "notes") if linked else ())
            seen.extend(item["id"] for item in answer.json["results"])
            compare.same("more pages", "paging" in answer.json, len(seen) < len(expected))
            if "paging" not in answer.json:
                return
            query["after"] = answer.json["paging"]["next"]["after"]

    @rule(kind=kinds, chosen=who)
    def archive(self, kind: str, chosen: Who) -> None:
        self.archive_one(kind, self.resolve(kind, chosen))

    def archive_one(self, kind: str, key: str) -> None:
        _, compare = self.send("archive", "DELETE", f"{BASE}/{kind}/{key}")
        if key.isdigit():
            compare.status(204)
            self.world.refresh(self.world.archive(kind, int(key)))
        else:
            self.attempt(compare, lambda: self.world.locate(kind, key, None))
        self.check_all(kind)

    @rule(kind=kinds, chosen=who)
    def restore(self, kind: str, chosen: Who) -> None:
        self.restore_one(kind, self.resolve(kind, ("A" if chosen[1] % 3 else chosen[0], chosen[1])))

    @rule(chosen=who, name=st.sampled_from(UNIQUE["tickets"]))
    def take_over(self, chosen: Who, name: str) -> None:
        """A ticket goes, another one takes its unique value, and it cannot come back."""
        key = self.resolve("tickets", chosen)
        ticket = self.world.get("tickets", int(key)) if key.isdigit() else None
        if ticket is not None and ticket.live and ticket.props.get(name):
            self.archive_one("tickets", key)
            values = {"subject": "Heir", "hs_pipeline_stage": "1", name: ticket.props[name]}
            self.create_one("create", "tickets", Input(values))
            self.restore_one("tickets", key)

    def restore_one(self, kind: str, key: str) -> None:
        answer, compare = self.send("restore", "POST", f"/spokedesk/v1/objects/{kind}/{key}/restore")

        def work() -> Rec:
            if not key.isdigit():
                self.world.locate(kind, key, None)
            self.world.refresh(self.world.restore(kind, int(key)))
            return self.world.records[(kind, int(key))]

        rec = self.attempt(compare, work)
        if rec is not None:
            compare.status(200)
            compare.read(answer.json, rec, None)
        self.check_all(kind)

    @rule(kind=st.sampled_from(("tickets", "tickets", "contacts", "companies", "notes")), first=who, second=who)
    def merge(self, kind: str, first: Who, second: Who) -> None:
        primary, other = self.resolve(kind, first), self.resolve(kind, second)
        body = {"primaryObjectId": primary, "objectIdToMerge": int(other) if other.isdigit() else other}
        answer, compare = self.send("merge", "POST", f"{BASE}/{kind}/merge", body)
        rec = self.attempt(compare, lambda: self.world.merge(kind, primary, other))
        if rec is not None:
            compare.status(200)
            compare.read(answer.json, rec, None)
        self.check_all(kind, *MERGEABLE)

    # links

    @rule(chosen=who, wanted=ticket_links, removing=st.booleans())
    def change_link(self, chosen: Who, wanted: Any, removing: bool) -> None:
        """One type between two records, by the older calls."""
        for type_id, target in self.resolve_links(wanted)[:1]:
            key = self.resolve("tickets", chosen)
            to_kind = TYPES.get(("tickets", type_id), ("notes",))[0]
            path = f"{BASE}/tickets/{key}/associations/{to_kind}/{target}/{type_id}"
            method, operation = ("DELETE", "disassociate") if removing else ("PUT", "associate")
            answer, compare = self.send(operation, method, path)
            if removing:
                self.check_unlinked(compare, key, to_kind, target, type_id)
            else:
                self.check_linked(answer, compare, key, type_id, target)
            self.check_all(to_kind)

    def check_linked(self, answer: Answer, compare: Comparison, key: str, type_id: int, target: str) -> None:
        def work() -> Rec:
            self.world.check_types("tickets", [(type_id, target)])
            for kind, end in (("tickets", key), (TYPES[("tickets", type_id)][0], target)):
                if not end.isdigit():
                    self.world.check_ends([(kind, end)])
            if (key, type_id) == (target, 452):
                raise Refused(400, "One or more associations are invalid", context={"objectId": [key]})
            self.world.check_ends([("tickets", key)])
            self.world.check_links("tickets", [(type_id, target)])
            self.world.refresh(self.world.link("tickets", int(key), [(type_id, target)]))
            return self.world.records[("tickets", int(key))]

        rec = self.attempt(compare, work)
        if rec is not None:
            compare.status(200)
            compare.meta(answer.json, rec)

    def check_unlinked(self, compare: Comparison, key: str, to_kind: str, target: str, type_id: int) -> None:
        def work() -> bool:
            self.world.check_types("tickets", [(type_id, target)])
            for kind, end in (("tickets", key), (to_kind, target)):
                if not end.isdigit():
                    self.world.locate(kind, end, None)
            self.world.unlink("tickets", int(key), to_kind, int(target), type_id)
            return True

        if self.attempt(compare, work):
            compare.status(204)


def written_links(links: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
    category = "HUBSPOT_DEFINED"
    return [
        {"to": {"id": target}, "types": [{"associationCategory": category, "associationTypeId": type_id}]}
        for type_id, target in links
    ]


def traced(item: Input) -> dict[str, str]:
    return {} if item.trace is None else {"objectWriteTraceId": item.trace}


def named(item: Input) -> dict[str, str]:
    return {"id": item.key, **({} if item.id_property is None else {"idProperty": item.id_property})}
