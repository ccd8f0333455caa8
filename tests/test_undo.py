"""Taking commands back: every kind of write, what rests on what, two at once, and dry runs that leave no trace."""

from __future__ import annotations

import dataclasses
import io
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.errors import Refused
from coursectl.store import AlreadyUndone, Statement, insert, new_id
from coursectl.store import undo as engine
from coursectl.workflows import undoing

OWN = ("op", "audit", "sqlite_sequence")


@pytest.fixture
def do(cli, store_path):
    """Run a command that must do its work."""

    def call(*arguments):
        answer = cli(*arguments)
        assert answer.code == 0, (arguments, answer.err)
        return answer

    return call


@pytest.fixture
def contents(store_path):
    """All rows of all tables; those of the log and its audit only where `log` is asked for."""

    def read(*, log: bool = False):
        with closing(sqlite3.connect(store_path)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
                for table in tables
                if log or table not in OWN
            }

    return read


@pytest.fixture
def edition(do):
    """An edition with two sessions, three trainees (in four seats), an expert, a topic and marks on the first session."""
    do("course", "add", "RMC", "--title", "Regional Course")
    do(
        "edition", "add", "RMC-1", "--start", "2026-03-02", "--end", "2026-03-04", "--place", "Asunción", "--country", "PY",
        "--seats", "4", "--signatory", "Helena Duarte | Director | OIM",
    )  # fmt: skip
    do("edition", "use", "RMC-1")
    do("topic", "add", "Protection", "--code", "protection")
    do("expert", "add", "Silvia Zárate", "--country", "UY")
    for start, end in (("9:00", "12:00"), ("14:00", "17:00")):
        do(
            "session",
            "add",
            f"At {start}",
            "--day",
            "2026-03-02",
            "--start",
            start,
            "--end",
            end,
            "--expert",
            "Silvia Zárate",
        )
    for name, country in (("Ana Pérez", "AR"), ("Luis Gómez", "BO"), ("Rosa Quispe", "PE")):
        do(
            "enroll",
            name,
            "--country",
            country,
            "--email",
            f"{name.split()[0].lower()}@x.example",
            "--org",
            f"M{country}",
        )
    do("attend", "mark", "1", "--all", "present", "--absent", "3")
    return "RMC-1"


def number_of(cli, command: str) -> str:
    """The number of the last operation of that command."""
    return next(
        one["number"] for one in cli("log", "--limit", "99", "--json").json if one["command"].startswith(command)
    )


WRITES = [
    ["course", "add", "NEW", "--title", "Another"],
    ["course", "edit", "RMC", "--title", "en=Renamed"],
    ["edition", "add", "RMC-2", "--seats", "9", "--partner", "ACNUR", "--signatory", "Somebody New | Post | Office"],
    ["edition", "edit", "RMC-1", "--seats", "9", "--place", "Lima", "--partner", "OIM"],
    ["org", "add", "Another office", "--acronym", "AO"],
    ["org", "edit", "MAR", "--website", "https://mar.example"],
    ["topic", "add", "Borders", "--code", "borders"],
    ["topic", "edit", "protection", "--title", "en=Renamed"],
    ["session", "add", "Third", "--day", "2", "--start", "9:00", "--end", "10:00", "--topic", "protection", "--expert", "Silvia Zárate"],
    ["session", "edit", "2", "--room", "Room A"],
    ["session", "cancel", "1", "--because", "The expert is ill"],
    ["person", "add", "Somebody Else", "--email", "else@x.example"],
    ["person", "edit", "ana@x.example", "--phone", "+54 11"],
    ["expert", "add", "New Expert", "--country", "CL"],
    ["enroll", "Juan Soto", "--country", "CL", "--email", "juan@x.example", "--org", "New Ministry (NM)"],
    ["roster", "confirm", "1", "2"],
    ["roster", "withdraw", "2", "--because", "Stays in office"],
    ["roster", "replace", "2", "Carla Ruiz", "--email", "carla@x.example"],
    ["attend", "mark", "2", "--all", "present", "--late", "1:10m"],
    ["attend", "mark", "1", "--absent", "1"],
    ["edition", "close", "RMC-1", "--complete", "all", "--because", "All were there", "--apply"],
]  # fmt: skip


@pytest.mark.parametrize("command", WRITES, ids=[" ".join(command[:2]) for command in WRITES])
def test_undo_leaves_the_store_as_it_was_before_the_command(do, edition, contents, command):
    before = contents()
    do(*command)
    done = contents()
    assert done != before

    do("undo")
    assert contents() == before

    do("undo", do("log", "--json").json[0]["number"])
    assert contents() == done


