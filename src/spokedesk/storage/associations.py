"""The association table: one row per link, type and direction. Links of archived records stay, unseen."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.associations import Association, AssociationType
from spokedesk.storage.database import Transaction

# pairs per statement of `list_between`, whose cost grows with their square
PAIRS = 50
COLUMNS = "from_type, from_id, to_type, to_id, category, type_id"
QUALIFIED = ", ".join(f"association.{column}" for column in COLUMNS.split(", "))
LIVE_TARGET = """
  JOIN record AS target
    ON target.account_id = association.account_id AND target.object_type = association.to_type
   AND target.id = association.to_id AND target.archived_at IS NULL
"""


async def insert_associations(tx: Transaction, links: Sequence[Association]) -> None:
    """Write rows (both directions given); those that exist stay as they are."""
    await tx.execute_many(
        f"""
        INSERT INTO association (account_id, {COLUMNS})
        VALUES (:account_id, :from_type, :from_id, :to_type, :to_id, :category, :type_id)
        ON CONFLICT DO NOTHING
        """,
        [parameters_of(link) for link in links],
    )


async def erase_associations(tx: Transaction, links: Sequence[Association]) -> None:
    """Remove exactly these rows; missing ones are no error."""
    await tx.execute_many(
        """
        DELETE FROM association
        WHERE account_id = :account_id AND from_type = :from_type AND from_id = :from_id
          AND to_type = :to_type AND to_id = :to_id AND category = :category AND type_id = :type_id
        """,
        [parameters_of(link) for link in links],
    )


def parameters_of(link: Association) -> dict[str, str | int]:
    return {
        "from_type": link.from_type,
        "from_id": link.from_id,
        "to_type": link.to_type,
        "to_id": link.to_id,
        "category": link.category,
        "type_id": link.type_id,
    }


async def list_associations(
    tx: Transaction, from_type: str, ids: Sequence[int], to_type: str, *, targets: int
) -> list[Association]:
    """Links of these records to live records of one type: the first `targets` of each record, every type of them."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM (
          SELECT {QUALIFIED},
                 DENSE_RANK() OVER (PARTITION BY association.from_id ORDER BY association.to_id) AS place
          FROM association {LIVE_TARGET}
          WHERE association.account_id = :account_id AND association.from_type = :from_type
            AND association.from_id = EACH(:ids) AND association.to_type = :to_type
        ) AS ranked
        WHERE place <= :targets
        ORDER BY from_id, to_id, category, type_id
        """,
        from_type=from_type,
        ids=list(ids),
        to_type=to_type,
        targets=targets,
    )
    return [Association(*row) for row in rows]


async def list_page(
    tx: Transaction, from_type: str, record_id: int, to_type: str, *, above: int, targets: int
) -> list[Association]:
    """Links of one record to the first `targets` live records of one type behind the id `above`.

    Unlike `list_associations` it reads no further than the page, however many links the record has.
    """
    rows = await tx.rows(
        f"""
        WITH page AS MATERIALIZED (
          SELECT DISTINCT association.to_id
          FROM association {LIVE_TARGET}
          WHERE association.account_id = :account_id AND association.from_type = :from_type
            AND association.from_id = :record_id AND association.to_type = :to_type AND association.to_id > :above
          ORDER BY association.to_id
          LIMIT :targets
        )
        SELECT {COLUMNS}
        FROM association
        WHERE account_id = :account_id AND from_type = :from_type AND from_id = :record_id AND to_type = :to_type
          AND to_id IN (SELECT to_id FROM page)
        ORDER BY to_id, category, type_id
        """,
        from_type=from_type,
        record_id=record_id,
        to_type=to_type,
        above=above,
        targets=targets,
    )
    return [Association(*row) for row in rows]


async def list_links_to(tx: Transaction, from_type: str, ids: Sequence[int], to_type: str) -> list[Association]:
    """Every link of these records to records of one type, in any state."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM association
        WHERE account_id = :account_id AND from_type = :from_type AND from_id = EACH(:ids) AND to_type = :to_type
        """,
        from_type=from_type,
        ids=list(ids),
        to_type=to_type,
    )
    return [Association(*row) for row in rows]


async def list_all_associations(tx: Transaction, from_type: str, ids: Sequence[int]) -> list[Association]:
    """Every link of these records, to records of any type in any state."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM association
        WHERE account_id = :account_id AND from_type = :from_type AND from_id = EACH(:ids)
        """,
        from_type=from_type,
        ids=list(ids),
    )
    return [Association(*row) for row in rows]


async def list_between(
    tx: Transaction, from_type: str, to_type: str, pairs: Sequence[tuple[int, int]]
) -> list[Association]:
    """The links between pairs of records (from, to), in this direction, to records in any state."""
    ordered = sorted(set(pairs))
    found: list[Association] = []
    for start in range(0, len(ordered), PAIRS):
        chunk = ordered[start : start + PAIRS]
        rows = await tx.rows(
            f"""
            SELECT {COLUMNS}
            FROM association
            WHERE account_id = :account_id AND from_type = :from_type AND from_id = EACH(:from_ids)
              AND to_type = :to_type AND to_id = EACH(:to_ids)
            """,
            from_type=from_type,
            from_ids=list(dict.fromkeys(from_id for from_id, _ in chunk)),
            to_type=to_type,
            to_ids=list(dict.fromkeys(to_id for _, to_id in chunk)),
        )
        wanted = set(chunk)
        found.extend(Association(*row) for row in rows if (row[1], row[3]) in wanted)
    return found


async def list_live_links(tx: Transaction, from_type: str, ids: Sequence[int]) -> list[Association]:
    """Every link from these records to live ones."""
    rows = await tx.rows(
        f"""
        SELECT {QUALIFIED}
        FROM association {LIVE_TARGET}
        WHERE association.account_id = :account_id AND association.from_type = :from_type
          AND association.from_id = EACH(:ids)
        """,
        from_type=from_type,
        ids=list(ids),
    )
    return [Association(*row) for row in rows]


async def list_targets(tx: Transaction, ids: Sequence[int], known: AssociationType) -> list[tuple[int, int]]:
    """(from, to) of every link of one type from these records to live ones."""
    rows = await tx.rows(
        f"""
        SELECT association.from_id, association.to_id
        FROM association {LIVE_TARGET}
        WHERE association.account_id = :account_id AND association.from_type = :from_type
          AND association.from_id = EACH(:ids) AND association.to_type = :to_type
          AND association.category = :category AND association.type_id = :type_id
        ORDER BY association.from_id, association.to_id
        """,
        from_type=known.from_type,
        ids=list(ids),
        to_type=known.to_type,
        category=known.category,
        type_id=known.type_id,
    )
    return [(row[0], row[1]) for row in rows]


async def erase_type(tx: Transaction, known: AssociationType) -> None:
    """Strip one direction of a type from every pair of records."""
    await tx.execute(
        """
        DELETE FROM association
        WHERE account_id = :account_id AND from_type = :from_type AND to_type = :to_type
          AND category = :category AND type_id = :type_id
        """,
        from_type=known.from_type,
        to_type=known.to_type,
        category=known.category,
        type_id=known.type_id,
    )


async def summarise_links(
    tx: Transaction, from_type: str, ids: Sequence[int]
) -> dict[int, list[tuple[str, int, int | None]]]:
    """For each record (type, number of linked live records, latest `hs_timestamp` in ms) per type linked to it."""
    rows = await tx.rows(
        f"""
        SELECT association.from_id, association.to_type, COUNT(DISTINCT association.to_id),
               MAX(CAST(target.search_values ->> 'hs_timestamp' AS NUMERIC))
        FROM association {LIVE_TARGET}
        WHERE association.account_id = :account_id AND association.from_type = :from_type
          AND association.from_id = EACH(:ids)
        GROUP BY association.from_id, association.to_type
        """,
        from_type=from_type,
        ids=list(ids),
    )
    found: dict[int, list[tuple[str, int, int | None]]] = {}
    for record_id, to_type, count, latest in rows:
        found.setdefault(record_id, []).append((to_type, count, None if latest is None else int(latest)))
    return found
