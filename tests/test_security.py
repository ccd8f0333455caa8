"""What SECURITY.md says, where no other test holds it; and that what it names is there."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.cli.app import COMMANDS, load

ROOT = Path(__file__).parents[1]
SAID = (ROOT / "SECURITY.md").read_text("utf-8")

# The page ----------------------------------------------------------------------------------------------------------------


def test_every_test_and_page_that_it_names_is_there():
    tests = set(re.findall(r"`(tests/[^`]+)`", SAID))
    pages = set(re.findall(r"\]\(([^)#]+)\)", SAID))

    assert len(tests) > 10
    assert [name for name in sorted(tests | pages) if not (ROOT / name).exists()] == []


def test_every_threat_names_the_test_that_holds_it():
    table = SAID.partition("| from | what is done | held by |\n|---|---|---|\n")[2].partition("\n\n")[0]
    threats = table.splitlines()

    assert len(threats) > 7
    assert [threat for threat in threats if "`tests/" not in threat] == []


# Who acts ----------------------------------------------------------------------------------------------------------------


def test_who_acts_is_a_statement_and_no_proof(cli, store_path, monkeypatch):
    monkeypatch.setenv("LOGNAME", "the.director")
    assert cli("course", "add", "A", "--title", "T").code == 0
    assert cli("course", "add", "B", "--title", "T", "--as", "The minister").code == 0

    assert [one["actor"] for one in cli("log", "--json").json] == ["The minister", "the.director"]


# Read-only ---------------------------------------------------------------------------------------------------------------

WRITES = (
    ("course", "add", "RMC", "--title", "T"),
    ("edition", "edit", "ICIM-37", "--seats", "77"),
    ("enroll", "Zoe Zárate", "-e", "ICIM-37", "--country", "UY"),
    ("roster", "withdraw", "7", "--because", "Stays", "-e", "ICIM-37"),
    ("attend", "mark", "--day", "3", "--all", "excused", "--replace", "-e", "ICIM-37"),
    ("edition", "close", "ICIM-37", "--apply", "--yes"),
    ("undo", "--yes"),
    ("enroll", "--from", "list.csv", "-e", "ICIM-37", "--waiting-list"),
    ("store", "restore", "backup.db", "--yes"),
    ("store", "merge", "other.db", "--yes"),
)


@pytest.fixture
def busy(cli, example):
    """The example, where each of those lines has something to write."""
    Path("list.csv").write_text("Name,Country\nZoe Zárate,UY\n", "utf-8")
    for line in (
        ("store", "backup", "--to", "backup.db"),
        ("init", "--store", "other.db"),
        ("person", "add", "Somebody else", "--store", "other.db"),
        ("person", "add", "Since the backup"),
    ):
        assert cli(*line).code == 0
    return Path(example)


@pytest.mark.parametrize("line", WRITES, ids=" ".join)
def test_read_only_refuses_what_would_be_written_and_leaves_the_file_byte_by_byte(cli, busy, line):
    before, beside = busy.read_bytes(), {file.name for file in busy.parent.iterdir()}

    refused = cli(*line, "--read-only")

    sentence = "is opened read-only, so nothing was written. Type the command again without --read-only.\n"
    assert (refused.code, refused.out, refused.err.endswith(sentence)) == (4, "", True)
    assert busy.read_bytes() == before
    # Beside a store that is only looked at, SQLite leaves a log, which is empty.
    left = [file for file in busy.parent.iterdir() if file.name not in beside]
    assert [file.name for file in left if file.stat().st_size and not file.name.endswith("-shm")] == []
    assert cli(*line).code == 0


# Who may read the file ---------------------------------------------------------------------------------------------------

_WRITE_AND_WAIT = """
import os, sys
os.umask(int(sys.argv[1], 8))
from coursectl.store import Act, create_store, insert, new_id
store = create_store("own.db", "2015-03-09T12:00:00.000Z")
act = Act("ana", "2015-03-09T12:00:00.000Z")
store.apply(act.operation("person add", insert("person", [{"id": new_id(), "name": "Ana", "name_key": "ana"}])))
print(*(f"{file} {os.stat(file).st_mode & 0o777:o}" for file in sorted(os.listdir()) if file.startswith("own.db")))
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no umask: the folder's permissions are the file's")
@pytest.mark.parametrize(("mask", "mode"), [("077", "600"), ("027", "640"), ("022", "644")])
def test_a_store_and_its_log_may_be_read_by_whom_the_umask_says(mask, mode):
    done = subprocess.run([sys.executable, "-c", _WRITE_AND_WAIT, mask], capture_output=True, text=True, check=True)

    assert done.stdout == f"own.db {mode} own.db-shm {mode} own.db-wal {mode}\n"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no umask: the folder's permissions are the file's")
