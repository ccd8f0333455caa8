"""`coursectl log` and `coursectl undo`, as they are typed and answer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from coursectl.store import insert


@pytest.fixture
def done(cli, store_path):
    """A course and a person, by two offices."""
    assert cli("course", "add", "RMC", "--title", "Regional", "--as", "ana").code == 0
    assert cli("person", "add", "Luis Gómez", "--as", "luisa").code == 0


def test_the_log_is_newest_first_with_number_time_who_what_and_how_many_rows(cli, done):
    lines = cli("log").out.splitlines()

    assert re.split(r"  +", lines[0]) == ["Number", "When", "Who", "What", "Rows"]
    number, at, who, what, rows = re.split(r"  +", lines[1])
    assert re.fullmatch(r"\d{6}", number)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", at)
    assert (who, what, rows) == ("luisa", "person add", "person 1: Luis Gómez")
    assert re.split(r"  +", lines[2])[2:] == ["ana", "course add RMC", "course 1"]


def test_the_log_in_json_is_a_contract(cli, done):
    newest, oldest = cli("log", "--json").json

    assert newest["id"].endswith(newest["number"])
    assert {**newest, "id": 0, "number": 0, "at": 0} == {
        "number": 0, "at": 0, "actor": "luisa", "command": "person add", "changes": {"person": 1}, "standing": True,
        "undo": "replay", "id": 0, "undoes": None, "undone_by": None, "people": ["Luis Gómez"], "more": 0,
    }  # fmt: skip
    assert oldest["command"] == "course add RMC"


def test_the_log_keeps_nobodys_name_and_shows_whom_an_operation_touched_as_they_are_called_now(cli, done):
    """The words of a command would outlive an erase."""
    assert cli("edition", "add", "RMC-1", "--start", "2026-03-02", "--end", "2026-03-04", "--seats", "9").code == 0
    for name in ("Ana Paz", "Eva Ruiz"):
        assert cli("roster", "nominate", name, "--by", "DNM", "--country", "AR", "-e", "RMC-1").code == 0
    assert cli("roster", "accept", "--all", "--status", "nominated", "-e", "RMC-1", "--yes").code == 0
    Path("list.csv").write_text("name,country\nZoe Luz,PE\nIda Sol,PE\nUma Mar,PE\n", "utf-8")
    assert cli("enroll", "--from", "list.csv", "-e", "RMC-1").code == 0
    assert cli("person", "edit", "Ana Paz", "--name", "Ana Paz Ríos").code == 0

    def told():
        return [re.split(r"  +", line)[3:5] for line in cli("log", "--limit", "6").out.splitlines()[1:]]

    assert told() == [
        ["person edit", "person 1: Ana Paz Ríos"],
        ["enroll RMC-1", "enrollment 3, person 3: Zoe Luz, Ida Sol and 1 more"],
        ["roster accept RMC-1", "enrollment 2: Ana Paz Ríos, Eva Ruiz"],
        ["roster nominate RMC-1", "enrollment 1, person 1: Eva Ruiz"],
        ["roster nominate RMC-1", "enrollment 1, organization 1, person 1: Ana Paz Ríos"],
        ["edition add RMC-1", "edition 1"],
    ]
    assert cli("person", "erase", "Ana Paz Ríos", "--yes").code == 0
    assert "Paz" not in cli("log", "--limit", "50").out + cli("log", "--json").out + cli("log", "--csv").out


def test_who_isn_t_there_any_more_isn_t_named(cli, done):
    assert cli("undo", "--as", "luisa").code == 0

    assert "Gómez" not in cli("log").out + cli("log", "--json").out + cli("log", "--csv").out


def test_the_log_is_as_long_as_asked_for(cli, done):
    assert [one["command"] for one in cli("log", "-n", "1", "--json").json] == ["person add"]
    assert cli("log", "-n", "1").err == "1 of 2 operations are shown. For all: coursectl log --limit 2\n"
    assert cli("log", "-n", "2").err == ""
    assert cli("log", "--limit", "0").err == "coursectl log: --limit is at least 1, not 0.\n"


def test_an_empty_log_says_so(cli, store_path):
    assert cli("log") == type(cli("log"))(0, "", "Nothing was done yet.\n")


def test_undo_takes_back_ones_own_last_operation_and_says_which(cli, done):
    newest = cli("log", "--json").json[0]

    answer = cli("undo", "--as", "luisa")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        f"Undone: person add ({newest['number']}, luisa, {newest['at'][:19].replace('T', ' ')}). What it wrote is as it was before.\n"
    )
    assert cli("person", "list", "--json").json == []
    assert [course["code"] for course in cli("course", "list", "--json").json] == ["RMC"]
    assert [re.split(r"  +", line)[-1] for line in cli("log").out.splitlines()[1:3]] == ["person 1", "undone"]


def test_undo_in_json_says_what_was_undone(cli, done):
    oldest = cli("log", "--json").json[-1]

    answer = cli("undo", oldest["number"], "--json").json

    assert answer == {
        "id": oldest["id"], "number": oldest["number"], "command": "course add RMC", "actor": "ana",
        "at": oldest["at"][:19].replace("T", " "), "how": "What it wrote is as it was before.", "backup": None,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["{number}", "{id}", "…{number}", " {number} "])
def test_an_operation_is_named_by_its_number_or_its_whole_id(cli, done, form):
    oldest = cli("log", "--json").json[-1]

    assert cli("undo", form.format(**oldest), "--json").json["id"] == oldest["id"]


def test_a_dry_undo_says_what_it_would_do(cli, done):
    before = cli("log", "--json").json

    answer = cli("undo", "--as", "ana", "--dry-run")

    assert answer.out.startswith("Would be done, nothing was written: Undone: course add RMC (")
    assert cli("log", "--json").json == before


@pytest.mark.parametrize(
    ("number", "code", "sentence"),
    [
        ("000000", 3, "The log has no operation 000000. List them with: coursectl log\n"),
        ("99999999999999999999999", 3, "The log has no operation 99999999999999999999999. List them with: coursectl log\n"),
        ("last", 5, "'last' is no operation's number. List them with: coursectl log\n"),
        ("%", 5, "'%' is no operation's number. List them with: coursectl log\n"),
        ("٣", 5, "'٣' is no operation's number. List them with: coursectl log\n"),
        ("", 5, "'' is no operation's number. List them with: coursectl log\n"),
    ],
)  # fmt: skip
def test_what_names_no_operation_is_one_sentence(cli, done, number, code, sentence):
    answer = cli("undo", number)

    assert (answer.code, answer.out, answer.err) == (code, "", sentence)


def test_digits_that_end_several_numbers_list_them(cli, store, act):
    for number in (1_000_000_123_456, 2_000_000_123_456):
        row = {"id": number, "code": f"C{number}", "title": '{"en": "x"}'}
        store.apply(replace(act.operation("course add", insert("course", [row])), id=number))

    answer = cli("undo", "123456")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("123456 ends the numbers of several operations: ")
    assert "1000000123456" in answer.err
    assert "2000000123456" in answer.err


def test_fewer_digits_than_the_log_shows_undo_nothing(cli, store_path):
    cli("course", "add", "ICIM", "--title", "x")
    number = cli("log", "--json").json[0]["number"]

    answer = cli("undo", number[-3:])

    assert (answer.code, answer.err) == (
        5,
        f"'{number[-3:]}' is no operation's number. List them with: coursectl log\n",
    )
    assert cli("undo", number).code == 0


def test_who_has_done_nothing_has_nothing_to_undo(cli, done):
    answer = cli("undo", "--as", "nobody")

    assert (answer.code, answer.err) == (3, "Nothing of nobody's is left to undo. See: coursectl log\n")


def test_an_undo_is_in_the_log_and_can_be_undone(cli, done):
    number = cli("log", "--json").json[0]["number"]
    cli("undo", number)
    undoing = cli("log", "--json").json[0]
    assert (undoing["command"], undoing["undoes"][-6:], undoing["standing"]) == (f"undo {number}", number, True)

    assert cli("undo", undoing["number"]).code == 0

    assert [person["name"] for person in cli("person", "list", "--json").json] == ["Luis Gómez"]
    assert [one["standing"] for one in cli("log", "--json").json] == [True, False, True, True]


def test_an_import_is_undone_step_by_step(cli, store_path):
    example = Path(__file__).parents[2] / "examples" / "icim-37"

    assert cli("import", example).code == 0
    steps = cli("log", "--limit", "99", "--json").json

    for step in steps:
        assert cli("undo", step["number"]).code == 0, step
    assert cli("course", "list", "--json").json == []
    assert cli("person", "list", "--json").json == []
    assert cli("org", "list", "--json").json == []
