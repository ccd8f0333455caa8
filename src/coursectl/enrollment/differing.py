"""What a list says of people who are in the edition already, where it isn't what the store says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from coursectl.enrollment.planning import NewEnrollment, Plan
from coursectl.enrollment.statuses import CountryNotStated
from coursectl.errors import N_, Refused
from coursectl.people import (
    NewOrganization,
    Organization,
    PersonRef,
    email_key,
    match_organizations,
    organization_label,
)
from coursectl.store import Row, Statement, Store, Value, as_json, expect_true

_OFFICES = {"organization": "organization_id", "nominated_by": "nominated_by"}
_PLAIN = ("country", "post", "sex", "category", "funder", "priority", "reserve", "publish", "needs")
_COLUMNS = (*_PLAIN, *_OFFICES.values())
_PERSONAL = ("honorific", "birth_year", "nationality", "email", "phone", "language")


class EnrollmentChanged(Refused):
    """Somebody has changed one of the enrollments between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_(
        "Somebody else has just changed one of these enrollments; nothing was written. Type the command again."
    )


class LimitPassed(Refused):
    """With the values of the file more people would come from somewhere than there are places for."""

    rule = "seats_left"
    wording = N_("With what the file says a limit of places would be passed; nothing was written.")


@dataclass(frozen=True)
class Difference:
    """A value that the file has otherwise: codes, labels of organizations, yes or no; None: the store has none.

    `personal`: it is the person's, not of their enrollment, and no list writes over it. `written`: the store says now what the
    file says, and `store` is what it said before.
    """

    field: str
    column: str
    store: str | int | bool | None
    file: str | int | bool | None
    personal: bool = False
    written: bool = False


@dataclass(frozen=True)
class Differing:
    """The row of a file that differs from what is there."""

    row: int
    person: PersonRef
    differences: tuple[Difference, ...]

    @property
    def of_enrollment(self) -> bool:
        """Whether there is something that an update of the list would write."""
        return any(not one.personal for one in self.differences)


@dataclass(frozen=True)
class Said:
    """A row: its number, what it says, which fields have something in them, and the headers that they stand under."""

    row: int
    wanted: NewEnrollment
    fields: AbstractSet[str]
    headers: Mapping[str, str]


def compare(
    store: Store, plan: Plan, said: Sequence[Said], *, update: bool, lacking: bool = False
) -> tuple[list[Differing], list[Statement]]:
    """What differs, by row; and with `update` what writes the values of the file, which an edition's full quota may refuse.

    An empty cell says nothing; with `lacking` it differs too what the store has nothing of. The statements may raise EnrollmentChanged, LimitPassed, CountryNotStated.
    """
    found = _Comparison(store, plan, said, update=update, lacking=lacking)
    differing = [
        Differing(one.row, plan.matched[place], tuple(differences))
        for place, one in enumerate(said)
        if (differences := [*found.of_enrollment(place), *found.of_person(place)])
    ]
    return differing, _statements(found.changes) if update else []


class _Comparison:
    """The store's values beside those of the rows; `changes` are the enrollments as they are and as the file has them."""

    def __init__(self, store: Store, plan: Plan, said: Sequence[Said], *, update: bool, lacking: bool) -> None:
        self._update = update
        self.changes: list[Mapping[str, object]] = []
        self._lacking = lacking
        self._plan = plan
        self._said = said
        self._there = _enrollments(store, [standing.id for standing in plan.standing.values()])
        self._people = _people(store, plan, said)
        self._offices = _Offices(store, plan, said)

    def of_enrollment(self, place: int) -> list[Difference]:
        """The differences of somebody who is in the edition, remembered as a change."""
        if place not in self._plan.standing:
            return []
        one, there = self._said[place], self._there[self._plan.standing[place].id]
        found, new = [], {column: there[column] for column in _COLUMNS}
        for field in _PLAIN:
            value = getattr(one.wanted, field)
            before = there[field] if field not in ("reserve", "publish") or there[field] is None else bool(there[field])
            if field in one.fields and value is not None and value != before:
                found.append(Difference(field, one.headers.get(field, field), before, value, written=self._update))
                new[field] = int(value) if isinstance(value, bool) else value
        for field, column in _OFFICES.items():
            if field not in one.fields:
                continue
            office = self._offices.of(place, field)
            if office[0] is None or office[0] != there[column]:  # None: the store hasn't got it yet
                before, after = _told_apart(there, field, office[1])
                column_of = one.headers.get(field, field)
                found.append(Difference(field, column_of, before or None, after, written=self._update))
                new[column] = office[0]
        if found:
            self.changes.append({"id": there["id"], "old": {name: there[name] for name in _COLUMNS}, "new": new})
        return found

    def of_person(self, place: int) -> list[Difference]:
        """The differences of somebody who is known, whichever edition they are in; what the store lacks isn't one."""
        known = self._people.get(self._plan.matched[place].id)
        if known is None:
            return []
        one = self._said[place]
        return [
            Difference(field, one.headers.get(field, field), known[field], value, personal=True)
            for field in _PERSONAL
            if field in one.fields
            and (value := getattr(one.wanted.person, field)) is not None
            and (known[field] is not None or self._lacking)
            and (known[field] != value if field != "email" else email_key(known[field]) != email_key(value))
        ]


