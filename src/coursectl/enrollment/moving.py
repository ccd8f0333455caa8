"""Moving people from status to status, replacing one by another, and writing outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from coursectl.editions import EditionRef, get_edition, open_edition_rule
from coursectl.enrollment.enrolling import Enrolled, last_number, read_back
from coursectl.enrollment.meanwhile import moved_told
from coursectl.enrollment.roster import Enrollment, by_family_name, each_once, get_enrollments, list_roster
from coursectl.enrollment.seats import Room, full_told, get_seats, list_quotas, read_over_quota
from coursectl.enrollment.statuses import (
    COMING,
    FULL,
    MOVES,
    SQL_SEATED,
    MovedMeanwhile,
    MoveRefused,
    NoSeatLeft,
    possible_moves,
)
from coursectl.enrollment.waiting import asked_by, first_fitting, keeps_waiting_list, list_taken_next
from coursectl.errors import N_, Refused, Word
from coursectl.people import PersonRef
from coursectl.store import Act, Statement, Store, as_json, expect_true
from coursectl.store.triggers import SEATED
from coursectl.tables import clean

Outcome = tuple[int, str, str, str | None]
"""The id of an enrollment, the status it has, the one it gets, and the reason in a sentence."""


@dataclass(frozen=True)
class Rule:
    """Whom a move is about, where nobody is named: all whose status allows it and who meet every condition.

    `country` is an alpha-2 code, `nominated_by` the id of an organization, `reserve` whether they are reserve candidates.
    """

    country: str | None = None
    nominated_by: int | None = None
    reserve: bool | None = None
    status: str | None = None

    def fits(self, one: Enrollment) -> bool:
        """Whether the rule is about this enrollment."""
        return (
            self.country in (None, one.country)
            and self.nominated_by in (None, one.nominated_by_id)
            and self.reserve in (None, one.reserve)
            and self.status in (None, one.status)
        )


@dataclass(frozen=True)
class Moved:
    """What became of the people who were to be moved. `unchanged` were there already.

    `promoted` got a seat that fell free, where the edition gives it to the next who waits; else `next` is who that is.
    """

    edition: str
    moved: tuple[Enrolled, ...]
    unchanged: tuple[Enrolled, ...]
    seats_left: int | None
    promoted: tuple[Enrolled, ...] = ()
    next: PersonRef | None = None
    organizations_created: tuple[str, ...] = ()


def move(
    store: Store,
    edition: EditionRef,
    whom: Sequence[str] | Rule,
    verb: str,
    act: Act,
    *,
    reason: str | None = None,
    over_quota: str | None = None,
    also: Sequence[Statement] = (),
) -> Moved:
    """Move people by number, e-mail or name, or all that a rule is about: all of them, or nobody.

    `verb` is a key of `MOVES` that leads to one status. Who has that status already is unchanged; without anybody else nothing
    is written. `over_quota` is why they may sit beside all maximums, `also` is written with the move. Raises Usage, NotFound, Ambiguous, MoveRefused, MovedMeanwhile,
    NoSeatLeft, QuotaFull, NoWaitingList, EditionClosed, and NobodyToMove for a rule that is about nobody.
    """
    reason_of_guest = read_over_quota(over_quota)
    chosen = _chosen(store, edition, whom, verb)
    return _carry_out(
        store,
        edition,
        chosen,
        verb,
        act,
        reason=clean(reason or "") or None,
        over_quota=reason_of_guest,
        also=also,
    )


def _carry_out(
    store: Store,
    edition: EditionRef,
    chosen: Sequence[Enrollment],
    verb: str,
    act: Act,
    *,
    reason: str | None = None,
    over_quota: str | None = None,
    also: Sequence[Statement] = (),
) -> Moved:
    (to,) = MOVES[verb].after
    moving = [one for one in chosen if one.status != to]
    for one in moving:
        check_move(one, verb)
    room = Room(get_seats(store, edition), list_quotas(store, edition))
    following = _following(store, edition, moving, to, room)
    promoted = following if _promotes_itself(store, edition) else []
    if moving:
        statements = [
            open_edition_rule(edition),
            *also,
            *([keeps_waiting_list(edition)] if to == "waitlisted" else []),
            *move_statements(edition, [(one.id, one.status, to, reason, over_quota) for one in moving]),
            *move_statements(edition, [(one.id, one.status, "accepted", None) for one in promoted]),
        ]
        asked = [asked_by(one) for one in moving if to in SEATED and one.status not in SEATED and not over_quota]
        with full_told(store, edition, asked), moved_told(store, edition, [*moving, *promoted]):
            store.apply(act.operation(f"roster {verb} {edition.reference}", statements))
    moves = [*((one, to) for one in moving), *((one, "accepted") for one in promoted)]
    left = _left_after(store, edition, moves, act, over_quota=over_quota)
    numbers = _numbers(store, edition, moves, act)
    named = None if promoted or not following else following[0].person
    return Moved(
        edition=edition.reference,
        moved=tuple(standing(one, to, numbers[one.id], left) for one in moving),
        unchanged=tuple(
            replace(standing(one, to, one.number, left), unchanged=True) for one in chosen if one.status == to
        ),
        seats_left=left,
        promoted=tuple(standing(one, "accepted", numbers[one.id], left) for one in promoted),
        next=named,
    )


def promote(store: Store, edition: EditionRef, act: Act, *, count: int | None = 1) -> Moved:
    """Accept the first `count` who wait and for whom there is a seat and a place in their quotas; None: all who fit.

    Raises NobodyToMove where nobody waits and where all who wait are of full quotas, and NoSeatLeft.
    """
    waiting = list_taken_next(store, edition)
    if not waiting:
        raise NobodyToMove(N_("Nobody waits for a seat in {edition}."), edition=edition.reference)
    seats, quotas = get_seats(store, edition), list_quotas(store, edition)
    chosen = first_fitting(waiting, Room(seats, quotas), count)
    if not chosen and seats.left != 0:
        raise NobodyToMove(N_("Nobody who waits for {edition} has room in their quotas. See: coursectl edition quota {edition}"), edition=edition.reference)  # fmt: skip
    # Where there is no seat the first is asked for all the same, and the store says how full it is.
    return _carry_out(store, edition, chosen or waiting[:1], "promote", act)


def move_all(
    store: Store,
    edition: EditionRef,
    moves: Sequence[tuple[str, Sequence[Enrollment]]],
    act: Act,
    reasons: Mapping[int, str],
) -> Mapping[str, Moved]:
    """Several moves, each of the people it names, in one operation; what became of them, by move.

    `reasons` are by the ids of the enrollments.

    Raises what `move` raises. Whoever could be moved so is checked by the caller.
    """
    todo = [
        (verb, MOVES[verb].after[0], one)
        for verb, people in moves
        for one in _numbered_in_order(store, edition, people, MOVES[verb].after[0])
        if one.status != MOVES[verb].after[0]
    ]
    if todo:
        statements = [
            open_edition_rule(edition),
            *([keeps_waiting_list(edition)] if any(to == "waitlisted" for _verb, to, _one in todo) else []),
            *move_statements(edition, [(one.id, one.status, to, reasons.get(one.id)) for _verb, to, one in todo]),
        ]
        asked = [asked_by(one) for _verb, to, one in todo if to in SEATED and one.status not in SEATED]
        with full_told(store, edition, asked), moved_told(store, edition, [one for _verb, _to, one in todo]):
            store.apply(act.operation(f"roster propose {edition.reference}", statements))
    pairs = [(one, to) for _verb, to, one in todo]
    left, numbers = _left_after(store, edition, pairs, act), _numbers(store, edition, pairs, act)
    return {
        verb: Moved(
            edition.reference,
            tuple(standing(one, to, numbers[one.id], left) for name, to, one in todo if name == verb),
            tuple(
                replace(standing(one, one.status, one.number, left), unchanged=True)
                for one in people
                if one.status == MOVES[verb].after[0]
            ),
            left,
        )
        for verb, people in moves
    }


def can_promote(store: Store, edition: EditionRef) -> bool:
    """Whether there is a seat for somebody who waits, and room in their quotas."""
    waiting = list_taken_next(store, edition)
    return bool(waiting and first_fitting(waiting, Room(get_seats(store, edition), list_quotas(store, edition)), 1))


def list_fitting(store: Store, edition: EditionRef, seats: int | None) -> list[Enrollment]:
    """Who of those that wait would get a seat if the edition had so many; None: without limit."""
    room = Room(replace(get_seats(store, edition), seats=seats), list_quotas(store, edition))
    return first_fitting(list_taken_next(store, edition), room, None)


def promoting_statements(edition: EditionRef, people: Sequence[Enrollment]) -> list[Statement]:
    """What gives seats to these who wait, as a part of a batch. It raises MovedMeanwhile, NoSeatLeft."""
    return move_statements(edition, [(one.id, one.status, "accepted", None) for one in people])


class NobodyToMove(Refused):
    """The rule that says whom to move is about nobody."""

    rule = "somebody_to_move"
    wording = N_(
        "Nobody in {edition} fits that; nothing was changed. Look with: coursectl roster list -e {edition} --all"
    )


def _chosen(store: Store, edition: EditionRef, whom: Sequence[str] | Rule, verb: str) -> list[Enrollment]:
    if not isinstance(whom, Rule):
        return get_enrollments(store, edition, whom)
    chosen = [one for one in list_roster(store, edition, MOVES[verb].before, level="strong") if whom.fits(one)]
    if MOVES[verb].after[0] in COMING:  # a rule means people, each once
        chosen = each_once([one for one in chosen if not one.erased and not one.sits_elsewhere])
    if not chosen:
        raise NobodyToMove(edition=edition.reference)
    return _numbered_in_order(store, edition, chosen, MOVES[verb].after[0])


def _numbered_in_order(store: Store, edition: EditionRef, people: Sequence[Enrollment], to: str) -> list[Enrollment]:
    """Who gets numbers at once, and wasn't named one by one, gets them by family name in the edition's language."""
    if to not in SEATED or len(people) <= 1:
        return list(people)
    return by_family_name(people, next(iter(get_edition(store, edition).languages), "en"))


def _following(
    store: Store, edition: EditionRef, moving: Sequence[Enrollment], to: str, room: Room
) -> list[Enrollment]:
    """Who is next for the seats that the move sets free, one for each."""
    leaving = [one for one in moving if one.status in SEATED and to not in SEATED and not one.over_quota]
    if not leaving:
        return []
    for one in leaving:
        room.free(asked_by(one))
    staying = [one for one in list_taken_next(store, edition) if one.id not in {other.id for other in moving}]
    return first_fitting(staying, room, len(leaving))


def _promotes_itself(store: Store, edition: EditionRef) -> bool:
    rows = store.read(
        "SELECT auto_promote FROM edition WHERE id = :edition_id", {"edition_id": edition.id}, level="strong"
    )
    return bool(rows and rows[0]["auto_promote"])


_Moves = Sequence[tuple[Enrollment, str]]


def _left_after(
    store: Store, edition: EditionRef, moves: _Moves, act: Act, *, over_quota: str | None = None
) -> int | None:
    """The seats that are left after the moves; those that they would have left, for a dry run."""
    left = get_seats(store, edition).left
    if left is None or not act.dry_run:
        return left
    return left + sum(
        (one.status in SEATED and not one.over_quota) - (to in SEATED and not over_quota) for one, to in moves
    )


def _numbers(store: Store, edition: EditionRef, moves: _Moves, act: Act) -> Mapping[int, int | None]:
    """The participant numbers after the moves; those that they would have given, for a dry run."""
    if not act.dry_run:
        return {key: row["number"] for key, row in read_back(store, [one.id for one, _to in moves]).items()}
    fresh = count(last_number(store, edition) + 1)
    return {one.id: next(fresh) if one.number is None and to in SEATED else one.number for one, to in moves}


def standing(one: Enrollment, status: str, number: int | None, seats_left: int | None = None) -> Enrolled:
    """What became of an enrollment, as answers tell it."""
    return Enrolled(status, one.person, one.edition, number, one.country, one.id, seats_left=seats_left)


@dataclass(frozen=True)
class Leaving:
    """The statements by which people give their places up, and who gets them, or is `next` to be asked."""

    statements: tuple[Statement, ...]
    promoted: tuple[PersonRef, ...]
    next: PersonRef | None


def leaving_statements(store: Store, edition: EditionRef, leaving: Sequence[Enrollment]) -> Leaving:
    """What makes these withdraw, as a part of a batch; who waits comes after them where the edition says so."""
    room = Room(get_seats(store, edition), list_quotas(store, edition))
    following = _following(store, edition, leaving, "withdrawn", room)
    promoted = following if _promotes_itself(store, edition) else []
    statements = [
        *move_statements(edition, [(one.id, one.status, "withdrawn", None) for one in leaving]),
        *move_statements(edition, [(one.id, one.status, "accepted", None) for one in promoted]),
    ]
    named = None if promoted or not following else following[0].person
    return Leaving(tuple(statements), tuple(one.person for one in promoted), named)


def set_outcomes_statements(edition: EditionRef, outcomes: Sequence[Outcome]) -> list[Statement]:
    """The statements that give enrollments their outcomes; each must still have the status that is expected.

    They go before the one that closes the edition. Raises MoveRefused for what no closing can write; the batch raises
    MovedMeanwhile where somebody was moved since.
    """
    for _id, before, after, _reason in outcomes:
        if before not in MOVES["close"].before or after not in MOVES["close"].after:
            raise MoveRefused(_NO_OUTCOME, edition=edition.reference, before=Word(before), after=Word(after))
    return move_statements(edition, outcomes)


_NO_OUTCOME = N_("{edition}: whoever is {before} can't become {after} when the edition is closed.")


def check_move(one: Enrollment, verb: str) -> None:
    """Raises MoveRefused where the enrollment can't be moved so."""
    if one.erased and MOVES[verb].after[0] in COMING:
        raise MoveRefused(_ERASED, name=one.name, edition=one.edition)
    if one.status not in MOVES[verb].before:
        possible = "; ".join(_typed(one, name) for name in possible_moves(one.status))
        raise MoveRefused(name=one.name, status=Word(one.status), edition=one.edition, verb=verb, possible=possible)


