"""Who looks like whom: names compared word by word, and what else is known for and against it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl.people import (
    DUPLICATES,
    NewPerson,
    WhoIsIt,
    add_person,
    enter_person,
    list_duplicates,
    list_people,
    match_people,
)
from coursectl.people.entering import Entered
from coursectl.people.likeness import (
    ALIKE,
    EVERYDAY,
    INITIAL,
    LEFT_OUT,
    MISTYPED,
    ORDER,
    OTHER_COUNTRY,
    OTHER_EMAIL,
    OTHER_YEAR,
    SAME_COUNTRY,
    SAME_EMAIL,
    SAME_NAME,
    SAME_YEAR,
    TRANSCRIBED,
    Traits,
    bones,
    likeness,
    meeting_points,
    name_words,
    sounds,
)
from coursectl.people.persons import name_key


def traits(name, **more):
    return Traits(name_words(name_key(name)), **more)


def of(one, other):
    """How two names of one year and country look alike: the score, and the reasons that are the name's."""
    same = {"birth_year": 1980, "countries": frozenset({"AR"})}
    found = likeness(traits(one, **same), traits(other, **same))
    return found.score, [reason for reason in found.reasons if reason not in (SAME_YEAR, SAME_COUNTRY)]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ("Ana Pérez Gómez", "ANA PEREZ GOMEZ", [SAME_NAME]),
        ("Ana de la Paz", "Ana Paz", [SAME_NAME]),
        ("Pérez Gómez, Ana", "Ana Pérez Gómez", [SAME_NAME]),
        ("Ana Pérez Gómez", "Ana Gómez Pérez", [ORDER]),
        ("Ana Pérez Gómez", "Ana Pérez", [EVERYDAY]),
        ("Efraín Teófilo Quispe Mendoza", "Efrain Quispe", [EVERYDAY]),
        ("Quispe Mendoza Efraín Teófilo", "Efrain Quispe", [EVERYDAY]),
        ("Efraín Teófilo Quispe Mendoza", "Teófilo Quispe", [EVERYDAY]),
        ("Efraín Teófilo Quispe Mendoza", "Efraim Quispe Mendoza", [MISTYPED, LEFT_OUT]),
        ("Ana M. Pérez", "Ana María Pérez", [INITIAL]),
        ("Ana Martínez", "Ana Maritnez", [MISTYPED]),
        ("Kamila Sundberg", "Kamila Sundbreg", [MISTYPED]),
        ("Yuri Shchukin", "Iouri Chtchoukine", [TRANSCRIBED]),
        ("Yuri Petrov", "Юрий Петров", [TRANSCRIBED]),
        ("Mohammed Rashid", "Muhamad Rachid", [TRANSCRIBED]),
        ("Khaled Mansour", "Haled Mansur", [TRANSCRIBED]),
        ("Νίκος Παπαδάκης", "Nikos Papadakis", [SAME_NAME]),
        ("Madonna", "Madonna", [SAME_NAME]),
    ],
)
def test_two_names_of_one_person_look_alike_and_it_is_said_why(one, other, reasons):
    score, why = of(one, other)

    assert why == reasons
    assert (score >= ALIKE) is bool(reasons)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("María Pérez", "Mario Pérez"),
        ("Gabriel Soto", "Gabriela Soto"),
        ("Ana Pérez", "Eva Pérez"),
        ("Ana Pérez", "Ana Sosa"),
        ("A. P.", "Ana Pérez"),
        ("Ana", "Ana Pérez"),
        ("Petrov Ivan", "Pavlov Ivan"),
        ("Suplente por designar 1001", "Suplente por designar 1002"),
        ("李明", "王芳"),
    ],
)
def test_two_names_of_two_people_do_not(one, other):
    assert of(one, other)[0] < ALIKE


@pytest.mark.parametrize(
    ("mine", "theirs", "reason", "alike"),
    [
        ({"birth_year": 1980}, {"birth_year": 1980}, SAME_YEAR, True),
        ({"birth_year": 1980}, {"birth_year": 1981}, OTHER_YEAR, False),
        ({"email": "a@x.example"}, {"email": "a@x.example"}, SAME_EMAIL, True),
        ({"email": "a@x.example"}, {"email": "b@y.example"}, OTHER_EMAIL, False),
        ({"countries": frozenset({"AR"})}, {"countries": frozenset({"AR", "UY"})}, SAME_COUNTRY, True),
        ({"countries": frozenset({"AR"})}, {"countries": frozenset({"UY"})}, OTHER_COUNTRY, False),
    ],
)
def test_what_else_is_known_speaks_for_it_or_against_it(mine, theirs, reason, alike):
    found = likeness(traits("Ana Sosa", **mine), traits("Ana Sosa", **theirs))

    assert (found.reasons, found.score >= ALIKE) == ((SAME_NAME, reason), alike)


def test_a_rare_name_says_more_than_a_common_one():
    one = traits("Ana Sosa")

    assert likeness(one, one, 0.01).score > likeness(one, one).score > likeness(one, one, 5.0).score


