"""The contract between the rooms and whatever engine keeps the rows: reads, and one all-or-nothing batch.

A command is reads plus one batch. The batch is applied whole or not at all, and the rules it may break are in the
database, because a remote engine holds no transaction open between a read and a write: no rule may rest on "I read it a
moment ago". A statement names the rule that it may break and brings the sentence for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from coursectl.errors import N_, CourseError, OutOfReach, Refused
from coursectl.store.ids import new_id

Value = str | int | float | None
Row = dict[str, Any]
Params = Mapping[str, Value]
Undo = Literal["replay", "inverse", "refused"]
Level = Literal["none", "weak", "strong"]
Engine = Literal["sqlite", "rqlite"]

MIGRATE = "store migrate"
"""The command that the log has for a change of schema, also where it came with the first command of a new version."""


@dataclass(frozen=True)
class Statement:
    """One SQL statement of a batch.

    `rule` is the rule that a failure means when the engine can't say which one it was (only CHECK names itself);
    `refusals` are the errors to raise, by rule.
    """

    sql: str
    params: Params = field(default_factory=dict)
    rule: str | None = None
    refusals: Mapping[str, CourseError] = field(default_factory=dict)


def expect_changed(rule: str, refusal: CourseError, rows: int = 1) -> Statement:
    """The statement before this one must have changed so many rows. SQLite calls an UPDATE of no row a success."""
    return Statement(
        "INSERT INTO expect VALUES (changes() = :rows_changed)", {"rows_changed": rows}, rule, {rule: refusal}
    )


def expect_true(condition: str, params: Params, rule: str, refusal: CourseError) -> Statement:
    """The SQL `condition` (never built from user text) must hold when the batch is applied; NULL counts as no."""
    return Statement(f"INSERT INTO expect VALUES (coalesce(({condition}), 0))", params, rule, {rule: refusal})


def insert(table: str, rows: Sequence[Mapping[str, Value]], *, rule: str | None = None,
           refusals: Mapping[str, CourseError] | None = None) -> list[Statement]:  # fmt: skip
    """Insert all `rows` (which have the same columns) as one statement over json_each, so as one request; none is none."""
    if not rows:
        return []
    columns = list(rows[0])
    if len(rows) == 1:  # without JSON it takes half the time
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{column}' for column in columns)})"
        return [Statement(sql, rows[0], rule, refusals or {})]
    picked = ", ".join(f"value ->> '$.{column}'" for column in columns)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM json_each(:rows)"
    return [Statement(sql, {"rows": as_json(rows)}, rule, refusals or {})]


def update(table: str, row_id: int, old: Mapping[str, Value], new: Mapping[str, Value], refusal: CourseError,
           refusals: Mapping[str, CourseError] | None = None) -> list[Statement]:  # fmt: skip
    """Change the row from the `old` values that were read to `new`; somebody else's change in between is `refusal`."""
    sets = ", ".join(f"{column} = :new_{column}" for column in new)
    same = "".join(f" AND {column} IS :old_{column}" for column in new)
    params: dict[str, Value] = {"id": row_id}
    params |= {f"new_{column}": value for column, value in new.items()}
    params |= {f"old_{column}": old[column] for column in new}
    sql = f"UPDATE {table} SET {sets} WHERE id = :id{same}"
    return [Statement(sql, params, None, refusals or {}), expect_changed("unchanged_since_read", refusal)]


