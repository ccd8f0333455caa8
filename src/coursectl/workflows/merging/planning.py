"""What bringing another store in takes: which of its rows are here already, which are new, and where the two differ."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coursectl.store import Row, Statement, Store, Value, as_json, erasing, insert, new_id, update
from coursectl.store.triggers import SEATED
from coursectl.workflows.merging import prints
from coursectl.workflows.merging.labels import Labels, organization, person, person_and_more, told_apart
from coursectl.workflows.merging.pairing import Differing, differ, pair
from coursectl.workflows.merging.people import Pairing, contexts, editions_of, is_erased, other_id
from coursectl.workflows.merging.refusals import (
    ClosedHere,
    MadeMeanwhile,
    OutsideHere,
    Overfull,
    TwicePerson,
    TwoThings,
)
from coursectl.workflows.merging.register import Brought, Register, bring
from coursectl.workflows.merging.tables import KINDS, Kind

_PICTURES = ("crest", "logo", "signature")  # the columns that point at one


@dataclass(frozen=True)
class Difference:
    """Where both stores say something about one thing: `ours` stays, unless it says nothing."""

    table: str
    what: str
    column: str
    ours: Value
    theirs: Value


@dataclass(frozen=True)
class Possible:
    """Somebody who was added and may be somebody who was here."""

    added: str
    here: str


@dataclass(frozen=True)
class Renumbered:
    """A participant whose number was somebody else's."""

    what: str
    theirs: int
    ours: int


