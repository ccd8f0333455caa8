"""Who is new but may be somebody all the same: who looks like somebody known, and namesakes. Somebody else decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

from coursectl.errors import N_, CourseError, untranslated
from coursectl.people.duplicates import Likely, likely, likely_of, traits_of
from coursectl.people.likeness import OTHER_COUNTRY, OTHER_YEAR, Traits, likeness, name_words, phone_key
from coursectl.people.persons import NewPerson, Person, email_key, name_key
from coursectl.store import Row, Store

Decision = int | Literal["new", "fail"]
Decide = Callable[[NewPerson, Sequence[Likely]], Decision]
"""What is to be done with somebody new who looks like people who are known: the id of the one who is meant, new, or fail."""

DUPLICATES: dict[str, Decide] = {
    "link": lambda _one, found: found[0].id if len(found) == 1 or found[0].score > found[1].score else "fail",
    "new": lambda _one, _found: "new",
    "fail": lambda _one, _found: "fail",
}
"""The decisions that need nobody to be asked, by their words. Who looks like several alike is never linked."""

Present = Callable[[Sequence[int]], Iterable[int]]
"""Which of these people are in the edition that somebody is to be enrolled in."""

HERE = N_("in this edition already")
IN_THE_LIST = N_("in this list too")
OF_THE_LIST = 0
"""The id of somebody who may be meant and stands in the same list."""


class Described(CourseError):
    """People who are known, each with how much and why somebody looks like them, as a part of a sentence."""

    def __init__(self, found: Sequence[Likely]) -> None:
        super().__init__()
        self.found = tuple(found)

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        return "; ".join(self._one(likely, translate) for likely in self.found[:_SHOWN])

    @staticmethod
    def _one(likely: Likely, translate: Callable[[str], str]) -> str:
        about = ", ".join(known_of(likely)) or likely.id
        return f"{likely.name} ({about}; {likely.score} %: {', '.join(map(translate, likely.reasons))})"


_SHOWN = 4


def known_of(one: Likely) -> list[str]:
    """What tells somebody from others of the name: e-mail, countries, year of birth."""
    return list(filter(None, (one.email, *one.countries, str(one.birth_year or ""))))


@dataclass(frozen=True)
class Candidate:
    """A known person with the countries they are known for."""

    person: Person
    countries: frozenset[str]


@dataclass(frozen=True)
class Unsure:
    """Somebody new who may be one of `asked`, for whom it is to be decided; `others` only have the same name."""

    asked: tuple[Likely, ...] = ()
    others: tuple[Likely, ...] = ()


def unsure(
    store: Store,
    wanted: Sequence[NewPerson],
    rows: Mapping[int, Row],
    by_name: Mapping[str, Sequence[Candidate]],
    present: Present | None,
) -> dict[int, Unsure]:
    """Of the new ones, by their places in `wanted`, those who look like somebody or are called as somebody is.

    A namesake who is in the edition is asked about whatever else is known; another one is only told.
    """
    traits = {place: replace(traits_of(row), countries=countries_of(wanted[place])) for place, row in rows.items()}
    alike = likely(store, traits)
    namesakes = {
        place: [_namesake(other, traits[place]) for other in by_name[row["name_key"]]]
        for place, row in rows.items()
        if by_name.get(row["name_key"])
    }
    called = sorted({one.id for those in namesakes.values() for one in those})
    here = set(present(called)) if present and called else set()
    return {
        place: _asked(alike.get(place, ()), namesakes.get(place, ()), here) for place in sorted({*alike, *namesakes})
    }


def _asked(alike: Sequence[Likely], namesakes: Sequence[Likely], here: AbstractSet[int]) -> Unsure:
    asked = {one.id: one for one in alike}
    asked |= {one.id: replace(one, reasons=(*one.reasons, HERE)) for one in namesakes if one.id in here}
    others = tuple(one for one in namesakes if one.id not in asked)
    return Unsure(tuple(sorted(asked.values(), key=lambda one: (-one.score, one.id))), others)


def _namesake(other: Candidate, wanted: Traits) -> Likely:
    person = other.person
    words = name_words(name_key(person.name))
    traits = Traits(
        words, person.birth_year, email_key(person.email), phone_key(person.phone), other.countries, person.sex
    )
    return likely_of(person.id, person.name, person.email, person.nationality, traits, likeness(wanted, traits))


def countries_of(one: NewPerson) -> frozenset[str]:
    """The countries that somebody is described with."""
    return frozenset(country for country in (one.nationality, one.country) if country)


def twins(
    wanted: Sequence[NewPerson], rows: Sequence[Row], known: Mapping[int, Person]
) -> Iterator[tuple[int, int, Likely]]:
    """Who of a list has the name of somebody before and another country or year: their places, and the one before.

    Two who are known are two, and so are two of one country whom the list gives each an e-mail.
    """
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        before = first.setdefault(row["name_key"], place)
        if before != place and not (place in known and before in known):
            mine, theirs = (replace(traits_of(rows[at]), countries=countries_of(wanted[at])) for at in (place, before))
            there, how = rows[before], likeness(mine, theirs)
            if not {OTHER_COUNTRY, OTHER_YEAR} & set(how.reasons):
                continue
            one = likely_of(OF_THE_LIST, there["name"], there["email"], there["nationality"], theirs, how)
            yield place, before, replace(one, reasons=(*one.reasons, IN_THE_LIST))
