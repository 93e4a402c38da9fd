"""The story as a whole: how much there is of what, that it never changes, and that it hangs together."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from itertools import islice, pairwise
from time import process_time

import pytest

from spokedesk.demo import (
    DEFAULT_END,
    ArchiveRecord,
    Associate,
    CreateRecord,
    MergeRecords,
    UpdateRecord,
    demo_events,
)
from tests.demo.stories import creations, default_story, digest, references, updates

DAY = 86_400_000
# Changes only together with a change of texts or rules that was meant.
DEFAULT_DIGEST = "9012cde4b54f0c932e1d2322636d3fe4a3d2096ff3f2316816115a149a0bb9f9"

LARGE = 20_000


def local_hour(at: int, language: str) -> tuple[int, int]:
    """Weekday (Monday is 0) and hour of the office of a language, an hour off in summer at most."""
    hours = {"en": 0, "de": 1, "fr": 1, "ja": 9}[language]
    moment = datetime.fromtimestamp((at + hours * 3_600_000) / 1000, UTC)
    return moment.weekday(), moment.hour


def test_the_default_story_has_the_promised_amounts() -> None:
    events = default_story()
    kinds = Counter((type(event).__name__, getattr(event, "object_type", "")) for event in events)
    tickets = list(creations("tickets"))
    languages = Counter(ticket.properties["customer_language"] for ticket in tickets)
    pipelines = Counter(ticket.properties["hs_pipeline"] for ticket in tickets)
    subjects = {ticket.properties["subject"] for ticket in tickets}
    print(f"{len(events)} events, {len(subjects)} distinct subjects, {dict(languages)}, {dict(pipelines)}")
    print("\n".join(f"{count:6} {name} {object_type}" for (name, object_type), count in sorted(kinds.items())))

    assert len(tickets) == 1200
    assert kinds["CreateRecord", "contacts"] == 300
    assert kinds["CreateRecord", "companies"] == 80
    assert len(subjects) >= 1000
    assert set(languages) == {"en", "de", "fr", "ja"}
    assert min(languages.values()) >= 100
    assert set(pipelines) == {"0", "101", "102"}
    assert min(pipelines.values()) >= 80
    assert 30 <= kinds["ArchiveRecord", "tickets"] <= 55
    assert 5 <= kinds["MergeRecords", "tickets"] <= 20
    assert kinds["UpdateRecord", "tickets"] >= 3000
    for activity, at_least in (("notes", 800), ("emails", 500), ("calls", 100), ("tasks", 80), ("meetings", 30)):
        assert kinds["CreateRecord", activity] >= at_least, activity


def test_history_has_stage_owner_priority_subject_and_survey_changes_and_pins() -> None:
    changed = Counter(name for update in updates("tickets") for name in update.properties)
    print(dict(changed))
    assert changed["hs_pipeline_stage"] >= 2000
    assert changed["hs_pipeline"] >= 20
    assert changed["hubspot_owner_id"] >= 500
    assert changed["hs_ticket_priority"] >= 100
    assert changed["subject"] >= 30
    assert changed["satisfaction"] >= 100
    assert changed["hs_resolution"] >= 500
    assert changed["hs_pinned_engagement_id"] >= 10


def test_the_story_never_changes() -> None:
    assert digest(default_story()) == DEFAULT_DIGEST


def test_the_same_arguments_give_the_same_events() -> None:
    assert digest(demo_events(150, seed=7)) == digest(demo_events(150, seed=7))


def test_another_seed_gives_another_story() -> None:
    assert digest(demo_events(150, seed=7)) != digest(demo_events(150, seed=8))


def test_the_story_ends_where_it_is_told_to() -> None:
    end = DEFAULT_END + 100 * DAY + 12_345
    ats = [event.at for event in demo_events(300, end=end)]
    assert end - 40 * DAY < max(ats) < end
    assert min(ats) > end - 550 * DAY


def test_two_stories_told_at_once_do_not_disturb_each_other() -> None:
    interleaved = [first for first, _ in zip(demo_events(60), demo_events(90, seed=3), strict=False)]
    assert interleaved == list(islice(demo_events(60), len(interleaved)))


def test_events_are_in_order_of_time() -> None:
    assert all(earlier.at <= later.at for earlier, later in pairwise(default_story()))
    assert max(event.at for event in default_story()) < DEFAULT_END


@pytest.mark.parametrize("size", [0, 1, 2, 5, 11, 40, 130])
def test_a_story_of_any_size_has_that_many_tickets(size: int) -> None:
    events = list(demo_events(size))
    tickets = [event for event in events if isinstance(event, CreateRecord) and event.object_type == "tickets"]
    assert len(tickets) == size
    assert all(earlier.at <= later.at for earlier, later in pairwise(events))


def test_every_reference_names_a_living_record_of_the_right_type() -> None:
    living: dict[str, str] = {}
    for event in default_story():
        for key in references(event):
            assert key in living, event
        match event:
            case CreateRecord():
                assert event.key not in living
                living[event.key] = event.object_type
            case UpdateRecord():
                assert living[event.key] == event.object_type
            case Associate():
                assert (living[event.from_key], living[event.to_key]) == (event.from_type, event.to_type)
            case ArchiveRecord():
                assert living.pop(event.key) == event.object_type
            case MergeRecords():
                assert event.primary_key != event.other_key
                assert living[event.primary_key] == living.pop(event.other_key) == event.object_type


def test_a_pinned_activity_belongs_to_the_ticket() -> None:
    tickets_of = {
        event.key: {key for key, _ in event.associations}
        for event in default_story()
        if isinstance(event, CreateRecord)
    }
    pins = [update for update in updates("tickets") if "hs_pinned_engagement_id" in update.properties]
    assert pins
    for pin in pins:
        assert pin.key in tickets_of[pin.properties["hs_pinned_engagement_id"].removeprefix("@")]


def test_every_update_changes_something() -> None:
    values: dict[str, dict[str, str]] = {}
    for event in default_story():
        if isinstance(event, CreateRecord):
            values[event.key] = dict(event.properties)
        elif isinstance(event, UpdateRecord):
            assert event.properties.items() - values[event.key].items(), event
            values[event.key].update(event.properties)


def test_archived_tickets_are_still_in_the_recycle_bin_at_the_end() -> None:
    archived = [event.at for event in default_story() if isinstance(event, ArchiveRecord)]
    assert min(archived) > DEFAULT_END - 85 * DAY


def test_there_is_work_left_in_every_pipeline_at_the_end() -> None:
    stages: dict[str, str] = {}
    for event in default_story():
        if isinstance(event, CreateRecord | UpdateRecord) and "hs_pipeline_stage" in event.properties:
            stages[event.key] = event.properties["hs_pipeline_stage"]
        elif isinstance(event, ArchiveRecord):
            stages.pop(event.key)
        elif isinstance(event, MergeRecords):
            stages.pop(event.other_key)
    count = Counter(stages.values())
    print(dict(count))
    assert {"1", "2", "3", "4"} <= set(count)
    assert count["1"] + count["2"] + count["3"] >= 30
    assert sum(count[stage] for stage in ("1011", "1012", "1013", "1014")) >= 8
    assert sum(count[stage] for stage in ("1021", "1022", "1023", "1024")) >= 3


def test_customers_write_on_working_days_and_by_day_above_all() -> None:
    moments = [local_hour(ticket.at, ticket.properties["customer_language"]) for ticket in creations("tickets")]
    weekend = sum(weekday >= 5 for weekday, _ in moments) / len(moments)
    night = sum(hour < 6 for _, hour in moments) / len(moments)
    office = sum(8 <= hour < 18 for _, hour in moments) / len(moments)
    print(f"weekend {weekend:.0%}, night {night:.1%}, office hours {office:.0%}")
    assert 0.03 < weekend < 0.2
    assert night < 0.05
    assert office > 0.6


def test_colleagues_work_in_office_hours() -> None:
    language_of = {ticket.key: ticket.properties["customer_language"] for ticket in creations("tickets")}
    moments = [local_hour(update.at, language_of[update.key]) for update in updates("tickets") if update.user_id]
    assert sum(weekday < 5 and 6 <= hour <= 18 for weekday, hour in moments) / len(moments) > 0.97


def test_an_outage_brings_many_tickets_about_it_at_once() -> None:
    days = Counter(ticket.at // DAY for ticket in creations("tickets"))
    outage = datetime(2026, 7, 28, tzinfo=UTC).timestamp() * 1000 // DAY
    usual = sum(days.values()) / len(days)
    print(f"{days[int(outage)]} tickets on the day of an outage, {usual:.1f} on others")
    assert days[int(outage)] > 3 * usual


def test_a_large_story_is_told_lazily_in_little_memory_and_quickly() -> None:
    next(demo_events(1_000_000))  # returns at once, although the story has a million tickets
    started = process_time()
    count = sum(1 for _ in demo_events(LARGE // 4))
    speed = count / (process_time() - started)
    tracemalloc.start()
    try:
        total = sum(1 for _ in demo_events(LARGE // 4))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    print(f"{speed:,.0f} events per second, {total:,} events in {peak / 1e6:.1f} MB")
    assert speed > 10_000
    assert peak < 12_000_000


def test_unique_values_stay_unique_in_a_large_story() -> None:
    seen: dict[str, set[str]] = {"order_number": set(), "email": set(), "domain": set()}
    keys: set[str] = set()
    for event in demo_events(LARGE):
        if isinstance(event, CreateRecord):
            assert event.key not in keys
            keys.add(event.key)
            for name, values in seen.items():
                value = event.properties.get(name)
                assert value is None or value not in values, event
                if value is not None:
                    values.add(value)
    assert len(seen["email"]) == LARGE // 4
    assert abs(len(seen["domain"]) - LARGE // 15) < 20
