"""What enrolling takes: people and organizations matched, what is wrong found, and one INSERT for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursectl.editions import EditionRef, countries_then
from coursectl.enrollment.inserting import insert_statements
from coursectl.enrollment.seats import Quota, asked_of, beyond_quotas, list_quotas
from coursectl.enrollment.statuses import (
    CountryNotStated,
    QuotaFull,
)
from coursectl.errors import N_, CourseError
from coursectl.people import (
    Decide,
    DecideOffice,
    Likely,
    Matched,
    MatchedOrganizations,
    NewOrganization,
    NewPerson,
    OfficeFault,
    PersonRef,
    match_organizations,
    match_people,
    organization_label,
)
from coursectl.store import Act, Row, Statement, Store, as_json, new_id
from coursectl.store.triggers import SEATED


@dataclass(frozen=True)
class NewEnrollment:
    """Somebody who is to be enrolled.

    `country` is the alpha-2 code of the one represented; None: the known person's nationality, or none for international
    staff. `organization` is matched or made; `organization_id` names one that is there, and goes first. `status` is one
    of `ENTRY`, or whatever it was where history is imported. `replaces` is the id of the enrollment whose place it takes.
    `nominated_by` is the organization that puts them forward, `priority` their place in its order, `reserve` whether they
    are there in case a principal candidate doesn't come. `over_quota` is why they sit beside all maximums. `publish`:
    whether they agreed to the participants' directory; `needs`: diet and accessibility.
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
    nominated_by: NewOrganization | None = None
    priority: int | None = None
    reserve: bool | None = None
    over_quota: str | None = None
    publish: bool | None = None
    needs: str | None = None


@dataclass(frozen=True)
class Problem:
    """Why somebody can't be enrolled: their place in the sequence (from 0), the field, and an untranslated wording.

    `refusal` says the same of one person who was named on the command line.
    """

    place: int
    field: str
    reason: str
    facts: tuple[tuple[str, object], ...]
    refusal: CourseError


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
    """What enrolling takes: `statements` to apply, unless there are `problems`. `rows` are what the INSERT gets.

    `matched` is who each of the wanted is, in order; `standing` has, by their places, those who were in the edition before;
    `offices`, by place, the organization and who nominates; `namesakes`, by their ids, of those who are new, whoever is known
    by the same name and was taken for somebody else without asking; `full`, by the ids of rows that are put on the waiting list,
    what has all its places; `filled`, by the ids of people who were known, the fields of theirs that were empty.
    """

    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]
    people: Mapping[int, PersonRef]
    unchanged: tuple[Standing, ...]
    new_organizations: Mapping[int, str]
    problems: tuple[Problem, ...]
    matched: tuple[PersonRef, ...] = ()
    standing: Mapping[int, Standing] = field(default_factory=dict)
    offices: Mapping[int, tuple[int | None, int | None]] = field(default_factory=dict)
    namesakes: Mapping[int, tuple[Likely, ...]] = field(default_factory=dict)
    full: Mapping[int, str] = field(default_factory=dict)
    filled: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def plan_enrollments(
    store: Store,
    edition: EditionRef,
    wanted: Sequence[NewEnrollment],
    act: Act,
    *,
    waiting_list: bool = False,
    near: Decide | None = None,
    correcting: bool = False,
    office: DecideOffice | None = None,
) -> Plan:
    """What enrolling `wanted` in `edition` takes; the caller applies the statements. The edition may be made in the same batch.

    There are statements only for who isn't in the edition yet, and for what isn't known yet of a known person. Seats,
    numbers and who waits are decided by the batch; `near` decides of who only looks like somebody, `office` of an
    organization that can't be told from one that is known. The batch may raise
    NoSeatLeft (its sentence lacks the figures; `enroll_all` gives them), NoWaitingList, EditionClosed, AlreadyEnrolled. With
    `correcting` the organizations of those who are in the edition already are matched or made too.
    """
    matched = match_people(
        store, [_with_country(one) for one in wanted], near, lambda ids: _standing(store, edition, ids)
    )
    completed = _as_then(store, edition, _countries_completed(store, wanted, matched))
    standing = _standing(store, edition, [person.id for person in matched.people if person.id not in matched.new])
    unchanged = tuple(standing[person.id] for person in matched.people if person.id in standing)
    asked = [place for place, person in enumerate(matched.people) if correcting or person.id not in standing]
    offices = plan_offices(store, {place: completed[place] for place in asked}, office)
    new = {
        place: _row(completed[place], matched.people[place], *offices.ids[place])
        for place in asked
        if matched.people[place].id not in standing
    }
    problems = [*_problems(completed, matched, standing), *offices.problems]
    bad = {problem.place for problem in problems}
    asking = {place: row for place, row in new.items() if place not in bad}
    full = _full_quotas(store, edition, asking) if waiting_list or len(asking) > 1 else {}
    if not waiting_list:
        problems += _without_place(edition, matched, asking, full)
    if problems:
        return Plan((), (), {}, unchanged, {}, tuple(problems))
    rows = tuple({**row, "status": "waitlisted"} if place in full else row for place, row in new.items())
    inserting = insert_statements(edition, rows, act, waiting_list=waiting_list)
    return Plan(
        statements=(*matched.statements, *offices.statements, *inserting),
        rows=rows,
        people={person.id: person for person in matched.people},
        unchanged=unchanged,
        new_organizations=offices.new,
        problems=(),
        matched=matched.people,
        standing={place: standing[person.id] for place, person in enumerate(matched.people) if person.id in standing},
        offices=offices.ids,
        namesakes={matched.people[place].id: found for place, found in matched.namesakes.items()},
        full={new[place]["id"]: quota.label for place, quota in full.items()},
        filled={matched.people[place].id: fields for place, fields in matched.filled.items()},
    )


