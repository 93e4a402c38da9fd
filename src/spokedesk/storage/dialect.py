"""The few named fragments in which databases differ. Asking a driver for its class is forbidden; this is the seam."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# `column = EACH(:names)` in a statement: the column equals any element of the list bound to :names
EACH = re.compile(r"= EACH\(:([a-z_]+)\)")
# `{words(expression)}` as emitted by search_sql: a one-column table of the space-separated words of a text
ROWS_TABLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`document_type` is the column type of JSON documents, `clustered` ends a table stored in key order,

    `each` tests a value against a bound list, `words` makes a table `words(word)` of a space-separated text,
    `elements` a table `elements(element)` of a JSON list.
    """

    name: str
    document_type: str
    clustered: str
    each: str
    words: str
    elements: str
    statements: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict, compare=False)

    def statement(self, sql: str) -> tuple[str, tuple[str, ...]]:
        """The text for the driver and the names of its list parameters; remembered per text."""
        known = self.statements.get(sql)
        if known is None:
            lists = tuple(EACH.findall(sql))
            known = (EACH.sub(lambda match: self.each.format(":" + match[1]), sql), lists)
            if len(self.statements) < 2000:
                self.statements[sql] = known
        return known

    def schema(self, sql: str) -> str:
        """A migration's text with the type names of this database."""
        fragments = {"document": self.document_type, "clustered": self.clustered}
        return ROWS_TABLE.sub(lambda match: fragments[match[1]], sql)


SQLITE = Dialect(
    name="sqlite",
    document_type="TEXT",
    clustered="WITHOUT ROWID",
    each="IN (SELECT value FROM json_each({}))",
    words="(SELECT value AS word FROM json_each('[\"' || replace({}, ' ', '\",\"') || '\"]'))",
    elements="(SELECT value AS element FROM json_each({}))",
)
