"""Bringing another office's store into the one at hand: one operation, all of it or nothing.

What both have is compared; ours stays where they differ, and every difference is told. Tables of several rooms are written
here, row by row as they are in the other store, as the undo of an operation does.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from coursectl.errors import N_, BadInput, CourseError, Refused
from coursectl.store import Act, LocalStore, Store, address, backups, expect_true, new_id, open_store
from coursectl.store.contract import Undo, number_of
from coursectl.store.trouble import DamagedStore
from coursectl.workflows.merging.planning import Difference, Plan, Possible, Renumbered, compare
from coursectl.workflows.merging.refusals import MadeMeanwhile, Unfit
from coursectl.workflows.undoing import MERGE

__all__ = ["Difference", "Merged", "Possible", "Renumbered", "merge"]

_ATTEMPTS = 3


@dataclass(frozen=True)
class Merged:
    """What became of a merge. `brought` and `same` count rows per table; `backup` is what was there before.

    `people` and `organizations` are those that came in. `to_close` are editions that certificates of completion came for
    and that aren't closed here. `operation` is the number to undo it by; None where nothing was written. `undoable`: no
    certificates came with it.
    """

    store: str
    other: str
    brought: dict[str, int]
    same: dict[str, int]
    people: tuple[str, ...]
    organizations: tuple[str, ...]
    filled: tuple[Difference, ...]
    conflicts: tuple[Difference, ...]
    possible: tuple[Possible, ...]
    renumbered: tuple[Renumbered, ...]
    certificates: int
    to_close: tuple[str, ...]
    operation: str | None
    backup: str | None
    undoable: bool

    @property
    def changed(self) -> bool:
        """Whether there was anything to bring."""
        return bool(self.brought or self.filled)


def merge(store: Store, other: str, act: Act) -> Merged:
    """Bring all of the store `other`, a file or a URL, into `store`.

    `other` is read and not changed. Raises what `compare` raises, Refused by the rules of the store, OutOfReach where
    either can't be read, DamagedStore where `other` breaks its own rules so that it can't be compared, BadInput where they
    are the same store.
    """
    _refuse_itself(store, other)
    with _snapshot(other) as theirs:
        for attempt in range(1, _ATTEMPTS + 1):
            seen = _operations(store)
            plan = compare(store, theirs)
            if not plan.changes:
                return _told(store, other, plan, None, None)
            try:
                return _apply(store, other, plan, act, seen)
            except MadeMeanwhile:
                if attempt == _ATTEMPTS:
                    raise
    raise AssertionError  # pragma: no cover - the last attempt returns or raises


def _apply(store: Store, other: str, plan: Plan, act: Act, seen: int) -> Merged:
    op_id = new_id()
    statements = [
        # Its own row is there already when this is asked.
        expect_true("SELECT count(*) = :seen + 1 FROM op", {"seen": seen}, MadeMeanwhile.rule, MadeMeanwhile()),
        *plan.statements(op_id),
    ]
    undo: Undo = "refused" if plan.touches_register else "replay"
    operation = act.operation(MERGE, statements, undo=undo, op_id=op_id)
    backup = None
    try:
        if act.dry_run or not act.in_parts:
            store.apply(replace(operation, dry_run=True))  # what a rule refuses leaves no backup behind
        if not act.dry_run:
            backup = backups.backup_before(store, "merge", act.now).file
            store.apply(operation)
    except Refused as refused:
        if type(refused) is Refused:
            raise Unfit(other=other, broken=refused.facts.get("rule")) from refused
        raise
    return _told(store, other, plan, None if act.dry_run else op_id, backup)


def _told(store: Store, other: str, plan: Plan, op_id: int | None, backup: str | None) -> Merged:
    return Merged(
        store=store.name,
        other=other,
        brought=plan.brought,
        same=plan.same,
        people=tuple(plan.people),
        organizations=tuple(plan.organizations),
        filled=tuple(plan.filled),
        conflicts=tuple(plan.conflicts),
        possible=tuple(plan.possible),
        renumbered=tuple(plan.renumbered),
        certificates=len(plan.register.certificates),
        to_close=_to_close(store, op_id) if op_id and plan.register.certificates else (),
        operation=number_of(op_id) if op_id else None,
        backup=backup,
        undoable=not plan.touches_register,
    )


def _to_close(store: Store, op_id: int) -> tuple[str, ...]:
    rows = store.read(
        "SELECT DISTINCT code || '-' || edition.number AS reference FROM certificate"
        " JOIN edition ON edition.id = certificate.edition_id JOIN course ON course.id = edition.course_id"
        " WHERE op_id = :op AND kind = 'completion' AND closed_on IS NULL ORDER BY reference",
        {"op": op_id},
        level="strong",
    )
    return tuple(row["reference"] for row in rows)


def _operations(store: Store) -> int:
    return int(store.read("SELECT count(*) AS n FROM op", level="strong")[0]["n"])


def _refuse_itself(store: Store, other: str) -> None:
    if (
        store.engine == "sqlite"
        and not address.is_url(other)
        and Path(other).exists()
        and Path(other).samefile(store.name)
    ):
        raise BadInput(N_("{other} is the store itself. Name another one."), other=other)
    if address.is_url(other) and other == store.name:
        raise BadInput(N_("{other} is the store itself. Name another one."), other=other)


@contextmanager
def _snapshot(other: str) -> Iterator[Store]:
    """The other store as it is now, in a copy of this program's schema: nobody changes it while it is compared."""
    with tempfile.TemporaryDirectory(prefix="coursectl-") as folder:
        copy = Path(folder) / "other.db"
        if address.is_url(other):
            with closing(open_store(other, read_only=True)) as cluster:
                cluster.copy_to(copy)
        else:
            with _told_as(other, str(other)):
                backups.refuse_other(Path(other))
                backups.copy_of(Path(other), copy)
        try:
            with _told_as(other, str(copy)):
                opened = LocalStore(copy, keep_older=False)
        except sqlite3.OperationalError as error:  # its tables are newer than it says, and can't be made again
            raise BadInput(N_("{file} can't be read ({reason})."), file=other, reason=str(error)) from error
        with closing(opened) as theirs, _told_as(other, str(copy)):
            try:
                yield theirs
            except CourseError:
                raise
            except Exception as error:  # ours, unless the other store holds what no store can
                if (damage := theirs.find_damage()) is None:
                    raise
                raise DamagedStore(damage.args[0], **{**damage.facts, "store": str(copy)}) from error


@contextmanager
def _told_as(other: str, name: str) -> Iterator[None]:
    """The damage of the store called `name` here, in words for what is being done with it: nobody restores anything."""
    try:
        yield
    except (backups.DamagedBackup, DamagedStore) as damage:
        if name not in (damage.facts.get("file"), damage.facts.get("store")):
            raise
        raise BadInput(_DAMAGED, other=other, detail=damage.facts.get("detail", "")) from damage


_DAMAGED = N_("{other} is damaged ({detail}). Nothing was merged; look with: coursectl store check --store {other}")
