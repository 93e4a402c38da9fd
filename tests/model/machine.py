"""The whole machine: batch calls and search beside the calls to single records."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.account import (
    BASE,
    AccountMachine,
    Who,
    few_places,
    keys,
    kinds,
    named,
    pairs,
    places,
    queries,
    texts,
    ticket_links,
    traced,
    traces,
    who,
    written_links,
)
from tests.model.batches import Batch, Input, Result
from tests.model.comparing import NAMES, missing
from tests.model.kinds import Rec, Refused
from tests.model.queries import searches
from tests.model.searching import run_search
from tests.model.values import UNIQUE


class BatchMachine(AccountMachine):
    """The same account, with the batch calls and search beside the single ones."""

    def inputs(self, how: str, items: list[Input]) -> list[Input]:
        """Give the inputs their trace ids: none, all, only the first, or the same one twice."""
        for index, item in enumerate(items):
            if how == "all" or (how == "some" and index == 0):
                item.trace = f"t{index}"
            elif how == "same":
                item.trace = "t"
        return items

    @rule(kind=kinds, how=traces, given=st.data(), count=st.integers(0, 4))
    def create_batch(self, kind: str, how: str, given: Any, count: int) -> None:
        items = []
        for _ in range(count):
            base = self.base(kind, given.draw(places) if kind == "tickets" else None)
            links = self.resolve_links(given.draw(ticket_links)) if kind == "tickets" else []
            items.append(Input(self.values(base, given.draw(pairs[kind])), links=links))
        items = self.inputs(how, items)
        body = {
            "inputs": [
                {"properties": item.values, "associations": written_links(item.links), **traced(item)} for item in items
            ]
        }
        answer, compare = self.send("batch create", "POST", f"{BASE}/{kind}/batch/create", body)
        take = self.new_ids(compare, (answer.json or {}).get("results", ()))
        results = self.attempt(compare, Batch(self.world, kind, items, take).create)
        if results is not None:
            compare.batch(results, items, kind, 201)
        self.check_all(kind)

    @rule(kind=kinds, how=traces, given=st.data(), count=st.integers(0, 4))
    def update_batch(self, kind: str, how: str, given: Any, count: int) -> None:
        items = []
        for _ in range(count):
            by = given.draw(st.sampled_from((None, None, None, *UNIQUE[kind][:1], "subject" if count == 4 else None)))
            key = given.draw(texts) if by else self.resolve(kind, given.draw(who))
            place = given.draw(few_places) if kind == "tickets" else None
            items.append(Input(self.values(place, given.draw(pairs[kind])), key, by))
        items = self.inputs(how, items)
        body = {"inputs": [{"properties": item.values, **named(item), **traced(item)} for item in items]}
        _, compare = self.send("batch update", "POST", f"{BASE}/{kind}/batch/update", body)
        outcome = self.attempt(compare, Batch(self.world, kind, items, int).update_by_keys)
        if outcome is not None:
            compare.batch(outcome[0], outcome[1], kind, 200)
        self.check_all(kind)

    @rule(
        kind=st.sampled_from(("tickets", "tickets", "contacts")), how=traces, given=st.data(), count=st.integers(1, 4)
    )
    def upsert_batch(self, kind: str, how: str, given: Any, count: int) -> None:
        items = []
        for _ in range(count):
            by = given.draw(st.sampled_from((*UNIQUE[kind], *UNIQUE[kind], *UNIQUE[kind], "ext_id", None)))
            base = given.draw(places) if kind == "tickets" else None
            values = self.values(base, given.draw(pairs[kind]))
            values.pop(by or "", None)
            items.append(Input(values, given.draw(texts), by))
        items = self.inputs(how, items)
        body = {"inputs": [{"properties": item.values, **named(item), **traced(item)} for item in items]}
        answer, compare = self.send("batch upsert", "POST", f"{BASE}/{kind}/batch/upsert", body)
        shown = (answer.json or {}).get("results", ())
        take = self.new_ids(compare, [item for item in shown if item["new"]])
        results = self.attempt(compare, Batch(self.world, kind, items, take).upsert)
        if results is not None:
            compare.batch(results, items, kind, 200)
            created = [item.created for item in results if item.record]
            compare.same("new", [item["new"] for item in shown], created)
        self.check_all(kind)

    @rule(kind=kinds, chosen=st.lists(who, max_size=5), archived=st.booleans(), by=keys, how=st.integers(0, 3))
    def read_batch(self, kind: str, chosen: list[Who], archived: bool, by: str, how: int) -> None:
        values = ("A", "B", "1", "ann@example.com", "zz", "C")
        sent = [
            values[position % 6] if how == 0 else self.resolve(kind, (state, position)) for state, position in chosen
        ]
        body: dict[str, Any] = {"inputs": [{"id": key} for key in sent], "properties": list(NAMES[kind])}
        if how == 0:
            body["idProperty"] = by
        answer, compare = self.send("batch read", "POST", f"{BASE}/{kind}/batch/read", body, archived=archived)
        unique = list(dict.fromkeys(sent))

        def work() -> list[Rec | None]:
            if how == 0:
                return [self.world.by_value(kind, by, key) for key in unique]
            return [self.world.follow(kind, int(key)) if key.isdigit() else None for key in unique]

        found = self.attempt(compare, work)
        if found is None:
            return
        shown = [rec if rec is not None and rec.live != archived else None for rec in found]
        expected = list({rec.id: rec for rec in shown if rec is not None}.values())
        lost = [key for key, rec in zip(unique, shown, strict=True) if rec is None]
        compare.status(207 if lost else 200)
        compare.same("ids", [item["id"] for item in answer.json["results"]], [str(rec.id) for rec in expected])
        for item, rec in zip(answer.json["results"], expected, strict=True):
            compare.read(item, rec, NAMES[kind])
        if lost:
            compare.error(answer.json["errors"][0], missing(kind, lost))

    @rule(kind=kinds, chosen=st.lists(who, max_size=4), restoring=st.booleans())
    def archive_batch(self, kind: str, chosen: list[Who], restoring: bool) -> None:
        sent = [
            self.resolve(kind, ("A" if restoring and position % 2 else state, position)) for state, position in chosen
        ]
        body = {"inputs": [{"id": key} for key in sent]}
        path = f"/spokedesk/v1/objects/{kind}/batch/restore" if restoring else f"{BASE}/{kind}/batch/archive"
        _, compare = self.send("batch restore" if restoring else "batch archive", "POST", path, body)

        def work() -> list[Result]:
            for key in sent:
                if not key.isdigit():
                    self.world.locate(kind, key, None)
            return self.restore_each(kind, list(dict.fromkeys(sent))) if restoring else self.archive_each(kind, sent)

        results = self.attempt(compare, work)
        if results is not None and restoring:
            compare.status(207 if any(item.refused for item in results) else 200)
            good = [str(item.record[1]) for item in results if item.record]
            compare.same("restored", [item["id"] for item in compare.answer.json["results"]], good)
        elif results is not None:
            compare.status(204)
        self.check_all(kind)

    def archive_each(self, kind: str, sent: list[str]) -> list[Result]:
        Batch(self.world, kind, [Input({}, key) for key in sent], int).check_distinct(sent)
        touched: set[tuple[str, int]] = set()
        for key in sent:
            touched |= self.world.archive(kind, int(key))
        self.world.refresh(touched)
        return []

    def restore_each(self, kind: str, sent: list[str]) -> list[Result]:
        results = []
        touched: set[tuple[str, int]] = set()
        for key in sent:
            try:
                touched |= self.world.restore(kind, int(key))
                results.append(Result((kind, int(key))))
            except Refused as refused:
                results.append(Result(refused=refused))
        self.world.refresh(touched)
        return results

    @rule(kind=kinds, given=st.data(), count=st.integers(1, 3))
    def search(self, kind: str, given: Any, count: int) -> None:
        for _ in range(count):
            self.search_one(kind, given.draw(searches(kind)), given.draw(queries))

    def search_one(self, kind: str, body: dict[str, Any], query: str) -> None:
        if query:
            body["query"] = query
        for group in body.get("filterGroups", ()):
            for item in group["filters"]:
                if item["propertyName"].startswith("associations.") and "value" in item:
                    item["value"] = self.resolve(
                        item["propertyName"].removeprefix("associations."), ("L", item["value"])
                    )
        body["properties"] = list(NAMES[kind])
        answer, compare = self.send("search", "POST", f"{BASE}/{kind}/search", body)
        outcome = self.attempt(compare, lambda: run_search(self.world, kind, body))
        if outcome is None:
            return
        total, page = outcome
        compare.status(200)
        compare.same("total", answer.json["total"], total)
        compare.same("ids", [item["id"] for item in answer.json["results"]], [str(rec.id) for rec in page])
        for found, rec in zip(answer.json["results"], page, strict=True):
            compare.read(found, rec, NAMES[kind])
        following = int(body.get("after", 0)) + len(page)
        expected = {"next": {"after": str(following)}} if page and following < total else None
        compare.same("paging", answer.json.get("paging"), expected)
