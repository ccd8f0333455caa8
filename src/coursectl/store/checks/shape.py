"""What the store is made of, against what a fresh one of the same schema has: its tables, indexes and triggers, and their rules."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from coursectl.errors import N_
from coursectl.store import migrations, schema
from coursectl.store.checks.findings import REPORT, Check, Finding, done, one_number
from coursectl.store.contract import Store
from coursectl.store.schema import TABLES


def look_at_schema(store: Store) -> Check:
    """Tables, indexes, views and triggers as a fresh store of the same schema has them."""
    there = {(row["type"], row["name"]): row["sql"] for row in store.read(_MASTER)}
    wanted = fresh(store)
    findings = [
        *(Finding(_MISSING, {"what": kind, "name": name}) for kind, name in wanted if (kind, name) not in there),
        *(Finding(_STRANGE, {"what": kind, "name": name}) for kind, name in there if (kind, name) not in wanted),
        *(
            Finding(_OTHER, {"what": kind, "name": name})
            for (kind, name), sql in there.items()
            if (kind, name) in wanted and wanted[kind, name] != sql
        ),
    ]
    return done("schema", len(there), findings, REPORT)


_MISSING = N_("the {what} {name} is missing")
_STRANGE = N_("the {what} {name} isn't one of coursectl's")
_OTHER = N_("the {what} {name} isn't what coursectl makes")


def look_at_rules(store: Store) -> Check:
    """Every row against the CHECKs of its table.

    Where a file is only read, SQLite doesn't even parse them, so there its integrity_check says nothing of them: with
    --read-only, on a store that can't be written, and in a cluster, whose nodes read that way.
    """
    there = {row["name"] for row in store.read(TABLES)}
    rules = {
        table: check_rules(sql)
        for (kind, table), sql in fresh(store).items()
        if kind == "table" and table in there and "CHECK" in sql
    }
    findings = [finding for table, of_table in rules.items() for finding in _broken_rules(store, table, of_table)]
    return done("rules", sum(map(len, rules.values())), findings, REPORT)


def fresh(store: Store) -> dict[tuple[str, str], str]:
    """What a new store of the same schema is made of: the SQL, by kind and name."""
    number = one_number(store, "SELECT max(number) FROM migration")
    steps = [step for step in migrations.load() if step.number <= number]
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.migrate(connection, "", steps)
        return {(kind, name): sql for kind, name, sql in connection.execute(_MASTER)}


# Litestream, which replicates a store's file, keeps its place in two tables of its own in it.
_MASTER = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND tbl_name NOT GLOB '_litestream_*' ORDER BY type, name"


def check_rules(sql: str) -> dict[str, str]:
    """The CHECKs of a CREATE TABLE by their names: each one's condition."""
    return {found[1]: _until_closed(sql[found.end() :]) for found in _RULE.finditer(sql)}


_RULE = re.compile(r"CONSTRAINT (\w+) CHECK \(")
_PIECE = re.compile(r"'(?:[^']|'')*'|[()]|[^'()]+")


def _until_closed(rest: str) -> str:
    """What stands before the parenthesis that closes the one just opened."""
    depth = 1
    for piece in _PIECE.finditer(rest):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0:
            return rest[: piece.start()]
    raise ValueError(rest)


def _broken_rules(store: Store, table: str, rules: dict[str, str]) -> Iterator[Finding]:
    columns = ", ".join(f"n{number}, id{number}" for number in range(len(rules)))
    broken = [f"FILTER (WHERE NOT ({rule}))" for rule in rules.values()]
    counted = ", ".join(f"count(*) {those}, min(rowid) {those}" for those in broken)
    some = " OR ".join(f"NOT ({rule})" for rule in rules.values())
    (row,) = store.read(f"WITH broken ({columns}) AS (SELECT {counted} FROM {table} WHERE {some}) SELECT * FROM broken")
    for number, rule in enumerate(rules):
        if count := row[f"n{number}"]:
            yield Finding(_BROKEN, {"table": table, "rule": rule, "count": count, "id": row[f"id{number}"]})


_BROKEN = N_("the rule {rule} of {table} is broken by {count}, first by {id}")
