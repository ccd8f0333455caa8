"""Taking an operation back from its audit, backwards, as one more operation.

Every row must still be what the operation left; a later change is named and nothing is done. The batch asserts it again,
so a change that comes between the reading and the writing is refused too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coursectl.errors import N_, Ambiguous, BadInput, CourseError, NotFound, Refused
from coursectl.store.contract import Act, Row, Statement, Store, Value, as_json, expect_changed


@dataclass(frozen=True)
class LoggedOperation:
    """One line of the log: what was done, by whom, when (UTC), and how many rows of which tables it touched."""

    id: int
    at: str
    actor: str
    command: str
    undo: str
    undoes: int | None
    undone_by: int | None
    changes: dict[str, int]

    @property
    def number(self) -> str:
        """The last digits of its id: what people type."""
        return str(self.id)[-6:]


class ChangedSince(Refused):
    """A row isn't what the operation left: somebody has worked on it since."""

    rule = "changed_since"
    wording = N_(
        "{command!r} can't be undone: what it wrote was changed later, by {later!r} ({actor}, {at}). Undo that first: coursectl undo {later_id}"
    )


class NotUndoable(Refused):
    """The operation says that it can't be taken back."""

    rule = "not_undoable"
    wording = N_("{command!r} can't be undone.")


_LOG = """
SELECT op.id, op.at, op.actor, op.command, op.undo, op.undoes,
  (SELECT id FROM op AS later WHERE later.undoes = op.id) AS undone_by,
  (SELECT json_group_object(tbl, n) FROM (SELECT tbl, count(*) AS n FROM audit WHERE op_id = op.id GROUP BY tbl)) AS changes
FROM op
"""


def _logged(row: Row) -> LoggedOperation:
    return LoggedOperation(**{**row, "changes": json.loads(row["changes"])})


def list_operations(store: Store, limit: int = 20) -> list[LoggedOperation]:
    """The last operations, newest first."""
    return [_logged(row) for row in store.read(_LOG + "ORDER BY op.at DESC, op.id DESC LIMIT :limit", {"limit": limit})]


def get_operation(store: Store, number: str) -> LoggedOperation:
    """The operation with this number: all of its digits, or the last ones, as the log shows them.

    Raises NotFound, Ambiguous where the digits end several numbers, BadInput where they are no digits.
    """
    digits = number.strip().lstrip("…")
    if not digits.isascii() or not digits.isdigit():
        raise BadInput(N_("{number!r} is no operation's number. List them with: coursectl log"), number=number)
    rows = store.read(_LOG + "WHERE CAST(op.id AS TEXT) LIKE '%' || :digits", {"digits": digits}, level="strong")
    if not rows:
        raise NotFound(N_("The log has no operation {number}. List them with: coursectl log"), number=number)
    if len(rows) > 1:
        raise Ambiguous(
            N_("{number} ends the numbers of several operations: {choices}. Give all digits."),
            number=number,
            choices=", ".join(str(row["id"]) for row in rows),
        )
    return _logged(rows[0])


def get_last_operation(store: Store, actor: str) -> LoggedOperation:
    """This actor's last operation that is neither undone nor itself an undo. Raises NotFound."""
    rows = store.read(
        _LOG
        + "WHERE op.actor = :actor AND op.undoes IS NULL AND undone_by IS NULL ORDER BY op.at DESC, op.id DESC LIMIT 1",
        {"actor": actor},
        level="strong",
    )
    if not rows:
        raise NotFound(N_("Nothing of {actor}'s is left to undo."), actor=actor)
    return _logged(rows[0])


def undo_by_replay(store: Store, operation: LoggedOperation, act: Act) -> None:
    """Take back what the operation wrote, row by row from its audit, in one batch.

    Raises ChangedSince where a row was changed later, NotUndoable where the operation says so, Refused where it was
    undone already.
    """
    _refuse_twice(operation)
    if operation.undo != "replay":
        raise NotUndoable(command=operation.command)
    _refuse_later_changes(store, operation)
    changes = store.read(
        "SELECT * FROM audit WHERE op_id = :id ORDER BY seq DESC", {"id": operation.id}, level="strong"
    )
    statements = [statement for change in changes for statement in _backwards(change, operation)]
    store.apply(act.operation(f"undo {operation.id}", statements, undoes=operation.id))


