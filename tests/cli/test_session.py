"""`coursectl session …`, whole commands."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from edition_samples import check_dry_run, example_of, whole

EXAMPLE = Path(__file__).parents[2] / "examples" / "icim-37"
ADD = ("session", "add", "Asylum", "--day", "1", "--start", "9:00", "--end", "10:30", "--room", "Room A", "--expert", "Silvia Zárate",
       "--topic", "asylum", "--title", "es=Asilo", "--chair", "Rosa Luz")  # fmt: skip


@pytest.fixture
def edition(cli, store_path):
    """RMC-4, Monday to Friday, with a topic, two experts and an authority."""
    for command in (
        ("course", "add", "RMC", "--title", "Regional Course"),
        ("edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-06"),
        ("topic", "add", "Asylum", "--code", "asylum"),
        ("expert", "add", "Silvia Zárate", "--country", "UY"),
        ("expert", "add", "Iván Soto", "--country", "UY"),
        ("person", "add", "Rosa Luz"),
    ):
        assert cli(*command).code == 0, command


@pytest.fixture
def session(cli, edition):
    assert cli(*ADD).code == 0
    return cli("session", "show", "1", "--json").json


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_a_session_is_added_and_shown(cli, store_path, edition):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out == "RMC-4: session 1 is added, 2026-03-02 09:00–10:30.\n"
    shown = cli("session", "show", "1", "--json").json
    [expert], [chair] = shown["experts"], shown["chairs"]
    assert shown == {
        "id": shown["id"], "edition": "RMC-4", "number": 1, "date": "2026-03-02", "start": "09:00", "end": "10:30", "minutes": 90,
        "kind": "lecture", "counts": True, "title": "Asylum", "room": "Room A", "module": None, "topics": ["asylum"],
        "experts": [{"id": expert["id"], "name": "Silvia Zárate"}],
        "chairs": [{"id": chair["id"], "name": "Rosa Luz", "honorific": None, "post": "", "organization": None, "acronym": None}],
        "cancelled": False, "cancel_reason": None, "modality": "in_person", "own_modality": None,
    }  # fmt: skip
    assert cli("session", "show", "1", "--json", "--lang", "es").json["title"] == "Asilo"
    assert cli("session", "show", "1", "--json", "--lang", "fr").json["title"] == "Asylum"


def test_sessions_are_listed_by_day_and_time(cli, session):
    cli("session", "add", "Coffee", "--day", "1", "--start", "8:30", "--end", "9:00", "--kind", "break")
    cli("session", "add", "Visit", "--day", "2026-03-04", "--start", "9:00", "--end", "12:00", "--kind", "visit")

    assert cli("session", "list").out.splitlines() == [
        "Day  Date        Time         No.  Kind     Title   Room    Experts        Counts  Modality",
        "  1  2026-03-02  08:30–09:00    2  break    Coffee                         no      in person",
        "  1  2026-03-02  09:00–10:30    1  lecture  Asylum  Room A  Silvia Zárate  yes     in person",
        "  2  2026-03-04  09:00–12:00    3  visit    Visit                          yes     in person",
    ]
    assert [one["number"] for one in cli("session", "list", "--day", "2", "--json").json] == [3]
    assert cli("session", "list", "--day", "2026-03-05").err == "RMC-4 has no session on that day.\n"


def test_a_list_without_sessions_says_what_to_type(cli, edition):
    said = cli("session", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == (
        "RMC-4 has no session yet. Add one with: coursectl session add TITLE --day 1 --start 9:00 --end 10:30\n"
    )


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (("--title", "Refuge"), {"title": "Refuge"}),
        (("--day", "2"), {"date": "2026-03-03"}),
        (("--start", "8:30"), {"start": "08:30", "minutes": 120}),
        (("--end", "12:00"), {"end": "12:00", "minutes": 180}),
        (("--kind", "break"), {"kind": "break", "counts": False}),
        (("--kind", "taller"), {"kind": "workshop"}),
        (("--no-count",), {"counts": False}),
        (("--room", "Room B"), {"room": "Room B"}),
        (("--room", ""), {"room": None}),
        (("--topic", ""), {"topics": []}),
        (("--expert", ""), {"experts": []}),
        (("--chair", ""), {"chairs": []}),
        (("--modality", "virtual"), {"modality": "online", "own_modality": "online"}),
    ],
)
def test_editing_one_field_keeps_the_others(cli, store_path, session, options, fields):
    done = check_dry_run(cli, store_path, "session", "edit", "1", *options)

    assert done.out == "RMC-4: session 1 is changed.\n"
    assert cli("session", "show", "1", "--json").json == {**session, **fields}


def test_a_session_is_held_as_its_edition_unless_it_says_otherwise(cli, session):
    cli("session", "add", "Zoom", "--day", "1", "--start", "14:00", "--end", "15:00", "--modality", "online")

    def modalities(edition):
        listed = cli("session", "list", "-e", edition, "--json").json
        return [(one["title"], one["modality"], one["own_modality"]) for one in listed]

    assert modalities("RMC-4") == [("Asylum", "in_person", None), ("Zoom", "online", "online")]
    assert cli("edition", "edit", "--modality", "híbrida").code == 0
    assert modalities("RMC-4") == [("Asylum", "hybrid", None), ("Zoom", "online", "online")]
    assert cli("edition", "copy", "RMC-4", "RMC-5", "--start", "2027-03-01").code == 0
    assert modalities("RMC-5") == [("Asylum", "hybrid", None), ("Zoom", "online", "online")]
    assert cli("edition", "show", "RMC-5", "--json").json["modality"] == "hybrid"
    cli("session", "edit", "2", "--modality", "", "-e", "RMC-4")
    cli("edition", "edit", "RMC-4", "--modality", "")
    assert modalities("RMC-4") == [("Asylum", "in_person", None), ("Zoom", "in_person", None)]


def test_a_modality_that_there_is_not_is_told(cli, session):
    for command in (("session", "edit", "1"), ("edition", "edit", "RMC-4")):
        said = cli(*command, "--modality", "by post")
        assert (said.code, said.err) == (
            5, "'by post' is no modality. Use one of: in_person, online, hybrid.\n"
        ), command  # fmt: skip


def test_a_store_takes_its_modalities_along_as_text(cli, session, tmp_path):
    cli("edition", "edit", "--modality", "hybrid")
    cli("session", "edit", "1", "--modality", "online")

    assert cli("store", "export", str(tmp_path / "text")).code == 0
    other = ("--store", str(tmp_path / "other.db"))
    assert cli("import", str(tmp_path / "text"), *other).code == 0

    again = cli("session", "show", "1", "-e", "RMC-4", "--json", *other).json
    assert (again["modality"], cli("edition", "show", "RMC-4", "--json", *other).json["modality"]) == (
        "online",
        "hybrid",
    )


def test_an_edit_that_changes_nothing_says_so_and_leaves_no_operation(cli, session):
    before = operations(cli)

    for options in (
        (),
        ("--room", "Room A"),
        ("--expert", "Silvia Zárate"),
        ("--day", "2026-03-02"),
        ("--title", "pt="),
    ):
        said = cli("session", "edit", "1", *options)
        assert (said.code, said.out) == (0, "RMC-4: session 1 is like that already; nothing was changed.\n")
        assert cli("session", "edit", "1", *options, "--dry-run").out == said.out
    assert operations(cli) == before


def test_a_session_is_cancelled_once(cli, store_path, session):
    done = check_dry_run(cli, store_path, "session", "cancel", "1", "--because", "The expert is ill")

    assert done.out == "RMC-4: session 1 is cancelled.\n"
    shown = cli("session", "show", "1", "--json").json
    assert shown == {**session, "cancelled": True, "cancel_reason": "The expert is ill"}
    assert "cancelled" in cli("session", "list").out
    assert cli("edition", "show", "--json").json["contact_hours"] == 0.0
    again = cli("session", "cancel", "1", "--because", "x")
    assert (again.code, again.out) == (4, "")


def at(*options, title="Other", day="1", start="10:00", end="11:00"):
    return ("add", title, "--day", day, "--start", start, "--end", end, *options)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (at(day="2026-02-30"), 5, "No calendar has the date '2026-02-30'; write year-month-day, like 2015-03-09."),
        (at(day="2026-03-09"), 4, "2026-03-09 is outside of RMC-4, which is from 2026-03-02 to 2026-03-06."),
        (at(day="9"), 5, "RMC-4 has no working day 9: from 2026-03-02 to 2026-03-06 there are 5. Other days go by their date."),
        (at(start="11:00", end="10:00"), 5, "A session that starts at 11:00 can't end at 10:00; it ends later on the same day."),
        (at(start="25:00"), 5, "'25:00' can't be read as a time; write hours and minutes of the 24-hour clock, like 09:00 or 14:30."),
        (at(title=""), 5, "A session needs a title."),
        (at("--kind", "party"), 5, "'party' is no kind of session. Use one of: lecture, panel, workshop, visit, exam, ceremony, break."),
        (at("--module", "x"), 5, "A module goes by its number, not 'x'."),
        (at("--module", "7"), 3, "RMC-4 has no module 7; it has: –."),
        (at("--topic", "nope"), 3, "RMC has no topic 'nope'. Add it with: coursectl topic add TITLE --code nope"),
        (at("--room", "room a"), 4, "room a is taken on 2026-03-02 from 09:00 to 10:30 by session 1 (Asylum). If that is meant, say --clash-ok."),
        (at("--expert", "Silvia Zárate"), 4, "Silvia Zárate teaches on 2026-03-02 from 09:00 to 10:30 in session 1 (Asylum). If that is meant, say --clash-ok."),
        (("edit", "9", "--room", "x"), 3, "RMC-4 has no session 9. Its numbers are in: coursectl session list -e RMC-4"),
        (("edit", "1", "--title", "", "--title", "es="), 5, "A session needs a title."),
        (("show", "99999999999999999999"), 3, "RMC-4 has no session 99999999999999999999. Its numbers are in: coursectl session list -e RMC-4"),
        (("cancel", "1", "--because", " "), 5, 'Say why the session is cancelled: --because "…"'),
        (("import", "none.csv"), 3, "There is no file none.csv."),
        (("import", "."), 5, ". is a folder; name a file in it."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, session, arguments, code, sentence):
    before = whole(store_path)

    said = cli("session", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


def test_a_clash_that_is_meant_is_allowed(cli, store_path, session):
    clash = ("--room", "Room A", "--expert", "Silvia Zárate", "--clash-ok")

    check_dry_run(cli, store_path, "session", *at(*clash))
    assert [one["number"] for one in cli("session", "list", "--json").json] == [1, 2]


def test_the_same_session_is_not_added_twice(cli, session):
    said = cli(*ADD, "--clash-ok")

    assert (said.code, said.out, said.err) == (
        4, "", "RMC-4 has this session already, with this title at this time: number 1.\n"
    )  # fmt: skip


def test_a_closed_edition_takes_no_session(cli, store_path, session):
    cli("enroll", "Ana Luz", "--country", "PE", "--org", "MIGR", "--email", "ana@x.example")
    cli("attend", "mark", "1", "--all", "present")
    assert cli("edition", "close", "RMC-4", "--apply").code == 0
    before = whole(store_path)

    for arguments in (at(), ("cancel", "1", "--because", "x"), ("edit", "1", "--start", "8:00")):
        said = cli("session", *arguments)
        assert (said.code, said.err.partition(".")[0]) == (4, "RMC-4 is closed")
    assert whole(store_path) == before
    assert cli("session", "edit", "1", "--title", "Better words").code == 0


@pytest.mark.parametrize(
    "title", ["[red]x[/red]", '#read("/etc/passwd")', "{{ 7*7 }}", "=cmd()", "../../x", "x" * 120, "مرحبا", "移民 🌍"]
)
def test_a_title_is_shown_as_it_was_typed(cli, session, title):
    assert cli("session", "edit", "1", "--title", title, "--room", title).code == 0

    shown = cli("session", "show", "1", "--json").json
    assert (shown["title"], shown["room"]) == (title, title)
    assert title in cli("session", "list").out


# Files ------------------------------------------------------------------------------------------------------------------


def write(name, text, encoding="utf-8"):
    Path(name).write_bytes(text.encode(encoding))
    return name


ROWS = "día;inicio;fin;título;sala;expertos\n1;9:00;10:30;Asilo ñ;Sala A;Silvia Zárate\n1;10:30;11:00;Café;;\n2026-03-03;9:00;12:00;Visita;;Iván Soto\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_a_program_is_imported_once(cli, store_path, edition, encoding):
    file = write("programa ñ.csv", ROWS, encoding)

    done = check_dry_run(cli, store_path, "session", "import", file, "--lang", "es")

    assert done.out == "RMC-4: sessions added: 3; there already: 0.\n"
    listed = cli("session", "list", "--json", "--lang", "es").json
    assert [(one["date"], one["start"], one["title"], [e["name"] for e in one["experts"]]) for one in listed] == [
        ("2026-03-02", "09:00", "Asilo ñ", ["Silvia Zárate"]),
        ("2026-03-02", "10:30", "Café", []),
        ("2026-03-03", "09:00", "Visita", ["Iván Soto"]),
    ]
    before = operations(cli)
    again = cli("session", "import", file)
    assert (again.code, again.out) == (0, "RMC-4: all 3 sessions are there already; nothing was changed.\n")
    assert operations(cli) == before


def test_all_faults_of_a_file_are_told_and_nothing_is_written(cli, store_path, edition):
    file = write(
        "bad.csv",
        "day,start,end,title,room,experts\n"
        "2026-03-09,9:00,10:00,Outside,,\n1,9:00,8:00,Backwards,,\n1,9:00,10:00,Good,R,\n1,9:30,10:00,Clash,R,\n1,14:00,15:00,Who,,Nobody\n",
    )
    before = whole(store_path)

    said = cli("session", "import", file)

    assert (said.code, said.out) == (5, "")
    first, *faults = said.err.splitlines()
    assert first == "bad.csv: 4 faults, nothing was written."
    assert [fault.partition(":")[0].strip() for fault in faults] == [
        'row 2, "day"', 'row 3, "end"', 'row 5, "room"', 'row 6, "experts"'
    ]  # fmt: skip
    assert whole(store_path) == before


def test_an_empty_file_is_told(cli, edition):
    said = cli("session", "import", write("empty.csv", ""))

    assert (said.code, said.out, "empty.csv" in said.err) == (5, "", True)


def test_the_examples_in_the_help_work(cli, example):
    """`session import` gets the example's own program; its chairs are called by names of course.toml there, which only
    the import of the folder knows."""
    with (EXAMPLE / "sessions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with Path("sessions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "chairs": ""} for row in rows)

    for command in ("import", "list", "show", "add", "edit", "cancel"):
        said = cli(*example_of(cli, "session", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli)[:3] == ["session cancel ICIM-37 12", "session edit ICIM-37 12", "session add ICIM-37"]
