from __future__ import annotations

import csv
import datetime
import io
import json
import os
import unicodedata
from collections.abc import Callable
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from coursectl.errors import BadInput, BadTable, CourseError, ExitCode, Fault, NotFound
from coursectl.tables import Column, Row, Table, clean, csv_text, read_table, write_csv, write_csv_file, write_table

NAME = Column("name", ("Nombre", "Nombre completo", "Nome", "Nom"), required=True)
COUNTRY = Column("country", ("País", "Country represented", "Pays"), required=True)
EMAIL = Column("email", ("Correo electrónico", "E-mail", "Courriel"))
COLUMNS = (NAME, COUNTRY, EMAIL)

ANA = Row(2, {"name": "Ana Muñoz", "country": "Perú", "email": "ana@dnm.example"})
LUIS = Row(3, {"name": "Luís Conceição", "country": "Brasil", "email": ""})
SPANISH = "Nombre;País;Correo electrónico\nAna Muñoz;Perú;ana@dnm.example\nLuís Conceição;Brasil;\n"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes, name: str = "roster.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def write(*sheets: list[list[object]], name: str = "roster.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for rows in sheets:
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def opendocument(path: Path, rows: list[list[tuple[str, dict[str, str]]]]) -> Path:
    document = OpenDocumentSpreadsheet()
    sheet = OdfTable(name="Lista")
    for cells in rows:
        row = TableRow()
        for shown, attributes in cells:
            cell = TableCell(**({"valuetype": "string"} | attributes))
            for line in shown.split("\n"):
                cell.addElement(P(text=line))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return path


def said(path: Path, columns: tuple[Column, ...] = COLUMNS, mapping: dict[str, str] | None = None) -> str:
    """The sentence that reading ends with, without the folder."""
    with pytest.raises(CourseError) as refused:
        read_table(path, columns, mapping)
    return str(refused.value).replace(f"{path.parent}{os.sep}", "")


def values(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table.rows]


# Dialects of CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_dialect_that_offices_send_reads_the_same(file, encoding, delimiter, ending):
    path = file(SPANISH.replace(";", delimiter).replace("\n", ending), "lista.csv", encoding)

    assert read_table(path, COLUMNS) == Table(
        path=path,
        rows=(ANA, LUIS),
        headers={"name": "Nombre", "country": "País", "email": "Correo electrónico"},
        unknown=(),
    )


def test_unicode_text_of_excel_is_utf_16_with_tabs(file):
    path = file(SPANISH.replace(";", "\t").replace("\n", "\r\n"), "Texto Unicode.txt", "utf-16")

    assert read_table(path, COLUMNS).rows == (ANA, LUIS)


@pytest.mark.parametrize(
    "headers",
    ["Nome,País,E-mail", "NOM,PAYS,COURRIEL", "name,Country represented,email", "Nombre(s),pais,correo  electronico"],
)
def test_headers_are_known_in_four_languages_whatever_their_accents_and_case(file, headers):
    path = file(f"{headers}\nAna Muñoz,Perú,ana@dnm.example\n")

    assert read_table(path, COLUMNS).rows == (ANA,)


def test_a_header_with_an_optional_plural_is_read_as_either(file):
    columns = (Column("family", ("Apellidos",)), Column("given", ("Nombre",)))

    assert read_table(file("Apellido(s);Nombre/s\nPérez;Ana\n"), columns).rows == (
        Row(2, {"family": "Pérez", "given": "Ana"}),
    )


def test_titles_above_the_headers_are_passed_over_and_rows_keep_their_numbers(file):
    path = file("sep=;\nXXXVII Curso, lista de funcionarios\n\n" + SPANISH)

    assert [row.number for row in read_table(path, COLUMNS).rows] == [5, 6]


def test_headers_beyond_the_fifteenth_row_are_not_looked_for(file):
    path = file("título\n" * 14 + SPANISH, "at_15.csv")
    too_deep = file("título\n" * 15 + SPANISH, "at_16.csv")

    assert len(read_table(path, COLUMNS).rows) == 2
    assert said(too_deep) == (
        "at_16.csv: no headers in its first 15 rows; expected: name, country, email. "
        "Other names can be given with --map."
    )


