"""Counting attempts to sign in: bounded in memory, exact at the border; long work leaves the calling thread."""

from __future__ import annotations

import threading
from itertools import count
from typing import Any

import pytest

from spokedesk.api.attempts import MAX_KEYS, PER_USER, WINDOW, Attempts
from spokedesk.api.preparing import MAX_WAITING, Preparing
from spokedesk.errors import TooManyAttempts, Unavailable

IDS = count()


def new_id() -> str:
    """Another request."""
    return str(next(IDS))


def test_memory_is_bounded_whatever_is_tried() -> None:
    attempts = Attempts()
    for number in range(MAX_KEYS + 500):
        attempts.take("u" * 1000 + str(number), f"address {number}", 0, new_id())
    assert len(attempts.recent) == MAX_KEYS
    assert max(len(key) for key in attempts.recent) == 16
    assert max(len(times) for times in attempts.recent.values()) <= PER_USER


def test_the_window_slides() -> None:
    attempts = Attempts()
    for at in range(PER_USER):
        attempts.take("ada", "here", at * 1000, new_id())
    with pytest.raises(TooManyAttempts) as caught:
        attempts.take("ada", "elsewhere", PER_USER * 1000, new_id())
    assert caught.value.retry_after == (WINDOW - PER_USER * 1000) // 1000 + 1
    attempts.take("ada", "elsewhere", WINDOW, new_id())
    with pytest.raises(TooManyAttempts):
        attempts.take("ada", "elsewhere", WINDOW + 999, new_id())


def test_a_refused_attempt_does_not_count() -> None:
    attempts = Attempts()
    for _ in range(PER_USER):
        attempts.take("ada", "here", 0, new_id())
    for _ in range(100):
        with pytest.raises(TooManyAttempts):
            attempts.take("ada", "here", 1, new_id())
    attempts.take("ada", "here", WINDOW, new_id())


def test_a_request_counts_once_however_often_it_is_looked_at() -> None:
    attempts = Attempts()
    for _ in range(PER_USER - 1):
        attempts.take("ada", "here", 0, new_id())
    for _ in range(5):
        attempts.take("ada", "here", 1, "the same request")
    with pytest.raises(TooManyAttempts):
        attempts.take("ada", "here", 2, new_id())


def test_long_work_runs_on_another_thread_and_few_wait() -> None:
    preparing, results = Preparing(), []
    posted: list[Any] = []
    preparing.post = posted.append
    go = threading.Event()

    def task() -> str:
        go.wait(10)
        return threading.current_thread().name

    for _ in range(MAX_WAITING):
        preparing.run(task, lambda result, error: results.append((result, error)))
    with pytest.raises(Unavailable):
        preparing.run(task, lambda result, error: None)
    go.set()
    preparing.close()
    assert results == []
    for call in posted:
        call()
    assert {result for result, error in results if error is None} == {"spokedesk-password_0"}
    assert preparing.waiting == MAX_WAITING - len(results)


def test_what_fails_on_the_thread_is_told() -> None:
    errors: list[Any] = []
    Preparing().run(lambda: 1 // 0, lambda result, error: errors.append(error))
    assert isinstance(errors[0], ZeroDivisionError)
