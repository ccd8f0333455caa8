"""Copies of a whole store that were opened and checked before they were called backups, and the way back from one.

A copy is made by the engine (`copy_to`): in a file by SQLite's VACUUM INTO, which holds up no writer, starts over for none,
leaves a plain file without a log, and takes no remains of erased rows along. It is written under another name, brought to
the disk, checked, and only then given its own name.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from coursectl.errors import N_, BadInput, NotFound, OutOfReach, Refused
from coursectl.store import migrations
from coursectl.store.contract import Operation, Store, StoreOutOfReach
from coursectl.store.local import (
    APPLICATION_ID,
    DamagedStore,
    LocalStore,
    connect_to_read,
    copy_pages,
    make_plain,
    written_by_newer,
)

FOLDER = "coursectl-backups"
RESTORE = "store restore"  # the operation that a restore leaves in the log; it is nothing to lose
_UNFINISHED = ".coursectl-"  # a folder of ours with a copy that isn't checked yet
_ABANDONED_SECONDS = 24 * 3600
_OWN_SIDES = ("-wal", "-shm", "-journal")
_LONGEST_STEM = 150  # bytes: file systems end at 255, and reason, instant and number follow


@dataclass(frozen=True)
class Content:
    """What a whole store holds: its schema's number, its operations and audited changes, and when the last one was."""

    schema: int
    operations: int
    audited: int
    last_at: str | None


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
    """A backup that lies in the folder. `at` is when it was made (UTC), as its name says; `size` is in bytes."""

    file: str
    at: str
    size: int


@dataclass(frozen=True)
class Lacking:
    """Operations that the store holds and a backup lacks: how many, since when (UTC)."""

    operations: int
    since: str | None


class NoBackup(BadInput):
    """The file isn't what a store can be restored from."""

    wording = N_("{file} is no backup of a coursectl store. See what there is with: coursectl store info")


class DamagedBackup(BadInput):
    """The file is a store, and a part of it is lost."""

    wording = N_("{file} is damaged ({detail}). Nothing was restored from it; try an older backup.")


# Making one ---------------------------------------------------------------------------------------------------------------


Progress = Callable[[int, int], None]


def _in_silence(_done: int, _total: int) -> None:
    """The progress that nobody looks at."""


