"""Records of custom objects: the same machine as tickets, with no code of their own."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.engine.accounts import open_account
from spokedesk.engine.tokens import create_token, every_scope
from spokedesk.storage.database import Transaction
from tests.support.api import ACCOUNT_ID, Answer, Api
from tests.support.custom_objects import CARS, SCHEMAS, create_car, define, text_property

PROPERTIES = "/crm/v3/properties/2-1"
SYSTEM = {"hs_createdate", "hs_lastmodifieddate", "hs_object_id"}
SPELLINGS = ["2-1", "p_car", "P_CAR", f"p{ACCOUNT_ID}_car"]


@pytest.fixture
def api() -> Api:
    made = Api()
    define(made, associatedObjects=["tickets"])
    return made


def ids(answer: Answer) -> list[str]:
    assert answer.status in (200, 201, 207), answer.json
    return [item["id"] for item in answer.json["results"]]


def create_ticket(api: Api) -> str:
    return str(api.post("/crm/v3/objects/tickets", {"properties": {"hs_pipeline_stage": "1"}}).json["id"])


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("prefix", ["/crm/v3/objects", "/crm/objects/v3", "/crm/objects/2026-03"])
def test_records_are_found_under_every_name_of_their_object(api: Api, prefix: str, spelling: str) -> None:
    path = f"{prefix}/{spelling}"
    made = api.post(path, {"properties": {"model": "Beetle"}})
    assert made.status == 201
    assert ids(api.get(path)) == [made.json["id"]]
    assert api.get(f"{path}/{made.json['id']}").json["url"].endswith(f"/record/2-1/{made.json['id']}")


@pytest.mark.parametrize("path", ["/crm/v3/objects/car", "/crm/v3/objects/cars", "/crm/v3/properties/car"])
def test_the_bare_name_is_not_understood(api: Api, path: str) -> None:
    answer = api.get(path)
    name = path.rpartition("/")[2]
    assert (answer.status, answer.json["message"]) == (400, f"Unable to infer object type from: {name}")
    assert "category" not in answer.json


@pytest.mark.parametrize("name", ["car", "2-9"])
def test_the_bare_name_is_not_understood_as_an_association_either(api: Api, name: str) -> None:
    answer = api.get("/crm/v3/objects/tickets", associations=name)
    assert answer.status == 400
    assert name in answer.json["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "scope"),
    [
        ("GET", CARS, None, "read"),
        ("POST", f"{CARS}/search", {}, "read"),
        ("POST", f"{CARS}/batch/read", {"inputs": [{"id": "1"}]}, "read"),
        ("POST", CARS, {"properties": {"model": "x"}}, "write"),
        ("POST", f"{CARS}/batch/archive", {"inputs": [{"id": "1"}]}, "write"),
    ],
)
def test_records_need_the_scopes_of_custom_objects(api: Api, method: str, path: str, body: Any, scope: str) -> None:
    every = {name for name in every_scope() if not name.startswith("crm.objects.custom")}
    for token, scopes in (("pat-none", every), ("pat-scope", {f"crm.objects.custom.{scope}"})):
        api.token = api.grant(token, scopes)
        answer = api.call(method, path, json=body)
        if token == "pat-scope":
            assert answer.status < 300 or answer.status == 404, answer.json
        else:
            assert answer.status == 403
            needed = answer.json["errors"][0]["context"]["requiredGranularScopes"]
            assert needed == [f"crm.objects.custom.{scope}"]


def test_definitions_need_the_schema_scopes_of_custom_objects(api: Api) -> None:
    api.token = api.grant("pat-records", ["crm.objects.custom.read", "crm.objects.custom.write"])
    assert api.get(PROPERTIES).status == 200
    wanted = text_property("colour", groupName="car_information")
    assert api.post(PROPERTIES, wanted).status == 403
    api.token = api.grant("pat-schemas", ["crm.schemas.custom.write"])
    assert api.post(PROPERTIES, wanted).status == 201


def test_a_record_is_created_read_changed_and_archived(api: Api) -> None:
    made = api.post(CARS, {"properties": {"model": "Beetle", "year": 1955}})
    assert made.status == 201
    car = made.json["id"]
    assert made.headers["location"].endswith(f"/{car}")
    assert made.json["properties"]["year"] == "1955"
    assert made.json["properties"].keys() >= SYSTEM
    assert made.json["createdAt"] == made.json["properties"]["hs_createdate"]
    assert api.get(f"{CARS}/{car}").json["properties"].keys() == SYSTEM
    changed = api.patch(f"{CARS}/{car}", {"properties": {"year": "1956"}})
    assert (changed.status, changed.json["properties"]["year"]) == (200, "1956")
    assert api.get(f"{CARS}/{car}", properties="year,model").json["properties"]["model"] == "Beetle"
    assert api.delete(f"{CARS}/{car}").status == 204
    assert api.get(f"{CARS}/{car}").status == 404
    assert ids(api.get(CARS)) == []
    assert ids(api.get(CARS, archived="true")) == [car]


def test_a_required_property_is_named_with_the_id_of_the_object(api: Api) -> None:
    answer = api.post(CARS, {"properties": {"year": "1955"}})
    assert answer.status == 400
    assert answer.json["message"] == "Error creating 2-1. Some required properties were not set."
    assert answer.json["context"] == {"properties": ["model"]}


@pytest.mark.parametrize("values", [{"model": "x", "colour": "red"}, {"model": "x", "year": "old"}])
def test_bad_values_are_refused(api: Api, values: dict[str, str]) -> None:
    answer = api.post(CARS, {"properties": values})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert ids(api.get(CARS)) == []


def test_a_unique_value_is_held_by_one_record(api: Api) -> None:
    first, second = create_car(api, plate="A 1"), create_car(api, plate="B 2")
    taken = api.post(CARS, {"properties": {"model": "x", "plate": "A 1"}})
    assert (taken.status, taken.json["category"]) == (400, "VALIDATION_ERROR")
    assert f"{first} already has that value" in taken.json["message"]
    assert api.patch(f"{CARS}/{second}", {"properties": {"plate": "A 1"}}).status == 400
    api.delete(f"{CARS}/{first}")
    assert api.patch(f"{CARS}/{second}", {"properties": {"plate": "A 1"}}).status == 200


def test_a_unique_value_is_a_key(api: Api) -> None:
    car = create_car(api, plate="A 1")
    assert api.get(f"{CARS}/A 1", idProperty="plate").json["id"] == car
    assert api.get(f"{CARS}/Z 9", idProperty="plate").status == 404
    assert api.get(f"{CARS}/x", idProperty="model").status == 400
    changed = api.patch(f"{CARS}/A%201", {"properties": {"year": "1"}}, idProperty="plate")
    assert (changed.json["id"], changed.json["properties"]["year"]) == (car, "1")


def test_batches_do_what_single_calls_do(api: Api) -> None:
    body = {"inputs": [{"properties": {"model": f"M{n}", "plate": f"P {n}"}} for n in range(3)]}
    made = api.post(f"{CARS}/batch/create", body)
    assert (made.status, made.json["status"]) == (201, "COMPLETE")
    cars = ids(made)
    wanted = {"inputs": [{"id": "P 1"}, {"id": "P 9"}], "idProperty": "plate", "properties": ["model"]}
    read = api.post(f"{CARS}/batch/read", wanted)
    assert (read.status, ids(read), read.json["results"][0]["properties"]["model"]) == (207, [cars[1]], "M1")
    changes = {"inputs": [{"id": car, "properties": {"year": "7"}} for car in cars]}
    assert ids(api.post(f"{CARS}/batch/update", changes)) == cars
    upserts = {
        "inputs": [
            {"id": "P 2", "idProperty": "plate", "properties": {"year": "8"}},
            {"id": "P 3", "idProperty": "plate", "properties": {"model": "M3", "plate": "P 3"}},
        ]
    }
    upserted = api.post(f"{CARS}/batch/upsert", upserts)
    assert (upserted.status, [item["new"] for item in upserted.json["results"]]) == (200, [False, True])
    gone = {"inputs": [{"id": car} for car in cars]}
    assert api.post(f"{CARS}/batch/archive", gone).status == 204
    assert ids(api.get(CARS)) == [upserted.json["results"][1]["id"]]


def test_a_query_looks_at_the_searchable_properties(api: Api) -> None:
    beetle, polo = create_car(api, year="1955"), create_car(api, "Polo", plate="BEE 7")
    create_car(api, "Golf")
    assert ids(api.post(f"{CARS}/search", {"query": "bee"})) == [beetle, polo]
    assert ids(api.post(f"{CARS}/search", {"query": "1955"})) == [], "the year is not searchable"


def test_filters_sorts_and_links_are_searched(api: Api) -> None:
    cars = [create_car(api, year=year) for year in ("9", "10", "11")]
    above = {"propertyName": "year", "operator": "GT", "value": "9"}
    found = api.post(f"{CARS}/search", {"filters": [above], "sorts": ["-year"], "properties": ["year"]})
    assert ids(found) == [cars[2], cars[1]]
    ticket = create_ticket(api)
    api.put(f"/crm/v4/objects/p_car/{cars[0]}/associations/default/tickets/{ticket}")
    linked = {"propertyName": "associations.ticket", "operator": "EQ", "value": ticket}
    assert ids(api.post(f"{CARS}/search", {"filters": [linked]})) == [cars[0]]
    for spelling in SPELLINGS:
        back = {"propertyName": f"associations.{spelling}", "operator": "EQ", "value": cars[0]}
        assert ids(api.post("/crm/v3/objects/tickets/search", {"filters": [back]})) == [ticket]


def test_links_are_seen_from_both_ends(api: Api) -> None:
    car, ticket = create_car(api), create_ticket(api)
    made = api.put(f"/crm/v4/objects/2-1/{car}/associations/default/tickets/{ticket}")
    assert made.status == 200
    there = api.get(f"/crm/v4/objects/p_car/{car}/associations/tickets").json["results"]
    back = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/p_car").json["results"]
    assert ([item["toObjectId"] for item in there], [item["toObjectId"] for item in back]) == (
        [int(ticket)],
        [int(car)],
    )
    assert there[0]["associationTypes"][0]["category"] == "USER_DEFINED"
    read = api.get(f"/crm/v3/objects/tickets/{ticket}", associations="p_car").json["associations"]
    (key,) = read
    assert [item["id"] for item in read[key]["results"]] == [car]
    assert (
        api.get(f"{CARS}/{car}", associations="tickets").json["associations"]["tickets"]["results"][0]["id"] == ticket
    )
    api.delete(f"/crm/v4/objects/tickets/{ticket}/associations/2-1/{car}")
    assert api.get(f"/crm/v4/objects/p_car/{car}/associations/tickets").json["results"] == []


def test_a_record_is_created_with_a_link_to_an_activity(api: Api) -> None:
    note = api.post("/crm/v3/objects/notes", {"properties": {"hs_timestamp": "2026-10-01T12:00:00Z"}}).json["id"]
    types = api.get("/crm/v4/associations/p_car/notes/labels").json["results"]
    spec = {"associationCategory": types[0]["category"], "associationTypeId": types[0]["typeId"]}
    made = api.post(CARS, {"properties": {"model": "Beetle"}, "associations": [{"to": {"id": note}, "types": [spec]}]})
    assert made.status == 201, made.json
    found = api.get(f"/crm/v4/objects/notes/{note}/associations/p_car").json["results"]
    assert [item["toObjectId"] for item in found] == [int(made.json["id"])]


def test_types_that_were_not_linked_cannot_be(api: Api) -> None:
    car = create_car(api)
    contact = api.post("/crm/v3/objects/contacts", {"properties": {"email": "a@example.com"}}).json["id"]
    assert api.put(f"/crm/v4/objects/p_car/{car}/associations/default/contacts/{contact}").status == 400


def test_labels_are_defined_for_custom_objects(api: Api) -> None:
    label = {"name": "broken", "label": "Broken", "inverseLabel": "Breaks"}
    made = api.post("/crm/v4/associations/p_car/tickets/labels", label)
    assert made.status == 200, made.json
    shown = [item["label"] for item in api.get("/crm/v4/associations/tickets/2-1/labels").json["results"]]
    assert shown == [None, "Breaks"]


def test_history_is_kept(api: Api) -> None:
    car = create_car(api, year="1")
    api.patch(f"{CARS}/{car}", {"properties": {"year": "2"}})
    history = api.get(f"{CARS}/{car}", propertiesWithHistory="year").json["propertiesWithHistory"]["year"]
    assert [item["value"] for item in history] == ["2", "1"]


def test_two_records_are_merged(api: Api) -> None:
    kept, gone, ticket = create_car(api), create_car(api, year="3", plate="A 1"), create_ticket(api)
    api.put(f"/crm/v4/objects/p_car/{gone}/associations/default/tickets/{ticket}")
    merged = api.post(f"{CARS}/merge", {"primaryObjectId": kept, "objectIdToMerge": gone})
    assert merged.status == 200, merged.json
    read = api.get(f"{CARS}/{gone}", properties="year,plate,hs_merged_object_ids").json
    assert read["id"] == merged.json["id"]
    assert (read["properties"]["year"], read["properties"]["plate"]) == ("3", "A 1")
    assert gone in read["properties"]["hs_merged_object_ids"].split(";")
    found = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/p_car").json["results"]
    assert [item["toObjectId"] for item in found] == [int(merged.json["id"])]


def test_archived_records_come_back_with_their_links(api: Api) -> None:
    car, ticket = create_car(api, plate="A 1"), create_ticket(api)
    api.put(f"/crm/v4/objects/p_car/{car}/associations/default/tickets/{ticket}")
    api.delete(f"{CARS}/{car}")
    assert api.get(f"/crm/v4/objects/tickets/{ticket}/associations/p_car").json["results"] == []
    restored = api.post(f"/spokedesk/v1/objects/2-1/{car}/restore")
    assert (restored.status, restored.json["archived"]) == (200, False)
    assert api.get(f"{CARS}/A 1", idProperty="plate").json["id"] == car
    found = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/p_car").json["results"]
    assert [item["toObjectId"] for item in found] == [int(car)]


def test_properties_and_groups_are_those_of_the_object(api: Api) -> None:
    shown = {item["name"] for item in api.get(PROPERTIES).json["results"]}
    assert {"model", "year", "plate"} | SYSTEM <= shown
    assert "subject" not in shown
    assert [item["name"] for item in api.get(f"{PROPERTIES}/groups").json["results"]] == ["car_information"]
    assert api.post(f"{PROPERTIES}/groups", {"name": "looks", "label": "Looks"}).status == 201
    options = [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]
    colour = {**text_property("colour"), "type": "enumeration", "fieldType": "select", "groupName": "looks"}
    assert api.post(PROPERTIES, {**colour, "options": options}).status == 201
    car = create_car(api, colour="red")
    assert api.patch(f"{CARS}/{car}", {"properties": {"colour": "pink"}}).status == 400
    assert api.get("/crm/v3/properties/tickets/colour").status == 404
    assert api.patch(f"{PROPERTIES}/colour", {"label": "Paint"}).json["label"] == "Paint"
    assert api.delete(f"{PROPERTIES}/colour").status == 204
    assert api.delete(f"{PROPERTIES}/groups/looks").status == 204


def test_an_essential_property_of_the_object_stays(api: Api) -> None:
    for name in ("model", "hs_object_id"):
        assert api.delete(f"{PROPERTIES}/{name}").status == 400


def test_a_unique_property_can_be_added_later(api: Api) -> None:
    made = api.post(PROPERTIES, text_property("serial", hasUniqueValue=True, groupName="car_information"))
    assert made.status == 201
    car = create_car(api, serial="S1")
    assert api.get(f"{CARS}/S1", idProperty="serial").json["id"] == car


def test_two_custom_objects_do_not_share_records_or_unique_values(api: Api) -> None:
    define(api, "boat")
    car = create_car(api, plate="A 1")
    boat = api.post("/crm/v3/objects/p_boat", {"properties": {"model": "Sloop", "plate": "A 1"}})
    assert boat.status == 201
    assert ids(api.get("/crm/v3/objects/p_boat")) == [boat.json["id"]]
    assert api.get(f"/crm/v3/objects/p_boat/{car}").status == 404


def test_pages_of_records_follow_each_other(api: Api) -> None:
    cars = [create_car(api, f"M{number}") for number in range(5)]
    first = api.get(CARS, limit=3)
    after = first.json["paging"]["next"]["after"]
    assert ids(first) + ids(api.get(CARS, limit=3, after=after)) == cars


def test_custom_objects_have_no_pipelines(api: Api) -> None:
    assert api.get("/crm/v3/pipelines/p_car").json["results"] == []


@pytest.mark.parametrize("path", [SCHEMAS, f"{SCHEMAS}/2-1", CARS, f"{CARS}/search", PROPERTIES])
def test_another_account_sees_nothing_of_it(api: Api, path: str) -> None:
    other = Account(ACCOUNT_ID + 1, FIDELITIES["observed"], AccountSettings())

    async def prepare(tx: Transaction) -> None:
        await open_account(tx, other, "Other")
        await create_token(tx, "pat-other", name="other", scopes=every_scope())

    api.database.write(other.id, prepare, lambda result, error: None)
    create_car(api)
    api.token = "pat-other"
    if path == SCHEMAS:
        assert api.get(path).json["results"] == []
        made = define(api)
        assert made["fullyQualifiedName"] == f"p{other.id}_car"
        assert api.get(CARS).json["results"] == []
        assert api.get(f"/crm/v3/objects/p{ACCOUNT_ID}_car").status == 400
    else:
        answer = api.post(path, {}) if path.endswith("search") else api.get(path)
        assert answer.status == (404 if path.startswith(SCHEMAS) else 400)


@pytest.mark.parametrize("fidelity", ["documented", "observed"])
def test_both_profiles_serve_custom_objects(fidelity: str) -> None:
    api = Api(fidelity)
    define(api)
    car = create_car(api)
    read = api.get(f"{CARS}/{car}", properties="model,year").json["properties"]
    assert read["model"] == "Beetle"
    assert ("year" in read) == (fidelity == "observed")
