"""Workbooks with one sheet of texts and whole numbers: XLSX and ODS, the same bytes for the same rows, and no formulas.

A text is written as a text, so no program runs it. One that looks like a formula is marked besides, where the format can, so
that it stays a text when somebody edits the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from coursectl.tables.text import guarded, unguarded

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MADE = (1980, 1, 1, 0, 0, 0)  # a ZIP knows no earlier moment, and the rows are what counts
_WIDEST = 60  # characters

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XLSX = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_MEDIA}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MEDIA}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>',
    # Styles: 0 as it comes, 1 the headers, 2 a text that must stay one.
    "xl/styles.xml": f'<styleSheet xmlns="{_SHEET}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/>'
    '<xf xfId="0" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}


def xlsx(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook for Excel. The headers are bold and stay in sight."""
    table = [list(row) for row in rows]
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(_widths(headers, table), 1)
    )
    sheet = (
        f'<worksheet xmlns="{_SHEET}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
        f' state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>'
        f"{''.join(_xlsx_rows(headers, table))}</sheetData></worksheet>"
    )
    book = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}/relationships"><sheets>'
        f'<sheet name="{_sheet_name(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return _zipped({**_XLSX, "xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet})


def _xlsx_rows(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    letters = [_letters(place) for place in range(len(headers))]
    for number, cells in enumerate([headers, *rows], 1):
        filled = (
            _xlsx_cell(f"{letter}{number}", cell, 1 if number == 1 else 0)
            for letter, cell in zip(letters, cells, strict=True)
            if cell not in (None, "")
        )
        yield f'<row r="{number}">{"".join(filled)}</row>'


def _xlsx_cell(place: str, cell: object, style: int) -> str:
    if isinstance(cell, int):
        return f'<c r="{place}"><v>{int(cell)}</v></c>'
    text = _text(cell)
    if not style and guarded(text) != text:
        style = 2
    written = escape(_ESCAPED.sub("_x005F_", _marked(text)))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'


_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:table="{_ODF}:table:1.0" xmlns:text="{_ODF}:text:1.0" office:version="1.3"'
)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook for LibreOffice."""
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in [headers, *map(list, rows)]
    )
    content = (
        f'<office:document-content {_NAMESPACES}><office:body><office:spreadsheet><table:table table:name="{_sheet_name(title)}">'
        f'<table:table-column table:number-columns-repeated="{len(headers)}"/>{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return _zipped({"content.xml": content, "META-INF/manifest.xml": manifest}, first=("mimetype", _ODS_TYPE))


def _ods_cell(cell: object) -> str:
    if cell in (None, ""):
        return "<table:table-cell/>"
    if isinstance(cell, int):
        return f'<table:table-cell office:value-type="float" office:value="{int(cell)}"><text:p>{int(cell)}</text:p></table:table-cell>'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in _marked(_text(cell)).split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _text(cell: object) -> str:
    return _NOT_IN_XML.sub("", str(cell))


def _marked(text: str) -> str:
    """What is read back takes an apostrophe from what looks like a formula: one that was there before gets another."""
    return f"'{text}" if unguarded(text) != text else text


def _sheet_name(title: str) -> str:
    """As Excel allows it: 31 characters at most, none of seven signs, no apostrophe at its ends."""
    named = re.sub(r"[\[\]:*?/\\]", " ", _text(title))[:31].strip("' ")
    return escape(named or "1", {'"': "&quot;"})


def _widths(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    shown = [headers, *rows[:1000]]
    return [
        min(_WIDEST, 2 + max(len(str(row[place])) for row in shown if row[place] is not None))
        for place in range(len(headers))
    ]


def _letters(place: int) -> str:
    """`A` is 0, `AA` 26."""
    letters = ""
    while place >= 0:
        letters = chr(65 + place % 26) + letters
        place = place // 26 - 1
    return letters


def _zipped(parts: dict[str, str], first: tuple[str, str] | None = None) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as file:
        if first:
            file.writestr(ZipInfo(first[0], _MADE), first[1], ZIP_STORED)
        for name, text in parts.items():
            file.writestr(ZipInfo(name, _MADE), (_XML + text).encode(), ZIP_DEFLATED)
    return stream.getvalue()
