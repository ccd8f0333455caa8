"""Badges, table cards, directory and logistics from the store: who is in them, and how their names are printed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest

from certificate_samples import Sample, ready_sample
from coursectl.errors import Ambiguous, NotFound, Usage
from coursectl.store import Statement
from coursectl.workflows.printing import (
    NobodyToPrint,
    Order,
    PrintedPeople,
    print_document,
    surname_in_capitals,
)


@pytest.fixture
def sample(store, act) -> Sample:
    return ready_sample(store, act)


def pages(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


def badges(sample: Sample, tmp_path: Path, document: str = "badges", **more) -> str:
    """The text of all badges."""
    printed = print_document(sample.store, sample.ref, Order(document, tmp_path / "out", force=True, **more))
    return " ".join(pages(tmp_path / "out" / printed.files[0]))


def people_on(said: str, *names: str) -> list[str]:
    return [name for name in names if name in said]


ALL = ("Ana Pérez", "Luis Soto", "Helena Duarte", "Marta Ibarra", "Pedro Abre", "Nina Nominada")


@pytest.fixture
def crowd(sample) -> Sample:
    """Two trainees, an expert who is also a trainee, an expert, one who signs, one who presides, one who is only nominated."""
    sample.trainee("Ana Pérez", "accepted", email="ana@x.example", phone="+54 11 5555", language="fr", sex="female")
    sample.trainee("Luis Soto", "confirmed", "UY", honorific="Amb.")
    sample.trainee("Nina Nominada", "nominated")
    session = sample.session("Refugio")
    sample.expert("Helena Duarte", [session], honorific="Dra.")
    chair = sample.person("Pedro Abre")
    sample.add("session_person", session_id=session, person_id=chair, role="chair")
    return sample


def test_everybody_has_a_badge_once_in_their_role(crowd, tmp_path):
    crowd.write(
        Statement(
            "INSERT INTO expert (id, edition_id, person_id, country)"
            " SELECT 99, :edition, id, 'AR' FROM person WHERE name = 'Ana Pérez'",
            {"edition": crowd.ref.id},
        )
    )

    said = badges(crowd, tmp_path)

    assert people_on(said, *ALL) == list(ALL[:5])
    assert said.count("Ana Pérez") == 1
    assert [
        people_on(badges(crowd, tmp_path, roles=(role,)), *ALL) for role in ("participant", "expert", "organizer")
    ] == [
        ["Ana Pérez", "Luis Soto"],
        ["Helena Duarte"],
        ["Marta Ibarra", "Pedro Abre"],
    ]


def test_a_badge_has_the_treatment_and_the_country_in_its_persons_language(crowd, tmp_path):
    said = badges(crowd, tmp_path, roles=("participant",))

    assert "Amb. Luis Soto" in said
    assert [word for word in ("Argentine", "Participante", "Uruguay") if word not in said] == []
    assert "Argentina" in badges(crowd, tmp_path, roles=("participant",), language="es")


def test_people_are_chosen_by_number_e_mail_or_name(crowd, tmp_path):
    assert people_on(badges(crowd, tmp_path, only=("2", "duarte")), *ALL) == ["Luis Soto", "Helena Duarte"]
    assert people_on(badges(crowd, tmp_path, leave_out=("ana@x.example", "Marta Ibarra")), *ALL) == [
        "Luis Soto",
        "Helena Duarte",
        "Pedro Abre",
    ]
    with pytest.raises(NotFound) as refused:
        badges(crowd, tmp_path, only=("Zoe",))
    assert refused.value.sentence() == "Nobody of ICIM-37 who would be printed fits 'Zoe'."
    crowd.trainee("Ana Ruiz", "accepted")
    with pytest.raises(Ambiguous):
        badges(crowd, tmp_path, only=("ana",))


@pytest.mark.parametrize("document", ["badges", "table-cards", "logistics"])
def test_without_anybody_there_is_a_sentence_and_no_file(sample, tmp_path, document):
    with pytest.raises(NobodyToPrint) as refused:
        print_document(sample.store, sample.ref, Order(document, tmp_path / "out", roles=("participant",)))

    assert refused.value.sentence() == (
        "ICIM-37 has nobody to print: there is nobody in these roles, or --only and --except leave nobody."
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"roles": ("guest",)}, "'guest' is no role. Use one of: participant, expert, organizer."),
        ({"paper": "a5"}, "There is no paper 'a5'. Use one of: a4, letter."),
        ({"labels": "1x1"}, "There are no labels '1x1' on a4. There are: 90x54 (a4); 86x55 (a4); 4x3in (letter)."),
        ({"paper": "letter", "labels": "90x54"}, "There are no labels '90x54' on letter. There are: 90x54 (a4); 86x55 (a4); 4x3in (letter)."),
        ({"start": 0}, "A sheet has 10 labels: --start is a number from 1 to 10, not 0."),
        ({"labels": "86x55", "start": 9}, "A sheet has 8 labels: --start is a number from 1 to 8, not 9."),
        ({"format": "html"}, "badges is not made as html. Its formats are: pdf."),
    ],
)  # fmt: skip
def test_what_can_t_be_meant_is_told(crowd, tmp_path, more, sentence):
    with pytest.raises(Usage) as refused:
        badges(crowd, tmp_path, **more)

    assert refused.value.sentence() == sentence


def test_a_table_card_is_a_page_each(crowd, tmp_path):
    printed = print_document(crowd.store, crowd.ref, Order("table-cards", tmp_path, roles=("participant",)))

    assert printed == PrintedPeople("table-cards", "ICIM-37", str(tmp_path), ("ICIM-37-table-cards-es.pdf",))
    assert ["Ana Pérez" in page for page in pages(tmp_path / "ICIM-37-table-cards-es.pdf")] == [True, False]


# The directory -----------------------------------------------------------------------------------------------------------


def consent(sample: Sample, name: str, publish: int | None) -> None:
    sample.write(
        Statement(
            "UPDATE enrollment SET publish = :publish WHERE person_id = (SELECT id FROM person WHERE name = :name)",
            {"publish": publish, "name": name},
        )
    )


def test_the_directory_has_e_mails_of_who_agreed_and_leaves_out_who_said_no(sample, tmp_path):
    for name, country, publish in (("Ana Pérez", "UY", 1), ("Luis Soto", "AR", None), ("Eva Ruiz", "AR", 0), ("Iris Mar", "AR", 1)):  # fmt: skip
        sample.trainee(name, "accepted", country, email=f"{name.split()[0].lower()}@x.example")
        consent(sample, name, publish)

    print_document(sample.store, sample.ref, Order("directory", tmp_path, "txt"))

    lines = (tmp_path / "ICIM-37-directory-es.txt").read_text("utf-8").splitlines()
    assert lines[3:-2] == [
        "3 participantes · 2 países",
        "",
        "Argentina",
        "  Iris Mar, iris@x.example",
        "  Luis Soto",
        "",
        "Uruguay",
        "  Ana Pérez, ana@x.example",
        "",
        "1 persona figura sin correo electrónico porque no consta su consentimiento.",
        "",
        "1 participante no figura porque así lo pidió.",
    ]


def test_a_directory_of_nobody_is_no_file(sample, tmp_path):
    sample.trainee("Eva Ruiz", "accepted")
    consent(sample, "Eva Ruiz", 0)

    with pytest.raises(Exception, match="ICIM-37 has nobody for its directory"):
        print_document(sample.store, sample.ref, Order("directory", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


# Logistics ---------------------------------------------------------------------------------------------------------------


def test_the_logistics_list_is_of_participants_and_of_others_where_asked(crowd, tmp_path):
    crowd.write(Statement("UPDATE enrollment SET needs = 'vegetariana; =1+1' WHERE number = 1", {}))

    def rows(**more) -> list[list[str]]:
        order = Order("logistics", tmp_path, "csv", force=True, **more)
        (name,) = print_document(crowd.store, crowd.ref, order).files
        return list(csv.reader(io.StringIO((tmp_path / name).read_text("utf-8-sig"))))

    assert rows() == [
        ["N.º", "Nombre", "Calidad", "País", "Institución", "Teléfono", "Correo electrónico", "Necesidades"],
        ["1", "Ana Pérez", "Participante", "Argentina", "", "'+54 11 5555", "ana@x.example", "vegetariana; =1+1"],
        ["2", "Amb. Luis Soto", "Participante", "Uruguay", "", "", "", ""],
    ]
    (name,) = print_document(crowd.store, crowd.ref, Order("logistics", tmp_path, "xlsx")).files
    sheet = openpyxl.load_workbook(tmp_path / name)["ICIM-37 Lista de logística"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["N.º", "Nombre", "Calidad", "País", "Institución", "Teléfono", "Correo electrónico", "Necesidades"],
        [1, "Ana Pérez", "Participante", "Argentina", None, "+54 11 5555", "ana@x.example", "vegetariana; =1+1"],
        [2, "Amb. Luis Soto", "Participante", "Uruguay", None, None, None, None],
    ]
    assert (sheet["F2"].data_type, sheet["F2"].quotePrefix) == ("s", True)
    assert [row[1] for row in rows(roles=("expert", "organizer"))[1:]] == ["Dra. Helena Duarte", "Dra. Marta Ibarra", "Pedro Abre"]  # fmt: skip
    assert "vegetariana" in badges(crowd, tmp_path, "logistics")


# Surnames ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "family", "given", "language", "printed"),
    [
        ("Ana Pérez Quiroga", "Pérez Quiroga", "Ana", "es", "Ana PÉREZ QUIROGA"),
        ("Ana Pérez Quiroga", "Pérez", "Ana", "es", "Ana PÉREZ Quiroga"),
        ("Ana Pérez", None, None, "es", "Ana Pérez"),
        ("Ana Pérez", "Gómez", "Ana", "es", "Ana Pérez"),
        ("Ana Pérez", "ana", "", "es", "Ana Pérez"),
        ("Elisa Li", "Li", "Elisa", "es", "Elisa LI"),
        ("Nguyen Van Nguyen", "Nguyen", "Van Nguyen", "vi", "NGUYEN Van Nguyen"),
        ("José García García", "García García", "José", "es", "José GARCÍA GARCÍA"),
        ("Iñaki Íñiguez", "I\u0301n\u0303iguez", "Iñaki", "es", "Iñaki ÍÑIGUEZ"),
        ("Ayşe Işık", "Işık", "Ayşe", "tr", "Ayşe IŞIK"),
        ("Ali Demir", "Demir", "Ali", "tr", "Ali DEMİR"),
        ("Hans Groß", "Groß", "Hans", "de", "Hans GROSS"),
        ("ნინო ბერიძე", "ბერიძე", "ნინო", "ka", "ნინო ბერიძე"),
        ("ليلى المنصوري", "المنصوري", "ليلى", "ar", "ليلى المنصوري"),
    ],
)
def test_only_the_surname_is_set_in_capitals(name, family, given, language, printed):
    assert surname_in_capitals(name, family, given, language) == printed


def test_capitals_are_of_paper_not_of_the_store(crowd, tmp_path):
    crowd.write(Statement("UPDATE person SET family_name = 'Pérez' WHERE name = 'Ana Pérez'", {}))

    assert "Ana PÉREZ" in badges(crowd, tmp_path, capitals=True)
    assert crowd.store.read("SELECT name FROM person WHERE family_name = 'Pérez'", {}) == [{"name": "Ana Pérez"}]


@pytest.mark.parametrize("document", ["badges", "table-cards", "logistics", "directory"])
def test_whose_surname_isn_t_known_is_told_where_it_should_be_in_capitals(sample, tmp_path, document):
    for name, family in (("Ana Pérez", "Pérez"), ("Tanya Williams", None), ("Madonna", None), ("Luis Soto", "Sotto")):
        sample.trainee(name, "accepted", family_name=family)
    order = Order(document, tmp_path, roles=("participant",), force=True)

    assert print_document(sample.store, sample.ref, order).unsplit == ()
    told = print_document(sample.store, sample.ref, replace(order, capitals=True))
    assert told == PrintedPeople(
        document, "ICIM-37", str(tmp_path), (f"ICIM-37-{document}-es.pdf",), unsplit=("Tanya Williams", "Luis Soto")
    )


def test_a_usual_treatment_is_that_of_the_badges_language_and_others_stay(sample, tmp_path):
    for name, honorific, language in (
        ("Marcus", "Mr.", "fr"), ("Ana Pérez", "Dra.", "fr"), ("Marie Roy", "Mme", "es"), ("Rosa Paz", "Srta.", "es"),
    ):  # fmt: skip
        sample.trainee(name, "accepted", honorific=honorific, language=language)

    said = badges(sample, tmp_path, roles=("participant",))

    assert people_on(said, "Mr.", "M. Marcus", "Dra. Ana Pérez", "Mme", "Sra. Marie Roy", "Srta. Rosa Paz") == [
        "M. Marcus", "Dra. Ana Pérez", "Sra. Marie Roy", "Srta. Rosa Paz",
    ]  # fmt: skip
