"""Writing marks: who was there, for a session, a half-day or a day. Marking again changes, marking the same does nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coursectl.attendance.rates import ABSENT, EXCUSED, LATE, PRESENT, Mark, read_marks
from coursectl.attendance.slots import Slot, Timetable
from coursectl.editions import EditionRef, open_edition_rule
from coursectl.enrollment import HAD_A_PLACE, TRAINEE, Enrollment, get_enrollment, list_roster
from coursectl.errors import N_, BadInput, NotFound, Refused, Usage, Word
from coursectl.program import Session
from coursectl.store import Act, Statement, Store, as_json, expect_true, new_id

MARKABLE = HAD_A_PLACE
"""Whose attendance is kept: who holds a place, and who gave one back after having been there."""

EVERY_STATUS = (*MARKABLE, "nominated", "waitlisted", "declined")

_MARKABLE = ", ".join(f"'{status}'" for status in MARKABLE)
_DURATION = re.compile(
    r"(?:(\d{1,2})\s*h(?:ours?|oras?|eures?)?)?\s*(?:(\d{1,4})\s*(?:m|min|mins|minutes?|minutos?)?\.?)?"
)

Marks = Mapping[tuple[int, int], Mark]
"""What is to be marked: by enrollment id and session id."""


class NobodyMeant(Usage):
    """The command names nobody to mark."""

    wording = N_("Say who was there or wasn't: --all present --absent 7,12 --late 3:10m --excused 9")


class NamedTwice(Usage):
    """One person can't be two things at once."""

    wording = N_("{name} is named twice: {first} and {second}. Choose one.")


class LateByAll(BadInput):
    """Who misses everything isn't late."""

    wording = N_("{name} can't be {minutes} minutes late: {slot} has {length} minutes. Who misses all of it is absent.")


class NoPlace(Refused):
    """Only who holds a place in the edition is marked."""

    rule = "marked_have_a_place"
    wording = N_("{name} has no place in {edition} ({status}). First: coursectl roster accept {who} -e {edition}")


class ChangedMeanwhile(Refused):
    """Somebody cancelled the session or moved a participant between the reading and the writing."""

    rule = "marks_as_read"
    wording = N_(
        "The program or the roster of {edition} was changed by somebody else just now. Type the command again."
    )


@dataclass(frozen=True)
class NamedMark:
    """A mark for whoever `who` names: by participant number, e-mail or name."""

    who: str
    mark: Mark


@dataclass(frozen=True)
class OtherMark:
    """A mark that was there and isn't the one that was said: what it was, and what was said, with the minutes late."""

    number: int | None
    name: str
    session: int
    was: str
    was_minutes_late: int
    said: str
    said_minutes_late: int


@dataclass(frozen=True)
class Marked:
    """What was marked: the sessions' numbers, how many people have which mark, and how many marks are new or changed.

    `changes` are the marks that were written over, `kept` those that everybody's mark leaves as they are; `erased` counts
    who is left out by it because they were erased.
    """

    edition: str
    sessions: tuple[int, ...]
    present: int
    late: int
    excused: int
    absent: int
    changed: int
    changes: tuple[OtherMark, ...] = ()
    kept: tuple[OtherMark, ...] = ()
    erased: int = 0


@dataclass(frozen=True)
class ShownMark:
    """One participant's mark in one session; None where there is none."""

    number: int | None
    name: str
    session: int
    date: str
    mark: str | None
    minutes_late: int | None


def read_duration(words: str) -> int | None:
    """Minutes from `10`, `10m`, `10 min`, `1h`, `1h20`; None for anything else."""
    match = _DURATION.fullmatch(words.strip().lower())
    if match is None or match.group(1, 2) == (None, None):
        return None
    return 60 * int(match[1] or 0) + int(match[2] or 0)


