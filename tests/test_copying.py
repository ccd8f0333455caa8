"""Next year's edition made of this year's: as a new one, or filling one of which little more than the number is known."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from coursectl import editions, program
from coursectl.editions import NewEdition
from coursectl.program import NewSession
from coursectl.store import open_store
from coursectl.workflows import copying


def sessions(cli, edition):
    return cli("session", "list", "-e", edition, "--json").json


def test_the_example_of_the_docs_fills_the_edition_of_which_the_year_is_known(cli, example):
    assert cli("edition", "quota", "ICIM-37", "--country", "AR", "--max", "4").code == 0
    before = cli("edition", "show", "ICIM-38", "--json").json
    assert (before["year"], before["start"], before["sessions"]) == (2016, None, 0)

    done = cli("edition", "copy", "ICIM-37", "ICIM-38", "--start", "2016-03-07")

    assert (done.code, done.err) == (
        0, "Sessions on a Saturday or Sunday now, 1 in all: 68 (2016-03-19). See: coursectl session list -e ICIM-38\n",
    )  # fmt: skip
    assert done.out.splitlines() == [
        "ICIM-38 is made from ICIM-37. Modules: 6, topics: 13, sessions: 68 (of which count: 38), quotas: 1. People are not "
        "copied. Work on it with: coursectl edition use ICIM-38",
        "ICIM-38 was there already, and keeps what it had: year.",
    ]
    old, new = (cli("edition", "show", edition, "--json").json for edition in ("ICIM-37", "ICIM-38"))
    same = (
        "sessions",
        "contact_hours",
        "modules",
        "topics",
        "place",
        "venue",
        "country",
        "seats",
        "organizers",
        "partners",
        "hosts",
    )
    assert {name: new[name] for name in same} == {name: old[name] for name in same}
    assert (new["start"], new["end"], new["year"], new["trainees"], new["experts"], new["signatories"]) == (
        "2016-03-07", "2016-03-19", 2016, 0, 0, [],
    )  # fmt: skip
    assert [(one["number"], one["start"], one["title"]) for one in sessions(cli, "ICIM-38")] == [
        (one["number"], one["start"], one["title"]) for one in sessions(cli, "ICIM-37")
    ]
    assert [one["maximum"] for one in cli("edition", "quota", "ICIM-38", "--json").json] == [4]
    assert cli("store", "check").code == 0


def test_filling_is_one_operation_that_undo_takes_back_whole(cli, example):
    def rows():
        with closing(sqlite3.connect(example)) as connection:
            tables = ("edition", "edition_party", "quota", "module", "edition_topic", "session", "session_topic")
            return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}

    before = rows()
    assert cli("edition", "copy", "ICIM-37", "ICIM-38", "--start", "2016-03-07", "--dry-run").code == 0
    assert rows() == before
    assert cli("edition", "copy", "ICIM-37", "ICIM-38", "--start", "2016-03-07").code == 0
    assert rows() != before
    assert cli("log", "--limit", "1", "--json").json[0]["command"] == "edition copy ICIM-37 ICIM-38"
    assert cli("undo").code == 0
    assert rows() == before


def test_what_the_edition_has_of_its_own_stays_and_is_said(cli, example):
    for line in (
        ["edition", "edit", "ICIM-38", "--seats", "25", "--place", "Lima", "--title", "es=Otro curso", "--partner", "ACNUR",
         "--start", "2016-04-04", "--note", "Agreed in May"],
        ["edition", "quota", "ICIM-37", "--country", "AR", "--max", "4"],
        ["edition", "quota", "ICIM-37", "--country", "BR", "--max", "4"],
        ["edition", "quota", "ICIM-38", "--country", "AR", "--max", "2"],
        ["edition", "group", "ICIM-37", "SOUTH", "AR", "CL"],
        ["edition", "group", "ICIM-38", "south", "UY"],
        ["edition", "quota", "ICIM-37", "--group", "SOUTH", "--min", "1"],
        ["topic", "add", "Zebras", "--code", "zebras", "-e", "ICIM-38"],
    ):  # fmt: skip
        assert cli(*line).code == 0, line

    done = cli("edition", "copy", "ICIM-37", "ICIM-38", "--seats", "20", "--json").json

    assert {name: done[name] for name in ("start", "end", "sessions", "counting", "quotas", "kept")} == {
        "start": "2016-04-04", "end": "2016-04-16", "sessions": 68, "counting": 38, "quotas": 2,
        "kept": ["title", "year", "place", "start", "note", "topics", "partner", "groups", "quotas"],
    }  # fmt: skip
    shown = cli("edition", "show", "ICIM-38", "--json").json
    assert {name: shown[name] for name in ("place", "seats", "title", "note", "partners", "country")} == {
        "place": "Lima", "seats": 20, "title": "Otro curso", "note": "Agreed in May", "partners": ["UNHCR"], "country": "AR",
    }  # fmt: skip
    assert [(one["key"], one["maximum"], one["countries"]) for one in cli("edition", "quota", "ICIM-38", "--json").json] == [
        ("AR", 2, []), ("BR", 4, []), ("south", None, ["UY"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("ICIM-37 ICIM-37 --start 2016-03-07", 4, "ICIM-37 is there already and has a program or people; only an edition without them is filled. Copy to another number, or change it with: coursectl edition edit ICIM-37\n"),
        ("ICIM-37 ICIM-39 --start 2016-03-07", 4, "ICIM-39 is there already and has a program or people; only an edition without them is filled. Copy to another number, or change it with: coursectl edition edit ICIM-39\n"),
        ("ICIM-37 OTHER-1 --start 2016-03-07", 5, "ICIM-37 is an edition of ICIM, whose topics are its own; it can't become one of OTHER.\n"),
        ("ICIM-37 ICIM-38", 5, "When does it start? ICIM-37 started on 2015-03-09; give the new first day with --start.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_is_one_sentence_and_stays_as_it_is(cli, example, line, code, said):
    assert cli("course", "add", "OTHER", "--title", "Other").code == 0
    assert cli("enroll", "Ana Paz", "--country", "AR", "-e", "ICIM-39", "--status", "nominated").code == 0
    before = cli("log", "--json").json

    answer = cli("edition", "copy", *line.split())

    assert (answer.code, answer.out, answer.err) == (code, "", said)
    assert cli("log", "--json").json == before


def test_who_fills_the_edition_meanwhile_is_not_overrun(store, act, icim37, monkeypatch):
    """Another office plans a session between the reading and the writing."""
    ref = editions.get_edition_ref(store, "ICIM-37")
    program.add_session(store, ref, NewSession("2015-03-09", "09:00", "10:00", {"en": "Opening"}), act)
    stub = editions.add_edition(store, "ICIM", NewEdition(38, year=2016), act)
    read = editions.own_fields

    def slow(*arguments):
        found = read(*arguments)
        subprocess.run(
            [sys.executable, "-m", "coursectl", "session", "add", "Theirs", "--day", "2016-03-07", "--start", "9:00", "--end",
             "10:00", "-e", "ICIM-38", "--store", store.name],
            check=True, capture_output=True,
        )  # fmt: skip
        return found

    monkeypatch.setattr(editions, "own_fields", slow)
    with pytest.raises(copying.EditionFilled) as refused:
        copying.copy_edition(store, ref, "ICIM-38", NewEdition(38, start="2016-03-07"), act)

    assert str(refused.value).startswith("ICIM-38 is there already and has a program or people;")
    with closing(open_store(store.name)) as again:
        assert [one.title for one in program.list_sessions(again, stub.ref)] == [{"en": "Theirs"}]
