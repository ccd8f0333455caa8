"""Making a new store: it grows beside its place and gets its name when it is whole."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from coursectl.errors import N_, BadInput, Refused
from coursectl.store import migrations
from coursectl.store.connecting import APPLICATION_ID, WAIT_SECONDS, connect, may_write, neighbor
from coursectl.store.ids import new_id
from coursectl.store.trouble import told, unusable


def found(path: Path, now: str) -> None:
    """Make a new store at `path`, where there is no file or one without a single byte.

    Raises Refused where a store is in the way, BadInput where the folder isn't there.
    """
    check_new(path)
    _sweep_drafts(path.parent)
    if _is_blank(path):
        _make(path, path, now)
        return
    draft = _take_place(path)
    try:
        _make(draft, path, now)
        _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def check_new(path: Path) -> None:
    """Whether a store can be made at `path`; nothing is made. Raises what `LocalStore.create` raises."""
    if _unless_unusable(path, path.exists) and not _is_blank(path):
        raise _is_taken(path)
    if not _unless_unusable(path, path.parent.is_dir):
        raise _no_folder(path)
    if not may_write(path if _is_blank(path) else path.parent):
        raise unusable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _unless_unusable(path: Path, ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except OSError as error:
        raise unusable(path, error) from error


def _is_blank(path: Path) -> bool:
    """Whether there is a file without a single byte, as a disk that failed may leave it, or a program that made it ready."""
    try:
        return path.is_file() and not path.stat().st_size
    except OSError:
        return False


def _make(file: Path, path: Path, now: str) -> None:
    """Make the tables of a new store in a file without a byte. Raises Refused where somebody else was faster in it."""
    from coursectl.store import schema

    with told(str(path)):
        connection = connect(file, WAIT_SECONDS)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise _is_taken(path)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            schema.migrate(connection, now, migrations.load())
            connection.execute("COMMIT")
        finally:
            connection.close()


_DRAFT = ".coursectl-{number}.new"
_DRAFT_SECONDS = (
    60.0  # for what lies between the making of an empty draft and its lock, and between its commit and its name
)
_ABANDONED_SECONDS = 24 * 3600.0


def _sweep_drafts(folder: Path) -> None:
    """Remove the drafts of stores that were killed before they were whole: those that nobody has locked, and old ones."""
    for draft in folder.glob(_DRAFT.format(number="*")):
        with suppress(OSError):
            seen = draft.stat()
            age = time.time() - seen.st_mtime
            if age > _ABANDONED_SECONDS or (age > _DRAFT_SECONDS and (seen.st_nlink > 1 or _nobody_holds(draft))):
                for ending in ("-journal", "-wal", "-shm", ""):
                    neighbor(draft, ending).unlink(missing_ok=True)


def _nobody_holds(draft: Path) -> bool:
    with suppress(sqlite3.Error), closing(sqlite3.connect(draft, timeout=0, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        return True
    return False


def _take_place(path: Path) -> Path:
    """An empty file beside the place: the store grows there, so that what is stopped halfway leaves no half of a store."""
    draft = path.with_name(_DRAFT.format(number=new_id()))
    try:
        if path.exists():
            raise FileExistsError
        draft.touch(exist_ok=False)
    except FileExistsError:
        raise _is_taken(path) from None
    except (FileNotFoundError, NotADirectoryError):
        raise _no_folder(path) from None
    except OSError as error:
        raise unusable(path, error) from error
    return draft


def _publish(draft: Path, path: Path) -> None:
    """Give the finished store its name: of two who make the same store at once, one is told that it is there."""
    try:
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # a drive without hard links
            path.touch(exist_ok=False)
            draft.replace(path)
        _sync_folder(path.parent)
    except FileExistsError:
        raise _is_taken(path) from None
    except OSError as error:
        raise unusable(path, error) from error


def _sync_folder(folder: Path) -> None:
    """A new name survives a power cut once its folder is on the disk. Windows has no such call."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _no_folder(path: Path) -> BadInput:
    return BadInput(N_("There is no folder {folder}. Make it first, or choose another place."), folder=str(path.parent))


def _is_taken(path: Path) -> Refused:
    return Refused(N_("{store} is there already; nothing was changed."), store=str(path))
