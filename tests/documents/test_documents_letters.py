"""Letters, lists of people, badges and cards: what they say, in four languages and all their formats, whatever a name is."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pikepdf
import pypdf
import pytest
from document_samples import AT, EDITION
from letter_samples import A4, ACCEPTANCE, BADGES, CARDS, DIRECTORY, KINDS, LOGISTICS, letter
from test_documents_templates import PAYLOADS, squeezed, text_of

from coursectl.documents import (
    Addressee,
    Addressing,
    BadTemplate,
    LabelSheet,
    NoGlyph,
    Places,
    render,
    render_letters,
)
from coursectl.errors import Usage

LONG_NAME = "Maximiliano Hermenegildo Fernández de la Concepción y Martínez-Bustamante de los Ángeles"
FORMATS = ("pdf", "html", "txt", "docx")


def made(*facts, format="pdf", **more) -> bytes:
    """One file with these letters."""
    (only,) = render_letters(facts, one_file=True, format=format, at=AT, **more)
    return only.data


def lines_of(facts, **more) -> list[str]:
    return made(facts, format="txt", **more).decode().splitlines()


def words_of(data: bytes) -> str:
    """The text of a Word file: paragraphs and tables in the order of the page."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join("".join(text.text or "" for text in one.iter(docx.oxml.ns.qn("w:t"))) for one in body.iter(docx.oxml.ns.qn("w:p")))  # fmt: skip


def test_an_acceptance_says_what_was_decided_and_what_to_do():
    assert lines_of(ACCEPTANCE) == [
        "Organización Internacional para las Migraciones",
        "",
        "20 de enero de 2015",
        "Ref.: ICIM-37/ACE/12",
        "",
        "Sra. Ana Laura Pérez Quiroga",
        "Jefa de Admisión",
        "Dirección Nacional de Migraciones (DNM)",
        "Argentina",
        "",
        "Su participación en la 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
        "",
        "Estimada Sra. Ana Laura Pérez Quiroga:",
        "",
        "Nos complace comunicarle que su candidatura a la 37.ª edición del Curso Interamericano sobre Migraciones "
        "Internacionales, que se realizará en Mar del Plata, Argentina, del 9 al 20 de marzo de 2015, ha sido aceptada.",
        "",
        "Fechas: Del 9 al 20 de marzo de 2015",
        "Lugar: Mar del Plata, Argentina",
        "Idiomas: Español e inglés",
        "Gastos: El curso cubre alojamiento y comidas.",
        "  Los pasajes corren por cuenta de la institución que nomina.",
        "Contacto: curso@dnm.example",
        "",
        "Le rogamos que confirme su participación a más tardar el 10 de febrero de 2015. Pasada esa fecha, la plaza podrá "
        "ofrecerse a otra persona.",
        "",
        "Saludamos a usted muy atentamente,",
        "",
        "Martín Aráoz",
        "Director Nacional",
        "Dirección Nacional de Migraciones",
    ]


def test_what_is_not_known_is_left_out():
    bare = replace(
        ACCEPTANCE, costs="", contact="", confirm_by=None, languages=(), edition=replace(EDITION, organizers=())
    )

    said = lines_of(bare)

    assert said[0] == "20 de enero de 2015"
    assert [line for line in said if ": " in line] == [
        "Ref.: ICIM-37/ACE/12",
        "Fechas: Del 9 al 20 de marzo de 2015",
        "Lugar: Mar del Plata, Argentina",
    ]
    assert "Le rogamos que confirme su participación cuanto antes." in said


def test_who_has_confirmed_is_thanked_and_not_asked_again():
    said = made(replace(ACCEPTANCE, confirmed=True), format="txt").decode()

    assert "Agradecemos la confirmación de su participación" in said
    assert "Le rogamos que confirme" not in said


def test_a_regret_gives_no_reason_costs_or_deadline():
    said = "\n".join(lines_of(letter("regret")))

    assert "no nos ha sido posible ofrecerle una plaza" in said
    assert [word for word in ("Gastos", "Contacto", "10 de febrero", "Fechas:") if word in said] == []


