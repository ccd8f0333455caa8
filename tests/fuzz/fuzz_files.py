"""Files as bytes: seeds that are right, what goes wrong with them on the way, and those that are made to do harm."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from naughty import NAUGHTY

SEEDS = Path(__file__).parent / "seeds"
FOLDER = SEEDS / "folder"
FORMS = ("csv", "tsv", "xlsx", "ods", "json")


@cache
def seed(name: str) -> bytes:
    """A file of the seeds."""
    return (SEEDS / name).read_bytes()


@cache
def table_as(name: str, form: str) -> bytes:
    """A CSV seed in another format."""
    text = seed(name).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    return {"csv": _csv, "tsv": _tsv, "xlsx": xlsx, "ods": ods, "json": _json}[form](rows)


def _csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode("utf-8", errors="surrogatepass")


def _tsv(rows: Sequence[Sequence[str]]) -> bytes:
    return _csv(rows, "\t")


def _json(rows: Sequence[Sequence[str]]) -> bytes:
    return json.dumps([dict(zip(rows[0], row, strict=False)) for row in rows[1:]]).encode()


def _zipped(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def _xml(text: str) -> str:
    return "".join(
        f"&#{ord(letter)};" if letter in "<>&\"'\t\n\r" else letter
        for letter in text
        if letter in "\t\n\r" or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
    )


_OFFICE = "http://schemas.openxmlformats.org"


def xlsx(rows: Sequence[Sequence[str]], *, before: str = "", dimension: str = "", strings: str = "") -> bytes:
    """A workbook of inline strings, in the least that Excel takes; `before` comes before the sheet's root."""
    cells = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{_xml(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    shown = f'<dimension ref="{dimension}"/>' if dimension else ""
    return _zipped(_xlsx_parts(f"{before}{_sheet(shown + '<sheetData>' + cells + '</sheetData>')}", strings))


def _sheet(inside: str) -> str:
    return f'<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main">{inside}</worksheet>'


def _xlsx_parts(sheet: str, strings: str = "") -> dict[str, str | bytes]:
    kind = f"{_OFFICE}/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{kind}">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{kind}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{_OFFICE}/spreadsheetml/2006/main"/>',
    }


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"'
)


def ods(rows: Sequence[Sequence[str]], *, before: str = "", after: str = "") -> bytes:
    """An OpenDocument sheet; `before` comes before the root, `after` are rows in XML."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_xml(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'{before}<office:document-content {_ODF}><office:body><office:spreadsheet><table:table table:name="S">'
        f"{cells}{after}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return _zipped({"mimetype": mime, "META-INF/manifest.xml": manifest, "content.xml": content})


# What goes wrong on the way ----------------------------------------------------------------------------------------------


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content after one to four mishaps. Half of those of a ZIP happen to what is in it."""
    for _ in range(chance.randint(1, 4)):
        if content.startswith(b"PK\x03\x04") and chance.random() < 0.6:
            content = _mutated_member(content, chance)
        else:
            content = chance.choice(_MISHAPS)(content, chance)
    return content


