"""Who is in an edition: the roster, one enrollment, seats and counts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from coursectl import locale
from coursectl.editions import EditionRef
from coursectl.enrollment.statuses import AWAY, FURTHEST, STATUSES, TRAINEE, Status
from coursectl.errors import N_, Ambiguous, BadInput, NotFound
from coursectl.locale import Text
from coursectl.people import PersonRef, filed_under, organization_label
from coursectl.store import Level, Row, Store
from coursectl.store.triggers import SEATED


@dataclass(frozen=True)
class Place:
    """Another place of the same person in an edition, which a merge has brought together."""

    id: int
    number: int | None
    status: str


@dataclass(frozen=True)
class Enrollment:
    """One person's place in one edition.

    `edition` is a reference like ICIM-37; `country` the alpha-2 code of the one represented, None for international
    staff; `organization` its label (acronym, else name) in the language asked for. Sex, country, category, organization
    and post are frozen here; honorific, e-mail, phone, language, birth year and nationality are the person's of today.
    """

    id: int
    number: int | None
    name: str
    country: str | None
    organization: str | None
    status: str
    email: str | None
    edition: str
    person: PersonRef
    post: str | None
    sex: str | None
    category: str
    honorific: str | None
    given_name: str | None
    family_name: str | None
    language: str | None
    phone: str | None
    birth_year: int | None
    nationality: str | None
    funder: str | None
    reason: str | None
    enrolled_at: str
    organization_id: int | None
    organization_name: Text | None
    organization_acronym: Text | None
    replaces: PersonRef | None = None  # in whose place they came
    nominated_by: str | None = None  # the label of the organization that put them forward
    nominated_by_id: int | None = None
    priority: int | None = None
    reserve: bool = False
    waiting: int | None = None  # their position on the waiting list, from 1
    over_quota: str | None = None
    publish: bool | None = None
    needs: str | None = None
    erased: bool = False  # what identified the person is gone
    late: bool = False  # nominated after the last day of the call
    also: tuple[Place, ...] = field(default=(), metadata={"hidden": True})  # scripts know them by the person

    @property
    def who(self) -> str:
        """How a command names them: `7`, or `"Ana Pérez"` who has no number yet."""
        return who_is(self.number, self.name)

    @property
    def sits_elsewhere(self) -> bool:
        """Whether the same person holds a seat of the edition by another place."""
        return any(place.status in SEATED for place in self.also)


def who_is(number: int | None, name: str) -> str:
    """How a command names a participant: by number, else by name."""
    if number is not None:
        return str(number)
    return f"'{name}'" if '"' in name else f'"{name}"'


@dataclass(frozen=True)
class TraineeCounts:
    """How many trainees an edition has, and how many countries they represent."""

    trainees: int
    trainee_countries: int


_ROSTER = """
SELECT enrollment.id, enrollment.number, person.name, enrollment.country, enrollment.status, person.email, person.id AS person_id,
  enrollment.post, enrollment.sex, enrollment.category, person.honorific, person.given_name, person.family_name,
  person.language, person.phone, person.birth_year, person.nationality, enrollment.funder, enrollment.reason,
  enrollment.enrolled_at, enrollment.organization_id, organization.name AS organization_name,
  organization.acronym AS organization_acronym, before.id AS before_id, before.name AS before_name,
  enrollment.nominated_by AS nominated_by_id, nominator.name AS nominator_name, nominator.acronym AS nominator_acronym,
  enrollment.priority, enrollment.reserve, enrollment.over_quota, enrollment.publish, enrollment.needs,
  CASE enrollment.status WHEN 'waitlisted' THEN row_number() OVER (
    PARTITION BY enrollment.status ORDER BY coalesce(enrollment.wait_order, 0), enrollment.id
  ) END AS waiting, person.erased_on IS NOT NULL AS erased,
  coalesce(edition.nominations_by < substr(enrollment.enrolled_at, 1, 10), 0)
    AND (enrollment.nominated_by IS NOT NULL OR enrollment.status = 'nominated') AS late
