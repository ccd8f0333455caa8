"""A store as text, and back: one JSON Lines file per table and a manifest that tells what belongs to it.

The form is described in docs/export.md. It loses nothing: a store that is rebuilt from it equals the one that it was made
of, table by table. A manifest that comes from elsewhere is not believed: it is compared with what a store has.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import sqlite3
import stat
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from coursectl.errors import N_, BadInput, BadTable, Fault, NotFound, OutOfReach, Refused
from coursectl.store import address, backups, migrations, rqlite, schema
from coursectl.store.contract import Store, StoreOutOfReach
from coursectl.store.local import (
    APPLICATION_ID,
    DamagedStore,
    LocalStore,
    connect_to_read,
    make_plain,
    told,
    written_by_newer,
)
from coursectl.store.triggers import trigger_statements

FORMAT = "coursectl-export"
VERSION = 1
MANIFEST = "manifest.json"

_LARGEST_MANIFEST = 1_000_000  # bytes; a real one has some ten thousand
_LONGEST_LINE = 64_000_000  # bytes; a picture of 5 MB is 7 MB of base64
_AT_ONCE = 2_000  # rows
_TOLD = 20  # faults
_LARGEST_SEQUENCE = 2**62  # what is above it leaves SQLite no numbers to go on with


@dataclass(frozen=True)
class Exported:
    """An export: the folder, and how many rows of which tables are in it."""

    folder: str
    schema: int
    rows: dict[str, int]


@dataclass(frozen=True)
class Rebuilt:
    """A store that was made from an export. `schema_before` is the export's."""

    store: str
    folder: str
    schema_before: int
    schema: int
    operations: int
    rows: dict[str, int]


@dataclass(frozen=True)
class Copied:
    """A copy of a store, counted on both sides."""

    source: str
    target: str
    schema: int
    operations: int
    changes: int


@dataclass(frozen=True)
class _Table:
    """A table as the manifest has it."""

    name: str
    rows: int
    sha256: str
    columns: dict[str, str]

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"


@dataclass(frozen=True)
class _Manifest:
    schema: int
    tables: tuple[_Table, ...]
    sequences: dict[str, int]


# Out ----------------------------------------------------------------------------------------------------------------------


