"""Erasing a person: what is written beside their places in editions."""

from __future__ import annotations

from collections.abc import Sequence

from coursectl.store import Statement
from coursectl.store.erasing import OF_THEM, clear


def erase_statements(people: Sequence[int]) -> list[Statement]:
    """Clear post, funder, reason and needs of their enrollments; country, status, number and all that counts stay."""
    return [clear("enrollment", f"person_id {OF_THEM}", people)]
