"""Stores that can't be used: one sentence that says what is wrong and what to do, exit 6, and nothing half-done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursectl.errors import BadInput, ExitCode, OutOfReach
from coursectl.store import LocalStore, Store, create_store, insert, new_id, open_store
from coursectl.store.migrations import newest


@dataclass(frozen=True)
class Answer:
    """What a command in a process of its own said."""

    code: int
    out: str
    err: str


def person(name: str, note: str = "") -> dict[str, object]:
    return {"id": new_id(), "name": name, "name_key": name.lower(), "note": note}


def fill(path: Path, act, people: int = 200) -> None:
    """People enough for a few hundred pages, all in the file itself and none in the log beside it."""
    with closing(open_store(path)) as store:
        store.apply(
            act.operation("person add", insert("person", [person(f"Ana {n}", "x" * 900) for n in range(people)]))
        )
        store.read("PRAGMA wal_checkpoint(TRUNCATE)")


def people(store: Store) -> int:
    return store.read("SELECT count(*) AS n, sum(length(note)) FROM person")[0]["n"]


# What is no store -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["log"], ["undo"], ["status"], ["course", "add", "X", "--title", "x"], ["edition", "list"]]
)
def test_every_command_says_that_there_is_no_store_and_how_to_make_one(cli, command):
    answer = cli(*command, "--store", "no such.db")

    assert (answer.code, answer.out) == (6, "")
    assert answer.err == "There is no store at no such.db. Make one with: coursectl init --store no such.db\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.db is not a store of coursectl. Name the right file with --store, or make one with: coursectl init\n"),
        (b"Hola.\n" * 2000, "x.db is not a store of coursectl. Name the right file with --store, or make one with: coursectl init\n"),
        (b"SQLite format 3\0" + b"\xff" * 4080, "x.db is not a store of coursectl. Name the right file with --store, or make one with: coursectl init\n"),
    ],
    ids=["empty", "text", "a head without a body"],
)  # fmt: skip
def test_a_file_of_another_kind_is_left_as_it_is(cli, content, sentence):
    Path("x.db").write_bytes(content)

    answer = cli("log", "--store", "x.db")

    assert (answer.code, answer.out, answer.err) == (6, "", sentence)
    assert Path("x.db").read_bytes() == content
    assert [path.name for path in Path().iterdir()] == ["x.db"]


def test_a_folder_is_no_store(cli):
    Path("x.db").mkdir()

    answer = cli("log", "--store", "x.db")

    assert (answer.code, answer.err) == (6, "x.db is a folder, not a store. Name the file in it with --store.\n")


def test_a_place_below_a_file_is_no_store(cli):
    Path("x").write_text("")

    assert cli("log", "--store", "x/y.db").code == 6
    answer = cli("init", "--store", "x/y.db")
    assert (answer.code, answer.err) == (5, "There is no folder x. Make it first, or choose another place.\n")


def test_a_name_that_no_file_can_have_is_a_sentence(cli):
    name = "x" * 300

    for command in (["log"], ["init"]):
        answer = cli(*command, "--store", name)
        assert (answer.code, answer.err) == (
            6, f"{name} can't be used: File name too long. Name another file with --store.\n",
        )  # fmt: skip


def test_a_web_address_is_no_store(cli):
    answer = cli("log", "--store", "https://courses.example:4001")

    assert (answer.code, answer.err) == (
        2,
        "'https://courses.example:4001' is no store: name a file, or a cluster as rqlite://user@host1:4001,host2:4001\n",
    )


# Damage ---------------------------------------------------------------------------------------------------------------


def told_of_damage(path: Path) -> bool:
    """Whether opening and reading all of it ends in the sentence about damage (or in none), never in a traceback."""
    try:
        with closing(open_store(path)) as store:
            for table in ("person", "op", "audit", "course", "edition"):
                store.read(f"SELECT * FROM {table}")
    except OutOfReach as error:
        return "is damaged" in str(error) and "\n" not in str(error)
    return False


def test_pages_overwritten_in_the_middle_are_told_as_damage(store_path, act):
    fill(store_path, act)
    data = bytearray(store_path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 65536] = os.urandom(65536)
    store_path.write_bytes(data)

    assert told_of_damage(store_path)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_file_cut_short_is_told_as_damage(store_path, act, share):
    fill(store_path, act)
    data = store_path.read_bytes()
    store_path.write_bytes(data[: int(len(data) * share)])

    assert told_of_damage(store_path)


def test_text_that_is_no_text_any_more_is_told_as_damage(store_path, act):
    fill(store_path, act, people=1)
    data = store_path.read_bytes()
    assert data.count(b"Ana 0")
    store_path.write_bytes(data.replace(b"Ana 0", b"\xff\xfe\xff\xfe\xff"))

    with pytest.raises(OutOfReach, match="is damaged"), closing(open_store(store_path)) as store:
        store.read("SELECT name FROM person")


def test_a_table_that_is_gone_is_told_as_damage(store_path):
    with closing(sqlite3.connect(store_path)) as connection:
        connection.execute("DROP TABLE signatory")

    with pytest.raises(OutOfReach, match="is damaged"), closing(open_store(store_path)) as store:
        store.read("SELECT * FROM signatory")


def test_a_mistake_in_our_own_sql_stays_a_bug(store):
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        store.read("SELECT shoe_size FROM person")


def test_a_number_that_no_store_can_keep_is_bad_input(store):
    with pytest.raises(BadInput, match="too large"):
        store.read("SELECT :n", {"n": 10**30})


def test_a_full_disk_leaves_the_store_as_it_was_and_usable(store_path, act):
    store = LocalStore(store_path)
    pages = store.read("PRAGMA page_count")[0]["page_count"]
    store.read(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(OutOfReach, match=r"^The disk with .* is full"):
        store.apply(act.operation("person add", insert("person", [person(f"A {n}", "x" * 900) for n in range(300)])))

    assert people(store) == 0
    store.read(f"PRAGMA max_page_count = {pages + 1000}")
    store.apply(act.operation("person add", insert("person", [person("Ana")])))
    assert people(store) == 1
    store.close()


# Newer and older ----------------------------------------------------------------------------------------------------------


def test_a_store_of_a_newer_version_says_which_one_to_install(cli, store_path):
    with closing(sqlite3.connect(store_path)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, 'future', '2030-01-01')")
        connection.commit()

    answer = cli("course", "add", "X", "--title", "x")

    assert (answer.code, answer.out) == (6, "")
    assert answer.err == (
        f"{store_path} was written by a newer coursectl (its schema is 9999, this program knows {newest()}). "
        "Install the newer version: pip install -U coursectl\n"
    )


# Locks --------------------------------------------------------------------------------------------------------------------

_HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


@pytest.fixture
def other_process(store_path):
    """Another process that holds the store's write lock until it is told to let go."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(store_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_store_that_another_process_writes_can_be_read(other_process, store_path):
    with closing(LocalStore(store_path, wait=0.05)) as store:
        assert people(store) == 0


