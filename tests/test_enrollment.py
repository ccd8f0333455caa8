"""Who gets a seat, who waits, who is in already, who comes for whom."""

from __future__ import annotations

import pytest

from coursectl import enrollment
from coursectl.editions import EditionRef
from coursectl.enrollment import NewEnrollment
from coursectl.errors import Ambiguous, NotFound, Refused
from coursectl.people import NewOrganization, NewPerson
from coursectl.store import insert, new_id, update


@pytest.fixture
def edition(icim37):
    return EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)


def limit(store, act, edition, seats, *, waiting_list=0):
    now = store.read("SELECT seats, waiting_list FROM edition WHERE id = :id", {"id": edition.id})[0]
    wanted = {"seats": seats, "waiting_list": waiting_list}
    if now != wanted:
        store.apply(act.operation("edition edit", update("edition", edition.id, now, wanted, Refused())))


def official(name, country="AR", **more):
    return NewEnrollment(NewPerson(name=name), country=country, **more)


def roster(store, edition):
    return [(one.number, one.name, one.status) for one in enrollment.list_roster(store, edition, enrollment.STATUSES)]


def seats_of(store, edition):
    row = store.read("SELECT taken FROM seat_count WHERE edition_id = :id AND kind = 'edition'", {"id": edition.id})[0]
    held = "('accepted', 'confirmed', 'completed', 'not_completed', 'no_show')"
    counted = store.read(
        f"SELECT count(*) AS n FROM enrollment WHERE edition_id = :id AND status IN {held}", {"id": edition.id}
    )
    return row["taken"], counted[0]["n"]


def test_numbers_are_given_in_order_and_stay_with_who_withdraws(store, act, edition):
    enrollment.enroll_all(store, edition, [official("Ana"), official("Bruno"), official("Carla")], act)
    enrollment.move(store, edition, ["2"], "withdraw", act, reason="Stays in office")
    enrollment.enroll(store, edition, official("Darío"), act)

    assert roster(store, edition) == [
        (1, "Ana", "accepted"), (2, "Bruno", "withdrawn"), (3, "Carla", "accepted"), (4, "Darío", "accepted"),
    ]  # fmt: skip
    assert enrollment.get_enrollment(store, edition, "Bruno").reason == "Stays in office"


def test_a_full_edition_refuses_and_says_the_figures(store, act, edition):
    limit(store, act, edition, 1)
    enrollment.enroll(store, edition, official("Ana"), act)

    with pytest.raises(enrollment.NoSeatLeft) as refused:
        enrollment.enroll(store, edition, official("Bruno"), act)

    assert refused.value.sentence() == (
        "ICIM-37 is full: its only seat is taken. Raise the seats with: coursectl edition edit ICIM-37 --seats N"
    )
    assert roster(store, edition) == [(1, "Ana", "accepted")]


def test_a_list_longer_than_the_seats_leaves_nobody_in(store, act, edition):
    limit(store, act, edition, 2)

    with pytest.raises(enrollment.NoSeatLeft) as refused:
        enrollment.enroll_all(store, edition, [official(name) for name in ("Ana", "Bruno", "Carla")], act)

    assert refused.value.sentence().startswith(
        "ICIM-37 has too few seats left, 2 of 2, and 3 are asked for; nothing was written."
    )
    assert roster(store, edition) == []
    assert store.read("SELECT count(*) AS n FROM person") == [{"n": 0}]


def test_the_waiting_list_takes_who_comes_after_the_last_seat_in_order(store, act, edition):
    limit(store, act, edition, 2, waiting_list=1)

    done = enrollment.enroll_all(
        store, edition, [official(name) for name in ("Ana", "Bruno", "Carla", "Darío")], act, waiting_list=True
    )

    assert [one.person.name for one in done.waitlisted] == ["Carla", "Darío"]
    assert roster(store, edition) == [
        (1, "Ana", "accepted"), (2, "Bruno", "accepted"), (None, "Carla", "waitlisted"), (None, "Darío", "waitlisted"),
    ]  # fmt: skip


