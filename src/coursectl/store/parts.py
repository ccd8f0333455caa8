"""Cutting a write that one request to a cluster can't carry: into batches of statements, in their order.

Each part is all or nothing; all of them together aren't. So it is done only where the user has agreed to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from coursectl.errors import N_, CourseError, OutOfReach, Refused
from coursectl.store.contract import Operation, Statement, StoreOutOfReach, as_json, number_of, within

_ASSERTS = "INSERT INTO expect VALUES (changes()"
_FROM_ROWS = "json_each(:rows)"


class TooLarge(Refused):
    """One request can't carry the write, and nobody has agreed to parts."""

    rule = "one_request"
    wording = N_(
        "This write is {size} MB, more than one request to {store} carries ({limit} MB); nothing was written. With --in-parts it goes in {parts} requests, which isn't all or nothing: where it stops, type it again and it goes on."
    )


class TooLargeToTry(Refused):
    """What goes in parts can't be tried as a whole."""

    rule = "one_request"
    wording = N_(
        "This write would go to {store} in {parts} requests, and only what goes in one can be tried beforehand. Leave out --dry-run, or make the list shorter."
    )


_STOPPED = N_(
    "{reason} Of {parts} parts {done} are written: mend it and type the command again, which goes on where it stopped, or take them back: coursectl undo {number}"
)


class StoppedByRule(Refused):
    """A rule stopped a write after some of its parts."""

    rule = "stopped_in_parts"
    wording = _STOPPED


class StoppedOnTheWay(StoreOutOfReach):
    """The cluster went away after some parts of a write."""

    wording = _STOPPED


_BY_HAND = N_("Stopped while part {next} was under way, which may be written too.")
_BY_BUG = N_("It ended while part {next} was under way, which may be written too.")


def stopped(error: BaseException, operation: Operation, done: int, parts: int) -> CourseError:
    """What to tell where `done` of the parts are written and the next one isn't, or may not be, because of `error`."""
    kind = StoppedOnTheWay if isinstance(error, OutOfReach) else StoppedByRule
    reason = error
    if not isinstance(error, CourseError):
        reason = CourseError(_BY_HAND if isinstance(error, KeyboardInterrupt) else _BY_BUG, next=done + 1)
    return kind(reason=reason, done=done, parts=parts, number=number_of(operation.id))


def cut(statements: Sequence[Statement], limit: int) -> list[tuple[Statement, ...]]:
    """The statements in parts of about `limit` bytes each; a statement over many rows is itself cut.

    What asserts the change before it stays with it.
    """
    parts: list[list[Statement]] = [[]]
    size = 0
    for bundle in _bundles(statements, limit):
        weight = sum(weigh(statement) for statement in bundle)
        if parts[-1] and size + weight > limit:
            parts.append([])
            size = 0
        parts[-1] += bundle
        size += weight
    return [tuple(part) for part in parts]


def weigh(statement: Statement) -> int:
    """About how many bytes of a request the statement takes."""
    return len(statement.sql) + sum(
        len(value) * 11 // 10 if isinstance(value, str) else 20 for value in statement.params.values()
    )


def _bundles(statements: Sequence[Statement], limit: int) -> Iterator[tuple[Statement, ...]]:
    """What has to stay together."""
    for position, statement in enumerate(statements):
        if statement.sql.startswith(_ASSERTS):
            continue
        following = statements[position + 1] if position + 1 < len(statements) else None
        if following is not None and following.sql.startswith(_ASSERTS):
            yield statement, following
        else:
            yield from ((piece,) for piece in _pieces(statement, limit))


def _pieces(statement: Statement, limit: int) -> Iterator[Statement]:
    rows = statement.params.get("rows")
    if weigh(statement) <= limit or statement.sql.count(_FROM_ROWS) != 1 or not isinstance(rows, str):
        yield statement
        return
    all_rows = json.loads(rows)
    pieces = -(-weigh(statement) // limit)
    step = max(1, len(all_rows) // pieces)
    for start in range(0, len(all_rows), step):
        some = {**statement.params, "rows": as_json(all_rows[start : start + step])}
        yield Statement(statement.sql, some, statement.rule, statement.refusals)


def numbered(operation: Operation, part: int, parts: int, statements: Sequence[Statement]) -> list[Statement]:
    """The statements of one part after the first, which are applied once, and only when the part before is there."""
    here = {"op": operation.id, "part": part, "parts": parts}
    return [
        Statement("INSERT INTO op_part (op_id, part, parts) VALUES (:op, :part, :parts)", here),
        Statement(
            "INSERT INTO expect VALUES (EXISTS (SELECT 1 FROM op_part WHERE op_id = :op AND part = :part - 1 AND parts = :parts))",
            here,
            rule="parts_in_order",
        ),
        *within(operation, statements),
    ]


def first(operation: Operation, parts: int, statements: Sequence[Statement]) -> list[Statement]:
    """What the first part has between its opening and its clean-up."""
    return [
        Statement(
            "INSERT INTO op_part (op_id, part, parts) VALUES (:op, 1, :parts)", {"op": operation.id, "parts": parts}
        ),
        *statements,
    ]
