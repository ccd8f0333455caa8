"""The kinds of certificates, and what can be wrong with one before it is in the register."""

from __future__ import annotations

from coursectl.editions import EditionLacks
from coursectl.errors import N_, Refused, Usage

KINDS = ("completion", "participation", "instruction")
STATES = ("issued", "superseded", "void")


class NotPrintable(EditionLacks):
    """The edition lacks what every certificate prints. The sentence names all of it, and the command that adds it."""

    rule = "certificate_complete"
    wording = N_(
        "{reference} lacks what its certificates print: {missing}. Add it with: coursectl edition edit {reference} {options}"
    )


class NobodyEligible(Refused):
    """There is nobody to issue a certificate to; the sentence says why."""

    rule = "somebody_eligible"


class NotEligible(Refused):
    """Somebody was named who can't have a certificate of this kind."""

    rule = "somebody_eligible"


class NothingProvisional(Refused):
    """Once an edition is closed everybody's outcome is known."""

    rule = "provisional_before_closing"
    wording = N_("{reference} is closed, so nothing is provisional any more. Leave out --provisional.")


class AlreadyIssued(Refused):
    """Somebody else issued a certificate to one of them in the same moment."""

    rule = "one_certificate"
    wording = N_(
        "{reference}: somebody else has just issued {kind} certificates to some of them; nothing was issued twice. "
        "Look with: coursectl certificate list -e {reference}"
    )


class SerialTaken(Refused):
    """The course's pattern gives a number that the register has already, of another course or from another pattern."""

    rule = "serial_once"
    wording = N_(
        "The serial numbers of {course} would repeat some that the register has already: its pattern is {pattern!r}. "
        "Give it one of its own: coursectl course edit {course} --serial '{{course}}-{{year}}-{{number}}'"
    )


class FactsMoved(Refused):
    """Something that the certificates print was changed while they were being made."""

    rule = "facts_unmoved"
    wording = N_(
        "{reference}: people or program are being changed at this moment, so nothing was issued. Type the command again."
    )


class PrintedStays(Refused):
    """Certificates that were printed or exported are to be undone."""

    rule = "printed_stays"
    wording = N_(
        "These certificates were printed or exported, so their issue can't be undone: {serials}. Make void those that aren't to count, with the reason: coursectl certificate void {first} --because REASON"
    )


class AlreadyEnded(Refused):
    """The certificate isn't valid any more: it is void or was superseded."""

    rule = "certificate_live"


def check_state(state: str) -> str:
    """The state, if it is one. Raises Usage."""
    if state not in STATES:
        raise Usage(
            N_("{state!r} is no state of a certificate. Use one of: {known}."), state=state, known=", ".join(STATES)
        )
    return state
