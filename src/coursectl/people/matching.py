"""Who somebody is: known already, or new. One rule for one person and for ten thousand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coursectl import locale
from coursectl.errors import N_, BadInput, Refused
from coursectl.people.persons import (
    PERSONS,
    NewPerson,
    Person,
    PersonExists,
    PersonRef,
    email_key,
    person_of,
    person_row,
)
from coursectl.store import Row, Statement, Store, Value, as_json, insert

# What a list may add to a person who is known already; what is there is never written over.
_FILLED = ("given_name", "family_name", "honorific", "sex", "birth_year", "nationality", "email", "phone", "language")


class WhoIsIt(Refused):
    """One person could not be told from others; the sentence is the fault's."""

    rule = "person_told_apart"


@dataclass(frozen=True)
class MatchFault:
    """What is wrong with the `place`-th of the wanted people (from 0): the field it is about, an untranslated reason."""

    place: int
    field: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Matched:
    """Each wanted person, in order; which of them are new; what writes them; and what is wrong with whom."""

    people: tuple[PersonRef, ...]
    new: frozenset[int]
    statements: tuple[Statement, ...]
    faults: tuple[MatchFault, ...] = ()


def names_fit(one: str, other: str) -> bool:
    """Whether two names can be one person's: the words of one are all in the other, whatever accents and order."""
    first, second = set(locale.fold(one).split()), set(locale.fold(other).split())
    return bool(first and second) and (first <= second or second <= first)


@dataclass
class _Candidate:
    """A known person with the countries they are known for."""

    person: Person
    countries: frozenset[str] = field(default_factory=frozenset)


def match_people(store: Store, wanted: Sequence[NewPerson]) -> Matched:
    """Find each of the wanted people (`NewPerson`) in the store, or make them.

    An e-mail with a fitting name is the person's; an e-mail whose owner has another name is a fault. Otherwise the same
    name and country is the same person, if there is only one. What the store lacks of a known person is filled in.
    """
    by_email, by_name = _candidates(store, wanted)
    people: list[PersonRef] = []
    new_rows: list[Row] = []
    filled: list[dict[str, Value]] = []
    faults: list[MatchFault] = []
    placed: dict[int, int] = {}
    for place, one in enumerate(wanted):
        found = _find(one, by_email, by_name)
        if isinstance(found, tuple):
            faults.append(MatchFault(place, *found))
            people.append(PersonRef(0, one.full_name))
            continue
        if found is None:
            try:
                row: Row = person_row(one)
            except BadInput as error:
                faults.append(MatchFault(place, "name", error.sentence()))
                people.append(PersonRef(0, one.full_name))
                continue
            new_rows.append(row)
            found = _Candidate(person_of(row), _countries_of(one))
            _remember(found, by_email, by_name)
        elif found.person.id in placed:
            faults.append(_twice(place, placed[found.person.id], one))
        else:
            filled += _missing(found.person, one)
        placed.setdefault(found.person.id, place)
        people.append(found.person.ref)
    statements = [
        *insert("person", new_rows, rule="person_once", refusals={"person_once": _MADE_MEANWHILE}),
        *_fill(filled),
    ]
    return Matched(tuple(people), frozenset(row["id"] for row in new_rows), tuple(statements), tuple(faults))


_MADE_MEANWHILE = PersonExists(N_("Somebody else has just added one of these people. Type the command again."))


def match_person(store: Store, wanted: NewPerson) -> Matched:
    """As `match_people`, for one person. Raises WhoIsIt with the reason where they can't be told."""
    matched = match_people(store, [wanted])
    for fault in matched.faults:
        raise WhoIsIt(fault.reason, **dict(fault.facts))
    return matched


