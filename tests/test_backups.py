"""A backup is whole before it is called one; a restore loses nothing that isn't kept, and never stops in the middle."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.errors import BadInput, OutOfReach, Refused
from coursectl.store import Act, LocalStore, ReadOnlyStore, Store, backups, insert, migrations, new_id, open_store
from coursectl.store.connecting import APPLICATION_ID, connect_to_read, copy_pages
from coursectl.store.local import Migrated
from coursectl.store.trouble import DamagedStore
from coursectl.workflows import keeping

NOW = "2015-03-09T12:00:00.000Z"
LATER = "2015-03-09T12:30:00.000Z"
STAMP = "20150309T120000Z"


def add_people(store: Store, act: Act, *names: str, note: str = "") -> None:
    rows = [{"id": new_id(), "name": name, "name_key": name.lower(), "note": note} for name in names]
    store.apply(act.operation("person add", insert("person", rows)))


def names(target: str | Path) -> list[str]:
    with closing(open_store(target)) as store:
        return [row["name"] for row in store.read("SELECT name FROM person ORDER BY id")]


def log(target: str | Path) -> list[str]:
    with closing(open_store(target)) as store:
        return [row["command"] for row in store.read("SELECT command FROM op ORDER BY at, id")]


def dump(path: Path) -> list[str]:
    """All that the file holds, as SQL; a copy has its indexes in another order."""
    with closing(connect_to_read(path)) as connection:
        return sorted(connection.iterdump())


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def ana(store: Store, store_path: Path, act: Act) -> Path:
    """The file of a store that knows Ana; `store` has it open."""
    add_people(store, act, "Ana")
    return store_path


# Backing up ---------------------------------------------------------------------------------------------------------------


def test_a_backup_is_a_plain_private_file_that_holds_all_of_the_store(store, ana):
    done = backups.back_up(store, NOW)

    file = ana.parent / "coursectl-backups" / f"coursectl-{STAMP}.db"
    assert done == backups.Backup(str(file), file.stat().st_size, migrations.newest(), 1, NOW)
    assert files(file.parent) == [file.name]
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (
        0o600,
        ana.parent.stat().st_mode & 0o777,
    )
    assert file.read_bytes()[18:20] == b"\x01\x01"  # the file format's own mark of a rollback journal
    assert dump(file) == dump(ana)


def test_two_of_the_same_second_are_two_files(store, ana):
    made = [Path(backups.back_up(store, NOW).file).name for _ in range(3)]

    assert made == [f"coursectl-{STAMP}.db", f"coursectl-{STAMP}-2.db", f"coursectl-{STAMP}-3.db"]


def test_it_goes_where_it_is_told_to(store, ana):
    for folder in ("there", "new.d"):
        Path(folder).mkdir()

    made = [backups.back_up(store, NOW, to=to).file for to in ("there", "new.d/", "one.db")]

    name = f"coursectl-{STAMP}.db"
    assert made == [f"there/{name}", f"new.d/{name}", "one.db"]
    assert {tuple(dump(Path(file))) for file in made} == {tuple(dump(ana))}


def test_a_file_that_is_there_is_left_as_it_is(store, ana):
    Path("mine.db").write_bytes(b"mine")

    with pytest.raises(Refused, match=r"^mine.db is there already; nothing was changed"):
        backups.back_up(store, NOW, to="mine.db")
    with pytest.raises(Refused, match="is there already"):
        backups.back_up(store, NOW, to=str(ana))

    assert Path("mine.db").read_bytes() == b"mine"


def test_a_folder_that_isnt_there_is_named(store, ana):
    """A stick that isn't plugged in: a folder of its name on this disk would be no backup."""
    for to, folder in (("no/x.db", "no"), ("no/such/", "no/such"), ("no/such", "no/such"), ("stick", "stick")):
        with pytest.raises(BadInput, match=rf"^There is no folder {folder}; no backup was made\. "):
            backups.back_up(store, NOW, to=to)
    assert not any(path.is_dir() for path in Path().iterdir())


@pytest.mark.parametrize("name", ["mi curso ñ.db", "it's \"a\" ?#%41.db", "file:x.db", "-rf.db", "two\nlines.db", "x" * 240 + ".db", "日" * 70 + ".db", "a*[b].db"])  # fmt: skip
def test_whatever_the_store_is_called_it_is_backed_up_and_restored(store_path, act, name):
    path = store_path.rename(name)
    with closing(LocalStore(path)) as store:
        add_people(store, act, "Ana")
        file = backups.back_up(store, NOW).file
        assert [kept.file for kept in backups.list_backups(store)] == [file]
        add_people(store, act, "Luis")

    keeping.restore(name, file, act, yes=True)

    assert names(path) == ["Ana"]


