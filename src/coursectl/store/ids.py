"""Identifiers: 63-bit integers in the order of time, made by the caller, so that a batch needs no reading back.

The upper 42 bits are milliseconds since 1970 (they last until 2109), the lower 21 are random. Two offices that write in
the same millisecond collide once in two million. Of two rows the primary key then refuses one, with all of its operation; of two
operations the second is recognised as another one by who does what and when, and is refused too: it is typed again.
"""

from __future__ import annotations

import os
import time

_RANDOM_BITS = 21
_last = 0


def new_id() -> int:
    """A fresh id, above every id that this process has made before."""
    global _last
    random = int.from_bytes(os.urandom(3)) >> 24 - _RANDOM_BITS  # as secrets.randbits, in a third of the time
    _last = max((time.time_ns() // 1_000_000 << _RANDOM_BITS) | random, _last + 1)
    return _last


def new_ids(count: int) -> list[int]:
    """`count` fresh ids in ascending order."""
    return [new_id() for _ in range(count)]
