"""Certificates in each language of the United Nations and in Portuguese, in one and in two."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from document_samples import AT, CERTIFICATE, EDITION, ROSTER, SHEET, SYLLABUS
from letter_samples import ACCEPTANCE, BADGES, CARDS

from coursectl.documents import (
    CertificateFacts,
    NoGlyph,
    Signatory,
    list_languages,
    render,
    render_certificates,
    render_letters,
)
from coursectl.documents.facts import CertificateKind, Look, Sex
from coursectl.documents.wording import Voice

NAMES = {
    "ar": "فاطمة الزهراء المنصوري",
    "en": "Margaret O’Connor",
    "es": "María Ñancupil Güell",
    "fr": "Hélène Lefèvre-Cœur",
    "pt": "João Vítor da Conceição",
    "ru": "Александра Вознесенская",
    "zh": "欧阳晓慧",
}
COURSES = {
    "ar": "الدورة الأمريكية المشتركة بشأن الهجرة الدولية",
    "en": "Inter-American Course on International Migration",
    "es": "Curso Interamericano sobre Migraciones Internacionales",
    "fr": "Cours interaméricain sur les migrations internationales",
    "pt": "Curso Interamericano sobre Migrações Internacionais",
    "ru": "Межамериканский курс по международной миграции",
    "zh": "美洲国际移民问题课程",
}
COUNTRIES = {"ar": "الأرجنتين", "fr": "Argentine", "ru": "Аргентина", "zh": "阿根廷"}
KINDS: tuple[tuple[CertificateKind, Sex | None], ...] = (
    ("completion", "female"),
    ("participation", None),
    ("instruction", "male"),
)
TITLES = {
    "ar": ["شهادة إتمام", "شهادة مشاركة", "شهادة تدريس"],
    "en": ["Certificate of completion", "Certificate of participation", "Certificate of instruction"],
    "es": ["Certificado de finalización", "Certificado de participación", "Certificado de docencia"],
    "fr": ["Certificat de réussite", "Certificat de participation", "Certificat d’enseignement"],
    "pt": ["Certificado de conclusão", "Certificado de participação", "Certificado de docência"],
    "ru": ["Сертификат о завершении обучения", "Сертификат об участии", "Сертификат о проведении занятий"],
    "zh": ["结业证书", "参与证书", "授课证书"],
}
EDITIONS = {
    "ar": ("النسخة 37 من الدورة الأمريكية المشتركة بشأن الهجرة الدولية", "النسخة 37 من «Summer School»", "النسخة 37"),
    "ru": ("37-й Межамериканский курс по международной миграции", "37-й выпуск курса «Summer School»", "37-й выпуск"),
    "zh": ("第37届美洲国际移民问题课程", "第37届“Summer School”", "第37届"),
}


def certificate(language: str, kind: CertificateKind = "completion", sex: Sex | None = None) -> CertificateFacts:
    edition = replace(
        EDITION, language=language, course=COURSES[language], country_name=COUNTRIES.get(language, "Argentina")
    )
    return replace(CERTIFICATE, edition=edition, name=NAMES[language], kind=kind, sex=sex, treatment="", minutes=3600)


def made(facts: CertificateFacts) -> bytes:
    (rendered,) = render_certificates([facts], at=AT)
    return rendered.data


def read(data: bytes, tmp_path: Path) -> str:
    """The words of a PDF as `pdftotext` gives them, in their logical order; lines that go on are joined."""
    (tmp_path / "made.pdf").write_bytes(data)
    text = subprocess.run(
        ["pdftotext", "made.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text).split())


def squeezed(text: str) -> str:
    """Without spaces: beside digits in a line from the right, `pdftotext` puts them where they weren't."""
    return text.replace(" ", "")


