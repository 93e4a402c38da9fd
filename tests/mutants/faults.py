"""The planted faults: one text of the server replaced by another, and the tests that have to notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`before` stands exactly once in `file` (below src/spokedesk). `quick` faults are planted in every run."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
    quick: bool = False


RECORDS = "tests/api/test_records.py"
BATCHES = "tests/api/test_batches.py"
SEARCH = "tests/api/test_search.py"
MERGES = "tests/api/test_merge.py"
STAGES = "tests/api/test_stages.py"
GROUPS = "tests/storage/test_group_commit.py"
BAD_INPUT = "tests/api/test_bad_input.py"
MODEL = "tests/model/test_model.py"

FAULTS = (
    Fault(
        "an update leaves no history",
        "engine/changes.py",
        "await revisions.insert_revisions(tx, revisions_of(changes, source or context.source, context.now, sequence))",
        "assert sequence >= 0",
        (RECORDS,),
        quick=True,
    ),
    Fault(
        "scopes are not checked",
        "api/service.py",
        "if not is_granted(needed, grant.scopes):",
        "if not needed and grant is None:",
        ("tests/api/test_auth.py",),
        quick=True,
    ),
    Fault(
        "a snapshot outlives its turn of the loop",
        "storage/reader.py",
        "                post(self.end)\n",
        "                assert post is not None\n",
        ("tests/storage/test_snapshots.py",),
    ),
    Fault("a search does not sort", "crm/search.py", "        sort=sort,\n", "        sort=None,\n", (SEARCH,)),
    Fault(
        "a search looks at the first filter of a group only",
        "crm/search.py",
        "    for item in group:\n",
        "    for item in group[:1]:\n",
        (SEARCH,),
        quick=True,
    ),
    Fault(
        "a search finds archived records",
        "storage/search_sql.py",
        '"object_type = :object_type", "archived_at IS NULL"]',
        '"object_type = :object_type"]',
        (MODEL,),
    ),
    Fault(
        "the last input of a batch is confirmed and not written",
        "engine/records.py",
        "    await insert_changes(tx, context, definitions, changes, first_sequence)\n",
        "    kept = changes[:-1] if len(changes) > 1 else changes\n"
        "    await insert_changes(tx, context, definitions, kept, first_sequence)\n",
        (BATCHES, MODEL),
    ),
    Fault(
        "a batch fails in part without trace ids",
        "api/handlers/batches.py",
        "return bool(trace_ids) and len(given) == len(trace_ids)",
        "return True",
        (BATCHES,),
    ),
    Fault(
        "a refused write of a group stays (RELEASE in place of ROLLBACK TO)",
        "storage/writer.py",
        'connection.execute("ROLLBACK TO write")',
        'connection.execute("SELECT 1").fetchall()',
        (GROUPS,),
        quick=True,
    ),
    Fault(
        "a refused write to memory stays",
        "storage/sqlite.py",
        'self.connection.execute("ROLLBACK TO write")',
        'self.connection.execute("SELECT 1").fetchall()',
        (BATCHES,),
    ),
    Fault(
        "a write is answered before its commit",
        "storage/writer.py",
        '            self.connection.execute("COMMIT")\n',
        "            for write in group:\n"
        "                write.done(write.result, write.error)\n"
        "                write.done = lambda result, error: None\n"
        '            self.connection.execute("COMMIT")\n',
        (GROUPS,),
        quick=True,
    ),
    Fault(
        "a commit is not synced",
        "storage/sqlite.py",
        'f"PRAGMA synchronous = {synchronous}"',
        '"PRAGMA synchronous = NORMAL"',
        ("tests/durability/test_wal_sync.py",),
    ),
    Fault(
        "a link has one direction only",
        "crm/associations.py",
        "    return link, inverse\n",
        "    return link, link\n",
        ("tests/engine/test_links.py",),
    ),
    Fault(
        "a second company becomes the primary one too",
        "engine/links.py",
        "                lost.extend((row, primary) for row in others(before, primary, company))\n",
        "",
        ("tests/engine/test_links.py",),
    ),
    Fault(
        "an archived record keeps its unique values",
        "engine/records.py",
        "        await unique_values.erase_unique_values(tx, kind.id, record.id)\n",
        "        assert record.id\n",
        (RECORDS,),
        quick=True,
    ),
    Fault(
        "a restored record comes back without its links",
        "engine/records.py",
        "    restored = {index: brought_back(change, definitions) for index, change in planned.items()}\n",
        "    restored = {index: brought_back(change, definitions) for index, change in planned.items()}\n"
        "    ids = [item.record.id for item in restored.values()]\n"
        "    await associations.erase_associations(tx, await associations.list_all_associations(tx, kind.id, ids))\n",
        (RECORDS, MODEL),
    ),
    Fault(
        "a label is taken for a stage",
        "crm/pipelines.py",
        "if stage.id == stage_id)",
        "if stage_id in (stage.id, stage.label))",
        (BAD_INPUT,),
    ),
    Fault(
        "read-only properties can be written",
        "crm/property_values.py",
        "elif definition.read_only_value:",
        "elif definition.name == '':",
        ("tests/api/test_values.py",),
    ),
    Fault(
        "a write over a newer revision is not noticed",
        "storage/records.py",
        "AND id = :id AND revision = :revision\n",
        "AND id = :id AND :revision >= 0\n",
        ("tests/storage/test_records_storage.py",),
        quick=True,
    ),
    Fault(
        "the cursor of a list is the last id",
        "api/handlers/records.py",
        "str(found[limit - 1].id + 1)",
        "str(found[limit - 1].id)",
        (RECORDS,),
    ),
    Fault(
        "a merge loses the unique values of the survivor",
        "engine/merges.py",
        "    await replace_changes(tx, context, definitions, [change])\n",
        "    await replace_changes(tx, context, definitions, [change])\n"
        "    await unique_values.erase_unique_values(tx, change.record.object_type, change.record.id)\n",
        (MERGES,),
    ),
    Fault(
        "a reopened ticket keeps its closing date",
        "crm/ticket_rules.py",
        '        if "closed_date" not in given:\n            changed["closed_date"] = ""\n',
        "",
        (STAGES,),
    ),
    Fault(
        "NUL characters come through the JSON door",
        "api/json_door.py",
        'if b"\\\\u0000" in raw or b"\\x00" in raw:',
        "if raw is None:",
        (BAD_INPUT,),
    ),
    Fault(
        "an expired token still works",
        "engine/tokens.py",
        "raise expired(",
        "expired(",
        ("tests/api/test_auth.py",),
    ),
    Fault(
        "a pin stays when its activity is gone",
        "engine/rollups.py",
        '            values[ticket_rules.PINNED] = ""\n',
        "            pass\n",
        ("tests/api/test_pinning.py",),
    ),
    Fault(
        "a validation rule is kept and not enforced",
        "crm/property_values.py",
        "elif outcome and name in definitions.validations:",
        "elif outcome and name in definitions.groups:",
        ("tests/api/test_property_validations.py",),
    ),
    Fault(
        "a formula is worked out before what it follows from",
        "crm/calculations.py",
        "        if source in known:\n",
        "        if source in found:\n",
        ("tests/crm/test_formulas.py",),
    ),
    Fault(
        "a purged property leaves its values behind",
        "engine/properties.py",
        "        if name in record.properties:\n",
        "        if name not in record.properties:\n",
        ("tests/api/test_property_purge.py",),
    ),
    Fault(
        "an app manages the webhooks of another one",
        "engine/webhooks.py",
        " or asking is not None:",
        ":",
        ("tests/api/test_webhooks.py",),
    ),
    Fault(
        "a contact goes back in its lifecycle",
        "crm/stage_changes.py",
        "after.display_order >= before.display_order:",
        "after.display_order >= 0:",
        ("tests/api/test_lifecycles.py",),
    ),
    Fault(
        "signing out leaves the access tokens",
        "engine/sessions.py",
        "    await tokens.erase_families(tx, [signed_in.session.family])\n",
        "    assert signed_in.session.family\n",
        ("tests/api/test_sessions.py",),
    ),
    Fault(
        "pages of other sites may use the session",
        "api/sessions.py",
        "    if not is_from_here(request):\n",
        "    if not callable(is_from_here):\n",
        ("tests/api/test_sessions.py",),
    ),
    Fault(
        "the first link is good when there are users",
        "engine/users.py",
        "not await users.find_any_user(tx) if link.user_id is None",
        "link.user_id is None if link.user_id is None",
        ("tests/api/test_users.py",),
    ),
    Fault(
        "the feed of changes leaves some out",
        "engine/feed.py",
        "page[-1].sequence if page else latest",
        "latest",
        ("tests/api/test_changes.py",),
    ),
    Fault(
        "the API log keeps what is secret",
        "api/call_log.py",
        "if endpoint is not None and endpoint.is_private:",
        "if endpoint is not None and not endpoint.tail:",
        ("tests/api/test_calls.py",),
    ),
    Fault(
        "a stream outlives its token",
        "api/streams.py",
        "                except (NotAuthenticated, TokenExpired):\n",
        "                except ZeroDivisionError:\n",
        ("tests/api/test_changes.py",),
    ),
    Fault(
        "who keeps a view for oneself shows it to all",
        "engine/views.py",
        "return view.is_shared or self.owns(view)",
        "return view.is_shared or view.user_id is not None",
        ("tests/api/test_views.py",),
    ),
    Fault(
        "erasing from the recycle bin takes live records",
        "engine/recycle_bin.py",
        "if record.archived_at is not None and record.merged_into is None]",
        "if record.merged_into is None]",
        ("tests/api/test_recycle_bin.py",),
    ),
)
