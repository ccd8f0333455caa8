"""Letters, badges and lists of the sample edition, invented people all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from document_samples import CREST, EDITION, OFFICES, ROSTER, SIGNATORIES, SYLLABUS, people

from coursectl.documents import (
    Addressee,
    DirectoryFacts,
    LabelFacts,
    LabelPerson,
    LabelSheet,
    LetterFacts,
    LetterKind,
    LogisticsFacts,
    LogisticsPerson,
    Places,
)

KINDS: tuple[LetterKind, ...] = ("call", "acceptance", "regret", "reserve", "invitation")

ACCEPTANCE = LetterFacts(
    "acceptance",
    EDITION,
    date(2015, 1, 20),
    SIGNATORIES[0],
    number="12",
    addressee=Addressee(
        "Ana Laura Pérez Quiroga", "", "female", "Jefa de Admisión", "Dirección Nacional de Migraciones (DNM)", "Argentina"
    ),
    audience="Funcionarias y funcionarios de gobiernos que trabajan en temas migratorios.",
    languages=("español", "inglés"),
    costs="El curso cubre alojamiento y comidas.\nLos pasajes corren por cuenta de la institución que nomina.",
    contact="curso@dnm.example",
    nominations_by=date(2014, 12, 15),
    confirm_by=date(2015, 2, 10),
    sessions=tuple(session for session in SYLLABUS.sessions if session.counts)[:2],
    materials_by=date(2015, 2, 25),
    crest=CREST,
)  # fmt: skip


def letter(kind: LetterKind, language: str = "es", **more: object) -> LetterFacts:
    """A letter of the kind; a call goes to everybody, with places for four countries."""
    call = {
        "addressee": None,
        "number": "",
        "seats": 30,
        "places": (Places("Argentina", 4, 3), Places("Bolivia", 2), Places("Brasil", 3), Places("Perú", 1)),
    }
    own = call if kind == "call" else {}
    return replace(ACCEPTANCE, kind=kind, edition=replace(EDITION, language=language), **(own | more))  # type: ignore[arg-type]


DIRECTORY = DirectoryFacts(
    EDITION,
    tuple(
        replace(one, email=f"persona{n}@oficina.example" if n % 2 else "") for n, one in enumerate(ROSTER.people)
    ),
    date(2015, 3, 8),
    without_email=13,
    left_out=1,
)  # fmt: skip
LOGISTICS = LogisticsFacts(
    EDITION,
    tuple(
        LogisticsPerson(
            number, name, "participant", "Dra.", "female", country, OFFICES[number % 4], "+54 11 5555 0100",
            f"persona{number}@oficina.example", ("", "vegetariana")[number % 2],
        )
        for number, name, country in people()
    ),
    date(2015, 3, 8),
)  # fmt: skip
A4 = LabelSheet("a4", 210, 297, 90, 54, 2, 5)
CARD = LabelSheet("a4", 210, 297, 210, 297, 1, 1)
BADGES = LabelFacts(
    EDITION,
    tuple(
        LabelPerson(EDITION, name, "participant", "female", country, OFFICES[number % 4])
        for number, name, country in people()
    ),
    A4,
)
CARDS = replace(BADGES, people=BADGES.people[:3], sheet=CARD)
