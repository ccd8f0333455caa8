"""Which cells of an OpenDocument sheet were merged: its reader doesn't say it."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from zipfile import BadZipFile, ZipFile

Merged = tuple[tuple[int, int], tuple[int, int]]
"""The first and last row and column of cells that were made one, by their places from 0."""

_SPANNED = b"number-rows-spanned"


def merged_in_ods(content: bytes) -> dict[str, tuple[Merged, ...]]:
    """The merged cells of each sheet of a workbook, by its name; nothing for what is no OpenDocument."""
    from xml.parsers import expat

    with suppress(BadZipFile, KeyError, NotImplementedError, expat.ExpatError, ValueError, RuntimeError):
        with ZipFile(BytesIO(content)) as file:
            sheets = file.read("content.xml")
        if _SPANNED in sheets:
            found = _Spans()
            parser = expat.ParserCreate(namespace_separator=" ")
            parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
            parser.Parse(sheets, True)
            return {name: tuple(spans) for name, spans in found.sheets.items()}
    return {}


class _Spans:
    """Counts rows and cells as they come by, those that stand for several too."""

    def __init__(self) -> None:
        self.sheets: dict[str, list[Merged]] = {}
        self._spans: list[Merged] = []
        self._row = self._column = 0
        self._rows = 1

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of a sheet, a row or a cell."""
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        kind = name.rpartition(" ")[2]
        if kind == "table":
            self._spans = self.sheets.setdefault(said.get("name", ""), [])
            self._row = 0
        elif kind == "table-row":
            self._column, self._rows = 0, int(said.get("number-rows-repeated", 1))
        elif kind in ("table-cell", "covered-table-cell"):
            down, right = (int(said.get(f"number-{what}-spanned", 1)) for what in ("rows", "columns"))
            if down > 1 or right > 1:
                self._spans.append(((self._row, self._column), (self._row + down - 1, self._column + right - 1)))
            self._column += int(said.get("number-columns-repeated", 1))

    def end(self, name: str) -> None:
        """Take the end of a row."""
        if name.rpartition(" ")[2] == "table-row":
            self._row += self._rows
