"""A board with 10,000 tickets: soon there, and smooth while it is scrolled and a card is dragged.

Tests run beside others on the same machine. The first card is the best of a few rounds; a task is held to the time that
it has the processor, which is what it would take on a machine with nothing else to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.support.server import Server, start_server

pytestmark = pytest.mark.xdist_group("board_speed")  # one process makes the tickets
TICKETS = 10_000
BATCH = 100
FIRST_CARD_MS = 1500
LONG_TASK_MS = 100
ROUNDS = 4
WATCH = """() => {
  const look = () => {
    const card = document.querySelector("[data-card]");
    if (card && card.getBoundingClientRect().height > 0) window.firstCard = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.fixture(scope="module")
def large_server() -> Iterator[Server]:
    """10,000 tickets in the four stages of one pipeline, most of them in the first."""
    server = start_server("--stand-in", "--demo", token="pat-demo")
    with server.http() as http:
        for start in range(0, TICKETS, BATCH):
            inputs = [
                {"properties": {"subject": f"Ticket {number} of many", "hs_pipeline_stage": stage_of(number)}}
                for number in range(start, start + BATCH)
            ]
            assert http.post("/crm/v3/objects/tickets/batch/create", json={"inputs": inputs}).status_code == 201
    yield server
    server.stop()


def stage_of(number: int) -> str:
    return str(1 + number % 4) if number % 10 == 0 else "1"


@pytest.fixture
def large(page: Page, large_server: Server) -> Desk:
    desk = Desk(page, large_server)
    desk.enter()
    page.add_init_script(f"({WATCH})()")
    return desk


@dataclass(frozen=True, slots=True)
class Longest:
    """Milliseconds of the longest task of the page's main thread: by the clock, and of its processor."""

    wall: float
    cpu: float


@contextmanager
def longest_tasks(page: Page, found: list[Longest]) -> Iterator[None]:
    """Trace what the main thread of the page does meanwhile."""
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "devtools.timeline"])
    yield
    events = json.loads(browser.stop_tracing())["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [event for event in events if event["name"] == "RunTask" and (event["pid"], event["tid"]) in mains]
    assert len(tasks) > 20, "the trace has seen the page at work"
    found.append(Longest(*(max(task.get(kind, 0) for task in tasks) / 1000 for kind in ("dur", "tdur"))))


def test_the_first_card_is_there_soon(large: Desk) -> None:
    times = []
    for _ in range(ROUNDS):
        large.go("/board")
        large.page.locator("[data-card]").first.wait_for()
        large.settle()
        times.append(large.page.evaluate("window.firstCard"))
    in_first = sum(stage_of(number) == "1" for number in range(TICKETS))
    expect(large.page.get_by_label(f"{in_first} tickets")).to_be_visible()
    print(f"\nfirst card of {TICKETS:,} tickets: best {min(times):.0f} ms of {[round(one) for one in times]}")
    assert min(times) <= FIRST_CARD_MS


def test_scrolling_and_dragging_is_smooth(large: Desk) -> None:
    page = large.page
    large.go("/board")
    large.settle()
    column = page.get_by_role("region", name="New")
    box = column.bounding_box()
    assert box is not None
    scrolled: list[Longest] = []
    dragged: list[Longest] = []
    for _ in range(ROUNDS):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        with longest_tasks(page, scrolled):
            for _ in range(40):
                page.mouse.wheel(0, 700)
                page.wait_for_timeout(20)
            large.settle()
        card = column.locator("[data-card]").nth(8)
        moved = card.get_attribute("data-card")
        card.scroll_into_view_if_needed()
        with longest_tasks(page, dragged):
            large.drag(card, page.get_by_role("region", name="Waiting on us"))
            expect(page.get_by_role("region", name="Waiting on us").locator(f"[data-card='{moved}']")).to_be_visible()
            large.settle()
    for name, rounds in (("scrolling", scrolled), ("dragging", dragged)):
        wall, cpu = min(one.wall for one in rounds), max(one.cpu for one in rounds)
        print(
            f"\n{name}: longest task {wall:.0f} ms by the clock (best of {ROUNDS}), {cpu:.0f} ms of processor (worst)"
        )
        assert 0 < cpu <= LONG_TASK_MS
