"""The schema of a store: migrations first, then the generated triggers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coursectl.store.migrations import Migration
from coursectl.store.triggers import trigger_statements

if TYPE_CHECKING:
    from sqlite_utils import Database


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
