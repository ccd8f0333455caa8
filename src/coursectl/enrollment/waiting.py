"""The waiting list: who is next, taking them, and changing the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coursectl.editions import EditionRef
from coursectl.enrollment.roster import Enrollment, get_enrollment, list_roster
from coursectl.enrollment.seats import Asked, Room
from coursectl.enrollment.statuses import MoveRefused, NoWaitingList, possible_moves
from coursectl.errors import N_, BadInput, Word
from coursectl.store import Act, Statement, Store, Value, as_json, expect_true


@dataclass(frozen=True)
class Repositioned:
    """Where somebody stands on the waiting list now, of how many."""

    edition: str
    name: str
    position: int
    waiting: int
    unchanged: bool = False


def list_waiting(store: Store, edition: EditionRef) -> list[Enrollment]:
    """Who waits, in the order of waiting."""
    # A roster is in the order of numbers, and who had a seat before keeps theirs while waiting.
    return sorted(list_roster(store, edition, ("waitlisted",), level="strong"), key=lambda one: one.waiting or 0)


def list_taken_next(store: Store, edition: EditionRef) -> list[Enrollment]:
    """Who waits and may be taken, in order: nobody who was erased, and nobody who sits already or twice, after a merge."""
    seen: set[int] = set()
    taken = []
    for one in list_waiting(store, edition):
        if not one.erased and not one.sits_elsewhere and one.person.id not in seen:
            seen.add(one.person.id)
            taken.append(one)
    return taken


def asked_by(one: Enrollment) -> Asked:
    """The place that an enrollment takes or would take."""
    return Asked(one.country, one.organization_id if one.nominated_by_id is None else one.nominated_by_id)


def first_fitting(waiting: Sequence[Enrollment], room: Room, count: int | None) -> list[Enrollment]:
    """The first who wait and fit into the room, at most `count` (None: as many as fit); their places are taken from it.

    Whose quota is full is passed over: those after them don't wait for that.
    """
    taken: list[Enrollment] = []
    for one in waiting:
        if room.left == 0 or len(taken) == count:
            break
        if room.full_for(asked_by(one)) is None:
            room.take(asked_by(one))
            taken.append(one)
    return taken


def reposition(store: Store, edition: EditionRef, who: str, position: int, act: Act) -> Repositioned:
    """Give somebody who waits another place on the list, counted from 1; the others keep their order.

    Raises NotFound, Ambiguous, MoveRefused for who doesn't wait, BadInput for a place that isn't there, and
    WaitingChanged where the list was changed since it was read.
    """
    one = get_enrollment(store, edition, who)
    waiting = list_waiting(store, edition)
    if one.waiting is None:
        possible = "; ".join(
            f"coursectl roster {verb} {one.who} -e {edition.reference}" for verb in possible_moves(one.status)
        )
        raise MoveRefused(
            _WAITS_NOT, name=one.name, status=Word(one.status), edition=edition.reference, possible=possible
        )
    if not 1 <= position <= len(waiting):
        wording = N_("The waiting list of {edition} has the positions 1 to {count}, not {position}.")
        alone = N_("Only one person waits for {edition}: the position is 1, not {position}.")
        raise BadInput(
            alone if len(waiting) == 1 else wording,
            edition=edition.reference, count=len(waiting), position=position,
        )  # fmt: skip
    moved = Repositioned(edition.reference, one.name, position, len(waiting), one.waiting == position)
    if not moved.unchanged:
        others = [other.id for other in waiting if other.id != one.id]
        order = [*others[: position - 1], one.id, *others[position - 1 :]]
        store.apply(act.operation(f"roster waitlist {edition.reference}", _order_statements(edition, order)))
    return moved


_WAITS_NOT = N_("{name} is {status} in {edition}, not on its waiting list. What you can type: {possible}")


def _order_statements(edition: EditionRef, order: Sequence[int]) -> list[Statement]:
    changed = MoveRefused(_LIST_CHANGED, edition=edition.reference)
    params: dict[str, Value] = {"edition_id": edition.id, "order": as_json(order), "waiting": len(order)}
    return [
        expect_true(
            "SELECT count(*) = :waiting FROM enrollment WHERE edition_id = :edition_id AND status = 'waitlisted'",
            {"edition_id": edition.id, "waiting": len(order)},
            MoveRefused.rule,
            changed,
        ),
        Statement(
            "UPDATE enrollment SET wait_order = given.key + 1 FROM json_each(:order) AS given"
            " WHERE enrollment.id = given.value AND status = 'waitlisted' AND edition_id = :edition_id",
            params,
        ),
        expect_true("changes() = :waiting", {"waiting": len(order)}, MoveRefused.rule, changed),
    ]


_LIST_CHANGED = N_(
    "The waiting list of {edition} was changed by somebody else just now; nothing was written. Look, then type the command again."
)


def keeps_waiting_list(edition: EditionRef) -> Statement:
    """The edition must keep a waiting list when the batch is applied."""
    return expect_true(
        "SELECT waiting_list FROM edition WHERE id = :edition_id",
        {"edition_id": edition.id},
        NoWaitingList.rule,
        NoWaitingList(edition=edition.reference),
    )
