"""What answers look like: on a terminal, in a pipe, as JSON, as CSV; and that nothing typed is ever obeyed."""

from __future__ import annotations

import ast
import csv
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl.cli import show
from coursectl.cli.globals import Globals
from coursectl.cli.here import enter
from coursectl.cli.show import Column, plain, printable, show_done, show_list, show_one, shown, waiting
from coursectl.locale import Text

LONG = (
    "Doña María de los Ángeles Guadalupe Hernández-Villanueva y Fernández de Córdoba y Pérez del Castillo Montealegre"
)
ODD = {
    "[red]x": "[red]x",
    "\x1b[31mred\x1b[0m": "␛[31mred␛[0m",
    "a\tb": "a␉b",
    "bell\x07": "bell␇",
    "delete\x7f": "delete<U+007F>",
    "csi\x9b31m": "csi<U+009B>31m",
    "abc\u202egnp.exe": "abc<U+202E>gnp.exe",
    "\u2066isolated\u2069": "<U+2066>isolated<U+2069>",
    "line\u2028break": "line<U+2028>break",
    ":smile: {{ 7*7 }} %s {0}": ":smile: {{ 7*7 }} %s {0}",
    "👩🏽‍🏫 ñ 漢 ع": "👩🏽‍🏫 ñ 漢 ع",
}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Person:
    """Somebody on a list."""

    id: int
    name: str
    title: Text = field(default_factory=dict)
    hidden: str = field(default="secret", metadata={"hidden": True})


COLUMNS = (Column[Person]("No.", lambda one: one.id, right=True), Column[Person]("Name", lambda one: one.name))


@pytest.fixture
def answer(capsys):
    """Show a list as the global options say, and give what came out."""

    def call(names, **options):
        enter(Globals(**options))
        people = [Person(number, name, {"en": "Doctor", "es": "Doctora"}) for number, name in enumerate(names, 1)]
        show_list(people, COLUMNS, empty="Nobody.")
        return capsys.readouterr()

    return call


# On the screen ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "seen"), list(ODD.items()))
def test_what_a_terminal_would_obey_is_shown_instead(answer, typed, seen):
    assert answer([typed]).out == f"No.  Name\n  1  {seen}\n"


@given(st.text())
def test_nothing_printable_is_lost_and_nothing_else_is_left(text):
    seen = printable(text)

    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", seen)
    assert text.isprintable() <= (seen == text)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, ""), (True, "yes"), (False, "no"), (0, "0"), (18.0, "18"), (1234567.5, "1234567.5"), (0.1, "0.1"),
        ({"en": "Course", "es": "Curso"}, "Course"), (("a", "b"), "a, b"), ([{"es": "x"}, None], "x, "), ("a\nb", "a\nb"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_people_read_it(value, seen):
    enter(Globals())

    assert shown(value) == seen


def test_titles_are_shown_in_the_language_asked_for():
    enter(Globals(lang="es"))

    assert shown({"en": "Course", "es": "Curso"}) == "Curso"
    assert plain(Person(1, "Ana", {"en": "Doctor", "es": "Doctora"})) == {"id": "1", "name": "Ana", "title": "Doctora"}


# In a pipe ----------------------------------------------------------------------------------------------------------


def test_a_piped_table_is_plain_aligned_and_never_cuts_a_name(answer):
    said = answer([LONG, "漢字", "b\nc"])

    assert said.out == f"No.  Name\n  1  {LONG}\n  2  漢字\n  3  b c\n"
    assert said.err == ""


def test_an_empty_list_says_what_to_do_on_stderr_and_nothing_on_stdout(answer):
    assert answer([]) == ("", "Nobody.\n")
    assert answer([], quiet=True) == ("", "")
    assert answer([], csv=True) == ("", "")
    assert answer([], json=True) == ("[]\n", "")


def test_one_thing_is_labelled_lines_without_the_empty_ones(capsys):
    enter(Globals())

    show_one(Person(1, "Ana"), [("Name", "Ana"), ("Straße", "x\ny"), ("E-mail", None), ("Rows", "")])

    assert capsys.readouterr().out == "Name    Ana\nStraße  x\n        y\n"


# JSON -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", list(ODD))
def test_json_keeps_everything_and_shows_nothing_that_is_obeyed(answer, typed):
    out = answer([typed], json=True).out

    assert json.loads(out) == [{"id": "1", "name": typed, "title": "Doctor"}]
    assert printable(out.replace("\n", "")) == out.replace("\n", "")


@given(st.text())
def test_any_text_survives_json(text):
    enter(Globals(json=True))
    stream, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO(), "utf-8", errors="surrogatepass")
    try:
        show_one({"name": text}, [])
        sys.stdout.seek(0)
        assert json.loads(sys.stdout.read()) == {"name": text}
    finally:
        sys.stdout = stream


def test_a_dry_run_says_so_in_words_and_in_json(capsys):
    enter(Globals())
    show_done(Person(1, "Ana"), "Ana is enrolled.", dry_run=True)
    assert capsys.readouterr().out == "Would be done, nothing was written: Ana is enrolled.\n"

    enter(Globals(json=True))
    show_done(Person(1, "Ana"), "Ana is enrolled.", dry_run=True)
    assert json.loads(capsys.readouterr().out) == {"id": "1", "name": "Ana", "title": "", "dry_run": True}


# CSV ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["=cmd()", "+1", "-1+1", "@SUM(A1)"])
def test_csv_guards_what_a_spreadsheet_would_run(answer, typed):
    rows = list(csv.reader(io.StringIO(answer([typed], csv=True).out)))

    assert rows == [["id", "name", "title"], ["1", f"'{typed}", "Doctor"]]