def _full_quotas(store: Store, edition: EditionRef, rows: Mapping[int, Row]) -> dict[int, Quota]:
    """Which of those who want a seat, by place, find a quota full, by what is taken now; the store has the last word."""
    asked = {
        place: asked_of(row) for place, row in rows.items() if row["status"] in SEATED and row["over_quota"] is None
    }
    return beyond_quotas(list_quotas(store, edition), asked) if asked else {}


def _without_place(
    edition: EditionRef, matched: Matched, rows: Mapping[int, Row], full: Mapping[int, Quota]
) -> Iterator[Problem]:
    for place, quota in full.items():
        row, asked = rows[place], sum(quota.covers(asked_of(other)) for other in rows.values())
        nominated = row["nominated_by"] is not None
        column = "country" if quota.kind != "organization" else "nominated_by" if nominated else "organization"
        facts = {"what": quota.label, "maximum": quota.maximum, "edition": edition.reference}
        refusal = QuotaFull(taken=quota.taken - quota.guests, asked=asked, **facts)
        yield Problem(place, column, _NO_PLACE, (*facts.items(), ("name", matched.people[place].name)), refusal)


_NO_PLACE = N_(
    "no place is left for {name}: {what} may have at most {maximum} in {edition}. Leave them out, or let them wait with --waiting-list"
)


def _with_country(one: NewEnrollment) -> NewPerson:
    """The person with the country that tells namesakes apart."""
    return one.person if one.person.country else replace(one.person, country=one.country)


def _as_then(store: Store, edition: EditionRef, wanted: list[NewEnrollment]) -> list[NewEnrollment]:
    """With the countries as they are called in the edition's year, or a former name would pass by a quota."""
    then = countries_then(store, edition, {one.country for one in wanted if one.country})
    return (
        [replace(one, country=then[one.country]) if one.country in then else one for one in wanted] if then else wanted
    )


def _countries_completed(store: Store, wanted: Sequence[NewEnrollment], matched: Matched) -> list[NewEnrollment]:
    """Who states no country represents their own, unless they are of an international organization."""
    lacking = [
        person.id
        for one, person in zip(wanted, matched.people, strict=True)
        if one.country is None and one.category != "international_staff"
    ]
    known: dict[int, str | None] = {}
    if lacking:
        rows = store.read(
            "SELECT id, nationality FROM person WHERE id IN (SELECT value FROM json_each(:ids))",
            {"ids": as_json(lacking)},
            level="strong",
        )
        known = {row["id"]: row["nationality"] for row in rows}
    lacks = frozenset(lacking)
    return [
        replace(one, country=one.person.nationality or known.get(person.id))
        if one.country is None and person.id in lacks
        else one
        for one, person in zip(wanted, matched.people, strict=True)
    ]