NAMES = st.lists(st.text("abcdehijmnorstuyzñéкшя", min_size=1, max_size=9), min_size=1, max_size=5).map(" ".join)
PEOPLE = st.builds(
    traits,
    NAMES,
    birth_year=st.sampled_from([None, 1980, 1981]),
    email=st.sampled_from([None, "a@x.example", "b@x.example"]),
    countries=st.sampled_from([frozenset(), frozenset({"AR"}), frozenset({"UY"})]),
    sex=st.sampled_from([None, "female", "male"]),
)


@given(PEOPLE, PEOPLE)
def test_the_order_of_two_makes_no_difference(one, other):
    assert likeness(one, other) == likeness(other, one)


@given(PEOPLE, st.randoms())
def test_the_order_of_the_words_makes_almost_none(one, chance):
    words = list(one.words)
    chance.shuffle(words)

    assert likeness(one, replace(one, words=tuple(words))).score >= likeness(one, one).score - 1


@given(PEOPLE, PEOPLE)
def test_a_score_is_within_its_bounds_and_nothing_is_alike_without_a_reason(one, other):
    found = likeness(one, other)

    assert 0 <= found.score <= 100
    assert found.reasons or not found.score


@given(PEOPLE)
def test_everybody_meets_themselves(one):
    assert meeting_points(one) & meeting_points(replace(one, words=one.words[::-1])) or len(one.words) == 1


@given(st.text(min_size=1))
def test_every_word_has_a_sound_and_bones(word):
    assert sounds(word)
    assert bones(word)


# The store --------------------------------------------------------------------------------------------------------------


def new(name, **more):
    return NewPerson(name, nationality="AR", **more)


@pytest.fixture
def ana(store, act):
    return add_person(store, new("Ana Pérez Gómez", email="ana@dnm.example", birth_year=1980), act)


def test_who_looks_like_somebody_is_listed_once_with_score_and_reasons(store, act, ana):
    other = add_person(store, new("Ana Gomez Perez", birth_year=1980), act)
    add_person(store, new("Eva Luz"), act)

    [pair] = list_duplicates(store)

    assert (pair.one, pair.other, pair.score, pair.reasons) == (
        ana.ref,
        other.ref,
        99,
        (ORDER, SAME_YEAR, SAME_COUNTRY),
    )
    assert (pair.emails, pair.birth_years) == (("ana@dnm.example", None), (1980, 1980))
    assert list_duplicates(store, least=100) == []


def test_two_known_years_of_birth_are_two_people(store, act, ana):
    other = add_person(store, new("Ana Pérez Gómez", birth_year=1990), act)

    assert list_duplicates(store) == []
    for year, known in ((1980, ana), (1990, other)):
        assert match_people(store, [new("ana perez gomez", birth_year=year)]).people == (known.ref,)
    assert match_people(store, [new("ana perez gomez", birth_year=1970)]).new
    assert [fault.field for fault in match_people(store, [new("ana perez gomez")]).faults] == ["name"]


def test_namesakes_of_two_years_in_one_list_are_two_people(store, act):
    both = [new("Ana Luz", birth_year=1980), new("Ana Luz", birth_year=1990)]
    matched = match_people(store, both)
    store.apply(act.operation("import", matched.statements))

    assert (len(matched.new), matched.faults) == (2, ())
    assert match_people(store, both).people == matched.people
    assert [fault.place for fault in match_people(store, [*both, new("Ana Luz")]).faults] == [2]


def test_an_e_mail_of_somebody_born_in_another_year_is_a_question(store, act, ana):
    wanted = new("Ana Pérez", email="ana@dnm.example", birth_year=1981)

    [fault] = match_people(store, [wanted]).faults
    assert (fault.field, fault.error().sentence()) == (
        "birth_year",
        "ana@dnm.example belongs to Ana Pérez Gómez, who was born in 1980, not in 1981. Correct the year, or give another e-mail.",
    )
    with pytest.raises(WhoIsIt):
        add_person(store, wanted, act)


LIKE_ANA = new("Ana Peres Gómez", birth_year=1980)
LOOKS = "Ana Peres Gómez looks like Ana Pérez Gómez (ana@dnm.example, AR, 1980; 99 %: transcribed from another alphabet, or differently, born in the same year, of the same country)"


def test_without_a_decision_who_only_looks_like_somebody_is_new(store, ana):
    assert len(match_people(store, [LIKE_ANA]).new) == 1


def test_fail_is_a_fault_that_says_whom_they_look_like_and_why(store, ana):
    matched = match_people(store, [new("Eva Luz"), LIKE_ANA], DUPLICATES["fail"])

    [fault] = matched.faults
    assert (fault.place, fault.field, len(matched.new)) == (1, "name", 1)
    assert fault.error().sentence() == LOOKS + ". Say whether it is the same: --on-duplicate link, or new."


def test_link_takes_the_likeliest_and_new_makes_another(store, ana):
    assert match_people(store, [LIKE_ANA], DUPLICATES["link"]).people == (ana.ref,)
    assert len(match_people(store, [LIKE_ANA], DUPLICATES["new"]).new) == 1


