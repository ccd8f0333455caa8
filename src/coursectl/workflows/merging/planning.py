"""What bringing another store in takes: which of its rows are here already, which are new, and where the two differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from coursectl.errors import N_, Refused
from coursectl.store import Row, Statement, Store, Value, insert, new_id, update
from coursectl.workflows.merging.labels import Labels, person, told_apart
from coursectl.workflows.merging.people import Contexts, People, contexts
from coursectl.workflows.merging.register import Brought, Register, bring
from coursectl.workflows.merging.tables import KINDS, Kind, is_alike, is_blank, key_of

# To say nothing here means something: not merged, not closed, no limit, the course's rule, no number.
_NEVER_FILLED = frozenset({"merged_into", "closed_on", "seats", "attendance_minimum", "number"})
_UNSAID = frozenset({"id", "name_key", "email_key"})  # they follow from what else a row says
_TOLD = 10


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

    brought: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    same: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    updates: list[Statement] = field(default_factory=list)
    filled: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    possible: list[Possible] = field(default_factory=list)
    renumbered: list[Renumbered] = field(default_factory=list)
    pictures: list[Statement] = field(default_factory=list)
    register: Brought | None = None

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        register = self.register
        return bool(
            any(self.brought.values()) or self.updates or (register and (register.certificates or register.events))
        )

    def statements(self, op_id: int) -> Iterator[Statement]:
        """All of it, in the order of the tables."""
        yield from self.pictures
        for kind in KINDS:
            refusal = Overfull() if kind.table == "enrollment" else MadeMeanwhile()
            yield from insert(kind.table, self.brought[kind.table], rule=refusal.rule, refusals={refusal.rule: refusal})
        yield from self.updates
        if self.register is not None:
            yield from self.register.statements(op_id)


class Overfull(Refused):
    """An edition would have more people than seats."""

    rule = "seats_left"
    wording = N_(
        "Both stores together hold more seats of an edition than it has; nothing was merged. Raise its seats, or withdraw somebody: coursectl edition edit EDITION --seats N"
    )


class MadeMeanwhile(Refused):
    """Somebody has written to the store at hand while the two were compared."""

    rule = "merge_of_what_was_read"
    wording = N_(
        "Somebody has written to the store while the two were compared; nothing was merged. Type the command again."
    )


class TwoThings(Refused):
    """Both stores have something different under one number."""

    rule = "one_number_one_thing"
    wording = N_(
        "Under one number, the two stores have different things: {things}. Nothing was merged, since marks would come to the wrong one. Give them other numbers in one of the stores first."
    )


def compare(store: Store, other: Store) -> Plan:
    """Compare the two, table by table. Raises TwoThings, and what `bring` raises about the register."""
    return _Comparison(store, other).run()


class _Comparison:
    """The state of a comparison: which id of theirs is which of ours."""

    def __init__(self, store: Store, other: Store) -> None:
        self._store, self._other = store, other
        self._ids: dict[str, dict[int, int]] = defaultdict(dict)
        self._ours, self._theirs = Labels(), Labels()
        self._plan = Plan()
        self._clashes: list[str] = []

    def run(self) -> Plan:
        plan = self._plan
        plan.pictures = list(self._pictures())
        for kind in KINDS:
            self._compare(kind)
        if self._clashes:
            more = f" … (+{len(self._clashes) - _TOLD})" if len(self._clashes) > _TOLD else ""
            raise TwoThings(things="; ".join(self._clashes[:_TOLD]) + more)
        plan.register = bring(Register.of(self._store), Register.of(self._other), self._ids)
        return plan

    def _pictures(self) -> Iterator[Statement]:
        there = {row["hash"] for row in self._store.read("SELECT hash FROM picture", level="strong")}
        for row in self._other.read("SELECT hash, media_type, data FROM picture"):
            if row["hash"] not in there:
                # A cluster takes no bytes as parameters.
                sql = (
                    f"INSERT INTO picture (hash, media_type, data) VALUES (:hash, :media_type, X'{row['data'].hex()}')"
                )
                yield Statement(sql, {"hash": row["hash"], "media_type": row["media_type"]})

    def _compare(self, kind: Kind) -> None:
        ours = self._read(self._store, kind.table)
        theirs = self._read(self._other, kind.table)
        taken = {row["id"] for row in ours}
        for row in ours:
            self._ours.learn(kind, row)
        for row in theirs:
            self._theirs.learn(kind, row)
        pairs = self._pairs(kind, ours, theirs, taken)
        numbers = _Numbers(ours) if kind.table == "enrollment" else None
        for row in theirs:
            mapped = self._mapped(kind, row)
            counterpart = pairs.get(row["id"])
            if counterpart is None:
                if numbers is not None:
                    self._number(numbers, mapped, row)
                self._plan.brought[kind.table].append(mapped)
            else:
                self._differences(kind, counterpart, mapped, row)

    @staticmethod
    def _read(store: Store, table: str) -> list[Row]:
        return store.read(f"SELECT {_columns(store, table)} FROM {table} ORDER BY id", level="strong")

    def _pairs(self, kind: Kind, ours: list[Row], theirs: list[Row], taken: set[int]) -> dict[int, Row]:
        """Our row for each of theirs that we have, and an id of ours for every one of theirs."""
        find = self._finder(kind, ours)
        pairs: dict[int, Row] = {}
        used: set[int] = set()
        for row in theirs:
            counterpart = find(row)
            if counterpart is not None and counterpart["id"] not in used:
                pairs[row["id"]] = counterpart
                used.add(counterpart["id"])
                self._ids[kind.table][row["id"]] = counterpart["id"]
            else:
                if counterpart is not None and kind.table == "person":
                    self._plan.possible.append(Possible(person(row), person(counterpart)))
                self._ids[kind.table][row["id"]] = new_id() if row["id"] in taken else row["id"]
        return pairs

    def _finder(self, kind: Kind, ours: list[Row]) -> Callable[[Row], Row | None]:
        if kind.table == "person":
            return self._find_person(People(ours, contexts(self._store)), contexts(self._other))
        by_id = {row["id"]: row for row in ours}
        by_key = {key_of(kind, row): row for row in ours}
        refs = {column: table for column, table in kind.refs.items() if table != kind.table}

        def find(row: Row) -> Row | None:
            mapped = {**row, **{column: self._ids[table].get(row[column]) for column, table in refs.items()}}
            same = by_id.get(row["id"])
            if same is not None and all(same[column] == mapped[column] for column in refs if column in kind.key):
                return same
            there = by_key.get(key_of(kind, mapped))
            if there is not None and not is_alike(kind, there, mapped):
                self._clashes.append(
                    f"{self._theirs.of(kind.table, row['id'])}: {told_apart(there)} / {told_apart(row)}"
                )
            return there

        return find

    def _find_person(self, people: People, roles: Contexts) -> Callable[[Row], Row | None]:
        def find(row: Row) -> Row | None:
            found = people.find(row, roles.get(row["id"], frozenset()))
            if found is None and row["merged_into"] is None:
                for possible in people.possible(row):
                    self._plan.possible.append(Possible(person(row), person(possible)))
            return found

        return find

    def _mapped(self, kind: Kind, row: Row) -> Row:
        refs = {
            column: None if row[column] is None else self._ids[table][row[column]]
            for column, table in kind.refs.items()
        }
        return {**row, **refs, "id": self._ids[kind.table][row["id"]]}

    def _differences(self, kind: Kind, ours: Row, theirs: Row, as_theirs: Row) -> None:
        what = self._theirs.of(kind.table, as_theirs["id"])
        differing = {name: value for name, value in theirs.items() if name not in _UNSAID and ours[name] != value}
        fill = {
            name: value
            for name, value in differing.items()
            if name not in _NEVER_FILLED and is_blank(ours[name]) and not is_blank(value)
        }
        told = {name: value for name, value in differing.items() if name not in fill and not is_blank(value)}
        for names, list_ in ((told, self._plan.conflicts), (fill, self._plan.filled)):
            for name in names:
                here = self._ours.value(kind, name, ours[name])
                there = self._theirs.value(kind, name, as_theirs[name])
                list_.append(Difference(kind.table, what, name, here, there))
        if fill:
            keys = {"email_key": theirs["email_key"]} if "email" in fill else {}
            self._plan.updates += update(kind.table, ours["id"], ours, {**fill, **keys}, MadeMeanwhile())
        if not differing:
            self._plan.same[kind.table] += 1

    def _number(self, numbers: _Numbers, mapped: Row, row: Row) -> None:
        if mapped["number"] is None:
            return
        given = numbers.give(mapped["edition_id"], mapped["number"])
        if given != mapped["number"]:
            label = self._theirs.of("enrollment", row["id"])
            self._plan.renumbered.append(Renumbered(label, mapped["number"], given))
            mapped["number"] = given


class _Numbers:
    """The participants' numbers that are given, per edition."""

    def __init__(self, rows: list[Row]) -> None:
        self._given: dict[int, set[int]] = defaultdict(set)
        for row in rows:
            if row["number"] is not None:
                self._given[row["edition_id"]].add(row["number"])

    def give(self, edition: int, wanted: int) -> int:
        """The number wanted, or the next one after the last."""
        given = self._given[edition]
        number = wanted if wanted not in given else max(given) + 1
        given.add(number)
        return number


def _columns(store: Store, table: str) -> str:
    """The columns that are stored; what is computed from them can't be written."""
    return ", ".join(row["name"] for row in store.read(f"SELECT name FROM pragma_table_info('{table}')"))
