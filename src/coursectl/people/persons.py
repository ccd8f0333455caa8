"""Persons: one human being, once, whatever they do."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal
from unicodedata import category

from coursectl import locale
from coursectl.errors import N_, Ambiguous, BadInput, NotFound
from coursectl.store import Row, Store, Value, as_json, new_id
from coursectl.tables import clean

SEXES = ("female", "male", "other", "not_stated")
_MANY = 8  # how many people a sentence lists
_EMAIL = re.compile(r"[^\s@<>,;:()\[\]\"\\]+@[^\s@<>,;:()\[\]\"\\]+\.[^\s@.<>,;:()\[\]\"\\]+")
_ID = re.compile(r"[0-9]{10,19}")  # an id has more digits than a participant number ever will
_LARGEST_ID = 2**63 - 1
_WORTH_COMPARING = 2_000  # names, when somebody mistyped one: enough for a hint, and still at once


@dataclass(frozen=True)
class PersonRef:
    """A person, as results name them."""

    id: int
    name: str


@dataclass(frozen=True)
class Person:
    """What is known of a person. `name` is as displayed and printed; nobody's capitals are ever changed."""

    id: int
    name: str
    given_name: str | None
    family_name: str | None
    honorific: str | None
    sex: str | None
    birth_year: int | None
    nationality: str | None
    email: str | None
    phone: str | None
    language: str | None
    note: str | None

    @property
    def ref(self) -> PersonRef:
        """Name and id."""
        return PersonRef(self.id, self.name)


@dataclass(frozen=True)
class NewPerson:
    """A person as somebody describes them. None means: not said; "" clears.

    Without `name` it is given and family name together. `country` is the one they represent: it is not kept with the
    person, it only tells people of one name apart.
    """

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    honorific: str | None = None
    sex: str | None = None
    birth_year: int | Literal[""] | None = None
    nationality: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    note: str | None = None
    country: str | None = None

    @property
    def full_name(self) -> str:
        """The name as displayed, clean of stray spaces and control characters."""
        return clean(self.name or "") or clean(f"{self.given_name or ''} {self.family_name or ''}")


STORED = tuple(field.name for field in fields(Person) if field.name != "id")
PERSONS = f"SELECT id, {', '.join(STORED)} FROM person WHERE merged_into IS NULL"


# The countries that somebody represented or taught for, also by a name that was merged into theirs, as JSON.
COUNTRIES = (
    "(SELECT json_group_array(country) FROM (SELECT country FROM enrollment WHERE person_id = person.id"
    " UNION SELECT country FROM expert WHERE person_id = person.id"
    " UNION SELECT country FROM person AS merged JOIN enrollment ON enrollment.person_id = merged.id"
    " WHERE merged.merged_into = person.id"
    " UNION SELECT country FROM person AS merged JOIN expert ON expert.person_id = merged.id"
    " WHERE merged.merged_into = person.id)) AS countries"
)


def email_key(email: str | None) -> str | None:
    """The e-mail for matching: mail systems don't tell capitals apart."""
    return clean(email).casefold() or None if email else None


def name_key(name: str) -> str:
    """The name for matching: without accents, case and punctuation, and `Pérez, Ana` as `Ana Pérez`."""
    family, comma, given = clean(name).partition(",")
    turned = comma and "," not in given and is_name(family) and is_name(given)
    return text_key(f"{given} {family}" if turned else name)


def text_key(text: str) -> str:
    """The text for matching. What has nothing to match by but signs (an emoji) is itself: two such are not the same."""
    return locale.fold(text) or clean(text).casefold()


def is_name(words: str) -> bool:
    """Whether it can be called a name: a dash or a question mark in a list means that there is none."""
    return any(category(character)[0] in "LNS" for character in words)


def list_people(
    store: Store, search: str | None = None, country: str | None = None, language: str = "en"
) -> list[Person]:
    """People whose name or e-mail contains all words of `search`, of a nationality or represented country, by name."""
    rows = store.read(
        PERSONS + " AND (:country IS NULL OR nationality = :country"
        " OR EXISTS (SELECT 1 FROM enrollment WHERE person_id = person.id AND country = :country)"
        " OR EXISTS (SELECT 1 FROM expert WHERE person_id = person.id AND country = :country))",
        {"country": country},
    )
    words = text_key(search or "").split()
    found = [Person(**row) for row in rows if not words or _has_all(words, row)]
    return sorted(
        found,
        key=lambda person: (
            locale.sort_key(filed_under(person.name, person.family_name, person.given_name), language),
            person.id,
        ),
    )


