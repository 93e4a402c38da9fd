"""A catalog file that contradicts itself is refused, and the message names the file and the entry."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from spokedesk.catalog.reading import CatalogError, Head, read_association_types, read_definitions, read_head
from spokedesk.crm.properties import PropertyDefinition

HEAD = """\
id = '0-900'
singular = 'machine'
plural = 'machines'
error_name = 'MACHINE'
label = 'Machine'
default_properties = ['title', 'hs_createdate']
required_properties = ['title']
searchable_properties = ['title']
default_pipeline = 'p1'

[hot_columns]
hs_object_id = 'id'

[[groups]]
name = 'machineinformation'
label = 'Machine information'

[[pipelines]]
id = 'p1'
label = 'Life'
stages = [
    { id = 's1', label = 'In use' },
    { id = 's2', label = 'Scrapped', metadata = { isClosed = 'true' } },
]
"""

PROPERTIES = """
[properties]
core = [
    { name = 'hs_object_id', label = 'Record ID', type = 'number', field_type = 'number', read_only_value = true },
    { name = 'hs_createdate', label = 'Created', type = 'datetime', field_type = 'date' },
    { name = 'hs_lastmodifieddate', label = 'Modified', type = 'datetime', field_type = 'date' },
]
other = [
    { name = 'title', label = 'Title', type = 'string', field_type = 'text' },
    { name = 'kind', label = 'Kind', type = 'enumeration', field_type = 'radio', options = { B = 'Big', S = 'Small' } },
]
"""

FILE = "machines.toml"

TYPES = """\
types = [
    { from = 'machine', to = 'part', id = 1, inverse = 2 },
    { from = 'part', to = 'machine', id = 2, inverse = 1 },
    { from = 'machine', to = 'elsewhere', id = 3 },
]

