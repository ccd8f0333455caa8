"""Sessions as they are read, and the rules of their time: contact minutes, days, half-days, overlaps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, NotFound
from coursectl.locale import Text
from coursectl.people import PersonRef
from coursectl.store import Row, Store

KINDS = ("lecture", "panel", "workshop", "visit", "exam", "ceremony", "break")
COUNTING_KINDS = frozenset({"lecture", "panel", "workshop", "visit", "exam"})
"""Kinds whose sessions count for attendance unless somebody says otherwise."""

NOON = "13:00"
"""What starts before it is in the morning: lunch is late where this tool comes from."""


class NoSuchDay(BadInput):
    """The edition hasn't so many working days."""

    wording = N_(
        "{edition} has no working day {day}: from {start} to {end} there are {count}. Other days go by their date."
    )


@dataclass(frozen=True)
class Chair:
    """An authority who opens, chairs or closes a session. `id` is the person's."""

    id: int
    name: str
    honorific: str | None
    post: Text
    organization: Text | None
    acronym: Text | None


@dataclass(frozen=True)
class Session:
    """A scheduled slot of an edition.

    `date` is ISO 8601, `start` and `end` are `HH:MM` in the edition's time zone, `minutes` lie between them. `module` is a
    module's number, `topics` are codes. `modality` is in_person, online or hybrid: the edition's unless it has its own.
    """

    id: int
    edition: str
    number: int
    date: str
    start: str
    end: str
    minutes: int
    kind: str
    counts: bool
    title: Text
    room: str | None
    module: int | None
    topics: tuple[str, ...]
    experts: tuple[PersonRef, ...]
    chairs: tuple[Chair, ...]
    cancelled: bool
    cancel_reason: str | None
    modality: str = "in_person"
    own_modality: str | None = None


@dataclass(frozen=True)
class Day:
    """A working day of an edition: `number` counts from 1 over the days that have a session that counts."""

    number: int
    date: str


class Slot(Protocol):
    """What has a place in time."""

    @property
    def date(self) -> str: ...
    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...


def contact_minutes(sessions: Iterable[Session]) -> int:
    """Minutes of the sessions that count and weren't cancelled; contact hours are these / 60."""
    return sum(session.minutes for session in sessions if session.counts and not session.cancelled)


def working_days(sessions: Iterable[Session]) -> list[Day]:
    """The dates with a session that counts and wasn't cancelled, in order, numbered from 1."""
    dates = sorted({session.date for session in sessions if session.counts and not session.cancelled})
    return [Day(number, date) for number, date in enumerate(dates, 1)]


def half_day(slot: Slot) -> str:
    """`am` for what starts before 13:00, else `pm`."""
    return "am" if slot.start < NOON else "pm"


def overlap(one: Slot, other: Slot) -> bool:
    """Whether two slots share a minute. One that starts when the other ends doesn't."""
    return one.date == other.date and one.start < other.end and other.start < one.end


def minutes_between(start: str, end: str) -> int:
    """The minutes from `HH:MM` to `HH:MM` of the same day."""
    return _minutes(end) - _minutes(start)


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def list_sessions(store: Store, edition: EditionRef, cancelled: bool = False) -> list[Session]:
    """The sessions of an edition by day, time and number; those that were cancelled only where asked for."""
    rows = store.read(
        "SELECT session.id, session.number, date, start_time AS start, end_time AS end, minutes, kind, counts, session.title,"
        " room, module.number AS module, cancelled, cancel_reason, session.modality AS own_modality,"
        " coalesce(session.modality, edition.modality) AS modality"
        " FROM session JOIN edition ON edition.id = session.edition_id LEFT JOIN module ON module.id = module_id"
        " WHERE session.edition_id = :edition AND cancelled <= :cancelled ORDER BY date, start_time, session.number",
        {"edition": edition.id, "cancelled": int(cancelled)},
        level="strong",
    )
    topics, experts, chairs = (
        _topics(store, edition),
        _people(store, edition, "expert"),
        _people(store, edition, "chair"),
    )
    return [
        Session(
            **{**row, "counts": bool(row["counts"]), "cancelled": bool(row["cancelled"]), "title": json.loads(row["title"])},
            edition=edition.reference,
            topics=tuple(topics.get(row["id"], ())),
            experts=tuple(PersonRef(one["person_id"], one["name"]) for one in experts.get(row["id"], ())),
            chairs=tuple(map(_chair, chairs.get(row["id"], ()))),
        )
        for row in rows
    ]  # fmt: skip


