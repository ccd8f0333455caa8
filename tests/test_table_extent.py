"""How large a workbook would become is known before any reader takes memory for it."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from coursectl.errors import BadInput
from coursectl.tables.extent import extent
from coursectl.tables.sources import read_sheets

MOST = 1 << 29
EVERY_CELL = 1_048_576 * 16_384


def workbook(**cells: object) -> bytes:
    """A workbook with these cells: `A1="name"`."""
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The file of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_sheet(content: bytes, old: bytes, new: bytes, encoding: str = "utf-8") -> bytes:
    """The workbook with something of its sheet's XML otherwise, in an encoding."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new).decode().encode(encoding)
            target.writestr(name, part)
    return stream.getvalue()


def read(content: bytes, path: Path) -> list[list[str]]:
    path.write_bytes(content)
    (sheet,) = read_sheets(path, lambda rows: (0, 0))
    return [cells for _, cells in sheet.records]


def test_cells_between_two_are_counted():
    assert extent(workbook(A1="name", C4="x"), MOST).cells == 12
    assert extent(workbook(A1="name", XFD1048576="x"), MOST).cells == EVERY_CELL


@pytest.mark.parametrize(("old", "new", "encoding"), [
    (b'r="XFD1048576"', b"r='XFD1048576'", "utf-8"),
    (b'r="XFD1048576"', b'r="xfd1048576"', "utf-8"),
    (b'r="XFD1048576"', b'r = "XFD1048576"', "utf-8"),
    (b"</sheetData>", b"<row></sheetData>", "utf-8"),
    (b"<worksheet", b'<?xml version="1.0" encoding="utf-16"?><worksheet', "utf-16"),
    (b"<worksheet", b'<?xml version="1.0" encoding="latin-1"?><worksheet', "latin-1"),
])  # fmt: skip
def test_however_the_sheet_is_written(old, new, encoding):
    assert extent(with_sheet(workbook(A1="name", XFD1048576="x"), old, new, encoding), MOST).cells == EVERY_CELL


def test_a_format_far_from_the_table_is_no_cell(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"] = "name", "Ana"
    book.active["XFD1048576"].font = Font(bold=True)

    assert extent(saved(book), MOST).cells == 4
    assert read(saved(book), tmp_path / "list.xlsx") == [["name", ""], ["", "Ana"]]


def test_what_has_far_too_many_cells_is_never_opened(tmp_path):
    with pytest.raises(BadInput) as refusal:
        read(workbook(A1="name", XFD1048576="x"), tmp_path / "far.xlsx")

    far = tmp_path / "far.xlsx"
    assert str(refusal.value) == f"{far}: cells far outside of the table make it too large; delete them."


def test_what_a_directory_says_of_sizes_is_not_believed():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x", bytes(40_000_000))

    assert (
        extent(stream.getvalue().replace((40_000_000).to_bytes(4, "little"), bytes(4)), 10_000_000).unpacked
        > 10_000_000
    )


def test_ten_thousand_members_before_a_large_one_take_no_time():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for number in range(10_000):
            file.writestr(f"{number}", "")
        file.writestr("large", bytes(20_000_000))
    began = time.perf_counter()

    assert extent(stream.getvalue(), MOST).unpacked == 20_000_000
    assert time.perf_counter() - began < 10  # once 100 s and more


def test_a_binary_workbook_is_told(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("xl/workbook.bin", b"\x83\x01\x00")

    with pytest.raises(BadInput) as refusal:
        read(stream.getvalue(), tmp_path / "list.xlsx")

    told = f"{tmp_path / 'list.xlsx'} is a binary workbook (.xlsb); save it as .xlsx or .csv."
    assert str(refusal.value) == told


def dated(value: float, shown: str) -> bytes:
    """A workbook whose A2 is a number that is shown as a moment or a duration."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "when", value
    book.active["A2"].number_format = shown
    return saved(book)


def test_the_last_half_minute_of_the_calendar_is_read(tmp_path):
    content = dated(2958465.9999999, "yyyy-mm-dd hh:mm")

    assert read(content, tmp_path / "list.xlsx") == [["when"], ["9999-12-31 23:59"]]


@pytest.mark.parametrize("value", [1e300, 1e11, -1e11])
def test_a_duration_beyond_all_clocks_is_told(tmp_path, value):
    with pytest.raises(BadInput) as refusal:
        read(dated(value, "[h]:mm"), tmp_path / "list.xlsx")

    told = (
        f"{tmp_path / 'list.xlsx'} has a cell with a duration that is beyond all clocks; correct it or make it a text."
    )
    assert str(refusal.value) == told
