"""Issuing: who gets a certificate, with which number, and what it says, decided in one batch."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coursectl import locale
from coursectl.certificates import numbering
from coursectl.certificates.eligibility import Holder, choose, list_eligible
from coursectl.certificates.kinds import AlreadyIssued, FactsMoved, NothingProvisional, SerialTaken
from coursectl.certificates.register import hash_of
from coursectl.certificates.rules import COMPLETION, INSTRUCTION, Rule, get_rule
from coursectl.certificates.snapshot import Matter, Snapshots, read_matter, spoken
from coursectl.certificates.sources import MakingOf, keeping
from coursectl.editions import Course, EditionRef
from coursectl.errors import N_, BadInput, CourseError, Usage, Word
from coursectl.store import Act, Operation, Params, Statement, Store, Value, expect_true, insert, new_id

# How often an issue is begun anew because somebody changed what it prints in the meantime.
ATTEMPTS = 3

_A_YEAR = timedelta(days=366)

# What certificates print or depend on. Attendance decides who took part; pictures are named by what they contain.
_FACTS = (
    "assessment", "assessment_result", "attendance", "certificate_exception", "certificate_rule", "course", "edition", "edition_party", "edition_topic", "enrollment", "expert", "hold", "module", "organization",
    "person", "session", "session_person", "session_topic", "signatory", "topic",
)  # fmt: skip


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate that was issued just now."""

    serial: str
    name: str
    language: str


@dataclass(frozen=True)
class Issued:
    """What an issue did. `already` counts who had a live certificate of this kind and was left out.

    `early`: the date of issue is before the edition's last day. `without_sessions` names experts whose certificate shows
    no hours, since they teach no session.
    """

    edition: str
    kind: str
    issued_on: str
    issued: int
    already: int
    first: str | None
    last: str | None
    certificates: tuple[IssuedCertificate, ...]
    early: bool
    ends: str
    without_sessions: tuple[str, ...]
    provisional: bool = False


@dataclass(frozen=True)
class _Wish:
    """What is to be issued, to whom, dated when, in which language (None: each in their own)."""

    edition: EditionRef
    kind: str
    only: Sequence[str]
    leave_out: Sequence[str]
    issued_on: date
    language: str | None
    provisional: bool = False
    making_of: MakingOf | None = None
    also_in: Sequence[str] = ()  # second languages, in order; none: sheets in one


@dataclass(frozen=True)
class _Sheet:
    """A certificate that is to be: everything but its number, which only the batch can give."""

    id: int
    holder: Holder
    language: str
    content: str
    reason: str | None = None  # of an exception


@dataclass(frozen=True)
class _Plan:
    """An issue that has been worked out. `already` counts who has one."""

    wish: _Wish
    rule: Rule
    matter: Matter
    sheets: tuple[_Sheet, ...]
    already: int
    sources: tuple[Statement, ...]  # what keeps the templates that aren't kept yet


def issue(
    store: Store,
    edition: EditionRef,
    act: Act,
    *,
    kind: str = "completion",
    only: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    on: str | None = None,
    language: str | None = None,
    also_in: Sequence[str] = (),
    provisional: bool = False,
    making_of: MakingOf | None = None,
) -> Issued:
    """Issue certificates of a kind to everybody who may have one and has none, dated `on` (default: the day of the act).

    `only` and `leave_out` name people by number, e-mail or name. `language` overrides everybody's own; with `also_in` sheets
    are in two: the second is the first of these, then of the edition's, that isn't the holder's. Issuing again is
    harmless: nobody gets a second one, and where nobody is left nothing is written. `provisional`, before the edition is closed:
    to all who have what the kind asks for, or still can; whose certificate it was an exception to give has the reason with it.
    `making_of` gives what makes certificates of the edition's design, which is kept with them; without it they are printed
    with the templates of the day on which that is done.

    Raises Usage (unknown kind), BadInput (impossible date, one far from the edition's, a language without certificates),
    NotPrintable (place, dates or signatories are missing), NobodyEligible, NotEligible, NotFound and Ambiguous (names),
    AlreadyIssued (a race), SerialTaken, and FactsMoved where what is printed keeps being changed.
    """
    issued_on = locale.parse_date(act.today if on is None else on)
    wish = _Wish(
        edition,
        kind,
        only,
        leave_out,
        issued_on,
        document_language(language),
        provisional,
        making_of,
        _also_in(also_in),
    )
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _issue_once(store, wish, act)
        except FactsMoved:
            continue  # read again: what is printed must be what is true when it is issued
    return _issue_once(store, wish, act)