def back_up(store: Store, now: str, *, to: str | None = None, keep: int | None = None, reason: str = "",
            progress: Progress = _in_silence) -> Backup:  # fmt: skip
    """Copy the store, beside whoever writes, to a checked file: in the usual folder, or where `to` says.

    `to` is a folder (one that is there, or a name without an ending like .db) or a new file. `keep` is how many backups of this
    very store the folder may hold afterwards; older ones are removed, unless they hold an operation that the store lacks.
    `progress` hears of the copy, the check and the rest, three steps.
    Raises Refused where the file is there, BadInput for no folder, OutOfReach where it can't be written or isn't whole.
    """
    target = place_for(store, now, to=to, reason=reason)
    with _told(target.parent):
        if to is None or is_folder(to):
            _make_folder(target.parent)
        _remove_abandoned(target.parent)
        with _unfinished(target.parent) as folder:
            copy = folder / "copy.db"
            progress(0, 3)
            before = _holds(store)
            store.copy_to(copy.absolute())
            copy.chmod(0o600)
            _sync(copy)
            progress(1, 3)
            content = _checked(store, copy, before)
            progress(2, 3)
            final = _put(copy, target, numbered=to is None or is_folder(to))
        removed = _remove_older(store, final, keep) if keep is not None else ()
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
    stem = _stem(store.name, store.engine)
    name = f"{stem}-before-{reason}-{_stamp(now)}.db" if reason else f"{stem}-{_stamp(now)}.db"
    if to is None:
        return usual_folder(store.name, store.engine) / name
    target = Path(to)
    if not target.is_dir() and not target.parent.is_dir():
        raise BadInput(
            N_("There is no folder {folder}. Make it first, or choose another place."), folder=str(target.parent)
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
    return list_backups_of(store.name, store.engine)


def list_backups_of(name: str, engine: str = "sqlite") -> list[Kept]:
    """The same for a store that can't be opened: by its name."""
    found = _named_like(usual_folder(name, engine), _stem(name, engine), automatic=True)
    return [Kept(str(path), at, path.stat().st_size) for path, at in found]


def instant() -> str:
    """This instant, for a backup that is made while a store is opened, before anybody could say when."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _holds(store: Store) -> tuple[int, int]:
    """How many operations and audited changes the store has: no copy that is made from now on may have fewer."""
    (row,) = store.read(
        "SELECT (SELECT count(*) FROM op) AS operations, coalesce(max(seq), 0) AS audited FROM audit", level="strong"
    )
    return row["operations"], row["audited"]


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
            _rename(copy, final)
            break
        except FileExistsError:
            if not numbered:
                raise Refused(
                    N_("{file} is there already; nothing was changed. Name a folder, or a new file."), file=str(target)
                ) from None
            number += 1
            final = target.with_name(f"{target.stem}-{number}{target.suffix}")
    _sync_folder(final.parent)
    return final


def _rename(copy: Path, final: Path) -> None:
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


def _remove_older(store: Store, newest: Path, keep: int) -> tuple[str, ...]:
    """Remove what is beyond the number to keep. A file that isn't this store's, or holds what the store lacks, stays."""
    own = [
        path
        for path, _at in _named_like(newest.parent, _stem(store.name, store.engine), automatic=False)
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
    born = "SELECT at FROM migration ORDER BY number LIMIT 1"
    try:
        with closing(connect_to_read(path)) as connection:
            theirs = {row[0] for row in connection.execute("SELECT id FROM op")}
            same = connection.execute(born).fetchone()[0] == store.read(born)[0]["at"]
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
    for stamp, _number, path in sorted(found, key=lambda one: one[:2], reverse=True):
        yield path, f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}Z"


# Looking into one ---------------------------------------------------------------------------------------------------------


def check(path: Path) -> Content:
    """Open the file and look at every page and every reference of it.

    Raises NotFound, NoBackup for another kind of file, DamagedBackup, StoreOutOfReach where it is newer than this program
    or can't be read.
    """
    with _opened(path) as connection:
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


def schema_of(path: Path) -> int:
    """The number of the file's schema, without bringing it up to date. Raises as check, without looking at all of it."""
    with _opened(path) as connection:
        found: int = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
        return found


def lacking(store: Store, path: Path) -> Lacking:
    """The operations that the store holds and the file lacks. Raises as check."""
    with _opened(path) as connection:
        theirs = {row[0] for row in connection.execute("SELECT id FROM op")}
    ours = store.read("SELECT id, at, command FROM op", level="strong")
    lost = [row["at"] for row in ours if row["id"] not in theirs and row["command"] != RESTORE]
    return Lacking(len(lost), min(lost, default=None))


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
    return _real(path).parent


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
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
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_NOTADB"):
            raise NoBackup(file=str(path)) from error
        if name.startswith("SQLITE_CORRUPT") or "no such table" in str(error):
            raise DamagedBackup(file=str(path), detail=str(error).partition("\n")[0][:80]) from error
        raise OutOfReach(N_("{file} can't be read ({reason})."), file=str(path), reason=str(error)) from error


# The way back -------------------------------------------------------------------------------------------------------------


@contextmanager
def prepared(path: Path, folder: Path, operation: Operation, page_size: int | None = None) -> Iterator[Path]:
    """A copy of the backup, in `folder`, as it is to be put in place: of this program's schema, with the operation in its log.

    `page_size` is in bytes: that of the store it goes into. The copy is checked. Raises OutOfReach.
    """
    with _told(folder):
        _make_folder(folder)
        _remove_abandoned(folder)
    with _unfinished(folder) as own:
        copy = own.absolute() / "copy.db"
        with _told(folder):
            with _opened(path) as connection:
                copy_pages(connection, copy, str(path))
            copy.chmod(0o600)
            with closing(LocalStore(copy, keep_older=False)) as store:
                store.apply(operation)
            make_plain(copy, page_size)
            _sync(copy)
            check(copy)
        yield copy


def put_aside(path: Path, now: str) -> str | None:
    """Rename a file that can't be used as a store, with what SQLite keeps beside it. Returns its new name, if it was there.

    The log goes first: beside another file of the old name it would be taken for that one's. Raises OutOfReach.
    """
    real, aside = _real(path), place_aside(path, now)
    with _told(real.parent):
        for ending in (*_OWN_SIDES, ""):
            with suppress(FileNotFoundError):
                real.with_name(real.name + ending).rename(aside.with_name(aside.name + ending))
        _sync_folder(real.parent)
    return str(aside) if aside.exists() else None


def place_aside(path: Path, now: str) -> Path:
    """The name that put_aside would give."""
    real = _real(path)
    stem = f"{_short(real.stem)}-damaged-{_stamp(now)}"
    aside, number = real.with_name(stem + real.suffix), 1
    while os.path.lexists(aside):
        number += 1
        aside = real.with_name(f"{stem}-{number}{real.suffix}")
    return aside


def put_in_place(copy: Path, path: Path, like: str | None) -> None:
    """Give the prepared copy the name of the store that isn't there. Raises Refused where it is, OutOfReach.

    Whoever might use the file of the name `like` may use this one.
    """
    real = _real(path)
    with _told(real.parent):
        _permit(copy, like)
        try:
            _rename(copy, real)
        except FileExistsError:
            raise Refused(N_("{store} is there already; nothing was changed."), store=str(path)) from None
        _sync_folder(real.parent)


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


# Files --------------------------------------------------------------------------------------------------------------------


_NO_ROOM = ("SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY")


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn the trouble with writing a copy into a sentence about where it is written, which is not where the store is."""
    try:
        yield
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from error
    except (OutOfReach, sqlite3.OperationalError) as error:
        cause = error.__cause__ if isinstance(error, OutOfReach) else error
        if getattr(cause, "sqlite_errorname", "").startswith(_NO_ROOM):
            raise _unwritable(folder, str(cause)) from error
        raise


def _unwritable(folder: Path, reason: str) -> OutOfReach:
    return OutOfReach(
        N_(
            "A copy of the store can't be written to {folder} ({reason}); nothing was changed. Make room, or ask for write permission."
        ),
        folder=str(folder),
        reason=reason,
    )


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder that only its owner may look into, for a copy that isn't checked yet."""
    with _told(folder):
        own = Path(tempfile.mkdtemp(prefix=_UNFINISHED, suffix=".part", dir=folder))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """What a process that was killed has left, when it is surely at work no more."""
    for own in folder.glob(f"{_UNFINISHED}*.part"):
        with suppress(OSError):
            if own.stat().st_mtime < datetime.now(UTC).timestamp() - _ABANDONED_SECONDS:
                shutil.rmtree(own, ignore_errors=True)


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)


def is_folder(to: str) -> bool:
    """Whether `--to` means a folder: one that is there, or a name without an ending like .db."""
    return not Path(to).suffix or to.endswith(("/", os.sep)) or Path(to).is_dir()


def _real(path: Path) -> Path:
    """The file itself, where the name is a link to it: a file beside the link wouldn't be beside the store."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _stem(name: str, engine: str) -> str:
    if engine == "sqlite":
        return _short(_real(Path(name)).stem)
    return _short(re.sub(r"[^A-Za-z0-9._-]+", "-", name.rpartition("@")[2].rpartition("//")[2]).strip("-.") or engine)


def _short(stem: str) -> str:
    return stem.encode(errors="surrogateescape")[:_LONGEST_STEM].decode(errors="ignore")


def _stamp(now: str) -> str:
    """`20150309T120000Z`, which every file system takes and which sorts by time."""
    return re.sub(r"[-:]", "", now[:19]) + "Z"


def _sync(path: Path) -> None:
    """On the disk before it is trusted: VACUUM INTO itself leaves that to the system."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The name too is on the disk only when its folder is. Windows has no such call and needs none."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
