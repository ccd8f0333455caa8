"""Certificates that are issued and printed by commands that are killed: nothing is half, and going on completes the rest."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import trial

EDITION = ("-e", "ICIM-37")
COMMANDS = (
    ("certificate", "issue", *EDITION, "--on", "2015-03-20"),
    ("render", "certificates", *EDITION, "--out", "sheets"),
    ("render", "certificates", *EDITION, "--out", "pile", "--merged", "--reverse"),
)


@dataclass(frozen=True)
class Torn:
    """One trial: which command was killed, how many of its files were there, and everything that was wrong."""

    command: str
    files: int
    killed: bool
    faults: tuple[str, ...]


@dataclass
class Printing:
    """A series of kills between the issue and the last page, with a seeded choice of moments."""

    launcher: trial.Launcher
    prepared: trial.Prepared
    folder: Path
    rng: random.Random
    lasts: list[float] = field(default_factory=list)  # seconds of each command, undisturbed
    _count: int = 0

    def measure(self) -> None:
        """How long each command takes."""
        folder = self._office()
        for command in COMMANDS:
            ended = self.launcher.run(folder, command)
            if ended.code:
                raise RuntimeError(f"{command}, undisturbed: {ended.err}")
            self.lasts.append(ended.lasted("started", "finished"))
        shutil.rmtree(folder)

    def kill(self) -> Torn:
        """One kill, anywhere in the three commands by the time that they take; then all of them are typed again."""
        if not self.lasts:
            self.measure()
        (number,) = self.rng.choices(range(len(COMMANDS)), self.lasts)
        folder = self._office()
        for command in COMMANDS[:number]:
            self.launcher.run(folder, command)
        aim = trial.Aim("started", self.rng.random() * self.lasts[number])
        ended = self.launcher.run(folder, COMMANDS[number], aim)
        faults = [*trial.faults_of(folder / trial.STORE), *broken(folder), *unlogged(folder)]
        files = len(sheets(folder))
        for command in COMMANDS:
            again = self.launcher.run(folder, command)
            faults += [f"typed again, {' '.join(command)} ends with {again.code}: {again.err}"] if again.code else []
        faults += [*trial.faults_of(folder / trial.STORE), *broken(folder), *unlogged(folder), *missing(folder)]
        faults += [f"left behind: {path.name}" for path in folder.rglob(".*.tmp")]
        shutil.rmtree(folder)
        return Torn(" ".join(COMMANDS[number][:2]), files, ended.code == -signal.SIGKILL, tuple(faults))

    def _office(self) -> Path:
        self._count += 1
        folder = self.folder / f"office-{self._count}"
        self.prepared.copy("closed", folder)
        return folder


def sheets(folder: Path) -> list[Path]:
    """The printed files, as somebody who looks into the folders sees them."""
    return [path for path in sorted(folder.rglob("*.pdf")) if not any(part.startswith(".") for part in path.parts)]


def broken(folder: Path) -> Iterator[str]:
    """Files that aren't whole."""
    for path in sheets(folder):
        try:
            with pikepdf.open(path) as pdf:
                if not pdf.pages:
                    yield f"{path.name} has no page"
        except pikepdf.PdfError as error:
            yield f"{path.name} is broken: {error}"


def _register(folder: Path) -> tuple[list[str], set[str]]:
    """The serial numbers of the register, and those that the log says were printed."""
    with closing(sqlite3.connect(folder / trial.STORE)) as connection:
        serials = [serial for (serial,) in connection.execute("SELECT serial FROM certificate ORDER BY n")]
        printed = connection.execute(
            "SELECT serial FROM printed_sheet JOIN certificate ON certificate.id = certificate_id"
        )
        return serials, {serial for (serial,) in printed}


def unlogged(folder: Path) -> Iterator[str]:
    """Sheets that somebody could hand out and that the log doesn't know of."""
    serials, printed = _register(folder)
    names = [path.name for path in sheets(folder)]
    for serial in serials:
        if serial not in printed and any(name.startswith(serial) for name in names):
            yield f"{serial} is printed, and no log says so"


def missing(folder: Path) -> Iterator[str]:
    """Certificates without a sheet, once all is done."""
    serials, printed = _register(folder)
    names = [path.name for path in sheets(folder)]
    if not serials:
        yield "nothing is issued"
    for serial in serials:
        if sum(name.startswith(f"{serial} ") for name in names) != 1:
            yield f"{serial} has no file of its own"
        if serial not in printed:
            yield f"{serial} isn't in the log"


def tally(torn: Sequence[Torn]) -> dict[str, object]:
    """The figures of a series."""
    return {
        "kills": sum(one.killed for one in torn),
        "of": dict(Counter(one.command for one in torn if one.killed)),
        "some files there": sum(one.files > 0 for one in torn if one.killed),
    }
