"""Who of the store looks like somebody else of it, and who of a list looks like somebody who is known.

Everybody is put at the places where they could meet who is like them (`meeting_points`); only who meets is compared. Two
with different years of birth are two people, and so are two of whom somebody has said so.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursectl.people.likeness import ALIKE, Likeness, Traits, likeness, meeting_points, name_words, phone_key, sounds
from coursectl.people.persons import COUNTRIES, PersonRef
from coursectl.store import Row, Store, as_json
from coursectl.store.checks import in_batches

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Likely:
    """Somebody who is known and may be meant. `score` is 0 to 100; `reasons` are untranslated.

    `countries` are their own and those that they represented.
    """

    id: int
    name: str
    email: str | None
    nationality: str | None
    birth_year: int | None
    score: int
    reasons: tuple[str, ...]
    countries: tuple[str, ...] = ()

    @property
    def ref(self) -> PersonRef:
        """Name and id."""
        return PersonRef(self.id, self.name)


@dataclass(frozen=True)
class Pair:
    """Two people of the store who may be one, the earlier entered first."""

    score: int
    reasons: tuple[str, ...]
    one: PersonRef
    other: PersonRef
    emails: tuple[str | None, str | None]
    birth_years: tuple[int | None, int | None]


_COMPARED = (
    f"SELECT id, name, name_key, birth_year, nationality, email, email_key, phone, sex, {COUNTRIES}"
    " FROM person WHERE merged_into IS NULL AND erased_on IS NULL"
)
_KNOWN = f"{_COMPARED} AND id > :last ORDER BY id LIMIT :some"
_SOME = 10_000  # rows at once


def traits_of(row: Row) -> Traits:
    """What the row of a person is compared by."""
    countries = set(json.loads(row["countries"])) if row.get("countries", "[]") != "[]" else set()
    return Traits(
        name_words(row["name_key"]),
        row["birth_year"],
        row["email_key"],
        phone_key(row["phone"]),
        frozenset(filter(None, countries | {row["nationality"]})),
        row["sex"],
        () if row["name_key"].isascii() else tuple(row["name_key"].split()),
    )


def list_duplicates(store: Store, *, least: int = ALIKE, progress: Progress = lambda _done, _all: None) -> list[Pair]:
    """Everybody of the store who looks like somebody else of it, the likeliest first; who was said to be apart isn't."""
    rows: dict[int, Row] = {}
    people: dict[int, Traits] = {}
    for row in in_batches(store, _KNOWN, _SOME):
        people[row["id"]] = traits_of(row)
        rows[row["id"]] = {name: row[name] for name in ("name", "email", "birth_year")}
    apart = {
        (row["one"], row["other"])
        for row in store.read(
            "SELECT min(one.canonical_id, other.canonical_id) AS one, max(one.canonical_id, other.canonical_id) AS other"
            " FROM person_apart JOIN canonical AS one ON one.person_id = one_id"
            " JOIN canonical AS other ON other.person_id = other_id"
        )
    }
    found = [
        (how, one, other)
        for (one, other), how in _alike(people, progress)
        if how.score >= least and (one, other) not in apart
    ]
    found.sort(key=lambda pair: (-pair[0].score, pair[1], pair[2]))
    return [_pair(how, one, other, rows) for how, one, other in found]


def _pair(how: Likeness, one: int, other: int, rows: Mapping[int, Row]) -> Pair:
    mine, theirs = rows[one], rows[other]
    return Pair(
        how.score,
        how.reasons,
        PersonRef(one, mine["name"]),
        PersonRef(other, theirs["name"]),
        (mine["email"], theirs["email"]),
        (mine["birth_year"], theirs["birth_year"]),
    )


def _alike(people: Mapping[int, Traits], progress: Progress) -> Iterator[tuple[tuple[int, int], Likeness]]:
    """Every two who meet, with how much they look alike."""
    places: dict[str, list[int]] = defaultdict(list)
    for person_id, traits in people.items():
        for point in meeting_points(traits):
            places[point].append(person_id)
    expected = _Namesakes(people.values())
    seen: set[tuple[int, int]] = set()
    for number, those in enumerate(places.values()):
        if not number % 50_000:
            progress(number, len(places))
        if len(those) > 1:
            for one, other in _could_be_one(those, people):
                pair = (one, other) if one < other else (other, one)
                if pair not in seen:
                    seen.add(pair)
                    mine, theirs = people[pair[0]], people[pair[1]]
                    yield pair, likeness(mine, theirs, expected.of(mine, theirs))
    progress(len(places), len(places))


class _Namesakes:
    """How many of so many people would be called so by chance, from how often each word is borne."""

    def __init__(self, people: Collection[Traits]) -> None:
        self._people = max(1, len(people))
        self._bearers = Counter(sounds(word) for traits in people for word in set(traits.words))

    def of(self, one: Traits, other: Traits) -> float | None:
        """None where there are too few people to tell what is rare.

        For the words that two names share; a word that is only like another may be like several.
        """
        if self._people < _TELLING:
            return None
        short, long = sorted(
            (set(map(sounds, one.words)), set(map(sounds, other.words))), key=lambda words: (len(words), sorted(words))
        )
        expected = float(self._people)
        for word in short:
            expected *= self._bearers[word] / self._people if word in long else _LIKE_SEVERAL
        return expected


