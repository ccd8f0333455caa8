"""Erasing a person: what is written beside their sessions."""

from __future__ import annotations

from collections.abc import Sequence

from coursectl.store import Statement
from coursectl.store.erasing import OF_THEM, clear


def erase_statements(people: Sequence[int]) -> list[Statement]:
    """Clear the posts that they taught or spoke with; that they did stays."""
    return [clear(table, f"person_id {OF_THEM}", people) for table in ("expert", "session_person")]
