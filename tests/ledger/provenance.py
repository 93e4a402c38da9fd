"""Where cases come from, in the words of the ledger."""

from __future__ import annotations

import re

# The first word that a provenance begins with, or contains first, decides; the order here breaks ties.
WORDS = (
    (r"batch/create reference", "documented", "reference"),
    (r"changelog", "documented", "changelog"),
    (r"guides?\b|property semantics", "documented", "guide"),
    (r"\bspec\b", "documented", "spec"),
    (r"recorded|measured|observed|seen\b|old clients", "observed", "recorded"),
    (r"SDK", "observed", "sdk"),
    (r"inferred|rule carried over", "inferred", "inferred"),
    (r"own call", "own", "own"),
)


class UnknownProvenance(Exception):
    """A case says where it comes from in words that are not in WORDS."""


def read_provenance(text: str) -> tuple[str, tuple[str, ...]]:
    """The class, decided by what is named first, and all sources in the order in which they are named."""
    found = sorted(
        (match.start(), position)
        for position, (pattern, _, _) in enumerate(WORDS)
        if (match := re.search(pattern, text)) is not None
    )
    if not found:
        raise UnknownProvenance(text)
    return WORDS[found[0][1]][1], tuple(dict.fromkeys(WORDS[position][2] for _, position in found))
