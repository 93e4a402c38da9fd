"""The fragments of the changelog and how they are folded."""

from __future__ import annotations

from pathlib import Path

import pytest

from changes import fold
from tests.architecture.sources import ROOT


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with a changelog that has one release, and two fragments."""
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\nIntro.\n\n## 0.1.0 (2026-01-01)\n\n### Added\n\n- First.\n")
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "search-sorts.fixed.md").write_text("Sorts keep\ntheir order.\n")
    (tmp_path / "changes" / "board.added.md").write_text("A board.\n")
    return tmp_path


def test_every_fragment_of_the_repository_has_a_proper_name_and_text() -> None:
    assert fold.render("Unreleased", fold.find_fragments(ROOT / "changes")).startswith("## Unreleased")


def test_a_release_is_written_before_the_last_one_and_its_fragments_are_removed(release: Path) -> None:
    fold.fold(release / "changes", release / "CHANGELOG.md", "0.2.0", "2026-02-03")
    assert (release / "CHANGELOG.md").read_text() == (
        "# Changelog\n\nIntro.\n\n"
        "## 0.2.0 (2026-02-03)\n\n### Added\n\n- A board.\n\n### Fixed\n\n- Sorts keep\n  their order.\n\n"
        "## 0.1.0 (2026-01-01)\n\n### Added\n\n- First.\n"
    )
    assert list((release / "changes").iterdir()) == []


def test_a_fragment_of_an_unknown_kind_is_refused(release: Path) -> None:
    (release / "changes" / "board.improved.md").write_text("A better board.\n")
    with pytest.raises(ValueError, match=r"board\.improved\.md"):
        fold.find_fragments(release / "changes")


def test_a_version_that_is_none_changes_nothing(release: Path) -> None:
    before = (release / "CHANGELOG.md").read_text()
    with pytest.raises(ValueError, match="next"):
        fold.fold(release / "changes", release / "CHANGELOG.md", "next", "2026-02-03")
    assert (release / "CHANGELOG.md").read_text() == before
    assert len(list((release / "changes").iterdir())) == 2
