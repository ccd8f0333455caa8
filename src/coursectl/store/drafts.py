"""What isn't finished yet: it lies beside its place, in a folder of its own, and what keeps it from being written is told.

Backups, restores, exports and copies are made this way, so that a name stands for what is whole.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from coursectl.errors import N_, OutOfReach

_NOTHING_WRITTEN = N_(
    "Nothing can be written to {folder} ({reason}); nothing was changed. Make room, or ask for write permission."
)
_NO_COPY_WRITTEN = N_(
    "A copy of the store can't be written to {folder} ({reason}); nothing was changed. Make room, or ask for write permission."
)

_UNFINISHED = ".coursectl-"
_ABANDONED_SECONDS = 24 * 3600
_NO_ROOM = ("SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY")


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A folder in `folder` that only its owner may look into, gone afterwards. Raises OSError where it can't be made."""
    own = Path(tempfile.mkdtemp(prefix=_UNFINISHED, suffix=".part", dir=folder))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def remove_abandoned(folder: Path) -> None:
    """What a process that was killed has left, when it is surely at work no more."""
    for own in folder.glob(f"{_UNFINISHED}*.part"):
        with suppress(OSError):
            if own.stat().st_mtime < datetime.now(UTC).timestamp() - _ABANDONED_SECONDS:
                shutil.rmtree(own, ignore_errors=True)


@contextmanager
def told_writing(folder: Path, wording: str = _NOTHING_WRITTEN) -> Iterator[None]:
    """Turn the system's trouble into a sentence about where something is written. Raises OutOfReach."""
    try:
        yield
    except OSError as error:
        raise OutOfReach(wording, folder=str(folder), reason=error.strerror or str(error)) from error


@contextmanager
def told_copying(folder: Path) -> Iterator[None]:
    """The same for a copy that SQLite writes, whose trouble would be told as that of the store, which is elsewhere."""
    try:
        with told_writing(folder, _NO_COPY_WRITTEN):
            yield
    except (OutOfReach, sqlite3.OperationalError) as error:
        cause = error.__cause__ if isinstance(error, OutOfReach) else error
        if getattr(cause, "sqlite_errorname", "").startswith(_NO_ROOM):
            raise OutOfReach(_NO_COPY_WRITTEN, folder=str(folder), reason=str(cause)) from error
        raise
