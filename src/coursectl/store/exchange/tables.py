"""Which tables a store of a schema has, and which of their columns are stored: what an export holds, no more and no less."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from coursectl.store import migrations


def empty(path: Path | str, number: int) -> sqlite3.Connection:
    """The tables of the schema `number`, without triggers and rows. Raises ValueError where there is no such schema."""
    steps = [step for step in migrations.load() if step.number <= number]
    if not steps or steps[-1].number != number:
        raise ValueError
    connection = sqlite3.connect(path, isolation_level=None)
    for step in steps:
        for statement in step.statements:
            connection.execute(statement)
    return connection


def columns_of(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The columns that are stored, with their types; what is computed from them isn't written."""
    return dict(connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall())


def key_of(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of its primary key, in their order."""
    found = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return [name for (name,) in found]
