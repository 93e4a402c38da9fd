"""A new file in the catalog is a new object type; files may not claim the same id or name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from spokedesk import catalog

MACHINE = """\
id = '0-900'
singular = 'machine'
plural = 'machines'
error_name = 'MACHINE'
label = 'Machine'

[[groups]]
name = 'machineinformation'
label = 'Machine information'

[properties]
core = [
    { name = 'hs_object_id', label = 'Record ID', type = 'number', field_type = 'number', read_only_value = true },
    { name = 'hs_createdate', label = 'Created', type = 'datetime', field_type = 'date' },
    { name = 'hs_lastmodifieddate', label = 'Modified', type = 'datetime', field_type = 'date' },
]
"""


def forget() -> None:
    for cached in (catalog._heads, catalog._spellings, catalog._associations, catalog.default_definitions):
        cached.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalog that takes its place during one test."""
    for file in Path(catalog.__file__).parent.glob("*.toml"):
        shutil.copy(file, tmp_path)
    forget()
    monkeypatch.setattr("spokedesk.catalog.resources.files", lambda _: tmp_path)
    yield tmp_path
    forget()


def test_a_new_file_is_a_new_object_type(folder: Path) -> None:
    (folder / "machines.toml").write_text(MACHINE)
    machine = catalog.resolve_object_type("MACHINES")
    assert machine is catalog.object_types()[-1]
    assert [*catalog.default_definitions("0-900")] == ["hs_object_id", "hs_createdate", "hs_lastmodifieddate"]


def test_two_files_with_one_id_are_refused(folder: Path) -> None:
    (folder / "machines.toml").write_text(MACHINE.replace("0-900", "0-5"))
    with pytest.raises(catalog.CatalogError, match="object type '0-5': is there twice"):
        catalog.object_types()


def test_two_files_with_one_name_are_refused(folder: Path) -> None:
    (folder / "machines.toml").write_text(MACHINE.replace("'machine'", "'Ticket'"))
    with pytest.raises(catalog.CatalogError, match=r"^machines.toml: Ticket: names another object type already"):
        catalog.resolve_object_type("ticket")
