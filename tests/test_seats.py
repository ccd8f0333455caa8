"""Seats: never oversold, by whatever sequence of commands and however many processes."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coursectl import enrollment
from coursectl.editions import EditionRef
from coursectl.enrollment import NewEnrollment
from coursectl.errors import NotFound, Refused
from coursectl.people import NewPerson
from coursectl.store import create_store, insert, new_id, open_store, update
from coursectl.store.undo import get_last_operation
from coursectl.workflows.undoing import undo

SEATED = ("accepted", "confirmed", "completed", "not_completed", "no_show")


@pytest.fixture
def edition(icim37):
    return EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)


def limit(store, act, edition, seats, waiting_list=0):
    now = store.read("SELECT seats, waiting_list FROM edition WHERE id = ?", [edition.id])[0]
    wanted = {"seats": seats, "waiting_list": waiting_list}
    if now != wanted:
        refusals = {"seats_left": Refused("too many are in it")}
        store.apply(act.operation("edition edit", update("edition", edition.id, now, wanted, Refused(), refusals)))


def official(name, **more):
    return NewEnrollment(NewPerson(name=name), country="AR", **more)


def counted(store, edition):
    """The seat count that triggers keep, its maximum, and the seats that are held by counting."""
    row = store.read("SELECT taken, max FROM seat_count WHERE edition_id = ? AND kind = 'edition'", [edition.id])[0]
    statuses = store.read("SELECT status FROM enrollment WHERE edition_id = ?", [edition.id])
    return row["taken"], row["max"], sum(one["status"] in SEATED for one in statuses)


def close(store, edition, outcome, act):
    """Give everybody who is in the edition an outcome, as closing it does."""
    sitting = enrollment.list_roster(store, edition, SEATED)
    outcomes = [(one.id, one.status, outcome, None) for one in sitting]
    store.apply(act.operation("edition close", enrollment.set_outcomes_statements(edition, outcomes)))


def step(store, edition, act, verb, who):
    name = f"Person {who}"
    match verb:
        case "enroll" | "wait":
            enrollment.enroll(store, edition, official(name), act, waiting_list=verb == "wait")
        case "list":
            people = [official(f"Person {n}") for n in range(who + 1)]
            enrollment.enroll_all(store, edition, people, act, waiting_list=who % 2 == 0)
        case "nominate":
            enrollment.enroll(store, edition, official(name, status="nominated"), act)
        case "replace":
            enrollment.replace_trainee(store, edition, name, official(f"Other {who}"), act, reason="")
        case "completed" | "no_show":
            close(store, edition, verb, act)
        case "resize":
            limit(store, act, edition, who, waiting_list=1)
        case "undo":
            if (last := get_last_operation(store, act.actor)) and last.command != "set up":
                undo(store, str(last.id), act)
        case _:
            enrollment.move(store, edition, [name], verb, act)


VERBS = (
    "enroll", "wait", "list", "nominate", "accept", "confirm", "withdraw", "replace", "completed", "no_show", "resize", "undo",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 5)), max_size=16)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seats=st.integers(1, 4))
@example(steps=[("enroll", 0), ("replace", 0), ("undo", 0), ("withdraw", 0), ("undo", 0), ("undo", 0)], seats=1)
@example(steps=[("enroll", 0), ("withdraw", 0), ("enroll", 1), ("accept", 0), ("undo", 0)], seats=1)
@example(steps=[("list", 4), ("withdraw", 0), ("accept", 3), ("no_show", 0), ("undo", 0), ("resize", 0)], seats=2)
def test_the_seats_taken_are_the_seats_held_and_never_more_than_there_are(tmp_path_factory, act, steps, seats):
    path = tmp_path_factory.mktemp("seats") / "s.db"
    create_store(str(path), act.now).close()
    store = open_store(str(path))
    edition = EditionRef(new_id(), "C-1", new_id(), "C", 1)
    course = insert("course", [{"id": edition.course_id, "code": "C", "title": '{"en":"C"}'}])
    row = {"id": edition.id, "course_id": edition.course_id, "number": 1, "seats": seats, "waiting_list": 1}
    store.apply(act.operation("set up", [*course, *insert("edition", [row])]))

    for verb, who in steps:
        with suppress(Refused, NotFound):  # as a full edition, a wrong status or a later change has it
            step(store, edition, act, verb, who)
        taken, most, held = counted(store, edition)
        assert taken == held
        assert taken <= most
    store.close()


PROCESSES, TRIES = 8, 16


def enroll_at_once(folder, *options):
    """Sixteen commands, eight real processes at a time."""

    def one(number):
        line = [sys.executable, "-m", "coursectl", "enroll", f"Person {number}", "--country", "AR", "-e", "ICIM-37"]
        return subprocess.run([*line, *options], cwd=folder, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(one, range(TRIES)))


def test_eight_processes_enroll_into_ten_seats_exactly_ten(store, act, edition, store_path):
    limit(store, act, edition, 10)

    done = enroll_at_once(store_path.parent)

    full = "ICIM-37 is full: 10 of 10 seats are taken. Raise them with: coursectl edition edit ICIM-37 --seats N\n"
    assert Counter((one.returncode, one.stderr) for one in done) == {(0, ""): 10, (4, full): 6}
    assert [one.stdout for one in done if one.returncode] == [""] * 6
    assert counted(store, edition) == (10, 10, 10)
    assert [one.number for one in enrollment.list_roster(store, edition, enrollment.STATUSES)] == list(range(1, 11))
    assert store.read("SELECT count(*) AS people FROM person") == [{"people": 10}]


def test_eight_processes_fill_ten_seats_and_then_the_waiting_list(store, act, edition, store_path):
    limit(store, act, edition, 10, waiting_list=1)

    done = enroll_at_once(store_path.parent, "--waiting-list")

    assert Counter((one.returncode, one.stderr) for one in done) == {(0, ""): 16}
    roster = enrollment.list_roster(store, edition, enrollment.STATUSES)
    assert [(one.status, one.number) for one in roster] == [
        *(("accepted", number) for number in range(1, 11)), *[("waitlisted", None)] * 6,
    ]  # fmt: skip
    assert counted(store, edition) == (10, 10, 10)
