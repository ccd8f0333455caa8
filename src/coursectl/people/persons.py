"""Persons: one human being, once, whatever they do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from coursectl import locale
from coursectl.errors import N_, Ambiguous, BadInput, CourseError, NotFound, Refused
from coursectl.store import Act, Row, Store, Value, insert, new_id, update
from coursectl.tables import clean

SEXES = ("female", "male", "other", "not_stated")
_MANY = 8  # how many people a sentence lists
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_ID_DIGITS = 10  # an id has more digits than a participant number ever will


class PersonExists(Refused):
    """There is a person of this name and e-mail."""

    rule = "person_once"
    wording = N_("{name} is known already, with the e-mail {email}. Look with: coursectl person show {email}")


class PersonChanged(Refused):
    """Somebody changed the person between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{name} was changed by somebody else just now. Look, then type the command again.")


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
    birth_year: int | None = None
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


def email_key(email: str | None) -> str | None:
    """The e-mail for matching: mail systems don't tell capitals apart."""
    return email.strip().casefold() or None if email else None


def list_people(
    store: Store, search: str | None = None, country: str | None = None, language: str = "en"
) -> list[Person]:
    """People whose name or e-mail contains all words of `search`, of a nationality or represented country, by name."""
    rows = store.read(
        PERSONS + " AND (:country IS NULL OR nationality = :country"
        " OR EXISTS (SELECT 1 FROM enrollment WHERE person_id = person.id AND country = :country))",
        {"country": country},
    )
    words = locale.fold(search or "").split()
    found = [Person(**row) for row in rows if all(word in _searched(row) for word in words)]
    return sorted(found, key=lambda person: (locale.sort_key(_sorted_by(person), language), person.id))


def get_person(store: Store, who: str) -> Person:
    """The person that `who` means: an e-mail, an id, or a name that fits one person.

    Raises Ambiguous with the people it could be, NotFound with names like it.
    """
    found = find_people(store, who)
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(described(person) for person in found[:_MANY])
        raise Ambiguous(name=who, choices=choices + (" …" if len(found) > _MANY else ""))
    raise _nobody(store, who)


def find_people(store: Store, who: str) -> list[Person]:
    """Everybody that `who` can mean: by id, by e-mail, by the whole name, else by words of it."""
    who = who.strip()
    if who.isascii() and who.isdigit() and len(who) >= _ID_DIGITS:
        return [Person(**row) for row in store.read(PERSONS + " AND id = :id", {"id": int(who)}, level="strong")]
    if "@" in who:
        return [
            Person(**row)
            for row in store.read(PERSONS + " AND email_key = :key", {"key": email_key(who)}, level="strong")
        ]
    key = locale.fold(who)
    if not key:
        return []
    same = store.read(PERSONS + " AND name_key = :key", {"key": key}, level="strong")
    rows = same or store.read(PERSONS + " AND instr(name_key, :word)", {"word": key.split()[0]}, level="strong")
    return [Person(**row) for row in rows if same or set(key.split()) <= set(locale.fold(row["name"]).split())]


def described(person: Person) -> str:
    """A person in a few words that tell them from others: name, e-mail or country, id."""
    about = person.email or person.nationality or str(person.id)
    return f"{person.name} ({about})"


def add_person(store: Store, new: NewPerson, act: Act) -> Person:
    """Add a person. Raises PersonExists, BadInput."""
    row = person_row(new)
    exists = PersonExists(name=row["name"], email=row["email"])
    store.apply(
        act.operation("person add", insert("person", [row], rule="person_once", refusals={"person_once": exists}))
    )
    return person_of(row)


