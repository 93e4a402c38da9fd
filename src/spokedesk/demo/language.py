"""The words of each language and the facts of each situation, checked and in the form the story uses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from spokedesk.demo.hours import LocalTime
from spokedesk.demo.scenarios import read_toml

LANGUAGES = ("en", "de", "fr", "ja")

# Who writes: private customers, people of bike shops, people of companies that run cargo bikes.
PRIVATE, RESELLER, FLEET = "private", "reseller", "fleet"
COMPANY_TYPES = {RESELLER: ("RESELLER",), FLEET: ("PARTNER", "OTHER")}

# Slots that every ticket has; phrases with other slots are only used where the situation itself has them.
ALWAYS = frozenset({"first", "last", "email", "city", "agent", "subject", "soon"})
# Slots that do not come from `slots.fill`, because they belong to the person or change during the ticket's life.
FROM_ELSEWHERE = frozenset({"first", "last", "email", "agent", "subject", "company"})

# A property that a situation fills on creation needs these slots.
SLOTS_OF_PROPERTY = {
    "order_number": {"order"},
    "product_line": {"model"},
    "affected_parts": {"part"},
    "warranty_until": set[str](),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A word as shown, its Latin letters for addresses, and, on company words, the kind of company."""

    shown: str
    latin: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class City:
    name: str
    postcode: str
    country: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Owner:
    id: str
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said in one situation, in one language."""

    subjects: tuple[str, ...]
    messages: tuple[str, ...]
    replies: tuple[str, ...]
    notes: tuple[str, ...]
    extras: tuple[str, ...]
    triage: tuple[str, ...]
    call_titles: tuple[str, ...]
    call_bodies: tuple[str, ...]
    task_subjects: tuple[str, ...]
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """One reason to write, whatever the language. `windows` are days before the end of the story."""

    name: str
    weight: float
    surge: float
    pipeline: str
    category: str
    priorities: tuple[str, ...]
    sources: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    resolution: str
    writers: tuple[str, ...]
    parts: tuple[str, ...]
    sets: frozenset[str]
    windows: tuple[tuple[float, float], ...]
    thrown_away: bool
    anonymous: bool
    moves_contact: bool


@dataclass(frozen=True, slots=True)
class Language:
    """One language area: its people, places, phrases and the texts of every situation."""

    code: str
    index: int
    share: float
    clock: LocalTime
    words: Mapping[str, Any]
    phrases: Mapping[str, Any]
    parts: Mapping[str, tuple[str, ...]]
    firsts: tuple[Name, ...]
    lasts: tuple[Name, ...]
    jobs: tuple[str, ...]
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    street: str
    company_words: Mapping[str, tuple[tuple[Name, ...], tuple[Name, ...]]]
    forms: tuple[str, ...]
    form_first: bool
    owners: tuple[Owner, ...]
    texts: Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Everything the story is told from."""

    languages: tuple[Language, ...]
    situations: Mapping[str, Situation]
    stage_hours: Mapping[str, float]
    pipeline_of_stage: Mapping[str, str]
    closed_stages: frozenset[str]
    owners: tuple[Owner, ...]
    awkward: tuple[Mapping[str, Any], ...]


DEFAULT_PIPELINE_STAGES = {"1": "0", "2": "0", "3": "0", "4": "0"}


@cache
def scenarios() -> Scenarios:
    """Read and check the scenario files, once."""
    account, facts = read_toml("account"), read_toml("situations")
    situations = {name: _situation(name, entry, facts["paths"]) for name, entry in facts["situations"].items()}
    owners = tuple(_owner(entry) for entry in account["owners"])
    stages = [(stage, pipeline["pipelineId"]) for pipeline in account["pipelines"] for stage in pipeline["stages"]]
    closed = {stage["stageId"] for stage, _ in stages if stage["metadata"]["ticketState"] == "CLOSED"}
    languages = tuple(_language(code, index, account, situations) for index, code in enumerate(LANGUAGES))
    return Scenarios(
        languages=languages,
        situations=situations,
        stage_hours=facts["stage_hours"],
        pipeline_of_stage={**DEFAULT_PIPELINE_STAGES, **{stage["stageId"]: pipeline for stage, pipeline in stages}},
        closed_stages=frozenset({"4", *closed}),
        owners=owners,
        awkward=tuple(read_toml("awkward")["tickets"]),
    )


