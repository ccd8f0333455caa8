"""What share of the contact hours a person was there, from the marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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

    `minutes` were attended out of `of_minutes`; `excused` and `unmarked` count sessions; `seen` says whether the person
    was present or late in any of them.
    """

    minutes: int
    of_minutes: int
    excused: int
    unmarked: int
    seen: bool

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


def rate_of(marks: Mapping[int, Mark], sessions: Mapping[int, int], excused_rule: str) -> Share:
    """One person's share of `sessions` (id → minutes), from their marks (session id → mark).

    A session without a mark counts as missed. `excused_rule` says what an excused absence is: `absent`, `present`, or
    `exempt`, which takes the session out of what the person is measured by.
    """
    attended = counted = excused = unmarked = 0
    seen = False
    for session_id, minutes in sessions.items():
        mark = marks.get(session_id)
        word = mark.word if mark else ABSENT
        unmarked += mark is None
        excused += word == EXCUSED
        seen = seen or word in (PRESENT, LATE)
        if word == EXCUSED and excused_rule == "exempt":
            continue
        counted += minutes
        if word == PRESENT or (word == EXCUSED and excused_rule == PRESENT):
            attended += minutes
        elif mark is not None and word == LATE:
            attended += max(0, minutes - mark.minutes_late)
    return Share(attended, counted, excused, unmarked, seen)


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
    rule = editions.get_edition(store, edition).excused
    sessions = _counting_sessions(store, edition)
    marks = read_marks(store, [session.id for session in sessions])
    minutes = {session.id: session.minutes for session in _recorded_sessions(sessions, marks)}
    roster = enrollment.list_roster(store, edition, tuple(statuses), level="strong")
    return [
        _rate(enrolled, rate_of(_marks_of(enrolled, marks), minutes, rule))
        for enrolled in (roster if each_place else enrollment.each_once(roster))
    ]


def _marks_of(enrolled: enrollment.Enrollment, marks: Mapping[int, Mapping[int, Mark]]) -> Mapping[int, Mark]:
    own = marks.get(enrolled.id, {})
    return united([own, *(marks.get(place.id, {}) for place in enrolled.also)]) if enrolled.also else own


def shares_of(store: Store, enrollment_ids: Sequence[int]) -> dict[int, Share]:
    """What share of each edition the one person of these enrollments attended, by the edition's id; as by `list_rates`."""
    rows = store.read(
        "SELECT enrollment.id, enrollment.edition_id, session.id AS session_id, minutes, excused, mark, minutes_late FROM enrollment"
        " JOIN edition ON edition.id = enrollment.edition_id"
        " JOIN session ON session.edition_id = enrollment.edition_id AND counts AND NOT cancelled"
        " LEFT JOIN attendance ON attendance.enrollment_id = enrollment.id AND attendance.session_id = session.id"
        " WHERE enrollment.id IN (SELECT value FROM json_each(:ids))"
        " AND EXISTS (SELECT 1 FROM attendance AS anybodys WHERE anybodys.session_id = session.id)",
        {"ids": as_json(list(enrollment_ids))},
    )
    marks: dict[int, list[dict[int, Mark]]] = defaultdict(list)
    minutes: dict[int, dict[int, int]] = defaultdict(dict)
    rules: dict[int, str] = {}
    for row in rows:
        edition = row["edition_id"]
        minutes[edition][row["session_id"]] = row["minutes"]
        rules[edition] = row["excused"]
        if row["mark"]:
            marks[edition].append({row["session_id"]: Mark(row["mark"], row["minutes_late"])})
    return {edition: rate_of(united(marks[edition]), minutes[edition], rules[edition]) for edition in minutes}


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
    sessions = _counting_sessions(store, edition)
    marks = read_marks(store, [session.id for session in sessions])
    have = _recorded_sessions(sessions, marks)
    return [session for session in sessions if session not in have]


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


def _recorded_sessions(sessions: Sequence[Session], marks: Mapping[int, Mapping[int, Mark]]) -> list[Session]:
    marked = {session_id for own in marks.values() for session_id in own}
    return [session for session in sessions if session.id in marked]


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
    )
