"""`coursectl attend …`, whole commands."""

from __future__ import annotations

import json

import pytest

from coursectl.store import insert, new_id

# number, date, start, end, kind, cancelled
SESSIONS = (
    (1, "2015-03-09", "09:00", "10:00", "ceremony", 0),
    (2, "2015-03-09", "10:30", "12:00", "lecture", 0),
    (3, "2015-03-09", "13:30", "15:00", "lecture", 0),
    (4, "2015-03-09", "15:15", "16:15", "workshop", 0),
    (5, "2015-03-10", "09:00", "10:30", "lecture", 1),
)
# number, name, e-mail, status
PEOPLE = (
    (1, "Ana María Pérez", "ana@dnm.example", "accepted"),
    (2, "[red]Luis Soto", "luis@mre.example", "confirmed"),
    (3, "João da Silva", None, "accepted"),
    (None, "Olga Ñáñez", "olga@mre.example", "nominated"),
)


@pytest.fixture
def course(store, act, icim37):
    """ICIM-37 with a day of sessions and four people."""
    sessions = [
        {
            "id": new_id(), "edition_id": icim37.edition, "number": number, "date": date, "start_time": start,
            "end_time": end, "kind": kind, "counts": int(kind != "ceremony"), "title": '{"en": "Title"}', "cancelled": cancelled,
        }
        for number, date, start, end, kind, cancelled in SESSIONS
    ]  # fmt: skip
    people = [
        {"id": new_id(), "name": name, "email": email, "email_key": email, "name_key": name.casefold()}
        for _number, name, email, _status in PEOPLE
    ]
    enrollments = [
        {
            "id": new_id(), "edition_id": icim37.edition, "person_id": person["id"], "status": status, "number": number,
            "country": "AR", "enrolled_at": act.now,
        }
        for person, (number, _name, _email, status) in zip(people, PEOPLE, strict=True)
    ]  # fmt: skip
    statements = [*insert("session", sessions), *insert("person", people), *insert("enrollment", enrollments)]
    store.apply(act.operation("sample", statements))
    return icim37


def attended(cli):
    return [(row["number"], row["minutes"], row["of_minutes"]) for row in cli("attend", "show", "--json").json]


