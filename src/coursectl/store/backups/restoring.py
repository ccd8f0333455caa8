"""The way back: a copy of the backup made ready, and put where there is no store any more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from coursectl.errors import N_, Refused
from coursectl.store.backups.files import (
    make_folder,
    real_path,
    rename,
    short,
    stamp,
    sync,
    sync_folder,
)
from coursectl.store.backups.looking import check, check_rules, opened
from coursectl.store.connecting import copy_pages, make_plain
from coursectl.store.contract import Act, Operation
from coursectl.store.drafts import remove_abandoned, told_copying, unfinished
from coursectl.store.local import LocalStore

_OWN_SIDES = ("-wal", "-shm", "-journal")


@contextmanager
def prepared(path: Path, folder: Path, operation: Operation, page_size: int | None = None) -> Iterator[Path]:
    """A copy of the backup, in `folder`, as it is to be put in place: of this program's schema, with the operation in its log.

    `page_size` is in bytes: that of the store it goes into. The copy is checked. Raises OutOfReach, BrokenRule.
    """
    with ExitStack() as until_used:
        with told_copying(folder):
            make_folder(folder)
            remove_abandoned(folder)
            copy = until_used.enter_context(unfinished(folder)).absolute() / "copy.db"
            with opened(path) as connection:
                copy_pages(connection, copy, str(path))
            copy.chmod(0o600)
            check_rules(copy, path)
            by = Act(operation.actor, operation.at)
            with closing(LocalStore(copy, keep_older=False, by=lambda: by)) as store:
                store.apply(operation)
            make_plain(copy, page_size)
            sync(copy)
            check(copy)
        yield copy


def put_aside(path: Path, now: str) -> str | None:
    """Rename a file that can't be used as a store, with what SQLite keeps beside it. Returns its new name, if it was there.

    The log goes first: beside another file of the old name it would be taken for that one's. Raises OutOfReach.
    """
    real, aside = real_path(path), place_aside(path, now)
    with told_copying(real.parent):
        for ending in (*_OWN_SIDES, ""):
            with suppress(FileNotFoundError):
                real.with_name(real.name + ending).rename(aside.with_name(aside.name + ending))
        sync_folder(real.parent)
    return str(aside) if aside.exists() else None


def place_aside(path: Path, now: str) -> Path:
    """The name that put_aside would give."""
    real = real_path(path)
    stem = f"{short(real.stem)}-damaged-{stamp(now)}"
    aside, number = real.with_name(stem + real.suffix), 1
    while os.path.lexists(aside):
        number += 1
        aside = real.with_name(f"{stem}-{number}{real.suffix}")
    return aside


def put_in_place(copy: Path, path: Path, like: str | None) -> None:
    """Give the prepared copy the name of the store that isn't there. Raises Refused where it is, OutOfReach.

    Whoever might use the file of the name `like` may use this one.
    """
    real = real_path(path)
    with told_copying(real.parent):
        _permit(copy, like)
        try:
            rename(copy, real)
        except FileExistsError:
            raise Refused(N_("{store} is there already; nothing was changed."), store=str(path)) from None
        sync_folder(real.parent)


def _permit(copy: Path, like: str | None) -> None:
    if like is None:
        mask = os.umask(0)
        os.umask(mask)
        copy.chmod(0o666 & ~mask)
        return
    was = Path(like).stat()
    copy.chmod(was.st_mode & 0o777)
    if os.name == "posix":
        with suppress(PermissionError):  # only root can give files away
            os.chown(copy, was.st_uid, was.st_gid)
