"""`coursectl topic …`, whole commands."""

from __future__ import annotations

import pytest

from edition_samples import check_dry_run, example_of, whole

ADD = ("topic", "add", "Asylum and refuge", "--code", "asylum", "--title", "es=Asilo y refugio", "-e", "RMC-4")


@pytest.fixture
def edition(cli, store_path):
    for command in (
        ("course", "add", "RMC", "--title", "Regional Course"),
        ("edition", "add", "RMC-3"),
        ("edition", "add", "RMC-4"),
        ("topic", "add", "Borders", "-e", "RMC-3"),
        ("topic", "add", "borders", "-e", "RMC-4"),
    ):
        assert cli(*command).code == 0, command


@pytest.fixture
def topic(cli, edition):
    assert cli(*ADD).code == 0
    return cli("topic", "show", "asylum", "--course", "RMC", "--json").json


def operations(cli):
    return [entry["command"] for entry in cli("log", "--json").json]


def test_a_topic_is_added_and_covered(cli, store_path, edition):
    done = check_dry_run(cli, store_path, *ADD)

    assert done.out == "RMC-4: the topic asylum is added to RMC and covered.\n"
    shown = cli("topic", "show", "ASYLUM", "--course", "RMC", "--json").json
    assert shown == {"id": shown["id"], "code": "asylum", "title": "Asylum and refuge", "editions": ["RMC-4"]}
    assert cli("topic", "show", "Asilo y refugio", "--course", "rmc").out.splitlines() == [
        "Code        asylum",
        "Title       en: Asylum and refuge",
        "            es: Asilo y refugio",
        "Covered by  RMC-4",
    ]


def test_a_topic_may_be_added_to_the_course_alone_and_covered_later(cli, store_path, edition):
    alone = check_dry_run(cli, store_path, "topic", "add", "Labor", "--course", "RMC")
    covered = check_dry_run(cli, store_path, "topic", "add", "labor", "-e", "4")
    again = cli("topic", "add", "Labor", "-e", "4")

    assert alone.out == "RMC: the topic labor is added.\n"
    assert covered.out == "RMC-4: the topic labor is covered now.\n"
    assert (again.code, again.out) == (0, "RMC-4: the topic labor is there already; nothing was changed.\n")
    assert cli("topic", "add", "Labor", "-e", "4", "--dry-run").out == again.out
    assert len(operations(cli)) == 7


def test_new_topics_are_those_of_no_earlier_edition(cli, topic):
    assert cli("topic", "list", "-e", "RMC-4").out.splitlines() == [
        "Code     Title              Sessions  New",
        "borders  Borders                   0",
        "asylum   Asylum and refuge         0  new",
    ]
    listed = cli("topic", "list", "-e", "RMC-4", "--json", "--lang", "es").json
    assert listed == [
        {"id": listed[0]["id"], "code": "borders", "title": "Borders", "new": False, "sessions": 0},
        {"id": listed[1]["id"], "code": "asylum", "title": "Asilo y refugio", "new": True, "sessions": 0},
    ]
    assert cli("topic", "list", "--course", "RMC").out.splitlines() == [
        "Code     Title              Covered by",
        "borders  Borders            RMC-3, RMC-4",
        "asylum   Asylum and refuge  RMC-4",
    ]
    assert cli("topic", "list", "-e", "4", "--all").out == cli("topic", "list", "--course", "RMC").out


