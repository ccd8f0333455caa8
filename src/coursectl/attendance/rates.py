"""What share of the contact hours a person was there, from the marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from coursectl import editions, enrollment, program
from coursectl.editions import EditionRef
from coursectl.program import Session
from coursectl.store import Store, as_json

ABSENT = "absent"
EXCUSED = "excused"
LATE = "late"
PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Mark:
    """What was noted of one person in one session: present, late, excused or absent; minutes only for the late."""

    word: str
    minutes_late: int = 0


@dataclass(frozen=True)
class Share:
    """How much of the sessions with marks one person attended.

    `minutes` were attended out of `of_minutes`; `excused` and `unmarked` count sessions, `free` those of the excused that
    were taken out as free absences; `seen` says whether the person was present or late in any of them.
    """

    minutes: int
    of_minutes: int
    excused: int
    unmarked: int
    seen: bool
    free: int = 0

    @property
    def rate(self) -> float | None:
        """The share, 0 to 1; None where nothing is counted against the person."""
        return self.minutes / self.of_minutes if self.of_minutes else None


@dataclass(frozen=True)
class Rate:
    """One participant's attendance over the sessions that have marks; fields as in `Share`."""

    enrollment_id: int
    number: int | None
    name: str
    status: str
    minutes: int
    of_minutes: int
    rate: float | None
    excused: int
    unmarked: int
    seen: bool
    free: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """What one session is to one person: minutes attended, of those that they are measured by (none where it is taken out)."""

    minutes: int
    of_minutes: int


@dataclass(frozen=True)
class ExcusedRule:
    """What an excused absence is in an edition: `absent`, `present`, or `exempt`, which takes the session out of what the
    person is measured by. With `absent` the first `free` excused sessions of everybody are taken out as well.
    """

    word: str
    free: int = 0


def credits_of(marks: Mapping[int, Mark], sessions: Mapping[int, int], rule: ExcusedRule) -> dict[int, Credit]:
    """What each of the `sessions` (id → minutes, in order of time) is to the person whose `marks` these are.

    A session without a mark counts as missed.
    """
    left = rule.free if rule.word == ABSENT else 0
    found: dict[int, Credit] = {}
    for session_id, minutes in sessions.items():
        mark = marks.get(session_id)
        word = mark.word if mark else ABSENT
        if word == EXCUSED and (rule.word == "exempt" or left):
            left -= rule.word != "exempt"
            found[session_id] = Credit(0, 0)
        elif word == PRESENT or (word == EXCUSED and rule.word == PRESENT):
            found[session_id] = Credit(minutes, minutes)
        else:
            late = mark.minutes_late if mark is not None and word == LATE else minutes
            found[session_id] = Credit(max(0, minutes - late), minutes)
    return found


def rate_of(marks: Mapping[int, Mark], sessions: Mapping[int, int], excused_rule: str, free: int = 0) -> Share:
    """One person's share of `sessions` (id → minutes, in order of time), from their marks (session id → mark).

    A session without a mark counts as missed. `excused_rule` and `free` say what an excused absence is: see `ExcusedRule`.
    """
    credit = credits_of(marks, sessions, ExcusedRule(excused_rule, free))
    words = [marks[session_id].word if session_id in marks else None for session_id in sessions]
    excused = words.count(EXCUSED)
    return Share(
        minutes=sum(one.minutes for one in credit.values()),
        of_minutes=sum(one.of_minutes for one in credit.values()),
        excused=excused,
        unmarked=words.count(None),
        seen=PRESENT in words or LATE in words,
        free=min(excused, free) if excused_rule == ABSENT else 0,
    )


def united(marks: Sequence[Mapping[int, Mark]]) -> dict[int, Mark]:
    """The marks of one person who was marked by several names, session by session, after a merge.

    Where two differ, the one that says more of them stands: whoever was seen by one name was there, and not by the other.
    So present stands before late, late before excused, excused before absent, and of two late the fewer minutes.
    """
    found: dict[int, Mark] = {}
    for own in marks:
        for session_id, mark in own.items():
            found[session_id] = min(found.get(session_id, mark), mark, key=_says_more)
    return found


def _says_more(mark: Mark) -> tuple[int, int]:
    return (PRESENT, LATE, EXCUSED, ABSENT).index(mark.word), mark.minutes_late


@dataclass(frozen=True)
class Book:
    """All marks of an edition, and what they are measured by: the sessions that count and aren't cancelled, in order of time."""

    rule: ExcusedRule
    sessions: tuple[Session, ...]
    marks: Mapping[int, Mapping[int, Mark]]

    @cached_property
    def recorded(self) -> dict[int, int]:
        """The minutes of the sessions that anybody has a mark in, by their ids."""
        marked = {session_id for own in self.marks.values() for session_id in own}
        return {session.id: session.minutes for session in self.sessions if session.id in marked}

    @cached_property
    def unrecorded(self) -> tuple[Session, ...]:
        """The sessions that nobody has a mark in."""
        return tuple(session for session in self.sessions if session.id not in self.recorded)

    def of(self, enrolled: enrollment.Enrollment) -> Mapping[int, Mark]:
        """A participant's marks; of whoever has several places by a merge, those of all."""
        own = self.marks.get(enrolled.id, {})
        if not enrolled.also:
            return own
        return united([own, *(self.marks.get(place.id, {}) for place in enrolled.also)])

    def share(self, enrolled: enrollment.Enrollment) -> Share:
        """How much of the recorded sessions a participant attended."""
        return rate_of(self.of(enrolled), self.recorded, self.rule.word, self.rule.free)

    def rate(self, enrolled: enrollment.Enrollment) -> Rate:
        """The same, with who it is."""
        return _rate(enrolled, self.share(enrolled))


