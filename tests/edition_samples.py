"""What tests of courses, editions and their commands share: a store looked at whole, pictures, a small edition."""

from __future__ import annotations

import re
import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

CREST = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40

BAD_PICTURES = {
    "an encoding that nobody knows": b'<?xml version="1.0" encoding="x-none"?><svg/>',
    "an encoding of several bytes": b'<?xml version="1.0" encoding="shift_jis"?><svg/>',
    "a page": b"<!DOCTYPE html><p>A drawing: <svg><path/></svg>",
    "half a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><circle',
    "text": b"Not a picture at all.",
    "nothing": b"",
    "other XML": b"<kml><svg/></kml>",
}


def whole(path: Path) -> list[str]:
    """Everything that a store holds, as SQL: equal before and after is what writing nothing means."""
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def check_dry_run(cli: Callable[..., Any], path: Path, *arguments: str) -> Any:
    """With --dry-run a write says what it then does without it, and writes nothing. Returns what it says when it does it.

    The dry run of an edit also says what would change, a line a field.
    """
    before = whole(path)
    dry = cli(*arguments, "--dry-run")
    as_json = cli(*arguments, "--dry-run", "--json").json
    assert whole(path) == before
    done = cli(*arguments)
    assert (dry.code, done.code, done.err) == (0, 0, "")
    said, fields = dry.out.splitlines(), [line for line in dry.out.splitlines() if " -> " in line]
    assert [line for line in said if line not in fields] == [
        f"Would be done, nothing was written: {done.out.splitlines()[0]}", *done.out.splitlines()[1:],
    ]  # fmt: skip
    assert as_json.pop("dry_run") is True
    assert len(fields) == len(as_json.pop("changes", ()))
    assert bool(fields) == (arguments[1] == "edit")
    assert whole(path) != before
    return done


def example_of(cli: Callable[..., Any], *command: str) -> list[str]:
    """The example that the help of a command gives, as arguments without the program's name."""
    said = cli(*command, "--help").out
    found = re.search(r"Example:\n((?:  .*\n?)+)", said)
    assert found, said
    words = shlex.split(found[1])
    assert words[0] == "coursectl"
    return words[1:]
