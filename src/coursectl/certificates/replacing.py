"""Replacing a certificate: a new number for the same thing, linked to the old one, which is superseded in the same batch.

A corrected certificate says what the old one said, with the person's name, treatment and country as they are now. One
for a sheet that was lost or damaged says exactly what the old one said, and that it is a duplicate, with both dates.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coursectl import editions, locale, people, program
from coursectl.certificates import numbering
from coursectl.certificates.eligibility import Holder, find_holder
from coursectl.certificates.ending import refuse_ended
from coursectl.certificates.issuing import ATTEMPTS, document_language, serial_refusals, snapshot_row, unmoved
from coursectl.certificates.kinds import AlreadyEnded, FactsMoved
from coursectl.certificates.register import CertificateEntry, get_certificate
from coursectl.certificates.rules import get_rule
from coursectl.certificates.snapshot import Snapshots, holder_facts, read_matter
from coursectl.certificates.sources import MakingOf, keeping
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, Refused, Usage
from coursectl.store import Act, Statement, Store, Value, as_json, expect_true, insert, new_id
from coursectl.tables import clean

REASONS = ("misspelled", "lost", "damaged", "other")
DUPLICATED = ("lost", "damaged")
"""For these the new one is a duplicate of the old one, and says so."""

_A_YEAR = timedelta(days=366)
_OF_THE_ISSUE = ("issued_on", "first_issued_on", "duplicate", "made_with")


class NothingDiffers(Refused):
    """A corrected certificate would say what the old one says."""

    rule = "something_corrected"
    wording = N_(
        "{serial} says already what a new one would: {name}. Correct that first: coursectl person edit {name!r} --name NAME; for a sheet that was lost or damaged: --because lost"
    )


@dataclass(frozen=True)
class Replaced:
    """A certificate that took the place of another. `duplicate`: its sheet says that it stands for the old one."""

    edition: str
    kind: str
    serial: str
    replaces: str
    name: str
    language: str
    issued_on: str
    because: str
    reason: str | None
    duplicate: bool


@dataclass(frozen=True)
class _Wish:
    because: str
    reason: str | None
    renew: bool
    on: date
    language: str | None
    making_of: MakingOf | None = None

    @property
    def duplicate(self) -> bool:
        return self.because in DUPLICATED

    @property
    def kept(self) -> str:
        """The reason as the register keeps it: `lost: left in the taxi`."""
        return ": ".join(part for part in (self.because if self.because != "other" else "", self.reason or "") if part)


def replace(
    store: Store,
    serial: str,
    act: Act,
    *,
    because: str,
    reason: str | None = None,
    renew: bool = False,
    on: str | None = None,
    language: str | None = None,
    making_of: MakingOf | None = None,
) -> Replaced:
    """Issue a new certificate in the place of `serial`, dated `on` (default: the day of the act).

    `because` is one of REASONS; `other` needs a `reason`. `renew` takes what the edition says today (place, dates, hours, who
    signs, program) for a corrected one, too, and keeps what makes certificates today, which `making_of` gives. `language` is another than
    that of the old one.

    Raises NotFound, AlreadyEnded where the old one isn't valid any more, NothingDiffers, Refused where what it says was
    erased, Usage, BadInput for an impossible date, and as `issue` does SerialTaken, NotPrintable and FactsMoved.
    """
    wish = dataclasses.replace(_wish(because, reason, act, renew=renew, on=on, language=language), making_of=making_of)
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _replace_once(store, serial, wish, act)
        except FactsMoved:
            continue  # read again, as an issue does
    return _replace_once(store, serial, wish, act)


def _wish(because: str, reason: str | None, act: Act, *, renew: bool, on: str | None, language: str | None) -> _Wish:
    if because not in REASONS:
        raise Usage(
            N_("{because!r} is no reason to replace a certificate. Use one of: {known}."),
            because=because,
            known=", ".join(REASONS),
        )
    said = clean(reason or "") or None
    if because == "other" and said is None:
        raise Usage(N_("Say what the reason is, for the register: --because other --reason REASON"))
    if because in DUPLICATED and (renew or language):
        raise Usage(N_("A duplicate says what the old one said, in its language: leave out --renew and --lang."))
    return _Wish(because, said, renew, locale.parse_date(act.today if on is None else on), document_language(language))


def _replace_once(store: Store, serial: str, wish: _Wish, act: Act) -> Replaced:
    seen = store.read("SELECT coalesce(max(seq), 0) AS seq FROM audit", level="strong")[0]["seq"]
    old = get_certificate(store, serial)
    refuse_ended(old)
    _check_date(old, wish, act)
    edition = editions.get_edition_ref(store, old.edition, level="strong")
    content, sources = _content(store, edition, old, wish)
    row = {"id": new_id(), "person_id": old.person_id, "replaces": old.id, "duplicate": int(wish.duplicate)}
    row["provisional"] = _provisional(store, old)
    wanted = numbering.numbered(edition, old.kind, wish.on.isoformat(), [row])
    op_id = new_id()
    course = editions.get_course(store, edition.course)
    statements = [
        *_expectations(edition, old, wish, seen),
        numbering.entries(wanted, op_id, serial_refusals(course)),
        *sources,
        *insert("certificate_snapshot", [snapshot_row(row["id"], as_json(content))]),
        *_events(old, row["id"], wish, act),
    ]
    operation = act.operation(f"certificate replace {old.serial}", statements, undo="refused", op_id=op_id)
    store.apply(operation)
    (given,) = numbering.serials(store, operation, wanted)
    return Replaced(
        edition=old.edition, kind=old.kind, serial=given, replaces=old.serial, name=content["holder"]["name"],
        language=content["language"], issued_on=wish.on.isoformat(), because=wish.because, reason=wish.reason,
        duplicate=wish.duplicate,
    )  # fmt: skip


def _check_date(old: CertificateEntry, wish: _Wish, act: Act) -> None:
    """A mistyped year would stay in the register for ever, and nothing is replaced before it is there."""
    first, last = date.fromisoformat(old.issued_on), locale.parse_date(act.today) + _A_YEAR
    if not first <= wish.on <= max(first, last):
        raise BadInput(
            N_(
                "What replaces {serial}, issued on {first}, can't be dated {on}: that is before it, or more than a year off."
            ),
            serial=old.serial,
            first=old.issued_on,
            on=wish.on,
        )


def _provisional(store: Store, old: CertificateEntry) -> int:
    rows = store.read("SELECT provisional FROM certificate WHERE id = :id", {"id": old.id}, level="strong")
    return int(rows[0]["provisional"])


def _content(
    store: Store, edition: EditionRef, old: CertificateEntry, wish: _Wish
) -> tuple[dict[str, Any], list[Statement]]:
    """What the new one prints, and what keeps that with which it is made."""
    if old.snapshot is None:
        raise Refused(N_("What {serial} says was erased, so nothing can be issued in its place."), serial=old.serial)
    said, on = old.snapshot, wish.on.isoformat()
    if wish.duplicate:
        first = said.get("first_issued_on", said["issued_on"])
        return {**said, "issued_on": on, "first_issued_on": first, "duplicate": True}, []
    holder = _holder(store, edition, old, renew=wish.renew)
    language = wish.language or said["language"]
    also = _second_language(said, language)
    sources: list[Statement] = []
    if wish.renew:
        matter = read_matter(store, edition)
        made_with = None
        if wish.making_of is not None:
            made_with, sources = keeping(store, wish.making_of(matter.edition.design))
        snapshots = Snapshots(matter, get_rule(store, edition, old.kind), on, made_with)
        new: dict[str, Any] = json.loads(snapshots.content(holder, language, also))
    else:
        new = {**said, "holder": holder_facts(holder), "language": language, "issued_on": on}
        new = {name: value for name, value in new.items() if name not in ("first_issued_on", "duplicate", "also_in")}
        new |= {"also_in": also} if also else {}
    if wish.because == "misspelled" and _of_the_sheet(new) == _of_the_sheet(said):
        raise NothingDiffers(serial=old.serial, name=said["holder"]["name"])
    return new, sources


def _second_language(said: dict[str, Any], language: str) -> str | None:
    """The second language of a sheet in two: as it was, or, where that is the first one now, what was the first."""
    if "also_in" not in said:
        return None
    base = language.partition("-")[0]
    return next((tag for tag in (said["also_in"], said["language"]) if tag.partition("-")[0] != base), None)


def _of_the_sheet(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in _OF_THE_ISSUE}


def _holder(store: Store, edition: EditionRef, old: CertificateEntry, *, renew: bool) -> Holder:
    """Who the holder is today: by the place in the edition, or, where that is gone, by the person alone."""
    person_id = store.read(
        "SELECT canonical_id FROM canonical WHERE person_id = :id", {"id": old.person_id}, level="strong"
    )[0]["canonical_id"]
    held = editions.get_edition(store, edition)
    sessions = program.list_sessions(store, edition)
    found = find_holder(store, held, sessions, person_id, teaching=_is_for_teaching(store, edition, old.kind))
    if found is not None:
        return found
    if renew:
        raise Refused(
            N_(
                "{name} isn't in {reference} any more, so a certificate can't say what it says today: leave out --renew."
            ),
            name=old.name,
            reference=edition.reference,
        )
    person = people.get_person(store, str(person_id))
    return Holder(person_id, person.name, person.honorific, person.sex, old.country, person.language, 0)


def _is_for_teaching(store: Store, edition: EditionRef, kind: str) -> bool:
    """Whether the kind is that of experts, or one of the office's own that is theirs."""
    rows = store.read(
        "SELECT base FROM certificate_rule WHERE edition_id = :edition AND kind = :kind",
        {"edition": edition.id, "kind": kind},
        level="strong",
    )
    return (rows[0]["base"] if rows else kind) == "instruction"


