"""What keeps a session out of the program: the rules that it must fit, checked before they are said less well by the store.

What a session must fit to (dates, modules, topics, experts, other sessions) is a `Frame`, so that an import of a whole
folder can check sessions against modules and experts that come in the same batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, CourseError, NotFound, Refused
from coursectl.locale import Text, fold, pick, tool_language
from coursectl.people import PersonRef
from coursectl.program.experts import list_experts
from coursectl.program.modules import list_modules
from coursectl.program.sessions import COUNTING_KINDS, KINDS, Session, list_sessions, overlap
from coursectl.program.topics import NoTopic, codes, list_topics
from coursectl.store import Row, Store


class OutsideEdition(Refused):
    """The day isn't one of the edition's."""

    rule = "session_inside_edition"
    wording = N_("{date} is outside of {edition}, which is from {start} to {end}.")


class EndsTooEarly(BadInput):
    """The session takes no time, or goes past midnight."""

    wording = N_("A session that starts at {start} can't end at {end}; it ends later on the same day.")


class RoomTaken(Refused):
    """Another session is in the room."""

    rule = "room_free"
    wording = N_(
        "{room} is taken on {date} from {start} to {end} by session {other}. If that is meant, say --clash-ok."
    )


class ExpertElsewhere(Refused):
    """An expert can't be in two sessions at once."""

    rule = "expert_free"
    wording = N_("{name} teaches on {date} from {start} to {end} in session {other}. If that is meant, say --clash-ok.")


class NoModule(NotFound):
    """The edition has no module of this number."""

    wording = N_("{edition} has no module {module}; it has: {known}.")


class NotAnExpert(Refused):
    """Who teaches in a session is an expert of the edition first."""

    rule = "expert_of_edition"
    wording = N_('{name} is no expert of {edition}. Add them first: coursectl expert add "{name}" -e {edition}')


class NoTitle(BadInput):
    """A session without a title."""

    wording = N_("A session needs a title.")


class NoKind(BadInput):
    """A kind of session that there isn't."""

    wording = N_("{kind!r} is no kind of session. Use one of: {known}.")


@dataclass(frozen=True)
class NewChair:
    """An authority who opens, chairs or closes a session."""

    person: PersonRef
    post: Text = field(default_factory=dict)
    organization_id: int | None = None


@dataclass(frozen=True)
class NewSession:
    """A session as somebody plans it: `date` ISO 8601, `start` and `end` `HH:MM`. `counts` None: as its kind does;
    `modality` None: as its edition."""

    date: str
    start: str
    end: str
    title: Text
    kind: str = "lecture"
    counts: bool | None = None
    module: int | None = None
    room: str | None = None
    topics: tuple[str, ...] = ()
    experts: tuple[PersonRef, ...] = ()
    chairs: tuple[NewChair, ...] = ()
    modality: str | None = None

    @property
    def does_count(self) -> bool:
        """Whether it counts for attendance: as said, else as its kind does."""
        return self.kind in COUNTING_KINDS if self.counts is None else self.counts


