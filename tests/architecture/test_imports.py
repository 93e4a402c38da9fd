"""Which part may know which: the direction of imports, the purity of `crm`, the lightness of `import spokedesk`."""

from __future__ import annotations

import ast
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Import, Source, imports_of, package_sources

MAY_IMPORT = {
    "errors": set(),
    "crm": {"errors"},
    "catalog": {"crm", "errors"},
    "storage": {"crm", "errors"},
    "engine": {"storage", "catalog", "crm", "errors"},
    "demo": {"engine", "storage", "catalog", "crm", "errors"},
    "settings": {"crm", "errors"},
    "api": {"engine", "storage", "crm", "settings", "errors"},
    "delivery": {"storage", "crm", "settings", "errors"},
    "testing": {"api", "engine", "demo", "storage", "catalog", "crm", "settings", "errors"},
    "cli": {"api", "delivery", "demo", "engine", "storage", "catalog", "crm", "settings", "errors"},
    "__init__": {"settings", "errors"},
    "__main__": {"cli"},
}
"""Each part of the package and the parts it may import besides itself; every part may read the version."""

IMPURE_MODULES = {"time", "random", "secrets", "os", "pathlib", "io", "sqlite3", "json", "asyncio", "threading"}
IMPURE_MODULES |= {"contextvars", "subprocess", "socket", "logging", "tempfile", "uuid"}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "print", "input"}
READING = ("get_", "list_", "count_", "find_")
NEUTRAL = {"run", "read_and_wait", "write_and_wait", "system_clock"}
"""Names in storage that touch no table: the drivers of coroutines and the clock."""

HEAVY = {"spokedesk.api", "spokedesk.cli", "spokedesk.storage", "uvicorn", "click", "rich", "apsw", "asyncio"}
IMPORT_SECONDS = 0.1


def part_of(imported: Import) -> str | None:
    """The part of the package that is imported: None for anything else, "" for the package's own names."""
    if imported.module == "spokedesk":
        return imported.name if imported.name in MAY_IMPORT else ""
    return imported.module.split(".")[1] if imported.module.startswith("spokedesk.") else None


def direction_problems(source: Source) -> Iterator[str]:
    if source.layer not in MAY_IMPORT:
        yield f"{source.path}: the part {source.layer} has no row in MAY_IMPORT"
        return
    for imported in imports_of(source):
        part = part_of(imported)
        if part and part != source.layer and part not in MAY_IMPORT[source.layer]:
            yield f"{source.path}:{imported.line}: {source.layer} may not import {imported.target}"


def purity_problems(source: Source) -> Iterator[str]:
    """`crm` decides in values: no clock, no chance, no files, no threads, no third party."""
    for imported in imports_of(source):
        root = imported.module.split(".")[0]
        if root in IMPURE_MODULES or not (root == "spokedesk" or root in sys.stdlib_module_names):
            yield f"{source.path}:{imported.line}: crm is pure and may not import {imported.target}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) in IMPURE_CALLS:
            yield f"{source.path}:{node.lineno}: crm is pure and may not call {called_name(node)}()"
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{source.path}:{node.lineno}: crm is synchronous"


def called_name(node: ast.Call) -> str | None:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else None


def write_problems(source: Source) -> Iterator[str]:
    """A handler may read from storage what decides nothing; it never writes there. Classes may be named anywhere."""
    for imported in imports_of(source):
        name = imported.name or ""
        harmless = name[:1].isupper() or name.startswith(READING) or name in NEUTRAL
        if part_of(imported) == "storage" and not harmless:
            yield f"{source.path}:{imported.line}: api writes through engine, it may not import {imported.target}"


def context_problems(source: Source) -> Iterator[str]:
    """A context variable is empty on the writer's thread, so nothing below `api` may rely on one."""
    for imported in imports_of(source):
        if imported.module.split(".")[0] == "contextvars":
            yield f"{source.path}:{imported.line}: below api, values come through Context, not contextvars"


def module(name: str, text: str) -> Source:
    return Source(name, text)


def test_imports_point_one_way() -> None:
    assert [problem for source in package_sources() for problem in direction_problems(source)] == []


def test_crm_is_pure() -> None:
    sources = [source for source in package_sources() if source.layer == "crm"]
    assert [problem for source in sources for problem in purity_problems(source)] == []


def test_api_takes_only_reading_functions_from_storage() -> None:
    sources = [source for source in package_sources() if source.layer == "api"]
    assert [problem for source in sources for problem in write_problems(source)] == []


def test_nothing_below_api_uses_context_variables() -> None:
    below = {"errors", "crm", "catalog", "storage", "engine"}
    sources = [source for source in package_sources() if source.layer in below]
    assert [problem for source in sources for problem in context_problems(source)] == []


def test_a_row_of_the_import_table_names_only_parts_of_the_table() -> None:
    assert {part for row in MAY_IMPORT.values() for part in row} <= set(MAY_IMPORT)


def test_the_import_table_has_no_circle() -> None:
    remaining = {part: set(row) for part, row in MAY_IMPORT.items()}
    while free := {part for part, row in remaining.items() if not row & set(remaining)}:
        remaining = {part: row for part, row in remaining.items() if part not in free}
    assert remaining == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crm.records", "from spokedesk.storage.records import get_records"),
        ("storage.records", "import spokedesk.engine.records"),
        ("engine.records", "def later():\n    from spokedesk.api.render import render_record"),
        ("engine.records", "from spokedesk import api"),
        ("storage.records", "from ..engine import records"),
        ("brand_new", "import os"),
    ],
)
def test_an_import_against_the_direction_is_found(name: str, text: str) -> None:
    assert len(list(direction_problems(module(name, text)))) == 1


def test_imports_along_the_direction_are_fine() -> None:
    lines = ("from spokedesk import __version__", "from spokedesk.crm.records import Record", "from . import dialect")
    text = "\n".join(lines)
    assert list(direction_problems(module("storage.records", text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "from os import path",
        "import msgspec",
        "from datetime import datetime\nNOW = datetime.now()",
        "open('x')",
        "async def plan_update() -> None: ...",
    ],
)
def test_an_impure_line_in_crm_is_found(text: str) -> None:
    assert len(list(purity_problems(module("crm.records", text)))) == 1


@pytest.mark.parametrize(
    "text", ["from spokedesk.storage.records import insert_record", "import spokedesk.storage.records"]
)
def test_a_way_to_write_past_the_engine_is_found(text: str) -> None:
    assert len(list(write_problems(module("api.handlers.records", text)))) == 1


def test_reading_functions_and_classes_of_storage_may_be_imported_by_api() -> None:
    text = "from spokedesk.storage.records import Transaction, get_records, list_records"
    assert list(write_problems(module("api.handlers.records", text))) == []


def test_a_context_variable_below_api_is_found() -> None:
    assert len(list(context_problems(module("engine.records", "from contextvars import ContextVar")))) == 1


def imported_in_fresh_interpreter() -> tuple[float, set[str]]:
    """Seconds that `import spokedesk` adds to a bare interpreter, and the modules it loads."""
    code = (
        "import sys, time; before = set(sys.modules); started = time.perf_counter(); import spokedesk; "
        "seconds = time.perf_counter() - started; import json; print(json.dumps([seconds, *set(sys.modules) - before]))"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    seconds, *modules = json.loads(output)
    return seconds, set(modules)


def test_importing_the_package_is_quick_and_loads_neither_server_nor_cli() -> None:
    runs = [imported_in_fresh_interpreter() for _ in range(5)]
    assert runs[0][1] & HEAVY == set()
    assert statistics.median(seconds for seconds, _ in runs) <= IMPORT_SECONDS
