"""Power cuts and copies of the files: what was told as done is there, and no store is ever half of one."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

import crowd
import power
import pytest
import trial

from coursectl.store import Act, insert, new_id, open_store

pytest_plugins = ["trial_fixtures"]

SEED = 20150309


def test_the_files_of_one_instant_hold_all_that_was_told_as_done(crowded, tmp_path):
    rng = random.Random(SEED)
    faults = []

    with crowd.crowd(crowded, 4, 3.0, SEED) as processes:
        while not any(line["wrote"] for lines in crowd.read_journals(crowded).values() for line in lines):
            time.sleep(0.01)
        for _ in range(8):
            faults += power.at_one_instant(crowded, tmp_path / "copy", processes, rng)

    assert faults == []


def test_a_copy_of_the_file_and_then_of_its_log_is_whole_unless_the_log_was_begun_anew(crowded, tmp_path):
    rng = random.Random(SEED)

    with crowd.crowd(crowded, 3, 3.0, SEED):
        copies = [power.carelessly(crowded / trial.STORE, tmp_path / "copy", "main first", rng) for _ in range(12)]

    assert [copy for copy in copies if power.is_promised(copy) and copy.faults] == []


def test_a_log_with_a_torn_end_is_that_of_the_last_whole_commit(prepared, tmp_path):
    prepared.copy("empty", tmp_path / "office")
    main, log, lengths = power.with_commits(tmp_path / "office" / trial.STORE, 30)
    rng = random.Random(SEED)

    assert [fault for _ in range(40) for fault in power.torn_log(main, log, lengths, tmp_path / "torn", rng)] == []
    assert lengths[-1] == len(log)


# A disk that forgets ------------------------------------------------------------------------------------------------------


@pytest.fixture
def calls(tmp_path):
    folder = tmp_path / "calls"
    folder.mkdir()
    try:
        return power.record(folder, 25)
    except FileNotFoundError:
        pytest.skip("strace, which notes the calls to the operating system, isn't installed")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"strace may not look at another process here: {error}")


def test_after_a_power_cut_at_any_call_all_that_was_told_as_done_is_there(calls, tmp_path):
    rng = random.Random(SEED)
    moments = [rng.randrange(1, len(calls) + 1) for _ in range(60)]

    assert [
        fault for moment in moments for fault in power.after_a_power_cut(calls, moment, tmp_path / "cut", rng)
    ] == []


def test_writes_that_did_not_wait_for_the_disk_would_be_noticed(calls, tmp_path):
    rng = random.Random(SEED)
    hasty = [replace(call, what="create") if call.what == "sync" else call for call in calls]

    faults = [fault for _ in range(20) for fault in power.after_a_power_cut(hasty, len(hasty), tmp_path / "cut", rng)]

    assert len(faults) >= 10


# Logs that are left over ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beside", [("-wal",), ("-wal", "-shm")], ids=["without -shm", "with -shm"])
def test_the_log_of_a_killed_process_is_taken_up_by_the_next_command(prepared, launcher, tmp_path, beside):
    prepared.copy("example", tmp_path / "office")
    kind = {kind.name: kind for kind in trial.KINDS}["person edit"]
    with closing(open_store(tmp_path / "office" / trial.STORE)) as store:
        assert store.read("SELECT count(*) AS n FROM course")[0]["n"] == 1
        assert launcher.run(tmp_path / "office", prepared.arguments(kind)).code == 0
        (tmp_path / "found").mkdir()
        trial.copy_store(tmp_path / "office" / trial.STORE, tmp_path / "found" / trial.STORE, ("", *beside))
    assert (tmp_path / "found" / f"{trial.STORE}-wal").stat().st_size > 0

    shown = launcher.run(tmp_path / "found", ["person", "show", "mdangelo@dnm-ar.example"])

    assert (shown.code, "Vegetarian" in shown.out) == (0, True)
    assert trial.faults_of(tmp_path / "found" / trial.STORE) == []


# Clocks ---------------------------------------------------------------------------------------------------------------------

_OFFICE = """
import sys
from datetime import datetime, timedelta, timezone
from coursectl.store import Act, insert, new_id, open_store
store = open_store(sys.argv[1])
for n in range(40):
    now = datetime.now(timezone.utc) + timedelta(hours=float(sys.argv[2]))
    act = Act(sys.argv[2], now.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    store.apply(act.operation("person add", insert("person", [{"id": new_id(), "name": f"P {n}", "name_key": "x"}])))
store.close()
"""


def test_offices_whose_clocks_are_hours_apart_write_one_log_that_never_turns_back(prepared, tmp_path):
    prepared.copy("empty", tmp_path / "office")
    store = tmp_path / "office" / trial.STORE
    offices = [subprocess.Popen([sys.executable, "-c", _OFFICE, str(store), hours]) for hours in ("-7", "0", "5.5")]

    assert [office.wait(60) for office in offices] == [0, 0, 0]

    assert trial.faults_of(store) == []
    with closing(open_store(store)) as opened:
        assert opened.read("SELECT actor, count(*) AS n FROM op GROUP BY actor ORDER BY actor") == [
            {"actor": "-7", "n": 40}, {"actor": "0", "n": 40}, {"actor": "5.5", "n": 40},
        ]  # fmt: skip


def test_what_was_done_last_is_undone_first_although_the_clock_was_set_back(prepared, launcher, tmp_path):
    prepared.copy("empty", tmp_path / "office")
    (tmp_path / "copy").mkdir()
    shutil.copy(tmp_path / "office" / trial.STORE, tmp_path / "copy")
    with closing(open_store(tmp_path / "copy" / trial.STORE)) as opened:
        for now, code in (("2030-01-01T12:00:00.000Z", "LATE"), ("2030-01-01T05:00:00.000Z", "EARLY")):
            row = {"id": new_id(), "code": code, "title": '{"en": "x"}'}
            opened.apply(Act("ana", now).operation(f"course add {code}", insert("course", [row])))

    undone = launcher.run(tmp_path / "copy", ["undo", "--as", "ana"])

    assert undone.code == 0
    assert "course add EARLY" in undone.out
