"""The few named fragments in which databases differ. Asking a driver for its class is forbidden; this is the seam."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

# `column = EACH(:names)` in a statement: the column equals any element of the list bound to :names
EACH = re.compile(r"= EACH\(:([a-z_]+)\)")
# `{words(expression)}` as emitted by search_sql: a one-column table of the space-separated words of a text
ROWS_TABLE = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDER = re.compile(r"(?<!:):([a-z_]+)")
TEXT_TYPE = re.compile(r"\bTEXT\b")

Statement = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """`document_type` is the column type of JSON documents, `text_type` that of texts, which compare by code point;
    `clustered` ends a table stored in key order,

    `words` makes a table of one column `word` of a space-separated text, `elements` one of a column `element` of a JSON
    list, `number` is the numeric member of a document, `by_code_point` follows a text expression that is compared,
    `mentions` finds documents in which a text stands anywhere, if that is quicker than to look at a few members: with
    eleven on SQLite, which parses a document anew for each, 449 to 186 ms for 39,000 tickets without the text.
    `prepare` turns a statement into what the driver takes.
    """

    name: str
    document_type: str
    text_type: str
    clustered: str
    words: str
    elements: str
    number: str
    by_code_point: str
    mentions: str
    prepare: Callable[[str], Statement]
    statements: dict[str, Statement] = field(default_factory=dict, compare=False)

    def statement(self, sql: str) -> Statement:
        """The text for the driver and names of its parameters, as `prepare` gives them; remembered per text."""
        known = self.statements.get(sql)
        if known is None:
            known = self.prepare(sql)
            if len(self.statements) < 2000:
                self.statements[sql] = known
        return known

    def schema(self, sql: str) -> str:
        """A migration's text with the type names of this database."""
        fragments = {"document": self.document_type, "clustered": self.clustered}
        return TEXT_TYPE.sub(self.text_type, ROWS_TABLE.sub(lambda match: fragments[match[1]], sql))


def named(sql: str) -> Statement:
    """SQLite: parameters keep their names; those of lists, which are bound as JSON, come along."""
    return EACH.sub(r"IN (SELECT value FROM json_each(:\1))", sql), tuple(EACH.findall(sql))


def numbered(sql: str) -> Statement:
    """PostgreSQL: parameters become $1, $2 …; the names in that order come along."""
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return PLACEHOLDER.sub(place, EACH.sub(r"= ANY(:\1)", sql)), tuple(names)


SQLITE = Dialect(
    name="sqlite",
    document_type="TEXT",
    text_type="TEXT",
    clustered="WITHOUT ROWID",
    words="(SELECT value AS word FROM json_each('[\"' || replace({}, ' ', '\",\"') || '\"]'))",
    elements="(SELECT value AS element FROM json_each({}))",
    number="CAST(({document} ->> {name}) AS NUMERIC)",
    by_code_point="",
    mentions="{document} LIKE {pattern} ESCAPE '\\' AND ",
    prepare=named,
)

POSTGRES = Dialect(
    name="postgres",
    document_type="JSONB",
    text_type='TEXT COLLATE "C"',
    clustered="",
    words="(SELECT unnest(string_to_array({}, ' ')) AS word)",
    elements="(SELECT jsonb_path_query({}, '$[*]') #>> '{{}}' AS element)",
    # a member that is no number has none: a cast of it would be an error
    number="CASE jsonb_typeof({document} -> {name}) WHEN 'number' THEN CAST({document} ->> {name} AS NUMERIC) END",
    by_code_point=' COLLATE "C"',
    mentions="",
    prepare=numbered,
)
