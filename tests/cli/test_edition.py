"""`coursectl edition …`, whole commands. (`edition close` has a file of its own.)"""

from __future__ import annotations

import pytest

from edition_samples import BAD_PICTURES, PNG, check_dry_run, example_of, whole

ADD = (
    "edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-04", "--place", "Asunción", "--country", "Paraguay",
    "--seats", "10", "--languages", "es, pt", "--time-zone", "America/Asuncion", "--partner", "UNHCR", "--partner", "IPPDH",
    "--organizer", "IOM", "--signatory", "Helena Couto | Regional Director | IOM",
)  # fmt: skip


@pytest.fixture
def course(cli, store_path):
    assert cli("course", "add", "RMC", "--title", "Regional Course", "--title", "es=Curso Regional").code == 0


@pytest.fixture
def rmc(cli, course):
    assert cli(*ADD).code == 0
    return cli("edition", "show", "RMC-4", "--json").json


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


# The contract -----------------------------------------------------------------------------------------------------------


def same(answer, expected):
    """Equal, types too: True isn't 1 and 60.0 isn't 60 for who reads the JSON."""
    return answer == expected and {name: type(value) for name, value in answer.items()} == {
        name: type(value) for name, value in expected.items()
    }


NOTHING_OF_THE_CALL = {
    "nominations_by": None, "confirm_by": None, "women_share": None, "men_share": None, "costs": "", "contact": None,
    "auto_promote": False, "modality": "in_person", "free_absences": None, "design": "classic", "colors": {},
}  # fmt: skip


def test_the_json_of_an_edition_is_a_contract(cli, rmc):
    for command in (
        ("topic", "add", "Asylum", "--code", "asylum", "--title", "es=Asilo"),
        ("expert", "add", "Silvia Zárate", "--country", "UY", "--org", "UdelaR"),
        ("session", "add", "Mornings", "--day", "1", "--start", "9:00", "--end", "10:30", "--expert", "Silvia Zárate", "--topic", "asylum"),
        ("session", "add", "Coffee", "--day", "1", "--start", "10:30", "--end", "11:00", "--kind", "break"),
        ("enroll", "Ana Luz", "--country", "PE", "--org", "MIGR", "--email", "ana@x.example"),
        ("enroll", "Rosa Luz", "--country", "PE", "--org", "MIGR", "--email", "rosa@x.example"),
        ("roster", "withdraw", "rosa@x.example"),
    ):  # fmt: skip
        assert cli(*command).code == 0, command

    expected = {
        "reference": "RMC-4", "number": 4, "course": "RMC", "title": "Regional Course", "year": 2026, "place": "Asunción",
        "venue": None, "country": "PY", "start": "2026-03-02", "end": "2026-03-04", "time_zone": "America/Asuncion",
        "languages": ["es", "pt"], "seats": 10, "waiting_list": False, "trainees": 1, "trainee_countries": 1, "experts": 1,
        "expert_countries": 1, "organizers": ["IOM"], "hosts": [], "partners": ["UNHCR", "IPPDH"], "sponsors": [], "modules": 0,
        "topics": ["Asylum"], "new_topics": [], "sessions": 1, "contact_hours": 1.5, "attendance_minimum": 0.8, "excused": "absent",
        "signatories": ["Helena Couto"], "certificates": 0, "closed_on": None, "note": None, **NOTHING_OF_THE_CALL,
    }  # fmt: skip
    assert same(cli("edition", "show", "RMC-4", "--json").json, expected)
    in_spanish = {**expected, "title": "Curso Regional", "topics": ["Asilo"]}
    assert cli("edition", "show", "--json", "--lang", "es").json == in_spanish
    in_its_own = cli("edition", "show", "--json", "--lang", "fr").json  # as its documents: its first language
    assert in_its_own == in_spanish


def test_the_example_answers_by_the_same_contract(cli, example):
    shown = cli("edition", "show", "ICIM-37", "--json").json

    topics = shown.pop("topics")
    assert (len(topics), {type(topic) for topic in topics}) == (13, {str})
    assert shown.pop("note").startswith("Dates, modules' titles")
    assert same(
        shown,
        {
            "reference": "ICIM-37", "number": 37, "course": "ICIM", "title": "Inter-American Course on International Migration",
            "year": 2015, "place": "Mar del Plata", "venue": None, "country": "AR", "start": "2015-03-09", "end": "2015-03-21",
            "time_zone": "America/Argentina/Buenos_Aires", "languages": ["es"], "seats": 30, "waiting_list": True, "trainees": 28,
            "trainee_countries": 15, "experts": 23, "expert_countries": 7, "organizers": ["IOM"], "hosts": ["MREC"],
            "partners": ["UNHCR", "OHCHR", "IPPDH", "SIMN"], "sponsors": [], "modules": 6,
            "new_topics": ["Migration, environment and climate change"], "sessions": 38, "contact_hours": 60.0,
            "attendance_minimum": 0.8, "excused": "absent",
            "signatories": ["Helena Margarida Couto Brandão", "Rodolfo Esteban Lagomarsino Pereda"], "certificates": 0,
            "closed_on": None, **NOTHING_OF_THE_CALL,
        },
    )  # fmt: skip


