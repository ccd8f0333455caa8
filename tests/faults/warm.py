"""A process that has loaded the whole program and forks one command after another: quick, and easy to kill in mid-write.

It reads one job a line from its input and answers with the process id of the command, then with how the command ended.
The command stamps into a shared page when it began, when it began to write, when it committed, and when it was done:
the one who kills it aims by these stamps, and counts afterwards what was hit.
"""

from __future__ import annotations

import functools
import importlib
import json
import mmap
import os
import pkgutil
import sqlite3
import struct
import sys
import time
from pathlib import Path
from typing import Any

STAMPS = (
    "started",
    "writing",
    "begun",
    "committing",
    "committed",
    "finished",
)  # from "begun" on, of the last of several
PAGE = struct.Struct(f"={len(STAMPS)}d")
STORES = ("coursectl.db", ".coursectl-")  # how the files are named whose transactions count; a rehearsal's don't

_page: mmap.mmap | None = None
_pouring = False  # whether a whole store is being put over this one: other transactions meanwhile only look


def stamp(name: str) -> None:
    """Note that the command has come this far, at this instant of the clock that all processes share."""
    if _page is not None:
        struct.pack_into("=d", _page, 8 * STAMPS.index(name), time.monotonic())


def stamp_begin() -> None:
    """Note that a transaction begins; the first of them is where the writing begins."""
    stamp("begun")
    if _page is not None and not struct.unpack_from("=d", _page, 8 * STAMPS.index("writing"))[0]:
        stamp("writing")


class Stamped(sqlite3.Connection):
    """A connection to the store that notes when its transactions begin and when they are committed."""

    def __init__(self, database: Any, *arguments: Any, **more: Any) -> None:
        super().__init__(database, *arguments, **more)
        self._counts = str(database).rpartition("/")[2].startswith(STORES)

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        word = sql.lstrip()[:6].upper() if self._counts and not _pouring else ""
        if word.startswith(("BEGIN", "VACUUM")):
            stamp_begin()
        elif word == "COMMIT":
            stamp("committing")
        cursor = super().execute(sql, *parameters)
        if word == "COMMIT":
            stamp("committed")
        return cursor

    def backup(self, target: sqlite3.Connection, **more: Any) -> None:
        global _pouring
        _pouring = getattr(target, "_counts", False)
        if _pouring or self._counts:
            stamp_begin()
        super().backup(target, **more)
        if _pouring:
            stamp("committed")
        _pouring = False


def connect_stamped(connect: Any, *arguments: Any, factory: type = sqlite3.Connection, **more: Any) -> Any:
    """What `connect` opens, stamped, whatever kind of connection was asked for."""
    return connect(*arguments, factory=type("Stamped", (Stamped, factory), {}), **more)


def load_everything() -> None:
    """Import all that a command may import, so that a fork does nothing but its own work."""
    import coursectl

    for module in pkgutil.walk_packages(coursectl.__path__, "coursectl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def run_as_command(job: dict[str, Any]) -> int:
    """Be the command: its folder, its output, its surroundings, its arguments."""
    global _page
    os.chdir(job["folder"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, file in ((1, job["out"]), (2, job["err"])):
        os.dup2(os.open(file, flags, 0o644), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(job["environ"])
    _page = mmap.mmap(os.open(job["stamps"], os.O_RDWR), PAGE.size)
    sqlite3.connect = functools.partial(connect_stamped, sqlite3.connect)  # type: ignore[assignment]
    sys.argv = ["coursectl", *job["arguments"]]
    stamp("started")
    from coursectl.__main__ import main

    try:
        main()
        code = 0
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
    stamp("finished")
    return code


def main() -> None:
    """Take jobs until the input ends."""

    def say(word: object) -> None:
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()

    load_everything()
    say("ready")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os._exit(run_as_command(json.loads(line)))
        say(pid)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        say("ended")
        sys.stdin.readline()  # not before the other side knows: until then nobody else can get this number
        _, status = os.waitpid(pid, 0)
        say(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
    main()
