"""Every PDF: archival, accessible, reproducible, with our fonts in it."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdf
import pytest
from document_samples import AT, CERTIFICATE, EDITION, ROSTER, SHEET, SHEET_BY_SESSION, SYLLABUS

from coursectl.documents import (
    AttendanceSheetFacts,
    CertificateFacts,
    RosterFacts,
    SyllabusFacts,
    TopicFacts,
    render,
)

DOCUMENTS = {"syllabus": SYLLABUS, "attendance-sheet": SHEET, "roster": ROSTER, "certificates": CERTIFICATE}


def text_of(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    return {document: render(document, facts, at=AT) for document, facts in DOCUMENTS.items()}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_pdf_is_archival_and_accessible(pdfs, document):
    pdf = pikepdf.open(io.BytesIO(pdfs[document]))
    with pdf.open_metadata() as metadata:
        claims = {
            "part": metadata["pdfaid:part"],
            "conformance": metadata["pdfaid:conformance"],
            "ua": metadata["pdfuaid:part"],
        }

    assert claims == {"part": "2", "conformance": "A", "ua": "1"}
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "es"
    assert "/StructTreeRoot" in pdf.Root
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"


@pytest.mark.parametrize(
    ("document", "title", "author"),
    [
        (
            "syllabus",
            "Programa del curso: 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
            "Organización Internacional para las Migraciones",
        ),
        (
            "attendance-sheet",
            "Planilla de asistencia: 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
            "Organización Internacional para las Migraciones",
        ),
        (
            "roster",
            "Lista de participantes: 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
            "Organización Internacional para las Migraciones",
        ),
        (
            "certificates",
            "Certificado de finalización: Ana Laura Pérez Quiroga (ICIM-2015-0001)",
            "Organización Internacional para las Migraciones",
        ),
    ],
)
def test_a_pdf_says_its_title_and_author(pdfs, document, title, author):
    info = pypdf.PdfReader(io.BytesIO(pdfs[document])).metadata

    assert (info.title, info.author) == (title, author)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_all_fonts_are_embedded_and_ours(pdfs, document):
    with pikepdf.open(io.BytesIO(pdfs[document])) as pdf:
        fonts = [
            (str(descriptor.FontName), any(f"/FontFile{n}" in descriptor for n in ("", "2", "3")))
            for descriptor in pdf.objects
            if isinstance(descriptor, pikepdf.Dictionary) and descriptor.get("/Type") == "/FontDescriptor"
        ]

    assert fonts
    assert all(embedded and "Noto" in name for name, embedded in fonts)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_same_facts_give_the_same_bytes(pdfs, document):
    assert render(document, DOCUMENTS[document], at=AT) == pdfs[document]


def test_another_moment_gives_other_bytes(pdfs):
    assert render("roster", ROSTER, at=AT + timedelta(days=1)) != pdfs["roster"]


def test_the_bytes_are_the_same_in_another_process(pdfs):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from document_samples import *; "
        "from coursectl.documents import render; sys.stdout.buffer.write(render('certificates', CERTIFICATE, at=AT))"
    )
    made = subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, check=True)

    assert made.stdout == pdfs["certificates"]


def tags_of(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {
            str(obj.S) for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and "/S" in obj and "/P" in obj
        }


def test_headings_and_tables_are_tagged(pdfs):
    assert {"/H1", "/H2", "/H3", "/Table", "/TR", "/TH", "/TD", "/L"} <= tags_of(pdfs["syllabus"])
    assert {"/H1", "/Table", "/TH", "/TD"} <= tags_of(pdfs["attendance-sheet"])
    assert {"/H1", "/Table", "/TH", "/TD"} <= tags_of(pdfs["roster"])
    assert {"/H1", "/Figure"} <= tags_of(pdfs["certificates"])


def test_each_page_of_a_sheet_has_its_day_its_head_and_who_is_responsible(pdfs):
    pages = pages_of(pdfs["attendance-sheet"])

    assert len(pages) == 22
    for number, page in enumerate(pages, start=1):
        assert "Nombre y apellido" in page
        assert "Firma, mañana" in page
        assert "Verónica Saldías" in page
        assert f"Día {(number + 1) // 2} de 11" in page
        assert f"{number} / 22" in page


def test_a_sheet_lists_everybody_each_day_with_number_country_and_office():
    pages = pages_of(render("attendance-sheet", replace(SHEET, days=SHEET.days[:1]), at=AT))
    text = " ".join(" ".join(pages).split())

    for row in SHEET.rows:
        assert f"{row.number} {row.name} {row.country_name}" in text


def test_a_sheet_by_session_has_a_column_for_each():
    facts = replace(SHEET_BY_SESSION, days=SHEET_BY_SESSION.days[:1], responsible=None, rows=(), as_of=None)
    text = text_of(render("attendance-sheet", facts, at=AT))

    assert [text.count(times) for times in ("11:00 – 12:30", "14:00 – 15:30", "15:45 – 17:15")] == [1, 1, 1]


def test_a_syllabus_says_what_it_must(pdfs):
    text = " ".join(text_of(pdfs["syllabus"]).split())

    for words in (
        "Mar del Plata, Argentina",
        "Del 9 al 20 de marzo de 2015",
        "60 horas",
        "Lunes 9 de marzo de 2015",
        "09:00 – 10:30",
        "Salón de Actos",
        "Presiden: Martín Aráoz, Director Nacional (Dirección Nacional de Migraciones); Lucía Ferrante",
        "Migración, ambiente y cambio climático nuevo en esta edición",
        "Dra. Amparo Vidal Rivas",
        "Alto Comisionado de las Naciones Unidas para los Refugiados (ACNUR)",
        "al menos al 80 % de la carga horaria: 48 horas de 60 horas",
        "Versión 1.2, 27 de febrero de 2015",
    ):
        assert words in text


def test_a_syllabus_with_nothing_decided_yet_says_so():
    bare = SyllabusFacts(
        replace(EDITION, organizers=(), hosts=(), partners=(), time_zone="", country_name=""),
        "0.1",
        SYLLABUS.version_date,
        0,
        topics=(TopicFacts("Refugio", new=True),),
        note="Borrador.",
    )
    text = text_of(render("syllabus", bare, at=AT))

    assert "Las personas a cargo de las clases se anunciarán" in text
    assert "El programa por día se publicará" in text
    assert "Borrador." in text


def test_a_roster_goes_by_country_with_totals(pdfs):
    text = text_of(pdfs["roster"])

    assert "28 participantes · 15 países · 14 mujeres · 14 hombres" in text
    assert text.index("Argentina") < text.index("Bolivia") < text.index("Uruguay")
    assert "Categoría" not in text


def test_a_roster_shows_categories_where_not_all_are_officials_and_sexes_only_where_all_are_stated():
    people = (
        replace(ROSTER.people[0], category="observer", sex=None, number=None, email="ana@dnm.example"),
        ROSTER.people[1],
    )
    text = text_of(render("roster", replace(ROSTER, people=people), at=AT))

    assert "Observación" in text
    assert "ana@dnm.example" in text
    assert "2 participantes · 1 país" in text
    assert "mujer" not in text


def test_an_empty_roster_says_so():
    assert "Todavía no hay participantes." in text_of(render("roster", replace(ROSTER, people=()), at=AT))


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "es-AR", "pt-BR"])
def test_every_document_is_made_in_every_language(language):
    for document, facts in DOCUMENTS.items():
        translated = replace(facts, edition=replace(EDITION, language=language))
        pdf = pikepdf.open(io.BytesIO(render(document, translated, at=AT)))

        assert str(pdf.Root.Lang) == language.split("-")[0]


def test_facts_are_of_four_kinds():
    assert {type(facts) for facts in DOCUMENTS.values()} == {
        SyllabusFacts,
        AttendanceSheetFacts,
        RosterFacts,
        CertificateFacts,
    }