# Adding, showing, listing -----------------------------------------------------------------------------------------------


def test_an_edition_is_added_with_all_that_belongs_to_it(cli, store_path, course):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out.splitlines() == [
        "RMC-4 is added. Work on it with: coursectl edition use RMC-4",
        "New organization: IOM.",
        "New organization: UNHCR.",
        "New organization: IPPDH.",
    ]
    assert operations(cli) == ["edition add RMC-4", "course add RMC"]


def test_an_edition_is_shown_to_people(cli, rmc):
    assert cli("edition", "show").out.splitlines() == [
        "Edition            RMC-4",
        "Title              Regional Course",
        "Place              Asunción, PY",
        "Dates              2026-03-02 – 2026-03-04",
        "Modality           in person",
        "Time zone          America/Asuncion",
        "Languages          es, pt",
        "Seats              10",
        "Waiting list       no",
        "Trainees           0",
        "Experts            0",
        "Organizer          IOM",
        "Partners           UNHCR, IPPDH",
        "Modules            0",
        "Sessions           0",
        "Contact hours      0",
        "Attendance needed  80 %",
        "Signatories        Helena Couto",
        "Certificates       0",
        "Design             classic",
    ]


@pytest.mark.parametrize(
    ("options", "dates"),
    [
        (("--start", "2026-03-02"), "Dates              2026-03-02 – …"),
        (("--end", "2026-03-04"), "Dates              … – 2026-03-04"),
        (("--year", "2026"), "Dates              2026"),
    ],
)
def test_dates_that_are_half_known_are_shown_so(cli, course, options, dates):
    assert cli("edition", "add", "RMC-5", *options).code == 0

    assert dates in cli("edition", "show", "5").out.splitlines()


def test_editions_are_listed(cli, rmc):
    cli("course", "add", "OTHER", "--title", "Other")
    cli("edition", "add", "OTHER-1")

    assert cli("edition", "list").out.splitlines() == [
        "Edition  Year  Start       End         Place     Country  Seats  Closed",
        "OTHER-1",
        "RMC-4    2026  2026-03-02  2026-03-04  Asunción  PY          10",
    ]
    listed = cli("edition", "list", "--course", "rmc", "--json").json
    assert [(one["reference"], one["title"], one["seats"], one["languages"]) for one in listed] == [
        ("RMC-4", "Regional Course", 10, ["es", "pt"])
    ]
    missing = cli("edition", "list", "--course", "NIL")
    assert (missing.code, missing.err) == (3, "There is no course NIL. There are: OTHER, RMC.\n")


def test_a_list_without_editions_says_what_to_type(cli, course):
    said = cli("edition", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == "No edition yet. Add one with: coursectl edition add ICIM-37 --start DATE --end DATE\n"


# Editing ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "field", "shown"),
    [
        ("--title", "Anniversary", "title", "Anniversary"),
        ("--place", "Encarnación", "place", "Encarnación"),
        ("--place", "", "place", None),
        ("--venue", "Hotel", "venue", "Hotel"),
        ("--country", "ARG", "country", "AR"),
        ("--country", "", "country", None),
        ("--start", "2026-03-01", "start", "2026-03-01"),
        ("--end", "", "end", None),
        ("--time-zone", "europe/paris", "time_zone", "Europe/Paris"),
        ("--time-zone", "", "time_zone", "UTC"),
        ("--seats", "12", "seats", 12),
        ("--seats", "", "seats", None),
        ("--languages", "Portuguese; haitian creole", "languages", ["pt", "ht"]),
        ("--languages", "", "languages", []),
        ("--attendance", "90%", "attendance_minimum", 0.9),
        ("--excused", "present", "excused", "present"),
        ("--note", "A remark.", "note", "A remark."),
        ("--host", "DGM", "hosts", ["DGM"]),
        ("--sponsor", "AECID", "sponsors", ["AECID"]),
        ("--partner", "IPPDH", "partners", ["IPPDH"]),
        ("--partner", "", "partners", []),
        ("--signatory", "Ana Luz | Rector", "signatories", ["Ana Luz"]),
        ("--signatory", "", "signatories", []),
    ],
)
def test_editing_one_field_keeps_the_others(cli, store_path, rmc, option, value, field, shown):
    done = check_dry_run(cli, store_path, "edition", "edit", "RMC-4", option, value)

    assert done.out.splitlines()[0] == "RMC-4 is changed."
    assert cli("edition", "show", "--json").json == {**rmc, field: shown}