def _standing(store: Store, edition: EditionRef, people: Sequence[int]) -> dict[int, Standing]:
    """Which of these people are in the edition, in whatever status, by the id of the person that they are today."""
    if not people:
        return {}
    rows = store.read(
        "WITH named AS (SELECT value AS id FROM json_each(:people)),"
        " also AS (SELECT id FROM named UNION SELECT id FROM person WHERE merged_into IN (SELECT id FROM named))"
        " SELECT enrollment.id, canonical_id, name, status, number, enrollment.country"
        " FROM also CROSS JOIN enrollment ON enrollment.person_id = also.id AND edition_id = :edition_id"
        " JOIN canonical ON canonical.person_id = enrollment.person_id JOIN person ON person.id = canonical_id",
        {"edition_id": edition.id, "people": as_json(list(people))},
        level="strong",
    )
    return {
        row["canonical_id"]: Standing(
            row["id"], PersonRef(row["canonical_id"], row["name"]), row["status"], row["number"], row["country"]
        )
        for row in rows
    }


def _problems(wanted: Sequence[NewEnrollment], matched: Matched, standing: Mapping[int, Standing]) -> Iterator[Problem]:
    unmatched = {fault.place for fault in matched.faults}
    for fault in matched.faults:
        yield Problem(fault.place, fault.field, fault.reason, fault.facts, fault.error())
    for place, (one, person) in enumerate(zip(wanted, matched.people, strict=True)):
        settled = one.country is not None or one.category == "international_staff" or person.id in standing
        if not settled and place not in unmatched:
            yield Problem(place, "country", _NO_COUNTRY, (), CountryNotStated(name=person.name))


_NO_COUNTRY = N_("no country is stated; only international staff represent none")


@dataclass(frozen=True)
class PlannedOffices:
    """By place the ids of each one's organization and of the one that nominates; the labels of new ones; what makes them."""

    ids: Mapping[int, tuple[int | None, int | None]]
    new: Mapping[int, str] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()


def plan_offices(store: Store, wanted: Mapping[int, NewEnrollment], decide: DecideOffice | None) -> PlannedOffices:
    """The organizations of the wanted, by their places, found or made."""
    named = [
        (place, column, office)
        for place, one in wanted.items()
        for column, office in (
            ("organization", None if one.organization_id is not None else one.organization),
            ("nominated_by", one.nominated_by),
        )
        if office
    ]
    if not named:
        return PlannedOffices({place: (one.organization_id, None) for place, one in wanted.items()})
    matched = match_organizations(store, [office for _place, _column, office in named], decide)
    ids = {(place, column): found for (place, column, _office), found in zip(named, matched.ids, strict=True)}
    return PlannedOffices(
        {
            place: (ids.get((place, "organization"), one.organization_id), ids.get((place, "nominated_by")))
            for place, one in wanted.items()
        },
        {
            one.id: organization_label(one.acronym, one.name, "und")
            for one in matched.organizations
            if one.id in matched.new
        },
        matched.statements,
        tuple(
            Problem(*named[fault.place][:2], fault.reason, fault.facts, fault.error())
            for fault in _once(matched, named)
        ),
    )


def _once(matched: MatchedOrganizations, named: Sequence[tuple[int, str, NewOrganization]]) -> Iterator[OfficeFault]:
    """Where who nominates is also where somebody works, what is wrong with it is said once."""
    before = None
    for fault in matched.faults:
        place, _column, office = named[fault.place]
        if (place, office) != before:
            yield fault
        before = (place, office)


def _row(one: NewEnrollment, person: PersonRef, office: int | None, nominator: int | None) -> Row:
    return {
        "id": new_id(),
        "person_id": person.id,
        "status": one.status,
        "country": one.country,
        "organization_id": office,
        "post": one.post,
        "sex": one.sex,
        "category": one.category,
        "funder": one.funder,
        "replaces": one.replaces,
        "nominated_by": nominator,
        "priority": one.priority,
        "reserve": int(bool(one.reserve)),
        "over_quota": one.over_quota,
        "publish": None if one.publish is None else int(one.publish),
        "needs": one.needs,
    }