def document_language(language: str | None) -> str | None:
    """The tag of the language that is wanted of certificates, None for none. Raises BadInput where they don't speak it."""
    found = spoken(language)
    if language is not None and found is None:
        raise BadInput(
            N_("There are no certificates in {language!r}. Use one of: {known}."),
            language=language,
            known=", ".join(locale.DOCUMENT_LANGUAGES),
        )
    return found


def _also_in(languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(document_language, languages)))


def _check_date(issued_on: date, matter: Matter, act: Act) -> None:
    """A mistyped year would stay in the register for ever, number and all."""
    edition = matter.edition
    first = locale.parse_date(edition.start or "") - _A_YEAR
    last = max(locale.parse_date(edition.end or ""), locale.parse_date(act.today)) + _A_YEAR
    if not first <= issued_on <= last:
        raise BadInput(
            N_("{reference} ({start} to {end}) can't have certificates dated {on}: that is more than a year off."),
            reference=edition.reference,
            start=edition.start,
            end=edition.end,
            on=issued_on,
        )


def _issue_once(store: Store, wish: _Wish, act: Act) -> Issued:
    seen = store.read("SELECT coalesce(max(seq), 0) AS seq FROM audit", level="strong")[0]["seq"]
    plan = _plan(store, wish, act)
    if not plan.sheets:
        return _answer(plan, [])
    numbered = _numbered(plan)
    operation = _operation(plan, act, numbered, seen)
    store.apply(operation)
    return _answer(plan, numbering.serials(store, operation, numbered))


def _answer(plan: _Plan, serials: Sequence[str]) -> Issued:
    wish, ends = plan.wish, plan.matter.edition.end or ""
    idle = [sheet.holder.name for sheet in plan.sheets if not sheet.holder.sessions]
    return Issued(
        edition=wish.edition.reference,
        kind=plan.rule.kind,
        issued_on=wish.issued_on.isoformat(),
        issued=len(serials),
        already=plan.already,
        first=serials[0] if serials else None,
        last=serials[-1] if serials else None,
        certificates=tuple(
            IssuedCertificate(serial, sheet.holder.name, sheet.language)
            for serial, sheet in zip(serials, plan.sheets, strict=True)
        ),
        early=wish.issued_on.isoformat() < ends,
        ends=ends,
        without_sessions=tuple(idle) if plan.rule.base == INSTRUCTION else (),
        provisional=wish.provisional,
    )


def _plan(store: Store, wish: _Wish, act: Act) -> _Plan:
    matter = read_matter(store, wish.edition)
    _check_date(wish.issued_on, matter, act)
    rule = get_rule(store, wish.edition, wish.kind)
    if wish.provisional:
        _check_provisional(matter, rule)
    eligible = list_eligible(store, matter.edition, matter.sessions, rule, provisional=wish.provisional)
    chosen = choose(store, wish.edition, rule, eligible.holders, wish.only, wish.leave_out)
    have = _have_one(store, wish.edition, rule.kind)
    order = (matter.edition.languages or ("en",))[0]
    new = sorted(
        (holder for holder in chosen if holder.person_id not in have),
        key=lambda holder: (locale.sort_key(holder.filed_under, order), holder.person_id),
    )
    made_with, sources = (None, []) if wish.making_of is None else keeping(store, wish.making_of(matter.edition.design))
    snapshots = Snapshots(matter, rule, wish.issued_on.isoformat(), made_with)
    sheets = []
    for holder in new:
        language = matter.language_of(holder, wish.language)
        reason = eligible.reasons.get(holder.person_id)
        sheets.append(
            _Sheet(
                new_id(),
                holder,
                language,
                snapshots.content(holder, language, matter.second_of(language, wish.also_in)),
                reason,
            )
        )
    return _Plan(wish, rule, matter, tuple(sheets), len(chosen) - len(new), tuple(sources))


