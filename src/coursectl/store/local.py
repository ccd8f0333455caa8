"""The store that is one SQLite file."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from coursectl.errors import N_, BadInput, Refused
from coursectl.store import migrations
from coursectl.store.contract import (
    IS_THERE,
    MIGRATE,
    Act,
    Applied,
    Engine,
    Level,
    Operation,
    Params,
    ReadOnlyStore,
    Row,
    StoreOutOfReach,
    batch,
    broken_rule,
    refusal,
    told_before,
)
from coursectl.store.ids import new_id
from coursectl.store.place import Place, kind_of

APPLICATION_ID = 0x436F7273  # "Cors": how a store tells itself from any other SQLite file
OLDEST_SQLITE = (3, 40, 0)
_WAIT_SECONDS = 30.0  # how long a write waits for another office's write before it gives up
_TURN_SECONDS = 0.1

_TROUBLES = {
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
_DAMAGE = ("no such table", "Could not decode to UTF-8", "malformed JSON")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class DamagedStore(StoreOutOfReach):
    """The file is there, and SQLite can't make sense of it, or of a part of it."""


@dataclass(frozen=True)
class Migrated:
    """What opening an older store has done: the schema's numbers before and after, and the file it was kept in."""

    before: int
    now: int
    kept: str


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn SQLite's trouble with the file into a sentence. Mistakes in our own SQL stay what they are: bugs."""
    try:
        yield
    except _TROUBLE as error:
        _tell(error, name)
        raise


_TROUBLE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)


def _tell(error: Exception, name: str) -> None:
    """Raise what the trouble is in words, if it is one that people can do something about."""
    if isinstance(error, UnicodeDecodeError):  # SQLite quotes what it couldn't read, and Python can't read that either
        raise DamagedStore(_TROUBLES["SQLITE_CORRUPT"], store=name, detail=error.reason) from error
    if isinstance(error, OverflowError):
        raise BadInput(N_("A number is too large: the store keeps whole numbers up to 19 digits.")) from error
    code = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    if code not in _TROUBLES and any(sign in str(error) for sign in _DAMAGE):
        code = "SQLITE_CORRUPT"
    if code == "SQLITE_NOTADB" and _was_store(name):
        code = "SQLITE_CORRUPT"
    if code in _TROUBLES:
        kind = DamagedStore if code in _DAMAGED else StoreOutOfReach
        raise kind(_TROUBLES[code], store=name, detail=_detail(error)) from error


def _was_store(name: str) -> bool:
    from coursectl.store import beside

    return beside.was_store(Path(name))


def _detail(error: Exception) -> str:
    """What SQLite says, in one line: it quotes what it couldn't read."""
    return str(error).partition("\n")[0][:80]


