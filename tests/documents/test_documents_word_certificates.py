"""Certificates as Word files: what they say, their pictures, one each or all in one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
import zxingcpp
from document_samples import AT, CERTIFICATE, CREST, SIGNATORIES, certificates
from PIL import Image

from coursectl.documents import BadTemplate, Picture, render_word_certificates
from coursectl.errors import BadInput, Usage


def own_template(folder: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(folder / "mine.docx"))
    return folder / "mine.docx"


def texts_of(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    return [
        "".join(part.text or "" for part in paragraph.iter(docx.oxml.ns.qn("w:t")))
        for paragraph in document.element.body.iter(docx.oxml.ns.qn("w:p"))
    ]


def test_a_word_certificate_says_what_the_register_does_in_its_language():
    (made,) = render_word_certificates([CERTIFICATE], at=AT)

    assert (made.name, made.serials) == ("ICIM-2015-0001 Ana Laura Pérez Quiroga", ("ICIM-2015-0001",))
    assert [text for text in texts_of(made.data) if text] == [
        "Organización Internacional para las Migraciones",
        "Certificado de finalización",
        "Se otorga el presente certificado a",
        "Ana Laura Pérez Quiroga",
        "Argentina",
        "por haber completado la 37.ª edición del",
        "Curso Interamericano sobre Migraciones Internacionales",
        "celebrada en Mar del Plata, Argentina, del 9 al 20 de marzo de 2015, con una duración de 60 horas",
        "Martín Aráoz",
        "Director Nacional",
        "Dirección Nacional de Migraciones",
        "Lucía Ferrante",
        "Jefa de Misión",
        "Organización Internacional para las Migraciones",
        "Sede: DNM   ·   Con la colaboración de ACNUR · OACNUDH · IPPDH · SIMN",
        "Expedido el 20 de marzo de 2015   ·   Registro n.º ICIM-2015-0001",
    ]


def test_a_word_template_knows_the_second_language_of_a_sheet(tmp_path):
    english = replace(
        CERTIFICATE, edition=replace(CERTIFICATE.edition, language="en"), country_name="Argentine Republic"
    )
    file = own_template(
        tmp_path, "{{ certificate.title }} / {{ certificate.second.title }}", "{{ certificate.country }}"
    )

    (made,) = render_word_certificates([replace(CERTIFICATE, also=english)], template=file, at=AT)

    assert [text for text in texts_of(made.data) if text] == [
        "Certificado de finalización / Certificate of completion",
        "Argentina · Argentine Republic",
    ]


def test_crest_and_signature_are_pictures_with_words_and_a_height():
    (made,) = render_word_certificates([CERTIFICATE], at=AT)

    drawn = docx.Document(io.BytesIO(made.data)).element.body.iter(docx.oxml.ns.qn("wp:inline"))
    assert [(one.docPr.get("descr"), round(one.extent.cy / 36000)) for one in drawn] == [
        ("Escudo de la escuela", 21),
        ("Firma de Martín Aráoz", 15),
    ]
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed:
        pictures = [packed.read(name) for name in packed.namelist() if name.startswith("word/media/")]
    assert [picture[:4] for picture in pictures] == [b"\x89PNG", b"\x89PNG"]  # the crest was a drawing


def test_certificates_in_one_file_are_a_page_each_and_the_program_is_on_the_reverse():
    (made,) = render_word_certificates(certificates(3), merged=True, reverse=True, at=AT)

    texts = texts_of(made.data)
    assert (made.name, texts.count("Programa"), texts.count("Certificado de finalización")) == ("certificates", 3, 3)
    breaks = [
        one for one in docx.Document(io.BytesIO(made.data)).element.body.iter(docx.oxml.ns.qn("w:br"))
        if one.get(docx.oxml.ns.qn("w:type")) == "page"
    ]  # fmt: skip
    assert len(breaks) == 2


def test_the_same_certificate_gives_the_same_bytes():
    assert list(render_word_certificates([CERTIFICATE], at=AT)) == list(render_word_certificates([CERTIFICATE], at=AT))


def test_an_offices_own_file_is_filled_for_each_person(tmp_path):
    template = own_template(
        tmp_path, "{{ certificate.name }}", "{{ certificate.signatories[0].signature }}", "{{ certificate.serial }}"
    )

    made = list(render_word_certificates(certificates(2), template=template, at=AT))
    assert [texts_of(one.data) for one in made] == [
        ["Ana Laura Pérez Quiroga", "", "ICIM-2015-0001"],
        ["Martín Ezequiel Ferreyra", "", "ICIM-2015-0002"],
    ]


def test_a_file_for_one_certificate_makes_no_file_of_several(tmp_path):
    template = own_template(tmp_path, "{{ certificate.name }}")

    with pytest.raises(Usage) as refused:
        list(render_word_certificates(certificates(2), merged=True, template=template, at=AT))
    assert refused.value.sentence() == (
        f"Template {template} is for one certificate: it doesn't go through all certificates. "
        "Leave out --merged, or copy the built-in one."
    )


def test_what_people_type_is_text_in_word(tmp_path):
    template = own_template(tmp_path, "{{ certificate.name }}")
    name = "{{ 7*7 }} {% if %} <w:p/> & \x1b"

    (made,) = render_word_certificates([replace(CERTIFICATE, name=name)], template=template, at=AT)
    assert texts_of(made.data) == ["{{ 7*7 }} {% if %} <w:p/> & "]


@pytest.mark.parametrize(
    ("paragraph", "reason"),
    [
        ("Hello {{ certificate.nombre }}", "has no attribute 'nombre'"),
        ("Hello {{ certificate.name }", "unexpected '}'"),
        ("Hello {% if certificate.name %}", "Unexpected end of template"),
        ("{{ certificate.crest.data }}", "has no attribute 'data'"),
        ("{{ certificate.crest._make }}", "access to attribute '_make' of 'WordPicture' object is unsafe"),
    ],
)
def test_a_mistake_is_told_by_the_words_of_its_paragraph(tmp_path, paragraph, reason):
    template = own_template(tmp_path, "Before", paragraph)

    with pytest.raises(BadTemplate) as refused:
        list(render_word_certificates([CERTIFICATE], template=template, at=AT))
    assert refused.value.sentence().startswith(f'Template {template}, "{paragraph}": ')
    assert reason in refused.value.sentence()


def test_a_signature_that_is_damaged_is_told_by_its_words(tmp_path):
    broken = replace(SIGNATORIES[0], signature=Picture("image/png", b"\x89PNG\r\n\x1a\nxx", "Firma"))
    bad_crest = replace(CREST, data=b"<svg")

    with pytest.raises(BadInput, match=r"The picture 'Firma' can't be read as one: it is empty or damaged."):
        list(render_word_certificates([replace(CERTIFICATE, signatories=(broken,))], at=AT))
    with pytest.raises(BadInput, match="A picture can't be printed"):
        list(render_word_certificates([replace(CERTIFICATE, crest=bad_crest)], at=AT))


def test_the_code_of_a_word_certificate_is_a_picture_that_can_be_read_and_is_18_millimeters_high():
    said = "https://certificates.example/v/ICIM:AAAAAAAAAAAAAAAAAAAA"
    (made,) = render_word_certificates(
        [replace(CERTIFICATE, code=said, crest=None, signatories=SIGNATORIES[1:])], at=AT
    )

    (drawn,) = docx.Document(io.BytesIO(made.data)).element.body.iter(docx.oxml.ns.qn("wp:inline"))
    assert (drawn.docPr.get("descr"), round(drawn.extent.cy / 36000)) == (
        "Código para verificar el certificado ICIM-2015-0001", 18,
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed:
        (picture,) = [packed.read(name) for name in packed.namelist() if name.startswith("word/media/")]
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))] == [said]


def test_a_duplicate_a_kind_of_the_offices_own_and_a_second_language_are_said_in_word_too():
    english = replace(
        CERTIFICATE.edition, language="en", course="Inter-American Course on International Migration", title=""
    )
    own = replace(
        CERTIFICATE, own_title="Certificado de escucha", own_sentence="por haber seguido la", treatment="Dra."
    )
    also = replace(own, edition=english, own_title="Certificate of listening", own_sentence="for having followed the")
    (made,) = render_word_certificates(
        [replace(own, also=also, duplicate_of=CERTIFICATE.issued_on, issued_on=date(2016, 2, 1))], at=AT
    )

    said = [text for text in texts_of(made.data) if text]
    assert said[:1] + said[2:13] == [
        "DUPLICADO",
        "Certificado de escucha",
        "Certificate of listening",
        "Se otorga el presente certificado a   ·   This certificate is awarded to",
        "Dra. Ana Laura Pérez Quiroga",
        "Argentina",
        "por haber seguido la 37.ª edición del",
        "Curso Interamericano sobre Migraciones Internacionales",
        "celebrada en Mar del Plata, Argentina, del 9 al 20 de marzo de 2015, con una duración de 60 horas",
        "for having followed the 37th edition of the",
        "Inter-American Course on International Migration",
        "held in Mar del Plata, Argentina, 9–20 March 2015 (60 hours)",
    ]