def get_person(store: Store, who: str) -> Person:
    """The person that `who` means: an e-mail, an id, or a name that fits one person.

    Raises Ambiguous with the people it could be, NotFound with names like it.
    """
    found = find_people(store, who)
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(_told_apart(found)[:_MANY]) + (" …" if len(found) > _MANY else "")
        raise Ambiguous(N_("{name!r} fits several: {choices}. Say which, by e-mail or id."), name=who, choices=choices)
    raise _nobody(store, who)


def find_people(store: Store, who: str) -> list[Person]:
    """Everybody that `who` can mean: by id, by e-mail, by the whole name, else by words of it.

    Who was merged into somebody leads to them, by all that they were called. Who was erased is found by the id, and by the text in the place of the name.
    """
    who = clean(who)
    if (number := id_of(who)) and (found := _read(store, "id = :id", {"id": number})):
        return found
    if "@" in who and (found := _read(store, "email_key = :key", {"key": email_key(who)})):
        return found
    key = name_key(who)
    if not key or is_email(who):
        return []
    words = key.split()
    return _read(store, "name_key = :key", {"key": key}) or _read(
        store,
        "instr(name_key, :first) AND NOT EXISTS"
        " (SELECT 1 FROM json_each(:words) WHERE instr(' ' || name_key || ' ', ' ' || value || ' ') = 0)",
        {"first": words[0], "words": as_json(words)},
    )


def id_of(who: str) -> int | None:
    """The id that somebody types; None where it can't be one."""
    digits = clean(who)
    return int(digits) if _ID.fullmatch(digits) and int(digits) <= _LARGEST_ID else None


def _read(store: Store, condition: str, params: Mapping[str, Value]) -> list[Person]:
    """Those whom the condition is true of, or of somebody who was merged into them."""
    own = f"SELECT coalesce(merged_into, id) FROM person WHERE {condition}"
    return [Person(**row) for row in store.read(f"{PERSONS} AND id IN ({own}) ORDER BY id", params, level="strong")]


def list_entries(store: Store, person_id: int) -> list[int]:
    """The ids of the person and of all who were merged into them, their own first."""
    rows = store.read(
        "SELECT id AS person_id FROM person WHERE id = :id OR merged_into = :id ORDER BY id <> :id, id",
        {"id": person_id},
        level="strong",
    )
    return [row["person_id"] for row in rows]


def list_erased(store: Store, people: Sequence[int]) -> set[int]:
    """Those of these people who were erased."""
    rows = store.read(
        "SELECT id FROM person WHERE erased_on IS NOT NULL AND id IN (SELECT value FROM json_each(:people))",
        {"people": as_json(list(people))},
        level="strong",  # whoever was erased a moment ago isn't printed
    )
    return {row["id"] for row in rows}


def described(person: Person) -> str:
    """A person in a few words that tell them from others: name, e-mail or country, id."""
    about = person.email or person.nationality or str(person.id)
    return f"{person.name} ({about})"


def _told_apart(people: Sequence[Person]) -> list[str]:
    """Each by the e-mail, or where that is none or shared by what else there is and the id."""
    users = Counter(email_key(person.email) for person in people)
    return [
        described(person)
        if person.email and users[email_key(person.email)] == 1
        else f"{person.name} ({', '.join(filter(None, (person.email, person.nationality, str(person.id))))})"
        for person in people
    ]


def person_of(row: Row) -> Person:
    """The person that a row with more or fewer columns is about."""
    known: dict[str, Any] = {name: row.get(name) for name in ("id", *STORED)}
    return Person(**known)


def person_row(new: NewPerson) -> Row:
    """The row of a new person. Raises BadInput for what no person can have."""
    row = row_without_id(new)
    check_person(row)
    return {"id": new_id(), **row}


def row_without_id(new: NewPerson) -> Row:
    """What is said of a person, with what they are matched by; nothing of it is checked."""
    row = columns_of(new)
    name = row["name"] = new.full_name
    return row | {"name_key": name_key(name), "email_key": email_key(new.email)}


def columns_of(new: NewPerson) -> dict[str, Value]:
    """What is said of a person, clean, by column; None is what isn't said or is to be cleared."""
    columns: dict[str, Value] = {}
    for name in STORED:
        value = getattr(new, name)
        columns[name] = (clean(value) or None) if isinstance(value, str) else value
    return columns


