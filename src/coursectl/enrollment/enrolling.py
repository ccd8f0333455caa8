"""Enrolling: one person and 10,000 go the same way, in one batch whose rules are the store's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from coursectl.editions import EditionRef
from coursectl.enrollment.differing import Difference
from coursectl.enrollment.planning import NewEnrollment, Plan, Problem, Standing, plan_enrollments
from coursectl.enrollment.roster import who_is
from coursectl.enrollment.seats import Asked, Seats, asked_of, full_told, get_seats
from coursectl.enrollment.statuses import AWAY, AlreadyEnrolled, CameBack, way_back
from coursectl.errors import CourseError, Refused, Word
from coursectl.people import Decide, DecideOffice, Likely, PersonRef
from coursectl.store import Act, Row, Statement, Store, as_json
from coursectl.store.triggers import SEATED


@dataclass(frozen=True)
class Enrolled:
    """Where one person stands now. `organization_created`: the label of their office, where the store hadn't known it.

    `already`: they were in the edition before; `unchanged`: and nothing was written of them. `number` None: no participant number yet. `namesakes`
    are known by the same name, and were taken for others. `quota_full`: what has all its places, where they wait for that.
    `differences`: what was said of somebody, and isn't so in the store; `written`: what was, and is so now. `filled`: the fields of
    the person, known before, that were empty and are no more.
    """

    status: str
    person: PersonRef
    edition: str
    number: int | None
    country: str | None
    id: int
    organization_created: str | None = None
    unchanged: bool = False
    seats_left: int | None = None
    namesakes: tuple[Likely, ...] = ()
    quota_full: str | None = None
    differences: tuple[Difference, ...] = ()
    written: tuple[Difference, ...] = ()
    filled: tuple[str, ...] = ()
    already: bool = False


@dataclass(frozen=True)
class EnrolledList:
    """What became of a list: `enrolled` got what was asked for, `waitlisted` came after the last seat.

    `unchanged` were in the edition before, and so were those who are `changed`, of whom something was written.
    `skipped` is how many rows of a file were bad and put aside; `seats_left` None: without limit.
    """

    edition: str
    enrolled: tuple[Enrolled, ...]
    unchanged: tuple[Enrolled, ...]
    waitlisted: tuple[Enrolled, ...]
    organizations_created: tuple[str, ...]
    seats_left: int | None
    skipped: int = 0
    changed: tuple[Enrolled, ...] = ()

    @property
    def before(self) -> tuple[Enrolled, ...]:
        """Those who were in the edition before."""
        return (*self.unchanged, *self.changed)


# Somebody else made the same person, organization or enrollment between the reading and the writing: read again.
_MADE_MEANWHILE = frozenset({"organization_once", "person_once", "column_map_once", AlreadyEnrolled.rule})
_ATTEMPTS = 12


def enroll(
    store: Store,
    edition: EditionRef,
    wanted: NewEnrollment,
    act: Act,
    *,
    waiting_list: bool = False,
    near: Decide | None = None,
    office: DecideOffice | None = None,
) -> Enrolled:
    """Enroll one person. Where the edition is full and keeps a waiting list, `waiting_list` takes a place on it.

    `near` decides of who only looks like somebody who is known; None: who isn't known is new. `office` decides of organizations.

    Somebody who is in the edition already is given back unchanged. Raises NoSeatLeft, NoWaitingList, EditionClosed,
    CountryNotStated, CameBack for who has withdrawn or declined, and what `match_people` refuses.
    """

    def also(plan: Plan) -> Sequence[Statement]:
        refuse_away(edition, plan)
        return ()

    done = enroll_all(store, edition, [wanted], act, waiting_list=waiting_list, also=also, near=near, office=office)
    return (*done.enrolled, *done.waitlisted, *done.before)[0]


def refuse_away(edition: EditionRef, plan: Plan) -> None:
    """Raise CameBack for the first who has withdrawn or declined, before anything is written of them."""
    for one in plan.unchanged:
        if one.status in AWAY:
            who, verb = who_is(one.number, one.person.name), way_back(one.status)
            raise CameBack(name=one.person.name, status=Word(one.status), edition=edition.reference, who=who, verb=verb)


def enroll_all(
    store: Store,
    edition: EditionRef,
    wanted: Sequence[NewEnrollment],
    act: Act,
    *,
    waiting_list: bool = False,
    refuse: Callable[[Sequence[Problem]], CourseError] | None = None,
    also: Callable[[Plan], Sequence[Statement]] | None = None,
    correcting: bool = False,
    near: Decide | None = None,
    office: DecideOffice | None = None,
) -> EnrolledList:
    """Enroll all of them in one batch, or nobody. `refuse` makes the error for what is wrong with some; else the first is raised.
    `also` gives what else is to be written with it, `correcting` those who are in the edition already; `near` decides of who
    only looks like somebody who is known.

    People who are in the edition already, in whatever status, are unchanged, so that doing it twice is harmless. Raises
    NoSeatLeft, NoWaitingList, EditionClosed, and what is wrong with a person.
    """
    near, office = once(near), once(office)
    for attempt in range(1, _ATTEMPTS + 1):
        plan = plan_enrollments(
            store, edition, wanted, act, waiting_list=waiting_list, correcting=correcting, near=near, office=office
        )
        if plan.problems:
            raise refuse(plan.problems) if refuse else plan.problems[0].refusal
        if also is not None:
            plan = replace(plan, statements=(*plan.statements, *also(plan)))
        try:
            return _carry_out(store, edition, plan, act, waiting_list=waiting_list)
        except Refused as error:
            if error.rule not in _MADE_MEANWHILE or attempt == _ATTEMPTS:
                raise
    raise AssertionError  # pragma: no cover - the last attempt returns or raises


_One = TypeVar("_One")
_Known = TypeVar("_Known")
_Decision = TypeVar("_Decision")


def once(
    decide: Callable[[_One, Sequence[_Known]], _Decision] | None,
) -> Callable[[_One, Sequence[_Known]], _Decision] | None:
    """The same decisions, each asked for once, however often the list is planned."""
    if decide is None:
        return None
    decided: dict[str, _Decision] = {}

    def decide_once(one: _One, found: Sequence[_Known]) -> _Decision:
        key = repr((one, found))
        if key not in decided:
            decided[key] = decide(one, found)
        return decided[key]

    return decide_once


def _carry_out(store: Store, edition: EditionRef, plan: Plan, act: Act, *, waiting_list: bool) -> EnrolledList:
    seats = get_seats(store, edition) if act.dry_run else None
    if plan.statements:
        with full_told(store, edition, _asked(plan.rows), may_wait=True):
            store.apply(act.operation(f"enroll {edition.reference}", plan.statements))
    if seats is not None:
        read, after = _foreseen(store, edition, plan.rows, seats, waiting_list=waiting_list)
    else:
        read, after = _read_back_with_seats(store, edition, [row["id"] for row in plan.rows])
    done = [_enrolled(edition, plan, row, read[row["id"]], after) for row in plan.rows]
    asked = {row["id"]: row["status"] for row in plan.rows}
    before = [_before(edition, plan, there, after) for there in plan.unchanged]
    return EnrolledList(
        edition=edition.reference,
        enrolled=tuple(one for one in done if one.status == asked[one.id] and one.quota_full is None),
        unchanged=tuple(one for one in before if one.unchanged),
        waitlisted=tuple(one for one in done if one.status != asked[one.id] or one.quota_full is not None),
        organizations_created=tuple(plan.new_organizations.values()),
        seats_left=after,
        changed=tuple(one for one in before if not one.unchanged),
    )


def _before(edition: EditionRef, plan: Plan, there: Standing, seats_left: int | None) -> Enrolled:
    """Who was in the edition before."""
    filled = plan.filled.get(there.person.id, ())
    return Enrolled(
        there.status, there.person, edition.reference, there.number, there.country, there.id,
        unchanged=not filled, seats_left=seats_left, filled=filled, already=True,
    )  # fmt: skip


def _enrolled(edition: EditionRef, plan: Plan, row: Row, read: Row, seats_left: int | None) -> Enrolled:
    return Enrolled(
        status=read["status"],
        person=plan.people[row["person_id"]],
        edition=edition.reference,
        number=read["number"],
        country=row["country"],
        id=row["id"],
        organization_created=plan.new_organizations.get(row["organization_id"]),
        seats_left=seats_left,
        namesakes=plan.namesakes.get(row["person_id"], ()),
        quota_full=plan.full.get(row["id"]),
        filled=plan.filled.get(row["person_id"], ()),
    )


def read_back(store: Store, ids: Iterable[int]) -> Mapping[int, Row]:
    """The statuses and numbers that a batch gave, by the ids it made or moved."""
    rows = store.read(
        "SELECT id, status, number FROM enrollment WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": as_json(list(ids))},
        level="strong",
    )
    return {row["id"]: row for row in rows}


def _read_back_with_seats(
    store: Store, edition: EditionRef, ids: Sequence[int]
) -> tuple[Mapping[int, Row], int | None]:
    """The same with the seats left, in one question: a cluster answers each with a trip to its leader."""
    if not ids:
        return {}, get_seats(store, edition).left
    one = len(ids) == 1  # most often, and without JSON it takes half the time
    rows = store.read(
        "SELECT id, status, number, (SELECT max - taken + extra FROM seat_count WHERE edition_id = :edition_id AND kind = 'edition')"
        f" AS left FROM enrollment WHERE id {'= :ids' if one else 'IN (SELECT value FROM json_each(:ids))'}",
        {"ids": ids[0] if one else as_json(ids), "edition_id": edition.id},
        level="strong",
    )
    return {row["id"]: row for row in rows}, rows[0]["left"]


def _asked(rows: Sequence[Row]) -> list[Asked]:
    """The seats that the rows would take."""
    return [asked_of(row) for row in rows if row["status"] in SEATED and row["over_quota"] is None]


def _foreseen(
    store: Store, edition: EditionRef, rows: Sequence[Row], seats: Seats, *, waiting_list: bool
) -> tuple[Mapping[int, Row], int | None]:
    """What the batch would have given, for a dry run that left nothing to read back; and the seats left then."""
    last = last_number(store, edition)
    left = seats.left
    read: dict[int, Row] = {}
    for row in rows:
        status, number = row["status"], None
        if status in SEATED and waiting_list and left == 0:
            status = "waitlisted"
        elif status in SEATED:
            last += 1
            number = last
            left = left if left is None or row["over_quota"] else left - 1
        read[row["id"]] = {"status": status, "number": number}
    return read, left


def last_number(store: Store, edition: EditionRef) -> int:
    """The highest participant number that was given in the edition, 0 for none."""
    rows = store.read(
        "SELECT coalesce(max(number), 0) AS number FROM enrollment WHERE edition_id = :edition_id",
        {"edition_id": edition.id},
    )
    number: int = rows[0]["number"]
    return number
