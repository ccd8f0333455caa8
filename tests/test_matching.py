"""Who is known already and who is new: one rule for one person and for ten thousand."""

from __future__ import annotations

import shutil
import unicodedata
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl.errors import BadInput
from coursectl.people import MailboxTaken, NewPerson, WhoIsIt, list_people, match_people, match_person, names_fit
from coursectl.people.persons import name_key
from coursectl.store import LocalStore, insert, new_id, open_store
from coursectl.tables import clean

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def person(name, email=None, country=None, **more):
    return NewPerson(name=name, email=email, country=country, **more)


def keep(store, act, *wanted):
    """Match and write, as a list that is imported. Returns the ids."""
    matched = match_people(store, wanted)
    assert matched.faults == ()
    if matched.statements:
        store.apply(act.operation("import", matched.statements))
    return [one.id for one in matched.people]


def faults(store, *wanted):
    found = match_people(store, wanted).faults
    return [(fault.place, fault.field, fault.reason.format(**dict(fault.facts))) for fault in found]


def names(store):
    return sorted(one.name for one in list_people(store))


@pytest.fixture
def ana(store, act):
    [known] = keep(store, act, person("Ana Pérez Gómez", "ana@dnm.example", nationality="AR"))
    return known


@pytest.mark.parametrize(
    "name",
    [
        "Ana Pérez Gómez",
        "ANA PEREZ GOMEZ",
        "Ana Pérez",
        "  ana   perez\tgomez ",
        "Pérez Gómez, Ana",
        "Perez Gomez Ana",
        "A. Pérez",
        "Ana María Pérez Gómez",
        "Ana de Pérez Gómez",
        "Ana Pérez-Gómez",
        unicodedata.normalize("NFD", "Ana Pérez Gómez"),
        "Ana\x00 P\u00e9rez\x07 G\u200bómez",
    ],
)
def test_an_e_mail_with_a_fitting_name_is_the_persons(store, ana, name):
    matched = match_people(store, [person(name, " ANA@dnm.EXAMPLE ")])

    assert [(one.id, one.name) for one in matched.people] == [(ana, "Ana Pérez Gómez")]
    assert (matched.new, matched.statements, matched.faults) == (frozenset(), (), ())


@pytest.mark.parametrize("name", ["Luis Pérez Gómez", "Ana Sosa", "A. P.", "de la", "—", "😀", "李明"])
def test_an_e_mail_of_somebody_with_another_name_is_a_fault(store, ana, name):
    matched = match_people(store, [person(name, "ana@dnm.example")])

    assert (matched.people[0].id, matched.new, matched.statements) == (0, frozenset(), ())
    [fault] = matched.faults
    assert (fault.place, fault.field) == (0, "email" if name != "—" else "name")


def test_a_taken_mailbox_names_its_owner(store, ana):
    assert faults(store, person("Luis Sosa"), person("Eva Luz", "ana@dnm.example")) == [
        (
            1,
            "email",
            "ana@dnm.example belongs to Ana Pérez Gómez, not to Eva Luz. Give another e-mail, or leave it empty",
        )
    ]
    with pytest.raises(MailboxTaken) as refused:
        match_person(store, person("Eva Luz", "ana@dnm.example"))
    assert refused.value.sentence() == (
        "ana@dnm.example belongs to Ana Pérez Gómez, not to Eva Luz. Give another e-mail, or leave it out."
    )


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Ana Pérez", "ana perez", True),
        ("María José de la Cruz", "Maria Jose Cruz", True),
        ("J. Perez Soto", "Juan Pérez Soto", True),
        ("Juan P. Soto", "Juan Pérez", True),
        ("João da Silva", "JOAO SILVA", True),
        ("Michel Jean-Baptiste", "Jean Baptiste, Michel", True),
        ("Ana", "Ana Pérez", True),
        ("A. B. Soto", "Aldo Soto", True),
        ("A. B. Soto", "Carlos Soto", False),
        ("M. Soto", "María Marta Soto", True),
        ("María Marta Soto", "M. J. Soto", False),
        ("Ana", "Eva", False),
        ("A", "Ana", False),
        ("李明", "李明", True),
        ("李明", "王芳", False),
        ("محمد علي", "علي محمد", True),
        ("😀", "🎉", False),
        ("😀", "😀", True),
        ("—", "…", False),
        ("De la", "Del los", False),
    ],
)
def test_whether_names_can_be_one_persons(one, other, fits):
    assert names_fit(one, other) is fits
    assert names_fit(other, one) is fits


