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
        r"- edition: 1 new\n"
        r"- course: 1 filled in, 1 differing\n"
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


def merged(cli, *more: str) -> str:
    answer = cli("store", "merge", "b.db", "--store", "a.db", *more)
    assert answer.code == 0, answer.err
    return answer.out


def test_who_came_in_is_named_and_what_differs_is_counted_by_the_thing_and_said_in_words(cli, two_offices, monkeypatch):
    for store, country in (("a.db", "AR"), ("b.db", "UY")):
        cli("org", "add", "Dirección de Migraciones", "--acronym", "DNM", "--country", country, "--store", store)
    assert cli("store", "merge", "b.db", "--store", "a.db").code == 0
    for store, post in (("a.db", "Head"), ("b.db", "Clerk")):
        added = cli("enroll", "Ana Sosa", "--country", "PE", "--email", "ana@x.example", "--org", "DNM", "--post", post, "-e", "ICIM-37", "--store", store, "--yes")  # fmt: skip
        assert added.code == 0, added.err
    cli("person", "add", "Bruno Díaz", "--nationality", "PE", "--store", "a.db")
    cli("person", "add", "Bruno Díaz", "--nationality", "CL", "--store", "b.db")

    told = merged(cli, "--dry-run")

    assert "- enrollment: 1 differing\n" in told
    assert "Came in, people:\n- Bruno Díaz (CL)\n" in told
    assert "Bruno Díaz (CL) / Bruno Díaz (PE)\n" in told
    assert "enrolled_at" not in told
    assert " 0 " not in told
    monkeypatch.setenv("COURSECTL_LANG", "es")
    assert ", título (en): Migration / Migration and refuge\n" in merged(cli, "--dry-run")


def test_organizations_that_came_in_are_named_with_their_country(cli, two_offices):
    cli("org", "add", "Dirección de Migraciones", "--acronym", "DNM", "--country", "UY", "--store", "b.db")

    assert "Came in, organizations:\n- DNM, Dirección de Migraciones, UY\n" in merged(cli)


def test_two_organizations_of_one_acronym_are_told_apart(cli, two_offices):
    assert cli("edition", "add", "ICIM-37", "--start", "2016-03-07", "--end", "2016-03-18", "--place", "Lima", "--country", "PE", "--store", "a.db").code == 0  # fmt: skip
    for store, country in (("a.db", "AR"), ("b.db", "UY")):
        cli("org", "add", "Dirección de Migraciones", "--acronym", "DNM", "--country", country, "--store", store)
        added = cli("enroll", "Ana Sosa", "--country", country, "--email", "ana@x.example", "--org", "DNM", "-e", "ICIM-37", "--store", store)  # fmt: skip
        assert added.code == 0, added.err

    assert ", organization: DNM, Dirección de Migraciones, AR / DNM, Dirección de Migraciones, UY\n" in merged(cli)
