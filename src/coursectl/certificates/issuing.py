"""Issuing: who gets a certificate, with which number, and what it says, decided in one batch."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from coursectl import locale
from coursectl.certificates.eligibility import Holder, choose, list_eligible
from coursectl.certificates.kinds import AlreadyIssued, FactsMoved, SerialTaken, check_kind
from coursectl.certificates.register import hash_of
from coursectl.certificates.snapshot import Matter, Snapshots, read_matter, spoken
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, CourseError
from coursectl.store import Act, Operation, Params, Statement, Store, as_json, expect_true, insert, new_id

# How often an issue is begun anew because somebody changed what it prints in the meantime.
_ATTEMPTS = 3

# What certificates print or depend on. Attendance decides who took part; pictures are named by what they contain.
_FACTS = (
    "attendance", "course", "edition", "edition_party", "edition_topic", "enrollment", "expert", "module", "organization",
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
class _Plan:
    """An issue that has been worked out: its rows, without the numbers, which only the batch can give."""

    matter: Matter
    rows: tuple[tuple[int, Holder, str, str], ...]  # id, holder, language, content of the snapshot
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
) -> Issued:
    """Issue certificates of a kind to everybody who may have one and has none, dated `on` (default: the day of the act).

    `only` and `leave_out` name people by number, e-mail or name. `language` overrides everybody's own. Issuing again is
    harmless: nobody gets a second one, and where nobody is left nothing is written.

    Raises Usage (unknown kind), BadInput (impossible date, a language without certificates), NotPrintable (place, dates or
    signatories are missing), NobodyEligible, NotEligible, NotFound and Ambiguous (names), AlreadyIssued (a race),
    SerialTaken, and FactsMoved where what is printed keeps being changed.
    """
    check_kind(kind)
    issued_on = _date_of_issue(on, act)
    wanted = _document_language(language)
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return _issue_once(store, edition, act, kind, only, leave_out, issued_on, wanted)
        except FactsMoved:
            continue  # read again: what is printed must be what is true when it is issued
    return _issue_once(store, edition, act, kind, only, leave_out, issued_on, wanted)


def _date_of_issue(on: str | None, act: Act) -> date:
    return locale.parse_date(act.today if on is None else on)


def _document_language(language: str | None) -> str | None:
    if language is not None and spoken(language) is None:
        raise BadInput(
            N_("There are no certificates in {language!r}. Use one of: {known}."),
            language=language,
            known=", ".join(locale.LANGUAGES),
        )
    return language


def _issue_once(
    store: Store,
    edition: EditionRef,
    act: Act,
    kind: str,
    only: Sequence[str],
    leave_out: Sequence[str],
    issued_on: date,
    language: str | None,
) -> Issued:
    seen = store.read("SELECT coalesce(max(seq), 0) AS seq FROM audit", level="strong")[0]["seq"]
    plan = _plan(store, edition, kind, only, leave_out, issued_on, language)
    done = Issued(
        edition.reference, kind, issued_on.isoformat(), 0, plan.already, None, None, (),
        early=issued_on.isoformat() < (plan.matter.edition.end or ""),
        ends=plan.matter.edition.end or "",
        without_sessions=tuple(
            holder.name for _id, holder, _language, _content in plan.rows if kind == "instruction" and not holder.sessions
        ),
    )  # fmt: skip
    if not plan.rows:
        return done
    numbered = _numbered(edition, kind, issued_on, plan)
    operation = _operation(edition, kind, act, plan, numbered, seen)
    store.apply(operation)
    return _with_serials(done, plan, _serials(store, operation, numbered))


def _plan(
    store: Store,
    edition: EditionRef,
    kind: str,
    only: Sequence[str],
    leave_out: Sequence[str],
    issued_on: date,
    language: str | None,
) -> _Plan:
    matter = read_matter(store, edition)
    chosen = choose(store, edition, kind, list_eligible(store, matter.edition, matter.sessions, kind), only, leave_out)
    have = _have_one(store, edition, kind)
    order = (matter.edition.languages or ("en",))[0]
    new = sorted(
        (holder for holder in chosen if holder.person_id not in have),
        key=lambda holder: (locale.sort_key(holder.name, order), holder.person_id),
    )
    snapshots = Snapshots(matter, kind, issued_on.isoformat())
    languages = [matter.language_of(holder, language) for holder in new]
    rows = tuple(
        (new_id(), holder, one, snapshots.content(holder, one)) for holder, one in zip(new, languages, strict=True)
    )
    return _Plan(matter, rows, len(chosen) - len(new))


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
  last (n) AS (SELECT coalesce(max(n), 0) FROM certificate WHERE course_id = :course_id AND year = :year),
  issued (id, person_id, n) AS (
    SELECT value ->> '$.id', value ->> '$.person_id', (SELECT n FROM last) + row_number() OVER (ORDER BY key)
    FROM json_each(:rows)
  )
SELECT issued.id, course.id AS course_id, :edition_id AS edition_id, person_id, :kind AS kind, :year AS year, n,
  replace(replace(replace(replace(serial_pattern, '{course}', course.code), '{year}', :year), '{edition}', :number),
    '{number}', printf('%04d', n)) AS serial, :issued_on AS issued_on
FROM issued JOIN course ON course.id = :course_id ORDER BY n
"""


