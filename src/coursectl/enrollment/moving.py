"""Moving people from status to status, replacing one by another, and writing outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from coursectl.editions import EditionRef, open_edition_rule
from coursectl.enrollment.enrolling import Enrolled, full_told, last_number, read_back
from coursectl.enrollment.planning import NewEnrollment, plan_enrollments
from coursectl.enrollment.roster import Enrollment, get_enrollment, get_enrollments, get_seats
from coursectl.enrollment.statuses import (
    FULL,
    MOVES,
    SQL_SEATED,
    AlreadyEnrolled,
    MovedMeanwhile,
    MoveRefused,
    NoSeatLeft,
    possible_moves,
)
from coursectl.errors import N_
from coursectl.store import Act, Statement, Store, as_json, expect_true
from coursectl.store.triggers import SEATED

Outcome = tuple[int, str, str, str | None]
"""The id of an enrollment, the status it has, the one it gets, and the reason in a sentence."""


@dataclass(frozen=True)
class Moved:
    """What became of the people who were to be moved. `unchanged` were there already."""

    edition: str
    moved: tuple[Enrolled, ...]
    unchanged: tuple[Enrolled, ...]
    seats_left: int | None


@dataclass(frozen=True)
class Replaced:
    """Who came for whom. `replaced` has withdrawn; their place is the new one's."""

    edition: str
    replaced: Enrolled
    enrolled: Enrolled


def move(
    store: Store, edition: EditionRef, whom: Sequence[str], verb: str, act: Act, *, reason: str | None = None
) -> Moved:
    """Accept, confirm or withdraw people by number, e-mail or name: all of them, or nobody.

    `verb` is a key of `MOVES` that leads to one status. Who has that status already is unchanged; without anybody else nothing
    is written. Raises NotFound, Ambiguous, MoveRefused, MovedMeanwhile, NoSeatLeft, EditionClosed.
    """
    (to,) = MOVES[verb].after
    chosen = get_enrollments(store, edition, whom)
    moving = [one for one in chosen if one.status != to]
    for one in moving:
        check_move(one, verb)
    if moving:
        statements = [
            open_edition_rule(edition),
            *_move_statements(edition, [(one.id, one.status, to, reason) for one in moving]),
        ]
        with full_told(store, edition, len(moving)):
            store.apply(act.operation(f"roster {verb} {edition.reference}", statements))
    left = get_seats(store, edition).left
    numbers = _numbers(store, edition, moving, to, act)
    return Moved(
        edition=edition.reference,
        moved=tuple(_standing(one, to, numbers[one.id], left) for one in moving),
        unchanged=tuple(
            replace(_standing(one, to, one.number, left), unchanged=True) for one in chosen if one.status == to
        ),
        seats_left=left,
    )


def _numbers(
    store: Store, edition: EditionRef, moved: Sequence[Enrollment], to: str, act: Act
) -> Mapping[int, int | None]:
    """The participant numbers after the move; those that it would have given, for a dry run."""
    if not act.dry_run:
        return {key: row["number"] for key, row in read_back(store, [one.id for one in moved]).items()}
    fresh = count(last_number(store, edition) + 1)
    return {one.id: next(fresh) if one.number is None and to in SEATED else one.number for one in moved}


