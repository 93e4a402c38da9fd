"""Progress: drawn where somebody watches, one line elsewhere, nothing for programs."""

from __future__ import annotations

import sys

import pytest

from spokedesk.cli.progress import drawn_progress


def test_without_a_terminal_it_is_one_line_once_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    with drawn_progress("Tickets") as progress:
        assert capsys.readouterr().err == ""
        assert progress is not None
        progress(1, 2)
        progress(2, 2)
    assert capsys.readouterr().err == "Tickets ...\n"


def test_for_programs_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with drawn_progress("Tickets", quiet=True) as progress:
        assert progress is None
    assert capsys.readouterr().err == ""


def test_on_a_terminal_a_bar_is_drawn_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with drawn_progress("Tickets") as progress:
        assert progress is not None
        progress(1, 2)
        progress(2, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert "Tickets" in said.err
    assert "100%" in said.err
