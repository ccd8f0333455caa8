"""Which certificates go on paper, in which order, and what is said of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursectl import documents, editions, locale
from coursectl.certificates import HolderOfToday, Printable
from coursectl.documents.certificates import Page, Remark
from coursectl.editions import EditionRef
from coursectl.errors import N_, Ambiguous, NotFound, Refused, Usage
from coursectl.store import Store
from coursectl.workflows.printing.orders import Order, OtherVersion, Printed

SEQUENCES = ("serial", "country", "name", "seat")
"""The orders that sheets may come in; a seat is the number of a participant."""


@dataclass(frozen=True)
class CertificateOrder(Order):
    """Certificates to be printed, and how.

    `sequence` is one of SEQUENCES; `since` the number of the first sheet, where a printer has jammed before it. `accept`:
    remarks that don't stop, as NAME:RULE. `proof`: with a word across, and not in the log. `calibrate`: one sheet with
    rulers instead. `check`: only what would be wrong. `dry_run`: as if, nothing is written.
    """

    page: Page = field(default_factory=Page)
    by_language: bool = False
    sequence: str = "serial"
    since: str = ""
    accept: tuple[str, ...] = ()
    proof: bool = False
    calibrate: bool = False
    check: bool = False
    dry_run: bool = False

    @classmethod
    def of(cls, order: Order) -> CertificateOrder:
        """The same order, where it says nothing that only certificates have."""
        return order if isinstance(order, cls) else cls(**vars(order))


@dataclass(frozen=True)
class Found:
    """A remark of the preflight, and whether somebody has said that it is all right."""

    remark: Remark
    accepted: bool = False

    @property
    def stops(self) -> bool:
        """Whether nothing is printed because of it."""
        return self.remark.stops and not self.accepted


@dataclass(frozen=True)
class PrintedCertificates(Printed):
    """Certificates that were printed. `manifest` are the files that list them; `logged` how many went into the log.

    None go there that were there already, byte for byte. `unkept`: how many were issued before templates were kept, and have
    those of today; `other_versions`: what they were issued with in another version than they are printed with.
    """

    manifest: tuple[str, ...] = ()
    logged: int = 0
    found: tuple[Found, ...] = ()
    unkept: int = 0
    other_versions: tuple[OtherVersion, ...] = ()


class NothingChosen(Refused):
    """Nobody is left to print."""

    rule = "somebody_there"
    wording = N_("{reference}: --only and --except leave no certificate to print.")


class LogOutOfReach(Refused):
    """A printing has to be in the log, and this store can't be written."""

    rule = "printing_logged"
    wording = N_(
        "{store} can't be written, and every printing goes into its log, so nothing was printed. "
        "To see the sheets all the same, with a word across them, add --proof."
    )


def read_sequence(words: str) -> str:
    """The order of the sheets. Raises Usage."""
    if words not in SEQUENCES:
        raise Usage(N_("There is no order {order!r}. Use one of: {known}."), order=words, known=", ".join(SEQUENCES))
    return words


def read_groups(words: str | None) -> bool:
    """Whether there is a file for each language. Raises Usage for whatever else it is to be by."""
    if words not in (None, "language"):
        raise Usage(N_("Certificates are put into files by language, not by {by!r}."), by=words)
    return words is not None


def choose(there: Sequence[HolderOfToday], order: CertificateOrder, ref: EditionRef) -> list[HolderOfToday]:
    """Those whom --only names (nobody named: all), without those whom --except names.

    Raises NotFound and Ambiguous for the names, NothingChosen where nobody is left.
    """
    wanted = {one.id for who in order.only for one in named(there, who, ref)}
    unwanted = {one.id for who in order.leave_out for one in named(there, who, ref)}
    chosen = [one for one in there if (not order.only or one.id in wanted) and one.id not in unwanted]
    if not chosen:
        raise NothingChosen(reference=ref.reference)
    return chosen


