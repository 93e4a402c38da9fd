"""The ledger as a page of the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from spokedesk.api.openapi.fidelity import load_sources
from spokedesk.api.openapi.operations import CLASSES
from tests.architecture.sources import ROOT
from tests.ledger.collecting import Ledger, Row

FILE = ROOT / "docs" / "reference" / "fidelity.md"
SHOWN = 4
MEANINGS = {
    "documented": "HubSpot's guides, reference or published API descriptions say so.",
    "observed": "Answers of the live service that third parties recorded, or the code of unmodified clients, show it.",
    "inferred": "Nothing public says it for this call; it follows from neighbouring behaviour.",
    "own": "A decision of this project, for what the vendor does not have or does not say.",
}
INTRODUCTION = """<!-- made by `python3 run.py run python -m tests.ledger` from the tests; change those -->

# Fidelity ledger

Spokedesk speaks the HubSpot CRM API. How well each behaviour is known is written down here: every operation, every
error, every code inside errors, and every reference case, each with its class, its source and the tests that hold it.
An operation or error without a row fails the build. Spokedesk is not made or endorsed by HubSpot.

"""


def render(ledger: Ledger) -> str:
    """The page as Markdown."""
    parts = [INTRODUCTION, render_classes(ledger), render_sources(ledger)]
    headings = ("Operations", "Errors", "Codes inside errors")
    for heading, table in zip(headings, ledger.tables, strict=True):
        parts.append(f"\n## {heading}\n\n| name | what | class | source | tests |\n|---|---|---|---|---|\n")
        parts += [render_row(row, row.tests) for _, row in sorted(table.items())]
    parts.append("\n## Reference cases\n\n| case | what | class | source | profile |\n|---|---|---|---|---|\n")
    parts += [render_row(row, row.tests) for row in ledger.cases.values()]
    return "".join(parts)


def render_row(row: Row, tests: Iterable[str]) -> str:
    shown = list(dict.fromkeys(tests))
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    cells = (f"`{row.name}`", row.title, row.fidelity, ", ".join(row.source), ", ".join(shown[:SHOWN]) + more)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def render_classes(ledger: Ledger) -> str:
    columns = [Counter(row.fidelity for row in table.values()) for table in (*ledger.tables, ledger.cases)]
    lines = ["| class | meaning | operations | errors | codes | cases |\n|---|---|---|---|---|---|\n"]
    for name in CLASSES:
        counts = " | ".join(str(column[name]) for column in columns)
        lines.append(f"| {name} | {MEANINGS[name]} | {counts} |\n")
    return "".join(lines)


def render_sources(ledger: Ledger) -> str:
    rows = (row for table in (*ledger.tables, ledger.cases) for row in table.values())
    used = {source for row in rows for source in row.source}
    lines = ["\n| source | what it is |\n|---|---|\n"]
    return "".join([*lines, *(f"| {key} | {text} |\n" for key, text in load_sources().items() if key in used)])