def test_a_dry_run_of_a_waiting_list_foresees_the_same_and_writes_nothing(store, act, edition):
    limit(store, act, edition, 1, waiting_list=1)
    from dataclasses import replace

    foreseen = enrollment.enroll_all(
        store, edition, [official("Ana"), official("Bruno")], replace(act, dry_run=True), waiting_list=True
    )

    assert [(one.number, one.status) for one in (*foreseen.enrolled, *foreseen.waitlisted)] == [
        (1, "accepted"), (None, "waitlisted"),
    ]  # fmt: skip
    assert (foreseen.seats_left, roster(store, edition)) == (0, [])


def test_an_edition_without_a_waiting_list_puts_nobody_on_it(store, act, edition):
    with pytest.raises(enrollment.NoWaitingList, match=r"^ICIM-37 has no waiting list\. Give it one with"):
        enrollment.enroll(store, edition, official("Ana"), act, waiting_list=True)


def test_enrolling_twice_changes_nothing_and_leaves_no_operation(store, act, edition):
    enrollment.enroll(store, edition, official("Ana Pérez"), act)
    before = store.read("SELECT count(*) AS n FROM op")

    again = enrollment.enroll(store, edition, official("ANA  PEREZ"), act)

    assert (again.unchanged, again.number, again.person.name) == (True, 1, "Ana Pérez")
    assert store.read("SELECT count(*) AS n FROM op") == before


def test_who_withdrew_comes_back_by_accepting_and_keeps_the_number(store, act, edition):
    enrollment.enroll_all(store, edition, [official("Ana"), official("Bruno")], act)
    enrollment.move(store, edition, ["Ana"], "withdraw", act)

    with pytest.raises(enrollment.CameBack) as refused:
        enrollment.enroll(store, edition, official("Ana"), act)
    back = enrollment.move(store, edition, ["1"], "accept", act)

    assert refused.value.sentence() == (
        "Ana is withdrawn in ICIM-37; nothing was changed. To take them back: coursectl roster accept 1 -e ICIM-37"
    )
    assert [(one.number, one.status) for one in back.moved] == [(1, "accepted")]


def test_everybody_but_international_staff_represents_a_country(store, act, edition):
    with pytest.raises(enrollment.CountryNotStated, match="Say which country Ana represents"):
        enrollment.enroll(store, edition, official("Ana", None), act)

    staff = enrollment.enroll(store, edition, official("Bea", None, category="international_staff"), act)

    assert (staff.country, staff.number) == (None, 1)


def test_a_known_person_represents_their_own_country_where_none_is_said(store, act, edition):
    store.apply(
        act.operation(
            "person add",
            insert(
                "person",
                [
                    {
                        "id": new_id(),
                        "name": "Ana",
                        "name_key": "ana",
                        "nationality": "UY",
                        "email": "ana@x.example",
                        "email_key": "ana@x.example",
                    }
                ],
            ),
        )
    )
    wanted = enrollment.describe(store, {"name": "ana@x.example"}, act.today)

    assert enrollment.enroll(store, edition, wanted, act).country == "UY"


def test_an_unknown_e_mail_names_nobody(store, act):
    with pytest.raises(NotFound):
        enrollment.describe(store, {"name": "nobody@x.example"}, act.today)


def test_an_unknown_office_is_made_once_and_reported(store, act, edition):
    office = NewOrganization.named("DNM", "AR")

    first = enrollment.enroll(store, edition, official("Ana", organization=office), act)
    second = enrollment.enroll(store, edition, official("Bruno", organization=office), act)

    assert (first.organization_created, second.organization_created) == ("DNM", None)
    assert store.read("SELECT count(*) AS n FROM organization") == [{"n": 1}]


def test_a_person_is_one_in_all_editions(store, act, edition, icim37):
    other = EditionRef(new_id(), "ICIM-38", icim37.course, "ICIM", 38)
    store.apply(
        act.operation("edition add", insert("edition", [{"id": other.id, "course_id": icim37.course, "number": 38}]))
    )

    first = enrollment.enroll(store, edition, official("José Núñez"), act)
    second = enrollment.enroll(store, other, official("Jose Nuñez"), act)

    assert first.person == second.person


