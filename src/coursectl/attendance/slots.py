"""What people sign for: a session, a half-day, a day; and the sessions behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from coursectl import editions, program
from coursectl.editions import EditionRef
from coursectl.errors import N_, CourseError, NotFound, Refused, Word
from coursectl.locale import fold
from coursectl.program import Day, Session
from coursectl.store import Store

Half = Literal["am", "pm"]

_HALVES: dict[str, Half] = {
    **dict.fromkeys(("am", "a m", "m", "morning", "manana", "manha", "matin", "matinee"), "am"),
    **dict.fromkeys(("pm", "p m", "t", "afternoon", "tarde", "apres midi"), "pm"),
}
_FRIDAY = 5
_SESSION = re.compile(r"(?:s|session|sesion|sessao|seance) ?(\d{1,4})")
_DAY = re.compile(r"(?:(?:d|day|dia|jour|j|jornada) ?)?(\d{1,3})(?: (\D+))?")
_DATE = re.compile(r"(\d{4}) (\d\d) (\d\d)(?: 00 00(?: 00)?)?(?: (\D+))?")


class NoSuchSession(NotFound):
    """The edition has no session of this number."""

    wording = N_("{edition} has no session {number}. List them with: coursectl session list -e {edition}")


class NoSuchDay(NotFound):
    """Nothing that counts is held on that day."""

    wording = N_("{edition} has no working day {day}; it has {days}.")


class NothingToSign(NotFound):
    """The day has sessions that count, but not in that half."""

    wording = N_("{edition} has no session that counts on {slot}.")


class DoesNotCount(Refused):
    """A break or a ceremony."""

    rule = "session_counts"
    wording = N_("Session {number} of {edition} ({kind}) doesn't count for attendance, so nobody is marked in it.")


class IsCancelled(Refused):
    """The session isn't held."""

    rule = "session_held"
    wording = N_("Session {number} of {edition} is cancelled, so nobody is marked in it.")


class WhichDay(Refused):
    """A number means one day by the calendar and another by the program, where a weekday has no session that counts."""

    rule = "day_meant"
    wording = N_(
        "Day {day} of {edition} can be {weekday}, counting from Monday to Friday, or {held}, counting the days that have "
        "sessions. Give the date."
    )


@dataclass(frozen=True)
class Slot:
    """What is signed for: a session by its number, or a working day by its number or date (or its morning or afternoon)."""

    session: int | None = None
    day: str | None = None
    half: Half | None = None

    def __str__(self) -> str:
        return f"S{self.session}" if self.session is not None else " ".join(filter(None, (self.day, self.half)))


def read_half(words: str) -> Half | None:
    """`am` or `pm` from a word for it in English, Spanish, Portuguese or French; None if it is none."""
    return _HALVES.get(fold(words))


def read_slot(words: str) -> Slot | None:
    """The slot that a heading names: `S12`, `D3`, `D3 am`, `Día 3 mañana`, `2015-03-11 pm`; None if it names none."""
    text = fold(words)
    if match := _SESSION.fullmatch(text):
        return Slot(session=int(match[1]))
    if match := _DATE.fullmatch(text):
        return _day_slot("-".join(match.group(1, 2, 3)), match[4])
    if not text.isdecimal() and (match := _DAY.fullmatch(text)):
        return _day_slot(str(int(match[1])), match[2])
    return None


def _day_slot(day: str, half: str | None) -> Slot | None:
    if half is None:
        return Slot(day=day)
    known = _HALVES.get(half)
    return Slot(day=day, half=known) if known else None


class Timetable:
    """The sessions of an edition by what people sign for."""

    def __init__(self, store: Store, edition: EditionRef) -> None:
        self._edition = edition.reference
        self._sessions = program.list_sessions(store, edition, cancelled=True)
        self._days: Sequence[Day] = program.list_days(store, edition)
        held = editions.get_edition(store, edition)
        self._dates = (held.start, held.end)

    def sessions(self, slot: Slot) -> tuple[Session, ...]:
        """The sessions that a slot's marks fall on, in order: those that count and are held.

        Raises NoSuchSession, NoSuchDay, NothingToSign, DoesNotCount, IsCancelled.
        """
        if slot.session is not None:
            return (self._session(slot.session),)
        held_on = self._date(slot.day or "")
        found = tuple(
            session
            for session in self._sessions
            if session.date == held_on
            and session.counts
            and not session.cancelled
            and slot.half in (None, program.half_day(session))
        )
        if not found:
            raise NothingToSign(edition=self._edition, slot=slot)
        return found

    def _session(self, number: int) -> Session:
        session = next((session for session in self._sessions if session.number == number), None)
        if session is None:
            raise NoSuchSession(edition=self._edition, number=number)
        if session.cancelled:
            raise IsCancelled(edition=self._edition, number=number)
        if not session.counts:
            raise DoesNotCount(edition=self._edition, number=number, kind=Word(session.kind))
        return session

    def _date(self, day: str) -> str:
        found = next((known.date for known in self._days if day in (str(known.number), known.date)), None)
        if found is None:
            raise NoSuchDay(edition=self._edition, day=day, days=self._known_days())
        if day != found and (weekday := self._weekday(day)) not in (None, found):
            raise WhichDay(edition=self._edition, day=day, weekday=weekday, held=found)
        return found

    def _weekday(self, day: str) -> str | None:
        """The day of this number as `session add --day` counts them; None in a program that is held on weekends too."""
        if any(date.fromisoformat(known.date).isoweekday() > _FRIDAY for known in self._days):
            return None
        try:
            return program.read_day(day, *self._dates, self._edition)
        except CourseError:  # no dates, or not so many days
            return None

    def _known_days(self) -> str:
        if not self._days:
            return "0"
        return f"1–{self._days[-1].number} ({self._days[0].date} – {self._days[-1].date})"


def list_slot_sessions(store: Store, edition: EditionRef, slot: Slot) -> list[Session]:
    """The sessions that a slot's marks fall on, in order. Raises NotFound and Refused as `Timetable.sessions` says."""
    return list(Timetable(store, edition).sessions(slot))