def test_a_call_has_the_places_of_every_country_or_the_number_of_its_addressee():
    general = lines_of(letter("call"))
    one = letter("call", addressee=Addressee(organization="Dirección Nacional", country_name="Argentina"), places=(Places("Argentina", 1, 2),))  # fmt: skip
    own = lines_of(one)

    assert general[general.index("Candidaturas y plazas por país o institución") :][1:6] == [
        "  País o institución, Candidaturas previstas, Plazas como máximo",
        "  Argentina, 4, 3",
        "  Bolivia, 2, ",
        "  Brasil, 3, ",
        "  Perú, 1, ",
    ]
    assert "Plazas: 30 plazas en total" in general
    assert "Ref.: ICIM-37/CONV" in general
    assert own[own.index("Ref.: ICIM-37/CONV") + 2 :][:2] == ["Dirección Nacional", "Argentina"]
    assert own[own.index("Plazas: 30 plazas en total") :][:3] == [
        "Plazas: 30 plazas en total",
        "  Argentina: 2 plazas como máximo",
        "Candidaturas: Agradeceremos que presente 1 candidatura.",
    ]
    assert "Le rogamos que presente sus candidaturas a más tardar el 15 de diciembre de 2014." in "\n".join(own)


def test_an_invitation_has_the_sessions_with_day_hour_and_place_or_says_that_they_will_be_agreed():
    said = lines_of(letter("invitation"))
    open_one = "\n".join(lines_of(letter("invitation", sessions=(), materials_by=None)))

    assert said[said.index("Le proponemos las siguientes sesiones:") + 2].startswith(
        "  Lunes 9 de marzo de 2015, 11:00 – 12:30, "
    )
    assert "  Hora de Buenos Aires." in said
    assert "envíe sus materiales a más tardar el 25 de febrero de 2015." in "\n".join(said)
    assert "se acordarán con usted" in open_one
    assert "materiales" not in open_one


@pytest.mark.parametrize(
    ("language", "sex", "treatment", "called", "salutation"),
    [
        ("es", "female", "", "Sra. Ana Pérez", "Estimada Sra. Pérez:"),
        ("es-AR", "male", "Dr.", "Dr. Ana Pérez", "Estimado Dr. Pérez:"),
        ("es", None, "Dra.", "Dra. Ana Pérez", "Estimada Dra. Pérez:"),  # the treatment tells
        ("es", None, "Lic.", "Lic. Ana Pérez", "De nuestra consideración:"),
        ("es", "other", "Dra.", "Dra. Ana Pérez", "De nuestra consideración:"),
        ("es", None, "", "Ana Pérez", "De nuestra consideración:"),
        ("es", "female", "Srta.", "Srta. Ana Pérez", "Estimada Srta. Pérez:"),
        ("es", None, "Mr.", "Sr. Ana Pérez", "Estimado Sr. Pérez:"),  # the usual one of another language
        ("en", "female", "", "Ms. Ana Pérez", "Dear Ms. Pérez,"),
        ("en", None, "Dr.", "Dr. Ana Pérez", "Dear Dr. Pérez,"),
        ("en", "not_stated", "", "Ana Pérez", "Dear Ana Pérez,"),
        ("pt", "male", "", "Sr. Ana Pérez", "Prezado Sr. Pérez:"),
        ("fr", "female", "Dre", "Dre Ana Pérez", "Madame,"),
        ("fr", None, "Mr.", "M. Ana Pérez", "Monsieur,"),
        ("fr", None, "", "Ana Pérez", "Madame, Monsieur,"),
    ],
)
def test_people_are_addressed_by_one_rule_in_letters_and_in_tables_for_mail_merge(
    language, sex, treatment, called, salutation
):
    one = Addressee("Ana Pérez", treatment, sex, family_name="Pérez")

    said = lines_of(letter("acceptance", language, addressee=one))

    assert [line for line in said if line in (called, salutation)] == [called, salutation]
    assert Addressing()(language, "Ana Pérez", "Pérez", treatment, sex) == (
        called[: -len("Ana Pérez")].strip(),
        salutation,
    )


