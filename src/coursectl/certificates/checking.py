"""Where each person of an edition stands: what a certificate asks for, what they have, and what keeps it from their hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coursectl import editions, enrollment, people, program
from coursectl.certificates.exceptions import read_exceptions
from coursectl.certificates.holds import list_holds
from coursectl.certificates.numbering import IN_ORDER
from coursectl.certificates.rules import INSTRUCTION, Rule, get_rule, list_rules
from coursectl.certificates.standing import OUTCOMES, Measure, Scored, Standing, Verdict, explained
from coursectl.editions import Edition, EditionRef
from coursectl.enrollment import Enrollment
from coursectl.locale import format_hours, ngettext, tool_language
from coursectl.locale import gettext as _
from coursectl.store import Row, Store


@dataclass(frozen=True)
class Checked:
    """One person against what a kind asks for. `reason` is one line in the tool's language; the fields say the same.

    `provisional`: more can still come, so it isn't settled; `exception` and `holds` are their reasons; `certificate` is the serial
    of the one that they have. The rest as in `Standing`.
    """

    number: int | None
    name: str
    status: str | None
    kind: str
    verdict: Verdict
    provisional: bool
    reason: str
    minutes: int
    of_minutes: int
    rate: float | None
    minimum: float | None
    reach: float | None
    excused: int
    free: int
    left: tuple[int, ...]
    missed: tuple[int, ...]
    assessments: tuple[Scored, ...]
    exception: str | None
    holds: tuple[str, ...]
    certificate: str | None
    certificate_provisional: bool
    person_id: int = field(metadata={"hidden": True})

    @property
    def may_have(self) -> bool:
        """Whether they may have it now: by the rule or by an exception."""
        return self.verdict == "met" or self.exception is not None

    @property
    def unfulfilled(self) -> bool:
        """Whether they have a provisional certificate, and not what it asks for."""
        return self.certificate_provisional and not self.may_have


@dataclass(frozen=True)
class NotHandedOut:
    """A certificate that is to stay in the office for now, and why."""

    serial: str
    kind: str
    name: str
    reason: str
    id: int = field(metadata={"hidden": True})


@dataclass(frozen=True)
class _Ground:
    """What a check of one kind stands on."""

    edition: Edition
    rule: Rule
    exceptions: Mapping[int, str]
    holds: Mapping[int, tuple[str, ...]]
    certificates: Mapping[int, Row]


def check(store: Store, edition: EditionRef, kind: str = "completion", names: Sequence[str] = ()) -> list[Checked]:
    """Everybody who has or had a place (of a kind for experts: all of them), against what a kind asks for.

    `names`: only these. Raises Usage for no such kind, NotFound and Ambiguous for the names.
    """
    ground = _ground(store, edition, get_rule(store, edition, kind))
    if ground.rule.base == INSTRUCTION:
        return _experts(store, ground, names)
    roster = enrollment.list_roster(store, edition, enrollment.HAD_A_PLACE)
    there = [one for one in enrollment.each_once(roster) if _is_looked_at(one, ground)]
    if names:
        wanted = {one.person.id for one in enrollment.get_enrollments(store, edition, names)}
        there = [one for one in there if one.person.id in wanted]
    measure = Measure(store, edition, ground.rule, final=ground.edition.closed_on is not None)
    return [_checked(one, measure.of(one), ground) for one in there]


def not_to_be_handed_out(store: Store, edition: EditionRef) -> list[NotHandedOut]:
    """The valid certificates of an edition that aren't to be handed out, with the reason, by number: what is held back, and what
    was issued provisionally to somebody who hasn't, or not yet, what it asks for.
    """
    held = _held(store, edition)
    unfulfilled = _unfulfilled(store, edition)
    rows = _live(store, edition, None)
    found = [
        (row, [*held.get(row["canonical_id"], ()), *filter(None, [unfulfilled.get(row["serial"])])]) for row in rows
    ]
    return [
        NotHandedOut(row["serial"], row["kind"], row["name"], "; ".join(reasons), row["id"])
        for row, reasons in found
        if reasons
    ]


def _unfulfilled(store: Store, edition: EditionRef) -> dict[str, str]:
    """Why provisional certificates aren't fulfilled, by their numbers."""
    kinds = {row["kind"] for row in _live(store, edition, None) if row["provisional"]}
    return {
        one.certificate or "": _("provisional, and not fulfilled: {reason}").format(reason=one.reason)
        for rule in list_rules(store, edition)
        if rule.kind in kinds
        for one in check(store, edition, rule.kind)
        if one.unfulfilled
    }


