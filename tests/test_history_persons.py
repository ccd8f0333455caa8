"""What a person has done over all editions, and `coursectl person show`, which says it."""

from __future__ import annotations

import pytest

from coursectl.errors import NotFound
from coursectl.history import Held, Part, person_record
from coursectl.people import get_person


@pytest.fixture
def past(cli, store_path):
    """Ana was trained in the 3rd edition, nominated for the 4th, and teaches, chairs and signs in the 5th."""
    for command in (
        ("course", "add", "RMC", "--title", "Regional Course"),
        *(("edition", "add", f"RMC-{number}", "--start", f"202{number}-03-02", "--end", f"202{number}-03-06", "--place", "Lima", "--signatory", "Eva Luz | Rector") for number in (3, 4, 5)),
        ("enroll", "Ana Pérez", "-e", "RMC-3", "--country", "AR", "--email", "ana@x.example"),
        ("enroll", "Luis Sosa", "-e", "RMC-3", "--country", "UY"),
        ("certificate", "issue", "-e", "RMC-3", "--kind", "participation", "--only", "ana@x.example", "--on", "2023-03-06"),
        ("enroll", "ana@x.example", "-e", "RMC-4", "--country", "UY", "--status", "nominated"),
        ("expert", "add", "Ana Pérez", "-e", "RMC-5", "--country", "AR"),
        ("session", "add", "Opening", "-e", "RMC-5", "--day", "2025-03-03", "--start", "9:00", "--end", "10:00", "--kind", "ceremony", "--chair", "ana@x.example"),
        ("edition", "edit", "RMC-5", "--signatory", "ana@x.example | Rector"),
    ):  # fmt: skip
        answer = cli(*command)
        assert answer.code == 0, (command, answer.err)


PARTS = (
    Part("RMC-3", "trainee", "accepted", "AR"),
    Part("RMC-4", "enrollment", "nominated", "UY"),
    Part("RMC-5", "expert", None, "AR"),
    Part("RMC-5", "chair", None, None),
    Part("RMC-5", "signatory", None, None),
)
HELD = (Held("RMC-2023-0001", "participation", "RMC-3", "issued", "2023-03-06"),)


def test_a_record_is_the_person_with_all_editions_and_certificates(past, store):
    record = person_record(store, "ana")

    assert (record.editions, record.certificates) == (PARTS, HELD)
    assert record.ref == get_person(store, "ana@x.example").ref


def test_another_persons_editions_and_certificates_stay_theirs(past, store):
    record = person_record(store, "Luis Sosa")

    assert (record.editions, record.certificates) == ((Part("RMC-3", "trainee", "accepted", "UY"),), ())


def test_nobody_has_no_record(past, store):
    with pytest.raises(NotFound):
        person_record(store, "Zoe")


def test_a_person_is_shown_with_editions_and_certificates(past, cli):
    lines = cli("person", "show", "ana@x.example").out.splitlines()
    shown = cli("person", "show", "ana@x.example", "--json").json

    assert lines[:8] == [
        "Name          Ana Pérez",
        "E-mail        ana@x.example",
        "Editions      RMC-3: trainee, accepted, AR",
        "              RMC-4: enrollment, nominated, UY",
        "              RMC-5: expert, AR",
        "              RMC-5: chair",
        "              RMC-5: signatory",
        "Certificates  RMC-2023-0001: participation, issued, 2023-03-06",
    ]
    assert shown["editions"] == [part.__dict__ for part in PARTS]
    assert shown["certificates"] == [held.__dict__ for held in HELD]