def test_a_replacement_takes_country_office_category_funder_and_status_in_a_full_edition(store, act, edition):
    limit(store, act, edition, 1)
    office = NewOrganization.named("DNM", "AR")
    enrollment.enroll(
        store, edition, official("Ana", organization=office, funder="IOM", status="confirmed", category="academic"), act
    )

    done = enrollment.replace_trainee(
        store, edition, "Ana", NewEnrollment(NewPerson(name="Luis Soto"), post="Jefe"), act, reason="sent instead"
    )

    new = enrollment.get_enrollment(store, edition, "Luis Soto")
    assert (done.replaced.status, done.enrolled.number) == ("withdrawn", 2)
    assert (new.country, new.organization, new.category, new.funder, new.status, new.post) == (
        "AR", "DNM", "academic", "IOM", "confirmed", "Jefe",
    )  # fmt: skip
    assert new.replaces.name == "Ana"
    assert seats_of(store, edition) == (1, 1)


def test_nobody_is_replaced_by_who_is_in_already(store, act, edition):
    enrollment.enroll_all(store, edition, [official("Ana"), official("Bruno")], act)

    with pytest.raises(enrollment.AlreadyEnrolled) as refused:
        enrollment.replace_trainee(store, edition, "1", official("Bruno"), act, reason="")

    assert (
        refused.value.sentence()
        == "Bruno is in ICIM-37 already, as accepted; nothing was changed. Somebody else of that name needs --email and --on-duplicate new."
    )


def test_moves_that_cannot_be_say_what_can(store, act, edition):
    enrollment.enroll(store, edition, official("Ana", status="nominated"), act)

    with pytest.raises(enrollment.MoveRefused) as refused:
        enrollment.move(store, edition, ["Ana"], "confirm", act)

    assert "accept" in refused.value.sentence()
    assert roster(store, edition) == [(None, "Ana", "nominated")]


def test_all_are_moved_or_nobody(store, act, edition):
    enrollment.enroll_all(store, edition, [official("Ana"), official("Bruno", status="nominated")], act)

    with pytest.raises(enrollment.MoveRefused):
        enrollment.move(store, edition, ["Ana", "Bruno"], "confirm", act)

    assert [status for _n, _name, status in roster(store, edition)] == ["accepted", "nominated"]


def test_accepting_more_than_the_seats_refuses_all(store, act, edition):
    limit(store, act, edition, 1)
    enrollment.enroll_all(store, edition, [official(n, status="nominated") for n in ("Ana", "Bruno")], act)

    with pytest.raises(enrollment.NoSeatLeft):
        enrollment.move(store, edition, ["Ana", "Bruno"], "accept", act)

    assert [status for _n, _name, status in roster(store, edition)] == ["nominated", "nominated"]


def test_who_was_moved_by_somebody_else_meanwhile_is_not_moved_again(store, act, edition):
    enrollment.enroll(store, edition, official("Ana"), act)
    one = enrollment.get_enrollment(store, edition, "Ana")
    stale = enrollment.set_outcomes_statements(edition, [(one.id, "accepted", "completed", None)])
    enrollment.move(store, edition, ["Ana"], "withdraw", act)

    with pytest.raises(enrollment.MovedMeanwhile):
        store.apply(act.operation("edition close", stale))


def test_closing_writes_outcomes_only(edition):
    with pytest.raises(enrollment.MoveRefused):
        enrollment.set_outcomes_statements(edition, [(1, "accepted", "withdrawn", None)])


def test_a_name_that_fits_two_participants_lists_them(store, act, edition):
    enrollment.enroll_all(store, edition, [official("Ana Pérez"), official("Ana Paz")], act)

    with pytest.raises(Ambiguous) as refused:
        enrollment.get_enrollment(store, edition, "Ana")

    assert "Ana Pérez" in refused.value.sentence()
    assert "Ana Paz" in refused.value.sentence()
