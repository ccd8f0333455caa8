"""What enrolling takes: people and organizations matched, what is wrong found, and one INSERT for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coursectl.editions import EditionRef, open_edition_rule
from coursectl.enrollment.statuses import (
    SQL_SEATED,
    AlreadyEnrolled,
    CountryNotStated,
    NoSeatLeft,
    NoWaitingList,
)
from coursectl.errors import N_, CourseError
from coursectl.people import NewOrganization, NewPerson, PersonRef, match_organizations, match_people
from coursectl.store import Act, Row, Statement, Store, as_json, expect_true, new_id


@dataclass(frozen=True)
class NewEnrollment:
    """Somebody who is to be enrolled.

    `country` is the alpha-2 code of the one represented; None: the known person's nationality, or none for international
    staff. `organization` is matched or made; `organization_id` names one that is there, and goes first. `status` is one
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
class Problem:
    """Why somebody can't be enrolled: their place in the sequence, the field, and an untranslated wording."""

    place: int
    field: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Standing:
    """An enrollment that was there before."""

    id: int
    person: PersonRef
    status: str
    number: int | None
    country: str | None


@dataclass(frozen=True)
class Plan:
    """What enrolling takes: `statements` to apply, unless there are `problems`. `rows` are what the INSERT gets."""

    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]
    people: Mapping[int, PersonRef]
    unchanged: tuple[Standing, ...]
    new_organizations: Mapping[int, str]
    problems: tuple[Problem, ...]


_INSERT = f"""
INSERT INTO enrollment
  (id, edition_id, person_id, status, number, country, organization_id, post, sex, category, funder, replaces, enrolled_at)
SELECT id, :edition_id, person_id, status,
  CASE WHEN status IN ({SQL_SEATED})
    THEN last_number + row_number() OVER (PARTITION BY status IN ({SQL_SEATED}) ORDER BY place) END,
  country, organization_id, post, coalesce(sex, (SELECT person.sex FROM person WHERE person.id = person_id)), category,
  funder, replaces, :now
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
# Free seats and the last number are read before the first row goes in: SQLite puts the whole SELECT aside when the table
# that it fills has triggers. A limit of NULL compares as NULL, so nobody waits.


def plan_enrollments(
    store: Store, edition: EditionRef, wanted: Sequence[NewEnrollment], act: Act, *, waiting_list: bool = False
) -> Plan:
    """What enrolling `wanted` in `edition` takes; the caller applies the statements. The edition may be made in the same batch.

    There are statements only for who isn't in the edition yet, and for what isn't known yet of a known person. Seats,
    numbers and who waits are decided by the batch. The batch may raise NoSeatLeft (its sentence lacks the figures;
    `enroll_all` gives them), NoWaitingList, EditionClosed, CountryNotStated, AlreadyEnrolled.
    """
    matched = match_people(store, [one.person for one in wanted])
    standing = _standing(store, edition)
    known = _nationalities(store, wanted, matched.people)
    completed = [
        one if one.country or one.category == "international_staff" else replace(one, country=known.get(person.id))
        for one, person in zip(wanted, matched.people, strict=True)
    ]
    problems = tuple(_problems(completed, matched.people, standing))
    fresh = [
        (one, person) for one, person in zip(completed, matched.people, strict=True) if person.id not in standing
    ]
    offices = _offices(store, [one for one, _person in fresh])
    rows = [
        _row(one, person, office) for (one, person), office in zip(fresh, offices.ids, strict=True)
    ]
    return Plan(
        statements=(
            *matched.statements,
            *offices.statements,
            *_insert(edition, rows, act, waiting_list=waiting_list),
        ),
        rows=tuple(rows),
        people={person.id: person for person in matched.people},
        unchanged=tuple(standing[person.id] for person in matched.people if person.id in standing),
        new_organizations=offices.new,
        problems=problems,
    )


def refusal_of(problem: Problem) -> CourseError:
    """The error for a problem of one person who was named on the command line."""
    raise NotImplementedError


def _insert(edition: EditionRef, rows: Sequence[Row], act: Act, *, waiting_list: bool) -> Iterator[Statement]:
    if not rows:
        return
    facts = {"edition": edition.reference}
    yield open_edition_rule(edition)
    if waiting_list:
        yield expect_true(
            "SELECT waiting_list FROM edition WHERE id = :edition_id",
            {"edition_id": edition.id},
            NoWaitingList.rule,
            NoWaitingList(**facts),
        )
    errors = (NoSeatLeft(taken="?", seats="?", **facts), CountryNotStated(name="?"), AlreadyEnrolled(**facts))
    yield Statement(
        _INSERT,
        {"edition_id": edition.id, "rows": as_json(rows), "may_wait": int(waiting_list), "now": act.now},
        AlreadyEnrolled.rule,
        {error.rule: error for error in errors},
    )
