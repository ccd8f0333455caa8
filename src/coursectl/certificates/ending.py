"""How a certificate ends: void, or superseded by a new one with its own number. Row and number stay; no way leads back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coursectl.certificates.kinds import AlreadyEnded
from coursectl.certificates.register import CertificateEntry, get_certificate, void_statements
from coursectl.errors import N_, Usage
from coursectl.store import Act, Store
from coursectl.tables import clean


@dataclass(frozen=True)
class Voided:
    """Certificates that are void from now on, in the order in which they were named; `editions` are theirs."""

    editions: tuple[str, ...]
    serials: tuple[str, ...]
    reason: str


def void(store: Store, serials: Sequence[str], reason: str, act: Act) -> Voided:
    """Make certificates void, with the reason: all of them or none. Their rows and numbers stay in the register.

    Raises NotFound for a number that there isn't, AlreadyEnded where one is void or superseded already, Usage without a reason.
    """
    reason = clean(reason)
    if not reason:
        raise Usage(N_("Say why, for the register: --because REASON"))
    entries = {entry.id: entry for entry in (get_certificate(store, serial) for serial in serials)}
    for entry in entries.values():
        refuse_ended(entry)
    named = tuple(entry.serial for entry in entries.values())
    command = f"certificate void {named[0]}" + (f" … {named[-1]} ({len(named)})" if len(named) > 1 else "")
    statements = void_statements(store, list(entries), reason, act)
    # A certificate never comes back: whoever needs one gets a new one.
    store.apply(act.operation(command, statements, undo="refused"))
    return Voided(tuple(dict.fromkeys(entry.edition for entry in entries.values())), named, reason)


def refuse_ended(entry: CertificateEntry) -> None:
    """Raise AlreadyEnded where the certificate isn't valid any more, saying since when and by which."""
    last = entry.events[-1]
    if entry.state == "superseded":
        raise AlreadyEnded(
            N_(
                "{serial} was superseded by {successor} on {on}, which counts in its place. Look with: coursectl certificate show {successor}"
            ),
            serial=entry.serial,
            successor=entry.superseded_by,
            on=last.at[:10],
        )
    if entry.state != "issued":
        raise AlreadyEnded(
            N_(
                "{serial} is void already, since {on}. Look with: coursectl certificate show {serial}; to give a new one: coursectl certificate issue -e {edition} --kind {kind}"
            ),
            serial=entry.serial,
            on=last.at[:10],
            edition=entry.edition,
            kind=entry.kind,
        )