@pytest.mark.parametrize(("typed", "seen"), list(ODD.items()))
def test_csv_shows_what_a_terminal_would_obey(answer, typed, seen):
    assert list(csv.reader(io.StringIO(answer([typed], csv=True).out)))[1][1] == seen


def test_csv_names_people_and_counts_by_key(capsys):
    @dataclass(frozen=True)
    class Row:
        people: tuple[Person, ...]
        one: Person
        counts: dict[str, int]

    enter(Globals(csv=True))
    show_list([Row((Person(1, "Ana"), Person(2, "=x")), Person(3, "Luis"), {"a": 1, "b": 2})], (), empty="")

    assert capsys.readouterr().out == "people,one,counts\nAna; =x,Luis,a 1; b 2\n"


# On a terminal --------------------------------------------------------------------------------------------------------


def on_terminal(*arguments: str, columns: int, **environment: str) -> str:
    """What a command draws on a real terminal that many columns wide."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    surroundings = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "TERM")}
    surroundings |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment}
    command = [sys.executable, "-m", "coursectl", *arguments]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=surroundings) as process:
        os.close(its)
        seen = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # its end is closed
                break
            seen += part
            if not part:
                break
    os.close(ours)
    assert process.returncode == 0
    return seen.decode().replace("\r\n", "\n")


@pytest.fixture
def people(cli, store_path):
    for name in (LONG, "[red]Luis[/red]", "Zoë\x1b[31m", "王小明"):
        assert cli("person", "add", name).code == 0


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 100, 200])
def test_no_name_is_ever_cut_however_narrow_the_terminal(people, columns):
    seen = ESCAPES.sub("", on_terminal("person", "list", columns=columns))

    words = seen.split()
    assert [word for word in LONG.split() if word not in words] == []
    assert "[red]Luis[/red]" in words
    assert "王小明" in words
    assert "…" not in seen


def test_a_terminal_that_is_wide_enough_gets_one_line_a_row(people):
    lines = ESCAPES.sub("", on_terminal("person", "list", columns=250)).splitlines()

    assert len([line for line in lines if LONG in line]) == 1
    assert lines[1].startswith("───")


def test_no_line_is_wider_than_a_narrow_terminal_where_words_fit(cli, store_path):
    cli("person", "add", "Ana María Pérez del Castillo y Montealegre de la Torre")

    seen = ESCAPES.sub("", on_terminal("person", "list", columns=60))

    assert max(len(line.rstrip()) for line in seen.splitlines()) <= 60


def test_no_color_is_honored_and_names_bring_none(people):
    seen = on_terminal("person", "list", columns=250, NO_COLOR="1")

    assert re.findall(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", seen) == []
    assert "Zoë" in seen


@pytest.mark.parametrize(
    "arguments", [["--help"], ["roster", "--help"], ["enroll", "--help"], ["session", "add", "--help"]]
)
@pytest.mark.parametrize("columns", [20, 40])
def test_help_works_in_a_narrow_terminal(arguments, columns):
    seen = on_terminal(*arguments, columns=columns)

    assert "--store" in seen
    assert "\x1b" not in seen


def test_an_answer_that_is_no_list_says_that_there_is_no_csv_of_it(cli, store_path):
    one = cli("store", "info", "--csv")
    done = cli("person", "add", "Ana", "--csv")

    assert (one.code, one.out, one.err) == (
        2, "", "This answer is no list, so there is no CSV of it. Take --json, or neither.\n",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "This answer is no list, so there is no CSV of it.\n")
    assert "Ana" in done.out


# A spinner for what takes long -------------------------------------------------------------------------------------------


class Screen(io.StringIO):
    """A terminal that keeps what is drawn on it."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("seconds", "terminal", "options", "drawn"),
    [
        (0.9, True, {}, True),
        (0.1, True, {}, False),
        (0.9, False, {}, False),
        (0.9, True, {"quiet": True}, False),
        (0.9, True, {"json": True}, False),
    ],
    ids=["long", "short", "in a pipe", "quiet", "json"],
)
def test_what_takes_over_half_a_second_is_told_on_a_terminal(monkeypatch, seconds, terminal, options, drawn):
    enter(Globals(**options))
    screen = Screen() if terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    threads = threading.active_count()

    with waiting("Merging \x1b[31m"):
        time.sleep(seconds)

    assert ("Merging ␛[31m" in screen.getvalue()) == drawn
    assert drawn or screen.getvalue() == ""
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:  # Rich's own ends a moment later
        time.sleep(0.05)
    assert threading.active_count() == threads


def test_what_is_stopped_leaves_no_spinner_behind(monkeypatch):
    enter(Globals())
    monkeypatch.setattr("sys.stderr", Screen())
    threads = threading.active_count()

    with pytest.raises(KeyboardInterrupt), waiting("Merging"):
        raise KeyboardInterrupt
    assert threading.active_count() == threads


# Commands whose time grows with what they are given.
SLOW = {
    "assess": {"import_"}, "attend": {"import_"}, "certificate_check": {"check"}, "certificate": {"issue"}, "closing": {"close"}, "demo": {"demo"}, "enroll_list": {"enroll_list"},
    "import_": {"import_", "_rebuild"}, "render_group": {"make"}, "session": {"import_"}, "store": {"backup", "restore", "migrate"},
    "store_check": {"check"}, "store_exchange": {"export", "copy"}, "store_merge": {"merge"}, "undo": {"undo"},
}  # fmt: skip


@pytest.mark.parametrize("module", SLOW)
def test_whatever_may_take_long_shows_it(module):
    tree = ast.parse(Path(show.__file__).with_name(f"{module}.py").read_text("utf-8"))
    showing = {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("progress", "waiting")
    }

    assert SLOW[module] - showing == set()
