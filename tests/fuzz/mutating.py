"""Changing valid requests a little, with a seeded generator: paths, queries, bodies, headers, methods."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.seeds import WEAK_TOKEN, Seed, headers_of

TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "3",
    "11",
    "999",
    "00001",
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    str(10**30),
    "9" * 400,
    "1e999",
    "NaN",
    "-0.0",
    "٣",
    "１２",
    "true",
    "null",
    "hs_object_id",
    "createdate",
    "subject",
    "ext_id",
    "ext_id words",
    "associations.contact",
    "associations.",
    "tickets",
    "0-5",
    "contacts",
    "2-77",
    "p_thing",
    "' OR 1=1 --",
    '"',
    "\\",
    "%",
    "_",
    "*" * 300,
    "a*" * 200,
    ";a;;b;",
    ",,,",
    "\u0001",
    "\u2028",
    "\U0001f525" * 20,
    "é" * 1000,
    "x" * 70_000,
    "2026-02-30",
    "9999-12-31T23:59:59.999999999+14:00",
    "0001-01-01T00:00:00Z",
    "-99999999999999999",
    "__proto__",
    "${jndi:x}",
    "../../etc",
    "MTE",
    "=",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**40,
    0.1,
    -0.0,
    1e308,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"id": None},
    {"filters": None},
)
RAW = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b"{}",
    b"\xef\xbb\xbf{}",
    b"{} x",
    b'{"properties":{"subject":"\\ud800"}}',
    b'{"properties":{"subject":"\\u0000"}}',
    b'{"properties":{"subject":"\xff"}}',
    b'{"properties":{"weight":1e999}}',
    b'{"properties":{"weight":NaN}}',
    b'{"properties":{"weight":' + b"9" * 5000 + b"}}",
    b'{"inputs":' + b"[" * 2000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
    b'{"properties":{"subject":"a","subject":"b"}}',
)
SEGMENTS = (
    "",
    ".",
    "..",
    "%2e%2e",
    "%2f",
    "%00",
    "%ff",
    "%",
    "%zz",
    "%25",
    "a%20b",
    "batch",
    "merge",
    "search",
    "default",
)
QUERY_NAMES = ("limit", "after", "archived", "properties", "propertiesWithHistory", "associations", "idProperty", "x")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW", "get", "")


@dataclass
class Draft:
    """A request on its way to being sent."""

    route: str
    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str] = field(default_factory=headers_of)

    def __str__(self) -> str:
        return f"{self.method} {self.path[:300]} ?{self.query[:300]} {self.body[:600]!r} {self.headers}"


def mutate(seed: Seed, dice: random.Random) -> Draft:
    """A request with up to three changes; now and then with none."""
    draft = Draft(seed.route, seed.method, seed.path, seed.query, seed.body)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3))):
        changes = BODY_CHANGES if draft.body and dice.random() < 0.6 else OTHER_CHANGES
        dice.choice(changes)(draft, dice)
    return draft


def change_segment(draft: Draft, dice: random.Random) -> None:
    parts = draft.path.split("/")
    place = dice.randrange(1, len(parts))
    parts[place] = dice.choice((*SEGMENTS, quote(dice.choice(TEXTS)), dice.choice(TEXTS)[:50]))
    draft.path = "/".join(parts)


def resize_path(draft: Draft, dice: random.Random) -> None:
    parts = draft.path.split("/")
    place = dice.randrange(1, len(parts) + 1)
    if dice.random() < 0.5:
        parts.insert(place, dice.choice(SEGMENTS))
    else:
        del parts[place:]
    draft.path = "/".join(parts) or "/"


def quote(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode()[:200])


def change_query(draft: Draft, dice: random.Random) -> None:
    value = dice.choice((*TEXTS, "%00", "%ff", "%", "%zz", "a%2Cb"))
    pair = f"{dice.choice(QUERY_NAMES)}={value if len(value) < 1000 or dice.random() < 0.2 else value[:999]}"
    draft.query = "&".join(part for part in (draft.query, pair) if part)


def spoil_query(draft: Draft, dice: random.Random) -> None:
    draft.query = dice.choice(
        ("&&&", "=", "=&=", "?", "limit", "limit=1;after=2", "a=1&" * 3000, "x" * 20_000, "\x80\xff")
    )


def change_method(draft: Draft, dice: random.Random) -> None:
    draft.method = dice.choice(METHODS)


def change_headers(draft: Draft, dice: random.Random) -> None:
    change = dice.randrange(6)
    if change == 0:
        draft.headers = headers_of(WEAK_TOKEN)
    elif change == 1:
        draft.headers["authorization"] = dice.choice(
            ("", "Bearer", "Bearer ", "Basic eA==", "Bearer \xff\x00", "b" * 9999)
        )
    elif change == 2:
        draft.headers["content-type"] = dice.choice(
            ("", "text/plain", "multipart/form-data", "application/xml; q=\xff")
        )
    elif change == 3:
        draft.headers["host"] = dice.choice(("", "\xff", "a" * 5000, "[::1", "x\r\ny: z"))
    else:
        draft.headers[dice.choice(("x-forwarded-for", "accept", "if-match", "range"))] = dice.choice(TEXTS)[:200]


def replace_body(draft: Draft, dice: random.Random) -> None:
    draft.body = dice.choice(RAW)


def spoil_bytes(draft: Draft, dice: random.Random) -> None:
    raw = bytearray(draft.body)
    for _ in range(dice.randrange(1, 4)):
        place = dice.randrange(len(raw) + 1)
        change = dice.randrange(3)
        if change == 0:
            raw[place:place] = bytes([dice.randrange(256)])
        elif change == 1:
            del raw[place : place + dice.randrange(1, 5)]
        else:
            raw[place : place + 1] = dice.choice((b'"', b"{", b"]", b",", b"\\", b"\x00", b"9", b"\xc3"))
    draft.body = bytes(raw)


def grow_body(draft: Draft, dice: random.Random) -> None:
    """Over the size that any call takes, though seldom, because that costs time."""
    if dice.random() < 0.05:
        draft.body = draft.body + b" " * 10_000_001
    else:
        draft.body = draft.body + b" " * 5000


def change_node(draft: Draft, dice: random.Random) -> None:
    """Replace, remove, repeat or wrap one place of the JSON."""
    try:
        tree = json.loads(draft.body)
    except (ValueError, RecursionError):
        return
    places = list(walk(tree))
    if not places:
        return
    holder, key = dice.choice(places)
    change = dice.randrange(8)
    if change == 0 and isinstance(holder, dict):
        del holder[key]
    elif change == 1 and isinstance(holder, dict):
        holder[dice.choice((*TEXTS, "id", "value", "values"))] = dice.choice(VALUES)
    elif change == 2 and isinstance(holder, list):
        holder *= dice.choice((2, 7, 51, 101, 1001))
    elif change == 3:
        holder[key] = [holder[key]]
    elif change == 4:
        holder[key] = {"id": holder[key]}
    else:
        holder[key] = dice.choice(dice.choice((TEXTS, TEXTS, VALUES)))
    draft.body = json.dumps(tree).encode()


def walk(tree: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) of a JSON value."""
    found: list[tuple[Any, Any]] = []
    keys: Any = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        found.append((tree, key))
        found.extend(walk(tree[key]))
    return found


Change = Callable[[Draft, random.Random], None]
BODY_CHANGES: tuple[Change, ...] = (change_node,) * 8 + (replace_body, spoil_bytes, spoil_bytes, grow_body)
OTHER_CHANGES: tuple[Change, ...] = (
    change_segment,
    change_segment,
    change_segment,
    resize_path,
    change_query,
    change_query,
    change_query,
    spoil_query,
    change_method,
    change_headers,
    replace_body,
)
