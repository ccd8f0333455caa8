"""Rosters as offices send them: every format, every fault with its place, all or nobody."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl import enrollment, tables
from coursectl.editions import EditionRef
from coursectl.enrollment import HEADERS
from coursectl.enrollment.files import COLUMNS
from coursectl.errors import BadInput
from coursectl.locale import fold
from coursectl.store import update

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

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "--bad-rows", "bad.csv", "-e", "ICIM-37", "--json")

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

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "--bad-rows", "bad.csv", "-e", "ICIM-37")

    assert (answer.code, answer.err) == (4, "bad.csv is there already; name another file for the bad rows.\n")
    assert Path("bad.csv").read_text() == "mine"


def test_no_file_of_bad_rows_is_left_where_the_list_is_refused(store, cli, edition):
    store_rows = [
        SPANISH,
        *([f"Person {n}", "AR", "", "", "", ""] for n in range(40)),
        ["Nadie", "Atlantis", "", "", "", ""],
    ]
    Path("list.csv").write_text(as_text(store_rows), encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "--bad-rows", "bad.csv", "-e", "ICIM-37")

    assert answer.code == 4
    assert answer.err.startswith("ICIM-37 has too few seats left, 30 of 30, and 40 are asked for")
    assert not Path("bad.csv").exists()
    assert stored(store, edition) == []


def test_a_dry_run_of_a_file_writes_nothing_at_all(store, cli, edition):
    Path("list.csv").write_text(as_text(BAD), encoding="utf-8")
    before = everything(store)

    answer = cli("enroll", "--from", "list.csv", "--skip-bad", "--bad-rows", "bad.csv", "-e", "ICIM-37", "--dry-run")

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
    assert answer.err.startswith('list.csv has a column "N.º de pasaporte". Passport and identity numbers are')
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
        (("enroll", "--from", "list.csv", "--sex", "F"), "--sex is for one person"),
        (("enroll", "--from", "list.csv", "--over-quota", "Guest"), "--over-quota is for one person"),
        (("enroll", "Ana", "--map", "a=name"), "--map, --skip-bad and --bad-rows are for a list"),
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
        "namesakes": [], "quota_full": None, "differences": [], "written": [], "filled": [], "already": False,
    }  # fmt: skip
    assert cli("roster", "list", "-e", "ICIM-37", "--json").json[0] | {"id": "", "person": {}, "enrolled_at": ""} == {
        "id": "", "number": 1, "name": "Ana Pérez", "country": "AR", "organization": "DNM", "status": "accepted",
        "email": "ana@dnm.example", "edition": "ICIM-37", "person": {}, "post": None, "sex": "female", "category": "official",
        "honorific": None, "given_name": None, "family_name": None, "language": None, "phone": None, "birth_year": None,
        "nationality": None, "funder": None, "reason": None, "enrolled_at": "",
        "organization_id": cli("org", "list", "--json").json[0]["id"], "organization_name": "DNM", "organization_acronym": "",
        "replaces": None, "erased": False, "late": False, "nominated_by": None, "nominated_by_id": None, "priority": None, "reserve": False, "waiting": None,
        "over_quota": None, "publish": None, "needs": None,
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


def write(name, rows):
    Path(name).write_text(as_text(rows), encoding="utf-8")


def limit(store, act, edition, seats, waiting_list=0):
    old, new = {"seats": 30, "waiting_list": 0}, {"seats": seats, "waiting_list": waiting_list}
    store.apply(act.operation("edition edit", update("edition", edition.id, old, new, AssertionError())))


def test_more_rows_than_seats_are_one_sentence_with_the_seats_left_and_nothing_is_written(store, act, cli, edition):
    limit(store, act, edition, 2)
    write("list.csv", [SPANISH, *PEOPLE])
    before = everything(store)

    dry = cli("enroll", "--from", "list.csv", "-e", "ICIM-37", "--dry-run")
    real = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (real.code, real.out, real.err) == (
        4, "",
        "ICIM-37 has too few seats left, 2 of 2, and 3 are asked for; nothing was written. "
        "Raise them with: coursectl edition edit ICIM-37 --seats N\n",
    )  # fmt: skip
    assert dry == real
    assert everything(store) == before


def test_with_a_waiting_list_the_rest_of_a_file_waits_in_the_order_of_its_rows(store, act, cli, edition):
    limit(store, act, edition, 1, waiting_list=1)
    write("list.csv", [SPANISH, PEOPLE[2], PEOPLE[1], PEOPLE[0]])

    refused = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")
    foreseen = cli("enroll", "--from", "list.csv", "--waiting-list", "-e", "ICIM-37", "--dry-run")
    done = cli("enroll", "--from", "list.csv", "--waiting-list", "-e", "ICIM-37")
    once = everything(store)
    again = cli("enroll", "--from", "list.csv", "--waiting-list", "-e", "ICIM-37")

    assert (refused.code, "Add --waiting-list" in refused.err) == (4, True)
    assert foreseen.out == f"Would be done, nothing was written: {done.out}"
    assert done.out.splitlines() == [
        "ICIM-37: 1 person of list.csv is enrolled (0 seats left).",
        "On the waiting list: João da Silva; Ana Pérez Núñez.",
        "New organizations: UAEMC; Polícia Federal; DNM.",
    ]
    assert [(one.number, one.name, one.status) for one in enrollment.list_roster(store, edition)] == [
        (1, "Zareymakú", "accepted"), (None, "João da Silva", "waitlisted"), (None, "Ana Pérez Núñez", "waitlisted"),
    ]  # fmt: skip
    assert again.out.splitlines() == [
        "ICIM-37: 0 people of list.csv are enrolled (0 seats left).",
        "3 were in it already: unchanged.",
    ]
    assert everything(store) == once


def test_bad_rows_go_beside_the_list_and_the_second_time_into_the_same_file(store, cli, edition):
    Path("lists").mkdir()
    write("lists/roster.csv", BAD)

    first = cli("enroll", "--from", "lists/roster.csv", "--skip-bad", "-e", "ICIM-37")
    once = everything(store)
    again = cli("enroll", "--from", "lists/roster.csv", "--skip-bad", "-e", "ICIM-37")

    assert (first.code, first.out.splitlines()[-1]) == (
        0,
        "4 bad rows are in lists/roster-bad.csv, with their reasons.",
    )
    assert (again.code, again.out.splitlines()[-1]) == (
        0,
        "4 bad rows are in lists/roster-bad.csv, with their reasons.",
    )
    assert sorted(path.name for path in Path("lists").iterdir()) == ["roster-bad.csv", "roster.csv"]
    assert everything(store) == once


def test_bad_rows_are_corrected_in_their_file_and_enrolled_from_it(store, cli, edition):
    write("roster.csv", [*BAD[:2], BAD[2]])
    cli("enroll", "--from", "roster.csv", "--skip-bad", "-e", "ICIM-37")
    text = Path("roster-bad.csv").read_text("utf-8-sig")

    Path("roster-bad.csv").write_text(text.replace("Atlantis", "Chile", 1), encoding="utf-8-sig")
    done = cli("enroll", "--from", "roster-bad.csv", "-e", "ICIM-37", "--yes")

    assert (done.code, done.err) == (0, "")
    assert [(one.name, one.country) for one in enrollment.list_roster(store, edition)] == [
        ("Ana Pérez Núñez", "AR"), ("Bruno", "CL"),
    ]  # fmt: skip


def test_a_file_of_bad_rows_that_somebody_has_corrected_is_not_written_over(cli, edition):
    write("roster.csv", BAD)
    Path("roster-bad.csv").write_text("corrected")

    answer = cli("enroll", "--from", "roster.csv", "--skip-bad", "-e", "ICIM-37", "--json").json

    assert answer["skipped_file"] == "roster-bad-2.csv"
    assert Path("roster-bad.csv").read_text() == "corrected"
    assert Path("roster-bad-2.csv").exists()


def test_where_bad_rows_cannot_be_kept_nobody_is_enrolled(store, cli, edition):
    write("roster.csv", BAD)
    before = everything(store)

    answer = cli("enroll", "--from", "roster.csv", "--skip-bad", "--bad-rows", "nowhere/bad.csv", "-e", "ICIM-37")

    assert (answer.code, answer.out, answer.err) == (3, "", "There is no folder nowhere.\n")
    assert everything(store) == before


def test_a_list_without_bad_rows_makes_no_file_of_them(cli, edition):
    write("roster.csv", [SPANISH, *PEOPLE])

    answer = cli("enroll", "--from", "roster.csv", "--skip-bad", "-e", "ICIM-37", "--json").json

    assert (answer["skipped"], answer["skipped_file"], Path("roster-bad.csv").exists()) == (0, None, False)


def test_a_bad_row_is_also_told_whose_e_mail_it_has(store, cli, edition):
    cli("enroll", "Ana Pérez", "--country", "AR", "--email", "ana@dnm.example", "-e", "ICIM-37")
    write("list.csv", [["Nombre", "País", "Correo"], ["Bruno Paz", "Atlantis", "ana@dnm.example"]])

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert answer.code == 5
    country, email = answer.err.splitlines()[1:]
    assert country.startswith("  row 2, \"País\": 'Atlantis': no country is called so;")
    assert email.startswith(
        "  row 2, \"Correo\": 'ana@dnm.example': ana@dnm.example belongs to Ana Pérez, not to Bruno Paz."
    )


@pytest.mark.parametrize(
    ("headers", "row", "column"),
    [
        (["Nombre", "País"], ["", "AR"], "Nombre"),
        (["Nombre completo", "País"], ["12", "AR"], "Nombre completo"),
        (["Apellidos", "Nombres", "País"], ["", "", "AR"], "Apellidos"),
        (["Apellidos y nombres", "País"], ["", "AR"], "Apellidos y nombres"),
    ],
)
def test_a_missing_name_is_told_by_the_column_that_the_reader_sees(cli, edition, headers, row, column):
    write("list.csv", [headers, row])

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.err.splitlines()[1].startswith(f'  row 2, "{column}": ')) == (5, True), answer.err


def test_rows_are_numbered_as_the_spreadsheet_shows_them(cli, edition):
    rows = [["Curso 2015", ""], ["", ""], ["Nombre", "País"], ["Ana", "AR"], ["", ""], ["Bruno", "Atlantis"]]
    write_xlsx(Path("list.xlsx"), rows)
    write_ods(Path("list.ods"), rows)
    write("list.csv", rows)

    said = [
        cli("enroll", "--from", name, "-e", "ICIM-37").err.splitlines()[1]
        for name in ("list.xlsx", "list.ods", "list.csv")
    ]

    assert [line.startswith("  row 6, \"País\": 'Atlantis': ") for line in said] == [True] * 3, said


def test_a_list_takes_nobody_back_who_has_withdrawn_and_says_so(store, cli, edition):
    write("list.csv", [SPANISH, *PEOPLE])
    cli("enroll", "--from", "list.csv", "-e", "ICIM-37")
    cli("roster", "withdraw", "2", "-e", "ICIM-37")
    before = everything(store)

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.out.splitlines()) == (
        0,
        [
            "ICIM-37: 0 people of list.csv are enrolled (28 seats left).",
            "3 were in it already: unchanged.",
            "Not taken back, they have withdrawn or declined: João da Silva.",
            "To take them back: coursectl roster accept 2 -e ICIM-37",
        ],
    )
    assert everything(store) == before


def test_the_same_person_twice_in_a_file_is_told_by_both_rows(store, cli, edition):
    write("list.csv", [["Nombre", "País"], ["Ana Pérez", "AR"], ["Bea", "CL"], ["ANA PEREZ", "Argentina"]])

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.err.splitlines()[1:]) == (
        5, ["  row 4, \"Nombre\": 'ANA PEREZ': ANA PEREZ is in the file twice, also in row 2"],
    )  # fmt: skip


def test_a_path_through_a_file_leads_nowhere(cli, edition):
    Path("list.csv").write_text("Nombre,País\nAna,AR\n", encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv/people.csv", "-e", "ICIM-37")

    assert (answer.code, answer.out, answer.err) == (5, "", "list.csv/people.csv can't be read: Not a directory.\n")


def test_a_file_that_may_not_be_read_is_one_sentence(edition):
    """As somebody without rights: for root no file is forbidden."""
    path = Path("list.csv")
    path.write_text("Nombre,País\nAna,AR\n", encoding="utf-8")
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(BadInput) as refused:
            enrollment.read_roster(path, "2015-03-09")
    finally:
        if root:
            os.seteuid(0)

    assert refused.value.sentence() == (
        "list.csv can't be read: you have no permission, or another program has locked it."
    )


def test_ten_thousand_rows_are_one_operation(store, cli, edition, act):
    old = {"seats": 30}
    store.apply(act.operation("edition edit", update("edition", edition.id, old, {"seats": None}, AssertionError())))
    write(
        "list.csv",
        [SPANISH, *([f"Person {n}", "AR", f"Office {n % 50}", f"p{n}@x.example", "F", "Jefa"] for n in range(10_000))],
    )

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert (answer.code, answer.out.splitlines()[0]) == (0, "ICIM-37: 10000 people of list.csv are enrolled.")
    assert store.read("SELECT command, count(*) AS n FROM op WHERE command LIKE 'enroll%'") == [
        {"command": "enroll ICIM-37", "n": 1}
    ]
    assert store.read("SELECT count(*) AS n, min(number) AS first, max(number) AS last FROM enrollment") == [
        {"n": 10_000, "first": 1, "last": 10_000}
    ]
    assert store.read("SELECT taken FROM seat_count") == [{"taken": 10_000}]


def test_a_column_that_was_not_read_is_told_with_the_faults_that_it_may_explain(cli, edition):
    Path("list.csv").write_text("Nombre,Correo,Procedencia del señor\nAna,,Perú\n", encoding="utf-8")

    answer = cli("enroll", "--from", "list.csv", "-e", "ICIM-37")

    assert answer.code == 5
    assert answer.err.splitlines() == [
        "list.csv: 1 fault, nothing was written.",
        '  row 2, "country": no country is stated; only international staff represent none',
        '"Procedencia del señor": this column isn\'t known and was not read; say what it is with --map',
    ]


# Headers, in the four languages ------------------------------------------------------------------------------------------

NAMES_OF_HEADERS = {
    "family_name": "Apellido|Apellidos|Apellido(s)|Apellido/s|APELLIDOS|Apelido|Apelidos|Apelido(s)|Sobrenome|Sobrenome(s)|Apelido/Sobrenome"
    "|Nome de família|Nom de famille|Noms de famille|Nom(s) de famille|Surname|Surname(s)|Last name|Last name(s)|Family name|Family name(s)",
    "given_name": "Nombres|Nombre(s) de pila|Nome próprio|Nomes próprios|Nome(s) próprio(s)|Prenome|Prenome(s)|Prénom|Prénoms|Prénom(s)"
    "|First name(s)|Given name|Given name(s)|Forename(s)",
    "first_or_full": "Nombre|Nombre(s)|Nombre/s|Nome|Nome(s)|Nom",
    "name": "Name|Full name|Nombre completo|Nombre(s) y apellido(s)|Nombre/Apellido|Nome completo|Nome e apelido|Nome(s) e sobrenome(s)"
    "|Nom complet|Nom et prénom(s)|Prénom(s) et nom",
    "inverted_name": "Apellido(s) y nombre(s)|Apellidos, nombres|Apellido/s, nombre/s|Apelido e nome|Apelidos e nomes|Sobrenome, nome"
    "|Nom, prénom(s)|Surname, first name|Surname and first name",
    "honorific": "Tratamiento|Tratamiento/Título|Tratamento|Civilité|Sr./Sra.|Mr./Ms.|M./Mme|Form of address",
    "sex": "Sexo|Género|Sexo/Género|Sexo (F/M)|Gênero|Sexe|Sex/Gender",
    "country": "País|País/es|Países|País al que representa|País de origem|Pays|Pays représenté(s)|Represented countries",
    "organization": "Institución|Institución/Organismo|Organismo(s)|Entidad(es)|Órgão/Instituição|Local de trabalho|Organisme(s)|Employer",
    "post": "Cargo|Cargo/Función|Cargo(s)|Puesto/Cargo|Função/Cargo|Cargo atual|Poste/Fonction|Current position",
    "email": "Correo electrónico|Correo(s) electrónico(s)|E-mail(s)|Correo/E-mail|Correio eletrônico|Correio electrónico|Courriel(s)|Adresse mail",
    "category": "Categoría(s)|Categoria do participante|Catégorie|Type of participant",
    "language": "Idioma(s)|Idioma de correspondencia|Língua(s)|Langue(s)|Language(s)",
    "birth_year": "Fecha de nac.|F. de nacimiento|Data de nascimento|Né(e) le|Date of birth",
    "phone": "Teléfono(s)|Tel./Cel.|Teléfono/Celular|WhatsApp|Telemóvel|Telefone/Celular|Tél.|Téléphone portable|Mobile phone",
    "nationality": "Nacionalidad(es)|Ciudadanía|Nacionalidade(s)|Nationalité(s)|Citizenship",
    "funder": "Financiado por|Fuente de financiamiento|Bolsa|Bourse|Source de financement|Funding",
    "status": "Estado de la postulación|Situación|Situação da inscrição|Statut",
    "priority": "Prioridad|Orden de preferencia|Ordem de mérito|Ordre de mérite|Order of merit",
    "reserve": "Suplente(s)|Titular/Suplente|Titular ou suplente|Suppléant(e)|Alternate(s)",
    "nominated_by": "Propuesto/a por|Postulado(a) por|Institución que propone|Proposto por|Proposé(e) par|Proposed by",
    "publish": "Autoriza su publicación|Autoriza publicação|Accepte la publication|Publication consent",
    "needs": "Alergias|Restricciones alimentarias|Restrições alimentares|Besoins alimentaires|Dietary restrictions",
    "number": "N.º|N.º de orden|Ordem|N° d'ordre|No.",
    "reason": "Motivo(s)|Razones|Razões|Raison(s)",
}  # fmt: skip


@pytest.mark.parametrize("field", NAMES_OF_HEADERS)
def test_the_columns_are_known_by_all_that_offices_call_them(field):
    read = {}
    for header in NAMES_OF_HEADERS[field].split("|"):
        other = "País" if field != "country" else "Sexo"
        Path("list.csv").write_text(as_text([[header, other], ["", ""], ["x", "y"]]), encoding="utf-8")
        table = tables.read_table(Path("list.csv"), COLUMNS, None, [])
        read[header] = next((name for name, found in table.headers.items() if found == header), None)

    assert read == dict.fromkeys(NAMES_OF_HEADERS[field].split("|"), field)


def test_no_header_means_two_columns():
    meant = Counter(
        key for field, headers in HEADERS.items() for key in {fold(one) or one for one in (field, *headers)}
    )

    assert [header for header, times in meant.items() if times > 1] == []
    assert set(NAMES_OF_HEADERS) == set(HEADERS)


@pytest.mark.parametrize(
    ("family", "given"),
    [("Apelido", "Nome próprio"), ("Apelido(s)", "Nome(s)"), ("Nome de família", "Nome"), ("Nom de famille", "Prénom(s)"),
     ("Nom(s)", "Prénom(s)"), ("Nom", "Prénom"), ("Apellido(s)", "Nombre(s)"), ("Apellido/s", "Nombre/s"), ("Surname(s)", "Given name(s)")],
)  # fmt: skip
def test_names_in_parts_are_read_whatever_the_office_calls_them(store, cli, edition, family, given):
    Path("list.csv").write_text(as_text([[family, given, "País"], ["Araújo Melo", "João", "BR"]]), encoding="utf-8")

    assert cli("enroll", "--from", "list.csv", "-e", "ICIM-37").code == 0

    assert store.read("SELECT name, given_name, family_name FROM person") == [
        {"name": "João Araújo Melo", "given_name": "João", "family_name": "Araújo Melo"}
    ]


def test_a_workbook_of_the_old_kind_is_read_with_its_title_merged_cells_and_total(store, cli, edition):
    book = Path(__file__).parent / "data" / "nominations.xls"

    answer = cli("enroll", "--from", book, "--status", "nominated", "-e", "ICIM-37")

    assert (answer.code, answer.err) == (0, "Row 7 only counts the others and isn't read.\n")
    assert [
        (one["name"], one["country"], one["organization"], one["email"], one["status"])
        for one in cli("roster", "list", "-e", "ICIM-37", "--sort", "name", "--json").json
    ] == [
        ("Ana Ñáñez", "AR", "Dirección Nacional de Migraciones", "ana@dnm.example", "nominated"),
        ("João Araújo", "BR", "Polícia Federal", "joao@pf.example", "nominated"),
        ("Luis Soto", "AR", "Dirección Nacional de Migraciones", "luis@dnm.example", "nominated"),
    ]
