"""Making a store of an export: all of it is looked at before anything is built, and built before anything is put in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from coursectl.errors import N_, BadInput, BadTable, Fault
from coursectl.store import backups, migrations, schema
from coursectl.store.connecting import APPLICATION_ID, make_plain
from coursectl.store.exchange.files import lines, row_of
from coursectl.store.exchange.manifest import Manifest, Table, read_manifest
from coursectl.store.exchange.places import beside, near, put, refuse_filled
from coursectl.store.exchange.tables import empty
from coursectl.store.local import LocalStore
from coursectl.store.triggers import trigger_statements
from coursectl.store.trouble import told

_AT_ONCE = 2_000  # rows
_TOLD = 20  # faults


@dataclass(frozen=True)
class Rebuilt:
    """A store that was made from an export. `schema_before` is the export's."""

    store: str
    folder: str
    schema_before: int
    schema: int
    operations: int
    rows: dict[str, int]


def rebuild(folder: Path, target: str, *, dry_run: bool = False) -> Rebuilt:
    """Make the store `target` from the export in `folder`: a new file, or one or a cluster that holds nothing yet.

    All files are checked first: hashes, counts, every line. Raises BadTable with all that is wrong, Refused where the
    target holds something, StoreOutOfReach for an export of a newer program.
    """
    manifest = read_manifest(folder)
    refuse_filled(target)
    if faults := list(islice(_faults(folder, manifest), _TOLD)):
        raise BadTable(str(folder), faults)
    rows = {table.name: table.rows for table in manifest.tables}
    operations = rows.get("op", 0)
    if not dry_run:
        with beside(near(target)) as draft:
            copy = draft / "copy.db"
            with told(str(target)):
                _build(copy, folder, manifest)
                with closing(LocalStore(copy, keep_older=False)):
                    pass  # an older export is brought up to date
                make_plain(copy)
            try:
                backups.check(copy)
            except backups.DamagedBackup as error:
                raise BadInput(_NO_STORE, folder=str(folder), reason=error.facts["detail"]) from error
            put(copy, target)
    return Rebuilt(target, str(folder), manifest.schema, migrations.newest(), operations, rows)


def _faults(folder: Path, manifest: Manifest) -> Iterator[Fault]:
    """Everything that is wrong with the files, before anything is built."""
    for table in manifest.tables:
        digest, rows, bad = sha256(), 0, False
        try:
            for number, line in enumerate(lines(folder / table.file), 1):
                digest.update(line)
                rows += 1
                try:
                    row_of(line, table.columns)
                except (ValueError, RecursionError):
                    bad = True
                    yield Fault(number, None, "", _BAD_LINE, (("file", table.file),))
        except OSError as error:
            yield Fault(None, None, table.file, N_("it can't be read ({reason})"), (("reason", error.strerror or str(error)),))  # fmt: skip
            continue
        except ValueError:
            yield Fault(None, None, table.file, N_("a line is longer than any that an export writes"))
            continue
        if rows != table.rows:
            yield Fault(None, None, table.file, N_("it has {rows} lines, and the manifest says {wanted}"), (("rows", rows), ("wanted", table.rows)))  # fmt: skip
        elif not bad and digest.hexdigest() != table.sha256:
            yield Fault(None, None, table.file, _CHANGED)


_CHANGED = N_("it was changed: its hash isn't the manifest's")
_BAD_LINE = N_("this line of {file} isn't a row of that table")


def _build(path: Path, folder: Path, manifest: Manifest) -> None:
    """The store of the export, in a new file; its triggers come last, or they would write the audit twice."""
    with closing(empty(path, manifest.schema)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        try:
            connection.execute("BEGIN")
            for table in manifest.tables:
                _fill(connection, table, folder)
            _refuse_other_steps(connection, manifest, folder)
            for name, seq in manifest.sequences.items():
                connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (seq, name))
            for statement in trigger_statements(schema.wrap(connection)):
                connection.execute(statement)
            connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            raise BadInput(_NO_STORE, folder=str(folder), reason=str(error)) from error


_NO_STORE = N_("{folder} can't be a store: {reason}. Make the export again.")


def _fill(connection: sqlite3.Connection, table: Table, folder: Path) -> None:
    into = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({', '.join('?' for _ in table.columns)})"
    rows: list[Sequence[object]] = []
    digest = sha256()
    for line in lines(folder / table.file):
        digest.update(line)
        rows.append(row_of(line, table.columns))
        if len(rows) == _AT_ONCE:
            connection.executemany(into, rows)
            rows.clear()
    connection.executemany(into, rows)
    if digest.hexdigest() != table.sha256:  # it was another file when it was checked
        raise BadTable(str(folder), [Fault(None, None, table.file, _CHANGED)])


def _refuse_other_steps(connection: sqlite3.Connection, manifest: Manifest, folder: Path) -> None:
    """The store says the same of its schema as the manifest, or it would be migrated from where it isn't."""
    found = [number for (number,) in connection.execute("SELECT number FROM migration ORDER BY number")]
    if found != [step.number for step in migrations.load() if step.number <= manifest.schema]:
        raise BadInput(_NO_STORE, folder=str(folder), reason=f"migration.number {found}")
