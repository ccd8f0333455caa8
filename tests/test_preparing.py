"""Editions with whoever holds them and signs for them: one command, one operation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl import editions, people, program
from coursectl.editions import NewCourse, NewEdition
from coursectl.errors import Ambiguous, BadInput, NotFound, Usage
from coursectl.people import NewPerson, WhoIsIt
from coursectl.program import NewSession, SessionLeftOut
from coursectl.program.writing import ProgramChanged
from coursectl.workflows import preparing
from coursectl.workflows.preparing import Hands, SignatoryLine, read_signatory
from edition_samples import PNG, whole

HANDS = Hands(
    {"organizer": ["IOM"], "partner": ["UNHCR", "Universidad (UNI)", "UNHCR"]},
    [
        SignatoryLine("Helena Couto", {"en": "Director"}, "IOM"),
        SignatoryLine("Ana Pérez", {"en": "Rector"}, "UNI", {"en": "the University"}),
    ],
)


@pytest.fixture
def course(store, act):
    return editions.add_course(store, NewCourse("ICIM", {"en": "Migration"}), act)


@pytest.fixture
def edition(store, act, course):
    return preparing.add_edition(store, "37", NewEdition(37, start="2015-03-09", end="2015-03-21"), HANDS, act)


def operations(store):
    return [row["command"] for row in store.read("SELECT command FROM op ORDER BY at, id")]


def held(store, edition):
    return [(one.role, one.acronym or one.name) for one in editions.list_parties(store, edition.id)]


def signed(store, edition):
    return [
        (one.name, one.post, one.organization, one.on_behalf_of, bool(one.signature))
        for one in editions.list_signatories(store, edition.id)
    ]


def edit(store, act, edition, wanted=None, **hands):
    return preparing.edit_edition(store, edition.ref, wanted or NewEdition(edition.number), Hands(**hands), act)


def test_an_edition_comes_with_its_organizations_and_signatories_in_one_operation(store, edition):
    assert held(store, edition) == [
        ("organizer", {"und": "IOM"}),
        ("partner", {"und": "UNHCR"}),
        ("partner", {"und": "UNI"}),
    ]
    assert signed(store, edition) == [
        ("Helena Couto", {"en": "Director"}, {"und": "IOM"}, {}, False),
        ("Ana Pérez", {"en": "Rector"}, {"und": "Universidad"}, {"en": "the University"}, False),
    ]
    assert (edition.new_organizations, edition.changed) == (
        ({"und": "IOM"}, {"und": "UNHCR"}, {"und": "Universidad"}),
        True,
    )
    assert operations(store) == ["course add ICIM", "edition add ICIM-37"]


def test_a_dry_run_writes_nothing(store, store_path, act, course, edition):
    before = whole(store_path)
    dry = replace(act, dry_run=True)

    preparing.add_edition(store, "ICIM-38", NewEdition(38), Hands({"partner": ["New one"]}), dry)
    done = edit(store, dry, edition, parties={"partner": ["Another"]})

    assert (done.changed, done.new_organizations) == (True, ({"und": "Another"},))
    assert whole(store_path) == before


def test_the_same_hands_again_change_nothing(store, act, edition):
    done = edit(store, act, edition, parties=HANDS.parties, signatories=HANDS.signatories)

    assert (done.changed, done.new_organizations) == (False, ())
    assert len(operations(store)) == 2


def test_roles_that_are_not_named_stay_and_empty_ones_are_cleared(store, act, edition):
    edit(store, act, edition, parties={"partner": [""], "host": ["MREC"]})

    assert held(store, edition) == [("organizer", {"und": "IOM"}), ("host", {"und": "MREC"})]
    assert len(signed(store, edition)) == 2


def test_parts_that_a_signatory_line_lacks_stay(store, act, edition, tmp_path):
    (tmp_path / "hand.png").write_bytes(PNG)
    lines = [
        SignatoryLine("Ana Pérez", {"es": "Rectora"}),
        SignatoryLine("Helena Couto", signature=str(tmp_path / "hand.png")),
    ]

    edit(store, act, edition, signatories=lines)
    again = edit(store, act, edition, signatories=[SignatoryLine("Ana Pérez"), SignatoryLine("Helena Couto")])

    assert signed(store, edition) == [
        ("Ana Pérez", {"en": "Rector", "es": "Rectora"}, {"und": "Universidad"}, {"en": "the University"}, False),
        ("Helena Couto", {"en": "Director"}, {"und": "IOM"}, {}, True),
    ]
    assert not again.changed


def test_post_and_behalf_of_who_signs_are_said_once_a_language(store, act, edition):
    line = "Elena Bravo | es=Directora Regional; en=Regional Director | IOM | en=IOM; of Geneva; fr = l’OIM"
    edit(store, act, edition, signatories=[read_signatory(line, "es")])
    edit(store, act, edition, signatories=[read_signatory("Elena Bravo | fr=Directrice régionale", "es")])

    (signing,) = editions.list_signatories(store, edition.id)
    assert (signing.post, signing.on_behalf_of) == (
        {"es": "Directora Regional", "en": "Regional Director", "fr": "Directrice régionale"},
        {"en": "IOM; of Geneva", "fr": "l’OIM"},
    )
    assert preparing.list_hands(store, edition.ref)["signatories"] == [
        "Elena Bravo | en=Regional Director; es=Directora Regional; fr=Directrice régionale | IOM | en=IOM; of Geneva; fr=l’OIM"
    ]


@pytest.mark.parametrize(
    ("post", "sentence"),
    [
        (
            "zz=Directora",
            "There is no language 'zz', in 'zz=Directora'. Write es=…, en=…, or say first what it is in: es=zz=Directora",
        ),
        (
            "Directora; es=Jefa",
            "es is said twice: 'Directora' and 'Jefa'. Say each language once, like es=…",
        ),
    ],
)
def test_a_post_in_no_language_or_twice_in_one_is_refused(post, sentence):
    with pytest.raises(Usage) as refused:
        read_signatory(f"Elena Bravo | {post} | IOM", "es")
    assert refused.value.sentence() == sentence


def test_empty_parts_of_a_signatory_line_are_cleared(store, act, edition):
    edit(store, act, edition, signatories=[SignatoryLine("Ana Pérez", {"en": ""}, "", {"en": ""}, "")])

    assert signed(store, edition) == [("Ana Pérez", {}, None, {}, False)]


def test_a_signatory_who_is_known_goes_by_e_mail(store, act, edition):
    people.add_person(store, NewPerson(name="Ana Pérez", email="ana@other.example"), act, anyway=True)

    edit(store, act, edition, signatories=[SignatoryLine("ana@other.example", {"en": "Rector"})])
    assert signed(store, edition) == [("Ana Pérez", {"en": "Rector"}, None, {}, False)]

    with pytest.raises(WhoIsIt, match=r"^Several people are called Ana Pérez"):
        edit(store, act, edition, signatories=[SignatoryLine("Ana Pérez")])
    with pytest.raises(NotFound):
        edit(store, act, edition, signatories=[SignatoryLine("nobody@x.example")])


def test_nobody_signs_twice(store, act, edition):
    people.add_person(store, NewPerson(name="Eva Luz", email="eva@x.example"), act)

    with pytest.raises(WhoIsIt, match="is in the list twice"):
        edit(store, act, edition, signatories=[SignatoryLine("Eva Luz"), SignatoryLine("EVA LUZ")])
    with pytest.raises(BadInput, match="Nobody signs a certificate twice"):
        edit(store, act, edition, signatories=[SignatoryLine("Eva Luz"), SignatoryLine("eva@x.example")])
    assert len(operations(store)) == 3


def test_five_signatories_are_too_many(store, act, edition):
    with pytest.raises(BadInput, match="A certificate has one to four signatories, not 5"):
        edit(store, act, edition, signatories=[SignatoryLine(f"Person {name}") for name in "ABCDE"])


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [(None, NotFound, "There is no file"), (b"text", BadInput, "is no picture that can be printed")],
)
def test_a_signature_that_is_no_picture_is_refused(store, store_path, act, edition, tmp_path, content, error, sentence):
    if content:
        (tmp_path / "hand.png").write_bytes(content)
    before = whole(store_path)

    with pytest.raises(error, match=sentence):
        edit(store, act, edition, signatories=[SignatoryLine("Ana Pérez", signature=str(tmp_path / "hand.png"))])
    assert whole(store_path) == before


# The dates and the program ----------------------------------------------------------------------------------------------


@pytest.fixture
def session(store, act, edition):
    wanted = NewSession("2015-03-11", "09:00", "10:30", {"en": "Lecture"})
    return program.add_session(store, edition.ref, wanted, act)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"start": "2015-03-12"}, "from 2015-03-12 to 2015-03-21: session 1 is on 2015-03-11."),
        ({"end": "2015-03-10"}, "from 2015-03-09 to 2015-03-10: session 1 is on 2015-03-11."),
        ({"start": "", "end": "2015-03-10"}, "from … to 2015-03-10: session 1 is on 2015-03-11."),
        ({"start": "2016-03-09", "end": "2016-03-21"}, "from 2016-03-09 to 2016-03-21: session 1 is on 2015-03-11."),
    ],
)
def test_an_edition_is_not_moved_away_from_its_sessions(store, store_path, act, edition, session, change, told):
    before = whole(store_path)

    with pytest.raises(SessionLeftOut) as refused:
        edit(store, act, edition, NewEdition(37, **change))

    assert f"ICIM-37 can't be {told} Move or cancel it first" in str(refused.value)
    assert whole(store_path) == before


@pytest.mark.parametrize(
    "change", [{"start": "2015-03-11", "end": "2015-03-11"}, {"start": ""}, {"end": ""}, {"end": "2015-12-31"}]
)
def test_dates_that_hold_the_sessions_may_change(store, act, edition, session, change):
    assert edit(store, act, edition, NewEdition(37, **change)).changed


def test_a_cancelled_session_holds_no_date(store, act, edition, session):
    program.cancel_session(store, edition.ref, 1, act, reason="ill")

    assert edit(store, act, edition, NewEdition(37, start="2015-03-12")).changed


def test_dates_that_are_none_are_told_as_such(store, act, edition, session):
    with pytest.raises(BadInput, match="No calendar has the date '2015-02-30'"):
        edit(store, act, edition, NewEdition(37, start="2015-02-30"))
    with pytest.raises(BadInput, match="ICIM-37 can't end on 2015-03-21, before it starts on 2015-04-01"):
        edit(store, act, edition, NewEdition(37, start="2015-04-01"))


def test_a_session_that_somebody_adds_in_between_is_not_left_out(store, act, edition):
    rules = program.dates_statements(store, edition.ref, "2015-03-12", None)
    wanted = NewSession("2015-03-11", "09:00", "10:30", {"en": "Lecture"})
    program.add_session(store, edition.ref, wanted, act)

    with pytest.raises(ProgramChanged):
        editions.edit_edition(store, edition.ref, NewEdition(37, start="2015-03-12"), act, rules=rules)


# Lines ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Ana Pérez", SignatoryLine("Ana Pérez")),
        ("Ana Pérez|", SignatoryLine("Ana Pérez", {"es": ""})),
        (" Ana Pérez | Rectora ", SignatoryLine("Ana Pérez", {"es": "Rectora"})),
        ("Ana | Rectora | UNI", SignatoryLine("Ana", {"es": "Rectora"}, "UNI")),
        (
            "Ana | Rectora | UNI | la Ministra | firmas/ana.png",
            SignatoryLine("Ana", {"es": "Rectora"}, "UNI", {"es": "la Ministra"}, "firmas/ana.png"),
        ),
    ],
)
def test_a_signatory_line_and_its_parts(line, read):
    assert read_signatory(line, "es") == read


@pytest.mark.parametrize("line", ["", " | Rector", "A|B|C|D|E|F"])
def test_what_is_no_signatory_line(line):
    with pytest.raises(BadInput, match=r"is no signatory\. Write: 'Name \| Post \| Organization'"):
        read_signatory(line, "es")


@given(st.text(st.characters(exclude_characters="|"), min_size=1).filter(str.strip))
def test_a_name_is_read_as_it_was_written(name):
    assert read_signatory(name, "en").name == name.strip()


def test_words_that_fit_several_people_are_asked_about(store, act, edition):
    for number in (1, 2):
        people.add_person(store, NewPerson(name=f"Ana Luz {number}", email=f"ana{number}@x.example"), act)

    with pytest.raises((Ambiguous, NotFound)):
        edit(store, act, edition, signatories=[SignatoryLine("ana@")])
