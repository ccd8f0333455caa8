"""Making a backup, and which older ones give way to it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coursectl.errors import N_, BadInput, OutOfReach, Refused
from coursectl.store.backups.files import (
    folder_of,
    is_folder,
    make_folder,
    real_path,
    rename,
    short,
    stamp,
    sync,
    sync_folder,
)
from coursectl.store.backups.looking import Content, check
from coursectl.store.connecting import connect_to_read
from coursectl.store.contract import Store, StoreOutOfReach
from coursectl.store.drafts import remove_abandoned, told_copying, unfinished
from coursectl.store.trouble import DamagedStore

FOLDER = "coursectl-backups"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Backup:
    """A checked copy of a store. `size` is in bytes; `removed` are older backups that it took the place of."""

    file: str
    size: int
    schema: int
    operations: int
    last_operation_at: str | None
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A backup. `at` is when it was made (UTC); `size` is in bytes; `there` is False where it can't be seen just now."""

    file: str
    at: str
    size: int
    there: bool = True


def _in_silence(_done: int, _total: int) -> None:
    """The progress that nobody looks at."""


def back_up(store: Store, now: str, *, to: str | None = None, keep: int | None = None, reason: str = "",
            progress: Progress = _in_silence) -> Backup:  # fmt: skip
    """Copy the store, beside whoever writes, to a checked file: in the usual folder, or where `to` says.

    `to` is a folder that is there, or a new file. `keep` is how many backups of this
    very store the folder may hold afterwards; older ones are removed, unless they hold an operation that the store lacks, or
    the store is what one node of a broken cluster has.
    `progress` hears of the copy, the check and the rest, three steps.
    Raises Refused where the file is there, BadInput for no folder, OutOfReach where it can't be written or isn't whole.
    """
    target = place_for(store, now, to=to, reason=reason)
    with told_copying(target.parent):
        if to is None:
            make_folder(target.parent)
        remove_abandoned(target.parent)
        if store.engine == "sqlite":
            remove_abandoned(folder_of(Path(store.name)))
        with unfinished(target.parent) as folder:
            copy = folder / "copy.db"
            progress(0, 3)
            before = _holds(store)
            store.copy_to(copy.absolute())
            copy.chmod(0o600)
            sync(copy)
            progress(1, 3)
            content = _checked(store, copy, before)
            progress(2, 3)
            final = _put(copy, target, numbered=to is None or is_folder(to))
        removed = _remove_older(store, final, keep) if keep is not None and not _is_stale(store) else ()
        return Backup(str(final), final.stat().st_size, content.schema, content.operations, content.last_at, removed)


def backup_before(store: Store, reason: str, now: str) -> Backup:
    """The backup that is made by itself before what can't be taken back. `reason` (`restore`, `merge`) is in its name.

    Raises as back_up; then whatever was to follow must not be done.
    """
    return back_up(store, now, reason=reason)


def place_for(store: Store, now: str, *, to: str | None = None, reason: str = "") -> Path:
    """The file that a backup made now would be; one of the same second gets a number besides.

    Raises Refused where `to` is a file that is there, BadInput where its folder isn't.
    """
    stem = stem_of(store)
    name = f"{stem}-before-{reason}-{stamp(now)}.db" if reason else f"{stem}-{stamp(now)}.db"
    if to is None:
        return usual_folder(store.name, store.engine) / name
    target = Path(to)
    folder = target if is_folder(to) else target.parent
    if not folder.is_dir():  # made here, it would lie on this disk where somebody means a stick that isn't plugged in
        raise BadInput(
            N_(
                "There is no folder {folder}; no backup was made. Plug in the drive that it is on, or make the folder first."
            ),
            folder=str(folder),
        )
    if is_folder(to):
        return target / name
    if os.path.lexists(target):
        raise Refused(N_("{file} is there already; nothing was changed. Name a folder, or a new file."), file=to)
    return target


def usual_folder(name: str, engine: str) -> Path:
    """Where the backups of the store are kept: beside the file, or for a cluster here."""
    return folder_of(Path(name)) / FOLDER if engine == "sqlite" else Path(FOLDER)


def list_backups(store: Store) -> list[Kept]:
    """The backups of a store of this name in its usual folder, newest first; those that were made by themselves too."""
    return _list(usual_folder(store.name, store.engine), stem_of(store), automatic=True)


def list_backups_of(name: str) -> list[Kept]:
    """The same for a file that can't be opened: by its name."""
    return _list(usual_folder(name, "sqlite"), _stem_of_file(name), automatic=True)


def list_last(store: Store, elsewhere: Iterable[tuple[str, str]]) -> list[Kept]:
    """The last backup that somebody has made in each place, newest first: in the usual folder, and `elsewhere`.

    That is a file and its instant, as they were told when it was made; it may be on a stick that isn't plugged in.
    """
    usual = _list(usual_folder(store.name, store.engine), stem_of(store), automatic=False)[:1]
    others = [_seen(Path(file), at) for file, at in elsewhere if all(not _same(file, one.file) for one in usual)]
    return sorted([*usual, *others], key=lambda one: one.at, reverse=True)


