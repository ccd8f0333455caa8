"""Taking an operation back from its audit, backwards, as one more operation.

Every row must still be what the operation left; a later change is named and nothing is done. The batch asserts it again,
so a change that comes between the reading and the writing is refused too. Undoing an undo does the thing again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coursectl.errors import N_, Ambiguous, BadInput, NotFound, Refused
from coursectl.store.contract import (
    Act,
    AlreadyUndone,
    Row,
    Statement,
    Store,
    Value,
    as_json,
    expect_changed,
    insert,
    number_of,
)


@dataclass(frozen=True)
class LoggedOperation:
    """One line of the log: what was done, by whom, when (UTC), and how many rows of which tables it touched.

    A printing touches none: it has how many sheets were `printed`, or `exported`.

    `number` is what people type. `undoes` and `undone_by` are ids of operations. `standing` is False where what it did is
    taken back; an operation that was undone and done again stands. `people`: whom it touched, as they are called now; of
    many two, and in `more` how many others.
    """

    number: str
    at: str
    actor: str
    command: str
    changes: dict[str, int]
    standing: bool
    undo: str
    id: int
    undoes: int | None
    undone_by: int | None
    people: tuple[str, ...] = ()
    more: int = 0


class ChangedSince(Refused):
    """A row isn't what the operation left: somebody has worked on it since."""

    rule = "changed_since"
    wording = N_(
        "{command!r} can't be undone: what it wrote was changed later, by {later!r} ({actor}, {at}). Undo that first: coursectl undo {later_number}"
    )


class RestsOnIt(Refused):
    """Something that came later rests on what the operation wrote."""

    rule = "later_rests_on_it"
    wording = N_(
        "{command!r} can't be undone: {later!r} ({actor}, {at}) rests on it. Undo that first: coursectl undo {later_number}"
    )


class RuledOut(Refused):
    """What was there before can't come back, because of what is there now."""

    rule = "ruled_out_now"
    wording = N_("{command!r} can't be undone: what was there before would break the rule {broken!r} now.")


class NotUndoable(Refused):
    """The operation says that it can't be taken back."""

    rule = "not_undoable"
    wording = N_("{command!r} can't be undone.")


_SOMETHING_LATER = N_(
    "{command!r} can't be undone: something that came later rests on it. Undo the later operations first; see: coursectl log"
)
_KEPT_FOR_EVER = N_(
    "{command!r} can't be undone any more: the register of certificates, which never loses a line, names what it wrote."
)
_RULED_OUT = {
    "seats_left": N_(
        "{command!r} can't be undone: the seat has gone to somebody else since, and the edition is full. "
        "Withdraw somebody, or raise the seats: coursectl edition edit EDITION --seats N"
    )
}

# From an operation along the undos of undos: it stands where their number is even.
_CHAIN = (
    "WITH RECURSIVE chain (id, n) AS (SELECT {start}, 0 UNION ALL"
    " SELECT next.id, n + 1 FROM chain JOIN op AS next ON next.undoes = chain.id)"
)
_STANDING = f"(SELECT max(n) % 2 = 0 FROM ({_CHAIN.replace('{start}', 'op.id')} SELECT n FROM chain))"


def _log(chosen: str) -> str:
    """The query for the operations that the subquery `chosen` gives the ids of, newest first."""
    return (
        "SELECT id, at, actor, command, undo, undoes, (SELECT id FROM op AS later WHERE later.undoes = op.id) AS undone_by,"
        f" {_STANDING} AS standing, (SELECT json_group_object(tbl, n) FROM"
        " (SELECT tbl, count(*) AS n FROM audit WHERE op_id = op.id GROUP BY tbl"
        " UNION ALL SELECT what, count(*) FROM printing JOIN printed_sheet ON printing_id = printing.id"
        " WHERE op_id = op.id GROUP BY what)) AS changes"
        f" FROM op WHERE id IN ({chosen}) ORDER BY at DESC, id DESC"
    )


