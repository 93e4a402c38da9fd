"""Outcomes of many inputs: all or nothing, or each on its own where the client asked for that."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from spokedesk.crm.records import Record
from spokedesk.errors import InvalidRequest, SpokedeskError, ValuesInvalid

MAX_INPUTS = 100
MAX_HISTORY_INPUTS = 50


@dataclass(slots=True)
class Outcome:
    """What became of one input. `written` names the properties that the answer to a write shows.

    Neither record nor error: the input was passed over without a word, as merged-away ids are in a batch update.
    """

    index: int
    record: Record | None = None
    error: SpokedeskError | None = None
    created: bool = False
    written: tuple[str, ...] = ()


def all_or_nothing(outcomes: Sequence[Outcome], forgiven: Callable[[SpokedeskError], bool] = lambda _: False) -> None:
    """Raise what the inputs did wrong: the bad values of all of them in one error, else the first error."""
    errors = [outcome.error for outcome in outcomes if outcome.error and not forgiven(outcome.error)]
    problems = [problem for error in errors if isinstance(error, ValuesInvalid) for problem in error.problems]
    if problems:
        raise ValuesInvalid(problems)
    if errors:
        raise errors[0]


def check_count(count: int, *, with_history: bool = False, limit: int = MAX_INPUTS) -> None:
    """Raise when a batch has more inputs than the call takes."""
    if with_history and count > MAX_HISTORY_INPUTS:
        raise InvalidRequest(
            "The maximum number of inputs supported in a batch request for property histories is "
            f"{MAX_HISTORY_INPUTS}. Please reduce the number of items and try again"
        )
    if count > limit:
        raise InvalidRequest(
            f"The maximum number of inputs supported in a batch is {limit}. "
            "Please reduce the number of items and try again"
        )


def check_distinct(keys: Sequence[Hashable], texts: Sequence[str]) -> None:
    """Raise when two inputs name the same record; `texts` are the ids as the client wrote them."""
    seen: set[Hashable] = set()
    repeated: list[str] = []
    for key, text in zip(keys, texts, strict=True):
        if key in seen and text not in repeated:
            repeated.append(text)
        seen.add(key)
    if repeated:
        raise InvalidRequest(
            f"Duplicate IDs found in batch input: [{', '.join(repeated)}]. IDs must be unique",
            context={"ids": repeated},
        )