def read_late(words: str) -> NamedMark:
    """Who was late by how much: `3:10m`, `ana@dnm.example:1h`. Raises Usage where the minutes are missing."""
    who, colon, duration = words.rpartition(":")
    minutes = read_duration(duration) if colon else None
    if not who.strip() or not minutes:
        raise Usage(N_("{words!r} doesn't say how late. Write who and the minutes, like --late 3:10m"), words=words)
    return NamedMark(who.strip(), Mark(LATE, minutes))


def spread(mark: Mark, sessions: Sequence[Session]) -> list[Mark]:
    """A mark for a half-day or day as marks of its sessions, in order.

    Minutes late fall on the first session. What is longer eats into the following ones: who misses all of a session is
    absent there.
    """
    if mark.word != LATE:
        return [mark] * len(sessions)
    marks = []
    left = mark.minutes_late
    for session in sessions:
        missed = min(left, session.minutes)
        left -= missed
        marks.append(Mark(ABSENT) if missed == session.minutes else Mark(LATE, missed) if missed else Mark(PRESENT))
    return marks


def mark(
    store: Store,
    edition: EditionRef,
    slot: Slot,
    named: Sequence[NamedMark],
    act: Act,
    *,
    everybody: str | None = None,
    over: bool = False,
) -> Marked:
    """Mark who is named in all sessions of a slot, and with `everybody` each other trainee with that word.

    Marks that are there already stay beside everybody's, unless it is to be written `over` them; and who was erased has none.
    One batch; where nothing changes, none. Raises Usage, NotFound (all unknown people in one sentence), LateByAll, NoPlace,
    EditionClosed, ChangedMeanwhile, and what `Timetable.sessions` does.
    """
    if not named and everybody is None:
        raise NobodyMeant()
    sessions = Timetable(store, edition).sessions(slot)
    roster = list_roster(store, edition, EVERY_STATUS, level="strong")
    chosen = _chosen(store, edition, roster, named)
    trainees = [one for one in roster if one.status in TRAINEE and one.id not in chosen] if everybody else []
    others = {one.id: (one, Mark(everybody or "")) for one in trainees if not one.erased}
    chosen = others | chosen
    if not chosen:
        raise NotFound(
            N_("Nobody holds a place in {edition} yet. Enroll somebody with: coursectl enroll NAME -e {edition}"),
            edition=edition.reference,
        )
    wanted, stored = _by_session(chosen.values(), sessions, slot), _stored(store, sessions)
    differing = {key: (stored[key], mark) for key, mark in wanted.items() if stored.get(key, mark) != mark}
    kept = {} if over else {key: pair for key, pair in differing.items() if key[0] in others}
    writing = {key: mark for key, mark in wanted.items() if key not in kept}
    fresh = [] if over else [key for key in writing if key[0] in others and key not in stored]
    changed = _write(store, edition, writing, fresh, act)
    standing = {one: mark for one, (_enrolled, mark) in chosen.items()} | {
        one: was for (one, _), (was, _) in kept.items()
    }
    told = _Telling({one: enrolled for one, (enrolled, _mark) in chosen.items()}, sessions)
    return replace(
        marked(edition, sessions, standing.values(), changed),
        changes=told({key: pair for key, pair in differing.items() if key not in kept}),
        kept=told(kept),
        erased=sum(one.erased for one in trainees),
    )


_Key = tuple[int, int]  # an enrollment and a session


def _stored(store: Store, sessions: Sequence[Session]) -> dict[_Key, Mark]:
    """The marks that are there."""
    marks = read_marks(store, [session.id for session in sessions])
    return {(one, session): mark for one, own in marks.items() for session, mark in own.items()}


def _write(store: Store, edition: EditionRef, marks: Mapping[_Key, Mark], fresh: Sequence[_Key], act: Act) -> int:
    """Write what differs, while the `fresh` are still without a mark. Returns how many changed."""
    statements, changed = marks_statements(store, edition, marks)
    if statements:
        rules = [_still_unmarked(edition, fresh)] if fresh else []
        store.apply(act.operation(f"attend mark {edition.reference}", [*rules, *statements]))
    return changed