def export(store: Store, folder: Path, now: str, program: str) -> Exported:
    """Write all of the store, as it is at one moment, to a new folder.

    `program` is this program's version, for whoever reads it later. Raises Refused where the folder is there or the store
    holds a table of somebody else's, StoreOutOfReach where it is damaged, OutOfReach where the folder can't be written.
    """
    _refuse_taken(folder)
    _refuse_foreign(store)
    with _beside(folder) as draft:
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
    names = [row["name"] for row in store.read(_TABLES)]
    counts = {name: store.read(f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in names}
    return Exported(str(folder), _schema_of(store), counts)


def _schema_of(store: Store) -> int:
    found: int = store.read("SELECT max(number) AS n FROM migration", level="strong")[0]["n"]
    return found


def _refuse_foreign(store: Store) -> None:
    """A table of somebody else's couldn't be read back, and its name would become that of a file."""
    with closing(_empty(":memory:", _schema_of(store))) as connection:
        ours = {name for (name,) in connection.execute(_TABLES)}
    for row in store.read(_TABLES, level="strong"):
        if row["name"] not in ours:
            raise ForeignTable(store=store.name, table=row["name"])


# Those in which Litestream, which replicates a store's file, keeps its place are nobody's loss.
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_litestream_*' ORDER BY name"


def _write_all(connection: sqlite3.Connection, folder: Path, now: str, program: str) -> _Manifest:
    tables = tuple(_write_table(connection, name, folder) for (name,) in connection.execute(_TABLES).fetchall())
    sequences = dict(connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall())
    (number,) = connection.execute("SELECT max(number) FROM migration").fetchone()
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "schema": number,
        "made_at": now,
        "program": program,
        "tables": [
            {"name": one.name, "file": one.file, "rows": one.rows, "sha256": one.sha256, "columns": one.columns}
            for one in tables
        ],
        "sequences": sequences,
    }
    with _private(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    return _Manifest(number, tables, sequences)


def _write_table(connection: sqlite3.Connection, name: str, folder: Path) -> _Table:
    columns = _columns(connection, name)
    order = ", ".join(_key(connection, name)) or "rowid"
    digest, rows = sha256(), 0
    with _private(folder / f"{name}.jsonl") as file:
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {order}"):
            line = _line(dict(zip(columns, row, strict=True)))
            digest.update(line)
            file.write(line)
            rows += 1
    return _Table(name, rows, digest.hexdigest(), columns)


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The columns that are stored, with their types; what is computed from them isn't written."""
    return dict(connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall())


def _key(connection: sqlite3.Connection, table: str) -> list[str]:
    found = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return [name for (name,) in found]


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _line(row: Mapping[str, object]) -> bytes:
    return _written({column: _outward(value) for column, value in row.items()}).encode() + b"\n"


def _outward(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode("ascii")}
    if isinstance(value, float) and math.isinf(value):
        return {"real": "inf" if value > 0 else "-inf"}
    return value


def _inward(value: object) -> object:
    """Raises ValueError for what no export writes."""
    if isinstance(value, dict):
        if set(value) == {"base64"} and isinstance(value["base64"], str):
            return b64decode(value["base64"], validate=True)
        if value in ({"real": "inf"}, {"real": "-inf"}):
            return float(value["real"])
    if isinstance(value, str):
        value.encode()  # JSON can write half of a pair of surrogates, SQLite can't keep it
    elif isinstance(value, bool) or not (value is None or isinstance(value, int | float)):
        raise ValueError
    return value


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file that only its owner may read: it holds names."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


# Back ---------------------------------------------------------------------------------------------------------------------


def is_export(folder: Path) -> bool:
    """Whether the folder says of itself that it is an export."""
    try:
        with _own(folder / MANIFEST) as file:
            return FORMAT.encode() in file.read(_LARGEST_MANIFEST)
    except OSError:
        return False


def rebuild(folder: Path, target: str, *, dry_run: bool = False) -> Rebuilt:
    """Make the store `target` from the export in `folder`: a new file, or one or a cluster that holds nothing yet.

    All files are checked first: hashes, counts, every line. Raises BadTable with all that is wrong, Refused where the
    target holds something, StoreOutOfReach for an export of a newer program.
    """
    manifest = _read_manifest(folder)
    _refuse_filled(target)
    if faults := list(islice(_faults(folder, manifest), _TOLD)):
        raise BadTable(str(folder), faults)
    rows = {table.name: table.rows for table in manifest.tables}
    operations = rows.get("op", 0)
    if not dry_run:
        with _beside(_place_of(target)) as draft:
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
            _place(copy, target)
    return Rebuilt(target, str(folder), manifest.schema, migrations.newest(), operations, rows)


def _read_manifest(folder: Path) -> _Manifest:
    path = folder / MANIFEST
    try:
        with _own(path) as file:
            read = json.loads(file.read(_LARGEST_MANIFEST))
    except FileNotFoundError:
        raise NotFound(N_("There is no file {path}."), path=str(path)) from None
    except OSError as error:
        raise BadInput(N_("{path} can't be read: {reason}."), path=str(path), reason=error.strerror or "") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(_NO_MANIFEST, path=str(path)) from error
    try:
        return _manifest_of(read, path)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadInput(_NO_MANIFEST, path=str(path)) from error


_NO_MANIFEST = N_(
    "{path} isn't the manifest of an export, or was changed. Make the export again: coursectl store export"
)


def _manifest_of(read: Any, path: Path) -> _Manifest:
    if read["format"] != FORMAT or type(read["schema"]) is not int:
        raise ValueError
    if read["version"] != VERSION or read["schema"] > migrations.newest():
        raise written_by_newer(str(path), read["schema"], migrations.newest())
    tables = tuple(
        _Table(str(one["name"]), int(one["rows"]), str(one["sha256"]), dict(one["columns"])) for one in read["tables"]
    )
    sequences = {str(name): int(seq) for name, seq in read["sequences"].items()}
    files = [one["file"] for one in read["tables"]]
    with closing(_empty(":memory:", read["schema"])) as connection:
        ours = {name: _columns(connection, name) for (name,) in connection.execute(_TABLES).fetchall()}
    if {table.name: table.columns for table in tables} != ours or len(tables) != len(ours):
        raise ValueError
    if files != [table.file for table in tables] or not set(sequences) <= {"audit"}:
        raise ValueError
    if not all(0 <= seq < _LARGEST_SEQUENCE for seq in sequences.values()):
        raise ValueError
    return _Manifest(read["schema"], tables, sequences)


def _empty(path: Path | str, number: int) -> sqlite3.Connection:
    """The tables of the schema `number`, without triggers and rows. Raises ValueError where there is no such schema."""
    steps = [step for step in migrations.load() if step.number <= number]
    if not steps or steps[-1].number != number:
        raise ValueError
    connection = sqlite3.connect(path, isolation_level=None)
    for step in steps:
        for statement in step.statements:
            connection.execute(statement)
    return connection


def _faults(folder: Path, manifest: _Manifest) -> Iterator[Fault]:
    """Everything that is wrong with the files, before anything is built."""
    for table in manifest.tables:
        digest, rows, bad = sha256(), 0, False
        try:
            for number, line in enumerate(_lines(folder / table.file), 1):
                digest.update(line)
                rows += 1
                try:
                    _row(line, table)
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


def _lines(path: Path) -> Iterator[bytes]:
    """Raises ValueError for a line that no export writes, OSError."""
    with _own(path) as file:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise ValueError
            yield line


@contextmanager
def _own(path: Path) -> Iterator[BinaryIO]:
    """The file itself: not one that a link leads to, nor a pipe, which would be waited for. Raises OSError."""
    beware = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | beware)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        yield file


