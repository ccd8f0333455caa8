"""Two entries that are one person: merged, split and kept apart, with nothing lost on the way there or back."""

from __future__ import annotations

import pytest

from coursectl import history
from coursectl.editions import get_edition_ref
from coursectl.enrollment import NewEnrollment, enroll, list_roster
from coursectl.errors import Ambiguous, NotFound
from coursectl.people import (
    Conflicts,
    NewPerson,
    add_person,
    edit_person,
    get_person,
    keep_apart,
    list_duplicates,
    list_people,
    match_people,
    merge_people,
    plan_merge,
    split_person,
)
from coursectl.people.merging import CantBeOne
from coursectl.workflows.undoing import undo

TABLES = ("person", "person_apart", "enrollment", "attendance", "certificate", "expert", "seat_count")


def everything(store):
    return {table: store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}


def add(store, act, name, email=None, **more):
    return add_person(store, NewPerson(name, email=email, **more), act, anyway=True)


@pytest.fixture
def two(store, act):
    """Ana, entered twice: once with a year, once with a telephone."""
    return (
        add(store, act, "Ana Pérez Gómez", "ana@dnm.example", nationality="AR", birth_year=1980),
        add(store, act, "Ana Gomez", nationality="AR", phone="+54 1"),
    )


def merge(store, act, one, other, keep=None):
    return merge_people(store, plan_merge(store, str(one.id), str(other.id)), act, keep)


def test_the_merged_one_leads_to_the_other_by_all_that_they_were_called(store, act, two):
    first, second = two
    done = merge(store, act, first, second)

    assert (done.person.phone, done.filled, done.conflicts, done.kept) == ("+54 1", ("phone",), (), None)
    assert list_people(store) == [done.person]
    for who in (str(first.id), str(second.id), "Ana Gomez", "ana perez gomez", "ana@dnm.example"):
        assert get_person(store, who) == done.person
    for name in ("Ana Gomez", "Ana Pérez Gómez"):
        assert match_people(store, [NewPerson(name, country="AR")]).people == (done.person.ref,)


def test_an_e_mail_of_who_was_merged_still_finds_them(store, act, two):
    other = add(store, act, "Ana Gómez", "gomez@mre.example", nationality="AR")
    done = merge(store, act, two[0], other, "first")

    assert get_person(store, "gomez@mre.example").id == done.person.id
    assert match_people(store, [NewPerson("Ana Gómez", email="gomez@mre.example")]).people == (done.person.ref,)


@pytest.mark.parametrize("way", ["undo", "split"])
def test_the_way_back_is_whole(store, act, two, way):
    before = everything(store)
    merge(store, act, *two)
    if way == "undo":
        undo(store, None, act)
    else:
        done = split_person(store, "Ana Gomez", act)
        assert (done.person, done.was, done.also) == (two[1].ref, two[0].ref, ())

    assert everything(store) == before


def test_a_split_can_be_undone_too(store, act, two):
    merge(store, act, *two)
    merged = everything(store)
    split_person(store, str(two[1].id), act)
    undo(store, None, act)

    assert everything(store) == merged


def test_what_was_changed_since_stays_when_they_are_split(store, act, two):
    merge(store, act, *two)
    edit_person(store, str(two[0].id), NewPerson(language="es"), act)
    split_person(store, str(two[1].id), act)

    after = get_person(store, str(two[0].id))
    assert (after.language, after.phone) == ("es", None)


def test_who_differs_is_not_merged_until_somebody_says_whose_values_stand(store, act, two):
    other = add(store, act, "Ana Gómez", "gomez@mre.example", birth_year=1981, nationality="AR")
    before = everything(store)

    with pytest.raises(Conflicts) as raised:
        merge(store, act, two[0], other)
    assert raised.value.sentence() == (
        "Ana Pérez Gómez (ana@dnm.example) and Ana Gómez (gomez@mre.example) differ:"
        "\n  year of birth: 1980 / 1981\n  e-mail: ana@dnm.example / gomez@mre.example"
        "\nSay whose values are to stand, with --keep first or --keep second. Nothing is lost by it: places, marks and certificates of both stay."
    )
    assert everything(store) == before

    assert merge(store, act, two[0], other, "first").person == two[0]
    undo(store, None, act)
    kept = merge(store, act, two[0], other, "second").person
    assert (kept.id, kept.name, kept.birth_year, kept.email) == (two[0].id, "Ana Gómez", 1981, "gomez@mre.example")
    undo(store, None, act)
    assert everything(store) == before


def test_who_was_merged_into_the_merged_one_comes_along_and_goes_back(store, act, two):
    third = add(store, act, "A. Gomez", nationality="AR")
    merge(store, act, two[1], third)
    middle = everything(store)
    done = merge(store, act, *two)

    assert {
        row["merged_into"] for row in store.read("SELECT merged_into FROM person WHERE merged_into IS NOT NULL")
    } == {done.person.id}
    with pytest.raises(Ambiguous):
        split_person(store, str(two[0].id), act)
    split = split_person(store, str(two[1].id), act)
    assert (split.person, split.also) == (two[1].ref, (third.ref,))
    assert everything(store) == middle


