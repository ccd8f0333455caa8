"""`coursectl edition close`, whole commands."""

from __future__ import annotations

import pytest

from coursectl.cli.closing import outcome_word, pair_reasons
from coursectl.errors import Usage
from coursectl.store import insert, new_id
from coursectl.workflows.closing import Decision

# number, name, status
PEOPLE = (
    (1, "Ana María Pérez", "accepted"),
    (2, "Luis Soto", "confirmed"),
    (3, "João da Silva", "accepted"),
    (None, "Olga Ñáñez", "nominated"),
)


@pytest.fixture
def course(store, act, icim37):
    """ICIM-37 with ten sessions of 90 minutes and four people; completing needs 80 %."""
    sessions = [
        {
            "id": new_id(), "edition_id": icim37.edition, "number": number, "date": f"2015-03-{8 + number:02}",
            "start_time": "09:00", "end_time": "10:30", "kind": "lecture", "counts": 1, "title": '{"en": "Title"}',
        }
        for number in range(1, 11)
    ]  # fmt: skip
    people = [{"id": new_id(), "name": name, "name_key": name.casefold()} for _number, name, _status in PEOPLE]
    enrollments = [
        {
            "id": new_id(), "edition_id": icim37.edition, "person_id": person["id"], "status": status, "number": number,
            "country": "AR", "enrolled_at": act.now,
        }
        for person, (number, _name, status) in zip(people, PEOPLE, strict=True)
    ]  # fmt: skip
    statements = [*insert("session", sessions), *insert("person", people), *insert("enrollment", enrollments)]
    store.apply(act.operation("sample", statements))
    return icim37


@pytest.fixture
def attended(cli, course):
    """Eight sessions with marks: Ana was in all of them, Luis in six, João in none."""
    for session in range(1, 9):
        absent = "2,3" if session < 3 else "3"
        assert cli("attend", "mark", session, "--all", "present", "--absent", absent).code == 0


def statuses(cli):
    return {row["name"]: row["status"] for row in cli("edition", "close", "--json").json}


