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
    assert 1 < len(entry_scripts()) <= 6, "each file costs more than its bytes"
    assert total <= ENTRY_BYTES


CATALOG = re.compile(r"(en|de|fr|ja)-[\w-]{8}\.js")


def total_of(coding: str) -> tuple[int, int]:
    """Bytes of all files, and of what one browser can come to load: texts in one language, the largest."""
    sizes = {name: size(name, coding) for name in files(".js", ".css", ".svg")}
    catalogs = sorted(count for name, count in sizes.items() if CATALOG.fullmatch(name) and count > 1000)
    assert len(catalogs) == 4
    return sum(sizes.values()), sum(sizes.values()) - sum(catalogs[:-1])


def test_all_of_it_is_small() -> None:
    """All that one browser can come to load, in the form that it asks for over HTTPS and from its own machine."""
    (all_brotli, brotli), (all_gzip, gzipped) = total_of("br"), total_of("gz")
    print(f"\none language: {brotli:,} of {ALL_BYTES:,} bytes as brotli, {gzipped:,} as gzip")
    print(f"four languages: {all_brotli:,} bytes as brotli, {all_gzip:,} as gzip")
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
