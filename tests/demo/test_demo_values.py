"""Every value of the story could be written through the API, and every text reads well in its language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest

from spokedesk import catalog
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.demo import Associate, CreateRecord, UpdateRecord, demo_setup
from spokedesk.demo.cast import make_person
from spokedesk.demo.dice import Dice
from spokedesk.demo.language import LANGUAGES, PRIVATE, scenarios, slots_of
from spokedesk.demo.slots import SlotContext, fill
from tests.demo.stories import creations, default_story, updates

AT = 1_780_000_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """What a property takes; `options` empty for free values."""

    type: str
    field_type: str
    options: frozenset[str]


def type_id_of(object_type: str) -> str:
    resolved = catalog.resolve_object_type(object_type)
    assert resolved, object_type
    return resolved.id


def rules(object_type: str) -> dict[str, Rule]:
    """The writable properties of an object type in the demo account."""
    definitions: Mapping[str, PropertyDefinition] = catalog.default_definitions(type_id_of(object_type))
    found = {
        name: Rule(each.type, each.field_type, frozenset(option.value for option in each.options))
        for name, each in definitions.items()
        if not each.read_only_value and not each.calculated
    }
    for setup in demo_setup().properties:
        if setup.object_type == object_type:
            body = setup.body
            options = frozenset(option["value"] for option in body.get("options", ()))
            found[body["name"]] = Rule(body["type"], body["fieldType"], options)
    return found


@cache
def stages_by_pipeline() -> dict[str, set[str]]:
    created = {
        setup.body["pipelineId"]: {stage["stageId"] for stage in setup.body["stages"]}
        for setup in demo_setup().pipelines
    }
    return {"0": {"1", "2", "3", "4"}, **created}


def written() -> Iterator[tuple[str, str, str]]:
    """Object type, property and value of everything that is written."""
    for event in default_story():
        if isinstance(event, CreateRecord | UpdateRecord):
            for name, value in event.properties.items():
                yield event.object_type, name, value


def acceptable(name: str, value: str, rule: Rule, owner_ids: set[str]) -> bool:
    """Whether the API would take the value as it stands."""
    if len(value) > 65_536 or "\x00" in value:
        return False
    if name == "hubspot_owner_id":
        return value in owner_ids
    if name in ("hs_pipeline", "hs_pipeline_stage"):
        return any(value == pipeline or value in stages for pipeline, stages in stages_by_pipeline().items())
    if name == "hs_pinned_engagement_id":
        return bool(re.fullmatch(r"@[a-z]+-\d+", value))
    if rule.type == "enumeration":
        chosen = value.split(";") if rule.field_type == "checkbox" else [value]
        return len(set(chosen)) == len(chosen) and set(chosen) <= rule.options
    if rule.type == "number":
        return bool(re.fullmatch(r"-?\d+(\.\d+)?", value))
    if rule.type == "date":
        return bool(date.fromisoformat(value))
    if rule.type == "datetime":
        return bool(re.fullmatch(r"\d{12,13}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value))
    return rule.type in ("string", "phone_number")


def test_only_writable_properties_are_written_with_values_that_they_take() -> None:
    owner_ids = {owner["id"] for owner in demo_setup().owners}
    allowed = {object_type: rules(object_type) for object_type in {object_type for object_type, _, _ in written()}}
    for object_type, name, value in written():
        assert name in allowed[object_type], (object_type, name)
        assert acceptable(name, value, allowed[object_type][name], owner_ids), (object_type, name, value)


def test_every_custom_property_is_used() -> None:
    used = {(object_type, name) for object_type, name, _ in written()}
    assert {(setup.object_type, setup.body["name"]) for setup in demo_setup().properties} <= used


def test_a_ticket_starts_with_subject_and_stage_and_moves_within_its_pipeline() -> None:
    stages, pipeline_of = stages_by_pipeline(), {}
    for event in default_story():
        if isinstance(event, CreateRecord) and event.object_type == "tickets":
            assert event.properties["subject"]
            pipeline_of[event.key] = event.properties["hs_pipeline"]
            assert event.properties["hs_pipeline_stage"] in stages[pipeline_of[event.key]]
        elif isinstance(event, UpdateRecord) and event.object_type == "tickets":
            pipeline = event.properties.get("hs_pipeline")
            if pipeline:
                assert "hs_pipeline_stage" in event.properties
                pipeline_of[event.key] = pipeline
            stage = event.properties.get("hs_pipeline_stage")
            assert stage is None or stage in stages[pipeline_of[event.key]], event


def test_every_stage_is_visited() -> None:
    visited = {value for _, name, value in written() if name == "hs_pipeline_stage"}
    assert visited == {stage for stages in stages_by_pipeline().values() for stage in stages}


def test_activities_have_a_time_and_belong_to_a_ticket() -> None:
    for object_type in ("notes", "emails", "calls", "tasks", "meetings"):
        for activity in creations(object_type):
            assert int(activity.properties["hs_timestamp"]) >= activity.at - 1
            assert activity.associations[0][0].startswith("ticket-")


def test_association_types_fit_their_two_object_types() -> None:
    known = {
        (each.from_type, each.to_type, each.type_id)
        for each in catalog.association_types()
        if each.category == "HUBSPOT_DEFINED"
    }
    labels = {(each.from_type, each.to_type, each.type_id) for each in demo_setup().association_labels}
    type_of = {event.key: event.object_type for event in default_story() if isinstance(event, CreateRecord)}
    labelled = 0
    for event in default_story():
        if isinstance(event, CreateRecord):
            for key, type_id in event.associations:
                assert (type_id_of(event.object_type), type_id_of(type_of[key]), type_id) in known, event
        elif isinstance(event, Associate) and event.category == "HUBSPOT_DEFINED":
            assert (type_id_of(event.from_type), type_id_of(event.to_type), event.type_id) in known, event
        elif isinstance(event, Associate):
            labelled += 1
            assert (event.from_type, event.to_type, event.type_id) in labels, event
    assert labelled >= 50


def test_who_did_it_is_a_known_user_exactly_when_a_person_did() -> None:
    users = {owner["userId"] for owner in demo_setup().owners}
    acting = set()
    for event in default_story():
        if isinstance(event, CreateRecord | UpdateRecord):
            user_id = event.owner_user_id if isinstance(event, CreateRecord) else event.user_id
            if event.source == "CRM_UI":
                assert user_id in users, event
            elif event.source == "INTEGRATION":
                assert user_id is None, event
            else:
                assert event.source == "IMPORT", event
            acting.add(user_id)
    assert acting == users | {None}


def test_mail_addresses_and_sites_are_reserved_ones() -> None:
    safe = re.compile(r"(^|\.)(example|example\.com|example\.org)$")
    addresses = 0
    for _, name, value in written():
        hosts = re.findall(r"[a-z0-9]@([A-Za-z0-9.-]*[A-Za-z0-9])", value)
        hosts += re.findall(r"https?://([A-Za-z0-9.-]+)", value)
        if name == "domain":
            hosts.append(value)
        for host in hosts:
            addresses += 1
            assert safe.search(host), value
    assert addresses > 1000


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_do_not_run_out_in_a_language(code: str) -> None:
    language = next(each for each in scenarios().languages if each.code == code)
    assert len({name.latin for name in language.firsts}) >= 60
    assert len({name.latin for name in language.lasts}) >= 60
    assert all(re.fullmatch(r"[a-z-]+", name.latin) for name in (*language.firsts, *language.lasts))


@pytest.mark.parametrize("code", LANGUAGES)
def test_mail_addresses_stay_unique_when_all_pairs_of_names_are_used_up(code: str) -> None:
    language = next(each for each in scenarios().languages if each.code == code)
    pairs = len(language.firsts) * len(language.lasts)
    people = [make_person(number, number, language, None) for number in range(2 * pairs + 100)]
    assert len({person.email.partition("@")[0] for person in people}) == len(people)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_every_situation_can_be_filled(code: str) -> None:
    data = scenarios()
    language = next(each for each in data.languages if each.code == code)
    for number, (name, situation) in enumerate(data.situations.items()):
        texts = language.texts[name]
        values = fill(texts, SlotContext(Dice(number), AT, number, language, situation, language.cities[0]))
        values.update(first="F", last="L", email="E", agent="A", subject="S")
        if PRIVATE not in (situation.writers or (PRIVATE,)):
            values["company"] = "C"
        for group in ("subjects", "messages", "replies", "notes", "extras", "triage", "call_titles", "task_subjects"):
            templates = getattr(texts, group)
            assert templates, (name, group)
            for template in templates:
                filled = template.format_map(values)
                assert filled.strip(), (name, template)
                assert "{" not in filled, (name, template)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_situation_is_told_in_more_than_one_way(code: str) -> None:
    language = next(each for each in scenarios().languages if each.code == code)
    for name, texts in language.texts.items():
        assert len(set(texts.subjects)) >= 3, name
        assert len(set(texts.messages)) >= 2, name
        assert any(slots_of([subject]) for subject in texts.subjects), name


def test_each_language_is_written_in_its_own_letters() -> None:
    signs = {"de": "[äöüß]", "fr": "[éèàçù’]", "ja": "[ぁ-んァ-ン一-龥]"}
    for code, pattern in signs.items():
        texts = [
            ticket.properties["content"]
            for ticket in creations("tickets")
            if ticket.properties["customer_language"] == code and ticket.properties.get("content")
        ]
        assert sum(bool(re.search(pattern, text)) for text in texts) / len(texts) > 0.8, code
    for ticket in creations("tickets"):
        if ticket.properties["customer_language"] == "ja":
            assert re.search(signs["ja"], ticket.properties["subject"]), ticket


def test_awkward_tickets_are_there() -> None:
    tickets = list(creations("tickets"))
    subjects = [ticket.properties["subject"] for ticket in tickets]
    contents = [ticket.properties.get("content") for ticket in tickets]
    texts = [content for content in contents if content]
    assert max(map(len, subjects)) > 1000
    assert max(map(len, texts)) > 50_000
    assert None in contents
    assert "" in contents
    assert any("<script>" in subject for subject in subjects)
    assert any("<p>" in text and "&lt;" in text for text in texts)
    assert any("\U0001f6b2" in subject and "\u200d" in subject for subject in subjects)
    assert any("u\u0308" in subject for subject in subjects), "a decomposed umlaut"
    assert any("ﾃﾞ" in subject for subject in subjects), "half-width kana"
    assert any(subject != subject.strip() and "\t" in subject for subject in subjects)
    assert any("\r\n" in text and "\u00a0" in text and "\u3000" in text for text in texts)
    assert any("ورشة" in subject for subject in subjects), "right to left"
    assert any("DROP TABLE" in subject and "%" in subject for subject in subjects)
    assert any(subject.startswith("=") for subject in subjects), "a spreadsheet formula"
    assert any(len(ticket.properties.get("affected_parts", "").split(";")) == 16 for ticket in tickets)
    assert any(ticket.properties.get("createdate", "").startswith("2019") for ticket in tickets)


def test_awkward_instants_are_there() -> None:
    ats = {ticket.at for ticket in creations("tickets")}
    midnight = 1_776_211_200_000  # 2026-04-15T00:00:00Z
    assert {midnight - 1, midnight} <= ats
    summer = 1_774_746_000_000  # 2026-03-29T01:00:00Z
    assert {summer - 1, summer} <= ats
    winter = 1_792_890_000_000  # 2026-10-25T01:00:00Z
    assert {winter - 1_800_000, winter + 1_800_000} <= ats
    year = 1_767_225_600_000  # 2026-01-01T00:00:00Z
    assert {year - 1, year} <= ats


def test_contacts_belong_to_companies_or_to_nobody() -> None:
    employed = [contact for contact in creations("contacts") if contact.associations]
    private = [contact for contact in creations("contacts") if not contact.associations]
    assert len(employed) >= 80
    assert len(private) >= 80
    assert all(contact.properties["company"] and contact.properties["jobtitle"] for contact in employed)


def test_a_contact_that_moves_gets_its_new_address() -> None:
    moves = [update for update in updates("contacts") if "address" in update.properties]
    assert moves
    assert all(set(move.properties) == {"address", "city", "zip", "country"} for move in moves)
