"""Before paper: what is found in what certificates say, all of it at once, and what paper does to a page."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from document_samples import AT, CERTIFICATE, EDITION, MODULES, SIGNATORIES, certificates, png

from coursectl.documents import CertificateFacts, Picture, TopicFacts, render_certificates
from coursectl.documents.certificates import ManifestRow, Page, calibration_page, check_sheets, manifest, read_offset
from coursectl.documents.certificates.pictures import dots_per_inch, pixels_of
from coursectl.documents.facts import Look
from coursectl.errors import Usage

TODAY = date(2015, 3, 20)
CLEAN = replace(CERTIFICATE, signatories=tuple(replace(one, signature=None) for one in SIGNATORIES))
BY_HAND = ("signature_missing", "", False)


def found(*facts: CertificateFacts, today: date = TODAY, **more) -> list[tuple[str, str, bool]]:
    """Rule, serial number and whether it stops, of everything but the signatures, which nobody has here."""
    remarks = check_sheets(facts, today=today, at=AT, **more)
    return [
        (one.rule, one.serial, one.stops)
        for one in remarks
        if (one.rule, one.serial, one.stops) != BY_HAND
    ]  # fmt: skip


def sheets(*names: str) -> list[CertificateFacts]:
    return [replace(CLEAN, name=name, serial=f"S{number}") for number, name in enumerate(names, start=1)]


def test_nothing_is_found_where_nothing_is_wrong():
    assert found(*sheets("Ana Pérez", "Óscar D’Angelo-Ruiz", "علي بن محمد", "Юрий Гагарин", "Mª José Núñez (h.)")) == []
    assert [(one.rule, one.sentence()) for one in check_sheets([CLEAN], today=TODAY, at=AT)] == [
        ("signature_missing", "there is no picture of the signature of Martín Aráoz, Lucía Ferrante: each sheet is to be signed by hand")
    ]  # fmt: skip


def test_all_characters_that_no_font_has_are_found_at_once_with_those_who_have_them():
    held = replace(EDITION, title="กข")
    facts = [*sheets("งจ", "Ana Pérez", "Li ค", "งจ"), replace(CLEAN, edition=held, serial="S5")]

    remarks = [one for one in check_sheets(facts, today=TODAY, at=AT) if one.rule == "glyph"]

    assert [(one.serial, one.name, one.facts["characters"], one.stops) for one in remarks] == [
        ("", "", "ก (U+0E01) ข (U+0E02)", True),
        ("S3", "Li ค", "ค (U+0E04)", True),
        ("S1", "งจ", "ง (U+0E07) จ (U+0E08)", True),
        ("S4", "งจ", "ง (U+0E07) จ (U+0E08)", True),
    ]
    assert (
        remarks[1].mend
        == 'coursectl person edit "Li ค" --name NAME; coursectl certificate replace S3 --because misspelled'
    )


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("", [("empty", "S1", True)]),
        (" Ana Pérez", [("spaces", "S1", True)]),
        ("Ana  Pérez", [("spaces", "S1", True)]),
        ("Ana\u00a0Pérez ", [("spaces", "S1", True)]),
        ("Ana Pérez 2", [("stray", "S1", True)]),
        ("Ana\u200bPérez", [("stray", "S1", True)]),
        ("ana@dnm.example", [("stray", "S1", True)]),
        ("An? Pérez", [("stray", "S1", True)]),
        ("ANA PÉREZ", [("capitals", "S1", False)]),
        ("J. R.", []),
        ("W" * 70, [("capitals", "S1", False), ("name_small", "S1", True)]),
        ("Ana " + "Guadalupe de la Santísima " * 8 + "Ruiz", [("name_small", "S1", True)]),
    ],
)
def test_what_is_wrong_with_a_name_is_found(name, rules):
    assert found(*sheets(name)) == rules


def test_two_of_one_name_are_a_warning_and_two_kinds_of_one_person_are_none():
    ana, ana_again, luis = sheets("Ana Pérez", "ana pérez", "Luis Ríos")
    taught = replace(luis, kind="instruction", serial="S4", minutes=60)

    assert found(ana, ana_again, luis, taught) == [("same_name", "S1", False), ("same_name", "S2", False)]


def test_what_everybody_says_is_missing_is_told_once_and_what_one_doesn_t_say_by_name():
    bare = replace(EDITION, place="", country_name="", organizers=())
    facts = [replace(one, edition=bare) for one in sheets("Ana Pérez", "Luis Ríos")]
    without = replace(CLEAN, serial="S3", country_name="", minutes=None)

    assert found(*facts) == [
        ("empty", "", True), ("doubtful", "", False), ("doubtful", "", False),
    ]  # fmt: skip
    assert sorted(found(CLEAN, without)) == [
        ("doubtful", "S3", False), ("doubtful", "S3", False), ("same_name", CLEAN.serial, False), ("same_name", "S3", False),
    ]  # fmt: skip
    assert found(replace(CLEAN, signatories=())) == [("empty", "", True)]
    assert found(replace(CLEAN, signatories=(replace(SIGNATORIES[1], post="", signature=None),))) == [
        ("doubtful", "", False)
    ]
    assert found(replace(CLEAN, crest=None)) == [("crest_missing", "", False)]


def test_a_date_of_issue_in_the_future_or_before_the_end_is_a_warning():
    assert found(CLEAN, today=date(2015, 3, 19)) == [("date", "", False)]
    assert found(replace(CLEAN, issued_on=date(2015, 3, 19))) == [("date", "", False)]


def test_a_page_that_would_be_shrunk_below_sixty_percent_stops_and_one_that_holds_a_bit_more_doesn_t():
    more = tuple(f"Sesión sobre refugio y apatridia número {number}" for number in range(25))
    most = tuple(f"Sesión sobre refugio y apatridia número {number}" for number in range(260))
    taught = replace(CLEAN, kind="instruction", minutes=90)

    assert found(replace(taught, sessions=more)) == []
    assert found(replace(taught, sessions=most)) == [("page_full", CLEAN.serial, True)]


def test_a_program_too_long_for_the_reverse_stops_where_it_is_printed():
    topics = tuple(TopicFacts(f"Persecución, protección y prevención de la trata, parte {n}") for n in range(60))
    long = replace(CLEAN, program=tuple(replace(module, topics=topics) for module in MODULES))

    assert (found(long), found(long, reverse=True)) == ([], [("program_long", "", True)])


def _signed(picture: Picture) -> CertificateFacts:
    return replace(CLEAN, signatories=(replace(SIGNATORIES[0], signature=picture),))


@pytest.mark.parametrize(
    ("width", "height", "rules"),
    [
        (600, 180, []),  # 50 mm: 305 dots an inch
        (400, 120, [("resolution", "", False)]),  # 203
        (200, 60, [("resolution", "", True)]),  # 102
    ],
)
def test_the_resolution_of_a_picture_is_that_at_its_size_on_paper(width, height, rules):
    assert found(_signed(Picture("image/png", png(width, height), "Firma"))) == rules


def test_a_damaged_picture_and_a_bomb_stop():
    broken = png(600, 180)[:200]
    bomb = png(600, 180)[:16] + struct.pack(">II", 100_000, 100_000) + png(600, 180)[24:]

    assert found(_signed(Picture("image/png", broken, "Firma"))) == [("picture", "", True)]
    assert found(_signed(Picture("image/png", bomb, "Firma"))) == [("picture", "", True)]
    assert found(_signed(Picture("image/png", b"no picture", "Firma"))) == [("picture", "", True)]


def test_the_pixels_of_each_kind_of_picture_are_read():
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x11\x08\x00\x30\x00\x40"
    webp = b"RIFF\0\0\0\0WEBP"

    def of(kind: str, data: bytes) -> tuple[int, int] | None:
        return pixels_of(Picture(f"image/{kind}", data, ""))

    assert of("png", png(64, 48)) == (64, 48)
    assert of("gif", b"GIF89a" + struct.pack("<HH", 64, 48)) == (64, 48)
    assert of("jpeg", jpeg) == (64, 48)
    assert of("webp", webp + b"VP8 " + bytes(10) + struct.pack("<HH", 64, 48)) == (64, 48)
    assert of("webp", webp + b"VP8L" + bytes(5) + struct.pack("<I", 63 | 47 << 14)) == (64, 48)
    assert of("webp", webp + b"VP8X" + bytes(8) + (63).to_bytes(3, "little") + (47).to_bytes(3, "little")) == (64, 48)
    assert [of("svg+xml", b"<svg/>"), of("png", b""), of("jpeg", b"\xff\xd8\xff"), of("webp", webp)] == [None] * 4
    assert dots_per_inch((300, 300), (60, 25.4)) == 300


# Paper ----------------------------------------------------------------------------------------------------------------


def box_of(data: bytes) -> tuple[int, int]:
    box = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def text_of(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def where_is(data: bytes, words: str) -> tuple[float, float]:
    """The place of a text on its first page, in points from the bottom left."""
    places = []
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    page.extract_text(visitor_text=lambda text, cm, tm, _font, _size: places.append((text, tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5])))  # fmt: skip
    return next((x, y) for text, x, y in places if words in text)


@pytest.mark.parametrize(("paper", "size"), [("a4", (297, 210)), ("letter", (279, 216))])
@pytest.mark.parametrize("many", [2, 4])
def test_sheets_have_the_size_of_the_paper_and_one_page_each(paper, size, many):
    long = replace(
        CERTIFICATE,
        signatories=SIGNATORIES * (many // 2),
        name="María de los Ángeles Ximénez de Sandoval y Álvarez de Toledo",
    )

    (made,) = render_certificates([long, CERTIFICATE], merged=True, reverse=True, page=Page(paper), at=AT)

    assert (box_of(made.data), len(text_of(made.data)), made.pages) == (size, 4, (1, 3))


def test_an_offset_moves_everything_and_changes_nothing_else():
    def made(page: Page) -> bytes:
        (rendered,) = render_certificates([CERTIFICATE], page=page, at=AT)
        return rendered.data

    straight, off = made(Page()), made(Page(offset_x=-3, offset_y=2))

    (x, y), (moved_x, moved_y) = where_is(straight, "Expedido"), where_is(off, "Expedido")
    assert (round((moved_x - x) / 72 * 25.4, 1), round((moved_y - y) / 72 * 25.4, 1)) == (-3.0, -2.0)
    assert text_of(straight) == text_of(off)
    assert straight == made(Page(offset_x=0))


def test_blank_paper_gets_the_words_in_their_places_and_neither_frame_nor_crest():
    (plain,) = render_certificates([CERTIFICATE], at=AT)
    (blank,) = render_certificates([CERTIFICATE], page=Page(blank=True), at=AT)

    assert text_of(plain.data) == text_of(blank.data)
    assert where_is(plain.data, "Expedido") == where_is(blank.data, "Expedido")
    assert len(blank.data) < len(plain.data)


def test_a_proof_says_so_across_the_sheet_and_in_its_name_in_the_language_of_the_sheet():
    english = replace(CERTIFICATE, edition=replace(EDITION, language="en"))

    (es,) = render_certificates([CERTIFICATE], proof=True, at=AT)
    (en,) = render_certificates([english], proof=True, at=AT)

    assert ("MUESTRA" in text_of(es.data)[0], "SPECIMEN" in text_of(en.data)[0]) == (True, True)
    assert es.name == "ICIM-2015-0001 Ana Laura Pérez Quiroga (proof)"


def test_a_calibration_page_has_rulers_and_nobodys_name_and_number():
    made = calibration_page(CERTIFICATE, page=Page("letter"), templates=(), at=AT)

    (text,) = text_of(made)
    assert [words in text for words in ("Página de calibración", "Nombre y apellido", "ICIM-0000-0000", "Ana Laura", "260")] == [
        True, True, True, False, True,
    ]  # fmt: skip
    assert box_of(made) == (279, 216)


def test_each_language_has_its_files_and_the_first_says_where_it_goes_on():
    english = replace(EDITION, language="en")
    facts = [*certificates(2), replace(CERTIFICATE, edition=english, serial="E1")]

    by_language = list(render_certificates(facts, by_language=True, since="ICIM-2015-0001", at=AT))

    assert [(one.name, one.serials, one.pages) for one in by_language] == [
        ("certificates-es from ICIM-2015-0001", ("ICIM-2015-0001", "ICIM-2015-0002"), (1, 2)),
        ("certificates-en", ("E1",), (1,)),
    ]


def test_nobody_knows_the_pages_behind_a_program_that_takes_several():
    many = tuple(replace(module, topics=module.topics * 20) for module in MODULES * 2)
    facts = [CERTIFICATE, replace(CERTIFICATE, program=many, serial="B-2"), replace(CERTIFICATE, serial="B-3")]

    (made,) = render_certificates(facts, merged=True, reverse=True, at=AT)

    assert made.pages == (1, 3, None)


def test_a_template_of_ones_own_has_to_make_the_pages_that_the_paper_has(tmp_path):
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "certificates.typ.j2").write_text(
        '#set document(title: "x")\n#set page(paper: "a4", flipped: true)\n#{{ sheets[0].name }}', encoding="utf-8"
    )

    theirs = replace(CLEAN, look=Look("certificates/certificates.typ.j2"))

    assert found(theirs, templates=[tmp_path]) == []
    assert found(theirs, templates=[tmp_path], page=Page("letter")) == [("page_size", "", True)]


def test_both_languages_of_a_sheet_are_looked_at():
    other = replace(EDITION, language="en", title="กข")
    in_two = replace(CLEAN, also=replace(CLEAN, edition=other))
    full = replace(in_two, also=replace(CLEAN, edition=replace(EDITION, language="en", title="A long motto. " * 400)))

    assert found(in_two) == [("glyph", "", True)]
    assert found(replace(CLEAN, also=replace(CLEAN, edition=replace(EDITION, language="en")))) == []
    assert found(full) == [("page_full", "", True)]


def test_the_list_of_what_was_printed_is_a_table_and_a_page_in_the_order_of_printing():
    rows = [
        ManifestRow(1, "Óscar Núñez", "S2", "b.pdf", 1),
        ManifestRow(2, "Ana Pérez", "S1", "b.pdf", 3),
        ManifestRow(3, "=Luis", "S3", "a.pdf", None),
    ]

    table, (page,) = manifest(rows, EDITION, paper="letter", templates=(), at=AT)

    assert table.decode("utf-8-sig").splitlines() == [
        "N.º,Nombre,Registro,Archivo,Página",
        "1,Óscar Núñez,S2,b.pdf,1",
        "2,Ana Pérez,S1,b.pdf,3",
        "3,'=Luis,S3,a.pdf,",
    ]
    (text,) = text_of(page)
    places = [text.index(words) for words in ("b.pdf", "Óscar Núñez", "Ana Pérez", "a.pdf", "=Luis")]
    assert places == sorted(places)
    assert box_of(page) == (216, 279)


@pytest.mark.parametrize(("words", "offset"), [("0", 0), ("-1,5", -1.5), ("+2.25", 2.25)])
def test_an_offset_is_read_in_millimeters(words, offset):
    assert read_offset(words, "--offset-x") == offset


@pytest.mark.parametrize("words", ["", "two", "1e3", "2 mm", "nan"])
def test_what_is_no_offset_is_told(words):
    with pytest.raises(Usage, match=r"--offset-x needs millimeters, like -1\.5, not"):
        read_offset(words, "--offset-x")


def test_an_offset_of_more_than_the_margin_is_no_offset():
    with pytest.raises(Usage, match="--offset-y is at most 30 millimeters to either side, not 31"):
        read_offset("31", "--offset-y")


def test_a_list_of_thousands_goes_into_several_files():
    rows = [ManifestRow(n, "Ana Pérez", f"S{n}", f"b {n // 1000}.pdf", n % 1000 + 1) for n in range(1, 2002)]

    table, pages = manifest(rows, EDITION, paper="a4", templates=(), at=AT)

    assert (len(table.decode("utf-8-sig").splitlines()), len(pages)) == (2002, 2)
    assert "2001 certificados" in text_of(pages[1])[0]
    assert "S2001" in text_of(pages[1])[0]
