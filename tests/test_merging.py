"""Two offices' stores brought together: what is new comes in, what differs is listed, nothing is lost or doubled."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster import blank_file, plain_copy
from conftest import NOW, add_course, add_edition
from coursectl.errors import BadInput, Refused
from coursectl.people.persons import email_key, name_key
from coursectl.store import Act, Statement, create_store, insert, new_id, open_store
from coursectl.workflows import merging, undoing
from coursectl.workflows.merging.refusals import ClosedHere, OutsideHere, TwicePerson
from edition_samples import CREST

ACT = Act("coordinator", NOW)
UNMERGED = {"op", "op_part", "audit", "now_op", "expect", "migration", "sqlite_sequence"}


def content(path: Path | str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a merge may touch."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names
            if name not in UNMERGED
        }


@pytest.fixture
def run(cli):
    """Run a command that must do its work."""

    def call(*arguments):
        answer = cli(*arguments)
        assert answer.code == 0, (arguments, answer.err)
        return answer

    return call


def office(run, name: str, course: str = "ICIM", edition: int = 37, *, seats: int = 30) -> str:
    """A store with a course, one edition of it and one session."""
    run("init", "--store", name)
    run("course", "add", course, "--title", f"Course {course}", "--store", name)
    run("edition", "add", f"{course}-{edition}", "--start", "2016-03-07", "--end", "2016-03-18", "--place", "Lima", "--country", "PE",
        "--seats", str(seats), "--signatory", "Elena Bravo | Director", "--store", name)  # fmt: skip
    run("session", "add", "Opening", "--day", "1", "--start", "9:00", "--end", "17:00", "-e", f"{course}-{edition}", "--store", name)  # fmt: skip
    return name


def enroll(run, store: str, name: str, *more: str, edition: str = "ICIM-37") -> None:
    run("enroll", name, "--country", "PE", "-e", edition, "--store", store, *more)


def rosters(cli, store: str, edition: str = "ICIM-37") -> list[tuple[int, str]]:
    return [
        (one["number"], one["name"]) for one in cli("roster", "list", "-e", edition, "--json", "--store", store).json
    ]


def test_what_only_the_other_office_has_comes_in(run, cli):
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    enroll(run, "b.db", "Ana Pérez", edition="RMC-4")

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert merged["brought"] == {"course": 1, "edition": 1, "signatory": 1, "session": 1, "person": 2, "enrollment": 1}
    assert (merged["conflicts"], merged["filled"], merged["same"], merged["undoable"]) == ([], [], {}, True)
    assert merged["possible"] == [
        {"added": "Elena Bravo (RMC-4)", "here": "Elena Bravo (ICIM-37)"}
    ]  # of whom neither store says more
    assert rosters(cli, "a.db", "RMC-4") == [(1, "Ana Pérez")]
    run("store", "check", "--deep", "--store", "a.db")


def test_rules_assessments_holds_and_exceptions_come_along_and_mean_the_same_sessions(run, cli):
    for store in ("a.db", "b.db"):
        office(run, store)
        enroll(run, store, "Ana Pérez", "--email", "ana@x.example")
    Path("codes.csv").write_text("code,score\nluna,7\nLUNA,8\n", encoding="utf-8")
    for line in (
        "certificate rule completion --session 1 --minimum 70", "certificate rule own --for participation --session 1",
        "certificate grant 1 --because Illness", "hold add 1 --because Book", "assess add FINAL --kind exam --points 20",
        "assess mark FINAL 1 18", "assess import codes.csv --code FINAL --anonymous",
    ):  # fmt: skip
        run(*line.split(), "-e", "ICIM-37", "--store", "b.db")

    run("store", "merge", "b.db", "--store", "a.db")

    def told(store: str) -> list[object]:
        lines = ("certificate rules", "certificate check", "assess show FINAL")
        return [cli(*line.split(), "-e", "ICIM-37", "--json", "--store", store).json for line in lines]

    assert told("a.db") == told("b.db")
    assert [rule["sessions"] for rule in told("a.db")[0]] == [[1], [], [], [1]]
    again = run("store", "merge", "b.db", "--store", "a.db")
    assert again.out == "a.db has all of b.db already; nothing was changed.\n"


def test_the_same_store_a_second_time_changes_nothing_and_leaves_no_operation(run, cli):
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    enroll(run, "b.db", "Ana Pérez", edition="RMC-4")
    run("store", "merge", "b.db", "--store", "a.db")
    before = content("a.db")
    log = cli("log", "--json", "--store", "a.db").json

    again = run("store", "merge", "b.db", "--store", "a.db")

    assert again.out == "a.db has all of b.db already; nothing was changed.\n"
    assert (content("a.db"), cli("log", "--json", "--store", "a.db").json) == (before, log)


def test_what_was_said_to_be_two_people_stays_so_whichever_id_is_lower_here(run, cli):
    office(run, "a.db")
    office(run, "b.db")
    for store, people in (("a.db", ("Zoe Sol", "Ana Luz")), ("b.db", ("Ana Luz", "Zoe Sol"))):
        for name in people:
            run("person", "add", name, "--email", f"{name[:3]}@x.example", "--store", store)
    run("person", "apart", "Ana@x.example", "Zoe@x.example", "--store", "b.db")

    merged = cli("store", "merge", "b.db", "--store", "a.db")

    assert merged.code == 0, merged.err
    with closing(sqlite3.connect("a.db")) as connection:
        assert connection.execute("SELECT one_id < other_id FROM person_apart").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE course SET title = 'no JSON'", "CHECK constraint failed in course"),
        ("UPDATE session SET edition_id = 1", "session → edition"),
    ],
)
def test_a_store_whose_rows_cannot_be_read_is_told_as_damaged_and_not_merged(run, cli, harm, told):
    office(run, "a.db")
    run("store", "copy", "a.db", "b.db")
    with closing(sqlite3.connect("b.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("INSERT INTO now_op SELECT 1, max(id) FROM op")
        connection.execute(harm)
        connection.execute("DELETE FROM now_op")
    before = content("a.db")

    merged = cli("store", "merge", "b.db", "--store", "a.db")

    assert (merged.code, merged.out) == (5, "")
    assert merged.err.startswith("b.db is damaged (")
    assert merged.err.endswith(f"{told}). Nothing was merged; look with: coursectl store check --store b.db\n")
    assert content("a.db") == before


def test_a_store_that_says_to_be_older_than_its_tables_is_refused(run, cli):
    office(run, "a.db")
    run("store", "copy", "a.db", "b.db")
    with closing(sqlite3.connect("b.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM migration WHERE number > 1")

    merged = cli("store", "merge", "b.db", "--store", "a.db")

    assert (merged.code, merged.out) == (5, "")
    assert merged.err.startswith("b.db can't be read (")


def test_a_copy_that_went_its_own_way_comes_back(run, cli):
    office(run, "a.db")
    enroll(run, "a.db", "Ana Pérez", "--email", "ana@dnm.example")
    run("store", "copy", "a.db", "b.db")
    enroll(run, "b.db", "Bruno Díaz")
    run("person", "edit", "ana@dnm.example", "--phone", "+51 1", "--store", "b.db")
    run("attend", "mark", "1", "--all", "present", "-e", "ICIM-37", "--store", "b.db")
    enroll(run, "a.db", "Carla Soto")

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert merged["brought"] == {"person": 1, "enrollment": 1, "attendance": 2}
    assert [(one["what"], one["column"], one["ours"], one["theirs"]) for one in merged["filled"]] == [
        ("Ana Pérez (ana@dnm.example)", "phone", None, "+51 1")
    ]
    assert merged["renumbered"] == [{"what": "ICIM-37 Bruno Díaz enrollment 2", "theirs": 2, "ours": 3}]
    assert sorted(rosters(cli, "a.db")) == [(1, "Ana Pérez"), (2, "Carla Soto"), (3, "Bruno Díaz")]
    run("store", "check", "--deep", "--store", "a.db")


def test_what_differs_is_listed_and_stays_as_it_is_here(run, cli):
    office(run, "a.db")
    office(run, "b.db")
    run("edition", "edit", "ICIM-37", "--place", "Cusco", "--store", "b.db")
    run("session", "edit", "1", "--room", "Aula 2", "-e", "ICIM-37", "--store", "b.db")

    merged = run("store", "merge", "b.db", "--store", "a.db")

    assert "Differs, and stays as it is here (here / there):\n- ICIM-37, place: Lima / Cusco\n" in merged.out
    assert "Was blank here, and is filled in:\n" in merged.out
    assert cli("edition", "show", "ICIM-37", "--json", "--store", "a.db").json["place"] == "Lima"
    assert cli("session", "list", "-e", "ICIM-37", "--json", "--store", "a.db").json[0]["room"] == "Aula 2"


def test_a_dry_run_tells_the_same_and_writes_nothing(run, cli):
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    before = content("a.db")

    told = run("store", "merge", "b.db", "--store", "a.db", "--dry-run", "--json").json

    assert (told["dry_run"], told["operation"], told["backup"], told["brought"]["course"]) == (True, None, None, 1)
    assert content("a.db") == before
    assert not Path("coursectl-backups").exists()


def test_people_are_the_same_by_mail_or_by_country_and_else_only_possibly(run, cli):
    office(run, "a.db")
    office(run, "b.db")
    for name, mail in (("Ana Pérez", "ana@x.example"), ("Bruno Díaz", None), ("Carla Soto", "carla@x.example")):
        run("person", "add", name, *(["--email", mail] if mail else []), "--nationality", "PE", "--store", "a.db")
    for name, mail, country in (
        ("Ana María Pérez", "ANA@x.example", "PE"),
        ("Bruno Diaz", None, "PE"),
        ("Carla Soto", "carla@other.example", "PE"),
        ("Dora Luna", None, "CL"),
    ):
        run("person", "add", name, *(["--email", mail] if mail else []), "--nationality", country, "--store", "b.db")

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert merged["brought"] == {"person": 2}
    assert merged["possible"] == [{"added": "Carla Soto (carla@other.example)", "here": "Carla Soto (carla@x.example)"}]
    assert [(one["ours"], one["theirs"]) for one in merged["conflicts"] if one["column"] == "name"] == [
        ("Ana Pérez", "Ana María Pérez"), ("Bruno Díaz", "Bruno Diaz"),
    ]  # fmt: skip


def test_the_same_folder_imported_twice_is_the_same_people_twice(run):
    """Somebody whose only part is in a session, with neither e-mail nor country, is one of them."""
    folder = Path(__file__).parents[1] / "examples" / "icim-37"
    for store in ("a.db", "b.db"):
        run("init", "--store", store)
        run("import", folder, "--store", store)

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert (merged["brought"], merged["possible"]) == ({}, [])


def test_another_session_under_the_same_number_refuses_the_whole_merge(run, cli):
    office(run, "a.db")
    office(run, "b.db")
    run("session", "edit", "1", "--day", "2", "-e", "ICIM-37", "--store", "b.db")
    before = content("a.db")

    refused = cli("store", "merge", "b.db", "--store", "a.db")

    assert (refused.code, refused.out) == (4, "")
    assert refused.err == (
        "Under one number, the two stores have different things: ICIM-37 session 1: 2016-03-07 09:00 Opening / 2016-03-08 09:00 Opening. "
        "Nothing was merged, since marks would come to the wrong one. Give them other numbers in one of the stores first.\n"
    )
    assert content("a.db") == before


def test_more_people_than_seats_refuses_the_whole_merge(run, cli):
    office(run, "a.db", seats=2)
    office(run, "b.db", seats=2)
    for store, name in (("a.db", "Ana"), ("a.db", "Bruno"), ("b.db", "Carla")):
        enroll(run, store, name)
    before = content("a.db")

    refused = cli("store", "merge", "b.db", "--store", "a.db")

    assert (refused.code, refused.err) == (
        4,
        "Both stores together have more people than seats (people / seats): ICIM-37 (3 / 2). Nothing was merged. Raise them, or withdraw somebody: "
        "coursectl edition edit EDITION --seats N\n",
    )
    assert content("a.db") == before
    assert not Path("coursectl-backups").exists()  # nothing was about to be done


def test_undo_takes_a_merge_back_row_by_row(run, cli):
    office(run, "a.db")
    enroll(run, "a.db", "Ana Pérez", "--email", "ana@dnm.example")
    run("store", "copy", "a.db", "b.db")
    enroll(run, "b.db", "Bruno Díaz")
    run("person", "edit", "ana@dnm.example", "--phone", "+51 1", "--store", "b.db")
    run("topic", "add", "Asylum", "--course", "ICIM", "--store", "b.db")
    before = content("a.db")
    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json
    assert content("a.db") != before

    run("undo", merged["operation"], "--store", "a.db")

    assert content("a.db") == before
    with closing(open_store(merged["backup"])) as kept:
        assert kept.read("SELECT count(*) AS n FROM enrollment") == [{"n": 1}]


# The register ---------------------------------------------------------------------------------------------------------


def certify(run, store: str, edition: str, name: str, on: str, *more: str) -> None:
    enroll(run, store, name, edition=edition)
    run("attend", "mark", "1", "--all", "present", "-e", edition, "--store", store)
    run("edition", "close", edition, "--apply", "--yes", "--store", store)
    run("certificate", "issue", "-e", edition, "--on", on, "--store", store, *more)


def serials(store: str) -> list[tuple[str, str]]:
    with closing(open_store(store)) as opened:
        rows = opened.read(
            "SELECT serial, state FROM certificate JOIN certificate_state ON certificate_id = id ORDER BY serial"
        )
    return [(row["serial"], row["state"]) for row in rows]


def test_certificates_come_as_they_were_issued_and_stay(run, cli):
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    certify(run, "b.db", "RMC-4", "Bruno Díaz", "2016-03-18")

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert (merged["certificates"], merged["undoable"]) == (1, False)
    assert serials("a.db") == [("ICIM-2016-0001", "issued"), ("RMC-2016-0001", "issued")]
    run("store", "check", "--deep", "--store", "a.db")
    run("render", "certificates", "-e", "RMC-4", "--out", "papers", "--store", "a.db")
    refused = cli("undo", merged["operation"], "--store", "a.db")
    assert (refused.code, refused.err) == (
        4,
        "'store merge' can't be undone: certificates came with it, and the register never loses a line. What was there before is "
        "kept in a file, which its answer named; to have it back: coursectl store restore FILE\n",
    )
    run("store", "restore", merged["backup"], "--yes", "--store", "a.db")
    assert len(serials("a.db")) == 1


def test_certificates_that_come_are_printed_as_where_they_were_issued(run, tmp_path):
    """The crest that they print is none that anybody has any more, and the office had a design of its own."""
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    own = Path("templates", "certificates")  # beside the store
    own.mkdir(parents=True)
    (own / "mine.typ.j2").write_text('{% extends "certificates/plain.typ.j2" %}', encoding="utf-8")
    Path("old.svg").write_bytes(CREST)
    Path("new.svg").write_bytes(CREST.replace(b'r="4"', b'r="3"'))
    run("course", "edit", "RMC", "--crest", "old.svg", "--design", "mine", "--store", "b.db")
    certify(run, "b.db", "RMC-4", "Bruno Díaz", "2016-03-18")
    shutil.rmtree("templates")
    run("course", "edit", "RMC", "--crest", "new.svg", "--store", "b.db")
    for store in ("b.db", "a.db"):
        merged = None if store == "b.db" else run("store", "merge", "b.db", "--store", "a.db", "--json").json
        run("render", "certificates", "-e", "RMC-4", "--out", f"papers-{store}", "--store", store)

    there, here = (sorted(Path(f"papers-{store}").iterdir()) for store in ("b.db", "a.db"))
    assert [file.read_bytes() for file in here] == [file.read_bytes() for file in there] != []
    with closing(open_store("b.db")) as opened:
        (kept,) = opened.read("SELECT count(*) AS n FROM print_source")
    assert (merged["brought"]["picture"], merged["brought"]["print_source"]) == (2, kept["n"])
    assert "sources" not in run("store", "check", "--store", "a.db").err


def test_a_merge_that_brings_certificates_says_what_there_is_no_way_back_from_and_what_is_next(run):
    office(run, "a.db")
    run("store", "copy", "a.db", "b.db")
    certify(run, "b.db", "ICIM-37", "Bruno Díaz", "2016-03-18")

    *_counts, kept, no_way_back, to_close = run("store", "merge", "b.db", "--store", "a.db").out.splitlines()

    file = kept.removeprefix("What was there before is kept in ").removesuffix(".")
    assert Path(file).exists()
    assert no_way_back == (
        "It can't be undone, since the register of certificates has changed with it. "
        f"To have back what was there before: coursectl store restore {file}"
    )
    assert to_close == (
        "ICIM-37 has certificates of completion and isn't closed here. Next: coursectl edition close ICIM-37"
    )


def test_a_certificate_that_both_have_is_one_and_its_end_comes_along(run, cli):
    office(run, "a.db")
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    run("store", "copy", "a.db", "b.db")
    run("undo", "--yes", "--store", "b.db")  # the issue: the certificate is void there

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert (merged["certificates"], merged["undoable"], merged["brought"]) == (0, False, {"certificate_event": 1})
    assert [state for _, state in serials("a.db")] == ["void"]
    run("store", "check", "--deep", "--store", "a.db")
    assert cli("store", "merge", "b.db", "--store", "a.db").out.startswith("a.db has all of b.db already")


def test_a_number_that_both_gave_refuses_the_whole_merge(run, cli):
    office(run, "a.db")
    office(run, "b.db", "ICIM", 38)
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    certify(run, "b.db", "ICIM-38", "Bruno Díaz", "2016-03-18")
    before = content("a.db")

    refused = cli("store", "merge", "b.db", "--store", "a.db")

    assert (refused.code, refused.err) == (
        4,
        "Both registers gave these numbers, to different certificates: ICIM-2016-0001. Nothing was merged. Registers can be brought "
        "together where each office has its own courses or years; for the future, put the office's code into the numbers: coursectl "
        "course edit CODE --serial\n",
    )
    assert content("a.db") == before


def test_offices_with_their_code_in_the_pattern_share_a_register_afterwards(run, cli):
    for store, code, edition, name in (("a.db", "BUE", 37, "Ana Pérez"), ("b.db", "LIM", 38, "Bruno Díaz")):
        office(run, store, "ICIM", edition)
        run("course", "edit", "ICIM", "--serial", f"{{course}}-{code}-{{year}}-{{number}}", "--store", store)
        certify(run, store, f"ICIM-{edition}", name, "2016-03-18")

    run("store", "merge", "b.db", "--store", "a.db")

    assert serials("a.db") == [("ICIM-BUE-2016-0001", "issued"), ("ICIM-LIM-2016-0001", "issued")]
    run("store", "check", "--deep", "--store", "a.db")
    run("edition", "add", "ICIM-39", "--start", "2016-05-02", "--end", "2016-05-06", "--place", "Lima", "--country", "PE",
        "--signatory", "Marcos Díaz | Ambassador", "--store", "a.db")  # fmt: skip
    run(
        "session",
        "add",
        "Opening",
        "--day",
        "1",
        "--start",
        "9:00",
        "--end",
        "17:00",
        "-e",
        "ICIM-39",
        "--store",
        "a.db",
    )
    certify(run, "a.db", "ICIM-39", "Carla Soto", "2016-05-06")
    assert serials("a.db")[1] == ("ICIM-BUE-2016-0003", "issued")
    assert cli("store", "merge", "b.db", "--store", "a.db").out.startswith("a.db has all of b.db already")
    run("store", "check", "--deep", "--store", "a.db")


def test_a_certificate_that_was_issued_again_for_a_void_one_comes_with_both(run, cli):
    office(run, "a.db")
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    run("store", "copy", "a.db", "b.db")
    office(run, "c.db", "RMC", 4)
    for store in ("b.db", "c.db"):
        run("undo", "--yes", "--store", store) if store == "b.db" else certify(
            run, store, "RMC-4", "Bruno Díaz", "2016-03-18"
        )
    run("undo", "--yes", "--store", "c.db")
    for store, edition in (("b.db", "ICIM-37"), ("c.db", "RMC-4")):
        run("certificate", "issue", "-e", edition, "--on", "2016-03-19", "--store", store)
        run("store", "merge", store, "--store", "a.db")

    assert serials("a.db") == [
        ("ICIM-2016-0001", "void"), ("ICIM-2016-0002", "issued"), ("RMC-2016-0001", "void"), ("RMC-2016-0002", "issued"),
    ]  # fmt: skip
    run("store", "check", "--deep", "--store", "a.db")


def test_what_replaces_another_comes_with_both_ends_and_with_what_was_printed(run, cli):
    office(run, "a.db")
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    run("store", "copy", "a.db", "b.db")
    run("certificate", "replace", "ICIM-2016-0001", "--because", "lost", "--on", "2016-03-21", "--store", "b.db")
    run("certificate", "export", "--out", "r.csv", "-e", "ICIM-37", "--store", "b.db")

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert merged["brought"] == {
        "certificate": 1, "certificate_event": 2, "certificate_snapshot": 1, "printing": 1, "printed_sheet": 2,
    }  # fmt: skip
    assert serials("a.db") == [("ICIM-2016-0001", "superseded"), ("ICIM-2016-0002", "issued")]
    shown = cli("certificate", "show", "ICIM-2016-0002", "--store", "a.db", "--json").json
    assert (shown["replaces"], shown["duplicate"], [one["what"] for one in shown["printings"]]) == ("ICIM-2016-0001", True, ["exported"])  # fmt: skip
    run("store", "check", "--deep", "--store", "a.db")
    assert cli("store", "merge", "b.db", "--store", "a.db").out.startswith("a.db has all of b.db already")


@pytest.mark.parametrize("here", [("void", "--because", "mistake"), ("replace", "--because", "damaged", "--on", "2017-01-04")])  # fmt: skip
def test_a_certificate_that_ended_in_two_ways_refuses_the_whole_merge(run, cli, here):
    office(run, "a.db")
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    run("store", "copy", "a.db", "b.db")
    run("certificate", "replace", "ICIM-2016-0001", "--because", "lost", "--on", "2016-03-21", "--store", "b.db")
    run("certificate", here[0], "ICIM-2016-0001", *here[1:], "--store", "a.db")
    before = content("a.db")

    refused = cli("store", "merge", "b.db", "--store", "a.db")

    assert (refused.code, refused.err) == (
        4,
        "These certificates were made void in one register and replaced, or replaced by different ones, in the other: "
        "ICIM-2016-0001. Nothing was merged: who holds which sheet has to be asked. Leave it as it is in one of the stores, "
        "and merge a backup of the other one, from before.\n",
    )
    assert content("a.db") == before


def test_numbers_that_count_by_edition_come_from_each_office(run, cli):
    for store, edition, name in (("a.db", 37, "Ana Pérez"), ("b.db", 38, "Bruno Díaz")):
        office(run, store, "ICIM", edition)
        run("course", "edit", "ICIM", "--serial", "{course}-{edition}-{number:03}", "--store", store)
        certify(run, store, f"ICIM-{edition}", name, "2016-03-18")

    run("store", "merge", "b.db", "--store", "a.db")

    assert serials("a.db") == [("ICIM-37-001", "issued"), ("ICIM-38-001", "issued")]
    run("store", "check", "--deep", "--store", "a.db")
    assert cli("store", "merge", "b.db", "--store", "a.db").out.startswith("a.db has all of b.db already")


def test_pictures_and_templates_of_what_was_issued_come_with_it_even_if_nothing_else_shows_them_any_more(run):
    office(run, "a.db", "RMC", 4)
    office(run, "b.db")
    certify(run, "b.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    with closing(sqlite3.connect("b.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("INSERT INTO picture VALUES ('0a0a', 'image/png', X'00'), ('0b0b', 'image/png', X'01')")
        connection.execute(
            "INSERT INTO print_source VALUES ('0c0c', 'certificates.typ.j2', X'02'), ('0d0d', 'x', X'03')"
        )
        connection.execute("UPDATE certificate_snapshot SET content = json_set(content, '$.course.crest', '0a0a')")
        listed = connection.execute("SELECT hash FROM print_source WHERE hash NOT IN ('0c0c', '0d0d')")
        kept = {name for (name,) in listed.fetchall()}
        connection.commit()

    run("store", "merge", "b.db", "--store", "a.db")

    with closing(open_store("a.db")) as store:
        assert store.read("SELECT hash FROM picture") == [{"hash": "0a0a"}]
        assert {row["hash"] for row in store.read("SELECT hash FROM print_source")} == kept != set()


def test_two_valid_certificates_of_one_person_refuse_the_whole_merge(run, cli):
    for store, on in (("a.db", "2016-03-18"), ("b.db", "2017-01-10")):
        office(run, store)
        run("person", "add", "Ana Pérez", "--email", "ana@x.example", "--store", store)
        enroll(run, store, "ana@x.example")
        run("attend", "mark", "1", "--all", "present", "-e", "ICIM-37", "--store", store)
        run("edition", "close", "ICIM-37", "--apply", "--yes", "--store", store)
        run("certificate", "issue", "-e", "ICIM-37", "--on", on, "--store", store)

    refused = cli("store", "merge", "b.db", "--store", "a.db")

    assert (refused.code, "ICIM-2016-0001 / ICIM-2017-0001" in refused.err) == (4, True)


def test_a_register_whose_beginning_is_missing_here_is_refused(run, cli):
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    certify(run, "b.db", "RMC-4", "Bruno Díaz", "2016-03-18")
    with closing(sqlite3.connect("b.db")) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE certificate SET n = 3")
        connection.commit()

    refused = cli("store", "merge", "b.db", "--store", "a.db")

    assert (
        refused.code,
        refused.err.startswith("The register would have gaps: RMC-2016-0001: 1–2. Nothing was merged."),
    ) == (4, True)


# Rows as they can be, straight into their tables -----------------------------------------------------------------------


@pytest.fixture
def two(tmp_path):
    """Two stores with nothing in common."""
    with closing(create_store(tmp_path / "a.db", NOW)) as ours, closing(create_store(tmp_path / "b.db", NOW)) as theirs:
        yield ours, theirs


def copy_of(store, path):
    """A copy that goes its own way."""
    store.copy_to(path)
    return closing(open_store(path))


def put(store, table, *rows) -> None:
    store.apply(ACT.operation(f"{table} add", insert(table, rows)))


def change(store, sql, **params) -> None:
    store.apply(ACT.operation("edit", [Statement(sql, params)]))


def put_person(store, name, *, ident=None, merged=None, email=None, nationality=None) -> int:
    row = {"id": ident or new_id(), "name": name, "email": email, "nationality": nationality, "merged_into": merged,
           "name_key": name_key(name), "email_key": email_key(email)}  # fmt: skip
    put(store, "person", row)
    return row["id"]


def put_participant(store, edition, name, number, status="accepted", reason=None) -> None:
    holder = put_person(store, name, nationality="PE")
    row = {"id": new_id(), "edition_id": edition, "person_id": holder, "status": status, "number": number,
           "country": "PE", "reason": reason, "enrolled_at": NOW}  # fmt: skip
    put(store, "enrollment", row)


def names(store) -> list[tuple[str, str | None]]:
    rows = store.read(
        "SELECT person.name, other.name AS merged FROM person LEFT JOIN person AS other ON other.id = person.merged_into ORDER BY 1, 2"
    )
    return [(row["name"], row["merged"]) for row in rows]


def session_row(edition, number, date, title="Opening"):
    return {"id": new_id(), "edition_id": edition, "number": number, "date": date, "start_time": "09:00", "end_time": "10:00",
            "kind": "lecture", "counts": 1, "title": f'{{"en": "{title}"}}'}  # fmt: skip


def test_of_those_who_share_an_email_the_one_of_the_very_name_is_meant(two):
    ours, theirs = two
    for name in ("Ana Pérez", "Ana Pérez López"):
        put_person(ours, name, email="a@x.example")
    put_person(theirs, "Ana Pérez", email="a@x.example")

    merged = merging.merge(ours, theirs.name, ACT)

    assert (merged.changed, merged.same) == (False, {"person": 1})


def test_the_surest_pair_is_made_first_whatever_the_order(two):
    ours, theirs = two
    put_person(ours, "Ana María Pérez", email="a@x.example")
    for name in ("Ana Pérez", "Ana María Pérez"):
        put_person(theirs, name, email="a@x.example")

    merged = merging.merge(ours, theirs.name, ACT)

    assert (merged.brought, merged.same) == ({"person": 1}, {"person": 1})
    assert [(one.added, one.here) for one in merged.possible] == [
        ("Ana Pérez (a@x.example)", "Ana María Pérez (a@x.example)")
    ]


def test_who_was_merged_there_comes_in_as_merged(two):
    ours, theirs = two
    put_person(ours, "Ana Pérez", email="a@x.example", nationality="PE")
    older = new_id()
    kept = put_person(theirs, "Ana Pérez", email="a@x.example", nationality="PE")
    put_person(theirs, "Ana Peres", ident=older, merged=kept, nationality="PE")

    merged = merging.merge(ours, theirs.name, ACT)

    assert (merged.brought, merged.conflicts, merged.possible) == ({"person": 1}, (), ())
    assert names(ours) == [("Ana Peres", "Ana Pérez"), ("Ana Pérez", None)]
    assert not merging.merge(ours, theirs.name, ACT).changed


def test_who_was_merged_here_stays_merged_and_is_enrolled_once(two, tmp_path):
    ours, _ = two
    one, kept = put_person(ours, "Ana Pérez"), put_person(ours, "Ana Pérez", email="a@x.example")
    edition = add_edition(ours, ACT, add_course(ours, ACT))
    with copy_of(ours, tmp_path / "c.db") as theirs:
        change(ours, "UPDATE person SET merged_into = :kept WHERE id = :one", kept=kept, one=one)
        for store, who in ((ours, kept), (theirs, one)):
            put(store, "enrollment", {"id": new_id(), "edition_id": edition, "person_id": who, "status": "accepted", "number": 1,
                                      "country": "PE", "enrolled_at": NOW})  # fmt: skip

        merged = merging.merge(ours, theirs.name, ACT)

    assert (merged.changed, merged.conflicts) == (False, ())
    assert names(ours) == [("Ana Pérez", None), ("Ana Pérez", "Ana Pérez")]


def test_who_has_another_name_in_a_copy_comes_in_once(two, tmp_path):
    ours, _ = two
    one = put_person(ours, "Ana Pérez")
    with copy_of(ours, tmp_path / "c.db") as theirs:
        change(ours, "UPDATE person SET name = 'Lucía Gómez', name_key = 'lucia gomez' WHERE id = :one", one=one)
        merging.merge(ours, theirs.name, ACT)

        assert not merging.merge(ours, theirs.name, ACT).changed  # found again by the id that it got
        assert not merging.merge(theirs, ours.name, ACT).conflicts
        assert names(ours) == names(theirs) == [("Ana Pérez", None), ("Lucía Gómez", None)]


def test_an_email_that_would_make_two_of_one_name_isnt_filled_in(two):
    ours, theirs = two
    same = put_person(ours, "Ana Pérez")
    put_person(ours, "Ana Pérez", email="a@x.example")
    put_person(theirs, "Ana Pérez", ident=same, email="a@x.example")

    merged = merging.merge(ours, theirs.name, ACT)

    assert [(one.column, one.ours, one.theirs) for one in merged.conflicts] == [("email", None, "a@x.example")]
    assert not merged.changed


def test_somebody_who_would_be_here_twice_refuses_the_whole_merge(two):
    ours, theirs = two
    same = put_person(ours, "Ana Pérez", email="a@x.example")
    put_person(theirs, "Ana Pérez López", ident=same, email="b@x.example")
    put_person(theirs, "Ana Pérez", email="a@x.example")

    with pytest.raises(TwicePerson, match=r"two people: Ana Pérez \(a@x\.example\)\. Nothing was merged"):
        merging.merge(ours, theirs.name, ACT)


def test_numbers_of_participants_stay_where_they_are_free(two):
    ours, theirs = two
    for store, people in ((ours, {1: "Ana", 2: "Bruno"}), (theirs, {2: "Carla", 3: "Dora", 4: "Elías"})):
        edition = add_edition(store, ACT, add_course(store, ACT))
        for number, name in people.items():
            put_participant(store, edition, name, number)

    merged = merging.merge(ours, theirs.name, ACT)

    assert [(one.what, one.theirs, one.ours) for one in merged.renumbered] == [
        ("ICIM-37 Carla (PE) enrollment 2", 2, 5)
    ]
    rows = ours.read("SELECT number, name FROM enrollment JOIN person ON person.id = person_id ORDER BY number")
    assert [(row["number"], row["name"]) for row in rows] == [
        (1, "Ana"), (2, "Bruno"), (3, "Dora"), (4, "Elías"), (5, "Carla"),
    ]  # fmt: skip


def test_a_reason_isnt_filled_in_beside_another_status(two):
    ours, theirs = two
    for store, status, reason in ((ours, "accepted", None), (theirs, "withdrawn", "ill")):
        put_participant(store, add_edition(store, ACT, add_course(store, ACT)), "Ana Paz", 1, status, reason)

    merged = merging.merge(ours, theirs.name, ACT)

    told = [(one.column, one.ours, one.theirs) for one in merged.conflicts]
    assert (merged.filled, told) == ((), [("status", "accepted", "withdrawn"), ("reason", None, "ill")])


def test_a_text_gets_the_languages_that_it_lacks(two):
    ours, theirs = two
    for store, title in (
        (ours, '{"en":"Asylum","fr":"Asile"}'),
        (theirs, '{"en":"Asylum","es":"Asilo","fr":"Refuge"}'),
    ):
        edition = add_edition(store, ACT, add_course(store, ACT))
        put(store, "module", {"id": new_id(), "edition_id": edition, "number": 1, "title": title})

    merged = merging.merge(ours, theirs.name, ACT)

    assert [(one.what, one.column, one.theirs) for one in merged.filled] == [
        ("ICIM-37 module 1", "title (es)", "Asilo")
    ]
    assert [(one.column, one.ours, one.theirs) for one in merged.conflicts] == [("title (fr)", "Asile", "Refuge")]
    assert ours.read("SELECT title FROM module") == [{"title": '{"en":"Asylum","es":"Asilo","fr":"Asile"}'}]


def test_figures_of_others_in_other_letters_are_others(two):
    ours, theirs = two
    for store, whos in ((ours, ["officials"]), (theirs, ["officials", "Officials"])):
        course = add_course(store, ACT)
        for who in whos:
            put(store, "published_figure", {"id": new_id(), "course_id": course, "measure": "participants", "value": 3, "qualifier": "exact", "who": who})  # fmt: skip

    assert merging.merge(ours, theirs.name, ACT).brought == {"published_figure": 1}


def test_an_edition_that_is_closed_here_lets_nobody_in(two):
    ours, theirs = two
    add_edition(ours, ACT, add_course(ours, ACT), closed_on="2015-03-21")
    put_participant(theirs, add_edition(theirs, ACT, add_course(theirs, ACT)), "Ana Paz", 1)

    with pytest.raises(ClosedHere, match=r"aren't here: ICIM-37\. Nothing was merged\."):
        merging.merge(ours, theirs.name, ACT)


def test_sessions_on_other_days_than_the_edition_has_here_are_refused(two):
    ours, theirs = two
    add_edition(ours, ACT, add_course(ours, ACT))
    other = add_edition(theirs, ACT, add_course(theirs, ACT), start_date="2015-05-04", end_date="2015-05-08")
    put(theirs, "session", session_row(other, 1, "2015-05-04"))

    with pytest.raises(OutsideHere, match=r"has here: ICIM-37, 2015-05-04 09:00 Opening\. Nothing was merged\."):
        merging.merge(ours, theirs.name, ACT)


def test_a_day_that_would_end_an_edition_before_it_starts_isnt_filled_in(two):
    ours, theirs = two
    add_edition(ours, ACT, add_course(ours, ACT), start_date="2015-05-04", end_date=None)
    add_edition(theirs, ACT, add_course(theirs, ACT))

    merged = merging.merge(ours, theirs.name, ACT)

    assert [one.column for one in merged.conflicts] == ["start_date", "end_date"]
    assert not merged.changed


def test_a_picture_comes_with_what_shows_it_and_else_stays_away(two):
    ours, theirs = two
    for store, crests in ((ours, ["a"]), (theirs, ["b", "c"])):
        for crest in crests:
            statement = "INSERT INTO picture VALUES (:hash, 'image/png', X'00')"
            store.apply(ACT.operation("picture", [Statement(statement, {"hash": crest})]))
    for store, code, crest in ((ours, "ICIM", "a"), (theirs, "ICIM", "b"), (theirs, "RMC", "c")):
        put(store, "course", {"id": new_id(), "code": code, "title": '{"en":"Course"}', "crest": crest})

    merged = merging.merge(ours, theirs.name, ACT)

    assert merged.brought == {"course": 1, "picture": 1}
    assert ours.read("SELECT hash FROM picture ORDER BY hash") == [{"hash": "a"}, {"hash": "c"}]


def test_an_older_store_is_read_in_a_copy_and_stays_as_it_is(two, tmp_path):
    from coursectl.store import connecting, migrations, schema

    steps, old = tmp_path / "first", tmp_path / "old.db"
    steps.mkdir()
    shutil.copy(migrations.FOLDER / "0001_first.sql", steps)
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {connecting.APPLICATION_ID}")
        schema.migrate(connection, NOW, migrations.load(steps))
    before = old.read_bytes()

    assert merging.merge(two[0], str(old), ACT).brought == {}
    assert old.read_bytes() == before


# What else can be in the way -------------------------------------------------------------------------------------------


def test_a_store_isnt_merged_with_itself_nor_with_what_is_none(run, cli, tmp_path):
    office(run, "a.db")
    Path("notes.db").write_text("no store")
    Path("blank.db").touch()
    (tmp_path / "link.db").symlink_to(Path("a.db").absolute())
    assert cli("store", "merge", "a.db", "--store", "a.db").err == "a.db is the store itself. Name another one.\n"
    assert cli("store", "merge", tmp_path / "link.db", "--store", "a.db").code == 5
    assert cli("store", "merge", "none.db", "--store", "a.db").code == 3
    for name in ("notes.db", "blank.db"):
        answer = cli("store", "merge", name, "--store", "a.db")
        assert (answer.code, answer.err) == (5, f"{name} is no store of coursectl.\n")


@pytest.mark.parametrize("lost", ["its head", "a page"])
def test_a_damaged_store_is_told_in_the_words_of_a_merge(run, cli, lost):
    office(run, "a.db")
    office(run, "b.db", course="ABC")
    with closing(sqlite3.connect("b.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'person'").fetchone()
    content = bytearray(Path("b.db").read_bytes())
    content[slice(100) if lost == "its head" else slice((root - 1) * 4096, root * 4096)] = bytes(100 if lost == "its head" else 4096)  # fmt: skip
    Path("b.db").write_bytes(content)

    answer = cli("store", "merge", "b.db", "--store", "a.db")

    assert (answer.code, answer.out) == (5, "")
    assert re.fullmatch(
        r"b\.db is damaged \(.+\)\. Nothing was merged; look with: coursectl store check --store b\.db\n", answer.err
    )


@pytest.mark.parametrize("at_the_trial", [True, False], ids=["before it is tried", "after the backup"])
def test_a_write_in_between_is_seen_and_the_comparison_made_again(tmp_path, at_the_trial):
    for name in ("a", "b"):
        create_store(tmp_path / f"{name}.db", NOW).close()
    with closing(open_store(tmp_path / "b.db")) as other:
        add_edition(other, ACT, add_course(other, ACT))
    with closing(open_store(tmp_path / "a.db")) as store:
        apply = store.apply
        turns = []

        def meanwhile(operation):
            if not turns and operation.dry_run is at_the_trial:
                turns.append(1)
                with closing(open_store(tmp_path / "a.db")) as somebody:
                    add_course(somebody, ACT)
            return apply(operation)

        store.apply = meanwhile
        merged = merging.merge(store, str(tmp_path / "b.db"), ACT)
        assert merged.brought == {"edition": 1}  # the course came meanwhile, and is the same
        assert ([one.column for one in merged.conflicts], turns) == ([], [1])


def test_a_cluster_and_a_file_are_merged_either_way(run, cli, cluster, tmp_path):
    office(run, "a.db")
    office(run, "b.db", "RMC", 4)
    enroll(run, "b.db", "Ana Pérez", edition="RMC-4")
    cluster.hold(plain_copy(Path("b.db"), tmp_path / "plain.db"))
    run("store", "merge", cluster.url, "--store", "a.db")
    assert rosters(cli, "a.db", "RMC-4") == [(1, "Ana Pérez")]

    run("store", "merge", "a.db", "--store", cluster.url)
    assert cli("course", "list", "--json", "--store", cluster.url).json[0]["code"] == "ICIM"
    run("undo", "--store", cluster.url)
    cluster.hold(blank_file(tmp_path / "none.db"))


NAMES = st.sampled_from(["Ana Pérez", "Bruno Díaz", "Carla Soto", "Nampa", "李明", "O'Neill"])
PEOPLE = st.lists(
    st.tuples(NAMES, st.sampled_from([None, "a@x.example", "b@x.example"]), st.sampled_from([None, "PE", "CL"])),
    max_size=5,
    unique_by=lambda one: (one[0], one[1]),
)


def fill(path: Path, people, numbers) -> None:
    """A store with a course, editions of these numbers, and these people in each."""
    from coursectl.people import NewPerson, add_person

    with closing(create_store(path, NOW)) as store:
        course = add_course(store, ACT)
        editions = [add_edition(store, ACT, course, number) for number in sorted(numbers)]
        for name, mail, country in people:
            try:
                done = add_person(store, NewPerson(name, email=mail, nationality=country), ACT)
            except Refused:
                continue
            for edition in editions:
                row = {
                    "id": new_id(),
                    "edition_id": edition,
                    "person_id": done.id,
                    "status": "nominated",
                    "country": "PE",
                    "enrolled_at": NOW,
                }
                store.apply(ACT.operation("enroll", insert("enrollment", [row])))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, st.sets(st.integers(1, 3)), PEOPLE, st.sets(st.integers(1, 3)))
def test_after_a_merge_all_of_both_is_there_and_an_undo_gives_the_first_back(
    tmp_path_factory, ours, our_numbers, theirs, their_numbers
):
    folder = tmp_path_factory.mktemp("two")
    fill(folder / "a.db", ours, our_numbers)
    fill(folder / "b.db", theirs, their_numbers)
    before = content(folder / "a.db")
    with closing(open_store(folder / "a.db")) as store:
        merged = merging.merge(store, str(folder / "b.db"), ACT)
        editions = {row["number"] for row in store.read("SELECT number FROM edition")}
        pairs = [
            (row["number"], row["name"])
            for row in store.read(
                "SELECT number, name FROM enrollment JOIN person ON person.id = person_id JOIN edition ON edition.id = edition_id".replace(
                    "SELECT number", "SELECT edition.number"
                )
            )
        ]
        with closing(open_store(folder / "b.db")) as other:
            for row in other.read(
                "SELECT edition.number, name FROM enrollment JOIN person ON person.id = person_id JOIN edition ON edition.id = edition_id"
            ):
                assert (row["number"], row["name"]) in pairs
        assert editions == our_numbers | their_numbers
        again = merging.merge(store, str(folder / "b.db"), ACT)
        assert not again.changed
        if merged.changed:
            undoing.undo(store, merged.operation, replace(ACT))
    assert content(folder / "a.db") == before
    shutil.rmtree(folder)


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), NAMES, st.sampled_from([None, "a@x.example", "b@x.example"])),
        st.tuples(st.sampled_from(["phone", "nationality", "note"]), st.integers(0, 9), st.sampled_from(["x", "y"])),
        st.tuples(st.just("edition"), st.integers(1, 4), st.none()),
    ),
    max_size=6,
)


def go_on(store, edits) -> None:
    """One office's work: people who are added, columns that are written over, editions."""
    (course,) = store.read("SELECT id FROM course")
    for what, which, value in edits:
        try:
            if what == "add":
                put_person(store, which, email=value)
            elif what == "edition":
                add_edition(store, ACT, course["id"], which)
            else:
                change(store, f"UPDATE person SET {what} = :value WHERE id = (SELECT id FROM person ORDER BY id LIMIT 1 OFFSET :place)",
                       value=value, place=which)  # fmt: skip
        except Refused:
            continue  # the person or the edition is there already


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS, EDITS, EDITS)
def test_copies_that_went_their_own_ways_lose_nothing_and_change_only_blanks(tmp_path_factory, first, ours, theirs):
    folder = tmp_path_factory.mktemp("copies")
    with closing(create_store(folder / "a.db", NOW)) as store:
        add_course(store, ACT)
        go_on(store, first)
        with copy_of(store, folder / "b.db") as other:
            go_on(store, ours)
            go_on(other, theirs)
            before, people = content(folder / "a.db"), rows_of(store)
            merged = merging.merge(store, other.name, ACT)

            after = rows_of(store)
            for table, rows in people.items():
                for ident, row in rows.items():
                    changed = {name for name, value in row.items() if after[table][ident][name] != value}
                    assert all(row[name] is None for name in changed)  # only what was blank is something else now
                    assert not changed or table == "person"
            ids = {table: set(rows) for table, rows in rows_of(other).items()}
            assert ids["person"] <= set(after["person"]) | ids_of_pairs(store, other)
            assert {row["number"] for row in rows_of(other)["edition"].values()} <= {
                row["number"] for row in after["edition"].values()
            }
            assert not merging.merge(store, other.name, ACT).changed
            if merged.operation:
                undoing.undo(store, merged.operation, ACT)
    assert content(folder / "a.db") == before
    shutil.rmtree(folder)


def rows_of(store) -> dict[str, dict[int, dict[str, object]]]:
    return {table: {row["id"]: row for row in store.read(f"SELECT * FROM {table}")} for table in ("person", "edition")}


def ids_of_pairs(store, other) -> set[int]:
    """Those of the other whose e-mail and name are here under another id: both offices added them."""
    here = {(row["email_key"], row["name_key"]) for row in store.read("SELECT * FROM person")}
    return {row["id"] for row in other.read("SELECT * FROM person") if (row["email_key"], row["name_key"]) in here}


def test_two_stores_are_told_apart_by_name(tmp_path):
    create_store(tmp_path / "a.db", NOW).close()
    with closing(open_store(tmp_path / "a.db")) as store, pytest.raises(BadInput):
        merging.merge(store, str(tmp_path / "a.db"), ACT)