@pytest.mark.parametrize(
    "name", ["ANA PEREZ  GOMEZ", "Pérez Gómez, Ana", "ana pérez-gómez", unicodedata.normalize("NFD", "Ana Pérez Gómez")]
)
def test_the_same_name_of_the_same_country_is_the_same_person(store, ana, name):
    for country in ({"country": "AR"}, {"nationality": "AR"}, {}):
        assert match_people(store, [person(name, **country)]).people[0].id == ana


def test_the_same_name_of_another_country_is_somebody_else(store, ana):
    assert match_people(store, [person("Ana Pérez Gómez", country="UY")]).people[0].id != ana
    assert match_people(store, [person("Ana Pérez", country="AR")]).people[0].id != ana


def test_who_is_known_for_the_country_goes_before_who_is_known_for_none(store, act, ana):
    from coursectl.people import add_person

    other = add_person(store, person("Ana Pérez Gómez"), act, anyway=True)

    assert match_people(store, [person("Ana Pérez Gómez", country="AR")]).people[0].id == ana
    assert match_people(store, [person("Ana Pérez Gómez", country="UY")]).people[0].id == other.id
    assert [field for _place, field, _text in faults(store, person("Ana Pérez Gómez"))] == ["name"]


def test_the_same_name_with_another_e_mail_is_somebody_else(store, ana):
    assert match_people(store, [person("Ana Pérez Gómez", "ana@mre.example", "AR")]).people[0].id != ana


def test_a_represented_country_counts_like_a_nationality(store, act, icim37):
    [known] = keep(store, act, person("Ana Luz"))
    row = {"id": new_id(), "edition_id": icim37.edition, "person_id": known, "country": "AR", "post": "{}"}
    store.apply(act.operation("expert add", insert("expert", [row])))

    assert match_people(store, [person("Ana Luz", country="AR")]).people[0].id == known
    assert match_people(store, [person("Ana Luz", country="UY")]).people[0].id != known


def test_who_could_be_several_is_a_fault_that_lists_them(store, act):
    first, second = keep(store, act, person("Ana Luz", "a@x.example"), person("Ana Luz", "b@x.example"))

    assert first != second
    assert faults(store, person("ana luz")) == [
        (0, "name", "several people are called ana luz: Ana Luz (a@x.example); Ana Luz (b@x.example). Give the e-mail")
    ]
    with pytest.raises(WhoIsIt) as refused:
        match_person(store, person("ana luz"))
    assert refused.value.sentence() == (
        "Several people are called ana luz: Ana Luz (a@x.example); Ana Luz (b@x.example). Give the e-mail."
    )
    assert match_people(store, [person("ana luz", "b@x.example")]).people[0].id == second


def test_a_shared_mailbox_is_its_users_by_name(store, act):
    from coursectl.people import add_person

    add_person(store, person("Ana Luz", "office@x.example"), act)
    eva = add_person(store, person("Eva Luz", "office@x.example"), act, anyway=True)

    assert match_people(store, [person("EVA LUZ", "office@x.example")]).people[0].id == eva.id
    assert faults(store, person("Luz", "office@x.example")) == [
        (
            0,
            "name",
            "Luz could be several of those who share the e-mail: Ana Luz (office@x.example); Eva Luz (office@x.example). Write the whole name",
        )
    ]
    assert faults(store, person("Ana Luz", "office@x.example"), person("Eva Luz", "office@x.example")) == []