def open_book(store: Store, edition: EditionRef) -> Book:
    """The marks of an edition, with its sessions and its rule for excused absences."""
    held = editions.get_edition(store, edition)
    sessions = _counting_sessions(store, edition)
    marks = read_marks(store, [session.id for session in sessions])
    return Book(ExcusedRule(held.excused, held.free_absences or 0), tuple(sessions), marks)


def list_rates(
    store: Store,
    edition: EditionRef,
    statuses: Collection[str] = enrollment.TRAINEE,
    *,
    each_place: bool = False,
) -> list[Rate]:
    """The attendance of every trainee (or of who has one of `statuses`), in the order of the roster.

    Measured are the sessions that count, aren't cancelled, and have a mark of anybody: the recorded ones. Whoever has
    several places by a merge is there once, with the marks of all; with `each_place` once for each, with the same.
    """
    book = open_book(store, edition)
    roster = enrollment.list_roster(store, edition, tuple(statuses), level="strong")
    return [book.rate(enrolled) for enrolled in (roster if each_place else enrollment.each_once(roster))]


def shares_of(store: Store, enrollment_ids: Sequence[int]) -> dict[int, Share]:
    """What share of each edition the one person of these enrollments attended, by the edition's id; as by `list_rates`."""
    rows = store.read(
        "SELECT enrollment.id, enrollment.edition_id, session.id AS session_id, minutes, excused, free_absences, mark, minutes_late FROM enrollment"
        " JOIN edition ON edition.id = enrollment.edition_id"
        " JOIN session ON session.edition_id = enrollment.edition_id AND counts AND NOT cancelled"
        " LEFT JOIN attendance ON attendance.enrollment_id = enrollment.id AND attendance.session_id = session.id"
        " WHERE enrollment.id IN (SELECT value FROM json_each(:ids))"
        " AND EXISTS (SELECT 1 FROM attendance AS anybodys WHERE anybodys.session_id = session.id)"
        " ORDER BY date, start_time, session.number",
        {"ids": as_json(list(enrollment_ids))},
    )
    marks: dict[int, list[dict[int, Mark]]] = defaultdict(list)
    minutes: dict[int, dict[int, int]] = defaultdict(dict)
    rules: dict[int, ExcusedRule] = {}
    for row in rows:
        edition = row["edition_id"]
        minutes[edition][row["session_id"]] = row["minutes"]
        rules[edition] = ExcusedRule(row["excused"], row["free_absences"] or 0)
        if row["mark"]:
            marks[edition].append({row["session_id"]: Mark(row["mark"], row["minutes_late"])})
    return {
        edition: rate_of(united(marks[edition]), minutes[edition], rules[edition].word, rules[edition].free)
        for edition in minutes
    }


def recorded(store: Store, edition: EditionRef) -> bool:
    """Whether attendance was recorded at all, in a session that counts."""
    sessions = _counting_sessions(store, edition)
    found = store.read(
        "SELECT 1 FROM attendance WHERE session_id IN (SELECT value FROM json_each(:sessions)) LIMIT 1",
        {"sessions": as_json([session.id for session in sessions])},
        level="strong",
    )
    return bool(found)


def list_unrecorded(store: Store, edition: EditionRef) -> list[Session]:
    """The sessions that count and aren't cancelled, but have no mark at all: rates leave them out."""
    return list(open_book(store, edition).unrecorded)


def read_marks(store: Store, session_ids: Sequence[int]) -> dict[int, dict[int, Mark]]:
    """The marks in these sessions: by enrollment, then by session."""
    rows = store.read(
        "SELECT enrollment_id, session_id, mark, minutes_late FROM attendance"
        " WHERE session_id IN (SELECT value FROM json_each(:sessions))",
        {"sessions": as_json(list(session_ids))},
        level="strong",
    )
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    for row in rows:
        marks[row["enrollment_id"]][row["session_id"]] = Mark(row["mark"], row["minutes_late"])
    return dict(marks)


def _counting_sessions(store: Store, edition: EditionRef) -> list[Session]:
    return [session for session in program.list_sessions(store, edition) if session.counts and not session.cancelled]


def _rate(enrolled: enrollment.Enrollment, share: Share) -> Rate:
    return Rate(
        enrollment_id=enrolled.id,
        number=enrolled.number,
        name=enrolled.name,
        status=enrolled.status,
        minutes=share.minutes,
        of_minutes=share.of_minutes,
        rate=share.rate,
        excused=share.excused,
        unmarked=share.unmarked,
        seen=share.seen,
        free=share.free,
    )
