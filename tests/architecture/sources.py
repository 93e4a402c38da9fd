"""The package's source files as the rules of this folder see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "spokedesk"


@dataclass(frozen=True, slots=True)
class Source:
    """One module of the package: dotted name without `spokedesk.`, text and syntax tree."""

    name: str
    text: str
    is_package: bool = False

    @property
    def layer(self) -> str:
        return self.name.split(".")[0]

    @property
    def path(self) -> str:
        return f"src/spokedesk/{self.name.replace('.', '/')}{'/__init__' if self.is_package else ''}.py"

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@dataclass(frozen=True, slots=True)
class Import:
    """One imported thing: absolute module, the name taken from it (None for `import module`) and the line."""

    module: str
    name: str | None
    line: int

    @property
    def target(self) -> str:
        """The module or name with its dots, as far as the statement tells."""
        return self.module if self.name is None else f"{self.module}.{self.name}"


def read_source(path: Path) -> Source:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    is_package = parts[-1] == "__init__" and len(parts) > 1
    return Source(".".join(parts[:-1] if is_package else parts), path.read_text(encoding="utf-8"), is_package)


def package_sources() -> list[Source]:
    """Every Python file of the package, in the order of the paths."""
    return [read_source(path) for path in sorted(PACKAGE.rglob("*.py"))]


def imports_of(source: Source) -> Iterator[Import]:
    """Every import of a module wherever it stands, relative ones made absolute."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, None, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            module = absolute_module(source, node)
            for alias in node.names:
                yield Import(module, alias.name, node.lineno)


def absolute_module(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = ["spokedesk", *source.name.split(".")]
    steps = node.level - 1 if source.is_package else node.level
    parents = package[: len(package) - steps]
    return ".".join([*parents, node.module] if node.module else parents)
