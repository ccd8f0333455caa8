"""Closing an edition: what became of everybody, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coursectl import attendance, editions, locale
from coursectl.attendance import Mark, NamedMark, Rate, Slot
from coursectl.certificates import reaches, reason_of
from coursectl.editions import EditionRef
from coursectl.errors import Ambiguous, NotFound, Refused
from coursectl.store import Statement, insert, new_id
from coursectl.store.undo import get_last_operation, list_operations, undo_by_replay
from coursectl.workflows import closing
from coursectl.workflows.closing import (
    ChangedSinceProposal,
    Closed,
    DecidedTwice,
    Decision,
    NoOutcomeFor,
    Outcome,
    Proposal,
    Undecided,
)

# number, name, status
PEOPLE = (
    (1, "Ana María Pérez", "accepted"),
    (2, "Luis Soto", "confirmed"),
    (3, "João da Silva", "accepted"),
    (4, "Marie-Ange Jean", "withdrawn"),
    (None, "Olga Ñáñez", "nominated"),
    (None, "Luis Vega", "waitlisted"),
)


@pytest.fixture
def course(store, act, icim37):
    """ICIM-37 with ten sessions of an hour in five days, and people; completing needs 80 %."""
    sessions = [
        {
            "id": new_id(), "edition_id": icim37.edition, "number": number, "date": f"2015-03-{8 + (number + 1) // 2:02}",
            "start_time": "09:00" if number % 2 else "14:00", "end_time": "10:00" if number % 2 else "15:00", "kind": "lecture",
            "counts": 1, "title": '{"en": "Title"}',
        }
        for number in range(1, 11)
    ]  # fmt: skip
    people = [{"id": new_id(), "name": name, "name_key": name.casefold()} for _number, name, _status in PEOPLE]
    enrollments = [
        {
            "id": new_id(), "edition_id": icim37.edition, "person_id": person["id"], "status": status, "number": number,
            "country": "AR", "enrolled_at": act.now,
        }
        for person, (number, _name, status) in zip(people, PEOPLE, strict=True)
    ]  # fmt: skip
    statements = [*insert("session", sessions), *insert("person", people), *insert("enrollment", enrollments)]
    store.apply(act.operation("sample", statements))
    return EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)


@pytest.fixture
def attended(store, act, course):
    """Ana was there for nine hours of ten and was late once, Luis for seven, João never."""
    mark(store, act, course, "1", late={"1": 10}, absent="23")
    mark(store, act, course, "2", absent="3")
    mark(store, act, course, "3", absent="23")
    mark(store, act, course, "4", absent="123")
    mark(store, act, course, "5", absent="3")
    return course


def mark(store, act, course, day, *, late=None, absent=""):
    named = [NamedMark(who, Mark("absent")) for who in absent]
    named += [NamedMark(who, Mark("late", minutes)) for who, minutes in (late or {}).items()]
    half = "pm" if day == "4" else None
    if half:
        attendance.mark(
            store, course, Slot(day=day, half="am"), [NamedMark("3", Mark("absent"))], act, everybody="present"
        )
    attendance.mark(store, course, Slot(day=day, half=half), named, act, everybody="present")


def run_sql(store, act, sql, **params):
    store.apply(act.operation("sample", [Statement(sql, params)]))


def statuses(store):
    rows = store.read(
        "SELECT person.name, status, reason FROM enrollment JOIN person ON person.id = person_id ORDER BY enrollment.id"
    )
    return {row["name"]: (row["status"], row["reason"]) for row in rows}


def closed_on(store, course):
    return editions.get_edition(store, course).closed_on


def outcomes(proposal):
    return {one.name: (one.outcome, one.reason) for one in proposal.outcomes}


def closings(store):
    return [done.command for done in list_operations(store) if done.command.startswith("edition close")]


def complete(who, because="Made up for it"):
    return Decision(who, "completed", because)


BY_RULE = {
    "Ana María Pérez": ("completed", "8.8 of 10 h = 88 %, needs 80 %"),
    "Luis Soto": ("not_completed", "5.0 of 10 h = 50 %, needs 80 %"),
    "João da Silva": ("no_show", "seen in no session"),
}


class TestProposing:
    def test_everybody_with_a_place_gets_an_outcome_with_its_reason(self, store, attended):
        proposal = closing.propose(store, attended)

        assert outcomes(proposal) == BY_RULE
        assert (proposal.edition, proposal.closed_on, proposal.left, proposal.without_marks) == ("ICIM-37", None, 2, ())

    def test_a_proposal_has_the_figures_and_writes_nothing(self, store, attended):
        ana = closing.propose(store, attended).outcomes[0]

        assert replace(ana, enrollment_id=0, person_id=0) == Outcome(
            1,
            "Ana María Pérez",
            "accepted",
            "completed",
            "8.8 of 10 h = 88 %, needs 80 %",
            530 / 600,
            530,
            600,
            False,
            0,
            0,
        )
        assert statuses(store)["Ana María Pérez"] == ("accepted", None)
        assert closings(store) == []

    def test_sessions_without_marks_are_named(self, store, act, course):
        attendance.mark(store, course, Slot(day="1"), [], act, everybody="present")

        assert closing.propose(store, course).without_marks == (3, 4, 5, 6, 7, 8, 9, 10)

    def test_without_any_attendance_everybody_is_undecided(self, store, course):
        proposal = closing.propose(store, course)

        assert set(outcomes(proposal).values()) == {(None, "no attendance was recorded")}
        assert proposal.without_marks == ()

    def test_the_minimum_is_the_edition_s(self, store, act, attended):
        run_sql(store, act, "UPDATE edition SET attendance_minimum = 0.5")

        assert outcomes(closing.propose(store, attended))["Luis Soto"] == (
            "completed",
            "5.0 of 10 h = 50 %, needs 50 %",
        )

    def test_an_exception_is_decided_with_its_reason(self, store, attended):
        proposal = closing.propose(
            store, attended, [complete("Luis Soto"), Decision("1", "not_completed", "Exam failed")]
        )

        assert outcomes(proposal) == BY_RULE | {
            "Luis Soto": ("completed", "Made up for it"),
            "Ana María Pérez": ("not_completed", "Exam failed"),
        }

    def test_a_decision_for_all_leaves_who_is_named_otherwise(self, store, course):
        proposal = closing.propose(
            store, course, [Decision("3", "no_show", "Never came"), complete(None, "No sheets were kept")]
        )

        assert outcomes(proposal) == {
            "Ana María Pérez": ("completed", "No sheets were kept"),
            "Luis Soto": ("completed", "No sheets were kept"),
            "João da Silva": ("no_show", "Never came"),
        }

    def test_nobody_is_decided_twice(self, store, attended):
        with pytest.raises(DecidedTwice, match="The outcome of Luis Soto is decided twice"):
            closing.propose(store, attended, [complete("2"), Decision("Luis Soto", "no_show", "x")])
        with pytest.raises(DecidedTwice):
            closing.propose(store, attended, [complete(None), Decision(None, "no_show", "x")])

    @pytest.mark.parametrize(("who", "error"), [("99", NotFound), ("Nadie", NotFound), ("Luis", Ambiguous)])
    def test_a_decision_names_one_person(self, store, attended, who, error):
        with pytest.raises(error):
            closing.propose(store, attended, [complete(who)])

    @pytest.mark.parametrize(("who", "status"), [("Olga Ñáñez", "nominated"), ("Marie-Ange Jean", "withdrawn")])
    def test_who_has_no_place_gets_no_outcome(self, store, attended, who, status):
        with pytest.raises(NoOutcomeFor) as refusal:
            closing.propose(store, attended, [complete(who)])

        assert str(refusal.value) == (
            f"{who} is {status} in ICIM-37 and gets no outcome. First: coursectl roster accept NAME -e ICIM-37"
        )

    def test_who_has_an_outcome_from_before_keeps_it(self, store, act, attended):
        run_sql(
            store, act, "UPDATE enrollment SET status = 'completed', reason = 'As in the old list' WHERE number = 2"
        )

        assert outcomes(closing.propose(store, attended))["Luis Soto"] == ("completed", "As in the old list")


class TestClosing:
    def test_outcomes_and_the_closing_are_one_operation(self, store, act, attended):
        done = closing.close(store, attended, [complete("Luis Soto")], act)

        assert replace(done, outcomes=()) == Closed("ICIM-37", "2015-03-09", True, 2, 0, 1, 2, (), ())
        assert statuses(store) == {
            "Ana María Pérez": ("completed", None),
            "Luis Soto": ("completed", "Made up for it"),
            "João da Silva": ("no_show", None),
            "Marie-Ange Jean": ("withdrawn", None),
            "Olga Ñáñez": ("nominated", None),
            "Luis Vega": ("waitlisted", None),
        }
        assert closed_on(store, attended) == "2015-03-09"
        assert closings(store) == ["edition close ICIM-37"]

    def test_closing_twice_is_harmless(self, store, act, attended):
        closing.close(store, attended, [], act)
        before = statuses(store)
        done = closing.close(store, attended, [complete("2")], replace(act, now="2015-04-01T00:00:00.000Z"))

        assert (done.changed, done.closed_on, done.completed) == (False, "2015-03-09", 1)
        assert (statuses(store), closings(store)) == (before, ["edition close ICIM-37"])

    def test_a_closed_edition_shows_what_it_was_closed_with(self, store, act, attended):
        closing.close(store, attended, [complete("2")], act)

        proposal = closing.propose(store, attended)

        assert isinstance(proposal, Proposal)
        assert proposal.closed_on == "2015-03-09"
        assert outcomes(proposal) == BY_RULE | {"Luis Soto": ("completed", "Made up for it")}

    def test_undo_opens_the_edition_again(self, store, act, attended):
        before = statuses(store)
        closing.close(store, attended, [complete("2")], act)
        undo_by_replay(store, get_last_operation(store, act.actor), act)

        assert (statuses(store), closed_on(store, attended)) == (before, None)
        assert closing.close(store, attended, [], act).changed is True

    def test_a_dry_run_tries_it_and_writes_nothing(self, store, act, attended):
        before = statuses(store)
        done = closing.close(store, attended, [], replace(act, dry_run=True))

        assert (done.changed, done.completed) == (True, 1)
        assert (statuses(store), closed_on(store, attended), closings(store)) == (before, None, [])

    def test_without_attendance_everybody_has_to_be_decided(self, store, act, course):
        with pytest.raises(Undecided) as refusal:
            closing.close(store, course, [complete("1")], act)

        assert str(refusal.value) == (
            "ICIM-37 can't be closed yet: no attendance was recorded, so 2 outcomes are undecided. "
            'Decide for all: coursectl edition close ICIM-37 --complete all --because "…" --apply'
        )
        assert closing.close(store, course, [complete(None)], act).completed == 3

    def test_an_edition_without_anybody_can_be_closed(self, store, act, course):
        run_sql(store, act, "UPDATE enrollment SET status = 'withdrawn'")

        assert closing.close(store, course, [], act).outcomes == ()
        assert closed_on(store, course) == "2015-03-09"

    def test_marking_in_a_closed_edition_is_refused_with_the_way_on(self, store, act, attended):
        closing.close(store, attended, [], act)

        with pytest.raises(Refused, match=r"ICIM-37 is closed.*coursectl undo"):
            attendance.mark(store, attended, Slot(session=1), [NamedMark("1", Mark("absent"))], act)

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE attendance SET mark = 'absent' WHERE mark = 'present'",
            "UPDATE session SET cancelled = 1 WHERE number = 1",
            "UPDATE enrollment SET status = 'withdrawn' WHERE number = 1",
            "UPDATE edition SET attendance_minimum = 0.1",
            "UPDATE course SET attendance_minimum = 0.1",
            "DELETE FROM attendance",
        ],
    )
    def test_what_was_changed_since_the_reading_refuses_the_closing(self, store, act, attended, sql):
        class Meanwhile:
            """The store, into which another office writes just before the closing does."""

            def __init__(self, inner):
                self.inner = inner
                self.read, self.close = inner.read, inner.close

            def apply(self, operation):
                run_sql(self.inner, act, sql)
                return self.inner.apply(operation)

        with pytest.raises(ChangedSinceProposal, match="changed by somebody else just now; nothing was written"):
            closing.close(Meanwhile(store), attended, [], act)

        assert closed_on(store, attended) is None

    def test_what_happens_in_another_edition_meanwhile_is_no_matter(self, store, act, attended, icim37):
        seen = closing._last_change(store)
        other = {"id": new_id(), "course_id": icim37.course, "number": 38}
        store.apply(act.operation("sample", insert("edition", [other])))

        store.apply(act.operation("sample", [closing._nothing_changed_since(attended, seen)]))


def rate(minutes, of_minutes, *, seen=True):
    share = minutes / of_minutes if of_minutes else None
    return Rate(1, 1, "Ana", "accepted", minutes, of_minutes, share, 0, 0, seen)


class TestReasons:
    @pytest.mark.parametrize(
        ("minutes", "of_minutes", "minimum", "sentence"),
        [
            (3240, 3600, 0.8, "54.0 of 60 h = 90 %, needs 80 %"),
            (2880, 3600, 0.8, "48.0 of 60 h = 80 %, needs 80 %"),
            (2879, 3600, 0.8, "47.9 of 60 h = 79 %, needs 80 %"),
            (3510, 3510, 0.8, "58.5 of 58.5 h = 100 %, needs 80 %"),
            (2862, 3600, 0.795, "47.7 of 60 h = 79.5 %, needs 79.5 %"),
            (2400, 3600, 2 / 3, "40.0 of 60 h = 66.66 %, needs 66.66 %"),
            (75000, 75000, 1.0, "1,250.0 of 1,250 h = 100 %, needs 100 %"),
        ],
    )
    def test_the_sentence_rounds_down(self, minutes, of_minutes, minimum, sentence):
        assert reason_of(rate(minutes, of_minutes), minimum) == sentence

    def test_numbers_are_in_the_tool_s_language(self):
        locale.set_language("es", {})

        assert "54,0" in reason_of(rate(3240, 3600), 0.8)

    def test_who_was_never_seen_is_told_so(self):
        assert reason_of(rate(0, 0, seen=False), 0.8) == "seen in no session"

    @given(st.integers(1, 6000), st.integers(1, 6000), st.integers(1, 100))
    def test_the_sentence_never_contradicts_the_outcome(self, minutes, of_minutes, percent):
        assume(minutes <= of_minutes)
        one = rate(minutes, of_minutes)
        shown = int(reason_of(one, percent / 100).split(" = ")[1].split(" %")[0])

        assert reaches(minutes, of_minutes, percent / 100) == (shown >= percent)

    def test_who_was_seen_in_no_session_is_a_no_show_even_with_an_excuse(self, store, act, course):
        attendance.mark(store, course, Slot(day="1"), [NamedMark("3", Mark("excused"))], act, everybody="present")
        run_sql(store, act, "UPDATE edition SET excused = 'present' WHERE id = :id", id=course.id)

        assert outcomes(closing.propose(store, course))["João da Silva"] == ("no_show", "seen in no session")

    def test_exactly_the_minimum_is_enough(self):
        assert reaches(2880, 3600, 0.8)
        assert not reaches(2879, 3600, 0.8)