def _logged(row: Row) -> LoggedOperation:
    told = {"number": number_of(row["id"]), "standing": bool(row["standing"]), "changes": json.loads(row["changes"])}
    return LoggedOperation(**{**row, **told, "command": _command(row)})


def _command(row: Row) -> str:
    return row["command"] if row["undoes"] is None else f"undo {number_of(row['undoes'])}"


def list_operations(store: Store, limit: int = 20) -> list[LoggedOperation]:
    """The last operations, newest first."""
    last = _log("SELECT id FROM op ORDER BY at DESC, id DESC LIMIT :limit")
    found = [_logged(row) for row in store.read(last, {"limit": limit})]
    touched: dict[int, list[Row]] = {}
    for row in store.read(_TOUCHED, {"ids": as_json([one.id for one in found])}):
        touched.setdefault(row["op_id"], []).append(row)
    return [_with_people(one, touched.get(one.id, [])) for one in found]


def count_operations(store: Store) -> int:
    """How many lines the log has."""
    return int(store.read("SELECT count(*) AS n FROM op")[0]["n"])


def _with_people(operation: LoggedOperation, touched: Sequence[Row]) -> LoggedOperation:
    people = tuple(row["name"] for row in touched)
    return replace(operation, people=people, more=touched[0]["people"] - len(people)) if people else operation


# Whom operations touched, the first two by their names of today: who is erased has none, and who isn't there isn't named.
_TOUCHED = """
WITH touched AS (
  SELECT op_id, min(seq) AS first, CASE tbl WHEN 'person' THEN pk
    WHEN 'attendance' THEN (SELECT person_id FROM enrollment WHERE id = coalesce(new, old) ->> '$.enrollment_id')
    ELSE coalesce(new, old) ->> '$.person_id' END AS person_id
  FROM audit WHERE op_id IN (SELECT value FROM json_each(:ids))
    AND tbl IN ('person', 'enrollment', 'expert', 'session_person', 'signatory', 'attendance')
  GROUP BY op_id, 3
), placed AS (
  SELECT op_id, name, count(*) OVER (PARTITION BY op_id) AS people, row_number() OVER (PARTITION BY op_id ORDER BY first) AS place
  FROM touched JOIN person ON person.id = person_id
)
SELECT op_id, name, people FROM placed WHERE place <= 2 ORDER BY op_id, place
"""


_SHOWN = 6  # digits of an operation's number in the log


def get_operation(store: Store, number: str) -> LoggedOperation:
    """The operation with this number: all of its digits, or the last six or more, as the log shows them.

    Fewer would undo something else too easily: somebody means the third line of the log, and types 3.

    Raises NotFound, Ambiguous where the digits end several numbers, BadInput where they are no digits.
    """
    digits = number.strip().lstrip("…")
    if not digits.isascii() or not digits.isdigit() or len(digits) < _SHOWN:
        raise BadInput(N_("{number!r} is no operation's number. List them with: coursectl log"), number=number)
    ending = _log("SELECT id FROM op WHERE CAST(id AS TEXT) LIKE '%' || :digits")
    rows = store.read(ending, {"digits": digits}, level="strong")
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
    """This actor's last operation that stands and isn't itself an undo. Raises NotFound."""
    last = _log(
        f"SELECT id FROM op WHERE actor = :actor AND undoes IS NULL AND {_STANDING} ORDER BY at DESC, id DESC LIMIT 1"
    )
    rows = store.read(last, {"actor": actor}, level="strong")
    if not rows:
        raise NotFound(N_("Nothing of {actor}'s is left to undo. See: coursectl log"), actor=actor)
    return _logged(rows[0])