def commands(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_a_proposal_is_a_table_with_reasons_and_writes_nothing(cli, attended):
    answer = cli("edition", "close", "ICIM-37")

    assert answer.code == 0
    assert answer.out.splitlines() == [
        "No.  Name             Outcome        Reason",
        "  1  Ana María Pérez  completed      12.0 of 12 h = 100 %, needs 80 %",
        "  2  Luis Soto        not completed  9.0 of 12 h = 75 %, needs 80 %",
        "  3  João da Silva    no show        seen in no session",
    ]
    assert answer.err.splitlines() == [
        "2 sessions have no marks: 9, 10; the rates leave them out.",
        "1 nominated or waiting is left as they are.",
        "Nothing is written yet. To close: coursectl edition close ICIM-37 --apply",
    ]
    assert statuses(cli)["Ana María Pérez"] == "accepted"


def test_a_proposal_as_json_is_a_list(cli, attended):
    row = cli("edition", "close", "--json").json[1]

    assert row.pop("enrollment_id").isdecimal()
    assert row == {
        "number": 2, "name": "Luis Soto", "status": "confirmed", "outcome": "not_completed",
        "reason": "9.0 of 12 h = 75 %, needs 80 %", "rate": 0.75, "minutes": 540, "of_minutes": 720, "by_exception": False,
    }  # fmt: skip


def test_apply_writes_outcomes_and_closes(cli, attended):
    answer = cli("edition", "close", "ICIM-37", "--apply", "--complete", "Luis Soto", "--because", "Made up for it")

    assert answer.code == 0
    assert answer.out == (
        "ICIM-37 is closed: 2 completed, 0 not completed, 1 no show. 1 nominated or waiting is left as they are.\n"
    )
    assert statuses(cli) == {
        "Ana María Pérez": "completed", "Luis Soto": "completed", "João da Silva": "no_show",
    }  # fmt: skip
    assert commands(cli)[0] == "edition close ICIM-37"
    assert cli("edition", "show", "ICIM-37", "--json").json["closed_on"] is not None


def test_apply_as_json_counts_the_outcomes(cli, attended):
    answer = cli("edition", "close", "--apply", "--json", "--dry-run").json

    assert [row["outcome"] for row in answer.pop("outcomes")] == ["completed", "not_completed", "no_show"]
    assert len(answer.pop("closed_on")) == 10
    assert answer == {
        "edition": "ICIM-37", "changed": True, "completed": 1, "not_completed": 1, "no_show": 1, "left": 1,
        "without_marks": [9, 10], "dry_run": True,
    }  # fmt: skip
    assert statuses(cli)["Ana María Pérez"] == "accepted"


def test_a_dry_run_says_so(cli, attended):
    answer = cli("edition", "close", "--apply", "--dry-run")

    assert answer.out.startswith("Would be done, nothing was written: ICIM-37 is closed: 1 completed")
    assert commands(cli)[0] == "attend mark ICIM-37"


def test_closing_twice_is_harmless_and_marking_is_refused_until_undo(cli, attended):
    cli("edition", "close", "--apply", "--as", "ana")
    again = cli("edition", "close", "--apply", "--as", "ana")
    shown = cli("edition", "close")
    marking = cli("attend", "mark", "9", "--all", "present")

    assert (again.code, commands(cli).count("edition close ICIM-37")) == (0, 1)
    assert again.out.startswith("ICIM-37 is closed already, since ")
    assert again.out.endswith("; nothing was changed.\n")
    assert "ICIM-37 is closed already, since " in shown.err
    assert marking.code == 4
    assert "coursectl undo" in marking.err

    assert cli("undo", "--as", "ana", "--yes").code == 0
    assert statuses(cli)["Ana María Pérez"] == "accepted"
    assert cli("attend", "mark", "9", "--all", "present").code == 0


def test_without_attendance_everybody_is_decided_by_hand(cli, course):
    proposal = cli("edition", "close")
    refused = cli("edition", "close", "--apply")
    done = cli("edition", "close", "--complete", "all", "--because", "The sheets were lost in a flood", "--apply")

    assert proposal.out.splitlines()[1] == "  1  Ana María Pérez  undecided  no attendance was recorded"
    assert (refused.code, refused.err.splitlines()[-1]) == (
        4,
        "ICIM-37 can't be closed yet: no attendance was recorded, so 3 outcomes are undecided. "
        'Decide for all: coursectl edition close ICIM-37 --complete all --because "…" --apply',
    )
    assert done.out.startswith("ICIM-37 is closed: 3 completed, 0 not completed, 0 no show.")
    reasons = {row["name"]: row["reason"] for row in cli("edition", "close", "--json").json}
    assert set(reasons.values()) == {"The sheets were lost in a flood"}


def test_reasons_belong_to_the_exceptions_before_them(cli, attended):
    answer = cli(
        "edition", "close", "--no-show=1", "--because", "Badge lent", "--complete", "2", "--complete=3", "--because=Visits", "--json"
    )  # fmt: skip

    assert {row["name"]: (row["outcome"], row["reason"]) for row in answer.json} == {
        "Ana María Pérez": ("no_show", "Badge lent"),
        "Luis Soto": ("completed", "Visits"),
        "João da Silva": ("completed", "Visits"),
    }


def test_an_edition_with_nobody_says_so(cli, icim37, store):
    answer = cli("edition", "close")

    assert answer.err.splitlines()[0] == "Nobody in ICIM-37 is accepted or confirmed."


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--complete", "1"], 2, 'An exception needs a reason: --because "…"'),
        (["--complete", "1", "--because", " "], 2, 'An exception needs a reason: --because "…"'),
        (["--because", "x"], 2, "--because 'x' is nobody's reason. Write it after the exceptions that it is for."),
        (
            ["--complete", "1", "--because", "x", "--because", "y"],
            2,
            "--because 'y' is nobody's reason. Write it after the exceptions that it is for.",
        ),
        (
            ["--complete", "1", "--because", "x", "--no-show", "2", "--because", "y", "--complete", "3"],
            2,
            "'3' has no reason. Write --because after it, or one --because for all.",
        ),
        (["--complete", "1", "--no-show", "1", "--because", "x"], 2, "The outcome of Ana María Pérez is decided twice. Name everybody once."),
        (
            ["--complete", "Nadie", "--because", "x"],
            3,
            "Nobody in ICIM-37 fits 'Nadie'. See who is in it with: coursectl roster list -e ICIM-37 --all",
        ),
        (
            ["--complete", "Olga", "--because", "x"],
            4,
            "Olga Ñáñez is nominated in ICIM-37 and gets no outcome. First: coursectl roster accept NAME -e ICIM-37",
        ),
    ],
)  # fmt: skip
def test_exceptions_that_cannot_be_meant_are_said(cli, attended, arguments, code, sentence):
    answer = cli("edition", "close", *arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", f"{sentence}\n")


def test_one_reason_is_for_all_wherever_it_stands():
    assert pair_reasons([("because", "why"), ("complete", "1"), ("no_show", "All")]) == [
        Decision("1", "completed", "why"),
        Decision(None, "no_show", "why"),
    ]


def test_no_exception_needs_no_reason():
    assert pair_reasons([]) == []


def test_a_reason_before_all_of_several_is_nobody_s():
    with pytest.raises(Usage, match="'why' is nobody's reason"):
        pair_reasons([("because", "why"), ("complete", "1"), ("because", "therefore")])


def test_outcomes_in_words():
    assert [outcome_word(code) for code in (None, "completed", "not_completed", "no_show", "accepted")] == [
        "undecided", "completed", "not completed", "no show", "accepted",
    ]  # fmt: skip
