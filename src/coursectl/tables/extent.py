"""How large a workbook would become, found out before a reader allocates memory for it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

_PIECE = 16 * 1024  # bytes: unpacked they are 16 MB at most, so much goes into memory at a time
_CELL = re.compile(rb"<c[\s/>]")
_AT = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)""")
_UTF_8 = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml(?:(?!encoding)[^>])*(?:encoding=["']utf-8["'][^>]*)?\?>|<(?!\?))""", re.IGNORECASE
)


@dataclass(frozen=True)
class Extent:
    """`unpacked`: bytes of all its members; `cells`: of the table around the filled cells of its largest sheet.

    `binary` is a workbook (.xlsb) whose sheets aren't XML, so that nothing is known of their cells.
    """

    unpacked: int
    cells: int = 0
    binary: bool = False


def extent(content: bytes, most: int) -> Extent:
    """The extent of a ZIP with a workbook, counted and not taken from its directory, which can lie.

    What unpacks to more than `most` bytes isn't looked into. Of an OpenDocument sheet, whose reader is careful itself, and
    of what is no ZIP the cells are 0.
    """
    members = _members(content)
    unpacked = 0
    for member in members:
        for piece in _unpacking(content, member):
            unpacked += len(piece)
            if unpacked > most:
                return Extent(unpacked)
    sheets = (_sheet_cells(b"".join(_unpacking(content, member))) for member in members)
    binary = any(member.filename.lower().endswith("workbook.bin") for member in members)
    return Extent(unpacked, max(sheets, default=0), binary)


def _members(content: bytes) -> list[ZipInfo]:
    import io

    try:
        with ZipFile(io.BytesIO(content)) as file:
            return file.infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        return []  # the reader says what is wrong with it


def _unpacking(content: bytes, member: ZipInfo) -> Iterator[bytes]:
    """A member's bytes, piece by piece, as far as they can be unpacked."""
    name, extra = (
        int.from_bytes(content[at : at + 2], "little") for at in (member.header_offset + 26, member.header_offset + 28)
    )
    start = member.header_offset + 30 + name + extra
    end = min(start + member.compress_size, len(content))
    pieces = (content[at : min(at + _PIECE, end)] for at in range(start, end, _PIECE))
    if member.compress_type != ZIP_DEFLATED:
        yield from pieces
        return
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    with suppress(zlib.error):
        for piece in pieces:
            yield unpacking.decompress(piece)
            if unpacking.eof:
                return


def _sheet_cells(content: bytes) -> int:
    """Cells of the table around what is filled; 0 for what is no sheet.

    Where the places of cells can't be taken from the text as programs write it, or say that the sheet is large, the XML
    decides: then cells that are only formatted don't count.
    """
    places = _AT.findall(content)
    rows = max((int(digits[:9]) for _, digits in places), default=0)
    columns = max(map(_column, {letters for letters, _ in places}), default=0)
    named = sum(1 for letters, _ in places if letters)
    if _UTF_8.match(content) and named == len(_CELL.findall(content)) and rows * columns <= _LARGE:
        return rows * columns
    return _parsed_cells(content, otherwise=rows * columns)


_LARGE = 20_000_000


def _column(letters: bytes) -> int:
    """`A` is 1, `XFD` 16384; more than three letters are as far as can be."""
    number = 0
    for letter in letters[:7].upper():
        number = number * 26 + letter - 64
    return number


def _parsed_cells(content: bytes, otherwise: int) -> int:
    """As `_sheet_cells`, by a parser, which is slower. `otherwise` is for broken XML, that a reader may take nevertheless."""
    from xml.parsers import expat

    box = _Box()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = box.begin
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError):
        return max(box.cells, otherwise)
    return box.cells


_PLACE = re.compile(r"([A-Za-z]*)([0-9]+)")


class _Box:
    """The table around the cells with something in them, as a parser comes by."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._first: tuple[int, int] | None = None
        self._last = (0, 0)

    @property
    def cells(self) -> int:
        """How many cells it has."""
        if self._first is None:
            return 0
        return (self._last[0] - self._first[0] + 1) * (self._last[1] - self._first[1] + 1)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element: a row, a cell, or what is in a cell."""
        kind = name.rpartition(" ")[2]
        if kind == "row":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._row, self._column = (int(place[2][:9]) if place else self._row + 1), 0
        elif kind == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1].encode()) if place else self._column + 1
            self._row = int(place[2][:9]) if place else self._row
        elif kind in ("v", "is", "f"):
            row, column = self._first or (self._row, self._column)
            self._first = min(row, self._row), min(column, self._column)
            self._last = max(self._last[0], self._row), max(self._last[1], self._column)