def as_json(value: object) -> str:
    """Compact JSON with keys in order and letters as they are: equal values give equal text."""
    return _JSON.encode(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Operation:
    """A batch with its name: who does it, when, and how it is undone.

    `command` is the command path and references, never what a person typed: names would outlive an erase.
    `id` is made by the caller, so that a batch sent twice is recognised and changes nothing the second time.
    `in_parts`: whether it may go to a cluster in several requests where one can't carry it, which isn't all or nothing.
    """

    id: int
    at: str
    actor: str
    command: str
    statements: tuple[Statement, ...]
    undo: Undo = "replay"
    undoes: int | None = None
    dry_run: bool = False
    in_parts: bool = False


@dataclass(frozen=True)
class Act:
    """Who acts, when (an instant, UTC, ISO 8601), and whether they only want to know what would happen.

    `in_parts`: whether they have agreed to a write that isn't all or nothing, where one request can't carry it.
    `planned` are the ids of the operations that were put together, whether or not they were applied then. `command` is what
    the log says of them, where it isn't what their verb says of itself.
    """

    actor: str
    now: str
    dry_run: bool = False
    in_parts: bool = False
    planned: list[int] = field(default_factory=list, compare=False, repr=False)
    command: str | None = None

    def typed(self, command: str) -> Act:
        """The same, for a verb that serves several commands and can't know which one was typed."""
        return replace(self, command=command)

    @property
    def today(self) -> str:
        """The date of `now`."""
        return self.now[:10]

    def operation(self, command: str, statements: Iterable[Statement], *, undo: Undo = "replay",
                  undoes: int | None = None, op_id: int | None = None) -> Operation:  # fmt: skip
        """The operation that these statements make when this actor does them now."""
        self.planned.append(op_id or new_id())
        return Operation(
            self.planned[-1],
            self.now,
            self.actor,
            self.command or command,
            tuple(statements),
            undo,
            undoes,
            self.dry_run,
            self.in_parts,
        )


@dataclass(frozen=True)
class Applied:
    """What became of an operation. `repeated`: it had been applied before, and nothing changed now.

    `parts`: in how many requests it went; one, unless it was too large and was allowed to be cut.
    """

    op_id: int
    dry_run: bool = False
    repeated: bool = False
    parts: int = 1


class StoreOutOfReach(OutOfReach):
    """The store can't be opened, read or written; the sentence says why and what to do."""


class ReadOnlyStore(Refused):
    """The store was opened to be read only."""

    rule = "read_only"
    wording = N_("{store} is opened read-only, so nothing was written. Type the command again without --read-only.")


class WrittenMeanwhile(Refused):
    """Somebody has written to the store since it was looked at."""

    rule = "unchanged_since_read"
    wording = N_("{store} was written by somebody else in this moment; nothing was changed. Type the command again.")


class AlreadyUndone(Refused):
    """Somebody has taken the operation back before, perhaps in this very moment. `number` is what people type."""

    rule = "undone_once"
    wording = N_("Operation {number} was undone already; nothing was changed. See: coursectl log")


class SameNumber(Refused):
    """Another operation has the same id, by chance. `number` is what people type."""

    rule = "op_once"
    wording = N_(
        "Another operation, {command!r} ({actor}), got the same number {number} in the same moment, so nothing was written. Type the command again."
    )


def told_before(operation: Operation, there: Row) -> None:
    """The id is there already: nothing to do where it is the same operation, sent twice.

    `there` is what `IS_THERE` reads. Its instant may be later than the operation's own, never earlier: see `batch`.
    Raises SameNumber where it is another one.
    """
    same = (there["actor"], there["command"], there["undoes"]) == (operation.actor, operation.command, operation.undoes)
    if not same or there["at"] < operation.at:
        raise SameNumber(command=there["command"], actor=there["actor"], number=number_of(operation.id))


IS_THERE = "SELECT actor, command, undoes, at FROM op WHERE id = :id"


class Store(Protocol):
    """An engine. `name` is what the user calls it: a path, or a URL without a password."""

    name: str
    engine: Engine
    written: int
    """How many operations have gone through since it was opened."""

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written, because it was opened so or because the file can't be."""

    def read(self, sql: str, params: Params | None = None, *, level: Level = "weak") -> list[Row]:
        """The rows of a query. `strong` before a decision, `weak` for listings, `none` where stale is good enough.

        Raises OutOfReach when the store can't be read.
        """

    def apply(self, operation: Operation) -> Applied:
        """Apply the batch whole, or raise the refusal of the statement that broke a rule and leave everything as it was.

        The same operation again changes nothing; another one with the same id is refused: SameNumber.

        Raises OutOfReach when the store can't be written.
        """

    def copy_to(self, path: Path) -> None:
        """Write all of the store, as it is now, to a plain SQLite file that isn't there yet. Raises OutOfReach."""

    def replace_with(self, path: Path, *, first: Callable[[], object] = lambda: None) -> None:
        """Put all that the plain SQLite file at `path` holds in the place of all that is here, at once.

        The file is a whole store of this program's schema; whoever calls has checked it. Others who have the store
        open go on with the new content. `first` is called before anything is replaced: in a file when nobody else can
        write any more, in a cluster just before. Raises OutOfReach, and what `first` raises; then everything is as it was.
        """

    def close(self) -> None:
        """Let go of the engine."""


def number_of(op_id: int) -> str:
    """The last digits of an operation's id: what people read in the log and type."""
    return str(op_id)[-6:]


def batch(operation: Operation, inner: Sequence[Statement] | None = None) -> list[Statement]:
    """The statements as they are sent: the operation first, the clean-up last, and for a dry run one that always fails.

    `inner` are the statements to send instead of all that the operation has: the first part of it.

    `op.at` is the larger of now and the last one, so that a clock that was set back doesn't turn the log round.
    The opening breaks `op_once` where the id is there: the same batch was applied before, which is no refusal (`told_before`), and
    `undone_once` where another operation has undone the same one.
    """
    opening = Statement(
        "INSERT INTO op (id, at, actor, command, undo, undoes)"
        " VALUES (:id, max(:at, coalesce((SELECT at FROM op ORDER BY at DESC LIMIT 1), :at)), :actor, :command, :undo, :undoes)",
        {"id": operation.id, "at": operation.at, "actor": operation.actor, "command": operation.command,
         "undo": operation.undo, "undoes": operation.undoes},
        refusals=_undone_before(operation.undoes) if operation.undoes else {},
    )  # fmt: skip
    inside = operation.statements if inner is None else inner
    if operation.in_parts and inner is None:  # it may be what finishes one that stopped between its parts
        inside = (
            Statement("INSERT INTO op_part (op_id, part, parts) VALUES (:op, 1, 1)", {"op": operation.id}),
            *inside,
        )
    statements = [opening, *within(operation, inside)]
    if operation.dry_run:
        statements.append(Statement("INSERT INTO expect VALUES (0)", rule="dry_run"))
    return statements


def _undone_before(op_id: int) -> Mapping[str, CourseError]:
    return {AlreadyUndone.rule: AlreadyUndone(number=number_of(op_id))}


def within(operation: Operation, statements: Sequence[Statement]) -> list[Statement]:
    """The statements between the naming of the operation, where the audit reads it, and the clean-up."""
    return [
        Statement("INSERT INTO now_op (one, op_id) VALUES (1, :id)", {"id": operation.id}),
        *statements,
        _CLEAN_UP,
    ]


_CLEAN_UP = Statement("DELETE FROM now_op")


# UNIQUE names columns instead of a rule.
_UNIQUE_RULES = {
    "op.id": "op_once",
    "op.undoes": "undone_once",
    "op_part.op_id, op_part.part": "op_part_once",
    "course.code": "course_once",
    "index 'organization_once'": "organization_once",
    "person.email_key, person.name_key": "person_once",
    "edition.course_id, edition.number": "edition_once",
    "country_group.edition_id, country_group.code": "country_group_once",
    "index 'quota_once'": "quota_once",
    "person_apart.one_id, person_apart.other_id": "apart_once",
    "column_map.purpose, column_map.layout": "column_map_once",
    "edition_party.edition_id, edition_party.organization_id, edition_party.role": "party_once",
    "signatory.edition_id, signatory.position": "signatory_place_once",
    "module.edition_id, module.number": "module_once",
    "topic.course_id, topic.code": "topic_once",
    "edition_topic.edition_id, edition_topic.topic_id": "edition_topic_once",
    "session.edition_id, session.number": "session_once",
    "session_topic.session_id, session_topic.topic_id": "session_topic_once",
    "session_person.session_id, session_person.person_id, session_person.role": "session_person_once",
    "expert.edition_id, expert.person_id": "expert_once",
    "enrollment.edition_id, enrollment.person_id": "enrollment_once",
    "enrollment.edition_id, enrollment.number": "participant_number_once",
    "attendance.enrollment_id, attendance.session_id": "mark_once",
    "certificate.course_id, certificate.series, certificate.n": "serial_number_once",
    "certificate_rule.edition_id, certificate_rule.kind": "certificate_rule_once",
    "certificate_exception.edition_id, certificate_exception.person_id, certificate_exception.kind": "certificate_exception_once",
    "assessment.edition_id, assessment.code": "assessment_once",
    "assessment_result.assessment_id, assessment_result.enrollment_id": "result_once",
    "assessment_result.assessment_id, assessment_result.code": "anonymous_result_once",
    "printed_sheet.printing_id, printed_sheet.position": "sheet_once",
    "certificate.serial": "serial_once",
    "certificate_event.certificate_id, certificate_event.state": "certificate_state_once",
    "certificate_live.edition_id, certificate_live.person_id, certificate_live.kind": "one_certificate",
    "certificate_live.certificate_id": "certificate_live_once",
    "index 'published_figure_once'": "published_figure_once",
}
_RAISED = re.compile(r"rule:(\w+)")
_CHECKED = re.compile(r"CHECK constraint failed: (\w+)$")
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)$")


def broken_rule(message: str, statement: Statement) -> str:
    """The name of the rule behind an engine's message about a failed statement.

    An expectation, a foreign key and a bulk clash don't name themselves: the statement does.
    """
    if raised := _RAISED.search(message):
        return raised[1]
    if (checked := _CHECKED.search(message)) and checked[1] != "expected":
        return checked[1]
    if (unique := _UNIQUE.search(message)) and unique[1] in _UNIQUE_RULES:
        return _UNIQUE_RULES[unique[1]]
    return statement.rule or message


def refusal(statement: Statement, rule: str) -> CourseError:
    """The error that a broken rule is told by."""
    return statement.refusals.get(rule) or Refused(rule=rule)
