"""Moving people from status to status, replacing one by another, and writing outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from coursectl.editions import EditionRef, open_edition_rule
from coursectl.enrollment.enrolling import Enrolled, full_told, last_number, read_back
from coursectl.enrollment.planning import NewEnrollment, Standing, plan_enrollments
from coursectl.enrollment.roster import Enrollment, get_enrollment, get_enrollments, get_seats, list_roster, who_is
from coursectl.enrollment.statuses import (
    FULL,
    MOVES,
    SQL_SEATED,
    STATUSES,
    AlreadyEnrolled,
    MovedMeanwhile,
    MoveRefused,
    NoSeatLeft,
    possible_moves,
)
from coursectl.errors import N_, Word
from coursectl.locale import fold
from coursectl.store import Act, Statement, Store, as_json, expect_true
from coursectl.store.triggers import SEATED
from coursectl.tables import clean

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
    reason = clean(reason or "") or None
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
    left = _left_after(store, edition, moving, to, act)
    numbers = _numbers(store, edition, moving, to, act)
    return Moved(
        edition=edition.reference,
        moved=tuple(_standing(one, to, numbers[one.id], left) for one in moving),
        unchanged=tuple(
            replace(_standing(one, to, one.number, left), unchanged=True) for one in chosen if one.status == to
        ),
        seats_left=left,
    )


def _left_after(store: Store, edition: EditionRef, moved: Sequence[Enrollment], to: str, act: Act) -> int | None:
    """The seats that are left after the move; those that it would have left, for a dry run."""
    left = get_seats(store, edition).left
    if left is None or not act.dry_run:
        return left
    return left + sum((one.status in SEATED) - (to in SEATED) for one in moved)


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

    The old one withdraws for `reason`; the new one gets their category, funder and status, country and organization unless
    `wanted` has its own, and a number of their own. Raises what `move` and `enroll` raise, and AlreadyEnrolled for a new
    one who is in the edition.
    """
    old = get_enrollment(store, edition, who)
    check_move(old, "replace")
    if namesake := _namesake(store, edition, wanted):
        raise _in_already(edition, old, namesake)
    plan = plan_enrollments(store, edition, [_taking_over(old, wanted)], act)
    for problem in plan.problems:
        raise problem.refusal
    if plan.unchanged:
        raise _in_already(edition, old, plan.unchanged[0])
    leaving = _move_statements(edition, [(old.id, old.status, "withdrawn", clean(reason) or None)])
    with full_told(store, edition, 1):
        store.apply(act.operation(f"roster replace {edition.reference}", [*leaving, *plan.statements]))
    new = plan.rows[0]
    left = get_seats(store, edition).left
    if act.dry_run:
        number = last_number(store, edition) + 1 if old.status in SEATED else None
    else:
        number = read_back(store, [new["id"]])[new["id"]]["number"]
    return Replaced(
        edition=edition.reference,
        replaced=_standing(old, "withdrawn", old.number, left),
        enrolled=Enrolled(
            status=old.status,
            person=plan.people[new["person_id"]],
            edition=edition.reference,
            number=number,
            country=new["country"],
            id=new["id"],
            organization_created=plan.new_organizations.get(new["organization_id"]),
            seats_left=left,
        ),
    )


def _taking_over(old: Enrollment, wanted: NewEnrollment) -> NewEnrollment:
    """The wanted person in the old one's place; an organization of their own is looked for in the country that they represent."""
    country, office = wanted.country or old.country, wanted.organization
    return replace(
        wanted,
        country=country,
        category=old.category,
        status=old.status,
        funder=old.funder,
        organization=office and replace(office, country=office.country or country),
        organization_id=None if office else old.organization_id,
        replaces=old.id,
    )


def _namesake(store: Store, edition: EditionRef, wanted: NewEnrollment) -> Standing | None:
    """Who has the same name in the edition, for another country: the country that is taken over tells nobody apart."""
    if wanted.country or wanted.person.email:
        return None
    name = fold(wanted.person.full_name)
    for one in list_roster(store, edition, STATUSES, level="strong"):
        if name and fold(one.name) == name:
            return Standing(one.id, one.person, one.status, one.number, one.country)
    return None


def _in_already(edition: EditionRef, old: Enrollment, there: Standing) -> AlreadyEnrolled:
    """Nobody has two places; who waits or has withdrawn can be accepted when the seat is free."""
    wording = _TO_BE_ACCEPTED if there.status in MOVES["accept"].before else _IN_ALREADY
    return AlreadyEnrolled(
        wording,
        name=there.person.name,
        edition=edition.reference,
        status=Word(there.status),
        old=old.who,
        new=who_is(there.number, there.person.name),
    )


_IN_ALREADY = N_(
    "{name} is in {edition} already, as {status}; nothing was changed. Somebody else of that name needs --email."
)
_TO_BE_ACCEPTED = N_(
    "{name} is in {edition} already, as {status}; nothing was changed. To give them the seat: "
    "coursectl roster withdraw {old} -e {edition}; then: coursectl roster accept {new} -e {edition}. "
    "Somebody else of that name needs --email."
)


def _standing(one: Enrollment, status: str, number: int | None, seats_left: int | None = None) -> Enrolled:
    return Enrolled(status, one.person, one.edition, number, one.country, one.id, seats_left=seats_left)


def set_outcomes_statements(edition: EditionRef, outcomes: Sequence[Outcome]) -> list[Statement]:
    """The statements that give enrollments their outcomes; each must still have the status that is expected.

    They go before the one that closes the edition. Raises MoveRefused for what no closing can write; the batch raises
    MovedMeanwhile where somebody was moved since.
    """
    for _id, before, after, _reason in outcomes:
        if before not in MOVES["close"].before or after not in MOVES["close"].after:
            raise MoveRefused(_NO_OUTCOME, edition=edition.reference, before=Word(before), after=Word(after))
    return _move_statements(edition, outcomes)


_NO_OUTCOME = N_("{edition}: whoever is {before} can't become {after} when the edition is closed.")


def check_move(one: Enrollment, verb: str) -> None:
    """Raises MoveRefused where the enrollment can't be moved so."""
    if one.status not in MOVES[verb].before:
        possible = "; ".join(_typed(one, name) for name in possible_moves(one.status))
        raise MoveRefused(name=one.name, status=Word(one.status), edition=one.edition, verb=verb, possible=possible)


def _typed(one: Enrollment, verb: str) -> str:
    """The command that makes a move: `coursectl roster confirm 7 -e ICIM-37`."""
    if verb == "close":
        return f"coursectl edition close {one.edition}"
    return f"coursectl roster {verb} {one.who}{' NEW' if verb == 'replace' else ''} -e {one.edition}"


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