def _numbered(edition: EditionRef, kind: str, issued_on: date, plan: _Plan) -> Params:
    return {
        "course_id": edition.course_id,
        "edition_id": edition.id,
        "number": edition.number,
        "kind": kind,
        "year": issued_on.year,
        "issued_on": issued_on.isoformat(),
        "rows": as_json([{"id": id_, "person_id": holder.person_id} for id_, holder, _language, _content in plan.rows]),
    }


def _operation(edition: EditionRef, kind: str, act: Act, plan: _Plan, numbered: Params, seen: int) -> Operation:
    op_id = new_id()
    statements = [
        _unmoved(edition, seen),
        Statement(
            f"INSERT INTO certificate (id, course_id, edition_id, person_id, kind, year, n, serial, issued_on, op_id)"
            f" SELECT numbered.*, :op_id FROM ({_NUMBERED}) AS numbered",
            {**numbered, "op_id": op_id},
            rule="serial_once",
            refusals=_serial_refusals(plan.matter),
        ),
        *insert(
            "certificate_snapshot",
            [_snapshot_row(id_, content) for id_, _holder, _language, content in plan.rows],
        ),
        *insert(
            "certificate_event",
            [
                {"id": new_id(), "certificate_id": id_, "state": "issued", "at": act.now}
                for id_, _holder, _language, _content in plan.rows
            ],
            refusals={"one_certificate": AlreadyIssued(reference=edition.reference, kind=kind)},
        ),
    ]
    command = f"certificate issue {edition.reference} --kind {kind}"
    return act.operation(command, statements, undo="inverse", op_id=op_id)


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


def _snapshot_row(certificate_id: int, content: str) -> dict[str, str | int]:
    salt = secrets.token_hex(16)
    return {"certificate_id": certificate_id, "salt": salt, "content": content, "hash": hash_of(salt, content)}


def _serials(store: Store, operation: Operation, numbered: Params) -> list[str]:
    """The numbers that the operation gave, in order; those that it would give, where it was a dry run."""
    if operation.dry_run:
        rows = store.read(_NUMBERED, numbered)
    else:
        rows = store.read(
            "SELECT serial FROM certificate WHERE op_id = :op ORDER BY n", {"op": operation.id}, level="strong"
        )
    return [row["serial"] for row in rows]


def _with_serials(done: Issued, plan: _Plan, serials: Sequence[str]) -> Issued:
    certificates = tuple(
        IssuedCertificate(serial, holder.name, language)
        for serial, (_id, holder, language, _content) in zip(serials, plan.rows, strict=True)
    )
    return replace(done, issued=len(serials), first=serials[0], last=serials[-1], certificates=certificates)
