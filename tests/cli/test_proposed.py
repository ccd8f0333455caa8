"""What `roster propose` says in JSON, on the screen and in CSV. All people are invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest


@pytest.fixture
def proposed(cli, icim37):
    """Three nominations for two seats; the minimum of Chile and the share of women aren't reached."""
    for line in (
        "edition edit ICIM-37 --seats 2 --women-share 60 --nominations-by 2015-01-15",
        "edition quota ICIM-37 --country CL --min 2",
        "enroll Ana --country AR --status nominated --sex F -e ICIM-37",
        "enroll Caio --country BR --status nominated --sex M -e ICIM-37",
        "enroll Dino --country CL --status nominated --sex M -e ICIM-37",
    ):
        assert cli(*line.split()).code == 0, line

    def call(*arguments):
        answer = cli("roster", "propose", "-e", "ICIM-37", *arguments)
        assert answer.code == 0
        return answer

    return call


LATE = "nominated after the deadline"
CHOSEN = {
    "Dino": ("accept", f"next for Chile, whose minimum is 2; {LATE}"),
    "Ana": ("accept", f"for the share of women that is aimed at; {LATE}"),
    "Caio": ("leave", f"no seat is left; number 2 in the order of nomination; {LATE}"),
}


def test_the_json_has_each_choice_with_its_sentence_and_what_is_not_reached(proposed):
    said = proposed("--json").json

    assert {one["one"]["name"]: (one["decision"], one["why"]) for one in said["choices"]} == CHOSEN
    assert said["choices"][0]["reason"] == {
        "wording": "next for {label}, whose minimum is {minimum}", "facts": [["label", "Chile"], ["minimum", 2]],
    }  # fmt: skip
    assert {**said, "choices": []} == {
        "edition": "ICIM-37", "seats": 2, "free": 2, "waiting": 0, "kept": 0, "choices": [],
        "shortfalls": [
            {"label": "Chile", "wanted": 2, "reached": 1, "kind": "minimum", "sentence": "Chile: 1 of a minimum of 2."},
            {"label": "female", "wanted": 0.6, "reached": 0.5, "kind": "share",
             "sentence": "Share of women: 50 %, 60 % are aimed at."},
        ],
    }  # fmt: skip


def test_the_sentences_are_in_the_users_language_and_the_facts_in_none(proposed, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "es")

    said = proposed("--json").json

    assert [one["decision"] for one in said["choices"]] == ["accept", "accept", "leave"]
    assert said["choices"][0]["why"] == "siguiente por Chile, cuyo mínimo es 2; postulado fuera de plazo"
    assert said["shortfalls"][0]["sentence"] == "Chile: 1 de un mínimo de 2."


def test_table_and_csv_say_the_same(proposed):
    table = proposed()
    rows = list(csv.DictReader(io.StringIO(proposed("--csv").out.removeprefix("\ufeff"))))

    assert [(row["one"], (row["decision"], row["why"])) for row in rows] == list(CHOSEN.items())
    assert [line for line in table.out.splitlines()[1:] if not line.endswith(CHOSEN[line.split()[1]][1])] == []
    assert table.err.splitlines() == [
        "Chile: 1 of a minimum of 2.",
        "Share of women: 50 %, 60 % are aimed at.",
        "Nothing was written; carry it out with --apply, or take it to the committee with --to FILE.",
    ]


def test_who_waits_is_told_of_before_anything_is_decided(cli, proposed):
    assert cli("edition", "edit", "ICIM-37", "--waiting-list").code == 0
    assert cli("roster", "waitlist", "Caio", "-e", "ICIM-37").code == 0

    told = (
        "1 person is on the waiting list and goes first; seats left to them: 1. "
        "To give them: coursectl roster promote 1 -e ICIM-37"
    )
    assert proposed().err.splitlines()[-1] == told
    assert proposed("--to", "table.csv").err.splitlines()[-1] == told
    said = proposed("--apply", "--dry-run")
    assert (said.out.splitlines(), said.err) == (
        ["Would be done, nothing was written: Accepted: Dino.", "On the waiting list: Ana.", "ICIM-37: seats left: 1."],
        told + "\n",
    )


def test_what_a_committee_wrote_and_left_out_is_told(proposed):
    Path("decided.csv").write_text(
        "Voto,Motivo,Name,Why\nsí,Habla guaraní,Ana,because I say so\n,Sin carta,Dino,\n", encoding="utf-8"
    )

    said = proposed("--from", "decided.csv", "--map", "Voto=decision", "--apply")

    assert said.err.splitlines() == [
        'The column "Why" is the tool\'s, and what was written there isn\'t kept (rows: 2). The committee\'s reasons go into the column "Reason".',
        "A reason is kept with a move, and nobody is moved here (rows: 3).",
    ]
    assert said.out.splitlines() == [
        "Accepted: Ana.", "ICIM-37: seats left: 1.", "Undecided, they stay nominated: Caio; Dino.",
    ]  # fmt: skip


def test_map_is_for_the_table_that_comes_back(cli, proposed):
    said = cli("roster", "propose", "-e", "ICIM-37", "--map", "Voto=decision")

    assert (said.code, said.err) == (2, "--map is for the table that --from reads.\n")
