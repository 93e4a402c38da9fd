"""One ticket's story, told in any API version: what each step answered, in words that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from spokedesk.api.versions import ApiVersion
from spokedesk.crm.account import AccountSettings
from tests.support.api import FULL_TOKEN, START, Answer, Api, Clock
from tests.support.factories import define_properties, make_property

V3_OBJECTS = "/crm/v3/objects"
NOON = "2026-01-02T13:01:00Z"
MIDNIGHT = 1_767_312_000_000
LINK = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]


def ticket(**values: str) -> dict[str, str]:
    return {"subject": "s", "hs_pipeline_stage": "1", **values}


def shape(value: Any) -> str:
    return type(value).__name__


@dataclass(slots=True)
class Story:
    """`seen` is what was observed, by step. What a version cannot write is written under v3, so that the story goes
    on: the state at its end does not depend on the version.
    """

    version: ApiVersion
    api: Api = field(default_factory=lambda: Api(clock=Clock(START, step=0)))
    seen: dict[str, Any] = field(default_factory=dict)

    def base(self, family: str) -> str:
        """The first prefix of a family; a path that nothing has when the version does not serve it."""
        return next(iter(self.version.prefixes(family)), f"/not-in-{self.version.name}/{family}")

    @property
    def objects(self) -> str:
        return self.base("objects") if self.version.prefixes("objects") else self.base("object_reads")

    def see(self, step: str, answer: Answer) -> Answer:
        self.seen[step] = answer.status
        return answer

    def written(self, step: str, method: str, tail: str, body: Any) -> Answer:
        """A write in this version or, after noting that it has none, under v3."""
        answer = self.see(step, self.api.call(method, f"{self.objects}{tail}", json=body))
        if answer.status in (404, 405):
            answer = self.api.call(method, f"{V3_OBJECTS}{tail}", json=body)
            assert answer.status < 300, (step, answer.json)
        return answer

    def tell(self) -> dict[str, Any]:
        define_properties(self.api, make_property("due_day", "date", "date"))
        first = self.create_and_change()
        second, contact = self.batches()
        self.find(first)
        self.link(first, contact)
        self.label()
        self.merge(first, second)
        self.dates(first)
        self.pipelines()
        self.rules()
        self.administer()
        self.erase()
        return self.seen

    def create_and_change(self) -> str:
        created = self.written("create", "POST", "/tickets", {"properties": ticket()})
        first = str(created.json["id"])
        self.seen["keys of a record"] = " ".join(created.json)
        read = self.see("read", self.api.get(f"{self.objects}/tickets/{first}"))
        self.seen["read gives the created stage"] = read.json["properties"]["hs_pipeline_stage"]
        self.see("list", self.api.get(f"{self.objects}/tickets"))
        self.written("update", "PATCH", f"/tickets/{first}", {"properties": {"hs_pipeline_stage": "4"}})
        self.seen["wrong method"] = self.api.call("PUT", f"{self.objects}/tickets", json={}).status
        self.written("archive", "DELETE", "/tickets/987654", None)
        return first

    def batches(self) -> tuple[str, str]:
        inputs: list[dict[str, Any]] = [{"properties": ticket(subject=name)} for name in ("b", "c")]
        made = self.written("batch create tickets", "POST", "/tickets/batch/create", {"inputs": inputs})
        second, third = [str(item["id"]) for item in made.json["results"]]
        people: list[dict[str, Any]] = [{"properties": {"email": "a@example.com"}}]
        contacts = self.written("batch create contacts", "POST", "/contacts/batch/create", {"inputs": people})
        traced: list[dict[str, Any]] = [
            {"properties": ticket(subject="d"), "objectWriteTraceId": "1"},
            {"properties": {"nope": "1"}, "objectWriteTraceId": "2"},
        ]
        some = self.written("batch create, one bad", "POST", "/tickets/batch/create", {"inputs": traced})
        self.seen["errors of that"] = some.json["numErrors"]
        wanted: dict[str, Any] = {"inputs": [{"id": second}, {"id": "987654"}]}
        read = self.written("batch read, one missing", "POST", "/tickets/batch/read", wanted)
        self.seen["category of that"] = read.json["errors"][0]["category"]
        changes: list[dict[str, Any]] = [
            {"id": second, "properties": {"subject": "e"}},
            {"id": "987654", "properties": {"subject": "f"}},
        ]
        self.written("batch update, one missing", "POST", "/tickets/batch/update", {"inputs": changes})
        people = [
            {"idProperty": "email", "id": f"{name}@example.com", "properties": {"lastname": name}} for name in "ab"
        ]
        upserted = self.written("batch upsert", "POST", "/contacts/batch/upsert", {"inputs": people})
        self.seen["new ones of that"] = [item["new"] for item in upserted.json["results"]]
        self.written("batch archive", "POST", "/tickets/batch/archive", {"inputs": [{"id": third}]})
        return second, str(contacts.json["results"][0]["id"])

    def find(self, first: str) -> None:
        wanted = {"filters": [{"propertyName": "hs_object_id", "operator": "EQ", "value": first}]}
        found = self.written("search", "POST", "/tickets/search", wanted)
        self.seen["found"] = found.json["total"]

    def link(self, first: str, contact: str) -> None:
        pair = f"/tickets/{first}/associations"
        v3 = self.api.put(f"{self.base('object_links')}{pair}/contacts/{contact}/16")
        self.seen["link by three segments"] = v3.status
        put = self.api.put(f"{self.base('links')}{pair}/contacts/{contact}", LINK)
        self.seen["link"] = put.status
        default = self.api.put(f"{self.base('default_links')}{pair}/default/contacts/{contact}")
        self.seen["link by default"] = default.status
        self.api.put(f"/crm/v4/objects{pair}/default/contacts/{contact}")
        listed = self.api.get(f"{self.objects}{pair}/contacts")
        (row,) = listed.json["results"]
        name = "toObjectId" if "toObjectId" in row else "id"
        self.seen["a listed link"] = f"{name}: {shape(row[name])}"
        base = f"{self.base('associations')}/tickets/contacts"
        inputs = {"inputs": [{"from": {"id": first}, "to": {"id": contact}, "types": LINK}]}
        batch = self.api.post(f"{base}/batch/create", inputs)
        self.seen["batch of links"] = batch.status
        read = self.api.post(f"{base}/batch/read", {"inputs": [{"id": first}]})
        self.seen["a link read in a batch"] = (
            shape(read.json["results"][0]["to"][0]["toObjectId"]) if read.status == 200 else read.status
        )
        labels = self.api.post(f"{base}/batch/labels/archive", inputs)
        self.seen["batch that removes labels"] = (labels.status, bool(labels.raw))
        again = {"inputs": [{"from": {"id": first}, "to": [{"id": contact}]}]}
        gone = self.api.post(f"{base}/batch/archive", again)
        self.seen["batch that removes links"] = (gone.status, bool(gone.raw))
        self.old_links(first, contact)
        removed = self.api.delete(f"{self.base('links')}{pair}/contacts/{contact}")
        self.seen["unlink"] = removed.status
        self.api.delete(f"/crm/v4/objects{pair}/contacts/{contact}")

    def old_links(self, first: str, contact: str) -> None:
        """The batches that name their types, which v3 alone has."""
        base = f"{self.base('associations_v3')}/tickets/contacts"
        inputs = {"inputs": [{"from": {"id": first}, "to": {"id": contact}, "type": "ticket_to_contact"}]}
        self.seen["batch of named links"] = self.api.post(f"{base}/batch/create", inputs).status
        self.seen["batch that removes named links"] = self.api.post(f"{base}/batch/archive", inputs).status
        self.seen["types"] = self.api.get(f"{base}/types").status

    def label(self) -> None:
        base = f"{self.base('associations')}/tickets/contacts/labels"
        made = self.see("create label", self.api.post(base, {"name": "reporter", "label": "Reporter"}))
        self.see("labels", self.api.get(base))
        if made.status == 200:
            type_id = made.json["results"][0]["typeId"]
            body = {"associationTypeId": type_id, "label": "Sender"}
            self.see("rename label", self.api.put(base, body))
            self.see("delete label", self.api.delete(f"{base}/{type_id}"))

    def merge(self, first: str, second: str) -> None:
        body = {"primaryObjectId": first, "objectIdToMerge": second}
        merged = self.written("merge", "POST", "/tickets/merge", body)
        self.seen["the first id survives"] = merged.json["id"] == first
        self.seen["the other id leads to it"] = self.api.get(f"{self.objects}/tickets/{second}").json["id"] == first

    def dates(self, first: str) -> None:
        """Days given as something else. The strict versions keep what was there before."""
        path = f"{self.objects}/tickets/{first}"
        self.api.patch(f"{V3_OBJECTS}/tickets/{first}", {"properties": {"due_day": "2025-12-31"}})
        for name, raw in (
            ("a moment", NOON),
            ("a moment in ms", str(MIDNIGHT + 1)),
            ("a day in seconds", str(MIDNIGHT // 1000)),
            ("a day in ms", str(MIDNIGHT)),
            ("a day", "2026-01-02"),
        ):
            answer = self.api.patch(path, {"properties": {"due_day": raw}})
            stored = answer.json["properties"]["due_day"] if answer.status == 200 else None
            warned = [item["context"] for item in answer.json.get("warnings", ())]
            self.seen[f"{name} for a date"] = (answer.status, stored, warned)
        inputs = [{"id": first, "properties": {"due_day": NOON}}]
        batch = self.api.post(f"{self.objects}/tickets/batch/update", {"inputs": inputs})
        self.seen["warnings in a batch"] = (
            [item["category"] for item in batch.json["results"][0]["warnings"]] if batch.status == 200 else batch.status
        )
        self.api.patch(f"{V3_OBJECTS}/tickets/{first}", {"properties": {"due_day": "2026-01-02"}})

    def pipelines(self) -> None:
        base = f"{self.base('pipelines')}/tickets"
        stages = [
            {"label": f"S{number}", "displayOrder": number, "stageId": f"s{number}", "metadata": {"ticketState": state}}
            for number, state in enumerate(("OPEN", "OPEN", "CLOSED"))
        ]
        pipeline = {"label": "P", "displayOrder": 1, "pipelineId": "p", "stages": stages}
        self.see("create pipeline", self.api.post(base, pipeline))
        self.api.post("/crm/v3/pipelines/tickets", pipeline)
        moved = {"properties": ticket(hs_pipeline="p", hs_pipeline_stage="s0")}
        assert self.api.post(f"{V3_OBJECTS}/tickets", moved).status == 201
        stage = f"{base}/p/stages/s0"
        self.see(
            "delete a stage in use, asking for a check", self.api.delete(stage, validateReferencesBeforeDelete="true")
        )
        self.see("delete a stage in use", self.api.delete(stage))
        self.see("delete a stage", self.api.delete(f"{base}/p/stages/s1"))
        for name in ("s0", "s1"):
            self.api.delete(f"/crm/v3/pipelines/tickets/p/stages/{name}")
        open_only = {"label": "Q", "displayOrder": 2, "pipelineId": "q", "stages": stages[:1]}
        open_only["stages"] = [{**stages[0], "stageId": "q0"}]
        self.see("create a pipeline without a closed stage", self.api.post(base, open_only))
        self.api.delete("/crm/v3/pipelines/tickets/q")

    def rules(self) -> None:
        """In an account whose administrator wants a content for every new ticket."""
        other = Api(settings=AccountSettings(create_required={"tickets": ("content",)}), clock=Clock(START, step=0))
        answer = other.post(f"{self.objects}/tickets", {"properties": ticket()})
        codes = [item["code"] for item in (answer.json or {}).get("errors", ())]
        self.seen["create against a rule"] = (answer.status, codes)
        batch = other.post(f"{self.objects}/tickets/batch/create", {"inputs": [{"properties": ticket()}]})
        self.seen["batch create against a rule"] = batch.status

    def administer(self) -> None:
        """A validation rule, which is taken away again, and a subscription of the token's own app."""
        tail = "tickets/content/rule-type/MAX_LENGTH"
        self.see(
            "set a validation rule",
            self.api.put(f"{self.base('property_validations')}/{tail}", {"ruleArguments": ["3"]}),
        )
        self.api.put(f"/crm/v3/property-validations/{tail}", {"ruleArguments": ["3"]})
        answer = self.api.post(f"{self.objects}/tickets", {"properties": ticket(content="more")})
        self.seen["break a validation rule"] = [item["code"] for item in (answer.json or {}).get("errors", ())]
        assert self.api.delete(f"/spokedesk/v1/property-validations/{tail}").status == 204
        app = self.api.post("/oauth/v2/private-apps/get/access-token-info", {"tokenKey": FULL_TOKEN}).json["appId"]
        self.see(
            "subscribe to events",
            self.api.post(f"{self.base('webhooks')}/{app}/subscriptions", {"eventType": "ticket.creation"}),
        )
        self.see("list lifecycles", self.api.get(f"{self.base('pipelines')}/contacts"))

    def erase(self) -> None:
        for noun, values in (("contacts", {"firstname": "Gone"}), ("tickets", ticket(subject="Gone"))):
            gone = self.api.post(f"{V3_OBJECTS}/{noun}", {"properties": values}).json["id"]
            self.see(f"erase {noun}", self.api.post(f"{self.objects}/{noun}/gdpr-delete", {"objectId": gone}))
            if noun == "contacts":
                self.api.post(f"{V3_OBJECTS}/contacts/gdpr-delete", {"objectId": gone})
            else:
                self.api.delete(f"{V3_OBJECTS}/tickets/{gone}")

    def state(self) -> dict[str, Any]:
        """Every live record, pipeline and link at the end, as v3 reads them."""
        asked = {"properties": "subject,due_day,email,lastname,hs_pipeline,hs_pipeline_stage,hs_merged_object_ids"}
        return {
            path: self.api.get(path, **(asked if "objects" in path else {})).json["results"]
            for path in (f"{V3_OBJECTS}/tickets", f"{V3_OBJECTS}/contacts", "/crm/v3/pipelines/tickets")
        }
