"""Undoing an operation in the way that it declares: backwards from its audit, or by a verb of its room.

What rests on an operation without pointing at its rows is known here: certificates on outcomes and places, outcomes on
marks and sessions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from coursectl import certificates
from coursectl.errors import N_, Refused
from coursectl.store import MIGRATE, Act, Statement, Store, backups, expect_true
from coursectl.store import undo as undo_engine
from coursectl.store.erasing import COMMAND as ERASE
from coursectl.store.undo import LoggedOperation, NotUndoable, RestsOnIt

REPLACE = "certificate replace"
EXPORT = "certificate export"
MERGE = "store merge"
"""The command that brings another store in; what it brought of the register stays."""


@dataclass(frozen=True)
class Undone:
    """What was undone, and how, in words. `id` and `number` are those of the operation that was taken back.

    `backup` is what was there before, where it can't be had back in another way.
    """

    id: int
    number: str
    command: str
    actor: str
    at: str
    how: str
    backup: str | None = None


class ForGood(Refused):
    """There is no way back from this undo, so it must be meant."""

    rule = "register_kept"
    wording = N_(
        "To undo {command!r} makes {count} certificates void for good, {first} to {last}; their numbers aren't given again. To do it all the same, add --yes; what is there now is kept in a file first."
    )


# Certificates that are live and came after the operation, of a kind that stands on what it wrote.
_LIVE_CERTIFICATES = """
SELECT op.id, op.command, op.undoes, op.actor, op.at FROM audit AS mine
JOIN canonical AS holder ON holder.person_id = coalesce(mine.new, mine.old) ->> '$.person_id'
JOIN certificate_live AS live ON live.edition_id = coalesce(mine.new, mine.old) ->> '$.edition_id'
JOIN canonical AS named ON named.person_id = live.person_id AND named.canonical_id = holder.canonical_id
JOIN certificate ON certificate.id = live.certificate_id
JOIN op ON op.id = certificate.op_id
LEFT JOIN certificate_rule AS rule ON rule.edition_id = live.edition_id AND rule.kind = live.kind
WHERE mine.op_id = :id AND (
    (mine.tbl = 'expert' AND coalesce(rule.base, live.kind) = 'instruction')
    OR (mine.tbl = 'enrollment' AND coalesce(rule.base, live.kind) <> 'instruction'
      AND mine.old ->> '$.status' IS NOT mine.new ->> '$.status')
    OR (mine.tbl = 'certificate_exception' AND mine.kind = 'insert' AND mine.new ->> '$.kind' = live.kind)
  )
  AND mine.seq < (SELECT min(seq) FROM audit WHERE op_id = op.id)
"""

# Certificates of a kind that the operation made.
_ISSUED_SINCE = """
SELECT op.id, op.command, op.undoes, op.actor, op.at FROM audit AS mine
JOIN certificate ON certificate.edition_id = mine.new ->> '$.edition_id' AND certificate.kind = mine.new ->> '$.kind'
JOIN op ON op.id = certificate.op_id
WHERE mine.op_id = :id AND mine.tbl = 'certificate_rule' AND mine.kind = 'insert'
  AND mine.new ->> '$.kind' <> mine.new ->> '$.base'