def test_a_write_gives_up_after_its_patience_with_one_sentence(other_process, store_path, act):
    with closing(LocalStore(store_path, wait=0.1)) as store:
        with pytest.raises(OutOfReach) as refused:
            store.apply(act.operation("person add", insert("person", [person("Ana")])))

        assert refused.value.exit_code == ExitCode.OUT_OF_REACH
        assert refused.value.sentence() == (
            f"{store_path} is locked by another program. Wait until it has finished, then type the command again."
        )
        assert people(store) == 0


def test_a_write_waits_for_another_process_and_then_goes_through(other_process, store_path, act):
    with closing(LocalStore(store_path, wait=20)) as store:
        other_process.stdin.write("go\n")
        other_process.stdin.flush()
        store.apply(act.operation("person add", insert("person", [person("Ana")])))

        assert people(store) == 1


# Permissions --------------------------------------------------------------------------------------------------------------

# Root may write everything, so the command gives up being root; before that it is run on a store of its own, since
# somebody else may not be allowed to import what it needs.
_AS_NOBODY = """
import contextlib, io, os, sys
from coursectl.cli.app import run
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    run([*sys.argv[2:], "--store", sys.argv[1]])
    run(["log", "--store", "/no/such.db"])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(run(sys.argv[2:]))
"""


@pytest.fixture
def shelf(store_path):
    """A folder that everybody may enter, with a store in it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    with closing(open_store(store_path)) as store:
        store.copy_to(folder / "office.db")
    with closing(sqlite3.connect(folder / "office.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody(store_path, shelf):
    """Run a command as somebody who owns nothing."""

    def call(command: str, *arguments: str, store: Path) -> Answer:
        own = "other.db" if command == "init" else str(store_path)
        line = [sys.executable, "-c", _AS_NOBODY, own, command, *arguments, "--store", str(store)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


def test_a_read_only_store_in_a_read_only_folder_says_so_and_stays_as_it_is(shelf, as_nobody):
    store = shelf / "office.db"
    before = store.read_bytes()
    store.chmod(0o444)
    shelf.chmod(0o555)

    answer = as_nobody("course", "add", "X", "--title", "x", store=store)

    assert answer == Answer(
        6, "", f"{store} can't be written: the file or its folder is read-only. Ask for write permission, or copy it.\n"
    )
    assert store.read_bytes() == before
    assert as_nobody("course", "list", "--json", store=store) == Answer(0, "[]\n", "")
    assert [file.name for file in shelf.iterdir()] == ["office.db"]


_LOOK_TWICE = """
import os, sys
from coursectl.store import open_store
from coursectl.errors import CourseError
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
store = open_store(sys.argv[1])
store.read("SELECT 1")
print("ready", flush=True)
sys.stdin.readline()
try:
    store.read("SELECT count(*) FROM course")
except CourseError as error:
    print(error)
