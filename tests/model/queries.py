"""Search bodies: filters of every operator over properties of every type, good ones and bad ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

OPERANDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "tickets": {
        "subject": ("printer jam", "PRINTER ON FIRE", "print*", "reset", "x_y", "*fire", "Printer"),
        "content": ("fire", "printer is", "wall", "*print*", "the"),
        "ext_id": ("A", "a", "zz"),
        "weight": ("5", "17.0", "-3", "2.5", "x"),
        "due": ("2026-10-01", "1740700800000", "soon"),
        "seen_at": ("1790812800000", "2026-10-01T12:00:00Z", "2026-10-01T12:00:00.250Z"),
        "createdate": ("1790000000000", "2026-01-02T03:04:05Z", "1780000000000"),
        "flag": ("true", "false"),
        "color": ("red", "Red", "Green"),
        "tags": ("a", "b;c", "c"),
        "hs_ticket_priority": ("LOW", "HIGH", "high"),
        "hs_pipeline_stage": ("1", "4", "done"),
        "hubspot_owner_id": ("101", "102"),
        "hs_is_closed": ("true", "false"),
        "hs_object_id": ("1001", "1005"),
        "nonsense": ("1",),
    },
    "contacts": {
        "email": ("ann@example.com", "ANN@example.com", "*@example.com", "bob"),
        "firstname": ("Ann", "bob", "a*"),
        "lastmodifieddate": ("1790000000000",),
    },
    "companies": {"name": ("acme", "Acme"), "domain": ("a.example", "*.example")},
    "notes": {"hs_note_body": ("called", "wr*"), "hs_timestamp": ("1791000000000", "2026-09-01T00:00:00Z")},
}
COMPARING = ("EQ", "EQ", "NEQ", "LT", "LTE", "GT", "GTE", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN")
# a list of texts in the pattern of the wire: (operator, keys that a filter with it carries)
SHAPES = (
    *((operator, ("value",)) for operator in COMPARING * 3),
    ("BETWEEN", ("value", "highValue")),
    ("HAS_PROPERTY", ()),
    ("NOT_HAS_PROPERTY", ()),
    ("NOT_IN", ("values",)),
    ("BETWEEN", ("value", "highValue")),
    ("BETWEEN", ("value",)),
    ("IN", ("values",)),
    ("IN", ("values",)),
    ("NOT_IN", ("values",)),
    ("IN", ()),
    ("EQ", ()),
    ("HAS_PROPERTY", ()),
    ("NOT_HAS_PROPERTY", ()),
    ("LIKE", ("value",)),
)
LINKED = {"tickets": ("contacts", "companies", "notes", "tickets"), "contacts": ("tickets",), "companies": ("tickets",)}


@st.composite
def filters(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """One filter; the value of one over links is a position that the test turns into an id."""
    if kind in LINKED and draw(st.integers(0, 7)) == 0:
        operator = draw(st.sampled_from(("EQ", "HAS_PROPERTY", "NOT_HAS_PROPERTY")))
        found: dict[str, Any] = {
            "propertyName": f"associations.{draw(st.sampled_from(LINKED[kind]))}",
            "operator": operator,
        }
        return {**found, "value": draw(st.integers(0, 5))} if operator == "EQ" else found
    name = draw(st.sampled_from(sorted(OPERANDS[kind])))
    operator, given = draw(st.sampled_from(SHAPES))
    if "CONTAINS" in operator and name in WHOLE:
        operator = "EQ"
    operands = st.sampled_from(OPERANDS[kind][name])
    found = {"propertyName": name, "operator": operator}
    for key in given:
        found[key] = draw(st.lists(operands, min_size=1, max_size=3)) if key == "values" else draw(operands)
    return found


# what tokens of these are is left open by the reference
WHOLE = ("weight", "hs_object_id", "hs_ticket_priority", "color", "hs_pipeline_stage", "hubspot_owner_id")


@st.composite
def searches(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A search body without its query."""
    body: dict[str, Any] = {}
    groups = draw(st.lists(st.lists(filters(kind), max_size=2), max_size=2))
    if groups:
        body["filterGroups"] = [{"filters": group} for group in groups]
    if draw(st.integers(0, 9)) == 0:
        body["filters"] = [draw(filters(kind))]
    if draw(st.integers(0, 19)) == 0:
        body["filterGroups"] = [{"filters": []}] * 6
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(OPERANDS[kind])))
        descending = draw(st.booleans())
        objects = {"propertyName": name, "direction": "DESCENDING" if descending else "ASCENDING"}
        body["sorts"] = [draw(st.sampled_from((f"{'-' * descending}{name}", objects)))]
    limit = draw(st.sampled_from((*(None, 1, 2, "3", 100, 200) * 3, 201)))
    if limit is not None:
        body["limit"] = limit
    after = draw(st.sampled_from((*(None, None, 0, 1, "2") * 4, 10_000)))
    if after is not None:
        body["after"] = after
    return body