def _seen(path: Path, at: str) -> Kept:
    with suppress(OSError):
        return Kept(str(path), at, path.stat().st_size)
    return Kept(str(path), at, 0, there=False)


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _list(folder: Path, stem: str, *, automatic: bool) -> list[Kept]:
    return [Kept(str(path), at, path.stat().st_size) for path, at in _named_like(folder, stem, automatic=automatic)]


def stem_of(store: Store) -> str:
    """What the store's backups are called by: its file's name; of a cluster, what it was born with.

    A cluster is the same one whichever of its nodes are named, in whichever order; and a store of one node may be another
    one tomorrow.
    """
    if store.engine == "sqlite":
        return _stem_of_file(store.name)
    return f"cluster-{sha256(store.read(_BORN)[0]['at'].encode()).hexdigest()[:8]}"


def _stem_of_file(name: str) -> str:
    return short(real_path(Path(name)).stem)


_BORN = "SELECT at FROM migration ORDER BY number LIMIT 1"


def _holds(store: Store) -> tuple[int, int]:
    """How many operations and audited changes the store has: no copy that is made from now on may have fewer."""
    (row,) = store.read(
        "SELECT (SELECT count(*) FROM op) AS operations, coalesce(max(seq), 0) AS audited FROM audit",
        level="weak" if _is_stale(store) else "strong",
    )
    return row["operations"], row["audited"]


def _is_stale(store: Store) -> bool:
    """Whether the user is content with what one node of a cluster has, since the others are gone."""
    return bool(getattr(store, "stale", False))


def _checked(store: Store, copy: Path, before: tuple[int, int]) -> Content:
    """What the copy holds, when it is whole and no less than the store had `before`."""
    try:
        content = check(copy)
    except BadInput as error:
        raise DamagedStore(
            N_("The copy of {store} isn't whole ({detail}), so it wasn't kept. Look with: coursectl store check"),
            store=store.name,
            detail=error.facts.get("detail", error.sentence()),
        ) from error
    if content.operations < before[0] or content.audited < before[1]:
        raise StoreOutOfReach(
            N_("The copy of {store} lacks operations that the store has, so it wasn't kept. Type the command again."),
            store=store.name,
        )
    return content


def _put(copy: Path, target: Path, *, numbered: bool) -> Path:
    """Give the copy its name, never over a file that is there."""
    final, number = target, 1
    while True:
        try:
            rename(copy, final)
            break
        except FileExistsError:
            if not numbered:
                raise Refused(
                    N_("{file} is there already; nothing was changed. Name a folder, or a new file."), file=str(target)
                ) from None
            number += 1
            final = target.with_name(f"{target.stem}-{number}{target.suffix}")
    sync_folder(final.parent)
    return final


def _remove_older(store: Store, newest: Path, keep: int) -> tuple[str, ...]:
    """Remove what is beyond the number to keep. A file that isn't this store's, or holds what the store lacks, stays."""
    own = [
        path
        for path, _at in _named_like(newest.parent, stem_of(store), automatic=False)
        if path != newest and _is_past_of(store, path)
    ]
    removed = []
    for path in own[keep - 1 :]:
        with suppress(OSError):  # the new one is there, and that is what counts
            path.unlink()
            removed.append(str(path))
    return tuple(removed)


def _is_past_of(store: Store, path: Path) -> bool:
    """Whether the file is an earlier state of this very store: made with it, and without an operation that it lacks."""
    try:
        with closing(connect_to_read(path)) as connection:
            theirs = {row[0] for row in connection.execute("SELECT id FROM op")}
            same = connection.execute(_BORN).fetchone()[0] == store.read(_BORN)[0]["at"]
    except (sqlite3.DatabaseError, OutOfReach, TypeError):
        return False
    return same and theirs <= {row["id"] for row in store.read("SELECT id FROM op", level="strong")}


_NUMBERED = r"(?P<date>\d{8})T(?P<time>\d{6})Z(?:-(?P<number>\d+))?\.db"


def _named_like(folder: Path, stem: str, *, automatic: bool) -> Iterator[tuple[Path, str]]:
    """The files in the folder that are named as backups of such a store, newest first, with their instants."""
    before = r"(?:-before-[a-z0-9-]+?)?" if automatic else ""
    pattern = re.compile(f"{re.escape(stem)}{before}-{_NUMBERED}")
    found: list[tuple[str, int, Path]] = []
    with suppress(OSError):
        named = [
            (match, path) for path in folder.iterdir() if (match := pattern.fullmatch(path.name)) and path.is_file()
        ]
        found = [(match["date"] + match["time"], int(match["number"] or 1), path) for match, path in named]
    for digits, _number, path in sorted(found, key=lambda one: one[:2], reverse=True):
        yield path, f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}Z"
