"""`coursectl init` makes the file that --store names, and never touches one that is there."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

NEXT = "Next: coursectl course add CODE --title TITLE, or coursectl import FOLDER"


def test_it_makes_a_store_here(cli):
    answer = cli("init")

    assert (answer.code, answer.err, answer.out) == (0, "", f"The store coursectl.db is made. {NEXT}\n")
    assert [path.name for path in Path().iterdir() if path.suffix == ".db"] == ["coursectl.db"]
    assert (cli("course", "list", "--json").json, cli("log", "--json").json) == ([], [])


@pytest.mark.parametrize("name", ["años/mi curso.db", "x.sqlite"])
def test_it_makes_the_file_that_store_names(cli, name):
    Path("años").mkdir()

    answer = cli("--store", name, "init", "--json")

    assert (answer.code, answer.json) == (0, {"store": name})
    assert (Path(name).is_file(), Path("coursectl.db").exists()) == (True, False)
    assert cli("course", "list", "--store", name, "--json").json == []


def test_it_makes_the_file_that_the_environment_names(cli, monkeypatch):
    monkeypatch.setenv("COURSECTL_STORE", "named.db")

    assert cli("init", "--json").json == {"store": "named.db"}
    assert Path("named.db").is_file()


def test_a_store_in_a_folder_above_is_no_reason_not_to_make_one_here(cli, monkeypatch):
    assert cli("init").code == 0
    Path("below").mkdir()
    monkeypatch.chdir("below")

    assert (cli("init").code, Path("coursectl.db").is_file()) == (0, True)


@pytest.mark.parametrize("option", [(), ("--dry-run",)], ids=["init", "dry run"])
def test_a_file_that_is_there_is_left_as_it_is(cli, option):
    Path("coursectl.db").write_bytes(b"mine")

    answer = cli("init", *option)

    assert (answer.code, answer.out, answer.err.count("\n")) == (4, "", 1)
    assert Path("coursectl.db").read_bytes() == b"mine"


def test_a_file_without_a_byte_is_no_store_and_becomes_one(cli):
    Path("coursectl.db").touch()

    assert cli("init").code == 0
    assert (cli("course", "list", "--json").json, cli("store", "check").code) == ([], 0)
    assert cli("init").code == 4


def test_of_two_that_make_a_store_of_one_empty_file_one_is_told_that_it_is_there():
    Path("coursectl.db").touch()
    command = [sys.executable, "-m", "coursectl", "init"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    for one in both:
        one.communicate(timeout=60)

    assert sorted(one.returncode for one in both) == [0, 4, 4]


# What was killed ---------------------------------------------------------------------------------------------------------


def _draft(number: int, age: float) -> list[Path]:
    draft = Path(f".coursectl-{number}.new")
    beside = draft.with_name(draft.name + "-journal")
    for file in (draft, beside):
        file.touch()
        os.utime(file, (time.time() - age,) * 2)
    return [draft, beside]


def test_what_an_init_that_was_killed_has_left_is_swept_by_a_later_one(cli):
    left, old = _draft(1, 120), _draft(2, 100_000)
    at_work, just_made = _draft(3, 120), _draft(4, 10)
    with closing(sqlite3.connect(at_work[0], isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")

        assert cli("init").code == 0

        assert [file for file in (*left, *old, *just_made) if file.exists()] == just_made
        assert at_work[0].exists()


def test_a_second_name_of_a_store_that_was_published_is_swept_and_the_store_stays(cli):
    """Killed between giving the store its name and taking the draft's away."""
    assert cli("init").code == 0
    assert cli("person", "add", "Ana").code == 0
    os.link("coursectl.db", ".coursectl-1.new")
    os.utime("coursectl.db", (time.time() - 120,) * 2)

    assert cli("init", "--store", "other.db").code == 0

    assert not Path(".coursectl-1.new").exists()
    assert [one["name"] for one in cli("person", "list", "--json").json] == ["Ana"]


# Dry run -----------------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(cli):
    answer = cli("init", "--dry-run")

    told = f"Would be done, nothing was written: The store coursectl.db is made. {NEXT}\n"
    assert (answer.code, answer.err, answer.out) == (0, "", told)
    assert cli("init", "--dry-run", "--json").json == {"store": "coursectl.db", "dry_run": True}
    assert list(Path().iterdir()) == []


def test_a_dry_run_is_refused_where_the_command_would_be(cli):
    Path("Dropbox").mkdir()

    for line in (("--store", "no/x.db"), ("--store", "Dropbox/x.db"), ("--read-only",)):
        dry, wet = cli("init", *line, "--dry-run"), cli("init", *line)
        assert (dry.code, dry.err) == (wet.code, wet.err)
        assert dry.code in (4, 5)
    assert list(Path("Dropbox").iterdir()) == []


def test_a_second_init_is_refused(cli):
    cli("init")
    cli("course", "add", "X", "--title", "T")

    assert cli("init").code == 4
    assert [one["code"] for one in cli("course", "list", "--json").json] == ["X"]


@pytest.mark.parametrize(("name", "code"), [("nowhere/x.db", 5), ("here", 4), ("https://node.example", 2)])
def test_where_no_store_can_be_is_told_in_a_sentence(cli, name, code):
    Path("here").mkdir()

    answer = cli("init", "--store", name)

    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert [path.name for path in Path().iterdir()] == ["here"]
