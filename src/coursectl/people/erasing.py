"""Erasing a person: the person's own row, which becomes a neutral name with a number."""

from __future__ import annotations

from collections.abc import Sequence

from coursectl.errors import N_, Refused
from coursectl.store import Statement, as_json, expect_changed
from coursectl.store.erasing import OF_THEM, sets


def erase_statements(people: Sequence[int], today: str) -> list[Statement]:
    """Clear the rows of these people, who are one, and mark them as erased on `today`. Who is erased already is refused."""
    marked = f"UPDATE person SET erased_on = :today, {sets('person')} WHERE id {OF_THEM} AND erased_on IS NULL"
    return [
        Statement(marked, {"people": as_json(list(people)), "today": today}),
        expect_changed(AlreadyErased.rule, AlreadyErased(), len(people)),
    ]


class AlreadyErased(Refused):
    """The person was erased in between, or merged with somebody else."""

    rule = "stays_erased"
    wording = N_("The person was erased or merged by somebody else just now. Look, then type the command again.")