def _row(line: bytes, table: _Table) -> list[object]:
    """The values of one line, in the order of the columns. Raises ValueError."""
    read = json.loads(line.decode())
    if not isinstance(read, dict) or list(read) != list(table.columns):
        raise ValueError
    values = [_inward(value) for value in read.values()]
    if any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values):
        raise ValueError
    return values


def _build(path: Path, folder: Path, manifest: _Manifest) -> None:
    """The store of the export, in a new file; its triggers come last, or they would write the audit twice."""
    with closing(_empty(path, manifest.schema)) as connection:
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


def _refuse_other_steps(connection: sqlite3.Connection, manifest: _Manifest, folder: Path) -> None:
    """The store says the same of its schema as the manifest, or it would be migrated from where it isn't."""
    found = [number for (number,) in connection.execute("SELECT number FROM migration ORDER BY number")]
    if found != [step.number for step in migrations.load() if step.number <= manifest.schema]:
        raise BadInput(_NO_STORE, folder=str(folder), reason=f"migration.number {found}")


def _fill(connection: sqlite3.Connection, table: _Table, folder: Path) -> None:
    into = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({', '.join('?' for _ in table.columns)})"
    rows: list[Sequence[object]] = []
    digest = sha256()
    for line in _lines(folder / table.file):
        digest.update(line)
        rows.append(_row(line, table))
        if len(rows) == _AT_ONCE:
            connection.executemany(into, rows)
            rows.clear()
    connection.executemany(into, rows)
    if digest.hexdigest() != table.sha256:  # it was another file when it was checked
        raise BadTable(str(folder), [Fault(None, None, table.file, _CHANGED)])


# Copies -------------------------------------------------------------------------------------------------------------------


