"""One person who is in an edition twice, by two names that were merged: counted once everywhere, with the marks of both. All are invented."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificate_samples import Sample, ready_sample
from coursectl import attendance, certificates, enrollment, history, people
from coursectl.attendance import Mark
from coursectl.attendance.rates import united
from coursectl.people.merging import TwoPlaces
from coursectl.store import Statement
from coursectl.workflows import closing, overview
from coursectl.workflows.printing import Order, print_document

WORDS = ("present", "late", "excused", "absent")
MARKS = st.builds(Mark, st.sampled_from(("present", "excused", "absent"))) | st.builds(
    Mark, st.just("late"), st.integers(1, 60)
)
SHEETS = st.dictionaries(st.integers(1, 6), MARKS)


@pytest.fixture
def sample(store, act) -> Sample:
    return ready_sample(store, act, seats=10, waiting_list=1)


@pytest.fixture
def twice(sample):
    """Ana, who is in the edition by two names: the numbers 1 and 2; Luis is number 3."""

    def with_statuses(first="accepted", second="accepted"):
        places = [
            sample.trainee("Ana Pérez", first),
            sample.trainee("Ana Pérez Gómez", second, country="UY"),
        ]
        sample.trainee("Luis Soto", "accepted")
        return places

    return with_statuses


def merged(sample):
    store = sample.store
    return people.merge_people(
        store, people.plan_merge(store, "Ana Pérez", "Ana Pérez Gómez"), sample.act, keep="first"
    )


# Marks --------------------------------------------------------------------------------------------------------------------


@given(st.lists(SHEETS, max_size=4), st.randoms())
def test_united_marks_are_the_same_in_any_order_and_any_grouping(sheets, chance):
    shuffled = chance.sample(sheets, len(sheets))
    assert united(sheets) == united(shuffled) == united([united(sheets[:2]), united(sheets[2:])])
    assert united(sheets + sheets) == united(sheets)


@given(st.lists(SHEETS, min_size=1, max_size=4))
def test_united_marks_are_each_of_somebodys_and_no_session_is_lost(sheets):
    for session, mark in united(sheets).items():
        own = [sheet[session] for sheet in sheets if session in sheet]
        assert mark in own
        assert WORDS.index(mark.word) == min(WORDS.index(one.word) for one in own)
    assert united(sheets).keys() == {session for sheet in sheets for session in sheet}


@given(SHEETS, SHEETS, st.sampled_from(["absent", "exempt"]))
def test_nobody_attends_less_for_having_been_marked_by_two_names(one, other, excused):
    """Where an excused absence counts as attended, having come late after all is less: then it is the truth that counts."""
    sessions = dict.fromkeys(range(1, 7), 60)
    both = attendance.rate_of(united([one, other]), sessions, excused)
    alone = [attendance.rate_of(marks, sessions, excused) for marks in (one, other)]

    assert both.minutes >= max(share.minutes for share in alone)
    assert both.unmarked <= min(share.unmarked for share in alone)
    assert both.seen == any(share.seen for share in alone)


@pytest.mark.parametrize(("first", "second"), list(product(WORDS, WORDS)))
def test_of_two_marks_in_one_session_the_one_that_says_more_counts(sample, twice, first, second):
    one, other = twice()
    session = sample.session("Refugio")
    for place, word in ((one, first), (other, second)):
        sample.mark(place, session, word)
    plan = people.plan_merge(sample.store, "Ana Pérez", "Ana Pérez Gómez")
    told = [(it.where, it.first, it.second) for it in plan.conflicts if it.what == "attendance"]
    assert told == ([] if first == second else [("ICIM-37, 1", first, second)])
    merged(sample)

    better = WORDS[min(WORDS.index(first), WORDS.index(second))]
    [rate, _luis] = attendance.list_rates(sample.store, sample.ref)
    assert (rate.number, rate.minutes, rate.excused, rate.seen) == (
        1, 90 if better in ("present", "late") else 0, int(better == "excused"), better in ("present", "late"),
    )  # fmt: skip


def test_two_late_arrivals_differ_where_their_minutes_do(sample, twice):
    for place, minutes in zip(twice(), (10, 25), strict=True):
        session = sample.sessions[0] if sample.sessions else sample.session("Refugio")
        sample.add("attendance", enrollment_id=place, session_id=session, mark="late", minutes_late=minutes)
    plan = people.plan_merge(sample.store, "Ana Pérez", "Ana Pérez Gómez")
    assert [(it.first, it.second) for it in plan.conflicts if it.what == "attendance"] == [("10 min", "25 min")]
    merged(sample)

    assert attendance.list_rates(sample.store, sample.ref)[0].minutes == 80


@pytest.mark.only_files
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheets=st.tuples(SHEETS, SHEETS), excused=st.sampled_from(["absent", "present", "exempt"]))
def test_every_reading_has_the_united_marks_and_a_split_gives_each_their_own_back(sample, sheets, excused):
    store = sample.store
    if not sample.sessions:
        for number in range(6):
            sample.session(f"Sesión {number}", day=9 + number)
        for name in ("Ana Pérez", "Ana Pérez Gómez", "Luis Soto"):
            sample.trainee(name, "accepted")
    *places, rest = (row["id"] for row in store.read("SELECT id FROM enrollment ORDER BY number"))
    sample.write(
        Statement("DELETE FROM attendance"),
        Statement("UPDATE edition SET excused = :excused", {"excused": excused}),
    )
    for session in sample.sessions:
        sample.mark(rest, session, "present")
    for place, sheet in zip(places, sheets, strict=True):
        for number, mark in sheet.items():
            sample.add("attendance", enrollment_id=place, session_id=sample.sessions[number - 1], mark=mark.word, minutes_late=mark.minutes_late)  # fmt: skip
    before = store.read("SELECT * FROM person ORDER BY id"), attendance.list_rates(store, sample.ref)
    done = merged(sample)

    expected = attendance.rate_of(united(sheets), dict.fromkeys(range(1, 7), 90), excused)
    [rate] = [one for one in attendance.list_rates(store, sample.ref) if one.name == "Ana Pérez"]
    assert (rate.minutes, rate.of_minutes, rate.excused, rate.unmarked, rate.seen) == (
        expected.minutes, expected.of_minutes, expected.excused, expected.unmarked, expected.seen,
    )  # fmt: skip
    [part] = history.person_record(store, "Ana Pérez").editions
    assert (part.rate, part.places) == (expected.rate, 2)
    [*outcomes] = [one.outcome for one in closing.propose(store, sample.ref).outcomes if one.name == "Ana Pérez"]
    wanted = "no_show" if not expected.seen else "completed" if (expected.rate or 0) >= 0.8 else "not_completed"
    assert outcomes == [wanted, wanted]

    people.split_person(store, str(done.merged.id), sample.act)
    assert (store.read("SELECT * FROM person ORDER BY id"), attendance.list_rates(store, sample.ref)) == before


# Counts and lists ---------------------------------------------------------------------------------------------------------


def test_one_person_counts_once_and_the_seats_stay_two_until_one_is_withdrawn(cli, sample, twice):
    twice()
    done = merged(sample)
    assert done.places == (TwoPlaces("ICIM-37", (1, 2), ("accepted", "accepted"), 2),)

    assert enrollment.count_trainees(sample.store, sample.ref).trainees == 2
    assert overview.get_overview(sample.store, sample.ref).trainees == 2
    assert cli("history", "editions", "--json").json[0]["trainees"] == 2
    assert enrollment.get_seats(sample.store, sample.ref).taken == 3
    enrollment.move(sample.store, sample.ref, ["2"], "withdraw", sample.act)
    assert enrollment.get_seats(sample.store, sample.ref).taken == 2
    assert enrollment.count_trainees(sample.store, sample.ref).trainees == 2


def test_the_merge_and_the_roster_say_which_places_are_one_persons(cli, sample, twice):
    twice()
    done = cli("person", "merge", "Ana Pérez", "Ana Pérez Gómez", "--keep", "first")
    assert done.out.splitlines()[1:4] == [
        "They differ in 1 thing:",
        "  two places in one edition (ICIM-37): accepted / accepted",
        "Two places in ICIM-37: 1 (accepted) and 2 (accepted). The person is counted once, but the seat counts twice"
        " until one is withdrawn: coursectl roster withdraw 2 -e ICIM-37",
    ]
    listed = cli("roster", "list")
    assert [name in listed.out for name in ("Ana Pérez (= 2)", "Ana Pérez (= 1)", "Luis Soto (=")] == [
        True,
        True,
        False,
    ]
    assert listed.err == (
        "Ana Pérez has several seats: 1, 2. They are counted once, but the seat is free only when one is withdrawn:"
        " coursectl roster withdraw 2 -e ICIM-37\n"
    )
    assert cli("roster", "withdraw", "2", "-e", "ICIM-37").code == 0
    listed = cli("roster", "list", "--all")
    assert (listed.err, "Ana Pérez (= 2)" in listed.out) == ("", True)
    assert "ICIM-37: trainee, accepted, AR, 2 places" in cli("person", "show", "Ana Pérez").out


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        (("accepted", "withdrawn"), "1 (accepted) and 2 (withdrawn). The person is counted once."),
        (("completed", "no_show"), "1 (completed) and 2 (no_show). The person is counted once; two seats were taken."),
        (("confirmed", "completed"), "1 (confirmed) and 2 (completed). The person is counted once, but the seat counts twice until one is withdrawn: coursectl roster withdraw 1 -e ICIM-37"),
    ],
)  # fmt: skip
def test_the_merge_says_what_can_be_done_about_two_places(cli, sample, twice, statuses, sentence):
    twice(*statuses)
    done = cli("person", "merge", "Ana Pérez", "Ana Pérez Gómez", "--keep", "first")

    assert f"Two places in ICIM-37: {sentence}" in done.out.splitlines()


@pytest.mark.parametrize(
    ("statuses", "counts"),
    [
        (("accepted", "completed"), "completed"),
        (("withdrawn", "not_completed"), "not_completed"),
        (("nominated", "waitlisted"), "waitlisted"),
        (("no_show", "confirmed"), "confirmed"),
    ],
)
def test_the_place_that_got_furthest_is_the_one_that_is_shown(sample, twice, statuses, counts):
    twice(*statuses)
    merged(sample)

    [part] = history.person_record(sample.store, "Ana Pérez").editions
    assert (part.status, part.places) == (counts, 2)
    named = enrollment.list_named(sample.store, sample.ref, enrollment.STATUSES)
    assert [(one.name, one.status) for one in named if one.also] == [("Ana Pérez", counts)]


@pytest.mark.parametrize("order", ["first", "second"])
def test_one_certificate_for_what_was_attended_by_two_names(sample, twice, order):
    """Neither name alone has the minimum."""
    places = twice()
    for number, place in enumerate((places if order == "first" else places[::-1]) * 2):
        sample.mark(place, sample.session("Refugio", day=9 + number), "present")
    merged(sample)
    done = closing.close(sample.store, sample.ref, [], sample.act)
    assert (done.completed, done.not_completed, done.no_show) == (1, 0, 1)
    certificates.issue(sample.store, sample.ref, sample.act)

    assert [one.name for one in certificates.list_certificates(sample.store, sample.ref)] == ["Ana Pérez"]
    assert history.totals(sample.store, history.get_scope(sample.store)).named == 1
    assert overview.get_overview(sample.store, sample.ref).certificates == 1


def test_papers_have_one_row_and_one_badge_for_one_person(sample, twice, tmp_path):
    import pypdf

    twice()
    sample.session("Refugio")
    merged(sample)
    for document in ("attendance-sheet", "roster", "directory", "badges", "logistics"):
        printed = print_document(sample.store, sample.ref, Order(document, tmp_path / document))
        said = " ".join(
            word
            for page in pypdf.PdfReader(tmp_path / document / printed.files[0]).pages
            for word in page.extract_text().split()
        )
        assert (document, said.count("Ana Pérez"), said.count("Luis Soto")) == (document, 1, 1)


# Seats that are still to be given --------------------------------------------------------------------------------------------


def test_two_nominations_of_one_person_are_proposed_once(sample, twice):
    twice("nominated", "nominated")
    merged(sample)
    sample.write(Statement("UPDATE enrollment SET priority = 3 - number WHERE status = 'nominated'"))
    proposal = enrollment.propose(sample.store, sample.ref)

    assert [(choice.one.priority, choice.decision, enrollment.why(choice, str)) for choice in proposal.choices] == [
        (1, "accept", "number 1 in the order of nomination"),
        (2, "leave", "the same person has another place in the edition, and gets one seat"),
    ]  # fmt: skip


def test_who_sits_already_by_another_name_is_neither_proposed_nor_promoted_nor_accepted_by_a_rule(sample, twice):
    twice("accepted", "nominated")
    merged(sample)
    assert [choice.decision for choice in enrollment.propose(sample.store, sample.ref).choices] == ["leave"]
    with pytest.raises(enrollment.NobodyToMove):
        enrollment.move(sample.store, sample.ref, enrollment.Rule(), "accept", sample.act)

    sample.write(Statement("UPDATE enrollment SET status = 'waitlisted', wait_order = 1 WHERE number = 2"))
    assert not enrollment.can_promote(sample.store, sample.ref)
    with pytest.raises(enrollment.NobodyToMove):
        enrollment.promote(sample.store, sample.ref, sample.act)
    assert enrollment.get_seats(sample.store, sample.ref).taken == 2


def test_by_a_rule_one_person_gets_one_seat(sample, twice):
    twice("nominated", "nominated")
    merged(sample)
    enrollment.move(sample.store, sample.ref, enrollment.Rule(), "accept", sample.act)

    assert enrollment.get_seats(sample.store, sample.ref).taken == 2
    enrollment.move(sample.store, sample.ref, enrollment.Rule(status="nominated"), "decline", sample.act)
    assert [one.status for one in enrollment.list_roster(sample.store, sample.ref, ("declined",))] == ["declined"]