def get_in_effect(store: Store, operation: LoggedOperation) -> LoggedOperation:
    """What is to be taken back to take the operation back: itself, or what did it again after an undo.

    Raises AlreadyUndone where nothing of it is in effect.
    """
    # One reading decides: with `operation.standing`, which was read before, an undo that came in between would be undone.
    chain = _CHAIN.replace("{start}", ":id")
    (last,) = store.read(
        f"{chain} SELECT chain.id, n, op.undo FROM chain JOIN op USING (id) ORDER BY n DESC LIMIT 1",
        {"id": operation.id},
        level="strong",
    )
    if last["n"] % 2:
        raise AlreadyUndone(
            N_("{command!r} was undone already, by operation {undone_by}, for good: that can't be undone.")
            if last["undo"] == "refused"
            else N_(
                "{command!r} was undone already, by operation {undone_by}. To do it again: coursectl undo {undone_by}"
            ),
            command=operation.command,
            undone_by=number_of(last["id"]),
        )
    return operation if last["id"] == operation.id else get_operation(store, str(last["id"]))


def undo_by_replay(
    store: Store, operation: LoggedOperation, act: Act, *, guards: Sequence[Statement] = ()
) -> LoggedOperation:
    """Take back what the operation wrote, row by row from its audit, in one batch that the `guards` must let pass.

    Returns the operation that was taken back: this one, or what had done it again. Raises ChangedSince where a row was
    changed later, RestsOnIt and RuledOut where the rows that are there now forbid it, NotUndoable where the operation says
    so, AlreadyUndone, and the refusals of the guards.
    """
    operation = get_in_effect(store, operation)
    if operation.undo != "replay":
        raise NotUndoable(command=operation.command)
    _refuse_later_changes(store, operation)
    changes = store.read(
        "SELECT * FROM audit WHERE op_id = :id ORDER BY seq DESC", {"id": operation.id}, level="strong"
    )
    statements = [*guards, *(statement for alike in _alike(changes) for statement in _backwards(alike, operation))]
    try:
        store.apply(act.operation(f"undo {operation.id}", statements, undoes=operation.id))
    except _Blocked as blocked:
        _refuse_later_changes(store, operation)
        _refuse_what_rests_on_it(store, operation)
        raise something_later(operation) from blocked
    except Refused as refused:
        broken = refused.facts.get("rule")
        if type(refused) is not Refused or not isinstance(broken, str):
            raise
        raise RuledOut(_RULED_OUT.get(broken), command=operation.command, broken=broken) from refused
    return operation


class _Blocked(Refused):
    """The batch met a row that isn't what it was, or that is pointed at."""


def later_named(operation: LoggedOperation, later: Row, kind: type[Refused]) -> Refused:
    """The refusal that names the later operation, a row with id, command, undoes, actor and at."""
    return kind(
        command=operation.command,
        later=_command(later),
        later_number=number_of(later["id"]),
        actor=later["actor"],
        at=later["at"][:19].replace("T", " "),
    )


def something_later(operation: LoggedOperation) -> Refused:
    """The refusal where what came later can't be named."""
    return RestsOnIt(_SOMETHING_LATER, command=operation.command)


# A change that was itself undone, and its undo, have left the row as it was: together they are no change.
_LATER = f"""
WITH later (id) AS (
  SELECT DISTINCT later.op_id FROM audit AS mine
  JOIN audit AS later ON later.tbl = mine.tbl AND later.pk = mine.pk AND later.seq > mine.seq
  WHERE mine.op_id = :id AND later.op_id <> :id
)
SELECT id, command, undoes, actor, at FROM op WHERE id IN later AND (undoes IS NULL OR undoes NOT IN later) AND {_STANDING}
ORDER BY at DESC, id DESC LIMIT 1
"""


def _refuse_later_changes(store: Store, operation: LoggedOperation) -> None:
    for later in store.read(_LATER, {"id": operation.id}, level="strong"):
        if later["undoes"] == operation.id:  # somebody was faster
            raise AlreadyUndone(number=operation.number)
        raise later_named(operation, later, ChangedSince)