def test_the_waiting_list_is_switched(cli, store_path, rmc):
    check_dry_run(cli, store_path, "edition", "edit", "--waiting-list")
    assert cli("edition", "show", "--json").json == {**rmc, "waiting_list": True}
    check_dry_run(cli, store_path, "edition", "edit", "--no-waiting-list")
    assert cli("edition", "show", "--json").json == rmc


def test_a_dry_run_shows_the_edition_as_it_would_be(cli, rmc):
    said = cli("edition", "edit", "--seats", "99", "--partner", "New", "--dry-run", "--json").json

    assert (said["seats"], said["changed"], said["new_organizations"], said["dry_run"]) == (99, True, ["New"], True)
    assert cli("edition", "show", "--json").json == rmc


def test_an_edit_that_changes_nothing_says_so_and_leaves_no_operation(cli, rmc):
    for options in ((), ("--seats", "10"), ADD[3:]):
        said = cli("edition", "edit", "4", *options)
        assert (said.code, said.out) == (0, "RMC-4 is like that already; nothing was changed.\n")
        assert cli("edition", "edit", *options, "--dry-run").out == said.out
    assert operations(cli) == ["edition add RMC-4", "course add RMC"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", "RMC-4"), 4, "There is an edition RMC-4 already. Change it with: coursectl edition edit RMC-4"),
        (("add", "NIL-4"), 3, "There is no course NIL. There are: RMC."),
        (("add", "RMC"), 5, "'RMC' is no edition. Write it like ICIM-37, or 37."),
        (("add", "RMC-0"), 5, "An edition's number is 1 or more, not 0."),
        (("show", "RMC-9"), 3, "There is no edition RMC-9. There are: RMC-4."),
        (("edit", "RMC-4", "--start", "2026-02-30"), 5, "No calendar has the date '2026-02-30'; write year-month-day, like 2015-03-09."),
        (("edit", "RMC-4", "--start", "2026-03-05"), 5, "RMC-4 can't end on 2026-03-04, before it starts on 2026-03-05."),
        (("edit", "RMC-4", "--country", "Atlantis"), 5, "No country is called 'Atlantis'. Use its two-letter code, or its name."),
        (("edit", "RMC-4", "--time-zone", "Mars/Base"), 5, "'Mars/Base' is no time zone. Use a name like America/Argentina/Buenos_Aires or Europe/Paris."),
        (("edit", "RMC-4", "--seats", "-1"), 5, "The number of seats is 0 or more, not -1."),
        (("edit", "RMC-4", "--seats", "many"), 2, "--seats needs a whole number, not 'many'."),
        (("edit", "RMC-4", "--seats", "99999999999"), 2, "--seats is at most 999999999, not 99999999999."),
        (
            ("edit", "RMC-4", "--costs", "zz=hola"), 2,
            "There is no language 'zz', in 'zz=hola'. Write es=…, en=…, or say first what it is in: en=zz=hola",
        ),
        (("edit", "RMC-4", "--year", "1999"), 5, "RMC-4 can't be of 1999: it is held from 2026-03-02 to 2026-03-04."),
        (("edit", "RMC-4", "--languages", "es;xx-yy-zz!"), 5, "'xx-yy-zz!' is no language. Use tags like es, pt, fr, en."),
        (("edit", "RMC-4", "--excused", "maybe"), 5, "Excused absences count as one of: absent, present, exempt; not 'maybe'."),
        (("edit", "RMC-4", "--attendance", "101"), 5, "An attendance minimum is a percentage from 0 to 100, not 101."),
        (("edit", "RMC-4", "--signatory", "| Post"), 5, "'| Post' is no signatory. Write: 'Name | Post | Organization', and perhaps '| on behalf of whom'."),
        (("edit", "RMC-4", *(word for n in "ABCDE" for word in ("--signatory", f"Person {n}"))), 5, "A certificate has one to four signatories, not 5."),
        (("use", "RMC-9"), 3, "There is no edition RMC-9. There are: RMC-4."),
        (("use", "RMC-4", "--none"), 2, "Name an edition, or say --none: not both."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, rmc, arguments, code, sentence):
    before = whole(store_path)

    said = cli("edition", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


def test_the_example_refuses_fewer_seats_and_dates_without_its_sessions(cli, example):
    before = whole(example)

    seats = cli("edition", "edit", "37", "--seats", "27")
    dates = cli("edition", "edit", "37", "--start", "2015-03-10")

    assert (seats.code, seats.err) == (
        4, "ICIM-37 can't have fewer seats than are taken (28); 27 was asked for. Withdraw somebody first, or give it more seats.\n"
    )  # fmt: skip
    assert (dates.code, dates.err.partition(". ")[0]) == (
        4, "ICIM-37 can't be from 2015-03-10 to 2015-03-21: session 1 is on 2015-03-09"
    )  # fmt: skip
    assert whole(example) == before


def test_a_closed_edition_keeps_its_dates_and_may_change_who_signs(cli, example):
    assert cli("edition", "close", "ICIM-37", "--apply").code == 0

    refused = cli("edition", "edit", "37", "--attendance", "70")

    assert (refused.code, refused.err) == (
        4,
        "ICIM-37 is closed. To change it, take the closing back: coursectl log, then coursectl undo with its number.\n",
    )
    assert cli("edition", "edit", "37", "--signatory", "Helena Margarida Couto Brandão").code == 0
    assert cli("edition", "show", "37", "--json").json["signatories"] == ["Helena Margarida Couto Brandão"]


def test_what_was_changed_is_undone(cli, rmc):
    cli("edition", "edit", "--seats", "12", "--partner", "New", "--signatory", "Ana Luz | Rector | New", "--start", "")

    assert cli("undo").code == 0
    assert cli("edition", "show", "--json").json == rmc


@pytest.mark.parametrize(
    "text", ["[red]x[/red]", '#read("/etc/passwd")', "{{ 7*7 }}", "=cmd()", "../../x", "x" * 120, "مرحبا 课程 🌍"]
)
def test_what_people_type_is_shown_as_it_was_typed(cli, rmc, text):
    assert (
        cli("edition", "edit", "--place", text, "--partner", text, "--signatory", f"{text} | {text} | {text}").code == 0
    )

    shown = cli("edition", "show", "--json").json
    assert (shown["place"], shown["partners"]) == (text, [text])
    assert f"Place              {text}, PY\n" in cli("edition", "show").out


def test_a_signature_is_taken_from_a_file(cli, store, rmc, tmp_path):
    path = tmp_path / "hand ñ.png"
    path.write_bytes(PNG)

    assert (
        cli("edition", "edit", "--signatory", f"Helena Couto | Director | IOM | the Director General | {path}").code
        == 0
    )
    assert cli("edition", "edit", "--signatory", "Helena Couto | Directora", "--lang", "es").code == 0

    [row] = store.read("SELECT post, on_behalf_of, data FROM signatory JOIN picture ON hash = signature")
    assert row == {
        "post": '{"en":"Director","es":"Directora"}',
        "on_behalf_of": '{"en":"the Director General"}',
        "data": PNG,
    }


def test_a_signature_that_is_no_picture_is_refused(cli, store_path, rmc, tmp_path):
    before = whole(store_path)
    for number, content in enumerate([*BAD_PICTURES.values(), PNG + bytes(5 * 1024 * 1024)]):
        (tmp_path / f"{number}.png").write_bytes(content)
        said = cli("edition", "edit", "--signatory", f"Ana|||| {tmp_path / f'{number}.png'}")
        assert (said.code, f"{number}.png is" in said.err) == (5, True)
    assert cli("edition", "edit", "--signatory", f"Ana||||{tmp_path}").code == 5
    assert cli("edition", "edit", "--signatory", f"Ana||||{tmp_path / 'none.png'}").code == 3
    assert whole(store_path) == before


# The edition in use -----------------------------------------------------------------------------------------------------


def test_the_edition_in_use_is_meant_where_none_is_named(cli, rmc):
    cli("edition", "add", "RMC-5")

    assert cli("edition", "show").code == 2
    assert cli("edition", "use", "RMC-4", "--dry-run").out == "Would be done, nothing was written: RMC-4 is in use.\n"
    assert cli("edition", "show").code == 2
    assert cli("edition", "use", "4").out == "RMC-4 is in use.\n"
    assert cli("edition", "show", "--json").json == rmc
    assert cli("edition", "show", "5", "--json").json["reference"] == "RMC-5"
    assert cli("edition", "use", "--none").out == "No edition is in use now.\n"
    assert cli("edition", "show").code == 2


def test_the_choice_answers_in_json(cli, store_path, rmc):
    assert cli("edition", "use", "RMC-4", "--json").json == {"store": str(store_path), "edition": "RMC-4"}
    assert cli("edition", "use", "--none", "--json").json == {"store": str(store_path), "edition": None}


def test_the_environment_overrides_the_choice(cli, rmc, monkeypatch):
    cli("edition", "add", "RMC-5")
    cli("edition", "use", "RMC-4")
    monkeypatch.setenv("COURSECTL_EDITION", "RMC-5")

    assert cli("edition", "show", "--json").json["reference"] == "RMC-5"


def test_the_examples_in_the_help_work_one_after_the_other(cli, store_path):
    cli("course", "add", "ICIM", "--title", "Inter-American Course")
    for command in ("add", "use", "edit", "list", "show"):
        said = cli(*example_of(cli, "edition", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli) == ["edition edit ICIM-37", "edition add ICIM-37", "course add ICIM"]
