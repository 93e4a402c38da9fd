"""Erasing for good: nothing of a record is left in any answer, in any table, in any file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from spokedesk.api.versions import ALL
from spokedesk.storage import erasing, sqlite
from spokedesk.storage.database import Transaction
from spokedesk.storage.sqlite import FileDatabase, connect
from tests.support.api import Answer, Api
from tests.support.linking import create, link
from tests.support.stores import Waited

C = "/crm/v3/objects/contacts"
TABLES = ("record", "revision", "unique_value", "association", "pipeline_audit", "property_definition")
WITH_TICKETS = ("2025-09", "2026-09-beta")
MARKER = "Zwiebelkuchen"


def erase(api: Api, key: str, id_property: str | None = None, base: str = C) -> Answer:
    body = {"objectId": key} if id_property is None else {"objectId": key, "idProperty": id_property}
    return api.post(f"{base}/gdpr-delete", body)


def stored(api: Api, text: str) -> dict[str, int]:
    """How many rows of each table mention a text; tables without one are left out."""

    async def work(tx: Transaction) -> dict[str, int]:
        found = {}
        for table in TABLES:
            rows = await tx.rows(f"SELECT * FROM {table} WHERE account_id = :account_id")
            found[table] = sum(any(text in str(value) for value in row) for row in rows)
        return {table: count for table, count in found.items() if count}

    counts: dict[str, int] = api.read(work)
    return counts


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def person(api: Api) -> str:
    """A contact with history, a unique value and a link."""
    contact = create(api, "contacts", email=f"{MARKER}@example.com".lower(), firstname=MARKER)
    assert api.patch(f"{C}/{contact}", {"properties": {"lastname": f"{MARKER}-Two"}}).status == 200
    ticket = create(api, "tickets")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    return contact


def test_nothing_of_an_erased_record_is_left_in_any_table(api: Api, person: str) -> None:
    before = stored(api, MARKER)
    assert set(before) == {"record", "revision"}
    assert stored(api, MARKER.lower())["unique_value"] == 1
    answer = erase(api, person)
    assert (answer.status, answer.raw) == (204, b"")
    assert stored(api, MARKER) == {}
    assert stored(api, MARKER.lower()) == {}
    assert "association" not in stored(api, person)


def test_nothing_of_an_erased_record_is_left_in_any_answer(api: Api, person: str) -> None:
    erase(api, person)
    assert api.get(f"{C}/{person}").status == 404
    assert api.get(f"{C}/{person}", archived="true").status == 404
    assert api.get(f"{C}/{MARKER}@example.com", idProperty="email").status == 404
    assert api.get(C, archived="true").json["results"] == []
    assert api.post(f"{C}/search", {"query": MARKER}).json["total"] == 0
    (ticket,) = api.get("/crm/v3/objects/tickets", associations="contacts").json["results"]
    assert "associations" not in ticket
    assert api.post(f"/spokedesk/v1/objects/contacts/{person}/restore").status == 404
    read = api.post(f"{C}/batch/read", {"inputs": [{"id": person}], "propertiesWithHistory": ["firstname"]})
    assert (read.status, read.json["results"]) == (207, [])


def test_an_erased_address_is_free_again(api: Api, person: str) -> None:
    address = f"{MARKER}@example.com".lower()
    assert api.post(C, {"properties": {"email": address}}).status == 409
    erase(api, address, "email")
    answer = api.post(C, {"properties": {"email": address}})
    assert answer.status == 201
    assert answer.json["id"] != person


@pytest.mark.parametrize("address", [f"{MARKER}@example.com", f"  {MARKER}@EXAMPLE.com".upper()])
def test_a_contact_is_erased_by_its_address_in_any_case(api: Api, person: str, address: str) -> None:
    assert erase(api, address, "email").status == 204
    assert stored(api, MARKER) == {}


@pytest.mark.parametrize(
    ("key", "id_property"),
    [("999", None), ("abc", None), ("nobody@example.com", "email"), ("", "email"), ("9" * 40, None)],
)
def test_an_unknown_record_is_no_error_and_nothing_happens(
    api: Api, person: str, key: str, id_property: str | None
) -> None:
    before = stored(api, MARKER)
    assert erase(api, key, id_property).status == 204
    assert stored(api, MARKER) == before
    assert api.get(f"{C}/{person}").status == 200


def test_records_are_not_erased_by_a_property_that_several_may_share(api: Api, person: str) -> None:
    answer = erase(api, MARKER, "firstname")
    assert answer.status == 400
    assert "non-unique 0-1 property firstname" in answer.json["message"]
    assert api.get(f"{C}/{person}").status == 200


def test_the_id_of_the_record_must_be_given(api: Api) -> None:
    answer = api.post(f"{C}/gdpr-delete", {})
    assert answer.status == 400
    assert "[objectId]" in answer.json["message"]


@pytest.mark.parametrize("id_property", [None, "email"])
def test_a_record_in_the_recycle_bin_is_erased_too(api: Api, person: str, id_property: str | None) -> None:
    assert api.delete(f"{C}/{person}").status == 204
    erase(api, person if id_property is None else f"{MARKER}@example.com", id_property)
    assert stored(api, MARKER) == {}
    assert api.post(f"/spokedesk/v1/objects/contacts/{person}/restore").status == 404


@pytest.mark.parametrize("named", ["survivor", "absorbed", "address of the survivor", "address of the absorbed"])
def test_all_that_was_merged_into_a_person_goes_with_it(api: Api, named: str) -> None:
    ids = [create(api, "contacts", email=f"a{number}@example.com", firstname=MARKER) for number in range(3)]
    survivor, first, second = ids
    assert api.post(f"{C}/merge", {"primaryObjectId": first, "objectIdToMerge": second}).status == 200
    assert api.post(f"{C}/merge", {"primaryObjectId": survivor, "objectIdToMerge": first}).status == 200
    other = create(api, "contacts", email="other@example.com", lastname="Other")
    if "address" in named:
        assert erase(api, "a0@example.com" if "survivor" in named else "a2@example.com", "email").status == 204
    else:
        assert erase(api, survivor if named == "survivor" else second).status == 204
    assert stored(api, MARKER) == {}
    assert [api.get(f"{C}/{known}").status for known in (*ids, other)] == [404, 404, 404, 200]


def test_contacts_are_erased_in_every_version(api: Api) -> None:
    bases = [f"{prefix}/contacts" for version in ALL for prefix in version.prefixes("objects")]
    assert len(bases) >= 6
    for number, base in enumerate(bases):
        contact = create(api, "contacts", email=f"p{number}@example.com")
        assert (base, erase(api, contact, base=base).status) == (base, 204)
        assert api.get(f"{C}/{contact}").status == 404


def test_tickets_are_erased_where_the_version_has_that_call_only(api: Api) -> None:
    for version in ALL:
        for prefix in version.prefixes("objects"):
            ticket = create(api, "tickets", subject=MARKER)
            answer = erase(api, ticket, base=f"{prefix}/tickets")
            wanted = (204, 404) if version.name in WITH_TICKETS else (404, 200)
            assert (prefix, answer.status, api.get(f"/crm/v3/objects/tickets/{ticket}").status) == (prefix, *wanted)


def test_no_other_object_type_is_erased(api: Api) -> None:
    company = create(api, "companies", name="Acme")
    for version in ALL:
        for prefix in version.prefixes("objects"):
            assert erase(api, company, base=f"{prefix}/companies").status == 404
    assert api.get(f"/crm/v3/objects/companies/{company}").status == 200


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "QUIET_SECONDS", 0.2)


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Api]:
    database = FileDatabase(tmp_path / "data", synchronous="OFF")
    yield Api(database=Waited(database))
    database.close()


def marker(number: int) -> str:
    return f"mark{number * 7919:06d}x"


def people(api: Api, count: int) -> list[str]:
    """Contacts whose values were changed often enough for pages to be divided."""
    ids: list[str] = []
    for start in range(0, count, 100):
        inputs = [
            {"properties": {"email": f"{number * 7919 % 1000}{marker(number)}@x.io", "firstname": marker(number)}}
            for number in range(start, start + 100)
        ]
        answer = api.post(f"{C}/batch/create", {"inputs": inputs})
        assert answer.status == 201, answer.json
        ids += [item["id"] for item in answer.json["results"]]
    for length in (300, 40, 5000):
        for start in range(0, count, 100):
            changes = [
                {"id": ids[number], "properties": {"address": marker(number) + "y" * (length + number % 97)}}
                for number in range(start, start + 100)
            ]
            assert api.post(f"{C}/batch/update", {"inputs": changes}).status == 200
    return ids


def hits(folder: Path, numbers: range) -> list[tuple[str, int]]:
    """Which markers are in which files."""
    texts = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    return [(name, number) for name, data in texts.items() for number in numbers if marker(number).encode() in data]


def wait_until(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.usefixtures("quick")
def test_the_text_of_erased_records_is_in_no_file_of_the_data_folder(on_disk: Api, tmp_path: Path) -> None:
    count = 400
    ids = people(on_disk, count)
    folder = tmp_path / "data"
    assert len({number for _, number in hits(folder, range(count))}) == count
    for number in range(0, count, 2):
        assert erase(on_disk, ids[number]).status == 204
    wait_until(lambda: not hits(folder, range(0, count, 2)))
    left = {number for _, number in hits(folder, range(1, count, 2))}
    assert len(left) == count // 2, "what was not erased is still there"


def test_what_was_erased_leaves_the_log_at_once(on_disk: Api, tmp_path: Path) -> None:
    """Long before the file is rewritten."""
    contact = create(on_disk, "contacts", firstname=marker(1))
    log = tmp_path / "data" / "spokedesk.db-wal"
    assert marker(1).encode() in log.read_bytes()
    erase(on_disk, contact)
    wait_until(lambda: log.stat().st_size == 0, 1.5)


@pytest.mark.usefixtures("quick")
def test_a_reader_that_needs_the_log_is_not_disturbed(on_disk: Api, tmp_path: Path) -> None:
    contact = create(on_disk, "contacts", firstname=marker(1))
    folder = tmp_path / "data"
    reader = connect(str(folder / "spokedesk.db"), ())
    reader.execute("BEGIN")
    assert reader.execute("SELECT COUNT(*) FROM record").fetchall() == [(1,)]
    erase(on_disk, contact)
    started = time.monotonic()
    assert create(on_disk, "contacts", firstname="next")
    assert time.monotonic() - started < 2, "writes do not wait for a reader"
    assert hits(folder, range(1, 2))
    assert reader.execute("SELECT COUNT(*) FROM record").fetchall() == [(1,)]
    reader.execute("COMMIT")
    reader.close()
    wait_until(lambda: not hits(folder, range(1, 2)))


def test_a_server_that_was_killed_after_an_erase_goes_on_with_it(
    on_disk: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing.Cleaning, "step", lambda self, connection: None)
    ids = people(on_disk, 200)
    for number in range(200):
        erase(on_disk, ids[number])
    folder = tmp_path / "killed"
    folder.mkdir()
    for file in (tmp_path / "data").iterdir():
        if file.suffix in (".db", ".db-wal"):
            shutil.copy(file, folder)
    assert hits(folder, range(200))
    monkeypatch.undo()
    monkeypatch.setattr(erasing, "QUIET_SECONDS", 0.0)
    database = FileDatabase(folder, synchronous="OFF")
    try:
        wait_until(lambda: not hits(folder, range(200)))
        assert apsw.Connection(str(folder / "spokedesk.db")).execute("PRAGMA application_id").fetchall() == [(0,)]
    finally:
        database.close()


def test_a_server_that_stops_after_an_erase_finishes_it_first(tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "data", synchronous="OFF")
    api = Api(database=Waited(database))
    ids = people(api, 100)
    for contact in ids:
        erase(api, contact)
    database.close()
    assert not hits(tmp_path / "data", range(100))


def test_what_was_left_between_rows_goes_when_the_file_is_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Earlier values of a record may lie where no overwriting of deleted rows reaches them any more."""
    pragmas = sqlite.WRITER_PRAGMAS
    monkeypatch.setattr(sqlite, "WRITER_PRAGMAS", tuple(text for text in pragmas if "secure_delete" not in text))
    database = FileDatabase(tmp_path / "data", synchronous="OFF")
    api = Api(database=Waited(database))
    ids = people(api, 100)
    database.close()
    monkeypatch.undo()
    monkeypatch.setattr(erasing, "LATEST_SECONDS", 3600.0)
    monkeypatch.setattr(erasing, "QUIET_SECONDS", 3600.0)
    database = FileDatabase(tmp_path / "data", synchronous="OFF")
    api.database = api.store.database = Waited(database)
    for contact in ids:
        assert erase(api, contact).status == 204
    wait_until(lambda: (tmp_path / "data" / "spokedesk.db-wal").stat().st_size == 0)
    assert hits(tmp_path / "data", range(100)), "the pages still hold some of it"
    monkeypatch.setattr(erasing, "QUIET_SECONDS", 0.0)
    wait_until(lambda: not hits(tmp_path / "data", range(100)))
    database.close()


def test_without_these_measures_the_text_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same search finds what an ordinary deletion leaves."""
    pragmas = tuple(pragma for pragma in sqlite.WRITER_PRAGMAS if "secure_delete" not in pragma)
    monkeypatch.setattr(sqlite, "WRITER_PRAGMAS", pragmas)
    monkeypatch.setattr(erasing.Cleaning, "note_erase", lambda self: None)
    database = FileDatabase(tmp_path / "data", synchronous="OFF")
    api = Api(database=Waited(database))
    for contact in people(api, 100):
        erase(api, contact)
    database.close()
    assert hits(tmp_path / "data", range(100))
