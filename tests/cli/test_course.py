"""`coursectl course …`, whole commands."""

from __future__ import annotations

import json

import pytest

from edition_samples import BAD_PICTURES, CREST, PNG, check_dry_run, example_of, whole

ADD = ("course", "add", "RMC", "--title", "en=Regional Course", "--title", "es=Curso Regional", "--first-year", "1990")


@pytest.fixture
def rmc(cli, store_path):
    assert cli(*ADD).code == 0
    return cli("course", "show", "--json").json


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_a_course_is_added_and_shown(cli, store_path):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out == "Course RMC is added.\n"
    shown = cli("course", "show", "rmc", "--json").json
    assert shown == {
        "id": shown["id"], "code": "RMC", "title": "Regional Course", "objectives": "", "methodology": "", "audience": "",
        "first_year": 1990, "serial_pattern": "{course}-{year}-{number}", "attendance_minimum": 0.8, "crest": None, "editions": 0,
        "design": "classic", "colors": {},
    }  # fmt: skip
    assert isinstance(shown["id"], str)


def test_a_course_is_shown_to_people(cli, rmc):
    assert cli("course", "show").out.splitlines() == [
        "Code               RMC",
        "Title              Regional Course",
        "Since              1990",
        "Serial numbers     {course}-{year}-{number}",
        "Attendance needed  80 %",
        "Crest              none",
        "Design             classic",
        "Editions           0",
    ]


def test_courses_are_listed(cli, rmc):
    assert cli("course", "list").out.splitlines() == [
        "Code  Title            Since  Editions",
        "RMC   Regional Course   1990         0",
    ]
    assert cli("course", "list", "--json").json == [rmc]
    assert cli("course", "list", "--csv").out.splitlines()[0].startswith("id,code,title,")


