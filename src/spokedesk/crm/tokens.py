"""Words of a text, as searching sees them: folded, split at everything that is no letter or digit, CJK as bigrams."""

from __future__ import annotations

import re
from collections.abc import Iterator

WORD = re.compile(r"[^\W_]+")
ASCII_WORD = re.compile(r"[a-z0-9]+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\uac00-\ud7af]+")


def words(text: str) -> list[str]:
    """`Grüße, プリンタ` gives grüsse, プリ, リン, ンタ. A single CJK character inside a longer run is no word."""
    if text.isascii():
        return ASCII_WORD.findall(text.lower())
    found: list[str] = WORD.findall(text.casefold())
    return [part for word in found for part in split_scripts(word)] if CJK.search(text) else found


def split_scripts(word: str) -> Iterator[str]:
    """Runs of CJK characters become overlapping pairs, everything else stays whole."""
    position = 0
    for run in CJK.finditer(word):
        if run.start() > position:
            yield word[position : run.start()]
        yield from bigrams(run[0])
        position = run.end()
    if position < len(word):
        yield word[position:]


def bigrams(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for start in range(len(run) - 1):
        yield run[start : start + 2]