def test_whose_surname_isn_t_known_is_addressed_by_the_whole_name():
    assert "Estimada Sra. Ana Pérez:" in lines_of(letter("acceptance", addressee=Addressee("Ana Pérez", "", "female")))
    assert Addressing()("es", "Ana Pérez", None, None, "female") == ("Sra.", "Estimada Sra. Ana Pérez:")
    assert Addressing()("de", "Ana Pérez", "Pérez", None, "female") == ("Ms.", "Dear Ms. Pérez,")


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_kind_is_made_in_every_language_and_format(language, format):
    facts = [letter(kind, language) for kind in KINDS]
    texts = {"pdf": text_of, "docx": words_of}

    said = texts.get(format, bytes.decode)(made(*facts, format=format))

    assert said.count("Dirección Nacional de Migraciones (DNM)") == 4
    assert re.findall(r"\{\w+\}|\{\{|\{%|None", said) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_archival_and_accessible_and_has_its_fonts(kind):
    with pikepdf.open(io.BytesIO(made(letter(kind, "pt")))) as pdf, pdf.open_metadata() as metadata:
        claims = [metadata[name] for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]
        assert (claims, str(pdf.Root.Lang)) == (["2", "A", "1"], "pt")
        assert metadata["dc:title"] != ""


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_facts_give_the_same_letters(format):
    assert made(*map(letter, KINDS), format=format) == made(*map(letter, KINDS), format=format)


def test_letters_are_a_file_each_or_one_for_all():
    facts = [letter(kind) for kind in KINDS]

    names = [one.name for one in render_letters(facts, at=AT)]

    assert names == [
        "ICIM-37-call-es",
        *(f"ICIM-37-{kind} Ana Laura Pérez Quiroga" for kind in KINDS[1:]),
    ]
    assert len(pypdf.PdfReader(io.BytesIO(made(*facts))).pages) == 5


def test_each_letter_begins_on_a_page_of_its_own_and_a_long_one_goes_on():
    places = tuple(Places(f"País {number}", number) for number in range(1, 41))

    pages = pypdf.PdfReader(io.BytesIO(made(letter("call", places=places), ACCEPTANCE))).pages

    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert (len(pages), texts[0].startswith("Organización"), texts[-1].startswith("Organización")) == (3, True, True)
    assert texts[1].endswith("Ref.: ICIM-37/CONV 2")
    assert "Martín Aráoz" in texts[1]


def test_paper_is_a4_or_us_letter():
    boxes = [
        pypdf.PdfReader(io.BytesIO(made(ACCEPTANCE, paper=paper))).pages[0].mediabox for paper in ("a4", "us-letter")
    ]

    assert [(round(box.width), round(box.height)) for box in boxes] == [(595, 842), (612, 792)]


def test_a_name_in_arabic_letters_is_set_and_one_that_no_font_has_is_told_before_any_letter():
    arabic = replace(ACCEPTANCE, addressee=Addressee("ليلى المنصوري"))
    thai = replace(ACCEPTANCE, addressee=Addressee("กข"))

    assert len(made(arabic)) > 1000
    with pytest.raises(NoGlyph) as refused:
        next(iter(render_letters([ACCEPTANCE, thai], at=AT)))
    assert refused.value.facts["text"] == "กข"


# Nothing that a person typed is markup -----------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_type_is_printed_verbatim_in_letters_of_every_format(payload):
    edition = replace(EDITION, course=payload, place=payload)
    facts = replace(
        ACCEPTANCE, edition=edition, addressee=Addressee(payload, payload, "male", payload, payload), costs=payload,
        contact=payload, reference=payload,
    )  # fmt: skip
    invitation = replace(facts, kind="invitation", sessions=(replace(ACCEPTANCE.sessions[0], title=payload),))

    for one in (facts, invitation):
        assert squeezed(payload) in squeezed(text_of(made(one)))
        assert made(one, format="txt").decode().count(payload) >= 6
        assert words_of(made(one, format="docx")).count(payload) >= 6
        page = made(one, format="html").decode()
        assert "<script>" not in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_type_is_printed_verbatim_on_badges_cards_and_lists(payload):
    label = replace(BADGES.people[0], name=payload, office=payload, country_name=payload)
    person = replace(DIRECTORY.people[0], name=payload, email=payload)
    guest = replace(LOGISTICS.people[0], name=payload, needs=payload, phone=payload)
    documents = {
        "badges": replace(BADGES, people=(label,)),
        "table-cards": replace(CARDS, people=(label,)),
        "directory": replace(DIRECTORY, people=(person,)),
        "logistics": replace(LOGISTICS, people=(guest,)),
    }

    for name, facts in documents.items():
        assert squeezed(payload) in squeezed(text_of(render(name, facts, at=AT))), name
    for name in ("directory", "logistics"):
        assert "<script>" not in render(name, documents[name], format="html", at=AT).decode()


