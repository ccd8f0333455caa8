"""Putting sessions into the program, changing and cancelling them: the statements that write it.

The rules of `fitting` are asserted again in the batch, where they hold whatever somebody else did in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coursectl import locale
from coursectl.editions import EditionRef, open_edition_rule
from coursectl.errors import N_, BadInput, Refused
from coursectl.locale import Text
from coursectl.people import PersonRef
from coursectl.program.fitting import Frame, NewChair, NewSession, Problem, find_same, get_frame, problems
from coursectl.program.planned import Planned, planned
from coursectl.program.sessions import COUNTING_KINDS, Chair, Session, get_session, list_sessions, minutes_between
from coursectl.program.writing import (
    ProgramChanged,
    fitting_statements,
    person_rows,
    session_columns,
    topic_rows,
    writing_statements,
)
from coursectl.store import Act, Statement, Store, Value, expect_true, insert, new_id, update


class SessionExists(Refused):
    """The same session is in the program."""

    rule = "session_new"
    wording = N_("{edition} has this session already, with this title at this time: number {number}.")


class SessionChanged(Refused):
    """Somebody changed the session between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_(
        "Session {number} of {edition} was changed by somebody else just now. Look at it, then type the command again."
    )


class AlreadyCancelled(Refused):
    """It was cancelled before."""

    rule = "session_not_cancelled"
    wording = N_("Session {number} of {edition} is cancelled already; nothing was changed.")


class SessionLeftOut(Refused):
    """The edition can't be moved away from its sessions."""

    rule = "session_inside_edition"
    wording = N_(
        "{edition} can't be from {start} to {end}: session {number} is on {date}. Move or cancel it first, "
        "or do it in two steps: widen the dates, move the sessions, narrow the dates."
    )


@dataclass(frozen=True)
class SessionChange:
    """What to change of a session. None: not said. Titles are merged by language; empty text, tuple or 0 clears."""

    date: str | None = None
    start: str | None = None
    end: str | None = None
    title: Text | None = None
    kind: str | None = None
    counts: bool | None = None
    module: int | None = None
    room: str | None = None
    topics: tuple[str, ...] | None = None
    experts: tuple[PersonRef, ...] | None = None
    chairs: tuple[NewChair, ...] | None = None
    modality: str | None = None


@dataclass(frozen=True)
class SessionsAdded:
    """The sessions that an import added, and how many it found there already."""

    edition: str
    added: tuple[Session, ...]
    there: int


def sessions_statements(frame: Frame, wanted: Sequence[NewSession], *, clash_ok: bool = False) -> Planned:
    """What writes those of the sessions that aren't there yet; a session of the same date, start and title is the same.

    Raises the first problem. Its statements hold the same rules again when they are applied.
    """
    ids: list[int] = []
    new: dict[int, NewSession] = {}
    for session in wanted:
        same = find_same(frame.sessions, session)
        ids.append(same.id if same else new_id())
        if same is None:
            new[ids[-1]] = session
    for problem in problems(frame, list(new.values()), clash_ok=clash_ok):
        raise problem.error
    return planned(ids, new, (), writing_statements(frame, new, clash_ok=clash_ok))


def add_session(
    store: Store,
    edition: EditionRef,
    wanted: NewSession,
    act: Act,
    *,
    clash_ok: bool = False,
    frame: Frame | None = None,
) -> Session:
    """Add one session; its number is the next in the edition. `frame`, where it was read already, saves reading it again.

    Raises SessionExists, OutsideEdition, EndsTooEarly, RoomTaken, ExpertElsewhere, NotAnExpert, NoModule, NoTopic,
    EditionClosed.
    """
    frame = frame or get_frame(store, edition)
    if same := find_same(frame.sessions, wanted, cancelled=False):
        raise SessionExists(edition=edition.reference, number=same.number)
    live = replace(frame, sessions=tuple(session for session in frame.sessions if not session.cancelled))
    plan = sessions_statements(live, [wanted], clash_ok=clash_ok)
    store.apply(act.operation(f"session add {edition.reference}", [open_edition_rule(edition), *plan.statements]))
    return _written(store, frame, {plan.ids[0]: wanted}, act)[0]


