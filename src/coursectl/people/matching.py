"""Who somebody is: known already, or new. One rule for one person and for ten thousand.

Everybody is looked for in the store alone, never among the others of the list, so the order of a list means nothing; two
of a list who could be the same person are a fault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursectl import locale
from coursectl.errors import N_, BadInput, CourseError, Refused
from coursectl.people.alike import (
    Candidate,
    Decide,
    Described,
    Present,
    Unsure,
    countries_of,
    twins,
    unsure,
)
from coursectl.people.candidates import find_candidates, get_candidates
from coursectl.people.duplicates import Likely
from coursectl.people.likeness import PARTICLES
from coursectl.people.persons import (
    NewPerson,
    Person,
    PersonRef,
    check_person,
    email_key,
    name_key,
    row_without_id,
)
from coursectl.store import Row, Statement, Store, Value, as_json, expect_true, insert, new_id

# What a list may add to a person who is known already; what is there is never written over.
_FILLED = ("given_name", "family_name", "honorific", "sex", "birth_year", "nationality", "email", "phone", "language")


class PersonExists(Refused):
    """There is a person of this name and e-mail."""

    rule = "person_once"
    wording = N_("{name} is known already, with the e-mail {email}. Look with: coursectl person show {email}")


class MailboxTaken(Refused):
    """The e-mail is another person's. Ministries do share mailboxes, but most often it is a slip."""

    rule = "mailbox_of_one"
    wording = N_("{email} belongs to {owner}. Give another e-mail; if they share the mailbox, say so with --yes.")


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
    kind: type[CourseError] = WhoIsIt

    def error(self) -> CourseError:
        """The same as an error, for one person: BadInput, MailboxTaken or WhoIsIt."""
        return self.kind(_OF_ONE.get(self.reason, self.reason), **dict(self.facts))


SEVERAL = N_("several people are called {name}: {people}. Give the e-mail")
_SHARING = N_("{name} could be several of those who share the e-mail: {people}. Write the whole name")
_TWICE = N_("{name} is in the list twice, also as number {before}")
_EMAIL_TWICE = N_("{email} is in the list twice, also as number {before}")
_NOT_THEIRS = N_("{email} belongs to {owner}, not to {name}. Give another e-mail, or leave it empty")
_OTHER_YEAR = N_("{email} belongs to {owner}, who was born in {known}, not in {year}. Correct the year, or the e-mail")
TWINS = N_(
    "{name} is in the list twice with other data, also as number {before}: {mine} here, {theirs} there. Correct the list; if "
    "they are two people, say --on-duplicate new"
)
_LIKE = N_("{name} looks like {people}. Say whether it is the same: --on-duplicate link, or new")

# A reason stands after a row and a column; alone it is a sentence.
_OF_ONE = {
    SEVERAL: N_("Several people are called {name}: {people}. Give the e-mail."),
    _SHARING: N_("{name} could be several of those who share the e-mail: {people}. Write the whole name."),
    _TWICE: N_("{name} is in the list twice."),
    _EMAIL_TWICE: N_("{email} is in the list twice."),
    _NOT_THEIRS: N_("{email} belongs to {owner}, not to {name}. Give another e-mail, or leave it out."),
    _OTHER_YEAR: N_(
        "{email} belongs to {owner}, who was born in {known}, not in {year}. Correct the year, or give another e-mail."
    ),
    _LIKE: N_("{name} looks like {people}. Say whether it is the same: --on-duplicate link, or new."),
    TWINS: N_(
        "{name} is named twice with other data: {mine} and {theirs}. If they are two people, say --on-duplicate new."
    ),
}