def _situation(name: str, entry: Mapping[str, Any], paths: Mapping[str, list[str]]) -> Situation:
    return Situation(
        name=name,
        weight=entry["weight"],
        surge=entry.get("surge", 1.0),
        pipeline=entry["pipeline"],
        category=entry.get("category", ""),
        priorities=tuple(entry["priority"]),
        sources=tuple(entry["source"]),
        paths=tuple(tuple(paths[path]) for path in entry["paths"]),
        resolution=entry.get("resolution", ""),
        writers=tuple(entry.get("writer", ())),
        parts=tuple(entry.get("parts", ())),
        sets=frozenset(entry["sets"]),
        windows=tuple((opens, closes) for opens, closes in entry.get("windows", ())),
        thrown_away=entry.get("thrown_away", False),
        anonymous=entry.get("anonymous", False),
        moves_contact=entry.get("moves_contact", False),
    )


def _owner(entry: Mapping[str, Any]) -> Owner:
    japanese = "ja" in entry["languages"]
    names = (entry["lastName"], entry["firstName"]) if japanese else (entry["firstName"], entry["lastName"])
    return Owner(entry["id"], entry["userId"], " ".join(names))


def _language(code: str, index: int, account: Mapping[str, Any], situations: Mapping[str, Situation]) -> Language:
    data = read_toml(code)
    words, phrases, companies = data["words"], data["phrases"], data["companies"]
    return Language(
        code=code,
        index=index,
        share=words["share"],
        clock=LocalTime(words["utc_offset"], words["summer_time"]),
        words=words,
        phrases=phrases,
        parts={part: tuple(forms) for part, forms in words["parts"].items()},
        firsts=tuple(map(_name, data["people"]["first"])),
        lasts=tuple(map(_name, data["people"]["last"])),
        jobs=tuple(data["people"]["jobs"]),
        cities=tuple(City(*entry.split("|")) for entry in data["places"]["cities"]),
        streets=tuple(data["places"]["streets"]),
        street=data["places"]["street"],
        company_words={
            kind: (_words_of_kind(companies["heads"], types), _words_of_kind(companies["tails"], types))
            for kind, types in COMPANY_TYPES.items()
        },
        forms=tuple(companies["forms"]),
        form_first=companies.get("form_first", False),
        owners=tuple(_owner(entry) for entry in account["owners"] if code in entry["languages"]),
        texts={
            name: _texts(data["texts"][name], situation, phrases, words["part_forms"])
            for name, situation in situations.items()
        },
    )


def _texts(
    entry: Mapping[str, list[str]], situation: Situation, phrases: Mapping[str, Any], part_forms: list[str]
) -> Texts:
    spoken = [*entry["subjects"], *entry["messages"], *entry["replies"], *entry["notes"]]
    own = slots_of(spoken).union(*(SLOTS_OF_PROPERTY[name] for name in situation.sets))
    known = own | ALWAYS
    if "company" in own and PRIVATE in (situation.writers or (PRIVATE,)):
        raise ValueError(f"{situation.name}: a private person has no company to fill in")
    fillable = {"part" if name in part_forms else name for name in own - FROM_ELSEWHERE} | {"soon", "city"}
    return Texts(
        subjects=tuple(entry["subjects"]),
        messages=tuple(entry["messages"]),
        replies=tuple(entry["replies"]),
        notes=tuple(entry["notes"]),
        extras=_fitting(phrases["extras"], known),
        triage=_fitting(phrases["triage"], known),
        call_titles=_fitting(phrases["call_titles"], known),
        call_bodies=_fitting(phrases["call_bodies"], known),
        task_subjects=_fitting(phrases["task_subjects"], known),
        slots=tuple(sorted(fillable)),
    )


def _words_of_kind(entries: list[str], types: tuple[str, ...]) -> tuple[Name, ...]:
    words = map(_name, entries)
    return tuple(word for word in words if not word.kind or word.kind in types)


def slots_of(templates: Iterable[str]) -> set[str]:
    """Names of all slots in the templates."""
    return {name for template in templates for _, name, _, _ in Formatter().parse(template) if name}


def _fitting(templates: Iterable[str], known: set[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(template for template in templates if slots_of([template]) <= known)


GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ø": "o"})


def _name(entry: str) -> Name:
    """Parse ``shown``, ``shown|latin`` or ``shown|latin|kind``."""
    shown, _, rest = entry.partition("|")
    latin, _, kind = rest.partition("|")
    return Name(shown, latin or latin_letters(shown), kind)


def latin_letters(shown: str) -> str:
    """Lower-case ASCII letters of a name, as people write themselves in mail addresses."""
    plain = unicodedata.normalize("NFKD", shown.lower().translate(GERMAN))
    return "".join(letter for letter in plain if letter in "abcdefghijklmnopqrstuvwxyz-")
