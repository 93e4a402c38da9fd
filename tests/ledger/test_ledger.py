"""The ledger is complete, says what the tests say, and the page of the documentation is up to date."""

from __future__ import annotations

import ast

import pytest

from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.errors import TABLE
from spokedesk.api.openapi.fidelity import load_codes, load_errors, load_sources
from spokedesk.api.openapi.operations import CLASSES, key_of, load_operations
from tests.ledger.collecting import NO_ERRORS, categories, codes_in_sources, collect
from tests.ledger.marks import BadMark, marks_of, read_marks
from tests.ledger.page import FILE, render
from tests.ledger.provenance import UnknownProvenance, read_provenance
from tests.support.cases import load_cases


def test_every_operation_error_and_code_has_a_row() -> None:
    """What is missing needs a line in api/openapi/operations.toml or fidelity.toml."""
    assert {key_of(endpoint) for endpoint in ENDPOINTS} - set(load_operations()) == set()
    assert {kind.__name__ for kind in TABLE} ^ set(load_errors()) == set()
    assert codes_in_sources() - set(load_codes()) == set()


def test_no_row_is_about_a_code_that_does_not_exist() -> None:
    built = {"PropertyValidationError", "Properties"}
    stale = set(load_codes()) - codes_in_sources()
    assert {code for code in stale if code.partition(".")[0] not in built} == set()


def test_words_that_are_no_codes_are_no_categories_either() -> None:
    assert NO_ERRORS & categories() == set()
    assert "VALIDATION_ERROR" in categories()


def test_every_source_is_explained_and_used() -> None:
    ledger = collect()
    rows = [row for table in (*ledger.tables, ledger.cases) for row in table.values()]
    assert {source for row in rows for source in row.source} == set(load_sources())


def test_every_operation_is_held_by_a_test() -> None:
    """A test holds one through a case or a `fidelity` marker."""
    assert [row.name for row in collect().operations.values() if not row.tests] == []


def test_every_error_is_held_by_a_test() -> None:
    assert [row.name for row in collect().errors.values() if not row.tests] == []


def test_every_mark_holds_something_and_names_a_class_and_a_source() -> None:
    names = [name for table in collect().tables for name in table]
    for mark in read_marks():
        assert mark.fidelity in CLASSES, mark.place
        assert mark.source in load_sources(), mark.place
        assert any(mark.holds(name) for name in names), f"{mark.place} holds nothing: {mark.of}"


def test_a_row_is_no_better_than_what_its_tests_claim() -> None:
    order = {name: rank for rank, name in enumerate(CLASSES)}
    better = [
        (row.name, row.fidelity, row.classes)
        for table in collect().tables
        for row in table.values()
        if row.classes and order[row.fidelity] < min(order[name] for name in row.classes)
    ]
    assert better == []


def test_the_page_is_up_to_date() -> None:
    """`python3 run.py run python -m tests.ledger` writes it."""
    assert FILE.read_text("utf-8") == render(collect())


def test_every_case_says_where_it_comes_from() -> None:
    for case in load_cases().values():
        fidelity, source = read_provenance(case.provenance)
        assert fidelity in CLASSES
        assert set(source) <= set(load_sources())


def test_what_a_provenance_names_first_decides() -> None:
    assert read_provenance("vendor guide; wording inferred") == ("documented", ("guide", "inferred"))
    assert read_provenance("inferred from the guides") == ("inferred", ("inferred", "guide"))
    assert read_provenance("seen in the wild (9)") == ("observed", ("recorded",))


def test_a_provenance_in_other_words_is_refused() -> None:
    with pytest.raises(UnknownProvenance):
        read_provenance("a hunch")


def test_a_mark_is_read_from_modules_and_functions() -> None:
    text = (
        'pytestmark = [pytest.mark.fidelity("own", source="own", of="health.*")]\n'
        '@pytest.mark.fidelity("observed", source="recorded", of=["NotFound", "INVALID_DATE"])\n'
        "def test_it() -> None: ...\n"
    )
    module, function = marks_of(ast.parse(text), "tests/api/test_x.py")
    assert (module.place, module.holds("health.read_health")) == ("tests/api/test_x.py", True)
    assert (function.place, function.fidelity) == ("tests/api/test_x.py::test_it", "observed")
    assert function.holds("INVALID_DATE")
    assert not function.holds("INVALID_LONG")


def test_a_mark_without_source_is_refused() -> None:
    tree = ast.parse('pytestmark = pytest.mark.fidelity("own", of="health.*")')
    with pytest.raises(BadMark, match=r"test_x\.py:1"):
        list(marks_of(tree, "test_x.py"))
