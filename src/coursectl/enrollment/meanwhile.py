"""What is said where somebody else was faster: who was moved since they were looked at, and what they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from coursectl.editions import EditionRef
from coursectl.enrollment.roster import Enrollment, list_roster
from coursectl.enrollment.statuses import STATUSES, MovedMeanwhile
from coursectl.errors import N_, Word
from coursectl.store import Store


@contextmanager
def moved_told(store: Store, edition: EditionRef, moving: Sequence[Enrollment]) -> Iterator[None]:
    """Where somebody else has moved one of them since they were read: who it is, and what they are now."""
    try:
        yield
    except MovedMeanwhile:
        now = {one.id: one for one in list_roster(store, edition, STATUSES, level="strong")}
        for one in moving:
            if one.id in now and now[one.id].status != one.status:
                raise MovedMeanwhile(
                    _MOVED, name=one.name, edition=edition.reference, status=Word(now[one.id].status), before=Word(one.status)
                ) from None  # fmt: skip
        raise


_MOVED = N_(
    "{name} is {status} in {edition} now, not {before} any more: somebody else was faster. Nothing was written. Look, then decide again: coursectl roster list -e {edition} --all"
)