@dataclass(frozen=True)
class Matched:
    """Each wanted person, in order; which of them are new; what writes them; and what is wrong with whom.

    `namesakes` are those of the name of a new one, by place, of whom it was not asked whether they are the same; `filled` are
    the fields of known ones that were empty, by place.
    """

    people: tuple[PersonRef, ...]
    new: frozenset[int]
    statements: tuple[Statement, ...]
    faults: tuple[MatchFault, ...] = ()
    namesakes: Mapping[int, tuple[Likely, ...]] = field(default_factory=dict)
    filled: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def names_fit(one: str, other: str) -> bool:
    """Whether two names can be those of one person whose e-mail says so: the words of one are all in the other.

    Accents, order and particles don't count; an initial stands for a word where other words are the same.
    """
    if name_key(one) == name_key(other):
        return True
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if not shorter & longer:
        return False
    free = longer - shorter
    for word in shorter - longer:
        fitting = next((other for other in free if _is_initial(word, other) or _is_initial(other, word)), None)
        if fitting is None:
            return False
        free.remove(fitting)
    return True


def _words(name: str) -> set[str]:
    words = set(locale.fold(name).split())
    return words - PARTICLES or words


def _is_initial(letter: str, word: str) -> bool:
    return len(letter) == 1 and word.startswith(letter)


_Fault = tuple[str, str, tuple[tuple[str, object], ...], type[CourseError]]
_Found = Candidate | _Fault | None


def match_people(
    store: Store, wanted: Sequence[NewPerson], near: Decide | None = None, present: Present | None = None
) -> Matched:
    """Find each of the wanted people (`NewPerson`) in the store, or make them.

    An e-mail with a fitting name is the person's; an e-mail whose owner has another name, or another year of birth, is a
    fault. Otherwise the same name and country is the same person, if there is only one and no other year is known. What
    the store lacks of a known person is filled in. Of who would be new but looks like somebody, is called like somebody who is
    `present`, or like another one of the list, `near` decides; None: new.
    """
    rows = [row_without_id(one) for one in wanted]
    by_email, by_name = find_candidates(store, rows)
    found = [_bad(row) or _find(one, row, by_email, by_name) for one, row in zip(wanted, rows, strict=True)]
    namesakes: dict[int, tuple[Likely, ...]] = {}
    if near is not None and None in found:
        new = {place: rows[place] for place, one in enumerate(found) if one is None}
        doubts = unsure(store, wanted, new, by_name, present)
        found = _decided(store, wanted, found, doubts, near)
        namesakes = {place: one.others for place, one in doubts.items() if one.others and found[place] is None}
    faults = {place: MatchFault(place, *one) for place, one in enumerate(found) if isinstance(one, tuple)}
    known = {place: one.person for place, one in enumerate(found) if isinstance(one, Candidate)}
    for fault in _among_themselves(wanted, rows, known, near) if len(wanted) > 1 else ():
        faults.setdefault(fault.place, fault)
    people: list[PersonRef] = []
    new_rows: list[Row] = []
    filled: dict[int, dict[str, Value]] = {}
    for place, row in enumerate(rows):
        if place in faults:
            people.append(PersonRef(0, row["name"]))
        elif place in known:
            people.append(known[place].ref)
            if missing := _missing(known[place], row):
                filled[place] = missing
        else:
            new_rows.append({"id": new_id(), **row})
            people.append(PersonRef(new_rows[-1]["id"], row["name"]))
    statements = [
        *_mailboxes_free(row["email_key"] for row in (*new_rows, *filled.values())),
        *insert("person", new_rows, rule="person_once", refusals={"person_once": _MADE_MEANWHILE}),
        *_fill(list(filled.values())),
    ]
    new_ones = frozenset(row["id"] for row in new_rows)
    told = tuple(faults[place] for place in sorted(faults))
    fields = {place: tuple(name for name in _FILLED if row[name] is not None) for place, row in filled.items()}
    return Matched(tuple(people), new_ones, tuple(statements), told, namesakes, fields)


def _decided(
    store: Store,
    wanted: Sequence[NewPerson],
    found: Sequence[_Found],
    doubts: Mapping[int, Unsure],
    near: Decide,
) -> list[_Found]:
    """What is found, and of those who may be somebody what `near` has decided."""
    decided = list(found)
    linked: dict[int, int] = {}
    for place, doubt in doubts.items():
        decision = near(wanted[place], doubt.asked) if doubt.asked else "new"
        if decision == "fail":
            facts = (("name", wanted[place].full_name), ("people", Described(doubt.asked)))
            decided[place] = "name", _LIKE, facts, WhoIsIt
        elif decision != "new":
            linked[place] = decision
    if linked:
        people = get_candidates(store, linked.values())
        decided = [people[linked[place]] if place in linked else one for place, one in enumerate(decided)]
    return decided


