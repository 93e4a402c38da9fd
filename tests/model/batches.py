"""The model of many inputs: all or nothing, or each on its own where every input carries a trace id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.model.kinds import PINNED, Rec, Refused, fold_unique
from tests.model.values import UNIQUE
from tests.model.world import World

Names = frozenset[str]


@dataclass
class Input:
    """One input as sent: `key` with `id_property` for updates, `links` as (type id, target) for creates."""

    values: Mapping[str, Any]
    key: str = ""
    id_property: str | None = None
    links: Sequence[tuple[int, str]] = ()
    trace: str | None = None


@dataclass
class Result:
    """What became of an input: a record (`created`, or with the names that were written), or a refusal."""

    record: tuple[str, int] | None = None
    created: bool = False
    written: Names = frozenset()
    refused: Refused | None = None


@dataclass
class Batch:
    """One call of the model: `next_id` gives the id that the server chose for the next new record."""

    world: World
    kind: str
    inputs: Sequence[Input]
    next_id: Callable[[], int]
    results: list[Result] = field(default_factory=list)

    def partial(self) -> bool:
        """Whether inputs may fail alone; raise when two carry the same trace id."""
        traces = [item.trace for item in self.inputs if item.trace is not None]
        if len(set(traces)) < len(traces):
            raise Refused(400, None)
        return bool(traces) and len(traces) == len(self.inputs)

    def settle(self, partial: bool, forgiven: Callable[[Refused], bool] = lambda refused: False) -> list[Result]:
        if not partial:
            refusals = [item.refused for item in self.results if item.refused and not forgiven(item.refused)]
            problems = [pair for item in refusals if item.message is None for pair in item.problems]
            if problems:
                raise Refused(400, None, problems=problems)
            if refusals:
                raise refusals[0]
        return self.results

    def create(self) -> list[Result]:
        world, kind = self.world, self.kind
        partial = self.partial()
        taken = dict(world.holders)
        good: list[tuple[int, dict[str, str]]] = []
        self.results = [Result() for _ in self.inputs]
        for index, item in enumerate(self.inputs):
            try:
                values = world.plan_new(kind, item.values)
                world.check_links(kind, item.links)
                linked = [("notes", int(target)) for type_id, target in item.links if type_id == 227]
                world.check_pin(0, kind, values.get(PINNED), linked)
                world.claim(kind, values, None, taken)
                taken.update({(kind, n, fold_unique(n, values[n])): -1 - index for n in UNIQUE[kind] if values.get(n)})
                good.append((index, values))
            except Refused as refused:
                self.results[index].refused = refused
        self.settle(partial)
        touched: set[tuple[str, int]] = set()
        records = [(index, world.insert(kind, self.next_id(), values)) for index, values in good]
        for index, record in records:
            touched |= world.link(kind, record.id, self.inputs[index].links)
            self.results[index] = Result((kind, record.id), created=True)
        world.refresh(touched)
        return self.results

    def update(self, found: Sequence[Rec | None], partial: bool) -> list[Result]:
        """Apply each input to the record that was found for it."""
        world, kind = self.world, self.kind
        taken = dict(world.holders)
        good: list[tuple[int, Rec, dict[str, str], dict[str, str]]] = []
        self.results = [Result() for _ in self.inputs]
        for index, (item, rec) in enumerate(zip(self.inputs, found, strict=True)):
            try:
                if rec is None or not rec.live:
                    raise Refused(404, "resource not found", None)
                values, changed = world.plan_update(rec, item.values)
                world.check_pin(rec.id, kind, changed.get(PINNED), world.linked(rec, "notes"))
                world.claim(kind, changed, rec.id, taken)
                taken.update({(kind, n, fold_unique(n, changed[n])): rec.id for n in UNIQUE[kind] if changed.get(n)})
                good.append((index, rec, values, changed))
            except Refused as refused:
                self.results[index].refused = refused
        self.settle(partial, forgiven=lambda refused: refused.status == 404)
        touched: set[tuple[str, int]] = set()
        for index, rec, values, changed in good:
            world.put(rec, changed)
            self.results[index] = Result((kind, rec.id), written=frozenset({*values, *changed}))
            if {"companies": "name", "notes": "hs_timestamp"}.get(kind) in changed:
                touched |= world.neighbours(rec)
        world.refresh(touched)
        return self.results

    def update_by_keys(self) -> tuple[list[Result], list[Input]]:
        """Batch update: results, and the inputs they belong to (merged-away ids are passed over)."""
        world, kind = self.world, self.kind
        partial = self.partial()
        self.check_distinct([(item.id_property, item.key) for item in self.inputs])
        found = [self.find(item) for item in self.inputs]
        self.check_distinct([rec.id if rec else -1 - index for index, rec in enumerate(found)])
        kept = [index for index, rec in enumerate(found) if rec is None or rec.merged is None]
        inputs = [self.inputs[index] for index in kept]
        rest = Batch(world, kind, inputs, self.next_id)
        return rest.update([found[index] for index in kept], partial), inputs

    def find(self, item: Input) -> Rec | None:
        if item.id_property is not None:
            return self.world.by_value(self.kind, item.id_property, item.key)
        return self.world.get(self.kind, int(item.key)) if item.key.isdigit() else None

    def check_distinct(self, keys: Sequence[Any]) -> None:
        repeated = [item.key for index, item in enumerate(self.inputs) if keys[index] in keys[:index]]
        if repeated:
            text = f"Duplicate IDs found in batch input: [{', '.join(dict.fromkeys(repeated))}]. IDs must be unique"
            raise Refused(400, text, context={"ids": list(dict.fromkeys(repeated))})

    def upsert(self) -> list[Result]:
        world, kind = self.world, self.kind
        partial = self.partial()
        for item in self.inputs:
            if item.id_property not in UNIQUE[kind]:
                raise world.not_unique(kind, item.id_property)
        self.check_distinct([(item.id_property, fold_unique(item.id_property or "", item.key)) for item in self.inputs])
        found = [self.find(item) for item in self.inputs]
        self.check_distinct([rec.id if rec else -1 - index for index, rec in enumerate(found)])
        old = [index for index, rec in enumerate(found) if rec is not None]
        new = [index for index, rec in enumerate(found) if rec is None]
        updates = Batch(world, kind, [self.inputs[index] for index in old], self.next_id)
        creates = Batch(
            world,
            kind,
            [
                Input({**self.inputs[index].values, self.inputs[index].id_property or "": self.inputs[index].key})
                for index in new
            ],
            self.next_id,
        )
        self.results = [Result() for _ in self.inputs]
        for places, results in (
            (old, updates.update([found[index] for index in old], partial=True)),
            (new, creates.create_each()),
        ):
            for index, result in zip(places, results, strict=True):
                self.results[index] = result
        return self.settle(partial)

    def create_each(self) -> list[Result]:
        for index, item in enumerate(self.inputs):
            item.trace = f"own {index}"
        return self.create()
