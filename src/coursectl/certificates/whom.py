"""Whom a hold or an exception is about: a participant of the edition, or one of its experts."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import enrollment, program
from coursectl.editions import EditionRef
from coursectl.errors import NotFound
from coursectl.people import PersonRef
from coursectl.store import Store


@dataclass(frozen=True)
class Somebody:
    """A person of the edition; `status` and `number` are those of their enrollment, None for who only teaches."""

    person: PersonRef
    number: int | None
    status: str | None


def get_somebody(store: Store, edition: EditionRef, who: str) -> Somebody:
    """The participant that a number, an e-mail or a name means, or else the expert. Raises NotFound, Ambiguous."""
    try:
        one = enrollment.get_enrollment(store, edition, who)
        return Somebody(one.person, one.number, one.status)
    except NotFound as nobody:
        try:
            return Somebody(program.get_expert(store, edition, who).person, None, None)
        except NotFound:
            raise nobody from None