def test_a_list_without_courses_says_what_to_type(cli, store_path):
    said = cli("course", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == "No course yet. Add one with: coursectl course add CODE --title TITLE\n"
    assert cli("course", "list", "--json").json == []


@pytest.mark.parametrize(
    ("option", "value", "field", "shown"),
    [
        ("--title", "New", "title", "New"),
        ("--objectives", "To train", "objectives", "To train"),
        ("--methodology", "en=Lectures", "methodology", "Lectures"),
        ("--audience", "Officials", "audience", "Officials"),
        ("--first-year", "1991", "first_year", 1991),
        ("--first-year", "", "first_year", None),
        ("--serial", "{year}-{number}", "serial_pattern", "{year}-{number}"),
        ("--attendance", "75 %", "attendance_minimum", 0.75),
        ("--attendance", "82,5", "attendance_minimum", 0.825),
        ("--design", "modern", "design", "modern"),
        ("--color", "primary=#1F3A6D", "colors", {"primary": "#1f3a6d"}),
    ],
)
def test_editing_one_field_keeps_the_others(cli, store_path, rmc, option, value, field, shown):
    done = check_dry_run(cli, store_path, "course", "edit", "RMC", option, value)

    assert done.out == "Course RMC is changed.\n"
    assert cli("course", "show", "--json").json == {**rmc, field: shown}


def test_an_edit_in_one_language_leaves_the_other(cli, rmc):
    assert cli("course", "edit", "RMC", "--title", "Cursillo", "--lang", "es").code == 0

    assert cli("course", "show", "--json").json["title"] == "Regional Course"
    assert cli("course", "show", "--json", "--lang", "es").json["title"] == "Cursillo"
    assert cli("course", "show", "--json", "--lang", "pt").json["title"] == "Regional Course"
    assert cli("course", "edit", "RMC", "--title", "es=").code == 0
    assert cli("course", "show", "--json", "--lang", "Spanish").json["title"] == "Regional Course"


def test_an_edit_that_changes_nothing_says_so_and_leaves_no_operation(cli, rmc):
    for options in ((), ("--title", "Regional Course"), ("--first-year", "1990", "--crest", "")):
        said = cli("course", "edit", "RMC", *options)
        assert (said.code, said.out) == (0, "Course RMC is like that already; nothing was changed.\n")
        assert cli("course", "edit", "RMC", *options, "--dry-run").out == said.out
    assert operations(cli) == ["course add RMC"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", "RMC", "--title", "T"), 4, "There is a course RMC already. Change it with: coursectl course edit RMC"),
        (("add", "NEW"), 5, "A course needs a title: --title TITLE"),
        (("add", "NEW", "--title", ""), 5, "A course needs a title: --title TITLE"),
        (("add", "[red]x", "--title", "T"), 5, "'[red]x' can't be a course's code: a letter first, then letters, digits, - or _, 32 at most, like ICIM."),
        (("add", "=cmd()", "--title", "T"), 5, "'=cmd()' can't be a course's code: a letter first, then letters, digits, - or _, 32 at most, like ICIM."),
        (("edit", "RMC", "--title", "en=", "--title", "es="), 5, "A course needs a title: --title TITLE"),
        (("edit", "NIL", "--title", "T"), 3, "There is no course NIL. There are: RMC."),
        (("show", "NIL"), 3, "There is no course NIL. There are: RMC."),
        (("edit", "RMC", "--attendance", "120"), 5, "An attendance minimum is a percentage from 0 to 100, not 120."),
        (("edit", "RMC", "--attendance", "much"), 2, "--attendance needs a percentage, like 80, not 'much'."),
        (("edit", "RMC", "--first-year", "last"), 2, "--first-year needs a whole number, not 'last'."),
        (("edit", "RMC", "--first-year", "3000"), 5, "3000 can't be the year of a course."),
        (("edit", "RMC", "--serial", "{x}"), 5, "'{x}' can't be a pattern of serial numbers: it needs {number} once, or {number:03} for three digits, may have {course}, {year} and {edition}, and otherwise letters, digits and / . _ -"),
        (("show", "--lang", "klingonese"), 2, "'klingonese' is no language tag. Use one of: en, es, pt, fr, ar, zh, ru."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, rmc, arguments, code, sentence):
    before = whole(store_path)

    said = cli("course", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


NASTY = [
    "[red]x[/red]",
    '#read("/etc/passwd")',
    "{{ 7*7 }}",
    "=cmd()",
    "../../x",
    "x" * 120,
    "مرحبا",
    "移民课程",
    "🌍",
    "<script>",
]


@pytest.mark.parametrize("title", NASTY)
def test_a_title_is_shown_as_it_was_typed(cli, rmc, title):
    assert cli("course", "edit", "RMC", "--title", title).code == 0

    assert cli("course", "show", "--json").json["title"] == title
    assert f"Title              {title}\n" in cli("course", "show").out
    assert title in cli("course", "list").out


def test_a_title_loses_what_a_terminal_would_obey(cli, rmc):
    assert cli("course", "edit", "RMC", "--title", "a\x1b[2Jb\x07").code == 0

    assert cli("course", "show", "--json").json["title"] == "a[2Jb"


@pytest.mark.parametrize(("name", "content"), [("crest ñ.svg", CREST), ("crest.png", PNG)])
def test_a_crest_is_taken_from_a_file_and_taken_away(cli, store_path, rmc, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    check_dry_run(cli, store_path, "course", "edit", "RMC", "--crest", str(tmp_path / name))
    assert "Crest              yes" in cli("course", "show").out
    check_dry_run(cli, store_path, "course", "edit", "RMC", "--crest", "")
    assert cli("course", "show", "--json").json == rmc


def test_a_crest_that_is_none_is_refused(cli, store_path, rmc, tmp_path):
    pictures = {**BAD_PICTURES, "a large one": PNG + bytes(5 * 1024 * 1024)}
    before = whole(store_path)

    for number, content in enumerate(pictures.values()):
        path = tmp_path / f"{number}.png"
        path.write_bytes(content)
        said = cli("course", "edit", "RMC", "--crest", path)
        assert (said.code, said.out, str(path) in said.err) == (5, "", True)
    missing = cli("course", "add", "NEW", "--title", "T", "--crest", tmp_path / "none.png")
    assert (missing.code, missing.err) == (3, f"There is no file {tmp_path / 'none.png'}.\n")
    assert cli("course", "edit", "RMC", "--crest", tmp_path).code == 5
    assert whole(store_path) == before


def test_the_examples_in_the_help_work_one_after_the_other(cli, store_path):
    for command in ("add", "edit", "list", "show"):
        said = cli(*example_of(cli, "course", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli) == ["course edit ICIM", "course add ICIM"]


def test_json_is_ascii_proof_and_whole(cli, rmc):
    assert json.loads(cli("course", "edit", "RMC", "--title", "Ñandú", "--json").out)["title"] == "Ñandú"