def _candidates(
    store: Store, wanted: Iterable[NewPerson]
) -> tuple[dict[str, list[_Candidate]], dict[str, list[_Candidate]]]:
    """The people of the store who could be meant, by e-mail and by name: one query, however many are wanted."""
    keys = {"names": sorted({locale.fold(one.full_name) for one in wanted}),
            "emails": sorted({email_key(one.email) or "" for one in wanted})}  # fmt: skip
    rows = store.read(
        PERSONS.replace(
            " FROM person",
            ", (SELECT json_group_array(country) FROM (SELECT country FROM enrollment WHERE person_id = person.id"
            " UNION SELECT country FROM expert WHERE person_id = person.id)) AS countries FROM person",
        )
        + " AND (name_key IN (SELECT value FROM json_each(:names)) OR email_key IN (SELECT value FROM json_each(:emails)))",
        {name: as_json(values) for name, values in keys.items()},
        level="strong",
    )
    by_email: dict[str, list[_Candidate]] = defaultdict(list)
    by_name: dict[str, list[_Candidate]] = defaultdict(list)
    for row in rows:
        _remember(_candidate(row), by_email, by_name)
    return by_email, by_name


def _candidate(row: Row) -> _Candidate:
    countries = {country for country in json.loads(row.pop("countries")) if country}
    person = Person(**row)
    return _Candidate(person, frozenset(countries | ({person.nationality} if person.nationality else set())))


def _remember(
    candidate: _Candidate, by_email: dict[str, list[_Candidate]], by_name: dict[str, list[_Candidate]]
) -> None:
    by_name[locale.fold(candidate.person.name)].append(candidate)
    if key := email_key(candidate.person.email):
        by_email[key].append(candidate)


_Fault = tuple[str, str, tuple[tuple[str, object], ...]]


def _find(
    one: NewPerson, by_email: Mapping[str, list[_Candidate]], by_name: Mapping[str, list[_Candidate]]
) -> _Candidate | _Fault | None:
    key = email_key(one.email)
    if key and (owners := by_email.get(key)):
        fitting = [owner for owner in owners if names_fit(owner.person.name, one.full_name)]
        exact = [owner for owner in fitting if locale.fold(owner.person.name) == locale.fold(one.full_name)]
        if not fitting:
            return _mailbox_taken(owners[0].person, one)
        return (exact or fitting)[0]
    namesakes = by_name.get(locale.fold(one.full_name), [])
    if key:  # two different addresses are two people, as far as a machine can tell
        namesakes = [other for other in namesakes if not other.person.email]
    countries = _countries_of(one)
    if countries:
        namesakes = [other for other in namesakes if not other.countries or other.countries & countries]
    if len(namesakes) > 1:
        people = "; ".join(f"{other.person.name} ({other.person.email or other.person.id})" for other in namesakes[:8])
        reason = N_("several people are called {name}: {people}. Give the e-mail")
        return "name", reason, (("name", one.full_name), ("people", people))
    return namesakes[0] if namesakes else None


def _countries_of(one: NewPerson) -> frozenset[str]:
    return frozenset(country for country in (one.nationality, one.country) if country)


def _mailbox_taken(owner: Person, one: NewPerson) -> _Fault:
    reason = N_("{email} belongs to {owner}, not to {name}. Give another e-mail, or leave it empty")
    return "email", reason, (("email", one.email), ("owner", owner.name), ("name", one.full_name))


def _twice(place: int, before: int, one: NewPerson) -> MatchFault:
    reason = N_("{name} is in the list twice, also as number {before}")
    return MatchFault(place, "name", reason, (("name", one.full_name), ("before", before + 1)))


def _missing(person: Person, one: NewPerson) -> list[dict[str, Value]]:
    """What the wanted person tells that the known one lacks."""
    told = {name: getattr(one, name) for name in _FILLED if getattr(one, name) and getattr(person, name) is None}
    if not told:
        return []
    return [{"id": person.id, **{name: told.get(name) for name in _FILLED}, "email_key": email_key(told.get("email"))}]


def _fill(rows: Sequence[Mapping[str, Value]]) -> list[Statement]:
    """Fill in what is empty, for all of them in one statement; what somebody has entered meanwhile stays."""
    if not rows:
        return []
    columns = (*_FILLED, "email_key")
    sets = ", ".join(f"{column} = coalesce(person.{column}, told.{column})" for column in columns)
    picked = ", ".join(f"value ->> '$.{column}' AS {column}" for column in ("id", *columns))
    sql = f"UPDATE person SET {sets} FROM (SELECT {picked} FROM json_each(:rows)) AS told WHERE person.id = told.id"
    return [Statement(sql, {"rows": as_json(list(rows))}, "person_once", {"person_once": _MADE_MEANWHILE})]