FROM enrollment
JOIN edition ON edition.id = enrollment.edition_id
JOIN canonical ON canonical.person_id = enrollment.person_id
JOIN person ON person.id = canonical.canonical_id
LEFT JOIN organization ON organization.id = enrollment.organization_id
LEFT JOIN organization AS nominator ON nominator.id = enrollment.nominated_by
LEFT JOIN enrollment AS replaced ON replaced.id = enrollment.replaces
LEFT JOIN person AS before ON before.id = replaced.person_id
WHERE enrollment.edition_id = :edition_id
"""


def list_roster(
    store: Store,
    edition: EditionRef,
    statuses: Sequence[str] | None = None,
    *,
    country: str | None = None,
    language: str = "en",
    order: str = "number",
    level: Level = "weak",
) -> list[Enrollment]:
    """The enrollments of an edition; without numbers last, who waits in the order of waiting, then the others by family name.

    `statuses`: only these; None: everybody who has neither declined nor withdrawn. `country`: an alpha-2 code. `order`:
    one of `ORDERS`, and within it by number.
    """
    kept = [
        _enrollment(row, edition, language)
        for row in _read(store, edition, level)
        if (row["status"] not in AWAY if statuses is None else row["status"] in statuses)
        and country in (None, row["country"])
    ]
    by_number = sorted(kept, key=lambda one: _by_number(one, language))
    return sorted(by_number, key=lambda one: ORDERS[order](one, language))


def by_family_name(people: Iterable[Enrollment], language: str) -> list[Enrollment]:
    """By the family name where it is known, else by the name as it stands: the order in which many get their numbers."""
    return sorted(people, key=lambda one: (_by_name(one, language), one.id))


def list_named(
    store: Store,
    edition: EditionRef,
    statuses: Sequence[str] | None = None,
    *,
    language: str = "en",
    level: Level = "weak",
) -> list[Enrollment]:
    """The roster as it is written to, printed and handed on: without who was erased, and each person once."""
    roster = list_roster(store, edition, statuses, language=language, level=level)
    return each_once([one for one in roster if not one.erased])


def each_once(roster: Sequence[Enrollment]) -> list[Enrollment]:
    """Of several places of one person, the one that counts: the furthest in the course, of two alike the first number."""
    counting: dict[int, Enrollment] = {}
    for one in roster:
        if one.also:
            counting[one.person.id] = min(counting.get(one.person.id, one), one, key=_counts_before)
    return [one for one in roster if not one.also or counting[one.person.id] is one]


def several_seats(roster: Sequence[Enrollment]) -> list[tuple[str, list[int]]]:
    """Who holds several seats of the edition after a merge: the name, and the participant numbers of the seats."""
    seats: dict[PersonRef, list[int]] = defaultdict(list)
    for one in roster:
        if one.sits_elsewhere and one.status in SEATED and one.number is not None:
            seats[one.person].append(one.number)
    return [(person.name, sorted(numbers)) for person, numbers in seats.items() if len(numbers) > 1]


def _counts_before(one: Enrollment) -> tuple[int, bool, int, int]:
    return FURTHEST.index(one.status), one.number is None, one.number or 0, one.id


def chosen_statuses(words: Sequence[str] | None, *, everybody: bool = False) -> tuple[str, ...] | None:
    """The statuses that a person asks for by name, or all of them; None: the usual ones. Raises BadInput for an unknown one."""
    if everybody:
        return STATUSES
    chosen = [(word, locale.fold(word).replace(" ", "_")) for word in words or ()]
    for word, status in chosen:
        if status not in STATUSES:
            raise BadInput(N_("There is no status {word!r}. There are: {known}."), word=word, known=", ".join(STATUSES))
    return tuple(status for _word, status in chosen) or None


def chosen_order(word: str | None) -> str:
    """The order that a person asks for by name; by number where they don't. Raises BadInput for an unknown one."""
    if word is not None and word not in ORDERS:
        raise BadInput(N_("{word!r} is no order of a list. There are: {known}."), word=word, known=", ".join(ORDERS))
    return word or "number"


def list_trainees(store: Store, edition: EditionRef, *, language: str = "en") -> list[Enrollment]:
    """The trainees of an edition: accepted, confirmed, completed, not_completed; without who was erased, each once."""
    return list_named(store, edition, TRAINEE, language=language)


def get_enrollment(store: Store, edition: EditionRef, who: str, *, language: str = "en") -> Enrollment:
    """The enrollment that a participant number, an e-mail, or a name that fits one person of the edition means.

    Raises NotFound, and Ambiguous where a name fits several.
    """
    return get_enrollments(store, edition, [who], language=language)[0]


def get_enrollments(
    store: Store, edition: EditionRef, whom: Sequence[str], *, language: str = "en"
) -> list[Enrollment]:
    """The enrollments that several numbers, e-mails or names mean, each once, in order. Raises as `get_enrollment`."""
    roster = [_enrollment(row, edition, language) for row in _read(store, edition, "strong")]
    chosen = [choose(roster, edition, who) for who in whom]
    return list({one.id: one for one in chosen}.values())


def count_trainees(store: Store, edition: EditionRef) -> TraineeCounts:
    """How many trainees the edition has, each once, and how many countries they represent."""
    trainee = ", ".join(f"'{status}'" for status in TRAINEE)
    rows = store.read(
        "SELECT count(DISTINCT canonical_id) AS trainees, count(DISTINCT country) AS trainee_countries"
        " FROM enrollment JOIN canonical USING (person_id)"
        f" WHERE edition_id = :edition_id AND status IN ({trainee})",
        {"edition_id": edition.id},
    )
    return TraineeCounts(**rows[0])


