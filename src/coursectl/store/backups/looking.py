"""Looking into a file that somebody calls a backup: whether it is a store, whole, and what it lacks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from coursectl.errors import N_, BadInput, NotFound, OutOfReach
from coursectl.store import migrations
from coursectl.store.connecting import APPLICATION_ID, connect_to_read, copy_pages
from coursectl.store.contract import Store
from coursectl.store.trouble import written_by_newer

RESTORE = "store restore"  # the operation that a restore leaves in the log; it is nothing to lose


@dataclass(frozen=True)
class Content:
    """What a whole store holds: its schema's number, its operations and audited changes, and when the last one was."""

    schema: int
    operations: int
    audited: int
    last_at: str | None


@dataclass(frozen=True)
class Lacking:
    """Operations that the store holds and a backup lacks: how many, since when (UTC)."""

    operations: int
    since: str | None


class NoBackup(BadInput):
    """The file isn't what a store can be restored from."""

    wording = N_("{file} is no backup of a coursectl store. See what there is with: coursectl store info")


class NotAStore(BadInput):
    """The file is something else than a store."""

    wording = N_("{file} is no store of coursectl.")


class DamagedBackup(BadInput):
    """The file is a store, and a part of it is lost."""

    wording = N_("{file} is damaged ({detail}). Nothing was restored from it; try an older backup.")


class BrokenRule(BadInput):
    """The file is a whole store, and some of its rows are as no command would have written them."""

    wording = N_(
        "{file} has rows that break a rule of the store ({detail}): it was changed by something else than coursectl. Nothing was restored from it; try another backup."
    )


def check_rules(copy: Path, path: Path) -> None:
    """Look whether every row of a copy of the file keeps the CHECKs of its table. Raises BrokenRule, which names the file.

    A connection that may not write can't tell: SQLite leaves the CHECKs out of a schema that it only reads.
    """
    with closing(sqlite3.connect(copy)) as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise BrokenRule(file=str(path), detail="; ".join(said)[:200])


def check(path: Path) -> Content:
    """Open the file and look at every page and every reference of it.

    Raises NotFound, NoBackup for another kind of file, DamagedBackup, StoreOutOfReach where it is newer than this program
    or can't be read.
    """
    with opened(path) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise NoBackup(file=str(path))
        said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok":
            raise DamagedBackup(file=str(path), detail=said.replace("\n", " ")[:200])
        if dangling := connection.execute("PRAGMA foreign_key_check").fetchone():
            raise DamagedBackup(file=str(path), detail=f"{dangling[0]} → {dangling[2]}")
        (schema,) = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()
        if schema > migrations.newest():
            raise written_by_newer(str(path), schema, migrations.newest())
        counts = "SELECT (SELECT count(*) FROM op), coalesce(max(seq), 0), (SELECT max(at) FROM op) FROM audit"
        operations, audited, last_at = connection.execute(counts).fetchone()
        return Content(schema, operations, audited, last_at)


def refuse_other(path: Path) -> None:
    """Raises NotFound, BadInput for a folder, NotAStore for another kind of file: in words for any command that reads one."""
    try:
        with opened(path) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise NotAStore(file=str(path))
    except NoBackup as error:
        from coursectl.store import beside

        if beside.was_store(path):
            raise DamagedBackup(file=str(path), detail=str(error.__cause__)) from error
        raise NotAStore(file=str(path)) from error


def schema_of(path: Path) -> int:
    """The number of the file's schema, without bringing it up to date. Raises as check, without looking at all of it."""
    with opened(path) as connection:
        found: int = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
        return found


def copy_of(path: Path, copy: Path) -> None:
    """Copy the store in the file to a new plain file, to be worked on. Raises as check, without looking at all of it."""
    with opened(path) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise NoBackup(N_("{file} is no store of coursectl."), file=str(path))
        copy_pages(connection, copy, str(path))


def lacking(store: Store, path: Path) -> Lacking:
    """The operations that the store holds and the file lacks. Raises as check."""
    with opened(path) as connection:
        theirs = {row[0] for row in connection.execute("SELECT id FROM op")}
    ours = store.read("SELECT id, at, command FROM op", level="strong")
    lost = [row["at"] for row in ours if row["id"] not in theirs and row["command"] != RESTORE]
    return Lacking(len(lost), min(lost, default=None))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, opened to be read, with SQLite's trouble told as the file's."""
    if not path.exists():
        raise NotFound(N_("There is no file {file}."), file=str(path))
    if path.is_dir():
        raise BadInput(N_("{file} is a folder; name a file in it."), file=str(path))
    if path.stat().st_size == 0:
        raise NoBackup(file=str(path))
    try:
        with closing(connect_to_read(path)) as connection:
            yield connection
    except UnicodeDecodeError as error:  # SQLite quotes what it couldn't read, and Python can't read that either
        raise DamagedBackup(file=str(path), detail="malformed text") from error
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_NOTADB"):
            raise NoBackup(file=str(path)) from error
        if name.startswith("SQLITE_CORRUPT") or "no such table" in str(error):
            raise DamagedBackup(file=str(path), detail=str(error).partition("\n")[0][:80]) from error
        raise OutOfReach(N_("{file} can't be read ({reason})."), file=str(path), reason=str(error)) from error