def copy(source: Store, target: str, *, dry_run: bool = False) -> Copied:
    """Copy the whole store to a new file, or into a cluster that holds nothing yet, and count on both sides.

    Raises Refused where something is there, OutOfReach where the copy can't be made or isn't what was copied.
    """
    _refuse_filled(target)
    counts = _counts(source)
    if not dry_run:
        with _beside(_place_of(target)) as draft:
            file = draft / "copy.db"
            source.copy_to(file.absolute())
            with closing(LocalStore(file, keep_older=False)) as opened:
                counts = _counts(opened)
            make_plain(file)
            try:
                backups.check(file)
            except backups.DamagedBackup as error:
                raise DamagedStore(_DAMAGED, store=source.name, detail=error.facts["detail"]) from error
            _place(file, target)
        with closing(_open(target)) as there:
            if _counts(there) != counts:
                raise StoreOutOfReach(N_("The copy {store} isn't what was copied. Look with: coursectl store check"), store=target)  # fmt: skip
    return Copied(source.name, target, migrations.newest(), *counts)


_DAMAGED = N_("{store} is damaged ({detail}). Don't write to it; restore the last backup.")


def _counts(store: Store) -> tuple[int, int]:
    (row,) = store.read(
        "SELECT (SELECT count(*) FROM op) AS operations, (SELECT count(*) FROM audit) AS changes", level="strong"
    )
    return row["operations"], row["changes"]


def _open(target: str) -> Store:
    if address.is_url(target):
        return rqlite.RqliteStore(address.parse(target), read_only=True)
    return LocalStore(Path(target), read_only=True)


# Places -------------------------------------------------------------------------------------------------------------------


class StoreThere(Refused):
    """Something is in the place where a store is to be made, and isn't overwritten."""

    rule = "store_is_new"
    wording = N_("{store} holds a store already; nothing was changed. Name another place.")


class ForeignTable(Refused):
    """The store holds a table that coursectl hasn't made."""

    rule = "tables_are_ours"
    wording = N_(
        "{store} holds the table {table!r}, which isn't coursectl's and couldn't be read back. Remove it, or keep the store as it is: coursectl store backup"
    )


def _refuse_filled(target: str) -> None:
    """The place is free, or what is there is a store without a single operation. It is only looked at."""
    if address.is_url(target):
        where = address.parse(target)
        if not rqlite.is_empty(where):
            with closing(rqlite.RqliteStore(where, read_only=True)) as store:
                _refuse_used(store)
        return
    path = Path(target)
    if os.path.lexists(path):
        with closing(LocalStore(path, read_only=True)) as store:
            _refuse_used(store)
    elif not path.parent.is_dir():
        raise BadInput(
            N_("There is no folder {folder}. Make it first, or choose another place."), folder=str(path.parent)
        )


def _refuse_used(store: Store) -> None:
    if _counts(store) != (0, 0):
        raise StoreThere(store=store.name)


def _place_of(target: str) -> Path:
    """The file beside which the new store is prepared; for a cluster, here."""
    return Path(tempfile.gettempdir()) / "cluster" if address.is_url(target) else Path(target)


def _place(copy: Path, target: str) -> None:
    if address.is_url(target):
        _refuse_filled(target)  # another office may have been faster than the building of the copy
        rqlite.load(address.parse(target), copy)
    elif os.path.lexists(target):
        with closing(LocalStore(Path(target))) as store:
            store.replace_with(copy, first=lambda: _refuse_used(store))
    else:
        backups.put_in_place(copy, Path(target), None)


def _refuse_taken(folder: Path) -> None:
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise Refused(N_("{folder} is there already; nothing was changed. Name a new folder."), folder=str(folder))
    if not folder.absolute().parent.is_dir():
        raise BadInput(
            N_("There is no folder {folder}. Make it first, or choose another place."), folder=str(folder.parent)
        )


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder for what isn't finished, on the same disk, that only its owner may look into."""
    folder = path.absolute().parent
    try:
        draft = Path(tempfile.mkdtemp(prefix=".coursectl-", suffix=".part", dir=folder))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield draft
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> OutOfReach:
    return OutOfReach(
        N_(
            "Nothing can be written to {folder} ({reason}); nothing was changed. Make room, or ask for write permission."
        ),
        folder=str(folder),
        reason=error.strerror or str(error),
    )


def _put(written: Path, folder: Path) -> None:
    if folder.is_dir():
        folder.rmdir()  # it is empty
    written.rename(folder)