"""

# An edition that was closed after the operation, and still is: outcomes follow from its roster, sessions, marks, rules and results.
_CLOSED_SINCE = """
SELECT op.id, op.command, op.undoes, op.actor, op.at FROM audit AS closing
JOIN edition ON edition.id = closing.pk AND edition.closed_on IS NOT NULL
JOIN op ON op.id = closing.op_id
WHERE closing.tbl = 'edition' AND closing.kind = 'update' AND closing.op_id <> :id
  AND closing.old ->> '$.closed_on' IS NULL AND closing.new ->> '$.closed_on' IS NOT NULL
  AND closing.seq > (SELECT max(seq) FROM audit WHERE op_id = :id)
  AND closing.pk IN (
    SELECT coalesce(new, old) ->> '$.edition_id' FROM audit WHERE op_id = :id AND tbl IN ('enrollment', 'session')
    UNION SELECT coalesce(new, old) ->> '$.edition_id' FROM audit WHERE op_id = :id
      AND ((tbl = 'assessment' AND (old ->> '$.required' = 1 OR new ->> '$.required' = 1))
        OR (tbl IN ('certificate_rule', 'certificate_exception') AND coalesce(new, old) ->> '$.kind' = 'completion'))
    UNION SELECT assessment.edition_id FROM audit
    JOIN assessment ON assessment.id = coalesce(new, old) ->> '$.assessment_id' AND required
    WHERE op_id = :id AND tbl = 'assessment_result'
    UNION SELECT session.edition_id FROM audit JOIN session ON session.id = coalesce(new, old) ->> '$.session_id'
    WHERE op_id = :id AND tbl = 'attendance'
  )
"""


# People who were erased after the operation that wrote of them: what would come back is gone, and is not to come back.
_ERASED_SINCE = """
SELECT person.name, person.erased_on FROM person
JOIN audit AS erasing ON erasing.tbl = 'person' AND erasing.pk = person.id
  AND erasing.old ->> '$.erased_on' IS NULL AND erasing.new ->> '$.erased_on' IS NOT NULL
WHERE person.erased_on IS NOT NULL AND erasing.op_id <> :id
  AND EXISTS (
    SELECT 1 FROM audit AS mine WHERE mine.op_id = :id AND mine.seq < erasing.seq
    AND ((mine.tbl = 'person' AND mine.pk = person.id) OR coalesce(mine.new, mine.old) ->> '$.person_id' = person.id
      OR (mine.tbl = 'attendance' AND person.id = (
        SELECT person_id FROM enrollment WHERE enrollment.id = coalesce(mine.new, mine.old) ->> '$.enrollment_id'))
      OR (mine.tbl = 'person_apart' AND person.id IN (
        coalesce(mine.new, mine.old) ->> '$.one_id', coalesce(mine.new, mine.old) ->> '$.other_id')))
  )