def replace_trainee(
    store: Store, edition: EditionRef, who: str, wanted: NewEnrollment, act: Act, *, reason: str
) -> Replaced:
    """Let the `wanted` person come in place of `who`, whose ministry sends somebody else; it works in a full edition too.

    The old one withdraws for `reason`; the new one gets their country, organization, category, funder and status, and a
    number of their own. Raises what `move` and `enroll` raise, and AlreadyEnrolled for a new one who is in the edition.
    """
    old = get_enrollment(store, edition, who)
    check_move(old, "replace")
    taking_over = replace(
        wanted,
        country=old.country,
        category=old.category,
        status=old.status,
        funder=old.funder,
        organization=None,
        organization_id=old.organization_id,
        replaces=old.id,
    )
    plan = plan_enrollments(store, edition, [taking_over], act)
    for problem in plan.problems:
        raise problem.refusal
    if plan.unchanged:
        there = plan.unchanged[0]
        raise AlreadyEnrolled(_IN_ALREADY, name=there.person.name, edition=edition.reference, status=there.status)
    leaving = _move_statements(edition, [(old.id, old.status, "withdrawn", reason)])
    with full_told(store, edition, 1):
        store.apply(act.operation(f"roster replace {edition.reference}", [*leaving, *plan.statements]))
    new = plan.rows[0]
    if act.dry_run:
        number = last_number(store, edition) + 1 if old.status in SEATED else None
    else:
        number = read_back(store, [new["id"]])[new["id"]]["number"]
    return Replaced(
        edition=edition.reference,
        replaced=_standing(old, "withdrawn", old.number),
        enrolled=Enrolled(
            status=old.status,
            person=plan.people[new["person_id"]],
            edition=edition.reference,
            number=number,
            country=new["country"],
            id=new["id"],
        ),
    )


_IN_ALREADY = N_("{name} is in {edition} already, as {status}; nothing was changed.")


def _standing(one: Enrollment, status: str, number: int | None, seats_left: int | None = None) -> Enrolled:
    return Enrolled(status, one.person, one.edition, number, one.country, one.id, seats_left=seats_left)


def set_outcomes_statements(edition: EditionRef, outcomes: Sequence[Outcome]) -> list[Statement]:
    """The statements that give enrollments their outcomes; each must still have the status that is expected.

    They go before the one that closes the edition. Raises MoveRefused for what no closing can write; the batch raises
    MovedMeanwhile where somebody was moved since.
    """
    for _id, before, after, _reason in outcomes:
        if before not in MOVES["close"].before or after not in MOVES["close"].after:
            raise MoveRefused(
                name="#", status=before, edition=edition.reference, verb=after, possible=", ".join(MOVES["close"].after)
            )
    return _move_statements(edition, outcomes)


def check_move(one: Enrollment, verb: str) -> None:
    """Raises MoveRefused where the enrollment can't be moved so."""
    if one.status not in MOVES[verb].before:
        possible = possible_moves(one.status)
        raise MoveRefused(
            name=one.name, status=one.status, edition=one.edition, verb=verb, possible=", ".join(possible) or "-"
        )


_MOVE = f"""
UPDATE enrollment SET status = given.after, reason = given.reason, number = coalesce(enrollment.number, given.number)
FROM (
  SELECT moving.id, value ->> '$[1]' AS before, value ->> '$[2]' AS after, value ->> '$[3]' AS reason,
    CASE WHEN moving.number IS NULL AND value ->> '$[2]' IN ({SQL_SEATED})
      THEN last_number + row_number() OVER (PARTITION BY moving.number IS NULL AND value ->> '$[2]' IN ({SQL_SEATED}) ORDER BY key)
      END AS number
  FROM json_each(:moves) JOIN enrollment AS moving ON moving.id = value ->> '$[0]' AND moving.edition_id = :edition_id,
    (SELECT coalesce(max(number), 0) AS last_number FROM enrollment WHERE edition_id = :edition_id)
) AS given
WHERE enrollment.id = given.id AND enrollment.status = given.before
"""


def _move_statements(edition: EditionRef, moves: Sequence[Outcome]) -> list[Statement]:
    """One UPDATE for all moves, and the expectation that each found the status it was read with."""
    if not moves:
        return []
    full = NoSeatLeft(FULL, edition=edition.reference)
    return [
        Statement(_MOVE, {"edition_id": edition.id, "moves": as_json(moves)}, NoSeatLeft.rule, {NoSeatLeft.rule: full}),
        expect_true(
            "changes() = :moved", {"moved": len(moves)}, MovedMeanwhile.rule, MovedMeanwhile(edition=edition.reference)
        ),
    ]