def get_session(store: Store, edition: EditionRef, number: int) -> Session:
    """The session of this number, cancelled or not. Raises NotFound."""
    sessions = list_sessions(store, edition, cancelled=True)
    found = next((session for session in sessions if session.number == number), None)
    if found is None:
        raise NotFound(
            N_("{edition} has no session {number}. Its numbers are in: coursectl session list -e {edition}"),
            edition=edition.reference,
            number=number,
        )
    return found


def list_days(store: Store, edition: EditionRef) -> list[Day]:
    """The working days of an edition: those that have a session that counts, numbered from 1."""
    return working_days(list_sessions(store, edition))


def sessions_of_day(sessions: Sequence[Session], day: str) -> list[Session]:
    """The sessions of a day that is named by its date or by its number among the working days. Raises BadInput, NotFound."""
    from coursectl import locale

    if not locale.is_whole_number(day.strip()):
        date = locale.parse_date(day).isoformat()
        return [session for session in sessions if session.date == date]
    days = {one.number: one.date for one in working_days(sessions)}
    number = int(day.strip())
    if number not in days:
        if not days:
            raise NotFound(N_("There is no day {day}: no session that counts is planned yet."), day=number)
        raise NotFound(N_("There is no day {day}; days are 1 to {last}."), day=number, last=len(days))
    return [session for session in sessions if session.date == days[number]]


def read_day(day: str, start: str | None, end: str | None, edition: str) -> str:
    """The date that `2015-03-09` or `3`, the third day from Monday to Friday within the edition's dates, means.

    Raises BadInput for what is neither, and for a number where the edition has no dates or not so many days.
    """
    from datetime import timedelta

    from coursectl import locale

    if not locale.is_whole_number(day.strip()):
        return locale.parse_date(day).isoformat()
    if not start or not end:
        raise BadInput(
            N_("Day {day} can't be counted: {edition} has no dates yet. Say coursectl edition edit {edition} --start DATE --end DATE, or give the date."),
            day=day,
            edition=edition,
        )  # fmt: skip
    first, last = locale.parse_date(start), locale.parse_date(end)
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekdays = [date for date in dates if date.weekday() < 5]
    if not 1 <= int(day.strip()) <= len(weekdays):
        raise NoSuchDay(edition=edition, day=day, start=start, end=end, count=len(weekdays))
    return weekdays[int(day.strip()) - 1].isoformat()


def _topics(store: Store, edition: EditionRef) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in store.read(
        "SELECT session_id, code FROM session_topic JOIN session ON session.id = session_id JOIN topic ON topic.id = topic_id"
        " WHERE edition_id = :edition ORDER BY session_topic.id",
        {"edition": edition.id},
        level="strong",
    ):
        found.setdefault(row["session_id"], []).append(row["code"])
    return found


def _people(store: Store, edition: EditionRef, role: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in store.read(
        "SELECT session_id, canonical_id AS person_id, person.name, person.honorific, post, organization.name AS organization, acronym"
        " FROM session_person JOIN session ON session.id = session_id JOIN canonical ON canonical.person_id = session_person.person_id"
        " JOIN person ON person.id = canonical_id LEFT JOIN organization ON organization.id = organization_id"
        " WHERE edition_id = :edition AND role = :role ORDER BY position, session_person.id",
        {"edition": edition.id, "role": role},
        level="strong",
    ):
        listed = found.setdefault(row["session_id"], [])
        if row["person_id"] not in (one["person_id"] for one in listed):
            listed.append(row)
    return found


def _chair(row: Row) -> Chair:
    texts = {name: json.loads(row[name]) if row[name] else None for name in ("organization", "acronym")}
    return Chair(row["person_id"], row["name"], row["honorific"], json.loads(row["post"]), **texts)
