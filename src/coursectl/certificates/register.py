"""The register: what was issued, in which state it is, what was printed. Rows are added to it, never changed or deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursectl.certificates.kinds import PrintedStays, check_state
from coursectl.certificates.numbering import IN_ORDER
from coursectl.certificates.printings import list_printed
from coursectl.certificates.rules import known_kind
from coursectl.editions import EditionRef
from coursectl.errors import N_, NotFound, Refused, Word
from coursectl.store import Act, Level, Row, Statement, Store, Value, as_json, expect_true, insert, new_id

ERASED = N_("(erased)")
"""Shown for the name of whom the register must not name any more."""

UNDO_REASON = N_("the issue was undone")


@dataclass(frozen=True)
class Certificate:
    """A line of the register. `name` is the name as printed; `edition` its reference; `language` the document's.

    `reason` is why it is void or superseded. `superseded_by` and `replaces` are the serial numbers of the one that came after it
    and of the one that it came after; `duplicate`: its sheet says that it stands for one that was lost or damaged.
    """

    serial: str
    kind: str
    name: str
    edition: str
    state: str
    issued_on: str
    country: str | None
    language: str | None
    reason: str | None = None
    superseded_by: str | None = None
    replaces: str | None = None
    duplicate: bool = False


@dataclass(frozen=True)
class CertificateEvent:
    """Something that happened to a certificate: it was issued, superseded by another, or made void, and why."""

    state: str
    at: str
    actor: str
    reason: str | None
    superseded_by: str | None


@dataclass(frozen=True)
class CertificatePrinting:
    """A file that the certificate is in: `what` is printed or exported."""

    at: str
    what: str
    actor: str


@dataclass(frozen=True)
class CertificateEntry:
    """Everything the register knows of one certificate.

    `snapshot` is what was printed, None once it was erased. `hash` is the SHA-256 of `salt` followed by the canonical
    JSON of the snapshot; `intact` tells whether that still holds.
    """

    serial: str
    kind: str
    name: str
    edition: str
    state: str
    issued_on: str
    country: str | None
    language: str | None
    reason: str | None
    superseded_by: str | None
    replaces: str | None
    duplicate: bool
    id: int
    person_id: int
    op_id: int
    hash: str | None
    salt: str | None
    intact: bool | None
    events: tuple[CertificateEvent, ...]
    printings: tuple[CertificatePrinting, ...]
    snapshot: dict[str, Any] | None


@dataclass(frozen=True)
class Printable:
    """A certificate to print: what the sheet says is all in `snapshot`, except its serial number."""

    serial: str
    kind: str
    state: str
    snapshot: dict[str, Any]
    hash: str
    id: int = field(metadata={"hidden": True})


@dataclass(frozen=True)
class IssueUndone:
    """An issue that was taken back: its certificates are void, their numbers stay used."""

    edition: str
    kind: str
    voided: int
    first: str
    last: str


_REGISTER = """
SELECT certificate.id, certificate.serial, certificate.kind, snapshot.content ->> '$.holder.name' AS name, course.code || '-' || edition.number AS edition,
  state.state, certificate.issued_on, snapshot.content ->> '$.holder.country' AS country, snapshot.content ->> '$.language' AS language,
  state.reason, successor.serial AS superseded_by, original.serial AS replaces, certificate.duplicate
