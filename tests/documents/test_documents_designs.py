"""The designs of certificates: each holds whatever there is on one page, and which one is taken."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from xml.etree import ElementTree

import pikepdf
import pypdf
import pytest
from document_samples import AT, CERTIFICATE, EDITION, SIGNATORIES, certificates, png

from coursectl.documents import (
    BadTemplate,
    CertificateFacts,
    Look,
    NoDesign,
    Party,
    Picture,
    Signatory,
    design_template,
    gather_sources,
    list_designs,
    render_certificates,
)

LONG = Signatory(
    "Guadalupe Ximénez de Sandoval y Álvarez de Toledo",
    "Secretaria Ejecutiva Adjunta para Asuntos Migratorios, Consulares y de Población en el Exterior",
    "Ministerio de Relaciones Exteriores, Comercio Internacional y Culto de la República",
    "la Comisión Interamericana de Cooperación Migratoria",
)
LONG_NAME = "María de los Ángeles Guadalupe Inmaculada Concepción Ximénez de Sandoval Álvarez de Toledo y Fernández de Córdoba Ríos"
LOGO = Picture("image/png", png(300, 40), "Logo")
FULL = replace(
    EDITION,
    course="Curso Interamericano de Alta Especialización sobre Gobernanza de las Migraciones "
    "Internacionales, Protección de Refugiados, Desarrollo Sostenible y Derechos Humanos",
    title="Por una movilidad humana segura, ordenada y regular en las Américas y el Caribe " * 2,
    sponsors=tuple(Party(f"Fundación para el Desarrollo número {n}", logo=LOGO) for n in range(12)),
    organizers=EDITION.partners,
)
DESIGNS = ("classic", "modern", "plain")


def in_design(design: str, facts: CertificateFacts = CERTIFICATE, **change: object) -> CertificateFacts:
    return replace(facts, look=Look(f"certificates/{design}.typ.j2"), **change)


def pdf_of(*facts: CertificateFacts, **options: object) -> bytes:
    (made,) = render_certificates(facts, merged=True, at=AT, **options)
    return made.data


def words_of(data: bytes, folder) -> list[list[tuple[str, float, float, float, float]]]:
    """The words of each page with their edges in points: left, top, right, bottom."""
    (folder / "x.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", "-bbox", folder / "x.pdf", "-"], capture_output=True, check=True, text=True)
    pages = ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/1999/xhtml}page")
    edges = ("xMin", "yMin", "xMax", "yMax")
    return [[(word.text or "", *(float(word.get(edge, 0)) for edge in edges)) for word in page] for page in pages]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(
    "change",
    [
        {"signatories": SIGNATORIES[:1], "crest": None, "country_name": ""},
        {"signatories": (*SIGNATORIES, LONG), "edition": replace(EDITION, partners=FULL.sponsors[:5])},
        {"signatories": (LONG, LONG, LONG, LONG)},
        {"name": LONG_NAME, "treatment": "Excma. Sra. Dra."},
        {"name": "ggggg eeeee goes gegen Ogg de los Eggggg geese"},
        {"sessions": ("Refugio y apatridia", "Flujos mixtos") * 6, "kind": "instruction"},
        {"edition": FULL, "signatories": (LONG, LONG, LONG, LONG), "name": LONG_NAME},
        {"edition": replace(EDITION, organizers=(), hosts=(), partners=()), "minutes": None},
    ],
    ids=["least", "logos", "four long", "long name", "wide letters", "sessions", "all", "nobody"],
)
def test_whatever_a_certificate_holds_is_inside_one_page(design, change, tmp_path):
    (page,) = words_of(pdf_of(in_design(design, **change)), tmp_path)

    assert CERTIFICATE.serial in [word for word, *_edges in page]
    outside = [word for word, left, top, right, bottom in page if left < 30 or top < 20 or right > 812 or bottom > 575]
    assert outside == []


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_says_the_same(design):
    english = replace(EDITION, language="en", course="Inter-American Course", title="On the move")
    facts = in_design(design, edition=english, kind="instruction", sex="female", sessions=("Asylum", "Trafficking"))
    said = " ".join(pypdf.PdfReader(io.BytesIO(pdf_of(facts))).pages[0].extract_text().split())

    for words in (
        "Certificate of instruction", "awarded to Ana Laura Pérez Quiroga Argentina", "37th edition of the Inter-American Course",
        "On the move", "9–20 March 2015", "Asylum; Trafficking", "Martín Aráoz Director Nacional", "Lucía Ferrante", "Host: DNM",
        "Issued on 20 March 2015 · Register no. ICIM-2015-0001",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("design", DESIGNS)
def test_the_program_is_on_the_reverse_of_each(design):
    pages = pypdf.PdfReader(
        io.BytesIO(pdf_of(*(in_design(design, one) for one in certificates(2)), reverse=True))
    ).pages

    assert [page.extract_text().startswith("Programa") for page in pages] == [False, True, False, True]


def test_colors_are_those_of_the_look_and_else_of_the_design():
    def colors(**said: str) -> set[str]:
        with pikepdf.open(io.BytesIO(pdf_of(replace(CERTIFICATE, look=Look(MODERN, **said))))) as pdf:
            operands = pikepdf.parse_content_stream(pdf.pages[0])
            filled = [one.operands for one in operands if str(one.operator) == "scn" and len(one.operands) == 3]
            return {"#" + "".join(f"{round(float(part) * 255):02x}" for part in one) for one in filled}

    assert {"#12305e", "#b08d2e"} <= colors()
    assert {"#7a0000", "#b08d2e"} <= colors(primary="#7a0000")
    assert {"#7a0000", "#005500"} <= colors(primary="#7a0000", accent="#005500")


MODERN = "certificates/modern.typ.j2"


def test_a_logo_keeps_its_proportions_and_is_none_in_the_plain_design():
    edition = replace(EDITION, partners=(Party("UNHCR", logo=LOGO),))

    def logos(design: str) -> list[float]:
        """The proportions, width by height, of the pictures that are drawn."""
        facts = in_design(design, edition=edition, crest=None, signatories=(LONG,))
        with pikepdf.open(io.BytesIO(pdf_of(facts))) as pdf:
            steps = pikepdf.parse_content_stream(pdf.pages[0])
        drawn = [number for number, one in enumerate(steps) if str(one.operator) == "Do"]
        scaled = [next(one for one in reversed(steps[:number]) if str(one.operator) == "cm") for number in drawn]
        return [round(abs(float(one.operands[0]) / float(one.operands[3])), 2) for one in scaled]

    assert [logos(design) for design in DESIGNS] == [[7.5], [7.5], []]


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    (folder / "certificates").mkdir(parents=True)
    (folder / "certificates" / "andina.typ.j2").write_text(
        '{% extends "certificates/plain.typ.j2" %}', encoding="utf-8"
    )
    return folder


def test_designs_of_ones_own_come_after_the_built_in_ones(own):
    assert list_designs() == list(DESIGNS)
    assert list_designs([own]) == [*DESIGNS, "andina"]
    assert design_template("andina", [own]) == "certificates/andina.typ.j2"
    with pytest.raises(NoDesign):
        design_template("base", [own])


def test_a_template_of_the_old_name_makes_all_certificates_but_those_of_a_design_that_is_asked_for(own):
    (own / "certificates" / "certificates.typ.j2").write_text(
        "#set document(title: {{ title }})\nMine", encoding="utf-8"
    )

    assert design_template("modern", [own]) == "certificates/certificates.typ.j2"
    assert design_template("modern", [own], asked=True) == MODERN
    facts = replace(CERTIFICATE, look=Look(design_template("modern", [own])))
    assert "Mine" in pypdf.PdfReader(io.BytesIO(pdf_of(facts, templates=[own]))).pages[0].extract_text()


def test_what_a_template_names_only_as_it_is_filled_is_all_taken_along(own):
    file = own / "certificates" / "andina.typ.j2"
    file.write_text('{% set name = "certificates/plain.typ.j2" %}{% extends name %}', encoding="utf-8")
    (own / "certificates" / "other.typ.j2").write_text("x", encoding="utf-8")

    names = {path for path in gather_sources("certificates/andina.typ.j2", [own]) if "lang" not in path}

    assert {"0/certificates/andina.typ.j2", "0/certificates/other.typ.j2", "1/certificates/plain.typ.j2"} <= names
    file.write_bytes(b"\xff")
    with pytest.raises(BadTemplate, match=r"is no UTF-8 text"):
        gather_sources("certificates/andina.typ.j2", [own])
