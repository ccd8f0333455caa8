"""Global options: anywhere on the line, before the subcommand and after it alike, and nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl import __version__
from coursectl.cli.app import COMMANDS, load
from coursectl.cli.globals import FLAGS, WITH_VALUE, Globals, take_globals
from coursectl.errors import Usage
from coursectl.store import create_store

GLOBALS = [
    (["--store", "x.db"], {"store": "x.db"}),
    (["--store=x.db"], {"store": "x.db"}),
    (["--store=--json"], {"store": "--json"}),
    (["--store=a=b"], {"store": "a=b"}),
    (["--lang", "es"], {"lang": "es"}),
    (["--as", "Ana Pérez"], {"actor": "Ana Pérez"}),
    (["--json"], {"json": True}),
    (["--yes"], {"yes": True}),
    (["-y"], {"yes": True}),
    (["--quiet"], {"quiet": True}),
    (["-q"], {"quiet": True}),
    (["-qy"], {"quiet": True, "yes": True}),
    (["--version"], {"version": True}),
]
WORDS = st.lists(st.text(st.characters(exclude_characters="-", exclude_categories=["Cs"]), min_size=1), max_size=5)


@pytest.mark.parametrize(("typed", "found"), GLOBALS, ids=[" ".join(typed) for typed, _found in GLOBALS])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_global_option_means_the_same_wherever_it_stands(typed, found, place):
    command = ["roster", "list", "--all"]

    assert take_globals([*command[:place], *typed, *command[place:]]) == (Globals(**found), command)


@given(words=WORDS, place=st.integers(0, 5), chosen=st.sampled_from(GLOBALS))
def test_all_other_words_stay_as_they_are_and_in_their_order(words, place, chosen):
    typed, found = chosen

    assert take_globals([*words[:place], *typed, *words[place:]]) == (Globals(**found), words)


def test_after_two_dashes_everything_is_an_argument():
    arguments = ["enroll", "--json", "--", "--store", "--csv", "-q"]

    assert take_globals(arguments) == (Globals(json=True), ["enroll", "--", "--store", "--csv", "-q"])


def test_a_value_written_with_its_option_is_never_taken_for_a_global_option():
    arguments = ["session", "cancel", "1", "--because=--json", "-e=--csv"]

    assert take_globals(arguments) == (Globals(), arguments)


def test_of_two_values_the_last_one_holds():
    assert take_globals(["--store", "a.db", "log", "--store", "b.db"]) == (Globals(store="b.db"), ["log"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["log", "--store"], "--store needs a value."),
        (["--store=", "log"], "--store needs a value."),
        (["--as", "", "log"], "--as needs a value."),
        (["--store", "--json", "log"], "--store needs a value. For one that begins with a dash, type: --store=--json"),
        (["--lang", "-q"], "--lang needs a value. For one that begins with a dash, type: --lang=-q"),
        (["--json=1"], "--json takes no value."),
        (["-q=1"], "-q takes no value."),
        (["--json", "log", "--csv"], "--json and --csv are two answers. Choose one."),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(arguments, sentence):
    with pytest.raises(Usage) as refused:
        take_globals(arguments)

    assert refused.value.sentence() == sentence


def commands():
    """Every command of the tree, by path."""
    for name in COMMANDS:
        loaded = load(name)
        children = getattr(loaded, "commands", None)
        if children is None:
            yield name, loaded
        else:
            yield from ((f"{name} {child}", command) for child, command in children.items())


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=[path for path, _command in commands()])
def test_no_command_has_an_option_that_a_global_one_would_take_away(path, command):
    own = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}

    assert own & {*WITH_VALUE, *FLAGS} == set()


def test_the_version_is_told_on_any_command(cli):
    assert cli("roster", "list", "--version").out == f"coursectl {__version__}\n"
    assert cli("--version", "--json").json == {"version": __version__}


def test_the_actor_is_in_the_log(cli, store_path):
    cli("course", "add", "RMC", "--title", "Regional", "--as", "Ana Pérez")

    assert [done["actor"] for done in cli("log", "--json").json] == ["Ana Pérez"]


def test_quiet_leaves_the_answer_of_a_read_and_nothing_of_a_write(cli, store_path):
    assert cli("course", "add", "RMC", "--title", "Regional", "-q") == type(cli("log"))(0, "", "")
    assert "RMC" in cli("course", "list", "-q").out


@pytest.mark.parametrize("tag", ["es", "ES", "es-AR"])
def test_titles_are_shown_in_the_language_that_is_asked_for(cli, store_path, tag):
    cli("course", "add", "RMC", "--title", "es=Curso Regional", "--title", "en=Regional Course")

    assert "Curso Regional" in cli("course", "list", "--lang", tag).out
    assert "Regional Course" in cli("course", "list").out


def test_a_language_that_there_is_not_is_refused_before_anything_is_done(cli, store_path):
    answer = cli("course", "add", "RMC", "--title", "x", "--lang", "klingonese")

    assert (answer.code, answer.err) == (
        2,
        "'klingonese' is no language tag. Use one of: en, es, pt, fr, ar, zh, ru.\n",
    )
    assert cli("log", "--json").json == []


def test_the_store_is_the_one_that_is_named_else_the_environments_else_here_else_above(
    cli, store_path, tmp_path, monkeypatch
):
    for code in ("NAMED", "ENVIRONMENT"):
        create_store(str(tmp_path / f"{code}.db"), "2015-03-09T12:00:00.000Z").close()
        cli("course", "add", code, "--title", "x", "--store", tmp_path / f"{code}.db")
    cli("course", "add", "HERE", "--title", "x")
    below = tmp_path / "work" / "a folder with ñ" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    def used(*options):
        return [course["code"] for course in cli("course", "list", "--json", *options).json]

    assert used() == ["HERE"]
    monkeypatch.setenv("COURSECTL_STORE", str(tmp_path / "ENVIRONMENT.db"))
    assert used() == ["ENVIRONMENT"]
    assert used("--store", str(tmp_path / "NAMED.db")) == ["NAMED"]


def test_a_folder_called_like_the_store_is_passed_by(cli, store_path, tmp_path, monkeypatch):
    below = tmp_path / "work" / "below"
    (below / "coursectl.db").mkdir(parents=True)
    monkeypatch.chdir(below)

    assert cli("log").code == 0


def test_a_folder_that_was_deleted_under_our_feet_holds_no_store(cli, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    answer = cli("log")

    assert (answer.code, answer.err) == (
        6, "There is no store at coursectl.db. Make one with: coursectl init --store coursectl.db\n",
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)


def test_init_makes_its_store_here_although_one_lies_above(cli, store_path, tmp_path, monkeypatch):
    below = tmp_path / "work" / "below"
    below.mkdir()
    monkeypatch.chdir(below)

    assert cli("init").code == 0

    assert (below / "coursectl.db").is_file()


def test_the_edition_in_use_is_the_environments_else_the_one_chosen_for_this_store(cli, store_path, monkeypatch):
    cli("course", "add", "RMC", "--title", "x")
    for number in ("1", "2"):
        cli("edition", "add", f"RMC-{number}")
    cli("edition", "use", "RMC-1")

    assert cli("edition", "show", "--json").json["reference"] == "RMC-1"
    monkeypatch.setenv("COURSECTL_EDITION", "RMC-2")
    assert cli("edition", "show", "--json").json["reference"] == "RMC-2"


@pytest.mark.parametrize("broken", ["", "no JSON", "[]", '{"edition_in_use": []}', '{"edition_in_use": {"x": 5}}'])
def test_a_configuration_broken_by_hand_is_written_anew(cli, store_path, tmp_path, broken):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.json").write_text(broken, encoding="utf-8")
    cli("course", "add", "RMC", "--title", "x")
    cli("edition", "add", "RMC-1")

    assert cli("edition", "use", "RMC-1").code == 0
    assert cli("edition", "show", "--json").json["reference"] == "RMC-1"


def test_a_configuration_that_cannot_be_written_says_what_to_do_instead(cli, store_path, tmp_path):
    (tmp_path / "config").write_text("a file where the folder ought to be", encoding="utf-8")
    cli("course", "add", "RMC", "--title", "x")
    cli("edition", "add", "RMC-1")

    answer = cli("edition", "use", "RMC-1")

    assert answer.code == 6
    assert "can't be written" in answer.err
    assert "COURSECTL_EDITION" in answer.err
    assert not any(path.suffix == ".tmp" for path in tmp_path.iterdir())


def test_the_tool_speaks_the_language_of_the_environment(cli, store_path, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "xx")  # which it doesn't know

    assert cli("log").err == (
        "COURSECTL_LANG is 'xx', which coursectl doesn't speak, so this is English. It speaks: en, es, pt, fr.\nNothing was done yet.\n"
    )
    assert cli("log", "--quiet").err == ""


def test_a_language_of_the_computer_that_the_tool_doesn_t_speak_is_nobodys_wish(cli, store_path, monkeypatch):
    for name, value in (("LANG", "de_DE.UTF-8"), ("COURSECTL_LANG", "C"), ("COURSECTL_LANG", "es_AR")):
        monkeypatch.setenv(name, value)

        assert "COURSECTL_LANG" not in cli("log").err
