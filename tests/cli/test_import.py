"""`coursectl import`, as it is typed and answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coursectl.workflows.demo import example_folder

WHAT = "5 editions, 16 topics, 23 experts, 68 sessions, 28 participants, 1064 marks, 16 published figures"


@pytest.fixture
def folder():
    return shutil.copytree(example_folder(), "icim-37")


def test_it_says_what_came_and_what_to_type_next_and_a_second_time_that_nothing_did(cli, store, folder):
    first, second = cli("import", folder), cli("import", folder)

    assert (first.code, first.err, first.out) == (
        0, "", f"ICIM is imported: {WHAT}. Next: coursectl edition use ICIM-37\n",
    )  # fmt: skip
    assert (second.code, second.out) == (0, f"ICIM is like that already; nothing was changed ({WHAT}).\n")
    assert cli("edition", "use", "ICIM-37").code == 0


def test_a_dry_run_says_the_same_in_the_conditional_and_writes_nothing(cli, store, folder):
    answer = cli("import", folder, "--dry-run")

    assert answer.out == (
        f"Would be done, nothing was written: ICIM is imported: {WHAT}. Next: coursectl edition use ICIM-37\n"
    )
    assert cli("import", folder, "--dry-run", "--json").json["dry_run"] is True
    assert (cli("course", "list", "--json").json, cli("log", "--json").json) == ([], [])


def test_the_answer_in_json_is_a_contract(cli, store, folder):
    counts = {
        "course.toml": ("editions", 5), "topics.csv": ("topics", 16), "experts.csv": ("experts", 23),
        "sessions.csv": ("sessions", 68), "roster.csv": ("participants", 28), "attendance.csv": ("marks", 1064),
        "figures.csv": ("figures", 16),
    }  # fmt: skip

    first, second = (cli("import", folder, "--json").json for _ in range(2))

    assert first == {
        "course": "ICIM",
        "edition": "ICIM-37",
        "changed": True,
        "steps": [
            {"file": file, "what": what, "count": count, "changed": True} for file, (what, count) in counts.items()
        ],
    }
    assert second == first | {"changed": False, "steps": [step | {"changed": False} for step in first["steps"]]}


def test_one_thing_is_one_thing(cli, store):
    Path("small").mkdir()
    Path("small/course.toml").write_text('[course]\ncode = "X"\ntitle = "T"\n')
    Path("small/topics.csv").write_text("code,title\na,A\n")

    assert cli("import", "small").out == "X is imported: 0 editions, 1 topic.\n"


def test_faults_go_to_stderr_and_the_code_is_that_of_bad_input(cli, store, folder):
    roster = Path(folder, "roster.csv")
    roster.write_text(roster.read_text("utf-8-sig").replace(";Argentina;", ";Atlantis;"), "utf-8-sig")
    toml = Path(folder, "course.toml")
    toml.write_text(toml.read_text("utf-8").replace("seats = 30", "seets = 30"), "utf-8")

    answer = cli("import", folder, "--json")

    lines = answer.err.splitlines()
    assert (answer.code, answer.out) == (5, "")
    assert lines[:3] == [
        "course.toml: 1 fault, nothing was written.",
        '  "[[editions]] 2 seets": no such key; did you mean seats?',
        "roster.csv: 3 faults, nothing was written.",
    ]
    assert [line.partition(":")[0] for line in lines[3:]] == [f'  row {row}, "País"' for row in (2, 3, 4)]
    assert cli("course", "list", "--json").json == []


def test_without_a_store_it_says_how_to_make_one(cli, folder):
    answer = cli("import", folder)

    assert (answer.code, answer.out) == (6, "")
    assert "coursectl init" in answer.err