_TELLING = 5_000  # people
_LIKE_SEVERAL = 0.005  # of all people bear a word that is like another by a slip or a transcription


def _could_be_one(those: Sequence[int], people: Mapping[int, Traits]) -> Iterator[tuple[int, int]]:
    """Those who meet, two by two, unless they were born in different years."""
    years: dict[int | None, list[int]] = defaultdict(list)
    for person_id in those:
        years[people[person_id].birth_year].append(person_id)
    unknown = years.pop(None, [])
    for same in (*years.values(), unknown):
        for at, one in enumerate(same):
            for other in same[at + 1 :]:
                yield one, other
    for same in years.values():
        for one in same:
            for other in unknown:
                yield one, other


def likely(store: Store, wanted: Mapping[int, Traits], *, least: int = ALIKE) -> dict[int, list[Likely]]:
    """Who of the store each of the wanted looks like, the likeliest first; by the key of `wanted`.

    Of a few wanted, only those of the store are compared whose words begin as theirs do: another transcription of a first
    letter is found by `list_duplicates` alone.
    """
    found = _of_few(store, wanted, least) if len(wanted) <= _FEW else _of_many(store, wanted, least)
    return {key: sorted(those, key=lambda one: (-one.score, one.id)) for key, those in found.items()}


_FEW = 8
_WORDS = 6  # of a name that are looked for
_SAME_BEGINNING = 4  # letters of a word: what comes after may be mistyped
_OTHER_LETTERS = ("\x80", "\U0010ffff")  # where the index of names has those that don't begin with a Latin letter


def _sharing(count: int) -> str:
    shared = " + ".join(f"(name_key LIKE :word{place})" for place in range(count))
    return (
        f"{_COMPARED} AND id IN (SELECT person.id"
        " FROM json_each(:starts) AS start CROSS JOIN person ON name_key >= start.value ->> 0 AND name_key < start.value ->> 1"
        f" WHERE {shared} >= :least OR name_key >= :other_letters)"
    )


# By the number of words. The index of names alone says whose begins as one of the words does and has some of them.
_SHARING = tuple(map(_sharing, range(_WORDS + 1)))


def _of_few(store: Store, wanted: Mapping[int, Traits], least: int) -> dict[int, list[Likely]]:
    """Each is compared with whose name begins as one of their words does and has the beginnings of some; names in other
    letters share none with a Latin one."""
    found: dict[int, list[Likely]] = {}
    for key, traits in wanted.items():
        words = [word for word in dict.fromkeys((*traits.words, *traits.written)) if len(word) > 1][:_WORDS]
        words = words or list(traits.words[:1])
        begins = {word[:2] for word in (*words, *(word for word in traits.words if len(word) == 1))}
        starts = [(begin, begin + _OTHER_LETTERS[1]) for begin in sorted(begins)]
        if not traits.written:
            starts.append(_OTHER_LETTERS)
        params = {
            "starts": as_json(starts),
            "least": 2 if len(words) > 2 and not traits.written else 1,
            "other_letters": None if traits.written else _OTHER_LETTERS[0],
            **{f"word{place}": f"%{word[:_SAME_BEGINNING]}%" for place, word in enumerate(words)},
        }
        rows = store.read(_SHARING[len(words)], params, level="strong")
        if those := [one for row in rows for one in _like(row, traits, traits_of(row), least)]:
            found[key] = those
    return found


def _like(row: Row, wanted: Traits, known: Traits, least: int) -> Iterator[Likely]:
    how = likeness(wanted, known)
    if how.score >= least:
        yield likely_of(row["id"], row["name"], row["email"], row["nationality"], known, how)


def likely_of(id: int, name: str, email: str | None, nationality: str | None, known: Traits, how: Likeness) -> Likely:
    """Somebody who may be meant, with how much they look like it."""
    countries = tuple(sorted(known.countries))
    return Likely(id, name, email, nationality, known.birth_year, how.score, how.reasons, countries)


def _of_many(store: Store, wanted: Mapping[int, Traits], least: int) -> dict[int, list[Likely]]:
    """The wanted are put at their meeting points and the store goes past them, so memory doesn't grow with the store."""
    places: dict[str, list[int]] = defaultdict(list)
    for key, traits in wanted.items():
        for point in meeting_points(traits):
            places[point].append(key)
    found: dict[int, list[Likely]] = defaultdict(list)
    for row in in_batches(store, _KNOWN, _SOME, level="strong") if places else ():
        known = traits_of(row)
        for key in {key for point in meeting_points(known) for key in places.get(point, ())}:
            found[key] += _like(row, wanted[key], known, least)
    return {key: those for key, those in found.items() if those}
