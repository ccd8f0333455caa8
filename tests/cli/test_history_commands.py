"""`history totals|editions|countries|topics|figures` as they are typed and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from coursectl.store import Act, Store
from history_samples import Course, real_course

Cli = Callable[..., Any]
ADD = ("history", "figures", "add", "-e", "ICIM-36", "--measure", "participants", "--value", "31", "--publisher", "DNM")


@pytest.fixture
def real(store: Store, act: Act) -> Course:
    """ICIM 36 to 40 with the published figures, 2 of 3 completed the 37th, and a topic that is new in it."""
    course = real_course(store, act)
    course.trainee(37, country="AR")
    course.trainee(37, country="BR")
    course.trainee(37, status="not_completed")
    course.topic("law", 36, 37)
    course.topic("environment", 37)
    return course


def test_totals_are_read_line_by_line_and_end_with_the_sentence(cli: Cli, real: Course) -> None:
    answer = cli("history", "totals", "-e", "ICIM-37")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "Course                 ICIM\n"
        "Through                ICIM-37\n"
        "Trained, as published  more than 800\n"
        "Said by                IOM, 2015 (government officials)\n"
        "Named in records       2\n"
        "Participations         2\n"
        "Countries              2\n"
        "Experts                0\n"
        "Contact hours          0\n"
        "Certificates           0\n"
        "Headcounts             ICIM-36: 28\n"
        "                       ICIM-37: 28 (not in the sum)\n"
        "Their sum              28\n"
        "Editions               2\n"
        "In a sentence          When the 37th edition opened in 2015, IOM spoke of more than 800 officials trained; our records name 2 who completed it, and published headcounts exist for 3 other editions.\n"
    )


def test_totals_as_json_are_what_others_build_on(cli: Cli, real: Course) -> None:
    sentence = "When the 37th edition opened in 2015, IOM spoke of more than 800 officials trained; our records name 2 who completed it, and published headcounts exist for 3 other editions."

    assert cli("history", "totals", "--through", "37", "--json").json == {
        "course": "ICIM",
        "through": "ICIM-37",
        "trained": {
            "value": 800, "qualifier": "more_than", "through": "ICIM-37", "source": "IOM, 2015 (government officials)", "sentence": sentence,
            "who": "officials", "stage": "announced", "includes_edition": "unknown", "said_by": None, "publisher": "IOM", "year": 2015,
            "said_on": None, "words": None, "note": "government officials",
        },
        "named": 2,
        "participations": 2,
        "headcount": 28,
        "headcounts": [
            {"edition": "ICIM-36", "value": 28, "qualifier": "exact", "who": "participants", "stage": "announced", "counted": True},
            {"edition": "ICIM-37", "value": 28, "qualifier": "exact", "who": "officials", "stage": "announced", "counted": False},
        ],
        "editions": 2,
        "edition_numbers": [36, 37],
        "recorded": ["ICIM-37"],
        "unknown": [],
        "countries": 2,
        "experts": 0,
        "contact_hours": 0.0,
        "certificates": 0,
        "sentence": sentence,
    }  # fmt: skip


def test_totals_end_with_the_edition_in_use_or_with_the_last_known(
    cli: Cli, real: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("history", "totals", "--json").json["trained"]["through"] == "ICIM-40"
    monkeypatch.setenv("COURSECTL_EDITION", "ICIM-38")
    assert cli("history", "totals", "--json").json["through"] == "ICIM-38"
    assert cli("history", "totals", "--course", "ICIM", "--json").json["through"] is None
    assert cli("history", "totals", "--course", "icim", "-e", "37", "--json").json["through"] == "ICIM-37"


def test_totals_of_an_empty_store_say_what_to_type(cli: Cli, store: Store) -> None:
    assert "Nothing is known yet: enroll people" in cli("history", "totals").out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("totals", "-e", "36", "--through", "37"), 2, "--edition and --through name two editions; give one of them."),
        (("totals", "-e", "ICIM-37", "--course", "OTHER"), 2, "ICIM-37 is no edition of OTHER."),
        (("totals", "--through", "12"), 3, "There is no edition ICIM-12. There are: ICIM-36, ICIM-37, ICIM-38, ICIM-39, ICIM-40."),
        (("totals", "--course", "NONE"), 3, "There is no course NONE. There are: ICIM."),
        (("countries", "--edition-only"), 2, "--edition-only needs an edition: name it with -e, or use one: coursectl edition use EDITION"),
        (("figures", "-e", "37", "retract", "1"), 2, "Options of 'retract' stand after it."),
        (("figures", "retract", "9" * 20), 3, "No figure has the number 99999999999999999999. See the numbers with: coursectl history figures"),
        (("figures", "add", "-e", "37", "--measure", "experts", "--value", "3"), 5,
         "A figure needs a source: who said it, who published it, or where it stands (said_by, publisher or source)."),
        (("figures", "add", "-e", "41", "--measure", "experts", "--value", "3", "--publisher", "IOM"), 3,
         "There is no edition ICIM-41. There are: ICIM-36, ICIM-37, ICIM-38, ICIM-39, ICIM-40."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence(
    cli: Cli, real: Course, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    answer = cli("history", *arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", sentence + "\n")


def test_editions_show_records_or_what_was_published(cli: Cli, real: Course) -> None:
    assert [line.split() for line in cli("history", "editions").out.splitlines()] == [
        ["Edition", "Year", "Place", "Start", "End", "Participants", "Source", "Completed", "Countries", "Experts", "Published"],
        ["ICIM-36", "2014", "28", "published", "16", "28"],
        ["ICIM-37", "2015", "3", "records", "2", "2", "28", "(+25)"],
        ["ICIM-38", "2016", "unknown"],
        ["ICIM-39", "2017", "30", "published", "20", "30"],
        ["ICIM-40", "2018", "22", "published", "22"],
    ]  # fmt: skip
    assert [row["reference"] for row in cli("history", "editions", "--through", "37", "--json").json] == ["ICIM-36", "ICIM-37"]  # fmt: skip


def test_countries_are_named_in_the_shown_language_and_say_what_has_no_records(cli: Cli, real: Course) -> None:
    real.trainee(36, status="accepted")

    answer = cli("history", "countries", "-e", "ICIM-38", "--lang", "es")

    assert [line.split() for line in answer.out.splitlines()] == [
        ["Code", "Country", "People", "Participations", "Editions"],
        ["AR", "Argentina", "1", "1", "1"],
        ["BR", "Brasil", "1", "1", "1"],
    ]
    assert answer.err == "From records only. No records of: ICIM-38.\nNobody has completed yet: ICIM-36.\n"
    assert cli("history", "countries", "-e", "37", "--edition-only", "--json").json == [
        {"country": "AR", "name": "Argentina", "people": 1, "participations": 1, "editions": 1},
        {"country": "BR", "name": "Brazil", "people": 1, "participations": 1, "editions": 1},
    ]


def test_topics_say_what_is_new(cli: Cli, real: Course) -> None:
    assert [line.split() for line in cli("history", "topics", "--through", "ICIM-37").out.splitlines()] == [
        ["Code", "Topic", "First", "Last", "Editions", "Sessions", "Hours"],
        ["environment", "Environment", "ICIM-37", "ICIM-37", "1", "0", "0", "new"],
        ["law", "Law", "ICIM-36", "ICIM-37", "2", "0", "0"],
    ]
    assert [(row["title"], row["new"]) for row in cli("history", "topics", "--lang", "es", "--json").json] == [
        ("environment es", True),
        ("law es", False),
    ]


def test_figures_lists_them_with_their_qualifier_and_source(cli: Cli, real: Course) -> None:
    lines = cli("history", "figures", "-e", "ICIM-38").out.splitlines()

    assert lines[0].split() == ["Number", "Edition", "Year", "Measure", "Figure", "Of", "whom", "Stage", "Source"]
    assert lines[1].split()[1:] == ["ICIM-38", "2016", "trained", "so", "far", "more", "than", "800", "officials", "announced", "IOM,", "2016"]  # fmt: skip
    assert len(cli("history", "figures", "--json").json) == 10


def test_a_figure_is_added_once_and_retracted_and_undone(cli: Cli, real: Course) -> None:
    added = cli(*ADD, "--json").json
    number = added["id"][-6:]

    assert (added["edition"], added["year"], added["value"], added["includes_edition"]) == ("ICIM-36", 2014, 31, "yes")
    assert cli(*ADD).out == f"ICIM-36: participants, 31, is known already as number {number}; nothing was changed.\n"
    assert cli("history", "figures", "retract", number, "--dry-run").out == (
        "Would be done, nothing was written: ICIM-36: participants, 31, is retracted.\n"
    )
    assert cli("history", "figures", "retract", number).out == "ICIM-36: participants, 31, is retracted.\n"
    assert len(cli("history", "figures", "--json").json) == 10
    assert cli("undo").code == 0
    assert len(cli("history", "figures", "--json").json) == 11


def test_a_dry_run_of_an_added_figure_writes_nothing(cli: Cli, real: Course) -> None:
    answer = cli(*ADD, "--qualifier", "about", "--dry-run")

    assert answer.out.startswith(
        "Would be done, nothing was written: ICIM-36: participants, about 31, is added. Number "
    )
    assert json.loads(cli(*ADD, "--dry-run", "--json").out)["dry_run"] is True
    assert len(cli("history", "figures", "--json").json) == 10


def test_a_figure_of_the_course_in_a_year_needs_no_edition(cli: Cli, real: Course) -> None:
    answer = cli("history", "figures", "add", "--course", "ICIM", "--year", "2010", "--measure", "trained_so_far", "--value", "600",
                 "--qualifier", "at_least", "--source", "a leaflet")  # fmt: skip

    assert answer.out.startswith("ICIM 2010: trained so far, at least 600, is added. Number ")


def test_no_figure_yet_says_how_to_add_one(cli: Cli, store: Store) -> None:
    answer = cli("history", "figures")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err.startswith("No published figure. Add one with: coursectl history figures add")


@pytest.mark.parametrize("path", [("totals",), ("editions",), ("countries",), ("topics",), ("figures",), ("figures", "add"), ("figures", "retract")])  # fmt: skip
def test_every_command_has_help_with_an_example(cli: Cli, path: tuple[str, ...]) -> None:
    answer = cli("history", *path, "--help")

    assert answer.code == 0
    assert f"coursectl history {' '.join(path)}" in answer.out
