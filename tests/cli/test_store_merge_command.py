"""`coursectl store merge`: what it answers; what it does is in tests/test_merging.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


@pytest.fixture
def two_offices(cli):
    """a.db has a course; b.db has it with an audience, and an edition of it."""
    for line in (
        ("init", "--store", "a.db"),
        ("init", "--store", "b.db"),
        ("course", "add", "ICIM", "--title", "Migration", "--store", "a.db"),
        ("course", "add", "ICIM", "--title", "Migration and refuge", "--audience", "Officials", "--store", "b.db"),
        ("edition", "add", "ICIM-37", "--start", "2016-03-07", "--end", "2016-03-18", "--place", "Lima", "--country", "PE", "--store", "b.db"),
    ):  # fmt: skip
        answer = cli(*line)
        assert answer.code == 0, answer.err


def test_it_tells_how_many_of_what_then_each_difference_then_the_way_back(cli, two_offices):
    answer = cli("store", "merge", "b.db", "--store", "a.db")

    assert (answer.code, answer.err) == (0, "")
    assert re.fullmatch(
        r"b\.db is merged into a\.db:\n"
        r"- edition: 1 new, 0 the same, 0 filled in, 0 differing\n"
        r"- course: 0 new, 0 the same, 1 filled in, 1 differing\n"
        r"Was blank here, and is filled in:\n"
        r"- ICIM, audience \(en\): – / Officials\n"
        r"Differs, and stays as it is here \(here / there\):\n"
        r"- ICIM, title \(en\): Migration / Migration and refuge\n"
        r"What was there before is kept in .*/a-before-merge-.*\.db\.\n"
        r"To take it back: coursectl undo \d{6}\n",
        answer.out,
    )


def test_a_dry_run_tells_all_of_it_beforehand(cli, two_offices):
    tried = cli("store", "merge", "b.db", "--store", "a.db", "--dry-run", "--json").json
    done = cli("store", "merge", "b.db", "--store", "a.db", "--json").json

    assert {**done, "dry_run": True, "operation": None, "backup": None} == tried
    assert Path(done["backup"]).exists()


def test_a_store_that_is_only_read_is_left_alone_and_no_backup_made(cli, two_offices):
    answer = cli("store", "merge", "b.db", "--store", "a.db", "--read-only")

    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith("a.db is opened read-only, so nothing was written.")
    assert not Path("coursectl-backups").exists()


def test_the_second_time_it_says_that_nothing_was_changed(cli, two_offices):
    assert cli("store", "merge", "b.db", "--store", "a.db").code == 0

    assert cli("store", "merge", "b.db", "--store", "a.db", "--quiet").out == ""
    assert cli("store", "merge", "b.db", "--store", "a.db").out == (
        "a.db has all of b.db already; nothing was changed.\n"
        "Differs, and stays as it is here (here / there):\n"
        "- ICIM, title (en): Migration / Migration and refuge\n"
    )