"""


class ErasedSince(Refused):
    """Somebody of whom the operation wrote was erased later."""

    rule = "stays_erased"
    wording = N_(
        "{command!r} can't be undone: {name}, of whom it wrote, was erased on {on}, and nothing of them comes back. Change what is to be changed by hand."
    )


def undo(store: Store, number: str | None, act: Act, *, yes: bool = False) -> Undone:
    """Take back the operation with this number, or the actor's last one. `yes`: even if there is no way back from that.

    Raises NotFound, Refused with the reason where it can't be taken back, ForGood where it wants a `yes`.
    """
    backup = None
    named = (
        undo_engine.get_last_operation(store, act.actor) if number is None else undo_engine.get_operation(store, number)
    )
    operation = undo_engine.get_in_effect(store, named)
    how = N_("What it wrote is as it was before.")
    if operation.undo == "inverse":
        backup = _undo_issue(store, operation, act, yes=yes)
        how = N_("The certificates are void; their numbers stay in the register and are not given again.")
    else:
        _refuse_to_unvoid(operation)
        undo_engine.undo_by_replay(store, operation, act, guards=_guards(store, operation))
    return Undone(
        operation.id,
        operation.number,
        operation.command,
        operation.actor,
        operation.at[:19].replace("T", " "),
        how,
        backup,
    )


def _undo_issue(store: Store, operation: LoggedOperation, act: Act, *, yes: bool) -> str | None:
    """Make the certificates void. Returns the backup that was made before."""
    try:
        certificates.undo_issue(
            store, operation.id, replace(act, dry_run=True)
        )  # what is refused leaves no backup behind
        if act.dry_run:
            return None
        if not yes:
            raise _for_good(operation, certificates.live_of_issue(store, operation.id))
        backup = backups.backup_before(store, "undo", act.now).file
        certificates.undo_issue(store, operation.id, act)
        return backup
    except ForGood:
        raise
    except Refused:
        undo_engine.get_in_effect(store, operation)  # where somebody was faster, that is the reason to tell
        raise


def _for_good(operation: LoggedOperation, serials: list[str]) -> ForGood:
    one = N_(
        "To undo {command!r} makes certificate {first} void for good; its number isn't given again. To do it all the same, add --yes; what is there now is kept in a file first."
    )
    return ForGood(
        one if len(serials) == 1 else None,
        command=operation.command,
        count=len(serials),
        first=serials[0],
        last=serials[-1],
    )


def _refuse_to_unvoid(operation: LoggedOperation) -> None:
    if operation.undo == "refused" and operation.command == "store restore":
        raise NotUndoable(
            N_(
                "{command!r} can't be undone. What was there before is kept in a file, which its answer named; to have it back: coursectl store restore FILE"
            ),
            command=operation.command,
        )
    if operation.undo == "refused" and operation.command == MIGRATE:
        raise NotUndoable(
            N_(
                "{command!r} can't be undone: older versions of coursectl can't open the store any more. To take back what was done before it, give its number; see: coursectl log"
            ),
            command=operation.command,
        )
    if operation.undo == "refused" and operation.command == ERASE:
        raise NotUndoable(
            N_("{command!r} can't be undone: what identified the person isn't kept anywhere here."),
            command=operation.command,
        )
    if operation.undo == "refused" and operation.command == MERGE:
        raise NotUndoable(
            N_(
                "{command!r} can't be undone: certificates came with it, and the register never loses a line. What was there before is kept in a file, which its answer named; to have it back: coursectl store restore FILE"
            ),
            command=operation.command,
        )
    if operation.undo == "refused" and operation.command.startswith(REPLACE):
        raise NotUndoable(
            N_(
                "{command!r} can't be undone: a certificate that was replaced stays so. If the new one is wrong, replace it in its turn: coursectl certificate replace SERIAL --because misspelled"
            ),
            command=operation.command,
        )
    if operation.undo == "refused" and operation.command.startswith(EXPORT):
        raise NotUndoable(
            N_(
                "{command!r} can't be undone: whoever has the file has it, and the register remembers that it was written."
            ),
            command=operation.command,
        )
    if operation.undo == "refused" and "printed" in operation.changes:
        raise NotUndoable(
            N_(
                "{command!r} can't be undone: what is on paper stays there. Certificates are taken back by voiding them; to take back what was done before the printing, give its number; see: coursectl log"
            ),
            command=operation.command,
        )
    if operation.undo == "refused" and "certificate_event" in operation.changes:
        raise NotUndoable(
            N_(
                "{command!r} can't be undone: a void certificate stays void. Issue new ones with: coursectl certificate issue"
            ),
            command=operation.command,
        )


def _guards(store: Store, operation: LoggedOperation) -> list[Statement]:
    """Refuse what later work rests on, naming it; and let the batch make sure that none has come in between."""
    params = {"id": operation.id}
    statements = [none_of(_ERASED_SINCE, operation)]
    for erased in store.read(f"{_ERASED_SINCE} LIMIT 1", params, level="strong"):
        raise ErasedSince(command=operation.command, name=erased["name"], on=erased["erased_on"])
    for query in (_LIVE_CERTIFICATES, _ISSUED_SINCE, _CLOSED_SINCE):
        for later in store.read(f"{query} ORDER BY op.at DESC, op.id DESC LIMIT 1", params, level="strong"):
            raise undo_engine.later_named(operation, later, RestsOnIt)
        statements.append(none_of(query, operation))
    return statements


def none_of(query: str, operation: LoggedOperation) -> Statement:
    """The query must find nothing when the batch is applied."""
    refusal = undo_engine.something_later(operation)
    return expect_true(f"NOT EXISTS ({query})", {"id": operation.id}, refusal.rule, refusal)
