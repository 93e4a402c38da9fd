"""Writes docs/reference/fidelity.md."""

from __future__ import annotations

from tests.ledger.collecting import collect
from tests.ledger.page import FILE, render

if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(render(collect()), encoding="utf-8")
    print(f"{FILE.name} written")
