"""Draws every screen of the web interface into docs/assets: light, dark, and in Japanese.

`python3 run.py test --collect-only -q tests/browser >/dev/null && .venv/bin/python docs/screenshots.py`, or with the
environment made already just the second. The demo data are the same every time. Japanese needs a font of the machine
(on Debian fonts-noto-cjk); without one it is drawn as boxes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.progress import track

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import find_chromium  # noqa: E402
from tests.browser.desk import Desk  # noqa: E402
from tests.support.server import Server, start_server  # noqa: E402

ASSETS = ROOT / "docs" / "assets"
SIZE = {"width": 1440, "height": 900}
QUALITY = 78
LOOKS = (("light", "light", "en"), ("dark", "dark", "en"), ("ja", "light", "ja"))
"""Name of the look, color scheme, language."""


def screens(server: Server) -> dict[str, str]:
    """Name of the picture and address of each screen."""
    with server.http() as http:
        body = {
            "filterGroups": [{"filters": [{"propertyName": "num_notes", "operator": "GTE", "value": "2"}]}],
            "sorts": ["-hs_lastmodifieddate"],
            "limit": 1,
        }
        ticket = http.post("/crm/v3/objects/tickets/search", json=body).json()["results"][0]["id"]
    return {
        "home": "/",
        "board": "/board",
        "table": "/tickets",
        "record": f"/tickets/{ticket}",
        "bin": "/bin",
        "calls": "/calls",
        "settings": "/settings/pipelines",
    }


def draw(browser: Browser, server: Server) -> None:
    pictures = [(name, path, look) for name, path in screens(server).items() for look in LOOKS]
    for name, path, (look, scheme, language) in track(pictures, "Screens"):
        context = browser.new_context(locale="en-GB", viewport=SIZE, reduced_motion="reduce")
        desk = Desk(context.new_page(), server)
        desk.use_scheme(scheme)
        desk.sign_in()
        desk.use_language(language)
        desk.go(path)
        desk.settle()
        desk.page.wait_for_timeout(400)
        desk.page.screenshot(path=ASSETS / f"{name}-{look}.jpg", type="jpeg", quality=QUALITY)
        context.close()


def main() -> None:
    chromium = find_chromium()
    server = start_server("--demo", "--ephemeral")
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=chromium.program, args=chromium.flags, env={**os.environ, **chromium.environment}
            )
            draw(browser, server)
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
