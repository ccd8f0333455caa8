"""The facts of what a closing ceremony needs: the list to sign for certificates, and the order in which they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from anyascii import anyascii

from coursectl import certificates, locale, program
from coursectl.certificates import HolderOfToday, Printable
from coursectl.documents import ceremony, facts
from coursectl.editions import Edition
from coursectl.program import Session
from coursectl.store import Store
from coursectl.store.undo import get_changes
from coursectl.workflows.printing.orders import NothingIssued, NothingOfKindIssued, Order
from coursectl.workflows.printing.sheets import CertificateOrder, choose, in_sequence
from coursectl.workflows.printing.voice import PROGRAM_TABLES, Voice, edition_in, instant

_LAST_LATIN = "\u024f"  # of the letters that every caller of names can read
_MARKS = ("\u02b0", "\u036f")  # apostrophes of names and accents
_LATIN_TOO = ("\u1e00", "\u206f")  # Vietnamese, and punctuation


def handover_facts(
    store: Store, edition: Edition, voice: Voice, order: Order
) -> tuple[ceremony.HandoverFacts, datetime]:
    """Who signs for which certificate, by kind, and what isn't handed out. Raises NothingIssued, and what choosing raises."""
    chosen, withheld, at = _chosen(store, edition, CertificateOrder.of(order), voice)
    rows = tuple(
        ceremony.HandoverRow(one.serial, _called(one, voice), _country(one, voice), one.kind) for one, _holder in chosen
    )
    return ceremony.HandoverFacts(edition_in(store, edition, voice), rows, withheld, at.date()), at


def ceremony_facts(
    store: Store, edition: Edition, voice: Voice, order: Order
) -> tuple[ceremony.CeremonyFacts, datetime]:
    """Who presides the ceremonies, and who is called in which order. Raises NothingIssued, and what choosing raises."""
    chosen, withheld, at = _chosen(store, edition, CertificateOrder.of(order), voice)
    calls = tuple(
        ceremony.Call(
            place, _called(one, voice), _said(_called(one, voice)), _country(one, voice), holder.number, one.serial, one.kind
        )
        for place, (one, holder) in enumerate(chosen, start=1)
    )  # fmt: skip
    at = max(at, instant(get_changes(store, edition.id, PROGRAM_TABLES).last_at, edition))
    sessions = tuple(
        _session(one, voice) for one in program.list_sessions(store, edition.ref) if one.kind == "ceremony"
    )
    return ceremony.CeremonyFacts(edition_in(store, edition, voice), sessions, calls, withheld, at.date()), at


def _chosen(
    store: Store, edition: Edition, order: CertificateOrder, voice: Voice
) -> tuple[list[tuple[Printable, HolderOfToday]], tuple[ceremony.Withheld, ...], datetime]:
    """The certificates in their order, those that stay in the office, and when the last one was issued."""
    everybody = certificates.list_holders_of_today(store, edition.ref, order.kind)
    there = [one for one in everybody if not one.erased]
    if not there and order.kind:
        raise NothingOfKindIssued(reference=edition.reference, kind=order.kind)
    if not there:
        raise NothingIssued(reference=edition.reference)
    there = choose(there, order, edition.ref)
    holders = {one.id: one for one in there}
    found = certificates.list_for_printing(store, edition.ref, order.kind, [one.serial for one in there])
    found = in_sequence(found, there, order, edition.languages)
    kept = {one.id: one.reason for one in certificates.not_to_be_handed_out(store, edition.ref)}
    last = max(date.fromisoformat(one.snapshot["issued_on"]) for one in found)
    return (
        [(one, holders[one.id]) for one in _by_kind(found) if one.id not in kept],
        _withheld(found, kept, voice),
        datetime.combine(last, time(), UTC),
    )


def _by_kind(found: Sequence[Printable]) -> list[Printable]:
    """Participants are called before those who taught them."""
    return sorted(found, key=lambda one: one.kind == "instruction")


def _withheld(found: Sequence[Printable], kept: Mapping[int, str], voice: Voice) -> tuple[ceremony.Withheld, ...]:
    return tuple(
        ceremony.Withheld(one.serial, _called(one, voice), _country(one, voice), kept[one.id])
        for one in found
        if one.id in kept
    )


def _called(one: Printable, voice: Voice) -> str:
    holder = one.snapshot["holder"]
    return f"{locale.honorific_in(holder['honorific'], voice.language)} {holder['name']}".strip()


def _country(one: Printable, voice: Voice) -> str:
    return voice.text(one.snapshot["holder"]["country_name"])


def _said(name: str) -> str:
    """A name in Latin letters, for who calls it and can't read its own; empty where it is written in them."""
    return "" if all(map(_is_latin, name)) else anyascii(name).strip()


def _is_latin(letter: str) -> bool:
    return letter <= _LAST_LATIN or any(first <= letter <= last for first, last in (_MARKS, _LATIN_TOO))


def _session(session: Session, voice: Voice) -> ceremony.CeremonySession:
    return ceremony.CeremonySession(
        title=voice.text(session.title),
        date=date.fromisoformat(session.date),
        start=session.start,
        end=session.end,
        room=session.room or "",
        authorities=tuple(
            facts.Expert(
                name=chair.name,
                post=voice.text(chair.post),
                organization=voice.organization(chair.organization, chair.acronym),
                treatment=locale.honorific_in(chair.honorific, voice.language),
            )
            for chair in session.chairs
        ),
    )