def test_who_looks_like_two_alike_is_never_linked(store, act, ana):
    add_person(store, new("Ana Pérez Gómez", email="o@x.example", birth_year=1980), act, anyway=True)

    assert [fault.field for fault in match_people(store, [LIKE_ANA], DUPLICATES["link"]).faults] == ["name"]


def test_two_of_a_list_who_are_linked_to_one_are_a_fault(store, ana):
    matched = match_people(store, [LIKE_ANA, new("Ana Pérez Gomes", birth_year=1980)], DUPLICATES["link"])

    assert [fault.place for fault in matched.faults] == [1]


def test_whoever_is_asked_decides(store, ana):
    asked = []

    def decide(one, found):
        asked.append((one.full_name, [likely.name for likely in found]))
        return found[0].id

    assert match_people(store, [LIKE_ANA, new("Eva Luz")], decide).people[0] == ana.ref
    assert asked == [("Ana Peres Gómez", ["Ana Pérez Gómez"])]


def test_who_is_linked_gets_what_was_lacking(store, act, ana):
    entered = enter_person(store, replace(LIKE_ANA, phone="+54 1"), act, "link")

    assert entered == Entered(replace(ana, phone="+54 1"), linked=True)
    assert list_people(store) == [entered.person]


def test_new_adds_a_namesake_and_fail_refuses_one(store, act, ana):
    with pytest.raises(WhoIsIt):
        enter_person(store, LIKE_ANA, act, "fail")
    assert not enter_person(store, LIKE_ANA, act, "new").linked
    assert not enter_person(store, new("Ana Pérez Gómez"), act, "new").linked
    assert len(list_people(store)) == 3


def test_the_benchmark_is_worth_its_name():
    """The generator's people are the same in every run, and of every second entry it is known whose it is."""
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
    try:
        import people as benchmark
    finally:
        sys.path.pop(0)
    truth = benchmark.make(400)

    assert truth == benchmark.make(400)
    assert (len(truth.entries), len(truth.pairs)) == (400, 20)
    found = sum(
        likeness(*(Traits(name_words(name_key(truth.entries[at].full_name)), truth.entries[at].birth_year, countries=frozenset({truth.entries[at].nationality or ""})) for at in pair)).score >= ALIKE
        for pair in truth.pairs
    )  # fmt: skip
    assert found >= 16


# Names that leave words out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "score"),
    [
        ({}, 72),
        ({"countries": frozenset({"PE"})}, 80),
        ({"countries": frozenset({"PE"}), "birth_year": 1980}, 99),
    ],
)
def test_who_is_called_by_two_of_their_four_names_is_shown_where_the_country_is_the_same(more, score):
    assert likeness(traits("Efraín Teófilo Quispe Mendoza", **more), traits("Efrain Quispe", **more)).score == score


def test_two_of_four_names_are_two_people_where_something_speaks_against_it():
    long, short = "Efraín Teófilo Quispe Mendoza", "Efrain Quispe"
    for one, other in (
        ({"countries": frozenset({"PE"})}, {"countries": frozenset({"BO"})}),
        ({"birth_year": 1980}, {"birth_year": 1981}),
        ({"sex": "female"}, {"sex": "male"}),
        ({"email": "a@x.example"}, {"email": "b@x.example"}),
    ):
        assert likeness(traits(long, **one), traits(short, **other)).score < ALIKE


def test_two_given_names_or_two_surnames_alone_are_not_how_somebody_is_called():
    peru = {"countries": frozenset({"PE"})}
    for words in ("Efraín Teófilo", "Quispe Mendoza"):
        assert likeness(traits("Efraín Teófilo Quispe Mendoza", **peru), traits(words, **peru)).score < ALIKE


def test_among_many_a_common_everyday_name_is_not_enough_and_a_rare_one_is():
    peru = {"countries": frozenset({"PE"})}
    pair = traits("Efraín Teófilo Quispe Mendoza", **peru), traits("Efrain Quispe", **peru)

    assert [likeness(*pair, namesakes).score >= ALIKE for namesakes in (0.05, 0.5, 3.0)] == [True, False, False]


@pytest.mark.parametrize("how", ["enrolled", "teaching", "merged"])
def test_countries_that_somebody_stood_for_speak_for_them_without_a_nationality(cli, store, icim37, how):
    for name, country in (
        ("Efrain Quispe", "PE"),
        ("Efraín Teófilo Quispe Mendoza", "PE"),
        ("Efraín Teófilo Quispe Loza", "BO"),
    ):
        entered = "Otro Nombre" if how == "merged" and name == "Efrain Quispe" else name
        assert cli("person", "add", entered, "--yes").code == 0
        command = ("expert", "add") if how == "teaching" else ("enroll",)
        assert cli(*command, entered, "--country", country, "-e", "ICIM-37").code == 0
    if how == "merged":
        assert cli("person", "add", "Efrain Quispe", "--yes").code == 0
        assert cli("person", "merge", "Efrain Quispe", "Otro Nombre").code == 0

    found = [(pair.score, {pair.one.name, pair.other.name}, pair.reasons) for pair in list_duplicates(store)]
    assert found == [(80, {"Efrain Quispe", "Efraín Teófilo Quispe Mendoza"}, (EVERYDAY, SAME_COUNTRY))]
