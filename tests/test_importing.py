"""A folder comes in whole or not at all; twice is harmless; what is wrong is told with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl import editions, enrollment, program
from coursectl.errors import BadTable
from coursectl.people import NewPerson
from coursectl.workflows import importing
from coursectl.workflows.demo import example_folder

COURSE = """
[course]
code = "ICIM"
title = { es = "Curso" }

[[authorities]]
key = "director"
name = "Elena Bravo"
sex = "F"
organization = "IOM"

[[editions]]
number = 38
year = 2016
start = 2016-03-07
end = 2016-03-11
place = "Mar del Plata"
country = "AR"
seats = 2
languages = ["es"]
organizer = "IOM"
partners = ["UNHCR"]

[[editions.modules]]
title = { es = "Uno" }

[[editions.signatories]]
authority = "director"
"""
FILES = {
    "course.toml": COURSE,
    "topics.csv": "code,title_es,editions\nasilo,Asilo,38\n",
    "experts.csv": "Nombre completo;País;Institución;Cargo;Sexo\nLorena Paz;Chile;UdeC;Profesora;F\n",
    "sessions.csv": "day,start,end,kind,module,title,topics,experts,chairs\n"
    "2016-03-07,9:00,10:00,ceremony,,Apertura,,,director\n2016-03-07,10:00,12:00,,1,Asilo,asilo,Lorena Paz,\n",
    "roster.csv": "Nombre;País\nAna Pérez;Argentina\nBruno Díaz;Chile\n",
    "attendance.csv": "N.º;Nombre;D1 am\n1;Ana Pérez;P\n2;Bruno Díaz;A\n",
    "figures.csv": "course,edition,year,measure,value,qualifier,who,stage,publisher\nICIM,38,2016,trained_so_far,800,more_than,officials,announced,IOM\n",
}


def write(**changed):
    """The folder `course` with these files instead of, or besides, those of FILES; None leaves one out."""
    folder = Path("course")
    folder.mkdir(exist_ok=True)
    for name, text in (FILES | {name.replace("__", "."): text for name, text in changed.items()}).items():
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def everything(store):
    tables = store.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return {row["name"]: store.read(f"SELECT * FROM {row['name']}") for row in tables}


def test_a_folder_brings_all_that_its_files_say(store, cli):
    answer = cli("import", write(), "--json")

    counts = {
        "editions": 1, "topics": 1, "experts": 1, "sessions": 2, "participants": 2, "marks": 2, "figures": 1,
    }  # fmt: skip
    assert (answer.code, answer.err, answer.json) == (0, "", {
        "course": "ICIM",
        "edition": "ICIM-38",
        "changed": True,
        "steps": [
            {"file": name, "what": what, "count": count, "changed": True}
            for name, (what, count) in zip(FILES, counts.items(), strict=True)
        ],
    })  # fmt: skip
    ref = editions.get_edition_ref(store, "ICIM-38")
    assert [(s.title, s.module, s.topics, [p.name for p in s.experts]) for s in program.list_sessions(store, ref)] == [
        ({"es": "Apertura"}, None, (), []), ({"es": "Asilo"}, 1, ("asilo",), ["Lorena Paz"]),
    ]  # fmt: skip
    assert [(e.person.name, e.country, e.post) for e in program.list_experts(store, ref)] == [
        ("Lorena Paz", "CL", {"es": "Profesora"})
    ]
    assert [(one.number, one.name, one.country) for one in enrollment.list_roster(store, ref)] == [
        (1, "Ana Pérez", "AR"), (2, "Bruno Díaz", "CL"),
    ]  # fmt: skip
    assert [(party.role, *party.name.values()) for party in editions.list_parties(store, ref.id)] == [
        ("organizer", "IOM"), ("partner", "UNHCR"),
    ]  # fmt: skip
    assert [one.name for one in editions.list_signatories(store, ref.id)] == ["Elena Bravo"]


def test_each_file_is_an_operation_and_the_second_import_none(store, cli):
    cli("import", write())
    once = everything(store)

    again = cli("import", "course")

    assert [row["command"] for row in once["op"]] == [
        "import course ICIM", "import topics ICIM", "import experts ICIM-38", "import sessions ICIM-38", "import roster ICIM-38",
        "import attendance ICIM-38", "import figures ICIM",
    ]  # fmt: skip
    assert everything(store) == once
    assert again.out.startswith("ICIM is like that already; nothing was changed")


def test_the_example_imports_twice_and_states_what_it_announces(store, cli):
    cli("import", example_folder())
    once = everything(store)
    cli("import", example_folder())

    shown = cli("edition", "show", "ICIM-37", "--json").json

    assert everything(store) == once
    assert (shown["trainees"], shown["trainee_countries"], shown["experts"], shown["expert_countries"]) == (
        28,
        15,
        23,
        7,
    )
    assert shown["partners"] == ["UNHCR", "OHCHR", "IPPDH", "SIMN"]
    assert shown["new_topics"] == ["Migration, environment and climate change"]
    assert (shown["contact_hours"], shown["seats"], shown["reference"]) == (60, 30, "ICIM-37")


def test_a_dry_run_tries_everything_and_writes_nothing(store, cli):
    before = everything(store)

    answer = cli("import", write(), "--dry-run")

    assert answer.out == (
        "Would be done, nothing was written: ICIM is imported: 1 edition, 1 topic, 1 expert, 2 sessions, "
        "2 participants, 2 marks, 1 published figure. Next: coursectl edition use ICIM-38\n"
    )
    assert everything(store) == before


@pytest.mark.parametrize("name", [name for name in FILES if name != "course.toml"])
def test_every_other_file_may_be_missing_with_those_that_name_it(cli, name, store):
    missing = {"topics.csv": ("topics.csv", "sessions.csv", "attendance.csv"), "experts.csv": ("experts.csv", "sessions.csv", "attendance.csv"),
               "sessions.csv": ("sessions.csv", "attendance.csv"), "roster.csv": ("roster.csv", "attendance.csv")}.get(name, (name,))  # fmt: skip

    answer = cli("import", write(**{one.replace(".", "__"): None for one in missing}), "--json")

    assert (answer.code, answer.err) == (0, "")
    assert [step["file"] for step in answer.json["steps"]] == [one for one in FILES if one not in missing]


def test_the_faults_of_all_files_are_told_together_and_nothing_is_written(store, cli):
    folder = write(
        course__toml=COURSE.replace("seats = 2", "seets = 2"),
        topics__csv="code,title_es,editions\nasilo,Asilo,38 99\nno code,Nada,\nvacío,,\nASILO,Otro,\n",
        experts__csv="name,country,sex,email,language\nLorena Paz,Atlantis,Q?7,nope,Quenyish\n,Chile,,,\nLuis Rey,Chile,,,\nluis rey,CL,,,\n",
        sessions__csv="day,start,end,kind,title,topics,experts,chairs\n2016-03-07,9:00,10:00,lecture,Uno,asilo,Lorena Paz,director\n"
        "2016-03-08,9:00,8:00,lecture,Dos,,,\n2016-03-09,9:00,10:00,dance,Tres,nowhere,Nadie Nunca,\n",
        roster__csv="Nombre;País\nAna;Atlantis\nBruno Díaz;Chile\n",
        attendance__csv="N.º;Nombre;D1 am\n1;Ana;P\n2;Bruno Díaz;?\n",
        figures__csv="course,edition,year,measure,value,publisher\nICIM,38,2016,trained_so_far,many,IOM\n",
    )  # fmt: skip
    before = everything(store)

    answer = cli("import", folder)

    assert (answer.code, answer.out) == (5, "")
    assert everything(store) == before
    places = [line.partition(": ")[0].strip() for line in answer.err.splitlines()]
    assert places == [
        "course.toml",
        '"[[editions]] 1 seets"',
        "topics.csv",
        'row 2, "editions"',
        'row 3, "code"',
        'row 4, "code"',
        'row 5, "code"',
        "experts.csv",
        'row 2, "country"',
        'row 2, "sex"',
        'row 2, "language"',
        'row 2, "email"',
        'row 3, "name"',
        'row 5, "name"',
        "sessions.csv",
        'row 3, "end"',
        'row 4, "kind"',
        'row 4, "experts"',
        'row 4, "topics"',
        "roster.csv",
        'row 2, "País"',
        "attendance.csv",
        'row 3, "D1 am"',
        "figures.csv",
        'row 2, "value"',
    ]


def test_a_fault_names_file_row_column_value_and_reason(cli, store):
    folder = write(
        topics__csv="code,title_es,editions\nasilo,Asilo,38 99\n",
        figures__csv="course,edition,year,measure,value,publisher\nICIM,38,2016,experts,-5,IOM\n",
    )

    assert cli("import", folder).err == (
        "topics.csv: 1 fault, nothing was written.\n"
        "  row 2, \"editions\": '38 99': course.toml has no edition 99\n"
        "figures.csv: 1 fault, nothing was written.\n"
        '  row 2, "value": a figure can\'t be below zero: -5\n'
    )


def test_a_file_that_cannot_be_read_hides_no_fault_of_another(store, cli):
    folder = write(topics__csv=b"%PDF-1.7 \x00\x01", roster__csv="Nombre;País\nAna;Atlantis\n", attendance__csv=None)

    answer = cli("import", folder)

    assert [line.partition(": ")[0] for line in answer.err.splitlines() if not line.startswith(" ")] == [
        f"{Path('course/topics.csv')} is no table; give a CSV, TSV, XLSX, XLS, ODS or JSON file.", "roster.csv",
    ]  # fmt: skip


def test_marks_of_a_list_are_looked_at_though_its_people_are_not_there(store, cli):
    folder = write(
        roster__csv="Nombre;País\nAna Pérez;Atlantis\n",
        attendance__csv="number,day,half,mark,minutes\n1,1,am,P,\n1,1,am,Q?,\n1,1,am,L,\n1,1,am,P,5\n1,1,am,,\n",
    )

    answer = cli("import", folder)

    assert [line.strip().partition(": ")[0] for line in answer.err.splitlines()] == [
        "roster.csv", 'row 2, "País"', "attendance.csv", 'row 3, "mark"', 'row 4, "mark"', 'row 5, "mark"',
    ]  # fmt: skip


def test_an_authority_whose_mailbox_is_another_persons_is_a_fault_of_course_toml_alone(store, cli):
    cli("person", "add", "Tomás Roca", "--email", "d@iom.example")
    folder = write(course__toml=COURSE.replace('sex = "F"', 'email = "d@iom.example"'))

    assert cli("import", folder).err == (
        "course.toml: 1 fault, nothing was written.\n"
        '  "[[authorities]] "director" email": d@iom.example belongs to Tomás Roca, not to Elena Bravo. '
        "Give another e-mail, or leave it empty\n"
    )


def test_a_step_that_cannot_be_taken_any_more_says_what_is_in_the_store_and_the_next_import_goes_on(store, cli, act):
    folder, seen = write(), []

    def somebody_takes_a_seat_before_the_roster_is_written(done, of):
        seen.append((done, of))
        if (done, of) == (11, 14):
            ref = editions.get_edition_ref(store, "ICIM-38")
            enrollment.enroll(store, ref, enrollment.NewEnrollment(NewPerson("Zoe Luz"), country="PE"), act)

    with pytest.raises(importing.StoppedHalfway) as raised:
        importing.import_folder(store, folder, act, somebody_takes_a_seat_before_the_roster_is_written)

    assert raised.value.exit_code == 4
    assert raised.value.sentence().startswith(
        "roster.csv could not be imported any more: ICIM-38 has too few seats left, 1 of 2,"
    )
    assert raised.value.sentence().endswith(
        " What came before it is in the store (course.toml, topics.csv, experts.csv, sessions.csv). "
        "To go on, import the folder again; to go back: coursectl log, then coursectl undo."
    )
    assert seen == [(done, 14) for done in range(1, 12)]
    assert cli("edition", "edit", "ICIM-38", "--seats", "3").code == 0
    again = cli(
        "import", write(course__toml=COURSE.replace("seats = 2", "seats = 3"), attendance__csv=None), "--json"
    ).json
    assert [(step["file"], step["changed"]) for step in again["steps"]] == [
        ("course.toml", False), ("topics.csv", False), ("experts.csv", False), ("sessions.csv", False),
        ("roster.csv", True), ("figures.csv", True),
    ]  # fmt: skip


def test_the_first_step_that_cannot_be_taken_is_told_as_it_is(store, cli, act):
    cli("import", write())
    folder = write(course__toml=COURSE.replace("end = 2016-03-11", "end = 2016-03-12"))

    def somebody_closes_the_edition(done, of):
        if (done, of) == (7, 14):
            cli("edition", "close", "ICIM-38", "--apply", "--yes")

    with pytest.raises(editions.EditionClosed):
        importing.import_folder(store, folder, act, somebody_closes_the_edition)


def test_course_toml_is_written_whole_or_not_at_all_when_the_store_changed_after_the_trial(store, cli, act):
    folder = write(course__toml=COURSE.replace('sex = "F"', 'email = "d@iom.example"'))

    def somebody_gets_the_mailbox(done, of):
        if (done, of) == (7, 14):
            cli("person", "add", "Tomás Roca", "--email", "d@iom.example")

    with pytest.raises(BadTable, match=r"d@iom\.example belongs to Tomás Roca"):
        importing.import_folder(store, folder, act, somebody_gets_the_mailbox)

    assert cli("course", "list", "--json").json == []


def test_a_session_may_be_chaired_by_anybody_the_store_knows(store, cli):
    cli("person", "add", "Tomás Roca")
    sessions = FILES["sessions.csv"].replace(",,,director", ",,,Tomás Roca; director")

    assert cli("import", write(sessions__csv=sessions)).code == 0
    opening = program.list_sessions(store, editions.get_edition_ref(store, "ICIM-38"))[0]
    assert sorted(chair.name for chair in opening.chairs) == ["Elena Bravo", "Tomás Roca"]


def test_a_closed_edition_takes_the_same_folder_and_refuses_another_program(store, cli):
    cli("import", write())
    assert cli("edition", "close", "ICIM-38", "--apply", "--yes").code == 0
    before = everything(store)

    same = cli("import", "course")
    other = cli("import", write(sessions__csv=FILES["sessions.csv"] + "2016-03-08,9:00,10:00,lecture,,Nueva,,,\n"))

    assert (same.code, other.code, everything(store) == before) == (0, 4, True)
    assert other.err.startswith("ICIM-38 is closed.")


def test_headers_of_topics_and_experts_may_be_spanish_portuguese_or_french(store, cli):
    folder = write(
        topics__csv="Código;Tema;Título en inglés;Ediciones\nasilo;Asilo;Asylum;ICIM-38, 38\n",
        experts__csv="Nom complet,Pays,Organisme,Poste,Cargo (pt)\nLorena Paz,Chili,UdeC,Profesora,Professora\n",
    )

    assert cli("import", folder).err == ""
    ref = editions.get_edition_ref(store, "ICIM-38")
    assert [(one.code, one.title, one.editions) for one in program.list_topics(store, ref.course_id)] == [
        ("asilo", {"es": "Asilo", "en": "Asylum"}, ("ICIM-38",))
    ]
    assert [(one.country, one.post) for one in program.list_experts(store, ref)] == [
        ("CL", {"es": "Profesora", "pt": "Professora"})
    ]


def test_a_list_longer_than_the_seats_stops_the_whole_import(store, cli):
    before = everything(store)

    answer = cli("import", write(roster__csv="Nombre;País\nAna;AR\nBruno;AR\nCarla;AR\n"))

    assert (answer.code, everything(store)) == (4, before)
    assert answer.err.startswith("ICIM-38 has too few seats")


def test_editing_the_folder_and_importing_again_adds_and_changes_but_takes_nothing_away(store, cli):
    cli("import", write())
    changed = COURSE.replace("seats = 2", "seats = 3").replace('place = "Mar del Plata"', 'place = "Miramar"')

    answer = cli(
        "import", write(course__toml=changed, roster__csv="Nombre;País\nCarla Luz;Perú\n", attendance__csv=None)
    )

    ref = editions.get_edition_ref(store, "ICIM-38")
    edition = editions.get_edition(store, ref)
    assert answer.code == 0
    assert (edition.seats, edition.place) == (3, "Miramar")
    assert [one.name for one in enrollment.list_roster(store, ref)] == ["Ana Pérez", "Bruno Díaz", "Carla Luz"]


def test_the_next_edition_comes_into_the_same_store(store, cli):
    cli("import", example_folder())

    answer = cli("import", write())

    assert answer.code == 0
    assert [row["reference"] for row in cli("edition", "list", "--json").json] == [f"ICIM-{n}" for n in range(36, 41)]
    assert cli("course", "show", "ICIM", "--json").json["first_year"] == 1979
    assert cli("edition", "show", "ICIM-37", "--json").json["trainees"] == 28
    assert cli("edition", "show", "ICIM-38", "--json").json["trainees"] == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_tables_may_be_in_the_encodings_of_excel(store, cli, encoding):
    folder = write(roster__csv="Nombre;País\nAna Pérez Núñez;España\n".encode(encoding), attendance__csv=None)

    assert cli("import", folder).code == 0
    assert [one.name for one in enrollment.list_roster(store, editions.get_edition_ref(store, "ICIM-38"))] == [
        "Ana Pérez Núñez"
    ]


REFUSED_BY_THE_ROOMS = {
    'serial = "abc"': ("[course] serial", "abc"),
    "first_year = 12": ("[course] first_year", "12"),
    'crest = "nowhere.svg"': ("[course] crest", "nowhere.svg"),
    'time_zone = "Mars/Base"': ("[[editions]] 1 time_zone", "Mars/Base"),
    'excused = "maybe"': ("[[editions]] 1 excused", "maybe"),
    "seats = -3": ("[[editions]] 1 seats", "-3"),
    "year = 1492": ("[[editions]] 1 year", "1492"),
    "end = 2016-03-01": ("[[editions]] 1", ""),
    "year = 1999": ("[[editions]] 1", ""),
}  # fmt: skip


@pytest.mark.parametrize(("line", "place"), REFUSED_BY_THE_ROOMS.items())
def test_what_no_course_or_edition_can_be_is_told_with_its_key(store, act, line, place):
    key = line.partition(" ")[0]
    of_course = place[0].startswith("[course]")
    without = "\n".join(one for one in COURSE.splitlines() if not one.startswith(f"{key} = "))
    anchor = 'code = "ICIM"' if of_course else "number = 38"
    folder = write(course__toml=without.replace(anchor, f"{anchor}\n{line}"))
    before = everything(store)

    with pytest.raises(BadTable) as raised:
        importing.import_folder(store, folder, act)

    assert [(one.column, one.value) for one in raised.value.faults] == [place]
    assert everything(store) == before


def test_several_keys_that_the_rooms_refuse_are_told_together(store, act):
    bad = COURSE.replace('place = "Mar', 'time_zone = "Mars/Base"\nexcused = "maybe"\nplace = "Mar')
    bad = (
        bad.replace('code = "ICIM"', 'code = "ICIM"\nserial = "abc"\nfirst_yaer = 3')
        + "[[editions.signatories]]\nauthority = 'director'\n" * 4
    )

    with pytest.raises(BadTable) as raised:
        importing.import_folder(store, write(course__toml=bad), act)

    assert [one.column for one in raised.value.faults] == [
        "[course] first_yaer", "[course] serial", "[[editions]] 1 time_zone", "[[editions]] 1 excused",
        "[[editions]] 1 [[signatories]]",
    ]  # fmt: skip


def test_a_course_that_cannot_be_stops_before_its_files_are_looked_at(cli, store):
    answer = cli("import", write(course__toml=COURSE.replace("ICIM", "37"), roster__csv="Nombre;País\nAna;Atlantis\n"))

    assert (answer.code, answer.out, answer.err) == (5, "", (
        "course.toml: 1 fault, nothing was written.\n"
        "  \"[course] code\": '37': '37' can't be a course's code: a letter first, then letters, digits, - or _, 32 at most,"
        " like ICIM.\n"
    ))  # fmt: skip


def test_what_is_no_folder_to_import_is_told(cli, store):
    Path("file.txt").write_text("x")
    Path("empty").mkdir()

    assert [
        (answer.code, answer.err) for name in ("nowhere", "file.txt", "empty") if (answer := cli("import", name))
    ] == [
        (3, "There is no folder nowhere.\n"),
        (5, "file.txt is a file; name the folder that it is in.\n"),
        (3, f"There is no {Path('empty/course.toml')}: a folder to import needs one.\n"),
    ]


def test_a_course_without_editions_takes_topics_but_no_people(store, cli):
    folder = write(**{name.replace(".", "__"): None for name in FILES})
    (folder / "course.toml").write_text("[course]\ncode='X'\ntitle='T'")
    (folder / "topics.csv").write_text("code,title_en,editions\na,A,\n")
    assert (cli("import", folder).code, cli("import", folder, "--json").json["edition"]) == (0, None)

    (folder / "roster.csv").write_text("Nombre,País\nAna,AR\n")
    answer = cli("import", folder)

    assert (answer.code, answer.err) == (
        5,
        "course.toml names no edition, so its program and people can't be placed.\n",
    )


def test_pictures_beside_the_file_are_stored_once(store, cli):
    folder = write(course__toml=COURSE.replace('code = "ICIM"', 'code = "ICIM"\ncrest = "crest.svg"').replace(
        'authority = "director"', 'authority = "director"\nsignature = "crest.svg"\non_behalf_of = { es = "UNHCR" }'))  # fmt: skip
    shutil.copy(example_folder() / "crest.svg", folder)

    assert [cli("import", folder).code for _ in range(2)] == [0, 0]

    course = editions.get_course(store, "ICIM")
    signatory = editions.list_signatories(store, editions.get_edition_ref(store, "ICIM-38").id)[0]
    assert course.crest == signatory.signature is not None
    assert store.read("SELECT count(*) AS n FROM picture") == [{"n": 1}]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([name for name in FILES if name.endswith(".csv")]),
    text=st.text(st.sampled_from("aZ1ñ,;\"'\n\t=PA.:- []#"), max_size=60),
)
def test_whatever_a_table_holds_the_answer_is_a_sentence_and_all_or_nothing(store, cli, name, text):
    before = everything(store)

    answer = cli("import", write(**{name.replace(".", "__"): FILES[name] + text}), "--dry-run")

    assert answer.code in (0, 3, 4, 5)
    assert everything(store) == before
