"""What a `…_statements` function answers: the ids of what was wanted, and what has to be written for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coursectl.store import Statement


@dataclass(frozen=True)
class Planned:
    """`ids` has one id for each thing wanted, in order; `new` and `changed` are those of them that the statements write.

    No statements: everything was there as wanted.
    """

    ids: tuple[int, ...]
    new: frozenset[int]
    changed: frozenset[int]
    statements: tuple[Statement, ...]


def planned(ids: Iterable[int], new: Iterable[int], changed: Iterable[int], statements: Iterable[Statement]) -> Planned:
    """A `Planned` of whatever was collected."""
    return Planned(tuple(ids), frozenset(new), frozenset(changed), tuple(statements))