def _refuse_what_rests_on_it(store: Store, operation: LoggedOperation) -> None:
    """Find a row that points at one that the operation made, and name the operation that it came with."""
    pointers = store.read(
        'SELECT child.name AS child, key."from" AS field, key."table" AS parent'
        " FROM sqlite_master AS child JOIN pragma_foreign_key_list(child.name) AS key WHERE child.type = 'table'"
        " AND key.\"table\" IN (SELECT tbl FROM audit WHERE op_id = :id AND kind = 'insert')",
        {"id": operation.id},
    )
    for pointer in pointers:
        later = store.read(
            f"SELECT op.id, op.command, op.undoes, op.actor, op.at, {_STANDING} AS standing"
            f" FROM audit AS mine JOIN {pointer['child']} AS child ON child.{pointer['field']} = mine.pk"
            " JOIN audit ON audit.tbl = :child AND audit.pk = child.rowid AND audit.kind = 'insert'"
            " JOIN op ON op.id = audit.op_id WHERE mine.op_id = :id AND mine.tbl = :parent AND op.id <> :id"
            " ORDER BY audit.seq DESC LIMIT 1",
            {"id": operation.id, "child": pointer["child"], "parent": pointer["parent"]},
        )
        if later and not later[0]["standing"]:  # its rows are there although it was undone: nothing ever deletes them
            raise RestsOnIt(_KEPT_FOR_EVER, command=operation.command)
        if later:
            raise later_named(operation, later[0], RestsOnIt)


@dataclass(frozen=True)
class _Alike:
    """Audited changes that one statement takes back: of one kind, in the same columns of one table, no row twice."""

    table: str
    kind: str
    columns: tuple[str, ...]
    changed: tuple[str, ...]
    images: list[tuple[dict[str, Value], dict[str, Value]]]


def _alike(changes: Sequence[Row]) -> Iterator[_Alike]:
    """The changes in their order, brought together where they follow one another: a list of 10,000 goes as one request."""
    now: _Alike | None = None
    rows: set[int] = set()
    for change in changes:
        old: dict[str, Value] = json.loads(change["old"] or "{}")
        new: dict[str, Value] = json.loads(change["new"] or "{}")
        changed = tuple(column for column in old if change["kind"] == "update" and old[column] != new[column])
        one = _Alike(change["tbl"], change["kind"], tuple(new or old), changed, [(old, new)])
        if now is not None and change["pk"] not in rows and replace(one, images=now.images) == now:
            now.images.append((old, new))
        else:
            if now is not None:
                yield now
            now, rows = one, set()
        rows.add(change["pk"])
    if now is not None:
        yield now


def _backwards(alike: _Alike, operation: LoggedOperation) -> Iterator[Statement]:
    """The statements that take the changes back, and assert that every row still was what its change left."""
    table = alike.table
    blocked = _Blocked(_SOMETHING_LATER, command=operation.command)
    refusals = {"still_in_use": blocked}
    if alike.kind == "delete":
        yield from insert(table, [old for old, _new in alike.images], rule="still_in_use", refusals=refusals)
        return
    rows = as_json([{"old": old, "new": new} for old, new in alike.images])
    same = " AND ".join(f"it.{column} IS change.value ->> '$.new.{column}'" for column in alike.columns)
    met = f"FROM json_each(:rows) AS change JOIN {table} AS it ON it.id = change.value ->> '$.new.id' AND {same}"
    sql = f"DELETE FROM {table} WHERE id IN (SELECT it.id {met})"
    if alike.kind == "update":
        sets = ", ".join(f"{column} = was.{column}" for column in alike.changed)
        olds = ", ".join(f"change.value ->> '$.old.{column}' AS {column}" for column in alike.changed)
        sql = (
            f"UPDATE {table} SET {sets} FROM (SELECT it.id AS it_id, {olds} {met}) AS was WHERE {table}.id = was.it_id"
        )
    yield Statement(sql, {"rows": rows}, rule="still_in_use", refusals=refusals)
    yield expect_changed("changed_since", blocked, len(alike.images))


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
