"""The OpenAPI document and the page made from it."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.openapi import answers, definition_answers, limit_answers, link_answers, own_answers
from spokedesk.api.openapi.document import INTRODUCTION, path_names, wire_path
from spokedesk.api.openapi.operations import PAGES, TableError, key_of, load_operations, load_parameters, read_answers
from spokedesk.api.routes import RouteTable
from spokedesk.api.versions import ALL
from tests.support.api import Api
from tests.support.documents import document

pytestmark = pytest.mark.fidelity("own", source="own", of="reference.*")


@pytest.fixture
def api() -> Api:
    return Api()


def operations() -> Iterator[tuple[str, str, Any]]:
    for path, item in document().content["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_the_document_is_valid_openapi() -> None:
    validate(json.loads(json.dumps(document().content)))


def test_every_route_is_in_the_document_and_nothing_else() -> None:
    routes = Counter((route.endpoint.method, wire_path(path)) for path, route in RouteTable(ENDPOINTS).rows)
    assert routes == Counter((method, path) for method, path, _ in operations())


def test_no_two_operations_share_an_id() -> None:
    identities = [operation["operationId"] for _, _, operation in operations()]
    assert len(identities) == len(set(identities))


def test_every_route_is_described() -> None:
    """One that is not needs a line in api/openapi/operations.toml, under the module of its handler."""
    served = {key_of(endpoint) for endpoint in ENDPOINTS}
    assert served - set(load_operations()) == set()
    assert set(load_operations()) - served == set(), "these describe no route"


def test_every_parameter_is_described_and_used() -> None:
    path, query = load_parameters()
    assert {name for row, _ in RouteTable(ENDPOINTS).rows for name in path_names(row)} == set(path)
    assert {key for operation in load_operations().values() for key in operation.query} == set(query)


def test_every_shape_of_an_answer_exists_and_is_used() -> None:
    described = load_operations().values()
    named = {one.shape for operation in described for one in (operation.answers, *operation.versions.values())}
    shapes = {
        name
        for module in (answers, definition_answers, link_answers, limit_answers, own_answers)
        for name, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__
    }
    assert named - {None} - set(PAGES) - shapes == set()
    text = json.dumps(document().content)
    assert [name for name in sorted(shapes) if f'"#/components/schemas/{name}"' not in text and name != "Batch"] == []


def test_answers_that_differ_by_version_name_versions_that_exist() -> None:
    names = {version.name for version in ALL}
    assert {name for operation in load_operations().values() for name in operation.versions} <= names


def test_a_table_with_a_word_where_a_status_belongs_is_refused() -> None:
    with pytest.raises(TableError, match="does not begin with statuses"):
        read_answers("records.list_records", "RecordPage")


def test_what_a_body_needs_is_required_in_its_schema() -> None:
    schemas = document().content["components"]["schemas"]
    assert schemas["PropertyCreateBody"]["required"] == ["name", "label", "type", "fieldType", "groupName"]
    assert schemas["FilterInput"]["required"] == ["propertyName", "operator"]
    assert "required" not in schemas["PropertyUpdateBody"]


def test_an_operation_says_scope_fidelity_body_and_answers() -> None:
    found = document().content["paths"]["/crm/v3/objects/{objectType}"]["post"]
    assert found["x-scope"] == "write scope of the object type"
    assert found["x-fidelity"] == {"class": "documented", "source": ["guide", "spec"]}
    assert found["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/CreateBody"}
    assert set(found["responses"]) == {"201", "default"}


def test_statuses_follow_the_version() -> None:
    paths = document().content["paths"]
    where = "/crm/associations/{}/{{fromType}}/{{toType}}/batch/archive"
    assert set(paths[where.format("v4")]["post"]["responses"]) == {"204", "default"}
    assert set(paths[where.format("2026-03")]["post"]["responses"]) == {"200", "default"}


def test_forms_are_forms_and_public_calls_need_no_token() -> None:
    found = document().content["paths"]["/oauth/v1/token"]["post"]
    assert list(found["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    assert found["security"] == []
    assert "security" not in document().content["paths"]["/crm/v3/owners"]["get"]


def test_the_document_is_served_without_a_token(api: Api) -> None:
    answer = api.call("GET", "/openapi.json", headers={})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == json.loads(json.dumps(document().content))
    assert answer.json["info"]["description"] == INTRODUCTION


def test_the_page_shows_every_path_scope_and_field_without_a_script(api: Api) -> None:
    answer = api.call("GET", "/docs", headers={})
    page = answer.raw.decode()
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in page
    assert {path for _, path, _ in operations() if f"<code>{path}</code>" not in page} == set()
    assert "objectWriteTraceId" in page
    assert "read scope of the object type" in page


def test_every_link_of_the_page_leads_somewhere(api: Api) -> None:
    page = api.call("GET", "/docs", headers={}).raw.decode()
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(identities) == len(set(identities))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(identities)
    assert set(re.findall(r'href="(/[^"]*)"', page)) == {"/openapi.json"}


def test_an_answer_that_is_not_as_promised_is_found(api: Api) -> None:
    """Every case is compared with the document where it runs; this is what would be found."""
    path = "/crm/v3/objects/tickets"
    answer = api.get(path)
    assert document().answer_problems("GET", path, answer) == []
    answer.json["results"] = [{"id": 7}]
    assert "RecordPage at $.results[0].id: 7 is not of type 'string'" in document().answer_problems("GET", path, answer)
    answer.status = 201
    assert document().answer_problems("GET", path, answer) == ["status 201 is not promised"]
    refused = api.get(f"{path}/nothing")
    assert document().answer_problems("GET", f"{path}/nothing", refused) == []
    del refused.json["message"]
    assert document().answer_problems("GET", f"{path}/nothing", refused) == [
        "Error at $: 'message' is a required property"
    ]