def test_a_backup_and_an_export_are_their_owners_alone_whatever_the_umask_says(cli, example):
    Path("kept").mkdir()
    assert cli("store", "backup", "--to", "kept").code == 0
    assert cli("store", "export", "archive").code == 0
    made = [Path("archive"), *Path("archive").iterdir(), *(file for file in Path("kept").iterdir() if file.is_file())]

    assert {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in made} == {0}


# Passwords ---------------------------------------------------------------------------------------------------------------


def _options(command, path=()):
    for parameter in command.params:
        yield from ((path, option) for option in getattr(parameter, "opts", ()))
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from _options(command.get_command(None, name), (*path, name))


def test_no_option_of_any_command_takes_a_secret():
    options = [one for name in COMMANDS for one in _options(load(name), (name,))]

    assert len(options) > 100
    assert [one for one in options if re.search(r"pass(?!-mark)|secret|token|credential", one[1])] == []


# A cluster's node ---------------------------------------------------------------------------------------------------------


def test_the_unit_keeps_a_node_in_its_own_folder():
    """Whoever may query can attach files of the node's user, and whoever may execute can write them."""
    unit = (ROOT / "deploy" / "systemd" / "rqlited.service").read_text("utf-8").splitlines()

    assert {
        "User=rqlite", "StateDirectory=rqlite", "StateDirectoryMode=0700", "UMask=0077", "NoNewPrivileges=true",
        "ProtectSystem=strict", "ProtectHome=true", "PrivateTmp=true",
    } <= set(unit)  # fmt: skip
    assert [line for line in unit if line.startswith("ReadWritePaths")] == []


# Forging -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def issued(cli, example):
    """The example, closed, its certificates issued."""
    assert cli("edition", "close", "ICIM-37", "--apply", "--yes").code == 0
    assert cli("certificate", "issue", "-e", "ICIM-37").code == 0
    return Path(example)


