"""The command tree and its boundary: mistakes in the command line are one sentence that says what to type."""

from __future__ import annotations

import pytest
import typer

from coursectl.cli.app import COMMANDS, load
from coursectl.cli.usage import told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rostr"], "coursectl has no command 'rostr'. Did you mean roster?\n"),
        (["roster", "lst"], "coursectl roster has no command 'lst'. Did you mean list?\n"),
        (["frobnicate"], "coursectl has no command 'frobnicate'. See: coursectl --help\n"),
        (["[red]"], "coursectl has no command '[red]'. See: coursectl --help\n"),
        (["\x1b[31m"], "coursectl has no command '\\x1b[31m'. See: coursectl --help\n"),
        (["roster", "list", "--edtion", "X"], "coursectl roster list has no option --edtion. Did you mean --edition?\n"),
        (["log", "--jsn"], "coursectl log has no option --jsn. Did you mean --json?\n"),
        (["--stor", "x", "log"], "coursectl has no option --stor. Did you mean --store?\n"),
        (["log", "--frobnicate"], "coursectl log has no option --frobnicate. See: coursectl log --help\n"),
        (["log", "-z"], "coursectl log has no option -z. See: coursectl log --help\n"),
        (["roster", "list", "-e"], "coursectl roster list: -e needs a value.\n"),
        (["undo", "--dry-run=1"], "coursectl undo: --dry-run takes no value.\n"),
        (["log", "-n", "ten"], "coursectl log: --limit is a whole number, not 'ten'.\n"),
        (["log", "-n", "0"], "coursectl log: --limit is at least 1, not 0.\n"),
        (["session", "cancel", "--because", "x"], "coursectl session cancel: SESSION is missing. See: coursectl session cancel --help\n"),
        (["session", "cancel", "1"], "coursectl session cancel: --because is missing. See: coursectl session cancel --help\n"),
        (["session", "cancel", "one", "--because", "x"], "coursectl session cancel: SESSION is a whole number, not 'one'.\n"),
        (
            ["edition", "show", "-e", "ICIM-37"],
            "coursectl edition show takes no -e. Type: coursectl edition show ICIM-37\n",
        ),
        (["edition", "close", "-e"], "coursectl edition close takes no -e. Type: coursectl edition close EDITION\n"),
        (["history", "totals", "ICIM-37"], "coursectl history totals takes the edition with -e: coursectl history totals -e ICIM-37\n"),
        (
            ["undo", "1", "2", "3"],
            "coursectl undo: that is too much: 2 3. A text of several words needs quotes; for the rest, see: coursectl undo --help\n",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_the_command_line_is_one_sentence_and_exit_2(cli, store_path, arguments, sentence):
    answer = cli(*arguments)

    assert (answer.code, answer.out, answer.err) == (2, "", sentence)


def test_an_option_after_two_dashes_is_an_argument(cli, store_path):
    answer = cli("undo", "--", "--dry-run")

    assert (answer.code, answer.err) == (5, "'--dry-run' is no operation's number. List them with: coursectl log\n")


def test_a_group_alone_shows_its_help_as_a_mistake(cli):
    answer = cli("roster")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: coursectl roster ")
    assert "replace" in answer.err


def test_nothing_at_all_is_status(cli, store_path):
    assert cli() == cli("status")
    assert cli("--json").json == cli("status", "--json").json


def test_the_help_lists_every_command_with_what_it_does_and_the_global_options(cli):
    answer = cli("--help")

    assert (answer.code, answer.err) == (0, "")
    listed = " ".join(answer.out.split())
    assert [name for name, text in COMMANDS.items() if f"{name} {text}" not in listed] == []
    assert "--store PATH" in answer.out


@pytest.mark.parametrize("arguments", [["roster"], ["roster", "list"], ["undo"], ["enroll"]])
def test_help_at_every_level_shows_the_global_options(cli, arguments):
    answer = cli(*arguments, "--help")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Usage: coursectl {' '.join(arguments)} ")
    assert "--as NAME" in answer.out


def test_help_needs_no_store(cli):
    assert cli("roster", "list", "--help", "--store", "no such.db").code == 0


def test_a_refusal_is_told_without_what_a_terminal_would_obey(cli, store_path):
    answer = cli("person", "show", "\x1b[31mred\u202e")

    assert answer.code == 3
    assert "\x1b" not in answer.err
    assert "\u202e" not in answer.err


def test_what_typer_says_and_we_do_not_know_stays_in_its_words():
    usage_error = typer.BadParameter.__base__

    assert told(usage_error("Something new.")).sentence() == "coursectl: Something new. See: coursectl --help"
    assert told(typer.BadParameter("It is odd.")).sentence() == "coursectl: ?: It is odd."


def _commands(command, path):
    if not hasattr(command, "list_commands"):
        return {path: command}
    below = (_commands(command.get_command(None, name), f"{path} {name}") for name in command.list_commands(None))
    return {name: one for commands in below for name, one in commands.items()}


def test_an_edit_leaves_what_is_not_said_so_its_options_have_no_default():
    """`-e` and its like, whose default is the edition in use, aside."""
    edits = {
        path: one for name in COMMANDS for path, one in _commands(load(name), name).items() if path.endswith(" edit")
    }

    assert sorted(edits) == [
        f"{name} edit" for name in ("assess", "course", "edition", "org", "person", "roster", "session", "topic")
    ]
    assert [
        (path, option.opts[0])
        for path, command in edits.items()
        for option in command.params
        if "default" in (getattr(option, "help", None) or "").lower() and "the one in use" not in option.help
    ] == []


def _without_dry_run(command, path=()):
    names = command.list_commands(None) if hasattr(command, "list_commands") else ()
    if not names and not any("--dry-run" in getattr(one, "opts", ()) for one in command.params):
        yield " ".join(path)
    for name in names:
        yield from _without_dry_run(command.get_command(None, name), (*path, name))


def test_every_command_that_writes_takes_dry_run():
    """Those without it only read, or print documents of what they have read."""
    without = {one for name in COMMANDS for one in _without_dry_run(load(name), (name,))}

    assert {one for one in without if one.split()[-1] not in ("list", "show")} == {
        "history countries", "history editions", "history topics", "history totals", "log", "status", "store check", "store info",
        "render attendance-sheet", "render badges", "render ceremony-order", "render directory", "render handover-list", "render letters", "render logistics",
        "attend export", "attend rates", "certificate check", "certificate rules", "render register", "render roster", "render syllabus",
        "render table-cards", "person duplicates", "person export", "roster export", "template check", "certificate verify",
    }  # fmt: skip