def _ground(store: Store, edition: EditionRef, rule: Rule) -> _Ground:
    return _Ground(
        editions.get_edition(store, edition),
        rule,
        read_exceptions(store, edition, rule.kind),
        _held(store, edition),
        {row["canonical_id"]: row for row in _live(store, edition, rule.kind)},
    )


def _held(store: Store, edition: EditionRef) -> dict[int, tuple[str, ...]]:
    """The reasons of holds that aren't lifted, by the person; one that was erased is still one."""
    found: dict[int, tuple[str, ...]] = {}
    for hold in list_holds(store, edition):
        found[hold.person_id] = (*found.get(hold.person_id, ()), hold.reason or "–")
    return found


def _live(store: Store, edition: EditionRef, kind: str | None) -> list[Row]:
    return store.read(
        "SELECT certificate.id, canonical_id, serial, certificate.kind, provisional, person.name FROM certificate_live AS live"
        " JOIN certificate ON certificate.id = live.certificate_id JOIN canonical ON canonical.person_id = live.person_id"
        " JOIN person ON person.id = canonical_id"
        " WHERE live.edition_id = :edition AND (:kind IS NULL OR live.kind = :kind) ORDER BY "
        f"{IN_ORDER}",
        {"edition": edition.id, "kind": kind},
        level="strong",
    )


def _is_looked_at(one: Enrollment, ground: _Ground) -> bool:
    """Who withdrew is looked at only where there is something to say of them."""
    return one.status != "withdrawn" or one.person.id in ground.certificates or one.person.id in ground.exceptions


def _checked(one: Enrollment, standing: Standing, ground: _Ground) -> Checked:
    facts = {name: value for name, value in standing.__dict__.items() if name not in ("seen", "recorded", "hours")}
    provisional = ground.edition.closed_on is None and (one.status not in OUTCOMES or ground.rule.base != "completion")
    person = one.person.id
    return Checked(
        number=one.number, name=one.name, status=one.status, kind=ground.rule.kind, provisional=provisional,
        reason=explained(standing, ground.rule.base), person_id=person, **_beside(person, ground), **facts,
    )  # fmt: skip


def _beside(person: int, ground: _Ground) -> Row:
    """What is of the person, whatever they have attended."""
    certificate = ground.certificates.get(person)
    return {
        "exception": ground.exceptions.get(person),
        "holds": ground.holds.get(person, ()),
        "certificate": certificate["serial"] if certificate else None,
        "certificate_provisional": bool(certificate and certificate["provisional"]),
    }


def _experts(store: Store, ground: _Ground, names: Sequence[str]) -> list[Checked]:
    ref = ground.edition.ref
    there = program.list_experts(store, ref)
    erased = people.list_erased(store, [one.person.id for one in there])
    wanted = {program.get_expert(store, ref, who).person.id for who in names}
    sessions = program.list_sessions(store, ref)
    found = []
    for expert in there:
        if expert.person.id in erased or (names and expert.person.id not in wanted):
            continue
        taught = [one for one in sessions if expert.person.id in {person.id for person in one.experts}]
        minutes = sum(one.minutes for one in taught)
        wording = ngettext("teaches {count} session, {hours} h", "teaches {count} sessions, {hours} h", len(taught))
        found.append(
            Checked(
                number=None, name=expert.person.name, status=None, kind=ground.rule.kind, verdict="met", provisional=False,
                reason=wording.format(count=len(taught), hours=format_hours(minutes, tool_language())), minutes=minutes,
                of_minutes=minutes, rate=None, minimum=None, reach=None, excused=0, free=0, left=(), missed=(),
                assessments=(), person_id=expert.person.id, **_beside(expert.person.id, ground),
            )
        )  # fmt: skip
    return found