def test_nobody_is_merged_with_themselves_or_in_a_circle(store, act, two):
    for pair in ((two[0], two[0]),):
        with pytest.raises(CantBeOne) as raised:
            merge(store, act, *pair)
        assert (
            raised.value.sentence()
            == f"Both are Ana Pérez Gómez ({two[0].id}) already; nobody is merged with themselves."
        )
    merge(store, act, *two)
    for pair in (two, two[::-1]):
        with pytest.raises(CantBeOne):
            merge(store, act, *pair)


def test_a_merge_that_came_in_between_is_seen_when_writing(store, act, two):
    plan = plan_merge(store, str(two[0].id), str(two[1].id))
    merge(store, act, two[1], two[0])

    with pytest.raises(CantBeOne) as raised:
        merge_people(store, plan, act)
    assert raised.value.sentence() == (
        "One of the two was merged or erased by somebody else just now. Look, then type the command again."
    )


def test_who_is_apart_is_asked_about_no_more_and_not_merged(store, act, two):
    other = add(store, act, "Ana Gómez Pérez", nationality="AR", birth_year=1980)
    assert list_duplicates(store)
    done = keep_apart(store, str(other.id), str(two[0].id), act)

    assert (done.one, done.other, done.changed) == (two[0].ref, other.ref, True)
    assert (two[0].ref, other.ref) not in [(pair.one, pair.other) for pair in list_duplicates(store)]
    assert not keep_apart(store, str(two[0].id), str(other.id), act).changed
    with pytest.raises(CantBeOne):
        plan_merge(store, str(two[0].id), str(other.id))
    undo(store, None, act)
    assert (two[0].ref, other.ref) in [(pair.one, pair.other) for pair in list_duplicates(store)]


def test_nobody_who_was_not_merged_is_split(store, act, two):
    with pytest.raises(NotFound) as raised:
        split_person(store, "ana@dnm.example", act)
    assert (
        raised.value.sentence()
        == "Nobody was merged into Ana Pérez Gómez (ana@dnm.example); there is nothing to split."
    )


@pytest.fixture
def in_one_edition(store, act, icim37, two):
    """Both are enrolled in the same edition, and the second one in another, too."""
    edition = get_edition_ref(store, "ICIM-37")
    for one in two:
        enroll(store, edition, NewEnrollment(NewPerson(one.name, email=one.email, nationality="AR"), "AR"), act)
    return edition


def test_two_places_in_one_edition_are_told_and_both_stay(store, act, two, in_one_edition):
    places = store.read("SELECT * FROM enrollment ORDER BY id")
    before = everything(store)

    with pytest.raises(Conflicts) as raised:
        merge(store, act, *two)
    assert "two places in one edition (ICIM-37): accepted / accepted" in raised.value.sentence()
    merge(store, act, *two, "first")

    assert store.read("SELECT * FROM enrollment ORDER BY id") == places
    record = history.person_record(store, "ana@dnm.example")
    assert [(part.edition, part.role, part.places) for part in record.editions] == [("ICIM-37", "trainee", 2)]
    assert {entry.name for entry in list_roster(store, in_one_edition)} == {"Ana Pérez Gómez"}
    again = enroll(store, in_one_edition, NewEnrollment(NewPerson("Ana Gomez"), "AR"), act)
    assert (again.unchanged, again.person.id) == (True, two[0].id)

    split_person(store, str(two[1].id), act)
    assert everything(store) == before


def test_of_two_merges_the_split_takes_out_just_whom_it_names(store, act):
    one, two, three = add(store, act, "Ana Luz"), add(store, act, "Bea Sol"), add(store, act, "Carla Mar")
    merge(store, act, one, two)
    merge(store, act, three, one)

    done = split_person(store, "Bea Sol", act)

    def into():
        return {row["name"]: row["merged_into"] for row in store.read("SELECT name, merged_into FROM person")}

    assert done.person.name == "Bea Sol"
    assert into() == {"Ana Luz": three.id, "Bea Sol": None, "Carla Mar": None}
    with pytest.raises(NotFound):
        split_person(store, "Bea Sol", act)
    split_person(store, "Ana Luz", act)
    assert into() == {"Ana Luz": None, "Bea Sol": None, "Carla Mar": None}


def test_who_was_merged_before_goes_with_the_one_they_were_merged_into(store, act):
    one, two, three = add(store, act, "Ana Luz"), add(store, act, "Bea Sol"), add(store, act, "Carla Mar")
    merge(store, act, one, two)
    merge(store, act, three, one)

    done = split_person(store, "Ana Luz", act)

    assert [other.name for other in done.also] == ["Bea Sol"]
    assert store.read("SELECT merged_into FROM person WHERE name = 'Bea Sol'") == [{"merged_into": one.id}]


@pytest.mark.parametrize(("country", "known"), [("AR", True), ("UY", True), ("PE", False)])
def test_what_a_merged_name_represented_tells_who_it_is(store, act, icim37, country, known):
    """The list of next year, from the same office, means the person of both names."""
    edition = get_edition_ref(store, "ICIM-37", in_use=None)
    for name, of in (("Ana Paz", "AR"), ("Anna Pas", "UY")):
        enroll(store, edition, NewEnrollment(NewPerson(name), of), act)
    one, other = sorted(list_people(store), key=lambda person: person.id)
    merge(store, act, one, other, "first")

    matched = match_people(store, [NewPerson("Anna Pas", country=country)])

    assert (matched.people[0].id == one.id, matched.new == frozenset()) == (known, known)
