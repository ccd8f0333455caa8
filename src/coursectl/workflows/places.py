"""Where an edition's places stand between the call for nominations and the first morning."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import editions, enrollment
from coursectl.editions import EditionRef
from coursectl.enrollment import Quota
from coursectl.store import Store


@dataclass(frozen=True)
class Share:
    """A share of women or men that an edition aims at, and the one that its trainees have (0–1)."""

    sex: str
    wanted: float
    reached: float
    below: bool


@dataclass(frozen=True)
class Places:
    """Who is nominated and who waits, who sits beside seats and quotas, which policy isn't reached, and the shares aimed at.

    `below_target` are the quotas whose call isn't answered in full, while it can be: until its last day, or the edition's first.
    `unanswered` are accepted and haven't confirmed, while the day to confirm by isn't over.
    """

    nominated: int
    waiting: int
    guests: int
    below_minimum: tuple[Quota, ...]
    shares: tuple[Share, ...]
    below_target: tuple[Quota, ...] = ()
    unanswered: int = 0


def get_places(store: Store, ref: EditionRef, language: str = "en", *, today: str = "") -> Places:
    """Where the places of the edition stand on `today` (ISO 8601); labels of quotas are in the language."""
    edition = editions.get_edition(store, ref)
    roster = enrollment.list_roster(store, ref, ("waitlisted", *enrollment.TRAINEE))
    sitting = enrollment.each_once([one for one in roster if one.status in enrollment.TRAINEE])
    aimed = {"female": edition.women_share, "male": edition.men_share}
    shares = []
    for sex, wanted in aimed.items():
        if wanted is not None:
            reached = sum(one.sex == sex for one in sitting) / len(sitting) if sitting else 0.0
            shares.append(Share(sex, wanted, round(reached, 4), bool(sitting) and reached < wanted))
    quotas = enrollment.list_quotas(store, ref, language)
    called = today <= (edition.nominations_by or edition.start or today)
    return Places(
        nominated=len(enrollment.list_named(store, ref, ("nominated",))),
        waiting=sum(one.status == "waitlisted" for one in roster),
        guests=enrollment.get_seats(store, ref).guests,
        below_minimum=tuple(one for one in quotas if one.below_minimum),
        shares=tuple(shares),
        below_target=tuple(one for one in quotas if called and one.below_target),
        unanswered=sum(one.status == "accepted" for one in sitting)
        if edition.confirm_by and today <= edition.confirm_by
        else 0,
    )
