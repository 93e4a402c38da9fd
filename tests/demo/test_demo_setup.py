"""What the demo account holds before its story begins."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import spokedesk.demo
from spokedesk.demo import demo_setup

OWNER_FIELDS = {
    "id",
    "email",
    "firstName",
    "lastName",
    "type",
    "userId",
    "userIdIncludingInactive",
    "createdAt",
    "updatedAt",
    "archived",
}


def test_six_owners_have_the_shape_of_an_owners_read() -> None:
    owners = demo_setup().owners
    assert len({owner["id"] for owner in owners}) == len({owner["userId"] for owner in owners}) == 6
    for owner in owners:
        assert set(owner) == OWNER_FIELDS
        assert 0 < int(owner["id"]) < 2**31
        assert isinstance(owner["userId"], int)
        assert owner["email"].endswith(".example")
        assert not owner["archived"]


def test_owner_and_user_ids_differ_so_that_a_mix_up_shows() -> None:
    owners = demo_setup().owners
    assert not {owner["id"] for owner in owners} & {str(owner["userId"]) for owner in owners}


def test_two_pipelines_come_besides_the_default_one() -> None:
    bodies = [setup.body for setup in demo_setup().pipelines if setup.object_type == "tickets"]
    assert [body["pipelineId"] for body in bodies] == ["101", "102"]
    for body in bodies:
        assert [stage["displayOrder"] for stage in body["stages"]] == list(range(len(body["stages"])))
        assert all(re.fullmatch(r"\d{4}", stage["stageId"]) for stage in body["stages"])
        states = {stage["metadata"]["ticketState"] for stage in body["stages"]}
        assert states == {"OPEN", "CLOSED"}


def test_stage_ids_are_unique_among_all_pipelines() -> None:
    stages = [stage["stageId"] for setup in demo_setup().pipelines for stage in setup.body["stages"]]
    assert len(set(stages) | {"1", "2", "3", "4"}) == len(stages) + 4


def test_custom_properties_are_create_requests_of_several_types() -> None:
    bodies = [setup.body for setup in demo_setup().properties]
    required = {"name", "label", "type", "fieldType", "groupName"}
    assert all(required <= set(body) for body in bodies)
    assert {(body["type"], body["fieldType"]) for body in bodies} == {
        ("string", "text"),
        ("enumeration", "select"),
        ("enumeration", "checkbox"),
        ("date", "date"),
        ("number", "number"),
    }
    assert [body["name"] for body in bodies if body.get("hasUniqueValue")] == ["order_number"]
    assert all(body["options"] for body in bodies if body["type"] == "enumeration")
    assert not any(body["name"].startswith("hs_") for body in bodies)


def test_one_label_pair_marks_who_reported_a_ticket() -> None:
    (label,) = demo_setup().association_labels
    assert (label.from_type, label.to_type, label.type_id, label.inverse_type_id) == ("tickets", "contacts", 1, 2)
    assert label.body == {"name": "reporter", "label": "Reporter", "inverseLabel": "Reported ticket"}


def test_a_caller_may_change_what_it_got() -> None:
    demo_setup().owners[0]["firstName"] = "changed"
    assert demo_setup().owners[0]["firstName"] == "Imogen"


def modules() -> dict[str, ast.Module]:
    folder = Path(inspect.getfile(spokedesk.demo)).parent
    return {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in folder.glob("*.py")}


def test_chance_comes_from_one_place_and_only_from_what_python_promises_to_keep() -> None:
    for name, tree in modules().items():
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
            if (node.module if isinstance(node, ast.ImportFrom) else alias.name) == "random"
        }
        assert imported == ({"Random"} if name == "dice.py" else set()), name


def test_nothing_is_added_up_with_the_built_in_sum_whose_rounding_depends_on_the_python() -> None:
    for name, tree in modules().items():
        calls = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "sum" not in calls, name


def test_the_demo_knows_nothing_of_the_rest_of_the_package() -> None:
    """All but the one module that tells it to an account."""
    others = {name: tree for name, tree in modules().items() if name != "telling.py"}
    assert len(others) == len(modules()) - 1
    for name, tree in others.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spokedesk"):
                assert node.module is not None
                assert node.module.startswith("spokedesk.demo"), name
