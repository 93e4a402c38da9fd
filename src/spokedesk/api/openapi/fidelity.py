"""How well errors are known, as values; for operations see `operations`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from spokedesk.api.openapi.operations import CLASSES, TableError, read_table


@dataclass(frozen=True, slots=True)
class Known:
    """How well one error is known, and the sources that say so (keys of `load_sources`)."""

    fidelity: str
    source: tuple[str, ...]


def load_sources() -> Mapping[str, str]:
    """What the short names of sources stand for."""
    found: dict[str, str] = read_table("fidelity.toml")["sources"]
    return found


def read_known(table: str) -> Mapping[str, Known]:
    found = {name: Known(row[0], tuple(row[1:])) for name, row in read_table("fidelity.toml")[table].items()}
    for name, known in found.items():
        if known.fidelity not in CLASSES or not known.source:
            raise TableError(f"{name}: {known.fidelity!r} from {known.source} is no entry")
    return found


@cache
def load_errors() -> Mapping[str, Known]:
    """Error classes of `spokedesk.errors` by name."""
    return read_known("errors")


@cache
def load_codes() -> Mapping[str, Known]:
    """Codes, subcategories and context keys inside error bodies."""
    return read_known("codes")