def _among_themselves(
    wanted: Sequence[NewPerson], rows: Sequence[Row], known: Mapping[int, Person], near: Decide | None
) -> Iterator[MatchFault]:
    """What is wrong with some because of others of the list."""
    yield from _twice(wanted, rows, known)
    if near is not None:
        yield from _twins(wanted, rows, known, near)


def _twins(
    wanted: Sequence[NewPerson], rows: Sequence[Row], known: Mapping[int, Person], near: Decide
) -> Iterator[MatchFault]:
    """Those who have the name of somebody else of the list and other data, unless it is decided that they are two."""
    for place, before, there in twins(wanted, rows, known):
        if near(wanted[place], [there]) != "new":
            mine, theirs = (", ".join(_told_of(wanted[at])) or "–" for at in (place, before))
            facts = (("name", wanted[place].full_name), ("mine", mine), ("theirs", theirs), ("before", before + 1))
            yield MatchFault(place, "name", TWINS, facts)


def _told_of(one: NewPerson) -> list[str]:
    return list(filter(None, (one.email, *sorted(countries_of(one)), str(one.birth_year or ""))))


_MADE_MEANWHILE = PersonExists(N_("Somebody else has just added one of these people. Type the command again."))


def match_person(store: Store, wanted: NewPerson, near: Decide | None = None) -> Matched:
    """As `match_people`, for one person.

    Raises BadInput for what no person can have, MailboxTaken, and WhoIsIt where they can't be told from others.
    """
    matched = match_people(store, [wanted], near)
    for fault in matched.faults:
        raise fault.error()
    return matched


def _bad(row: Row) -> _Fault | None:
    """What no person can have, as a fault."""
    try:
        check_person(row)
    except BadInput as error:
        return str(error.facts["field"]), str(error.args[0]), tuple(error.facts.items()), BadInput
    return None


def _find(
    one: NewPerson, row: Row, by_email: Mapping[str, list[Candidate]], by_name: Mapping[str, list[Candidate]]
) -> Candidate | _Fault | None:
    name, key = row["name_key"], row["email_key"]
    if key and (owners := by_email.get(key)):
        fitting = [owner for owner in owners if names_fit(owner.person.name, one.full_name)]
        if not fitting:
            return _mailbox_taken(owners[0].person, one)
        of_the_year = _born_then(fitting, row["birth_year"])
        if not of_the_year:
            return _born_otherwise(fitting[0].person, one)
        return _only(
            [owner for owner in of_the_year if name_key(owner.person.name) == name] or of_the_year, one, _SHARING
        )
    namesakes = _born_then(by_name.get(name, []), row["birth_year"])
    if key:  # two different addresses are two people, as far as a machine can tell
        namesakes = [other for other in namesakes if not other.person.email]
    countries = countries_of(one)
    if countries:
        of_them = [other for other in namesakes if other.countries & countries]
        namesakes = of_them or [other for other in namesakes if not other.countries]
    return _only(namesakes, one, SEVERAL)


def _born_then(found: Sequence[Candidate], year: object) -> list[Candidate]:
    """Those who were born in the year, else those of whom it isn't known; without a year all of them."""
    if not isinstance(year, int):
        return list(found)
    then = [other for other in found if other.person.birth_year == year]
    return then or [other for other in found if other.person.birth_year is None]


def _born_otherwise(known: Person, one: NewPerson) -> _Fault:
    facts = (("email", one.email), ("owner", known.name), ("known", known.birth_year), ("year", one.birth_year))
    return "birth_year", _OTHER_YEAR, facts, WhoIsIt


def _only(found: Sequence[Candidate], one: NewPerson, reason: str) -> Candidate | _Fault | None:
    if len(found) < 2:
        return found[0] if found else None
    people = "; ".join(f"{other.person.name} ({other.person.email or other.person.id})" for other in found[:8])
    return "name", reason, (("name", one.full_name), ("people", people)), WhoIsIt