@pytest.mark.parametrize("command", WRITES, ids=[" ".join(command[:2]) for command in WRITES])
def test_a_dry_run_changes_no_byte_of_any_table(do, edition, contents, command):
    before = contents(log=True)

    do(*command, "--dry-run")
    do("undo", "--dry-run")

    assert contents(log=True) == before


def test_a_dry_issue_changes_no_byte_and_promises_the_numbers_that_come(do, edition, contents):
    do("edition", "close", "RMC-1", "--complete", "all", "--because", "x", "--apply")
    before = contents(log=True)

    promised = do("certificate", "issue", "--on", "2026-03-04", "--dry-run", "--json").json
    assert contents(log=True) == before

    done = do("certificate", "issue", "--on", "2026-03-04", "--json").json
    assert promised == {**done, "dry_run": True}


def test_the_same_batch_sent_again_changes_nothing_and_answers_the_same(store, act, contents):
    operation = act.operation("person add", insert("person", [{"id": new_id(), "name": "Ana", "name_key": "ana"}]))
    first = store.apply(operation)
    before = contents(log=True)

    again = store.apply(operation)

    assert contents(log=True) == before
    assert dataclasses.replace(again, repeated=False) == first


def test_an_undo_sent_again_is_the_same_undo_and_another_one_is_refused(store, act, contents):
    store.apply(act.operation("person add", insert("person", [{"id": new_id(), "name": "Ana", "name_key": "ana"}])))
    (done,) = engine.list_operations(store)
    back = act.operation("undo", [Statement("DELETE FROM person")], undoes=done.id)
    store.apply(back)
    before = contents(log=True)

    assert store.apply(back).repeated
    with pytest.raises(AlreadyUndone) as refused:
        store.apply(act.operation("undo", [Statement("DELETE FROM person")], undoes=done.id))

    assert (
        refused.value.sentence()
        == f"Operation {done.number} was undone already; nothing was changed. See: coursectl log"
    )
    assert contents(log=True) == before


@pytest.mark.parametrize("broken", [{"actor": None}, {"undo": "somehow"}, {"undoes": 5}])
def test_an_operation_that_cannot_be_logged_is_not_taken_for_one_that_was_applied(store, act, broken):
    operation = dataclasses.replace(act.operation("nothing", []), **broken)

    with pytest.raises((Refused, sqlite3.IntegrityError)):
        store.apply(operation)

    assert engine.list_operations(store) == []


# What rests on what -------------------------------------------------------------------------------------------------------


def refused(cli, *arguments) -> str:
    answer = cli(*arguments)
    assert (answer.code, answer.out) == (4, "")
    return answer.err


def test_what_was_changed_later_names_the_change_to_undo_first(cli, do, edition, contents):
    do("roster", "confirm", "2", "--as", "luisa")
    first, later = number_of(cli, "enroll"), number_of(cli, "roster confirm")
    second = [
        one["number"] for one in cli("log", "--limit", "99", "--json").json if one["command"].startswith("enroll")
    ][1]

    assert first != second
    said = refused(cli, "undo", second)

    assert said.startswith(
        "'enroll RMC-1' can't be undone: what it wrote was changed later, by 'roster confirm RMC-1' (luisa, "
    )
    assert said.endswith(f"Undo that first: coursectl undo {later}\n")
    for number in (later, number_of(cli, "attend mark"), second):
        do("undo", number)
    assert [one["name"] for one in do("roster", "list", "--json").json] == ["Ana Pérez", "Rosa Quispe"]


def test_a_change_that_was_undone_is_not_named_but_the_one_before_it(cli, do, edition):
    do("roster", "confirm", "3")
    confirmed = number_of(cli, "roster confirm")
    do("person", "edit", "rosa@x.example", "--phone", "+51")
    do("undo")

    assert f"Undo that first: coursectl undo {confirmed}\n" in refused(cli, "undo", number_of(cli, "enroll"))


def test_what_is_pointed_at_names_the_operation_that_points(cli, do, edition):
    marked = number_of(cli, "attend mark")

    said = refused(cli, "undo", number_of(cli, "enroll"))

    assert said.startswith("'enroll RMC-1' can't be undone: 'attend mark RMC-1")
    assert said.endswith(f"rests on it. Undo that first: coursectl undo {marked}\n")


def test_a_seat_that_has_gone_to_somebody_else_does_not_come_back(cli, do, edition):
    do("enroll", "Juan Soto", "--country", "CL", "--email", "juan@x.example")
    do("roster", "withdraw", "2")
    withdrawn = number_of(cli, "roster withdraw")
    do("enroll", "Eva Paz", "--country", "EC", "--email", "eva@x.example")

    said = refused(cli, "undo", withdrawn)

    assert said == (
        "'roster withdraw RMC-1' can't be undone: the seat has gone to somebody else since, and the edition is full. "
        "Withdraw somebody, or raise the seats: coursectl edition edit EDITION --seats N\n"
    )
    do("edition", "edit", "RMC-1", "--seats", "5")
    do("undo", withdrawn)