def test_a_link_to_a_store_has_its_backups_beside_the_store(store, ana):
    Path("elsewhere").mkdir()
    Path("elsewhere/link.db").symlink_to(ana)

    with closing(LocalStore(Path("elsewhere/link.db"))) as linked:
        assert Path(backups.back_up(linked, NOW).file) == ana.parent / "coursectl-backups" / f"coursectl-{STAMP}.db"


def test_a_store_that_may_only_be_read_is_backed_up_too(store, ana):
    with closing(open_store(ana, read_only=True)) as looking:
        file = backups.back_up(looking, NOW).file

    assert dump(Path(file)) == dump(ana)


_WRITER = """
import sys, select
from coursectl.store import Act, insert, new_id, open_store
store, n = open_store(sys.argv[1]), 0
print("writing", flush=True)
while not select.select([sys.stdin], [], [], 0.002)[0]:
    n += 1
    row = {"id": new_id(), "name": f"{sys.argv[2]} {n}", "name_key": "x"}
    store.apply(Act(sys.argv[2], "2015-03-09T12:00:00.000Z").operation("person add", insert("person", [row])))
print(n)
"""


class Writer:
    """A process of its own that adds one person after the other until it is told to stop."""

    def __init__(self, path: Path, name: str = "writer") -> None:
        line = [sys.executable, "-c", _WRITER, str(path), name]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "writing\n"

    def stop(self) -> int:
        """How many it has added. A write that failed fails the test."""
        said, _ = self.process.communicate("stop\n", timeout=60)
        assert self.process.returncode == 0
        return int(said)


def in_a_place_for(journal: str, path: Path) -> Path:
    """The store where it has such a journal: a rollback journal in a folder that is synced to a cloud."""
    if journal == "wal":
        return path
    folder = path.parent / "Dropbox"
    folder.mkdir()
    return path.rename(folder / path.name)


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_backup_beside_writers_holds_one_moment_of_the_store(store_path, act, journal):
    store_path = in_a_place_for(journal, store_path)
    with closing(LocalStore(store_path)) as store:
        assert store.read("PRAGMA journal_mode") == [{"journal_mode": journal}]
        add_people(store, act, *(f"Ana {n}" for n in range(3000)), note="x" * 500)
    writers = [Writer(store_path, f"writer {n}") for n in range(2)]

    with closing(LocalStore(store_path)) as store:
        made = [backups.back_up(store, NOW) for _ in range(5)]
    written = sum(writer.stop() for writer in writers)

    counts = [backups.check(Path(one.file)) for one in made]
    assert [one.operations for one in counts] == [one.operations for one in made]
    assert [one.audited for one in counts] == [2999 + one.operations for one in made]  # every operation with its row
    assert made == sorted(made, key=lambda one: one.operations)
    assert made[0].operations < made[-1].operations <= written + 1
    assert len(names(store_path)) == 3000 + written


# What is kept -------------------------------------------------------------------------------------------------------------


def at(minute: int) -> str:
    return f"2015-03-09T12:{minute:02}:00.000Z"


def test_older_ones_give_way_to_the_new_one_and_as_many_as_asked_are_left(store, ana):
    made = [backups.back_up(store, at(n)).file for n in range(4)]

    last = backups.back_up(store, at(9), keep=2)

    assert last.removed == (made[2], made[1], made[0])
    assert files(Path(last.file).parent) == [Path(made[3]).name, Path(last.file).name]


def test_a_clock_that_was_set_back_doesnt_cost_the_new_one(store, ana):
    tomorrow = backups.back_up(store, at(50)).file

    last = backups.back_up(store, at(1), keep=1)

    assert (last.removed, files(Path(last.file).parent)) == ((tomorrow,), [Path(last.file).name])


def test_only_earlier_states_of_this_very_store_are_removed(store, ana, act, tmp_path):
    folder = ana.parent / "coursectl-backups"
    own = Path(backups.back_up(store, at(1)).file)
    other_office = tmp_path / "other" / "coursectl.db"
    other_office.parent.mkdir()
    with closing(LocalStore.create(other_office, "2014-01-01T00:00:00.000Z")) as other:
        backups.back_up(other, at(2), to=str(folder))
    branch = tmp_path / "branch" / "coursectl.db"  # a copy of the store in which somebody went on
    branch.parent.mkdir()
    shutil.copy(own, branch)
    with closing(LocalStore(branch)) as other:
        add_people(other, act, "Luis")
        backups.back_up(other, at(3), to=str(folder))
    (folder / "coursectl-20150101T000000Z.db").write_bytes(b"a thesis")
    (folder / "coursectl-20150101T000000Z.db.txt").write_bytes(b"notes")
    (folder / "coursectl2-20150101T000000Z.db").write_bytes(b"another's")
    automatic = backups.backup_before(store, "merge", at(0)).file
    there = set(files(folder))

    last = backups.back_up(store, at(9), keep=1)

    assert Path(automatic).name in there
    assert last.removed == (str(own),)
    assert set(files(folder)) == there - {own.name} | {Path(last.file).name}


