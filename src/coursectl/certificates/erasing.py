"""Erasing a person: what their certificates print, and every reason that was given for or against one."""

from __future__ import annotations

from collections.abc import Sequence

from coursectl.store import Statement, as_json
from coursectl.store.erasing import OF_THEM, clear


def erase_statements(people: Sequence[int]) -> list[Statement]:
    """Take away what their certificates print, and the reasons of events, exceptions and holds; numbers, states and instants stay."""
    theirs = f"certificate_id IN (SELECT id FROM certificate WHERE person_id {OF_THEM})"
    return [
        Statement(f"DELETE FROM certificate_snapshot WHERE {theirs}", {"people": as_json(list(people))}),
        clear("certificate_event", f"reason IS NOT NULL AND {theirs}", people),
        clear("certificate_exception", f"reason IS NOT NULL AND person_id {OF_THEM}", people),
        clear("hold", f"(reason IS NOT NULL OR lifted_because IS NOT NULL) AND person_id {OF_THEM}", people),
    ]
