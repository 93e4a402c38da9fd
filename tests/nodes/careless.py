"""The command line without the two things that keep nodes apart: turns of writers, and the check of the revision.

Only for the control of the tests: they have to notice what these nodes do.
"""

from __future__ import annotations

from spokedesk.cli import main
from spokedesk.storage import postgres_writer
from spokedesk.storage.dialect import POSTGRES, Statement, numbered


def careless(sql: str) -> Statement:
    return numbered(sql.replace("AND id = :id AND revision = :revision", "AND id = :id"))


if __name__ == "__main__":
    postgres_writer.BEGIN = "BEGIN; SELECT {account_id}"
    object.__setattr__(POSTGRES, "prepare", careless)
    main()
