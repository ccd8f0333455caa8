"""Whether an edition has the seats that the minimums of its quotas would take. They are policy: no rule of the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coursectl.errors import N_, BadInput
from coursectl.store import Store

QuotaRow = Mapping[str, Any]


def refuse_minimums_above(
    store: Store, edition_id: int, reference: str, seats: int | None, quotas: Sequence[QuotaRow]
) -> None:
    """Raise BadInput where the minimums of the `quotas` (rows of the table) would take more than `seats`; None: no limit."""
    if seats is None:
        return
    groups = store.read(
        "SELECT id, countries FROM country_group WHERE edition_id = :edition", {"edition": edition_id}, level="strong"
    )
    together = places_needed(quotas, {row["id"]: json.loads(row["countries"]) for row in groups})
    if together > seats:
        raise BadInput(
            N_("The seats of {edition} are {seats}, and the minimums would take {together}. Lower some, or raise the seats with: coursectl edition edit {edition} --seats N"),
            edition=reference, seats=seats, together=together,
        )  # fmt: skip


def places_needed(quotas: Iterable[QuotaRow], groups: Mapping[int, Sequence[str]]) -> int:
    """How many places the minimums take at least.

    A person is of one country and one organization, so the minimums of countries add up, as do those of organizations; one
    place may serve both. A group's is reached with the places of its countries. Of groups that share countries, each alone.
    """
    countries: dict[str, int] = {}
    offices, of_groups = 0, []
    for one in quotas:
        least = one["minimum"] or 0
        if one["country"] is not None:
            countries[one["country"]] = least
        elif one["group_id"] is not None:
            of_groups.append((frozenset(groups[one["group_id"]]), least))
        else:
            offices += least
    return max(offices, _of_countries(countries, of_groups))


def _of_countries(countries: Mapping[str, int], groups: Sequence[tuple[frozenset[str], int]]) -> int:
    together = sum(countries.values())
    more = [(members, least - sum(countries.get(code, 0) for code in members)) for members, least in groups]
    lacking = sorted(((lacks, members) for members, lacks in more if lacks > 0), key=lambda one: -one[0])
    counted: set[str] = set()
    for lacks, members in lacking:
        if not counted & members:
            counted |= members
            together += lacks
    return together
