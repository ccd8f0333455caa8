"""The certificates of another register, and what was printed of them: brought as they are, or refused as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from coursectl.errors import N_, Refused
from coursectl.store import Row, Statement, Store, Value, insert


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


class TwoEnds(Refused):
    """A certificate that both registers know ended in another way in each."""

    rule = "one_end"
    wording = N_(
        "These certificates were made void in one register and replaced, or replaced by different ones, in the other: {certificates}. Nothing was merged: who holds which sheet has to be asked. Leave it as it is in one of the stores, and merge a backup of the other one, from before."
    )


@dataclass(frozen=True)
class Register:
    """What a register holds, and what was printed and exported of it."""

    certificates: list[Row]
    events: list[Row]
    snapshots: dict[int, Row]
    printings: list[Row]
    sheets: list[Row]

    @classmethod
    def of(cls, store: Store) -> Register:
        """The register of the store."""
        return cls(
            store.read("SELECT * FROM certificate ORDER BY n", level="strong"),
            store.read("SELECT * FROM certificate_event", level="strong"),
            {row["certificate_id"]: row for row in store.read("SELECT * FROM certificate_snapshot", level="strong")},
            store.read("SELECT * FROM printing ORDER BY id", level="strong"),
            store.read("SELECT * FROM printed_sheet ORDER BY printing_id, position", level="strong"),
        )


@dataclass(frozen=True)
class Brought:
    """The rows of the register that come in, in the order in which they are written."""

    certificates: list[Row]
    events: list[Row]
    snapshots: list[Row]
    same: dict[str, int]
    printings: list[Row] = field(default_factory=list)
    sheets: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of which table."""
        return {
            "certificate": len(self.certificates),
            "certificate_event": len(self.events),
            "certificate_snapshot": len(self.snapshots),
            "printing": len(self.printings),
            "printed_sheet": len(self.sheets),
        }

    def without_prints_of(self, erased: Collection[int]) -> Brought:
        """The same without what certificates of these people print, who were erased, and why one was taken back."""
        theirs = {row["id"] for row in self.certificates if row["person_id"] in erased}
        if not theirs:
            return self
        events = [{**row, "reason": None} if row["certificate_id"] in theirs else row for row in self.events]
        snapshots = [row for row in self.snapshots if row["certificate_id"] not in theirs]
        return replace(self, events=events, snapshots=snapshots)

    def statements(self, op_id: int) -> Iterator[Statement]:
        """Their insertion, under the operation that brings them."""
        rows = [{**row, "op_id": op_id} for row in self.certificates]
        refusal = SerialsClash(serials=N_("given in this moment"))
        yield from insert("certificate", rows, rule=SerialsClash.rule, refusals=dict.fromkeys(("serial_once", "serial_number_once", "append_only"), refusal))  # fmt: skip
        yield from insert("certificate_event", self.events)
        yield from insert("certificate_snapshot", self.snapshots)
        yield from insert("printing", [{**row, "op_id": op_id} for row in self.printings])
        yield from insert("printed_sheet", self.sheets)


def bring(
    ours: Register, theirs: Register, ids: Mapping[str, Mapping[int, int]], canonical: Mapping[int, int]
) -> Brought:
    """What of their register isn't in ours. `ids` are ours by theirs, per table; `canonical` is who people were merged into.

    Raises SerialsClash, TwoEnds, TwoCertificates and RegisterGap, each with all that is in the way.
    """
    known = {row["id"]: row for row in ours.certificates}
    mapped = [_mapped(row, ids) for row in theirs.certificates]
    fresh = [row for row in mapped if not _is_known(row, known, ours, theirs)]
    _refuse_clashes(ours, fresh)
    fresh = _placed(ours, fresh)
    fresh_ids = {row["id"] for row in fresh}
    there = {(event["certificate_id"], event["state"]) for event in ours.events}
    events = [event for event in theirs.events if (event["certificate_id"], event["state"]) not in there]
    _refuse_two_ends(ours, theirs, fresh)
    _refuse_two_alive(ours, fresh, [*ours.events, *events], canonical)
    _refuse_gaps(ours, fresh)
    snapshots = [snapshot for ident, snapshot in theirs.snapshots.items() if ident in fresh_ids]
    known_printings = {row["id"] for row in ours.printings}
    printings = [_mapped(row, ids) for row in theirs.printings if row["id"] not in known_printings]
    sheets = [row for row in theirs.sheets if row["printing_id"] not in known_printings]
    same = {
        "certificate": len(mapped) - len(fresh),
        "certificate_event": len(theirs.events) - len(events),
        "certificate_snapshot": len(theirs.snapshots) - len(snapshots),
        "printing": len(theirs.printings) - len(printings),
        "printed_sheet": len(theirs.sheets) - len(sheets),
    }
    return Brought(fresh, _in_order(events), snapshots, same, printings, sheets)


