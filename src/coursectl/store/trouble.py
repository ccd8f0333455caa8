"""SQLite's trouble with a file, in sentences that say what people can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coursectl.errors import N_, BadInput
from coursectl.store.contract import StoreOutOfReach

TROUBLES = {
    "SQLITE_BUSY": N_("{store} is locked by another program. Wait until it has finished, then type the command again."),
    "SQLITE_LOCKED": N_(
        "{store} is locked by another program. Wait until it has finished, then type the command again."
    ),
    "SQLITE_READONLY": N_(
        "{store} can't be written: the file or its folder is read-only. Ask for write permission, or copy it."
    ),
    "SQLITE_PERM": N_("{store} can't be opened: no permission. Ask its owner for read and write permission."),
    "SQLITE_AUTH": N_("{store} can't be opened: no permission. Ask its owner for read and write permission."),
    "SQLITE_CANTOPEN": N_("{store} can't be opened. Check that you may read and write the file and its folder."),
    "SQLITE_CORRUPT": N_("{store} is damaged ({detail}). Don't write to it; restore the last backup."),
    "SQLITE_NOTADB": N_(
        "{store} is not a store of coursectl. Name the right file with --store, or make one with: coursectl init"
    ),
    "SQLITE_FULL": N_("The disk with {store} is full. Make room, then type the command again; nothing was written."),
    "SQLITE_IOERR": N_("{store} can't be read or written ({detail}). Check the disk or the network drive."),
}
# SQLite calls these mistakes in the statement; ours are tested, so it is the file that isn't what it was.
_DAMAGE = ("no such table", "Could not decode to UTF-8", "malformed JSON", "unsupported file format")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class DamagedStore(StoreOutOfReach):
    """The file is there, and SQLite can't make sense of it, or of a part of it."""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn SQLite's trouble with the file into a sentence. Mistakes in our own SQL stay what they are: bugs."""
    try:
        yield
    except TROUBLE as error:
        tell(error, name)
        raise


TROUBLE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)


def tell(error: Exception, name: str) -> None:
    """Raise what the trouble is in words, if it is one that people can do something about."""
    if isinstance(error, UnicodeDecodeError):  # SQLite quotes what it couldn't read, and Python can't read that either
        raise DamagedStore(TROUBLES["SQLITE_CORRUPT"], store=name, detail=error.reason) from error
    if isinstance(error, OverflowError):
        raise BadInput(N_("A number is too large: the store keeps whole numbers up to 19 digits.")) from error
    code = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    if code not in TROUBLES and any(sign in str(error) for sign in _DAMAGE):
        code = "SQLITE_CORRUPT"
    if code == "SQLITE_NOTADB" and _was_store(name):
        code = "SQLITE_CORRUPT"
    if code in TROUBLES:
        kind = DamagedStore if code in _DAMAGED else StoreOutOfReach
        raise kind(TROUBLES[code], store=name, detail=_detail(error)) from error


def _was_store(name: str) -> bool:
    from coursectl.store import beside

    return beside.was_store(Path(name))


def _detail(error: Exception) -> str:
    """What SQLite says, in one line: it quotes what it couldn't read."""
    return str(error).partition("\n")[0][:80]


def unusable(path: Path, error: OSError) -> StoreOutOfReach:
    return StoreOutOfReach(
        N_("{store} can't be used: {reason}. Name another file with --store."), store=str(path), reason=error.strerror
    )


def written_by_newer(name: str, has: int, known: int) -> StoreOutOfReach:
    """The refusal of a store whose schema, `has`, is newer than what this program knows."""
    return StoreOutOfReach(
        N_(
            "{store} was written by a newer coursectl (its schema is {has}, this program knows {known}). "
            "Install the newer version: pip install -U coursectl"
        ),
        store=name,
        has=has,
        known=known,
    )
