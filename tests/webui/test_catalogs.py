"""The texts of the web interface: complete in every language, each used, none left in the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SOURCES = ROOT / "webui" / "src"
LANGUAGES = ("en", "de", "fr", "ja")
PLURALS = {"en": {"one", "other"}, "de": {"one", "other"}, "fr": {"one", "many", "other"}, "ja": {"other"}}
CALL = re.compile(r"""(?<![\w.])(?:t|translate)\(\s*"([^"]+)\"""")
TEMPLATE = re.compile(r"(?<![\w.])(?:t|translate)\(\s*`([^`$]*)\$\{")
NAMED = re.compile(r'"([a-z][A-Za-z]*:[A-Za-z][\w-]*)"')
SCREEN = re.compile(r'useT\("([a-z]+)"\)')
WORD = re.compile(r"\{\{(\w+)\}\}")
SAME = {  # words that a language shares with English
    "de": {
        "Pipeline",
        "Board",
        "Tickets",
        "Ticket",
        "Name",
        "Status",
        "Token",
        "Webhooks",
        "System",
        "E-Mail",
        "Domain",
        "ID",
        "Pipelines",
    },
    "fr": {
        "Pipeline",
        "Notes",
        "Note",
        "Actions",
        "Action",
        "Messages",
        "Description",
        "Tickets",
        "Pipelines",
        "Webhooks",
        "Options",
        "Option",
        "Type",
        "Contacts",
        "Date",
        "Source",
        "E-mail",
        "Compact",
        "{{count}} ticket",
        "{{count}} tickets",
    },
    "ja": set(),
}


def catalog(language: str) -> dict[str, dict[str, str]]:
    folder = SOURCES / "i18n" / language
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


CATALOGS = {language: catalog(language) for language in LANGUAGES}


def base(key: str) -> str:
    """The key that the code names, without the plural category."""
    return re.sub(r"_(zero|one|two|few|many|other)$", "", key)


def code_files() -> list[Path]:
    return sorted(path for path in SOURCES.rglob("*.ts*") if "i18n" not in path.parts)


def used_keys() -> tuple[set[str], set[str]]:
    """Keys that the code names with their screen, and beginnings of keys that it completes at run time."""
    keys: set[str] = set()
    beginnings: set[str] = set()
    for path in code_files():
        text = path.read_text(encoding="utf-8")
        screens = SCREEN.findall(text)
        for pattern, found in ((CALL, keys), (TEMPLATE, beginnings)):
            for key in pattern.findall(text):
                if ":" in key:
                    found.add(key)
                else:
                    # a file with components of several screens may mean any of them
                    known = [screen for screen in screens if key in bases(screen)] or screens[:1] or ["common"]
                    found.update(f"{screen}:{key}" for screen in known)
        keys.update(key for key in NAMED.findall(text) if key.partition(":")[0] in CATALOGS["en"])
    return keys, beginnings


def bases(screen: str) -> set[str]:
    return {base(key) for key in CATALOGS["en"].get(screen, {})}


def all_keys(language: str) -> set[str]:
    return {f"{screen}:{base(key)}" for screen, texts in CATALOGS[language].items() for key in texts}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_texts(language: str) -> None:
    assert all_keys(language) == all_keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_forms_of_their_language(language: str) -> None:
    for screen, texts in CATALOGS[language].items():
        forms: dict[str, set[str]] = {}
        for key in texts:
            if base(key) != key:
                forms.setdefault(base(key), set()).add(key.removeprefix(base(key) + "_"))
        assert {key: found for key, found in forms.items() if found != PLURALS[language]} == {}, screen


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_every_place_for_a_value_is_there(language: str) -> None:
    for screen, texts in CATALOGS[language].items():
        english = {base(key): text for key, text in CATALOGS["en"][screen].items()}
        for key, text in texts.items():
            assert text.strip() == text != "", (screen, key)
            assert set(WORD.findall(text)) == set(WORD.findall(english[base(key)])), (screen, key)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_was_left_in_english(language: str) -> None:
    same = {
        text
        for screen, texts in CATALOGS[language].items()
        for key, text in texts.items()
        if text == CATALOGS["en"][screen].get(key) and re.search(r"[a-z]{3}", WORD.sub("", text))
    }
    assert same - SAME[language] == set()


def test_every_key_that_the_code_names_exists() -> None:
    keys, beginnings = used_keys()
    known = all_keys("en")
    assert keys - known == set()
    assert {one for one in beginnings if not any(key.startswith(one) for key in known)} == set()


SHARED = {"common:cancel", "common:save", "common:delete", "common:edit"}
"""Offered to every screen."""


def test_every_text_is_used() -> None:
    keys, beginnings = used_keys()
    literals = {word for path in code_files() for word in re.findall(r'"([\w-]+)"', path.read_text(encoding="utf-8"))}
    unused = {key for key in all_keys("en") - keys if key.partition(":")[2] not in literals}
    assert {key for key in unused - SHARED if not key.startswith(tuple(beginnings))} == set()


TEXT_IN_CODE = re.compile(r"(?<!=)>\s*([A-Z][a-z]+(?: [a-z]+)+|[A-Z][a-z]{3,})\s*<")
LABEL_IN_CODE = re.compile(r'\b(?:aria-label|title|placeholder|label|alt)="([A-Za-z][^"]*)"')
OURS = {"Spokedesk"}


def test_no_text_stands_in_the_code() -> None:
    found = {
        (path.name, text)
        for path in code_files()
        for pattern in (TEXT_IN_CODE, LABEL_IN_CODE)
        for text in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert {(name, text) for name, text in found if text not in OURS} == set()
