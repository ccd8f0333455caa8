"""What each kind of certificate asks for in an edition: the three that there always are, and an office's own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from coursectl import editions, program
from coursectl.certificates.kinds import KINDS
from coursectl.editions import Edition, EditionRef
from coursectl.errors import N_, BadInput, Refused, Usage
from coursectl.locale import Text
from coursectl.program import Session
from coursectl.store import Act, Row, Statement, Store, Value, as_json, expect_true, insert, new_id, update

COMPLETION, PARTICIPATION, INSTRUCTION = KINDS
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class RuleChanged(Refused):
    """Somebody changed the rule between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_(
        "What {kind} certificates of {edition} ask for was changed by somebody else just now. Type the command again."
    )


class KindIssued(Refused):
    """A kind that the register has stays."""

    rule = "kind_not_issued"
    wording = N_(
        "{edition} has issued {kind} certificates, so the kind stays. See: coursectl certificate list -e {edition} --kind {kind}"
    )


@dataclass(frozen=True)
class Rule:
    """What a kind asks for. `base` is the one of the three that it is (for whom, and with whose words); `title` and `sentence`
    are printed in place of these. `minimum` is the share (0–1) of the hours, None where it asks for none; `sessions` are the
    numbers of those that nobody may miss; `assessed`: the required assessments must be passed. `stored`: the edition says so
    itself.
    """

    edition: str
    kind: str
    base: str
    title: Text
    sentence: Text
    minimum: float | None
    sessions: tuple[int, ...]
    assessed: bool
    stored: bool = False
    session_ids: frozenset[int] = field(default=frozenset(), metadata={"hidden": True})

    @property
    def asks(self) -> bool:
        """Whether it asks for hours, sessions or assessments; else it is enough to be one of those whom it is for."""
        return bool(self.session_ids or self.assessed or self.minimum is not None)


@dataclass(frozen=True)
class NewRule:
    """What is said of a kind; None: not said. A `minimum` of "" is the edition's again, or none; no `sessions` clears them."""

    base: str | None = None
    title: Text | None = None
    sentence: Text | None = None
    minimum: float | str | None = None
    sessions: tuple[int, ...] | None = None
    assessed: bool | None = None


def list_rules(store: Store, edition: EditionRef) -> list[Rule]:
    """The rules of an edition's kinds: the three, then its own by name."""
    held = editions.get_edition(store, edition)
    numbers = {session.id: session.number for session in program.list_sessions(store, edition)}
    stored = {row["kind"].casefold(): row for row in _rows(store, edition)}
    own = sorted(stored.keys() - set(KINDS))
    return [_rule(held, kind, stored.get(kind), numbers) for kind in (*KINDS, *own)]


def get_rule(store: Store, edition: EditionRef, kind: str) -> Rule:
    """The rule of a kind, in any case. Raises Usage where the edition knows no such kind."""
    known = list_rules(store, edition)
    found = next((rule for rule in known if rule.kind.casefold() == kind.strip().casefold()), None)
    if found is None:
        names = ", ".join(rule.kind for rule in known)
        raise Usage(N_("{kind!r} is no kind of certificate. Use one of: {known}."), kind=kind, known=names)
    return found


def known_kind(store: Store, kind: str) -> str:
    """The kind as the register has it, where it is one of the three or of any edition. Raises Usage."""
    rows = store.read(
        "SELECT kind FROM certificate_rule UNION SELECT kind FROM certificate ORDER BY kind", level="strong"
    )
    known: list[str] = list(dict.fromkeys([*KINDS, *(row["kind"] for row in rows)]))
    found = next((one for one in known if one.casefold() == kind.strip().casefold()), None)
    if found is None:
        raise Usage(N_("{kind!r} is no kind of certificate. Use one of: {known}."), kind=kind, known=", ".join(known))
    return found


def set_rule(store: Store, edition: EditionRef, kind: str, said: NewRule, act: Act) -> tuple[Rule, Rule, bool]:
    """Set what a kind asks for, and leave what isn't said; a kind that isn't there is made, of the base that is said.

    Returns the rule as it was, as it is, and whether anything changed. What completion asks for stays once the edition is
    closed. Raises Usage and BadInput for what no rule can be, EditionClosed, RuleChanged.
    """
    before = _before(store, edition, kind, said)
    stored = next((row for row in _rows(store, edition) if row["kind"].casefold() == before.kind.casefold()), None)
    columns = _columns(store, edition, before, said, stored)
    changed = RuleChanged(kind=before.kind, edition=edition.reference)
    rules = [editions.open_edition_rule(edition)] if _decides(before, stored, columns) else []
    statements: list[Statement] = []
    if stored is None:
        row = {"id": new_id(), "edition_id": edition.id, "kind": before.kind, "base": before.base, **columns}
        statements = insert("certificate_rule", [row], refusals={"certificate_rule_once": changed})
    elif new := {name: value for name, value in columns.items() if value != stored[name]}:
        statements = update("certificate_rule", stored["id"], stored, new, changed)
    numbers = {session.id: session.number for session in program.list_sessions(store, edition)}
    after = _rule(editions.get_edition(store, edition), before.kind, {"base": before.base, **columns}, numbers)
    if statements:
        store.apply(act.operation(f"certificate rule {edition.reference} {before.kind}", [*rules, *statements]))
    return before, after, bool(statements)


