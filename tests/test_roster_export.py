"""The participants' list in a file: read again it is the same list, and letters find in it what they say."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import add_course, add_edition
from coursectl import enrollment, locale
from coursectl.editions import EditionRef
from coursectl.enrollment import NewEnrollment
from coursectl.enrollment.cells import read_values
from coursectl.enrollment.exporting import HEADINGS, MERGE_HEADINGS
from coursectl.locale import LANGUAGES, country_name, fold
from coursectl.people import NewOrganization, NewPerson
from coursectl.store import open_store
from coursectl.tables import clean, read_table

FORMATS = (".xlsx", ".ods", ".csv", ".tsv", ".json")
TODAY = "2015-03-09"

TEXTS = (
    st.text(max_size=8)
    | st.sampled_from(["=cmd()", "+54 11", "'x", "'=x", "-", "@a", "a;b,c|d", '"', "_x0041_", "<b>"])
).map(lambda text: clean(text).replace("\ufffe", "").replace("\uffff", ""))
MAYBE = st.none() | TEXTS.filter(bool)
COUNTRIES = st.sampled_from(["AR", "BR", "BO", "CD", "KR", "SU", "BU", "FM", "US"])
PERSONS = st.builds(
    NewPerson,
    given_name=MAYBE, family_name=MAYBE, honorific=MAYBE, phone=MAYBE, birth_year=st.none() | st.integers(1930, 2000),
    sex=st.sampled_from([None, "female", "male", "other", "not_stated"]),
    nationality=st.none() | COUNTRIES,
    language=st.sampled_from([None, "es", "pt-BR", "fr", "zh-Hant"]),
)  # fmt: skip
OFFICES = st.sampled_from(["DNM", "Ministerio (MREC)", "=SUM(1)", "Polícia Federal", "'x"]).map(NewOrganization.named)
WANTED = st.builds(
    NewEnrollment,
    person=PERSONS, country=COUNTRIES, organization=st.none() | OFFICES, nominated_by=st.none() | OFFICES, post=MAYBE, funder=MAYBE,
    needs=MAYBE, category=st.sampled_from(enrollment.CATEGORIES), status=st.sampled_from(enrollment.STATUSES),
    priority=st.none() | st.integers(1, 99), reserve=st.booleans(), publish=st.sampled_from([None, True, False]),
)  # fmt: skip


def with_names(wanted):
    """Everybody with a name and an e-mail of their own."""
    from dataclasses import replace

    return [
        replace(
            one,
            sex=one.person.sex,
            person=replace(one.person, name=f"Persona Núñez {chr(97 + n)}a", email=f"p{n}@x.example"),
        )
        for n, one in enumerate(wanted)
    ]


@pytest.fixture
def new_store(tmp_path, act, _empty_store):
    """Stores with an edition of 30 seats in each, all alike."""
    number = count()

    def make():
        path = tmp_path / f"store-{next(number)}.db"
        shutil.copy(_empty_store, path)
        store = open_store(path)
        course = add_course(store, act)
        return store, EditionRef(add_edition(store, act, course), "ICIM-37", course, "ICIM", 37)

    return make


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    wanted=st.lists(WANTED, min_size=1, max_size=4).map(with_names),
    ending=st.sampled_from(FORMATS),
    language=st.sampled_from(LANGUAGES),
)
def test_a_list_that_is_written_and_read_again_is_the_same_list(tmp_path, act, new_store, wanted, ending, language):
    (one, edition), (other, copied) = new_store(), new_store()
    list_file = tmp_path / f"list{ending}"
    try:
        enrollment.enroll_all(one, edition, wanted, act)
        enrollment.export_roster(one, edition, list_file, enrollment.STATUSES, language=language, force=True)

        done = enrollment.enroll_file(other, copied, list_file, act)

        assert (done.ignored_columns, done.differing) == ((), ())
        assert exported(other, copied, tmp_path, language) == exported(one, edition, tmp_path, language)
        assert enrollment.enroll_file(one, edition, list_file, act, update=True).differing == ()
    finally:
        one.close()
        other.close()


def exported(store, edition, folder, language):
    enrollment.export_roster(store, edition, folder / "all.json", enrollment.STATUSES, language=language, force=True)
    return json.loads((folder / "all.json").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_written_list_is_read_as_its_code(language):
    codes = {"sex": ("female", "male", "other", "not_stated"), "category": enrollment.CATEGORIES, "status": enrollment.STATUSES,
             "reserve": ("yes", "no"), "publish": ("yes", "no")}  # fmt: skip
    written = {(field, code): locale.translated(code, language) for field, words in codes.items() for code in words}

    assert {one: read_values({one[0]: word})[one[0]] for one, word in written.items()} == {
        one: one[1] for one in written
    }
    assert language == "en" or all(
        word != code for (_, code), word in written.items() if code not in ("no", "not_stated")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_header_of_a_written_list_is_read_as_its_field(tmp_path, language):
    named = [words[LANGUAGES.index(language)] for words in HEADINGS.values()]
    path = tmp_path / "list.csv"
    path.write_text(",".join(named) + "\n" + ",".join(["x"] * len(named)) + "\n", "utf-8")

    from coursectl.enrollment.files import COLUMNS, meanings

    assert list(meanings(read_table(path, COLUMNS).headers)) == [name for name in HEADINGS if name != "number"]


@pytest.fixture
def participants(cli, icim37):
    """Three participants, one of whom has withdrawn."""
    Path("list.csv").write_text(
        "Tratamiento,Nombres,Apellidos,País,Institución,Cargo,Correo,Sexo,Idioma,Dieta\n"
        "Dra.,Ana,Pérez Núñez,AR,Dirección Nacional de Migraciones (DNM),=Jefa,ana@dnm.example,F,es,sin gluten\n"
        ",João,da Silva,BR,Polícia Federal,,joao@pf.example,M,pt,\n"
        ",Marie,Joseph,HT,OIM,,,F,fr,\n",
        "utf-8",
    )
    assert cli("enroll", "--from", "list.csv", "-e", "ICIM-37").code == 0
    cli("roster", "withdraw", "3", "-e", "ICIM-37")


def test_the_list_is_written_with_headers_in_the_users_language(cli, participants):
    answer = cli("roster", "export", "--to", "out.xlsx", "-e", "ICIM-37", "--lang", "es")

    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook("out.xlsx").active.iter_rows()]
    assert (answer.code, answer.out) == (0, "out.xlsx: 2 people of ICIM-37.\n")
    assert rows[0][:9] == [
        "N.º",
        "Tratamiento",
        "Nombre completo",
        "Nombres",
        "Apellidos",
        "Sexo",
        "País",
        "Institución",
        "Cargo",
    ]
    assert [row[:9] for row in rows[1:]] == [
        [1, "Dra.", "Ana Pérez Núñez", "Ana", "Pérez Núñez", "femenino", "Argentina", "Dirección Nacional de Migraciones (DNM)", "=Jefa"],
        [2, None, "João da Silva", "João", "da Silva", "masculino", "Brasil", "Polícia Federal", None],
    ]  # fmt: skip


def test_who_is_in_the_edition_is_unchanged_by_its_own_list(cli, participants):
    cli("roster", "export", "--to", "out.ods", "--all", "-e", "ICIM-37")

    answer = cli("enroll", "--from", "out.ods", "-e", "ICIM-37", "--json").json

    assert (len(answer["unchanged"]), answer["differing"], answer["not_taken_back"]) == (3, [], [])


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_roster_list_answers_to_scripts_can_be_enrolled(cli, participants, store, act, icim37, form):
    add_edition(store, act, icim37.course, 38)
    Path(f"listed.{form}").write_text(cli("roster", "list", "-e", "ICIM-37", f"--{form}").out, "utf-8")

    answer = cli("enroll", "--from", f"listed.{form}", "-e", "ICIM-38")

    assert (answer.code, answer.err) == (0, "")
    told = [cli("roster", "list", "-e", edition, "--json").json for edition in ("ICIM-37", "ICIM-38")]
    own = ("id", "edition", "enrolled_at")
    assert [{key: one[key] for key in one if key not in own} for one in told[0]] == [
        {key: one[key] for key in one if key not in own} for one in told[1]
    ]


def test_a_file_that_is_there_is_kept_unless_somebody_forces_it(cli, participants):
    Path("out.csv").write_text("mine")

    refused = cli("roster", "export", "--to", "out.csv", "-e", "ICIM-37")

    assert (refused.code, refused.err) == (
        4, "out.csv is there already; name another file, or write over it with --force.\n",
    )  # fmt: skip
    assert Path("out.csv").read_text() == "mine"
    assert cli("roster", "export", "--to", "out.csv", "--force", "-e", "ICIM-37", "--json").json == {
        "file": "out.csv", "edition": "ICIM-37", "people": 2, "merge": False,
    }  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("--to", "a.csv", "--merge", "b.csv")])
def test_one_file_must_be_named(cli, icim37, arguments):
    assert (cli("roster", "export", "-e", "ICIM-37", *arguments).code, cli("roster", "export").code) == (2, 2)


def test_a_table_for_letters_speaks_to_each_in_their_language(cli, participants):
    cli("roster", "export", "--merge", "letters.json", "--all", "-e", "ICIM-37")

    letters = json.loads(Path("letters.json").read_text("utf-8"))
    assert [tuple(one) for one in letters] == [tuple(MERGE_HEADINGS)] * 3
    told = ("treatment", "salutation", "family_name", "country", "dates", "status", "edition")
    assert [[one[name] for name in told] for one in letters] == [
        [
            "Dra.",
            "Estimada Dra. Pérez Núñez:",
            "PÉREZ NÚÑEZ",
            "Argentina",
            "del 9 al 21 de marzo de 2015",
            "accepted",
            "37.ª",
        ],
        ["Sr.", "Prezado Sr. da Silva:", "DA SILVA", "Brasil", "de 9 a 21 de março de 2015", "accepted", "37ª"],
        ["Mme", "Madame,", "JOSEPH", "Haïti", "du 9 au 21 mars 2015", "withdrawn", "37e"],
    ]


def test_merge_headers_are_one_a_column():
    for at in range(4):
        named = [fold(words[at]) for words in MERGE_HEADINGS.values()]
        assert len(set(named)) == len(named)


def test_countries_of_a_written_list_are_those_that_are_printed():
    assert country_name("CD", "es") == "República Democrática del Congo"
