"""Filling the seats by the edition's stated policy, each choice with its reason, for a committee to decide.

The policy: the minimums of quotas first; then the order of nomination (principal before reserve, each organization's first
before its second), then who took part in fewer earlier editions, then who was nominated first. Maximums are kept; where
the edition aims at a share of women or men, the last seats are kept for them. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coursectl.editions import EditionRef, get_edition
from coursectl.enrollment.roster import Enrollment, each_once, list_roster
from coursectl.enrollment.seats import Quota, Room, Seats, get_seats, list_quotas
from coursectl.enrollment.statuses import TRAINEE
from coursectl.enrollment.waiting import asked_by, first_fitting, list_taken_next
from coursectl.errors import N_
from coursectl.store import Store, as_json

Decision = Literal["accept", "waitlist", "leave"]


@dataclass(frozen=True)
class Reason:
    """Why somebody is proposed or isn't: an untranslated wording and its facts."""

    wording: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Choice:
    """One nominated person, what is proposed for them, and why. `earlier` is in how many earlier editions they took part."""

    one: Enrollment
    earlier: int
    decision: Decision
    reason: Reason
    late: bool = False


@dataclass(frozen=True)
class Shortfall:
    """What the policy asks for and the proposal doesn't reach: a quota's minimum, or a share of women or men (0–1)."""

    label: str
    wanted: float
    reached: float
    kind: str


@dataclass(frozen=True)
class Proposal:
    """Who gets the free seats, in the order of choosing, then the others; and where the policy isn't reached.

    `waiting` counts who is on the waiting list: they go first, and `kept` of the free seats are left to them.
    """

    edition: str
    seats: int | None
    free: int | None
    choices: tuple[Choice, ...]
    shortfalls: tuple[Shortfall, ...]
    waiting: int = 0
    kept: int = 0

    def decided(self, decision: Decision) -> tuple[Choice, ...]:
        """Those for whom this is proposed."""
        return tuple(choice for choice in self.choices if choice.decision == decision)


def propose(store: Store, edition: EditionRef, *, language: str = "en") -> Proposal:
    """Propose who of the nominated gets the seats that are free, beside those of who waits already and goes first."""
    held = get_edition(store, edition)
    roster = list_roster(store, edition, language=language, level="strong")
    there = [one for one in roster if one.status == "nominated" and not one.erased]
    sitting = each_once([one for one in roster if one.status in TRAINEE])
    seats, quotas = get_seats(store, edition), list_quotas(store, edition, language)
    earlier = _earlier(store, edition, there)
    policy = _Policy(seats, quotas, {"female": held.women_share or 0.0, "male": held.men_share or 0.0}, earlier)
    waiting = list_taken_next(store, edition)
    first = policy.keep_for(waiting)
    sitting += first
    nominated = policy.each_once(there)
    chosen = policy.choose(nominated, sitting)
    rest: Decision = "waitlist" if held.waiting_list else "leave"
    picked = {one.id for one, _reason in chosen}
    counted = {one.id for one in nominated}
    others = sorted((one for one in nominated if one.id not in picked), key=policy.order)
    choices = [
        *(Choice(one, earlier[one.person.id], "accept", reason, one.late) for one, reason in chosen),
        *(Choice(one, earlier[one.person.id], rest, policy.why_not(one), one.late) for one in others),
        *(
            Choice(one, earlier[one.person.id], "leave", Reason(_TWICE), one.late)
            for one in there
            if one.id not in counted
        ),
    ]
    shortfalls = (
        *_below(quotas, [*first, *(one for one, _reason in chosen)]),
        *_shares(policy.shares, [*sitting, *(one for one, _ in chosen)]),
    )
    return Proposal(
        edition.reference, seats.seats, seats.left, tuple(choices), shortfalls, waiting=len(waiting), kept=len(first)
    )


_MINIMUM = N_("next for {label}, whose minimum is {minimum}")
_FIRST = N_("number {place} in the order of nomination")
_SHARE = N_("for the share of women that is aimed at")
_SHARE_MEN = N_("for the share of men that is aimed at")
_FULL_QUOTA = N_("the maximum of {label}, {maximum}, is reached")
_NO_SEAT = N_("no seat is left; number {place} in the order of nomination")

_TWICE = N_("the same person has another place in the edition, and gets one seat")

WORDINGS = (_MINIMUM, _FIRST, _SHARE, _SHARE_MEN, _FULL_QUOTA, _NO_SEAT, _TWICE)
"""Of all reasons that there are."""


