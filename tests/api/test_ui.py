"""The web interface as the server gives it out: pages, files, headers, and that it never hides the API."""

from __future__ import annotations

import fcntl
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from spokedesk.api import ui
from spokedesk.api.ui_state import FILE_NAME
from tests.support.api import Answer, Api

pytestmark = pytest.mark.fidelity("own", source="own", of="front_page.*")

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-encoding": "gzip, br"}
INDEX = '<!doctype html><meta name="style-nonce" content="%NONCE%"><script src="/assets/index-a1.js"></script>'
SCRIPT = "console.log('a script');" * 50


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built files, as small as they get."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets" / "index-a1.js").write_text(SCRIPT)
    (tmp_path / "assets" / "index-a1.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (tmp_path / "assets" / "style-b2.css").write_text("a{}")
    (tmp_path / "made-from.txt").write_text("secret")
    monkeypatch.setattr(ui, "FOLDER", tmp_path)
    return tmp_path


def browse(path: str, method: str = "GET", **headers: str) -> Answer:
    return Api().call(method, path, headers={**BROWSER, **headers})


@pytest.mark.parametrize("path", ["/", "/board", "/board/0", "/tickets/123", "/contacts/7", "/settings/pipelines/"])
def test_every_address_of_the_interface_is_the_same_page(folder: Path, path: str) -> None:
    answer = browse(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert b"/assets/index-a1.js" in answer.raw


def test_the_policy_allows_the_server_itself_and_style_elements_with_this_answers_nonce(folder: Path) -> None:
    nonces = set()
    for _ in range(3):
        answer = browse("/board")
        found = re.search(rb'content="([A-Za-z0-9_-]{24})"', answer.raw)
        assert found is not None
        nonces.add(found[1])
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy["style-src"] == f"'self' 'nonce-{found[1].decode()}'"
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        assert "unsafe" not in answer.headers["content-security-policy"]
    assert len(nonces) == 3


def test_files_are_kept_for_ever_and_come_compressed_to_who_takes_that(folder: Path) -> None:
    packed = browse("/assets/index-a1.js", **{"accept-encoding": "gzip, deflate"})
    plain = browse("/assets/index-a1.js", **{"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.raw) == plain.raw == SCRIPT.encode()
    assert "content-encoding" not in plain.headers
    for answer in (packed, plain):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert browse("/assets/style-b2.css").headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br; q=1.0", "br"),
        ("gzip;q=0.0", None),
        ("abr, xgzip", None),
        ("", None),
    ],
)
def test_the_smallest_form_that_a_browser_takes_is_sent(folder: Path, accepted: str, coding: str | None) -> None:
    (folder / "assets" / "index-a1.js.br").write_bytes(b"brotli")
    answer = browse("/assets/index-a1.js", **{"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert "accept-encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/index-a2.js",
        "/assets/../made-from.txt",
        "/assets/%2e%2e/made-from.txt",
        "/assets/..%2fmade-from.txt",
        "/assets//index-a1.js",
        "/assets/index-a1.js.gz",
        "/made-from.txt",
        "/index.html",
        "/.env",
    ],
)
def test_nothing_else_of_the_disk_is_given_out(folder: Path, path: str) -> None:
    answer = browse(path)
    assert answer.status == 404
    assert answer.json["status"] == "error"


@pytest.mark.parametrize("path", ["/crm/v3/typo", "/crm/v3/objects/tickets/1/typo/2", "/spokedesk/v1/typo"])
def test_a_mistyped_path_of_the_api_stays_an_error_for_browsers_too(folder: Path, path: str) -> None:
    assert browse(path).status == 404


def test_every_path_of_the_api_answers_a_browser_as_it_answers_others(folder: Path) -> None:
    api = Api()
    fixed = [path for path, route in api.service.routes.rows if route.endpoint.method == "GET" and "{" not in path]
    assert len(fixed) > 20
    for path in fixed:
        if path != "/":
            answers = [api.call("GET", path, headers={"accept": accept}) for accept in ("*/*", "text/html")]
            assert answers[0].status == answers[1].status
            assert answers[0].headers["content-type"] == answers[1].headers["content-type"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_client_of_the_api_is_told_that_there_is_no_such_path(folder: Path, accept: str) -> None:
    answer = browse("/board", accept=accept)
    assert answer.status == 404
    assert answer.json["message"] == "resource not found"


def test_only_reads_have_pages(folder: Path) -> None:
    assert browse("/board", "POST").status == 404
    assert browse("/assets/index-a1.js", "POST").status == 404


def test_an_installation_without_the_built_files_still_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui, "FOLDER", tmp_path / "nothing")
    assert browse("/board").status == 404
    assert browse("/assets/index-a1.js").status == 404
    answer = browse("/")
    assert answer.status == 200
    assert b"speaks the HubSpot CRM API" in answer.raw


@pytest.fixture
def unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without built files."""
    monkeypatch.setattr(ui, "FOLDER", tmp_path / "ui")
    return tmp_path / "ui"


@pytest.fixture
def at_work(unbuilt: Path) -> Iterator[Path]:
    """The same, and a build that has come to a step whose name needs quoting."""
    with unbuilt.with_name(FILE_NAME).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("building: <packages>")
        file.flush()
        yield unbuilt


@pytest.mark.parametrize("path", ["/", "/board", "/tickets/123"])
def test_while_it_is_being_built_a_browser_gets_a_page_that_waits_for_it(at_work: Path, path: str) -> None:
    answer = browse(path)
    assert answer.status == 503
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["cache-control"] == "no-store"
    assert b"Step: &lt;packages&gt;." in answer.raw
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_while_it_is_being_built_older_files_are_not_given_out(at_work: Path) -> None:
    """They may be of a page that the server no longer fits."""
    at_work.mkdir()
    (at_work / "index.html").write_text(INDEX)
    assert browse("/board").status == 503


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_clients_of_the_api_do_not_notice_that_it_is_being_built(at_work: Path, accept: str) -> None:
    assert browse("/board", accept=accept).status == 404
    assert b"speaks the HubSpot CRM API" in browse("/", accept=accept).raw
    assert browse("/crm/v3/typo").status == 404


@pytest.mark.parametrize(
    ("state", "reason"),
    [("npm ci failed <so>.", b"npm ci failed &lt;so&gt;."), ("building: build", b"It was interrupted.")],
)
def test_a_build_that_has_ended_without_files_says_why_and_what_to_do(unbuilt: Path, state: str, reason: bytes) -> None:
    unbuilt.with_name(FILE_NAME).write_text(state)
    answer = browse("/board")
    assert answer.status == 503
    assert reason in answer.raw
    assert b"python3 run.py webui" in answer.raw


def test_older_files_are_better_than_none_when_a_build_has_failed(unbuilt: Path) -> None:
    unbuilt.mkdir()
    (unbuilt / "index.html").write_text(INDEX)
    unbuilt.with_name(FILE_NAME).write_text("npm ci failed.")
    assert browse("/board").status == 200


def test_the_page_comes_as_soon_as_a_build_has_succeeded(at_work: Path) -> None:
    at_work.mkdir()
    (at_work / "index.html").write_text(INDEX)
    at_work.with_name(FILE_NAME).write_text("")
    assert browse("/board").status == 200
