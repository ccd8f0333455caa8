"""Killed between the issue and the last page: the register is whole, no file is half, and typing it again completes the rest."""

from __future__ import annotations

import random

import pytest
import sheets
import trial

pytest_plugins = ["trial_fixtures"]

SEED = 20150320
KILLS = 30  # .ci/soak does many more, with a seed of its own
SHARES = 2


@pytest.fixture
def printing(launcher, prepared, tmp_path):
    return sheets.Printing(launcher, prepared, tmp_path, random.Random(SEED))


@pytest.mark.parametrize("share", range(SHARES))
def test_a_printing_that_is_killed_leaves_whole_files_and_can_go_on(printing, share):
    printing.rng.seed(SEED + share)

    torn = [printing.kill() for _ in range(KILLS // SHARES)]

    print(f"seed {SEED + share}: {sheets.tally(torn)}")  # noqa: T201 - shown where the test fails
    assert [one for one in torn if one.faults] == []
    assert sum(one.killed for one in torn) > KILLS // SHARES // 2


def test_a_half_printed_pile_would_be_noticed(printing):
    """What the trials stand on: a torn file, a sheet that is missing, and one that no log knows are seen."""
    printing.measure()
    folder = printing._office()
    for command in sheets.COMMANDS:
        printing.launcher.run(folder, command)
    first, second, *_ = sheets.sheets(folder / "sheets")
    assert ([*sheets.broken(folder)], [*sheets.unlogged(folder)], [*sheets.missing(folder)]) == ([], [], [])

    first.write_bytes(first.read_bytes()[:900])
    second.unlink()
    trial.harm(folder / trial.STORE, ["DELETE FROM printed_sheet"])

    assert [one.partition(":")[0] for one in sheets.broken(folder)] == [f"{first.name} is broken"]
    assert f"{second.name.partition(' ')[0]} has no file of its own" in [*sheets.missing(folder)]
    assert len([*sheets.unlogged(folder)]) > 20