def test_lists_without_topics_say_what_to_type(cli, store_path):
    cli("course", "add", "RMC", "--title", "Regional Course")
    cli("edition", "add", "RMC-1")

    assert cli("topic", "list").err == (
        "RMC-1 covers no topic yet. Add one with: coursectl topic add TITLE -e RMC-1\n"
    )  # fmt: skip
    assert cli("topic", "list", "--all").err == "No topic yet. Add one with: coursectl topic add TITLE --code CODE\n"
    assert cli("topic", "list", "--json").json == []


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (("--title", "Refuge"), {"title": "Refuge"}),
        (("--title", "en="), {"title": "Asilo y refugio"}),
        (("--title", "pt=Asilo e refúgio"), {}),
        (("--code", "refuge"), {"code": "refuge"}),
    ],
)
def test_editing_one_field_keeps_the_others(cli, store_path, topic, options, fields):
    done = check_dry_run(cli, store_path, "topic", "edit", "asylum", *options, "--course", "RMC")

    assert done.out in ("RMC: the topic asylum is changed.\n", "RMC: the topic refuge is changed.\n")
    code = fields.get("code", "asylum")
    assert cli("topic", "show", code, "--course", "RMC", "--json").json == {**topic, **fields}
    titles = cli("topic", "show", code, "--course", "RMC").out
    assert "es: Asilo y refugio" in titles


def test_an_edit_that_changes_nothing_says_so_and_leaves_no_operation(cli, topic):
    before = operations(cli)

    for options in ((), ("--title", "Asylum and refuge"), ("--code", "asylum"), ("--title", "fr=")):
        said = cli("topic", "edit", "asylum", "--course", "RMC", *options)
        assert (said.code, said.out) == (0, "RMC: the topic asylum is like that already; nothing was changed.\n")
    assert operations(cli) == before


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", "", "--course", "RMC"), 5, "A topic needs a title."),
        (("add", "  \t ", "--course", "RMC"), 5, "A topic needs a title."),
        (("add", "🌍", "--course", "RMC"), 5, "This title gives no code; say one with --code, in letters and digits."),
        (("add", "T", "--code", "a b", "--course", "RMC"), 5, "'a b' can't be a topic's code: letters and digits, joined by - or _, 60 at most."),
        (("add", "Other", "--code", "asylum", "--course", "RMC"), 4, "The code asylum is taken by the topic 'Asylum and refuge' already. Give another one with --code."),
        (("add", "T", "--course", "NIL"), 3, "There is no course NIL. There are: RMC."),
        (("add", "T", "-e", "RMC-9"), 3, "There is no edition RMC-9. There are: RMC-3, RMC-4."),
        (("edit", "asylum", "--code", "BORDERS", "--course", "RMC"), 4, "The code borders is taken by the topic 'Borders' already. Give another one with --code."),
        (("edit", "asylum", "--title", "", "--title", "es=", "--course", "RMC"), 5, "A topic needs a title."),
        (("edit", "nope", "--title", "T", "--course", "RMC"), 3, "RMC has no topic 'nope'. Add it with: coursectl topic add TITLE --code nope"),
        (("show", "nope", "--course", "RMC"), 3, "RMC has no topic 'nope'. Add it with: coursectl topic add TITLE --code nope"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(cli, store_path, topic, arguments, code, sentence):
    before = whole(store_path)

    said = cli("topic", *arguments)

    assert (said.code, said.out, said.err) == (code, "", sentence + "\n")
    assert whole(store_path) == before


@pytest.mark.parametrize(
    "title", ["[red]x[/red]", '#read("/etc/passwd")', "{{ 7*7 }}", "=cmd()", "../../x", "x" * 120, "مرحبا", "移民 🌍"]
)
def test_a_title_is_shown_as_it_was_typed(cli, edition, title):
    assert cli("topic", "add", title, "--code", "c1", "-e", "4").code == 0

    assert cli("topic", "list", "-e", "4", "--json").json[-1]["title"] == title
    assert title in cli("topic", "list", "-e", "4").out


def test_a_title_loses_what_a_terminal_would_obey(cli, edition):
    assert cli("topic", "add", "a\x1b[2J b", "-e", "4").code == 0

    assert cli("topic", "list", "-e", "4", "--json").json[-1]["title"] == "a[2J b"


def test_the_examples_in_the_help_work(cli, example):
    before = operations(cli)
    for command in ("add", "list", "show", "edit"):
        said = cli(*example_of(cli, "topic", command))
        assert (said.code, said.err) == (0, ""), (command, said.err)
    assert operations(cli)[: -len(before)] in ([], ["topic edit ICIM environment"])
