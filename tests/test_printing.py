"""From the store to files: which facts a document gets, and what is written where something is missing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from certificate_samples import ready_sample
from coursectl import certificates, documents, editions
from coursectl.documents import FileExists, NotWritable, write_files
from coursectl.errors import BadInput, NotFound, Refused, Usage
from coursectl.store import Act
from coursectl.workflows.printing import (
    NoDates,
    NothingIssued,
    NothingOfKindIssued,
    Order,
    Printed,
    edition_facts,
    print_document,
    read_by,
)
from coursectl.workflows.printing.certificates import _Certificates


@pytest.fixture
def sample(store, act):
    return ready_sample(store, act)


def pages_of(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages]


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_a_document_that_there_is_not_is_told_with_those_there_are(sample, tmp_path):
    with pytest.raises(Usage) as refused:
        print_document(sample.store, sample.ref, Order("badge", tmp_path / "out"))

    assert refused.value.sentence() == (
        "There is no document 'badge'. There are: syllabus, attendance-sheet, roster, certificates, letters, directory, "
        "logistics, badges, table-cards, register, handover-list, ceremony-order."
    )


def test_a_folder_of_templates_has_to_be_there(sample, tmp_path):
    for document in ("roster", "certificates"):
        with pytest.raises(NotFound) as refused:
            print_document(sample.store, sample.ref, Order(document, tmp_path, templates=(tmp_path / "none",)))

        assert refused.value.sentence() == f"There is no folder {tmp_path}/none to take templates from."


@pytest.mark.parametrize("document", ["syllabus", "attendance-sheet", "roster"])
def test_a_document_needs_dates(store, act, tmp_path, document):
    sample = ready_sample(store, act, start_date=None, end_date=None)

    with pytest.raises(NoDates) as refused:
        print_document(store, sample.ref, Order(document, tmp_path))

    assert refused.value.sentence() == (
        "ICIM-37 has no dates yet. Give it some: coursectl edition edit ICIM-37 --start DATE --end DATE"
    )


def test_a_sheet_needs_a_session_that_counts(sample, tmp_path):
    sample.session("Café", kind="break", counts=0)

    with pytest.raises(Refused) as refused:
        print_document(sample.store, sample.ref, Order("attendance-sheet", tmp_path))

    assert refused.value.sentence() == (
        "ICIM-37 has no session to sign for. Enter the program: coursectl session import FILE -e ICIM-37"
    )


def test_without_certificates_the_command_that_issues_them_is_told(sample, tmp_path):
    with pytest.raises(NothingIssued) as none:
        print_document(sample.store, sample.ref, Order("certificates", tmp_path / "out"))
    with pytest.raises(NothingOfKindIssued) as none_of_kind:
        print_document(sample.store, sample.ref, Order("certificates", tmp_path / "out", kind="instruction"))

    assert none.value.sentence() == (
        "ICIM-37 has no certificates to print. Issue them with: coursectl certificate issue -e ICIM-37"
    )
    assert none_of_kind.value.sentence() == (
        "ICIM-37 has no instruction certificates to print. "
        "Issue them with: coursectl certificate issue -e ICIM-37 --kind instruction"
    )
    assert not (tmp_path / "out").exists()


def test_what_a_sheet_is_signed_by_is_one_of_two_words():
    assert (read_by("half-day"), read_by("session")) == ("half-day", "session")
    with pytest.raises(Usage, match="A sheet is signed by half-day or by session, not by 'week'"):
        read_by("week")


def test_a_document_speaks_the_editions_first_language_or_the_one_asked_for(sample, tmp_path):
    own = print_document(sample.store, sample.ref, Order("roster", tmp_path, "txt"))
    asked = print_document(sample.store, sample.ref, Order("roster", tmp_path, "txt", "fr"))

    assert own == Printed("roster", "ICIM-37", str(tmp_path), ("ICIM-37-roster-es.txt",))
    assert asked.files == ("ICIM-37-roster-fr.txt",)
    assert lines_of(tmp_path / "ICIM-37-roster-es.txt")[0] == "Lista de participantes"
    assert lines_of(tmp_path / "ICIM-37-roster-fr.txt")[0] == "Liste des participants"


def test_a_list_has_who_takes_part_and_nobody_else_by_country(sample, tmp_path):
    for name, status, country in (
        ("Zoila Bravo", "accepted", "UY"),
        ("Ana Nominada", "nominated", "UY"),
        ("Rosa Quispe", "completed", "BO"),
        ("Luis Retirado", "withdrawn", "BO"),
        ("Ema Ausente", "no_show", "BO"),
        ("Abel Conde", "not_completed", "UY"),
    ):
        sample.trainee(name, status, country)

    print_document(sample.store, sample.ref, Order("roster", tmp_path, "txt"))

    assert lines_of(tmp_path / "ICIM-37-roster-es.txt")[3:-2] == [
        "3 participantes · 2 países",
        "",
        "Bolivia",
        "  3. Rosa Quispe",
        "",
        "Uruguay",
        "  1. Zoila Bravo",
        "  6. Abel Conde",
    ]


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (12, 1), (15, 1), (16, 2), (17, 2)])
def test_blank_rows_fill_the_last_page_of_a_sheet_and_don_t_begin_one_for_a_few(sample, tmp_path, people, pages):
    sample.session("Refugio")
    for number in range(people):
        sample.trainee(f"Persona {number}", "accepted")

    print_document(sample.store, sample.ref, Order("attendance-sheet", tmp_path))

    assert len(pages_of(tmp_path / "ICIM-37-attendance-sheet-es.pdf")) == pages


def test_a_sheet_has_a_page_for_each_day_with_its_half_days_or_its_sessions(sample, tmp_path):
    sample.trainee("Ana Pérez", "accepted")
    sample.session("Apertura", 9, "09:00", "10:00", kind="ceremony", counts=0)
    sample.session("Refugio", 9, "10:00", "12:00")
    sample.session("Apatridia", 9, "12:00", "13:00")
    sample.session("Trata", 9, "14:00", "15:30")
    sample.session("Remesas", 10, "14:00", "15:30")

    print_document(sample.store, sample.ref, Order("attendance-sheet", tmp_path / "half"))
    print_document(sample.store, sample.ref, Order("attendance-sheet", tmp_path / "each", by="session"))

    first, second = pages_of(tmp_path / "half" / "ICIM-37-attendance-sheet-es.pdf")
    assert ("10:00 – 13:00" in first, "14:00 – 15:30" in first, "Día 1 de 2" in first) == (True, True, True)
    assert ("Firma, mañana" in second, "Firma, tarde" in second, "Día 2 de 2" in second) == (False, True, True)
    first, second = pages_of(tmp_path / "each" / "ICIM-37-attendance-sheet-es.pdf")
    assert [title in first for title in ("Apertura", "Refugio", "Apatridia", "Trata", "Remesas")] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert "Remesas" in second


def test_a_syllabus_bears_the_number_and_the_day_of_the_last_change_of_its_sessions(sample, tmp_path):
    sample.session("Refugio")
    later = replace(sample, act=Act("coordinator", "2015-03-11T08:00:00.000Z"))
    later.session("Trata", 10)

    print_document(sample.store, sample.ref, Order("syllabus", tmp_path, "md", "en"))

    assert "- **Version**: 2, 11 March 2015" in (tmp_path / "ICIM-37-syllabus-en.md").read_text(encoding="utf-8")


def test_certificates_print_the_name_of_the_register_not_todays(sample, act, tmp_path):
    sample.trainee("Ana Pérez", email="ana@dnm.example")
    certificates.issue(sample.store, sample.ref, act, on="2015-03-21")
    sample.write(*[_renamed("Ana Pérez", "Ana Gómez")])

    printed = print_document(sample.store, sample.ref, Order("certificates", tmp_path))

    assert (printed.document, printed.files, printed.certificates) == (
        "certificates", ("ICIM-2015-0001 Ana Pérez.pdf",), 1,
    )  # fmt: skip
    assert [one.remark.sentence() for one in printed.found if one.remark.rule == "name_changed"] == [
        "its person is called 'Ana Gómez' today"
    ]
    (page,) = pages_of(tmp_path / "ICIM-2015-0001 Ana Pérez.pdf")
    assert ("Ana Pérez" in page, "Ana Gómez" in page) == (True, False)


def _renamed(name: str, to: str):
    from coursectl.store import Statement

    return Statement("UPDATE person SET name = :to WHERE name = :name", {"name": name, "to": to})


def test_progress_counts_certificates(sample, act, tmp_path):
    for name in ("Ana Pérez", "Luis Ríos"):
        sample.trainee(name)
    certificates.issue(sample.store, sample.ref, act, on="2015-03-21")
    steps: list[tuple[int, int]] = []

    print_document(sample.store, sample.ref, Order("certificates", tmp_path), lambda done, of: steps.append((done, of)))

    assert steps == [(1, 2), (2, 2)]


def test_the_head_of_a_document_is_the_edition_in_one_language(sample):
    edition = editions.get_edition(sample.store, sample.ref)

    assert edition_facts(sample.store, edition, "en") == documents.EditionFacts(
        language="en",
        course="Inter-American Course on International Migration",
        course_code="ICIM",
        number=37,
        place="Mar del Plata",
        country_name="Argentina",
        start=edition_facts(sample.store, edition, "es").start,
        end=edition_facts(sample.store, edition, "es").end,
        time_zone=edition.time_zone,
        city="Mar del Plata",
    )


# Whole sets of files --------------------------------------------------------------------------------------------------


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_files_of_one_name_get_a_number_in_whatever_case(tmp_path):
    made = [("Ana.pdf", b"1"), ("ANA.pdf", b"2"), ("a/na.pdf", b"3"), ("a:na.pdf", b"4"), ("ana.pdf", b"5")]

    write_files(tmp_path, made)

    assert files_of(tmp_path) == {
        "Ana.pdf": b"1", "ANA (2).pdf": b"2", "a na.pdf": b"3", "a na (2).pdf": b"4", "ana (3).pdf": b"5",
    }  # fmt: skip


def test_a_set_whose_making_fails_leaves_nothing_not_even_its_folder(tmp_path):
    def made():
        yield "a.pdf", b"a"
        raise Usage("halfway")

    with pytest.raises(Usage, match="halfway"):
        write_files(tmp_path / "new" / "deeper", made())

    assert list(tmp_path.rglob("*.pdf")) == []
    assert not (tmp_path / "new").exists()


def test_a_move_that_the_system_refuses_takes_back_the_moves_before_it(tmp_path):
    write_files(tmp_path, [("b.pdf", b"old")])

    def made():
        yield "a.pdf", b"new"
        yield "b.pdf", b"new"
        yield "c.pdf", b"new"
        (tmp_path / "c.pdf").mkdir()  # by another program, after we looked

    with pytest.raises(NotWritable, match=r"c\.pdf can't be written: "):
        write_files(tmp_path, made(), force=True)

    assert files_of(tmp_path) == {"b.pdf": b"old"}
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_set_with_one_file_in_the_way_writes_none(tmp_path):
    write_files(tmp_path, [("b.pdf", b"old")])

    with pytest.raises(FileExists):
        write_files(tmp_path, [("a.pdf", b"new"), ("b.pdf", b"new")])

    assert files_of(tmp_path) == {"b.pdf": b"old"}


def test_certificates_without_a_program_have_no_empty_backs(tmp_path, store, act):
    """Two people, no modules: two pages, whatever --reverse says."""
    edition = ready_sample(store, act)
    for name in ("Ana Pérez", "Bruno Díaz"):
        edition.trainee(name)
    certificates.issue(store, edition.ref, act, kind="completion", on="2015-03-21")

    made = print_document(store, edition.ref, Order("certificates", tmp_path / "out", merged=True, reverse=True))

    assert len(pypdf.PdfReader(tmp_path / "out" / made.files[0]).pages) == 2


def test_a_sheet_in_two_languages_is_printed_as_it_was_issued_or_as_is_wanted_now(sample, act, tmp_path):
    sample.trainee("Ana Pérez", language="es", country="BR")
    certificates.issue(sample.store, sample.ref, act, on="2015-03-21", also_in=["en"])

    def titles(folder: str, **order) -> list[str]:
        print_document(sample.store, sample.ref, Order("certificates", tmp_path / folder, **order))
        (page,) = pages_of(tmp_path / folder / "ICIM-2015-0001 Ana Pérez.pdf")
        assert (page.count("Ana Pérez"), page.count("ICIM-2015-0001")) == (1, 2)  # once below the code
        return [
            title for title in ("Certificado de", "Certificate of", "Certificat de ", "Сертификат о") if title in page
        ]

    assert titles("issued") == ["Certificado de", "Certificate of"]
    assert titles("again") == ["Certificado de", "Certificate of"]
    assert titles("russian", also_in=("ru",)) == ["Certificado de", "Сертификат о"]
    assert titles("french", language="fr") == ["Certificate of", "Certificat de "]
    assert titles("english", language="en") == ["Certificate of"]
    assert titles("english first", language="en", also_in=("en",)) == ["Certificado de", "Certificate of"]
    again = [(tmp_path / folder / "ICIM-2015-0001 Ana Pérez.pdf").read_bytes() for folder in ("issued", "again")]
    assert again[0] == again[1]


def test_what_is_no_language_is_refused_as_a_second_one(sample, act, tmp_path):
    sample.trainee("Ana Pérez")
    certificates.issue(sample.store, sample.ref, act, on="2015-03-21")

    for wanted, sentence in (
        ("Klingonisch", "There are no certificates in 'Klingonisch'. Use one of: ar, en, es, fr, pt, ru, zh."),
        (
            "de",
            "There are no words for documents in 'de'. There are: ar, en, es, fr, pt, ru, zh. Add a file lang/de.po.",
        ),
    ):
        with pytest.raises(BadInput) as refused:
            print_document(sample.store, sample.ref, Order("certificates", tmp_path, also_in=(wanted,)))
        assert refused.value.sentence() == sentence
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_treatment_is_said_in_the_language_of_the_sheet_and_a_country_too_where_an_old_snapshot_lacks_it(
    sample, act, tmp_path
):
    sample.trainee("Ana Pérez", country="BR", honorific="Sra.", sex="female")
    certificates.issue(sample.store, sample.ref, act, on="2015-03-21")
    (printable,) = certificates.list_for_printing(sample.store, sample.ref)
    holder = printable.snapshot["holder"]
    old = replace(printable, snapshot=printable.snapshot | {"holder": holder | {"country_name": {"es": "El Brasil"}}})

    def said(language: str | None) -> tuple[str, str]:
        facts = _Certificates(sample.store, Order("certificates", tmp_path, language=language)).gather(old)
        return facts.treatment, facts.country_name

    assert {language: said(language) for language in (None, "es-AR", "ru", "ar", "zh")} == {
        None: ("Sra.", "El Brasil"),
        "es-AR": ("Sra.", "El Brasil"),
        "ru": ("г-жа", "Бразилия"),
        "ar": ("السيدة", "البرازيل"),
        "zh": ("", "巴西"),
    }
