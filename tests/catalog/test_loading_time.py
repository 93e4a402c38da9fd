"""Reading the catalog is cheap enough to happen at start: figures are printed, `-rP` shows them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from spokedesk import catalog


def forget() -> None:
    for cached in (catalog._heads, catalog._spellings, catalog._associations, catalog.default_definitions):
        cached.cache_clear()


def best_milliseconds(read: Callable[[], object]) -> float:
    """Processor time of the fastest of five cold reads, so that a busy machine does not matter much."""
    times = []
    for _ in range(5):
        forget()
        start = time.process_time_ns()
        read()
        times.append(time.process_time_ns() - start)
    return min(times) / 1e6


def everything() -> None:
    for object_type in catalog.object_types():
        catalog.default_definitions(object_type.id)
    catalog.association_types()


def test_loading_stays_within_its_budget() -> None:
    types = best_milliseconds(catalog.object_types)
    tickets = best_milliseconds(lambda: catalog.default_definitions("0-5"))
    whole = best_milliseconds(everything)
    print(f"object types {types:.1f} ms, with the properties of tickets {tickets:.1f} ms, everything {whole:.1f} ms")
    assert types < 12
    assert tickets < 25
    assert whole < 120


def test_a_second_question_is_answered_from_memory() -> None:
    assert catalog.default_definitions("0-5") is catalog.default_definitions("0-5")
    assert catalog.association_types() is catalog.association_types()


def test_importing_the_catalog_reads_nothing() -> None:
    program = (
        "import builtins, io, sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "import spokedesk.catalog\n"
        "assert not [name for name in opened if name.endswith('.toml')], opened\n"
        "spokedesk.catalog.object_types()\n"
        "assert [name for name in opened if name.endswith('.toml')]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