def test_what_would_break_a_rule_now_names_the_rule(store, act):
    first, second = new_id(), new_id()
    store.apply(act.operation("course add", insert("course", [{"id": first, "code": "A", "title": "{}"}])))
    store.apply(act.operation("rename", [Statement("UPDATE course SET code = 'B' WHERE id = :id", {"id": first})]))
    renamed = engine.list_operations(store)[0]
    store.apply(act.operation("course add", insert("course", [{"id": second, "code": "A", "title": "{}"}])))

    with pytest.raises(engine.RuledOut) as ruled_out:
        undoing.undo(store, renamed.number, act)

    assert ruled_out.value.sentence() == (
        "'rename' can't be undone: what was there before would break the rule 'course_once' now."
    )


@pytest.fixture
def issued(do, edition):
    """The edition closed, and certificates of completion issued on its outcomes."""
    do("edition", "close", "RMC-1", "--complete", "all", "--because", "All were there", "--apply")
    do("certificate", "issue", "--on", "2026-03-04")


def test_outcomes_that_certificates_stand_on_stay_until_these_are_void(cli, do, issued, contents):
    closed, certified = number_of(cli, "edition close"), number_of(cli, "certificate issue")
    before = contents(log=True)

    for dry in ([], ["--dry-run"]):
        said = refused(cli, "undo", closed, *dry)
        assert said.startswith("'edition close RMC-1' can't be undone: 'certificate issue RMC-1 --kind completion' (")
        assert said.endswith(f"rests on it. Undo that first: coursectl undo {certified}\n")
    assert contents(log=True) == before

    do("undo", certified, "--yes")
    do("undo", closed)
    assert do("edition", "show", "--json").json["reference"] == "RMC-1"
    assert {one["status"] for one in do("roster", "list", "--json").json} == {"accepted"}


def test_certificates_of_experts_do_not_hold_the_outcomes_of_trainees(cli, do, edition):
    do("edition", "close", "RMC-1", "--complete", "all", "--because", "x", "--apply")
    do("certificate", "issue", "--kind", "instruction", "--on", "2026-03-04")

    do("undo", number_of(cli, "edition close"))


def test_the_batch_itself_refuses_a_certificate_that_came_in_between(store, act, cli, issued):
    closed = engine.get_operation(store, number_of(cli, "edition close"))
    guard = undoing.none_of(undoing._LIVE_CERTIFICATES, closed)

    with pytest.raises(engine.RestsOnIt, match="something that came later rests on it"):
        engine.undo_by_replay(store, closed, act, guards=[guard])


def test_an_expert_who_holds_a_certificate_is_not_taken_away(cli, do, edition):
    do("expert", "add", "New Expert", "--country", "CL")
    added = number_of(cli, "expert add")
    do("certificate", "issue", "--kind", "instruction", "--on", "2026-03-04")

    assert "'certificate issue RMC-1 --kind instruction'" in refused(cli, "undo", added)


def test_marks_that_a_closed_edition_was_closed_with_stay_until_it_is_opened(cli, do, edition):
    marked = number_of(cli, "attend mark")
    do("edition", "close", "RMC-1", "--complete", "all", "--because", "x", "--apply")
    closed = number_of(cli, "edition close")

    said = refused(cli, "undo", marked)

    assert said.startswith("'attend mark RMC-1")
    assert said.endswith(f"rests on it. Undo that first: coursectl undo {closed}\n")
    do("undo", closed)
    do("undo", marked)


def test_an_issue_is_undone_by_making_void_and_the_register_loses_no_line(cli, do, issued, contents):
    register = {name: contents()[name] for name in ("certificate", "certificate_snapshot")}

    said = do("undo", "--yes", "--json").json

    assert said["how"] == "The certificates are void; their numbers stay in the register and are not given again."
    assert [one["state"] for one in do("certificate", "list", "--json", "--store", said["backup"]).json] == [
        "issued"
    ] * 3
    assert {name: contents()[name] for name in register} == register
    assert [one["state"] for one in do("certificate", "list", "--json").json] == ["void"] * 3
    assert refused(cli, "undo", number_of(cli, "undo")).endswith(
        "can't be undone: a void certificate stays void. Issue new ones with: coursectl certificate issue\n"
    )
    again = cli("undo", number_of(cli, "certificate issue"))
    assert again.code == 4
    assert again.err.endswith(", for good: that can't be undone.\n")
    do("certificate", "issue", "--on", "2026-03-04")
    assert [one["serial"] for one in do("certificate", "list", "--state", "issued", "--json").json] == [
        "RMC-2026-0004", "RMC-2026-0005", "RMC-2026-0006",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [[], ["{issue}"]], ids=["bare", "by number"])
