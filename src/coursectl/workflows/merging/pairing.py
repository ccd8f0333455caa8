"""Which row of ours is which of theirs, and where the two say something else."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from coursectl.store import Row, Value, as_json
from coursectl.workflows.merging.tables import Kind, is_alike, is_blank, key_of

# To say nothing here means something: not merged, not closed, no limit, the course's rule, no number.
_NEVER_FILLED = frozenset({"merged_into", "closed_on", "seats", "attendance_minimum", "number"})
# The keys follow from what else a row says; when somebody was typed in is no more of two offices than of one.
_UNSAID = frozenset({"id", "name_key", "email_key", "enrolled_at"})

Clash = tuple[Row, Row]
"""A row of ours and one of theirs, which are different things under one number."""


def pair(kind: Kind, ours: Sequence[Row], theirs: Sequence[Row], one_person: Callable[[Row], Row]) -> tuple[dict[int, Row], list[Clash]]:  # fmt: skip
    """Our row by the id of theirs, and what clashes. `theirs` point at our rows already, but have their own ids.

    `one_person` gives a row in which those who were merged are whoever they were merged into.
    """
    by_id = {row["id"]: row for row in ours}
    parents = [column for column in kind.refs if column in kind.key]
    pairs = {}
    for row in theirs:  # one store was once a copy of the other
        same = by_id.get(row["id"])
        if same is not None and all(same[column] == row[column] for column in parents):
            pairs[row["id"]] = same
    used = {row["id"] for row in pairs.values()}
    left, clashes = [], []
    by_key = {key_of(kind, row): row for row in ours}
    for row in (row for row in theirs if row["id"] not in pairs):
        there = by_key.get(key_of(kind, row))
        if there is None:
            left.append(row)
        elif there["id"] in used or not is_alike(kind, there, row):
            clashes.append((there, row))
        else:
            pairs[row["id"]] = there
            used.add(there["id"])
    if "person_id" in kind.key:
        by_person = {key_of(kind, one_person(row)): row for row in ours if row["id"] not in used}
        for row in left:
            there = by_person.pop(key_of(kind, one_person(row)), None)
            if there is not None:
                pairs[row["id"]] = there
    return pairs, clashes


@dataclass
class Differing:
    """What two rows of one thing say differently.

    `fill` are the values to write; `filled` and `conflicts` are told: the column (with the language of a text), ours, theirs.
    """

    fill: dict[str, Value] = field(default_factory=dict)
    filled: list[tuple[str, Value, Value]] = field(default_factory=list)
    conflicts: list[tuple[str, Value, Value]] = field(default_factory=list)


def differ(kind: Kind, ours: Mapping[str, Value], theirs: Mapping[str, Value], kept: Collection[str]) -> Differing:
    """Compare two rows of one thing. What is blank in ours is filled in, unless it is `kept` as it is."""
    found = Differing()
    for name, value in theirs.items():
        if name in _UNSAID or ours[name] == value or is_blank(value):
            continue
        governing = kind.beside.get(name)
        may = name not in _NEVER_FILLED and name not in kept and (not governing or ours[governing] == theirs[governing])
        if name in kind.texts:
            _differ_in_languages(found, name, str(ours[name]), str(value), may=may)
        elif may and is_blank(ours[name]):
            found.fill[name] = value
            found.filled.append((name, ours[name], value))
        else:
            found.conflicts.append((name, ours[name], value))
    return found


def _differ_in_languages(found: Differing, name: str, ours: str, theirs: str, *, may: bool) -> None:
    mine, other = json.loads(ours), json.loads(theirs)
    lacking = {tag: text for tag, text in other.items() if text and not mine.get(tag)}
    if may and lacking:
        found.fill[name] = as_json({**mine, **lacking})
    (found.filled if may else found.conflicts).extend((f"{name} ({tag})", None, text) for tag, text in lacking.items())
    found.conflicts += [
        (f"{name} ({tag})", mine[tag], text) for tag, text in other.items() if text and mine.get(tag) not in (None, "", text)
    ]  # fmt: skip