def _mutated_member(content: bytes, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            members: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return chance.choice(_MISHAPS)(content, chance)
    if not members:
        return content
    name = chance.choice(list(members))
    old = members[name]
    members[name] = chance.choice(_MISHAPS)(old if isinstance(old, bytes) else old.encode(), chance)
    if chance.random() < 0.1:
        del members[name]
    return _zipped(members)


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(content))


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: _place(content, chance)]


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _drop(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted((_place(content, chance), _place(content, chance)))
    return content[:first] + content[last:]


def _double(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted((_place(content, chance), _place(content, chance)))
    return content[:last] + content[first:]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(NAUGHTY).encode() + content[at:]


def _instead(content: bytes, chance: random.Random) -> bytes:
    """A naughty string in the place of a word."""
    words = content.split(chance.choice((b",", b";", b'"', b"=", b">", b"\n", b" ")))
    if len(words) > 1:
        word = chance.choice(words)
        at = content.find(word)
        return content[:at] + chance.choice(NAUGHTY).encode() + content[at + len(word) :]
    return chance.choice(NAUGHTY).encode()


def _raw(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.randbytes(chance.randint(1, 40)) + content[at:]


def _nul(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + b"\0" * chance.randint(1, 9) + content[at:]


def _mark(content: bytes, chance: random.Random) -> bytes:
    at = chance.choice((0, 0, _place(content, chance)))
    return content[:at] + chance.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) + content[at:]


def _encoded(content: bytes, chance: random.Random) -> bytes:
    """All of it, or the rest of it, in another encoding."""
    text = content.decode("utf-8", errors="replace")
    at = chance.choice((0, chance.randint(0, len(text))))
    other = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp437", "utf-7", "latin-1"))
    return text[:at].encode() + text[at:].encode(other, errors="replace")


def _swapped(content: bytes, chance: random.Random) -> bytes:
    old, new = chance.sample((b",", b";", b"\t", b"|", b'"', b"\n", b"\r\n", b"\r", b"="), 2)
    return content.replace(old, new)


def _shuffled(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


_MISHAPS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _flip,
    _drop,
    _double,
    _insert,
    _insert,
    _instead,
    _instead,
    _instead,
    _raw,
    _nul,
    _mark,
    _encoded,
    _swapped,
    _shuffled,
)


# Made to do harm ---------------------------------------------------------------------------------------------------------


@cache
def hostile_tables(name: str) -> dict[str, tuple[str, bytes]]:
    """Files that are more than they seem, by what they are: the ending of the name and the bytes. Their headers are a seed's."""
    text = seed(name).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    header, row = rows[0], rows[1]
    laughs = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb, outside = f"{laughs}]>", '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'
    entity = [header, ["&a9;" if place == 1 else cell for place, cell in enumerate(row)]]

    def with_entity(content: bytes) -> bytes:
        """`&a9;` as a reference, and not as the text that it would be escaped to."""
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return _zipped({one: file.read(one).replace(b"&#38;a9;", b"&a9;") for one in file.namelist()})

    repeated = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    deep = "[" * 100_000
    return {
        "xlsx that unpacks to 700 MB": ("xlsx", _large_xlsx()),
        "xlsx that unpacks to more than it says": ("xlsx", _lying(_large_xlsx())),
        "xlsx with laughing entities": ("xlsx", with_entity(xlsx(entity, before=bomb))),
        "xlsx with an entity from outside": ("xlsx", with_entity(xlsx(entity, before=outside))),
        "ods with laughing entities": ("ods", with_entity(ods(entity, before=bomb))),
        "ods with an entity from outside": ("ods", with_entity(ods(entity, before=outside))),
        "ods with 17 billion repeated cells": ("ods", ods(rows, after=repeated)),
        "xlsx that claims all cells there can be": ("xlsx", xlsx(rows, dimension="A1:XFD1048576")),
        "xlsx with a cell in the last corner": (
            "xlsx",
            _zipped(
                _xlsx_parts(
                    _sheet('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
                )
            ),
        ),
        "xlsx with a shared string that isn't there": (
            "xlsx",
            _zipped(_xlsx_parts(_sheet('<sheetData><row r="1"><c r="A1" t="s"><v>99999999999</v></c></row></sheetData>'))),
        ),
        "xlsx with dates beyond all calendars": (
            "xlsx",
            _zipped(
                _xlsx_parts(
                    _sheet(
                        '<sheetData><row r="1"><c t="d"><v>99999-99-99</v></c><c t="d"><v></v></c><c><v>1e308</v></c></row></sheetData>'
                    )
                )
            ),
        ),
        "ods with times beyond all clocks": (
            "ods",
            ods(
                rows,
                after='<table:table-row><table:table-cell office:value-type="time" office:time-value="PT99999999999999H"/>'
                '<table:table-cell office:value-type="date" office:date-value="99999-99-99"/>'
                '<table:table-cell office:value-type="float" office:value="1e999"/></table:table-row>',
            ),
        ),
        "xlsx in xlsx": ("xlsx", _zipped({"xl/workbook.xml": xlsx(rows)})),
        "zip of nothing": ("xlsx", _zipped({})),
        "zip with the way out": ("xlsx", _zipped({"../../etc/x": "x", "/etc/y": "y"})),
        "json called xlsx": ("xlsx", table_as(name, "json")),
        "xlsx called csv": ("csv", table_as(name, "xlsx")),
        "ods called json": ("json", table_as(name, "ods")),
        "csv called json": ("json", table_as(name, "csv")),
        "json called csv": ("csv", table_as(name, "json")),
        "csv without an ending": ("", table_as(name, "csv")),
        "100,000 columns": ("csv", _csv([[*header, *map(str, range(100_000))], row])),
        "100,000 headers of one name": ("csv", _csv([[header[0]] * 100_000, row])),
        "100,000 empty rows": ("csv", _csv([header]) + b",\n" * 100_000),
        "a cell of 5 MB": ("csv", _csv([header, ["x" * 5_000_000, *row[1:]]])),
        "a quotation mark without end": ("csv", _csv([header]) + b'"' + b"x\n" * 100_000),
        "a million quotation marks": ("csv", _csv([header]) + b'"' * 1_000_001),
        "only delimiters": ("csv", b";,\t|" * 50_000),
        "only NULs": ("csv", b"\0" * 100_000),
        "only line ends": ("csv", b"\r\n\r\r\n\n" * 20_000),
        "UTF-16 with half a letter": ("csv", b"\xff\xfe" + _csv(rows).decode().encode("utf-16-le") + b"\x00"),
        "UTF-16 with lone surrogates": ("csv", b"\xff\xfe" + b"\x00\xd8" * 40),
        "UTF-8 with surrogates": ("csv", _csv([header, ["\ud800" + row[0], *row[1:]]])),
        "two encodings": ("csv", _csv([header]) + _csv([row]).decode().encode("cp1252") + _csv([row]).decode().encode("utf-16")),
        "json of 100,000 brackets": ("json", deep.encode()),
        "json of objects in objects": ("json", ('{"a":' * 50_000).encode()),
        "json with a number of 10,000 digits": ("json", f'[{{"{header[0]}": {"9" * 10_000}}}]'.encode()),
        "json with numbers that aren't": ("json", f'[{{"{header[0]}": NaN, "x": -Infinity, "y": 1e999, "z": -0.0}}]'.encode()),
        "json with lone surrogates": ("json", f'[{{"{header[0]}": "\\ud800", "\\udfff": "x"}}]'.encode()),
        "json with a key twice": ("json", f'[{{"{header[0]}": "a", "{header[0]}": "b"}}]'.encode()),
        "json with empty keys": ("json", b'[{"": "", " ": "x"}, {}]'),
        "json with one value": ("json", b'"x"'),
        "a page": ("csv", b"<html><table><tr><td>" + header[0].encode() + b"</td></tr></table></html>"),
        "a PDF": ("csv", b"%PDF-1.7\n" + b"x" * 100),
        "an old workbook that is none": ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000),
        "an old workbook without end": ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2_000),
    }  # fmt: skip


@cache
def _large_xlsx() -> bytes:
    """A workbook of 700 MB of spaces in a sheet, packed in a few."""
    parts = _xlsx_parts("")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in parts.items():
            if not name.endswith("sheet1.xml"):
                file.writestr(name, content)
        with file.open("xl/worksheets/sheet1.xml", "w") as sheet:
            before, after = _sheet("<sheetData>\0</sheetData>").encode().split(b"\0")
            sheet.write(before)
            for _ in range(70):
                sheet.write(b" " * 10_000_000)
            sheet.write(after)
    return stream.getvalue()


def _lying(content: bytes) -> bytes:
    """A ZIP whose directory says that each member is small."""
    changed = bytearray(content)
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.find(sign)
        while place >= 0:
            size = int.from_bytes(changed[place + at : place + at + 4], "little")
            if size > 1_000_000:
                changed[place + at : place + at + 4] = (1_000).to_bytes(4, "little")
            place = changed.find(sign, place + 4)
    return bytes(changed)


@cache
def hostile_courses() -> dict[str, bytes]:
    """course.toml files made to do harm."""
    good = seed("folder/course.toml").decode()
    nines = "9" * 5_000
    return {
        "100,000 brackets": b"x = " + b"[" * 100_000,
        "tables in tables": b"x = " + b"{a = " * 50_000,
        "a dotted key without end": b"a." * 50_000 + b"a = 1",
        "a number of 5,000 digits": good.replace("number = 4", f"number = {nines}").encode(),
        "a year of 5,000 digits": good.replace("first_year = 2023", f"first_year = {nines}").encode(),
        "a number beyond 64 bits": good.replace("seats = 10", f"seats = {2**63}").encode(),
        "no seat at all": good.replace("seats = 10", f"seats = {-(2**63)}").encode(),
        "a share that is no number": good.replace("attendance = 75", "attendance = nan").encode(),
        "a share without end": good.replace("attendance = 75", "attendance = inf").encode(),
        "a moment for a day": good.replace("2026-03-02\n", "2026-03-02T09:00:00Z\n").encode(),
        "a time for a day": good.replace("start = 2026-03-02", "start = 09:00:00").encode(),
        "the last day there is": good.replace("start = 2026-03-02", "start = 0001-01-01").replace('"2026-03-03"', "9999-12-31").encode(),
        "a crest with a NUL": good.replace('crest = "crest.svg"', 'crest = "a\\u0000b"').encode(),
        "a crest with a name too long": good.replace('crest = "crest.svg"', f'crest = "{"x" * 5_000}"').encode(),
        "a crest outside": good.replace('crest = "crest.svg"', 'crest = "../../../../etc/passwd"').encode(),
        "a crest that is this folder": good.replace('crest = "crest.svg"', 'crest = "."').encode(),
        "a zone that is a path": good.replace("America/Asuncion", "../../etc/passwd").encode(),
        "a zone with a NUL": good.replace("America/Asuncion", "America/\\u0000").encode(),
        "a zone with a name too long": good.replace("America/Asuncion", "A" * 5_000).encode(),
        "a zone that is a folder": good.replace("America/Asuncion", "America").encode(),
        "an authority that signs itself": good.replace('authority = "director"', 'authority = "directora"').encode(),
        "two authorities of one key": (good + good[good.index("[[authorities]]") : good.index("[[editions]]")]).encode(),
        "two editions of one number": good.replace("number = 3", "number = 4").encode(),
        "10,000 editions": (good + "".join(f"\n[[editions]]\nnumber = {n}\n" for n in range(5, 10_005))).encode(),
        "languages within languages": good.replace('["es", "pt"]', '[["es"], {x = 1}, 3, "", "xx"]').encode(),
        "texts of no language": good.replace('title = { es = "Cuarta edición" }', 'title = { "" = "x", "zz-zz" = "y", es = 3 }').encode(),
        "a text within a text": good.replace('post = { es = "Directora" }', 'post = { es = { es = "x" } }').encode(),
        "a serial pattern that prints objects": good.replace("{course}-{year}-{number}", "{course.__class__}-{year}-{number}").encode(),
        "a serial pattern of a million digits": good.replace("{number}", "{number:>999999999}").encode(),
        "a serial pattern that isn't closed": good.replace("{number}", "{number").encode(),
        "nothing": b"",
        "a BOM and no more": b"\xef\xbb\xbf",
        "UTF-16": good.encode("utf-16"),
        "half of UTF-16": good.encode("utf-16")[:-1],
        "Windows-1252": good.encode("cp1252"),
        "NULs": good.replace("RMC", "R\0C").encode(),
        "an escape in a text": good.replace("RMC", "R\\u001b]0;x\\u0007C").encode(),
        "a turned text": good.replace("Curso Regional", "Curso \\u202e lanoigeR").encode(),
        "surrogates": good.replace("RMC", "R\\ud800C").encode(),
        "course twice": (good + "\n[course]\ncode = 'X'\n").encode(),
        "course as a list": b"[[course]]\ncode = 'X'\n",
        "editions as a table": good.replace("[[editions]]\nnumber = 3\nyear = 2025", "[editions]\nnumber = 3").encode(),
        "a key that is a field": good.replace("seats = 10", '"{name}" = 10').encode(),
        "a key with a line end": good.replace("seats = 10", '"a\\nb\\u001b[2J" = 10').encode(),
    }  # fmt: skip


@cache
def hostile_pictures() -> dict[str, bytes]:
    """Crests and signatures made to do harm."""
    good = seed("folder/crest.svg").decode()
    inside = good[good.index("<svg") :]
    laughs = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "an encoding that nobody knows": f'<?xml version="1.0" encoding="x-none"?>{inside}'.encode(),
        "an encoding of several bytes": f'<?xml version="1.0" encoding="shift_jis"?>{inside}'.encode(),
        "UTF-16 that is said to be UTF-8": f'<?xml version="1.0" encoding="utf-8"?>{inside}'.encode("utf-16"),
        "laughing entities": f"{laughs}]>{inside.replace('</svg>', '&a9;</svg>')}".encode(),
        "an entity from outside": f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{inside.replace("</svg>", "&e;</svg>")}'.encode(),
        "100,000 elements in one another": b"<svg>" + b"<g>" * 100_000 + b"</g>" * 100_000 + b"</svg>",
        "100,000 elements that don't end": b"<svg>" * 100_000,
        "a NUL": good.replace("<svg", "\0<svg").encode(),
        "no root": b"<svg",
        "PNG, and no more": b"\x89PNG\r\n\x1a\n",
        "JPEG, and no more": b"\xff\xd8\xff",
        "GIF of 65,535 by 65,535": b"GIF89a\xff\xff\xff\xff\x00\x00\x00",
        "5 MB and a byte": b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * 1024 * 1024 - 7),
        "nothing": b"",
    }  # fmt: skip
