"""Erasing a person: what is written beside their results."""

from __future__ import annotations

from collections.abc import Sequence

from coursectl.store import Statement
from coursectl.store.erasing import OF_THEM, clear


def erase_statements(people: Sequence[int]) -> list[Statement]:
    """Clear the notes of their results; the points stay, since totals count them."""
    theirs = f"note IS NOT NULL AND enrollment_id IN (SELECT id FROM enrollment WHERE person_id {OF_THEM})"
    return [clear("assessment_result", theirs, people)]
