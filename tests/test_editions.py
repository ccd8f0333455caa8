"""Editions: what they are, what they can't be, and how they are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl import editions
from coursectl.editions import Edition, EditionClosed, NewCourse, NewEdition, NewSignatory, SeatsTaken
from coursectl.editions.held import EditionChanged, EditionExists
from coursectl.editions.parties import HandsChanged
from coursectl.errors import BadInput, NotFound, Refused, Usage
from coursectl.store import Statement, insert, new_id
from edition_samples import whole

ICIM_37 = NewEdition(
    37,
    title={"en": "Anniversary edition"},
    place="Mar del Plata",
    venue="Hotel",
    country="AR",
    start="2015-03-09",
    end="2015-03-21",
    time_zone="America/Argentina/Buenos_Aires",
    seats=30,
    waiting_list=True,
    languages=("es", "pt"),
    attendance_minimum=0.75,
    excused="exempt",
    note="A note.",
)


@pytest.fixture
def course(store, act):
    return editions.add_course(store, NewCourse("ICIM", {"en": "Migration", "es": "Migraciones"}), act)


@pytest.fixture
def edition(store, act, course):
    return editions.add_edition(store, "ICIM", ICIM_37, act)


def operations(store):
    return [row["command"] for row in store.read("SELECT command FROM op ORDER BY at, id")]


def take_seats(store, act, edition, count):
    people = [{"id": new_id(), "name": f"P {n}", "name_key": f"p {n}"} for n in range(count)]
    enrolled = [
        {
            "id": new_id(), "edition_id": edition.id, "person_id": person["id"], "status": "accepted", "number": number,
            "country": "AR", "enrolled_at": act.now,
        }
        for number, person in enumerate(people, 1)
    ]  # fmt: skip
    store.apply(act.operation("enroll", [*insert("person", people), *insert("enrollment", enrolled)]))


def close(store, act, edition):
    statement = Statement("UPDATE edition SET closed_on = '2015-03-21' WHERE id = :id", {"id": edition.id})
    store.apply(act.operation("edition close", [statement]))


# What an edition is -----------------------------------------------------------------------------------------------------


def test_an_edition_is_what_was_said_of_it(store, course, edition):
    assert edition == Edition(
        edition.id, "ICIM-37", 37, "ICIM", course.id, {"en": "Anniversary edition"}, 2015, "Mar del Plata", "Hotel", "AR",
        "2015-03-09", "2015-03-21", "America/Argentina/Buenos_Aires", 30, True, ("es", "pt"), 0.75, "exempt", "A note.", None,
    )  # fmt: skip
    assert editions.get_edition(store, edition.ref) == edition
    assert editions.list_editions(store) == editions.list_editions(store, "icim") == [edition]
    assert operations(store) == ["course add ICIM", "edition add ICIM-37"]


def test_an_edition_that_says_nothing_has_its_courses_title_and_rule(store, act, course):
    bare = editions.add_edition(store, None, NewEdition(1), act)

    assert bare == Edition(
        bare.id, "ICIM-1", 1, "ICIM", course.id, {"en": "Migration", "es": "Migraciones"}, None, None, None, None, None, None,
        "UTC", None, False, (), 0.8, "absent", None, None,
    )  # fmt: skip


def test_values_are_stored_in_one_form_however_they_are_written(store, act, course):
    made = editions.add_edition(
        store, "ICIM",
        NewEdition(
            1, start=" 2015-03-09 00:00", end="2015-03-21T00:00:00", country="argentina", place="  Mar  del\tPlata ",
            time_zone="america/argentina/buenos aires", languages=("Spanish", "es", "pt_br"), note="\x1b[31mred",
        ),
        act,
    )  # fmt: skip

    assert (made.start, made.end, made.country, made.place, made.time_zone, made.languages, made.note) == (
        "2015-03-09", "2015-03-21", "AR", "Mar del Plata", "America/Argentina/Buenos_Aires", ("es", "pt-BR"), "[31mred",
    )  # fmt: skip


def test_a_dry_run_shows_the_edition_that_would_be_and_writes_nothing(store, store_path, act, course):
    before = whole(store_path)

    said = editions.add_edition(store, "ICIM", ICIM_37, replace(act, dry_run=True))

    assert said == Edition(
        said.id, "ICIM-37", 37, "ICIM", course.id, {"en": "Anniversary edition"}, 2015, "Mar del Plata", "Hotel", "AR",
        "2015-03-09", "2015-03-21", "America/Argentina/Buenos_Aires", 30, True, ("es", "pt"), 0.75, "exempt", "A note.", None,
    )  # fmt: skip
    assert whole(store_path) == before


def test_a_dry_run_of_an_edit_shows_the_change_and_writes_nothing(store, store_path, act, edition):
    before = whole(store_path)

    said = editions.edit_edition(
        store,
        edition.ref,
        NewEdition(37, seats=40, title={"en": ""}, attendance_minimum=""),
        replace(act, dry_run=True),
    )

    title = {"en": "Migration", "es": "Migraciones"}
    assert said == (replace(edition, seats=40, title=title, attendance_minimum=0.8), True)
    assert whole(store_path) == before


# Changing it ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("title", {"es": "Edición aniversario"}, {"en": "Anniversary edition", "es": "Edición aniversario"}),
        ("title", {"en": ""}, {"en": "Migration", "es": "Migraciones"}),
        ("place", "Buenos Aires", "Buenos Aires"),
        ("place", "", None),
        ("venue", "Escuela", "Escuela"),
        ("venue", "", None),
        ("country", "Uruguay", "UY"),
        ("country", "", None),
        ("country", "SU", "SU"),
        ("start", "2015-03-10", "2015-03-10"),
        ("start", "", None),
        ("end", "2015-03-09", "2015-03-09"),
        ("end", "", None),
        ("time_zone", "Europe/Paris", "Europe/Paris"),
        ("time_zone", "", "UTC"),
        ("seats", 0, 0),
        ("seats", "", None),
        ("waiting_list", False, False),
        ("languages", ("fr",), ("fr",)),
        ("languages", (), ()),
        ("attendance_minimum", 1.0, 1.0),
        ("attendance_minimum", 0.0, 0.0),
        ("attendance_minimum", "", 0.8),
        ("excused", "present", "present"),
        ("excused", "", "absent"),
        ("note", "مرحبا 你好 🌍", "مرحبا 你好 🌍"),
        ("note", "", None),
    ],
)
def test_editing_one_field_keeps_the_others(store, act, edition, field, value, stored):
    changed = editions.edit_edition(store, edition.ref, NewEdition(37, **{field: value}), act)

    assert changed == (replace(edition, **{field: stored}), True)
    assert editions.get_edition(store, edition.ref) == changed[0]
    assert operations(store)[2:] == ["edition edit ICIM-37"]


@pytest.mark.parametrize(
    "same",
    [NewEdition(37), ICIM_37, NewEdition(37, start="2015-03-09T00:00", country="arg", title={"fr": ""}, year=2015)],
)
def test_an_edit_that_changes_nothing_leaves_no_operation(store, act, edition, same):
    assert editions.edit_edition(store, edition.ref, same, act) == (edition, False)
    assert len(operations(store)) == 2


def test_the_year_follows_the_dates(store, act, edition):
    moved, _changed = editions.edit_edition(
        store, edition.ref, NewEdition(37, start="2016-03-07", end="2016-03-18"), act
    )
    assert moved.year == 2016

    dateless, _changed = editions.edit_edition(store, edition.ref, NewEdition(37, start="", end=""), act)
    assert dateless.year == 2016

    yearless, _changed = editions.edit_edition(store, edition.ref, NewEdition(37, year=""), act)
    assert yearless.year is None


def test_an_edition_over_new_year_may_be_of_either_year(store, act, course):
    over = NewEdition(1, start="2014-12-15", end="2015-01-16")

    assert editions.add_edition(store, "ICIM", over, act).year == 2014
    assert editions.add_edition(store, "ICIM", replace(over, number=2, year=2015), act).year == 2015


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (NewEdition(0), "An edition's number is 1 or more, not 0."),
        (NewEdition(-1), "An edition's number is 1 or more, not -1."),
        (NewEdition(1, start="2015-02-30"), "No calendar has the date '2015-02-30'; write year-month-day, like 2015-03-09."),
        (NewEdition(1, end="09/03/2015"), "'09/03/2015' can't be read as a date; write it as year-month-day, like 2015-03-09."),
        (NewEdition(1, start="2015-03-21", end="2015-03-09"), "ICIM-1 can't end on 2015-03-09, before it starts on 2015-03-21."),
        (NewEdition(1, year=2014, start="2015-03-09", end="2015-03-21"), "ICIM-1 can't be of 2014: it is held from 2015-03-09 to 2015-03-21."),
        (NewEdition(1, year=2014, end="2015-03-21"), "ICIM-1 can't be of 2014: it is held from … to 2015-03-21."),
        (NewEdition(1, year=15), "15 can't be the year of a course."),
        (NewEdition(1, country="Atlantis"), "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (NewEdition(1, country="ZZ"), "No country is called 'ZZ'. Use its two-letter code, or its name."),
        (NewEdition(1, seats=-1), "The number of seats is 0 or more, not -1."),
        (NewEdition(1, seats=10**20), "The number of seats is 0 or more, not 100000000000000000000."),
        (NewEdition(1, excused="maybe"), "Excused absences count as one of: absent, present, exempt; not 'maybe'."),
        (NewEdition(1, languages=("es", "klingonese")), "'klingonese' is no language. Use tags like es, pt, fr, en."),
        (NewEdition(1, attendance_minimum=80), "An attendance minimum is a percentage from 0 to 100, not 8000."),
        (NewEdition(1, time_zone="America/Nowhere"), "'America/Nowhere' is no time zone. Use a name like America/Argentina/Buenos_Aires or Europe/Paris."),
        (NewEdition(1, time_zone="../../etc/passwd"), "'../../etc/passwd' is no time zone. Use a name like America/Argentina/Buenos_Aires or Europe/Paris."),
    ],
)  # fmt: skip
def test_what_no_edition_can_be(store, store_path, act, course, wanted, sentence):
    before = whole(store_path)

    with pytest.raises(BadInput) as told:
        editions.add_edition(store, "ICIM", wanted, act)

    assert str(told.value) == sentence
    assert whole(store_path) == before


@pytest.mark.parametrize("wanted", [NewEdition(37, start="2015-03-22"), NewEdition(37, end="2015-03-08")])
def test_one_date_is_held_against_the_other_that_is_stored(store, act, edition, wanted):
    with pytest.raises(BadInput, match=r"ICIM-37 can't end on .*, before it starts on"):
        editions.edit_edition(store, edition.ref, wanted, act)
    assert editions.get_edition(store, edition.ref) == edition


def test_a_number_is_given_once(store, act, edition):
    with pytest.raises(
        EditionExists, match=r"There is an edition ICIM-37 already\. Change it with: coursectl edition edit"
    ):
        editions.add_edition(store, "icim", NewEdition(37), act)


def test_two_who_add_the_same_edition_at_once_get_one(store, act, course):
    _id, statements = editions.edition_statements(store, course.id, "ICIM", NewEdition(38))
    editions.add_edition(store, "ICIM", NewEdition(38), act)

    with pytest.raises(EditionExists):
        store.apply(act.operation("edition add ICIM-38", statements))


def test_a_change_in_between_is_refused_and_not_written_over(store, act, course, edition):
    _id, statements = editions.edition_statements(store, course.id, "ICIM", NewEdition(37, place="Lima"))
    editions.edit_edition(store, edition.ref, NewEdition(37, place="Quito"), act)

    with pytest.raises(EditionChanged, match="ICIM-37 was changed by somebody else just now"):
        store.apply(act.operation("edition edit ICIM-37", statements))
    assert editions.get_edition(store, edition.ref).place == "Quito"


def test_seats_are_never_fewer_than_are_taken(store, store_path, act, edition):
    take_seats(store, act, edition, 3)
    before = whole(store_path)

    with pytest.raises(SeatsTaken) as told:
        editions.edit_edition(store, edition.ref, NewEdition(37, seats=2), act)

    assert str(told.value) == (
        "ICIM-37 can't have fewer seats than are taken (3); 2 was asked for. Withdraw somebody first, or give it more seats."
    )
    assert whole(store_path) == before
    assert editions.edit_edition(store, edition.ref, NewEdition(37, seats=3), act)[0].seats == 3


@pytest.mark.parametrize(
    "change", [{"start": "2015-03-10"}, {"end": "2015-03-22"}, {"attendance_minimum": 0.5}, {"excused": "absent"}]
)
def test_a_closed_edition_keeps_what_its_outcomes_rest_on(store, act, edition, change):
    close(store, act, edition)

    with pytest.raises(EditionClosed, match=r"ICIM-37 is closed\. To change it, take the closing back"):
        editions.edit_edition(store, edition.ref, NewEdition(37, **change), act)


def test_a_closed_edition_may_still_be_described_better(store, act, edition):
    close(store, act, edition)

    changed, _really = editions.edit_edition(
        store, edition.ref, NewEdition(37, place="MdP", note="Closed", start="2015-03-09"), act
    )

    assert changed == replace(edition, place="MdP", note="Closed", closed_on="2015-03-21")


# How it is named --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "read"),
    [
        ("ICIM-37", ("ICIM", 37)),
        (" icim 37 ", ("icim", 37)),
        ("ICIM37", ("ICIM", 37)),
        ("ICIM/37", ("ICIM", 37)),
        ("37", (None, 37)),
        ("037", (None, 37)),
        ("RMC-2-4", ("RMC-2", 4)),
    ],
)
def test_references_as_people_write_them(reference, read):
    assert editions.read_reference(reference) == read


@pytest.mark.parametrize("reference", ["", "ICIM", "ICIM-", "ICIM-37b", "last", "-", "٣٧x"])
def test_what_is_no_reference(reference):
    with pytest.raises(BadInput, match=r"is no edition\. Write it like ICIM-37, or 37\."):
        editions.read_reference(reference)


@given(st.from_regex(r"[A-Z][A-Z0-9_]{0,6}[A-Z]", fullmatch=True), st.integers(1, 9999))
def test_a_reference_is_read_as_it_is_shown(code, number):
    assert editions.read_reference(f"{code}-{number}") == (code, number)


def test_a_number_alone_is_of_the_only_course_or_of_the_one_in_use(store, act, edition):
    assert editions.get_edition_ref(store, "37") == editions.get_edition_ref(store, None) == edition.ref
    editions.add_course(store, NewCourse("RMC", {"en": "R"}), act)
    rmc = editions.add_edition(store, "RMC", NewEdition(37), act)

    with pytest.raises(NotFound, match=r"There are several courses \(ICIM, RMC\)\. Say which\."):
        editions.get_edition_ref(store, "37")
    with pytest.raises(
        Usage, match=r"Which edition\? Say -e ICIM-37, or choose one for good: coursectl edition use ICIM-37"
    ):
        editions.get_edition_ref(store, None)
    assert editions.get_edition_ref(store, "37", in_use="RMC-1") == rmc.ref
    assert editions.get_edition_ref(store, None, in_use="ICIM-37") == edition.ref


def test_an_empty_reference_is_not_the_edition_in_use(store, edition):
    with pytest.raises(BadInput, match="'' is no edition"):
        editions.get_edition_ref(store, "", in_use="ICIM-37")


def test_an_edition_that_is_not_there_is_told_with_those_that_are(store, act, course):
    with pytest.raises(NotFound, match="The store has no edition yet"):
        editions.get_edition_ref(store, None)
    with pytest.raises(NotFound, match=r"There is no edition ICIM-5\. Add it with: coursectl edition add ICIM-5"):
        editions.get_edition_ref(store, "ICIM-5")

    for number in (2, 1):
        editions.add_edition(store, "ICIM", NewEdition(number), act)

    with pytest.raises(NotFound, match=r"There is no edition ICIM-5\. There are: ICIM-1, ICIM-2\."):
        editions.get_edition_ref(store, "ICIM-5")
    with pytest.raises(NotFound, match=r"There is no course RMC\. There are: ICIM\."):
        editions.get_edition_ref(store, "RMC-5")


def test_an_edition_that_is_gone_is_told(store, edition):
    with pytest.raises(NotFound, match=r"There is no edition ICIM-37 any more\."):
        editions.get_edition(store, replace(edition.ref, id=1))


# Who holds and signs it -------------------------------------------------------------------------------------------------


@pytest.fixture
def offices(store, act):
    rows = [
        {"id": new_id(), "name": f'{{"en":"{name}"}}', "name_key": name.casefold()} for name in ("One", "Two", "Three")
    ]
    store.apply(act.operation("org add", insert("organization", rows)))
    return [row["id"] for row in rows]


@pytest.fixture
def signing(store, act):
    rows = [{"id": new_id(), "name": f"Signer {n}", "name_key": f"signer {n}"} for n in range(5)]
    store.apply(act.operation("person add", insert("person", rows)))
    return [NewSignatory(row["id"], {"en": f"Post {n}"}) for n, row in enumerate(rows)]


def parties(store, edition):
    return [(party.role, party.name["en"]) for party in editions.list_parties(store, edition.id)]


def test_parties_are_in_the_order_of_their_roles_and_then_as_named(store, act, edition, offices):
    one, two, three = offices
    wanted = {"partner": [three, one, three], "organizer": [two]}

    store.apply(act.operation("x", editions.parties_statements(store, edition.id, wanted)))

    assert parties(store, edition) == [("organizer", "Two"), ("partner", "Three"), ("partner", "One")]
    assert editions.parties_statements(store, edition.id, wanted) == []
    store.apply(act.operation("x", editions.parties_statements(store, edition.id, {"partner": []})))
    assert parties(store, edition) == [("organizer", "Two")]


def test_an_unknown_role_is_refused(store, edition, offices):
    with pytest.raises(BadInput, match=r"'owner' is no role\. Use one of: organizer, host, partner, sponsor\."):
        editions.parties_statements(store, edition.id, {"owner": offices})


def test_two_offices_that_change_the_partners_at_once_are_told(store, act, edition, offices):
    late = editions.parties_statements(store, edition.id, {"partner": offices[:1]})
    store.apply(act.operation("x", editions.parties_statements(store, edition.id, {"partner": offices[1:]})))

    with pytest.raises(HandsChanged, match="Who holds or signs this edition was changed by somebody else"):
        store.apply(act.operation("x", late))
    assert parties(store, edition) == [("partner", "Two"), ("partner", "Three")]


def test_one_to_four_sign_in_order(store, act, edition, signing):
    store.apply(act.operation("x", editions.signatories_statements(store, edition.id, signing[:4])))

    signed = editions.list_signatories(store, edition.id)
    assert [(one.position, one.name, one.post) for one in signed] == [
        (n + 1, f"Signer {n}", {"en": f"Post {n}"}) for n in range(4)
    ]
    assert editions.signatories_statements(store, edition.id, signing[:4]) == []
    with pytest.raises(BadInput, match="A certificate has one to four signatories, not 5"):
        editions.signatories_statements(store, edition.id, signing)
    store.apply(act.operation("x", editions.signatories_statements(store, edition.id, [])))
    assert editions.list_signatories(store, edition.id) == []


def test_two_offices_that_change_the_signatories_at_once_are_told(store, act, edition, signing):
    late = editions.signatories_statements(store, edition.id, signing[:1])
    store.apply(act.operation("x", editions.signatories_statements(store, edition.id, signing[1:2])))

    with pytest.raises(Refused, match="Who holds or signs this edition was changed by somebody else"):
        store.apply(act.operation("x", late))


# Rules over many --------------------------------------------------------------------------------------------------------


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_an_edition_never_ends_before_it_starts(start, days):
    from coursectl.editions.wanted import EMPTY, check  # the rule itself, without a store for each example

    end = start + timedelta(days=days)
    row = {**EMPTY, "start_date": start.isoformat(), "end_date": end.isoformat()}
    if days >= 0:
        check(NewEdition(1), row, "ICIM-1")
    else:
        with pytest.raises(BadInput, match="before it starts"):
            check(NewEdition(1), row, "ICIM-1")


@given(st.sampled_from(sorted(available_timezones())), st.sampled_from([str, str.lower, str.upper]))
def test_every_time_zone_is_found_in_any_case(zone, cased):
    from coursectl.editions.wanted import _time_zone

    assert (_time_zone(cased(zone)) or "").casefold() == zone.casefold()