@dataclass
class Plan:
    """The rows to write, per table, and what there is to tell."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    agreeing: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    updates: list[Statement] = field(default_factory=list)
    filled: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    possible: list[Possible] = field(default_factory=list)
    renumbered: list[Renumbered] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    pictures: list[Statement] = field(default_factory=list)
    sources: list[Statement] = field(default_factory=list)
    register: Brought = field(default_factory=lambda: Brought([], [], [], {}))

    @property
    def brought(self) -> dict[str, int]:
        """How many rows of which table come in."""
        counts = {table: len(rows) for table, rows in self.rows.items()}
        return _some(
            {**counts, "picture": len(self.pictures), "print_source": len(self.sources), **self.register.counts}
        )

    @property
    def same(self) -> dict[str, int]:
        """How many rows of which table both have, and nothing of theirs says anything else."""
        return _some({**self.agreeing, **self.register.same})

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.brought or self.updates)

    @property
    def touches_register(self) -> bool:
        """Whether certificates, their ends or their printings come in, which stay for ever."""
        return bool(self.register.certificates or self.register.events or self.register.printings)

    def statements(self, op_id: int) -> Iterator[Statement]:
        """All of it, in the order of the tables."""
        yield from self.pictures
        yield from self.sources
        for kind in KINDS:
            yield from insert(kind.table, self.rows[kind.table])
        yield from self.updates
        yield from self.register.statements(op_id)


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {table: count for table, count in counts.items() if count}


def compare(store: Store, other: Store) -> Plan:
    """Compare the two, table by table.

    Raises TwoThings, TwicePerson, ClosedHere, OutsideHere, Overfull, and what `bring` raises about the register.
    """
    return _Comparison(store, other).run()


def _in_order(row: Row) -> Row:
    """A pair of two people as it is kept, the lower id first: here they may have others."""
    one, other = row.get("one_id"), row.get("other_id")
    return {**row, "one_id": other, "other_id": one} if one and other and one > other else row


class _Comparison:
    """The state of a comparison: which id of theirs is which of ours."""

    def __init__(self, store: Store, other: Store) -> None:
        self._store, self._other = store, other
        self._ids: dict[str, dict[int, int]] = defaultdict(dict)
        self._canonical: dict[int, int] = {}
        self._ours, self._theirs = Labels(), Labels()
        self._plan = Plan()
        self._clashes: list[str] = []
        self._mailboxes: set[tuple[Value, Value]] = set()
        self._twice: list[str] = []
        self._editions: dict[int, Row] = {}  # those that are here, as they will be
        self._days: dict[int, tuple[str, str]] = {}
        self._edition_of_session: dict[int, int] = {}
        self._erased: set[int] = set()  # people who were erased here, by their id
        self._places_of_erased: set[int] = set()  # and their enrollments

    def run(self) -> Plan:
        plan = self._plan
        spans = "SELECT edition_id, min(date) AS first, max(date) AS last FROM session GROUP BY edition_id"
        self._days = {row["edition_id"]: (row["first"], row["last"]) for row in self._store.read(spans, level="strong")}
        for kind in KINDS:
            self._compare(kind)
        self._refuse()
        register = bring(Register.of(self._store), Register.of(self._other), self._ids, self._canonical)
        plan.register = register.without_prints_of(self._erased)
        plan.pictures = list(self._pictures())
        plan.sources = list(prints.sources(self._store, self._other, plan.register.snapshots))
        return plan

    def _compare(self, kind: Kind) -> None:
        ours = self._read(self._store, kind)
        theirs = self._read(self._other, kind)
        for labels, rows in ((self._ours, ours), (self._theirs, theirs)):
            for row in rows:
                labels.learn(kind, row)
        pairs = self._pairs_of_people(ours, theirs) if kind.table == "person" else self._pairs(kind, ours, theirs)
        self._identify(kind, ours, theirs, pairs)
        if kind.table == "person":
            self._erased = {row["id"] for row in ours if is_erased(row)}
        mapped = {row["id"]: self._without_erased(kind, self._mapped(kind, row)) for row in theirs}
        if kind.table == "person":
            self._know_people(ours, theirs, pairs, mapped)
        if kind.table == "edition":
            self._editions = {row["id"]: dict(row) for row in ours}
        for row in theirs:
            if row["id"] not in pairs:
                self._plan.rows[kind.table].append(mapped[row["id"]])
                if kind.table == "organization":
                    self._plan.organizations.append(organization(row))
        for row in theirs:
            if row["id"] in pairs:
                self._differences(kind, pairs[row["id"]], mapped[row["id"]], row)
        if kind.table == "enrollment":
            self._number(ours, {mapped[row["id"]]["id"]: row["id"] for row in theirs})
        if kind.table == "session":
            self._edition_of_session = {row["id"]: row["edition_id"] for row in (*ours, *mapped.values())}

    @staticmethod
    def _read(store: Store, kind: Kind) -> list[Row]:
        """The columns that are stored; what is computed from them can't be written."""
        columns = ", ".join(
            row["name"] for row in store.read(f"SELECT name FROM pragma_table_info('{kind.table}')", level="strong")
        )
        return store.read(f"SELECT {columns} FROM {kind.table} ORDER BY id", level="strong")

    # Who is who ---------------------------------------------------------------------------------------------------------

    def _pairs_of_people(self, ours: list[Row], theirs: list[Row]) -> dict[int, Row]:
        our_roles, their_roles = contexts(self._store), contexts(self._other)
        pairing = Pairing(ours, theirs, our_roles, their_roles)
        for row in theirs:
            if row["id"] not in pairing.pairs and row["merged_into"] is None:
                self._plan.people.append(person(row))
                self._plan.possible += [
                    Possible(person(row), person(one)) if person(row) != person(one)
                    else Possible(person_and_more(row, editions_of(their_roles, row)), person_and_more(one, editions_of(our_roles, one)))
                    for one in pairing.possible(row)
                ]  # fmt: skip
        return pairing.pairs

    def _pairs(self, kind: Kind, ours: list[Row], theirs: list[Row]) -> dict[int, Row]:
        refs = {column: table for column, table in kind.refs.items() if table != kind.table}
        pointing = [
            _in_order({**row, **{column: self._ids[table].get(row[column]) for column, table in refs.items()}})
            for row in theirs
        ]
        pairs, clashes = pair(kind, ours, pointing, self._one_person)
        for there, row in clashes:
            label = self._theirs.of(kind.table, row["id"])
            self._clashes.append(f"{label}: {told_apart(there)} / {told_apart(row)}")
        return pairs

    def _identify(self, kind: Kind, ours: list[Row], theirs: list[Row], pairs: Mapping[int, Row]) -> None:
        """Give every row of theirs its id here: ours, its own, or another where its own is taken."""
        taken = {row["id"] for row in (*ours, *theirs)}
        here = {row["id"] for row in ours}
        for row in theirs:
            ident = pairs[row["id"]]["id"] if row["id"] in pairs else row["id"]
            if row["id"] not in pairs and ident in here:
                ident = other_id(row) if kind.table == "person" else new_id()
                ident = new_id() if ident in taken else ident
                taken.add(ident)
            self._ids[kind.table][row["id"]] = ident

    def _mapped(self, kind: Kind, row: Row) -> Row:
        refs = {
            column: None if row[column] is None else self._ids[table][row[column]]
            for column, table in kind.refs.items()
        }
        lists = {
            column: as_json(sorted(self._ids[table].get(one, one) for one in json.loads(row[column])))
            for column, table in kind.lists.items()
        }
        return _in_order({**row, **refs, **lists, "id": self._ids[kind.table][row["id"]]})

    def _know_people(
        self, ours: list[Row], theirs: list[Row], pairs: Mapping[int, Row], mapped: Mapping[int, Row]
    ) -> None:
        """Who was merged into whom, in one step as all reads go; and which names have which e-mails."""
        self._canonical = {row["id"]: row["merged_into"] or row["id"] for row in ours}
        for row in mapped.values():
            if row["merged_into"] is not None:
                row["merged_into"] = self._canonical.get(row["merged_into"], row["merged_into"])
        self._mailboxes = {(row["email_key"], row["name_key"]) for row in ours if row["merged_into"] is None}
        for row in theirs:
            if row["id"] in pairs:
                continue
            new = mapped[row["id"]]
            self._canonical[new["id"]] = new["merged_into"] or new["id"]
            mailbox = (new["email_key"], new["name_key"])
            if new["merged_into"] is None and new["email_key"] is not None:
                if mailbox in self._mailboxes:
                    self._twice.append(person(row))
                self._mailboxes.add(mailbox)

    def _one_person(self, row: Row) -> Row:
        return {**row, "person_id": self._canonical.get(row["person_id"], row["person_id"])}

    def _without_erased(self, kind: Kind, row: Row) -> Row:
        """Whoever was erased here gets nothing back from another office."""
        if row.get("person_id") in self._erased:
            if kind.table == "enrollment":
                self._places_of_erased.add(row["id"])
            return erasing.cleared(kind.table, row)
        if kind.table == "attendance" and row["enrollment_id"] in self._places_of_erased:
            return erasing.cleared(kind.table, row)
        return row

    # What differs -------------------------------------------------------------------------------------------------------

    def _differences(self, kind: Kind, ours: Row, theirs: Row, as_theirs: Row) -> None:
        if kind.table == "person" and (is_erased(ours) or is_erased(theirs)):
            if ours["erased_on"] != theirs["erased_on"]:
                told = ours["name"], "erased_on", ours["erased_on"], theirs["erased_on"]
                self._plan.conflicts.append(Difference("person", *told))
            return
        if "person_id" in theirs and self._one_person(ours)["person_id"] == self._one_person(theirs)["person_id"]:
            theirs = {**theirs, "person_id": ours["person_id"]}
        found = differ(kind, ours, theirs, self._kept(kind, ours, theirs))
        self._tell(kind, ours, as_theirs, found)
        if found.fill:
            fill = dict(found.fill)
            if "email" in fill:
                fill["email_key"] = theirs["email_key"]
                self._mailboxes.add((theirs["email_key"], ours["name_key"]))
            if kind.table == "edition":
                self._editions[ours["id"]] |= fill
            self._plan.updates += update(kind.table, ours["id"], ours, fill, MadeMeanwhile())
        if not found.filled and not found.conflicts:
            self._plan.agreeing[kind.table] += 1

    def _tell(self, kind: Kind, ours: Row, as_theirs: Row, found: Differing) -> None:
        what = self._theirs.of(kind.table, as_theirs["id"])
        for differing, told in ((found.filled, self._plan.filled), (found.conflicts, self._plan.conflicts)):
            for column, here, there in differing:
                if column in kind.refs:
                    here, there = self._ours.value(kind, column, ours[column]), self._theirs.value(kind, column, as_theirs[column])  # fmt: skip
                    if here == there:  # two of one name
                        here, there = self._ours.more_of(kind.refs[column], ours[column]), self._theirs.more_of(kind.refs[column], as_theirs[column])  # fmt: skip
                told.append(Difference(kind.table, what, column, here, there))

    def _kept(self, kind: Kind, ours: Row, theirs: Row) -> frozenset[str]:
        """What is blank and stays so, since together with what else is here it would break a rule."""
        match kind.table:
            case "person" if (theirs["email_key"], ours["name_key"]) in self._mailboxes:
                return frozenset({"email"})
            case "organization" if ours["name_key"] != theirs["name_key"]:
                return frozenset({"name"})
            case "edition":
                start, end = (ours[name] or theirs[name] for name in ("start_date", "end_date"))
                first, last = self._days.get(ours["id"], (start, end))
                if (start and end and start > end) or (start and first < start) or (end and last > end):
                    return frozenset({"start_date", "end_date"})
        return frozenset()

    def _number(self, ours: list[Row], their_ids: Mapping[int, int]) -> None:
        """Participants who come keep their numbers where these are free; else they get the next one after all of both."""
        coming = [row for row in self._plan.rows["enrollment"] if row["number"] is not None]
        given = {(row["edition_id"], row["number"]) for row in ours}
        last: dict[int, int] = defaultdict(int)
        for row in (*ours, *coming):
            last[row["edition_id"]] = max(last[row["edition_id"]], row["number"] or 0)
        for row in coming:
            if (row["edition_id"], row["number"]) in given:
                last[row["edition_id"]] += 1
                label = self._theirs.of("enrollment", their_ids[row["id"]])
                self._plan.renumbered.append(Renumbered(label, row["number"], last[row["edition_id"]]))
                row["number"] = last[row["edition_id"]]

    # What is in the way ---------------------------------------------------------------------------------------------------

    def _refuse(self) -> None:
        if self._clashes:
            raise TwoThings(things="; ".join(self._clashes))
        if self._twice:
            raise TwicePerson(people=", ".join(self._twice))
        rows = self._plan.rows
        marked = (self._edition_of_session[row["session_id"]] for row in rows["attendance"])
        touched = {*(row["edition_id"] for row in (*rows["enrollment"], *rows["session"])), *marked}
        closed = [ident for ident in sorted(touched & self._editions.keys()) if self._editions[ident]["closed_on"]]
        if closed:
            raise ClosedHere(editions=", ".join(self._reference(ident) for ident in closed))
        if outside := list(self._outside(rows["session"])):
            raise OutsideHere(sessions="; ".join(outside))
        if overfull := list(self._overfull(rows["enrollment"])):
            raise Overfull(editions=", ".join(overfull))

    def _outside(self, sessions: Iterable[Row]) -> Iterator[str]:
        for row in sessions:
            edition = self._editions.get(row["edition_id"], {"start_date": None, "end_date": None})
            start, end = edition["start_date"], edition["end_date"]
            if (start and row["date"] < start) or (end and row["date"] > end):
                yield f"{self._reference(row['edition_id'])}, {told_apart(row)}"

    def _overfull(self, enrollments: Iterable[Row]) -> Iterator[str]:
        """`ICIM-37 (31 of 30)`. The rule of the store says no as well; it doesn't say where."""
        coming = Counter(row["edition_id"] for row in enrollments if row["status"] in SEATED)
        there = {row["edition_id"]: row for row in self._store.read("SELECT edition_id, taken, max FROM seat_count WHERE kind = 'edition'", level="strong")}  # fmt: skip
        for ident, count in coming.items():
            if (
                ident in there
                and there[ident]["max"] is not None
                and there[ident]["taken"] + count > there[ident]["max"]
            ):
                yield f"{self._reference(ident)} ({there[ident]['taken'] + count} / {there[ident]['max']})"

    def _reference(self, edition: int) -> str:
        return self._ours.of("edition", edition)

    def _pictures(self) -> Iterator[Statement]:
        """Those that what comes in points at, and only those."""
        kept = {row["hash"] for row in self._store.read("SELECT hash FROM picture", level="strong")}
        coming = {row.get(column) for rows in self._plan.rows.values() for row in rows for column in _PICTURES}
        filled = {one.params.get(f"new_{column}") for one in self._plan.updates for column in _PICTURES}
        printed = prints.pictures_of(self._plan.register.snapshots)
        wanted = sorted(str(one) for one in (coming | filled | printed) - {None} if one not in kept)
        chosen = "SELECT hash, media_type, data FROM picture WHERE hash IN (SELECT value FROM json_each(:hashes))"
        for row in self._other.read(chosen, {"hashes": as_json(wanted)}, level="strong"):
            # A cluster takes no bytes as parameters.
            sql = f"INSERT INTO picture (hash, media_type, data) VALUES (:hash, :media_type, X'{row['data'].hex()}')"
            yield Statement(sql, {"hash": row["hash"], "media_type": row["media_type"]})