def commands(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_a_session_is_marked_in_one_command(cli, course):
    answer = cli("attend", "mark", "2", "--all", "present", "--absent", "2", "--late", "3:10m", "-e", "ICIM-37")

    assert (answer.code, answer.out, answer.err) == (
        0,
        "ICIM-37, session 2: 1 present, 1 late, 0 excused, 1 absent.\n",
        "",
    )
    assert attended(cli) == [(1, 90, 90), (2, 0, 90), (3, 80, 90)]


def test_marking_answers_as_json(cli, course):
    answer = cli("attend", "mark", "--day", "1", "--pm", "--all", "present", "--excused", "2,3", "--json")

    assert answer.json == {
        "edition": "ICIM-37",
        "sessions": [3, 4],
        "present": 1,
        "late": 0,
        "excused": 2,
        "absent": 0,
        "changed": 6,
        "changes": [],
        "kept": [],
        "erased": 0,
    }


def test_all_keeps_the_marks_that_are_there_and_says_so(cli, course):
    cli("attend", "mark", "3", "--all", "present", "--late", "2:10m")

    foreseen = cli("attend", "mark", "--day", "1", "--all", "present", "--dry-run")
    said = cli("attend", "mark", "--day", "1", "--all", "present")

    sentence = (
        "ICIM-37, sessions 2, 3, 4: 2 present, 1 late, 0 excused, 0 absent.\n1 mark was there and stays: "
        "[red]Luis Soto, session 3: late 10 min -> present. To write over it, add --replace.\n"
    )
    assert (foreseen.out, said.out) == (f"Would be done, nothing was written: {sentence}", sentence)
    assert attended(cli) == [(1, 240, 240), (2, 230, 240), (3, 240, 240)]


def test_replace_writes_over_them_and_says_which(cli, course):
    cli("attend", "mark", "3", "--all", "present", "--late", "2:10m")
    over = ("attend", "mark", "--day", "1", "--all", "present", "--replace")

    foreseen, in_json, said = cli(*over, "--dry-run"), cli(*over, "--dry-run", "--json").json, cli(*over)

    sentence = (
        "ICIM-37, sessions 2, 3, 4: 3 present, 0 late, 0 excused, 0 absent.\n"
        "1 mark changes: [red]Luis Soto, session 3: late 10 min -> present.\n"
    )
    assert (foreseen.out, said.out) == (f"Would be done, nothing was written: {sentence}", sentence)
    assert in_json["changes"] == [
        {"number": 2, "name": "[red]Luis Soto", "session": 3, "was": "late", "was_minutes_late": 10, "said": "present",
         "said_minutes_late": 0}
    ]  # fmt: skip
    assert attended(cli) == [(1, 240, 240), (2, 240, 240), (3, 240, 240)]


def test_who_was_erased_is_on_no_sheet_and_gets_no_mark_by_all(cli, course):
    assert cli("person", "erase", "luis@mre.example", "--yes").code == 0

    said = cli("attend", "mark", "2", "--all", "present")

    assert said.out == (
        "ICIM-37, session 2: 2 present, 0 late, 0 excused, 0 absent.\n1 person who was erased is left out.\n"
    )
    assert attended(cli) == [(1, 90, 90), (2, 0, 90), (3, 90, 90)]
    by_name = cli("attend", "mark", "2", "--all", "present", "--present", "2", "--json").json
    assert (by_name["changed"], by_name["erased"]) == (1, 0)


def test_marking_the_same_again_says_that_nothing_was_changed(cli, course):
    cli("attend", "mark", "--day", "2015-03-09", "--am", "--all", "present", "--present", "1")
    answer = cli("attend", "mark", "--day", "1", "--am", "--all", "presente")

    assert answer.out == "ICIM-37, session 2: 3 present, 0 late, 0 excused, 0 absent already; nothing was changed.\n"
    assert commands(cli) == ["attend mark ICIM-37", "sample", "edition add", "course add"]


def test_a_whole_day_is_marked_with_both_halves_or_none(cli, course):
    for halves in ([], ["--am", "--pm"]):
        answer = cli("attend", "mark", "--day", "1", "--all", "present", *halves, "--json")
        assert answer.json["sessions"] == [2, 3, 4]


def test_a_dry_run_says_so_and_writes_nothing(cli, course):
    answer = cli("attend", "mark", "2", "--all", "present", "--dry-run")

    assert answer.out == (
        "Would be done, nothing was written: ICIM-37, session 2: 3 present, 0 late, 0 excused, 0 absent.\n"
    )
    assert cli("attend", "mark", "2", "--all", "present", "--dry-run", "--json").json["dry_run"] is True
    assert attended(cli) == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--all", "present"], 2, "Say what to mark: a session's number, or --day 3 with --am or --pm."),
        (["2", "--day", "1", "--all", "present"], 2, "Say a session or --day, not both."),
        (["2", "--am", "--all", "present"], 2, "--am and --pm go with --day."),
        (["2"], 2, "Say who was there or wasn't: --all present --absent 7,12 --late 3:10m --excused 9"),
        (["2", "--all", "late"], 2, "--all takes present, absent or excused, not 'late'."),
        (["2", "--present", "1", "--replace"], 2, "--replace goes with --all: who is named has the mark that is said anyway."),
        (["2", "--all", "perhaps"], 2, "--all takes present, absent or excused, not 'perhaps'."),
        (
            ["2", "--late", "3"],
            2,
            "'3' doesn't say how late. Write who and the minutes, like --late 3:10m",
        ),
        (
            ["2", "--absent", "1", "--excused", "1,2"],
            2,
            "Ana María Pérez is named twice: absent and excused. Choose one.",
        ),
        (
            ["2", "--all", "present", "--absent", "7, 12,1"],
            3,
            "Nobody in ICIM-37 fits 7, 12. See who is in it with: coursectl roster list -e ICIM-37",
        ),
        (["9", "--all", "present"], 3, "ICIM-37 has no session 9. List them with: coursectl session list -e ICIM-37"),
        (["--day", "4", "--all", "present"], 3, "ICIM-37 has no working day 4; it has 1–1 (2015-03-09 – 2015-03-09)."),
        (
            ["1", "--all", "present"],
            4,
            "Session 1 of ICIM-37 (ceremony) doesn't count for attendance, so nobody is marked in it.",
        ),
        (["5", "--all", "present"], 4, "Session 5 of ICIM-37 is cancelled, so nobody is marked in it."),
        (
            ["2", "--late", "1:90"],
            5,
            "Ana María Pérez can't be 90 minutes late: S2 has 90 minutes. Who misses all of it is absent.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_marked_is_said_in_one_sentence(cli, course, arguments, code, sentence):
    answer = cli("attend", "mark", *arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", f"{sentence}\n")
    assert attended(cli) == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]


def test_the_rates_are_shown_as_a_table(cli, course):
    cli("attend", "mark", "2", "--all", "present", "--late", "3:10m")
    cli("attend", "mark", "3", "--excused", "1")

    assert cli("attend", "show").out.splitlines() == [
        "No.  Name                 Hours  Attended  Excused  No mark",
        "  1  Ana María Pérez   1.5 of 3      50 %        1",
        "  2  [red]Luis Soto    1.5 of 3      50 %                 1",
        "  3  João da Silva    1.33 of 3      44 %                 1",
    ]


def test_the_rates_as_json(cli, course):
    cli("attend", "mark", "2", "--all", "present", "--absent", "2")
    row = cli("attend", "show", "--json").json[1]

    assert row.pop("enrollment_id").isdecimal()
    assert row == {
        "number": 2, "name": "[red]Luis Soto", "status": "confirmed", "minutes": 0, "of_minutes": 90, "rate": 0.0,
        "excused": 0, "unmarked": 0, "seen": False, "free": 0,
    }  # fmt: skip


def test_before_any_mark_the_next_command_is_named(cli, course):
    answer = cli("attend", "show")

    assert answer.err == "No attendance was recorded yet. Mark it with: coursectl attend mark SESSION --all present\n"
    assert len(answer.out.splitlines()) == 4


def test_an_edition_without_people_says_how_to_enroll(cli, icim37, store):
    answer = cli("attend", "show")

    assert answer.err == "Nobody holds a place in ICIM-37 yet. Enroll somebody with: coursectl enroll NAME -e ICIM-37\n"


def test_the_marks_of_a_half_day_are_shown_by_person(cli, course):
    cli("attend", "mark", "3", "--all", "present", "--late", "3:10m", "--excused", "2")
    cli("attend", "mark", "4", "--absent", "1")

    assert cli("attend", "show", "--day", "1", "--pm").out.splitlines() == [
        "No.  Name             S3           S4",
        "  1  Ana María Pérez  present      absent",
        "  2  [red]Luis Soto   excused      –",
        "  3  João da Silva    late 10 min  –",
    ]


def test_the_marks_of_a_session_are_one_a_row_in_json_and_csv(cli, course):
    cli("attend", "mark", "3", "--late", "3:10m")

    assert cli("attend", "show", "--session", "3", "--json").json[1:] == [
        {"number": 2, "name": "[red]Luis Soto", "session": 3, "date": "2015-03-09", "mark": None, "minutes_late": None},
        {"number": 3, "name": "João da Silva", "session": 3, "date": "2015-03-09", "mark": "late", "minutes_late": 10},
    ]
    assert (
        cli("attend", "show", "--session", "3", "--csv").out.splitlines()[-1] == "3,João da Silva,3,2015-03-09,late,10"
    )


def test_a_sheet_is_imported_once_and_twice(cli, course, tmp_path):
    sheet = tmp_path / "asistencia ñ.csv"
    sheet.write_text(
        "﻿N.º;Nombre;Oficina;D1 am;D1 pm\r\n1;Ana María Pérez;DNM;P;T10\r\n3;João da Silva;PF;J;\r\n", encoding="utf-8"
    )

    first, second = (cli("attend", "import", sheet, "-e", "ICIM-37") for _ in range(2))

    assert (first.code, first.out) == (0, "ICIM-37: 5 marks of 2 people; 4 are new or changed.\n".replace("5", "4"))
    assert first.err == 'Not read: "Oficina".\n'
    assert second.out == "ICIM-37: 4 marks of 2 people, all there already; nothing was changed.\n"
    assert commands(cli)[0] == "attend import ICIM-37"
    assert attended(cli) == [(1, 230, 240), (2, 0, 240), (3, 0, 240)]


def test_an_import_answers_as_json_and_tries_with_dry_run(cli, course, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Teilnehmer,S2\n1,P\n", encoding="utf-8")

    answer = cli("attend", "import", sheet, "--map", "Teilnehmer=number", "--dry-run", "--json")

    assert answer.json == {
        "edition": "ICIM-37", "people": 1, "marks": 1, "changed": 1, "ignored": [], "dry_run": True,
    }  # fmt: skip
    assert attended(cli)[0] == (1, 0, 0)


def test_a_sheet_with_faults_is_told_and_not_written(cli, course, tmp_path):
    sheet = tmp_path / "sheet.json"
    sheet.write_text(
        json.dumps([{"number": 1, "name": "", "S2": "P", "S3": "Q"}, {"number": 8, "name": "", "S2": "A"}])
    )

    answer = cli("attend", "import", sheet)

    assert answer.code == 5
    assert answer.err.splitlines()[0] == "sheet.json: 2 faults, nothing was written."
    assert attended(cli)[0] == (1, 0, 0)


@pytest.mark.parametrize("pair", ["number", "=number"])
def test_a_mapping_needs_a_header_and_a_field(cli, course, pair):
    answer = cli("attend", "import", "sheet.csv", "--map", pair)

    assert (answer.code, answer.err) == (2, f'--map {pair!r}: write it like --map "HEADER=field"\n')


def test_marking_can_be_undone(cli, course):
    cli("attend", "mark", "2", "--all", "present", "--as", "ana")
    answer = cli("undo", "--as", "ana", "--yes")

    assert answer.code == 0
    assert attended(cli) == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]


def test_a_day_whose_number_means_two_days_is_not_guessed(cli, icim37):
    """Nobody teaches on Tuesday: the second day is Tuesday when sessions are added, and Wednesday among those held."""
    for day in ("1", "3"):
        cli("session", "add", "Class", "--day", day, "--start", "9:00", "--end", "10:30", "-e", "ICIM-37")
    cli("enroll", "Ana Pérez", "--country", "AR", "-e", "ICIM-37")

    first, second, by_date = (
        cli("attend", "mark", "--day", day, "--all", "present", "-e", "ICIM-37") for day in ("1", "2", "2015-03-11")
    )

    assert (first.code, by_date.code) == (0, 0)
    assert (second.code, second.err) == (
        4,
        "Day 2 of ICIM-37 can be 2015-03-10, counting from Monday to Friday, or 2015-03-11, counting the days that have"
        " sessions. Give the date.\n",
    )
