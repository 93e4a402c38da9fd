"""On SQLite no operation ever waits: each coroutine ends at its first `send`, and none of it needs asyncio."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spokedesk.storage.database import Database, Work, run
from tests.support.api import Api
from tests.support.stores import EMBEDDED, Waited, open_database

WITHOUT_ASYNCIO = """
import sys

for name in ("asyncio", "asyncio.events", "concurrent.futures.process", "selectors", "uvloop", "anyio", "trio"):
    sys.modules[name] = None  # importing it fails from now on

import importlib, pathlib, pkgutil, tempfile
import spokedesk.engine, spokedesk.storage

modules = [
    importlib.import_module(found.name)
    for package in (spokedesk.engine, spokedesk.storage)
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + ".")
    if not found.name.startswith(tuple(f"spokedesk.storage.{name}" for name in ("postgres", "point_reads", "news")))
]
sys.path.insert(0, ROOT)
from tests.support.stores import create_work, make_account, open_database, read_subjects, ticket, update_work, write

for kind in ("memory", "file"):
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(kind, pathlib.Path(folder))
        make_account(database)
        (number,) = write(database, create_work([ticket("one")]))
        write(database, update_work(number, {"subject": "two"}))
        print(kind, len(modules) > 10, read_subjects(database))
        database.close()
"""


class Stepped:
    """A database that drives every operation by hand, one `send`, and counts them."""

    def __init__(self, database: Database) -> None:
        self.inner = Waited(database)
        self.dialect = database.dialect
        self.ephemeral = database.ephemeral
        self.driven = 0

    def step(self, work: Work[Any]) -> Work[Any]:
        async def stepped(tx: Any) -> Any:
            coroutine = work(tx)
            try:
                waited_for = coroutine.send(None)
            except StopIteration as stop:
                self.driven += 1
                return stop.value
            coroutine.close()
            raise AssertionError(f"{coroutine!r} waited for {waited_for!r}")

        return stepped

    def read(self, account_id: int, work: Work[Any], done: Any) -> None:
        self.inner.read(account_id, self.step(work), done)

    def scan(self, account_id: int, work: Work[Any], done: Any) -> None:
        self.inner.scan(account_id, self.step(work), done)

    def write(self, account_id: int, work: Work[Any], done: Any, *, brief: bool = False) -> None:
        self.inner.write(account_id, self.step(work), done)

    def on_loop(self, post: Callable[[Callable[[], None]], None]) -> None:
        self.inner.on_loop(post)

    def close(self) -> None:
        self.inner.close()


@pytest.mark.parametrize("kind", EMBEDDED)
def test_every_operation_on_records_ends_at_its_first_step(kind: str, tmp_path: Path) -> None:
    stepped = Stepped(open_database(kind, tmp_path))
    api = Api(database=stepped)
    tickets = "/crm/v3/objects/tickets"
    first = api.post(tickets, {"properties": {"subject": "one", "hs_pipeline_stage": "1"}}).json["id"]
    second = api.post(tickets, {"properties": {"subject": "two", "hs_pipeline_stage": "1"}}).json["id"]
    statuses = [
        api.post(f"{tickets}/batch/create", {"inputs": [{"properties": {"subject": "x", "hs_pipeline_stage": "1"}}]}),
        api.patch(f"{tickets}/{first}", {"properties": {"subject": "changed"}}),
        api.post(f"{tickets}/batch/update", {"inputs": [{"id": first, "properties": {"content": "text"}}]}),
        api.post(f"{tickets}/batch/read", {"inputs": [{"id": first}], "propertiesWithHistory": ["subject"]}),
        api.get(f"{tickets}/{first}", propertiesWithHistory="subject", associations="contacts"),
        api.get(tickets, limit="2"),
        api.post(f"{tickets}/search", {"query": "changed", "sorts": ["createdate"]}),
        api.post(f"{tickets}/merge", {"primaryObjectId": first, "objectIdToMerge": second}),
        api.delete(f"{tickets}/{first}"),
        api.post(f"/spokedesk/v1/objects/tickets/{first}/restore"),
        api.post(f"{tickets}/batch/archive", {"inputs": [{"id": first}]}),
        api.get("/crm/v3/objects/unknown"),
    ]
    assert [answer.status for answer in statuses] == [201, 200, 200, 200, 200, 200, 200, 200, 204, 200, 204, 400]
    assert stepped.driven > len(statuses)
    stepped.close()


def test_a_coroutine_that_waits_is_found_out() -> None:
    class Pause:
        def __await__(self) -> Any:
            yield

    async def work() -> None:
        await Pause()

    with pytest.raises(RuntimeError, match="suspended"):
        run(work())


def test_engine_and_storage_work_without_asyncio() -> None:
    script = WITHOUT_ASYNCIO.replace("ROOT", repr(str(Path(__file__).parents[2])))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["memory True {1001: 'two'}", "file True {1001: 'two'}"], done.stderr[-2000:]