class _Policy:
    """One run of the policy over the room that there is."""

    def __init__(
        self, seats: Seats, quotas: Sequence[Quota], shares: Mapping[str, float], earlier: Mapping[int, int]
    ) -> None:
        self._seats = seats
        self._quotas = quotas
        self._room = Room(seats, quotas)
        self.shares = shares
        self._earlier = earlier
        self._places: dict[int, int] = {}
        self._first: list[Enrollment] = []

    def keep_for(self, waiting: Sequence[Enrollment]) -> list[Enrollment]:
        """Who of those that wait fits into the room; their seats are left to them."""
        self._first = first_fitting(waiting, self._room, None)
        return self._first

    def order(self, one: Enrollment) -> tuple[int, int, int, str, int]:
        """What decides between two: principal, order of nomination, earlier editions, the hour of nomination."""
        return (
            int(one.reserve),
            one.priority or _UNRANKED,
            self._earlier[one.person.id],
            one.enrolled_at,
            one.id,
        )

    def each_once(self, nominated: Sequence[Enrollment]) -> list[Enrollment]:
        """Of several nominations of one person the first in order; none of who has or gets a seat by another place."""
        first: dict[int, Enrollment] = {}
        waiting = {one.person.id for one in self._first}
        for one in sorted(nominated, key=self.order):
            if not one.sits_elsewhere and one.person.id not in waiting:
                first.setdefault(one.person.id, one)
        return [one for one in nominated if first.get(one.person.id) is one]

    def choose(self, nominated: Sequence[Enrollment], sitting: Sequence[Enrollment]) -> list[tuple[Enrollment, Reason]]:
        """Who gets a seat, in the order of choosing."""
        queue = sorted(nominated, key=self.order)
        self._places = {one.id: place for place, one in enumerate(queue, 1)}
        chosen: list[tuple[Enrollment, Reason]] = []
        for quota in (quota for quota in self._quotas if quota.minimum):
            coming = [*self._first, *(one for one, _reason in chosen)]
            missing = (quota.minimum or 0) - quota.taken - sum(quota.covers(asked_by(one)) for one in coming)
            for one in [one for one in queue if quota.covers(asked_by(one))]:
                if missing > 0 and self._take(one):
                    facts = (("label", quota.label), ("minimum", quota.minimum))
                    chosen.append((one, Reason(_MINIMUM, facts)))
                    missing -= 1
            taken = {one.id for one, _reason in chosen}
            queue = [one for one in queue if one.id not in taken]
        return [*chosen, *self._fill(queue, [*sitting, *(one for one, _reason in chosen)])]

    def _fill(self, queue: Sequence[Enrollment], sitting: Sequence[Enrollment]) -> Iterable[tuple[Enrollment, Reason]]:
        """The seats that are left, in the order of nomination; the last of them for a share that isn't reached."""
        counts = {sex: sum(one.sex == sex for one in sitting) for sex in self.shares}
        all_seats = len(sitting) + (len(queue) if self._room.left is None else min(self._room.left, len(queue)))
        wanted = {sex: -(-round(share * all_seats * 1000) // 1000) for sex, share in self.shares.items()}
        waiting = list(queue)
        chosen: list[tuple[Enrollment, Reason]] = []
        while waiting and self._room.left != 0:
            left = all_seats - len(sitting) - len(chosen)
            missing = {sex: max(0, wanted[sex] - counts[sex]) for sex in self.shares}
            kept = sum(missing.values()) >= left
            one = next((one for one in waiting if kept and missing.get(one.sex or "", 0) and self._fits(one)), None)
            reason = Reason(_SHARE if one is not None and one.sex == "female" else _SHARE_MEN)
            if one is None:
                one = next((one for one in waiting if self._fits(one)), None)
                if one is None:
                    break
                reason = Reason(_FIRST, (("place", self._places[one.id]),))
            self._take(one)
            waiting.remove(one)
            chosen.append((one, reason))
            if one.sex in counts:
                counts[one.sex] += 1
        return chosen

    def why_not(self, one: Enrollment) -> Reason:
        """Why somebody gets no seat, after the choosing."""
        if (quota := self._room.full_for(asked_by(one))) is not None:
            return Reason(_FULL_QUOTA, (("label", quota.label), ("maximum", quota.maximum)))
        return Reason(_NO_SEAT, (("place", self._places[one.id]),))

    def _fits(self, one: Enrollment) -> bool:
        return self._room.left != 0 and self._room.full_for(asked_by(one)) is None

    def _take(self, one: Enrollment) -> bool:
        if not self._fits(one):
            return False
        self._room.take(asked_by(one))
        return True


_UNRANKED = 1_000_000  # after all who have a place in somebody's order


def _earlier(store: Store, edition: EditionRef, people: Sequence[Enrollment]) -> dict[int, int]:
    """In how many earlier editions of the course each took part, by the id of the person."""
    trainee = ", ".join(f"'{status}'" for status in TRAINEE)
    rows = store.read(
        "SELECT canonical_id AS id, count(DISTINCT edition_id) AS editions FROM enrollment"
        " JOIN canonical ON canonical.person_id = enrollment.person_id JOIN edition ON edition.id = edition_id"
        f" WHERE course_id = :course AND edition.number < :number AND status IN ({trainee})"
        " AND canonical_id IN (SELECT value FROM json_each(:people)) GROUP BY canonical_id",
        {"course": edition.course_id, "number": edition.number, "people": as_json([one.person.id for one in people])},
        level="strong",
    )
    counted = {row["id"]: row["editions"] for row in rows}
    return {one.person.id: counted.get(one.person.id, 0) for one in people}


def _below(quotas: Sequence[Quota], coming: Sequence[Enrollment]) -> Iterable[Shortfall]:
    for quota in quotas:
        reached = quota.taken + sum(quota.covers(asked_by(one)) for one in coming)
        if quota.minimum is not None and reached < quota.minimum:
            yield Shortfall(quota.label, quota.minimum, reached, "minimum")


def _shares(shares: Mapping[str, float], sitting: Sequence[Enrollment]) -> Iterable[Shortfall]:
    for sex, share in shares.items():
        reached = sum(one.sex == sex for one in sitting) / len(sitting) if sitting else 0.0
        if sitting and reached < share:
            yield Shortfall(sex, share, round(reached, 4), "share")
