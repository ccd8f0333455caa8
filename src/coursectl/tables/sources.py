"""Files as sheets of text cells, whatever their format."""

from __future__ import annotations

import datetime
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coursectl.errors import N_, BadInput, CourseError, NotFound
from coursectl.tables.extent import extent
from coursectl.tables.merged import Merged, merged_in_ods
from coursectl.tables.text import clean, unguarded

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Record = tuple[int, list[str]]
"""A row's number, as the reader's program shows it, and its cells."""

HeaderMeasure = Callable[[Sequence[list[str]]], tuple[int, int]]
"""How well the best of some rows serves as headers: the fields that it names, then its cells."""

DELIMITERS = ";,\t|"
HEADERS_WITHIN = 15  # rows: titles, logos and remarks above the headers rarely take more

_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FORMATS = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"{\\rtf", b"SQLite format 3\0")
_CELLS_AT_MOST = 20_000_000
_FILLED_AT_MOST = 5_000_000  # a list of 100,000 people with 50 columns; more would take a gigabyte of memory
_CELLS_TO_OPEN = 2 * _CELLS_AT_MOST  # the reader takes 24 bytes for each, and can then name the sheet
_LARGEST = 64 * 1024 * 1024  # bytes of a file: a list of half a million people takes that
_UNPACKED_AT_MOST = 512 * 1024 * 1024  # bytes of what is in a workbook


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet. In a delimited file a cell beyond the headers means that the row is torn, elsewhere a remark.

    `merged`: the first and last row and column of cells that were made one, by their places from 0. `name`: in a workbook.
    """

    records: list[Record]
    delimited: bool = False
    merged: tuple[Merged, ...] = ()
    name: str | None = None


def read_sheets(path: Path, measure: HeaderMeasure) -> list[Sheet]:
    """The sheets of a file, at least one. `measure` tells the right delimiter by the headers that it yields.

    Raises NotFound without the file, BadInput for what is no table.
    """
    content = _content(path)
    if content.startswith((_ZIP, _OLE)):
        return _workbook(path, content)
    if path.suffix.lower() in _WORKBOOK_SUFFIXES:
        raise BadInput(
            N_("{file} is named like a workbook but isn't one; open it and save it as .xlsx or .csv."), file=str(path)
        )
    text = _decoded(path, content)
    if not text.strip():
        raise BadInput(N_("{file} is empty."), file=str(path))
    if path.suffix.lower() == ".json":
        return [_json(path, text)]
    return [_delimited(path, text, measure)]


def refusal(path: Path, error: OSError, doing: str) -> CourseError:
    """The sentence for what the operating system said. `doing` is a wording with {file} and {reason}."""
    if isinstance(error, FileNotFoundError):
        return NotFound(N_("There is no file {file}."), file=str(path))
    return BadInput(doing, file=str(path), reason=error.strerror or str(error))


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(N_("{file} is a folder; name a file in it."), file=str(path))
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            content = file.read(_LARGEST + 1)
            _refuse_changed(path, before, os.fstat(file.fileno()), len(content))
    except PermissionError as error:
        doing = N_("{file} can't be read: you have no permission, or another program has locked it.")
        raise refusal(path, error, doing) from error
    except OSError as error:
        raise refusal(path, error, N_("{file} can't be read: {reason}.")) from error
    if len(content) > _LARGEST:
        raise BadInput(N_("{file} is too large for a list: {size} MB at most."), file=str(path), size=_LARGEST >> 20)
    return content


def _refuse_changed(path: Path, before: os.stat_result, after: os.stat_result, size: int) -> None:
    """What somebody was saving while it was read may be half of it. A pipe has no size and no moment of saving."""
    if not stat.S_ISREG(before.st_mode):
        return
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or size != min(before.st_size, _LARGEST + 1):
        raise BadInput(
            N_("{file} was changed by another program while it was read; nothing was written. Type the command again."),
            file=str(path),
        )


def _decoded(path: Path, content: bytes) -> str:
    """The text: by its byte order mark, as UTF-16 without one, as UTF-8, else as Windows-1252, in this order."""
    utf_8 = True
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if guess := _utf_16_without_mark(content):
            return content.decode(guess)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, utf_8 = _in_one_byte(content), False
    if content.startswith(_OTHER_FORMATS) or _control_share(text) > (0.3 if utf_8 else 0.02):
        raise BadInput(N_("{file} is no table; give a CSV, TSV, XLSX, XLS, ODS or JSON file."), file=str(path))
    if not utf_8 and "\ufffd" in text:
        raise BadInput(N_("The encoding of {file} isn't known; save it as CSV UTF-8 or as XLSX."), file=str(path))
    return text


_LETTERS = "áàâãäåéèêëíìîïñóòôõöøúùûüýÿçœæßÁÀÂÃÄÅÉÈÊËÍÌÎÏÑÓÒÔÕÖØÚÙÛÜÝŸÇŒÆ"
_ACCENTED = frozenset("áéíóúñüçãõâêôàèÁÉÍÓÚÑÇÃÕ°ºª¿¡«»\u00a0")
_WESTERN = _ACCENTED | frozenset(_LETTERS + "–—‘’“”…•€´·¨©®™±²³½§&")


def _in_one_byte(content: bytes) -> str:
    """As Windows-1252; where that yields what nobody writes, as an old Mac or DOS wrote it, if then all of it is letters."""
    beyond = bytes({byte for byte in content if byte > 127})
    if not set(beyond.decode("cp1252", errors="replace")) <= _WESTERN:
        for encoding in ("mac_roman", "cp850"):
            if set(beyond.decode(encoding)) <= _ACCENTED:
                return content.decode(encoding)
    return content.decode("cp1252", errors="replace")


def _utf_16_without_mark(content: bytes) -> str | None:
    """Western text in UTF-16 has a zero in nearly every other byte."""
    sample = content[:4096]
    pairs = len(sample) // 2
    if not pairs or len(content) % 2:
        return None
    first, second = (sample[start::2].count(0) / pairs for start in (0, 1))
    if second > 0.4 and first < 0.1:
        return "utf-16-le"
    return "utf-16-be" if first > 0.4 and second < 0.1 else None


def _control_share(text: str) -> float:
    sample = text[:4096]
    return sum(c < " " and c not in "\t\r\n\f\v" for c in sample) / max(len(sample), 1)


def _delimited(path: Path, text: str, measure: HeaderMeasure) -> Sheet:
    import csv
    import io

    text = text.replace("\0", "")
    delimiter = max(DELIMITERS, key=lambda candidate: _suits(text, candidate, measure))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    records: list[Record] = []
    try:
        for cells in reader:
            records.append((len(records) + 1, [clean(unguarded(cell)) for cell in cells]))
    except csv.Error as error:
        raise BadInput(
            N_("{file}, row {row}: a quotation mark is missing or too many; the rest can't be read."),
            file=str(path),
            row=len(records) + 1,
        ) from error
    return Sheet(records, delimited=True)


def _suits(text: str, delimiter: str, measure: HeaderMeasure) -> tuple[int, int, bool]:
    """How well the headers fare with this delimiter. A single column is left to tabs, which no cell holds."""
    import csv
    import io
    from itertools import islice

    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[list[str]] = []
    try:
        rows.extend([clean(unguarded(cell)) for cell in cells] for cells in islice(reader, HEADERS_WITHIN))
    except csv.Error:  # a quoted cell without end, as this delimiter sees it
        return 0, 0, False
    return *measure(rows), delimiter == "\t"


def _workbook(path: Path, content: bytes) -> list[Sheet]:
    import io

    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    if content.startswith(_ZIP):
        _refuse_immense(path, content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            shown = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
            ]
            sheets = _sheets(path, book, shown, merged_in_ods(content) if content.startswith(_ZIP) else {})
    except PasswordError as error:
        raise BadInput(N_("{file} has a password; save it without one."), file=str(path)) from error
    except CalamineError as error:
        doing = N_("{file} can't be read as a workbook; it may be damaged. Open it and save it as .xlsx or .csv.")
        raise BadInput(doing, file=str(path)) from error
    except OverflowError as error:
        doing = N_("{file} has a cell with a duration that is beyond all clocks; correct it or make it a text.")
        raise BadInput(doing, file=str(path)) from error
    filled = [sheet for sheet in sheets if any(map(any, (cells for _, cells in sheet.records)))]
    if not filled:
        raise BadInput(N_("{file} is empty."), file=str(path))
    return filled


def _refuse_immense(path: Path, content: bytes) -> None:
    """Turn away what the reader, which believes what a workbook says of itself, would take all memory for."""
    found = extent(content, _UNPACKED_AT_MOST, _FILLED_AT_MOST)
    if found.unpacked > _UNPACKED_AT_MOST:
        raise BadInput(
            N_("{file} unpacks to more than {size} MB, which no list needs; it isn't opened."),
            file=str(path),
            size=_UNPACKED_AT_MOST >> 20,
        )
    if found.binary:
        raise BadInput(N_("{file} is a binary workbook (.xlsb); save it as .xlsx or .csv."), file=str(path))
    if found.filled > _FILLED_AT_MOST:
        raise BadInput(
            N_("{file} has more than {most} cells, too many for a list; cut it into several files."),
            file=str(path),
            most=_FILLED_AT_MOST,
        )
    if found.cells > _CELLS_TO_OPEN:
        raise BadInput(N_("{file}: cells far outside of the table make it too large; delete them."), file=str(path))


def _sheets(
    path: Path, book: CalamineWorkbook, names: Sequence[str], merged: Mapping[str, tuple[Merged, ...]]
) -> list[Sheet]:
    """The sheets of these names. `merged` is for those whose reader doesn't tell. Raises BadInput where all of them together have too many cells."""
    sheets, cells = [], 0
    for name in names:
        sheet = book.get_sheet_by_name(name)
        cells += sheet.total_height * sheet.total_width
        if cells > _CELLS_AT_MOST:
            raise BadInput(
                N_('{file}, sheet "{sheet}": cells far outside of the table make it too large; delete them.'),
                file=str(path),
                sheet=name,
            )
        spans = tuple(sheet.merged_cell_ranges or merged.get(name, ()))
        sheets.append(Sheet(list(_rows(sheet)), merged=spans, name=name))
    return sheets