[aliases]
9 = 1
"""

TYPE_IDS = {"machine": "0-900", "part": "0-901"}


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} must occur once"
    return text.replace(old, new)


def read(text: str) -> tuple[Head, Mapping[str, PropertyDefinition]]:
    head = read_head(FILE, text)
    return head, read_definitions(FILE, text, head)


def test_a_sound_file_is_read_whole() -> None:
    head, definitions = read(HEAD + PROPERTIES)
    assert head.object_type.default_properties == ("title", "hs_createdate")
    assert [stage.is_closed for stage in head.pipelines[0].stages] == [False, True]
    assert list(definitions) == ["hs_object_id", "hs_createdate", "hs_lastmodifieddate", "title", "kind"]
    assert [(each.value, each.label) for each in definitions["kind"].options] == [("B", "Big"), ("S", "Small")]


def test_a_file_may_say_what_it_otherwise_leaves_out() -> None:
    text = changed(
        HEAD + PROPERTIES, "field_type = 'text' }", "field_type = 'text', hidden = true, form_field = true }"
    )
    title = read(text)[1]["title"]
    assert (title.hidden, title.form_field) == (True, True)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("plural = 'machines'", "plural = 'machine'", "object type: the file of 'machine' must be machine.toml"),
        ("error_name = 'MACHINE'\n", "", "object type: .*error_name"),
        ("label = 'Machine'\n", "label = 'Machine'\ncolour = 'red'\n", "object type: .*colour"),
        ("hs_object_id = 'id'", "hs_object_id = 'ident'", "hot column of 'hs_object_id': there is no column 'ident'"),
        ("hs_object_id = 'id'", "hs_object_id = 'id'\ntitle = 'id'", "hot column 'id': is there twice"),
        ("default_pipeline = 'p1'", "default_pipeline = 'p2'", "default_pipeline: there is no pipeline 'p2'"),
        ("id = 's2'", "id = 's1'", "stage 's1': is there twice"),
        ("{ id = 's1', label = 'In use' }", "{ id = 's1' }", "pipeline 'p1', stage 's1': .*label"),
        ("label = 'Life'\n", "label = 'Life'\nshort = 'L'\n", "pipeline 'p1': .*short"),
        ("label = 'Machine information'", "title = 'x'", "group 'machineinformation': .*title"),
        (
            "[[groups]]\nname = 'machineinformation'\nlabel = 'Machine information'\n",
            "",
            "object type: has no property group",
        ),
        (
            "[[pipelines]]",
            "[[groups]]\nname = 'machineinformation'\nlabel = 'x'\n\n[[pipelines]]",
            "group .*is there twice",
        ),
        ("[[pipelines]]", "[[pipelines]]\nid = 'p1'\nlabel = 'x'\n\n[[pipelines]]", "pipeline 'p1': is there twice"),
        ("id = '0-900'", "id = '0-900", "syntax: .*line 1"),
    ],
)
def test_a_bad_head_is_refused(old: str, new: str, complaint: str) -> None:
    with pytest.raises(CatalogError, match=f"^machines.toml: {complaint}"):
        read_head(FILE, changed(HEAD, old, new))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("name = 'kind'", "name = 'title'", "property 'title': is there twice"),
        ("field_type = 'radio'", "field_type = 'text'", "property 'kind': unknown combination enumeration/text"),
        ("type = 'string'", "type = 'text'", "property 'title': unknown combination text/text"),
        ("label = 'Title', ", "", "property 'title': .*label"),
        ("label = 'Title', ", "label = 'Title', lable = 'x', ", "property 'title': .*lable"),
        ("S = 'Small'", "S = 'Big'", "property 'kind': two options have the same label"),
        ("S = 'Small'", "B = 'Small'", "syntax: .*"),
        ("field_type = 'text'", "field_type = 'text', options = { a = 'A' }", "property 'title': .* no options"),
        ("field_type = 'text'", "field_type = 'text', group_name = 'x'", "property 'title': there is no group 'x'"),
        ("field_type = 'text'", "field_type = 'text', calculated = true", "property 'title': .*must be read-only"),
        ("default_properties = ['title'", "default_properties = ['gone'", "default_properties: .*'gone'"),
        ("required_properties = ['title']", "required_properties = ['gone']", "required_properties: .*'gone'"),
        ("searchable_properties = ['title']", "searchable_properties = ['gone']", "searchable_properties: .*'gone'"),
        ("required_properties = ['title']", "required_properties = ['title', 'title']", "required_properties, name"),
        ("hs_object_id = 'id'", "gone = 'id'", "hot_columns: there is no property 'gone'"),
        ("label = 'Machine'\n", "label = 'Machine'\nstage_property = 'gone'\n", "object type: .*'gone'"),
        ("name = 'hs_lastmodifieddate'", "name = 'x'", "object type: there is no property 'hs_lastmodifieddate'"),
        ("other = [", "others = [", r"\[properties\]: unknown lists \['others'\]"),
    ],
)
def test_bad_properties_are_refused(old: str, new: str, complaint: str) -> None:
    with pytest.raises(CatalogError, match=f"^machines.toml: {complaint}"):
        read(changed(HEAD + PROPERTIES, old, new))


def test_a_file_without_properties_is_refused() -> None:
    with pytest.raises(CatalogError, match=r"^machines.toml: \[properties\]: is missing"):
        read(HEAD)


def test_a_syntax_error_among_the_properties_names_its_true_line() -> None:
    text = changed(HEAD + PROPERTIES, "name = 'kind', label", "name = 'kind' label")
    line = 1 + text[: text.index("name = 'kind'")].count("\n")
    with pytest.raises(CatalogError, match=f"line {line},"):
        read(text)


def test_association_types_are_kept_when_both_ends_are_served() -> None:
    found, aliases = read_association_types("associations.toml", TYPES, TYPE_IDS)
    assert [(each.from_type, each.to_type, each.type_id, each.inverse_type_id, each.name) for each in found] == [
        ("0-900", "0-901", 1, 2, "machine_to_part"),
        ("0-901", "0-900", 2, 1, "part_to_machine"),
    ]
    assert aliases == {9: 1}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id = 2, inverse = 1", "id = 2, inverse = 3", r"type 1 \(machine to part\): 2 does not point back"),
        ("id = 1, inverse = 2", "id = 1, inverse = 7", r"type 1 \(machine to part\): 7 does not point back"),
        ("id = 1, inverse = 2", "id = 1", r"type 2 \(part to machine\): 1 does not point back"),
        ("to = 'elsewhere', id = 3", "to = 'part', id = 1, name = 'second'", "type 'second': id 1 or the name"),
        ("to = 'elsewhere', id = 3", "to = 'part', id = 3", "type 'machine_to_part': id 3 or the name"),
        ("to = 'elsewhere', id = 3", "to = 'elsewhere'", "type .*: lacks \\['id'\\]"),
        ("id = 3", "id = 3, lable = 'x'", "type 'machine_to_elsewhere': unknown keys \\['lable'\\]"),
        (
            "to = 'elsewhere', id = 3",
            "to = 'machine', id = 3",
            "type 'machine_to_machine': both ends are served, so it needs an inverse",
        ),
        ("9 = 1", "2 = 1", "alias 2: must be a free id"),
        ("9 = 1", "9 = 8", "alias 9: .*not for 8"),
    ],
)
def test_bad_association_types_are_refused(old: str, new: str, complaint: str) -> None:
    with pytest.raises(CatalogError, match=f"^associations.toml: {complaint}"):
        read_association_types("associations.toml", changed(TYPES, old, new), TYPE_IDS)