def _read(store: Store, edition: EditionRef, level: Level) -> list[Row]:
    """All places of the edition, those of one person knowing of one another."""
    rows = store.read(_ROSTER, {"edition_id": edition.id}, level=level)
    places = Counter(row["person_id"] for row in rows)
    of_one: dict[int, list[Place]] = defaultdict(list)
    for row in rows:
        if places[row["person_id"]] > 1:
            of_one[row["person_id"]].append(Place(row["id"], row["number"], row["status"]))
    return [
        row | {"also": tuple(one for one in of_one.get(row["person_id"], ()) if one.id != row["id"])} for row in rows
    ]


def _enrollment(row: Row, edition: EditionRef, language: str) -> Enrollment:
    name, acronym = (_text(row[column]) for column in ("organization_name", "organization_acronym"))
    person_id, before_id, before_name = (row.pop(column) for column in ("person_id", "before_id", "before_name"))
    nominator, short = (_text(row.pop(column)) for column in ("nominator_name", "nominator_acronym"))
    return Enrollment(
        **row
        | {
            "edition": edition.reference,
            "person": PersonRef(person_id, row["name"]),
            "organization": None if name is None else organization_label(acronym or {}, name, language),
            "organization_name": name,
            "organization_acronym": acronym,
            "replaces": None if before_id is None else PersonRef(before_id, before_name),
            "nominated_by": None if nominator is None else organization_label(short or {}, nominator, language),
            "reserve": bool(row["reserve"]),
            "erased": bool(row["erased"]),
            "late": bool(row["late"]),
            "publish": None if row["publish"] is None else bool(row["publish"]),
        }
    )


def _text(column: str | None) -> Text | None:
    if column is None:
        return None
    read: Text = json.loads(column)
    return read


_SortKey = tuple[str, str, str]


def _by_number(one: Enrollment, language: str) -> tuple[int, int, _SortKey, int]:
    if one.number is not None:
        return 0, one.number, _UNSORTED, 0
    if one.waiting is not None:
        return 1, one.waiting, _UNSORTED, 0
    return 2, 0, _by_name(one, language), one.id


def _by_name(one: Enrollment, language: str) -> _SortKey:
    return locale.sort_key(filed_under(one.name, one.family_name, one.given_name), language)


_UNSORTED: _SortKey = ("", "", "")

ORDERS: Mapping[str, Callable[[Enrollment, str], tuple[Any, ...]]] = {
    "number": lambda _one, _language: (),
    "name": lambda one, language: _by_name(one, language),
    "country": lambda one, language: (
        one.country is None,
        locale.sort_key(locale.country_name(one.country, language) if one.country else "", language),
    ),
    "organization": lambda one, language: (
        one.organization is None,
        locale.sort_key(one.organization or "", language),
    ),
    "status": lambda one, _language: (STATUSES.index(cast(Status, one.status)),),
}
"""How a roster can be sorted."""


def choose(roster: Iterable[Enrollment], edition: EditionRef, who: str) -> Enrollment:
    """Who of the roster is meant by a number, an e-mail or a name. Raises NotFound, and Ambiguous where a name fits several."""
    fitting = _fitting(list(roster), who.strip())
    if not fitting:
        raise NotFound(
            N_("Nobody in {edition} fits {who!r}. See who is in it with: coursectl roster list -e {edition} --all"),
            edition=edition.reference,
            who=who,
        )
    if len(fitting) > 1:
        raise Ambiguous(name=who, choices="; ".join(map(_described, fitting)))
    return fitting[0]


def _fitting(roster: list[Enrollment], who: str) -> list[Enrollment]:
    """Who fits: by number or e-mail; by the whole name; else by words that the name has."""
    if who.isdecimal():
        return [one for one in roster if len(who) < _DIGITS and one.number == int(who)]
    if "@" in who:
        return [one for one in roster if (one.email or "").casefold() == who.casefold()]
    wanted = locale.fold(who)
    exact = [one for one in roster if locale.fold(one.name) == wanted]
    words = set(wanted.split())
    return exact or [one for one in roster if words and words <= set(locale.fold(one.name).split())]


_DIGITS = 19  # no participant number is that long, and Python refuses to read thousands of digits


def _described(one: Enrollment) -> str:
    """`14 Ana Pérez <ana@dnm.example>`"""
    number = "" if one.number is None else f"{one.number} "
    email = "" if one.email is None else f" <{one.email}>"
    return f"{number}{one.name}{email}"
