"""The store that is one SQLite file."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from coursectl.errors import N_, BadInput, OutOfReach, Refused
from coursectl.store import migrations
from coursectl.store.contract import Applied, Level, Operation, Params, Row, batch, broken_rule, refusal

APPLICATION_ID = 0x436F7273  # "Cors": how a store tells itself from any other SQLite file
OLDEST_SQLITE = (3, 40, 0)
_WAIT_SECONDS = 30.0  # how long a write waits for another office's write before it gives up
_TURN_MILLISECONDS = 100

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
        "{store} is not a coursectl store. Name the right file with --store, or make one with: coursectl init"
    ),
    "SQLITE_FULL": N_("The disk with {store} is full. Make room, then type the command again; nothing was written."),
    "SQLITE_IOERR": N_("{store} can't be read or written ({detail}). Check the disk or the network drive."),
}

# SQLite calls these mistakes in the statement; ours are tested, so it is the file that isn't what it was.
_DAMAGE = ("no such table", "Could not decode to UTF-8", "malformed JSON")


class StoreOutOfReach(OutOfReach):
    """The file can't be opened, read or written; the sentence says why and what to do."""


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn SQLite's trouble with the file into a sentence. Mistakes in our own SQL stay what they are: bugs."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        if code not in _TROUBLES and any(sign in str(error) for sign in _DAMAGE):
            code = "SQLITE_CORRUPT"
        if code not in _TROUBLES:
            raise
        raise StoreOutOfReach(_TROUBLES[code], store=name, detail=_detail(error)) from error
    except OverflowError as error:
        raise BadInput(N_("A number is too large: the store keeps whole numbers up to 19 digits.")) from error


def _detail(error: sqlite3.Error) -> str:
    """What SQLite says, in one line: it quotes what it couldn't read."""
    return str(error).partition("\n")[0][:80]


class LocalStore:
    """A SQLite file in WAL mode, every commit on disk before it is reported, foreign keys on."""

    def __init__(self, path: Path, *, wait: float = _WAIT_SECONDS, folder: Path = migrations.FOLDER) -> None:
        """Open the store at `path`, bringing an older one up to date with the migrations in `folder`.

        `wait` is in seconds: how long to wait for another program's write. Raises StoreOutOfReach where there is no
        store, where it can't be used, and where it is newer than this program.
        """
        self.name = str(path)
        self._wait = wait
        _check_place(path)
        with _told(self.name):
            self._connection = _connect(path, wait)
            try:
                self._bring_up_to_date(folder)
            except BaseException:
                self._connection.close()
                raise

    @classmethod
    def create(cls, path: Path, now: str) -> LocalStore:
        """Make a new store at `path`.

        Raises Refused where a file is in the way, BadInput where the folder isn't there.
        """
        from coursectl.store import schema

        _take_place(path)
        try:
            with _told(str(path)):
                connection = _connect(path, _WAIT_SECONDS)
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("BEGIN EXCLUSIVE")
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    schema.migrate(connection, now, migrations.load())
                    connection.execute("COMMIT")
                finally:
                    connection.close()
        except BaseException:
            path.unlink()
            raise
        return cls(path)

    def read(self, sql: str, params: Params | None = None, *, level: Level = "weak") -> list[Row]:  # noqa: ARG002 - one file, one truth
        with _told(self.name):
            cursor = self._connection.execute(sql, params or {})
            columns = [column[0] for column in cursor.description]
            return [dict(zip(columns, values, strict=True)) for values in cursor]

    def apply(self, operation: Operation) -> Applied:
        with _told(self.name):
            # IMMEDIATE: a deferred transaction that reads first answers "database is locked" under load.
            self._begin("IMMEDIATE")
            try:
                rule = self._run(operation)
                self._connection.execute("ROLLBACK" if rule else "COMMIT")
            except BaseException:
                self._roll_back()
                raise
        return Applied(operation.id, dry_run=rule == "dry_run", repeated=rule == "op_once")

    def _begin(self, kind: str) -> None:
        """Begin a transaction, waiting for other writers in short turns: inside SQLite, Ctrl-C would not be heard."""
        deadline = time.monotonic() + self._wait
        self._connection.execute(f"PRAGMA busy_timeout = {_TURN_MILLISECONDS}")
        try:
            while True:
                try:
                    self._connection.execute(f"BEGIN {kind}")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                        raise
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(self._wait * 1000)}")

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

    def copy_to(self, path: Path) -> None:
        with _told(self.name):
            self._connection.execute("VACUUM INTO :path", {"path": str(path)})

    def close(self) -> None:
        self._connection.close()

    def _bring_up_to_date(self, folder: Path) -> None:
        connection = self._connection
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreOutOfReach(_TROUBLES["SQLITE_NOTADB"], store=self.name)
        has = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
        known = migrations.newest(folder)
        if has > known:
            raise StoreOutOfReach(
                N_(
                    "{store} was written by a newer coursectl (its schema is {has}, this program knows {known}). "
                    "Install the newer version: pip install -U coursectl"
                ),
                store=self.name,
                has=has,
                known=known,
            )
        if has < known:
            self._migrate(folder)

    def _migrate(self, folder: Path) -> None:
        from coursectl.store import schema

        connection = self._connection
        self._begin("EXCLUSIVE")
        try:
            # Read again under the lock: another process may have migrated in between.
            has, at = connection.execute("SELECT max(number), max(at) FROM migration").fetchone()
            steps = [step for step in migrations.load(folder) if step.number > has]
            schema.migrate(connection, at, steps)
            connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
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


def _take_place(path: Path) -> None:
    """Make the empty file: of two who make the same store at once, one is told that it is there."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        raise Refused(N_("{store} is there already; nothing was changed."), store=str(path)) from None
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(
            N_("There is no folder {folder}. Make it first, or choose another place."), folder=str(path.parent)
        ) from None
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> StoreOutOfReach:
    return StoreOutOfReach(
        N_("{store} can't be used: {reason}. Name another file with --store."), store=str(path), reason=error.strerror
    )


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreOutOfReach(
            N_(
                "This Python has SQLite {has}; coursectl needs {oldest} or newer. Install a newer Python (3.11 or later)."
            ),
            has=sqlite3.sqlite_version,
            oldest=".".join(str(part) for part in OLDEST_SQLITE),
        )
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=wait, isolation_level=None
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()  # what isn't a database shows only now
        raise
    return connection