def unembedded(data: bytes, tmp_path: Path) -> list[str]:
    """The fonts of a PDF that aren't in it, as `pdffonts` lists them."""
    (tmp_path / "made.pdf").write_bytes(data)
    listed = subprocess.run(["pdffonts", "made.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    lines = listed.splitlines()[2:]
    assert lines
    return [line for line in lines if line.split()[-5:-2] != ["yes", "yes", "yes"]]


def test_there_are_all_languages_of_the_united_nations_and_portuguese():
    assert list_languages() == sorted(NAMES)


@pytest.mark.parametrize("language", sorted(NAMES))
def test_a_certificate_of_each_kind_says_its_title_and_name_in_its_language_and_keeps_the_standards(language, tmp_path):
    for (kind, sex), title in zip(KINDS, TITLES[language], strict=True):
        data = made(certificate(language, kind, sex))

        said = read(data, tmp_path)
        assert [
            part for part in (title, NAMES[language], COURSES[language], "ICIM-2015-0001") if part not in said
        ] == []
        assert unembedded(data, tmp_path) == []
        with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
            assert (len(pdf.pages), str(pdf.Root.Lang)) == (1, language)
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == (
                "2",
                "A",
                "1",
            )


@pytest.mark.parametrize("language", EDITIONS)
def test_an_edition_is_counted_as_the_language_does(language):
    say, edition = Voice(language), certificate(language).edition

    counted = (
        say.edition(edition),
        say.edition(replace(edition, course="Summer School")),
        say.edition_alone(edition),
    )

    assert counted == EDITIONS[language]


def test_russian_numbers_agree_with_what_is_held():
    say, edition = Voice("ru"), certificate("ru").edition
    courses = (
        "Курс по миграции",
        "Летняя школа",
        "Школа права",
        "Повышение квалификации",
        "Обучение судей",
        "Международный форум",
    )

    assert [say.edition(replace(edition, course=course)) for course in courses] == [
        "37-й Курс по миграции", "37-я Летняя школа", "37-я Школа права", "37-й выпуск курса «Повышение квалификации»",
        "37-е Обучение судей", "37-й Международный форум",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", ["ساعة واحدة", "ساعتين", "4.5 ساعة", "5 ساعات", "60 ساعة"]),
        ("ru", ["1 час", "2 часа", "4,5 часа", "5 часов", "60 часов"]),
        ("zh", ["1小时", "2小时", "4.5小时", "5小时", "60小时"]),
        ("fr", ["1 heure", "2 heures", "4,5 heures", "5 heures", "60 heures"]),
        ("pt", ["1 hora", "2 horas", "4,5 horas", "5 horas", "60 horas"]),
    ],
)
def test_hours_are_counted_as_the_language_does(language, said):
    assert [Voice(language).hours(minutes) for minutes in (60, 120, 270, 300, 3600)] == said


@pytest.mark.parametrize(
    ("language", "leads"),
    [
        ("ar", ["لإتمام", "لإتمامها", "لإتمامه"]),
        ("ru", ["успешно завершил(а) обучение", "успешно завершила обучение", "успешно завершил обучение"]),
    ],
)
def test_the_sentence_agrees_with_the_sex_that_was_stated_and_with_none_otherwise(language, leads, tmp_path):
    pages = [read(made(certificate(language, "completion", sex)), tmp_path) for sex in ("not_stated", "female", "male")]

    after = {"ar": "النسخة", "ru": " по программе"}[language]
    assert [squeezed(lead + after) in squeezed(page) for lead, page in zip(leads, pages, strict=True)] == [True] * 3


def test_the_first_who_signs_stands_where_reading_begins(tmp_path):
    signatories = tuple(Signatory(name, "x") for name in ("Primera", "Segunda", "Tercera"))

    def places(language: str) -> list[str]:
        (tmp_path / "made.pdf").write_bytes(made(replace(certificate(language), signatories=signatories)))
        layout = subprocess.run(
            ["pdftotext", "-bbox", "made.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout
        found = {
            name: float(left) for left, name in re.findall(r'xMin="([\d.]+)".*>(Primera|Segunda|Tercera)<', layout)
        }
        return sorted(found, key=found.__getitem__)

    assert places("es") == ["Primera", "Segunda", "Tercera"]
    assert places("ar") == ["Tercera", "Segunda", "Primera"]


@pytest.mark.parametrize("languages", [("es", "en"), ("ar", "fr"), ("zh", "en"), ("ru", "ar")])
def test_a_sheet_in_two_languages_says_both_titles_and_sentences_and_the_name_once(languages, tmp_path):
    first, second = (certificate(language) for language in languages)
    signatories = tuple(Signatory(f"Firma Número {n}", "Director", "OIM") for n in range(4))
    also = replace(second, name=first.name, signatories=signatories)

    data = made(replace(first, signatories=signatories, also=also))

    said = read(data, tmp_path)
    for language in languages:
        assert [part for part in (TITLES[language][0], COURSES[language]) if said.count(part) != 1] == []
    assert (said.count(first.name), said.count("Firma Número"), said.count("Director"), said.count("OIM")) == (
        1,
        4,
        4,
        4,
    )
    assert unembedded(data, tmp_path) == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert (len(pdf.pages), str(pdf.Root.Lang)) == (1, languages[0])


def test_a_crowded_sheet_in_two_languages_stays_on_its_page(tmp_path):
    long = "Curso Interamericano de Especialización sobre Migraciones Internacionales, Derechos Humanos y Políticas Públicas"
    signatories = tuple(
        Signatory(f"María de los Ángeles Fernández de Córdoba {n}", "Directora General de Asuntos Jurídicos", "Universidad Nacional de Mar del Plata", "el Ministerio")
        for n in range(4)
    )  # fmt: skip

    def crowded(language: str) -> CertificateFacts:
        one = certificate(language, "instruction")
        edition = replace(
            one.edition, course=f"{long} ({language})", title="Gobernanza de las migraciones en contextos de crisis"
        )
        sessions = (
            "La cooperación internacional y la gobernanza migratoria",
            "Trata de personas y tráfico de migrantes",
        ) * 2
        return replace(one, edition=edition, signatories=signatories, sessions=sessions, name="María " * 12 + "Ruiz")

    data = made(replace(crowded("es"), also=crowded("en")))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
    assert read(data, tmp_path).count("ICIM-2015-0001") == 1


@pytest.mark.parametrize("language", ["ar", "zh", "ru"])
def test_every_document_can_be_in_the_language(language, tmp_path):
    edition = certificate(language).edition

    def own(facts):
        return replace(facts, edition=edition)

    documents = {
        "syllabus": own(SYLLABUS), "roster": own(ROSTER), "attendance-sheet": own(SHEET),
        "badges": replace(own(BADGES), people=tuple(map(own, BADGES.people))),
        "table-cards": replace(own(CARDS), people=tuple(map(own, CARDS.people))),
    }  # fmt: skip
    made = {name: render(name, facts, at=AT) for name, facts in documents.items()}
    (letter,) = render_letters([own(ACCEPTANCE)], at=AT)
    made["letters"] = letter.data

    assert [name for name, data in made.items() if COURSES[language] not in read(data, tmp_path)] == []
    for data in made.values():
        assert unembedded(data, tmp_path) == []
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.Root.Lang) == language


def test_without_the_fonts_of_the_extra_chinese_names_and_words_are_told_how_to_install_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "justmytype_intl_cjk", None)  # as where it isn't installed

    with pytest.raises(NoGlyph) as name:
        made(replace(CERTIFICATE, name="张伟"))
    with pytest.raises(NoGlyph) as words:
        made(replace(CERTIFICATE, edition=replace(EDITION, language="zh")))

    how = "pip install 'coursectl[cjk]'"
    assert name.value.sentence() == (
        'No font has the characters 张 (U+5F20) 伟 (U+4F1F) in "张伟" (ICIM-2015-0001, 张伟). Install the fonts for Chinese, '
        f"Japanese and Korean with: {how}, or put such a font into a folder called fonts beside your templates."
    )
    assert how in words.value.sentence()


def test_the_modern_design_is_turned_round_where_a_language_is_written_from_the_right():
    look = Look("certificates/modern.typ.j2")
    by_hand = (Signatory("Ana Pérez", "Directora"),)
    facts = [
        replace(certificate(language), look=look, code="HTTPS://ICIM.EXAMPLE/V/1", crest=None, signatories=by_hand)
        for language in ("es", "ar", "ar", "fr")
    ]

    (made,) = render_certificates(facts, merged=True, at=AT)

    with pdfium.PdfDocument(made.data) as pdf:
        middles = [page.get_width() / 2 for page in pdf]
        codes = [
            [shape.get_bounds()[0] < middle for shape in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])]
            for page, middle in zip(pdf, middles, strict=True)
        ]
    assert [set(on_the_left) for on_the_left in codes] == [{False}, {True}, {True}, {False}]