class _Telling:
    """Marks that differ, as they are told."""

    def __init__(self, people: Mapping[int, Enrollment], sessions: Sequence[Session]) -> None:
        self._people, self._numbers = people, {session.id: session.number for session in sessions}

    def __call__(self, pairs: Mapping[_Key, tuple[Mark, Mark]]) -> tuple[OtherMark, ...]:
        return tuple(
            OtherMark(
                number=self._people[one].number,
                name=self._people[one].name,
                session=self._numbers[session],
                was=was.word,
                was_minutes_late=was.minutes_late,
                said=said.word,
                said_minutes_late=said.minutes_late,
            )
            for (one, session), (was, said) in pairs.items()
        )


def _still_unmarked(edition: EditionRef, keys: Sequence[_Key]) -> Statement:
    """Whom everybody's mark is for has no mark when the batch is applied either."""
    refusal = ChangedMeanwhile(
        N_("Somebody else has just written marks of {edition}; nothing was written. Type the command again."),
        edition=edition.reference,
    )
    marked_since = (
        "SELECT 1 FROM json_each(:keys) AS given JOIN attendance"
        " ON enrollment_id = given.value ->> '$[0]' AND session_id = given.value ->> '$[1]'"
    )
    return expect_true(f"SELECT NOT EXISTS ({marked_since})", {"keys": as_json(keys)}, refusal.rule, refusal)


def marked(edition: EditionRef, sessions: Sequence[Session], marks: Iterable[Mark], changed: int) -> Marked:
    """The account of what was marked."""
    counts = Counter(mark.word for mark in marks)
    numbers = tuple(session.number for session in sessions)
    return Marked(edition.reference, numbers, counts[PRESENT], counts[LATE], counts[EXCUSED], counts[ABSENT], changed)


def list_marks(store: Store, edition: EditionRef, slot: Slot) -> list[ShownMark]:
    """The marks in a slot's sessions of everybody who holds a place or was marked, by participant and session."""
    sessions = Timetable(store, edition).sessions(slot)
    marks = read_marks(store, [session.id for session in sessions])
    return [
        _shown(enrolled, session, marks.get(enrolled.id, {}).get(session.id))
        for enrolled in list_roster(store, edition, MARKABLE)
        if enrolled.status != "withdrawn" or enrolled.id in marks
        for session in sessions
    ]


def marks_statements(store: Store, edition: EditionRef, wanted: Marks) -> tuple[list[Statement], int]:
    """What brings the stored marks to `wanted`, and how many marks that changes; nothing where they are so already.

    The batch asserts that the edition is open, the sessions count and are held, and the people have a place.
    """
    stored = read_marks(store, sorted({session_id for _enrollment, session_id in wanted}))
    changes = {key: mark for key, mark in wanted.items() if stored.get(key[0], {}).get(key[1]) != mark}
    if not changes:
        return [], 0
    refusal = ChangedMeanwhile(edition=edition.reference)
    people = sorted({enrollment_id for enrollment_id, _session in changes})
    sessions = sorted({session_id for _enrollment, session_id in changes})
    among = "id IN (SELECT value FROM json_each(:ids)) AND edition_id = :edition"
    statements = [
        open_edition_rule(edition),
        expect_true(
            f"SELECT count(*) = :n FROM session WHERE {among} AND counts AND NOT cancelled",
            {"ids": as_json(sessions), "edition": edition.id, "n": len(sessions)},
            refusal.rule,
            refusal,
        ),
        expect_true(
            f"SELECT count(*) = :n FROM enrollment WHERE {among} AND status IN ({_MARKABLE})",
            {"ids": as_json(people), "edition": edition.id, "n": len(people)},
            refusal.rule,
            refusal,
        ),
        _upsert(changes),
    ]
    return statements, len(changes)


