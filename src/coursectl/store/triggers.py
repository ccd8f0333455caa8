"""The triggers of a store, generated from its tables: audit, append-only, counters.

They are dropped before a migration and generated after it, so a migrated store has the triggers of a fresh one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from coursectl.store.erasing import LET_THROUGH, PERSON_TRIGGERS

if TYPE_CHECKING:
    from sqlite_utils import Database

# Kept by triggers, by the batch itself, or addressed by what they contain: nothing to audit.
UNAUDITED = frozenset(
    {
        "op",
        "op_part",
        "now_op",
        "audit",
        "expect",
        "migration",
        "seat_count",
        "certificate_live",
        "picture",
        "certificate_snapshot",
        "print_source",
        "printing",
        "printed_sheet",
    }
)
APPEND_ONLY = (
    "op", "op_part", "audit", "certificate", "certificate_event", "certificate_snapshot", "printing", "printed_sheet",
)  # fmt: skip

# Statuses that hold a seat: a trainee's, and no_show, whose seat nobody else could take any more.
SEATED = ("accepted", "confirmed", "completed", "not_completed", "no_show")
_SEATED = ", ".join(f"'{status}'" for status in SEATED)


def trigger_statements(database: Database) -> list[str]:
    """The CREATE TRIGGER statements for the tables that `database` has."""
    tables = [name for name in database.table_names() if not name.startswith("sqlite_")]
    statements: list[str] = []
    for table in tables:
        if table not in UNAUDITED:
            statements += _audit(table, [column.name for column in database[table].columns])
    erasable = "erased_on" in {column.name for column in database["person"].columns}
    for table in (table for table in APPEND_ONLY if table in tables):  # an older schema lacks some
        statements += _append_only(table, list(_unique_keys(database, table)), LET_THROUGH if erasable else {})
    if erasable:
        statements += PERSON_TRIGGERS
    if "quota" in tables:  # what an older schema counts, the migration that brings quotas counts anew
        statements += [*_SEAT_COUNT, *_QUOTA_COUNT]
    return [*statements, *_CERTIFICATE_LIVE, _EXPECTED]


def _audit(table: str, columns: Sequence[str]) -> Iterator[str]:
    """AFTER triggers that write every change as JSON, in the operation that `now_op` names.

    VALUES((SELECT …)) gives NULL outside an operation, which the NOT NULL column refuses; INSERT … SELECT would
    audit nothing, silently.
    """

    def image(row: str) -> str:
        return "json_object(" + ", ".join(f"'{column}', {row}.{column}" for column in columns) + ")"

    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    for kind, when, pk, old, new in (
        ("insert", "", "new.id", "NULL", image("new")),
        ("update", f" WHEN {changed}", "new.id", image("old"), image("new")),
        ("delete", "", "old.id", image("old"), "NULL"),
    ):
        yield (
            f"CREATE TRIGGER audit_{table}_{kind} AFTER {kind.upper()} ON {table}{when} BEGIN "
            f"INSERT INTO audit (op_id, tbl, pk, kind, old, new) "
            f"VALUES ((SELECT op_id FROM now_op), '{table}', {pk}, '{kind}', {old}, {new}); END"
        )


def _unique_keys(database: Database, table: str) -> Iterator[tuple[str, ...]]:
    yield tuple(database.table(table).pks)
    for index in database.table(table).indexes:
        if index.unique:
            yield tuple(index.columns)


def _append_only(
    table: str, keys: Sequence[tuple[str, ...]], let_through: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    """No UPDATE, no DELETE, and no INSERT OR REPLACE, which deletes without firing a DELETE trigger.

    `let_through`, by table and event, is what may pass all the same: the erasing of a person, and nothing else.

    The last one comes before the table's own UNIQUE, so it names the rule that UNIQUE stands for: an operation that is
    there already and one that is undone already are two different things.
    """
    for event in ("update", "delete"):
        but = let_through.get((table, event))
        unless = f"WHEN NOT coalesce(({but}), 0) " if but else ""
        yield (
            f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {unless}"
            "BEGIN SELECT RAISE(ABORT, 'rule:append_only'); END"
        )
    taken = {key: _taken(table, key) for key in keys}
    rules = " ".join(
        f"WHEN {there} THEN RAISE(ABORT, 'rule:{_REPLACED.get((table, *key), 'append_only')}')"
        for key, there in taken.items()
    )
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {' OR '.join(taken.values())} "
        f"BEGIN SELECT CASE {rules} END; END"
    )


# What a second row with the same key means, where it isn't just an attempt to replace the first.
_REPLACED: dict[tuple[str, ...], str] = {
    ("op", "id"): "op_once",
    ("op", "undoes"): "undone_once",
    ("op_part", "op_id", "part"): "op_part_once",
}


def _taken(table: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"{column} = new.{column}" for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"


def counted_sql(row: str) -> str:
    """Which counters an enrollment is in: its edition's, and those of the quotas that it falls under."""
    return (
        f"seat_count.edition_id = {row}.edition_id AND (seat_count.kind = 'edition'"
        f" OR (seat_count.kind = 'country' AND seat_count.key = {row}.country)"
        f" OR (seat_count.kind = 'organization'"
        f" AND seat_count.key = CAST(coalesce({row}.nominated_by, {row}.organization_id) AS TEXT))"
        f" OR (seat_count.kind = 'group' AND EXISTS (SELECT 1 FROM country_group, json_each(country_group.countries)"
        f" WHERE country_group.id = CAST(seat_count.key AS INTEGER) AND value = {row}.country)))"
    )


