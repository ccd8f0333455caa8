"""The facts of the register as a document: every number of an edition, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from coursectl import certificates, locale
from coursectl.certificates import RegisterLine
from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.store import Store
from coursectl.workflows.printing.orders import Order
from coursectl.workflows.printing.voice import Voice, edition_in, instant


def register_facts(store: Store, edition: Edition, voice: Voice, _order: Order) -> tuple[facts.RegisterFacts, datetime]:
    """What the register says of the edition's certificates, and when that was changed last."""
    lines = certificates.list_lines(store, edition.ref)
    at = instant(max((line.state_at for line in lines), default=None), edition)
    entries = tuple(_entry(line, voice) for line in lines)
    return facts.RegisterFacts(edition_in(store, edition, voice), entries, at.date()), at


def _entry(line: RegisterLine, voice: Voice) -> facts.RegisterEntry:
    undone = line.reason == certificates.UNDO_REASON
    return facts.RegisterEntry(
        serial=line.serial,
        name="" if line.erased else line.name,
        kind=line.kind,
        issued_on=date.fromisoformat(line.issued_on),
        state=line.state,
        state_on=date.fromisoformat(line.state_at[:10]) if line.state != "issued" else None,
        country_name=voice.country(line.country),
        reason=locale.translated(line.reason, voice.language) if undone and line.reason else line.reason or "",
        superseded_by=line.superseded_by or "",
        replaces=line.replaces or "",
        duplicate=line.duplicate,
        exception=line.exception or "",
    )