FROM certificate
JOIN certificate_state AS state ON state.certificate_id = certificate.id
JOIN edition ON edition.id = certificate.edition_id
JOIN course ON course.id = certificate.course_id
LEFT JOIN certificate_snapshot AS snapshot ON snapshot.certificate_id = certificate.id
LEFT JOIN certificate AS successor ON successor.id = state.superseded_by
LEFT JOIN certificate AS original ON original.id = certificate.replaces
"""
_IN_ORDER = f" ORDER BY course.code, {IN_ORDER}"


def list_certificates(
    store: Store, edition: EditionRef | None = None, *, kind: str | None = None, state: str | None = None
) -> list[Certificate]:
    """The register of an edition, or of all, in the order of the numbers. Raises Usage for an unknown kind or state."""
    wanted: dict[str, Value] = {
        "certificate.edition_id = :edition": None if edition is None else edition.id,
        "certificate.kind = :kind": kind and known_kind(store, kind),
        "state.state = :state": state and check_state(state),
    }
    conditions = [condition for condition, value in wanted.items() if value is not None]
    where = "WHERE " + " AND ".join(conditions) if conditions else ""
    params = {condition.rpartition(":")[2]: wanted[condition] for condition in conditions}
    rows = store.read(_REGISTER + where + _IN_ORDER, params)
    return [_certificate(row) for row in rows]


def list_holders(store: Store, edition: EditionRef, kind: str) -> set[int]:
    """Who has a certificate of this kind that is valid, by the id of the person of today."""
    rows = store.read(
        "SELECT DISTINCT canonical_id FROM certificate_live JOIN canonical USING (person_id)"
        " WHERE edition_id = :edition AND kind = :kind",
        {"edition": edition.id, "kind": kind},
        level="strong",
    )
    return {row["canonical_id"] for row in rows}


def get_certificate(store: Store, serial: str) -> CertificateEntry:
    """The certificate with this serial number, in whatever case it is typed. Raises NotFound."""
    found = find_certificate(store, serial)
    if found is None:
        raise NotFound(
            N_("The register has no certificate {serial}. List them with: coursectl certificate list --all-editions"),
            serial=serial,
        )
    return found


def find_certificate(store: Store, serial: str, *, level: Level = "strong") -> CertificateEntry | None:
    """The same, or None where the register has no such number; `weak` where nothing is decided by it."""
    wanted = {"serial": serial.strip()}
    lines = store.read(_REGISTER + "WHERE certificate.serial = :serial", wanted, level=level)
    lines = lines or store.read(_REGISTER + "WHERE certificate.serial = :serial COLLATE NOCASE", wanted, level=level)
    if not lines:
        return None
    line = lines[0]
    details = store.read(
        "SELECT certificate.person_id, certificate.op_id, snapshot.hash, snapshot.salt, snapshot.content FROM certificate"
        " LEFT JOIN certificate_snapshot AS snapshot ON snapshot.certificate_id = certificate.id WHERE certificate.id = :id",
        {"id": line["id"]},
        level=level,
    )[0]
    content = details.pop("content")
    intact = None if content is None else hash_of(details["salt"], content) == details["hash"]
    return CertificateEntry(
        **_certificate(line).__dict__,
        id=line["id"],
        **details,
        intact=intact,
        events=_list_events(store, line["id"], level),
        printings=_list_printings(store, line["id"], level),
        snapshot=None if content is None else json.loads(content),
    )


def list_for_printing(
    store: Store, edition: EditionRef, kind: str | None = None, serials: Collection[str] | None = None
) -> list[Printable]:
    """The live certificates of an edition with what is printed on them, in the order of the register.

    `serials` picks some. What certificates print alike (edition, signatories, program) is one object in all their
    snapshots, so a thousand take little more memory than one. Raises NotFound for a number that the edition doesn't have, Refused for one that isn't live
    and for one whose printed facts were erased.
    """
    rows = store.read(
        "SELECT certificate.id, serial, kind, state.state, snapshot.hash,"
        " json_remove(snapshot.content, '$.holder', '$.minutes', '$.sessions') AS shared, snapshot.content -> '$.holder' AS holder,"
        " snapshot.content -> '$.minutes' AS minutes, snapshot.content -> '$.sessions' AS sessions FROM certificate"
        " JOIN certificate_state AS state ON state.certificate_id = certificate.id"
        " LEFT JOIN certificate_snapshot AS snapshot ON snapshot.certificate_id = certificate.id"
        " WHERE edition_id = :edition AND (:kind IS NULL OR kind = :kind)"
        " AND (state.state = 'issued' OR serial IN (SELECT value FROM json_each(:serials)))"
        " AND (:serials IS NULL OR serial IN (SELECT value FROM json_each(:serials))) "
        f" ORDER BY {IN_ORDER}",
        {
            "edition": edition.id,
            "kind": kind and known_kind(store, kind),
            "serials": None if serials is None else as_json(list(serials)),
        },
        level="strong",  # what is printed goes into the log
    )
    _check_wanted(rows, edition, serials or ())
    shared: dict[str, dict[str, Any]] = {}
    return [_printable(row, shared) for row in rows]


def void_statements(store: Store, certificate_ids: Sequence[int], reason: str, act: Act) -> list[Statement]:  # noqa: ARG001 - the shape that all rooms' statements have
    """What makes these certificates void, with the reason. The batch is refused where one of them isn't live any more."""
    if not certificate_ids:
        return []
    ids = sorted(set(certificate_ids))
    live = expect_true(
        "SELECT count(*) = :wanted FROM certificate_live WHERE certificate_id IN (SELECT value FROM json_each(:ids))",
        {"wanted": len(ids), "ids": as_json(ids)},
        "certificate_live",
        Refused(N_("Some of these certificates are void or superseded already. Look with: coursectl certificate list")),
    )
    events: list[dict[str, Value]] = [
        {"id": new_id(), "certificate_id": one, "state": "void", "at": act.now, "reason": reason} for one in ids
    ]
    return [live, *insert("certificate_event", events)]


def undo_issue(store: Store, op_id: int, act: Act, *, reason: str = UNDO_REASON) -> IssueUndone:
    """Take back the issue that operation `op_id` was: what of it is live becomes void; no number is used again.

    Raises NotFound where the operation issued nothing, PrintedStays where one of them was printed or exported, Refused where
    nothing of it is live any more or where it was undone already.
    """
    rows = store.read(_REGISTER + "WHERE certificate.op_id = :op" + _IN_ORDER, {"op": op_id}, level="strong")
    if not rows:
        raise NotFound(N_("That operation issued no certificates. See: coursectl log"))
    live = [row for row in rows if row["state"] == "issued"]
    if not live:
        raise Refused(
            N_("{first} to {last} are void or superseded already; there is nothing to undo."),
            first=rows[0]["serial"],
            last=rows[-1]["serial"],
        )
    _refuse_printed(store, live)
    ids = [row["id"] for row in live]
    statements = [_unprinted(ids), *void_statements(store, ids, reason, act)]
    # Taking it back again would mean deleting from the register; who needs the certificates issues them anew.
    store.apply(act.operation(f"undo {op_id}", statements, undo="refused", undoes=op_id))
    return IssueUndone(live[0]["edition"], live[0]["kind"], len(live), live[0]["serial"], live[-1]["serial"])