def add_sessions(
    store: Store, edition: EditionRef, wanted: Sequence[NewSession], act: Act, *, clash_ok: bool = False,
    frame: Frame | None = None,
) -> SessionsAdded:  # fmt: skip
    """Add the sessions that aren't there yet, all or none; nothing is written where all of them are.

    Raises the first problem, as add_session does.
    """
    frame = frame or get_frame(store, edition)
    plan = sessions_statements(frame, wanted, clash_ok=clash_ok)
    if not plan.statements:
        return SessionsAdded(edition.reference, (), len(wanted))
    store.apply(act.operation(f"session import {edition.reference}", [open_edition_rule(edition), *plan.statements]))
    added = {row_id: session for row_id, session in zip(plan.ids, wanted, strict=True) if row_id in plan.new}
    written = tuple(_written(store, frame, added, act))
    return SessionsAdded(edition.reference, written, len(wanted) - len(added))


def edit_session(
    store: Store, edition: EditionRef, number: int, change: SessionChange, act: Act, *, clash_ok: bool = False,
    frame: Frame | None = None,
) -> tuple[Session, bool]:  # fmt: skip
    """Change what is said of a session and leave the rest. Returns it and whether anything changed.

    A session that counted as its kind does, counts as its new kind does. Raises as add_session does, and SessionChanged.
    """
    frame = frame or get_frame(store, edition)
    session = _find(frame, number) or get_session(store, edition, number)
    wanted = _changed(session, change)
    others = replace(frame, sessions=tuple(other for other in frame.sessions if other.id != session.id))
    refused = [
        one
        for one in problems(others, [wanted], clash_ok=clash_ok or session.cancelled)
        if _is_due(one, session, wanted)
    ]
    for problem in refused:
        raise problem.error
    statements = _edit_statements(frame, session, wanted, clash_ok=clash_ok)
    if not statements:
        return session, False
    store.apply(act.operation(f"session edit {edition.reference} {number}", statements))
    if act.dry_run:
        return _as_planned(frame, session.id, number, wanted), True
    return get_session(store, edition, number), True


def cancel_session(store: Store, edition: EditionRef, number: int, act: Act, *, reason: str) -> Session:
    """Cancel a session: it and its marks stop counting, its room and experts are free.

    Raises NotFound, AlreadyCancelled, BadInput without a reason, EditionClosed.
    """
    session = get_session(store, edition, number)
    refusal = AlreadyCancelled(number=number, edition=edition.reference)
    if session.cancelled:
        raise refusal
    if not reason.strip():
        raise BadInput(N_('Say why the session is cancelled: --because "…"'))
    old: dict[str, Value] = {"cancelled": 0, "cancel_reason": None}
    new: dict[str, Value] = {"cancelled": 1, "cancel_reason": reason.strip()}
    statements = [open_edition_rule(edition), *update("session", session.id, old, new, refusal)]
    store.apply(act.operation(f"session cancel {edition.reference} {number}", statements))
    return replace(session, cancelled=True, cancel_reason=reason.strip())


def dates_statements(store: Store, edition: EditionRef, start: str | None, end: str | None) -> list[Statement]:
    """What keeps an edition's sessions inside its dates when these are changed; None: not changed, "": not known any more.

    To come after the change in its batch. Raises SessionLeftOut, and BadInput for what is no date.
    """
    if start is None and end is None:
        return []
    frame = get_frame(store, edition)
    first, last = (
        was if said is None else locale.parse_date(said).isoformat() if said else None
        for said, was in ((start, frame.start), (end, frame.end))
    )
    if first and last and last < first:
        return []  # the edition itself is refused
    for session in frame.sessions:
        if not session.cancelled and not (first or "") <= session.date <= (last or "9999"):
            raise SessionLeftOut(
                edition=edition.reference, start=first or "…", end=last or "…", number=session.number, date=session.date
            )
    return [
        expect_true(
            "SELECT NOT EXISTS (SELECT 1 FROM session JOIN edition ON edition.id = edition_id WHERE edition_id = :edition"
            " AND NOT cancelled AND (date < start_date OR date > end_date))",
            {"edition": edition.id},
            "session_inside_edition",
            ProgramChanged(edition=edition.reference),
        )
    ]