# Word templates of one's own -------------------------------------------------------------------------------------------------


def own_template(folder: Path, *paragraphs: str, name: str = "letters") -> Path:
    """A Word template with these paragraphs; its folder of templates."""
    (folder / "letters").mkdir(parents=True, exist_ok=True)
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(folder / "letters" / f"{name}.docx")
    return folder


def test_an_offices_word_template_replaces_ours_and_one_of_a_kind_goes_first(tmp_path):
    own_template(tmp_path, "Membrete", "{{ letter.salutation }}")
    own_template(tmp_path, "Solo aceptación: {{ letter.facts.addressee.name }}", name="acceptance")

    def said(facts) -> str:
        (only,) = render_letters([facts], format="docx", templates=[tmp_path], at=AT)
        return words_of(only.data)

    assert said(ACCEPTANCE) == "Solo aceptación: Ana Laura Pérez Quiroga"
    assert said(letter("regret")) == "Membrete\nEstimada Sra. Ana Laura Pérez Quiroga:"


def test_a_word_template_for_one_letter_makes_no_file_of_several(tmp_path):
    own_template(tmp_path, "{{ letter.salutation }}")

    with pytest.raises(Usage) as refused:
        made(ACCEPTANCE, ACCEPTANCE, format="docx", templates=[tmp_path])

    assert refused.value.sentence() == (
        f"Template {tmp_path}/letters/letters.docx is for one letter: it doesn't go through all letters. "
        "Leave out --one-file, or copy the built-in one."
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ carta.date }}", "'carta' is undefined"),
        ("{{ letter.fecha }}", "has no attribute 'fecha'"),
        ("{{ letter.date", "unexpected"),
        ("{%p for x in letters %}", "unexpected end of template"),
        ("{{ letter.__class__.__mro__ }}", "unsafe"),
        ("{{ letter.table.rows.append(1) }}", "no attribute 'rows'"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "there is still no end of its loops",
        ),
    ],
)
def test_what_is_wrong_in_a_word_template_is_told(tmp_path, text, reason):
    own_template(tmp_path, text)

    with pytest.raises(BadTemplate) as refused:
        made(ACCEPTANCE, format="docx", templates=[tmp_path]) if "letters" in text else list(
            render_letters([ACCEPTANCE], format="docx", templates=[tmp_path], at=AT)
        )

    told = f'Template {tmp_path}/letters/letters.docx, "{text[:60]}'  # what ends too early, ends in no paragraph
    assert refused.value.sentence().startswith(told.partition(",")[0] + ":" if "unexpected end" in reason else told)
    assert reason.casefold() in refused.value.sentence().casefold()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\x00" * 18])
def test_a_word_template_that_is_no_word_file_is_told(tmp_path, content):
    own_template(tmp_path)
    (tmp_path / "letters" / "letters.docx").write_bytes(content)

    with pytest.raises(BadTemplate) as refused:
        list(render_letters([ACCEPTANCE], format="docx", templates=[tmp_path], at=AT))

    assert refused.value.sentence() == f"Template {tmp_path}/letters/letters.docx is no Word file (.docx)."


def test_a_word_template_that_unpacks_without_end_is_told(tmp_path):
    own_template(tmp_path)
    with zipfile.ZipFile(tmp_path / "letters" / "letters.docx", "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/media/x.bin", b"\0" * (101 * 2**20))

    with pytest.raises(BadTemplate, match="is too large for a Word file"):
        list(render_letters([ACCEPTANCE], format="docx", templates=[tmp_path], at=AT))