def _in_order(events: Sequence[Row]) -> list[Row]:
    """What ended comes before what is valid: who got a new certificate for a void one never has two."""
    ended = {event["certificate_id"] for event in events if event["state"] != "issued"}
    return sorted(
        events,
        key=lambda event: (event["certificate_id"] not in ended, event["certificate_id"], event["state"] != "issued"),
    )


def _mapped(row: Row, ids: Mapping[str, Mapping[int, int]]) -> Row:
    refs = {"course_id": "course", "edition_id": "edition", "person_id": "person"}
    return {**row, **{column: ids[table][row[column]] for column, table in refs.items() if row.get(column) is not None}}


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
    clashes = [row for row in fresh if row["serial"] in serials or row["id"] in ids]
    if clashes:
        raise SerialsClash(serials=", ".join(_series(clashes)))


def _series_of(row: Row) -> tuple[int, str]:
    """What a number counts in: a year, an edition or all, of a course."""
    return row["course_id"], row["series"]


def _series(rows: Iterable[Row]) -> Iterator[str]:
    """`ICIM-2016-0001 – ICIM-2016-0028`: all of the serial numbers, those in a row by the first and the last."""
    ordered = sorted(rows, key=lambda row: (*_series_of(row), row["n"]))
    for _first, group in groupby(enumerate(ordered), key=lambda one: (*_series_of(one[1]), one[1]["n"] - one[0])):
        run = [row["serial"] for _place, row in group]
        yield run[0] if len(run) == 1 else f"{run[0]} – {run[-1]}"


def _placed(ours: Register, fresh: Sequence[Row]) -> list[Row]:
    """Their certificates with places in our register: their own where it is free, else the next one.

    What is printed is the serial number, in which each office has its code; the place only counts, so that none is missing.
    """
    taken: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in ours.certificates:
        taken[_series_of(row)].add(row["n"])
    placed = []
    for row in fresh:
        places = taken[_series_of(row)]
        n = row["n"] if row["n"] not in places else max(places) + 1
        places.add(n)
        placed.append({**row, "n": n})
    return placed


def _refuse_two_ends(ours: Register, theirs: Register, fresh: Sequence[Row]) -> None:
    """A certificate ends once. Where both offices ended one that both had, it must have been in the same way."""
    ends = ({e["certificate_id"]: e for e in one.events if e["state"] != "issued"} for one in (ours, theirs))
    mine, other = ends
    new = {row["id"] for row in fresh}
    serials = {row["id"]: str(row["serial"]) for row in theirs.certificates}
    both = (ident for ident in serials if ident in mine and ident in other and ident not in new)
    odd = [serials[ident] for ident in both if any(mine[ident][name] != other[ident][name] for name in ("state", "superseded_by"))]  # fmt: skip
    if odd:
        raise TwoEnds(certificates=", ".join(odd))


def _refuse_two_alive(
    ours: Register, fresh: Sequence[Row], events: Sequence[Row], canonical: Mapping[int, int]
) -> None:
    ended = {event["certificate_id"] for event in events if event["state"] != "issued"}
    alive: dict[tuple[Value, ...], list[str]] = defaultdict(list)
    for row in (*ours.certificates, *fresh):
        if row["id"] not in ended:
            holder = canonical.get(row["person_id"], row["person_id"])
            alive[row["edition_id"], holder, row["kind"]].append(str(row["serial"]))
    coming = {row["serial"] for row in fresh}
    twice = [" / ".join(serials) for serials in alive.values() if len(serials) > 1 and coming & set(serials)]
    if twice:
        raise TwoCertificates(certificates=", ".join(twice))


def _refuse_gaps(ours: Register, fresh: Sequence[Row]) -> None:
    numbers: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in (*ours.certificates, *fresh):
        numbers[_series_of(row)].add(row["n"])
    serials = {_series_of(row): str(row["serial"]) for row in fresh}
    gaps = [
        f"{serial}: {', '.join(_runs(set(range(1, max(numbers[where]) + 1)) - numbers[where]))}"
        for where, serial in serials.items()
        if len(numbers[where]) != max(numbers[where])
    ]
    if gaps:
        raise RegisterGap(gaps="; ".join(gaps))


def _runs(numbers: Iterable[int]) -> Iterator[str]:
    """`1–3`, `7`: all of the numbers, those in a row as one."""
    for _first, group in groupby(enumerate(sorted(numbers)), key=lambda one: one[1] - one[0]):
        run = [number for _place, number in group]
        yield str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"