def test_where_the_new_one_fails_the_older_ones_stay(store, ana, act):
    add_people(store, act, *(f"Ana {n}" for n in range(200)), note="x" * 900)
    older = [backups.back_up(store, at(n)).file for n in range(2)]
    store.read("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(ana)

    with closing(LocalStore(ana)) as damaged, pytest.raises(OutOfReach):
        backups.back_up(damaged, at(9), keep=1)

    assert files(ana.parent / "coursectl-backups") == [Path(file).name for file in older]


def damage(path: Path) -> None:
    """Overwrite pages near the end, so that the store still opens."""
    data = bytearray(path.read_bytes())
    place = len(data) * 3 // 4
    data[place : place + 65536] = os.urandom(65536)
    path.write_bytes(data)


def test_a_store_whose_references_dangle_gets_no_backup_that_says_it_is_whole(store, ana):
    with closing(sqlite3.connect(ana)) as connection:
        connection.execute("INSERT INTO certificate_live VALUES (1, 2, 'completion', 3)")
        connection.commit()

    with pytest.raises(DamagedStore, match=r"isn't whole \(certificate_live → certificate\), so it wasn't kept"):
        backups.back_up(store, NOW)

    assert files(ana.parent / "coursectl-backups") == []


def test_what_a_killed_backup_left_is_removed_after_a_day_and_not_before(store, ana):
    folder = ana.parent / "coursectl-backups"
    beside = ana.parent / ".coursectl-old.part"
    for name, age in ((".coursectl-old.part", 25 * 3600), (".coursectl-new.part", 3600), ("old.part", 25 * 3600)):
        (folder / name).mkdir(parents=True)
        (folder / name / "copy.db").write_bytes(b"half")
        os.utime(folder / name, (time.time() - age,) * 2)
    beside.mkdir()
    os.utime(beside, (time.time() - 25 * 3600,) * 2)

    backups.back_up(store, NOW)

    assert not beside.exists()

    assert files(folder) == [".coursectl-new.part", f"coursectl-{STAMP}.db", "old.part"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1.7 megabytes: an empty store takes 0.5."""
    folder = tmp_path / "small"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1700k", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_leaves_nothing_behind(store, ana, act, small_disk):
    add_people(store, act, *(f"Ana {n}" for n in range(500)), note="x" * 900)

    with pytest.raises(OutOfReach) as refused:
        backups.back_up(store, NOW, to=str(small_disk))

    assert str(refused.value).startswith(
        f"A copy of the store can't be written to {small_disk} (database or disk is full)"
    )
    assert files(small_disk) == []
    assert len(names(ana)) == 501


def test_a_restore_for_which_there_is_no_room_changes_nothing(store_path, act, small_disk):
    path = small_disk / "coursectl.db"
    shutil.copy(store_path, path)
    with closing(LocalStore(store_path)) as store:
        add_people(store, act, *(f"Ana {n}" for n in range(500)), note="x" * 900)
        file = backups.back_up(store, NOW).file
    before = dump(path)

    with pytest.raises(OutOfReach, match=r"^A copy of the store can't be written to .*nothing was changed"):
        keeping.restore(str(path), file, act)

    assert dump(path) == before
    assert files(small_disk / "coursectl-backups") == []


def test_a_disk_that_fills_up_while_it_is_replaced_leaves_the_store_as_it_was(store_path, act, small_disk):
    path = small_disk / "coursectl.db"
    shutil.copy(store_path, path)
    with closing(LocalStore(store_path)) as store:
        add_people(store, act, "Ana")
        file = backups.back_up(store, NOW).file
    with closing(LocalStore(path)) as store:
        add_people(store, act, "Luis")

    with pytest.raises(OutOfReach) as refused:
        keeping.restore(str(path), file, act, yes=True)

    assert (
        str(refused.value)
        == f"The disk with {path} is full. Make room, then type the command again; nothing was written."
    )
    (kept,) = (small_disk / "coursectl-backups").iterdir()
    kept.unlink()
    assert names(path) == ["Luis"]


# Looking into a file --------------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_backup_is_refused_before_anything_is_touched(store, ana, act):
    Path("empty.db").write_bytes(b"")
    Path("thesis.db").write_bytes(b"It was a dark and stormy night.\n" * 500)
    with closing(sqlite3.connect("other.db")) as connection:
        connection.execute("CREATE TABLE op (id)")
    for name in ("empty.db", "thesis.db", "other.db"):
        with pytest.raises(backups.NoBackup, match=f"^{name} is no backup of a coursectl store"):
            keeping.restore(str(ana), name, act)
    with pytest.raises(BadInput, match="is a folder; name a file in it"):
        keeping.restore(str(ana), ".", act)
    with pytest.raises(BadInput, match="is the store itself"):
        keeping.restore(str(ana), str(ana), act)

    assert (names(ana), log(ana)) == (["Ana"], ["person add"])
    assert not Path("coursectl-backups").exists()


def test_a_damaged_backup_is_refused(store, ana, act):
    add_people(store, act, *(f"Ana {n}" for n in range(200)), note="x" * 900)
    file = Path(backups.back_up(store, NOW).file)
    damage(file)

    with pytest.raises(backups.DamagedBackup, match="is damaged"):
        keeping.restore(str(ana), str(file), act)


@pytest.mark.parametrize("there", [True, False])
def test_a_backup_whose_rows_break_a_rule_is_refused(store, ana, act, there):
    """Changed by hand: every page is whole, and a row is as no command would have written it."""
    file = Path(backups.back_up(store, NOW).file)
    with closing(sqlite3.connect(file)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE person SET sex = 'blue'")
        connection.commit()
    store.close()
    if not there:
        ana.unlink()
    before = sorted(path.name for path in ana.parent.rglob("*"))

    with pytest.raises(BadInput) as refused:
        keeping.restore(str(ana), str(file), act)

    assert str(refused.value) == (
        f"{file} has rows that break a rule of the store (CHECK constraint failed in person): it was changed by something "
        "else than coursectl. Nothing was restored from it; try another backup."
    )
    assert sorted(path.name for path in ana.parent.rglob("*")) == before


def test_a_newer_backup_is_refused_with_the_sentence_that_a_newer_store_gets(store, ana, act):
    file = Path(backups.back_up(store, NOW).file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, 'future', '2030-01-01')")
        connection.commit()

    with pytest.raises(OutOfReach, match=r"was written by a newer coursectl \(its schema is 9999"):
        keeping.restore(str(ana), str(file), act)


# Restoring ----------------------------------------------------------------------------------------------------------------


def test_a_restore_brings_back_what_was_and_keeps_what_is(store, ana, act):
    file = backups.back_up(store, NOW).file
    add_people(store, act, "Luis")

    done = keeping.restore(str(ana), file, Act("admin", LATER), yes=True)

    kept = ana.parent / "coursectl-backups" / "coursectl-before-restore-20150309T123000Z.db"
    newest = migrations.newest()
    assert done == keeping.Restored(str(ana), file, 1, NOW, 1, NOW, str(kept), None, newest, newest)
    assert (names(ana), log(ana)) == (["Ana"], ["person add", "store restore"])
    assert (names(kept), log(kept)) == (["Ana", "Luis"], ["person add", "person add"])
    assert [row["name"] for row in store.read("SELECT name FROM person")] == [
        "Ana"
    ]  # the one that was open all the time
    add_people(store, act, "Eva")
    assert names(ana) == ["Ana", "Eva"]


def test_a_restore_can_be_taken_back_by_restoring_what_was_kept(store, ana, act):
    file = backups.back_up(store, NOW).file
    add_people(store, act, "Luis")
    kept = keeping.restore(str(ana), file, act, yes=True).kept

    keeping.restore(str(ana), str(kept), act)  # without --yes: the restore itself is nothing to lose

    assert (names(ana), log(ana)) == (["Ana", "Luis"], ["person add", "person add", "store restore"])


def test_operations_that_the_backup_lacks_are_counted_and_nothing_is_done(store, ana, act):
    file = backups.back_up(store, NOW).file
    add_people(store, Act("coordinator", LATER), "Luis")
    add_people(store, Act("coordinator", LATER), "Eva")
    before = dump(ana)

    with pytest.raises(keeping.WouldLose) as refused:
        keeping.restore(str(ana), file, act)

    assert str(refused.value) == (
        f"{ana} holds 2 operations, the first of 2015-03-09 12:30:00 UTC, that {file} lacks: restoring it would take them back. "
        "To do it all the same, add --yes; what is there now is kept in a file first."
    )
    assert dump(ana) == before
    assert files(Path(file).parent) == [Path(file).name]


def test_a_dry_run_says_it_and_changes_nothing(store, ana):
    file = backups.back_up(store, NOW).file
    add_people(store, Act("coordinator", NOW), "Luis")
    before = dump(ana)

    done = keeping.restore(str(ana), file, Act("admin", LATER, dry_run=True), yes=True)

    assert (done.lost, Path(str(done.kept)).name) == (1, "coursectl-before-restore-20150309T123000Z.db")
    assert dump(ana) == before
    assert files(Path(file).parent) == [Path(file).name]


def test_read_only_means_read_only(store, ana, act):
    file = backups.back_up(store, NOW).file

    with pytest.raises(ReadOnlyStore):
        keeping.restore(str(ana), file, act, read_only=True)
    with closing(open_store(ana, read_only=True)) as looking, pytest.raises(ReadOnlyStore):
        looking.replace_with(Path(file))


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_before_anything_is_replaced_nobody_else_can_write_and_it_can_be_called_off(store_path, act, journal):
    store_path = in_a_place_for(journal, store_path)
    with closing(LocalStore(store_path)) as store:
        add_people(store, act, "Ana")
        file = Path(backups.back_up(store, NOW).file)
        add_people(store, act, "Luis")
    with closing(sqlite3.connect(store_path, isolation_level=None, timeout=0.1)) as other:
        store = LocalStore(store_path)
        assert store.read("PRAGMA journal_mode") == [{"journal_mode": journal}]
        told = []

        def call_off() -> None:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            told.extend(row["name"] for row in store.read("SELECT name FROM person"))
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            store.replace_with(file, first=call_off)

        assert told == ["Ana", "Luis"]
        add_people(store, act, "Eva")
        assert other.execute("SELECT name FROM person").fetchall() == [("Ana",), ("Luis",), ("Eva",)]
        store.replace_with(file)
        assert other.execute("SELECT name FROM person").fetchall() == [("Ana",)]
        assert store.read("SELECT name FROM person") == [{"name": "Ana"}]
        store.close()


def test_a_backup_with_pages_of_another_size_is_restored(store, ana, act):
    file = Path(backups.back_up(store, NOW).file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("VACUUM")
    add_people(store, act, "Luis")

    keeping.restore(str(ana), str(file), act, yes=True)

    assert names(ana) == ["Ana"]
    assert store.read("PRAGMA page_size") == [{"page_size": 4096}]
    assert store.read("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_a_copied_file_with_its_log_beside_it_is_a_backup_too(store, ana, act, tmp_path):
    copied = tmp_path / "copied.db"
    for ending in ("", "-wal"):
        shutil.copy(f"{ana}{ending}", f"{copied}{ending}")
    add_people(store, act, "Luis")

    keeping.restore(str(ana), str(copied), act, yes=True)

    assert names(ana) == ["Ana"]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_others_read_and_write_while_a_restore_runs_and_see_the_old_or_the_new(store_path, act, journal):
    store_path = in_a_place_for(journal, store_path)
    with closing(LocalStore(store_path)) as store:
        assert store.read("PRAGMA journal_mode") == [{"journal_mode": journal}]
        add_people(store, act, *(f"Ana {n}" for n in range(2000)), note="x" * 500)
        file = backups.back_up(store, NOW).file
        add_people(store, act, *(f"Luis {n}" for n in range(1000)), note="x" * 500)
    with subprocess.Popen(
        [sys.executable, "-c", _READER, str(store_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout.readline() == "reading\n"
        writer = Writer(store_path)
        time.sleep(0.2)
        done = keeping.restore(str(store_path), file, act, yes=True)
        time.sleep(0.5)
        written = writer.stop()
        seen = reader.communicate("stop\n", timeout=60)[0].split()

    assert seen == ["2000", "3000"]
    with closing(LocalStore(store_path)) as store:
        (row,) = store.read("SELECT count(*) AS people, sum(name LIKE 'writer%') AS written FROM person")
        assert store.read("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert row["people"] - row["written"] == 2000
    # Every write that was reported is in the store, or in the file that was kept: nothing fell in between.
    kept = [name for name in names(str(done.kept)) if name.startswith("writer")]
    assert len(kept) + row["written"] == written
    assert len(kept) + 1 == done.lost
    assert 0 < len(kept) < written


_READER = """
import select, sys
from coursectl.store import open_store
store, seen = open_store(sys.argv[1]), set()
print("reading", flush=True)
while not select.select([sys.stdin], [], [], 0.001)[0]:
    (row,) = store.read("SELECT count(*) AS n FROM person WHERE name NOT LIKE 'writer%' AND length(note) = 500")
    seen.add(row["n"])
print(*sorted(seen))
"""

_RESTORE = """
import sys
from pathlib import Path
from coursectl.store import LocalStore
store = LocalStore(Path(sys.argv[1]))
print(store.read("PRAGMA journal_mode")[0]["journal_mode"], flush=True)
store.replace_with(Path(sys.argv[2]))
print("done", flush=True)
"""


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_restore_that_is_killed_leaves_the_old_or_the_new_store(store_path, act, journal):
    store_path = in_a_place_for(journal, store_path)
    with closing(LocalStore(store_path)) as store:
        add_people(store, act, *(f"Ana {n}" for n in range(4000)), note="x" * 900)
        file = Path(backups.back_up(store, NOW).file)
        add_people(store, act, *(f"Luis {n}" for n in range(4000)), note="x" * 900)
    found, unfinished = set(), 0
    for turn in range(12):
        path = store_path.with_name(f"{turn}.db")
        shutil.copy(store_path, path)
        with subprocess.Popen(
            [sys.executable, "-c", _RESTORE, str(path), str(file)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == f"{journal}\n"
            time.sleep(turn * 0.006)
            process.send_signal(signal.SIGKILL)
            unfinished += process.stdout.read() == ""
        with closing(LocalStore(path)) as store:
            assert store.read("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
            found.add(store.read("SELECT count(*) AS n FROM person")[0]["n"])
            add_people(store, act, "Eva")

    assert found <= {4000, 8000}
    assert 8000 in found
    assert unfinished > 0


_COMMAND = """
import sys
from coursectl.cli.app import run
print("now", flush=True)
run(sys.argv[1:])
"""


def killed_after(seconds: float, *arguments: str | Path) -> bool:
    """Run the command in a process of its own and kill it; whether it had finished before."""
    line = [sys.executable, "-c", _COMMAND, *map(str, arguments)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        return process.stdout.read() != ""


@pytest.mark.parametrize("state", ["whole", "damaged", "gone"])
def test_the_command_may_be_killed_at_any_moment_and_typed_again(store_path, act, state):
    with closing(LocalStore(store_path)) as store:
        add_people(store, act, *(f"Ana {n}" for n in range(1000)), note="x" * 500)
        file = Path(backups.back_up(store, NOW, to="kept.db").file)
        add_people(store, act, "Luis")
    content = b"\0" * 50000 if state == "damaged" else store_path.read_bytes()
    finished = []
    for turn in range(10):
        folder = Path(str(turn))
        folder.mkdir()
        path = folder / "coursectl.db"
        if state != "gone":
            path.write_bytes(content)

        finished.append(killed_after(0.05 + turn * 0.05, "store", "restore", file, "--yes", "--store", path))

        if state == "whole":
            assert len(names(path)) in (1000, 1001)
        unnamed = [one for one in folder.rglob("*.db") if ".coursectl-" not in str(one)]
        assert all(one.read_bytes() == content for one in unnamed if "damaged" in one.name)
        assert all(len(names(one)) == 1001 for one in unnamed if "before" in one.name)
        keeping.restore(str(path), str(file), act, yes=True)
        assert len(names(path)) == 1000
    assert False in finished


def test_a_backup_that_is_killed_leaves_nothing_under_a_backups_name(store_path, act):
    with closing(LocalStore(store_path)) as store:
        add_people(store, act, *(f"Ana {n}" for n in range(5000)), note="x" * 500)
        finished = []
        for turn in range(10):
            finished.append(killed_after(0.05 + turn * 0.03, "store", "backup", "--store", store_path))
            found = backups.list_backups(store)
            assert all(backups.check(Path(one.file)).operations == 1 for one in found)
    assert False in finished


# Where there is nothing to restore into ----------------------------------------------------------------------------------------


def test_a_store_that_is_gone_comes_back(store, ana, act):
    file = backups.back_up(store, NOW).file
    store.close()
    ana.unlink()

    done = keeping.restore(str(ana), file, act)

    assert (done.kept, done.aside) == (None, None)
    assert (names(ana), log(ana)) == (["Ana"], ["person add", "store restore"])


def test_a_log_left_over_by_a_store_that_is_gone_isnt_taken_for_the_new_ones(store, ana, act, tmp_path):
    file = backups.back_up(store, NOW).file
    add_people(store, act, "Luis")
    left_over = Path(f"{ana}-wal").read_bytes()
    assert left_over
    store.close()
    ana.unlink()
    Path(f"{ana}-wal").write_bytes(left_over)

    keeping.restore(str(ana), file, act)

    assert names(ana) == ["Ana"]
    assert Path(f"coursectl-damaged-{STAMP}.db-wal").read_bytes() == left_over


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"\xff" * 8000, b"\0" * 50000], ids=["empty", "torn", "zeros"])  # fmt: skip
def test_a_store_that_cant_be_opened_is_put_aside_under_a_name_that_says_so(store, ana, act, content):
    file = backups.back_up(store, NOW).file
    store.close()
    ana.write_bytes(content)
    ana.chmod(0o640)

    done = keeping.restore(str(ana), file, act)

    aside = ana.with_name(f"coursectl-damaged-{STAMP}.db")
    assert (done.kept, done.aside) == (None, str(aside))
    assert aside.read_bytes() == content
    assert (names(ana), log(ana), ana.stat().st_mode & 0o777) == (["Ana"], ["person add", "store restore"], 0o640)


def test_a_store_that_opens_and_cant_be_copied_is_put_aside_too(store, ana, act):
    file = backups.back_up(store, NOW).file
    add_people(store, act, *(f"Ana {n}" for n in range(300)), note="x" * 900)
    store.close()
    damage(ana)
    torn = ana.read_bytes()

    done = keeping.restore(str(ana), file, act, yes=True)

    assert (done.kept, done.aside) == (None, str(ana.with_name(f"coursectl-damaged-{STAMP}.db")))
    assert Path(str(done.aside)).read_bytes() == torn
    assert names(ana) == ["Ana"]


def test_somebody_elses_database_is_never_put_aside(store, ana, act):
    file = backups.back_up(store, NOW).file
    with closing(sqlite3.connect("theirs.db")) as connection:
        connection.execute("CREATE TABLE accounts (balance)")
    before = Path("theirs.db").read_bytes()

    with pytest.raises(OutOfReach, match="is not a store of coursectl"):
        keeping.restore("theirs.db", file, act)

    assert Path("theirs.db").read_bytes() == before


# Migrating ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def first_store(tmp_path: Path, act: Act) -> Path:
    """A store as the first version of the program made it, with Ana in it."""
    from coursectl.store import schema

    steps = tmp_path / "only the first"
    steps.mkdir()
    shutil.copy(migrations.FOLDER / "0001_first.sql", steps)
    path = tmp_path / "work" / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        schema.migrate(connection, NOW, migrations.load(steps))
    with closing(LocalStore(path, folder=steps)) as store:
        add_people(store, act, "Ana")
    return path


def test_an_older_store_is_kept_before_it_is_brought_up_to_date(first_store):
    before = dump(first_store)

    with closing(LocalStore(first_store)) as store:
        migrated = store.migrated
        assert store.read("SELECT count(*) AS n FROM op_part") == [{"n": 0}]

    (kept,) = (first_store.parent / "coursectl-backups").iterdir()
    assert kept.name.startswith(f"old-before-schema-{migrations.newest()}-")
    assert migrated == Migrated(1, migrations.newest(), str(kept))
    assert dump(kept) == before
    with closing(LocalStore(first_store)) as store:
        assert store.migrated is None


def test_a_migration_is_a_line_of_the_log_that_cant_be_undone(cli, first_store):
    assert cli("person", "list", "--store", first_store, "--as", "Ana").code == 0

    migrated, _ = cli("log", "--json", "--store", first_store).json
    assert (migrated["actor"], migrated["command"], log(first_store)) == (
        "Ana", "store migrate", ["person add", "store migrate"],
    )  # fmt: skip
    refused = cli("undo", migrated["number"], "--store", first_store)
    assert (refused.code, refused.err) == (
        4,
        "'store migrate' can't be undone: older versions of coursectl can't open the store any more. To take back what was done before it, give its number; see: coursectl log\n",
    )
    assert cli("store", "check", "--deep", "--store", first_store).code == 0


def test_a_migration_that_was_asked_for_is_a_line_of_the_log_too(cli, first_store):
    assert cli("store", "migrate", "--store", first_store, "--as", "Ana").code == 0

    assert [one["actor"] for one in cli("log", "--json", "--store", first_store).json] == ["Ana", "coordinator"]


@pytest.mark.parametrize(
    "line",
    [
        ("person", "add", "Luis"),
        ("undo",),
        ("import", str(Path(__file__).parents[1] / "examples" / "icim-37")),
        ("store", "restore", "../backup.db"),
        ("store", "export", "archive"),
    ],
    ids=lambda line: " ".join(line[:2]),
)
def test_a_dry_run_on_an_older_store_changes_nothing_and_says_what_to_do_first(cli, first_store, line):
    shutil.copy(first_store, "../backup.db")
    before, beside = first_store.read_bytes(), sorted(first_store.parent.iterdir())

    refused = cli(*line, "--dry-run", "--store", first_store)

    newest = migrations.newest()
    assert (refused.code, refused.out, refused.err) == (
        6, "", f"{first_store} was written by an older coursectl (its schema is 1, this program's {newest}), and a dry run changes nothing, so it isn't brought up to date now. Do that first: coursectl store migrate\n",
    )  # fmt: skip
    assert (first_store.read_bytes(), sorted(first_store.parent.iterdir())) == (before, beside)
    assert cli("store", "migrate", "--dry-run", "--store", first_store).code == 0
    assert first_store.read_bytes() == before


def test_an_older_backup_is_restored_in_this_programs_schema_and_stays_as_it_is(store, ana, act, first_store):
    before = first_store.read_bytes()

    done = keeping.restore(str(ana), str(first_store), act, yes=True)

    assert (done.schema_before, done.schema) == (1, migrations.newest())
    assert store.read("SELECT count(*) AS n FROM op_part") == [{"n": 0}]
    assert names(ana) == ["Ana"]
    assert first_store.read_bytes() == before


def test_without_room_for_what_was_before_nothing_is_migrated(first_store):
    (first_store.parent / "coursectl-backups").write_bytes(b"in the way")
    before = dump(first_store)

    with pytest.raises(OutOfReach, match="A copy of the store can't be written"):
        LocalStore(first_store)

    assert dump(first_store) == before


def test_of_many_that_open_an_older_store_at_once_one_migrates_it_and_what_was_is_kept_once(first_store):
    code = "import sys; from coursectl.store import open_store; open_store(sys.argv[1]).close()"
    both = [subprocess.Popen([sys.executable, "-c", code, str(first_store)]) for _ in range(4)]

    assert [process.wait(60) for process in both] == [0, 0, 0, 0]
    (kept,) = (first_store.parent / "coursectl-backups").iterdir()
    assert backups.schema_of(kept) == 1
    assert names(first_store) == ["Ana"]


# A cluster ------------------------------------------------------------------------------------------------------------------


def test_a_cluster_is_backed_up_and_restored_by_the_same_commands(cluster, ana, store, act):
    cluster.hold(Path(backups.back_up(store, NOW, to="plain.db").file))
    with closing(open_store(cluster.url)) as shared:
        done = backups.back_up(shared, NOW)
        add_people(shared, act, "Luis")
    file = Path(done.file)

    with pytest.raises(keeping.WouldLose):
        keeping.restore(cluster.url, done.file, act)
    restored = keeping.restore(cluster.url, done.file, act, yes=True)

    assert file.parent == Path("coursectl-backups")
    assert re.fullmatch(r"cluster-[0-9a-f]{8}-\d{8}T\d{6}Z\.db", file.name)
    assert (names(file), names(cluster.url), names(str(restored.kept))) == (["Ana"], ["Ana"], ["Ana", "Luis"])
    assert log(cluster.url) == ["person add", "store restore"]


def test_backups_of_a_cluster_are_its_own_whichever_nodes_are_named(cluster, ana, store, act):
    cluster.hold(Path(backups.back_up(store, NOW, to="plain.db").file))
    one, *_others = nodes = [node.address for node in cluster.nodes]
    for number, named in enumerate((nodes, nodes[::-1], [one])):
        with closing(open_store(f"rqlite://{','.join(named)}")) as shared:
            done = backups.back_up(shared, f"2015-03-09T12:00:0{number}.000Z", keep=2)
            assert next(kept.file for kept in backups.list_backups(shared)) == done.file

    assert len(done.removed) == 1
    assert len(list(Path("coursectl-backups").glob("cluster-*.db"))) == 2


def test_a_cluster_is_migrated_only_when_asked_and_kept_before(cluster, first_store, act):
    with closing(connect_to_read(first_store)) as connection:
        copy_pages(connection, Path("plain.db"), "old.db")
    cluster.hold(Path("plain.db"))
    planned = keeping.migrate(cluster.url, Act("admin", NOW, dry_run=True))
    with closing(open_store(cluster.url)) as shared:
        assert shared.read("SELECT max(number) AS number FROM migration") == [{"number": 1}]

    done = keeping.migrate(cluster.url, act)

    newest = migrations.newest()
    assert planned == keeping.BroughtUpToDate(cluster.url, 1, newest, None)
    assert (done.before, done.schema) == (1, newest)
    assert backups.schema_of(Path(str(done.kept))) == 1
    assert f"-before-schema-{newest}-" in str(done.kept)
    assert (names(cluster.url), log(cluster.url)) == (["Ana"], ["person add", "store migrate"])
    assert keeping.migrate(cluster.url, act) == keeping.BroughtUpToDate(cluster.url, newest, newest, None)


def test_info_of_a_cluster_names_its_nodes(cluster, ana, store):
    cluster.hold(Path(backups.back_up(store, NOW, to="plain.db").file))
    with closing(open_store(cluster.url)) as shared:
        told = keeping.get_info(shared)

    assert (told.engine, told.place, told.journal, told.schema) == ("rqlite", "cluster", None, migrations.newest())
    assert (told.rows["person"], told.rows["op"], told.backup_folder) == (1, 1, "coursectl-backups")
    assert told.last_operation == keeping.LastOperation(NOW, "coordinator", "person add")
    assert told.size > 100_000
    assert [(node.voter, node.reachable) for node in told.nodes] == [(True, True)] * 3
    assert sum(node.leader for node in told.nodes) == 1