def _forge(path: Path, *, hashed: bool) -> None:
    """Give a certificate other contact hours, past coursectl: triggers away, one row changed, triggers back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        one = "SELECT certificate_id, salt, content FROM certificate_snapshot ORDER BY certificate_id LIMIT 1"
        pk, salt, content = connection.execute(one).fetchone()
        forged = re.sub(r'"minutes":\d+', '"minutes":6000', content)
        assert forged != content
        connection.execute("UPDATE certificate_snapshot SET content = ? WHERE certificate_id = ?", (forged, pk))
        if hashed:
            digest = hashlib.sha256((salt + forged).encode()).hexdigest()
            connection.execute("UPDATE certificate_snapshot SET hash = ? WHERE certificate_id = ?", (digest, pk))
        for _, sql in triggers:
            connection.execute(sql)


def test_a_certificate_that_was_forged_without_care_is_found_by_its_hash(cli, issued):
    _forge(issued, hashed=False)

    checked = cli("store", "check")
    assert checked.code == 5
    assert "its hash is another" in checked.out


def test_one_that_was_forged_with_care_is_found_only_beside_a_copy_that_the_forger_could_not_write(
    cli, issued, tmp_path
):
    """The hash has no key: whoever can write the file can make it anew. So copies are kept elsewhere."""
    assert cli("store", "export", tmp_path / "elsewhere").code == 0
    _forge(issued, hashed=True)
    assert cli("store", "check", "--deep").code == 0

    assert cli("store", "export", tmp_path / "now").code == 0
    changed = [
        file.name
        for file in sorted((tmp_path / "elsewhere").iterdir())
        if file.name != "manifest.json" and file.read_bytes() != (tmp_path / "now" / file.name).read_bytes()
    ]
    assert changed == ["certificate_snapshot.jsonl"]


# Stores of strangers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def strangers(store_path, cli, tmp_path):
    """A store that a stranger sent: with each person that is added, its trigger changes all the others."""
    assert cli("person", "add", "Rosa Stranger").code == 0
    path = tmp_path / "stranger.db"
    shutil.copy(store_path, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER harm AFTER INSERT ON person BEGIN UPDATE person SET note = 'harmed'; END")
    assert cli("undo").code == 0
    return path


def test_a_strangers_trigger_is_told_by_the_check(cli, strangers):
    checked = cli("store", "check", "--store", strangers)

    assert checked.code == 5
    assert "the trigger harm isn't one of coursectl's" in checked.out


@pytest.mark.parametrize("option", [(), ("--dry-run",)], ids=["copy", "dry run"])
def test_a_copy_of_a_store_with_a_strangers_trigger_is_refused(cli, strangers, option):
    refused = cli("store", "copy", strangers, "new.db", *option)

    assert (refused.code, refused.out, Path("new.db").exists()) == (4, "", False)
    assert refused.err == (
        f"{strangers} holds what isn't coursectl's (trigger harm) and would act in the copy too; nothing was copied. Look with: "
        "coursectl store check. To take its rows alone: coursectl store export, then coursectl import\n"
    )
    assert cli("store", "export", "rows", "--store", strangers).code == 0
    assert cli("import", "rows", "--store", "new.db").code == 0
    with closing(sqlite3.connect("new.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'harm'").fetchone() == (0,)


def test_a_trigger_of_ours_that_does_something_else_is_a_strangers_too(cli, strangers):
    with closing(sqlite3.connect(strangers)) as connection:
        connection.execute("DROP TRIGGER harm")
        connection.execute("DROP TRIGGER seat_gone")
        connection.execute("CREATE TRIGGER seat_gone AFTER DELETE ON enrollment BEGIN DELETE FROM person; END")

    assert cli("store", "copy", strangers, "new.db").code == 4
    with closing(sqlite3.connect(strangers)) as connection:
        connection.execute("DROP TRIGGER seat_gone")
    assert cli("store", "copy", strangers, "new.db").code == 0


def test_a_merge_takes_a_strangers_rows_and_not_its_triggers(cli, store_path, strangers):
    assert cli("store", "merge", strangers, "--yes").code == 0
    assert cli("person", "add", "Ana Pérez").code == 0

    assert [one["name"] for one in cli("person", "list", "--json").json] == ["Ana Pérez", "Rosa Stranger"]
    assert cli("store", "check", "--deep").code == 0
    with closing(sqlite3.connect(store_path)) as connection:
        assert connection.execute("SELECT count(*) FROM person WHERE note = 'harmed'").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'harm'").fetchone() == (0,)


def test_sql_in_a_strangers_file_cant_leave_the_file(strangers):
    """What could: reading or writing other files, loading code. None of it is there for SQL within a store."""
    with closing(sqlite3.connect(strangers)) as connection:
        for sql in (
            "SELECT load_extension('x')",
            "SELECT readfile('/etc/passwd')",
            "SELECT writefile('x', 'y')",
            "SELECT edit('x')",
        ):
            with pytest.raises(sqlite3.OperationalError, match=r"no such function|not authorized"):
                connection.execute(sql)
        with pytest.raises(sqlite3.OperationalError, match='near "ATTACH": syntax error'):
            connection.execute("CREATE TRIGGER out AFTER INSERT ON person BEGIN ATTACH 'x.db' AS x; END")
