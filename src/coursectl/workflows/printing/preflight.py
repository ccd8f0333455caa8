"""Before paper: what the register and the roster know of the certificates that are to be printed, and what is accepted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from coursectl import certificates, editions, locale
from coursectl.certificates import HolderOfToday
from coursectl.documents import facts
from coursectl.documents.certificates import RULES, Remark, check_sheets
from coursectl.editions import Edition, EditionRef
from coursectl.errors import N_, Refused, Usage, Word
from coursectl.store import Store
from coursectl.workflows.printing.sheets import CertificateOrder, Found, named

ALL = "all"
# Where letter paper is what one buys, says CLDR (territoryInfo, paperSize).
_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])


@dataclass(frozen=True)
class Preflight:
    """What was found before printing: `certificates` were looked at."""

    edition: str
    certificates: int
    found: tuple[Found, ...]

    @property
    def stops(self) -> int:
        """How many remarks keep everything from being printed."""
        return sum(one.stops for one in self.found)


class NotFit(Refused):
    """Something is wrong with certificates that were to be printed."""

    rule = "fit_to_print"
    wording = N_(
        "{reference}: {stops} of what was found must be mended before certificates are printed; nothing was written. "
        "Mend it, or go on with: --accept NAME:RULE"
    )

    def __init__(self, preflight: Preflight) -> None:
        one = N_(
            "{reference}: one thing must be mended before certificates are printed; nothing was written. "
            "Mend it, or go on with: --accept NAME:RULE"
        )
        super().__init__(one if preflight.stops == 1 else None, reference=preflight.edition, stops=preflight.stops)
        self.preflight = preflight


def check_accepted(accept: Sequence[str]) -> None:
    """Whether each is NAME:RULE, with a rule that there is. Raises Usage."""
    for words in accept:
        _read_accepted(words)


def _read_accepted(words: str) -> tuple[str, str]:
    who, colon, rule = words.rpartition(":")
    if not colon or not who.strip():
        raise Usage(
            N_("--accept takes NAME:RULE, like ICIM-2015-0001:capitals or all:capitals, not {words!r}."), words=words
        )
    if rule.strip() not in RULES:
        raise Usage(
            N_("There is no rule {rule!r} to accept. The rules are: {known}."),
            rule=rule.strip(),
            known=", ".join(RULES),
        )
    return who.strip(), rule.strip()


def look(
    store: Store,
    ref: EditionRef,
    order: CertificateOrder,
    sheets: Mapping[str, facts.CertificateFacts],
    there: Sequence[HolderOfToday],
    *,
    today: str,
    at: datetime,
) -> Preflight:
    """Everything that is wrong with these sheets (by serial) of the people that are `there`, with what is accepted of it.

    Raises Usage and NotFound for what is accepted, and what words of documents that are missing raise.
    """
    edition = editions.get_edition(store, ref)
    remarks = [
        *_check_paper(edition, order),
        *check_sheets(
            list(sheets.values()),
            page=order.page,
            reverse=order.reverse,
            templates=order.templates,
            today=date.fromisoformat(today),
            at=at,
        ),
        *_check_holders(there, sheets),
        *_check_without(store, edition, order, there),
    ]
    accepted = [_accepted(words, there, remarks, ref) for words in order.accept]
    found = [Found(one, any(_covers(one, rule, whose) for rule, whose in accepted)) for one in remarks]
    return Preflight(ref.reference, len(sheets), tuple(sorted(found, key=lambda one: not one.stops)))


def _accepted(
    words: str, there: Sequence[HolderOfToday], remarks: Sequence[Remark], ref: EditionRef
) -> tuple[str, frozenset[str] | None]:
    """A rule, and whose remarks of it are accepted, by serial or name; None: everybody's."""
    who, rule = _read_accepted(words)
    if who == ALL:
        return rule, None
    folded = locale.fold(who)
    if any(locale.fold(one.name) == folded and not one.serial for one in remarks):  # who has no certificate, or a thing
        return rule, frozenset({folded})
    return rule, frozenset(one.serial for one in named(there, who, ref))


def _covers(one: Remark, rule: str, whose: frozenset[str] | None) -> bool:
    return one.rule == rule and (whose is None or (one.serial or locale.fold(one.name)) in whose)


def _check_paper(edition: Edition, order: CertificateOrder) -> Iterator[Remark]:
    usual = "letter" if edition.country in _LETTER else "a4"
    if edition.country and order.page.paper != usual:
        yield Remark(
            "paper",
            N_("the paper is to be {paper}; where the edition is held, {usual} is what printers have"),
            {"paper": order.page.paper, "usual": usual},
            "",
            edition.reference,
            f"coursectl render certificates -e {edition.reference} --paper {usual}",
        )


def _check_holders(there: Sequence[HolderOfToday], sheets: Mapping[str, facts.CertificateFacts]) -> Iterator[Remark]:
    """Certificates whose people are gone, have two, or are called otherwise by now."""
    several = Counter((one.person_id, one.kind) for one in there)
    for one in there:
        void = f"coursectl certificate void {one.serial} --because REASON"
        if one.erased:
            wording = N_("its person was erased, and what it says with them; it can't be printed")
            yield Remark("no_person", wording, {}, one.serial, "", void, stops=True)
            continue
        printed = sheets[one.serial].name
        if not one.belongs:
            yield Remark("no_person", *_gone(one), one.serial, printed, void, stops=True)
        if several[one.person_id, one.kind] > 1:
            wording = N_("its person has another {kind} certificate of this edition")
            yield Remark("twice", wording, {"kind": Word(one.kind)}, one.serial, printed, void, stops=True)
        if one.name != printed:
            wording = N_("its person is called {name!r} today")
            replace = f"coursectl certificate replace {one.serial} --because misspelled"
            yield Remark("name_changed", wording, {"name": one.name}, one.serial, printed, replace)


def _gone(one: HolderOfToday) -> tuple[str, dict[str, object]]:
    if one.kind == "instruction":
        return N_("its person isn't an expert of the edition any more"), {}
    if one.status is None:
        return N_("its person isn't in the edition any more"), {}
    return N_("its person isn't a trainee of the edition any more: {status}"), {"status": Word(one.status)}


def _check_without(
    store: Store, edition: Edition, order: CertificateOrder, there: Sequence[HolderOfToday]
) -> Iterator[Remark]:
    """Who may have a certificate of a kind that is printed and has none. Who prints for some people doesn't ask for others."""
    if order.only or order.leave_out or order.since:
        return
    for kind in dict.fromkeys(one.kind for one in there):
        if kind not in certificates.KINDS:
            continue
        for one in certificates.list_without(store, edition, kind):
            yield Remark(
                "no_certificate",
                N_("may have a certificate of {kind} and has none"),
                {"kind": Word(kind)},
                "",
                one.name,
                f'coursectl certificate issue -e {edition.reference} --kind {kind} --only "{one.name}"',
            )
