"""The `fidelity` markers of the tests, read from the sources without running them.

    pytestmark = pytest.mark.fidelity("documented", source="spec", of="pipelines.*")

`of` names what the test holds, one or a list: operations (`pipelines.*`, `records.read_record`), error classes, codes.
A marker on a module or class counts for every test in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


class BadMark(Exception):
    """A marker that cannot be read; the message says where it is."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker: what it says, the file from the root of the repository, the test or "" for all of the file."""

    fidelity: str
    source: str
    of: tuple[str, ...]
    file: str
    test: str = ""

    def holds(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.of)

    @property
    def place(self) -> str:
        return f"{self.file}::{self.test}" if self.test else self.file


def read_marks(folder: Path = TESTS) -> list[Mark]:
    """Every marker below a folder; raise BadMark for one that is not complete."""
    found: list[Mark] = []
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "mark.fidelity(" in text:
            found += marks_of(ast.parse(text), path.relative_to(folder.parent).as_posix())
    return found


def marks_of(tree: ast.Module, file: str) -> Iterator[Mark]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "pytestmark":
            yield from marks_in([node.value], file, "")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from marks_in(node.decorator_list, file, node.name)


def marks_in(nodes: Sequence[ast.expr], file: str, test: str) -> Iterator[Mark]:
    for node in nodes:
        if isinstance(node, ast.List):
            yield from marks_in(node.elts, file, test)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fidelity":
            yield read_mark(node, file, test)


def read_mark(call: ast.Call, file: str, test: str) -> Mark:
    try:
        (fidelity,) = [ast.literal_eval(one) for one in call.args]
        options = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
        of = options.pop("of")
        return Mark(fidelity, options.pop("source"), (of,) if isinstance(of, str) else tuple(of), file, test)
    except (KeyError, ValueError) as error:
        raise BadMark(f"{file}:{call.lineno}: fidelity(kind, source=..., of=...) with literals is needed") from error
