"""Connections to a store's file: with patience for others, with the journal that is safe where it lies, and page by page."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from coursectl.errors import N_
from coursectl.store.contract import StoreOutOfReach
from coursectl.store.place import Place
from coursectl.store.trouble import TROUBLES, unusable

APPLICATION_ID = 0x436F7273  # "Cors": how a store tells itself from any other SQLite file
OLDEST_SQLITE = (3, 40, 0)
WAIT_SECONDS = 30.0  # how long a write waits for another office's write before it gives up
_TURN_SECONDS = 0.1


class Patient(sqlite3.Connection):
    """A connection that waits for others in short turns of SQLite's own waiting: inside SQLite, Ctrl-C would not be heard."""

    wait = WAIT_SECONDS
    left: Path | None = None  # the store whose log and index this connection has made, and by itself couldn't remove

    def close(self) -> None:
        super().close()
        if self.left is not None:
            path, self.left = self.left, None
            _clear_away(path)

    def execute(self, sql: str, params: Any = (), /) -> sqlite3.Cursor:
        deadline = None
        while True:
            try:
                return super().execute(sql, params)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                deadline = deadline or time.monotonic() + self.wait
                if time.monotonic() >= deadline:
                    raise


def connect(path: Path, wait: float, *, read_only: bool = False, frozen: bool = False) -> Patient:
    """A connection that keeps references and has every commit on the disk before it goes on; `wait` is in seconds.

    `frozen`: nobody writes while it is looked at, and nothing may be made beside it. Raises StoreOutOfReach, sqlite3.Error.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreOutOfReach(
            N_(
                "This Python has SQLite {has}; coursectl needs {oldest} or newer. Install a newer Python (3.11 or later)."
            ),
            has=sqlite3.sqlite_version,
            oldest=".".join(str(part) for part in OLDEST_SQLITE),
        )
    mode = "ro&immutable=1" if frozen else "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=_TURN_SECONDS,
        isolation_level=None,
        factory=Patient,
    )
    connection.wait = wait
    if read_only and not frozen and not neighbor(path, "-wal").exists() and may_write(path):
        connection.left = path
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()  # what isn't a database shows only now
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that can't change the file, whatever kind of store it is. SQLite's errors come as they are."""
    return connect(path, WAIT_SECONDS, read_only=True, frozen=is_frozen(path))


def check_place(path: Path) -> None:
    """There is a file, and it can be looked at."""
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise StoreOutOfReach(
            N_("There is no store at {store}. Make one with: coursectl init --store {store}"), store=str(path)
        ) from None
    except OSError as error:
        raise unusable(path, error) from error
    if stat.S_ISDIR(kind):
        raise StoreOutOfReach(
            N_("{store} is a folder, not a store. Name the file in it with --store."), store=str(path)
        )


def keep_journal(connection: Patient, place: Place) -> bool:
    """WAL on the computer's own disk, a rollback journal elsewhere. While others have the file open it stays as it is.

    Returns whether it is as it should be.
    """
    wanted = "wal" if place.kind == "disk" else "delete"
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == wanted:
        return True
    patience, connection.wait = connection.wait, 0.0
    with suppress(sqlite3.OperationalError):  # whoever only wants to look doesn't wait for others to be gone
        connection.execute(f"PRAGMA journal_mode = {wanted}")
    connection.wait = patience
    return bool(connection.execute("PRAGMA journal_mode").fetchone()[0] == wanted)


def copy_pages(source: sqlite3.Connection, path: Path, name: str) -> None:
    """Copy the store that the connection has open, page by page, to one plain file. `name` is what to call it if it is locked.

    For a connection that may only read: with one, SQLite 3.40's VACUUM INTO stumbles over generated columns.
    """
    with closing(sqlite3.connect(path, timeout=_TURN_SECONDS, isolation_level=None)) as target:
        pour(source, target, StoreOutOfReach(TROUBLES["SQLITE_BUSY"], store=name), steps=1)
    make_plain(path)


def pour(source: sqlite3.Connection, target: sqlite3.Connection, busy: StoreOutOfReach,
          first: Callable[[], object] = lambda: None, *, steps: int = 100) -> None:  # fmt: skip
    """Put all pages of the source over the target's in one transaction, which `first` may still call off.

    It is called after the first step, when the target can't be written by anybody else any more. `steps`: one for a source
    that others may write to, or it would begin again at each of their writes. Raises `busy` where it had to wait too long.
    """
    pages = source.execute("PRAGMA page_count").fetchone()[0]
    deadline = time.monotonic() + WAIT_SECONDS
    called = False

    def poured(status: int, _remaining: int, _total: int) -> None:
        nonlocal called
        if status & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() >= deadline:  # Python itself would go on trying for ever
                raise busy
        elif not called:
            called = True
            first()

    each = -1 if steps == 1 else max(1, pages // steps)
    source.backup(target, pages=each, progress=poured, sleep=_TURN_SECONDS)


def make_plain(path: Path, page_size: int | None = None) -> None:
    """Turn the copy of a store at `path` into one plain file: a rollback journal, no log beside it, and its mark.

    `page_size`, in bytes, is what its pages are to be like. A store in WAL mode takes in no others.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if page_size not in (None, connection.execute("PRAGMA page_size").fetchone()[0]):
            connection.execute(f"PRAGMA page_size = {page_size}")
            connection.execute("VACUUM")


def is_frozen(path: Path) -> bool:
    """Whether the store can only be looked at as it lies there: SQLite keeps a lock and a log beside it, and may not.

    Where a log is there, somebody is writing; SQLite then reads it with them, or says why it can't.
    """
    return not (may_write(path) and may_write(path.parent)) and not neighbor(path, "-wal").exists()


def may_write(path: Path) -> bool:
    """Whether whoever runs this may write there."""
    return os.access(path, os.W_OK)


def neighbor(path: Path, ending: str) -> Path:
    """The file that SQLite keeps beside the store under this ending."""
    return path.with_name(path.name + ending)


def state_of(path: Path) -> tuple[int, int, bool]:
    """What changes when somebody writes."""
    with suppress(OSError):
        seen = path.stat()
        return seen.st_mtime_ns, seen.st_size, neighbor(path, "-wal").exists()
    return 0, 0, False


def file_at(path: Path) -> tuple[int, int] | None:
    """Which file bears this name now."""
    try:  # as `suppress` and `path.stat()`, in a third of the time: every write asks
        seen = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def _clear_away(path: Path) -> None:
    """Remove the empty log that looking has left beside the store: as the last of all who have it open, SQLite does.

    Whoever only reads may not. A log that holds something is somebody's work, and stays for the next who writes.
    """
    with suppress(sqlite3.Error, OSError):
        if neighbor(path, "-wal").stat().st_size == 0:
            with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=0)) as last:
                last.execute("SELECT 1 FROM sqlite_master").fetchone()
