"""Answers beside what the model expects: every difference is raised with request, answer and expectation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.model.batches import Input, Names, Result
from tests.model.kinds import CREATED, ERROR_NAMES, MODIFIED, NEW_TICKET, Rec, Refused, stage_key
from tests.model.values import PIPELINES, PROPS, instant, iso
from tests.model.world import World
from tests.support.api import Answer

STAGE_KEYS = [stage_key(stage) for stages in PIPELINES.values() for stage in stages]
PER_STAGE = ("hs_v2_date_entered_", "hs_v2_date_exited_", "hs_v2_latest_time_in_", "hs_v2_cumulative_time_in_")
EVERYWHERE = ("hs_object_id", "hs_object_source")
TICKET_NAMES = (
    *NEW_TICKET,
    "hs_helpdesk_sort_timestamp",
    "hs_ticket_id",
    "hs_is_closed",
    "load",
    "time_to_close",
    "hs_last_closed_date",
    "hs_ticket_reopened_at",
    "hubspot_owner_assigneddate",
    "hs_all_owner_ids",
    "hs_merged_object_ids",
    "notes_last_updated",
    "hs_lastactivitydate",
    "hs_primary_company_id",
    "hs_primary_company_name",
    "hs_v2_date_entered_current_stage",
    "hs_v2_time_in_current_stage",
    *(f"{prefix}{key}" for prefix in PER_STAGE for key in STAGE_KEYS),
)
NAMES = {
    kind: tuple(
        sorted(
            {
                *PROPS[kind],
                CREATED[kind],
                MODIFIED[kind],
                *EVERYWHERE,
                *(TICKET_NAMES if kind == "tickets" else ()),
                *(("hs_email_domain", "hs_merged_object_ids") if kind == "contacts" else ()),
            }
        )
    )
    for kind in PROPS
}
DEFAULTS = {
    "tickets": ("content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"),
    "contacts": ("email", "firstname", "lastname"),
    "companies": ("name", "domain"),
    "notes": (),
}
# what every answer to an update carries, if it has a value
ALWAYS_WRITTEN = (
    "createdate",
    "hs_createdate",
    "hs_lastmodifieddate",
    "lastmodifieddate",
    "hs_object_id",
    "hs_object_source",
    "hs_pipeline",
    "hs_pipeline_stage",
    "hs_ticket_id",
)
WITHOUT_HISTORY = ("hs_lastmodifieddate", "lastmodifieddate", "hs_v2_time_in_current_stage")


class Difference(AssertionError):
    """The server and the model disagree."""


class Comparison:
    """One request, its answer, and the world in which it happened."""

    def __init__(self, world: World, asked: str, answer: Answer) -> None:
        self.world = world
        self.asked = asked
        self.answer = answer

    def same(self, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            self.world.spoilt = True
            raise Difference(
                f"{what}\n  request:  {self.asked}\n  answer:   {self.answer.status} "
                f"{json.dumps(self.answer.json)[:3000]}\n  found:    {found!r}\n  expected: {expected!r}"
            )

    def status(self, expected: int) -> None:
        self.same("status", self.answer.status, expected)

    def refused(self, refused: Refused) -> None:
        self.status(refused.status)
        self.error(self.answer.json, refused)
        body = self.answer.json
        self.same("correlation id", body.get("correlationId"), self.answer.headers["x-hubspot-correlation-id"])

    def error(self, body: Mapping[str, Any], refused: Refused) -> None:
        self.same("status of an error", body["status"], "error")
        self.same("category", body.get("category"), refused.category)
        if refused.message is not None:
            prefix, _, suffix = refused.message.partition("*")
            text = body["message"]
            self.same("message", (prefix in text, text.endswith(suffix)), (True, True))
        problems = [
            (detail["context"]["propertyName"][0], detail["code"])
            for detail in body.get("errors", ())
            if "code" in detail
        ]
        self.same("problems", problems, refused.problems)
        for key, value in refused.context.items():
            self.same(f"context {key}", body["context"].get(key), value)

    # records

    def meta(self, found: Mapping[str, Any], rec: Rec) -> None:
        expected = {
            "id": str(rec.id),
            "createdAt": iso(rec.created),
            "updatedAt": iso(rec.updated),
            "archived": not rec.live,
            **({} if rec.archived is None else {"archivedAt": iso(rec.archived)}),
        }
        self.same("record", {name: found.get(name) for name in expected}, expected)
        self.same("archivedAt", "archivedAt" in found, not rec.live)

    def written(self, found: Mapping[str, Any], rec: Rec, result: Result) -> None:
        """A record in the answer to a write."""
        self.meta(found, rec)
        names: Iterable[str] = rec.props if result.created else {*result.written, *present(rec, ALWAYS_WRITTEN)}
        expected = {
            name: rec.props.get(name, "")
            for name in names
            if not name.startswith("hs_v2_") and (rec.props.get(name) or not result.created)
        }
        known = set(NAMES[rec.kind])
        self.same("properties", {k: v for k, v in found["properties"].items() if k in known}, expected)

    def read(self, found: Mapping[str, Any], rec: Rec, names: Sequence[str] | None) -> None:
        """A record in the answer to a read that asked for these properties, or for none."""
        self.meta(found, rec)
        wanted = {
            *(DEFAULTS[rec.kind] if names is None else names),
            CREATED[rec.kind],
            MODIFIED[rec.kind],
            "hs_object_id",
        }
        values = {**rec.props, **running(rec, self.world.now)}
        expected: dict[str, str | None] = {name: values.get(name) for name in wanted if self.world.documented is False}
        if self.world.documented:
            expected = {name: values[name] for name in wanted if values.get(name)}
        self.same("properties", found["properties"], expected)

    def links(self, found: Mapping[str, Any], rec: Rec, kinds: Iterable[str]) -> None:
        expected = {
            kind: [{"id": str(target), "type": name} for target, name in rows]
            for kind in kinds
            if (rows := self.world.rows(rec, kind))
        }
        self.same("associations", {k: v["results"] for k, v in found.get("associations", {}).items()}, expected)

    def history(self, found: Mapping[str, Any], rec: Rec, names: Sequence[str]) -> None:
        expected = {
            name: [(value, iso(at), channel) for value, at, channel in rec.past[name]]
            for name in names
            if name in rec.past and name not in WITHOUT_HISTORY
        }
        past = {
            name: [(item["value"], item["timestamp"], item["sourceType"]) for item in values]
            for name, values in found["propertiesWithHistory"].items()
            if name not in WITHOUT_HISTORY
        }
        self.same("history", past, expected)

    # batches

    def batch(self, results: Sequence[Result], inputs: Sequence[Input], kind: str, status: int) -> None:
        """A batch write: records and errors, each with its trace id."""
        errors = [(item, given) for item, given in zip(results, inputs, strict=True) if item.refused]
        good = [(item, given) for item, given in zip(results, inputs, strict=True) if item.record]
        self.status(207 if errors else status)
        body = self.answer.json
        self.same("results", len(body["results"]), len(good))
        for found, (item, given) in zip(body["results"], good, strict=True):
            self.written(found, self.world.records[item.record or ("", 0)], item)
            self.same("trace id", found.get("objectWriteTraceId"), given.trace)
        self.batch_errors(errors, kind)

    def batch_errors(self, errors: Sequence[tuple[Result, Input]], kind: str) -> None:
        body = self.answer.json
        unknown = [
            given.key for item, given in errors if item.refused and item.refused.status == 404 and not given.trace
        ]
        expected: list[tuple[Refused, str | None]] = []
        for item, given in errors:
            assert item.refused is not None
            if item.refused.status != 404:
                expected.append((item.refused, given.trace))
            elif given.trace:
                expected.append((missing(kind, [given.key]), given.trace))
        if unknown:
            expected.append((missing(kind, unknown), None))
        self.same("errors", len(body.get("errors", ())), len(expected))
        self.same("numErrors", body.get("numErrors"), len(expected) or None)
        for found, (refused, trace) in zip(body.get("errors", ()), expected, strict=True):
            self.error(found, refused)
            traces = found.get("context", {}).get("objectWriteTraceId")
            self.same("trace id of an error", traces, None if trace is None else [trace])
            if refused.status == 409:
                holder = re.findall(r"\d+", found["message"])
                self.same("existing id", found["context"].get("existingId"), holder)


def missing(kind: str, keys: Sequence[str]) -> Refused:
    text = (
        f"Could not get some {ERROR_NAMES[kind]} objects, they may be deleted or not exist. Check that ids are valid."
    )
    return Refused(404, text, "OBJECT_NOT_FOUND", context={"ids": list(keys)})


def present(rec: Rec, names: Iterable[str]) -> Names:
    return frozenset(name for name in names if rec.props.get(name))


def running(rec: Rec, now: int) -> dict[str, str]:
    """Durations that still grow: those of the stage that a ticket is in."""
    if rec.kind != "tickets":
        return {}
    key = stage_key(rec.props["hs_pipeline_stage"])
    spent = now - (instant(rec.props[f"hs_v2_date_entered_{key}"]) or 0)
    earlier = int(rec.props.get(f"hs_v2_cumulative_time_in_{key}") or 0)
    return {
        "hs_v2_time_in_current_stage": str(spent),
        f"hs_v2_latest_time_in_{key}": str(spent),
        f"hs_v2_cumulative_time_in_{key}": str(earlier + spent),
    }
