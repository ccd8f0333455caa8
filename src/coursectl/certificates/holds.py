"""Holds: reasons not to hand out a certificate, which is issued and printed all the same.

A sheet that is ready is handed over in the moment in which its holder brings the book back; to issue and print it then
would take the machine that isn't in the hall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from coursectl import locale
from coursectl.certificates.whom import get_somebody
from coursectl.editions import EditionRef
from coursectl.errors import N_, NotFound, Refused, Usage
from coursectl.store import Act, Store, Value, as_json, expect_true, insert, new_id, update
from coursectl.tables import clean


class HoldChanged(Refused):
    """Somebody else placed or lifted the same hold in the same moment."""

    rule = "hold_as_read"
    wording = N_(
        "The holds of {name} were changed by somebody else just now. Look at them with: coursectl hold list -e {edition}"
    )


@dataclass(frozen=True)
class Hold:
    """A reason not to hand out, of one person. Days are ISO 8601; `reason` None: it was erased with the person."""

    id: int
    edition: str
    number: int | None
    name: str
    reason: str | None
    placed_on: str
    lifted_on: str | None
    lifted_because: str | None
    person_id: int = field(metadata={"hidden": True})


@dataclass(frozen=True)
class HoldsDone:
    """The holds that were placed or lifted; `changed` is False where there was one for the same reason."""

    edition: str
    holds: tuple[Hold, ...]
    changed: bool


def list_holds(
    store: Store, edition: EditionRef, people: Sequence[int] | None = None, *, lifted: bool = False
) -> list[Hold]:
    """The holds of an edition that aren't lifted, or with `lifted` all, in the order in which they were placed.

    `people`: only those of these, by their ids today.
    """
    rows = store.read(
        "SELECT hold.id, person.name, canonical_id AS person_id, reason, placed_on, lifted_on, lifted_because,"
        " (SELECT min(number) FROM enrollment JOIN canonical AS one ON one.person_id = enrollment.person_id"
        "  WHERE enrollment.edition_id = hold.edition_id AND one.canonical_id = canonical.canonical_id) AS number"
        " FROM hold JOIN canonical ON canonical.person_id = hold.person_id JOIN person ON person.id = canonical_id"
        " WHERE hold.edition_id = :edition AND (:lifted OR lifted_on IS NULL)"
        " AND (:people IS NULL OR canonical_id IN (SELECT value FROM json_each(:people))) ORDER BY hold.id",
        {"edition": edition.id, "lifted": int(lifted), "people": None if people is None else as_json(list(people))},
        level="strong",
    )
    return [Hold(edition=edition.reference, **row) for row in rows]


def place_hold(store: Store, edition: EditionRef, who: str, because: str, act: Act) -> HoldsDone:
    """Hold somebody's certificate back. Once more for the same reason changes nothing. Raises NotFound, Ambiguous, HoldChanged."""
    one, reason = get_somebody(store, edition, who), clean(because)
    name = one.person.name
    there = [hold for hold in list_holds(store, edition, [one.person.id]) if _same(hold.reason, reason)]
    if there:
        return HoldsDone(edition.reference, tuple(there), changed=False)
    hold = Hold(new_id(), edition.reference, one.number, name, reason, act.today, None, None, one.person.id)
    refusal = HoldChanged(name=name, edition=edition.reference)
    row: dict[str, Value] = {
        "id": hold.id,
        "edition_id": edition.id,
        "person_id": hold.person_id,
        "reason": reason,
        "placed_on": act.today,
    }
    unheld = expect_true(
        "SELECT NOT EXISTS (SELECT 1 FROM hold WHERE edition_id = :edition AND person_id = :person AND reason = :reason"
        " AND lifted_on IS NULL)",
        {"edition": edition.id, "person": hold.person_id, "reason": reason},
        refusal.rule,
        refusal,
    )
    store.apply(act.operation(f"hold add {edition.reference}", [unheld, *insert("hold", [row])]))
    return HoldsDone(edition.reference, (hold,), changed=True)


def lift_holds(
    store: Store,
    edition: EditionRef,
    who: str,
    act: Act,
    *,
    of: str | None = None,
    every: bool = False,
    because: str | None = None,
) -> HoldsDone:
    """Lift the hold that somebody has; of several the one whose reason has the words `of`, or `every` one.

    Raises NotFound where there is none, Usage where several could be meant, HoldChanged, and Ambiguous for the name.
    """
    one = get_somebody(store, edition, who)
    name = one.person.name
    there = list_holds(store, edition, [one.person.id])
    meant = [hold for hold in there if of is None or locale.fold(of) in locale.fold(hold.reason or "")]
    if not meant:
        raise _no_hold(edition, name, of, there)
    if len(meant) > 1 and not every:
        raise Usage(
            N_("{name} has {count} holds: {reasons}. Say which one with --of WORDS, or --all."),
            name=name, count=len(meant), reasons=_reasons(meant),
        )  # fmt: skip
    refusal = HoldChanged(name=name, edition=edition.reference)
    why = clean(because or "") or None
    statements = [
        statement
        for hold in meant
        for statement in update(
            "hold", hold.id, {"lifted_on": None, "lifted_because": None},
            {"lifted_on": act.today, "lifted_because": why}, refusal,
        )
    ]  # fmt: skip
    store.apply(act.operation(f"hold lift {edition.reference}", statements))
    lifted = tuple(Hold(**{**hold.__dict__, "lifted_on": act.today, "lifted_because": why}) for hold in meant)
    return HoldsDone(edition.reference, lifted, changed=True)


def _no_hold(edition: EditionRef, name: str, of: str | None, there: Sequence[Hold]) -> NotFound:
    if of is not None and there:
        return NotFound(
            N_("{name} has no hold with the words {words!r}; there is: {reasons}."),
            name=name, words=of, reasons=_reasons(there),
        )  # fmt: skip
    return NotFound(
        N_("{name} has no hold in {edition}. List them with: coursectl hold list -e {edition}"),
        name=name, edition=edition.reference,
    )  # fmt: skip


def _reasons(holds: Sequence[Hold]) -> str:
    return "; ".join(hold.reason or "–" for hold in holds)


def _same(one: str | None, other: str) -> bool:
    return one is not None and locale.fold(one) == locale.fold(other)