def edit_person(store: Store, who: str, change: NewPerson, act: Act) -> tuple[Person, bool]:
    """Change what is said of a person and leave the rest. Returns the person and whether anything changed.

    Certificates that were issued keep the name that was printed. Raises NotFound, Ambiguous, BadInput, PersonExists.
    """
    person = get_person(store, who)
    old: dict[str, Value] = {name: getattr(person, name) for name in STORED}
    said = {name: value for name, value in _columns(change).items() if getattr(change, name) is not None}
    if change.name is None and ("given_name" in said or "family_name" in said):
        parts = (said.get("given_name", person.given_name), said.get("family_name", person.family_name))
        said["name"] = clean(" ".join(str(part) for part in parts if part))
    new = {name: value for name, value in said.items() if value != old[name]}
    if not new:
        return person, False
    check_person({**old, **new})
    after = replace(person, **cast(dict[str, Any], new))
    if "name" in new:
        old["name_key"], new["name_key"] = locale.fold(person.name), locale.fold(after.name)
    if "email" in new:
        old["email_key"], new["email_key"] = email_key(person.email), email_key(after.email)
    refusals: dict[str, CourseError] = {"person_once": PersonExists(name=after.name, email=after.email)}
    statements = update("person", person.id, old, new, PersonChanged(name=person.name), refusals)
    store.apply(act.operation("person edit", statements))
    return after, True


def person_of(row: Row) -> Person:
    """The person that a row with more or fewer columns is about."""
    known: dict[str, Any] = {name: row.get(name) for name in ("id", *STORED)}
    return Person(**known)


def person_row(new: NewPerson) -> Row:
    """The row of a new person. Raises BadInput for what no person can have."""
    row = {**_columns(new), "name": new.full_name}
    check_person(row)
    return {"id": new_id(), **row, "name_key": locale.fold(new.full_name), "email_key": email_key(new.email)}


def _columns(new: NewPerson) -> dict[str, Value]:
    columns: dict[str, Value] = {}
    for name in STORED:
        value = getattr(new, name)
        columns[name] = (clean(value) or None) if isinstance(value, str) else value
    return columns


def check_person(row: Row) -> None:
    """Raise BadInput for what no person can have."""
    if not row["name"]:
        raise BadInput(N_("A person needs a name."))
    if row["email"] and not is_email(str(row["email"])):
        raise BadInput(N_("{email!r} is no e-mail address. Correct it, or leave it out."), email=row["email"])
    if row["sex"] and row["sex"] not in SEXES:
        raise BadInput(N_("{value!r} is none of: {known}."), value=row["sex"], known=", ".join(SEXES))
    if row["nationality"] and not locale.is_country(str(row["nationality"])):
        raise BadInput(
            N_("No country is called {country!r}. Use its two-letter code, or its name."), country=row["nationality"]
        )
    if row["language"] and not locale.is_language(str(row["language"])):
        raise BadInput(N_("{tag!r} is no language. Use tags like es, pt, fr, en."), tag=row["language"])
    if row["birth_year"] is not None and not 1850 <= int(row["birth_year"]) <= 2200:
        raise BadInput(N_("{year} can't be a year of birth."), year=row["birth_year"])


def is_email(words: str) -> bool:
    """Whether it can be an address: one @, a dot in the domain, no spaces. Only sending a letter tells more."""
    return _EMAIL.fullmatch(words) is not None


def _searched(row: Row) -> str:
    return locale.fold(f"{row['name']} {row['email'] or ''}")


def _sorted_by(person: Person) -> str:
    return f"{person.family_name} {person.given_name or ''}" if person.family_name else person.name


def _nobody(store: Store, who: str) -> NotFound:
    near = _names_like(who, [row["name"] for row in store.read(PERSONS)])
    if near:
        return NotFound(N_("Nobody is called {who!r}. Did you mean: {near}?"), who=who, near="; ".join(near))
    return NotFound(N_("Nobody is called {who!r}. Add them with: coursectl person add, or coursectl enroll"), who=who)


def _names_like(who: str, names: Sequence[str]) -> list[str]:
    keys = {locale.fold(name): name for name in names}
    return [keys[key] for key in difflib.get_close_matches(locale.fold(who), list(keys), n=3, cutoff=0.7)]
