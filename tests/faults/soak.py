"""The whole soak: every kind of fault, many times, with the figures as a table and as a JSON file.

`.ci/soak` runs it. The exit code is 1 where anything was found that must not be: a lost write, half of one, a traceback.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import crowd
import disks
import power
import sheets
import trial

FORMAT = 1  # of the report; a reader can tell whether it knows the fields


@dataclass(frozen=True)
class Plan:
    """How much is done: numbers of trials, seconds for what goes by time, and the seed of all chance."""

    seed: int
    kills: int
    seconds: float
    damaged: int
    cuts: int
    piles: int


@dataclass(frozen=True)
class Result:
    """What one part of the soak has found: its figures, and everything that must not be."""

    figures: dict[str, Any]
    faults: list[str]


@contextmanager
def workshop() -> Iterator[tuple[trial.Launcher, trial.Prepared, Path]]:
    """A launcher, prepared stores, and a folder to work in."""
    folder = Path(tempfile.mkdtemp(prefix="coursectl-soak-"))
    launcher = trial.Launcher()
    try:
        (folder / "work").mkdir()
        yield launcher, trial.Prepared.make(folder / "prepared", launcher), folder / "work"
    finally:
        launcher.close()
        shutil.rmtree(folder)


def kills(plan: Plan, share: int, shares: int) -> list[trial.Kill]:
    """One process's share of the kills, over all kinds in turn. A command that was faster than its kill doesn't count."""
    with workshop() as (launcher, prepared, folder):
        killing = trial.Killing(launcher, prepared, folder, random.Random(plan.seed * 100 + share), asked=0.25)
        kinds = trial.kinds_that_exist(launcher, prepared.folder / "nothing")
        wanted = len(range(share, plan.kills, shares))
        done: list[trial.Kill] = []
        while sum(kill.phase != "done" for kill in done) < wanted:
            done.append(killing.kill(kinds[(share + shares * len(done)) % len(kinds)]))
        return done


def all_kills(plan: Plan) -> Result:
    """Kills at random moments, on all cores."""
    shares = max(os.cpu_count() or 1, 1)
    with ProcessPoolExecutor(shares, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(kills, [plan] * shares, range(shares), [shares] * shares))
    done = [kill for part in parts for kill in part]
    return Result(trial.tally(done), [f"{kill.kind}: {fault}" for kill in done for fault in kill.faults])


def torn_piles(plan: Plan) -> Result:
    """Certificates whose issuing and printing is killed at random moments, and goes on."""
    with workshop() as (launcher, prepared, folder):
        printing = sheets.Printing(launcher, prepared, folder, random.Random(plan.seed))
        done: list[sheets.Torn] = []
        while sum(one.killed for one in done) < plan.piles:
            done.append(printing.kill())
    return Result(sheets.tally(done), [f"{one.command}: {fault}" for one in done for fault in one.faults])


def full_disks(plan: Plan) -> Result:
    """Every kind of write on a disk with less and less room."""
    with workshop() as (launcher, prepared, folder):
        killing = trial.Killing(launcher, prepared, folder, random.Random(plan.seed), measured=1, asked=0.1)
        try:
            with disks.small_disk(folder / "disk") as disk:
                done = [
                    disks.on_a_full_disk(killing, disk, kind, left)
                    for kind in trial.kinds_that_exist(launcher, prepared.folder / "nothing")
                    for left in disks.LEVELS
                ]
        except disks.NoSmallDisk as reason:
            return Result({"not_tried": str(reason)}, [])
    return Result(disks.tally(done), [f"{one.kind}, {one.left} KiB: {fault}" for one in done for fault in one.faults])


def damaged_files(plan: Plan) -> Result:
    """Flipped bytes anywhere in the file, and commands that read and write it."""
    with workshop() as (launcher, prepared, folder):
        killing = trial.Killing(launcher, prepared, folder, random.Random(plan.seed))
        rng = random.Random(plan.seed)
        done = [one for _ in range(plan.damaged) for one in disks.on_a_damaged_store(killing, rng)]
    return Result(disks.tally_damage(done), [f"{one.command}: {fault}" for one in done for fault in one.faults])


def crowds(plan: Plan, processes: int) -> Result:
    """So many processes at once on one store."""
    with workshop() as (_, prepared, folder):
        prepared.copy("crowded", folder / "office")
        with crowd.crowd(folder / "office", processes, plan.seconds, plan.seed):
            pass
        journals = crowd.read_journals(folder / "office")
        faults = [*crowd.misbehaved(journals), *crowd.untrue(folder / "office" / trial.STORE, journals)]
        return Result(crowd.figures(journals), faults)


def copies(plan: Plan) -> Result:
    """Copies of one instant, and careless ones, while eight processes write; half of the time somebody stays."""
    rng = random.Random(plan.seed)
    instants, faults, careless = 0, [], []
    with workshop() as (_, prepared, folder):
        for stays in (True, False):
            office = folder / f"office-{stays}"
            prepared.copy("crowded", office)
            until = time.monotonic() + plan.seconds / 2
            with crowd.crowd(office, 8, plan.seconds / 2, plan.seed + stays) as processes:
                looker = sqlite3.connect(office / trial.STORE) if stays else None
                if looker:
                    looker.execute("SELECT count(*) FROM op").fetchone()
                while time.monotonic() < until - 1:
                    faults += power.at_one_instant(office, folder / "copy", processes, rng)
                    instants += 1
                    order = rng.choice(("main first", "log first", "main only"))
                    careless.append(power.carelessly(office / trial.STORE, folder / "copy", order, rng))
                if looker:
                    looker.close()
    faults += [f"{copy}" for copy in careless if power.is_promised(copy) and copy.faults]
    figures = {"of_one_instant": instants, "of_one_instant_whole": instants - len(faults), "careless": power.tally_copies(careless)}  # fmt: skip
    return Result(figures, faults)


def torn_logs(plan: Plan) -> Result:
    """Logs cut short, or with noise at their end."""
    rng = random.Random(plan.seed)
    with workshop() as (_, prepared, folder):
        prepared.copy("empty", folder / "office")
        main, log, lengths = power.with_commits(folder / "office" / trial.STORE, 50)
        faults = [fault for _ in range(plan.cuts) for fault in power.torn_log(main, log, lengths, folder / "torn", rng)]
    return Result({"logs": plan.cuts, "commits_in_a_log": len(lengths)}, faults)


def power_cuts(plan: Plan) -> Result:
    """The calls of a writer, cut off anywhere, with any of what was not synced on the disk or not."""
    rng = random.Random(plan.seed)
    with workshop() as (_, _, folder):
        (folder / "calls").mkdir()
        try:
            calls = power.record(folder / "calls", 50)
        except FileNotFoundError:
            return Result({"not_tried": "strace isn't installed"}, [])
        moments = [rng.randrange(1, len(calls) + 1) for _ in range(plan.cuts)]
        faults = [fault for at in moments for fault in power.after_a_power_cut(calls, at, folder / "cut", rng)]
    syncs = sum(call.what == "sync" for call in calls)
    return Result({"cuts": plan.cuts, "calls": len(calls), "syncs": syncs, "commits": 50}, faults)


def foreign_logs(plan: Plan) -> Result:
    """The log of another store beside the file: nothing is promised then; it is counted what comes of it."""
    rng = random.Random(plan.seed)
    counts = {"trials": 0, "whole": 0, "told_as_damage": 0}
    with workshop() as (launcher, prepared, folder):
        prepared.copy("empty", folder / "other")
        _, log, _ = power.with_commits(folder / "other" / trial.STORE, 20)
        for _ in range(20):
            office = folder / "office"
            prepared.copy(rng.choice(("example", "issued", "listed")), office)
            (office / f"{trial.STORE}-wal").write_bytes(log)
            ended = launcher.run(office, ["log"])
            counts["trials"] += 1
            counts["whole"] += not trial.faults_of(office / trial.STORE)
            counts["told_as_damage"] += ended.code == 6
            shutil.rmtree(office)
    return Result(counts, [])


def parts(plan: Plan) -> dict[str, Callable[[], Result]]:
    """The parts of the soak, by the names that they have in the report."""
    return {
        "kills": lambda: all_kills(plan),
        "torn_piles": lambda: torn_piles(plan),
        "damaged_files": lambda: damaged_files(plan),
        "torn_logs": lambda: torn_logs(plan),
        "power_cuts": lambda: power_cuts(plan),
        "foreign_logs": lambda: foreign_logs(plan),
        "copies": lambda: copies(plan),
        "crowd_of_8": lambda: crowds(plan, 8),
        "crowd_of_100": lambda: crowds(plan, 100),
        "full_disks": lambda: full_disks(plan),
    }


def surroundings() -> dict[str, Any]:
    """What the figures depend on."""
    with closing(sqlite3.connect(":memory:")) as connection:
        (version,) = connection.execute("SELECT sqlite_version()").fetchone()
    return {
        "python": platform.python_version(),
        "sqlite": version,
        "system": platform.platform(),
        "cores": os.cpu_count(),
    }


def show(name: str, value: object, depth: int = 0) -> Iterator[str]:
    """A table that is read from top to bottom."""
    if isinstance(value, dict):
        yield f"{'  ' * depth}{name}"
        if all(not isinstance(inner, dict) for inner in value.values()) and depth > 1:
            yield f"{'  ' * depth}    " + ", ".join(f"{key} {inner}" for key, inner in value.items())
            return
        for key, inner in value.items():
            yield from show(str(key), inner, depth + 1)
    else:
        yield f"{'  ' * depth}{name:<{44 - 2 * depth}}{value}"


def main() -> int:
    """Run the parts that are asked for, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_000)
    parser.add_argument("--kills", type=int, default=1200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--damaged", type=int, default=400)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--piles", type=int, default=500)
    parser.add_argument("--only", action="append", metavar="PART")
    parser.add_argument("--report", type=Path, default=Path("soak.json"))
    chosen = parser.parse_args()
    plan = Plan(chosen.seed, chosen.kills, chosen.seconds, chosen.damaged, chosen.cuts, chosen.piles)
    say(f"seed {plan.seed}")
    report: dict[str, Any] = {"format": FORMAT, "seed": plan.seed, "surroundings": surroundings(), "parts": {}}
    for name, part in parts(plan).items():
        if chosen.only and name not in chosen.only:
            continue
        began = time.monotonic()
        result = part()
        seconds = round(time.monotonic() - began, 1)
        report["parts"][name] = {"seconds": seconds, "figures": result.figures, "faults": result.faults}
        say("\n".join(show(f"{name} ({seconds} s): {len(result.faults)} faults", result.figures)))
        for fault in result.faults[:20]:
            say(f"  FAULT {fault[:1500]}")
        chosen.report.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(any(part["faults"] for part in report["parts"].values()))


def say(line: str) -> None:
    """A line, at once: whoever waits for an hour wants to see it go on."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
