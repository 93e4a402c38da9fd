"""What a browser has to load: little at first, not much in all, nothing from elsewhere."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.architecture.sources import ROOT
from webui import build

ENTRY_BYTES = 160_000
ALL_BYTES = 320_000


@pytest.fixture(scope="module", autouse=True)
def current() -> None:
    """The built files are those of these sources."""
    build.build()


def size(name: str, coding: str = "gz") -> int:
    """Bytes on the wire."""
    return len((build.RESULT / "assets" / f"{name}.{coding}").read_bytes())


def entry_scripts() -> list[str]:
    return re.findall(r"/assets/([^\"]+\.js)", (build.RESULT / "index.html").read_text(encoding="utf-8"))


def files(*kinds: str) -> list[str]:
    return [path.name for path in (build.RESULT / "assets").iterdir() if path.suffix in kinds]


def test_the_first_page_needs_little() -> None:
    """Every script that is loaded before anything can be drawn, not only the one that begins."""
    total = sum(map(size, entry_scripts()))
    print(f"\nentry: {total:,} of {ENTRY_BYTES:,} bytes compressed")
    assert len(entry_scripts()) > 1
    assert total <= ENTRY_BYTES


def test_all_of_it_is_small() -> None:
    """In the form that browsers ask for over HTTPS and from their own machine."""
    names = files(".js", ".css", ".svg")
    brotli, gzipped = (sum(size(name, coding) for name in names) for coding in ("br", "gz"))
    print(f"\nall: {brotli:,} of {ALL_BYTES:,} bytes as brotli, {gzipped:,} as gzip, {len(names)} files")
    assert brotli <= ALL_BYTES


def test_what_is_sent_compressed_is_the_file() -> None:
    for name in files(".js", ".css"):
        folder = build.RESULT / "assets"
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == (folder / name).read_bytes()


def test_every_screen_is_a_file_of_its_own() -> None:
    screens = [path.parent.name for path in (ROOT / "webui" / "src" / "screens").glob("*/route.ts")]
    assert len(screens) >= 2
    scripts = "".join(files(".js")).lower()
    assert [name for name in screens if name not in scripts] == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    """Addresses in texts of libraries are no loads; what a page loads stands in it, in style sheets, in imports."""
    page = (build.RESULT / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=\"(?!/)([^\"]+)", page) == []
    for name in files(".css"):
        assert re.findall(r"url\((?!/assets/|#)([^)]*)", (build.RESULT / "assets" / name).read_text()) == [], name
    for name in files(".js"):
        text = (build.RESULT / "assets" / name).read_text(encoding="utf-8")
        assert re.findall(r"\bimport\(?[`\"']https?:", text) == [], name
