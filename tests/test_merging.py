"""Two offices' stores brought together: what is new comes in, what differs is listed, nothing is lost or doubled."""

from __future__ import annotations

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
from coursectl.store import Act, create_store, insert, new_id, open_store
from coursectl.workflows import merging, undoing

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
    assert merged["possible"] == [{"added": "Elena Bravo", "here": "Elena Bravo"}]  # of whom neither store says more
    assert rosters(cli, "a.db", "RMC-4") == [(1, "Ana Pérez")]
    run("store", "check", "--deep", "--store", "a.db")


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

    assert (refused.code, refused.err.startswith("Both stores together hold more seats of an edition than it has")) == (
        4,
        True,
    )
    assert content("a.db") == before


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


def certify(run, store: str, edition: str, name: str, on: str) -> None:
    enroll(run, store, name, edition=edition)
    run("attend", "mark", "1", "--all", "present", "-e", edition, "--store", store)
    run("edition", "close", edition, "--apply", "--yes", "--store", store)
    run("certificate", "issue", "-e", edition, "--on", on, "--store", store)


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


def test_a_certificate_that_both_have_is_one_and_its_end_comes_along(run, cli):
    office(run, "a.db")
    certify(run, "a.db", "ICIM-37", "Ana Pérez", "2016-03-18")
    run("store", "copy", "a.db", "b.db")
    run("undo", "--store", "b.db")  # the issue: the certificate is void there

    merged = run("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert (merged["certificates"], merged["undoable"]) == (0, False)
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
        refused.err.startswith("The register would have gaps: RMC-2016-0001: 1, 2. Nothing was merged."),
    ) == (4, True)


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
        assert cli("store", "merge", name, "--store", "a.db").code == 5


def test_a_write_in_between_is_seen_and_the_comparison_made_again(tmp_path, monkeypatch):
    for name in ("a", "b"):
        create_store(tmp_path / f"{name}.db", NOW).close()
    with closing(open_store(tmp_path / "b.db")) as other:
        add_edition(other, ACT, add_course(other, ACT))
    with closing(open_store(tmp_path / "a.db")) as store:
        apply = store.apply
        turns = []

        def meanwhile(operation):
            if not turns:
                turns.append(1)
                with closing(open_store(tmp_path / "a.db")) as somebody:
                    add_course(somebody, ACT)
            return apply(operation)

        store.apply = meanwhile
        merged = merging.merge(store, str(tmp_path / "b.db"), ACT)
        assert merged.brought == {"edition": 1}  # the course came meanwhile, and is the same
        assert [one.column for one in merged.conflicts] == []


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


def test_two_stores_are_told_apart_by_name(tmp_path):
    create_store(tmp_path / "a.db", NOW).close()
    with closing(open_store(tmp_path / "a.db")) as store, pytest.raises(BadInput):
        merging.merge(store, str(tmp_path / "a.db"), ACT)
