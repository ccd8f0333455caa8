"""Seats and quotas: how many are taken, and the sentence for what has none left.

The counters are the store's: every enrollment that takes or frees a place moves them, and a maximum is a rule of theirs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from coursectl import locale
from coursectl.editions import EditionRef
from coursectl.enrollment.statuses import NoSeatLeft, QuotaFull
from coursectl.errors import N_, NotFound, Usage
from coursectl.people import organization_label
from coursectl.store import Row, Store
from coursectl.store.triggers import counted_sql
from coursectl.tables import clean


def read_over_quota(words: str | None) -> str | None:
    """Why somebody sits beside all maximums; None: they don't. Raises Usage where no reason is said."""
    reason = None if words is None else clean(words)
    if reason == "":
        raise Usage(N_('Why do they come as guests? Say it: --over-quota "Guest of the director"'))
    return reason


@dataclass(frozen=True)
class Seats:
    """How full an edition is. `seats` None: without limit. `guests` are the `taken` who sit beside the quotas."""

    taken: int
    seats: int | None
    waiting_list: bool
    guests: int = 0

    @property
    def left(self) -> int | None:
        """Seats that are free; None: without limit."""
        return None if self.seats is None else self.seats - self.taken + self.guests


@dataclass(frozen=True)
class Quota:
    """What a country, a group of countries or a nominating organization may have in an edition, and what it has.

    `kind` is country, group or organization; `key` its code, or the organization's id as text; `label` what people call
    it. `minimum` and `target` (the nominations that the call asks for) are policy, `below_minimum` and `below_target` where they
    aren't reached; `maximum` is a rule. `taken` counts the `guests` beside the quotas too; `put_forward` is everybody under it,
    whatever became of them. `countries` are the group's.
    """

    kind: str
    key: str
    label: str
    minimum: int | None
    maximum: int | None
    target: int | None
    taken: int
    guests: int = 0
    countries: tuple[str, ...] = ()
    below_minimum: bool = False
    below_target: bool = False
    put_forward: int = 0

    @property
    def left(self) -> int | None:
        """Places that are free; None: without limit."""
        return None if self.maximum is None else self.maximum - self.taken + self.guests

    def covers(self, asked: Asked) -> bool:
        """Whether whoever asks falls under it."""
        if self.kind == "country":
            return asked.country == self.key
        if self.kind == "group":
            return asked.country in self.countries
        return str(asked.organization_id) == self.key


@dataclass(frozen=True)
class Asked:
    """A place that somebody asks for: the country that they represent, and the organization that answers for them."""

    country: str | None
    organization_id: int | None


def asked_of(row: Row) -> Asked:
    """The place that a row of enrollment asks for."""
    nominator: int | None = row["nominated_by"]
    return Asked(row["country"], row["organization_id"] if nominator is None else nominator)


def get_seats(store: Store, edition: EditionRef) -> Seats:
    """How many seats the edition has, and how many are taken. Raises NotFound where the edition is gone."""
    rows = store.read(
        "SELECT taken, max AS seats, waiting_list, extra FROM seat_count JOIN edition ON edition.id = edition_id"
        " WHERE edition_id = :edition_id AND kind = 'edition'",
        {"edition_id": edition.id},
        level="strong",
    )
    if not rows:
        raise NotFound(N_("There is no edition {reference} any more."), reference=edition.reference)
    return Seats(rows[0]["taken"], rows[0]["seats"], bool(rows[0]["waiting_list"]), rows[0]["extra"])


_QUOTAS = f"""
SELECT seat_count.kind, seat_count.key, quota.minimum, quota.maximum, quota.target, taken, extra, quota.country,
  country_group.code, country_group.title, country_group.countries, organization.name, organization.acronym,
  (SELECT count(*) FROM enrollment WHERE enrollment.edition_id = quota.edition_id AND {counted_sql("enrollment")}) AS put_forward
FROM quota
LEFT JOIN country_group ON country_group.id = quota.group_id
LEFT JOIN organization ON organization.id = quota.organization_id
JOIN seat_count ON seat_count.edition_id = quota.edition_id
  AND seat_count.key = CAST(coalesce(quota.country, quota.group_id, quota.organization_id) AS TEXT)
  AND seat_count.kind = CASE WHEN quota.country IS NOT NULL THEN 'country' WHEN quota.group_id IS NOT NULL THEN 'group' ELSE 'organization' END
WHERE quota.edition_id = :edition_id
"""
_KINDS = ("country", "group", "organization")


def list_quotas(store: Store, edition: EditionRef, language: str | None = None) -> list[Quota]:
    """The quotas of an edition with what is taken of them: countries, groups, organizations, each by name.

    Labels are in the `language`; None: the one that the tool speaks.
    """
    language = language or locale.tool_language()
    quotas = [_quota(row, language) for row in store.read(_QUOTAS, {"edition_id": edition.id}, level="strong")]
    return sorted(quotas, key=lambda one: (_KINDS.index(one.kind), locale.sort_key(one.label, language)))


