"""Where copies lie and what they are called: made whole under another name, never over a file that is there."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

_LONGEST_STEM = 150  # bytes: file systems end at 255, and reason, instant and number follow


def make_folder(folder: Path) -> None:
    """The files in it are their makers'; but whoever may make files beside the store may make backups too."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        shutil.copymode(folder.parent, folder)


def rename(copy: Path, final: Path) -> None:
    """Rename, unless there is something. Raises FileExistsError."""
    try:
        os.link(copy, final)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(final):
            raise FileExistsError(final) from None
        copy.rename(final)
    else:
        copy.unlink()


def sync(path: Path) -> None:
    """On the disk before it is trusted: VACUUM INTO itself leaves that to the system."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """The name too is on the disk only when its folder is. Windows and some shares have no such call."""
    if os.name == "posix":
        with suppress(OSError):
            opened = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def is_folder(to: str) -> bool:
    """Whether `--to` means a folder: one that is there, or a name without an ending like .db."""
    return not Path(to).suffix or to.endswith(("/", os.sep)) or Path(to).is_dir()


def is_gone(path: Path) -> bool:
    """Whether there is no store: no file, or one without a single byte, as a disk that failed may leave it."""
    try:
        return path.stat().st_size == 0
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # it may not be looked at, which opening it tells better
        return False


def size_of(path: Path) -> int:
    """The bytes of a store's file and of the log beside it."""
    sizes = 0
    for ending in ("", "-wal"):
        with suppress(OSError):
            sizes += path.with_name(path.name + ending).stat().st_size
    return sizes


def folder_of(path: Path) -> Path:
    """The folder that the file itself is in, where the name is a link to it."""
    return real_path(path).parent


def real_path(path: Path) -> Path:
    """The file itself, where the name is a link to it: a file beside the link wouldn't be beside the store."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def short(stem: str) -> str:
    return stem.encode(errors="surrogateescape")[:_LONGEST_STEM].decode(errors="ignore")


def stamp(now: str) -> str:
    """`20150309T120000Z`, which every file system takes and which sorts by time."""
    return re.sub(r"[-:]", "", now[:19]) + "Z"


def instant() -> str:
    """This instant, for a backup that is made while a store is opened, before anybody could say when."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
