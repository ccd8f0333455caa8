"""The schema of a store: migrations first, then the generated triggers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from coursectl.store.migrations import FOLDER, Migration, load
from coursectl.store.triggers import trigger_statements

if TYPE_CHECKING:
    from sqlite_utils import Database

# Without those that SQLite makes itself, and those in which Litestream, which replicates a store's file, keeps its place.
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_litestream_*' ORDER BY name"
"""The tables that a store is to have, by their names."""


def wrap(connection: sqlite3.Connection) -> Database:
    """The connection as a sqlite-utils database, for making, migrating and looking at tables."""
    from sqlite_utils import Database

    return Database(connection, execute_plugins=False)


def migrate(connection: sqlite3.Connection, now: str, steps: Sequence[Migration]) -> None:
    """Bring the connection's store through `steps` and give it its triggers, inside the transaction that is open."""
    database = wrap(connection)
    for trigger in database.triggers:
        connection.execute(f"DROP TRIGGER {trigger.name}")
    for step in steps:
        for statement in step.statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migration (number, name, at) VALUES (?, ?, ?)", (step.number, step.name, now))
    for statement in trigger_statements(database):
        connection.execute(statement)


def trigger_sql(folder: Path = FOLDER) -> list[str]:
    """The triggers of a store with the tables that the migrations in `folder` make, for an engine that can't be looked into."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for step in load(folder):
            for statement in step.statements:
                connection.execute(statement)
        return trigger_statements(wrap(connection))


def steps_sql(steps: Sequence[Migration], now: str) -> list[str]:
    """The statements of the steps, each step with its line in `migration`. Names of steps and instants are ours, not a user's."""
    return [sql for step in steps for sql in (*step.statements, _line(step, now))]


def _line(step: Migration, now: str) -> str:
    return f"INSERT INTO migration (number, name, at) VALUES ({step.number}, '{step.name}', '{now}')"


def is_ours(found: Iterable[Mapping[str, object]], folder: Path = FOLDER) -> bool:
    """Whether the tables, indexes and views that the migrations make are all there, letter by letter."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for step in load(folder):
            for statement in step.statements:
                connection.execute(statement)
        made = set(connection.execute("SELECT type, name, sql FROM sqlite_master"))
    return made <= {(row["type"], row["name"], row["sql"]) for row in found}


FOUND = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND tbl_name NOT GLOB '_litestream_*'"
"""What a store's schema has, without what SQLite and Litestream keep in it."""


def strange(found: Iterable[Mapping[str, object]], number: int) -> list[str]:
    """What of `found` a fresh store of the schema with this number hasn't, or has otherwise: names of tables, indexes, views and triggers, with what they are."""
    with closing(sqlite3.connect(":memory:")) as connection:
        migrate(connection, "", [step for step in load() if step.number <= number])
        fresh = set(connection.execute(FOUND))
    return sorted(
        f"{row['type']} {row['name']}" for row in found if (row["type"], row["name"], row["sql"]) not in fresh
    )