@pytest.mark.parametrize(
    ("wanted", "field", "sentence"),
    [
        (person(""), "name", "A person needs a name."),
        (person(" \u200b\x07"), "name", "A person needs a name."),
        (NewPerson(), "name", "A person needs a name."),
        (person("—"), "name", "'—' is no name. A person needs a name."),
        (person("???"), "name", "'???' is no name. A person needs a name."),
        (person("Ana", "ana"), "email", "'ana' is no e-mail address. Correct it, or leave it out."),
        (person("Ana", "a b@x.example"), "email", "'a b@x.example' is no e-mail address. Correct it, or leave it out."),
        (person("Ana", "a@x.example, b@x.example"), "email", "'a@x.example, b@x.example' is no e-mail address. Correct it, or leave it out."),
        (person("Ana", sex="F"), "sex", "'F' is none of: female, male, other, not_stated."),
        (person("Ana", nationality="Atlantis"), "nationality", "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (person("Ana", language="klingon"), "language", "'klingon' is no language. Use tags like es, pt, fr, en."),
        (person("Ana", birth_year=1066), "birth_year", "1066 can't be a year of birth."),
    ],
)  # fmt: skip
def test_what_no_person_can_have_is_bad_input(store, wanted, field, sentence):
    assert faults(store, wanted) == [(0, field, sentence)]
    with pytest.raises(BadInput) as bad:
        match_person(store, wanted)
    assert bad.value.sentence() == sentence


def test_one_person_is_matched_by_the_rule_for_many(store, ana):
    wanted = person("Ana Pérez", "ana@dnm.example")

    assert match_person(store, wanted) == match_people(store, [wanted])
    assert match_person(store, wanted).people[0].id == ana


def test_all_faults_of_a_list_are_told_by_place_and_the_others_are_still_found(store, ana):
    matched = match_people(
        store, [person("—"), person("Ana Pérez", "ana@dnm.example"), person("Eva", "eva"), person("Luis Sosa")]
    )

    assert [(fault.place, fault.field) for fault in matched.faults] == [(0, "name"), (2, "email")]
    assert (matched.people[1].id, matched.people[3].id in matched.new, len(matched.new)) == (ana, True, 1)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("Ana Luz", "a@x.example", None), ("Eva Sol", "A@X.example", None)], "A@X.example is in the list twice, also as number 1"),
        ([("Ana Luz", "a@x.example", None), ("ANA LUZ", "a@x.example", None)], "a@x.example is in the list twice, also as number 1"),
        ([("Ana Luz", None, "AR"), ("ANA LUZ", None, "AR")], "ANA LUZ is in the list twice, also as number 1"),
        ([("Ana Luz", None, None), ("Luz, Ana", None, "AR")], "Luz, Ana is in the list twice, also as number 1"),
        ([("Ana Luz", "a@x.example", "AR"), ("Ana Luz", None, "AR")], "Ana Luz is in the list twice, also as number 1"),
        ([("Ana Luz", None, "AR"), ("Ana Luz", "a@x.example", None)], "Ana Luz is in the list twice, also as number 1"),
        ([("😀", None, "AR"), ("😀", None, "AR")], "😀 is in the list twice, also as number 1"),
    ],
)  # fmt: skip
def test_two_of_a_list_who_could_be_one_are_a_fault_of_the_second(store, rows, told):
    assert [(place, text) for place, _field, text in faults(store, *(person(*row) for row in rows))] == [(1, told)]


@pytest.mark.parametrize(
    "rows",
    [
        [("Ana Luz", None, "AR"), ("Ana Luz", None, "UY")],
        [("Ana Luz", "a@x.example", "AR"), ("Ana Luz", "b@x.example", "AR")],
        [("😀", None, "AR"), ("🎉", None, "AR")],
        [("李明", None, "AR"), ("王芳", None, "AR"), ("محمد", None, "AR"), ("Ана", None, "AR"), ("ـ ✓", None, "AR")],
        [("Ana Luz", None, "AR"), ("Ana Luz Sol", None, "AR")],
    ],
)
def test_others_of_a_list_are_people_of_their_own(store, act, rows):
    assert len(set(keep(store, act, *(person(*row) for row in rows)))) == len(rows)
    assert names(store) == sorted(name for name, _email, _country in rows)


def test_two_rows_for_one_known_person_are_a_fault(store, ana):
    rows = [person("Ana Pérez Gómez", country="AR"), person("Ana Pérez", "ana@dnm.example")]

    assert faults(store, *rows) == [(1, "name", "Ana Pérez is in the list twice, also as number 1")]


def test_what_is_not_known_of_a_person_is_filled_in_and_nothing_written_over(store, act):
    [known] = keep(store, act, person("Ana Luz", nationality="AR", phone="1"))

    assert keep(store, act, person("ANA LUZ", "a@x.example", nationality="AR", sex="female", phone="2", note="x")) == [
        known
    ]

    [now] = list_people(store)
    assert (now.name, now.email, now.sex, now.phone, now.note) == ("Ana Luz", "a@x.example", "female", "1", None)
    assert keep(store, act, person("Luz", "a@x.example")) == [known]


def test_somebody_made_meanwhile_is_not_made_twice(store, act):
    from coursectl.people import PersonExists, add_person

    planned = match_people(store, [person("Ana Luz", "a@x.example")])
    add_person(store, person("Eva Sol", "a@x.example"), act)

    with pytest.raises(
        PersonExists, match=r"^Somebody else has just added one of these people\. Type the command again\.$"
    ):
        store.apply(act.operation("import", planned.statements))
    assert names(store) == ["Eva Sol"]


