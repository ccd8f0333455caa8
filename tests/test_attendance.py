"""Attendance: who was there, what share of the hours that makes, and what sheets bring back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl import attendance
from coursectl.attendance import ImportedMarks, Mark, Marked, NamedMark, OtherMark, Rate, Share, ShownMark, Slot
from coursectl.attendance.marking import (
    ChangedMeanwhile,
    LateByAll,
    NamedTwice,
    NobodyMeant,
    NoPlace,
    read_duration,
    spread,
)
from coursectl.attendance.sheets import read_mark
from coursectl.attendance.slots import (
    DoesNotCount,
    IsCancelled,
    NoSuchDay,
    NoSuchSession,
    NothingToSign,
    read_half,
    read_slot,
)
from coursectl.editions import EditionRef
from coursectl.errors import BadInput, BadTable, NotFound, Refused, Usage
from coursectl.store import Statement, insert, new_id, update
from coursectl.store.undo import get_last_operation, list_operations, undo_by_replay

PRESENT, ABSENT, EXCUSED = Mark("present"), Mark("absent"), Mark("excused")

# number, date, start, end, kind, cancelled
SESSIONS = (
    (1, "2015-03-09", "09:00", "10:00", "ceremony", 0),
    (2, "2015-03-09", "10:30", "12:00", "lecture", 0),
    (3, "2015-03-09", "13:30", "15:00", "lecture", 0),
    (4, "2015-03-09", "15:15", "16:15", "workshop", 0),
    (5, "2015-03-10", "09:00", "10:30", "lecture", 0),
    (6, "2015-03-10", "10:30", "11:00", "break", 0),
    (7, "2015-03-10", "11:00", "12:30", "panel", 0),
    (8, "2015-03-10", "14:00", "15:30", "lecture", 1),
)
# number, name, e-mail, status
PEOPLE = (
    (1, "Ana María Pérez", "ana@dnm.example", "accepted"),
    (2, "Luis Soto", "luis@mre.example", "confirmed"),
    (3, "João da Silva", None, "accepted"),
    (4, "Marie-Ange Jean", "marie@oni.example", "withdrawn"),
    (None, "Olga Ñáñez", "olga@mre.example", "nominated"),
)


@pytest.fixture
def course(store, act, icim37):
    """ICIM-37 with two days of sessions and five people; gives its reference."""
    sessions = [
        {
            "id": new_id(), "edition_id": icim37.edition, "number": number, "date": date, "start_time": start,
            "end_time": end, "kind": kind, "counts": int(kind not in ("ceremony", "break")), "title": '{"en": "Title"}',
            "cancelled": cancelled,
        }
        for number, date, start, end, kind, cancelled in SESSIONS
    ]  # fmt: skip
    people = [
        {"id": new_id(), "name": name, "email": email, "email_key": email, "name_key": name.casefold()}
        for _number, name, email, _status in PEOPLE
    ]
    enrollments = [
        {
            "id": new_id(), "edition_id": icim37.edition, "person_id": person["id"], "status": status, "number": number,
            "country": "AR", "enrolled_at": act.now,
        }
        for person, (number, _name, _email, status) in zip(people, PEOPLE, strict=True)
    ]  # fmt: skip
    statements = [*insert("session", sessions), *insert("person", people), *insert("enrollment", enrollments)]
    store.apply(act.operation("sample", statements))
    return EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)


def set_edition(store, act, course, **columns):
    old = store.read("SELECT * FROM edition WHERE id = :id", {"id": course.id})[0]
    store.apply(act.operation("sample", update("edition", course.id, old, columns, Refused("changed"))))


def run_sql(store, act, sql, **params):
    store.apply(act.operation("sample", [Statement(sql, params)]))


def marks(store) -> dict[tuple[int, int], str]:
    """The stored marks as participant number and session number → `present`, `late 10`."""
    rows = store.read(
        "SELECT enrollment.number AS who, session.number AS session, mark, minutes_late FROM attendance"
        " JOIN enrollment ON enrollment.id = enrollment_id JOIN session ON session.id = session_id ORDER BY 1, 2"
    )
    return {
        (row["who"], row["session"]): f"late {row['minutes_late']}" if row["mark"] == "late" else row["mark"]
        for row in rows
    }


def operations(store) -> list[str]:
    return [done.command for done in reversed(list_operations(store)) if done.command.startswith("attend")]


def absent(*whom):
    return [NamedMark(who, ABSENT) for who in whom]


def late(who, minutes):
    return NamedMark(who, Mark("late", minutes))


class Slow:
    """A real store whose user is slow: between what was read and what is written, somebody else does something."""

    def __init__(self, store, meanwhile):
        self._store, self._meanwhile = store, meanwhile

    def __getattr__(self, name):
        return getattr(self._store, name)

    def apply(self, operation):
        self._meanwhile()
        return self._store.apply(operation)


class TestMarking:
    def test_all_are_present_but_those_who_are_named(self, store, act, course):
        done = attendance.mark(store, course, Slot(session=2), [*absent("2"), late("3", 10)], act, everybody="present")

        assert done == Marked("ICIM-37", (2,), present=1, late=1, excused=0, absent=1, changed=3)
        assert marks(store) == {(1, 2): "present", (2, 2): "absent", (3, 2): "late 10"}

    def test_without_all_only_the_named_are_touched(self, store, act, course):
        done = attendance.mark(store, course, Slot(session=2), [NamedMark("1", EXCUSED)], act)

        assert done == Marked("ICIM-37", (2,), present=0, late=0, excused=1, absent=0, changed=1)
        assert marks(store) == {(1, 2): "excused"}

    def test_marking_again_changes_what_differs(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), [], act, everybody="present")
        done = attendance.mark(store, course, Slot(session=2), absent("1"), act, everybody="present")

        ana = OtherMark(1, "Ana María Pérez", 2, "present", 0, "absent", 0)
        assert done == Marked("ICIM-37", (2,), present=2, late=0, excused=0, absent=1, changed=1, changes=(ana,))
        assert marks(store) == {(1, 2): "absent", (2, 2): "present", (3, 2): "present"}

    def test_a_mark_for_all_leaves_those_that_are_there_and_tells_them(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), [late("1", 10), *absent("2")], act)
        done = attendance.mark(store, course, Slot(session=2), [NamedMark("2", EXCUSED)], act, everybody="present")

        ana = OtherMark(1, "Ana María Pérez", 2, "late", 10, "present", 0)
        luis = OtherMark(2, "Luis Soto", 2, "absent", 0, "excused", 0)
        assert done == Marked(
            "ICIM-37", (2,), present=1, late=1, excused=1, absent=0, changed=2, changes=(luis,), kept=(ana,)
        )
        assert marks(store) == {(1, 2): "late 10", (2, 2): "excused", (3, 2): "present"}

    def test_a_mark_for_all_writes_over_the_others_where_that_is_said_and_undo_brings_them_back(
        self, store, act, course
    ):
        attendance.mark(store, course, Slot(session=2), [late("1", 10)], act, everybody="present")
        before = marks(store)
        done = attendance.mark(store, course, Slot(session=2), [], act, everybody="present", over=True)

        ana = OtherMark(1, "Ana María Pérez", 2, "late", 10, "present", 0)
        assert (done.present, done.late, done.changed, done.changes, done.kept) == (3, 0, 1, (ana,), ())
        assert marks(store) == {(1, 2): "present", (2, 2): "present", (3, 2): "present"}
        undo_by_replay(store, get_last_operation(store, act.actor), act)
        assert marks(store) == before

    def test_a_mark_for_all_writes_over_none_that_somebody_else_writes_meanwhile(self, store, act, course):
        slow = Slow(store, lambda: attendance.mark(store, course, Slot(session=2), [late("1", 10)], act))

        with pytest.raises(ChangedMeanwhile) as refusal:
            attendance.mark(slow, course, Slot(session=2), [], act, everybody="present")

        assert str(refusal.value) == (
            "Somebody else has just written marks of ICIM-37; nothing was written. Type the command again."
        )
        assert marks(store) == {(1, 2): "late 10"}

    def test_marking_the_same_twice_changes_nothing_and_leaves_no_operation(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), [late("1", 5)], act, everybody="present")
        done = attendance.mark(store, course, Slot(session=2), [late("1", 5)], act, everybody="present")

        assert done == Marked("ICIM-37", (2,), present=2, late=1, excused=0, absent=0, changed=0)
        assert operations(store) == ["attend mark ICIM-37"]

    def test_a_command_is_one_operation_and_undo_takes_it_back(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), absent("1"), act, everybody="present")
        before = marks(store)
        attendance.mark(store, course, Slot(day="1"), absent("2"), act, everybody="present")

        undo_by_replay(store, get_last_operation(store, act.actor), act)

        assert marks(store) == before

    def test_a_dry_run_tries_everything_and_writes_nothing(self, store, act, course):
        done = attendance.mark(
            store, course, Slot(session=2), absent("1"), replace(act, dry_run=True), everybody="present"
        )

        assert done.changed == 3
        assert (marks(store), operations(store)) == ({}, [])

    def test_people_are_named_by_number_email_or_name(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), absent("01", "LUIS@mre.example", "João"), act)

        assert marks(store) == {(1, 2): "absent", (2, 2): "absent", (3, 2): "absent"}

    def test_who_withdrew_keeps_and_gets_marks_only_by_name(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), [NamedMark("4", PRESENT)], act, everybody="absent")

        assert marks(store) == {(1, 2): "absent", (2, 2): "absent", (3, 2): "absent", (4, 2): "present"}

    def test_all_unknown_people_are_named_in_one_sentence(self, store, act, course):
        with pytest.raises(NotFound) as refusal:
            attendance.mark(store, course, Slot(session=2), absent("7", "1", "12", "Nobody"), act, everybody="present")

        assert str(refusal.value) == (
            "Nobody in ICIM-37 fits 7, 12, Nobody. See who is in it with: coursectl roster list -e ICIM-37"
        )
        assert marks(store) == {}

    def test_the_same_person_in_two_lists_is_a_mistake(self, store, act, course):
        with pytest.raises(NamedTwice) as refusal:
            attendance.mark(store, course, Slot(session=2), [*absent("1"), late("ana@dnm.example", 10)], act)

        assert str(refusal.value) == "Ana María Pérez is named twice: absent and late 10 min. Choose one."

    def test_the_same_person_twice_in_one_list_is_none(self, store, act, course):
        done = attendance.mark(store, course, Slot(session=2), absent("1", "ana@dnm.example"), act)

        assert (done.absent, done.changed) == (1, 1)

    def test_who_is_only_nominated_is_not_marked(self, store, act, course):
        with pytest.raises(NoPlace) as refusal:
            attendance.mark(store, course, Slot(session=2), absent("Olga Ñáñez"), act)

        assert str(refusal.value) == (
            'Olga Ñáñez has no place in ICIM-37 (nominated). First: coursectl roster accept "olga@mre.example" -e ICIM-37'
        )

    def test_somebody_must_be_meant(self, store, act, course):
        with pytest.raises(NobodyMeant):
            attendance.mark(store, course, Slot(session=2), [], act)

    def test_an_edition_without_anybody_says_how_to_enroll(self, store, act, course):
        run_sql(store, act, "UPDATE enrollment SET status = 'nominated' WHERE status <> 'nominated'")

        with pytest.raises(NotFound, match="Nobody holds a place in ICIM-37 yet"):
            attendance.mark(store, course, Slot(session=2), [], act, everybody="present")

    @pytest.mark.parametrize(
        ("number", "error", "sentence"),
        [
            (
                1,
                DoesNotCount,
                "Session 1 of ICIM-37 (ceremony) doesn't count for attendance, so nobody is marked in it.",
            ),
            (6, DoesNotCount, "Session 6 of ICIM-37 (break) doesn't count for attendance, so nobody is marked in it."),
            (8, IsCancelled, "Session 8 of ICIM-37 is cancelled, so nobody is marked in it."),
            (9, NoSuchSession, "ICIM-37 has no session 9. List them with: coursectl session list -e ICIM-37"),
        ],
    )
    def test_only_sessions_that_count_and_are_held_are_marked(self, store, act, course, number, error, sentence):
        with pytest.raises(error) as refusal:
            attendance.mark(store, course, Slot(session=number), absent("1"), act)

        assert str(refusal.value) == sentence

    def test_a_closed_edition_takes_no_marks_and_says_how_to_go_on(self, store, act, course):
        set_edition(store, act, course, closed_on="2015-03-21")

        with pytest.raises(Refused, match=r"ICIM-37 is closed\..*coursectl undo"):
            attendance.mark(store, course, Slot(session=2), absent("1"), act)

        assert marks(store) == {}

    def test_a_session_cancelled_or_a_place_lost_in_between_refuses_the_batch(self, store, act, course):
        wanted = {(row["e"], row["s"]): ABSENT for row in store.read(
            "SELECT enrollment.id AS e, session.id AS s FROM enrollment, session WHERE enrollment.number = 1 AND session.number = 2"
        )}  # fmt: skip
        statements, _changed = attendance.marking.marks_statements(store, course, wanted)
        for sql in (
            "UPDATE session SET cancelled = 1 WHERE number = 2",
            "UPDATE session SET cancelled = 0 WHERE number = 2",
            "UPDATE enrollment SET status = 'declined' WHERE number = 1",
        ):
            run_sql(store, act, sql)
            if "= 0" in sql:
                continue
            with pytest.raises(Refused, match="was changed by somebody else just now"):
                store.apply(act.operation("attend mark ICIM-37", statements))


class TestDaysAndHalfDays:
    @pytest.mark.parametrize(
        ("slot", "sessions"),
        [
            (Slot(day="1"), (2, 3, 4)),
            (Slot(day="1", half="am"), (2,)),
            (Slot(day="1", half="pm"), (3, 4)),
            (Slot(day="2015-03-10"), (5, 7)),
        ],
    )
    def test_a_day_is_its_sessions_that_count_and_are_held(self, store, act, course, slot, sessions):
        assert attendance.mark(store, course, slot, absent("1"), act).sessions == sessions
        assert marks(store) == {(1, number): "absent" for number in sessions}

    def test_minutes_late_fall_on_the_first_session_and_eat_into_the_next(self, store, act, course):
        attendance.mark(store, course, Slot(day="1"), [late("1", 10), late("2", 100)], act)

        assert marks(store) == {
            (1, 2): "late 10", (1, 3): "present", (1, 4): "present",
            (2, 2): "absent", (2, 3): "late 10", (2, 4): "present",
        }  # fmt: skip

    def test_late_by_all_of_it_is_absent_and_said_so(self, store, act, course):
        with pytest.raises(LateByAll) as refusal:
            attendance.mark(store, course, Slot(day="1", half="pm"), [late("1", 150)], act)

        assert str(refusal.value) == (
            "Ana María Pérez can't be 150 minutes late: 1 pm has 150 minutes. Who misses all of it is absent."
        )

    @pytest.mark.parametrize("day", ["3", "0", "2015-03-11", "Monday"])
    def test_a_day_without_sessions_that_count_is_told_with_those_that_have(self, store, act, course, day):
        with pytest.raises(NoSuchDay) as refusal:
            attendance.mark(store, course, Slot(day=day), absent("1"), act)

        assert str(refusal.value) == f"ICIM-37 has no working day {day}; it has 1–2 (2015-03-09 – 2015-03-10)."

    def test_an_edition_without_a_program_has_no_day(self, store, act, course):
        run_sql(store, act, "DELETE FROM session")

        with pytest.raises(NoSuchDay, match="it has 0"):
            attendance.mark(store, course, Slot(day="1"), absent("1"), act)

    def test_a_half_day_without_sessions_that_are_held_is_told(self, store, act, course):
        with pytest.raises(NothingToSign, match="ICIM-37 has no session that counts on 2 pm"):
            attendance.mark(store, course, Slot(day="2", half="pm"), absent("1"), act)

    def test_the_sessions_of_a_slot_are_listed(self, store, course):
        assert [one.number for one in attendance.list_slot_sessions(store, course, Slot(day="1"))] == [2, 3, 4]

    @given(st.integers(0, 400), st.lists(st.integers(1, 120), min_size=1, max_size=5))
    def test_spreading_keeps_the_minutes_as_far_as_there_are_any(self, minutes, lengths):
        sessions = [_Held(length) for length in lengths]
        parts = spread(Mark("late", minutes), sessions)

        missed = [length if part == ABSENT else part.minutes_late for part, length in zip(parts, lengths, strict=True)]
        assert sum(missed) == min(minutes, sum(lengths))
        assert all(
            (part.word == "late") == (0 < lost < length)
            for part, lost, length in zip(parts, missed, lengths, strict=True)
        )


class _Held:
    def __init__(self, minutes):
        self.minutes = minutes


class TestWords:
    @pytest.mark.parametrize(
        ("words", "minutes"),
        [("10", 10), ("10m", 10), ("10 min", 10), ("1h", 60), ("1h20", 80), ("1 h 20 min", 80), ("15 minutos", 15)],
    )
    def test_durations_as_people_write_them(self, words, minutes):
        assert read_duration(words) == minutes

    @pytest.mark.parametrize("words", ["", "m", "h", "ten", "-5", "10:30", "1.5h", "12345"])
    def test_what_is_no_duration(self, words):
        assert read_duration(words) is None

    def test_who_was_late_by_how_much(self):
        assert attendance.read_late("3:10m") == late("3", 10)
        assert attendance.read_late(" ana@dnm.example : 1h") == late("ana@dnm.example", 60)

    @pytest.mark.parametrize("words", ["3", "3:", ":10m", "3:0m", "3:soon"])
    def test_late_without_minutes_asks_for_them(self, words):
        with pytest.raises(Usage) as refusal:
            attendance.read_late(words)

        assert str(refusal.value) == f"{words!r} doesn't say how late. Write who and the minutes, like --late 3:10m"

    @pytest.mark.parametrize(
        ("words", "slot"),
        [
            ("S12", Slot(session=12)),
            ("Sesión 12", Slot(session=12)),
            ("séance 3", Slot(session=3)),
            ("D1", Slot(day="1")),
            ("D10 pm", Slot(day="10", half="pm")),
            ("Día 3 mañana", Slot(day="3", half="am")),
            ("Dia 3 - tarde", Slot(day="3", half="pm")),
            ("Jour 2 après-midi", Slot(day="2", half="pm")),
            ("day 2, morning", Slot(day="2", half="am")),
            ("2015-03-09", Slot(day="2015-03-09")),
            ("2015-03-09 00:00:00", Slot(day="2015-03-09")),
            ("2015-03-09 p.m.", Slot(day="2015-03-09", half="pm")),
            ("3 am", Slot(day="3", half="am")),
        ],
    )
    def test_headings_that_name_a_slot(self, words, slot):
        assert read_slot(words) == slot

    @pytest.mark.parametrize("words", ["", "Name", "País", "12", "D", "D1 evening", "S", "Signature 1", "2015-03"])
    def test_headings_that_name_none(self, words):
        assert read_slot(words) is None

    @given(st.integers(1, 99), st.sampled_from(["am", "pm", None]))
    def test_a_slot_is_read_back_as_it_is_written(self, day, half):
        slot = Slot(day=str(day), half=half)

        assert read_slot(f"D{slot}") == slot
        assert read_slot(str(Slot(session=day))) == Slot(session=day)

    def test_halves_in_four_languages(self):
        assert [read_half(word) for word in ("AM", "mañana", "manhã", "matin")] == ["am"] * 4
        assert [read_half(word) for word in ("p.m.", "tarde", "afternoon", "après-midi")] == ["pm"] * 4
        assert read_half("night") is None

    @pytest.mark.parametrize(
        ("cell", "minutes", "mark"),
        [
            ("P", "", PRESENT), ("presente", "", PRESENT), ("✓", "", PRESENT), ("A", "", ABSENT), ("falta", "", ABSENT),
            ("E", "", EXCUSED), ("J", "", EXCUSED), ("justificada", "", EXCUSED), ("L10", "", Mark("late", 10)),
            ("T10", "", Mark("late", 10)), ("tarde 25 min", "", Mark("late", 25)), ("late: 1h", "", Mark("late", 60)),
            ("L", "10", Mark("late", 10)), ("late", "10 min", Mark("late", 10)), ("P", "0", PRESENT), ("1", "", PRESENT),
        ],
    )  # fmt: skip
    def test_cells_that_mean_a_mark(self, cell, minutes, mark):
        assert read_mark(cell, minutes) == mark

    @pytest.mark.parametrize(
        ("cell", "minutes", "reason"),
        [
            ("?", "", "no mark;"), ("10", "", "no mark;"), ("Z10", "", "no mark;"), ("L", "", "how late?"),
            ("L0", "", "how late?"), ("L", "soon", "how late?"), ("P10", "", "only who was late"), ("A", "5", "only who was late"),
        ],
    )  # fmt: skip
    def test_cells_that_mean_none_say_why(self, cell, minutes, reason):
        found = read_mark(cell, minutes)

        assert isinstance(found, tuple)
        assert found[0].startswith(reason)

    @given(st.text(max_size=20), st.text(max_size=8))
    def test_any_cell_is_a_mark_or_a_reason(self, cell, minutes):
        found = read_mark(cell, minutes)

        assert isinstance(found, Mark | tuple)
        if isinstance(found, Mark):
            assert (found.word == "late") == (found.minutes_late > 0)


class TestRates:
    def test_present_late_absent_excused_and_unmarked(self):
        sessions = {1: 90, 2: 90, 3: 60, 4: 60, 5: 60}
        marks = {1: PRESENT, 2: Mark("late", 10), 3: ABSENT, 4: EXCUSED}

        assert rates_by_rule(marks, sessions) == {
            "absent": Share(minutes=170, of_minutes=360, excused=1, unmarked=1, seen=True),
            "present": Share(minutes=230, of_minutes=360, excused=1, unmarked=1, seen=True),
            "exempt": Share(minutes=170, of_minutes=300, excused=1, unmarked=1, seen=True),
        }

    def test_late_by_more_than_the_session_is_nothing_attended(self):
        share = attendance.rate_of({1: Mark("late", 500)}, {1: 90}, "absent")

        assert share == Share(minutes=0, of_minutes=90, excused=0, unmarked=0, seen=True)

    def test_who_is_exempt_from_everything_has_no_rate(self):
        share = attendance.rate_of({1: EXCUSED}, {1: 90}, "exempt")

        assert (share.rate, share.seen) == (None, False)

    def test_exactly_the_minimum_is_the_minimum(self):
        sessions = dict.fromkeys(range(40), 90)
        share = attendance.rate_of(dict.fromkeys(range(32), PRESENT), sessions, "absent")

        assert share.rate == 0.8

    some_marks = st.dictionaries(
        st.integers(0, 9),
        st.one_of(st.sampled_from([PRESENT, ABSENT, EXCUSED]), st.builds(Mark, st.just("late"), st.integers(1, 200))),
    )
    some_sessions = st.dictionaries(st.integers(0, 9), st.integers(1, 240))
    rules = st.sampled_from(["absent", "present", "exempt"])

    @given(some_marks, some_sessions, rules)
    def test_a_rate_is_a_share(self, marks, sessions, rule):
        share = attendance.rate_of(marks, sessions, rule)

        assert 0 <= share.minutes <= share.of_minutes <= sum(sessions.values())
        assert share.rate is None or 0 <= share.rate <= 1

    @given(some_marks, some_sessions.filter(bool), rules, st.data())
    def test_one_more_session_present_never_lowers(self, marks, sessions, rule, data):
        session = data.draw(st.sampled_from(sorted(sessions)))
        before = attendance.rate_of(marks, sessions, rule)
        after = attendance.rate_of({**marks, session: PRESENT}, sessions, rule)

        assert after.minutes >= before.minutes
        assert (after.rate or 0) >= (before.rate or 0)

    @given(some_marks, some_sessions.filter(bool), rules, st.data())
    def test_one_more_session_absent_never_raises_without_an_excuse(self, marks, sessions, rule, data):
        session = data.draw(st.sampled_from(sorted(sessions)))
        before = attendance.rate_of({**marks, session: PRESENT}, sessions, rule)
        after = attendance.rate_of({**marks, session: ABSENT}, sessions, rule)

        assert (after.rate or 0) <= (before.rate or 0)

    @given(some_marks, some_sessions)
    def test_an_excuse_never_harms(self, marks, sessions):
        shares = rates_by_rule(marks, sessions)

        assert (shares["present"].rate or 0) >= (shares["absent"].rate or 0)
        assert shares["exempt"].rate is None or shares["exempt"].rate >= (shares["absent"].rate or 0)

    @given(some_marks, some_sessions, rules)
    def test_marks_of_other_sessions_say_nothing(self, marks, sessions, rule):
        own = {session: mark for session, mark in marks.items() if session in sessions}

        assert attendance.rate_of(marks, sessions, rule) == attendance.rate_of(own, sessions, rule)

    def test_the_rates_of_an_edition_rest_on_recorded_sessions_only(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), [late("2", 30), *absent("3")], act, everybody="present")
        attendance.mark(store, course, Slot(session=3), [NamedMark("1", PRESENT)], act)

        assert [nameless(rate) for rate in attendance.list_rates(store, course)] == [
            Rate(0, 1, "Ana María Pérez", "accepted", 180, 180, 1.0, 0, 0, True),
            Rate(0, 2, "Luis Soto", "confirmed", 60, 180, 1 / 3, 0, 1, True),
            Rate(0, 3, "João da Silva", "accepted", 0, 180, 0.0, 0, 1, False),
        ]
        assert [session.number for session in attendance.list_unrecorded(store, course)] == [4, 5, 7]

    def test_a_cancelled_session_stops_counting_with_its_marks(self, store, act, course):
        attendance.mark(store, course, Slot(day="1", half="pm"), absent("1"), act, everybody="present")
        run_sql(store, act, "UPDATE session SET cancelled = 1 WHERE number = 3")

        assert [rate.of_minutes for rate in attendance.list_rates(store, course)] == [60, 60, 60]

    def test_the_edition_says_what_an_excuse_counts(self, store, act, course):
        attendance.mark(store, course, Slot(session=2), [NamedMark("1", EXCUSED)], act)
        rates = {}
        for rule in ("absent", "present", "exempt"):
            set_edition(store, act, course, excused=rule)
            rates[rule] = attendance.list_rates(store, course)[0].rate

        assert rates == {"absent": 0.0, "present": 1.0, "exempt": None}

    def test_attendance_is_recorded_from_the_first_mark_in_a_session_that_is_held(self, store, act, course):
        before = attendance.recorded(store, course)
        attendance.mark(store, course, Slot(session=2), absent("1"), act)
        after = attendance.recorded(store, course)
        run_sql(store, act, "UPDATE session SET cancelled = 1 WHERE number = 2")

        assert (before, after, attendance.recorded(store, course)) == (False, True, False)

    def test_marks_are_listed_by_person_and_session(self, store, act, course):
        attendance.mark(store, course, Slot(day="1", half="pm"), [late("1", 10), *absent("4")], act)

        assert attendance.list_marks(store, course, Slot(day="1", half="pm")) == [
            ShownMark(1, "Ana María Pérez", 3, "2015-03-09", "late", 10),
            ShownMark(1, "Ana María Pérez", 4, "2015-03-09", "present", 0),
            ShownMark(2, "Luis Soto", 3, "2015-03-09", None, None),
            ShownMark(2, "Luis Soto", 4, "2015-03-09", None, None),
            ShownMark(3, "João da Silva", 3, "2015-03-09", None, None),
            ShownMark(3, "João da Silva", 4, "2015-03-09", None, None),
            ShownMark(4, "Marie-Ange Jean", 3, "2015-03-09", "absent", 0),
            ShownMark(4, "Marie-Ange Jean", 4, "2015-03-09", "absent", 0),
        ]
        assert len(attendance.list_marks(store, course, Slot(session=2))) == 3


def nameless(rate):
    return replace(rate, enrollment_id=0)


def rates_by_rule(marks, sessions):
    return {rule: attendance.rate_of(marks, sessions, rule) for rule in ("absent", "present", "exempt")}


@pytest.fixture
def sheet(tmp_path):
    """Writes a file and gives its path."""

    def write(text, name="sheet.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


class TestImport:
    MATRIX = "N.º;Nombre;País;D1 am;D1 pm;S5\n1;Ana María Pérez;AR;P;L100;P\n2;Luis Soto;CL;A;J;\n3;João da Silva;BR;;presente;T10\n"

    def test_a_matrix_of_half_days_days_and_sessions(self, store, act, course, sheet):
        done = attendance.import_marks(store, course, sheet(self.MATRIX), act)

        assert done == ImportedMarks("ICIM-37", people=3, marks=10, changed=10, ignored=("País",))
        assert marks(store) == {
            (1, 2): "present", (1, 3): "absent", (1, 4): "late 10", (1, 5): "present",
            (2, 2): "absent", (2, 3): "excused", (2, 4): "excused",
            (3, 3): "present", (3, 4): "present", (3, 5): "late 10",
        }  # fmt: skip

    def test_importing_twice_changes_nothing_and_leaves_no_operation(self, store, act, course, sheet):
        attendance.import_marks(store, course, sheet(self.MATRIX), act)
        done = attendance.import_marks(store, course, sheet(self.MATRIX), act)

        assert (done.marks, done.changed) == (10, 0)
        assert operations(store) == ["attend import ICIM-37"]

    def test_a_dry_run_writes_nothing(self, store, act, course, sheet):
        done = attendance.import_marks(store, course, sheet(self.MATRIX), replace(act, dry_run=True))

        assert (done.changed, marks(store)) == (10, {})

    def test_a_whole_day_and_dates_in_headers(self, store, act, course, sheet):
        attendance.import_marks(store, course, sheet("number,name,D2,2015-03-09 pm\n1,Ana María Pérez,P,A\n"), act)

        assert marks(store) == {(1, 3): "absent", (1, 4): "absent", (1, 5): "present", (1, 7): "present"}

    def test_a_matrix_of_numbers_alone(self, store, act, course, sheet):
        attendance.import_marks(store, course, sheet("number;S2;S3\n1;P;A\n"), act)

        assert marks(store) == {(1, 2): "present", (1, 3): "absent"}

    def test_names_alone_in_either_order_do(self, store, act, course, sheet):
        text = "Apellidos;Nombre;S2\nPérez;Ana Maria;P\nSOTO;Luis;A\n"
        attendance.import_marks(store, course, sheet(text), act)
        attendance.import_marks(
            store, course, sheet('name;País;S3\n"Silva, João da";BR;P\n'), act, mapping={"País": "day"}
        )

        assert marks(store) == {(1, 2): "present", (2, 2): "absent", (3, 3): "present"}

    def test_a_list_with_one_mark_a_row(self, store, act, course, sheet):
        text = (
            "session,day,half,number,email,mark,minutes\n"
            "2,,,1,,present,\nS3,,,,luis@mre.example,late,15\n,1,pm,3,,A,\n,2015-03-10,mañana,2,,P,\n,D2,,1,,E,\n,,,3,,,\n"
        )
        done = attendance.import_marks(store, course, sheet(text), act)

        assert done == ImportedMarks("ICIM-37", people=3, marks=8, changed=8, ignored=())
        assert marks(store) == {
            (1, 2): "present", (1, 5): "excused", (1, 7): "excused", (2, 3): "late 15", (2, 5): "present", (2, 7): "present",
            (3, 3): "absent", (3, 4): "absent",
        }  # fmt: skip

    def test_the_marks_that_are_shown_as_csv_are_read_back(self, store, act, course, sheet):
        attendance.mark(store, course, Slot(day="1"), [late("1", 100), *absent("2")], act, everybody="excused")
        before = marks(store)
        rows = [
            f"{m.number};{m.name};{m.session};{m.mark or ''};{m.minutes_late or ''}"
            for m in attendance.list_marks(store, course, Slot(day="1"))
        ]
        done = attendance.import_marks(
            store, course, sheet("\n".join(["number;name;session;mark;minutes_late", *rows])), act
        )

        assert (done.changed, marks(store)) == (0, before)

    def test_every_fault_is_told_by_row_and_column_and_nothing_is_written(self, store, act, course, sheet):
        text = (
            "number;name;email;D1 am;S3;S1;S8;D7\n"
            "1;Ana María Pérez;;P;?;;;\n"
            "2;João da Silva;;P;;;;\n"
            "9;;;P;;;;\n"
            ";;;P;;;;\n"
            "3;;;L;L90;;;\n"
            ";Nadie Ninguno;;A;;;;\n"
            ";;who@x.example;A;;P;P;P\n"
            ";Olga Ñáñez;;P;;;;\n"
        )
        with pytest.raises(BadTable) as bad:
            attendance.import_marks(store, course, sheet(text), act)

        assert str(bad.value).split("\n") == [
            "sheet.csv: 12 faults, nothing was written.",
            "  row 2, \"S3\": '?': no mark; write P present, A absent, E or J excused, or L with the minutes late like L10; or leave it empty",
            "  row 3, \"name\": 'João da Silva': not the one with this number, who is Luis Soto",
            "  row 4, \"number\": '9': nobody in the edition has this number",
            "  row 5: whose marks? a number, an e-mail or a name is missing",
            "  row 6, \"D1 am\": 'L': how late? write the minutes with it, like L10",
            "  row 6, \"S3\": 'L90': 90 minutes late is all of the 90; who misses all of it is absent",
            "  row 7, \"name\": 'Nadie Ninguno': nobody in the edition has this name",
            '  row 8, "S1": Session 1 of ICIM-37 (ceremony) doesn\'t count for attendance, so nobody is marked in it.',
            '  row 8, "S8": Session 8 of ICIM-37 is cancelled, so nobody is marked in it.',
            '  row 8, "D7": ICIM-37 has no working day 7; it has 1–2 (2015-03-09 – 2015-03-10).',
            "  row 8, \"email\": 'who@x.example': nobody in the edition has this email",
            "  row 9, \"name\": 'Olga Ñáñez': has no place in the edition (nominated)",
        ]
        assert marks(store) == {}

    def test_a_name_that_fits_several_asks_for_the_number(self, store, act, course, sheet):
        run_sql(store, act, "UPDATE person SET name = 'Ana María Pérez' WHERE name = 'Luis Soto'")

        with pytest.raises(BadTable, match="fits several: 1 Ana María Pérez, 2 Ana María Pérez; add the number"):
            attendance.import_marks(store, course, sheet("name;email;S2\nAna María Pérez;;P\n"), act)

    def test_marks_that_contradict_each_other_are_a_fault(self, store, act, course, sheet):
        text = "number;name;D1 am;S2\n1;;P;A\n2;;P;P\n2;;A;\n"
        with pytest.raises(BadTable) as bad:
            attendance.import_marks(store, course, sheet(text), act)

        assert str(bad.value).split("\n") == [
            "sheet.csv: 2 faults, nothing was written.",
            '  row 2, "S2": \'A\': contradicts row 2, "D1 am", for session 2',
            '  row 4, "D1 am": \'A\': contradicts row 3, "D1 am", for session 2',
        ]

    def test_the_faults_of_a_list(self, store, act, course, sheet):
        text = "session,day,half,number,mark\n,,,1,P\n99,,,1,P\nx,,,1,P\n,1,night,1,P\n,5,,1,P\n"
        with pytest.raises(BadTable) as bad:
            attendance.import_marks(store, course, sheet(text), act)

        when = "no session or day; write a session's number, or a working day like 3 or 2015-03-11 with am or pm"
        assert str(bad.value).split("\n") == [
            "sheet.csv: 5 faults, nothing was written.",
            f'  row 2, "day": {when}',
            '  row 3, "session": ICIM-37 has no session 99. List them with: coursectl session list -e ICIM-37',
            f"  row 4, \"session\": 'x': {when}",
            f"  row 5, \"half\": 'night': {when}",
            '  row 6, "day": ICIM-37 has no working day 5; it has 1–2 (2015-03-09 – 2015-03-10).',
        ]

    def test_a_torn_row_is_told_with_the_others(self, store, act, course, sheet):
        with pytest.raises(BadTable, match="2 faults"):
            attendance.import_marks(store, course, sheet("number;name;S2\n1;;P;P;P\n9;;P\n"), act)

    def test_a_file_without_marks_says_what_columns_it_needs(self, store, act, course, sheet):
        with pytest.raises(BadInput, match="has no column of marks: headers like D1 am"):
            attendance.import_marks(store, course, sheet("number;name\n1;Ana María Pérez\n"), act)

    @pytest.mark.parametrize("text", ["number;Oficina\n1;DNM\n", "", "nothing\n"])
    def test_a_file_that_is_no_sheet_is_refused(self, store, act, course, sheet, text):
        with pytest.raises(BadInput):
            attendance.import_marks(store, course, sheet(text), act)

    def test_a_file_that_is_not_there(self, store, act, course, tmp_path):
        with pytest.raises(NotFound):
            attendance.import_marks(store, course, tmp_path / "none.csv", act)

    def test_a_closed_edition_takes_no_sheet(self, store, act, course, sheet):
        set_edition(store, act, course, closed_on="2015-03-21")

        with pytest.raises(Refused, match="is closed"):
            attendance.import_marks(store, course, sheet(self.MATRIX), act)

    def test_columns_of_days_that_are_still_empty_do_no_harm(self, store, act, course, sheet):
        done = attendance.import_marks(store, course, sheet("number;name;S2;D9 am\n1;;P;\n"), act)

        assert (done.marks, done.ignored) == (1, ())
