"""A progress bar on anything that may take over a second; a single line where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[int, int], None]


@contextmanager
def drawn_progress(label: str, *, quiet: bool = False) -> Iterator[Progress | None]:
    """A function `(done, total)` that draws on standard error, from its first call on; None when quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with drawn_bar(label) as show:
            yield show
    else:
        yield say_once(f"{label} ...")


def say_once(text: str) -> Progress:
    said: list[str] = []

    def show(done: int, total: int) -> None:
        if not said:
            said.append(text)
            click.echo(text, err=True)

    return show


@contextmanager
def drawn_bar(label: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    task = bar.add_task(label, total=None)
    started = False

    def show(done: int, total: int) -> None:
        nonlocal started
        if not started:
            bar.start()
            started = True
        bar.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        if started:
            bar.stop()