def _quota(row: Row, language: str) -> Quota:
    kind = row["kind"]
    if kind == "country":
        label = locale.country_name(row["country"], language)
    elif kind == "group":
        label = locale.pick(json.loads(row["title"]), language) or row["code"]
    else:
        label = organization_label(json.loads(row["acronym"]), json.loads(row["name"]), language)
    countries = tuple(json.loads(row["countries"])) if kind == "group" else ()
    minimum, target, taken = row["minimum"], row["target"], row["taken"]
    return Quota(
        kind, row["code"] if kind == "group" else row["key"], label, minimum, row["maximum"], target, taken, row["extra"], countries,
        below_minimum=minimum is not None and taken < minimum, below_target=target is not None and row["put_forward"] < target,
        put_forward=row["put_forward"],
    )  # fmt: skip


class Room:
    """The places that are still free, as they are given away one by one: for planning, since the store has the last word."""

    def __init__(self, seats: Seats, quotas: Sequence[Quota]) -> None:
        self._left = seats.left
        self._limited = [(quota, [quota.left]) for quota in quotas if quota.left is not None]

    @property
    def left(self) -> int | None:
        """Seats of the edition that are free; None: without limit."""
        return self._left

    def full_for(self, asked: Asked) -> Quota | None:
        """The first quota that has no place for who asks; None: all that they fall under have."""
        return next((quota for quota, left in self._limited if not left[0] and quota.covers(asked)), None)

    def take(self, asked: Asked) -> None:
        """Give a place to who asks."""
        self._left = None if self._left is None else self._left - 1
        for quota, left in self._limited:
            if quota.covers(asked) and left[0] is not None:
                left[0] -= 1

    def free(self, asked: Asked) -> None:
        """Take back the place of who leaves."""
        self._left = None if self._left is None else self._left + 1
        for quota, left in self._limited:
            if quota.covers(asked) and left[0] is not None:
                left[0] += 1


def beyond_quotas(quotas: Sequence[Quota], asked: Mapping[int, Asked]) -> dict[int, Quota]:
    """Who finds a quota full if places are given in the order of asking, and which; by the keys of `asked`."""
    room = Room(Seats(0, None, waiting_list=False), quotas)
    beyond = {}
    for key, one in asked.items():
        if quota := room.full_for(one):
            beyond[key] = quota
        else:
            room.take(one)
    return beyond


@contextmanager
def full_told(
    store: Store, edition: EditionRef, asked: Sequence[Asked], *, may_wait: bool = False, seated: bool = False
) -> Iterator[None]:
    """Turn the store's bare refusal into the sentence with the figures of now.

    `asked`: the seats that were wanted; `may_wait`: the command could put people on the waiting list instead; `seated`: who
    asks has a seat already, and only the quotas change.
    """
    try:
        yield
    except NoSeatLeft:
        seats = get_seats(store, edition)
        if seated or seats.left is None or len(asked) <= seats.left:
            for quota, count in _exceeded(list_quotas(store, edition), asked):
                raise QuotaFull(
                    what=quota.label, taken=quota.taken - quota.guests, maximum=quota.maximum, edition=edition.reference,
                    asked=count,
                ) from None  # fmt: skip
        raise _no_seat_left(edition, seats, len(asked), may_wait=may_wait) from None


def _exceeded(quotas: Iterable[Quota], asked: Sequence[Asked]) -> Iterator[tuple[Quota, int]]:
    """The quotas that have no place for all who ask, and how many ask."""
    kinds = Counter(asked)
    for quota in quotas:
        count = sum(number for one, number in kinds.items() if quota.covers(one))
        if quota.left is not None and count > quota.left:
            yield quota, count


def _no_seat_left(edition: EditionRef, seats: Seats, asked: int, *, may_wait: bool) -> NoSeatLeft:
    """Why there is no seat, or not enough, and what can be done about it."""
    left = max(seats.left or 0, 0)
    wordings = _OF_ONE_SEAT if seats.seats == 1 and not left else _WORDINGS
    wording = wordings[left > 0, seats.waiting_list and may_wait]
    taken = seats.taken - seats.guests
    return NoSeatLeft(wording, edition=edition.reference, taken=taken, seats=seats.seats, left=left, asked=asked)


_OF_ONE_SEAT: Mapping[tuple[bool, bool], str] = {
    (False, False): N_(
        "{edition} is full: its only seat is taken. Raise the seats with: coursectl edition edit {edition} --seats N"
    ),
    (False, True): N_(
        "{edition} is full: its only seat is taken. Add --waiting-list to put who comes now on its waiting list, or raise "
        "the seats with: coursectl edition edit {edition} --seats N"
    ),
}
_WORDINGS: Mapping[tuple[bool, bool], str] = {
    (False, False): NoSeatLeft.wording,
    (False, True): N_(
        "{edition} is full: {taken} of {seats} seats are taken. Add --waiting-list to put who comes now on its waiting "
        "list, or raise the seats with: coursectl edition edit {edition} --seats N"
    ),
    (True, False): N_(
        "{edition} has too few seats left, {left} of {seats}, and {asked} are asked for; nothing was written. "
        "Raise them with: coursectl edition edit {edition} --seats N"
    ),
    (True, True): N_(
        "{edition} has too few seats left, {left} of {seats}, and {asked} are asked for; nothing was written. "
        "Add --waiting-list to put who comes last on its waiting list, or raise the seats with: "
        "coursectl edition edit {edition} --seats N"
    ),
}
