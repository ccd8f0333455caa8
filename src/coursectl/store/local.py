"""The store that is one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from coursectl.errors import N_
from coursectl.store import migrations
from coursectl.store.connecting import (
    APPLICATION_ID,
    WAIT_SECONDS,
    check_place,
    connect,
    copy_pages,
    file_at,
    is_frozen,
    keep_journal,
    pour,
    state_of,
)
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
from coursectl.store.founding import found
from coursectl.store.place import kind_of
from coursectl.store.trouble import TROUBLE, TROUBLES, DamagedStore, tell, told, written_by_newer


@dataclass(frozen=True)
class Migrated:
    """What opening an older store has done: the schema's numbers before and after, and the file it was kept in."""

    before: int
    now: int
    kept: str


class LocalStore:
    """A SQLite file: every commit on disk before it is reported, foreign keys on.

    On this computer's disk it is in WAL mode; on a network share and in a synced folder it has a rollback journal.
    """

    engine: Engine = "sqlite"

    def __init__(self, path: Path, *, wait: float = WAIT_SECONDS, folder: Path = migrations.FOLDER,
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
        check_place(path)
        self._frozen = state_of(path) if is_frozen(path) else None
        self._read_only = read_only
        self._keep_older = keep_older
        self._dry_run = dry_run
        self._by = by
        with told(self.name):
            self._connection = connect(path, wait, read_only=read_only, frozen=self._frozen is not None)
            self._file = file_at(path)
            try:
                self._bring_up_to_date(folder)
                if not read_only and self._frozen is None:
                    keep_journal(self._connection, self.place)
            except BaseException:
                self._connection.close()
                raise

    @classmethod
    def create(cls, path: Path, now: str) -> LocalStore:
        """Make a new store at `path`, where there is no file or one without a single byte.

        Raises Refused where a store is in the way, BadInput where the folder isn't there.
        """
        found(path, now)
        return cls(path)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return self._read_only or self._frozen is not None

    def read(self, sql: str, params: Params | None = None, *, level: Level = "weak") -> list[Row]:  # noqa: ARG002 - one file, one truth
        try:  # as `told`, in half the time
            cursor = self._connection.execute(sql, params or {})
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, values)) for values in cursor]  # noqa: B905 - a row has a value for each column
        except TROUBLE as error:
            tell(error, self.name)
            raise
        if self._frozen is not None and self._frozen != state_of(self._path):
            raise StoreOutOfReach(
                N_("{store} was written by somebody else while it was read. Type the command again."), store=self.name
            )
        return rows

    def apply(self, operation: Operation) -> Applied:
        if self._read_only:
            raise ReadOnlyStore(store=self.name)
        if self._frozen is not None:
            raise StoreOutOfReach(TROUBLES["SQLITE_READONLY"], store=self.name)
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
        if self.place.kind != "disk" and not keep_journal(self._connection, self.place):
            raise StoreOutOfReach(
                N_(
                    "{store} isn't on a disk of this computer ({what}), and while another program has it open it can't be given the journal that is safe there; nothing was written. Close the other program, then type the command again."
                ),
                store=self.name,
                what=self.place.what,
            )

    def _refuse_moved(self) -> None:
        """What is written to a file that nobody finds any more is lost. A share may name the same file anew: not there."""
        if self.place.kind == "disk" and file_at(self._path) != self._file:
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
        return None if said == "ok" else DamagedStore(TROUBLES["SQLITE_CORRUPT"], store=self.name, detail=said)

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
            raise StoreOutOfReach(TROUBLES["SQLITE_READONLY"], store=self.name)
        with told(self.name):
            self._refuse_unsafe_journal()
        with told(self.name), closing(connect(self._path, self._wait)) as target, closing(connect(path, self._wait, read_only=True)) as source:  # fmt: skip
            if target.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                pour(source, target, self._told_busy(), first)
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
            pour(source, target, self._told_busy())

    def _told_busy(self) -> StoreOutOfReach:
        return StoreOutOfReach(TROUBLES["SQLITE_BUSY"], store=self.name)

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
            raise StoreOutOfReach(TROUBLES["SQLITE_NOTADB"], store=self.name)
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