def refuse_without_place(edition: EditionRef, enrolled: Enrollment) -> None:
    """Raises NoPlace for who is only nominated or waiting, or has declined."""
    if enrolled.status not in MARKABLE:
        who = enrolled.email or enrolled.name
        raise NoPlace(name=enrolled.name, edition=edition.reference, status=Word(enrolled.status), who=f'"{who}"')


def _upsert(changes: Marks) -> Statement:
    rows = [
        {"id": new_id(), "e": enrollment_id, "s": session_id, "m": mark.word, "l": mark.minutes_late}
        for (enrollment_id, session_id), mark in changes.items()
    ]
    # SQLite takes ON of an upsert for a join's unless the SELECT has a WHERE.
    sql = (
        "INSERT INTO attendance (id, enrollment_id, session_id, mark, minutes_late)"
        " SELECT value ->> '$.id', value ->> '$.e', value ->> '$.s', value ->> '$.m', value ->> '$.l'"
        " FROM json_each(:rows) WHERE true"
        " ON CONFLICT (enrollment_id, session_id) DO UPDATE SET mark = excluded.mark, minutes_late = excluded.minutes_late"
        " WHERE mark IS NOT excluded.mark OR minutes_late IS NOT excluded.minutes_late"
    )
    return Statement(sql, {"rows": as_json(rows)})


def _chosen(
    store: Store, edition: EditionRef, roster: Sequence[Enrollment], named: Sequence[NamedMark]
) -> dict[int, tuple[Enrollment, Mark]]:
    """The named people with their marks, by enrollment id."""
    found, unknown = _find(store, edition, roster, [one.who for one in named])
    if unknown:
        raise NotFound(
            N_("Nobody in {edition} fits {whom}. See who is in it with: coursectl roster list -e {edition}"),
            edition=edition.reference,
            whom=", ".join(unknown),
        )
    chosen: dict[int, tuple[Enrollment, Mark]] = {}
    for enrolled, one in zip(found, named, strict=True):
        refuse_without_place(edition, enrolled)
        earlier = chosen.setdefault(enrolled.id, (enrolled, one.mark))[1]
        if earlier != one.mark:
            raise NamedTwice(name=enrolled.name, first=_told(earlier), second=_told(one.mark))
    return chosen


def _find(
    store: Store, edition: EditionRef, roster: Sequence[Enrollment], whom: Sequence[str]
) -> tuple[list[Enrollment], list[str]]:
    """Who is meant, in order, and the words that mean nobody."""
    by_number = {str(enrolled.number): enrolled for enrolled in roster if enrolled.number is not None}
    found, unknown = [], []
    for who in whom:
        try:
            by_its_number = by_number.get(who.lstrip("0")) if who.isdecimal() else None
            found.append(by_its_number or get_enrollment(store, edition, who))
        except NotFound:
            unknown.append(who)
    return found, unknown


def _by_session(
    chosen: Iterable[tuple[Enrollment, Mark]], sessions: Sequence[Session], slot: Slot
) -> dict[tuple[int, int], Mark]:
    length = sum(session.minutes for session in sessions)
    wanted = {}
    for enrolled, mark in chosen:
        if mark.minutes_late >= length:
            raise LateByAll(name=enrolled.name, minutes=mark.minutes_late, slot=slot, length=length)
        for session, part in zip(sessions, spread(mark, sessions), strict=True):
            wanted[enrolled.id, session.id] = part
    return wanted


def _told(mark: Mark) -> str:
    return f"{mark.word} {mark.minutes_late} min" if mark.minutes_late else mark.word


def _shown(enrolled: Enrollment, session: Session, mark: Mark | None) -> ShownMark:
    return ShownMark(
        number=enrolled.number,
        name=enrolled.name,
        session=session.number,
        date=session.date,
        mark=mark.word if mark else None,
        minutes_late=mark.minutes_late if mark else None,
    )
