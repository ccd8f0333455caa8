"""Persons by hand: added once, found by what they are called, corrected field by field."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from coursectl.errors import Ambiguous, BadInput, NotFound
from coursectl.people import (
    MailboxTaken,
    NewPerson,
    PersonExists,
    WhoIsIt,
    add_person,
    edit_person,
    find_people,
    get_person,
    is_email,
    list_people,
)
from coursectl.people.entering import PersonChanged
from coursectl.people.persons import person_of, text_key


@pytest.fixture
def ana(store, act):
    return add_person(
        store,
        NewPerson("Ana Pérez Gómez", "Ana", "Pérez Gómez", "Dra.", "female", 1980, "AR", "ana@dnm.example", "+54 1", "es", "N."),
        act,
    )  # fmt: skip


def add(store, act, name, email=None, **more):
    return add_person(store, NewPerson(name, email=email, **more), act, anyway=True)


def operations(store):
    return store.read("SELECT count(*) AS n FROM op")[0]["n"]


def said(raised):
    return raised.value.sentence()


def test_an_added_person_is_read_back_whole(store, ana):
    assert get_person(store, "ana@dnm.example") == ana
    assert (ana.name, ana.given_name, ana.family_name, ana.birth_year, ana.note) == (
        "Ana Pérez Gómez", "Ana", "Pérez Gómez", 1980, "N.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana \t Pérez\n", "Ana Pérez"),
        (unicodedata.normalize("NFD", "Núñez"), "Núñez"),
        ("\x1b[31mAna\x07\x00", "[31mAna"),
        ("محمد بن علي", "محمد بن علي"),
        ("李明", "李明"),
        ("Суарес", "Суарес"),
        ("Madonna", "Madonna"),
        ("😀", "😀"),
        ("MCDONALD de la O'Neill", "MCDONALD de la O'Neill"),
        ("[red]x[/red]", "[red]x[/red]"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("=cmd()", "=cmd()"),
        ("../../x", "../../x"),
        ("x" * 120, "x" * 120),
        ("Pérez, Ana", "Pérez, Ana"),
    ],
)
def test_a_name_is_kept_as_it_was_typed_and_finds_its_person(store, act, typed, kept):
    added = add_person(store, NewPerson(typed), act)

    assert added.name == kept
    assert get_person(store, typed) == added
    assert get_person(store, unicodedata.normalize("NFD", kept).upper()) == added


def test_a_name_may_be_given_in_parts(store, act):
    added = add_person(store, NewPerson(given_name=" Ana ", family_name="de la O"), act)

    assert (added.name, added.given_name, added.family_name) == ("Ana de la O", "Ana", "de la O")
    assert add_person(store, NewPerson(family_name="Solo"), act).name == "Solo"


@pytest.mark.parametrize(
    "who",
    [
        "ana@dnm.example",
        " ANA@DNM.example ",
        "Ana Pérez Gómez",
        "ana perez gomez",
        "Pérez Gómez, Ana",
        "gomez",
        "ANA  gómez",
    ],
)
def test_a_person_is_named_by_e_mail_or_any_words_of_the_name(store, act, ana, who):
    add(store, act, "Luis Sosa", "luis@dnm.example")

    assert get_person(store, who) == ana
    assert get_person(store, str(ana.id)) == ana


def test_the_whole_name_goes_before_a_part_of_another(store, act):
    short, _long = add(store, act, "Ana Luz"), add(store, act, "Ana Luz Sol")

    assert get_person(store, "ana luz") == short


def test_a_number_that_is_no_id_is_nobody(store, ana):
    for who in ("12", "9" * 19, str(ana.id + 1), "0" + str(ana.id)):
        with pytest.raises(NotFound):
            get_person(store, who)


def test_a_name_that_fits_several_lists_them_so_that_they_can_be_told(store, act):
    first = add(store, act, "Ana Luz", "a@x.example")
    second = add(store, act, "Ana Luz", nationality="AR")
    third = add(store, act, "Ana Luz")

    with pytest.raises(Ambiguous) as raised:
        get_person(store, "ana")

    assert said(raised) == (
        f"'ana' fits several: Ana Luz (a@x.example); Ana Luz (AR, {second.id}); Ana Luz ({third.id}). Say which, by e-mail or id."
    )
    assert [get_person(store, who) for who in ("a@x.example", str(second.id), str(third.id))] == [first, second, third]


def test_those_who_share_a_mailbox_are_told_by_id(store, act):
    ana, eva = add(store, act, "Ana Luz", "o@x.example"), add(store, act, "Eva Sol", "O@x.example")

    with pytest.raises(Ambiguous) as raised:
        get_person(store, "o@x.example")

    assert said(raised) == (
        f"'o@x.example' fits several: Ana Luz (o@x.example, {ana.id}); Eva Sol (O@x.example, {eva.id}). Say which, by e-mail or id."
    )


def test_of_very_many_only_some_are_listed(store, act):
    for number in range(10):
        add(store, act, f"Ana {number}", f"a{number}@x.example")

    with pytest.raises(Ambiguous) as raised:
        get_person(store, "ana")

    assert said(raised).count("@") == 8
    assert said(raised).endswith("Ana 7 (a7@x.example) …. Say which, by e-mail or id.")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("Anna Perez Gomes", "Nobody is called 'Anna Perez Gomes'. Did you mean: Ana Pérez Gómez?"),
        ("anna@dnm.example", "Nobody is called 'anna@dnm.example'. Did you mean: ana@dnm.example?"),
        ("zoe@x.test", "Nobody has the e-mail 'zoe@x.test'. Add them with: coursectl person add, or coursectl enroll"),
        ("Zoe", "Nobody is called 'Zoe'. Add them with: coursectl person add, or coursectl enroll"),
        ("", "Nobody is called ''. Add them with: coursectl person add, or coursectl enroll"),
        ("—", "Nobody is called '—'. Add them with: coursectl person add, or coursectl enroll"),
        ("😀", "Nobody is called '😀'. Add them with: coursectl person add, or coursectl enroll"),
        ("a@b", "Nobody is called 'a@b'. Add them with: coursectl person add, or coursectl enroll"),
    ],
)
def test_nobody_is_told_with_who_could_be_meant(store, ana, who, sentence):
    assert find_people(store, who) == []
    with pytest.raises(NotFound) as raised:
        get_person(store, who)
    assert said(raised) == sentence


def test_people_are_listed_by_family_name_and_found_by_words(store, act, ana):
    luis = add(store, act, "Luis Álvarez", "luis@mre.example", family_name="Álvarez")
    li = add(store, act, "李明", nationality="UY")

    assert list_people(store) == [luis, ana, li]
    assert list_people(store, "PEREZ ana") == [ana]
    assert list_people(store, "mre.example") == [luis]
    assert list_people(store, "明") == [li]
    assert list_people(store, "ana luis") == []
    assert list_people(store, country="UY") == [li]


@pytest.mark.parametrize(
    ("new", "error", "sentence"),
    [
        (NewPerson("Ana Perez Gomez", email="ANA@dnm.example"), PersonExists, "Ana Pérez Gómez is known already, with the e-mail ana@dnm.example. Look with: coursectl person show ana@dnm.example"),
        (NewPerson("A. Pérez", email="ana@dnm.example"), PersonExists, "Ana Pérez Gómez is known already, with the e-mail ana@dnm.example. Look with: coursectl person show ana@dnm.example"),
        (NewPerson("Eva Luz", email="ana@dnm.example"), MailboxTaken, "ana@dnm.example belongs to Ana Pérez Gómez. Give another e-mail; if they share the mailbox, say so with --yes."),
        (NewPerson("ANA PEREZ GOMEZ"), PersonExists, "Ana Pérez Gómez (ana@dnm.example) is known already. Look with: coursectl person show ana@dnm.example. To add somebody else of this name, say so with --yes."),
        (NewPerson(), BadInput, "A person needs a name."),
        (NewPerson("…"), BadInput, "'…' is no name. A person needs a name."),
        (NewPerson("Eva", email="eva"), BadInput, "'eva' is no e-mail address. Correct it, or leave it out."),
    ],
)  # fmt: skip
def test_who_is_known_or_nobody_is_not_added(store, act, ana, new, error, sentence):
    before = operations(store)

    with pytest.raises(error) as raised:
        add_person(store, new, act)

    assert (said(raised), type(raised.value)) == (sentence, error)
    assert (list_people(store), operations(store)) == ([ana], before)


def test_a_third_of_a_name_is_asked_about(store, act):
    add(store, act, "Ana Luz", "a@x.example")
    add(store, act, "Ana Luz", "b@x.example")

    with pytest.raises(WhoIsIt) as raised:
        add_person(store, NewPerson("Ana Luz"), act)

    assert said(raised) == (
        "Several people are called Ana Luz: Ana Luz (a@x.example); Ana Luz (b@x.example). To add another one of this name, say so with --yes."
    )


def test_anyway_adds_a_namesake_and_who_shares_a_mailbox_but_nobody_twice(store, act, ana):
    add_person(store, NewPerson("Ana Pérez Gómez"), act, anyway=True)
    add_person(store, NewPerson("Eva Luz", email="ana@dnm.example"), act, anyway=True)

    with pytest.raises(PersonExists):
        add_person(store, NewPerson("ana perez gomez", email="ANA@dnm.example"), act, anyway=True)
    assert [one.name for one in list_people(store)] == ["Ana Pérez Gómez", "Eva Luz", "Ana Pérez Gómez"]


def test_a_namesake_of_another_country_is_added_without_asking(store, act, ana):
    assert add_person(store, NewPerson("Ana Pérez Gómez", nationality="UY"), act).id != ana.id


FIELDS = {
    "name": "Ana Sol", "given_name": "Eva", "family_name": "Sol", "honorific": "Lic.", "sex": "other", "birth_year": 1990,
    "nationality": "UY", "email": "new@x.example", "phone": "2", "language": "pt", "note": "M.",
}  # fmt: skip


@pytest.mark.parametrize("field", [*FIELDS])
def test_editing_one_field_keeps_the_others(store, act, ana, field):
    plain = edit_person(store, str(ana.id), NewPerson(name="Dr Ana P. Gómez"), act)[0]  # not made of its parts

    after, changed = edit_person(store, str(ana.id), NewPerson(**{field: FIELDS[field]}), act)

    assert changed
    assert after == replace(plain, **{field: FIELDS[field]}) == get_person(store, str(ana.id))
    assert get_person(store, after.email) == get_person(store, after.name) == after


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "name"])
def test_an_empty_value_clears_a_field(store, act, ana, field):
    plain = edit_person(store, str(ana.id), NewPerson(name="Dr Ana P. Gómez"), act)[0]

    after, changed = edit_person(store, str(ana.id), NewPerson(**{field: ""}), act)

    assert changed
    assert after == replace(plain, **{field: None}) == get_person(store, str(ana.id))


def test_a_name_that_was_made_of_its_parts_follows_them(store, act, ana):
    after, _changed = edit_person(store, "ana@dnm.example", NewPerson(family_name="Sosa"), act)

    assert (after.name, get_person(store, "ana sosa")) == ("Ana Sosa", after)
    assert edit_person(store, "ana@dnm.example", NewPerson(given_name="", family_name=""), act)[0].name == "Ana Sosa"


def test_an_edit_that_changes_nothing_leaves_no_operation(store, act, ana):
    before = operations(store)

    for change in (NewPerson(), NewPerson("Ana  Pérez Gómez", email=" ana@dnm.example "), NewPerson(sex="female")):
        assert edit_person(store, str(ana.id), change, act) == (ana, False)
    assert operations(store) == before


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (NewPerson(""), BadInput, "A person needs a name."),
        (NewPerson("—"), BadInput, "'—' is no name. A person needs a name."),
        (NewPerson(email="x"), BadInput, "'x' is no e-mail address. Correct it, or leave it out."),
        (NewPerson(email="LUIS@x.example"), MailboxTaken, "LUIS@x.example belongs to Luis Sosa. Give another e-mail; if they share the mailbox, say so with --yes."),
        (NewPerson("Luis Sosa", email="luis@x.example"), MailboxTaken, "luis@x.example belongs to Luis Sosa. Give another e-mail; if they share the mailbox, say so with --yes."),
        (NewPerson(birth_year=1), BadInput, "1 can't be a year of birth."),
    ],
)  # fmt: skip
def test_a_bad_edit_changes_nothing(store, act, ana, change, error, sentence):
    add(store, act, "Luis Sosa", "luis@x.example")
    before = operations(store)

    with pytest.raises(error) as raised:
        edit_person(store, "ana@dnm.example", change, act)

    assert said(raised) == sentence
    assert (get_person(store, "ana@dnm.example"), operations(store)) == (ana, before)


def test_anyway_a_mailbox_may_be_shared_but_not_by_namesakes(store, act, ana):
    add(store, act, "Luis Sosa", "luis@x.example")

    assert edit_person(store, str(ana.id), NewPerson(email="luis@x.example"), act, anyway=True)[1]
    with pytest.raises(PersonExists) as raised:
        edit_person(store, str(ana.id), NewPerson("LUIS SOSA"), act)
    assert said(raised) == (
        "LUIS SOSA is known already, with the e-mail luis@x.example. Look with: coursectl person show luis@x.example"
    )


def test_capitals_of_ones_own_e_mail_may_be_corrected(store, act, ana):
    assert edit_person(store, str(ana.id), NewPerson(email="Ana@DNM.example"), act)[0].email == "Ana@DNM.example"


class Meanwhile:
    """A store in which somebody else does something between this one's reading and writing."""

    def __init__(self, store, do):
        self._store, self._do = store, do

    def read(self, *args, **more):
        return self._store.read(*args, **more)

    def apply(self, operation):
        self._do()
        return self._store.apply(operation)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(store, act, ana):
    busy = Meanwhile(store, lambda: edit_person(store, str(ana.id), NewPerson(phone="9"), act))
    with pytest.raises(PersonChanged) as raised:
        edit_person(busy, str(ana.id), NewPerson(phone="8"), act)
    assert said(raised) == "Ana Pérez Gómez was changed by somebody else just now. Look, then type the command again."

    busy = Meanwhile(store, lambda: add(store, act, "Eva Luz", "eva@x.example"))
    for write in (
        lambda: add_person(busy, NewPerson("Luis Sosa", email="eva@x.example"), act),
        lambda: edit_person(busy, str(ana.id), NewPerson(email="eva@x.example"), act),
    ):
        store_before = {one.name for one in list_people(store)} - {"Eva Luz"}
        for eva in find_people(store, "eva@x.example"):
            edit_person(store, str(eva.id), NewPerson(email=""), act)
        with pytest.raises(MailboxTaken) as taken:
            write()
        assert said(taken) == "eva@x.example was given to somebody else just now. Look, then type the command again."
        assert {one.name for one in list_people(store)} - {"Eva Luz"} == store_before
    assert get_person(store, str(ana.id)) == replace(ana, phone="9")


@pytest.mark.parametrize("email", ["a@x.example", "a.b+c@sub.x.example", "ñandú@correo.example", "A_B@X.EXAMPLE"])
def test_what_can_be_an_address(email):
    assert is_email(email)


@pytest.mark.parametrize(
    "email", ["", "a", "a@b", "a@b@c.example", "a b@c.example", "@c.example", "a@.", "a@x.example.", "<a@x.example>", "a@x.example;b@x.example"]
)  # fmt: skip
def test_what_cannot_be_an_address(email):
    assert not is_email(email)


def test_a_row_makes_a_person_whatever_else_it_has():
    assert person_of({"id": 1, "name": "Ana", "name_key": "ana"}) == person_of({"id": 1, "name": "Ana", "sex": None})


@pytest.mark.parametrize(("one", "other"), [("—", "…"), ("😀", "🎉"), ("李明", "王芳"), ("محمد", "علي"), ("ـ", "·")])
def test_texts_without_letters_to_match_by_are_not_the_same(one, other):
    assert text_key(one) != text_key(other)
    assert text_key(one) == text_key(f" {one} ") != ""