class LocalStore:
    """A SQLite file: every commit on disk before it is reported, foreign keys on.

    On this computer's disk it is in WAL mode; on a network share and in a synced folder it has a rollback journal.
    """

    engine: Engine = "sqlite"

    def __init__(self, path: Path, *, wait: float = _WAIT_SECONDS, folder: Path = migrations.FOLDER,
                 read_only: bool = False, keep_older: bool = True, dry_run: bool = False,
                 by: Callable[[], Act] | None = None) -> None:  # fmt: skip
        """Open the store at `path`, bringing an older one up to date with the migrations in `folder`.

        Before that it is kept in a backup, unless `keep_older` is False. `by` tells who does it, for the log.

        `wait` is in seconds: how long to wait for another program's write. Raises StoreOutOfReach where there is no
        store, where it can't be used, where it is newer than this program, and where it is older and `read_only`, or
        `dry_run`, which changes nothing.
        """
        self.name = str(path)
        self.place = kind_of(path)
        self.migrated: Migrated | None = None
        self.written = 0
        self._path = path
        self._wait = wait
        _check_place(path)
        self._frozen = _state(path) if _is_frozen(path) else None
        self._read_only = read_only
        self._keep_older = keep_older
        self._dry_run = dry_run
        self._by = by
        with told(self.name):
            self._connection = _connect(path, wait, read_only=read_only, frozen=self._frozen is not None)
            self._file = _file_at(path)
            try:
                self._bring_up_to_date(folder)
                if not read_only and self._frozen is None:
                    _keep_journal(self._connection, self.place)
            except BaseException:
                self._connection.close()
                raise

    @classmethod
    def create(cls, path: Path, now: str) -> LocalStore:
        """Make a new store at `path`, where there is no file or one without a single byte.

        Raises Refused where a store is in the way, BadInput where the folder isn't there.
        """
        check_new(path)
        _sweep_drafts(path.parent)
        if _is_blank(path):
            _make(path, path, now)
            return cls(path)
        draft = _take_place(path)
        try:
            _make(draft, path, now)
            _publish(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return cls(path)

    def read(self, sql: str, params: Params | None = None, *, level: Level = "weak") -> list[Row]:  # noqa: ARG002 - one file, one truth
        try:  # as `told`, in half the time
            cursor = self._connection.execute(sql, params or {})
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, values)) for values in cursor]  # noqa: B905 - a row has a value for each column
        except _TROUBLE as error:
            _tell(error, self.name)
            raise
        if self._frozen is not None and self._frozen != _state(self._path):
            raise StoreOutOfReach(
                N_("{store} was written by somebody else while it was read. Type the command again."), store=self.name
            )
        return rows

    def apply(self, operation: Operation) -> Applied:
        if self._read_only:
            raise ReadOnlyStore(store=self.name)
        if self._frozen is not None:
            raise StoreOutOfReach(_TROUBLES["SQLITE_READONLY"], store=self.name)
        with told(self.name):
            self._refuse_unsafe_journal()
            # IMMEDIATE: a deferred transaction that reads first answers "database is locked" under load.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                rule = self._run(operation)
                if rule == "op_once":
                    told_before(operation, self.read(IS_THERE, {"id": operation.id})[0])
                self._refuse_moved()
                self._connection.execute("ROLLBACK" if rule else "COMMIT")
            except BaseException:
                self._roll_back()
                raise
        self.written += rule is None
        return Applied(operation.id, dry_run=rule == "dry_run", repeated=rule == "op_once")

    def _refuse_unsafe_journal(self) -> None:
        """On a share a write-ahead log loses writes, and in a synced folder it is copied at another moment than the file."""
        if self.place.kind != "disk" and not _keep_journal(self._connection, self.place):
            raise StoreOutOfReach(
                N_(
                    "{store} isn't on a disk of this computer ({what}), and while another program has it open it can't be given the journal that is safe there; nothing was written. Close the other program, then type the command again."
                ),
                store=self.name,
                what=self.place.what,
            )

    def _refuse_moved(self) -> None:
        """What is written to a file that nobody finds any more is lost. A share may name the same file anew: not there."""
        if self.place.kind == "disk" and _file_at(self._path) != self._file:
            raise StoreOutOfReach(
                N_(
                    "{store} was moved, deleted or replaced while this command ran; nothing was written. Put it back, or type the command again."
                ),
                store=self.name,
            )

    def _run(self, operation: Operation) -> str | None:
        """Run the batch; the rule that ends it without being a refusal, or None when all of it went through."""
        for position, statement in enumerate(batch(operation)):
            try:
                self._connection.execute(statement.sql, statement.params)
            except sqlite3.IntegrityError as error:
                rule = broken_rule(str(error), statement)
                if rule == "dry_run" or (position == 0 and rule == "op_once"):
                    return rule
                raise refusal(statement, rule) from error
        return None

    def _roll_back(self) -> None:
        """A full disk or a broken one has rolled back by itself; a second ROLLBACK would hide what happened."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def find_damage(self) -> DamagedStore | None:
        """What is wrong with the file, where reading it has led to what can't be; None where it is as it should be."""
        from coursectl.store import schema

        try:
            said = str(self.read("PRAGMA quick_check(1)")[0]["quick_check"])
            if said == "ok" and not schema.is_ours(self.read("SELECT type, name, sql FROM sqlite_master")):
                said = "schema"
            if said == "ok" and (dangling := self.read("PRAGMA foreign_key_check")):
                said = f"{dangling[0]['table']} → {dangling[0]['parent']}"
        except DamagedStore as damage:
            return damage
        return None if said == "ok" else DamagedStore(_TROUBLES["SQLITE_CORRUPT"], store=self.name, detail=said)

    def copy_to(self, path: Path) -> None:
        with told(self.name):
            if self._read_only or self._frozen is not None:
                copy_pages(self._connection, path, self.name)
                self.read("SELECT 1")  # tells where somebody has written meanwhile
            else:
                self._connection.execute("VACUUM INTO :path", {"path": str(path)})

    def replace_with(self, path: Path, *, first: Callable[[], object] = lambda: None) -> None:
        if self._read_only:
            raise ReadOnlyStore(store=self.name)
        if self._frozen is not None:
            raise StoreOutOfReach(_TROUBLES["SQLITE_READONLY"], store=self.name)
        with told(self.name):
            self._refuse_unsafe_journal()
        with told(self.name), closing(_connect(self._path, self._wait)) as target, closing(_connect(path, self._wait, read_only=True)) as source:  # fmt: skip
            if target.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                _pour(source, target, self._told_busy(), first)
                # What was poured is in the log beside the file; the file gets it now, while nobody waits for it.
                with suppress(sqlite3.OperationalError):
                    target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            # With a rollback journal only one connection can look, so `first` comes before, and looks through that one.
            # The mode comes after the lock: in it, an attempt that failed would keep half a lock, and a writer the other half.
            target.execute("BEGIN EXCLUSIVE")
            target.execute("PRAGMA locking_mode = EXCLUSIVE")
            target.execute("COMMIT")
            own, self._connection = self._connection, target
            try:
                first()
            finally:
                self._connection = own
            _pour(source, target, self._told_busy())

    def _told_busy(self) -> StoreOutOfReach:
        return StoreOutOfReach(_TROUBLES["SQLITE_BUSY"], store=self.name)

    def scrub(self) -> bool:
        """Write the file anew, without what was deleted or replaced, and empty the log beside it.

        False where somebody else reads the store just now, so that the log couldn't be emptied. Raises StoreOutOfReach.
        """
        with told(self.name):
            self._connection.execute("VACUUM")
            busy, _pages, _written = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def close(self) -> None:
        self._connection.close()

    def _bring_up_to_date(self, folder: Path) -> None:
        connection = self._connection
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreOutOfReach(_TROUBLES["SQLITE_NOTADB"], store=self.name)
        has = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
        known = migrations.newest(folder)
        if has > known:
            raise written_by_newer(self.name, has, known)
        if has < known and (self._read_only or self._frozen is not None):
            raise StoreOutOfReach(
                N_(
                    "{store} was written by an older coursectl (its schema is {has}, this program's {known}), and it can only be read here. Bring it up to date where it can be written: coursectl store migrate"
                ),
                store=self.name,
                has=has,
                known=known,
            )
        if has < known and self._dry_run:
            raise StoreOutOfReach(
                N_(
                    "{store} was written by an older coursectl (its schema is {has}, this program's {known}), and a dry run changes nothing, so it isn't brought up to date now. Do that first: coursectl store migrate"
                ),
                store=self.name,
                has=has,
                known=known,
            )
        if has < known:
            self._migrate(folder)

    def _migrate(self, folder: Path) -> None:
        from coursectl.store import backups, schema

        self._refuse_unsafe_journal()
        connection = self._connection
        kept = ""
        if self._keep_older:
            kept = backups.backup_before(self, f"schema-{migrations.newest(folder)}", backups.instant()).file
        connection.execute("BEGIN EXCLUSIVE")
        try:
            # Read again under the lock: another process may have migrated in between.
            has, at = connection.execute("SELECT max(number), max(at) FROM migration").fetchone()
            steps = [step for step in migrations.load(folder) if step.number > has]
            schema.migrate(connection, at, steps)
            if steps:
                act = self._by() if self._by else Act("coursectl", backups.instant())
                opening = batch(act.operation(MIGRATE, (), undo="refused"))[0]
                connection.execute(opening.sql, opening.params)
            connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        if steps:
            self.migrated = Migrated(has, steps[-1].number, kept)
        elif kept:
            Path(kept).unlink()  # it may hold what came after, and whoever was faster has kept what was before