def test_the_statements_do_not_grow_with_the_rows(store, act, monkeypatch):
    reads = []
    read = LocalStore.read
    monkeypatch.setattr(LocalStore, "read", lambda self, *args, **more: reads.append(1) or read(self, *args, **more))
    keep(store, act, *(person(f"Known {number}", nationality="AR") for number in range(50)))
    counts = set()
    for many in (2, 50):
        reads.clear()
        wanted = [person(f"Known {number}", f"k{number}@x.example", "AR") for number in range(many)]
        matched = match_people(store, [*wanted, *(person(f"New {number}") for number in range(many))])
        counts.add((len(reads), len(matched.statements), len(matched.new) == many))
    assert counts == {(1, 3, True)}


WORDS = st.sampled_from(
    ["Ana", "ANA", "aná", "Pérez", "Perez", "de la", "Gómez", "李明", "محمد", "😀", "J.", "Núñez", "Nun\u0303ez"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
PEOPLE = st.builds(
    person,
    NAMES,
    st.sampled_from([None, None, "a@x.example", "b@x.example", "B@X.example", "c@x.example"]),
    st.sampled_from([None, "AR", "UY"]),
    nationality=st.sampled_from([None, "AR", "UY"]),
)
LISTS = st.lists(PEOPLE, max_size=6)


@pytest.fixture
def fresh(_empty_store, tmp_path, act):
    """Makes a store that holds those of the given people who can be written one after the other."""
    path = tmp_path / "many.db"

    @contextmanager
    def made(*known):
        shutil.copy(_empty_store, path)
        store = open_store(str(path))
        try:
            for one in known:
                keep_those_who_can(store, act, one)
            yield store
        finally:
            store.close()
            for leftover in path.parent.glob("many.db-*"):
                leftover.unlink()

    return made


def keep_those_who_can(store, act, *wanted):
    bad = {fault.place for fault in match_people(store, wanted).faults}
    good = [one for place, one in enumerate(wanted) if place not in bad]
    return good, keep(store, act, *good)


@SLOW
@given(known=LISTS, wanted=st.lists(PEOPLE.map(lambda one: replace(one, country=None)), max_size=6))
def test_matching_twice_makes_nobody_and_writes_nothing_the_second_time(fresh, act, known, wanted):
    with fresh(*known) as store:
        good, ids = keep_those_who_can(store, act, *wanted)
        again = match_people(store, good)

        assert ([one.id for one in again.people], again.new, again.statements, again.faults) == (
            ids,
            frozenset(),
            (),
            (),
        )


@SLOW
@given(known=LISTS, wanted=LISTS, data=st.data())
def test_the_order_of_a_list_never_changes_who_is_linked(fresh, known, wanted, data):
    order = data.draw(st.permutations(range(len(wanted))))
    with fresh(*known) as store:
        first, second = match_people(store, wanted), match_people(store, [wanted[place] for place in order])

        assert bool(first.faults) == bool(second.faults)
        if not first.faults:
            assert linked(first) == [one for _place, one in sorted(zip(order, linked(second), strict=True))]


def linked(matched):
    """The known person of each wanted one; None for who is new."""
    return [None if one.id in matched.new else one.id for one in matched.people]


@SLOW
@given(st.text(min_size=1, max_size=30))
def test_a_name_is_kept_as_it_was_typed(fresh, act, typed):
    with fresh() as store:
        matched = match_people(store, [person(typed)])
        if not any(unicodedata.category(character)[0] in "LNS" for character in clean(typed)):
            assert [fault.field for fault in matched.faults] == ["name"]
            return
        store.apply(act.operation("import", matched.statements))

        assert names(store) == [unicodedata.normalize("NFC", clean(typed))]
        assert match_people(store, [person(unicodedata.normalize("NFD", typed))]).people == matched.people


SIGNS = st.text("😀🎉—…ـ!? ", max_size=4)


@given(SIGNS, SIGNS)
def test_names_of_signs_alone_are_the_same_only_where_they_are_written_the_same(one, other):
    assert (name_key(one) == name_key(other)) is (clean(one) == clean(other))


@given(st.text())
def test_no_name_has_an_empty_key(name):
    assert bool(name_key(name)) is bool(clean(name))