def _refuse_printed(store: Store, live: Sequence[Row]) -> None:
    """Somebody may hold the sheet, or have read the file: that can't be taken back unseen."""
    printed = list_printed(store, [row["id"] for row in live])
    serials = [row["serial"] for row in live if row["id"] in printed]
    if serials:
        few = serials if len(serials) <= _FEW else [*serials[:_FEW], f"… ({len(serials)})"]
        raise PrintedStays(serials=", ".join(few), first=serials[0])


_FEW = 5


def _unprinted(certificate_ids: Sequence[int]) -> Statement:
    return expect_true(
        "NOT EXISTS (SELECT 1 FROM printed_sheet WHERE certificate_id IN (SELECT value FROM json_each(:ids)))",
        {"ids": as_json(list(certificate_ids))},
        PrintedStays.rule,
        PrintedStays(
            N_("Some of these certificates were printed or exported at this moment, so nothing was undone. Look again.")
        ),
    )


def live_of_issue(store: Store, op_id: int) -> list[str]:
    """The serial numbers that taking back the issue, operation `op_id`, would make void, in their order."""
    rows = store.read(_REGISTER + "WHERE certificate.op_id = :op" + _IN_ORDER, {"op": op_id}, level="strong")
    return [row["serial"] for row in rows if row["state"] == "issued"]


def hash_of(salt: str, content: str) -> str:
    """The SHA-256, in hexadecimal, of the salt followed by the canonical JSON of a snapshot, in UTF-8."""
    return hashlib.sha256((salt + content).encode()).hexdigest()


def _certificate(row: Row) -> Certificate:
    line = {name: value for name, value in row.items() if name != "id"}
    return Certificate(**line | {"name": row["name"] or ERASED, "duplicate": bool(row["duplicate"])})


def _list_events(store: Store, certificate_id: int, level: Level) -> tuple[CertificateEvent, ...]:
    # The actor is the one of the operation that wrote the event, which the audit knows.
    rows = store.read(
        "SELECT event.state, event.at, coalesce(op.actor, '') AS actor, event.reason, successor.serial AS superseded_by"
        " FROM certificate_event AS event"
        " LEFT JOIN audit ON audit.tbl = 'certificate_event' AND audit.pk = event.id AND audit.kind = 'insert'"
        " LEFT JOIN op ON op.id = audit.op_id LEFT JOIN certificate AS successor ON successor.id = event.superseded_by"
        " WHERE event.certificate_id = :id ORDER BY instr('issued superseded void', event.state)",
        {"id": certificate_id},
        level=level,
    )
    return tuple(CertificateEvent(**row) for row in rows)


def _list_printings(store: Store, certificate_id: int, level: Level) -> tuple[CertificatePrinting, ...]:
    rows = store.read(
        "SELECT DISTINCT printing.at, what, actor FROM printed_sheet JOIN printing ON printing.id = printing_id"
        " JOIN op ON op.id = printing.op_id WHERE certificate_id = :id ORDER BY printing.at, printing.id",
        {"id": certificate_id},
        level=level,
    )
    return tuple(CertificatePrinting(**row) for row in rows)


def _printable(row: Row, shared: dict[str, dict[str, Any]]) -> Printable:
    """The certificate of a row; `shared` remembers what was read of the others, by its text."""
    alike = row["shared"]
    if alike not in shared:
        shared[alike] = json.loads(alike)
    own = {name: json.loads(row[name]) for name in ("holder", "minutes", "sessions") if row[name] is not None}
    return Printable(row["serial"], row["kind"], row["state"], {**shared[alike], **own}, row["hash"], row["id"])


def _check_wanted(rows: Sequence[Row], edition: EditionRef, serials: Collection[str]) -> None:
    found = {row["serial"] for row in rows}
    if missing := [serial for serial in serials if serial not in found]:
        raise NotFound(
            N_("{reference} has no certificate {serial}. List them with: coursectl certificate list -e {reference}"),
            reference=edition.reference,
            serial=missing[0],
        )
    for row in rows:
        if row["state"] != "issued":
            raise Refused(
                N_("{serial} is {state} and can't be printed. Look with: coursectl certificate show {serial}"),
                serial=row["serial"],
                state=Word(row["state"]),
            )
        if row["shared"] is None:
            raise Refused(N_("What {serial} says was erased; it can't be printed any more."), serial=row["serial"])
