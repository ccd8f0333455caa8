"""Seats: never oversold, by whatever sequence of commands and however many processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coursectl import editions, enrollment
from coursectl.editions import EditionRef, NewEdition, QuotaOf
from coursectl.enrollment import Correction, NewEnrollment
from coursectl.errors import BadInput, NotFound, Refused
from coursectl.people import NewOrganization, NewPerson
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


COUNTRIES = ("AR", "BR", "JM")


def official(name, **more):
    """Somebody of a country that their name decides."""
    return NewEnrollment(NewPerson(name=name), country=COUNTRIES[ord(name[-1]) % len(COUNTRIES)], **more)


def counted(store, edition):
    """The seat count that triggers keep, its maximum, and the seats that are held by counting."""
    row = store.read(
        "SELECT taken, max, extra FROM seat_count WHERE edition_id = ? AND kind = 'edition'", [edition.id]
    )[0]
    statuses = store.read("SELECT status FROM enrollment WHERE edition_id = ?", [edition.id])
    return row["taken"], row["max"], sum(one["status"] in SEATED for one in statuses), row["extra"]


def counted_by_quota(store, edition):
    """What the counters of quotas say, and the same by counting the enrollments one by one."""
    sitting = store.read(
        f"SELECT * FROM enrollment WHERE edition_id = :edition AND status IN {SEATED}", {"edition": edition.id}
    )
    kept, found = {}, {}
    for quota in enrollment.list_quotas(store, edition):
        under = [one for one in sitting if quota.covers(enrollment.asked_of(one))]
        kept[quota.kind, quota.key] = (quota.taken, quota.guests)
        found[quota.kind, quota.key] = (len(under), sum(one["over_quota"] is not None for one in under))
        assert quota.maximum is None or quota.taken - quota.guests <= quota.maximum
    return kept, found


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
            ministry = NewOrganization.named(f"Ministry {who % 2}")
            wanted = official(name, status="nominated", nominated_by=ministry, priority=who + 1, reserve=who > 3)
            enrollment.enroll(store, edition, wanted, act)
        case "guest":
            enrollment.enroll(store, edition, official(name, over_quota="of the director"), act)
        case "guest accepted":
            enrollment.move(store, edition, [name], "accept", act, over_quota="of the director")
        case "country":
            enrollment.correct(store, edition, name, Correction(country=COUNTRIES[who % 3]), act)
        case "quota":
            of = (QuotaOf(country=COUNTRIES[who % 3]), QuotaOf(group="SOUTH"))[who > 3]
            editions.set_quotas(store, edition, [of], 0, who % 3, None, act)
        case "no quota":
            editions.remove_quotas(store, edition, [QuotaOf(country=COUNTRIES[who % 3])], act)
        case "group":
            editions.set_group(store, edition, "SOUTH", COUNTRIES[: who % 3 + 1], None, act)
        case "promote":
            enrollment.promote(store, edition, act, count=who or None)
        case "propose":
            proposal = enrollment.propose(store, edition)
            enrollment.decide(
                store, edition, [enrollment.Verdict(one.one, one.decision) for one in proposal.choices], act
            )
        case "itself":
            editions.edit_edition(store, edition, NewEdition(1, auto_promote=who % 2 == 0), act)
        case "position":
            enrollment.reposition(store, edition, name, who, act)
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
    "decline", "waitlist", "guest", "guest accepted", "country", "quota", "no quota", "group", "promote", "propose", "itself",
    "position",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 5)), max_size=24)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seats=st.integers(1, 4))
@example(steps=[("enroll", 0), ("replace", 0), ("undo", 0), ("withdraw", 0), ("undo", 0), ("undo", 0)], seats=1)
@example(steps=[("enroll", 0), ("withdraw", 0), ("enroll", 1), ("accept", 0), ("undo", 0)], seats=1)
@example(steps=[("list", 4), ("withdraw", 0), ("accept", 3), ("no_show", 0), ("undo", 0), ("resize", 0)], seats=2)
@example(steps=[("group", 1), ("quota", 4), ("enroll", 0), ("group", 2), ("country", 2), ("guest", 1)], seats=4)
@example(steps=[("nominate", 1), ("waitlist", 1), ("enroll", 0), ("waitlist", 0)], seats=2)
@example(steps=[("quota", 0), ("quota", 1), ("nominate", 1), ("nominate", 5), ("propose", 0), ("undo", 0)], seats=3)
def test_the_seats_taken_are_the_seats_held_and_never_more_than_there_are(tmp_path_factory, act, steps, seats):
    path = tmp_path_factory.mktemp("seats") / "s.db"
    create_store(str(path), act.now).close()
    store = open_store(str(path))
    edition = EditionRef(new_id(), "C-1", new_id(), "C", 1)
    course = insert("course", [{"id": edition.course_id, "code": "C", "title": '{"en":"C"}'}])
    row = {"id": edition.id, "course_id": edition.course_id, "number": 1, "seats": seats, "waiting_list": 1}
    store.apply(act.operation("set up", [*course, *insert("edition", [row])]))

    for verb, who in steps:
        with suppress(Refused, NotFound, BadInput):  # as a full edition, a wrong status or a later change has it
            step(store, edition, act, verb, who)
        taken, most, held, guests = counted(store, edition)
        assert taken == held
        assert taken - guests <= most
        kept, found = counted_by_quota(store, edition)
        assert kept == found
        waiting = [one.waiting for one in enrollment.list_waiting(store, edition)]
        assert waiting == list(range(1, len(waiting) + 1))
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
    assert counted(store, edition) == (10, 10, 10, 0)
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
    assert counted(store, edition) == (10, 10, 10, 0)


def test_a_hundred_processes_at_once_accept_into_the_last_five_places_of_a_quota_exactly_five(
    store, act, edition, store_path
):
    limit(store, act, edition, 100)
    names = [f"Person {n}" for n in range(100)]
    people = [NewEnrollment(NewPerson(name=name), "AR", status="nominated") for name in names]
    enrollment.enroll_all(store, edition, people, act)
    editions.set_quotas(store, edition, [QuotaOf(country="AR")], None, 5, None, act)

    rush = [sys.executable, Path(__file__).with_name("rush.py"), store_path, "ICIM-37", *names]
    said = json.loads(subprocess.run(rush, capture_output=True, text=True, check=True, timeout=120).stdout)

    full = (
        "seats_left: Argentina has a maximum of 5 in ICIM-37, with 5 taken and 1 more asked for; nothing was written. Change it with: "
        "coursectl edition quota ICIM-37, or take a guest beside the quotas with: --over-quota REASON"
    )
    assert Counter(said) == {"done": 5, full: 95}
    assert counted_by_quota(store, edition) == ({("country", "AR"): (5, 0)},) * 2
    accepted = [one.name for one in enrollment.list_roster(store, edition, ("accepted",))]
    assert sorted(accepted) == sorted(name for name, answer in zip(names, said, strict=True) if answer == "done")
