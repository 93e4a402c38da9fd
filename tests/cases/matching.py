"""Comparing an answer with what a case expects: a subset of keys, and matchers in place of values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z")
MISSING = object()


def is_iso(argument: str, found: Any) -> bool:
    return isinstance(found, str) and ISO.fullmatch(found) is not None


def is_digits(argument: str, found: Any) -> bool:
    return isinstance(found, str) and found.isascii() and found.isdigit()


def has_length(argument: str, found: Any) -> bool:
    return isinstance(found, list) and len(found) == int(argument)


def is_found(argument: str, found: Any) -> bool:
    return isinstance(found, str) and re.search(argument, found) is not None


def is_none_of(argument: str, found: Any) -> bool:
    return found is not MISSING and str(found) not in argument.split(",")


def is_same_set(argument: str, found: Any) -> bool:
    """Each wanted element takes one found element; none is left over on either side."""
    wanted = json.loads(argument)
    if not isinstance(found, list) or len(found) != len(wanted):
        return False
    return can_pair(wanted, found)


def can_pair(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    if not wanted:
        return True
    first, *rest = wanted
    return any(
        not differences(first, item) and can_pair(rest, [*found[:index], *found[index + 1 :]])
        for index, item in enumerate(found)
    )


MATCHERS: Mapping[str, Callable[[str, Any], bool]] = {
    "$any": lambda argument, found: found is not MISSING,
    "$absent": lambda argument, found: found is MISSING,
    "$iso": is_iso,
    "$digits": is_digits,
    "$len": has_length,
    "$regex": is_found,
    "$not": is_none_of,
    "$unordered": is_same_set,
}


def differences(wanted: Any, found: Any, path: str = "$") -> list[str]:
    """Where `found` is not what is wanted, as readable lines; none when it matches. Extra keys are allowed."""
    if isinstance(wanted, str) and wanted.startswith("$"):
        name, _, argument = wanted.partition(":")
        return [] if MATCHERS[name](argument, found) else [f"{path}: {shown(found)} does not match {wanted}"]
    if found is MISSING:
        return [f"{path}: missing, wanted {shown(wanted)}"]
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return [f"{path}: {shown(found)} is no object"]
        return [line for key in wanted for line in differences(wanted[key], found.get(key, MISSING), f"{path}.{key}")]
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return [f"{path}: {shown(found)} is no list of {len(wanted)}"]
        return [
            line
            for index, (first, second) in enumerate(zip(wanted, found, strict=True))
            for line in differences(first, second, f"{path}[{index}]")
        ]
    same = type(wanted) is type(found) and wanted == found
    return [] if same else [f"{path}: {shown(found)} instead of {shown(wanted)}"]


def shown(value: Any) -> str:
    text = "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"