def _refuse_twice(operation: LoggedOperation) -> None:
    if operation.undone_by is not None:
        raise Refused(
            N_("{command!r} was undone already, by operation {undone_by}."),
            command=operation.command,
            undone_by=operation.undone_by,
        )


def _refuse_later_changes(store: Store, operation: LoggedOperation) -> None:
    later = store.read(
        "SELECT op.id, op.command, op.actor, op.at FROM audit AS mine"
        " JOIN audit AS later ON later.tbl = mine.tbl AND later.pk = mine.pk AND later.seq > mine.seq"
        " JOIN op ON op.id = later.op_id"
        " WHERE mine.op_id = :id AND later.op_id <> :id ORDER BY later.seq DESC LIMIT 1",
        {"id": operation.id},
        level="strong",
    )
    # A change that was itself undone has left the row as it was, so only the comparison in the batch can tell.
    for row in later:
        if not _all_undone(store, operation.id):
            raise ChangedSince(
                command=operation.command,
                later=row["command"],
                later_id=str(row["id"])[-6:],
                actor=row["actor"],
                at=row["at"],
            )


def _all_undone(store: Store, op_id: int) -> bool:
    """Whether every later change to the operation's rows belongs to an operation that was undone, or to its undo."""
    open_changes = store.read(
        "SELECT 1 FROM audit AS mine"
        " JOIN audit AS later ON later.tbl = mine.tbl AND later.pk = mine.pk AND later.seq > mine.seq"
        " JOIN op ON op.id = later.op_id"
        " WHERE mine.op_id = :id AND later.op_id <> :id AND op.undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM op AS undoing WHERE undoing.undoes = op.id) LIMIT 1",
        {"id": op_id},
        level="strong",
    )
    return not open_changes


def _backwards(change: Row, operation: LoggedOperation) -> Iterator[Statement]:
    """The statements that take one audited change back, and assert that the row still was what the change left."""
    table = change["tbl"]
    old: dict[str, Value] = json.loads(change["old"] or "{}")
    new: dict[str, Value] = json.loads(change["new"] or "{}")
    refusal: CourseError = ChangedSince(command=operation.command, later="?", later_id="", actor="?", at="?")
    in_use = Refused(
        N_(
            "{command!r} can't be undone: something that came later rests on it. Undo the later operations first; see: coursectl log"
        ),
        command=operation.command,
    )
    same = " AND ".join(f"{column} IS :new_{column}" for column in new)
    params: dict[str, Value] = {f"new_{column}": value for column, value in new.items()}
    match change["kind"]:
        case "insert":
            sql = f"DELETE FROM {table} WHERE {same}"
        case "update":
            changed = [column for column in old if old[column] != new[column]]
            sets = ", ".join(f"{column} = :old_{column}" for column in changed)
            params |= {f"old_{column}": old[column] for column in changed}
            sql = f"UPDATE {table} SET {sets} WHERE {same}"
        case _:
            columns = ", ".join(old)
            sql = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':old_{column}' for column in old)})"
            params |= {f"old_{column}": value for column, value in old.items()}
    yield Statement(sql, params, rule="still_in_use", refusals={"still_in_use": in_use})
    yield expect_changed("changed_since", refusal)


@dataclass(frozen=True)
class Changes:
    """How many operations have changed something, and when the last one did (UTC); None where none has."""

    operations: int
    last_at: str | None


def get_changes(store: Store, edition_id: int, tables: Sequence[str]) -> Changes:
    """How often the rows of these tables that belong to the edition were changed: a version that needs no bookkeeping."""
    (row,) = store.read(
        "SELECT count(DISTINCT op.id) AS operations, max(op.at) AS last_at FROM audit JOIN op ON op.id = audit.op_id"
        " WHERE tbl IN (SELECT value FROM json_each(:tables)) AND coalesce(new, old) ->> '$.edition_id' = :edition",
        {"tables": as_json(list(tables)), "edition": edition_id},
    )
    return Changes(**row)
