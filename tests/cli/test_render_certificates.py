"""`coursectl render certificates`: checked before the first sheet, in the order of the ceremony, and in the log."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pypdf
import pytest

from certificate_samples import Sample, ready_sample
from coursectl import certificates
from coursectl.documents import files
from coursectl.store import Statement

PEOPLE = (("Zoila Bravo", "UY"), ("Ana Pérez", "BR"), ("Íñigo Ñandú", "AR"), ("Luis Ríos", "AR"))


@pytest.fixture
def sample(store, act) -> Sample:
    """Four people with certificates of completion: 0001 Ana (seat 2), 0002 Íñigo (3), 0003 Luis (4), 0004 Zoila (1)."""
    made = ready_sample(store, act)
    for name, country in PEOPLE:
        made.trainee(name, country=country, email=f"{name.split()[0].lower()}@x.example")
    made.session("Refugio")
    certificates.issue(store, made.ref, act, on="2015-03-21")
    return made


@pytest.fixture(autouse=True)
def _in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSECTL_EDITION", "ICIM-37")


def there(folder: str = "print") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir()) if Path(folder).exists() else []


def listed(folder: str = "print", name: str = "ICIM-37-certificates-manifest.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO((Path(folder) / name).read_bytes().decode("utf-8-sig"))))[1:]


def printings(cli) -> list[tuple[str, dict[str, int]]]:
    return [
        (one["command"], one["changes"]) for one in cli("log", "--json").json if one["command"].startswith("render")
    ]


def rename(sample: Sample, serial: str, to: str) -> None:
    """Another name on a sheet: as if somebody had been issued one under it."""
    sample.write(
        Statement("UPDATE person SET name = :to WHERE id = (SELECT person_id FROM certificate WHERE serial = :serial)", {"to": to, "serial": serial})
    )  # fmt: skip


def misprinted(store, act, *names: str) -> Sample:
    """An edition whose certificates have these names on them."""
    made = ready_sample(store, act)
    for name in names:
        made.trainee(name)
    made.session("Refugio")
    certificates.issue(store, made.ref, act, on="2015-03-21")
    return made


# Preflight ------------------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_in_one_list_and_nothing_is_written(cli, store, act):
    misprinted(store, act, "አበበ", "Li አበ", "Ana  Pérez", "LUIS RÍOS")

    refused = cli("render", "certificates", "--out", "print", "--json")

    assert refused.code == 4
    assert [(one["rule"], one["name"], one["stops"]) for one in refused.json] == [
        ("glyph", "Li አበ", True), ("glyph", "አበበ", True), ("spaces", "Ana  Pérez", True), ("crest_missing", "ICIM", False),
        ("signature_missing", "ICIM-37", False), ("doubtful", "ICIM-37", False), ("capitals", "LUIS RÍOS", False),
    ]  # fmt: skip
    assert refused.json[2] == {
        "rule": "spaces",
        "serial": "ICIM-2015-0001",
        "name": "Ana  Pérez",
        "what": "spaces before, after or twice in the name 'Ana  Pérez'",
        "command": 'coursectl person edit "Ana  Pérez" --name NAME; coursectl certificate replace ICIM-2015-0001 --because misspelled',
        "stops": True,
        "accepted": False,
    }
    assert refused.err == (
        "ICIM-37: 3 of what was found must be mended before certificates are printed; nothing was written. "
        "Mend it, or go on with: --accept NAME:RULE\n"
    )
    assert (there(), printings(cli)) == ([], [])


def test_a_list_on_the_screen_has_the_command_that_mends_each(cli, store, act):
    misprinted(store, act, "Ana  Pérez")

    refused = cli("render", "certificates", "--out", "print")

    line = refused.out.splitlines()[1]
    assert refused.code == 4
    assert line.startswith("yes    spaces")
    assert line.endswith(
        'coursectl person edit "Ana  Pérez" --name NAME; coursectl certificate replace ICIM-2015-0001 --because misspelled'
    )
    assert "ICIM-37: one thing must be mended before certificates are printed" in refused.err


@pytest.mark.parametrize("who", ["ICIM-2015-0001", "icim-2015-0001", "1", "Ana  Pérez", "all"])
def test_what_is_accepted_is_said_and_printed(cli, store, act, who):
    misprinted(store, act, "Ana  Pérez")

    done = cli("render", "certificates", "--out", "print", "--accept", f"{who}:spaces")

    assert done.code == 0, done.err
    assert "Accepted: ICIM-2015-0001 Ana  Pérez: spaces before, after or twice in the name 'Ana  Pérez'.\n" in done.err
    assert there() == ["ICIM-2015-0001 Ana Pérez.pdf"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("all", 2, "--accept takes NAME:RULE, like ICIM-2015-0001:capitals or all:capitals, not 'all'."),
        (":spaces", 2, "--accept takes NAME:RULE, like ICIM-2015-0001:capitals or all:capitals, not ':spaces'."),
        ("all:typos", 2, "There is no rule 'typos' to accept. The rules are: glyph, name_small, "),
        ("Nobody:spaces", 3, "ICIM-37 has no certificate that fits 'Nobody'. "),
    ],
)
def test_what_can_not_be_accepted_is_told(cli, sample, words, code, sentence):
    refused = cli("render", "certificates", "--out", "print", "--accept", words)

    assert (refused.code, refused.err.startswith(sentence), there()) == (code, True, [])


def test_the_list_alone_prints_nothing_and_says_by_its_code_whether_it_would(cli, sample):
    fine = cli("render", "certificates", "--out", "print", "--check")
    rename(sample, "ICIM-2015-0001", "Ana Gómez")
    changed = cli("render", "certificates", "--check", "--json")

    assert (fine.code, changed.code, there(), printings(cli)) == (0, 0, [], [])
    assert [(one["rule"], one["what"]) for one in changed.json][-1] == ("name_changed", "its person is called 'Ana Gómez' today")  # fmt: skip


def test_who_has_withdrawn_stops_and_who_has_none_is_a_warning(cli, sample):
    sample.write(Statement("UPDATE enrollment SET status = 'withdrawn' WHERE number = 2"))
    sample.trainee("Rosa Nueva")

    found = cli("render", "certificates", "--check", "--json")

    assert found.code == 4
    assert [
        (one["rule"], one["serial"], one["name"], one["what"], one["stops"])
        for one in found.json
        if one["rule"].startswith("no_")
    ] == [
        ("no_person", "ICIM-2015-0001", "Ana Pérez", "its person isn't a trainee of the edition any more: withdrawn", True),
        ("no_certificate", "", "Rosa Nueva", "may have a certificate of completion and has none", False),
    ]  # fmt: skip


def test_two_certificates_of_one_person_stop(cli, sample):
    assert cli("person", "merge", "Ana Pérez", "Luis Ríos", "--keep", "first").code == 0

    found = cli("render", "certificates", "--check", "--json")

    assert [(one["rule"], one["serial"]) for one in found.json if one["stops"]] == [
        ("twice", "ICIM-2015-0001"), ("twice", "ICIM-2015-0003"),
    ]  # fmt: skip


def test_who_was_erased_stops_and_accepted_is_left_out(cli, sample):
    assert cli("person", "erase", "Ana Pérez", "--yes").code == 0

    refused = cli("render", "certificates", "--out", "print")
    accepted = cli("render", "certificates", "--out", "print", "--accept", "ICIM-2015-0001:no_person", "--json")

    assert (refused.code, accepted.code, accepted.json["certificates"]) == (4, 0, 3)
    assert [name[:14] for name in accepted.json["files"]] == ["ICIM-2015-0002", "ICIM-2015-0003", "ICIM-2015-0004"]


# Order and files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("serial", ["Ana Pérez", "Íñigo Ñandú", "Luis Ríos", "Zoila Bravo"]),
        ("name", ["Ana Pérez", "Íñigo Ñandú", "Luis Ríos", "Zoila Bravo"]),
        ("country", ["Íñigo Ñandú", "Luis Ríos", "Ana Pérez", "Zoila Bravo"]),
        ("seat", ["Zoila Bravo", "Ana Pérez", "Íñigo Ñandú", "Luis Ríos"]),
    ],
)
def test_sheets_come_in_the_order_that_is_asked_for_and_the_list_says_where_each_is(cli, sample, order, names):
    done = cli("render", "certificates", "--out", "print", "--merged", "--order", order)

    pages = pypdf.PdfReader("print/ICIM-37-certificates.pdf").pages
    assert done.code == 0, done.err
    assert [next(name for name, _ in PEOPLE if name in page.extract_text()) for page in pages] == names
    assert [(row[0], row[1], row[3], row[4]) for row in listed()] == [
        (str(place), name, "ICIM-37-certificates.pdf", str(place)) for place, name in enumerate(names, start=1)
    ]


def test_after_a_jam_it_goes_on_in_the_same_order_in_a_file_of_its_own(cli, sample):
    cli("render", "certificates", "--out", "print", "--merged", "--order", "seat")

    done = cli("render", "certificates", "--out", "print", "--merged", "--order", "seat", "--from", "icim-2015-0002", "--json")  # fmt: skip

    assert done.json["files"] == ["ICIM-37-certificates from ICIM-2015-0002.pdf"]
    assert [row[1] for row in listed(name="ICIM-37-certificates-manifest from ICIM-2015-0002.csv")] == [
        "Íñigo Ñandú", "Luis Ríos",
    ]  # fmt: skip
    assert len(there()) == 6


def test_a_list_that_is_there_already_stays_and_the_next_gets_a_number(cli, sample):
    cli("render", "certificates", "--out", "print", "--merged")
    each = cli("render", "certificates", "--out", "print", "--json").json
    again = cli("render", "certificates", "--out", "print", "--json").json

    assert each["manifest"] == ["ICIM-37-certificates-manifest 2.csv", "ICIM-37-certificates-manifest 2.pdf"]
    assert again["manifest"] == each["manifest"]
    assert len(there()) == 1 + 2 + 4 + 2


def test_some_are_named_by_serial_number_seat_e_mail_or_name(cli, sample):
    def chosen(*arguments: str) -> list[str]:
        return [
            name[10:14] for name in cli("render", "certificates", "--out", "print", "--json", *arguments).json["files"]
        ]

    assert chosen("--only", "ICIM-2015-0003", "--only", "1") == ["0003", "0004"]
    assert chosen("--only", "ana@x.example") == ["0001"]
    assert chosen("--except", "iñigo", "--except", "ICIM-2015-0001") == ["0003", "0004"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("--order alphabet", 2, "There is no order 'alphabet'. Use one of: serial, country, name, seat.\n"),
        ("--paper a3", 2, "There is no paper 'a3'. Use one of: a4, letter.\n"),
        ("--by country", 2, "Certificates are put into files by language, not by 'country'.\n"),
        ("--offset-x much", 2, "--offset-x needs millimeters, like -1.5, not 'much'.\n"),
        ("--proof --calibrate", 2, "--proof and --calibrate are two kinds of sheets. Choose one.\n"),
        ("--from ICIM-2015-0099", 3, "Certificate ICIM-2015-0099 isn't among those of ICIM-37 that are to be printed, so they can't go on from it.\n"),
        ("--only 99", 3, "ICIM-37 has no certificate that fits '99'. List them with: coursectl certificate list -e ICIM-37\n"),
        ("--only 1 --except 1", 4, "ICIM-37: --only and --except leave no certificate to print.\n"),
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_one_sentence(cli, sample, arguments, code, sentence):
    refused = cli("render", "certificates", "--out", "print", *arguments.split(" "))

    assert (refused.code, refused.out, refused.err, there()) == (code, "", sentence, [])


# The log --------------------------------------------------------------------------------------------------------------


def test_every_printing_is_in_the_log_with_its_sheets_and_what_made_them(cli, sample, store):
    cli("render", "certificates", "--out", "print", "--merged", "--as", "coordinator")
    cli("render", "certificates", "--out", "one", "--only", "4", "--as", "coordinator")

    assert printings(cli) == [
        ("render certificates ICIM-37", {"printed": 1}), ("render certificates ICIM-37", {"printed": 4}),
    ]  # fmt: skip
    assert "  1 sheet printed\n" in cli("log", "-n", "1").out
    shown = cli("certificate", "show", "ICIM-2015-0003", "--json").json
    assert [(one["what"], one["actor"]) for one in shown["printings"]] == [("printed", "coordinator")] * 2
    made_with = {row["made_with"] for row in store.read("SELECT made_with FROM printing")}
    assert [sorted(json.loads(one)) for one in made_with] == [["coursectl", "typst"]]
    assert "Printings" in cli("certificate", "show", "ICIM-2015-0003").out
    rows = store.read("SELECT position, serial FROM printed_sheet JOIN certificate ON certificate.id = certificate_id ORDER BY printing_id, position LIMIT 4")  # fmt: skip
    assert [(row["position"], row["serial"][-1]) for row in rows] == [(1, "1"), (2, "2"), (3, "3"), (4, "4")]


def test_a_printing_can_not_be_undone(cli, sample):
    cli("render", "certificates", "--out", "print", "--as", "coordinator")

    refused = cli("undo", "--as", "coordinator")

    assert (refused.code, refused.err) == (
        4,
        "'render certificates ICIM-37' can't be undone: what is on paper stays there. Certificates are taken back by voiding "
        "them; to take back what was done before the printing, give its number; see: coursectl log\n",
    )


def test_only_sheets_that_are_new_in_the_folder_are_logged(cli, sample):
    files = cli("render", "certificates", "--out", "print", "--json").json["files"]
    (Path("print") / files[2]).unlink()

    again = cli("render", "certificates", "--out", "print", "--json").json
    once_more = cli("render", "certificates", "--out", "print", "--json").json

    assert (again["logged"], once_more["logged"]) == (1, 0)
    assert [changes for _, changes in printings(cli)] == [{"printed": 1}, {"printed": 4}]


@pytest.mark.parametrize("arguments", [("--proof",), ("--calibrate",), ("--check",), ("--dry-run",)])
def test_what_is_no_printing_is_not_logged(cli, sample, arguments):
    assert cli("render", "certificates", "--out", "print", *arguments).code == 0

    assert printings(cli) == []


def test_a_dry_run_says_what_would_be_written_and_leaves_no_folder(cli, sample):
    done = cli("render", "certificates", "--out", "print", "--merged", "--dry-run", "--json")

    assert (done.json["files"], done.json["logged"], done.json["dry_run"]) == (["ICIM-37-certificates.pdf"], 4, True)
    assert there() == []


def test_on_a_read_only_store_only_proofs_are_printed(cli, sample):
    refused = cli("render", "certificates", "--out", "print", "--read-only")
    proof = cli("render", "certificates", "--out", "print", "--read-only", "--proof", "--only", "4")

    assert (refused.code, refused.err.endswith("To see the sheets all the same, with a word across them, add --proof.\n")) == (4, True)  # fmt: skip
    assert (proof.code, there()) == (0, ["ICIM-2015-0003 Luis Ríos (proof).pdf"])


def test_who_is_stopped_before_the_files_are_moved_has_a_logged_printing_and_the_command_brings_the_rest(cli, sample, monkeypatch):  # fmt: skip
    moved = files._Move.do

    def killed(move: files._Move) -> None:
        if move.target.name.startswith("ICIM-2015-0003"):
            raise KeyboardInterrupt
        moved(move)

    with monkeypatch.context() as patched:
        patched.setattr(files._Move, "do", killed)
        assert cli("render", "certificates", "--out", "print").code == 130

    assert (there(), printings(cli)) == ([], [("render certificates ICIM-37", {"printed": 4})])
    cli("render", "certificates", "--out", "print")
    cli("render", "certificates", "--out", "other")
    assert {path.name: path.read_bytes() for path in Path("print").iterdir()} == {
        path.name: path.read_bytes() for path in Path("other").iterdir()
    }


def test_a_certificate_that_is_voided_while_it_is_printed_keeps_all_of_them_out(cli, sample, act, monkeypatch):
    wrote = files._is_there

    def voided(*arguments, **named) -> bool:
        if not sample.store.read("SELECT 1 FROM certificate_event WHERE state = 'void'"):
            one = certificates.get_certificate(sample.store, "ICIM-2015-0002")
            sample.write(*certificates.void_statements(sample.store, [one.id], "lost", act))
        return wrote(*arguments, **named)

    monkeypatch.setattr(files, "_is_there", voided)
    refused = cli("render", "certificates", "--out", "print")

    assert (refused.code, there(), printings(cli)) == (4, [], [])
    assert refused.err.endswith(
        "Somebody has just replaced or voided one of these certificates, so nothing was printed. Type the command again.\n"
    )


# Disks ----------------------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_nothing_and_no_printing_in_the_log(cli, sample, monkeypatch):
    write = Path.write_bytes
    count = iter(range(100))

    def full(path: Path, data: bytes) -> int:
        if path.suffix == ".new" and next(count) == 2:
            raise OSError(28, os.strerror(28))
        return write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        refused = cli("render", "certificates", "--out", "print")

    assert (refused.code, there(), printings(cli)) == (5, [], [])
    assert refused.err.endswith("can't be written: the disk is full. Make room and try again.\n")


def test_a_file_that_a_viewer_holds_open_is_named_and_nothing_is_moved(cli, sample, monkeypatch):
    cli("render", "certificates", "--out", "print", "--merged")
    before = {name: (Path("print") / name).read_bytes() for name in there()}
    moved = files._Move.do

    def held(move: files._Move) -> None:
        if move.target.name == "ICIM-37-certificates.pdf":
            raise PermissionError(13, "in use", str(move.target))
        moved(move)

    monkeypatch.setattr(files._Move, "do", held)
    refused = cli("render", "certificates", "--out", "print", "--merged", "--order", "seat", "--force")

    assert (refused.code, refused.err.endswith("permission denied. Close it if a viewer has it open, or check the folder.\n")) == (5, True)  # fmt: skip
    assert {name: (Path("print") / name).read_bytes() for name in there()} == before


# For the last day -----------------------------------------------------------------------------------------------------


def test_the_list_that_is_signed_has_everybody_in_the_order_of_the_sheets(cli, sample):
    assert cli("render", "handover-list", "--out", "print", "--format", "txt", "--order", "country").code == 0
    assert cli("render", "handover-list", "--out", "print", "--order", "country").code == 0
    assert cli("render", "handover-list", "--out", "print", "--format", "html").code == 0

    lines = (Path("print") / "ICIM-37-handover-list-es.txt").read_text("utf-8").splitlines()
    assert lines[0] == "Entrega de certificados"
    assert [line.split("  ")[1:3] for line in lines if line.startswith("  ")] == [
        ["ICIM-2015-0002", "Íñigo Ñandú, Argentina"], ["ICIM-2015-0003", "Luis Ríos, Argentina"],
        ["ICIM-2015-0001", "Ana Pérez, Brasil"], ["ICIM-2015-0004", "Zoila Bravo, Uruguay"],
    ]  # fmt: skip


@pytest.mark.usefixtures("sample")
def test_what_is_not_to_be_handed_out_is_listed_apart_with_its_reason(cli):
    assert cli("hold", "add", "Ana Pérez", "--because", "debe un libro").code == 0

    for document in ("handover-list", "ceremony-order"):
        for form in ("txt", "pdf", "html"):
            assert cli("render", document, "--out", "print", "--format", form).code == 0

    handover = (Path("print") / "ICIM-37-handover-list-es.txt").read_text("utf-8")
    called = (Path("print") / "ICIM-37-ceremony-order-es.txt").read_text("utf-8")
    assert "No se entregan\n  ICIM-2015-0001  Ana Pérez, Brasil: debe un libro\n" in handover
    assert "No se llaman\n  Ana Pérez, Brasil: debe un libro · ICIM-2015-0001\n" in called
    assert (handover.count("______________________"), called.count("Plaza")) == (3, 3)


def test_the_order_of_the_ceremony_has_authorities_by_precedence_and_names_that_can_be_read(cli, store, act):
    made = ready_sample(store, act)
    made.trainee("Юрий Гагарин", country="UY")
    made.trainee("Ana Pérez", honorific="Dra.")
    closing = made.session("Clausura", 20, "18:00", "19:00", kind="ceremony", counts=0, room="Aula Magna")
    made.session("Refugio")
    for position, (name, post) in enumerate((("Eva Ministra", "Ministra"), ("Ciro Rector", "Rector")), start=1):
        made.add("session_person", session_id=closing, person_id=made.person(name), role="chair", post=f'{{"es":"{post}"}}', position=position)  # fmt: skip
    certificates.issue(store, made.ref, act, on="2015-03-21")

    assert cli("render", "ceremony-order", "--out", "print", "--format", "txt").code == 0

    lines = (Path("print") / "ICIM-37-ceremony-order-es.txt").read_text("utf-8").splitlines()
    assert lines[4:] == [
        "Clausura (Viernes 20 de marzo de 2015 · 18:00 – 19:00 · Aula Magna)",
        "  1. Eva Ministra, Ministra",
        "  2. Ciro Rector, Rector",
        "",
        "Llamado para la entrega de certificados",
        "  1. Dra. Ana Pérez, Argentina, Plaza 2 · ICIM-2015-0001",
        "  2. Юрий Гагарин (Yuriy Gagarin), Uruguay, Plaza 1 · ICIM-2015-0002",
        "",
        "Al 21 de marzo de 2015",
    ]


@pytest.mark.parametrize("document", ["handover-list", "ceremony-order"])
def test_without_certificates_there_is_nothing_to_hand_out(cli, store, act, document):
    ready_sample(store, act)

    refused = cli("render", document, "--out", "print")

    assert (refused.code, refused.err) == (
        4, "ICIM-37 has no certificates to print. Issue them with: coursectl certificate issue -e ICIM-37\n",
    )  # fmt: skip
