"""`certificate issue|list|show` as they are typed and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from certificate_samples import Sample, bare_sample, ready_sample
from coursectl import certificates
from coursectl.store import Act, Statement, Store


@pytest.fixture
def edition(store: Store, act: Act) -> Sample:
    """ICIM-37 with two who completed, one who didn't, and an expert without a session."""
    sample = ready_sample(store, act, closed_on="2015-03-21")
    sample.trainee("Luis Rojas", language="pt", country="BR")
    sample.trainee("Ana Pérez")
    sample.trainee("Eva Luz", "not_completed")
    sample.expert("Sofía Lema")
    return sample


Cli = Callable[..., Any]
ISSUE = ("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-21")


def test_issuing_answers_with_the_numbers_and_what_to_type_next(cli: Cli, edition: Sample) -> None:
    answer = cli(*ISSUE)

    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "ICIM-37: 2 completion certificates issued, ICIM-2015-0001 to ICIM-2015-0002. "
        "Print them with: coursectl render certificates -e ICIM-37 --out DIR\n"
    )


def test_one_certificate_is_said_as_one_and_who_has_one_is_counted(cli: Cli, edition: Sample) -> None:
    printing = "Print them with: coursectl render certificates -e ICIM-37 --out DIR\n"

    assert (
        cli(*ISSUE, "--only", "Ana Pérez").out
        == f"ICIM-37: 1 completion certificate issued, ICIM-2015-0001. {printing}"
    )
    assert cli(*ISSUE).out == f"ICIM-37: 1 completion certificate issued, ICIM-2015-0002. 1 had one already. {printing}"
    edition.trainee("Rosa Gil")
    assert (
        cli(*ISSUE).out == f"ICIM-37: 1 completion certificate issued, ICIM-2015-0003. 2 had theirs already. {printing}"
    )


def test_issuing_again_is_done_says_so_and_writes_nothing(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)

    answer = cli(*ISSUE, "--dry-run")

    assert (answer.code, answer.out) == (
        0,
        "ICIM-37: everybody has their completion certificate already (2); nothing was issued.\n",
    )


def test_a_dry_run_says_what_would_be_issued(cli: Cli, edition: Sample) -> None:
    answer = cli(*ISSUE, "--dry-run")

    assert answer.out.startswith(
        "Would be done, nothing was written: ICIM-37: 2 completion certificates issued, ICIM-2015-0001 to"
    )
    assert certificates.list_certificates(edition.store) == []


def test_issuing_as_json_is_a_contract(cli: Cli, edition: Sample) -> None:
    assert cli(*ISSUE, "--except", "1", "--json").json == {
        "edition": "ICIM-37",
        "kind": "completion",
        "issued_on": "2015-03-21",
        "issued": 1,
        "already": 0,
        "first": "ICIM-2015-0001",
        "last": "ICIM-2015-0001",
        "certificates": [{"serial": "ICIM-2015-0001", "name": "Ana Pérez", "language": "es"}],
        "early": False,
        "ends": "2015-03-21",
        "without_sessions": [],
        "provisional": False,
    }
    assert cli(*ISSUE, "--dry-run", "--json").json["dry_run"] is True


def test_what_is_odd_is_warned_of_on_stderr(cli: Cli, edition: Sample) -> None:
    answer = cli("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-20", "--kind", "instruction")

    assert answer.code == 0
    assert answer.err == (
        "Warning: 2015-03-20 is before the end of the edition (2015-03-21).\n"
        "Warning: no sessions and hours are on the certificates of Sofía Lema: they teach no session of ICIM-37.\n"
    )


