"""The way in, as the shell sees it: exit codes, streams, signals and encodings of real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from coursectl import __version__

ARABIC = "نور الدين"
CHINESE = "王小明"


def process(*arguments: str, environment: dict[str, str] | None = None, **more) -> subprocess.Popen[bytes]:
    surroundings = {"PYTHONIOENCODING": "utf-8", **os.environ, **(environment or {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.Popen([sys.executable, "-m", "coursectl", *arguments], env=surroundings, **streams)


def said(*arguments: str, encoding: str = "utf-8", **more) -> tuple[int, str, str]:
    with process(*arguments, **more) as run:
        out, err = run.communicate(timeout=60)
    return run.returncode, (out or b"").decode(encoding), (err or b"").decode(encoding)


@pytest.fixture
def named(cli, store_path):
    """A store with people in two scripts."""
    for name in (ARABIC, CHINESE, "José Ñandú"):
        assert cli("person", "add", name).code == 0
    return store_path


def test_the_version_is_told_without_the_command_line_being_loaded():
    code = "import sys; sys.argv = ['coursectl', '--version']; from coursectl.__main__ import main; main(); print('typer' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (told.stdout, told.stderr) == (f"coursectl {__version__}\nFalse\n", "")


def test_the_module_and_the_installed_command_say_the_same():
    installed = subprocess.run(
        [Path(sys.executable).parent / "coursectl", "--version"], capture_output=True, text=True, check=True
    )

    assert said("--version") == (0, installed.stdout, "") == (0, f"coursectl {__version__}\n", "")


def test_the_exit_code_is_the_errors(store_path):
    assert said("undo", "123456")[0] == 3
    assert said("undo", "x") == (5, "", "'x' is no operation's number. List them with: coursectl log\n")
    assert said("nothing")[0] == 2


_WITH_A_BUG = """
import sys, types
from coursectl.cli import app
from coursectl.cli.command import command, single
boom = types.ModuleType("coursectl.cli.boom")
boom.app = single()
@command(boom.app, "boom", "Break.", example="coursectl boom")
def broken():
    raise ZeroDivisionError("the program is wrong here")
sys.modules["coursectl.cli.boom"] = boom
app.COMMANDS["boom"] = "Break."
sys.argv = ["coursectl", "boom"]
from coursectl.__main__ import main
main()
"""


def test_a_bug_keeps_its_traceback_and_asks_to_be_reported():
    broken = subprocess.run([sys.executable, "-c", _WITH_A_BUG], capture_output=True, text=True, check=False)

    lines = broken.stderr.splitlines()
    assert (broken.returncode, broken.stdout) == (1, "")
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2] == "ZeroDivisionError: the program is wrong here"
    assert lines[-1] == (
        f"This is a bug in coursectl {__version__}, not your mistake; nothing was left half-written. "
        "Please report it with the lines above; leave out what must stay private."
    )


_STOPPED_IN_IMPORT = """
import sys
from coursectl.store import LocalStore
applied, apply = [], LocalStore.apply
def stop(self, operation):
    if {store!r} in self.name:  # not the copy that all is tried on first
        if len(applied) == 2:
            raise {error}
        applied.append(operation)
    return apply(self, operation)
LocalStore.apply = stop
sys.argv = ["coursectl", "import", {folder!r}]
from coursectl.__main__ import main
main()
"""


@pytest.mark.usefixtures("store_path")
@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        ("KeyboardInterrupt", 130, "Stopped. {left}"),
        (
            "ZeroDivisionError",
            1,
            f"This is a bug in coursectl {__version__}, not your mistake. {{left}} "
            "Please report it with the lines above; leave out what must stay private.",
        ),
    ],
)
def test_an_import_that_ends_in_the_middle_says_what_is_written(error, code, told):
    folder = str(Path(__file__).parents[1] / "examples" / "icim-37")
    program = _STOPPED_IN_IMPORT.format(error=error, folder=folder, store="work/coursectl.db")
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    left = "2 operations were written before that, each whole, and stay: coursectl log"
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (code, "", told.format(left=left))
    assert len(json.loads(said("log", "--json")[1])) == 2
    assert said("import", folder)[0] == 0


def test_a_demo_that_ends_in_the_middle_leaves_nothing():
    folder = Path("coursectl-demo")
    program = _STOPPED_IN_IMPORT.format(error="KeyboardInterrupt", folder=str(folder), store="coursectl-demo-demo-")
    program = program.replace('"import"', '"demo"')
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (130, "Stopped. Nothing was left half-written.\n")
    assert list(Path.cwd().iterdir()) == []


_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def _listening() -> Iterator[None]:
    """Who was started in the background of a shell ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_listening")
