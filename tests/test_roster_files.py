"""Rosters as offices send them: every format, every fault with its place, all or nobody."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl import enrollment
from coursectl.editions import EditionRef

SPANISH = ["Nombre y apellido", "País", "Institución", "Correo electrónico", "Sexo", "Cargo"]
PEOPLE = [
    ["Ana Pérez Núñez", "Argentina", "DNM", "ana@dnm.example", "F", "Jefa"],
    ["João da Silva", "Brasil", "Polícia Federal", "joao@pf.example", "M", "Delegado"],
    ["Zareymakú", "Colombia", "UAEMC", "", "", ""],
]
STORED = [
    (1, "Ana Pérez Núñez", "AR", "DNM", "ana@dnm.example", "female", "Jefa"),
    (2, "João da Silva", "BR", "Polícia Federal", "joao@pf.example", "male", "Delegado"),
    (3, "Zareymakú", "CO", "UAEMC", None, None, None),
]


@pytest.fixture
def edition(icim37):
    return EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)


def as_text(rows, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def write_xlsx(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def write_ods(path, rows):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="Lista")
    for row in rows:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def stored(store, edition):
    return [
        (one.number, one.name, one.country, one.organization, one.email, one.sex, one.post)
        for one in enrollment.list_roster(store, edition)
    ]


def everything(store):
    """All rows of all tables."""
    tables = store.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return {row["name"]: store.read(f"SELECT * FROM {row['name']}") for row in tables}


TEXTS = {
    "utf-8.csv": (",", "utf-8"),
    "bom.csv": (",", "utf-8-sig"),
    "semicolons.csv": (";", "utf-8"),
    "latin1.csv": (";", "latin-1"),
    "cp1252.csv": (",", "cp1252"),
    "utf16-from-excel.txt": ("\t", "utf-16"),
    "tabs.tsv": ("\t", "utf-8"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_files_of_all_encodings_and_separators_are_read(store, cli, edition, name):
    delimiter, encoding = TEXTS[name]
    Path(name).write_bytes(as_text([SPANISH, *PEOPLE], delimiter).encode(encoding))

    answer = cli("enroll", "--from", name, "-e", "ICIM-37", "--json")

    assert (answer.code, [one["number"] for one in answer.json["enrolled"]]) == (0, [1, 2, 3])
    assert stored(store, edition) == STORED


@pytest.mark.parametrize(("name", "write"), [("list.xlsx", write_xlsx), ("list.ods", write_ods)])
def test_spreadsheets_are_read(store, cli, edition, name, write):
    write(Path(name), [SPANISH, *PEOPLE])

    assert cli("enroll", "--from", name, "-e", "ICIM-37").code == 0
    assert stored(store, edition) == STORED


@pytest.mark.parametrize(
    "headers",
    [
        ["Full name", "Country", "Organization", "E-mail", "Sex", "Position"],
        ["Nome completo", "País", "Instituição", "Endereço eletrônico", "Sexo", "Cargo"],
        ["Nom complet", "Pays", "Organisme", "Courriel", "Sexe", "Poste"],
        ["NOMBRE  COMPLETO", "pais", "ORGANISMO", "correo-e", "genero", "puesto"],
    ],
)
def test_headers_are_read_in_four_languages_whatever_their_case_and_accents(store, cli, edition, headers):
    Path("list.csv").write_text(as_text([headers, *PEOPLE]), encoding="utf-8")

    assert cli("enroll", "--from", "list.csv", "-e", "ICIM-37").code == 0
    assert stored(store, edition) == STORED


def test_a_column_with_a_header_of_its_own_is_mapped(store, cli, edition):
    Path("list.csv").write_text(as_text([["Quién", "Procedencia"], ["Ana", "AR"]]), encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv", "--map", "Quién=name", "--map", "Procedencia=country", "-e", "ICIM-37")

    assert (answer.code, stored(store, edition)) == (0, [(1, "Ana", "AR", None, None, None, None)])


@pytest.mark.parametrize(
    ("headers", "row", "name"),
    [
        (["Apellidos", "Nombres"], ["Pérez Núñez", "Ana"], "Ana Pérez Núñez"),
        (["Apellidos", "Nombre"], ["Pérez Núñez", "Ana"], "Ana Pérez Núñez"),
        (["Nombre"], ["Ana Pérez"], "Ana Pérez"),
        (["Nom", "Prénom"], ["Jean-Baptiste", "Marie-Ange"], "Marie-Ange Jean-Baptiste"),
        (["Apellidos y nombres"], ["Pérez Núñez, Ana María"], "Ana María Pérez Núñez"),
        (["Apellidos y nombres"], ["Zareymakú"], "Zareymakú"),
    ],
)
def test_names_come_whole_or_in_parts(store, cli, edition, headers, row, name):
    Path("list.csv").write_text(as_text([[*headers, "País"], [*row, "AR"]]), encoding="utf-8")

    assert cli("enroll", "--from", "list.csv", "-e", "ICIM-37").code == 0
    assert [one.name for one in enrollment.list_roster(store, edition)] == [name]


BAD = [
    [*SPANISH, "Año de nacimiento"],
    [*PEOPLE[0], "1980"],
    ["Bruno", "Atlantis", "DNM", "bruno@dnm.example", "M", "", ""],
    ["", "Chile", "DEM", "nadie@dem.example", "F", "", ""],
    ["Carla", "Perú", "MIG", "ana@dnm.example", "qué", "", "80"],
    ["Darío", "Perú", "MIG", "no-mail", "M", "", ""],
]
FAULTS = [
    'list.csv, row 3, column "País", value "Atlantis": no country is called so; write its name in English, Spanish,'
    " Portuguese or French, or its two-letter code",
    "list.csv, row 4",
    'list.csv, row 5, column "Sexo", value "qué": this is no sex that can be read; write F, M, other or not stated',
    'list.csv, row 5, column "Año de nacimiento", value "80": this is no year of birth; write four digits',
    'list.csv, row 5, column "Correo electrónico", value "ana@dnm.example": row 2 has the same e-mail',
    'list.csv, row 6, column "Correo electrónico", value "no-mail": this is not one e-mail address',
]


def test_all_faults_are_told_with_row_column_and_value_and_nobody_is_enrolled(store, cli, edition):
    Path("list.csv").write_text(as_text(BAD), encoding="utf-8")
    before = everything(store)

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.out) == (5, "")
    where = [part for fault in FAULTS for part in (fault.partition(":")[2] or fault.partition(", ")[2],)]
    assert [part for part in where if part.strip(" ,") not in answer.err] == []
    assert [number for number in range(2, 8) if f"row {number}," in answer.err] == [3, 4, 5, 6]
    assert everything(store) == before


def test_with_skip_bad_the_good_rows_go_in_and_the_bad_ones_go_aside_with_their_reasons(store, cli, edition):
    Path("list.csv").write_text(as_text(BAD), encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "bad.csv", "-e", "ICIM-37", "--json")

    assert (answer.code, answer.json["skipped"], answer.json["skipped_file"]) == (0, 4, "bad.csv")
    assert [one.name for one in enrollment.list_roster(store, edition)] == ["Ana Pérez Núñez"]
    aside = list(csv.reader(io.StringIO(Path("bad.csv").read_text("utf-8-sig"))))
    assert aside[0] == [*BAD[0], "Reason"]
    assert [row[:2] for row in aside[1:]] == [
        ["Bruno", "Atlantis"],
        ["", "Chile"],
        ["Carla", "Perú"],
        ["Darío", "Perú"],
    ]
    assert all(row[-1] for row in aside[1:])
    assert aside[3][-1].count(";") >= 2


def test_a_file_of_bad_rows_is_never_written_over(cli, edition):
    Path("list.csv").write_text(as_text(BAD), encoding="utf-8")
    Path("bad.csv").write_text("mine")

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "bad.csv", "-e", "ICIM-37")

    assert (answer.code, answer.err) == (4, "bad.csv is there already; name another file for the bad rows.\n")
    assert Path("bad.csv").read_text() == "mine"


def test_no_file_of_bad_rows_is_left_where_the_list_is_refused(store, cli, edition):
    store_rows = [
        SPANISH,
        *([f"Person {n}", "AR", "", "", "", ""] for n in range(40)),
        ["Nadie", "Atlantis", "", "", "", ""],
    ]
    Path("list.csv").write_text(as_text(store_rows), encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "bad.csv", "-e", "ICIM-37")

    assert answer.code == 4
    assert answer.err.startswith("ICIM-37 has too few seats: 0 of 30 are taken, and 40 more are asked for")
    assert not Path("bad.csv").exists()
    assert stored(store, edition) == []


def test_a_dry_run_of_a_file_writes_nothing_at_all(store, cli, edition):
    Path("list.csv").write_text(as_text(BAD), encoding="utf-8")
    before = everything(store)

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "bad.csv", "-e", "ICIM-37", "--dry-run")

    assert (answer.code, everything(store), Path("bad.csv").exists()) == (0, before, False)
    assert answer.out.startswith("Would be done, nothing was written: ")


def test_a_file_is_one_operation_and_the_second_time_none(store, cli, edition):
    write_xlsx(Path("list.xlsx"), [SPANISH, *PEOPLE])
    before = store.read("SELECT count(*) AS n FROM op")[0]["n"]

    cli("enroll", "--from", "list.xlsx", "-e", "ICIM-37")
    once = everything(store)
    again = cli("enroll", "--from", "list.xlsx", "-e", "ICIM-37", "--json")

    assert len(once["op"]) == before + 1
    assert everything(store) == once
    assert (len(again.json["enrolled"]), len(again.json["unchanged"])) == (0, 3)


def test_a_roster_with_passports_is_not_taken(store, cli, edition):
    Path("list.csv").write_text(
        as_text([["Nombre", "País", "N.º de pasaporte"], ["Ana", "AR", "X123"]]), encoding="utf-8"
    )

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert answer.code == 5
    assert answer.err.startswith('list.csv has a column "N.º de pasaporte". Passport data is personal data')
    assert stored(store, edition) == []


def test_an_unknown_column_is_said_and_ignored(cli, edition):
    Path("list.csv").write_text(as_text([["Nombre", "País", "Color"], ["Ana", "AR", "azul"]]), encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.err) == (0, 'The column "Color" isn\'t known and was ignored.\n')


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda path: path.write_bytes(b""), 5, "empty"),
        (lambda path: path.write_text("Nombre,País\n"), 5, "has headers but no rows"),
        (lambda path: path.mkdir(), 5, "folder"),
        (lambda path: None, 3, "list.csv"),
        (lambda path: path.write_bytes(b"\x00\x01\x02\xff" * 50), 5, "list.csv"),
    ],
)
def test_what_is_no_list_gets_one_sentence(cli, edition, make, code, said):
    make(Path("list.csv"))

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("enroll",), "Who? Give a name"),
        (("enroll", "Ana", "--from", "list.csv"), "Either a NAME or --from FILE, not both."),
        (("enroll", "--from", "list.csv", "--country", "AR"), "--country is for one person"),
        (("enroll", "--from", "list.csv", "--org", "DNM"), "--org is for one person"),
        (("enroll", "Ana", "--map", "a=name"), "--map and --skip-bad are for a list"),
        (("enroll", "--from", "list.csv", "--map", "name"), "--map 'name' can't be read"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(cli, edition, arguments, said):
    answer = cli(*arguments, "-e", "ICIM-37")

    assert (answer.code, answer.out, answer.err.startswith(said)) == (2, "", True), answer.err


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--country", "Atlantis", "no country is called so"),
        ("--sex", "qué", "this is no sex that can be read"),
        ("--category", "spy", "there is no such category"),
        ("--language", "Klingonés", "no language is called so"),
        ("--birth-year", "80", "this is no year of birth"),
        ("--email", "ana", "this is not one e-mail address"),
        ("--status", "completed", "nobody can be enrolled with this status"),
    ],
)
def test_a_bad_option_is_told_like_a_bad_cell(store, cli, edition, option, value, said):
    answer = cli("enroll", "Ana", "--country", "AR", option, value, "-e", "ICIM-37")

    assert (answer.code, answer.out) == (5, "")
    assert f"{option}" in answer.err
    assert value in answer.err
    assert said in answer.err
    assert stored(store, edition) == []


def test_the_answer_in_json_is_a_contract(cli, edition):
    answer = cli(
        "enroll", "Ana Pérez", "-e", "ICIM-37", "--country", "AR", "--org", "DNM", "--email", "ana@dnm.example",
        "--sex", "F", "--category", "official", "--json",
    ).json  # fmt: skip

    assert answer == {
        "status": "accepted", "person": {"id": answer["person"]["id"], "name": "Ana Pérez"}, "edition": "ICIM-37", "number": 1,
        "country": "AR", "id": answer["id"], "organization_created": "DNM", "unchanged": False, "seats_left": 29,
    }  # fmt: skip
    assert cli("roster", "list", "-e", "ICIM-37", "--json").json[0] | {"id": "", "person": {}, "enrolled_at": ""} == {
        "id": "", "number": 1, "name": "Ana Pérez", "country": "AR", "organization": "DNM", "status": "accepted",
        "email": "ana@dnm.example", "edition": "ICIM-37", "person": {}, "post": None, "sex": "female", "category": "official",
        "honorific": None, "given_name": None, "family_name": None, "language": None, "phone": None, "birth_year": None,
        "nationality": None, "funder": None, "reason": None, "enrolled_at": "",
        "organization_id": cli("org", "list", "--json").json[0]["id"], "organization_name": "DNM", "organization_acronym": "",
        "replaces": None,
    } | {"organization_name": cli("roster", "show", "1", "-e", "ICIM-37", "--json").json["organization_name"]}  # fmt: skip


NASTY = [
    '#read("/etc/passwd")', "<script>alert(1)</script>", "{{ 7*7 }}", "=cmd()", "[red]x[/red]", "../../x", "x" * 120,
    "مريم الحسن", "李小龍", "Ana 😀", "O'Brien \"Bob\"", "$x^2$ *b* _i_ @r // c",
]  # fmt: skip


def test_any_name_is_kept_and_told_as_it_is_written(store, cli, edition):
    Path("list.csv").write_text(as_text([["Nombre", "País"], *([name, "AR"] for name in NASTY)]), encoding="utf-8")

    assert cli("enroll", "--from", "list.csv", "-e", "ICIM-37").code == 0

    assert [one.name for one in enrollment.list_roster(store, edition)] == NASTY
    assert [one["name"] for one in cli("roster", "list", "-e", "ICIM-37", "--json").json] == NASTY
    shown = cli("roster", "list", "-e", "ICIM-37").out
    assert [name for name in NASTY if name not in shown] == []
    told = cli("roster", "list", "-e", "ICIM-37", "--csv").out
    assert ",4,'=cmd(),AR," in told.replace("\r", "")


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=6))
def test_whatever_the_cells_hold_the_answer_is_a_sentence_and_all_or_nobody(store, cli, edition, rows):
    Path("list.csv").write_text(as_text([SPANISH, *rows]), encoding="utf-8")
    before = everything(store)

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37", "--dry-run", "--json")

    assert answer.code in (0, 4, 5)
    assert everything(store) == before
    if answer.code == 0:
        json.loads(answer.out)
