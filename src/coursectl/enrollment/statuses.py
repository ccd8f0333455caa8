"""The statuses of an enrollment, the moves between them, and the sentences for what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from coursectl.errors import N_, Refused
from coursectl.store.triggers import SEATED

Status = Literal[
    "nominated",
    "waitlisted",
    "accepted",
    "confirmed",
    "declined",
    "withdrawn",
    "no_show",
    "completed",
    "not_completed",
]
Category = Literal["official", "academic", "international_staff", "observer"]

STATUSES: tuple[Status, ...] = get_args(Status)

TRAINEE: tuple[Status, ...] = ("accepted", "confirmed", "completed", "not_completed")
"""Who counts as trained or in training."""

COMING: tuple[Status, ...] = ("nominated", "waitlisted", "accepted", "confirmed")
"""Whose place is still open, until the edition is closed."""

FURTHEST = (
    "completed", "confirmed", "accepted", "not_completed", "no_show", "waitlisted", "nominated", "declined", "withdrawn",
)  # fmt: skip
"""Which of several places of one person in an edition counts: the first of these."""

AWAY: tuple[Status, ...] = ("declined", "withdrawn")
"""Who isn't coming: left out of lists unless asked for."""

ENTRY: tuple[Status, ...] = ("accepted", "confirmed", "nominated")
"""What somebody may be enrolled as. Waitlisted is what the edition makes of them when it is full."""

CATEGORIES: tuple[Category, ...] = get_args(Category)

SQL_SEATED = ", ".join(f"'{status}'" for status in SEATED)


@dataclass(frozen=True)
class Move:
    """A move: from which statuses it may be made, and to which it leads."""

    before: tuple[Status, ...]
    after: tuple[Status, ...]


MOVES: Mapping[str, Move] = {
    "accept": Move(("nominated", "waitlisted", "withdrawn"), ("accepted",)),
    "confirm": Move(("accepted",), ("confirmed",)),
    "decline": Move(("nominated", "waitlisted", "accepted", "confirmed"), ("declined",)),
    "waitlist": Move(("nominated", "accepted", "confirmed"), ("waitlisted",)),
    "promote": Move(("waitlisted",), ("accepted",)),
    "withdraw": Move(("nominated", "waitlisted", "accepted", "confirmed"), ("withdrawn",)),
    "replace": Move(("nominated", "waitlisted", "accepted", "confirmed"), ("withdrawn",)),
    "nominate": Move(("declined", "withdrawn"), ("nominated",)),
    "close": Move(
        ("accepted", "confirmed", "completed", "not_completed", "no_show"), ("completed", "not_completed", "no_show")
    ),
}
"""Every move that there is, and nothing else is allowed.

| move     | from                                                      | to                                |
|----------|-----------------------------------------------------------|-----------------------------------|
| accept   | nominated, waitlisted, withdrawn                          | accepted                          |
| confirm  | accepted                                                  | confirmed                         |
| decline  | nominated, waitlisted, accepted, confirmed                | declined                          |
| waitlist | nominated, accepted, confirmed                            | waitlisted                        |
| promote  | waitlisted, in the order of waiting                       | accepted                          |
| withdraw | nominated, waitlisted, accepted, confirmed                | withdrawn                         |
| replace  | nominated, waitlisted, accepted, confirmed (the old one)  | withdrawn                         |
| nominate | declined, withdrawn (put forward again)                   | nominated                         |
| close    | accepted, confirmed, or an outcome that is put right      | completed, not_completed, no_show |

Accepting takes a seat and gives a participant number to who has none; declining and withdrawing free the seat and keep the
number. Who has declined was told so, or told us so: they are nominated again before they are accepted.
"""


def possible_moves(status: str) -> tuple[str, ...]:
    """The moves that can be made from a status, as their commands are called."""
    return tuple(name for name, move in MOVES.items() if status in move.before)


class MoveRefused(Refused):
    """The enrollment isn't in a status from which this move may be made."""

    rule = "move_allowed"
    wording = N_("{name} is {status} in {edition}: {verb} isn't possible. What you can type: {possible}")


class MovedMeanwhile(Refused):
    """Somebody moved the enrollment between the reading and the writing."""

    rule = "status_as_read"
    wording = N_("{edition} was changed by somebody else just now; nothing was written. Look at: coursectl roster list")


class NoSeatLeft(Refused):
    """The edition is full. The sentence says how many seats are taken, and what can be done."""

    rule = "seats_left"
    wording = N_(
        "{edition} is full: {taken} of {seats} seats are taken. Raise them with: coursectl edition edit {edition} --seats N"
    )


FULL = N_(
    "{edition} has too few seats; nothing was written. Raise them with: coursectl edition edit {edition} --seats N"
)
"""What a batch that others apply says; `enroll` and `move` say the figures too."""


class NoWaitingList(Refused):
    """The edition doesn't keep a waiting list."""

    rule = "waiting_list_kept"
    wording = N_("{edition} has no waiting list. Give it one with: coursectl edition edit {edition} --waiting-list")


class CountryNotStated(Refused):
    """Everybody represents a country, except international staff."""

    rule = "country_stated"
    wording = N_(
        "Say which country {name} represents, with --country. Only international staff (--category) represent none."
    )


class AlreadyEnrolled(Refused):
    """The person has an enrollment in the edition, and there is one for each."""

    rule = "enrollment_once"
    wording = N_(
        "Somebody enrolled the same people in {edition} just now; nothing was changed. Type the command again."
    )


class CameBack(Refused):
    """Somebody who had withdrawn or declined is enrolled again: a move is the way back, so that the number stays."""

    rule = "enrollment_once"
    wording = N_(
        "{name} is {status} in {edition}; nothing was changed. To take them back: coursectl roster {verb} {who} -e {edition}"
    )


def way_back(status: str) -> str:
    """The move that brings back somebody who isn't coming."""
    return "nominate" if status == "declined" else "accept"


class QuotaFull(NoSeatLeft):
    """A country, a group of countries or an organization has all the places that it may have."""

    wording = N_(
        "{what} has a maximum of {maximum} in {edition}, with {taken} taken and {asked} more asked for; nothing was written. Change it with: coursectl edition quota {edition}, or take a guest beside the quotas with: --over-quota REASON"
    )