_ERASED = N_("{name} was erased: whoever isn't known any more isn't taken in, and {edition} stays as it is.")


def _typed(one: Enrollment, verb: str) -> str:
    """The command that makes a move: `coursectl roster confirm 7 -e ICIM-37`."""
    if verb == "close":
        return f"coursectl edition close {one.edition}"
    if verb == "promote":
        return f"coursectl roster promote -e {one.edition}"
    return f"coursectl roster {verb} {one.who}{' NEW' if verb == 'replace' else ''} -e {one.edition}"


_MOVE = f"""
UPDATE enrollment SET status = given.after, reason = given.reason, number = coalesce(enrollment.number, given.number),
  wait_order = given.wait_order,
  over_quota = CASE WHEN given.after NOT IN ({SQL_SEATED}) THEN NULL
    WHEN enrollment.status IN ({SQL_SEATED}) THEN enrollment.over_quota ELSE given.over_quota END
FROM (
  SELECT moving.id, value ->> '$[1]' AS before, value ->> '$[2]' AS after, value ->> '$[3]' AS reason, value ->> '$[4]' AS over_quota,
    CASE WHEN moving.number IS NULL AND value ->> '$[2]' IN ({SQL_SEATED})
      THEN last_number + row_number() OVER (PARTITION BY moving.number IS NULL AND value ->> '$[2]' IN ({SQL_SEATED}) ORDER BY key)
      END AS number,
    CASE value ->> '$[2]' WHEN 'waitlisted' THEN last_waiting + row_number() OVER (PARTITION BY value ->> '$[2]' ORDER BY key) END
      AS wait_order
  FROM json_each(:moves) JOIN enrollment AS moving ON moving.id = value ->> '$[0]' AND moving.edition_id = :edition_id,
    (SELECT coalesce(max(number), 0) AS last_number, coalesce(max(wait_order), 0) AS last_waiting
      FROM enrollment WHERE edition_id = :edition_id)
) AS given
WHERE enrollment.id = given.id AND enrollment.status = given.before
"""


def move_statements(
    edition: EditionRef, moves: Sequence[Outcome | tuple[int, str, str, str | None, str | None]]
) -> list[Statement]:
    """One UPDATE for all moves, and the expectation that each found the status it was read with.

    A move may have a fifth member: why who gets a seat may sit beside the quotas.
    """
    if not moves:
        return []
    full = NoSeatLeft(FULL, edition=edition.reference)
    return [
        Statement(_MOVE, {"edition_id": edition.id, "moves": as_json(moves)}, NoSeatLeft.rule, {NoSeatLeft.rule: full}),
        expect_true(
            "changes() = :moved", {"moved": len(moves)}, MovedMeanwhile.rule, MovedMeanwhile(edition=edition.reference)
        ),
    ]