def _mailbox_taken(owner: Person, one: NewPerson) -> _Fault:
    return "email", _NOT_THEIRS, (("email", one.email), ("owner", owner.name), ("name", one.full_name)), MailboxTaken


def _twice(wanted: Sequence[NewPerson], rows: Sequence[Row], known: Mapping[int, Person]) -> Iterator[MatchFault]:
    """Those who have an e-mail that is somebody else's of the list, or could be somebody else of it."""
    emails: dict[str, int] = {}
    places: dict[int, int] = {}
    namesakes: dict[str, _Namesakes] = defaultdict(_Namesakes)
    for place, (one, row) in enumerate(zip(wanted, rows, strict=True)):
        key = row["email_key"]
        sharing = emails.setdefault(key, place) if key else place
        if sharing != place and not _known_apart(known.get(sharing), known.get(place)):
            yield MatchFault(
                place, "email", _EMAIL_TWICE, (("email", one.email), ("name", one.full_name), ("before", sharing + 1))
            )
        same = places.setdefault(known[place].id, place) if place in known else place
        alike = namesakes[row["name_key"]].alike(place, one, has_email=key is not None)
        before = min(same, place if alike is None else alike)
        if before != place:
            yield MatchFault(place, "name", _TWICE, (("name", one.full_name), ("before", before + 1)))


def _known_apart(one: Person | None, other: Person | None) -> bool:
    return one is not None and other is not None and one.id != other.id


_Known = tuple[str | None, int | None]  # a country and a year of birth


class _Namesakes:
    """Those of a list who have one name: where the first of each country and year stands, and of those without e-mail."""

    def __init__(self) -> None:
        self._all: dict[_Known, int] = {}
        self._without_email: dict[_Known, int] = {}

    def alike(self, place: int, one: NewPerson, *, has_email: bool) -> int | None:
        """The first before who could be the same: of no other country, no other year, and not both with an e-mail.

        Remembers this one.
        """
        countries, year = countries_of(one), one.birth_year or None
        before = self._without_email if has_email else self._all
        found = [
            first
            for (country, born), first in before.items()
            if (not countries or country is None or country in countries) and (year is None or born in (None, year))
        ]
        for first_ones in (self._all,) if has_email else (self._all, self._without_email):
            for country in countries or (None,):
                first_ones.setdefault((country, year), place)
        return min(found, default=None)


def _missing(person: Person, columns: Row) -> dict[str, Value]:
    """What the wanted person tells that the known one lacks, with their id; nothing where it is nothing."""
    told: dict[str, Any] = {
        name: columns[name] for name in _FILLED if columns[name] is not None and getattr(person, name) is None
    }
    if not told:
        return {}
    return {"id": person.id, **{name: told.get(name) for name in _FILLED}, "email_key": email_key(told.get("email"))}


def _mailboxes_free(keys: Iterable[str | None]) -> list[Statement]:
    """The e-mails that are about to be somebody's are nobody's at the moment of writing either."""
    written = [key for key in keys if key]
    if not written:
        return []
    one = len(written) == 1
    among = "= :keys" if one else "IN (SELECT value FROM json_each(:keys))"
    taken = f"SELECT 1 FROM person WHERE merged_into IS NULL AND email_key {among}"
    keys = written[0] if one else as_json(written)
    return [expect_true(f"SELECT NOT EXISTS ({taken})", {"keys": keys}, _MADE_MEANWHILE.rule, _MADE_MEANWHILE)]


def _fill(rows: Sequence[Mapping[str, Value]]) -> list[Statement]:
    """Fill in what is empty, for all of them in one statement; what somebody has entered meanwhile stays."""
    if not rows:
        return []
    columns = (*_FILLED, "email_key")
    sets = ", ".join(f"{column} = coalesce(person.{column}, told.{column})" for column in columns)
    picked = ", ".join(f"value ->> '$.{column}' AS {column}" for column in ("id", *columns))
    sql = f"UPDATE person SET {sets} FROM (SELECT {picked} FROM json_each(:rows)) AS told WHERE person.id = told.id"
    return [Statement(sql, {"rows": as_json(list(rows))}, "person_once", {"person_once": _MADE_MEANWHILE})]
