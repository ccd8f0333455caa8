"""Enrolling: one person and 10,000 go the same way, in one batch whose rules are the store's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from coursectl.editions import EditionRef, open_edition_rule
from coursectl.enrollment.roster import Seats, get_seats
from coursectl.enrollment.statuses import (
    SQL_SEATED,
    AlreadyEnrolled,
    CountryNotStated,
    NoSeatLeft,
    NoWaitingList,
)
from coursectl.errors import N_, CourseError, Refused
from coursectl.people import NewOrganization, NewPerson, PersonRef, match_organizations, match_people
from coursectl.store import Act, Row, Statement, Store, Value, as_json, expect_true, new_id
from coursectl.store.triggers import SEATED

T = TypeVar("T")


@dataclass(frozen=True)
class NewEnrollment:
    """Somebody who is to be enrolled.

    `country` is the alpha-2 code of the one represented; None: the known person's nationality, or none for international
    staff. `organization` is matched or made; `organization_id` names one that is there and goes first. `status` is one
    of `ENTRY`, or whatever it was where history is imported. `replaces` is the id of the enrollment whose place it takes.
    """

    person: NewPerson
    country: str | None = None
    organization: NewOrganization | None = None
    post: str | None = None
    sex: str | None = None
    category: str = "official"
    status: str = "accepted"
    funder: str | None = None
    organization_id: int | None = None
    replaces: int | None = None


@dataclass(frozen=True)
class Enrolled:
    """What became of one person. `unchanged`: they were in the edition before, and nothing was changed."""

    status: str
    person: PersonRef
    edition: str
    number: int | None
    country: str | None
    id: int
    organization_created: str | None = None
    unchanged: bool = False
    seats_left: int | None = None


@dataclass(frozen=True)
class EnrolledList:
    """What became of a list. `enrolled` got what was asked for, `waitlisted` came after the last seat."""

    edition: str
    enrolled: tuple[Enrolled, ...]
    unchanged: tuple[Enrolled, ...]
    waitlisted: tuple[Enrolled, ...]
    organizations_created: tuple[str, ...]
    seats_left: int | None
    skipped: int = 0


@dataclass(frozen=True)
class Problem:
    """Why somebody can't be enrolled: their place in the sequence, the field, and an untranslated wording."""

    place: int
    field: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What enrolling would do, as it was read; the batch decides again. `rows` are those of the INSERT."""

    edition: EditionRef
    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]
    people: Mapping[int, PersonRef]
    unchanged: tuple[Enrolled, ...]
    organizations_created: tuple[str, ...]
    problems: tuple[Problem, ...]


_INSERT = f"""
INSERT INTO enrollment
  (id, edition_id, person_id, status, number, country, organization_id, post, sex, category, funder, replaces, enrolled_at)
SELECT id, :edition_id, person_id, status,
  CASE WHEN status IN ({SQL_SEATED}) THEN last_number + row_number() OVER (PARTITION BY status IN ({SQL_SEATED}) ORDER BY place) END,
  country, organization_id, post, coalesce(sex, (SELECT person.sex FROM person WHERE person.id = person_id)), category, funder,
  replaces, :now
FROM (
  SELECT key AS place, value ->> '$.id' AS id, value ->> '$.person_id' AS person_id, value ->> '$.country' AS country,
    value ->> '$.organization_id' AS organization_id, value ->> '$.post' AS post, value ->> '$.sex' AS sex,
    value ->> '$.category' AS category, value ->> '$.funder' AS funder, value ->> '$.replaces' AS replaces,
    CASE WHEN :may_wait AND value ->> '$.status' IN ({SQL_SEATED})
        AND row_number() OVER (PARTITION BY value ->> '$.status' IN ({SQL_SEATED}) ORDER BY key) > seats_free
      THEN 'waitlisted' ELSE value ->> '$.status' END AS status
  FROM json_each(:rows),
    (SELECT (SELECT max - taken FROM seat_count WHERE edition_id = :edition_id AND kind = 'edition') AS seats_free)
), (SELECT coalesce(max(number), 0) AS last_number FROM enrollment WHERE edition_id = :edition_id)
"""
# Seats left and the last number are read once, before the first row goes in: SQLite puts the whole SELECT aside when the
# table it fills has triggers or is read by it. A limit of NULL compares as NULL, so nobody waits.

# Somebody else made the same person, organization or enrollment between the reading and the writing: read again.
_MADE_MEANWHILE = frozenset({"organization_once", "person_once", "enrollment_once"})
_ATTEMPTS = 12


def enroll(store: Store, edition: EditionRef, wanted: NewEnrollment, act: Act, *, waiting_list: bool = False) -> Enrolled:
    """Enroll one person. Where the edition is full and keeps a waiting list, `waiting_list` takes a place on it.

    Somebody who is in the edition already is given back unchanged. Raises NoSeatLeft, NoWaitingList, EditionClosed,
    CountryNotStated, AlreadyEnrolled for who has withdrawn or declined, and what `match_people` refuses.
    """
    done = enroll_all(store, edition, [wanted], act, waiting_list=waiting_list)
    one = (*done.enrolled, *done.waitlisted, *done.unchanged)[0]
    if one.unchanged and one.status in AWAY:
        raise CameBack(name=one.person.name, edition=edition.reference, who=one.number or one.person.name)
    return one


def enroll_all(
    store: Store,
    edition: EditionRef,
    wanted: Sequence[NewEnrollment],
    act: Act,
    *,
    waiting_list: bool = False,
    refuse: Callable[[Sequence[Problem]], CourseError] | None = None,
) -> EnrolledList:
    """Enroll all of them in one batch, or nobody. `refuse` makes the error for what is wrong with some of them.

    Raises what `enroll` raises, except that people who are in the edition already, in whatever status, are unchanged.
    """
    for _attempt in range(_ATTEMPTS):
        plan = plan_enrollments(store, edition, wanted, act, waiting_list=waiting_list)
        if plan.problems:
            raise refuse(plan.problems) if refuse else refusal_of(plan.problems[0])
        try:
            return _carry_out(store, plan, act, waiting_list=waiting_list)
        except Refused as error:
            if _rule(error) not in _MADE_MEANWHILE:
                raise
            last = error
    raise last


def plan_enrollments(
    store: Store, edition: EditionRef, wanted: Sequence[NewEnrollment], act: Act, *, waiting_list: bool = False
) -> Plan:
    """What enrolling them takes, for the caller to apply: `statements`, unless there are `problems`.

    Statements are only for who isn't in the edition yet, and for what the store doesn't know yet of a known person.
    """
    raise NotImplementedError