def _rows(sheet: CalamineSheet) -> Iterator[Record]:
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        yield number, [clean(unguarded(_as_read(cell))) if cell != "" else "" for cell in cells]


def _as_read(value: object) -> str:
    """A workbook's value as a person reads it in the cell: 7 and not 7.0, ISO dates, hours and minutes."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
        case datetime.datetime():
            moment = _to_the_minute(value)
            return f"{moment:%Y-%m-%d}" if moment.time() == datetime.time() else f"{moment:%Y-%m-%d %H:%M}"
        case datetime.time():
            return f"{_to_the_minute(datetime.datetime.combine(datetime.date.min, value)):%H:%M}"
        case datetime.timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(value)


def _to_the_minute(moment: datetime.datetime) -> datetime.datetime:
    """The nearest minute: spreadsheets keep times as fractions of a day, which fall short by a hair."""
    try:
        nearest = moment + datetime.timedelta(seconds=30)
    except OverflowError:  # the last half minute of the year 9999
        nearest = moment
    return nearest.replace(second=0, microsecond=0)


def _json(path: Path, text: str) -> Sheet:
    """A list of objects as a sheet: the keys are row 0, so that the first object is row 1."""
    import json

    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BadInput(N_("{file}, line {line}: this is no JSON."), file=str(path), line=line) from error
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise BadInput(N_('{file} must hold a list of objects, like [{{"name": "Ana Pérez"}}].'), file=str(path))
    keys = list(dict.fromkeys(key for item in items for key in item))
    records: list[Record] = [(0, [clean(key) for key in keys])]
    for number, item in enumerate(items, 1):
        records.append((number, [_json_cell(path, number, key, item.get(key)) for key in keys]))
    return Sheet(records)


def _json_cell(path: Path, number: int, key: str, value: object) -> str:
    if isinstance(value, dict) and isinstance(value.get("name"), str):  # a person, as the answers of commands have them
        return clean(value["name"])
    if isinstance(value, list | dict):
        raise BadInput(
            N_('{file}, object {row}: "{key}" holds a list or an object; give one value.'),
            file=str(path),
            row=number,
            key=key,
        )
    return "" if value is None else clean(_as_read(value))