def test_ctrl_c_ends_in_one_line_and_130(store_path):
    held = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(store_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with held, process("course", "add", "RMC", "--title", "x") as waiting:
        assert held.stdout.readline() == b"held\n"
        wait_until_it_has_opened(store_path, waiting)
        waiting.send_signal(signal.SIGINT)
        _out, err = waiting.communicate(timeout=10)  # it was ready to wait for the lock much longer
        held.stdin.close()

    assert (waiting.returncode, err.decode()) == (130, "Stopped. Nothing was left half-written.\n")
    assert said("log", "--json") == (0, "[]\n", "")


def wait_until_it_has_opened(store: Path, running: subprocess.Popen[bytes]) -> None:
    while running.poll() is None:
        for one in Path(f"/proc/{running.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed in this moment
                if one.readlink() == store:
                    return


def test_a_reader_that_goes_leaves_no_traceback(cli, store_path):
    for number in range(30):
        cli("course", "add", f"C{number}", "--title", "x" * 900)
    with process("course", "list", "--json") as listing:
        listing.stdout.readline()
        listing.stdout.close()
        err = listing.stderr.read()

    assert (listing.returncode, err) == (0, b"")


def test_a_reader_that_was_never_there_leaves_no_traceback(store_path):
    read, write = os.pipe()
    os.close(read)
    with process("--help", stdout=write) as helping:
        os.close(write)
        err = helping.stderr.read()

    assert (helping.returncode, err) == (0, b"")


@pytest.mark.parametrize("stream", ["stdout", "stderr", "both"])
@pytest.mark.parametrize("arguments", [["--version"], ["log"], ["nothing"]], ids=["version", "read", "mistake"])
def test_closed_streams_leave_no_traceback(store_path, stream, arguments):
    closed = {"stdout": ">&-", "stderr": "2>&-", "both": ">&- 2>&-"}[stream]
    line = f'"{sys.executable}" -m coursectl {" ".join(arguments)} {closed}'

    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)

    assert done.returncode == (2 if arguments == ["nothing"] else 0)
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("count", [1, 40])
def test_an_answer_that_finds_no_room_is_told_and_is_no_success(cli, store_path, count):
    for number in range(count):
        cli("course", "add", f"C{number}", "--title", "x" * 900)

    with Path("/dev/full").open("wb") as full:
        answer = said("course", "list", stdout=full)

    assert answer == (6, "", "The answer can't be written: No space left on device.\n")


_UNTOLD = {
    ("person", "add", "Ana Pérez"): "It was done (operation {number}), only its answer can't be written: {reason}.",
    (
        "person",
        "add",
        "Ana Pérez",
        "--json",
    ): "It was done (operation {number}), only its answer can't be written: {reason}.",
    ("store", "backup"): "It was done, only its answer can't be written: {reason}.",
    ("person", "add", "Ana Pérez", "--dry-run"): "The answer can't be written: {reason}.",
}


@pytest.mark.parametrize("line", _UNTOLD, ids=" ".join)
@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "at once"])
def test_a_write_whose_answer_finds_no_room_is_told_to_be_done(cli, store_path, line, buffered):
    with Path("/dev/full").open("wb") as full:
        answer = said(*line, stdout=full, environment={} if buffered else {"PYTHONUNBUFFERED": "1"})

    log = cli("log", "--json").json
    told = _UNTOLD[line].format(number=log[0]["number"] if log else "", reason="No space left on device")
    assert answer == (6, "", told + "\n")
    assert len(log) == ("operation" in told)


def test_every_operation_whose_answer_is_lost_is_named(cli, store_path):
    example = Path(__file__).parents[1] / "examples" / "icim-37"
    with Path("/dev/full").open("wb") as full:
        answer = said("import", str(example), stdout=full)

    numbers = ", ".join(one["number"] for one in reversed(cli("log", "--json").json))
    assert answer == (
        6, "", f"It was done (operations {numbers}), only its answer can't be written: No space left on device.\n"
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_a_narrow_encoding_gets_a_question_mark_for_what_it_lacks(named, encoding):
    code, out, err = said("person", "list", environment={"PYTHONIOENCODING": encoding}, encoding=encoding)

    assert (code, err) == (0, "")
    assert "?" * len(CHINESE) in out
    assert "Traceback" not in out
    assert ("José Ñandú" in out) == (encoding != "ascii")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_json_in_a_narrow_encoding_loses_nothing(named, encoding):
    _code, out, _err = said("person", "list", "--json", environment={"PYTHONIOENCODING": encoding}, encoding=encoding)

    assert {person["name"] for person in json.loads(out)} == {ARABIC, CHINESE, "José Ñandú"}


def test_an_error_in_a_narrow_encoding_is_still_a_sentence(named):
    code, out, err = said("person", "show", CHINESE + "x", environment={"PYTHONIOENCODING": "ascii"}, encoding="ascii")

    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "???x" in err


def test_the_plain_c_locale_reads_and_writes_accents(named):
    surroundings = {"LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

    code, _out, err = said("person", "list", environment=surroundings, encoding="utf-8")

    assert (code, err) == (0, "")


def test_bytes_that_are_no_text_are_refused_before_anything_is_done(store_path):
    line = [sys.executable, "-m", "coursectl", "course", "add", "RMC", "--title", b"Regi\xf3n"]
    done = subprocess.run(line, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, check=False)

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (
        b"'Regi?n' isn't text in this terminal's encoding. Set the terminal to UTF-8 and type it again.\n"
    )
    assert said("log", "--json") == (0, "[]\n", "")
