"""Make the built-in Word templates, of letters and of certificates: python tools/word_template.py [FOLDER]

A .docx can't be read in a diff: this is its source. An office that wants its own letterhead changes the .docx in Word.
"""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TEMPLATES = Path(__file__).parent.parent / "templates"
GOLD = "B08D2E"
BLUE, GREY = RGBColor(0x12, 0x30, 0x5E), RGBColor(0x5A, 0x62, 0x70)
LINE_WIDTH = Mm(163)
WIDTHS = {2: (125, 38), 3: (87, 38, 38), 4: (38, 30, 60, 35)}  # of tables by their columns, in millimeters


def make() -> bytes:
    """The template: one page or more for each of `letters`."""
    document: Any = Document()
    _page(document)
    _styles(document)
    add = document.add_paragraph
    add("{%p for letter in letters %}")
    add("{{ letter.issuer }}", "Letterhead")
    line = add("{{ letter.reference }}\t{{ letter.date }}", "Reference")
    line.paragraph_format.tab_stops.add_tab_stop(LINE_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    add("{%p for line in letter.addressee %}")
    add("{{ line }}", "Addressee")
    add("{%p endfor %}")
    add("{{ letter.subject }}", "Heading 1")
    add("{{ letter.salutation }}")
    _each(document, "letter.opening")
    _details(document)
    for columns in WIDTHS:
        add(f"{{%p if letter.table and letter.table.heads | length == {columns} %}}")
        add("{{ letter.table.lead }}").paragraph_format.keep_with_next = True
        _table(document, columns)
        add("{{ letter.table.note }}", "Small")
        add("{%p endif %}")
    _each(document, "letter.ending")
    add("{{ letter.closing }}", "Closing")
    add("{{ letter.signature.name }}", "Signatory")
    for field in ("post", "organization", "behalf"):
        add(f"{{%p if letter.signature.{field} %}}")
        add(f"{{{{ letter.signature.{field} }}}}", "Small")
        add("{%p endif %}")
    add("{%p endfor %}")
    return _saved(document, "Letters")


def make_certificates() -> bytes:
    """The template: a page, and its reverse where there is a program, for each of `certificates`."""
    document: Any = Document()
    _landscape(document)
    _certificate_styles(document)
    add = document.add_paragraph
    add("{%p for certificate in certificates %}")
    _optional(document, "duplicate", "{{ certificate.duplicate }}", "Duplicate")
    _framed(document, "code", left=262, top=178, width=20)
    add("{%p if certificate.crest %}")
    add("{{ certificate.crest }}", "First")
    add("{%p endif %}")
    add("{{ certificate.organizers }}", "Organizers")
    add("{{ certificate.title }}", "Heading 1")
    _optional(document, "second", "{{ certificate.second.title }}", "Second title")
    add("", "Rule")
    add(
        "{{ certificate.awarded }}{% if certificate.second %}   ·   {{ certificate.second.awarded }}{% endif %}", "Said"
    )
    _name(document)
    _optional(document, "country", "{{ certificate.country }}", "Place")
    add("{%p if certificate.second %}")
    _in_two_languages(document)
    add("{%p else %}")
    add("{{ certificate.lead }}", "Said")
    add("{{ certificate.course }}", "Course")
    _optional(document, "motto", "{{ certificate.motto }}", "Said")
    add("{{ certificate.held }}", "Held")
    _optional(document, "sessions", "{{ certificate.sessions }}", "Place")
    add("{%p endif %}")
    _signatures(document)
    add("{%p if certificate.parties %}")
    add("{{ certificate.parties }}", "Parties")
    add("{%p endif %}")
    add(
        "{{ certificate.issued }}{% if certificate.second %}   ·   {{ certificate.second.issued }}{% endif %}   ·   {{ certificate.serial_label }} {{ certificate.serial }}",
        "Serial",
    )
    add("{%p if certificate.program %}")
    add("{{ certificate.program_title }}", "Heading 1").paragraph_format.page_break_before = True
    add("", "Rule")
    add("{{ certificate.edition }}", "Place")
    add("{%p for part in certificate.program %}")
    add("{{ part.heading }}", "Module")
    add("{%p for topic in part.topics %}")
    add("{{ topic }}", "List Bullet")
    add("{%p endfor %}")
    add("{%p endfor %}")
    add("{%p endif %}")
    add("{%p if not loop.last %}")
    add().add_run().add_break(WD_BREAK.PAGE)
    add("{%p endif %}")
    add("{%p endfor %}")
    return _saved(document, "Certificates")


def _optional(document: Any, field: str, text: str, style: str) -> None:
    document.add_paragraph(f"{{%p if certificate.{field} %}}")
    document.add_paragraph(text, style)
    document.add_paragraph("{%p endif %}")


def _framed(document: Any, field: str, *, left: float, top: float, width: float) -> None:
    """What has its place on the page, in millimeters, whatever else is there; other text goes around it."""
    _optional(document, field, f"{{{{ certificate.{field} }}}}", field.title())
    frame = OxmlElement("w:framePr")
    for name, value in (
        ("w", Mm(width).twips), ("wrap", "around"), ("vAnchor", "page"), ("hAnchor", "page"), ("x", Mm(left).twips), ("y", Mm(top).twips),
    ):  # fmt: skip
        frame.set(qn(f"w:{name}"), str(value))
    properties = document.paragraphs[-2]._p.get_or_add_pPr()
    properties.insert_element_before(
        frame, "w:widowControl", "w:numPr", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )


def _in_two_languages(document: Any) -> None:
    """The sentence in both languages, side by side."""
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for cell, of in zip(table.rows[0].cells, ("certificate", "certificate.second"), strict=True):
        cell.width = Mm(112)
        cell.paragraphs[0].style = "Said in two"
        cell.paragraphs[0].text = f"{{{{ {of}.lead }}}}"
        cell.add_paragraph(f"{{{{ {of}.course }}}}", "Course in two")
        for name, style in (("motto", "Said in two"), ("held", "Held in two"), ("sessions", "Held in two")):
            cell.add_paragraph(f"{{%p if {of}.{name} %}}")
            cell.add_paragraph(f"{{{{ {of}.{name} }}}}", style)
            cell.add_paragraph("{%p endif %}")


def _name(document: Any) -> None:
    """Word can't be told to let a name fill its line, so a long one has a style of its own."""
    add = document.add_paragraph
    add("{%p if certificate.name | length > 42 %}")
    add("{{ certificate.name }}", "Holder of a long name")
    add("{%p else %}")
    add("{{ certificate.name }}", "Holder")
    add("{%p endif %}")


def _landscape(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(14)
    borders = OxmlElement("w:pgBorders")
    borders.set(qn("w:offsetFrom"), "page")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "double"), ("sz", "12"), ("space", "24"), ("color", "12305E")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    section._sectPr.insert_element_before(borders, "w:lnNumType", "w:pgNumType", "w:cols", "w:titlePg", "w:docGrid")
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    section._sectPr.insert_element_before(middle, "w:noEndnote", "w:titlePg", "w:textDirection", "w:docGrid")


def _certificate_styles(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Cambria", Pt(12)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    heading = document.styles["Heading 1"]
    heading.element.rPr.rFonts.attrib.clear()  # else the fonts of the theme win
    heading.font.name, heading.font.size, heading.font.color.rgb = "Cambria", Pt(27), BLUE
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(8), Pt(0)
    heading.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, size, after, color, bold in (
        ("First", 12, 6, None, False), ("Organizers", 10.5, 4, BLUE, False), ("Rule", 4, 8, None, False),
        ("Said", 12, 7, None, False), ("Holder", 30, 4, None, False), ("Holder of a long name", 17, 4, None, False), ("Place", 11, 10, GREY, False),
        ("Course", 18.5, 7, BLUE, True), ("Held", 12, 6, None, False), ("Pen", 12, 0, None, False),
        ("Signatory", 10.5, 0, None, True), ("Small", 9, 0, GREY, False), ("Parties", 8.5, 5, BLUE, False),
        ("Serial", 8, 0, GREY, False), ("Second title", 17, 0, BLUE, False), ("Said in two", 10.5, 4, None, False),
        ("Course in two", 13.5, 4, BLUE, True), ("Held in two", 10, 4, None, False), ("Duplicate", 10, 0, BLUE, True), ("Code", 9, 0, None, False),
    ):  # fmt: skip
        style = _style(document, name, size=size, after=after, color=color, bold=bold)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Said"].font.italic = document.styles["Said in two"].font.italic = True
    document.styles["Parties"].paragraph_format.space_before = document.styles[
        "Serial"
    ].paragraph_format.space_before = Pt(8)
    document.styles["Duplicate"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    rule = document.styles["Rule"]
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = Mm(100)
    _line_below(rule, GOLD)
    pen = document.styles["Pen"].paragraph_format  # as high with a signature as without
    pen.line_spacing_rule, pen.line_spacing = WD_LINE_SPACING.AT_LEAST, Mm(17)
    for name in ("Pen", "Signatory", "Small"):
        document.styles[name].paragraph_format.left_indent = document.styles[name].paragraph_format.right_indent = Mm(4)
    module = _style(document, "Module", size=11, after=2, color=BLUE, bold=True)
    module.paragraph_format.space_before, module.paragraph_format.keep_with_next = Pt(8), True


def _signatures(document: Any) -> None:
    """A column for each of one to four who sign: cells that a loop makes."""
    table = document.add_table(rows=1, cols=3)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.cell(0, 0).text = "{%tc for who in certificate.signatories %}"
    cell = table.cell(0, 1)
    cell.text = "{%p if who.signature %}"
    cell.add_paragraph("{{ who.signature }}", "Pen")
    cell.add_paragraph("{%p else %}")
    cell.add_paragraph("", "Pen")
    cell.add_paragraph("{%p endif %}")
    name = cell.add_paragraph("{{ who.name }}", "Signatory")
    _line(name._p.get_or_add_pPr(), "top", "12305E")
    for field in ("post", "organization", "behalf"):
        cell.add_paragraph(f"{{%p if who.{field} %}}")
        cell.add_paragraph(f"{{{{ who.{field} }}}}", "Small")
        cell.add_paragraph("{%p endif %}")
        cell.add_paragraph(f"{{%p if who.also and who.also.{field} %}}")
        cell.add_paragraph(f"{{{{ who.also.{field} }}}}", "Small")
        cell.add_paragraph("{%p endif %}")
    table.cell(0, 2).text = "{%tc endfor %}"


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Cambria", Pt(11)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(8), 1.15
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.color.rgb = "Cambria", Pt(13), BLUE
    heading.element.rPr.rFonts.attrib.clear()  # else the fonts of the theme win
    heading.font.name = "Cambria"
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(18), Pt(12)
    letterhead = _style(document, "Letterhead", size=11, color=BLUE, bold=True, after=10)
    letterhead.paragraph_format.page_break_before = True
    _line_below(letterhead)
    _style(document, "Reference", size=10.5, after=18)
    _style(document, "Addressee", size=11, after=0)
    _style(document, "Detail", size=10, color=BLUE, bold=True, after=4)
    _style(document, "Small", size=10, color=GREY, after=0)
    closing = _style(document, "Closing", size=11, after=48)
    closing.paragraph_format.space_before, closing.paragraph_format.keep_with_next = Pt(12), True
    signatory = _style(document, "Signatory", size=11, bold=True, after=0)
    signatory.paragraph_format.keep_with_next = True


def _style(
    document: Any, name: str, *, size: float, after: float, color: RGBColor | None = None, bold: bool = False
) -> Any:
    known = {style.name for style in document.styles}
    style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold = Pt(size), bold
    for_arabic = OxmlElement("w:szCs")
    for_arabic.set(qn("w:val"), str(round(size * 2)))
    style.element.get_or_add_rPr().insert_element_before(for_arabic, "w:highlight", "w:u", "w:lang")
    style.paragraph_format.space_after = Pt(after)
    if color is not None:
        style.font.color.rgb = color
    return style


def _line_below(style: Any, color: str = "12305E") -> None:
    _line(style.element.get_or_add_pPr(), "bottom", color)


def _line(properties: Any, side: str, color: str) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "10"), ("space", "4"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")  # Word minds the order


def _each(document: Any, of: str) -> None:
    document.add_paragraph(f"{{%p for words in {of} %}}")
    document.add_paragraph("{{ words }}")
    document.add_paragraph("{%p endfor %}")


def _details(document: Any) -> None:
    document.add_paragraph("{%p if letter.details %}")
    table = document.add_table(rows=3, cols=2)
    table.autofit = False
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(38), Mm(125)
    table.cell(0, 0).text = "{%tr for detail in letter.details %}"
    table.cell(1, 0).text = "{{ detail.label }}"
    table.cell(1, 0).paragraphs[0].style = "Detail"
    cell = table.cell(1, 1)
    cell.text = "{%p for line in detail.lines %}"
    cell.add_paragraph("{{ line }}").paragraph_format.space_after = Pt(4)
    cell.add_paragraph("{%p endfor %}")
    table.cell(2, 0).text = "{%tr endfor %}"
    document.add_paragraph("{%p endif %}")


def _table(document: Any, columns: int) -> None:
    table = document.add_table(rows=4, cols=columns, style="Table Grid")
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS[columns], strict=True):
            cell.width = Mm(width)
    _head_row(table.rows[0])
    table.cell(1, 0).text = "{%tr for row in letter.table.rows %}"
    table.cell(3, 0).text = "{%tr endfor %}"
    for place in range(columns):
        head, cell = table.cell(0, place).paragraphs[0], table.cell(2, place).paragraphs[0]
        head.add_run(f"{{{{ letter.table.heads[{place}] }}}}").bold = True
        cell.add_run(f"{{{{ row[{place}] }}}}")
        head.paragraph_format.space_after = cell.paragraph_format.space_after = Pt(2)


def _head_row(row: Any) -> None:
    """Repeated on each page, and told by screen readers as what its columns are."""
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(repeated)


def _saved(document: Any, title: str) -> bytes:
    """The file, the same every time."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "coursectl", ""
    properties.created = properties.modified = datetime(2015, 3, 9, tzinfo=UTC).replace(tzinfo=None)
    package = document.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # a picture of another document, which file managers show
            del package.rels[name]
    saved, made = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as anew:
        for name in packed.namelist():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            anew.writestr(part, packed.read(name))
    return made.getvalue()


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATES
    for name, made in (("letters", make()), ("certificates", make_certificates())):
        target = folder / name / f"{name}.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made)
        print(target)