"""


def test_what_is_written_while_one_may_only_look_isnt_believed(shelf, act):
    """Where SQLite may keep no lock, the file's own date and size tell that somebody has written in between."""
    store = shelf / "office.db"
    store.chmod(0o644)
    shelf.chmod(0o555)
    with subprocess.Popen(
        [sys.executable, "-c", _LOOK_TWICE, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as looking:
        assert looking.stdout.readline() == "ready\n"
        shelf.chmod(0o755)
        with closing(open_store(store)) as other:
            other.apply(act.operation("person add", insert("person", [person("Ana")])))
        shelf.chmod(0o555)
        said, _ = looking.communicate("\n", timeout=30)

    assert said == f"{store} was written by somebody else while it was read. Type the command again.\n"


def test_a_read_only_store_in_a_folder_that_may_be_written_is_read_but_not_written(shelf, as_nobody):
    store = shelf / "office.db"
    store.chmod(0o444)
    shelf.chmod(0o777)

    assert as_nobody("course", "list", "--json", store=store).out == "[]\n"
    answer = as_nobody("course", "add", "X", "--title", "x", store=store)

    assert (answer.code, answer.err) == (
        6,
        f"{store} can't be written: the file or its folder is read-only. Ask for write permission, or copy it.\n",
    )


def test_a_store_that_may_not_be_opened_says_so(shelf, as_nobody):
    (shelf / "office.db").chmod(0o000)

    answer = as_nobody("log", store=shelf / "office.db")

    assert (answer.code, answer.err.count("\n")) == (6, 1)
    assert answer.err.startswith(f"{shelf / 'office.db'} can't be opened")


def test_init_where_nothing_may_be_made_says_so(shelf, as_nobody):
    shelf.chmod(0o555)

    answer = as_nobody("init", store=shelf / "new.db")

    assert (answer.code, answer.err) == (
        6, f"{shelf / 'new.db'} can't be used: Permission denied. Name another file with --store.\n",
    )  # fmt: skip


def test_a_folder_above_that_may_not_be_looked_into_holds_no_store(shelf, as_nobody):
    inner = shelf / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    (shelf / "closed").chmod(0o000)

    answer = as_nobody("log", store=shelf / "closed" / "x.db")

    assert (answer.code, answer.err) == (
        6, f"{shelf / 'closed' / 'x.db'} can't be used: Permission denied. Name another file with --store.\n",
    )  # fmt: skip
    (shelf / "closed").chmod(0o755)


# Making one ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"\0", b"a thesis"])
def test_init_over_whatever_is_there_refuses(cli, content):
    Path("x.db").write_bytes(content)

    answer = cli("init", "--store", "x.db")

    assert (answer.code, answer.err) == (4, "x.db is there already; nothing was changed.\n")
    assert Path("x.db").read_bytes() == content


def test_init_over_a_store_refuses_and_keeps_it(cli, store_path):
    cli("course", "add", "RMC", "--title", "x")

    assert cli("init").code == 4
    assert [course["code"] for course in cli("course", "list", "--json").json] == ["RMC"]


def test_of_two_that_make_the_same_store_at_once_one_makes_it(tmp_path):
    command = [sys.executable, "-m", "coursectl", "init", "--store", str(tmp_path / "new.db")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted((process.communicate(timeout=60)[1], process.returncode) for process in both)

    assert said == [("", 0), *[(f"{tmp_path / 'new.db'} is there already; nothing was changed.\n", 4)] * 3]
    with closing(open_store(tmp_path / "new.db")) as store:
        assert people(store) == 0


def test_a_store_that_could_not_be_made_leaves_no_file(tmp_path):
    with pytest.raises(sqlite3.IntegrityError):
        create_store(tmp_path / "x.db", None)  # type: ignore[arg-type]

    assert list(tmp_path.glob("x.db*")) == []


@pytest.mark.parametrize(
    "command",
    [
        ("course", "list", "--read-only", "--store", "other.db"),
        ("store", "check", "--read-only", "--store", "other.db"),
        ("store", "merge", "other.db"),
        ("store", "merge", "other.db", "--dry-run"),
        ("store", "copy", "other.db", "copy.db"),
    ],
)
def test_looking_leaves_nothing_beside_the_store_that_wasnt_there(cli, store_path, command):
    assert cli("init", "--store", "other.db").code == 0
    assert cli("course", "add", "ABC", "--title", "Course", "--store", "other.db").code == 0
    before = Path("other.db").read_bytes()

    assert cli(*command).code == 0

    assert sorted(path.name for path in Path().glob("other.db*")) == ["other.db"]
    assert Path("other.db").read_bytes() == before


def test_a_log_that_somebody_else_uses_stays_when_one_has_looked(cli, store_path, act):
    with closing(open_store(store_path)) as other:
        assert cli("course", "list", "--read-only", "--store", store_path).code == 0
        other.apply(act.operation("course add", insert("course", [{"id": 1, "code": "X", "title": '{"en": "x"}'}])))
        assert cli("course", "list", "--read-only", "--json", "--store", store_path).json[0]["code"] == "X"
        assert store_path.with_name(f"{store_path.name}-wal").stat().st_size > 0