def test_what_makes_certificates_void_for_good_wants_a_yes(cli, do, issued, contents, number):
    before = contents()
    words = [one.format(issue=number_of(cli, "certificate issue")) for one in number]

    assert re.fullmatch(
        r"To undo 'certificate issue RMC-1 --kind completion' makes 3 certificates void for good, RMC-2026-0001 to RMC-2026-0003; "
        r"their numbers aren't given again\. To do it all the same, add --yes; what is there now is kept in a file first\.\n",
        refused(cli, "undo", *words),
    )
    assert "are void" in do("undo", "--dry-run", *words).out
    assert contents() == before
    assert not list(Path().rglob("*-before-undo-*"))


@pytest.mark.only_files
@pytest.mark.parametrize(
    ("answer", "states"), [("yes\n", {"void"}), ("y\n", {"void"}), ("\n", {"issued"}), ("no\n", {"issued"})]
)
def test_on_a_terminal_it_asks(do, cli, issued, monkeypatch, answer, states):
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    told = cli("undo")

    assert "makes 3 certificates void for good" in told.err
    assert "Go on? (yes/no) " in told.err
    assert {one["state"] for one in do("certificate", "list", "--json").json} == states


def test_people_whom_the_register_names_stay_for_ever(cli, do, issued):
    for command in ("certificate issue", "edition close", "attend mark"):
        do("undo", number_of(cli, command), "--yes")

    assert refused(cli, "undo", number_of(cli, "enroll")) == (
        "'enroll RMC-1' can't be undone any more: the register of certificates, which never loses a line, names what it wrote.\n"
    )


_UNDO = """
import sys
from coursectl.store import Act, open_store
from coursectl.workflows.undoing import undo
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
try:
    print(undo(store, sys.argv[2], Act(sys.argv[3], "2026-03-05T12:00:00.000Z"), yes=True).command)
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize("command", ["certificate issue", "roster withdraw"])
def test_of_several_that_undo_the_same_at_once_one_does_it_and_the_others_are_told(
    cli, do, issued, store_path, command
):
    if command == "roster withdraw":
        do("undo", "--yes")
        do("undo")
        do("roster", "withdraw", "1")
    number = number_of(cli, command)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", _UNDO, str(store_path), number, f"office {n}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(4)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = sorted(racer.communicate(timeout=60)[0].strip().split(" RMC")[0] for racer in racers)

    assert said == sorted([command, *["AlreadyUndone"] * 3])
    assert len([one for one in do("log", "--json", "--limit", "99").json if one["command"] == f"undo {number}"]) == 1


# Undo, redo, undo -----------------------------------------------------------------------------------------------------------


def test_what_was_undone_and_done_again_can_be_undone_again(cli, do, edition, contents):
    before = contents()
    do("roster", "withdraw", "1")
    done = contents()
    number = number_of(cli, "roster withdraw")
    for _round in range(3):
        do("undo", number)
        assert contents() == before
        again = cli("undo", number)
        assert again.code == 4
        do("undo", again.err.rstrip().rpartition(" ")[2])  # the sentence says what does it again
        assert contents() == done


def test_undo_alone_goes_back_step_by_step_through_ones_own_work(cli, do, edition, contents):
    before = contents()
    do("roster", "confirm", "1")
    do("roster", "confirm", "2", "--as", "luisa")
    do("roster", "confirm", "3")

    do("undo")
    do("undo")
    assert [one["status"] for one in do("roster", "list", "--json").json] == ["accepted", "confirmed", "accepted"]
    do("undo", "--as", "luisa")

    assert contents() == before


def test_an_undo_of_many_rows_is_one_operation_and_whole(do, edition, contents, tmp_path):
    do("edition", "edit", "RMC-1", "--seats", "1000")
    before = contents()
    rows = "".join(f"Person {n} Example,AR,p{n}@x.example\n" for n in range(300))
    (tmp_path / "roster.csv").write_text("name,country,email\n" + rows, encoding="utf-8")
    do("enroll", "--from", str(tmp_path / "roster.csv"))
    assert len(contents()["enrollment"]) == 303

    do("undo")

    assert contents() == before


def test_an_undo_that_came_after_the_reading_is_not_undone_in_its_place(store, act, contents):
    store.apply(act.operation("person add", insert("person", [{"id": new_id(), "name": "Ana", "name_key": "ana"}])))
    (read_before,) = engine.list_operations(store)
    undoing.undo(store, read_before.number, act)
    before = contents(log=True)

    with pytest.raises(AlreadyUndone):
        engine.undo_by_replay(store, read_before, act)

    assert read_before.standing
    assert contents(log=True) == before