def test_empty_rows_are_skipped_and_short_ones_filled(file):
    path = file('name,country,email\n\n , ,\nAna,PE\n"Luis\nAlberto",BR,\n\nEva,AR,,\n')

    assert read_table(path, COLUMNS).rows == (
        Row(4, {"name": "Ana", "country": "PE", "email": ""}),
        Row(5, {"name": "Luis Alberto", "country": "BR", "email": ""}),
        Row(7, {"name": "Eva", "country": "AR", "email": ""}),
    )


def test_the_delimiter_is_the_one_that_yields_headers_not_the_most_frequent(file):
    path = file("Curso, edición 37, Buenos Aires, marzo\nname;country\nPérez, Ana, Lic.;PE\n")

    assert values(read_table(path, COLUMNS)) == [["Pérez, Ana, Lic.", "PE", ""]]


def test_a_list_of_one_column_may_hold_commas(file):
    assert values(read_table(file("Nombre\nPérez, Ana\n"), (NAME,))) == [["Pérez, Ana"]]


def test_headers_without_rows_are_a_table_without_rows(file):
    assert read_table(file("name,country\n"), COLUMNS).rows == ()


def test_other_columns_stay_within_reach_in_the_order_of_the_file(file):
    path = file("Día 2,Nombre,,País,Día 1\nP,Ana,sin título,PE,A\n")

    table = read_table(path, COLUMNS)

    assert (table.rows, table.unknown, list(table.rows[0].extra)) == (
        (Row(2, {"name": "Ana", "country": "PE", "email": ""}, {"Día 2": "P", "Día 1": "A"}),),
        ("Día 2", "Día 1"),
        ["Día 2", "Día 1"],
    )


def test_a_table_without_known_columns_begins_with_its_first_row(file):
    assert read_table(file("\na,b\n1,2\n"), ()).rows == (Row(3, {}, {"a": "1", "b": "2"}),)


def test_all_required_headers_are_enough(file):
    columns = (Column("code", required=True), Column("title"), Column("room"))

    assert values(read_table(file("code\nA1\n"), columns)) == [["A1", "", ""]]


def test_stray_zeros_controls_and_doubled_spaces_are_not_read(file):
    path = file("name,country\nAna\0  Mu\u200bñoz\u202e\x07,PE\nLuis,BR\n")

    assert values(read_table(path, COLUMNS)) == [["Ana Muñoz", "PE", ""], ["Luis", "BR", ""]]


# Torn rows


def test_torn_rows_are_all_reported_with_their_numbers(file):
    path = file("name,country\nPérez, Ana,PE\nLuis,BR\nDíaz, Eva,AR,x\n")

    with pytest.raises(BadTable) as refused:
        read_table(path, (NAME, COUNTRY))

    assert str(refused.value) == (
        "roster.csv: 2 faults, nothing was written.\n"
        "  row 2: 'PE': the row has 3 cells and the table 2 columns; put a cell with a delimiter in quotation marks\n"
        "  row 4: 'AR': the row has 4 cells and the table 2 columns; put a cell with a delimiter in quotation marks"
    )


def test_torn_rows_join_the_faults_of_a_caller_who_collects_them(file):
    faults: list[Fault] = []

    table = read_table(file("name,country\nPérez, Ana,PE\nLuis,BR\n"), (NAME, COUNTRY), faults=faults)

    assert ([fault.row for fault in faults], values(table)) == ([2], [["Luis", "BR"]])


# --map


def test_a_mapping_gives_fields_to_headers_by_hand(file):
    path = file("Apellidos y nombres;Procedencia;Nombre\nPérez, Ana;PE;Anita\n")

    table = read_table(path, COLUMNS, {"apellidos y NOMBRES": "name", "Procedencia": "country"})

    assert (table.rows, table.headers) == (
        (Row(2, {"name": "Pérez, Ana", "country": "PE", "email": ""}, {"Nombre": "Anita"}),),
        {"name": "Apellidos y nombres", "country": "Procedencia"},
    )


def test_a_mapping_to_no_field_says_which_fields_there_are(file):
    assert said(file(SPANISH), mapping={"Nombre": "nmae"}) == (
        "--map names the field 'nmae', which isn't one; fields are: name, country, email."
    )


def test_a_mapping_of_no_header_says_which_headers_there_are(file):
    assert said(file(SPANISH), mapping={"Apellido": "email"}) == (
        'roster.csv has no column "Apellido", which --map names; it has: Nombre, País, Correo electrónico.'
    )