def test_lang_is_the_language_of_the_certificates(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE, "--lang", "fr")

    assert [one.language for one in certificates.list_certificates(edition.store)] == ["fr", "fr"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--kind", "diploma"), 2, "'diploma' is no kind of certificate. Use one of: completion, participation, instruction."),
        (("--on", "2015-02-30"), 5, "No calendar has the date '2015-02-30'; write year-month-day, like 2015-03-09."),
        (("--only", "Nadie"), 3, "Nobody in ICIM-37 fits 'Nadie'. See who is in it with: coursectl roster list -e ICIM-37 --all"),
        (("--lang", "de"), 5, "There are no certificates in 'de'. Use one of: en, es, pt, fr, ar, zh, ru."),
    ],
)  # fmt: skip
def test_what_can_not_be_issued_is_one_line_on_stderr(
    cli: Cli, edition: Sample, options: tuple[str, ...], code: int, said: str
) -> None:
    answer = cli("certificate", "issue", "-e", "ICIM-37", *options)

    assert (answer.code, answer.out, answer.err) == (code, "", said + "\n")


def test_an_edition_that_lacks_its_place_is_refused_with_the_command_that_adds_it(
    cli: Cli, store: Store, act: Act
) -> None:
    bare_sample(store, act, start_date="2015-03-09", end_date="2015-03-21")

    answer = cli(*ISSUE)

    assert (answer.code, answer.out) == (4, "")
    assert answer.err == (
        "ICIM-37 lacks what its certificates print: the place, who signs. Add it with: "
        'coursectl edition edit ICIM-37 --place PLACE --signatory "NAME | POST"\n'
    )


def test_the_register_is_listed(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)

    assert cli("certificate", "list", "-e", "ICIM-37").out.splitlines() == [
        "Serial          Kind        Name        Country  Edition  State   Issued on   Replaced by",
        "ICIM-2015-0001  completion  Ana Pérez   AR       ICIM-37  issued  2015-03-21",
        "ICIM-2015-0002  completion  Luis Rojas  BR       ICIM-37  issued  2015-03-21",
    ]


def test_the_register_as_json_is_a_contract(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE, "--only", "Luis")

    expected = [
        {
            "serial": "ICIM-2015-0001", "kind": "completion", "name": "Luis Rojas", "edition": "ICIM-37", "state": "issued",
            "issued_on": "2015-03-21", "country": "BR", "language": "pt", "reason": None, "superseded_by": None, "replaces": None,
            "duplicate": False,
        }
    ]  # fmt: skip
    assert cli("certificate", "list", "-e", "ICIM-37", "--json").json == expected
    assert cli("certificate", "list", "--all-editions", "--json").json == expected
    assert cli("certificate", "list", "-e", "ICIM-37", "--state", "void", "--json").json == []
    assert cli("certificate", "list", "-e", "ICIM-37", "--kind", "instruction", "--json").json == []


def test_the_register_as_csv(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE, "--only", "Luis")

    assert cli("certificate", "list", "-e", "ICIM-37", "--csv").out.splitlines() == [
        "serial,kind,name,edition,state,issued_on,country,language,reason,superseded_by,replaces,duplicate",
        "ICIM-2015-0001,completion,Luis Rojas,ICIM-37,issued,2015-03-21,BR,pt,,,,False",
    ]


def test_an_empty_register_says_what_to_type(cli: Cli, edition: Sample) -> None:
    answer = cli("certificate", "list", "-e", "ICIM-37")

    assert (answer.out, answer.err) == (
        "", "No such certificates. Issue them with: coursectl certificate issue -e EDITION\n",
    )  # fmt: skip


def test_a_certificate_is_shown(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE, "--as", "marta")
    void(edition, "ICIM-2015-0001")

    shown = cli("certificate", "show", "icim-2015-0001").out.splitlines()

    entry = certificates.get_certificate(edition.store, "ICIM-2015-0001")
    at = entry.events[0].at[:16].replace("T", " ")
    assert shown == [
        "Serial     ICIM-2015-0001",
        "Kind       completion",
        "Name       Ana Pérez",
        "Country    AR",
        "Edition    ICIM-37",
        "Language   es",
        "State      void",
        "Issued on  2015-03-21",
        f"History    issued {at}, marta",
        "           void 2015-03-09 12:00, coordinator: lost",
        f"Hash       {entry.hash}",
        "Untouched  yes",
    ]


def void(edition: Sample, serial: str) -> None:
    one = certificates.get_certificate(edition.store, serial).id
    edition.write(*certificates.void_statements(edition.store, [one], "lost", edition.act))


