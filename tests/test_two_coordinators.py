"""Two coordinators move one person at once: the slower one's move names the status it was decided on, and is refused. People are invented."""

from __future__ import annotations

import subprocess
import sys

import pytest

from coursectl import editions, enrollment
from coursectl.errors import Refused
from coursectl.people import NewPerson

# A move, the status it is decided on, what another office types meanwhile, and what the person is then.
RACES = [
    ("accept", "nominated", "decline", "declined"),
    ("accept", "withdrawn", "nominate", "nominated"),
    ("decline", "nominated", "accept", "accepted"),
    ("waitlist", "nominated", "accept", "accepted"),
    ("waitlist", "confirmed", "withdraw", "withdrawn"),
    ("withdraw", "accepted", "confirm", "confirmed"),
    ("confirm", "accepted", "withdraw", "withdrawn"),
    ("nominate", "declined", "nominate", "nominated"),
    ("promote", "waitlisted", "decline", "declined"),
    ("replace", "accepted", "withdraw", "withdrawn"),
    ("decide", "nominated", "waitlist", "waitlisted"),
]  # fmt: skip
WAY = {
    "nominated": (), "declined": ("decline",), "accepted": ("accept",), "confirmed": ("accept", "confirm"),
    "withdrawn": ("accept", "withdraw"), "waitlisted": ("waitlist",),
}  # fmt: skip


class Slow:
    """A real store whose user is slow: between what was read and what is written, another office types a command."""

    def __init__(self, store, line):
        self._store = store
        self._line = line

    def __getattr__(self, name):
        return getattr(self._store, name)

    def apply(self, operation):
        command = [sys.executable, "-m", "coursectl", *self._line, "--store", self._store.name, "--as", "the other"]
        subprocess.run(command, check=True, capture_output=True)
        return self._store.apply(operation)


@pytest.fixture
def edition(store, act, icim37):
    ref = editions.get_edition_ref(store, "ICIM-37")
    editions.edit_edition(store, ref, editions.NewEdition(37, waiting_list=True), act)
    return ref


def put(store, edition, act, status):
    wanted = enrollment.NewEnrollment(NewPerson("Ana Paz"), country="AR", status="nominated")
    enrollment.enroll(store, edition, wanted, act)
    for verb in WAY[status]:
        enrollment.move(store, edition, ["Ana Paz"], verb, act)


def carry_out(verb, store, edition, act):
    match verb:
        case "promote":
            enrollment.promote(store, edition, act)
        case "replace":
            new = enrollment.NewEnrollment(NewPerson("Luis Soto"), country="AR")
            enrollment.replace_trainee(store, edition, "Ana Paz", new, act, reason="x")
        case "decide":
            one = enrollment.get_enrollment(store, edition, "Ana Paz")
            enrollment.decide(store, edition, [enrollment.Verdict(one, "accept")], act)
        case _:
            enrollment.move(store, edition, ["Ana Paz"], verb, act)


def standing(store, edition):
    return [(one.name, one.status) for one in enrollment.list_roster(store, edition, enrollment.STATUSES)]


@pytest.mark.parametrize(("verb", "before", "theirs", "now"), RACES, ids=[f"{one[0]} {one[1]}" for one in RACES])
def test_the_slower_one_is_told_what_the_person_is_now_and_writes_nothing(
    store, act, edition, verb, before, theirs, now
):
    put(store, edition, act, before)

    with pytest.raises(Refused) as refused:
        carry_out(verb, Slow(store, ["roster", theirs, "Ana Paz", "-e", "ICIM-37"]), edition, act)

    assert (type(refused.value), str(refused.value)) == (
        enrollment.MovedMeanwhile,
        f"Ana Paz is {now} in ICIM-37 now, not {before} any more: somebody else was faster. Nothing was written. Look, then "
        "decide again: coursectl roster list -e ICIM-37 --all",
    )
    assert standing(store, edition) == [("Ana Paz", now)]
    assert store.read("SELECT actor FROM op ORDER BY at DESC, id DESC LIMIT 1") == [{"actor": "the other"}]


def test_of_several_the_one_who_was_moved_is_named_and_nobody_is_moved(store, act, edition):
    for name in ("Ana Paz", "Bea Sol", "Caio Luz"):
        wanted = enrollment.NewEnrollment(NewPerson(name), country="AR", status="nominated")
        enrollment.enroll(store, edition, wanted, act)

    slow = Slow(store, ["roster", "decline", "Bea Sol", "-e", "ICIM-37"])
    with pytest.raises(enrollment.MovedMeanwhile, match=r"^Bea Sol is declined in ICIM-37 now, not nominated any more"):
        enrollment.move(slow, edition, ["Ana Paz", "Bea Sol", "Caio Luz"], "accept", act)

    assert dict(standing(store, edition)) == {"Ana Paz": "nominated", "Bea Sol": "declined", "Caio Luz": "nominated"}


def test_who_left_the_waiting_list_is_not_put_at_another_place(store, act, edition):
    put(store, edition, act, "waitlisted")
    wanted = enrollment.NewEnrollment(NewPerson("Bea Sol"), country="AR", status="nominated")
    enrollment.enroll(store, edition, wanted, act)
    enrollment.move(store, edition, ["Bea Sol"], "waitlist", act)

    slow = Slow(store, ["roster", "decline", "Ana Paz", "-e", "ICIM-37"])
    with pytest.raises(
        enrollment.MoveRefused, match=r"^The waiting list of ICIM-37 was changed by somebody else just now"
    ):
        enrollment.reposition(slow, edition, "Bea Sol", 1, act)

    assert dict(standing(store, edition)) == {"Ana Paz": "declined", "Bea Sol": "waitlisted"}