def _check_provisional(matter: Matter, rule: Rule) -> None:
    facts = {"reference": matter.edition.reference, "kind": Word(rule.kind)}
    if rule.base != COMPLETION:
        raise Usage(
            N_(
                "--provisional is for completion: a {kind} certificate can be issued before the edition is over anyway."
            ),
            **facts,
        )
    if matter.edition.closed_on is not None:
        raise NothingProvisional(**facts)


def _have_one(store: Store, edition: EditionRef, kind: str) -> frozenset[int]:
    rows = store.read(
        "SELECT canonical_id AS person_id FROM certificate_live JOIN canonical USING (person_id)"
        " WHERE edition_id = :edition AND kind = :kind",
        {"edition": edition.id, "kind": kind},
        level="strong",
    )
    return frozenset(row["person_id"] for row in rows)


def _numbered(plan: _Plan) -> Params:
    provisional = int(plan.wish.provisional)
    rows: list[dict[str, Value]] = [
        {"id": sheet.id, "person_id": sheet.holder.person_id, "provisional": provisional} for sheet in plan.sheets
    ]
    return numbering.numbered(plan.wish.edition, plan.rule.kind, plan.wish.issued_on.isoformat(), rows)


def _operation(plan: _Plan, act: Act, numbered: Params, seen: int) -> Operation:
    reference, kind = plan.wish.edition.reference, plan.rule.kind
    op_id = new_id()
    events: list[dict[str, Value]] = [
        {"id": new_id(), "certificate_id": sheet.id, "state": "issued", "at": act.now, "reason": sheet.reason}
        for sheet in plan.sheets
    ]
    twice: dict[str, CourseError] = {"one_certificate": AlreadyIssued(reference=reference, kind=Word(kind))}
    statements = [
        unmoved(plan.wish.edition, seen),
        numbering.entries(numbered, op_id, serial_refusals(plan.matter.course)),
        *plan.sources,
        *insert("certificate_snapshot", [snapshot_row(sheet.id, sheet.content) for sheet in plan.sheets]),
        *insert("certificate_event", events, refusals=twice),
    ]
    return act.operation(f"certificate issue {reference} --kind {kind}", statements, undo="inverse", op_id=op_id)


def unmoved(edition: EditionRef, seen: int) -> Statement:
    """Nothing that is printed was changed since it was read. The plus keeps SQLite on the newest rows of the audit."""
    tables = ", ".join(f"'{table}'" for table in _FACTS)
    return expect_true(
        f"NOT EXISTS (SELECT 1 FROM audit WHERE seq > :seen AND +tbl IN ({tables}))",
        {"seen": seen},
        "facts_unmoved",
        FactsMoved(reference=edition.reference),
    )


def serial_refusals(course: Course) -> dict[str, CourseError]:
    """What is said where the course's pattern gives a number that the register has already."""
    taken = SerialTaken(course=course.code, pattern=course.serial_pattern)
    return {"serial_once": taken, "append_only": taken}


def snapshot_row(certificate_id: int, content: str) -> dict[str, Value]:
    """The row that keeps what a certificate prints, with a salt of its own."""
    salt = secrets.token_hex(16)
    return {"certificate_id": certificate_id, "salt": salt, "content": content, "hash": hash_of(salt, content)}
