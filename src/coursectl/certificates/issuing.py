"""Issuing: who gets a certificate, with which number, and what it says, decided in one batch."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coursectl import locale
from coursectl.certificates.eligibility import Holder, choose, list_eligible
from coursectl.certificates.kinds import AlreadyIssued, FactsMoved, SerialTaken, check_kind
from coursectl.certificates.register import hash_of
from coursectl.certificates.snapshot import Matter, Snapshots, read_matter, spoken
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, CourseError, Word
from coursectl.store import Act, Operation, Params, Statement, Store, Value, as_json, expect_true, insert, new_id

# How often an issue is begun anew because somebody changed what it prints in the meantime.
_ATTEMPTS = 3

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


@dataclass(frozen=True)
class _Wish:
    """What is to be issued, to whom, dated when, in which language (None: each in their own)."""

    edition: EditionRef
    kind: str
    only: Sequence[str]
    leave_out: Sequence[str]
    issued_on: date
    language: str | None
    also_in: Sequence[str] = ()  # second languages, in order; none: sheets in one


@dataclass(frozen=True)
class _Sheet:
    """A certificate that is to be: everything but its number, which only the batch can give."""

    id: int
    holder: Holder
    language: str
    content: str


@dataclass(frozen=True)
class _Plan:
    """An issue that has been worked out. `already` counts who has one."""

    wish: _Wish
    matter: Matter
    sheets: tuple[_Sheet, ...]
    already: int


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
) -> Issued:
    """Issue certificates of a kind to everybody who may have one and has none, dated `on` (default: the day of the act).

    `only` and `leave_out` name people by number, e-mail or name. `language` overrides everybody's own; with
    `also_in` sheets are in two: the second is the first of these, then of the edition's, that isn't the holder's. Issuing again is
    harmless: nobody gets a second one, and where nobody is left nothing is written.

    Raises Usage (unknown kind), BadInput (impossible date, one far from the edition's, a language without certificates),
    NotPrintable (place, dates or signatories are missing), NobodyEligible, NotEligible, NotFound and Ambiguous (names),
    AlreadyIssued (a race), SerialTaken, and FactsMoved where what is printed keeps being changed.
    """
    issued_on = locale.parse_date(act.today if on is None else on)
    wish = _Wish(edition, check_kind(kind), only, leave_out, issued_on, _document_language(language), _also_in(also_in))
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return _issue_once(store, wish, act)
        except FactsMoved:
            continue  # read again: what is printed must be what is true when it is issued
    return _issue_once(store, wish, act)


def _document_language(language: str | None) -> str | None:
    found = spoken(language)
    if language is not None and found is None:
        raise BadInput(
            N_("There are no certificates in {language!r}. Use one of: {known}."),
            language=language,
            known=", ".join(locale.DOCUMENT_LANGUAGES),
        )
    return found


def _also_in(languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(_document_language, languages)))


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
    return _answer(plan, _serials(store, operation, numbered))


def _answer(plan: _Plan, serials: Sequence[str]) -> Issued:
    wish, ends = plan.wish, plan.matter.edition.end or ""
    idle = [sheet.holder.name for sheet in plan.sheets if not sheet.holder.sessions]
    return Issued(
        edition=wish.edition.reference,
        kind=wish.kind,
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
        without_sessions=tuple(idle) if wish.kind == "instruction" else (),
    )


def _plan(store: Store, wish: _Wish, act: Act) -> _Plan:
    matter = read_matter(store, wish.edition)
    _check_date(wish.issued_on, matter, act)
    eligible = list_eligible(store, matter.edition, matter.sessions, wish.kind)
    chosen = choose(store, wish.edition, wish.kind, eligible, wish.only, wish.leave_out)
    have = _have_one(store, wish.edition, wish.kind)
    order = (matter.edition.languages or ("en",))[0]
    new = sorted(
        (holder for holder in chosen if holder.person_id not in have),
        key=lambda holder: (locale.sort_key(holder.filed_under, order), holder.person_id),
    )
    snapshots = Snapshots(matter, wish.kind, wish.issued_on.isoformat())
    sheets = []
    for holder in new:
        language = matter.language_of(holder, wish.language)
        content = snapshots.content(holder, language, matter.second_of(language, wish.also_in))
        sheets.append(_Sheet(new_id(), holder, language, content))
    return _Plan(wish, matter, tuple(sheets), len(chosen) - len(new))


def _have_one(store: Store, edition: EditionRef, kind: str) -> frozenset[int]:
    rows = store.read(
        "SELECT canonical_id AS person_id FROM certificate_live JOIN canonical USING (person_id)"
        " WHERE edition_id = :edition AND kind = :kind",
        {"edition": edition.id, "kind": kind},
        level="strong",
    )
    return frozenset(row["person_id"] for row in rows)


# The number is found where it is written, so that two offices that issue at once can't find the same one.
_NUMBERED = """
WITH
  last (n) AS (SELECT coalesce(max(n), 0) FROM certificate WHERE course_id = :course_id AND series = :series),
  issued (id, person_id, n) AS (
    SELECT value ->> '$.id', value ->> '$.person_id', (SELECT n FROM last) + row_number() OVER (ORDER BY key)
    FROM json_each(:rows)
  )
SELECT issued.id, course.id AS course_id, :edition_id AS edition_id, person_id, :kind AS kind, :year AS year, :series AS series, n,
  replace(replace(replace(replace(serial_pattern, '{course}', course.code), '{year}', :year), '{edition}', :number),
    '{number}', printf('%04d', n)) AS serial, :issued_on AS issued_on
FROM issued JOIN course ON course.id = :course_id ORDER BY n
"""


def _numbered(plan: _Plan) -> Params:
    wish = plan.wish
    return {
        "course_id": wish.edition.course_id,
        "edition_id": wish.edition.id,
        "number": wish.edition.number,
        "kind": wish.kind,
        "year": wish.issued_on.year,
        "series": str(wish.issued_on.year),
        "issued_on": wish.issued_on.isoformat(),
        "rows": as_json([{"id": sheet.id, "person_id": sheet.holder.person_id} for sheet in plan.sheets]),
    }


def _operation(plan: _Plan, act: Act, numbered: Params, seen: int) -> Operation:
    reference, kind = plan.wish.edition.reference, plan.wish.kind
    op_id = new_id()
    entries = Statement(
        "INSERT INTO certificate (id, course_id, edition_id, person_id, kind, year, series, n, serial, issued_on, op_id)"
        f" SELECT numbered.*, :op_id FROM ({_NUMBERED}) AS numbered",
        {**numbered, "op_id": op_id},
        rule="serial_once",
        refusals=_serial_refusals(plan.matter),
    )
    events: list[dict[str, Value]] = [
        {"id": new_id(), "certificate_id": sheet.id, "state": "issued", "at": act.now} for sheet in plan.sheets
    ]
    twice: dict[str, CourseError] = {"one_certificate": AlreadyIssued(reference=reference, kind=Word(kind))}
    statements = [
        _unmoved(plan.wish.edition, seen),
        entries,
        *insert("certificate_snapshot", [_snapshot_row(sheet) for sheet in plan.sheets]),
        *insert("certificate_event", events, refusals=twice),
    ]
    return act.operation(f"certificate issue {reference} --kind {kind}", statements, undo="inverse", op_id=op_id)


def _unmoved(edition: EditionRef, seen: int) -> Statement:
    """Nothing that is printed was changed since it was read. The plus keeps SQLite on the newest rows of the audit."""
    tables = ", ".join(f"'{table}'" for table in _FACTS)
    return expect_true(
        f"NOT EXISTS (SELECT 1 FROM audit WHERE seq > :seen AND +tbl IN ({tables}))",
        {"seen": seen},
        "facts_unmoved",
        FactsMoved(reference=edition.reference),
    )


def _serial_refusals(matter: Matter) -> dict[str, CourseError]:
    taken = SerialTaken(course=matter.course.code, pattern=matter.course.serial_pattern)
    return {"serial_once": taken, "append_only": taken}


def _snapshot_row(sheet: _Sheet) -> dict[str, str | int]:
    salt = secrets.token_hex(16)
    return {"certificate_id": sheet.id, "salt": salt, "content": sheet.content, "hash": hash_of(salt, sheet.content)}


def _serials(store: Store, operation: Operation, numbered: Params) -> list[str]:
    """The numbers that the operation gave, in order; those that it would give, where it was a dry run."""
    if operation.dry_run:
        rows = store.read(_NUMBERED, numbered)
    else:
        rows = store.read(
            "SELECT serial FROM certificate WHERE op_id = :op ORDER BY n", {"op": operation.id}, level="strong"
        )
    return [row["serial"] for row in rows]
