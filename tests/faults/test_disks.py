"""Full disks, damaged files, files that go away: one sentence, nothing half-written, and afterwards it works again."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import disks
import pytest
import trial

from coursectl.cli.app import run
from coursectl.store import LocalStore

pytest_plugins = ["trial_fixtures"]

SEED = 20150309


@pytest.fixture
def killing(launcher, prepared, tmp_path):
    folder = tmp_path / "trials"
    folder.mkdir()
    return trial.Killing(launcher, prepared, folder, random.Random(SEED), measured=1, asked=0.1)


@pytest.fixture
def disk(tmp_path):
    try:
        with disks.small_disk(tmp_path / "disk") as small:
            yield small
    except disks.NoSmallDisk as reason:
        pytest.skip(f"no small file system can be mounted here: {reason}")


# Full disks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["init", "enroll --from", "attend mark", "certificate issue", "undo of a list", "import of all"]
)
def test_a_full_disk_is_one_sentence_and_with_room_the_command_succeeds(killing, disk, name):
    kind = {kind.name: kind for kind in trial.KINDS}[name]

    trials = [disks.on_a_full_disk(killing, disk, kind, left) for left in (0, 48, 96, 3072)]

    assert [one for one in trials if one.faults] == []
    assert (trials[0].code, trials[-1].code) == (6, 0)


@pytest.mark.parametrize(("left", "code"), [(0, 6), (40, 5)], ids=["not even for the store's log", "for the log"])
@pytest.mark.parametrize("what", ["certificates", "roster"])
def test_a_document_that_finds_no_room_is_one_sentence_and_no_half_of_a_file(killing, disk, what, left, code):
    folder = disk / "office"
    killing.prepared.copy("issued", folder)
    before = files_in(folder)
    command = ("render", what, "-e", "ICIM-37")

    with disks.filled(disk, left):
        ended = killing.launcher.run(folder, command, told=killing.folder / "told")
        there = files_in(folder) - before

    assert (ended.code, ended.err.count("\n"), ended.out) == (code, 1, "")
    assert {path for path in there if not path.name.startswith(trial.STORE)} == set()
    assert killing.launcher.run(folder, command, told=killing.folder / "told").code == 0
    assert any(path.suffix == ".pdf" for path in files_in(folder))


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


# Damage -----------------------------------------------------------------------------------------------------------------


def test_flipped_bytes_anywhere_lead_to_an_answer_or_to_one_sentence(killing):
    rng = random.Random(SEED)

    trials = [one for _ in range(25) for one in disks.on_a_damaged_store(killing, rng)]

    assert [one for one in trials if one.faults] == []
    assert any(one.code == 6 for one in trials)


@pytest.mark.parametrize(
    ("old", "new", "command"),
    [
        (b'{"en":"Inter-American', b'{"en"?"Inter-American', ["course", "list"]),
        (b"on_behalf_of TEXT", b"on_behalf_if TEXT", ["edition", "show", "ICIM-37"]),
    ],
    ids=["a title that is no JSON any more", "a column with another name"],
)
def test_damage_that_only_the_program_stumbles_over_is_told_as_damage_too(example, cli, old, new, command):
    with closing(sqlite3.connect(example)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = example.read_bytes()
    assert old in data
    example.write_bytes(data.replace(old, new))

    answer = cli(*command)

    assert (answer.code, answer.err.count("\n")) == (6, 1)
    assert answer.err.startswith(f"{example} is damaged (")


def test_a_bug_on_a_store_that_is_whole_keeps_its_traceback(example, monkeypatch):
    monkeypatch.setattr(LocalStore, "read", lambda self, *_, **__: self._connection.execute("SELECT shoe_size FROM op"))

    with pytest.raises((sqlite3.OperationalError, TypeError)):
        run(["log"])


# Files that go away -------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(example):
    """Another program that holds the store's write lock, so that a command waits in the middle; it can be let go."""
    with closing(LocalStore(example)) as store:
        store.read("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it is in the file
    connection = sqlite3.connect(example, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def started(*arguments: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "coursectl", *arguments]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def waits_for_the_lock(process: subprocess.Popen[str], store: Path) -> None:
    """Until it has the file open, and some turns longer."""
    folder = Path(f"/proc/{process.pid}/fd")
    if not folder.exists():
        pytest.skip("there is no /proc to see whether another process has opened a file")
    while not any(fd.resolve() == store for fd in folder.iterdir()):
        time.sleep(0.01)
    time.sleep(0.3)


@pytest.mark.parametrize("fate", ["deleted", "replaced"])
def test_a_store_that_goes_away_while_a_command_runs_is_not_told_as_written(example, held, tmp_path, fate):
    other = tmp_path / "other.db"
    shutil.copyfile(example, other)
    before = trial.state_of(other)
    process = started("person", "add", "Ana Pérez", "--store", str(example))
    waits_for_the_lock(process, example)
    for ending in trial.JOURNALS:
        example.with_name(example.name + ending).unlink(missing_ok=True)
    if fate == "deleted":
        example.unlink()
    else:
        other.replace(example)
    held.execute("ROLLBACK")

    out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (6, "")
    assert err == (
        f"{example} was moved, deleted or replaced while this command ran; nothing was written. "
        "Put it back, or type the command again.\n"
    )
    assert trial.state_of(example) == (None if fate == "deleted" else before)


def test_a_store_that_went_away_between_two_commands_is_one_sentence(example, cli):
    assert cli("log").code == 0
    example.rename(example.with_name("elsewhere.db"))

    answer = cli("person", "add", "Ana Pérez")

    assert (answer.code, answer.out, answer.err.count("\n")) == (6, "", 1)
    assert [path.name for path in example.parent.glob("coursectl*")] == []


def test_a_store_that_another_one_took_the_place_of_is_simply_the_other_one(example, cli, prepared):
    assert cli("enroll", "Ana Pérez", "--country", "AR", "-e", "ICIM-37", "--waiting-list").code == 0
    other = example.with_name("other.db")
    shutil.copyfile(prepared.folder / "empty" / trial.STORE, other)
    other.replace(example)

    assert cli("course", "add", "RMC", "--title", "Regional course").code == 0

    assert trial.faults_of(example) == []
    assert [course["code"] for course in cli("course", "list", "--json").json] == ["RMC"]