def _edit_statements(frame: Frame, session: Session, wanted: NewSession, *, clash_ok: bool) -> list[Statement]:
    edition = frame.edition
    old = session_columns(frame, _as_wanted(session))
    new = {name: value for name, value in session_columns(frame, wanted).items() if value != old[name]}
    refusal = SessionChanged(number=session.number, edition=edition.reference)
    statements = update("session", session.id, old, new, refusal) if new else []
    if [code.lower() for code in wanted.topics] != [code.lower() for code in session.topics]:
        gone = Statement("DELETE FROM session_topic WHERE session_id = :id", {"id": session.id})
        statements += [gone, *insert("session_topic", topic_rows(frame, session.id, wanted.topics))]
    rows = person_rows(session.id, wanted)
    for role, before, after in (
        ("expert", [one.id for one in session.experts], [one.id for one in wanted.experts]),
        ("chair", [one.id for one in session.chairs], [one.person.id for one in wanted.chairs]),
    ):
        if before != after:
            gone = Statement(
                "DELETE FROM session_person WHERE session_id = :id AND role = :role", {"id": session.id, "role": role}
            )
            statements += [gone, *insert("session_person", [row for row in rows if row["role"] == role])]
    if not statements:
        return []
    timed = {"date", "start_time", "end_time", "counts"} & set(new)
    moved = bool(timed) or "room" in new or wanted.experts != session.experts
    opened = [open_edition_rule(edition)] if timed else []
    return [*opened, *statements, *(fitting_statements(edition, [session.id], clash_ok=clash_ok) if moved else [])]


def _is_due(problem: Problem, session: Session, wanted: NewSession) -> bool:
    """Whether a problem comes from this change: a clash that was allowed before doesn't keep a title from being corrected."""
    when = (wanted.date, wanted.start, wanted.end) != (session.date, session.start, session.end)
    if problem.field in ("room", "experts"):
        return when or wanted.room != session.room or wanted.experts != session.experts
    return problem.field != "day" or when


def _changed(session: Session, change: SessionChange) -> NewSession:
    """The session as the change wants it."""
    was = _as_wanted(session)
    title = {tag: text for tag, text in {**session.title, **(change.title or {})}.items() if text}
    said = {
        name: value
        for name, value in change.__dict__.items()
        if value is not None and name not in ("title", "counts", "module")
    }
    as_its_kind = session.counts == (session.kind in COUNTING_KINDS)
    follows = change.counts is None and change.kind is not None and as_its_kind
    counts = change.counts if change.counts is not None else None if follows else session.counts
    module = session.module if change.module is None else change.module or None
    return replace(was, **said, title=title, counts=counts, module=module)


def _as_wanted(session: Session) -> NewSession:
    chairs = tuple(NewChair(PersonRef(chair.id, chair.name), chair.post) for chair in session.chairs)
    return NewSession(
        session.date, session.start, session.end, session.title, session.kind, session.counts, session.module, session.room,
        session.topics, session.experts, chairs, session.own_modality,
    )  # fmt: skip


def _find(frame: Frame, number: int) -> Session | None:
    return next((session for session in frame.sessions if session.number == number), None)


def _written(store: Store, frame: Frame, added: Mapping[int, NewSession], act: Act) -> list[Session]:
    """The sessions as they are in the store now, or, after a dry run, as they would be."""
    if not act.dry_run:
        return [session for session in list_sessions(store, frame.edition) if session.id in added]
    following = max((session.number for session in frame.sessions), default=0) + 1
    return [_as_planned(frame, row_id, number, one) for number, (row_id, one) in enumerate(added.items(), following)]


def _as_planned(frame: Frame, session_id: int, number: int, wanted: NewSession) -> Session:
    cancelled = next((one for one in frame.sessions if one.id == session_id and one.cancelled), None)
    return Session(
        session_id, frame.edition.reference, number, wanted.date, wanted.start, wanted.end,
        minutes_between(wanted.start, wanted.end), wanted.kind, wanted.does_count, wanted.title, wanted.room or None,
        wanted.module, wanted.topics, wanted.experts,
        tuple(Chair(chair.person.id, chair.person.name, None, chair.post, None, None) for chair in wanted.chairs),
        cancelled is not None, cancelled.cancel_reason if cancelled else None, wanted.modality or frame.modality,
        wanted.modality or None,
    )  # fmt: skip
