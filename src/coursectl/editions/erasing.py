"""Erasing a person: what is written beside their signature."""

from __future__ import annotations

from collections.abc import Sequence

from coursectl.store import Statement, as_json
from coursectl.store.erasing import OF_THEM, clear


def erase_statements(people: Sequence[int]) -> list[Statement]:
    """Clear the posts that they were to sign with, and the pictures of their signatures."""
    return [clear("signatory", f"person_id {OF_THEM}", people)]


def drop_pictures(hashes: Sequence[str]) -> list[Statement]:
    """Take away the pictures that nobody uses any more."""
    unused = (
        "hash IN (SELECT value FROM json_each(:hashes)) AND NOT EXISTS (SELECT 1 FROM signatory WHERE signature = hash)"
        " AND NOT EXISTS (SELECT 1 FROM course WHERE crest = hash)"
        " AND NOT EXISTS (SELECT 1 FROM organization WHERE logo = hash)"
    )
    return [Statement(f"DELETE FROM picture WHERE {unused}", {"hashes": as_json(list(hashes))})]
