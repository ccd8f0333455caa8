"""Lists that other people made: what their columns mean, what is remembered of them, and where they say otherwise."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from conftest import add_edition
from coursectl import enrollment
from coursectl.editions import EditionRef
from coursectl.enrollment.identity import is_identity
from coursectl.errors import CourseError
from coursectl.store import insert, new_id
from coursectl.workflows.merging import labels
from coursectl.workflows.merging import tables as merging_kinds

FULL = [
    "Prioridad", "Apellidos", "Nombres", "País", "Institución", "Cargo", "Correo electrónico", "Suplente", "Propuesto por",
    "Autoriza publicar", "Dieta",
]  # fmt: skip
ANA = [
    "1",
    "Pérez",
    "Ana",
    "Argentina",
    "DNM",
    "Jefa",
    "ana@dnm.example",
    "titular",
    "Cancillería (MREC)",
    "sí",
    "celíaca",
]
LUIS = ["2.º", "Soto", "Luis", "Chile", "PDI", "", "luis@pdi.example", "suplente", "MINREL", "no", ""]


@pytest.fixture(autouse=True)
def _edition(icim37):
    """Every command here finds ICIM-37 with 30 seats."""


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


def stored(store, *columns):
    named = ", ".join(columns)
    return [
        tuple(row.values())
        for row in store.read(
            f"SELECT person.name, {named} FROM enrollment JOIN person ON person.id = person_id ORDER BY enrollment.id"
        )
    ]


def everything(store):
    names = [row["name"] for row in store.read("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: store.read(f"SELECT * FROM {name}") for name in names if not name.startswith("sqlite_")}


# Fields of nominations


def test_a_list_says_priority_reserve_who_nominates_consent_and_needs(store, enroll):
    write("list.csv", [FULL, ANA, LUIS])

    answer = enroll("list.csv", "--json")

    assert (answer.code, answer.json["ignored_columns"]) == (0, [])
    assert stored(store, "priority", "reserve", "publish", "needs") == [
        ("Ana Pérez", 1, 0, 1, "celíaca"), ("Luis Soto", 2, 1, 0, None),
    ]  # fmt: skip
    assert store.read(
        "SELECT name ->> '$.und' AS name, acronym ->> '$.und' AS acronym, organization.country FROM enrollment"
        " JOIN organization ON organization.id = nominated_by ORDER BY enrollment.id"
    ) == [
        {"name": "Cancillería", "acronym": "MREC", "country": "AR"}, {"name": "MINREL", "acronym": None, "country": "CL"},
    ]  # fmt: skip


def test_who_nominates_and_who_employs_may_be_one_office(store, enroll):
    write("list.csv", [["Nombre", "País", "Institución", "Postulado por"], ["Ana", "AR", "DNM", "DNM"]])

    enroll("list.csv")

    assert store.read("SELECT count(*) AS n FROM organization") == [{"n": 1}]
    assert store.read("SELECT organization_id = nominated_by AS same FROM enrollment") == [{"same": 1}]


@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("Prioridad", "alta", "this is no priority; write a whole number from 1"),
        ("Prioridad", "0", "this is no priority; write a whole number from 1"),
        ("Suplente", "quizás", "say yes for who is in reserve, or no"),
        ("Autoriza publicar", "quizás", "say yes for who agreed to be published, or no"),
    ],
)
def test_what_a_new_field_cannot_hold_is_a_fault_of_its_cell(enroll, header, cell, reason):
    write("list.csv", [["Nombre", "País", header], ["Ana", "AR", cell]])

    answer = enroll("list.csv")

    assert answer.code == 5
    assert f"  row 2, \"{header}\": '{cell}': {reason}" in answer.err.splitlines()


def test_several_columns_of_needs_are_taken_together(store, enroll):
    write(
        "list.csv",
        [
            ["Nombre", "País", "Dieta", "Accesibilidad"],
            ["Ana", "AR", "vegana", "rampa"],
            ["Luis", "AR", "", "lazarillo"],
        ],
    )

    columns = enroll("list.csv", "--preview", "--json").json["columns"]
    assert [one["field"] for one in columns] == ["name", "country", "needs", "needs"]
    assert enroll("list.csv").code == 0
    assert stored(store, "needs") == [("Ana", "vegana; rampa"), ("Luis", "lazarillo")]


def test_of_a_date_of_birth_only_the_year_is_kept(store, enroll):
    write(
        "list.csv", [["Nombre", "País", "Fecha de nacimiento"], ["Ana", "AR", "9/3/1980"], ["Luis", "AR", "1975-12-31"]]
    )

    enroll("list.csv")

    assert stored(store, "birth_year") == [("Ana", 1980), ("Luis", 1975)]
    assert "9/3" not in str(everything(store))


# What a column means, said once


def test_what_was_said_of_columns_is_used_for_the_next_list_with_them_and_said_in_one_line(store, enroll):
    write("one.csv", [["Quién", "Procedencia"], ["Ana", "AR"]])
    write("two.csv", [["QUIEN", "procedencia"], ["Luis", "CL"]])

    enroll("one.csv", "--map", "Quién=name", "--map", "Procedencia=country")
    answer = enroll("two.csv")

    assert (answer.code, answer.err) == (
        0,
        "The columns of two.csv are read as you said before: procedencia=country, QUIEN=name\n",
    )
    assert stored(store, "enrollment.country") == [("Ana", "AR"), ("Luis", "CL")]


def test_said_again_it_replaces_what_was_said(store, enroll):
    write("one.csv", [["Quién", "Procedencia", "Nota"], ["Ana", "AR", "CL"]])
    enroll("one.csv", "--map", "Quién=name", "--map", "Procedencia=country", "--dry-run")
    assert store.read("SELECT * FROM column_map") == []

    enroll("one.csv", "--map", "Quién=name", "--map", "Procedencia=country")
    enroll("one.csv", "--map", "Quién=name", "--map", "Nota=country", "--map", "Procedencia=-", "--on-duplicate", "new")

    assert store.read("SELECT purpose, layout, columns FROM column_map") == [
        {
            "purpose": "enroll",
            "layout": "quien | procedencia | nota",
            "columns": '{"nota":"country","procedencia":"-","quien":"name"}',
        }
    ]


def test_saying_the_same_again_leaves_no_operation(store, enroll):
    write("one.csv", [["Quién", "Procedencia"], ["Ana", "AR"]])
    said = ("--map", "Quién=name", "--map", "Procedencia=country")
    enroll("one.csv", *said)
    before = everything(store)

    enroll("one.csv", *said)
    enroll("one.csv")

    assert everything(store) == before


def test_an_undo_takes_back_what_was_said_of_columns(store, cli, enroll):
    write("one.csv", [["Quién", "Procedencia"], ["Ana", "AR"]])
    enroll("one.csv", "--map", "Quién=name", "--map", "Procedencia=country")

    cli("undo", "--yes")

    assert store.read("SELECT * FROM column_map") == []
    assert enroll("one.csv").code == 5


def test_a_title_above_headers_that_only_this_office_knows_is_passed_over(store, enroll):
    write("one.csv", [["Lista de la oficina"], [], ["Quién", "Procedencia"], ["Ana", "AR"]])
    enroll("one.csv", "--map", "Quién=name", "--map", "Procedencia=country")

    assert enroll("one.csv", "--json").json["remembered"] == {"Procedencia": "country", "Quién": "name"}


def test_stores_that_say_otherwise_of_the_same_columns_are_merged_and_the_first_stays(store, cli, enroll):
    store.copy_to(Path("other.db"))
    write("one.csv", [["Quién", "Procedencia"], ["Ana", "AR"]])
    write("two.csv", [["Quién", "Procedencia"], ["Luis", "CL"]])
    enroll("one.csv", "--map", "Quién=name", "--map", "Procedencia=country")
    enroll("two.csv", "--map", "Quién=name", "--map", "Procedencia=nationality", "--store", "other.db")

    answer = cli("store", "merge", "other.db", "--yes")

    assert (answer.code, "meaning of columns" in answer.out) == (0, True)
    assert store.read("SELECT columns FROM column_map") == [{"columns": '{"procedencia":"country","quien":"name"}'}]
    assert len(stored(store, "needs")) == 2


def test_every_kind_of_row_that_is_merged_has_a_word():
    assert [kind.table for kind in merging_kinds.KINDS if not labels.word(kind.table)] == []


# Numbers of passports


@pytest.mark.parametrize(
    "header",
    [
        "Pasaporte", "N.º de pasaporte", "Passport No.", "Passeport", "Passaporte", "DNI", "D.N.I.", "N° de documento", "Documento",
        "Tipo y N.º de documento", "CPF", "Cédula de identidad", "Carnet de identidad", "Carteira de identidade", "C.I.",
        "Carte d'identité", "Document number", "ID number", "Documento de viaje",
        "DUI", "D.U.I.", "N.º D.N.I.", "Nro. doc.", "N° doc.", "Doc. identidad", "Documento (tipo y número)", "CURP", "RFC", "RG", "RUT",
        "RUN", "R.U.N.", "DPI", "NIT", "NIF", "NIE", "CI", "N° C.I.", "C.C.", "Cédula", "Cédula de ciudadanía", "CUI/DPI", "CUIT/CUIL",
        "INE", "Documento Nacional de Identidad", "DNI del participante", "Passport", "Passport/ID", "N° passeport", "Pièce d'identité",
        "N° de pièce d'identité", "CNI", "Bilhete de identidade", "Cartão de cidadão", "Número de identificación", "RNE",
    ],
)  # fmt: skip
def test_a_column_of_identity_numbers_is_refused_and_can_be_left_out(store, enroll, header):
    write("list.csv", [["Nombre", "País", header], ["Ana", "AR", "X123456"]])

    refused = enroll("list.csv")
    done = enroll("list.csv", "--map", f"{header}=-", "--skip-bad")

    assert (refused.code, refused.out, refused.err) == (
        5, "",
        f'list.csv has a column "{header}". Passport and identity numbers are personal data that coursectl must not hold; '
        f'delete the column, or leave it out with --map "{header}=-".\n',
    )  # fmt: skip
    assert (done.code, stored(store, "needs")) == (0, [("Ana", None)])
    assert "X123456" not in str(everything(store))


@pytest.mark.parametrize("header", ["D.N.I.", "Pasaporte"])
def test_what_is_left_out_is_in_no_file_of_bad_rows_either(enroll, header):
    write("list.csv", [["Nombre", "País", header], ["Ana", "Atlantis", "X123456"]])

    enroll("list.csv", "--map", f"{header}=-", "--skip-bad")

    assert "X123456" not in Path("list-bad.csv").read_text("utf-8-sig")


def test_all_such_columns_are_named_at_once_and_their_numbers_go_nowhere(store, enroll):
    write(
        "list.csv",
        [["DUI", "Nombre", "Nro. doc.", "País", "Pasaporte"], ["X1", "Ana", "X2", "AR", "X3"], ["X4", "Eva", "X5", "Atlantis", "X6"]],
    )  # fmt: skip

    refused = enroll("list.csv", "--skip-bad")
    left_out = enroll("list.csv", "--skip-bad", "--map", "DUI=-", "--map", "Nro. doc.=-", "--map", "Pasaporte=-")

    assert (refused.code, refused.out, refused.err) == (
        5, "",
        'list.csv has the columns "DUI", "Nro. doc.", "Pasaporte". Passport and identity numbers are personal data that coursectl '
        'must not hold; delete these columns, or leave them out with --map "DUI=-" --map "Nro. doc.=-" --map "Pasaporte=-".\n',
    )  # fmt: skip
    assert (left_out.code, stored(store, "country")) == (0, [("Ana", "AR")])
    assert [line[:2] for line in csv.reader(Path("list-bad.csv").read_text("utf-8-sig").splitlines())] == [
        ["Nombre", "País"],
        ["Eva", "Atlantis"],
    ]
    assert [number for number in map("X{}".format, range(1, 7)) if number in str(everything(store))] == []


def test_an_identity_number_is_not_read_as_something_else(enroll):
    write("list.csv", [["Nombre", "País", "DNI"], ["Ana", "AR", "12345678"]])

    assert enroll("list.csv", "--map", "DNI=phone").code == 5


@pytest.mark.parametrize(
    "header",
    ["Nombre según pasaporte", "Identidad de género", "Documentos entregados", "Ciudad", "Nacionalidad", "Name as in passport",
     "No.", "N°", "Nombre según DNI", "Doctorado", "Docente", "Cargo en el CIC", "Pass or fail", "CV", "T.I.", "Tipo de participante"],
)  # fmt: skip
def test_other_columns_are_not_taken_for_identity_numbers(header):
    assert not is_identity(header)


# Preview


def test_a_preview_shows_what_columns_mean_what_is_not_read_and_the_first_rows(store, enroll):
    write(
        "list.csv",
        [["Curso"], ["N.º", "Nombre", "Apellidos", "País", "DNI", "Color"], ["1", "Ana", "Pérez", "Perú", "77", "azul"],
         ["2", "Luis", "Soto", "Atlantis", "78", ""], ["Total", "2", "", "", "", ""]],
    )  # fmt: skip
    before = everything(store)

    answer = enroll("list.csv", "--preview", "--map", "Color=needs")

    assert (answer.code, answer.err, everything(store)) == (0, "", before)
    assert answer.out.splitlines() == [
        "list.csv: the headers are in row 2, 2 rows below them.",
        '  "N.º" → not read: numbers are given by the edition',
        '  "Nombre" → given names (given_name)',
        '  "Apellidos" → surnames (family_name)',
        '  "País" → country',
        '  "DNI" → not read: numbers of identity documents are never read',
        '  "Color" → needs',
        "Row 5 only counts the others and isn't read.",
        "Row 3: full name Ana Pérez; given names Ana; surnames Pérez; country PE; category official; status accepted; needs azul",
        "  row 4, \"País\": 'Atlantis': no country is called so; write its name in English, Spanish, Portuguese or French,"
        " or its two-letter code",
        "Who is known, organizations, countries, seats and quotas are looked at by --dry-run, not by --preview.",
    ]


def test_a_preview_in_json(enroll):
    write("list.csv", [["Nombre", "País", "Pasaporte", "Color"], ["Ana", "Perú", "77", "azul"]])

    assert enroll("list.csv", "--preview", "--json", "--map", "Pasaporte=-").json == {
        "file": "list.csv",
        "header_row": 1,
        "columns": [
            {"header": "Nombre", "field": "name", "why": None},
            {"header": "País", "field": "country", "why": None},
            {"header": "Pasaporte", "field": None, "why": "left out, as was said with --map"},
            {"header": "Color", "field": None, "why": "this column isn't known; say what it is with --map"},
        ],
        "rows": 1,
        "first": [{"row": 2, "values": {"name": "Ana", "country": "PE", "category": "official", "status": "accepted"}}],
        "faults": [],
        "totals": [],
        "remembered": {},
        "sheet": None,
        "other_sheets": [],
        "left_out": [],
        "defaults": {},
    }


# A list that says otherwise


HEADERS = ["Nombre", "País", "Institución", "Cargo", "Categoría", "Año de nacimiento"]


def test_what_a_list_says_otherwise_is_told_by_row_and_not_written(store, enroll):
    write("one.csv", [HEADERS, ["Ana Pérez", "AR", "DNM", "Jefa", "", ""], ["Luis Soto", "CL", "PDI", "", "", ""]])
    write("two.csv", [HEADERS, ["Ana Pérez", "AR", "Cancillería", "Directora", "académica", ""],
                      ["Luis Soto", "CL", "PDI", "", "", "1970"]])  # fmt: skip
    enroll("one.csv")
    before = everything(store)["enrollment"]

    answer = enroll("two.csv")

    assert answer.code == 0
    assert answer.out.splitlines()[1:] == [
        "1 was in it already and stays so, though the list says otherwise.",
        "Filled in of Luis Soto: year of birth.",
        "What the list says otherwise was not written over what is there:",
        "  row 2, Ana Pérez, Cargo: Jefa in the store, Directora in the list",
        "  row 2, Ana Pérez, Categoría: official in the store, academic in the list",
        "  row 2, Ana Pérez, Institución: DNM in the store, Cancillería in the list",
        "To write it: the same command with --update",
    ]
    assert everything(store)["enrollment"] == before
    assert store.read("SELECT name, birth_year FROM person ORDER BY id") == [
        {"name": "Ana Pérez", "birth_year": None}, {"name": "Luis Soto", "birth_year": 1970},
    ]  # fmt: skip


def test_an_update_writes_it_as_one_operation_with_who_is_new_and_an_undo_takes_it_back(store, cli, enroll):
    write("one.csv", [FULL, ANA])
    enroll("one.csv")
    before = everything(store)
    changed = [
        "3",
        "Pérez",
        "Ana",
        "Argentina",
        "Cancillería (MREC)",
        "Ministra",
        "ana@dnm.example",
        "suplente",
        "DNM",
        "no",
        "—",
    ]
    write("two.csv", [[*FULL, "Sexo", "Categoría", "Beca"], [*changed, "F", "observadora", "OIM"], [*LUIS, "", "", ""]])

    answer = enroll("two.csv", "--update", "--json")

    assert (answer.code, answer.json["updated"], len(answer.json["enrolled"])) == (0, 1, 1)
    assert {one["field"] for one in answer.json["differing"][0]["differences"]} == {
        "priority", "organization", "post", "reserve", "nominated_by", "publish", "needs", "sex", "category", "funder",
    }  # fmt: skip
    assert stored(store, "priority", "reserve", "publish", "post", "enrollment.sex", "category", "funder")[0] == (
        "Ana Pérez", 3, 1, 0, "Ministra", "female", "observer", "OIM",
    )  # fmt: skip
    assert enroll("two.csv", "--update", "--json").json["differing"] == []
    assert len(everything(store)["op"]) == len(before["op"]) + 1

    cli("undo", "--yes")

    assert everything(store)["enrollment"] == before["enrollment"]


def test_an_update_may_bring_an_organization_that_a_new_row_brings_too(store, enroll):
    write("one.csv", [HEADERS, ["Ana Pérez", "AR", "DNM", "", "", ""]])
    write(
        "two.csv",
        [HEADERS, ["Ana Pérez", "AR", "Cancillería", "", "", ""], ["Eva Paz", "AR", "Cancillería", "", "", ""]],
    )
    enroll("one.csv")

    answer = enroll("two.csv", "--update")

    assert answer.code == 0, answer.err
    assert store.read("SELECT count(DISTINCT organization_id) AS n FROM enrollment") == [{"n": 1}]


def test_an_update_changes_the_country_represented(store, enroll):
    write("one.csv", [["Nombre", "País", "Correo"], ["Ana Pérez", "AR", "ana@dnm.example"]])
    write("two.csv", [["Nombre", "País", "Correo"], ["Ana Pérez", "BR", "ana@dnm.example"]])
    enroll("one.csv")

    told = enroll("two.csv").out
    dry = enroll("two.csv", "--update", "--dry-run").out
    done = enroll("two.csv", "--update").out

    assert "  row 2, Ana Pérez, País: AR in the store, BR in the list" in told
    assert dry == f"Would be done, nothing was written: {done}"
    assert stored(store, "enrollment.country") == [("Ana Pérez", "BR")]


def test_offices_that_are_called_alike_are_told_apart_by_their_country(enroll):
    headers = ["Nombre", "País", "Institución", "Correo"]
    write("one.csv", [headers, ["Ana Pérez", "AR", "DNM", "ana@dnm.example"]])
    write("two.csv", [headers, ["Ana Pérez", "UY", "DNM", "ana@dnm.example"]])
    enroll("one.csv")

    assert (
        "  row 2, Ana Pérez, Institución: DNM (AR) in the store, DNM (UY) in the list"
        in enroll("two.csv").out.splitlines()
    )


def test_an_update_beyond_a_quota_is_refused_whole(store, act, icim37, enroll):
    quota = {"id": new_id(), "edition_id": icim37.edition, "country": "BR", "maximum": 0}
    store.apply(act.operation("edition edit", insert("quota", [quota])))
    write("one.csv", [["Nombre", "País", "Correo"], ["Ana Pérez", "AR", "ana@dnm.example"]])
    write("two.csv", [["Nombre", "País", "Correo"], ["Ana Pérez", "BR", "ana@dnm.example"]])
    enroll("one.csv")
    before = everything(store)

    assert (enroll("two.csv", "--update").code, everything(store)) == (4, before)


def test_an_empty_cell_says_nothing(store, enroll):
    write("one.csv", [FULL, ANA])
    write("two.csv", [FULL, ["", "Pérez", "Ana", "", "", "", "ana@dnm.example", "", "", "", ""]])
    enroll("one.csv")

    assert enroll("two.csv", "--update", "--json").json["differing"] == []


# Sheets as people make them


def test_a_cell_merged_over_several_rows_stands_in_each_of_them_and_headers_may_have_two_rows(store, enroll):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["XXXVII Curso Interamericano"],
        [],
        ["País", "Participante", "Contacto", ""],
        ["", "", "Correo electrónico", "Teléfono"],
        ["Argentina", "Ana Pérez", "ana@dnm.example", "+54 11"],
        ["", "Luis Soto", "", ""],
        ["Brasil", "João da Silva", "joao@pf.example", ""],
        ["Total", 3, "", ""],
    ):
        sheet.append(row)
    for merged in ("A1:D1", "A3:A4", "B3:B4", "C3:D3", "A5:A6"):
        sheet.merge_cells(merged)
    book.save("list.xlsx")

    answer = enroll("list.xlsx")

    assert (answer.code, answer.err) == (0, "Row 8 only counts the others and isn't read.\n")
    assert stored(store, "enrollment.country", "email", "phone") == [
        ("Ana Pérez", "AR", "ana@dnm.example", "+54 11"), ("Luis Soto", "AR", None, None), ("João da Silva", "BR", "joao@pf.example", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "total", ["Total", "TOTAL:", "Totales", "Total general", "Total de participantes: 2", "Subtotal"]
)
def test_a_total_at_the_bottom_is_nobody(store, enroll, total):
    write(
        "list.csv",
        [["Nombre", "País", "Edad"], ["Ana", "AR", "40"], ["Total Gómez", "CL", ""], [total, "", "=SUM(C2:C3)"], []],
    )

    enroll("list.csv")

    assert [name for (name, _) in stored(store, "needs")] == ["Ana", "Total Gómez"]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1252"])
def test_lists_of_old_macs_and_of_dos_are_read_with_their_accents(store, enroll, encoding):
    Path("list.csv").write_bytes("Nombre;País\nÁngela Muñoz Peña;Perú\nJoão Conceição;Brasil\n".encode(encoding))

    enroll("list.csv")

    assert [name for (name, _) in stored(store, "needs")] == ["Ángela Muñoz Peña", "João Conceição"]


def test_formulas_are_not_run(store, enroll):
    write("list.csv", [["Nombre", "País", "Cargo"], ["Ana", "AR", '=HYPERLINK("http://x.example")']])

    enroll("list.csv")

    assert stored(store, "post") == [("Ana", '=HYPERLINK("http://x.example")')]


CELLS = st.sampled_from(
    ["", "Nombre", "País", "Ana", "AR", "Total", "3", "Quién", "=1", "DNI", "Dieta", "Correo"]
) | st.text(max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    merged=st.lists(st.tuples(*[st.integers(1, 6)] * 4), max_size=3),
    said=st.dictionaries(CELLS, st.sampled_from(["name", "country", "needs", "-"]), max_size=2),
)
def test_however_a_sheet_is_made_a_preview_is_shown_or_refused_in_a_sentence_and_enrolling_agrees(
    store, act, icim37, rows, merged, said
):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    for first, column, last, right in merged:
        book.active.merge_cells(
            start_row=min(first, last),
            end_row=max(first, last),
            start_column=min(column, right),
            end_column=max(column, right),
        )
    path = Path("any.xlsx")
    book.save(path)
    edition = EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)

    try:
        shown = enrollment.preview_file(store, path, act.today, mapping=said)
    except CourseError:
        with pytest.raises(CourseError):
            enrollment.enroll_file(store, edition, path, replace(act, dry_run=True), mapping=said)
        return
    try:
        done = enrollment.enroll_file(store, edition, path, replace(act, dry_run=True), mapping=said)
    except CourseError:
        return
    assert (shown.faults, len(done.enrolled) + len(done.waitlisted)) == ((), shown.rows)


# What is bad


def test_two_files_that_disagree_about_a_person_are_told_and_the_first_stays(store, cli, enroll):
    headers = ["Nombre", "País", "Correo", "Teléfono", "Tratamiento"]
    write("one.csv", [headers, ["Ana Pérez", "AR", "ana@dnm.example", "+54 1", "Lic."]])
    write("two.csv", [headers, ["Ana Pérez", "AR", "ana@dnm.example", "+54 2", "Dra."]])
    write("three.csv", [headers, ["Bruno Paz", "AR", "ana@dnm.example", "", ""]])
    enroll("one.csv")

    told, other = enroll("two.csv", "--json").json["differing"], enroll("three.csv")

    assert [(one["field"], one["store"], one["file"], one["personal"]) for one in told[0]["differences"]] == [
        ("honorific", "Lic.", "Dra.", True), ("phone", "+54 1", "+54 2", True),
    ]  # fmt: skip
    assert store.read("SELECT honorific, phone FROM person") == [{"honorific": "Lic.", "phone": "+54 1"}]
    assert (other.code, "ana@dnm.example belongs to Ana Pérez, not to Bruno Paz" in other.err) == (5, True)


def test_somebody_known_from_another_edition_is_told_too(store, act, icim37, cli, enroll):
    add_edition(store, act, icim37.course, 38)
    headers = ["Nombre", "País", "Correo", "Teléfono"]
    write("one.csv", [headers, ["Ana Pérez", "AR", "ana@dnm.example", "+54 1"]])
    write("two.csv", [headers, ["Ana Pérez", "AR", "ana@dnm.example", "+54 2"]])
    enroll("one.csv")

    answer = cli("enroll", "--from", "two.csv", "-e", "ICIM-38")

    assert (answer.code, answer.out.splitlines()[1:]) == (
        0,
        [
            "What the list says otherwise was not written over what is there:",
            "  row 2, Ana Pérez, Teléfono: +54 1 in the store, +54 2 in the list",
            "Of a person, no list writes it over. To write it:",
            f"  coursectl person edit {store.read('SELECT id FROM person')[0]['id']} --phone '+54 2'",
        ],
    )


def test_an_e_mail_with_another_year_of_birth_is_a_question(enroll):
    headers = ["Nombre", "País", "Correo", "Año de nacimiento"]
    write("one.csv", [headers, ["Ana Pérez", "AR", "ana@dnm.example", "1980"]])
    write("two.csv", [headers, ["Ana Pérez", "AR", "ana@dnm.example", "1979"]])
    enroll("one.csv")

    answer = enroll("two.csv")

    assert (answer.code, '  row 2, "Año de nacimiento": ' in answer.err) == (5, True)


def test_one_country_in_two_columns_is_a_question(enroll):
    write("list.csv", [["Nombre", "País", "Country"], ["Ana", "AR", "BR"]])

    assert (enroll("list.csv").code, enroll("list.csv").err) == (
        5,
        'list.csv: the columns "País" and "Country" both mean country; choose with --map "País=country".\n',
    )


def test_a_file_that_is_written_while_it_is_read_is_not_taken(store, enroll):
    path = Path("list.csv")
    path.write_text("Nombre,País\n" + "Ana,AR\n" * 2_000_000, encoding="utf-8")
    done = threading.Event()

    def append():
        with path.open("a", encoding="utf-8") as file:
            while not done.is_set():
                file.write("Eva,AR\n")
                file.flush()

    writer = threading.Thread(target=append)
    writer.start()
    try:
        for _attempt in range(5):  # on a busy machine the writer may not get its turn between two looks at the file
            answer = enroll("list.csv")
            if "was changed" in answer.err:
                break
    finally:
        done.set()
        writer.join()

    assert (answer.code, answer.err) == (
        5,
        "list.csv was changed by another program while it was read; nothing was written. Type the command again.\n",
    )
    assert stored(store, "needs") == []