class _Patient(sqlite3.Connection):
    """A connection that waits for others in short turns of SQLite's own waiting: inside SQLite, Ctrl-C would not be heard."""

    wait = _WAIT_SECONDS
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


def _check_place(path: Path) -> None:
    """There is a file, and it can be looked at."""
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise StoreOutOfReach(
            N_("There is no store at {store}. Make one with: coursectl init --store {store}"), store=str(path)
        ) from None
    except OSError as error:
        raise _unusable(path, error) from error
    if stat.S_ISDIR(kind):
        raise StoreOutOfReach(
            N_("{store} is a folder, not a store. Name the file in it with --store."), store=str(path)
        )


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that can't change the file, whatever kind of store it is. SQLite's errors come as they are."""
    return _connect(path, _WAIT_SECONDS, read_only=True, frozen=_is_frozen(path))


def copy_pages(source: sqlite3.Connection, path: Path, name: str) -> None:
    """Copy the store that the connection has open, page by page, to one plain file. `name` is what to call it if it is locked.

    For a connection that may only read: with one, SQLite 3.40's VACUUM INTO stumbles over generated columns.
    """
    with closing(sqlite3.connect(path, timeout=_TURN_SECONDS, isolation_level=None)) as target:
        _pour(source, target, StoreOutOfReach(_TROUBLES["SQLITE_BUSY"], store=name), steps=1)
    make_plain(path)


def _pour(source: sqlite3.Connection, target: sqlite3.Connection, busy: StoreOutOfReach,
          first: Callable[[], object] = lambda: None, *, steps: int = 100) -> None:  # fmt: skip
    """Put all pages of the source over the target's in one transaction, which `first` may still call off.

    It is called after the first step, when the target can't be written by anybody else any more. `steps`: one for a source
    that others may write to, or it would begin again at each of their writes. Raises `busy` where it had to wait too long.
    """
    pages = source.execute("PRAGMA page_count").fetchone()[0]
    deadline = time.monotonic() + _WAIT_SECONDS
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


def check_new(path: Path) -> None:
    """Whether a store can be made at `path`; nothing is made. Raises what `LocalStore.create` raises."""
    if _unless_unusable(path, path.exists) and not _is_blank(path):
        raise _is_taken(path)
    if not _unless_unusable(path, path.parent.is_dir):
        raise _no_folder(path)
    if not _may_write(path if _is_blank(path) else path.parent):
        raise _unusable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _unless_unusable(path: Path, ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except OSError as error:
        raise _unusable(path, error) from error


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
        connection = _connect(file, _WAIT_SECONDS)
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
                    _beside(draft, ending).unlink(missing_ok=True)


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
        raise _unusable(path, error) from error
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
        raise _unusable(path, error) from error


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


def _unusable(path: Path, error: OSError) -> StoreOutOfReach:
    return StoreOutOfReach(
        N_("{store} can't be used: {reason}. Name another file with --store."), store=str(path), reason=error.strerror
    )


def _keep_journal(connection: _Patient, place: Place) -> bool:
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


def _is_frozen(path: Path) -> bool:
    """Whether the store can only be looked at as it lies there: SQLite keeps a lock and a log beside it, and may not.

    Where a log is there, somebody is writing; SQLite then reads it with them, or says why it can't.
    """
    return not (_may_write(path) and _may_write(path.parent)) and not _beside(path, "-wal").exists()


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _state(path: Path) -> tuple[int, int, bool]:
    """What changes when somebody writes."""
    with suppress(OSError):
        seen = path.stat()
        return seen.st_mtime_ns, seen.st_size, _beside(path, "-wal").exists()
    return 0, 0, False


def _file_at(path: Path) -> tuple[int, int] | None:
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
        if _beside(path, "-wal").stat().st_size == 0:
            with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=0)) as last:
                last.execute("SELECT 1 FROM sqlite_master").fetchone()


def _connect(path: Path, wait: float, *, read_only: bool = False, frozen: bool = False) -> _Patient:
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
        factory=_Patient,
    )
    connection.wait = wait
    if read_only and not frozen and not _beside(path, "-wal").exists() and _may_write(path):
        connection.left = path
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()  # what isn't a database shows only now
        raise
    return connection
