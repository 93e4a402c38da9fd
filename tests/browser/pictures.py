"""Pictures of every screen for README and documentation: `python3 run.py run python -m tests.browser.pictures`.

Demo data, three ways each: light, dark, Japanese. Needs the environment of the tests (`python3 run.py test --version`
makes it).
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Route, ViewportSize, sync_playwright

from tests.browser.chromium import find_chromium, packages
from tests.browser.desk import Desk
from tests.support.server import Server, start_server

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "assets" / "web"
SOURCES = FOLDER.parents[2] / "webui" / "src" / "screens"
SIZE: ViewportSize = {"width": 1360, "height": 850}
QUALITY = 82
WAYS = {"light": ("light", "en"), "dark": ("dark", "en"), "ja": ("light", "ja")}
FONT = "@fontsource/noto-sans-jp"
FONT_ADDRESS = "/font-of-pictures/"
SCREENS = {
    "home": "/",
    "board": "/board",
    "table": "/tickets",
    "record": "/tickets/{ticket}",
    "bin": "/bin",
    "calls": "/calls",
    "settings": "/settings",
}


def with_font(context: BrowserContext) -> str:
    """Give out a font with Japanese letters, which many machines do not have; the style sheet that asks for it."""
    folder = packages() / "node_modules" / FONT

    def answer(route: Route) -> None:
        route.fulfill(path=folder / "files" / route.request.url.rpartition("/")[2])

    context.route(f"**{FONT_ADDRESS}**", answer)
    css = "".join((folder / f"{weight}.css").read_text(encoding="utf-8") for weight in (400, 600))
    faces = re.sub(r"url\(\./files/", f"url({FONT_ADDRESS}", css)
    return faces + 'body, button, input { font-family: "DejaVu Sans", "Noto Sans JP", sans-serif !important }'


def picture(desk: Desk, style: str, name: str) -> None:
    desk.page.add_style_tag(content=style)
    desk.settle()
    desk.page.evaluate("document.fonts.ready.then(() => undefined)")
    desk.page.wait_for_timeout(300)
    session = desk.page.context.new_cdp_session(desk.page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))
    print(f"docs/assets/web/{name}.webp", flush=True)


def pictures(browser: Browser, server: Server, way: str) -> None:
    scheme, language = WAYS[way]
    # the policy of the page would refuse the font
    context = browser.new_context(viewport=SIZE, locale=language, reduced_motion="reduce", bypass_csp=True)
    style = with_font(context)
    desk = Desk(context.new_page(), server)
    desk.use_scheme(scheme)
    desk.page.goto(f"{server.url}/sign-in")
    picture(desk, style, f"sign-in-{way}")
    desk.page.get_by_role("button").first.click()
    desk.page.locator("nav").wait_for()
    with server.http() as http:
        search = {"sorts": [{"propertyName": "num_notes", "direction": "DESCENDING"}], "limit": 1}
        found = http.post("/crm/v3/objects/tickets/search", json=search).json()["results"]
    for name, path in SCREENS.items():
        if not (SOURCES / name).is_dir():
            continue  # a screen that this version does not have
        desk.go(path.format(ticket=found[0]["id"]))
        picture(desk, style, f"{name}-{way}")
    context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment}
    server = start_server("--demo", "--ephemeral")
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium.program, args=chromium.flags, env=environment)
            for way in WAYS:
                pictures(browser, server, way)
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