def _expectations(edition: EditionRef, old: CertificateEntry, wish: _Wish, seen: int) -> list[Statement]:
    """The old one is still valid and still known; and what a corrected one says is what is true now."""
    ended = AlreadyEnded(
        N_(
            "{serial} was made void, replaced or erased by somebody else just now. Look with: coursectl certificate show {serial}"
        ),
        serial=old.serial,
    )
    live = expect_true(
        "EXISTS (SELECT 1 FROM certificate_live WHERE certificate_id = :id)"
        " AND EXISTS (SELECT 1 FROM certificate_snapshot WHERE certificate_id = :id)",
        {"id": old.id},
        AlreadyEnded.rule,
        ended,
    )
    return [live] if wish.duplicate else [live, unmoved(edition, seen)]


def _events(old: CertificateEntry, new_id_: int, wish: _Wish, act: Act) -> list[Statement]:
    """The old one ends before the new one is valid: nobody ever has two."""
    ends: dict[str, Value] = {
        "id": new_id(), "certificate_id": old.id, "state": "superseded", "at": act.now, "reason": wish.kept,
        "superseded_by": new_id_,
    }  # fmt: skip
    begins: dict[str, Value] = {"id": new_id(), "certificate_id": new_id_, "state": "issued", "at": act.now}
    return [*insert("certificate_event", [ends]), *insert("certificate_event", [begins])]
