"""Sizes that keep the code readable. A file or function that needs more is listed here with the reason."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.architecture.sources import PACKAGE, Source, package_sources

FILE_LINES = 500
FILE_LINES_MEDIAN = 150
FUNCTION_LINES = 60
FUNCTION_LINES_MEDIAN = 10
FUNCTION_LINES_P90 = 35
POSITIONAL_PARAMETERS = 5
VAGUE_NAMES = {"utils", "util", "helpers", "common", "manager", "base", "misc"}

EXCEPTIONS: dict[str, str] = {}
"""`path` of a file or `path::function` -> why it may be larger than the budget."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method: where, lines from `def` to its last line, parameters that can be given by position."""

    key: str
    lines: int
    parameters: int


def functions_of(source: Source) -> Iterator[Function]:
    """Every function of a module, nested ones and methods included, keyed `path::Class.function`."""
    yield from functions_below(source.tree, source.path + "::", in_class=False)


def functions_below(node: ast.AST, prefix: str, in_class: bool) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from functions_below(child, f"{prefix}{child.name}.", in_class=True)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield measure(child, prefix, in_class)
            yield from functions_below(child, f"{prefix}{child.name}.", in_class=False)
        else:
            yield from functions_below(child, prefix, in_class)


def measure(node: ast.FunctionDef | ast.AsyncFunctionDef, prefix: str, in_class: bool) -> Function:
    names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    bound = in_class and names[:1] in (["self"], ["cls"])
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    return Function(prefix + node.name, lines, len(names) - bound)


def over_budget(sources: Sequence[Source]) -> dict[str, str]:
    """What is too large, by key, whether excepted or not."""
    problems = {}
    for source in sources:
        lines = len(source.text.splitlines())
        if lines > FILE_LINES:
            problems[source.path] = f"{lines} lines"
        for function in functions_of(source):
            if function.lines > FUNCTION_LINES:
                problems[function.key] = f"{function.lines} lines"
            elif function.parameters > POSITIONAL_PARAMETERS:
                problems[function.key] = f"{function.parameters} positional parameters"
    return problems


def percentile_90(values: Sequence[int]) -> int:
    return sorted(values)[int(len(values) * 0.9)] if values else 0


def function_lengths() -> list[int]:
    return [function.lines for source in package_sources() for function in functions_of(source)]


def test_no_file_or_function_is_over_its_budget_without_a_reason() -> None:
    problems = over_budget(package_sources())
    assert {key: found for key, found in problems.items() if key not in EXCEPTIONS} == {}


def test_every_exception_is_still_needed() -> None:
    assert set(EXCEPTIONS) - set(over_budget(package_sources())) == set()


def test_half_of_the_files_are_short() -> None:
    lengths = [len(source.text.splitlines()) for source in package_sources()]
    assert statistics.median(lengths or [0]) <= FILE_LINES_MEDIAN


def test_half_of_the_functions_are_short() -> None:
    assert statistics.median(function_lengths() or [0]) <= FUNCTION_LINES_MEDIAN


def test_nine_of_ten_functions_fit_on_a_screen() -> None:
    assert percentile_90(function_lengths()) <= FUNCTION_LINES_P90


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = [path for path in PACKAGE.rglob("*.py") if VAGUE_NAMES & {path.stem, path.parent.name}]
    assert names == []


def test_a_long_function_is_found() -> None:
    body = "\n".join(f"    value_{number} = {number}" for number in range(FUNCTION_LINES))
    source = Source("crm.records", f"class Record:\n  def plan(self):\n{body}\n")
    assert over_budget([source]) == {"src/spokedesk/crm/records.py::Record.plan": "61 lines"}


def test_a_long_file_is_found() -> None:
    assert over_budget([Source("crm.records", "\n" * 501)]) == {"src/spokedesk/crm/records.py": "501 lines"}


def test_too_many_positional_parameters_are_found() -> None:
    source = Source("crm.records", "def plan(a, b, c, d, e, f): ...\ndef fine(a, b, c, d, e, *, f): ...")
    assert over_budget([source]) == {"src/spokedesk/crm/records.py::plan": "6 positional parameters"}


def test_self_is_not_counted_as_a_parameter() -> None:
    assert over_budget([Source("crm.records", "class R:\n    def plan(self, a, b, c, d, e): ...")]) == {}


def test_the_ninetieth_percentile_is_the_value_that_one_in_ten_reaches() -> None:
    assert percentile_90([*range(1, 11)]) == 10
    assert percentile_90([1] * 95 + [100] * 5) == 1
