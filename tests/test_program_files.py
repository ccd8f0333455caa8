"""A program in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coursectl import program
from coursectl.editions import EditionRef
from coursectl.errors import BadInput, BadTable, NotFound
from coursectl.people import PersonRef
from coursectl.program import Frame, NewChair, NewSession, SessionFile
from coursectl.tables import read_table

ANA, LUIS, JOSE = PersonRef(1, "Ana María Pérez"), PersonRef(2, "Luis Sosa"), PersonRef(3, "José Luis Rey")
FRAME = Frame(
    EditionRef(1, "ICIM-37", 1, "ICIM", 37), "2015-03-09", "2015-03-21", {1: 11, 2: 12}, {"climate": 21, "human-rights": 22},
    (ANA, LUIS, JOSE),
)  # fmt: skip
EXAMPLE = Path(__file__).parent.parent / "examples" / "icim-37"


def find_chair(who: str) -> NewChair:
    if who != "minister":
        raise NotFound("Nobody is called {name}.", name=who)
    return NewChair(PersonRef(9, "The Minister"))


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., SessionFile]:
    def call(text: str, frame: Frame = FRAME, **options: bool) -> SessionFile:
        path = tmp_path / "sessions.csv"
        path.write_text(text, encoding="utf-8")
        return program.read_sessions(path, frame, find_chair, language="en", **options)

    return call


def faults(error: pytest.ExceptionInfo[BadTable]) -> list[str]:
    return [fault.sentence() for fault in error.value.faults]


def test_each_cell_means_what_its_header_says(read):
    file = read(
        "day,start,end,kind,module,counts,title_es,title_en,room,topics,experts,chairs,modality\n"
        "2015-03-09,9:00,10:30,panel,2,no,Derechos,Rights,Room A,climate human-rights,Ana María Pérez;Sosa,minister,online\n"
    )

    assert file.sessions == (
        NewSession(
            "2015-03-09", "09:00", "10:30", {"es": "Derechos", "en": "Rights"}, "panel", False, 2, "Room A",
            ("climate", "human-rights"), (ANA, LUIS), (NewChair(PersonRef(9, "The Minister")),), "online",
        ),
    )  # fmt: skip
    assert [row.number for row in file.rows] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "Fecha;Inicio;Fin;Tipo;Módulo;Cuenta;Título;Sala;Temas;Docentes;Autoridades\n3;9:00;10:30;mesa redonda;1;sí;x;A;climate, human-rights;Luis Sosa;minister\n",
        "Data;Início;Fim;Tipo;Módulo;Conta;Título;Sala;Tópicos;Palestrantes;Presidência\n3;9:00;10:30;painel;1;sim;x;A;climate;Luis Sosa;minister\n",
        "Jour;Début;Heure de fin;Type;Module;Compte;Titre;Salle;Thèmes;Intervenants;Présidence\n3;9:00;10:30;table ronde;1;oui;x;A;climate;Luis Sosa;minister\n",
        "Date;From;To;Type;Module;Counts;Title;Place;Topics;Faculty;Chaired by\n3;9:00;10:30;panel;1;yes;x;A;climate;Luis Sosa;minister\n",
    ],
)
def test_headers_and_words_are_understood_in_four_languages(read, text):
    [session] = read(text).sessions

    assert (session.date, session.kind, session.counts, session.module, session.title) == (
        "2015-03-11",
        "panel",
        True,
        1,
        {"en": "x"},
    )
    assert (session.room, session.experts, len(session.chairs)) == ("A", (LUIS,), 1)


@pytest.mark.parametrize(
    ("header", "words", "modality"),
    [
        ("Modality", "in person", "in_person"),
        ("Modality", "On-line", "online"),
        ("Modality", "hybrid", "hybrid"),
        ("Modalidad", "Presencial", "in_person"),
        ("Modalidad", "A distancia", "online"),
        ("Modalidad", "semipresencial", "hybrid"),
        ("Modalidade", "presencial", "in_person"),
        ("Modalidade", "à distância", "online"),
        ("Modalidade", "híbrida", "hybrid"),
        ("Modalité", "en présentiel", "in_person"),
        ("Modalité", "en visioconférence", "online"),
        ("Modalité", "hybride", "hybrid"),
        ("Modalidad", "", None),
    ],
)
def test_the_modality_is_understood_in_four_languages(read, header, words, modality):
    [session] = read(f"day,start,end,title,kind,{header}\n1,9:00,10:00,x,panel,{words}\n").sessions

    assert (session.kind, session.modality) == ("panel", modality)


def test_a_column_modalidad_may_say_the_kind_where_no_other_does(read):
    file = read("Fecha,Inicio,Fin,Título,Modalidad\n1,9:00,10:00,a,Taller\n1,10:00,11:00,b,Virtual\n1,11:00,12:00,c,\n")

    assert [(one.kind, one.modality) for one in file.sessions] == [
        ("workshop", None), ("lecture", "online"), ("lecture", None),
    ]  # fmt: skip


def test_what_is_empty_is_not_said(read):
    file = read("day,start,end,title,kind,counts,module,topics,experts\n1,9:00,10:00,x,,,,,;\n")

    assert file.sessions == (NewSession("2015-03-09", "09:00", "10:00", {"en": "x"}),)


def test_every_fault_is_told_by_row_and_column_and_nothing_is_read(read):
    with pytest.raises(BadTable) as error:
        read(
            "day,start,end,title,kind,counts,module,topics,experts,chairs,room,modality\n"
            "2015-02-30,9x,10:00,a,party,perhaps,one,,,,,by post\n"
            "2015-03-09,9:00,10:00,b,,,,,Nobody;Luis,nobody,\n"
            "2015-04-01,9:00,8:00,,,,7,weather,,,\n"
            "1,9:00,10:00,c,,,,,,,Room A\n"
            "1,9:30,10:30,d,,,,,Sosa,,Room A\n"
            "1,9:45,10:30,e,,,,,Sosa,,\n"
            "1,9:00,10:00,C,,,,,,,Room B\n"
        )

    assert faults(error) == [
        "row 2, \"day\": '2015-02-30': No calendar has the date '2015-02-30'; write year-month-day, like 2015-03-09.",
        "row 2, \"start\": '9x': '9x' can't be read as a time; write hours and minutes of the 24-hour clock, like 09:00 or 14:30.",
        "row 2, \"kind\": 'party': 'party' is no kind of session. Use one of: lecture, panel, workshop, visit, exam, ceremony, break.",
        "row 2, \"counts\": 'perhaps': say yes or no, or nothing for what its kind does",
        "row 2, \"module\": 'one': a module goes by its number",
        "row 2, \"modality\": 'by post': 'by post' is no modality. Use one of: in_person, online, hybrid.",
        'row 3, "experts": \'Nobody\': Nobody is no expert of ICIM-37. To add one: coursectl expert add "Nobody" -e ICIM-37',
        "row 3, \"experts\": 'Luis': 'Luis' fits several: Luis Sosa, José Luis Rey. Say which, by e-mail or number.",
        "row 3, \"chairs\": 'nobody': Nobody is called nobody.",
        "row 4, \"day\": '2015-04-01': 2015-04-01 is outside of ICIM-37, which is from 2015-03-09 to 2015-03-21.",
        "row 4, \"end\": '08:00': A session that starts at 09:00 can't end at 08:00; it ends later on the same day.",
        'row 4, "title": A session needs a title.',
        "row 4, \"module\": '7': ICIM-37 has no module 7; it has: 1, 2.",
        "row 4, \"topics\": 'weather': ICIM has no topic 'weather'. Add it with: coursectl topic add TITLE --code weather",
        "row 6, \"room\": 'Room A': Room A is taken on 2015-03-09 from 09:00 to 10:00 by session “c”. If that is meant, say --clash-ok.",
        "row 7, \"experts\": 'Luis Sosa': Luis Sosa teaches on 2015-03-09 from 09:30 to 10:30 in session “d”. If that is meant, say --clash-ok.",
        "row 8, \"start\": '9:00': row 5 has the same session",
    ]  # fmt: skip


def test_clashes_may_be_allowed(read):
    text = "day,start,end,title,room\n1,9:00,10:00,a,A\n1,9:00,10:00,b,A\n"
    with pytest.raises(BadTable):
        read(text)
    assert len(read(text, clash_ok=True).sessions) == 2


def test_a_row_with_more_cells_than_headers_is_a_fault_among_the_others(read):
    with pytest.raises(BadTable) as error:
        read("day,start,end,title\n1,9:00,10:00,Migration, environment\n1,9:00,x,b\n")
    assert [(fault.row, fault.column) for fault in error.value.faults] == [(2, None), (3, "end")]


def test_a_file_without_days_says_which_header_is_missing(read):
    with pytest.raises(BadInput, match="no column for day"):
        read("start,end,title\n9:00,10:00,a\n")


def test_the_program_of_the_example_is_whole(tmp_path):
    def rows(name: str, field: str) -> list[str]:
        from coursectl.tables import Column

        return [row.values[field] for row in read_table(EXAMPLE / name, [Column(field, required=True)]).rows]

    experts = tuple(PersonRef(number, name) for number, name in enumerate(rows("experts.csv", "name"), 1))
    topics = {code: number for number, code in enumerate(rows("topics.csv", "code"), 1)}
    frame = Frame(FRAME.edition, FRAME.start, FRAME.end, {n: n for n in range(1, 7)}, topics, experts)

    file = program.read_sessions(
        EXAMPLE / "sessions.csv", frame, lambda who: NewChair(PersonRef(99, who)), language="es"
    )
    plan = program.sessions_statements(frame, file.sessions)

    assert len(plan.new) == len(file.sessions)
    assert {expert for session in file.sessions for expert in session.experts} == set(experts)
    assert {chair.person.name for chair in file.sessions[0].chairs} == {"consular-affairs", "regional-director"}
