"""What every case of bad input stands on: a store, a command line called in this process, and what must hold afterwards."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from coursectl.cli import app

EXAMPLE = Path(__file__).parents[2] / "examples" / "icim-37"
CORPUS = Path(__file__).parent / "corpus"
TIMES = int(os.environ.get("COURSECTL_FUZZ_TIMES", "1"))  # as many cases as by default; .ci/fuzz takes more
SECONDS_AT_MOST = 20.0  # of the processor, for one case: what hangs takes longer

# What no answer may send to a terminal: control characters but the line feed, and what turns or breaks a line.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Said:
    """The answer of a command, and how long the processor worked at it."""

    code: int
    out: str
    err: str
    seconds: float


def call(*arguments: str | Path) -> Said:
    """Run a command line here, its answer taken as a pipe in UTF-8 would. A bug leaves as its exception."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace", newline="", write_through=True)
        for _ in range(2)
    )
    began = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app.run([str(argument) for argument in arguments])
    took = time.process_time() - began
    return Said(int(code), *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)), took)  # type: ignore[attr-defined]


class Ground:
    """A store that every case finds as the first did."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.template, self.path = template, folder / "coursectl.db"
        self.folder = folder
        self.reset()
        self.untouched = contents(self.path)

    def reset(self) -> None:
        """Put the store back as it was."""
        for beside in ("-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)
        self._stamp = self._stamp_now()

    def touched(self) -> bool:
        """Whether anybody has written to the store's file since it was put there."""
        return self._stamp_now() != self._stamp

    def _stamp_now(self) -> tuple[int, int, bool]:
        seen = self.path.stat()
        return seen.st_mtime_ns, seen.st_size, self.path.with_name(f"{self.path.name}-wal").exists()

    def try_(self, *arguments: str | Path, lines: int = 6) -> Said:
        """Run a command that may be refused but must keep the laws, and leave the store as it was found.

        An error has a sentence of at most `lines` lines, of 0 where there may be any number.
        """
        said = call("--store", self.path, *arguments)
        problems = list(self.broken(said, arguments, lines))
        if self.touched():
            self.reset()
        assert problems == [], (arguments, problems, said.err[:2000])
        return said

    def broken(self, said: Said, arguments: Sequence[str | Path], lines: int) -> Iterator[str]:
        """The laws that an answer and the store after it break."""
        yield from broken(said, lines)
        if (said.code or "--dry-run" in arguments) and self.touched() and contents(self.path) != self.untouched:
            yield "something was written"
        if not said.code and self.touched() and (found := call("--store", self.path, "store", "check")).code:
            yield f"the store isn't whole any more: {found.out}"


def broken(said: Said, lines: int) -> Iterator[str]:
    """The laws that an answer breaks. An error has at most `lines` lines, with 0 any number."""
    if said.code not in (0, 2, 3, 4, 5, 6):  # 1 is a bug
        yield f"exit code {said.code}"
    if found := OBEYED.search(said.out):
        yield f"stdout has {found[0]!r}: {said.out[max(found.start() - 60, 0) : found.end() + 20]!r}"
    if found := OBEYED.search(said.err):
        yield f"stderr has {found[0]!r}: {said.err[max(found.start() - 60, 0) : found.end() + 20]!r}"
    if said.code and not (said.err + said.out).strip():
        yield "a refusal without a sentence"
    if said.code and lines and said.err.count("\n") > lines:
        yield f"{said.err.count(chr(10))} lines of error"
    if "Traceback" in said.err:
        yield "a traceback"
    if said.seconds > SECONDS_AT_MOST:
        yield f"it took {said.seconds:.1f} s"


def contents(path: Path) -> dict[str, str]:
    """All tables of a store, each as the hash of its rows."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        return {
            name: blake2b(repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()).encode()).hexdigest()
            for name in tables
        }


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of the tree, with its path: `("history", "figures", "add")`."""

    def below(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        children = getattr(node, "commands", None)
        if not children:
            yield path, node
            return
        if getattr(node, "invoke_without_command", False):
            yield path, node
        for name, child in children.items():
            yield from below(child, (*path, name))

    for name in app.COMMANDS:
        yield from below(app.load(name), (name,))


def peak_memory() -> int:
    """The most memory that this process has held, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