def test_a_word_file_has_title_language_and_styles():
    document = docx.Document(io.BytesIO(made(ACCEPTANCE, format="docx")))

    properties = document.core_properties
    assert (properties.title, properties.language) == ("Carta de aceptación: Sra. Ana Laura Pérez Quiroga", "es")
    assert [p.style.name for p in document.paragraphs if p.text.startswith("Su participación")] == ["Heading 1"]
    languages = {element.get(docx.oxml.ns.qn("w:val")) for element in document.styles.element.iter(docx.oxml.ns.qn("w:lang"))}  # fmt: skip
    assert languages == {"es"}


def test_the_built_in_word_templates_are_what_their_source_makes():
    import sys

    root = Path(__file__).parents[2]
    sys.path.insert(0, str(root / "tools"))
    import word_template

    def parts(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    templates = root / "templates"
    assert parts(word_template.make()) == parts((templates / "letters" / "letters.docx").read_bytes())
    certificates = (templates / "certificates" / "certificates.docx").read_bytes()
    assert parts(word_template.make_certificates()) == parts(certificates)


# Badges and cards --------------------------------------------------------------------------------------------------------


def places_of(pdf: bytes, page: int = 0) -> list[tuple[str, int, int]]:
    """Each text of a page with where it begins, in millimeters from the left and from the top."""
    found: list[tuple[str, int, int]] = []
    read = pypdf.PdfReader(io.BytesIO(pdf)).pages[page]

    def visit(text: str, page: list[float], own: list[float], _font: object, _size: object) -> None:
        if text.strip():
            across, up = (own[4] * page[n] + own[5] * page[n + 2] + page[n + 4] for n in (0, 1))
            found.append(
                (text.strip(), round(across / 72 * 25.4), round((float(read.mediabox.height) - up) / 72 * 25.4))
            )

    read.extract_text(visitor_text=visit)
    return found


def test_badges_fill_sheets_from_the_label_that_is_free():
    pages = [
        len(pypdf.PdfReader(io.BytesIO(render("badges", replace(BADGES, start=start), at=AT))).pages)
        for start in (1, 3, 4)
    ]

    assert pages == [3, 3, 4]  # 28 badges, ten on a sheet


L7418 = LabelSheet("a4", 210, 297, 86, 55, 2, 4)
AVERY_5392 = LabelSheet("us-letter", 215.9, 279.4, 101.6, 76.2, 2, 3)


@pytest.mark.parametrize(
    ("sheet", "start", "left", "top"),
    [
        (A4, 1, 15, 13.5),
        (A4, 2, 105, 13.5),
        (A4, 10, 105, 229.5),
        (L7418, 1, 19, 38.5),  # as the maker says: margins of 19 and 38.5 mm, no gaps
        (L7418, 8, 105, 203.5),
        (AVERY_5392, 1, 6.35, 25.4),  # a quarter of an inch, an inch
        (AVERY_5392, 6, 107.95, 177.8),
    ],
)
def test_a_badge_lies_on_its_label(sheet, start, left, top):
    one = replace(BADGES, people=BADGES.people[:1], sheet=sheet, start=start)

    for text, x, y in places_of(render("badges", one, at=AT)):
        there = left < x < left + sheet.label_width, top < y < top + sheet.label_height
        assert there == (True, True), text


def test_badges_of_us_paper_are_four_by_three_inches():
    pages = pypdf.PdfReader(io.BytesIO(render("badges", replace(BADGES, sheet=AVERY_5392), at=AT))).pages

    assert (len(pages), round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (5, 612, 792)


@pytest.mark.parametrize("document", ["badges", "table-cards"])
def test_a_long_name_is_set_smaller_and_stays_whole(document):
    person = replace(
        BADGES.people[0], name=LONG_NAME, office=LONG_NAME * 2, country_name="San Vicente y las Granadinas"
    )
    facts = replace(BADGES if document == "badges" else CARDS, people=(person,))

    data = render(document, facts, at=AT)

    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 1
    assert squeezed(LONG_NAME) in squeezed(text_of(data))


def test_each_badge_speaks_its_persons_language_and_agrees_with_who_wears_it():
    french = replace(BADGES.people[0], edition=replace(EDITION, language="fr"), role="expert", sex="female")
    spanish = replace(BADGES.people[1], role="organizer")

    said = text_of(render("badges", replace(BADGES, people=(french, spanish)), at=AT))

    assert [word for word in ("Experte", "37e édition", "Organización", "37.ª edición") if word not in said] == []


def test_a_table_card_has_both_sides_and_is_read_aloud_once():
    data = render("table-cards", CARDS, at=AT)

    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert [page.extract_text().count("Argentina") for page in pages][:2] == [2, 2]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
        assert content.count(b"/Artifact") >= 1


def test_lists_count_who_is_without_an_e_mail_and_who_is_left_out():
    said = render("directory", DIRECTORY, format="txt", at=AT).decode()

    assert "13 personas figuran sin correo electrónico porque no consta su consentimiento." in said
    assert "1 participante no figura porque así lo pidió." in said
    assert said.count("@") == 14


def test_who_has_a_post_and_no_institution_takes_one_line_of_the_directory():
    def height(**more: str) -> int:
        one = replace(DIRECTORY.people[0], name="Ana", treatment="", post="Jefa", email="", **more)
        data = render("directory", replace(DIRECTORY, people=(one, replace(one, name="Zoe"))), at=AT)
        at = {text: y for text, _x, y in places_of(data)}
        return at["Zoe"] - at["Ana"]

    assert (height(office=""), height(office="Dirección Nacional")) == (6, 10)


def test_the_logistics_list_says_on_every_page_that_it_is_internal():
    pages = pypdf.PdfReader(io.BytesIO(render("logistics", LOGISTICS, at=AT))).pages

    assert [("Uso interno" in page.extract_text(), page.mediabox.width > page.mediabox.height) for page in pages] == [(True, True)] * len(pages)  # fmt: skip


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_lists_badges_and_cards_are_made_in_every_language(language):
    own = replace(EDITION, language=language)
    people = tuple(replace(one, edition=own) for one in BADGES.people[:2])

    for name, facts in (
        ("directory", replace(DIRECTORY, edition=own)),
        ("logistics", replace(LOGISTICS, edition=own)),
        ("badges", replace(BADGES, edition=own, people=people)),
        ("table-cards", replace(CARDS, edition=own, people=people)),
    ):
        with pikepdf.open(io.BytesIO(render(name, facts, at=AT))) as pdf, pdf.open_metadata() as metadata:
            assert (str(pdf.Root.Lang), metadata["pdfaid:part"], metadata["pdfuaid:part"]) == (language, "2", "1")


def test_a_letter_is_dated_with_its_own_day():
    assert "1er février 2015" in "\n".join(lines_of(letter("regret", "fr", written_on=date(2015, 2, 1))))


def test_a_language_of_which_somebody_wrote_half_the_words_is_told(tmp_path):
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "de.po").write_text(
        'msgctxt "letters.reference"\nmsgid "Ref.: {reference}"\nmsgstr "Az.: {reference}"\n', encoding="utf-8"
    )
    german = replace(EDITION, language="de")
    label = replace(BADGES.people[0], edition=german)

    for make in (
        lambda: made(replace(ACCEPTANCE, edition=german), templates=[tmp_path]),
        lambda: render("badges", replace(BADGES, people=(label,)), at=AT, templates=[tmp_path]),
        lambda: render("logistics", replace(LOGISTICS, edition=german), format="csv", at=AT, templates=[tmp_path]),
    ):
        with pytest.raises(BadTemplate, match=r"Words of documents, lang/de\.po: '\w+' is missing"):
            make()
    for name, facts in (
        ("directory", replace(DIRECTORY, edition=german)),
        ("logistics", replace(LOGISTICS, edition=german)),
    ):
        with pytest.raises(BadTemplate):
            render(name, facts, at=AT, templates=[tmp_path])


def test_many_letters_in_one_file_are_numbered_files():
    names = [one.name for one in render_letters([ACCEPTANCE] * 251, one_file=True, format="txt", at=AT)]

    assert names == ["ICIM-37-acceptance 1 of 2", "ICIM-37-acceptance 2 of 2"]


def test_a_date_stays_on_one_line_wherever_it_comes():
    """With each name of a place the line ends elsewhere."""
    for length in range(1, 40):
        edition = replace(EDITION, language="en", place="x" * length, city="x" * length)
        data = made(replace(letter("invitation"), edition=edition))
        text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
        assert "9–20 March 2015" in text, (length, text)
