"""The certificates of another register: brought as they are, or refused as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursectl.errors import N_, Refused
from coursectl.store import Row, Statement, Store, Value, insert

_TOLD = 10


class SerialsClash(Refused):
    """Both registers gave a number, to different certificates."""

    rule = "serial_once"
    wording = N_(
        "Both registers gave these numbers, to different certificates: {serials}. Nothing was merged. Registers can be brought together where each office has its own courses or years; for the future, put the office's code into the numbers: coursectl course edit CODE --serial"
    )


class TwoCertificates(Refused):
    """Both registers hold a valid certificate of one kind for one person in one edition."""

    rule = "one_certificate"
    wording = N_(
        "Both registers hold a valid certificate of the same kind for the same person: {certificates}. Nothing was merged. Take one back first: coursectl undo in the store where it is wrong"
    )


class RegisterGap(Refused):
    """Numbers would be missing between what the two registers gave."""

    rule = "register_without_gaps"
    wording = N_(
        "The register would have gaps: {gaps}. Nothing was merged. Merge the store that gave the numbers in between first."
    )


@dataclass(frozen=True)
class Register:
    """What a register holds."""

    certificates: list[Row]
    events: list[Row]
    snapshots: dict[int, Row]

    @classmethod
    def of(cls, store: Store) -> Register:
        """The register of the store."""
        return cls(
            store.read("SELECT * FROM certificate ORDER BY n", level="strong"),
            store.read("SELECT * FROM certificate_event", level="strong"),
            {row["certificate_id"]: row for row in store.read("SELECT * FROM certificate_snapshot", level="strong")},
        )


@dataclass(frozen=True)
class Brought:
    """The rows of the register that come in, in the order in which they are written."""

    certificates: list[Row]
    events: list[Row]
    snapshots: list[Row]
    same: int

    def statements(self, op_id: int) -> Iterator[Statement]:
        """Their insertion, under the operation that brings them."""
        rows = [{**row, "op_id": op_id} for row in self.certificates]
        refusal = SerialsClash(serials=N_("given in this moment"))
        yield from insert("certificate", rows, rule=SerialsClash.rule, refusals=dict.fromkeys(("serial_once", "serial_number_once", "append_only"), refusal))  # fmt: skip
        yield from insert("certificate_event", self.events)
        yield from insert("certificate_snapshot", self.snapshots)


def bring(ours: Register, theirs: Register, ids: Mapping[str, Mapping[int, int]]) -> Brought:
    """What of their register isn't in ours. `ids` are ours by theirs, per table.

    Raises SerialsClash, TwoCertificates and RegisterGap, each with all that is in the way.
    """
    known = {row["id"]: row for row in ours.certificates}
    mapped = [_mapped(row, ids) for row in theirs.certificates]
    fresh = [row for row in mapped if not _is_known(row, known, ours, theirs)]
    _refuse_clashes(ours, fresh)
    fresh = _placed(ours, fresh)
    fresh_ids = {row["id"] for row in fresh}
    there = {(event["certificate_id"], event["state"]) for event in ours.events}
    events = [event for event in theirs.events if (event["certificate_id"], event["state"]) not in there]
    _refuse_two_alive(ours, fresh, [*ours.events, *events])
    _refuse_gaps(ours, fresh)
    return Brought(
        fresh,
        sorted(events, key=lambda event: event["state"] != "issued"),
        [snapshot for ident, snapshot in theirs.snapshots.items() if ident in fresh_ids],
        len(mapped) - len(fresh),
    )


def _mapped(row: Row, ids: Mapping[str, Mapping[int, int]]) -> Row:
    refs = {"course_id": "course", "edition_id": "edition", "person_id": "person"}
    return {**row, **{column: ids[table][row[column]] for column, table in refs.items()}}


def _is_known(row: Row, known: Mapping[int, Row], ours: Register, theirs: Register) -> bool:
    """Whether ours holds the very certificate: once the one store was a copy of the other."""
    there = known.get(row["id"])
    if there is None:
        return False
    mine, other = ours.snapshots.get(row["id"]), theirs.snapshots.get(row["id"])
    return there["serial"] == row["serial"] and (mine is None or other is None or mine["hash"] == other["hash"])


def _refuse_clashes(ours: Register, fresh: Sequence[Row]) -> None:
    serials = {row["serial"] for row in ours.certificates}
    ids = {row["id"] for row in ours.certificates}
    clashes = [str(row["serial"]) for row in fresh if row["serial"] in serials or row["id"] in ids]
    if clashes:
        raise SerialsClash(serials=_told(clashes))


def _placed(ours: Register, fresh: Sequence[Row]) -> list[Row]:
    """Their certificates with places in our register: their own where it is free, else the next one.

    What is printed is the serial number, in which each office has its code; the place only counts, so that none is missing.
    """
    taken: dict[tuple[int, int], set[int]] = defaultdict(set)
    for row in ours.certificates:
        taken[row["course_id"], row["year"]].add(row["n"])
    placed = []
    for row in fresh:
        places = taken[row["course_id"], row["year"]]
        n = row["n"] if row["n"] not in places else max(places) + 1
        places.add(n)
        placed.append({**row, "n": n})
    return placed


def _refuse_two_alive(ours: Register, fresh: Sequence[Row], events: Sequence[Row]) -> None:
    ended = {event["certificate_id"] for event in events if event["state"] != "issued"}
    alive: dict[tuple[Value, ...], list[str]] = defaultdict(list)
    for row in (*ours.certificates, *fresh):
        if row["id"] not in ended:
            alive[row["edition_id"], row["person_id"], row["kind"]].append(str(row["serial"]))
    twice = [" / ".join(serials) for serials in alive.values() if len(serials) > 1]
    if twice:
        raise TwoCertificates(certificates=_told(twice))


def _refuse_gaps(ours: Register, fresh: Sequence[Row]) -> None:
    numbers: dict[tuple[int, int], set[int]] = defaultdict(set)
    serials: dict[tuple[int, int], str] = {}
    for row in (*ours.certificates, *fresh):
        numbers[row["course_id"], row["year"]].add(row["n"])
        serials[row["course_id"], row["year"]] = str(row["serial"])
    gaps = [
        f"{serials[where]}: {', '.join(str(n) for n in sorted(set(range(1, max(given) + 1)) - given)[:_TOLD])}"
        for where, given in numbers.items()
        if len(given) != max(given)
    ]
    if gaps:
        raise RegisterGap(gaps=_told(gaps))


def _told(things: Sequence[str]) -> str:
    more = f" … (+{len(things) - _TOLD})" if len(things) > _TOLD else ""
    return ", ".join(things[:_TOLD]) + more