def test_the_history_names_the_successor(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)
    old, new = (certificates.get_certificate(edition.store, f"ICIM-2015-000{n}").id for n in (1, 2))
    edition.add("certificate_event", certificate_id=old, state="superseded", at=edition.act.now, superseded_by=new)

    shown = cli("certificate", "show", "ICIM-2015-0001").out

    assert "superseded 2015-03-09 12:00, coordinator → ICIM-2015-0002\n" in shown


def test_a_certificate_as_json_holds_everything(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)

    shown = cli("certificate", "show", "ICIM-2015-0002", "--json").json

    entry = certificates.get_certificate(edition.store, "ICIM-2015-0002")
    assert shown == {
        "serial": "ICIM-2015-0002", "kind": "completion", "name": "Luis Rojas", "edition": "ICIM-37", "state": "issued",
        "issued_on": "2015-03-21", "country": "BR", "language": "pt", "reason": None, "superseded_by": None, "replaces": None,
        "duplicate": False, "printings": [], "id": str(entry.id), "person_id": str(entry.person_id),
        "op_id": str(entry.op_id), "hash": entry.hash, "salt": entry.salt, "intact": True,
        "events": [{"state": "issued", "at": entry.events[0].at, "actor": entry.events[0].actor, "reason": None, "superseded_by": None}],
        "snapshot": json.loads(json.dumps(entry.snapshot)),
    }  # fmt: skip
    assert shown["snapshot"]["holder"]["country_name"]["pt"] == "Brasil"


def test_an_unknown_serial_is_not_found(cli: Cli, edition: Sample) -> None:
    answer = cli("certificate", "show", "ICIM-2015-0009")

    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith("The register has no certificate ICIM-2015-0009.")


@pytest.mark.parametrize("name", ["issue", "list", "show", "void", "replace", "export"])
def test_help_has_an_example(cli: Cli, name: str) -> None:
    assert f"coursectl certificate {name}" in cli("certificate", name, "--help").out.split("Example")[1]


def test_certificates_in_two_languages_are_issued_and_printed_by_one_option(cli: Cli, edition: Sample) -> None:
    shown = cli(*ISSUE, "--also-in", "en", "--dry-run")
    issued = cli(*ISSUE, "--also-in", "English")

    printed = cli(
        "render", "certificates", "-e", "ICIM-37", "--out", "print", "--merged", "--also-in", "ru", "--lang", "ar"
    )
    refused = cli(*ISSUE, "--also-in", "Klingonisch")

    assert (shown.code, issued.code, printed.code) == (0, 0, 0)
    serials = ("ICIM-2015-0001", "ICIM-2015-0002")
    entries = [certificates.get_certificate(edition.store, serial) for serial in serials]
    assert [entry.snapshot["also_in"] for entry in entries] == ["en", "en"]
    assert (refused.code, refused.err) == (
        5,
        "There are no certificates in 'Klingonisch'. Use one of: en, es, pt, fr, ar, zh, ru.\n",
    )


# Ended and replaced


def test_certificates_are_made_void_as_they_are_typed(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)

    dry = cli("certificate", "void", "ICIM-2015-0001", "--because", "mistake", "--dry-run")
    one = cli("certificate", "void", "ICIM-2015-0001", "--because", "Issued by mistake.")
    both = cli("certificate", "void", "ICIM-2015-0001", "ICIM-2015-0002", "--because", "mistake")

    assert dry.out == "Would be done, nothing was written: ICIM-37: ICIM-2015-0001 is void: mistake.\n"
    assert (one.code, one.out) == (0, "ICIM-37: ICIM-2015-0001 is void: Issued by mistake.\n")
    assert (both.code, both.out) == (4, "")
    assert cli("certificate", "void", "ICIM-2015-0002", "--because", "mistake", "--json").json == {
        "editions": ["ICIM-37"], "serials": ["ICIM-2015-0002"], "reason": "mistake",
    }  # fmt: skip


