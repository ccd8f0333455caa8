"""`coursectl init` makes the file that --store names, and never touches one that is there."""

from __future__ import annotations

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


@pytest.mark.parametrize("content", [b"", b"mine"])
def test_a_file_that_is_there_is_left_as_it_is(cli, content):
    Path("coursectl.db").write_bytes(content)

    answer = cli("init")

    assert (answer.code, answer.out, answer.err.count("\n")) == (4, "", 1)
    assert Path("coursectl.db").read_bytes() == content


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
