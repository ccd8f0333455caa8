"""Certificates: one page each, whatever they hold, in the person's language."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import date

import pikepdf
import pypdf
import pytest
from document_samples import AT, CERTIFICATE, CREST, EDITION, MODULES, SIGNATORIES, certificates, png

from coursectl.documents import (
    CertificateFacts,
    NoGlyph,
    Party,
    Picture,
    Rendered,
    Signatory,
    TopicFacts,
    render,
    render_certificates,
)
from coursectl.documents.certificates.fitting import name_size
from coursectl.errors import BadInput

LONG = Signatory(
    "Guadalupe Ximénez de Sandoval y Álvarez de Toledo",
    "Secretaria Ejecutiva Adjunta para Asuntos Migratorios, Consulares y de Población en el Exterior",
    "Ministerio de Relaciones Exteriores, Comercio Internacional y Culto de la República",
    "la Comisión Interamericana de Cooperación Migratoria",
)
LONG_NAME = "María de los Ángeles Guadalupe Inmaculada Concepción Ximénez de Sandoval Álvarez de Toledo y Fernández de Córdoba Ríos"


def pages_of(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def merged(*facts: CertificateFacts, reverse: bool = False) -> list[str]:
    (rendered,) = render_certificates(facts, merged=True, reverse=reverse, at=AT)
    return pages_of(rendered.data)


def test_a_certificate_says_who_what_where_when_how_long_and_by_whom():
    (page,) = merged(CERTIFICATE)

    for words in (
        "Organización Internacional para las Migraciones",
        "Certificado de finalización",
        "Se otorga el presente certificado a Ana Laura Pérez Quiroga Argentina",
        "por haber completado la 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
        "celebrada en Mar del Plata, Argentina, del 9 al 20 de marzo de 2015, con una duración de 60 horas",
        "Martín Aráoz",
        "Jefa de Misión",
        "Sede: DNM · Con la colaboración de ACNUR · OACNUDH · IPPDH · SIMN",
        "Expedido el 20 de marzo de 2015 · Registro n.º ICIM-2015-0001",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("language", "course", "kind", "sex", "sentence"),
    [
        (
            "en",
            "Inter-American Course",
            "completion",
            None,
            "for having completed the 37th edition of the Inter-American",
        ),
        ("en", "Migration Today", "participation", None, "taken part in the 37th edition of “Migration Today”"),
        ("es", "Escuela de Verano", "participation", "male", "participado en la 37.ª edición de la Escuela de Verano"),
        ("es", "Migrar", "participation", "other", "por haber participado en la 37.ª edición de «Migrar»"),
        ("es", "Curso", "instruction", "female", "por su labor como experta en la 37.ª edición del Curso"),
        ("es", "Curso", "instruction", "male", "por su labor como experto en la 37.ª edición del Curso"),
        ("es", "Curso", "instruction", "not_stated", "por su labor docente en la 37.ª edición del Curso"),
        ("pt", "Curso", "completion", "female", "por ter concluído a 37ª edição do Curso"),
        ("pt", "Oficina", "instruction", "male", "por sua atuação como professor na 37ª edição da Oficina"),
        ("fr", "Cours", "completion", None, "pour avoir suivi avec succès la 37e édition du Cours"),
        ("fr", "Atelier", "instruction", "female", "en tant qu’experte lors de la 37e édition de l’Atelier"),
    ],
)
def test_the_sentence_is_in_the_persons_language_and_agrees(language, course, kind, sex, sentence):
    edition = replace(EDITION, language=language, course=course)

    (page,) = merged(replace(CERTIFICATE, edition=edition, kind=kind, sex=sex))

    assert sentence in page


def test_languages_and_kinds_mix_in_one_file_and_keep_their_order():
    english = replace(EDITION, language="en", course="Inter-American Course")
    facts = [CERTIFICATE, replace(CERTIFICATE, edition=english, name="Jean Désir"), replace(CERTIFICATE, name="Li")]

    pages = merged(*facts)

    assert ["Ana Laura" in pages[0], "Jean Désir" in pages[1], "awarded to Li" in pages[2]] == [True, True, False]
    assert "certificado a Li" in pages[2]


@pytest.mark.parametrize(
    "change",
    [
        {"signatories": SIGNATORIES[:1], "crest": None, "country_name": ""},
        {"signatories": (*SIGNATORIES, LONG)},
        {"signatories": (LONG, LONG, LONG, LONG)},
        {"name": LONG_NAME, "treatment": "Excma. Sra. Dra."},
        {"name": "W" * 120},
        {"name": "MARÍA DE LAS MERCEDES WASHINGTON MMMM"},
        {"sessions": ("Refugio y apatridia", "Flujos mixtos") * 6, "kind": "instruction"},
        {"minutes": None},
        {
            "edition": replace(
                EDITION,
                course="Curso Interamericano de Alta Especialización sobre Gobernanza de las Migraciones "
                "Internacionales, Protección de Refugiados, Desarrollo Sostenible y Derechos Humanos",
                title="Por una movilidad humana segura, ordenada y regular en las Américas y el Caribe " * 2,
                sponsors=tuple(Party(f"Fundación para el Desarrollo número {n}") for n in range(12)),
                organizers=EDITION.partners,
            ),
            "signatories": (LONG, LONG, LONG, LONG),
            "name": LONG_NAME,
        },
        {"edition": replace(EDITION, organizers=(), hosts=(), partners=())},
    ],
    ids=["least", "three", "four long", "long name", "one word", "capitals", "sessions", "no hours", "all", "nobody"],
)
def test_a_certificate_stays_on_its_page_whatever_it_holds(change):
    facts = replace(CERTIFICATE, **change)

    (page,) = merged(facts)

    assert facts.serial in page
    assert facts.name.split(" ", maxsplit=1)[0] in page


def test_separate_certificates_have_a_file_each_named_by_serial_and_person():
    facts = certificates(3)
    steps: list[tuple[int, int]] = []

    made = list(render_certificates(facts, at=AT, progress=lambda done, of: steps.append((done, of))))

    assert [(r.name, r.serials) for r in made] == [
        ("ICIM-2015-0001 Ana Laura Pérez Quiroga", ("ICIM-2015-0001",)),
        ("ICIM-2015-0002 Martín Ezequiel Ferreyra", ("ICIM-2015-0002",)),
        ("ICIM-2015-0003 Wilson Mamani Choque", ("ICIM-2015-0003",)),
    ]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert made[0].data == render("certificates", replace(facts[0], program=()), at=AT)


def test_no_certificates_make_no_file():
    assert list(render_certificates([], merged=True, at=AT)) == []


def test_more_than_a_thousand_pages_go_into_numbered_files():
    facts = certificates(1001)
    steps: list[tuple[int, int]] = []

    made = list(render_certificates(facts, merged=True, at=AT, progress=lambda done, of: steps.append((done, of))))

    assert [(r.name, len(r.serials), len(pypdf.PdfReader(io.BytesIO(r.data)).pages)) for r in made] == [
        ("certificates 1 of 2", 1000, 1000),
        ("certificates 2 of 2", 1, 1),
    ]
    assert steps == [(1000, 1001), (1001, 1001)]


def test_the_reverse_holds_the_program_in_two_columns_behind_each_front():
    pages = merged(*certificates(2), reverse=True)

    assert len(pages) == 4
    for back in (pages[1], pages[3]):
        assert back.startswith("Programa 37.ª edición del Curso Interamericano")
        for module in MODULES:
            assert module.title in back
            assert all(topic.title in back for topic in module.topics)


def test_fronts_stay_on_odd_pages_where_a_program_is_missing_or_longer_than_a_page():
    many = tuple(replace(module, topics=module.topics * 20) for module in MODULES * 2)
    facts = [replace(CERTIFICATE, program=()), replace(CERTIFICATE, program=many, serial="B-2"), CERTIFICATE]

    pages = merged(*facts, reverse=True)

    fronts = [number for number, page in enumerate(pages, start=1) if "Se otorga" in page]
    assert fronts[:2] == [1, 3]
    assert fronts[2] % 2 == 1
    assert len(fronts) == 3


def test_a_reverse_with_one_module_and_one_with_long_topics_fit():
    one = (replace(MODULES[0], topics=()),)
    long = tuple(
        replace(m, topics=(TopicFacts("Persecución, protección y prevención de la trata " * 4),) * 3) for m in MODULES
    )

    assert len(merged(replace(CERTIFICATE, program=one), reverse=True)) == 2
    assert len(merged(replace(CERTIFICATE, program=long), reverse=True)) == 2


@pytest.mark.parametrize("count", [0, 5])
def test_a_certificate_takes_one_to_four_signatories(count):
    facts = replace(CERTIFICATE, signatories=(LONG,) * count)

    with pytest.raises(BadInput) as refused:
        render_certificates([facts], at=AT)

    assert refused.value.sentence() == (
        f"Certificate ICIM-2015-0001 of Ana Laura Pérez Quiroga has {count} signatories; it takes one to four."
    )


@pytest.mark.parametrize("merge", [False, True])
def test_a_missing_glyph_is_told_by_person_and_text_before_anything_is_made(merge):
    facts = [*certificates(2), replace(CERTIFICATE, serial="ICIM-2015-0003", name="Khun กข")]
    made: list[Rendered] = []

    with pytest.raises(NoGlyph) as refused:
        made.extend(render_certificates(facts, merged=merge, at=AT))

    assert made == []
    assert refused.value.sentence() == (
        'No font has the characters ก (U+0E01) ข (U+0E02) in "Khun กข" (ICIM-2015-0003, Khun กข). Write it in '
        "Latin or Arabic letters, or put a font that has them into a folder called fonts beside your templates."
    )


def test_a_font_beside_the_templates_is_used(tmp_path):
    (tmp_path / "fonts").mkdir()

    (made,) = render_certificates([CERTIFICATE], at=AT, templates=[tmp_path])

    assert "Ana Laura" in pages_of(made.data)[0]


@pytest.mark.parametrize(
    ("name", "extracted"),
    [("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"), ("Łukasz Żółć", "Łukasz Żółć"), ("Ёлка Щукина", "Ёлка Щукина")],
)
def test_names_of_many_alphabets_are_printed(name, extracted):
    (page,) = merged(replace(CERTIFICATE, name=name))

    assert extracted in page


def test_an_arabic_name_is_shaped_from_the_right():
    (rendered,) = render_certificates([replace(CERTIFICATE, name="علي بن محمد")], merged=True, at=AT)

    assert b"Amiri" in b"".join(str(font).encode() for font in fonts_of(rendered.data))


def fonts_of(data: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [str(o.FontName) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]


def test_pictures_of_all_kinds_are_told_in_words():
    signature = Signatory("Ana Pérez", signature=Picture("image/png", png(60, 20), "Firma de Ana"))
    (rendered,) = render_certificates([replace(CERTIFICATE, signatories=(signature,))], merged=True, at=AT)

    with pikepdf.open(io.BytesIO(rendered.data)) as pdf:
        alternatives = [str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]

    assert sorted(alternatives) == [CREST.alt, "Firma de Ana"]


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (
            Picture("image/bmp", b"BM", "Escudo"),
            "The picture 'Escudo' is of type image/bmp. Give it as PNG, JPEG, GIF, WebP or SVG.",
        ),
        (Picture("image/png", b"", "Escudo"), "The picture 'Escudo' can't be read as one: it is empty or damaged."),
        (
            Picture("image/png", b"hello", "Escudo"),
            "The picture 'Escudo' can't be read as one: it is empty or damaged.",
        ),
    ],
)
def test_a_file_that_is_no_picture_is_refused(picture, sentence):
    with pytest.raises(BadInput) as refused:
        list(render_certificates([replace(CERTIFICATE, crest=picture)], at=AT))

    assert refused.value.sentence() == sentence


@pytest.mark.parametrize(
    "broken", [Picture("image/png", png(60, 20)[:40], "Escudo"), Picture("image/svg+xml", b"<svg", "Escudo")]
)
def test_a_picture_that_breaks_off_is_told(broken):
    with pytest.raises(
        BadInput, match=r"^A picture can't be printed: failed to .*\. Give the crest or signature again"
    ):
        list(render_certificates([replace(CERTIFICATE, crest=broken)], at=AT))


def test_dates_of_one_day_and_a_place_that_names_the_country_read_well():
    edition = replace(EDITION, start=date(2015, 3, 9), end=date(2015, 3, 9), place="Buenos Aires, Argentina")

    (page,) = merged(replace(CERTIFICATE, edition=edition, minutes=60))

    assert "celebrada en Buenos Aires, Argentina, el 9 de marzo de 2015, con una duración de 1 hora" in page


def test_a_name_of_plain_letters_fills_its_line_and_is_never_wider(tmp_path):
    names = [
        "Washington Wilfredo Mamani Choquehuanca", "Bartholomew Featherstonehaugh-Cholmondeley", "MARÍA DEL CARMEN WULFF MONTEMAYOR",
        "Łukasz Żółkiewski-Brzęczyszczykiewicz", "Iván Ñíguez d’Illescas i Llull i Lliteras de Sant Joan", "Ana Pérez",
    ]  # fmt: skip
    facts = [replace(CERTIFICATE, name=name, country_name="") for name in names]
    (made,) = render_certificates(facts, merged=True, at=AT)
    (tmp_path / "x.pdf").write_bytes(made.data)

    layout = subprocess.run(
        ["pdftotext", "-bbox-layout", tmp_path / "x.pdf", "-"], capture_output=True, check=True, text=True
    ).stdout
    widths = []
    for name, page in zip(names, layout.split("<page ")[1:], strict=True):
        line = next(line for line in page.split("<line ") if f">{name.split(' ')[0]}<" in line)
        left, right = re.match(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', line).groups()
        widths.append(float(right) - float(left))

    assert [width for width in widths[:-1] if not 600 < width <= 641] == []
    assert widths[-1] < 200
    assert all(name_size(name) for name in names)


@pytest.mark.parametrize("name", ["علي بن محمد", "Ѭлка", "欧阳晓慧", "W" * 40, "Ana $"])
def test_a_name_of_other_letters_or_of_two_lines_is_measured(name):
    assert name_size(name) is None


def test_files_to_print_on_both_sides_hold_two_hundred_and_crowded_ones_a_third():
    def sizes(*facts: CertificateFacts, reverse: bool) -> list[int]:
        return [len(made.serials) for made in render_certificates(facts, merged=True, reverse=reverse, at=AT)]

    crowded = replace(CERTIFICATE, signatories=(LONG, LONG, LONG, LONG))

    assert sizes(*certificates(201), reverse=True) == [200, 1]
    assert sizes(*certificates(66), crowded, reverse=True) == [66, 1]