# Faults of the whole file


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(NotFound) as refused:
        read_table(tmp_path / "roster.csv", COLUMNS)

    assert (str(refused.value), refused.value.exit_code) == (
        f"There is no file {tmp_path / 'roster.csv'}.",
        ExitCode.NOT_FOUND,
    )


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "roster.csv").mkdir()

    assert said(tmp_path / "roster.csv") == "roster.csv is a folder; name a file in it."


@contextmanager
def as_somebody_without_rights():
    """Root may read everything, so a test that runs as root steps down."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_permission(file):
    path = file(SPANISH)
    path.chmod(0)

    with as_somebody_without_rights():
        sentence = said(path)

    assert sentence == "roster.csv can't be read: you have no permission, or another program has locked it."


def test_a_file_with_an_impossible_name(tmp_path):
    path = tmp_path / ("a" * 300 + ".csv")

    assert said(path) == f"{path.name} can't be read: File name too long."


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(file, content):
    assert said(file(content)) == "roster.csv is empty."


def test_an_empty_workbook(workbook):
    assert said(workbook([])) == "roster.xlsx is empty."


def test_a_missing_column_is_named_with_the_headers_that_it_may_have(file):
    assert said(file("Nombre,Correo electrónico\nAna,ana@dnm.example\n")) == (
        "roster.csv has no column for country (País, Country represented, Pays). "
        'Name it so, or give its name with --map "HEADER=country".'
    )


def test_every_missing_column_is_named(file):
    columns = (
        Column("code", required=True),
        Column("title", ("Título",), required=True),
        Column("room"),
        Column("day"),
    )

    assert said(file("room,day\n1,2\n"), columns) == (
        'roster.csv has no column for code; title (Título). Name it so, or give its name with --map "HEADER=code".'
    )


def test_one_header_twice(file):
    assert said(file("name,country,name\nAna,PE,Eva\n")) == 'roster.csv has two columns "name"; rename or delete one.'


def test_another_header_twice(file):
    assert said(file("name,country,x,x\nAna,PE,1,2\n")) == 'roster.csv has two columns "x"; rename or delete one.'


def test_two_headers_of_one_field(file):
    assert said(file("Nombre,País,Nombre completo\nAna,PE,Ana Pérez\n")) == (
        'roster.csv: the columns "Nombre" and "Nombre completo" both mean name; choose with --map "Nombre=name".'
    )


def test_a_quotation_mark_without_its_pair_says_where(file):
    assert said(file('name,country\nAna,PE\n"Luis,BR\nEva,AR\n')) == (
        "roster.csv, row 3: a quotation mark is missing or too many; the rest can't be read."
    )


def test_a_cell_without_end_in_the_headers(file):
    assert said(file('name,"country' + "x" * 200_000)) == (
        "roster.csv, row 1: a quotation mark is missing or too many; the rest can't be read."
    )


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj\n",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        bytes(range(256)) * 20,
        b"\0" * 100,
        b"\x00\x01\x02\x03" * 300 + b"\x05",
    ],
)
def test_a_binary_file_is_no_table(file, content):
    assert said(file(content)) == "roster.csv is no table; give a CSV, TSV, XLSX, XLS, ODS or JSON file."


def test_an_encoding_that_nobody_knows(file):
    assert said(file("name,country\nAna Mu\x81oz,Per\x9d\n", encoding="latin-1")) == (
        "The encoding of roster.csv isn't known; save it as CSV UTF-8 or as XLSX."
    )


@pytest.mark.parametrize("name", ["roster.xlsx", "roster.XLS", "roster.ods"])
def test_a_text_named_like_a_workbook(file, name):
    assert said(file(SPANISH, name)) == (
        f"{name} is named like a workbook but isn't one; open it and save it as .xlsx or .csv."
    )


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_damaged_workbook(file, content):
    assert said(file(content, "roster.xlsx")) == (
        "roster.xlsx can't be read as a workbook; it may be damaged. Open it and save it as .xlsx or .csv."
    )


def test_a_workbook_with_cells_far_outside(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["AMJ30000"] = "name", "far"
    book.save(tmp_path / "far.xlsx")

    assert said(tmp_path / "far.xlsx") == (
        'far.xlsx, sheet "Sheet": cells far outside of the table make it too large; delete them.'
    )


# Workbooks


def test_an_excel_file_is_read_as_a_person_reads_it(workbook):
    path = workbook(
        [
            ["XXXVII Curso"],
            [],
            ["Nombre", "País", "Número", "Nota", "Nacimiento", "Llegada", "Hora", "Fin", "Pagó", "Duración", "Teléfono", "Vacía"],
            [
                *("Ana  Muñoz", "PE", 7, 7.5, datetime.date(1980, 3, 9), datetime.datetime(2015, 3, 9, 14, 30)),  # noqa: DTZ001
                *(datetime.time(9, 0), datetime.time(12, 29, 59), True, datetime.timedelta(hours=30), 5491100000000, None),
            ],
            [],
            ["Luis", "BR", None, 0.1 + 0.2, None, None, None, None, False, None, 1e20],
        ]
    )  # fmt: skip

    table = read_table(path, COLUMNS)

    first = {
        "Número": "7",
        "Nota": "7.5",
        "Nacimiento": "1980-03-09",
        "Llegada": "2015-03-09 14:30",
        "Hora": "09:00",
        "Fin": "12:30",
        "Pagó": "true",
        "Duración": "30:00",
        "Teléfono": "5491100000000",
        "Vacía": "",
    }
    second = dict.fromkeys(first, "") | {"Nota": "0.3", "Pagó": "false", "Teléfono": "1e+20"}
    assert table.rows == (
        Row(4, {"name": "Ana Muñoz", "country": "PE", "email": ""}, first),
        Row(6, {"name": "Luis", "country": "BR", "email": ""}, second),
    )


def test_rows_are_numbered_from_the_top_of_the_sheet_and_columns_may_begin_anywhere(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["C4"], sheet["D4"], sheet["C6"], sheet["D6"], sheet["H6"] = "Nombre", "País", "Ana", "PE", "a remark"
    book.save(tmp_path / "roster.xlsx")

    assert read_table(tmp_path / "roster.xlsx", COLUMNS).rows == (
        Row(6, {"name": "Ana", "country": "PE", "email": ""}),
    )


def test_the_first_visible_sheet_with_headers_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Instrucciones"])
    book.create_chartsheet("Gráfico")
    for name, hidden in (("Borrador", True), ("Lista", False), ("Otra", False)):
        sheet = book.create_sheet(name)
        sheet.append(["Nombre", "País"])
        sheet.append([name, "PE"])
        sheet.sheet_state = "hidden" if hidden else "visible"
    book.save(tmp_path / "roster.xlsx")

    assert values(read_table(tmp_path / "roster.xlsx", COLUMNS)) == [["Lista", "PE", ""]]


def test_a_workbook_is_known_by_its_content_whatever_its_name(workbook):
    path = workbook([["Nombre", "País"], ["Ana", "PE"]], name="roster.csv")

    assert values(read_table(path, COLUMNS)) == [["Ana", "PE", ""]]


def test_a_moment_just_before_midnight_is_read_as_the_day_that_was_meant(workbook):
    moment = datetime.datetime(2015, 3, 9, 23, 59, 59, 900_000)  # noqa: DTZ001
    path = workbook([["Nombre", "País"], [moment, datetime.time(8, 59, 59)]])

    assert values(read_table(path, COLUMNS)) == [["2015-03-10", "09:00", ""]]


def test_an_opendocument_file_is_read_as_a_person_reads_it(tmp_path):
    path = opendocument(
        tmp_path / "roster.ods",
        [
            [("Nome", {}), ("País", {}), ("Número", {}), ("Data", {}), ("Hora", {}), ("Pago", {})],
            [
                ("Luís\nConceição", {}),
                ("Brasil", {}),
                ("7", {"valuetype": "float", "value": "7"}),
                ("09/03/15", {"valuetype": "date", "datevalue": "2015-03-09"}),
                ("9h", {"valuetype": "time", "timevalue": "PT09H00M00S"}),
                ("SIM", {"valuetype": "boolean", "booleanvalue": "true"}),
            ],
        ],
    )

    assert read_table(path, COLUMNS).rows == (
        Row(
            2,
            {"name": "Luís Conceição", "country": "Brasil", "email": ""},
            {"Número": "7", "Data": "2015-03-09", "Hora": "09:00", "Pago": "true"},
        ),
    )


# JSON


def test_json_is_a_list_of_objects_numbered_from_one(file):
    items = [
        {"name": "Ana  Muñoz", "country": "PE", "number": 7, "rate": 7.5, "paid": True},
        {"country": "BR", "name": "Luis", "email": None, "note": "'=x"},
    ]

    assert read_table(file(json.dumps(items), "roster.json"), COLUMNS).rows == (
        Row(
            1,
            {"name": "Ana Muñoz", "country": "PE", "email": ""},
            {"number": "7", "rate": "7.5", "paid": "true", "note": ""},
        ),
        Row(2, {"name": "Luis", "country": "BR", "email": ""}, {"number": "", "rate": "", "paid": "", "note": "'=x"}),
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[\n{"name": "Ana",}]', "roster.json, line 2: this is no JSON."),
        ("[" * 200_000, "roster.json, line 1: this is no JSON."),
        ('{"name": "Ana"}', 'roster.json must hold a list of objects, like [{"name": "Ana Pérez"}].'),
        ("[]", 'roster.json must hold a list of objects, like [{"name": "Ana Pérez"}].'),
        ('[{"name": "Ana"}, 7]', 'roster.json must hold a list of objects, like [{"name": "Ana Pérez"}].'),
        (
            '[{"name": "Ana", "country": ["PE", "AR"]}]',
            'roster.json, object 1: "country" holds a list or an object; give one value.',
        ),
    ],
)
def test_json_that_is_no_table_says_why(file, content, sentence):
    assert said(file(content, "roster.json")) == sentence


# What a table says of its rows


def test_a_fault_names_row_header_and_value(file):
    table = read_table(file("Nombre;País;Sala\nAna;Atlantis;9\n"), COLUMNS)
    row = table.rows[0]

    assert [
        table.fault(row, "country", "no country has this name").sentence(),
        table.fault(row, "email", "{field} is missing", field="email").sentence(),
        table.fault(row, "Sala", "no such room").sentence(),
    ] == [
        "row 2, \"País\": 'Atlantis': no country has this name",
        'row 2, "email": email is missing',
        "row 2, \"Sala\": '9': no such room",
    ]
    assert table.cells(row) == {"Nombre": "Ana", "País": "Atlantis", "Sala": "9"}


# Cleaning


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Ana \t María\u00a0\u2003Pérez\r\n", "Ana María Pérez"),
        ("Mun\u0303oz", "Muñoz"),
        ("a\u202eb\u2066c\u200bd\ufeffe\x00f\x85g", "abcdef g"),
        ("نام\u200cخانوادگی", "نام\u200cخانوادگی"),
        ("\ud800x", "x"),
        ('#read("/etc/passwd") <script> {{ 7*7 }} [red]', '#read("/etc/passwd") <script> {{ 7*7 }} [red]'),
        ("", ""),
    ],
)
def test_cells_are_cleaned_of_what_nobody_sees(text, cleaned):
    assert clean(text) == cleaned


@given(st.text(st.characters()))
def test_clean_text_stays_as_it_is_and_holds_no_controls(text):
    once = clean(text)

    assert (clean(once), once.strip(), [c for c in once if unicodedata.category(c) in ("Cc", "Cs")]) == (once, once, [])


# Writing


def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_numbers_stay():
    text = csv_text(
        ["name", "=header"],
        [["=cmd()", -7], ["+54 11", 1.5], ["-x", Decimal("-2.50")], ["@a", None], ["'=x", True], ["'tis", "a,b\n"]],
    )

    assert text == ("name,'=header\n'=cmd(),-7\n'+54 11,1.5\n'-x,-2.50\n'@a,\n''=x,True\n'tis,\"a,b\n\"\n")


def test_a_stream_gets_the_same_as_a_string():
    stream = io.StringIO()
    write_csv(stream, ["a"], [["=1"]])

    assert stream.getvalue() == csv_text(["a"], [["=1"]]) == "a\n'=1\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.text(), st.text() | st.sampled_from(["=1", "'=1", "''-", "\t=", "'", '"', "a;b|c\td"])), max_size=5
    )
)
def test_what_is_written_is_read_back(tmp_path, rows):
    rows = [(f"x{clean(one)}", clean(other)) for one, other in rows]
    write_csv_file(tmp_path / "out.csv", ["name", "country"], rows)

    assert values(read_table(tmp_path / "out.csv", (NAME, COUNTRY))) == [list(row) for row in rows]


def test_no_written_text_begins_like_a_formula():
    dangerous = ["=1", "+1", "-1", "@x", "\tx", "\rx", "\n=x", "'=1"]

    written = list(csv.reader(io.StringIO(csv_text(["h"], [[text] for text in dangerous]), newline="")))[1:]

    assert [cell for (cell,) in written if cell[0] in "=+-@\t\r\n"] == []


def test_a_file_has_the_mark_that_excel_needs_and_replaces_the_old_one(tmp_path):
    path = tmp_path / "out" / "año 2015.csv"
    path.parent.mkdir()
    path.write_text("old")

    write_csv_file(path, ["País"], [["Perú"], ["\ud800"]])

    assert path.read_bytes() == b"\xef\xbb\xbf" + "País\nPerú\n?\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_not_written_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(NotFound) as refused:
        write_csv_file(tmp_path / "none" / "out.csv", ["a"], [])

    assert str(refused.value) == f"There is no folder {tmp_path / 'none'}."


def test_a_file_is_not_written_over_a_folder(tmp_path):
    with pytest.raises(BadInput) as refused:
        write_csv_file(tmp_path, ["a"], [])

    assert str(refused.value) == f"{tmp_path} is a folder; name a file in it."


def test_a_file_without_permission_is_not_written():
    with as_somebody_without_rights(), pytest.raises(BadInput) as refused:
        write_csv_file(Path("/dev/coursectl.csv"), ["a"], [])

    assert str(refused.value) == (
        "/dev/coursectl.csv can't be written: you have no permission, or another program has it open; close it there."
    )


def test_a_file_with_an_impossible_name_is_not_written_and_nothing_is_left(tmp_path):
    with pytest.raises(BadInput) as refused:
        write_csv_file(tmp_path / ("a" * 300), ["a"], [])

    assert str(refused.value) == f"{tmp_path / ('a' * 300)} can't be written: File name too long."
    assert list(tmp_path.glob(".*")) == []


# Workbooks of our own

DANGEROUS = [
    "=1",
    "'=1",
    "''-",
    "+54 11",
    "-x",
    "@a",
    "_x0041_b",
    "'",
    '"',
    "<b>&amp;",
    "ñ",
    "007",
    "1e5",
    "2015-03-09",
    "TRUE",
]


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".csv", ".tsv", ".json"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    rows=st.lists(
        st.tuples(st.text() | st.sampled_from(DANGEROUS), st.text() | st.sampled_from(DANGEROUS)), max_size=4
    ).map(lambda rows: [(f"x{clean(one)}", clean(other)) for one, other in rows])
)
def test_a_table_in_any_format_is_read_back(tmp_path, ending, rows):
    path = tmp_path / f"out{ending}"
    rows = [tuple(cell.replace("\ufffe", "").replace("\uffff", "") for cell in row) for row in rows] or [("x", "")]

    write_table(path, "Lista: [37]", ["name", "country"], rows)

    assert values(read_table(path, (NAME, COUNTRY))) == [list(row) for row in rows]


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_numbers_in_a_workbook_are_numbers_and_texts_that_look_so_are_texts(tmp_path, ending):
    write_table(
        tmp_path / f"out{ending}",
        "1",
        ["name", "country", "n", "t"],
        [["Ana", "AR", 7, "007"], ["Luis", None, None, "=1"]],
    )

    rows = read_table(tmp_path / f"out{ending}", (NAME, COUNTRY)).rows

    assert [row.extra for row in rows] == [{"n": "7", "t": "007"}, {"n": "", "t": "=1"}]


def test_no_cell_of_a_workbook_of_ours_is_a_formula_and_what_looks_so_stays_a_text_when_it_is_edited(tmp_path):
    write_table(tmp_path / "out.xlsx", "Lista", ["a", "=b"], [["=cmd()", 7], ["@x", "plain"]])

    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [[(cell.value, cell.data_type, cell.quotePrefix) for cell in row] for row in book.active.iter_rows()]

    assert (book.sheetnames, cells) == (
        ["Lista"],
        [[("a", "s", False), ("=b", "s", False)], [("=cmd()", "s", True), (7, "n", False)], [("@x", "s", True), ("plain", "s", False)]],
    )  # fmt: skip


def test_equal_rows_are_equal_bytes(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_table(tmp_path / name, "Lista", ["a"], [["x"]])

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_table_of_an_unknown_ending_is_not_written(tmp_path):
    with pytest.raises(BadInput) as refused:
        write_table(tmp_path / "out.docx", "Lista", ["a"], [])

    assert str(refused.value) == (
        f"{tmp_path / 'out.docx'}: write its name with the ending of what it is to be: .xlsx, .ods, .csv, .tsv, .json."
    )
    assert not (tmp_path / "out.docx").exists()