class _Offices:
    """Which organization each row means; None as its id where the store hasn't got it."""

    def __init__(self, store: Store, plan: Plan, said: Sequence[Said]) -> None:
        self._planned = plan.offices
        named = [
            (place, field, office)
            for place in plan.standing
            for field in _OFFICES
            if field in said[place].fields and (office := _office(said[place].wanted, field))
        ]
        matched = match_organizations(store, [office for _, _, office in named]) if named else None
        self._matched = {
            (place, field): (None if found.id in matched.new else found.id, found)
            for (place, field, _), found in zip(named, matched.organizations, strict=True)
        } if matched else {}  # fmt: skip

    def of(self, place: int, field: str) -> tuple[int | None, Organization]:
        """Its id, and what is known of it."""
        known, found = self._matched[place, field]
        planned = self._planned.get(place)
        return (planned[list(_OFFICES).index(field)] if planned else known), found


def _told_apart(there: Row, field: str, office: Organization) -> tuple[str, str]:
    """The label of the organization that is there, and that of the list's; with their countries where they are called alike."""
    acronym, name = (json.loads(there[f"{field}_{part}"] or "{}") for part in ("acronym", "name"))
    before, after = organization_label(acronym, name, "und"), office.label
    if before != after:
        return before, after
    return f"{before} ({there[f'{field}_country'] or '–'})", f"{after} ({office.country or '–'})"


def _office(wanted: NewEnrollment, field: str) -> NewOrganization | None:
    return wanted.organization if field == "organization" else wanted.nominated_by


def _enrollments(store: Store, ids: Sequence[int]) -> dict[int, Row]:
    if not ids:
        return {}
    rows = store.read(
        f"SELECT enrollment.id, {', '.join(f'enrollment.{column}' for column in _COLUMNS)},"
        " office.name AS organization_name, office.acronym AS organization_acronym, office.country AS organization_country,"
        " nominator.name AS nominated_by_name, nominator.acronym AS nominated_by_acronym,"
        " nominator.country AS nominated_by_country FROM enrollment"
        " LEFT JOIN organization AS office ON office.id = organization_id"
        " LEFT JOIN organization AS nominator ON nominator.id = nominated_by"
        " WHERE enrollment.id IN (SELECT value FROM json_each(:ids))",
        {"ids": as_json(list(ids))},
        level="strong",
    )
    return {row["id"]: row for row in rows}


def _people(store: Store, plan: Plan, said: Sequence[Said]) -> dict[int, Row]:
    """What the store says of the people whom the file says something personal of."""
    ids = [person.id for person, one in zip(plan.matched, said, strict=True) if one.fields & set(_PERSONAL)]
    if not ids:
        return {}
    rows = store.read(
        f"SELECT id, {', '.join(_PERSONAL)} FROM person WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": as_json(ids)},
        level="strong",
    )
    return {row["id"]: row for row in rows}


_TOLD = ", ".join(f"value ->> '$.new.{column}' AS {column}" for column in _COLUMNS)
_UPDATE = (
    f"UPDATE enrollment SET {', '.join(f'{column} = told.{column}' for column in _COLUMNS)}"
    f" FROM (SELECT value ->> '$.id' AS id, {_TOLD} FROM json_each(:rows)) AS told WHERE enrollment.id = told.id"
)
_STILL = (
    "SELECT NOT EXISTS (SELECT 1 FROM json_each(:rows) AS told LEFT JOIN enrollment ON enrollment.id = told.value ->> '$.id'"
    f" WHERE {' OR '.join(f'''enrollment.{column} IS NOT told.value ->> '$.old.{column}' ''' for column in _COLUMNS)})"
)


def _statements(changes: Sequence[Mapping[str, object]]) -> list[Statement]:
    if not changes:
        return []
    rows: dict[str, Value] = {"rows": as_json(list(changes))}
    refusals: tuple[Refused, ...] = (
        LimitPassed(),
        CountryNotStated(N_("Without a country only international staff can stay; nothing was written.")),
    )
    return [
        expect_true(_STILL, rows, EnrollmentChanged.rule, EnrollmentChanged()),
        Statement(_UPDATE, rows, EnrollmentChanged.rule, {refusal.rule: refusal for refusal in refusals}),
    ]
