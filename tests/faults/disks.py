"""Full disks and damaged files: what a command says then, and what it leaves."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trial

KIBIBYTE = 1024
LEVELS = (0, 4, 8, 16, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 3072)  # KiB that are left on the disk


class NoSmallDisk(Exception):
    """A file system of its own can't be had here."""


@contextmanager
def small_disk(folder: Path, megabytes: int = 8) -> Iterator[Path]:
    """A file system with little room. Raises NoSmallDisk where this user may not mount one."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "coursectl-trial", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise NoSmallDisk("there is no mount command") from error
    if done.returncode:
        raise NoSmallDisk(done.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(disk: Path, left: int) -> Iterator[None]:
    """The disk filled until only `left` KiB are free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(64 * KIBIBYTE))
        except OSError:
            pass
        try:
            while True:
                file.write(bytes(KIBIBYTE))
        except OSError:
            pass
        free = left - os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize // KIBIBYTE
        file.truncate(max(file.tell() - max(free, 0) * KIBIBYTE, 0))
    try:
        yield
    finally:
        filler.unlink()


@dataclass(frozen=True)
class Full:
    """One trial on a full disk: what the command answered, what was found, and what was wrong."""

    kind: str
    left: int
    code: int
    found: str
    faults: tuple[str, ...]


def on_a_full_disk(killing: trial.Killing, disk: Path, kind: trial.Kind, left: int) -> Full:
    """Run the command on a disk with `left` KiB free, look, make room, and run it again."""
    reference = killing.reference(kind)
    folder = disk / "office"
    killing.prepared.copy(kind.on, folder)
    arguments = killing.prepared.arguments(kind)
    seen = killing.folder / "seen"
    seen.mkdir()
    try:
        with filled(disk, left):
            ended = killing.launcher.run(folder, arguments, told=killing.folder / "full.told")
            trial.copy_store(folder / trial.STORE, seen / trial.STORE)
        faults = trial.faults_of(seen / trial.STORE) if (seen / trial.STORE).exists() else []
        found = trial.found_as(kind, reference, trial.state_of(seen / trial.STORE))
        if kind.makes and any(folder.glob(kind.makes)):
            found = "after"
        faults += _answer_faults(kind, ended, found)
        again = killing.launcher.run(folder, arguments, told=killing.folder / "full.told")
        faults += killing.typed_again(kind, reference, folder, again, found)
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(seen)
    return Full(kind.name, left, ended.code, found, tuple(faults))


def _answer_faults(kind: trial.Kind, ended: trial.Ended, found: str) -> list[str]:
    faults = []
    if ended.code not in (0, 6):
        faults.append(f"it ended with {ended.code}: {ended.err[-800:]}")
    if ended.code == 6 and (ended.err.count("\n") != 1 or ended.out):
        faults.append(f"not one sentence: {ended.err}{ended.out}")
    if found not in (("after",) if ended.code == 0 else ("before", "between") if kind.steps else ("before",)):
        faults.append(f"it ended with {ended.code} ({ended.err.strip()}) and left the state {found}")
    return faults


def tally(trials: Sequence[Full]) -> dict[str, Any]:
    """How many, by what was answered; the least room in KiB with which each kind was done."""
    done = {kind: min((one.left for one in trials if one.kind == kind and one.code == 0), default=None)
            for kind in sorted({one.kind for one in trials})}  # fmt: skip
    return {
        "trials": len(trials),
        "done": sum(one.code == 0 for one in trials),
        "told_that_the_disk_is_full": sum(one.code == 6 for one in trials),
        "faults": sum(bool(one.faults) for one in trials),
        "least_room_kib": done,
    }


# Damage -----------------------------------------------------------------------------------------------------------------

LOOKS = (
    ("status",), ("log",), ("roster", "list", "-e", "ICIM-37"), ("history", "totals"), ("session", "list", "-e", "ICIM-37"),
    ("person", "list"), ("attend", "show", "-e", "ICIM-37"), ("certificate", "list", "-e", "ICIM-37"), ("edition", "show", "ICIM-37"),
    ("history", "figures"),
)  # fmt: skip
WRITES = (
    ("enroll", "Zoe Zárate", "--country", "UY", "-e", "ICIM-37", "--waiting-list"),
    ("person", "edit", "mdangelo@dnm-ar.example", "--phone", "+54"),
    ("attend", "mark", "5", "--all", "excused", "--replace", "-e", "ICIM-37"),
    ("undo", "--yes"),
)  # fmt: skip


def flip(path: Path, rng: random.Random) -> None:
    """Overwrite a few bytes somewhere in the file, or the start of a page."""
    data = bytearray(path.read_bytes())
    place = rng.randrange(100, len(data))
    if rng.random() < 0.3:
        place = place // 4096 * 4096
    for offset in range(rng.choice((1, 1, 4, 16, 64))):
        data[(place + offset) % len(data)] = rng.randrange(256)
    path.write_bytes(data)


@dataclass(frozen=True)
class Damaged:
    """One command on a damaged store."""

    command: str
    code: int
    notable: bool  # whether integrity_check finds the damage
    faults: tuple[str, ...]


def on_a_damaged_store(killing: trial.Killing, rng: random.Random) -> list[Damaged]:
    """Damage a copy of a store and try a few commands on it, reading and writing."""
    told = []
    folder = killing.folder / "damaged"
    killing.prepared.copy("issued", folder)
    try:
        store = folder / trial.STORE
        flip(store, rng)
        notable = bool(_integrity(store))
        for command in (*rng.sample(LOOKS, 2), rng.choice(WRITES)):
            ended = killing.launcher.run(folder, ["--as", "preparer", *command])
            faults = []
            if ended.code not in (0, 3, 4, 5, 6):
                faults.append(f"it ended with {ended.code}: {ended.err[-1200:]}")
            if ended.code == 6 and ended.err.count("\n") != 1:
                faults.append(f"not one sentence: {ended.err}")
            told.append(Damaged(" ".join(command[:2]), ended.code, notable, tuple(faults)))
    finally:
        shutil.rmtree(folder)
    return told


def _integrity(path: Path) -> list[str]:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            return [fault for (fault,) in connection.execute("PRAGMA integrity_check") if fault != "ok"]
        finally:
            connection.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [str(error)]


def tally_damage(trials: Sequence[Damaged]) -> dict[str, Any]:
    """How many commands met damage that integrity_check can see, and what they answered."""
    return {
        "commands": len(trials),
        "on_damage_that_a_check_finds": sum(one.notable for one in trials),
        "told_as_damage": sum(one.code == 6 for one in trials),
        "by_exit_code": {str(code): n for code, n in sorted(Counter(one.code for one in trials).items())},
        "faults": sum(bool(one.faults) for one in trials),
    }