def test_void_needs_a_reason_and_a_number_that_there_is(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)

    assert cli("certificate", "void", "ICIM-2015-0001").code == 2
    assert cli("certificate", "void", "ICIM-2015-0001", "--because", " ").err == "Say why, for the register: --because REASON\n"  # fmt: skip
    assert cli("certificate", "void", "ICIM-2015-0009", "--because", "mistake").code == 3


def test_a_replacement_is_told_listed_and_shown_both_ways(
    cli: Cli, edition: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli(*ISSUE, "--as", "marta")

    done = cli("certificate", "replace", "ICIM-2015-0001", "--because", "lost", "--reason", "In a taxi", "--on", "2026-04-01", "--as", "marta")  # fmt: skip

    assert (done.code, done.err, done.out) == (
        0,
        "",
        "ICIM-37: ICIM-2026-0001, a duplicate, takes the place of ICIM-2015-0001 (Ana Pérez). "
        "Print it with: coursectl render certificates -e ICIM-37 --out DIR\n",
    )
    listed = cli("certificate", "list", "-e", "ICIM-37").out.splitlines()
    assert listed == [
        "Serial          Kind        Name        Country  Edition  State       Issued on   Replaced by",
        "ICIM-2015-0001  completion  Ana Pérez   AR       ICIM-37  superseded  2015-03-21  ICIM-2026-0001",
        "ICIM-2015-0002  completion  Luis Rojas  BR       ICIM-37  issued      2015-03-21",
        "ICIM-2026-0001  completion  Ana Pérez   AR       ICIM-37  issued      2026-04-01",
    ]
    old, new = (cli("certificate", "show", serial).out for serial in ("ICIM-2015-0001", "ICIM-2026-0001"))
    assert ("Replaced by  ICIM-2026-0001\n" in old, ", marta → ICIM-2026-0001: lost: In a taxi\n" in old) == (
        True,
        True,
    )
    assert "Replaces   ICIM-2015-0001 (as its duplicate)\n" in new
    monkeypatch.setenv("COURSECTL_LANG", "es")
    assert ", marta → ICIM-2026-0001: extraviado: In a taxi\n" in cli("certificate", "show", "ICIM-2015-0001").out


def test_a_correction_as_json_is_a_contract(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)
    edition.write(Statement("UPDATE person SET name = 'Anna Pérez' WHERE name = 'Ana Pérez'"))

    answer = cli("certificate", "replace", "ICIM-2015-0001", "--because", "misspelled", "--on", "2015-04-01", "--json")

    assert answer.json == {
        "edition": "ICIM-37", "kind": "completion", "serial": "ICIM-2015-0003", "replaces": "ICIM-2015-0001", "name": "Anna Pérez",
        "language": "es", "issued_on": "2015-04-01", "because": "misspelled", "reason": None, "duplicate": False,
    }  # fmt: skip


def test_the_register_is_exported_and_shown_as_exported(cli: Cli, edition: Sample) -> None:
    cli(*ISSUE)

    dry = cli("certificate", "export", "--out", "r.csv", "-e", "ICIM-37", "--dry-run")
    done = cli("certificate", "export", "--out", "r.csv", "-e", "ICIM-37", "--as", "marta")
    again = cli("certificate", "export", "--out", "r.csv", "-e", "ICIM-37")

    assert dry.out == "Would be done, nothing was written: r.csv: 2 certificates of ICIM-37.\n"
    assert (done.out, again.out) == (
        "r.csv: 2 certificates of ICIM-37.\n",
        "r.csv holds just this already; nothing was written.\n",
    )
    assert cli("certificate", "export", "--out", "all.json", "--all-editions", "--json").json == {
        "file": "all.json", "edition": None, "certificates": 2, "recorded": True,
    }  # fmt: skip
    assert "Printings  exported " in cli("certificate", "show", "ICIM-2015-0001").out
    refused = cli("certificate", "export", "--out", "other.csv", "-e", "ICIM-37", "--read-only")
    assert (refused.code, refused.err.endswith("To read the register: coursectl certificate list --csv\n")) == (4, True)
