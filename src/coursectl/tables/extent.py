"""How large a workbook would become, found out before a reader allocates memory for it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

_PIECE = 16 * 1024  # bytes: unpacked they are 16 MB at most, so much goes into memory at a time
_TAG_AT_MOST = 1 << 20  # bytes: no program writes a longer one
# Where a cell is, as nearly all programs write it; nothing for one that is written otherwise.
_CELL = re.compile(rb"""<c[\s/>](?:r="([A-Z]{1,3}[0-9]{1,7})")?""")
_AT = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)""")
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_UTF_8 = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml(?:(?!encoding)[^>])*(?:encoding=["']utf-8["'][^>]*)?\?>|<(?!\?))""", re.IGNORECASE
)


@dataclass(frozen=True)
class Extent:
    """`unpacked`: bytes of all its members; `cells`: of the table around the filled cells of its largest sheet.

    `filled`: how many of them are written, where they are written as usual.

    `binary` is a workbook (.xlsb) whose sheets aren't XML, so that nothing is known of their cells.
    """

    unpacked: int
    cells: int = 0
    binary: bool = False
    filled: int = 0


def extent(content: bytes, most: int, most_cells: int | None = None) -> Extent:
    """The extent of a ZIP with a workbook, counted and not taken from its directory, which can lie.

    What unpacks to more than `most` bytes isn't looked into, what has more than `most_cells` in a sheet not further. Of an OpenDocument sheet, whose reader is careful itself, and
    of what is no ZIP the cells are 0.
    """
    members = _members(content)
    unpacked = 0
    for member in members:
        for piece in _unpacking(content, member):
            unpacked += len(piece)
            if unpacked > most:
                return Extent(unpacked)
    cells = filled = 0
    for member in members:
        look = _Look()
        for piece in _unpacking(content, member):
            look.at(piece)
            if most_cells is not None and look.filled > most_cells:
                return Extent(unpacked, filled=look.filled)
        filled = max(filled, look.filled)
        cells = max(cells, look.cells if look.settle() else _parsed_cells(_unpacking(content, member), look.cells))
    binary = any(member.filename.lower().endswith("workbook.bin") for member in members)
    return Extent(unpacked, cells, binary, filled)


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


class _Look:
    """Reads the places of cells off the text of a sheet, piece by piece: five times as fast as a parser.

    Where they aren't all written as programs write them, or say that the sheet is large, the XML decides: then cells that are
    only formatted don't count.
    """

    def __init__(self) -> None:
        self._rest: bytes | None = None
        self._usual = True
        self._rows = 0
        self._columns: set[bytes] = set()
        self.filled = 0

    @property
    def cells(self) -> int:
        """Cells of the table around what is written; 0 for what is no sheet."""
        return self._rows * max(map(_column, self._columns), default=0)

    def settle(self) -> bool:
        """Take what is left; whether the cells can be relied on."""
        self._read(self._rest or b"")
        self._rest = b""
        return self._usual and self.cells <= _LARGE

    def at(self, piece: bytes) -> None:
        """Take the next piece; a tag that it cuts in two waits for the one after."""
        if self._rest is None:
            self._usual = bool(_UTF_8.match(piece))
            self._rest = b""
        text = self._rest + piece if self._rest else piece
        end = text.rfind(b"<")
        if end < 0 or text.find(b">", end) > 0:
            end = len(text)
        elif len(text) - end > _TAG_AT_MOST:
            self._usual, end = False, len(text)
        self._rest = text[end:]
        self._read(text[:end])

    def _read(self, text: bytes) -> None:
        found = _CELL.findall(text)
        self.filled += len(found)
        places = b" ".join(found)
        self._usual = self._usual and b"  " not in places and places[:1] != b" " and places[-1:] != b" "
        if found == [b""]:
            self._usual = False
        if self._usual:
            self._rows = max(self._rows, *map(int, {b"0", *places.translate(None, _LETTERS).split()}))
            self._columns.update(places.translate(None, _DIGITS).split())
            return
        for letters, digits in _AT.findall(text):
            self._rows = max(self._rows, int(digits[:9]))
            self._columns.add(letters)


_LARGE = 20_000_000


def _column(letters: bytes) -> int:
    """`A` is 1, `XFD` 16384; more than three letters are as far as can be."""
    number = 0
    for letter in letters[:7].upper():
        number = number * 26 + letter - 64
    return number


def _parsed_cells(pieces: Iterator[bytes], otherwise: int) -> int:
    """As `_Look`, by a parser. `otherwise` is for broken XML, that a reader may take nevertheless."""
    from xml.parsers import expat

    box = _Box()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = box.begin
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
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
