"""What a check says: what it has looked at, what it has found, and how that is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from coursectl.errors import N_
from coursectl.store.contract import Level, Params, Row, Store

SHOWN = 20
"""How many findings of one check are told; the others are counted."""

RESTORE = N_("The file itself is damaged. Don't write to it; put the last good backup in its place: {restore}")
REPORT = N_("Don't mend it by hand: make a backup, and restore one that is whole ({restore}), or report it with both.")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `wording` says it, untranslated, with `facts`."""

    wording: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """What a check was about. `looked_at` counts what was looked at; `count` counts the findings, of which some are told.

    `mend` says, untranslated, what to do.
    """

    name: str
    looked_at: int
    findings: tuple[Finding, ...] = ()
    count: int = 0
    mend: str | None = None


Checks = dict[str, Callable[[], Check]]
"""What can be asked, by the name of the check."""


def done(name: str, looked_at: int, findings: Iterator[Finding] | Sequence[Finding], mend: str) -> Check:
    """The check with what it found; of many findings the first are kept, all are counted."""
    told: list[Finding] = []
    count = 0
    for finding in findings:
        count += 1
        if count <= SHOWN:
            told.append(finding)
    return Check(name, looked_at, tuple(told), count, mend if count else None)


def in_batches(
    store: Store, sql: str, some: int, params: Params | None = None, *, level: Level = "weak"
) -> Iterator[Row]:
    """All rows of a query over `id`, `some` at a time, so that memory doesn't grow with the store.

    `sql` names `:last` and `:some`, and is in the order of `id`. In a damaged file ids may turn back: then it ends.
    """
    last = 0
    while rows := store.read(sql, {**(params or {}), "last": last, "some": some}, level=level):
        yield from rows
        if not isinstance(rows[-1]["id"], int) or rows[-1]["id"] <= last:
            return
        last = rows[-1]["id"]


def one_number(store: Store, sql: str) -> int:
    """The answer to a query for one number; 0 for NULL."""
    (row,) = store.read(sql)
    return int(next(iter(row.values())) or 0)