def remove_rule(store: Store, edition: EditionRef, kind: str, act: Act) -> tuple[Rule, bool]:
    """Let a kind ask again for what it always does, or let go of a kind of the office's own that was never issued.

    Returns the rule that it was, and whether there was one. Raises Usage for no kind, KindIssued, EditionClosed, RuleChanged.
    """
    rule = get_rule(store, edition, kind)
    if not rule.stored:
        return rule, False
    issued = KindIssued(kind=rule.kind, edition=edition.reference)
    statements = [editions.open_edition_rule(edition)] if rule.kind == COMPLETION else []
    if rule.kind not in KINDS:
        unused = "SELECT NOT EXISTS (SELECT 1 FROM certificate WHERE edition_id = :edition AND kind = :kind)"
        statements.append(expect_true(unused, {"edition": edition.id, "kind": rule.kind}, issued.rule, issued))
    statements.append(
        Statement(
            "DELETE FROM certificate_rule WHERE edition_id = :edition AND kind = :kind",
            {"edition": edition.id, "kind": rule.kind},
        )
    )
    store.apply(act.operation(f"certificate rule {edition.reference} {rule.kind}", statements))
    return rule, True


def _rows(store: Store, edition: EditionRef) -> list[Row]:
    return store.read(
        "SELECT * FROM certificate_rule WHERE edition_id = :edition", {"edition": edition.id}, level="strong"
    )


def _rule(held: Edition, kind: str, row: Row | None, numbers: dict[int, int]) -> Rule:
    base = row["base"] if row else kind
    own = row or {"kind": kind, "title": "{}", "sentence": "{}", "minimum": None, "sessions": "[]", "assessed": None}
    minimum = own["minimum"]
    if minimum is None and kind == COMPLETION:
        minimum = held.attendance_minimum
    ids = [one for one in json.loads(own["sessions"]) if one in numbers]  # one that was cancelled asks for nobody
    assessed = own["assessed"]
    return Rule(
        held.reference, own.get("kind", kind), base, json.loads(own["title"]), json.loads(own["sentence"]), minimum,
        tuple(sorted(numbers[one] for one in ids)), kind == COMPLETION if assessed is None else bool(assessed),
        row is not None, frozenset(ids),
    )  # fmt: skip


def _before(store: Store, edition: EditionRef, kind: str, said: NewRule) -> Rule:
    """The rule that is there, or the blank of a new kind; what can't be said of it is refused."""
    wanted = kind.strip()
    known = {rule.kind.casefold(): rule for rule in list_rules(store, edition)}
    found = known.get(wanted.casefold())
    if said.base is not None and said.base not in KINDS:
        raise Usage(N_("--for takes one of: {known}; not {base!r}."), known=", ".join(KINDS), base=said.base)
    if found is None:
        if not _KIND.fullmatch(wanted):
            raise BadInput(
                N_("{kind!r} is no name of a kind: letters, digits, - and _, at most 40, beginning with a letter."),
                kind=kind,
            )
        if said.base is None:
            raise Usage(
                N_(
                    "{kind} is a new kind of certificate. Say for whom: --for completion, participation or instruction."
                ),
                kind=wanted,
            )
        found = Rule(edition.reference, wanted, said.base, {}, {}, None, (), False)
    elif said.base is not None and said.base != found.base:
        raise Usage(
            N_("{kind} is for {base}, and stays so. Make a kind of another name."), kind=found.kind, base=found.base
        )
    if found.base == INSTRUCTION and (said.minimum or said.sessions or said.assessed):
        raise Usage(N_("{kind} is for experts, who are asked for no attendance and no assessment."), kind=found.kind)
    return found


def _columns(store: Store, edition: EditionRef, before: Rule, said: NewRule, stored: Row | None) -> dict[str, Value]:
    blank = {"minimum": None, "sessions": "[]", "assessed": None}
    columns: dict[str, Value] = {name: stored[name] if stored else value for name, value in blank.items()}
    for name in ("title", "sentence"):
        new: Text | None = getattr(said, name)
        old: Text = getattr(before, name)
        columns[name] = as_json(dict(old if new is None else editions.merged(old, new)))
    if said.minimum is not None:
        columns["minimum"] = None if said.minimum == "" else _share(said.minimum)
    if said.sessions is not None:
        columns["sessions"] = as_json(sorted(one.id for one in _sessions(store, edition, said.sessions)))
    if said.assessed is not None:
        columns["assessed"] = int(said.assessed)
    return columns


def _share(minimum: float | str) -> float:
    share = float(minimum)
    if not 0 <= share <= 1:
        raise BadInput(N_("What a kind asks for of the hours is from 0 to 100 %."))
    return share


def _sessions(store: Store, edition: EditionRef, numbers: Sequence[int]) -> list[Session]:
    there = {one.number: one for one in program.list_sessions(store, edition) if one.counts}
    if missing := [number for number in numbers if number not in there]:
        raise BadInput(
            N_("{edition} has no session {number} that counts for attendance and is held. See: coursectl session list -e {edition}"),
            edition=edition.reference, number=missing[0],
        )  # fmt: skip
    return [there[number] for number in dict.fromkeys(numbers)]


def _decides(before: Rule, stored: Row | None, columns: dict[str, Value]) -> bool:
    """Whether it changes what completion asks for, which outcomes rest on."""
    was = stored or {"minimum": None, "sessions": "[]", "assessed": None}
    return before.kind == COMPLETION and any(columns[name] != was[name] for name in ("minimum", "sessions", "assessed"))
