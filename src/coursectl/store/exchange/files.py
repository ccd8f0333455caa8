"""The files of an export: how they are opened, in and out, and how a row becomes a line and a line a row."""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

_LONGEST_LINE = 64_000_000  # bytes; a picture of 5 MB is 7 MB of base64


@contextmanager
def private(path: Path) -> Iterator[Any]:
    """A new file that only its owner may read: it holds names."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def own(path: Path) -> Iterator[BinaryIO]:
    """The file itself: not one that a link leads to, nor a pipe, which would be waited for. Raises OSError."""
    beware = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | beware)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        yield file


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a table's file, one at a time. Raises ValueError for a line that no export writes, OSError."""
    with own(path) as file:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise ValueError
            yield line


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def line_of(row: Mapping[str, object]) -> bytes:
    """A row as a line of its table's file."""
    return _written({column: _outward(value) for column, value in row.items()}).encode() + b"\n"


def row_of(line: bytes, columns: Iterable[str]) -> list[object]:
    """The values of one line, in the order of the columns. Raises ValueError."""
    read = json.loads(line.decode())
    if not isinstance(read, dict) or list(read) != list(columns):
        raise ValueError
    values = [_inward(value) for value in read.values()]
    if any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values):
        raise ValueError
    return values


def _outward(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode("ascii")}
    if isinstance(value, float) and math.isinf(value):
        return {"real": "inf" if value > 0 else "-inf"}
    return value


def _inward(value: object) -> object:
    """Raises ValueError for what no export writes."""
    if isinstance(value, dict):
        if set(value) == {"base64"} and isinstance(value["base64"], str):
            return b64decode(value["base64"], validate=True)
        if value in ({"real": "inf"}, {"real": "-inf"}):
            return float(value["real"])
    if isinstance(value, str):
        value.encode()  # JSON can write half of a pair of surrogates, SQLite can't keep it
    elif isinstance(value, bool) or not (value is None or isinstance(value, int | float)):
        raise ValueError
    return value
