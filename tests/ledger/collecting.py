"""Collects the ledger: rows from the tables of the API, tests from the cases, which are run for it, and the markers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

from spokedesk import errors
from spokedesk.api import errors as api_errors
from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.openapi.fidelity import load_codes, load_errors
from spokedesk.api.openapi.operations import key_of, operation_of
from spokedesk.api.routes import RouteTable
from spokedesk.crm.property_validations import KINDS
from spokedesk.errors import SpokedeskError
from tests.architecture.sources import PACKAGE
from tests.ledger.marks import Mark, read_marks
from tests.ledger.provenance import read_provenance
from tests.support.cases import Case, load_cases, prepare, send

CODE = re.compile(r"(?:[A-Za-z.]+\.)?[A-Z]+(?:_[A-Z]+)+")
LAYERS = ("errors.py", "crm", "engine", "api")
NO_ERRORS = frozenset(
    {
        *("CONTAINS_TOKEN", "HAS_PROPERTY", "NOT_CONTAINS_TOKEN", "NOT_HAS_PROPERTY", "NOT_IN"),
        *("HUBSPOT_DEFINED", "INTEGRATOR_DEFINED", "USER_DEFINED", "CRM_PERMISSIONS_ENFORCEMENT", "FIRST_ACCOUNT"),
        *("START_ARRAY", "START_OBJECT", "VALUE_NULL", "VALUE_NUMBER_FLOAT", "VALUE_NUMBER_INT", "VALUE_STRING"),
        *("VALUE_TRUE", "CRM_UI"),
        *("ALPHA_ONLY", "NUMERIC_ONLY", "NOT_ALLOWED", "DATETIME_DURATION"),
        *("INCOMING_EMAIL", "FORWARDED_EMAIL"),
        *KINDS,
    }
)
"""Words in capitals that are no codes of errors: operators, categories of links, tokens of JSON, validation rules,
kinds of engagements."""


@dataclass(slots=True)
class Row:
    """One line of the ledger. `tests` are the ids of cases and the places of markers, `classes` what these claim."""

    name: str
    title: str
    fidelity: str
    source: tuple[str, ...]
    tests: list[str] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Ledger:
    """All that the page shows."""

    operations: dict[str, Row]
    errors: dict[str, Row]
    codes: dict[str, Row]
    cases: dict[str, Row]

    @property
    def tables(self) -> tuple[dict[str, Row], ...]:
        return self.operations, self.errors, self.codes


def categories() -> set[str]:
    return {category for _, category in api_errors.TABLE.values() if category is not None}


@cache
def codes_in_sources() -> frozenset[str]:
    """Every word of the sources that looks like the code of an error."""
    files = [
        path for layer in LAYERS for path in ([PACKAGE / layer] if "." in layer else (PACKAGE / layer).rglob("*.py"))
    ]
    words = {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    return frozenset(words - NO_ERRORS - categories())


class Raised(dict[type[SpokedeskError], tuple[int, str | None]]):
    """The table of errors, which remembers who was looked up in it."""

    def __init__(self) -> None:
        super().__init__(api_errors.TABLE)
        self.names: set[str] = set()

    def __getitem__(self, kind: type[SpokedeskError]) -> tuple[int, str | None]:
        self.names.add(kind.__name__)
        return super().__getitem__(kind)


def run_case(case: Case) -> tuple[set[str], Any]:
    """The names of the error classes that a case meets, and the answer's JSON."""
    api = prepare(case, case.profiles[0])
    for request in case.before:
        send(api, request)
    raised = Raised()
    with patch.object(api_errors, "TABLE", raised):
        answer = send(api, case.request)
    api.database.close()
    return raised.names, answer.json


def is_refused(case: Case) -> bool:
    """Whether the answer has an error in it, alone or beside results."""
    status = case.expect["status"]
    return not isinstance(status, int) or status >= 400 or status == 207


def names_held(case: Case, routes: RouteTable) -> Iterator[str]:
    """Operations, error classes and codes that a case is a test of."""
    try:
        route, _ = routes.find(case.request["method"], case.request["path"].partition("?")[0])
        yield key_of(route.endpoint)
    except SpokedeskError:
        pass
    if is_refused(case):
        raised, body = run_case(case)
        yield from raised
        yield from (code for code in load_codes() if code in json.dumps(body))


def title_of(kind: type[SpokedeskError]) -> str:
    status, category = api_errors.TABLE[kind]
    return f"{status} {category or 'no category'}: {(kind.__doc__ or '').strip().splitlines()[0].rstrip('.')}"


def empty_ledger() -> Ledger:
    """Every row that must be there, without tests."""
    operations = {key_of(endpoint): operation_of(endpoint) for endpoint in ENDPOINTS}
    return Ledger(
        {key: Row(key, one.summary, one.fidelity, one.source) for key, one in operations.items()},
        {
            name: Row(name, title_of(getattr(errors, name)), known.fidelity, known.source)
            for name, known in load_errors().items()
        },
        {name: Row(name, "", known.fidelity, known.source) for name, known in load_codes().items()},
        {},
    )


def add_case(ledger: Ledger, case: Case, routes: RouteTable) -> None:
    fidelity, source = read_provenance(case.provenance)
    title = f"{case.request['method']} {case.request['path'].partition('?')[0]}: {case.expect['status']}"
    ledger.cases[case.id] = Row(case.id, title, fidelity, source, [case.profile])
    for name in names_held(case, routes):
        for table in ledger.tables:
            if name in table:
                table[name].tests.append(case.id)
                table[name].classes.add(fidelity)


def add_mark(tables: tuple[Mapping[str, Row], ...], mark: Mark) -> None:
    for table in tables:
        for name, row in table.items():
            if mark.holds(name):
                row.tests.append(mark.place)
                row.classes.add(mark.fidelity)


@cache
def collect() -> Ledger:
    """The whole ledger; every case with an error in its answer is run for it."""
    ledger, routes = empty_ledger(), RouteTable(ENDPOINTS)
    for case in load_cases().values():
        add_case(ledger, case, routes)
    for mark in read_marks():
        add_mark(ledger.tables, mark)
    return ledger
