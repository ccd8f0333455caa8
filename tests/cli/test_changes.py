"""A dry run of an edit says what each field is and would be. All people are invented."""

from __future__ import annotations

import dataclasses

import pytest

from coursectl.cli.changes import LABELS
from coursectl.editions import Course, Edition
from coursectl.enrollment import Correction
from coursectl.people import Organization, Person
from coursectl.program import Session, Topic

# What no edit changes: what things are known by, and what is worked out.
FIXED = {
    "id",
    "edition",
    "editions",
    "reference",
    "number",
    "course",
    "course_id",
    "closed_on",
    "cancelled",
    "cancel_reason",
    "own_modality",  # which the change of the modality is told by
}


@pytest.fixture
def do(cli, icim37):
    """Run a line that must do its work."""

    def call(*words):
        answer = cli(*words)
        assert answer.code == 0, (words, answer.err)
        return answer

    for line in (
        ["edition", "use", "ICIM-37"],
        ["edition", "edit", "--organizer", "IOM", "--signatory", "Helena Duarte | Director | IOM"],
        ["org", "add", "Dirección Nacional de Migraciones (DNM)"],
        ["topic", "add", "Asylum", "--code", "asylum"],
        ["session", "add", "Asylum", "--day", "1", "--start", "9:00", "--end", "10:30"],
        ["enroll", "Ana Paz", "--country", "AR", "--email", "ana@x.example", "--org", "DNM"],
        ["expert", "add", "Silvia Zárate", "--country", "UY"],
    ):
        call(*line)
    return call


EDITS = [
    (
        ["edition", "edit", "--seats", "28", "--title", "es=Otro", "--waiting-list", "--costs", "Lodging", "--partner", "ACNUR",
         "--signatory", "Helena Duarte | Regional Director"],
        "ICIM-37 is changed.",
        [
            ("title.en", "Inter-American Course on International Migration", None,
             "title (en): Inter-American Course on International Migration -> –"),
            ("title.es", "Curso Interamericano sobre Migraciones Internacionales", "Otro",
             "title (es): Curso Interamericano sobre Migraciones Internacionales -> Otro"),
            ("seats", 30, 28, "seats: 30 -> 28"),
            ("waiting_list", False, True, "waiting list: no -> yes"),
            ("costs.en", None, "Lodging", "costs covered (en): – -> Lodging"),
            ("partner", [], ["ACNUR"], "partners: – -> ACNUR"),
            ("signatories", ["Helena Duarte | Director | IOM"], ["Helena Duarte | Regional Director | IOM"],
             "signatories: Helena Duarte | Director | IOM -> Helena Duarte | Regional Director | IOM"),
        ],
    ),
    (
        ["course", "edit", "ICIM", "--objectives", "pt=Metas", "--attendance", "75"],
        "Course ICIM is changed.",
        [
            ("objectives.pt", None, "Metas", "objectives (pt): – -> Metas"),
            ("attendance_minimum", 0.8, 0.75, "attendance needed: 0.8 -> 0.75"),
        ],
    ),
    (
        ["org", "edit", "DNM", "--website", "https://dnm.example"],
        "Dirección Nacional de Migraciones is changed.",
        [("website", None, "https://dnm.example", "website: – -> https://dnm.example")],
    ),
    (
        ["topic", "edit", "asylum", "--title", "es=Asilo"],
        "ICIM: the topic asylum is changed.",
        [("title.es", None, "Asilo", "title (es): – -> Asilo")],
    ),
    (
        ["person", "edit", "ana@x.example", "--email", "paz@x.example", "--birth-year", "1980"],
        "Ana Paz is changed.",
        [
            ("birth_year", None, 1980, "year of birth: – -> 1980"),
            ("email", "ana@x.example", "paz@x.example", "e-mail: ana@x.example -> paz@x.example"),
        ],
    ),
    (
        ["session", "edit", "1", "--room", "Aula", "--end", "11:00", "--expert", "Silvia Zárate"],
        "ICIM-37: session 1 is changed.",
        [
            ("end", "10:30", "11:00", "end: 10:30 -> 11:00"),
            ("minutes", 90, 120, "minutes: 90 -> 120"),
            ("room", None, "Aula", "room: – -> Aula"),
            ("experts", [], ["Silvia Zárate"], "experts: – -> Silvia Zárate"),
        ],
    ),
    (
        ["roster", "edit", "1", "--post", "Jefa", "--org", "New Office", "--publish", "--by", "DNM"],
        "Ana Paz in ICIM-37 is corrected. New organizations: New Office.",
        [
            ("organization", "DNM", "New Office", "organization: DNM -> New Office"),
            ("nominated_by", None, "DNM", "nominated by: – -> DNM"),
            ("post", None, "Jefa", "post: – -> Jefa"),
            ("publish", None, True, "in the directory: – -> yes"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("command", "sentence", "changes"), EDITS, ids=[" ".join(one[0][:2]) for one in EDITS])
def test_a_dry_run_says_what_would_change_and_the_same_in_json(do, command, sentence, changes):
    before = do("log", "--json").json

    said, in_json = do(*command, "--dry-run"), do(*command, "--dry-run", "--json").json

    first, *lines = said.out.splitlines()
    assert first == f"Would be done, nothing was written: {sentence}"
    assert [line for line in lines if line.startswith("  ")] == [f"  {line}" for _field, _old, _new, line in changes]
    assert in_json["dry_run"] is True
    assert in_json["changes"] == [{"field": field, "old": old, "new": new} for field, old, new, _line in changes]
    assert do("log", "--json").json == before


@pytest.mark.parametrize(
    ("command", "changes"), [(one[0], one[2]) for one in EDITS], ids=[" ".join(one[0][:2]) for one in EDITS]
)
def test_once_it_is_done_nothing_would_change_any_more(do, command, changes):
    done = do(*command, "--json").json
    again = do(*command[:2], *(["paz@x.example"] if command[0] == "person" else []), *command[2 + (command[0] == "person") :], "--dry-run", "--json").json  # fmt: skip

    assert "changes" not in done
    assert (again["dry_run"], again["changes"]) == (True, [])


def test_the_lines_are_in_the_users_language(do, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "es")

    assert do("edition", "edit", "--seats", "28", "--dry-run").out.splitlines()[1:] == ["  cupos: 30 -> 28"]


@pytest.mark.parametrize("edited", [Course, Edition, Organization, Person, Session, Topic, Correction])
def test_every_field_that_is_edited_has_a_word(edited):
    names = {field.name for field in dataclasses.fields(edited)}

    assert names - FIXED - set(LABELS) == set()
