"""The model: an account as plain dicts, with every rule of writing, linking and merging written out once more.

Nothing here is shared with the server. A refusal is raised as `Refused`; the caller takes the state back then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.model.kinds import (
    CREATED,
    ERROR_NAMES,
    KIND_IDS,
    MERGEABLE,
    MODIFIED,
    NEW_TICKET,
    PINNED,
    PLAIN,
    PRIMARY,
    REQUIRED,
    ROLLED_UP,
    TYPES,
    Link,
    Rec,
    Refused,
    fold_unique,
    spent_open,
    stage_key,
    state_of,
)
from tests.model.values import (
    CLOSED,
    DAY,
    PIPELINES,
    PROPS,
    READ_ONLY,
    UNIQUE,
    Bad,
    as_text,
    check,
    instant,
    iso,
    load_of,
)


@dataclass
class World:
    """The whole account at one moment. `now` is set by the test before each call."""

    documented: bool
    now: int = 0
    records: dict[tuple[str, int], Rec] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    holders: dict[tuple[str, str, str], int] = field(default_factory=dict)
    top: int = 0
    spoilt: bool = False

    def save(self) -> tuple[Any, ...]:
        return dict(self.records), set(self.links), dict(self.holders)

    def load(self, saved: tuple[Any, ...]) -> None:
        self.records, self.links, self.holders = saved

    # finding

    def get(self, kind: str, record_id: int) -> Rec | None:
        return self.records.get((kind, record_id))

    def of_kind(self, kind: str, state: str = "live") -> list[Rec]:
        """Records in order of id; state is live, archived or merged."""
        found = [item for item in self.records.values() if item.kind == kind and state_of(item) == state]
        return sorted(found, key=lambda item: item.id)

    def follow(self, kind: str, record_id: int) -> Rec | None:
        found = self.get(kind, record_id)
        while found is not None and found.merged is not None:
            found = self.get(kind, found.merged)
        return found

    def locate(self, kind: str, key: str, id_property: str | None, *, archived: bool = False) -> Rec:
        """What a path means; raise 404 or 400."""
        if id_property is not None:
            found = self.by_value(kind, id_property, key)
        elif not (key.isascii() and key.isdigit()):
            text = "Object not found.  objectId are usually numeric."
            raise Refused(404, text, "OBJECT_NOT_FOUND", context={"id": [key]})
        else:
            found = self.follow(kind, int(key))
        if found is None or found.live == archived:
            raise Refused(404, "resource not found", None)
        return found

    def by_value(self, kind: str, name: str, value: str) -> Rec | None:
        if name not in UNIQUE[kind]:
            raise self.not_unique(kind, name)
        holder = self.holders.get((kind, name, fold_unique(name, value)))
        return None if holder is None else self.get(kind, holder)

    def not_unique(self, kind: str, name: str | None) -> Refused:
        text = f"Unable to perform update/upsert by non-unique {KIND_IDS[kind]} property {name or 'hs_object_id'} "
        return Refused(400, f"{text}in portal ID 10000001")

    # checking

    def checked(self, kind: str, raw: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
        """Normalised values, or every problem at once in the order of the request."""
        values: dict[str, str] = {}
        problems: dict[str, str] = {}
        for name, item in raw.items():
            text = as_text(item)
            prop = PROPS[kind].get(name)
            if prop is None:
                problems[name] = "READ_ONLY_VALUE" if name in READ_ONLY[kind] else "PROPERTY_DOESNT_EXIST"
            elif text is not None:
                outcome = text if prop.kind == "place" else check(prop, text, before.get(name, ""), self.now)
                if isinstance(outcome, Bad):
                    problems[name] = outcome.code
                else:
                    values[name] = outcome
        if kind == "tickets":
            problems.update(self.check_place(values, before))
        if problems:
            order = [name for name in raw if name in problems] + [name for name in problems if name not in raw]
            raise Refused(400, None, problems=[(name, problems[name]) for name in order])
        return values

    def check_place(self, values: dict[str, str], before: Mapping[str, str]) -> dict[str, str]:
        named, stage = values.get("hs_pipeline"), values.get("hs_pipeline_stage")
        if named and named not in PIPELINES:
            return {"hs_pipeline": "INVALID_OPTION"}
        target = named or before.get("hs_pipeline") or "0"
        wanted = stage or (before.get("hs_pipeline_stage") if named else None)
        if wanted and wanted not in PIPELINES[target]:
            return {"hs_pipeline_stage": "INVALID_OPTION"}
        if wanted and not (before and named == ""):
            values["hs_pipeline"] = target
        return {}

    def claim(self, kind: str, values: Mapping[str, str], record_id: int | None, taken: dict[Any, int]) -> None:
        """Refuse values that another record holds; `taken` are those held when the call began, or since."""
        keys = [(kind, name, fold_unique(name, values[name])) for name in UNIQUE[kind] if values.get(name)]
        for key in keys:
            holder = taken.get(key)
            if holder is not None and holder != record_id:
                raise self.conflict(kind, key, holder)

    def conflict(self, kind: str, key: tuple[str, str, str], holder: int) -> Refused:
        known = str(holder) if holder > 0 else "*"  # an earlier input of the same call: its id is not known yet
        if kind == "contacts":
            return Refused(409, f"Contact already exists. Existing ID: {known}", "CONFLICT")
        text = (
            f"propertyName={key[1]}, value={key[2]}}} on *{f' {holder}' if holder > 0 else ''} already has that value."
        )
        return Refused(400, text)

    # writing

    def put(self, rec: Rec, changed: Mapping[str, str], channel: str = "INTEGRATION") -> Rec:
        """Store new values of a record with their history and unique values."""
        past = dict(rec.past)
        changed = {**changed, **self.calculated(rec, changed)}
        for name, value in changed.items():
            past[name] = ((value, self.now, channel), *past.get(name, ()))
            if name in UNIQUE[rec.kind]:
                self.free(rec, name)
                if value:
                    self.holders[(rec.kind, name, fold_unique(name, value))] = rec.id
        after = replace(rec, props={**rec.props, **changed}, past=past, updated=self.now if changed else rec.updated)
        if changed.get("createdate"):
            after = replace(after, created=instant(changed["createdate"]) or 0)
        self.records[(rec.kind, rec.id)] = after
        return after

    def calculated(self, rec: Rec, changed: Mapping[str, str]) -> dict[str, str]:
        """The value that follows from others, where it changes with them."""
        if rec.kind != "tickets" or not changed:
            return {}
        load = load_of({**rec.props, **changed})
        return {} if rec.props.get("load", "") == load else {"load": load}

    def free(self, rec: Rec, name: str | None = None) -> None:
        for key in [key for key, holder in self.holders.items() if holder == rec.id and key[0] == rec.kind]:
            if name in (None, key[1]):
                del self.holders[key]

    def plan_new(self, kind: str, raw: Mapping[str, Any]) -> dict[str, str]:
        """Checked values of a new record; required ones are there."""
        values = self.checked(kind, raw, {})
        subject = ("subject",) if kind == "tickets" and self.documented else ()
        missing = sorted(name for name in (*REQUIRED[kind], *subject) if not values.get(name))
        if missing:
            text = f"Error creating {ERROR_NAMES[kind]}. Some required properties were not set."
            raise Refused(400, text, context={"properties": missing})
        return values

    def insert(self, kind: str, record_id: int, values: Mapping[str, str]) -> Rec:
        given = {name: value for name, value in values.items() if value}
        created = given.get("createdate") or iso(self.now)
        props = {
            **given,
            CREATED[kind]: created,
            MODIFIED[kind]: iso(self.now),
            "hs_object_id": str(record_id),
            "hs_object_source": "INTEGRATION",
        }
        if kind == "tickets":
            props.update(NEW_TICKET, hs_helpdesk_sort_timestamp=created, hs_ticket_id=str(record_id))
            props.update(self.moved({}, props, given, instant(created) or 0))
            if given.get("hubspot_owner_id"):
                props.update(self.owned(given["hubspot_owner_id"]))
            if props.get("closed_date"):
                props["time_to_close"] = spent_open(props)
        if given.get("email"):
            props["hs_email_domain"] = given["email"].partition("@")[2]
        self.top = max(self.top, record_id)
        return self.put(Rec(kind, record_id, {}, instant(created) or 0, self.now), props)

    def owned(self, owner: str) -> dict[str, str]:
        return {"hubspot_owner_assigneddate": iso(self.now) if owner else "", "hs_all_owner_ids": owner}

    def moved(
        self, before: Mapping[str, str], after: Mapping[str, str], given: Mapping[str, str], closing: int
    ) -> dict[str, str]:
        """What a new place brings: times per stage, closing, reopening."""
        old, new = stage_key(before.get("hs_pipeline_stage", "")), stage_key(after["hs_pipeline_stage"])
        found: dict[str, str] = {}
        if before:
            spent = self.now - (instant(before[f"hs_v2_date_entered_{old}"]) or 0)
            found[f"hs_v2_date_exited_{old}"] = iso(self.now)
            found[f"hs_v2_latest_time_in_{old}"] = str(spent)
            found[f"hs_v2_cumulative_time_in_{old}"] = str(
                int(before.get(f"hs_v2_cumulative_time_in_{old}") or 0) + spent
            )
        found[f"hs_v2_date_entered_{new}"] = found["hs_v2_date_entered_current_stage"] = iso(self.now)
        found[f"hs_v2_date_exited_{new}"] = ""
        was_closed, is_closed = before.get("hs_is_closed") == "true", after["hs_pipeline_stage"] in CLOSED
        found["hs_is_closed"] = str(is_closed).lower()
        if is_closed:
            kept = before.get("closed_date", "") if was_closed else ""
            closed = given.get("closed_date") or kept or iso(closing)
            found["closed_date"] = closed
        elif was_closed:
            found["hs_last_closed_date"] = before.get("closed_date") or iso(self.now)
            found["hs_ticket_reopened_at"] = iso(self.now)
            found["closed_date"] = given.get("closed_date", "")
        return {name: value for name, value in found.items() if value or before.get(name)}

    def plan_update(self, rec: Rec, raw: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """(values as checked, everything that changes)."""
        values = self.checked(rec.kind, raw, rec.props)
        emptied = [name for name in ("hs_pipeline", "hs_pipeline_stage") if values.get(name) == ""]
        if emptied:
            text = f"Error creating {ERROR_NAMES[rec.kind]}. Some required properties were not set."
            raise Refused(400, text, context={"properties": emptied})
        changed = {name: value for name, value in values.items() if rec.props.get(name, "") != value}
        if not changed:
            return values, {}
        more: dict[str, str] = {MODIFIED[rec.kind]: iso(self.now)}
        after = {**rec.props, **values}
        if rec.kind == "tickets":
            if any(name in changed for name in ("hs_pipeline", "hs_pipeline_stage")):
                more.update(self.moved(rec.props, after, values, self.now))
            if "hubspot_owner_id" in changed:
                more.update(self.owned(changed["hubspot_owner_id"]))
            more["time_to_close"] = spent_open({**after, **more})
        if "email" in changed:
            more["hs_email_domain"] = changed["email"].partition("@")[2]
        changed.update({name: value for name, value in more.items() if rec.props.get(name, "") != value})
        return values, {**changed, **self.calculated(rec, changed)}

    def check_pin(self, rec_id: int, kind: str, pinned: str | None, linked: Iterable[tuple[str, int]]) -> None:
        if pinned and ("notes", int(pinned)) not in set(linked):
            text = f"Engagement {pinned} is not associated with {ERROR_NAMES[kind]} *"
            raise Refused(400, text, problems=[(PINNED, "ENGAGEMENT_NOT_ASSOCIATED")])

    def archive(self, kind: str, record_id: int) -> set[tuple[str, int]]:
        """Into the recycle bin; the tickets to count again."""
        rec = self.get(kind, record_id)
        if rec is None or not rec.live:
            return set()
        self.records[(kind, record_id)] = replace(rec, archived=self.now)
        self.free(rec)
        return self.neighbours(rec)

    def restore(self, kind: str, record_id: int) -> set[tuple[str, int]]:
        """Bring a record back; the tickets to count again; raise 404, or the conflict about a unique value."""
        rec = self.get(kind, record_id)
        if rec is None or state_of(rec) != "archived" or self.now - (rec.archived or 0) > 90 * DAY:
            raise Refused(404, "resource not found", None)
        self.claim(kind, rec.props, rec.id, self.holders)
        self.records[(kind, record_id)] = replace(rec, archived=None)
        for name in UNIQUE[kind]:
            if rec.props.get(name):
                self.holders[(kind, name, fold_unique(name, rec.props[name]))] = rec.id
        return self.neighbours(rec)

    # linking

    def linked(self, rec: Rec, kind: str | None = None, *, live: bool = True) -> set[tuple[str, int]]:
        found = {(link[2], link[3]) for link in self.links if link[:2] == (rec.kind, rec.id)}
        return {key for key in found if kind in (None, key[0]) and (not live or self.records[key].live)}

    def rows(self, rec: Rec, kind: str) -> list[tuple[int, str]]:
        """The links of an answer: by target, the primary type before the plain one."""
        found = [
            (link[3], link[4] not in PRIMARY, TYPES[(rec.kind, link[4])][2])
            for link in self.links
            if link[:3] == (rec.kind, rec.id, kind) and self.records[(kind, link[3])].live
        ]
        return [(target, name) for target, _, name in sorted(found)]

    def check_types(self, kind: str, wanted: Sequence[tuple[int, str]]) -> None:
        """Refuse types of another direction."""
        for type_id, _ in wanted:
            if (kind, type_id) not in TYPES:
                spec = f"HUBSPOT_DEFINED={type_id}"
                text = f"{spec} is not a valid association definition id"
                context = {"associationSpec": [spec], "INVALID_ASSOCIATION_TYPE_ID": [text]}
                raise Refused(400, "One or more associations are invalid", context=context)

    def check_links(self, kind: str, wanted: Sequence[tuple[int, str]]) -> None:
        """Refuse types of another direction, then targets that are not there."""
        for type_id, target in wanted:
            self.check_types(kind, [(type_id, target)])
            if not target.isdigit():  # found before anything is looked up
                self.check_ends([(TYPES[(kind, type_id)][0], target)])
        self.check_ends([(TYPES[(kind, type_id)][0], target) for type_id, target in wanted])

    def check_ends(self, ends: Sequence[tuple[str, str]]) -> None:
        """Refuse records that are not there: all of the type of the first one."""
        lost = [(kind, key) for kind, key in ends if not key.isdigit() or not self.is_live(kind, int(key))]
        if lost:
            keys = list(dict.fromkeys(key for kind, key in lost if kind == lost[0][0]))
            name = ERROR_NAMES[lost[0][0]]
            context = {
                "INVALID_OBJECT_IDS": [f"{name}={key} is not valid" for key in keys],
                "objectId": keys,
                "objectType": [name],
            }
            raise Refused(400, "One or more associations are invalid", context=context)

    def is_live(self, kind: str, record_id: int) -> bool:
        found = self.get(kind, record_id)
        return found is not None and found.live

    def link(self, kind: str, record_id: int, wanted: Sequence[tuple[int, str]]) -> set[tuple[str, int]]:
        """Write types between records, both directions; at most one company is the primary one.

        Returns the tickets to count again.
        """
        touched: set[tuple[str, int]] = set()
        explicit = any(type_id in PRIMARY for type_id, _ in wanted)
        for type_id, target in wanted:
            to_kind = TYPES[(kind, type_id)][0]
            ticket, company = (record_id, int(target)) if kind == "tickets" else (int(target), record_id)
            types = {type_id, PLAIN.get(type_id, type_id)}
            if "companies" in (kind, to_kind):
                known = {link for link in self.links if link[:3] == ("tickets", ticket, "companies")}
                if type_id in PRIMARY:
                    self.erase(link for link in known if link[4] == 26 and link[3] != company)
                elif not known and not explicit:
                    types.add(26 if kind == "tickets" else 25)
            for chosen in types:
                inverse = TYPES[(kind, chosen)][1]
                self.links.add((kind, record_id, to_kind, int(target), chosen))
                self.links.add((to_kind, int(target), kind, record_id, inverse))
            if "tickets" in (kind, to_kind) and (kind in ROLLED_UP or to_kind in ROLLED_UP):
                touched.add(("tickets", ticket))
        return touched

    def unlink(self, kind: str, record_id: int, to_kind: str, target: int, type_id: int) -> None:
        pair = [link for link in self.links if link[:4] == (kind, record_id, to_kind, target)]
        if (kind, record_id, to_kind, target, type_id) in self.links:
            self.erase(link for link in pair if link[4] == type_id or type_id not in PRIMARY)
            if to_kind in ROLLED_UP or kind in ROLLED_UP:
                self.refresh({("tickets", record_id if kind == "tickets" else target)})

    def erase(self, gone: Iterable[Link]) -> None:
        for kind, record_id, to_kind, target, type_id in list(gone):
            self.links.discard((kind, record_id, to_kind, target, type_id))
            self.links.discard((to_kind, target, kind, record_id, TYPES[(kind, type_id)][1]))

    def neighbours(self, rec: Rec) -> set[tuple[str, int]]:
        """Tickets whose counts may follow from what happened to this record."""
        if rec.kind == "tickets":
            return (
                {("tickets", rec.id)} if any(kind in ROLLED_UP for kind, _ in self.linked(rec, live=False)) else set()
            )
        if rec.kind not in ROLLED_UP:
            return set()
        return {key for key in self.linked(rec, live=False) if key[0] == "tickets"}

    def refresh(self, tickets: Iterable[tuple[str, int]]) -> None:
        """Count again what is linked to tickets, and take back a pin on a note that is no longer linked."""
        for key in sorted(tickets):
            rec = self.records[key]
            if not rec.live:
                continue
            notes, companies = self.linked(rec, "notes"), self.linked(rec, "companies")
            times = [instant(self.records[note].props["hs_timestamp"]) or 0 for note in notes]
            latest = iso(max(times)) if times else ""
            primary = next((link[3] for link in self.links if link[:3] == (*key, "companies") and link[4] == 26), None)
            company = self.records[("companies", primary)] if primary else None
            values = {
                "hs_num_associated_companies": str(len(companies)),
                "num_notes": str(len(notes)),
                "notes_last_updated": latest,
                "hs_lastactivitydate": latest,
                "hs_primary_company_id": str(primary) if company and company.live else "",
                "hs_primary_company_name": company.props.get("name", "") if company and company.live else "",
            }
            pinned = rec.props.get(PINNED)
            if pinned and ("notes", int(pinned)) not in notes:
                values[PINNED] = ""
            changed = {name: value for name, value in values.items() if rec.props.get(name, "") != value}
            if changed:
                changed["hs_lastmodifieddate"] = iso(self.now)
                self.put(rec, changed, "CALCULATED")

    # merging

    def merge(self, kind: str, primary_key: str, other_key: str) -> Rec:
        if kind not in MERGEABLE or primary_key == other_key:
            raise Refused(400, None)
        primary, other = self.locate(kind, primary_key, None), self.locate(kind, other_key, None)
        if primary.id == other.id:
            raise Refused(400, None)
        changed = self.taken_over(primary, other)
        self.records[(kind, other.id)] = replace(other, archived=self.now, merged=primary.id)
        self.free(other)
        self.put(primary, changed)
        touched = self.neighbours(primary) | self.neighbours(other)
        has_primary = any(link[:3] == (kind, primary.id, "companies") and link[4] == 26 for link in self.links)
        for link in [link for link in self.links if link[:2] == (kind, other.id)]:
            self.erase([link])
            if link[2:4] in ((kind, primary.id), (kind, other.id)) or (link[4] == 26 and has_primary):
                continue
            self.links.add((kind, primary.id, *link[2:]))
            self.links.add((link[2], link[3], kind, primary.id, TYPES[(kind, link[4])][1]))
        self.refresh(touched | self.neighbours(self.records[(kind, primary.id)]))
        return self.records[(kind, primary.id)]

    def taken_over(self, primary: Rec, other: Rec) -> dict[str, str]:
        """What the survivor changes: values it lacks, the older creation, the list of absorbed ids."""
        kind = primary.kind
        changed = {
            name: value
            for name, value in other.props.items()
            if name in PROPS[kind] and value and not primary.props.get(name)
        }
        if primary.props.get("hs_is_closed") != "true":
            changed.pop("closed_date", None)
        if other.created < primary.created:
            changed[CREATED[kind]] = other.props[CREATED[kind]]
        if changed.get("hubspot_owner_id"):
            changed.update(self.owned(changed["hubspot_owner_id"]))
        if changed.get("email"):
            changed["hs_email_domain"] = changed["email"].partition("@")[2]
        if kind == "tickets":
            changed["time_to_close"] = spent_open({**primary.props, **changed})
        absorbed = [primary.props.get("hs_merged_object_ids"), other.props.get("hs_merged_object_ids"), str(other.id)]
        changed["hs_merged_object_ids"] = ";".join(part for part in absorbed if part)
        changed[MODIFIED[kind]] = iso(self.now)
        return {name: value for name, value in changed.items() if primary.props.get(name, "") != value}