def check_person(row: Mapping[str, Any]) -> None:
    """Raise BadInput for what no person can have. The fact `field` of the error is the column it is about."""
    if not row["name"]:
        raise BadInput(N_("A person needs a name."), field="name")
    if not is_name(row["name"]):
        raise BadInput(N_("{name!r} is no name. A person needs a name."), field="name", name=row["name"])
    if row["email"] and not is_email(row["email"]):
        raise BadInput(
            N_("{email!r} is no e-mail address. Correct it, or leave it out."), field="email", email=row["email"]
        )
    if row["sex"] and row["sex"] not in SEXES:
        raise BadInput(N_("{value!r} is none of: {known}."), field="sex", value=row["sex"], known=", ".join(SEXES))
    if row["nationality"] and not locale.is_country(row["nationality"]):
        raise BadInput(
            N_("No country is called {country!r}. Use its two-letter code, or its name."),
            field="nationality",
            country=row["nationality"],
        )
    if row["language"] and not locale.is_language(row["language"]):
        raise BadInput(
            N_("{tag!r} is no language. Use tags like es, pt, fr, en."), field="language", tag=row["language"]
        )
    if row["birth_year"] is not None and not 1850 <= row["birth_year"] <= 2200:
        raise BadInput(N_("{year} can't be a year of birth."), field="birth_year", year=row["birth_year"])


def is_email(words: str) -> bool:
    """Whether it can be an address: one @, a dot in the domain, no spaces. Only sending a letter tells more."""
    return _EMAIL.fullmatch(words) is not None


def _has_all(words: Sequence[str], row: Row) -> bool:
    searched = text_key(f"{row['name']} {row['email'] or ''}") + f" {row['name'].casefold()}"
    return all(word in searched for word in words)


def filed_under(name: str, family_name: str | None, given_name: str | None) -> str:
    """What a person is sorted by in every list: the family name where it is known, else the name as it stands."""
    return f"{family_name} {given_name or ''}".rstrip() if family_name else name


def _nobody(store: Store, who: str) -> NotFound:
    if clean(who).isdecimal():
        return _nobody_by_number(store, who)
    by_email = is_email(who)
    near = _emails_like(store, who) if by_email else _names_like(store, who)
    if near:
        return NotFound(N_("Nobody is called {who!r}. Did you mean: {near}?"), who=who, near="; ".join(near))
    if by_email:
        return NotFound(
            N_("Nobody has the e-mail {who!r}. Add them with: coursectl person add, or coursectl enroll"), who=who
        )
    return NotFound(N_("Nobody is called {who!r}. Add them with: coursectl person add, or coursectl enroll"), who=who)


def _nobody_by_number(store: Store, who: str) -> NotFound:
    """Nobody can be added under a number, so that isn't proposed."""
    if (number := id_of(who)) is None:
        return NotFound(
            N_("{who!r} is no person's id, and participant numbers don't count here. Name them by e-mail, id or name; see: coursectl person list"),
            who=who,
        )  # fmt: skip
    if store.read("SELECT 1 FROM audit WHERE tbl = 'person' AND pk = :id LIMIT 1", {"id": number}, level="strong"):
        return NotFound(
            N_("Nobody has the id {id} any more: their adding was undone. To do it again, see: coursectl log; to remove from the log who they were: coursectl person erase {id}"),
            id=number,
        )  # fmt: skip
    return NotFound(N_("Nobody has the id {id}. The ids of all: coursectl person list --json"), id=number)


def _names_like(store: Store, who: str) -> list[str]:
    key = name_key(who)
    return _close(key, {row["name_key"]: row["name"] for row in _worth_comparing(store, "name_key", key)})


def _emails_like(store: Store, who: str) -> list[str]:
    key = email_key(who) or ""
    return _close(key, {row["email_key"]: row["email"] for row in _worth_comparing(store, "email_key", key)})


def _worth_comparing(store: Store, column: str, key: str) -> list[Row]:
    """Rows whose `column` begins a word like one of the key's: comparing everybody letter by letter would take seconds."""
    beginnings = [f" {word[:2]}" for word in key.split() if len(word) > 1] or [f" {key[:1]}"]
    return store.read(
        f"{PERSONS.replace(' FROM person', ', name_key, email_key FROM person')} AND length({column}) BETWEEN :least AND :most"
        f" AND EXISTS (SELECT 1 FROM json_each(:beginnings) WHERE instr(' ' || {column}, value)) LIMIT {_WORTH_COMPARING}",
        {"beginnings": as_json(beginnings), "least": len(key) // 2, "most": len(key) * 2},
    )


def _close(key: str, names: Mapping[str, str]) -> list[str]:
    return [names[close] for close in difflib.get_close_matches(key, list(names), n=3, cutoff=0.7)]
