"""The rules of time, for any program."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl import program
from coursectl.editions import EditionRef
from coursectl.people import PersonRef
from coursectl.program import Frame, NewSession, Session

EDITION = EditionRef(1, "ICIM-37", 1, "ICIM", 37)
PEOPLE = tuple(PersonRef(n, f"Expert {n}") for n in range(1, 4))

times = st.integers(0, 23 * 4 + 3).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
dates = st.integers(9, 12).map(lambda day: f"2015-03-{day:02}")
planned = st.builds(
    NewSession,
    date=dates,
    start=times,
    end=times,
    title=st.integers(0, 999).map(lambda n: {"en": f"Session {n}"}),
    kind=st.sampled_from(program.KINDS),
    counts=st.sampled_from([None, True, False]),
    room=st.sampled_from([None, "Room A", "room a", "Room B"]),
    experts=st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
)


def stored(number: int, session: NewSession, cancelled: bool = False) -> Session:
    minutes = program.minutes_between(session.start, session.end)
    return Session(
        number, "ICIM-37", number, session.date, session.start, session.end, minutes, session.kind, session.does_count, session.title,
        session.room, None, (), session.experts, (), cancelled, None,
    )  # fmt: skip


held = st.lists(st.tuples(planned.filter(lambda one: one.start < one.end), st.booleans()), max_size=12).map(
    lambda sessions: [stored(number, one, cancelled) for number, (one, cancelled) in enumerate(sessions, 1)]
)


def minutes_of(session: Session) -> set[tuple[str, int]]:
    """Every minute that a session takes."""
    first, last = (int(time[:2]) * 60 + int(time[3:]) for time in (session.start, session.end))
    return {(session.date, minute) for minute in range(first, last)}


@given(st.lists(planned, max_size=12))
def test_no_overlap_is_accepted(wanted: list[NewSession]) -> None:
    accepted: list[Session] = []
    for session in wanted:
        if not program.problems(Frame(EDITION, experts=PEOPLE, sessions=tuple(accepted)), [session]):
            accepted.append(stored(len(accepted) + 1, session))

    for session in accepted:
        for other in accepted[session.number :]:
            if minutes_of(session) & minutes_of(other):
                assert not (session.room and (session.room or "").lower() == (other.room or "").lower())
                assert not set(session.experts) & set(other.experts)


@given(st.lists(planned, max_size=8))
def test_checking_at_once_refuses_when_checking_one_by_one_does(wanted: list[NewSession]) -> None:
    accepted: list[Session] = []
    refused = False
    for session in wanted:
        problems = program.problems(Frame(EDITION, experts=PEOPLE, sessions=tuple(accepted)), [session])
        refused = refused or bool(problems)
        if session.start < session.end:
            accepted.append(stored(len(accepted) + 1, session))

    assert bool(program.problems(Frame(EDITION, experts=PEOPLE), wanted)) == refused or any(
        one.start >= one.end for one in wanted
    )


@given(held, held)
def test_two_sessions_overlap_when_they_share_a_minute(some: list[Session], others: list[Session]) -> None:
    for one in some:
        for other in others:
            assert (
                program.overlap(one, other) == bool(minutes_of(one) & minutes_of(other)) == program.overlap(other, one)
            )


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(held, held)
def test_contact_minutes_add_up_and_never_count_what_was_cancelled(some: list[Session], others: list[Session]) -> None:
    both = program.contact_minutes([*some, *others])

    assert both == program.contact_minutes(some) + program.contact_minutes(others)
    assert both == sum(len(minutes_of(one)) for one in (*some, *others) if one.counts and not one.cancelled)
    assert program.contact_minutes([replace(one, cancelled=True) for one in some]) == 0


@given(held)
def test_days_are_numbered_from_one_in_the_order_of_their_dates(sessions: list[Session]) -> None:
    days = program.working_days(sessions)

    assert [day.number for day in days] == list(range(1, len(days) + 1))
    assert [day.date for day in days] == sorted({one.date for one in sessions if one.counts and not one.cancelled})
    for day in days:
        assert program.sessions_of_day(sessions, str(day.number)) == program.sessions_of_day(sessions, day.date)


@given(planned)
def test_the_morning_ends_at_one(session: NewSession) -> None:
    assert program.half_day(session) == ("am" if int(session.start[:2]) < 13 else "pm")


@given(st.dates(), st.integers(0, 40), st.integers(1, 40))
def test_the_nth_working_day_is_the_nth_from_monday_to_friday(first, length, n) -> None:
    from datetime import date, timedelta

    days = [first + timedelta(days=step) for step in range(min(length, (date.max - first).days) + 1)]
    weekdays = [day.isoformat() for day in days if day.isoweekday() <= 5]
    try:
        found = [program.read_day(str(n), days[0].isoformat(), days[-1].isoformat(), "ICIM-37")]
    except program.NoSuchDay:
        found = []
    assert found == weekdays[n - 1 : n]
