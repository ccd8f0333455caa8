"""The facts of what a closing ceremony needs on paper: who signs for a certificate, and who is called when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coursectl.documents.facts import EditionFacts, Expert


@dataclass(frozen=True)
class Withheld:
    """A certificate that is printed and isn't handed out, and why."""

    serial: str
    name: str
    country_name: str
    reason: str


@dataclass(frozen=True)
class HandoverRow:
    """Somebody who signs for a certificate of this `kind`."""

    serial: str
    name: str  # as printed, with the treatment
    country_name: str
    kind: str


@dataclass(frozen=True)
class HandoverFacts:
    """The list that is signed as certificates are handed out. What stays in the office is listed apart."""

    edition: EditionFacts
    rows: tuple[HandoverRow, ...]
    withheld: tuple[Withheld, ...]
    as_of: date

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the rows, in order of appearance."""
        return tuple(dict.fromkeys(row.kind for row in self.rows))


@dataclass(frozen=True)
class CeremonySession:
    """A ceremony of the program; `authorities` are in order of precedence."""

    title: str
    date: date
    start: str  # "18:00"
    end: str
    room: str
    authorities: tuple[Expert, ...]


@dataclass(frozen=True)
class Call:
    """Somebody who is called to receive a certificate: `place` counts from 1."""

    place: int
    name: str  # as it is called out, with the treatment
    said: str  # the same in Latin letters, where it is written in others
    country_name: str
    seat: int | None  # participant number
    serial: str
    kind: str


@dataclass(frozen=True)
class CeremonyFacts:
    """Who presides and speaks, in which order, and in which order certificates are called."""

    edition: EditionFacts
    sessions: tuple[CeremonySession, ...]
    calls: tuple[Call, ...]
    withheld: tuple[Withheld, ...]
    as_of: date

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the calls, in order of appearance."""
        return tuple(dict.fromkeys(call.kind for call in self.calls))