@dataclass(frozen=True)
class Frame:
    """What sessions of an edition must fit to: its dates, its modules' ids by number, its course's topics' ids by code
    in lower case, its experts, the sessions that are there (cancelled ones too), and its modality.
    """

    edition: EditionRef
    start: str | None = None
    end: str | None = None
    modules: Mapping[int, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    experts: tuple[PersonRef, ...] = ()
    sessions: tuple[Session, ...] = ()
    modality: str = "in_person"


@dataclass(frozen=True)
class Problem:
    """What keeps one of the sessions wanted out: its index, the field and its value, and the error."""

    index: int
    field: str
    value: str
    error: CourseError


@dataclass(frozen=True)
class Clash:
    """Two sessions at one time in one room, or with one expert. `index` is of the one wanted, `other` how the other is called."""

    index: int
    field: str
    value: str
    other: str
    slot: NewSession | Session


def get_frame(store: Store, edition: EditionRef) -> Frame:
    """The frame as the store has it; empty for an edition that comes in the same batch."""
    rows = store.read(
        "SELECT start_date, end_date, modality FROM edition WHERE id = :edition",
        {"edition": edition.id},
        level="strong",
    )
    row: Row = rows[0] if rows else {"start_date": None, "end_date": None, "modality": "in_person"}
    return Frame(
        edition,
        row["start_date"],
        row["end_date"],
        {module.number: module.id for module in list_modules(store, edition)},
        codes(list_topics(store, edition.course_id, level="strong")),
        tuple(expert.person for expert in list_experts(store, edition)),
        tuple(list_sessions(store, edition, cancelled=True)),
        row["modality"],
    )


def find_same(sessions: Iterable[Session], wanted: NewSession, *, cancelled: bool = True) -> Session | None:
    """The session with the same date, start and title (in some language), where there is one."""
    titles = {fold(text) for text in wanted.title.values() if text}
    for session in sessions:
        same_time = (session.date, session.start) == (wanted.date, wanted.start)
        if same_time and (cancelled or not session.cancelled) and titles & set(map(fold, session.title.values())):
            return session
    return None


def problems(frame: Frame, wanted: Sequence[NewSession], *, clash_ok: bool = False) -> list[Problem]:
    """Everything that keeps sessions out of the program, by session and field. Empty: all of them fit."""
    found = [problem for index, session in enumerate(wanted) for problem in _own_problems(frame, index, session)]
    if not clash_ok:
        found += [_clash_problem(clash) for clash in clashes(frame.sessions, wanted)]
    return sorted(found, key=lambda problem: problem.index)


def clashes(there: Iterable[Session], wanted: Sequence[NewSession]) -> list[Clash]:
    """Where a session wanted is in the room of another one, or has its expert, at the same time."""
    by_day: dict[str, list[tuple[str, NewSession | Session]]] = {}
    for one in there:
        if not one.cancelled:
            by_day.setdefault(one.date, []).append((f"{one.number} ({_title(one.title)})", one))
    found: list[Clash] = []
    for index, session in enumerate(wanted):
        day = by_day.setdefault(session.date, [])
        for called, other in day:
            if overlap(session, other):
                found += _shared(index, session, called, other)
        day.append((f"“{_title(session.title)}”", session))
    return found


def _own_problems(frame: Frame, index: int, session: NewSession) -> Iterator[Problem]:
    reference = frame.edition.reference
    if (frame.start and session.date < frame.start) or (frame.end and session.date > frame.end):
        outside = OutsideEdition(date=session.date, edition=reference, start=frame.start, end=frame.end)
        yield Problem(index, "day", session.date, outside)
    if session.end <= session.start:
        yield Problem(index, "end", session.end, EndsTooEarly(start=session.start, end=session.end))
    if not any(session.title.values()):
        yield Problem(index, "title", "", NoTitle())
    if session.kind not in KINDS:
        yield Problem(index, "kind", session.kind, NoKind(kind=session.kind, known=", ".join(KINDS)))
    if session.module is not None and session.module not in frame.modules:
        known = ", ".join(map(str, sorted(frame.modules))) or "–"
        error = NoModule(edition=reference, module=session.module, known=known)
        yield Problem(index, "module", str(session.module), error)
    for code in session.topics:
        if code.lower() not in frame.topics:
            yield Problem(index, "topics", code, NoTopic(course=frame.edition.course, code=code))
    known_ids = {expert.id for expert in frame.experts}
    for expert in session.experts:
        if expert.id not in known_ids:
            yield Problem(index, "experts", expert.name, NotAnExpert(name=expert.name, edition=reference))


def _shared(index: int, session: NewSession, called: str, other: NewSession | Session) -> Iterator[Clash]:
    if session.room and other.room and _room_key(session.room) == _room_key(other.room):
        yield Clash(index, "room", session.room, called, other)
    for expert in session.experts:
        if expert.id in {one.id for one in other.experts}:
            yield Clash(index, "experts", expert.name, called, other)


def _room_key(room: str) -> str:
    """A room's name as SQLite compares it without case, which knows ASCII letters only."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in room)


def _clash_problem(clash: Clash) -> Problem:
    when = {"date": clash.slot.date, "start": clash.slot.start, "end": clash.slot.end, "other": clash.other}
    if clash.field == "room":
        return Problem(clash.index, clash.field, clash.value, RoomTaken(room=clash.value, **when))
    return Problem(clash.index, clash.field, clash.value, ExpertElsewhere(name=clash.value, **when))


def _title(title: Text) -> str:
    return pick(title, tool_language())