def _add(sign: str, row: str) -> str:
    over = f"({row}.over_quota IS NOT NULL)"
    return f"UPDATE seat_count SET taken = taken {sign} 1, extra = extra {sign} {over} WHERE {counted_sql(row)};"


def _recount(edition: str, kind: str, key: str) -> str:
    """Count anew what one of the edition's counters holds."""
    sits = f"status IN ({_SEATED}) AND {counted_sql('enrollment')}"
    return (
        f"UPDATE seat_count SET (taken, extra) = (SELECT count(*), count(over_quota) FROM enrollment WHERE {sits})"
        f" WHERE edition_id = {edition} AND kind = {kind} AND key = {key};"
    )


def kind_sql(row: str) -> str:
    """The kind of the counter that belongs to a row of quota."""
    return f"iif({row}.country IS NOT NULL, 'country', iif({row}.group_id IS NOT NULL, 'group', 'organization'))"


def key_sql(row: str) -> str:
    """The key of the counter that belongs to a row of quota."""
    return f"CAST(coalesce({row}.country, {row}.group_id, {row}.organization_id) AS TEXT)"


def _of_quota(row: str) -> str:
    return f"edition_id = {row}.edition_id AND kind = {kind_sql(row)} AND key = {key_sql(row)}"


_COUNTED_BY = ("country", "organization_id", "nominated_by", "over_quota", "edition_id")
_DIFFER = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _COUNTED_BY)

_SEAT_COUNT = (
    "CREATE TRIGGER seats_of_new_edition AFTER INSERT ON edition BEGIN "
    "INSERT INTO seat_count (edition_id, kind, key, taken, max) VALUES (new.id, 'edition', '', 0, new.seats); END",
    "CREATE TRIGGER seats_of_edition AFTER UPDATE OF seats ON edition WHEN old.seats IS NOT new.seats BEGIN "
    "UPDATE seat_count SET max = new.seats WHERE edition_id = new.id AND kind = 'edition'; END",
    "CREATE TRIGGER seats_of_gone_edition BEFORE DELETE ON edition BEGIN "
    "DELETE FROM seat_count WHERE edition_id = old.id; END",
    f"CREATE TRIGGER seat_taken AFTER INSERT ON enrollment WHEN new.status IN ({_SEATED}) BEGIN {_add('+', 'new')} END",
    f"CREATE TRIGGER seat_taken_again AFTER UPDATE OF status ON enrollment "
    f"WHEN new.status IN ({_SEATED}) AND old.status NOT IN ({_SEATED}) BEGIN {_add('+', 'new')} END",
    f"CREATE TRIGGER seat_freed AFTER UPDATE OF status ON enrollment "
    f"WHEN old.status IN ({_SEATED}) AND new.status NOT IN ({_SEATED}) BEGIN {_add('-', 'old')} END",
    f"CREATE TRIGGER seat_moved AFTER UPDATE OF {', '.join(_COUNTED_BY)} ON enrollment "
    f"WHEN old.status IN ({_SEATED}) AND new.status IN ({_SEATED}) AND ({_DIFFER}) "
    f"BEGIN {_add('-', 'old')} {_add('+', 'new')} END",
    f"CREATE TRIGGER seat_gone AFTER DELETE ON enrollment WHEN old.status IN ({_SEATED}) BEGIN {_add('-', 'old')} END",
)

_QUOTA_COUNT = (
    "CREATE TRIGGER seats_of_new_quota AFTER INSERT ON quota BEGIN "
    f"INSERT INTO seat_count (edition_id, kind, key) VALUES (new.edition_id, {kind_sql('new')}, {key_sql('new')}); "
    f"{_recount('new.edition_id', kind_sql('new'), key_sql('new'))} "
    f"UPDATE seat_count SET max = new.maximum WHERE {_of_quota('new')}; END",
    "CREATE TRIGGER seats_of_quota AFTER UPDATE OF maximum ON quota WHEN old.maximum IS NOT new.maximum BEGIN "
    f"UPDATE seat_count SET max = new.maximum WHERE {_of_quota('new')}; END",
    f"CREATE TRIGGER seats_of_gone_quota AFTER DELETE ON quota BEGIN DELETE FROM seat_count WHERE {_of_quota('old')}; END",
    "CREATE TRIGGER seats_of_group AFTER UPDATE OF countries ON country_group BEGIN "
    + _recount("new.edition_id", "'group'", "CAST(new.id AS TEXT)")
    + " END",
)

# What holds leaves no row, so that an expectation writes nothing; what doesn't breaks the table's CHECK.
_EXPECTED = "CREATE TRIGGER expectation_holds BEFORE INSERT ON expect WHEN new.ok BEGIN SELECT RAISE(IGNORE); END"

# One live certificate a person, kind and edition: what makes issuing twice harmless.
_CERTIFICATE_LIVE = (
    "CREATE TRIGGER certificate_goes_live AFTER INSERT ON certificate_event WHEN new.state = 'issued' BEGIN "
    "INSERT INTO certificate_live (edition_id, person_id, kind, certificate_id) "
    "SELECT edition_id, person_id, kind, id FROM certificate WHERE id = new.certificate_id; END",
    "CREATE TRIGGER certificate_ends AFTER INSERT ON certificate_event WHEN new.state <> 'issued' BEGIN "
    "DELETE FROM certificate_live WHERE certificate_id = new.certificate_id; END",
)
