"""Writing an export: a copy of the store as it is at one moment, table by table as text, beside where it is to be.

The folder gets its name when all of it is written; until then only its owner may look into it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coursectl.errors import N_, BadInput, Refused
from coursectl.store.connecting import connect_to_read
from coursectl.store.contract import Store
from coursectl.store.exchange.files import line_of, private
from coursectl.store.exchange.manifest import Manifest, Table, write_manifest
from coursectl.store.exchange.places import NO_FOLDER, beside
from coursectl.store.exchange.tables import columns_of, empty, key_of
from coursectl.store.schema import TABLES
from coursectl.store.trouble import told


@dataclass(frozen=True)
class Exported:
    """An export: the folder, and how many rows of which tables are in it."""

    folder: str
    schema: int
    rows: dict[str, int]


class ForeignTable(Refused):
    """The store holds a table that coursectl hasn't made."""

    rule = "tables_are_ours"
    wording = N_(
        "{store} holds the table {table!r}, which isn't coursectl's and couldn't be read back. Remove it, or keep the store as it is: coursectl store backup"
    )


def export(store: Store, folder: Path, now: str, program: str) -> Exported:
    """Write all of the store, as it is at one moment, to a new folder.

    `program` is this program's version, for whoever reads it later. Raises Refused where the folder is there or the store
    holds a table of somebody else's, StoreOutOfReach where it is damaged, OutOfReach where the folder can't be written.
    """
    _refuse_taken(folder)
    _refuse_foreign(store)
    with beside(folder) as draft:
        copy = draft / "copy.db"
        store.copy_to(copy.absolute())
        written = draft / "export"
        written.mkdir(mode=0o700)
        with told(store.name), closing(connect_to_read(copy)) as connection:
            made = _write_all(connection, written, now, program)
        _put(written, folder)
    return Exported(str(folder), made.schema, {table.name: table.rows for table in made.tables})


def plan_export(store: Store, folder: Path) -> Exported:
    """What an export would hold. Raises as export, without writing anything."""
    _refuse_taken(folder)
    _refuse_foreign(store)
    names = [row["name"] for row in store.read(TABLES)]
    counts = {name: store.read(f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in names}
    return Exported(str(folder), _schema_of(store), counts)


def _refuse_taken(folder: Path) -> None:
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise Refused(N_("{folder} is there already; nothing was changed. Name a new folder."), folder=str(folder))
    if not folder.absolute().parent.is_dir():
        raise BadInput(NO_FOLDER, folder=str(folder.parent))


def _refuse_foreign(store: Store) -> None:
    """A table of somebody else's couldn't be read back, and its name would become that of a file."""
    with closing(empty(":memory:", _schema_of(store))) as connection:
        ours = {name for (name,) in connection.execute(TABLES)}
    for row in store.read(TABLES, level="strong"):
        if row["name"] not in ours:
            raise ForeignTable(store=store.name, table=row["name"])


def _schema_of(store: Store) -> int:
    found: int = store.read("SELECT max(number) AS n FROM migration", level="strong")[0]["n"]
    return found


def _write_all(connection: sqlite3.Connection, folder: Path, now: str, program: str) -> Manifest:
    tables = tuple(_write_table(connection, name, folder) for (name,) in connection.execute(TABLES).fetchall())
    sequences = dict(connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall())
    (number,) = connection.execute("SELECT max(number) FROM migration").fetchone()
    manifest = Manifest(number, tables, sequences)
    write_manifest(folder, manifest, now, program)
    return manifest


def _write_table(connection: sqlite3.Connection, name: str, folder: Path) -> Table:
    columns = columns_of(connection, name)
    order = ", ".join(key_of(connection, name)) or "rowid"
    digest, rows = sha256(), 0
    with private(folder / f"{name}.jsonl") as file:
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {order}"):
            line = line_of(dict(zip(columns, row, strict=True)))
            digest.update(line)
            file.write(line)
            rows += 1
    return Table(name, rows, digest.hexdigest(), columns)


def _put(written: Path, folder: Path) -> None:
    if folder.is_dir():
        folder.rmdir()  # it is empty
    written.rename(folder)
