"""Commands killed at random moments: the store is whole, and the operation is there whole or not at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import trial

pytest_plugins = ["trial_fixtures"]

SEED = 20150309
KILLS = 50  # .ci/soak does many more, with a seed of its own
SHARES = 2  # so that two cores have something to do


@pytest.fixture
def killing(launcher, prepared, tmp_path):
    folder = tmp_path / "kills"
    folder.mkdir()
    return trial.Killing(launcher, prepared, folder, random.Random(SEED), measured=1, asked=0.1)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_command_that_is_killed_leaves_all_of_its_operation_or_nothing(killing, share):
    kinds = trial.kinds_that_exist(killing.launcher, killing.prepared.folder / "nothing")[share::SHARES]

    kills = [killing.kill(kinds[n % len(kinds)]) for n in range(KILLS // SHARES)]

    print(f"seed {SEED}: {trial.tally(kills)['total']}")  # noqa: T201 - shown where the test fails
    assert [kill for kill in kills if kill.faults] == []
    assert {"in", "before"} <= {kill.phase for kill in kills}


def test_a_half_written_operation_would_be_noticed(killing):
    """What the trials stand on: the looking sees a row without its audit, a seat too many, a gap in the register."""
    issued = killing.prepared.folder / "issued" / trial.STORE
    harms = {
        "audit": ["UPDATE person SET name = 'X' WHERE id = (SELECT min(id) FROM person)"],
        "seats": ["UPDATE seat_count SET taken = taken + 1"],
        "audit sequence": ["DELETE FROM audit WHERE seq = 7"],
        "register": ["DELETE FROM certificate_event"],
        "left over": ["INSERT INTO expect VALUES (1)"],
        "order of time": ["UPDATE op SET at = '1999' WHERE id = (SELECT max(id) FROM op)"],
        "foreign keys": ["INSERT INTO now_op SELECT 1, 5"],
    }  # fmt: skip
    assert trial.faults_of(issued) == []
    for name, statements in harms.items():
        harmed = killing.folder / f"{name}.db"
        trial.copy_store(issued, harmed)
        trial.harm(harmed, statements)

        assert name in {fault.partition(":")[0] for fault in trial.faults_of(harmed)}


def test_half_of_a_list_is_told_from_all_of_it_and_from_nothing(killing):
    kind = {kind.name: kind for kind in trial.KINDS}["enroll --from"]
    reference = killing.reference(kind)
    half = killing.folder / trial.STORE
    trial.copy_store(killing.prepared.folder / "roomy" / trial.STORE, half)
    assert trial.found_as(kind, reference, trial.state_of(half)) == "before"

    trial.harm(half, ["DELETE FROM enrollment WHERE id = (SELECT max(id) FROM enrollment)"])

    assert trial.found_as(kind, reference, trial.state_of(half)) == "half"


def test_a_store_that_is_not_there_has_no_state(tmp_path: Path):
    assert trial.state_of(tmp_path / "x.db") is None