def named(there: Sequence[HolderOfToday], who: str, ref: EditionRef) -> list[HolderOfToday]:
    """The certificates that are meant by a serial number, or by a person's number, e-mail, name or some of its words.

    Somebody may have several, of different kinds. Raises NotFound, and Ambiguous where several people are meant.
    """
    fitting = _fitting(there, who.strip())
    if not fitting:
        raise NotFound(
            N_("{reference} has no certificate that fits {who!r}. List them with: coursectl certificate list -e {reference}"),
            reference=ref.reference,
            who=who,
        )  # fmt: skip
    if len({one.person_id for one in fitting}) > 1:
        raise Ambiguous(name=who, choices="; ".join(f"{one.serial} {one.name}" for one in fitting))
    return fitting


def _fitting(there: Sequence[HolderOfToday], who: str) -> list[HolderOfToday]:
    if serials := [one for one in there if one.serial.casefold() == who.casefold()]:
        return serials
    if who.isdecimal():
        return [one for one in there if str(one.number) == who.lstrip("0")]
    if "@" in who:
        return [one for one in there if one.email.casefold() == who.casefold()]
    wanted = locale.fold(who)
    words = set(wanted.split())
    exact = [one for one in there if locale.fold(one.name) == wanted]
    return exact or [one for one in there if words and words <= set(locale.fold(one.name).split())]


def in_sequence(
    printables: Sequence[Printable], holders: Sequence[HolderOfToday], order: CertificateOrder, languages: Sequence[str]
) -> list[Printable]:
    """The sheets in the order that is asked for, those of one language together where each has a file.

    Countries and names are sorted as the edition's first language does it; who has no country, or no number, comes last.
    Sheets that are alike in that stay in the order of the register.
    """
    of_today = {one.id: one for one in holders}
    collation = next(iter(languages), "en")

    def country(one: Printable) -> str:
        return locale.pick(one.snapshot["holder"]["country_name"] or {}, collation, languages)

    def name(one: Printable) -> tuple[str, str, str]:
        return locale.sort_key(of_today[one.id].filed_under, collation)

    def number(one: Printable) -> int | None:
        return of_today[one.id].number

    keys: dict[str, Callable[[Printable], tuple[object, ...]]] = {
        "serial": lambda _one: (),
        "country": lambda one: (not country(one), locale.sort_key(country(one), collation), name(one)),
        "name": lambda one: (name(one),),
        "seat": lambda one: (number(one) is None, number(one) or 0),
    }
    found = sorted(printables, key=keys[order.sequence])
    if not order.by_language:
        return found
    places = {tag: place for place, tag in enumerate(dict.fromkeys([*languages, *map(language_of(order), found)]))}
    return sorted(found, key=lambda one: places[language_of(order)(one)])


def language_of(order: Order) -> Callable[[Printable], str]:
    """The language of each sheet: the one that is asked for, else its person's, as the register has it."""
    return lambda one: str(order.language or one.snapshot["language"])


def from_on(printables: Sequence[Printable], order: CertificateOrder, ref: EditionRef) -> list[Printable]:
    """The sheets from the one on that --from names. Raises NotFound."""
    if not order.since:
        return list(printables)
    at = next((n for n, one in enumerate(printables) if one.serial.casefold() == order.since.strip().casefold()), None)
    if at is None:
        raise NotFound(
            N_("Certificate {serial} isn't among those of {reference} that are to be printed, so they can't go on from it."),
            serial=order.since,
            reference=ref.reference,
        )  # fmt: skip
    return list(printables[at:])


def file_of(one: documents.Rendered, ref: EditionRef, order: CertificateOrder) -> str:
    """The name of the file, as it will be on disk."""
    before = f"{ref.reference}-" if order.merged or order.by_language else ""
    return documents.safe_name(f"{before}{one.name}.pdf")


def is_free(folder: Path, name: str, data: bytes) -> bool:
    """Whether the file isn't there, or holds just that."""
    path = folder / name
    return not path.exists() or (path.is_file() and path.read_bytes() == data)


def edition_languages(store: Store, ref: EditionRef) -> tuple[str, ...]:
    """The languages of the edition, its main one first."""
    return tuple(editions.get_edition(store, ref).languages)
