"""Lists as ministries send them: several sheets, footers, dates in words, one country for all; and what is said of each."""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from conftest import add_edition


@pytest.fixture(autouse=True)
def _edition(icim37):
    """Every command here finds ICIM-37 with 30 seats, held in 2015."""


@pytest.fixture
def enroll(cli):
    """Enroll a list in ICIM-37."""

    def call(name, *arguments):
        return cli("enroll", "--from", name, "-e", "ICIM-37", *arguments)

    return call


def write(name, rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    Path(name).write_text(text.getvalue(), encoding="utf-8")


def workbook(sheets, merged=(), name="list.xlsx"):
    """A workbook of sheets with rows, by name; `merged` cells of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(name)


def stored(store, *columns):
    named = ", ".join(columns)
    return [
        tuple(row.values())
        for row in store.read(
            f"SELECT person.name, {named} FROM enrollment JOIN person ON person.id = person_id ORDER BY enrollment.id"
        )
    ]


# Sheets

HEAD = ["Nombre", "País"]
TWO_SHEETS = {
    "Argentina": [HEAD, ["Ana Pérez", "AR"]],
    "Chile": [HEAD, ["Luis Soto", "CL"]],
    "Vacía": [],
}
ONLY = (
    'Only the sheet "Argentina" is read; list.xlsx has others: "Chile". To read one of them: --sheet NAME'
)  # fmt: skip


def test_of_several_sheets_it_is_said_which_one_was_read_and_which_were_not(store, enroll):
    workbook(TWO_SHEETS)

    shown, shown_json = enroll("list.xlsx", "--preview"), enroll("list.xlsx", "--preview", "--json").json
    dry = enroll("list.xlsx", "--dry-run", "--json").json
    done = enroll("list.xlsx")

    assert (shown.out.splitlines()[1], shown.err) == (ONLY, "")
    assert (done.code, done.err.splitlines()) == (0, [ONLY])
    assert [(one["sheet"], one["other_sheets"]) for one in (shown_json, dry)] == [("Argentina", ["Chile"])] * 2
    assert stored(store, "enrollment.country") == [("Ana Pérez", "AR")]


@pytest.mark.parametrize("named", ["Chile", "chile"])
def test_a_sheet_is_chosen_by_its_name(store, enroll, named):
    workbook(TWO_SHEETS)

    shown = enroll("list.xlsx", "--preview", "--sheet", named, "--json").json
    enroll("list.xlsx", "--sheet", named)

    assert (shown["sheet"], shown["other_sheets"]) == ("Chile", ["Argentina"])
    assert stored(store, "enrollment.country") == [("Luis Soto", "CL")]


def test_a_sheet_of_an_opendocument_workbook_is_chosen_too(store, enroll):
    book = OpenDocumentSpreadsheet()
    for title, rows in TWO_SHEETS.items():
        table = Table(name=title)
        for row in rows:
            line = TableRow()
            for words in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=words))
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save("list.ods")

    enroll("list.ods", "--sheet", "Chile")

    assert stored(store, "enrollment.country") == [("Luis Soto", "CL")]


def test_one_sheet_alone_is_not_spoken_of(enroll):
    workbook({"Lista": TWO_SHEETS["Chile"]})

    done = enroll("list.xlsx", "--json")

    assert (done.err, done.json["sheet"], done.json["other_sheets"]) == ("", "Lista", [])


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(cli, enroll):
    workbook(TWO_SHEETS)
    write("list.csv", TWO_SHEETS["Chile"])

    unknown, no_workbook = enroll("list.xlsx", "--sheet", "Perú"), enroll("list.csv", "--sheet", "Perú")
    nobody = cli("enroll", "Ana", "--sheet", "Perú", "-e", "ICIM-37")

    assert [(one.code, one.err) for one in (unknown, no_workbook, nobody)] == [
        (5, 'list.xlsx has no visible sheet "Perú" with something in it; it has: "Argentina", "Chile".\n'),
        (5, "list.csv is no workbook, so it has no sheets; leave out --sheet.\n"),
        (2, "--sheet is for a list: give it with --from FILE.\n"),
    ]


# Footers

FOOTER = ["Total: 2 personas", "Firma: Jorge", "Lima, 3 de noviembre de 2015"]


def test_what_stands_under_a_list_is_nobody_though_the_country_is_merged_down_to_it(store, enroll):
    rows = [["País", *HEAD[:1]], ["Perú", "Ana Pérez"], ["", "Luis Soto"], [], *(["", words] for words in FOOTER)]
    workbook({"Lista": rows}, ["A2:A7"])

    shown, done = enroll("list.xlsx", "--preview", "--json").json, enroll("list.xlsx")

    assert (done.code, done.err.splitlines()) == (
        0,
        [
            "Row 5 only counts the others and isn't read.",
            'Row 6, "Firma: Jorge", is under the list and isn\'t read.',
            'Row 7, "Lima, 3 de noviembre de 2015", is under the list and isn\'t read.',
        ],
    )
    assert (shown["rows"], shown["totals"], shown["left_out"]) == (
        2,
        [5],
        [
            {"row": 5, "text": "Total: 2 personas", "counts": True},
            {"row": 6, "text": "Firma: Jorge", "counts": False},
            {"row": 7, "text": "Lima, 3 de noviembre de 2015", "counts": False},
        ],
    )
    assert stored(store, "enrollment.country") == [("Ana Pérez", "PE"), ("Luis Soto", "PE")]


@pytest.mark.parametrize(
    "footer",
    [
        ["Total: 2"],
        ["TOTAL 2 participantes"],
        ["Total de participantes: 28 (veintiocho)"],
        ["Firma", ""],
        ["Firma: Jorge Ruiz", ""],
        ["Firma:", "Jorge Ruiz"],
        ["Signature: ____________", ""],
        ["Assinatura ..........", ""],
        ["Nom et signature :", ""],
        ["Nota: los suplentes van al final", ""],
        ["Observações: nenhuma", ""],
        ["* suplente", ""],
        ["(*) Suplente", ""],
        ["Brasília, 3/11/2015", ""],
        ["Fait à Paris, le 3 novembre 2015", ""],
        ["Dado en Lima, a los 3 días del mes de noviembre de 2015.", ""],
        ["March 9, 2015", ""],
    ],
)
def test_a_footer_is_nobody(store, enroll, footer):
    write("list.csv", [HEAD, ["Ana Pérez", "AR"], footer, []])

    answer = enroll("list.csv", "--json")

    assert (answer.code, [note["row"] for note in answer.json["left_out"]]) == (0, [3])
    assert stored(store, "enrollment.country") == [("Ana Pérez", "AR")]


@pytest.mark.parametrize(
    "person",
    [
        ["Firma Gómez", "AR", "f@x.example"],
        ["Firma", "AR", ""],
        ["Nota", "AR", ""],
        ["Data", "BR", ""],
        ["Total Gómez", "AR", ""],
        ["Local: Luis", "AR", "l@x.example"],
        ["Lima, Rosa", "AR", ""],
    ],
)
def test_who_is_called_like_a_footer_is_a_person_all_the_same(store, enroll, person):
    write("list.csv", [[*HEAD, "Correo"], ["Ana Pérez", "AR", "ana@x.example"], person])

    answer = enroll("list.csv", "--json")

    assert (answer.code, answer.json["left_out"], len(answer.json["enrolled"])) == (0, [], 2)


def test_a_label_above_a_person_is_a_fault_and_not_passed_over(enroll):
    write("list.csv", [HEAD, ["Firma: Jorge", ""], ["Ana Pérez", "AR"]])

    answer = enroll("list.csv")

    assert (answer.code, "row 2" in answer.err) == (5, True)


# What is everybody's


def test_a_list_without_a_column_takes_what_is_said_of_everybody_and_its_cells_win(store, enroll):
    write("list.csv", [["Nombre", "País", "Financiador"], ["Ana Pérez", "", ""], ["Luis Soto", "CL", "OIM"]])
    everybody = ("--country", "Perú", "--by", "Cancillería (MRE)", "--org", "SNM", "--category", "académica",
                 "--language", "español", "--funder", "OEA", "--status", "nominated")  # fmt: skip

    shown = enroll("list.csv", *everybody, "--preview")
    done = enroll("list.csv", *everybody)

    assert shown.out.splitlines()[4:7] == [
        "Where the list says nothing: country PE; nominated by Cancillería (MRE); organization SNM; category academic;"
        " language es; funder OEA; status nominated",
        "Row 2: full name Ana Pérez; country PE; organization SNM; category academic; status nominated; nominated by MRE; funder OEA; language es",
        "Row 3: full name Luis Soto; country CL; organization SNM; category academic; status nominated; nominated by MRE; funder OIM; language es",
    ]
    assert (done.code, done.err) == (0, "")
    assert store.read(
        "SELECT enrollment.country, office.name ->> '$.und' AS office, nominator.acronym ->> '$.und' AS nominator, nominator.country AS of,"
        " category, language, funder, status FROM enrollment JOIN person ON person.id = person_id"
        " JOIN organization AS office ON office.id = organization_id JOIN organization AS nominator ON nominator.id = nominated_by"
        " ORDER BY enrollment.id"
    ) == [
        {"country": "PE", "office": "SNM", "nominator": "MRE", "of": "PE", "category": "academic", "language": "es",
         "funder": "OEA", "status": "nominated"},
        {"country": "CL", "office": "SNM", "nominator": "MRE", "of": "CL", "category": "academic", "language": "es",
         "funder": "OIM", "status": "nominated"},
    ]  # fmt: skip


def test_what_is_said_of_everybody_says_nothing_of_who_is_in_already(store, enroll):
    write("list.csv", [["Nombre", "Correo"], ["Ana Pérez", "ana@x.example"]])
    enroll("list.csv", "--country", "PE")

    again = enroll("list.csv", "--country", "BR", "--update", "--json").json

    assert (again["differing"], stored(store, "enrollment.country")) == ([], [("Ana Pérez", "PE")])


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--country", "Atlantis"), 5, "\"--country\": 'Atlantis': no country is called so"),
        (("--category", "spy"), 5, "\"--category\": 'spy': there is no such category"),
        (("--status", "completed"), 2, "--status is accepted, confirmed or nominated."),
        (("--email", "a@x.example"), 2, "--email is for one person; in a list it is a column of the file."),
        (("--post", "Jefa"), 2, "--post is for one person; in a list it is a column of the file."),
        (("--priority", "1"), 2, "--priority is for one person; in a list it is a column of the file."),
    ],
)
def test_what_cannot_be_everybodys_is_one_sentence(enroll, options, code, said):
    write("list.csv", [HEAD, ["Ana Pérez", ""]])

    answer = enroll("list.csv", *options)

    assert (answer.code, answer.out, answer.err.startswith(said), answer.err.count("\n")) == (code, "", True, 1), (
        answer.err
    )


# What becomes of those who are known


CONTACTS = ["Nombre", "País", "Correo", "Teléfono", "Cargo"]


def test_a_gap_that_a_list_fills_is_told_and_who_has_it_is_not_unchanged(store, enroll):
    write("one.csv", [CONTACTS, ["Ana Pérez", "AR", "", "", ""], ["Luis Soto", "CL", "", "", ""]])
    write("two.csv", [CONTACTS, ["Ana Pérez", "AR", "ana@x.example", "+54 1", ""], ["Luis Soto", "CL", "", "", ""]])
    enroll("one.csv")

    dry, dry_json = enroll("two.csv", "--dry-run"), enroll("two.csv", "--dry-run", "--json").json
    done = enroll("two.csv")
    again = enroll("two.csv")

    assert done.out.splitlines() == [
        "ICIM-37: 0 people of two.csv are enrolled (28 seats left).",
        "1 was in it already: unchanged.",
        "Filled in of Ana Pérez: e-mail, phone.",
    ]
    assert dry.out == f"Would be done, nothing was written: {done.out}"
    assert [(one["person"]["name"], one["filled"], one["unchanged"]) for one in dry_json["changed"]] == [
        ("Ana Pérez", ["email", "phone"], False)
    ]
    assert [one["person"]["name"] for one in dry_json["unchanged"]] == ["Luis Soto"]
    assert again.out.splitlines()[1:] == ["2 were in it already: unchanged."]
    assert stored(store, "email", "phone") == [("Ana Pérez", "ana@x.example", "+54 1"), ("Luis Soto", None, None)]


def test_a_gap_of_somebody_who_comes_again_is_told_in_the_users_language(cli, act, icim37, store, monkeypatch):
    add_edition(store, act, icim37.course, 38)
    write("list.csv", [CONTACTS, ["Ana Pérez", "AR", "ana@x.example", "", ""]])
    cli("enroll", "Ana Pérez", "--country", "AR", "-e", "ICIM-37")

    monkeypatch.setenv("COURSECTL_LANG", "es")
    done = cli("enroll", "--from", "list.csv", "-e", "ICIM-38")

    assert done.out.splitlines()[1:] == ["Se completó de Ana Pérez: correo electrónico."]


def test_a_gap_that_the_options_of_a_name_fill_is_told(cli):
    cli("enroll", "Ana Pérez", "--country", "AR", "-e", "ICIM-37")

    dry = cli("enroll", "Ana Pérez", "--country", "AR", "--email", "a@x.example", "-e", "ICIM-37", "--dry-run")
    done = cli("enroll", "Ana Pérez", "--country", "AR", "--email", "a@x.example", "-e", "ICIM-37")

    assert done.out == "Ana Pérez is in ICIM-37 already (accepted, number 1). Filled in of Ana Pérez: e-mail.\n"
    assert dry.out == f"Would be done, nothing was written: {done.out}"


def test_of_who_has_left_and_is_refused_nothing_is_filled_in(store, cli):
    cli("enroll", "Ana Pérez", "--country", "AR", "-e", "ICIM-37")
    cli("roster", "withdraw", "1", "-e", "ICIM-37")

    told = cli("enroll", "Ana Pérez", "--country", "AR", "--email", "a@x.example", "-e", "ICIM-37")

    assert (told.code, stored(store, "email")) == (4, [("Ana Pérez", None)])


def test_an_update_tells_what_it_wrote_apart_from_what_it_did_not(store, enroll):
    write("one.csv", [CONTACTS, ["Ana Pérez", "AR", "ana@x.example", "", "Jefa"], ["Luis Soto", "CL", "", "+56 1", ""],
                      ["Eva Paz", "BO", "", "", ""]])  # fmt: skip
    write("two.csv", [CONTACTS, ["Ana Pérez", "AR", "ana@x.example", "", "Directora"], ["Luis Soto", "CL", "", "+56 2", ""],
                      ["Eva Paz", "BO", "", "", ""]])  # fmt: skip
    enroll("one.csv")
    luis = store.read("SELECT id FROM person WHERE name = 'Luis Soto'")[0]["id"]

    told, done = enroll("two.csv", "--update", "--dry-run", "--json").json, enroll("two.csv", "--update")

    assert done.out.splitlines() == [
        "ICIM-37: 0 people of two.csv are enrolled (27 seats left).",
        "1 was in it already: unchanged.",
        "1 was in it already and stays so, though the list says otherwise.",
        "1 enrollment now says what the list says:",
        "  row 2, Ana Pérez, Cargo: Directora, before: Jefa",
        "What the list says otherwise was not written over what is there:",
        "  row 3, Luis Soto, Teléfono: +56 1 in the store, +56 2 in the list",
        "Of a person, no list writes it over. To write it:",
        f"  coursectl person edit {luis} --phone '+56 2'",
    ]
    assert {group: [one["person"]["name"] for one in told[group]] for group in ("unchanged", "changed", "kept")} == {
        "unchanged": ["Eva Paz"], "changed": ["Ana Pérez"], "kept": ["Luis Soto"],
    }  # fmt: skip
    assert [(one["field"], one["written"]) for row in told["differing"] for one in row["differences"]] == [
        ("post", True), ("phone", False),
    ]  # fmt: skip
    assert stored(store, "enrollment.post", "phone") == [
        ("Ana Pérez", "Directora", None), ("Luis Soto", None, "+56 1"), ("Eva Paz", None, None),
    ]  # fmt: skip


def test_the_command_that_is_told_writes_it(cli, store, enroll):
    write("one.csv", [CONTACTS, ["Ana Pérez", "AR", "ana@x.example", "", ""]])
    write("two.csv", [[*CONTACTS, "Fecha"], ["Ana Pérez", "AR", "", "", ""]])
    write("three.csv", [[*CONTACTS, "Tratamiento"], ["Ana Pérez", "AR", "ana@x.example", "+54 2", "", "Dra."]])
    enroll("one.csv")
    cli("person", "edit", "Ana Pérez", "--phone", "+54 1", "--honorific", "Lic.")
    command = enroll("three.csv", "--update").out.splitlines()[-1]

    cli(*shlex.split(command)[1:])
    assert store.read("SELECT phone, honorific FROM person") == [{"phone": "+54 2", "honorific": "Dra."}]
    assert enroll("three.csv").out.splitlines()[1:] == ["1 was in it already: unchanged."]


def test_who_is_only_nominated_is_not_said_to_be_enrolled(enroll):
    write("list.csv", [HEAD, ["Ana Pérez", "AR"], ["Luis Soto", "CL"]])
    write("more.csv", [[*HEAD, "Situação"], ["Eva Paz", "BO", "indicada"], ["Gil Rey", "BO", ""]])

    shown = enroll("list.csv", "--status", "nominated", "--preview", "--json").json
    told, mixed = enroll("list.csv", "--status", "nominated"), enroll("more.csv")

    assert [row["values"]["status"] for row in shown["first"]] == ["nominated", "nominated"]
    assert told.out == "ICIM-37: 2 people of list.csv are nominated (30 seats left).\n"
    assert mixed.out.splitlines() == [
        "ICIM-37: 1 person of more.csv is nominated (29 seats left).",
        "ICIM-37: 1 person of more.csv is enrolled (29 seats left).",
    ]


def test_all_who_have_left_are_in_the_command_that_takes_them_back(cli, enroll):
    people = [["Ana Pérez", "AR"], ["Luis Soto", "CL"], ["Eva Paz", "BO"], ["Gil Rey", "BO"]]
    write("list.csv", [HEAD, *people])
    enroll("list.csv")
    cli("roster", "withdraw", "1", "4", "-e", "ICIM-37")
    cli("roster", "decline", "3", "-e", "ICIM-37")

    told = enroll("list.csv")

    assert told.out.splitlines()[2:] == [
        "Not taken back, they have withdrawn or declined: Ana Pérez; Eva Paz; Gil Rey.",
        "To take them back: coursectl roster accept 1 4 -e ICIM-37; coursectl roster nominate 3 -e ICIM-37",
    ]


# Faults


def test_a_column_that_is_not_known_is_told_and_no_fault(enroll):
    write("good.csv", [[*HEAD, "Color"], ["Ana Pérez", "AR", "azul"]])
    write("bad.csv", [[*HEAD, "Color"], ["Ana Pérez", "Atlantis", "azul"]])

    good, bad = enroll("good.csv"), enroll("bad.csv")

    assert (good.code, good.err) == (0, 'The column "Color" isn\'t known and was ignored.\n')
    assert (bad.code, bad.err.splitlines()[0], bad.err.splitlines()[2:]) == (
        5,
        "bad.csv: 1 fault, nothing was written.",
        ['"Color": this column isn\'t known and was not read; say what it is with --map'],
    )


def test_bad_rows_that_are_bad_for_another_reason_the_second_time_are_in_the_same_file(enroll, monkeypatch):
    write("bo.csv", [["Nombre", "País"], ["Ana Pérez", "AR"], ["Luis Soto", "Atlantis"], ["Eva Paz", "Narnia"]])

    first = enroll("bo.csv", "--skip-bad", "--json").json["skipped_file"]
    monkeypatch.setenv("COURSECTL_LANG", "es")
    again = enroll("bo.csv", "--skip-bad", "--json").json["skipped_file"]

    assert (first, again) == ("bo-bad.csv", "bo-bad.csv")
    assert [path.name for path in Path().glob("bo-bad*")] == ["bo-bad.csv"]


@pytest.mark.parametrize("make", [
    lambda path: path.mkdir(),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"\xff\x00\x01" * 9),
    lambda path: path.write_bytes(b'Nombre,"Pa'),
    lambda path: path.write_text("Nombre,Reason\nLuis Soto,x\n"),
])  # fmt: skip
def test_what_is_no_file_of_these_rows_is_left_and_the_next_name_is_taken(enroll, make):
    write("bo.csv", [HEAD, ["Ana Pérez", "AR"], ["Luis Soto", "Atlantis"]])
    make(Path("bo-bad.csv"))

    assert enroll("bo.csv", "--skip-bad", "--json").json["skipped_file"] == "bo-bad-2.csv"


# Dates of birth


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("9 de marzo de 1985", 1985),
        ("12 de junio de 1990", 1990),
        ("3 de março de 1979", 1979),
        ("1er janvier 1980", 1980),
        ("March 14, 1979", 1979),
        ("3/14/1979", 1979),
        ("9/3/1985", 1985),
        ("1985-03-09", 1985),
        ("1915", 1915),
        ("2005", 2005),
    ],
)
def test_of_a_date_of_birth_in_words_the_year_is_kept(store, enroll, cell, year):
    write("list.csv", [[*HEAD, "Fecha de nacimiento"], ["Ana Pérez", "AR", cell]])

    enroll("list.csv")

    assert stored(store, "birth_year") == [("Ana Pérez", year)]


@pytest.mark.parametrize("cell", ["1890", "9 de marzo de 1914", "2006", "3/14/2014", "2031"])
def test_nobody_of_the_course_was_born_then(store, cli, enroll, cell):
    write("list.csv", [[*HEAD, "Nacimiento"], ["Ana Pérez", "AR", cell]])
    reason = "who takes part in 2015 was born between 1915 and 2005; correct the year, or leave it empty"
    mapped = ("--map", "Nacimiento=birth_year")

    refused, shown = enroll("list.csv", *mapped), enroll("list.csv", *mapped, "--preview", "--json").json
    alone = cli("enroll", "Ana Pérez", "--country", "AR", "--birth-year", cell, "-e", "ICIM-37")

    assert (refused.code, refused.err.splitlines()[1]) == (5, f"  row 2, \"Nacimiento\": '{cell}': {reason}")
    assert shown["faults"] == [f"row 2, \"Nacimiento\": '{cell}': {reason}"]
    assert (alone.code, alone.err) == (5, f"\"--birth-year\": '{cell}': {reason}\n")
    assert stored(store, "birth_year") == []


def test_a_preview_needs_no_edition_unless_one_is_named(cli):
    write("list.csv", [[*HEAD, "Año de nacimiento"], ["Ana Pérez", "AR", "1979"]])

    told = [
        cli("enroll", "--from", "list.csv", "--preview", *of).code for of in ((), ("-e", "ICIM-37"), ("-e", "ICIM-99"))
    ]

    assert told == [0, 0, 3]


# In the user's language


def test_a_preview_says_each_field_in_the_users_language_beside_its_name(enroll, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "es")
    write("list.csv", [["Apellidos", "Nombres", "País", "Sexo", "Suplente"], ["Pérez", "Ana", "AR", "F", "sí"]])

    lines = enroll("list.csv", "--preview", "--status", "nominated").out.splitlines()

    assert lines[1:8] == [
        '  "Apellidos" → apellidos (family_name)',
        '  "Nombres" → nombres (given_name)',
        '  "País" → país (country)',
        '  "Sexo" → sexo (sex)',
        '  "Suplente" → suplente (reserve)',
        "Donde la lista no dice nada: estado de la inscripción postulado",
        "Fila 2: nombre completo Ana Pérez; nombres Ana; apellidos Pérez; país AR; sexo femenino; categoría gobierno;"
        " estado de la inscripción postulado; suplente sí",
    ]


def test_a_list_is_written_in_the_language_that_is_asked_for_whatever_the_tool_speaks(cli):
    cli("enroll", "Ana Pérez", "--country", "AR", "--sex", "F", "--status", "confirmed", "--reserve", "-e", "ICIM-37")

    cli("roster", "export", "--to", "p.csv", "--lang", "es", "-e", "ICIM-37")

    (row,) = csv.DictReader(io.StringIO(Path("p.csv").read_text("utf-8-sig")))
    assert [row[name] for name in ("Sexo", "Categoría", "Estado de la inscripción", "Suplente", "País")] == [
        "femenino", "gobierno", "confirmado", "sí", "Argentina",
    ]  # fmt: skip
