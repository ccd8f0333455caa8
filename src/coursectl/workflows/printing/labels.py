"""The facts of badges and table cards, and the sheets that they are printed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.errors import N_, Usage
from coursectl.store import Store
from coursectl.store.undo import get_changes
from coursectl.workflows.printing.orders import Order
from coursectl.workflows.printing.people import Somebody, language_of, list_people
from coursectl.workflows.printing.voice import PROGRAM_TABLES, Voice, edition_in, instant, sex

_INCH = 25.4
PAPERS: Mapping[str, tuple[str, float, float]] = {
    "a4": ("a4", 210, 297),
    "letter": ("us-letter", 8.5 * _INCH, 11 * _INCH),
}
"""By the word of the command: Typst's name, width and height in millimeters."""

BADGES: Mapping[str, Mapping[str, tuple[float, float, int, int]]] = {
    "a4": {"90x54": (90, 54, 2, 5), "86x55": (86, 55, 2, 4)},
    "letter": {"4x3in": (4 * _INCH, 3 * _INCH, 2, 3)},
}
"""The labels of each paper, the usual one first: width, height, how many in a row, how many rows."""

_TABLES = ("enrollment", "signatory", *PROGRAM_TABLES)


def badge_facts(store: Store, edition: Edition, voice: Voice, order: Order) -> tuple[facts.LabelFacts, datetime]:
    """A badge for everybody who is wanted. Raises NobodyToPrint, and Usage for paper that there is not."""
    sheet = badge_sheet(order.paper, order.labels)
    if not 1 <= order.start <= sheet.columns * sheet.rows:
        raise Usage(
            N_("A sheet has {count} labels: --start is a number from 1 to {count}, not {start}."),
            count=sheet.columns * sheet.rows,
            start=order.start,
        )
    return _facts(store, edition, voice, order, sheet)


def card_facts(store: Store, edition: Edition, voice: Voice, order: Order) -> tuple[facts.LabelFacts, datetime]:
    """A table card for everybody who is wanted. Raises as `badge_facts`."""
    name, width, height = _paper(order.paper)
    return _facts(store, edition, voice, order, facts.LabelSheet(name, width, height, width, height, 1, 1))


def badge_sheet(paper: str, labels: str | None) -> facts.LabelSheet:
    """The sheet that is meant. Raises Usage."""
    name, width, height = _paper(paper)
    known = BADGES[paper]
    if labels is not None and labels not in known:
        raise Usage(
            N_("There are no labels {labels!r} on {paper}. There are: {known}."),
            labels=labels,
            paper=paper,
            known="; ".join(f"{size} ({one})" for one, sizes in BADGES.items() for size in sizes),
        )
    return facts.LabelSheet(name, width, height, *known[labels or next(iter(known))])


def _paper(words: str) -> tuple[str, float, float]:
    if words not in PAPERS:
        raise Usage(N_("There is no paper {paper!r}. Use one of: {known}."), paper=words, known=", ".join(PAPERS))
    return PAPERS[words]


def _facts(
    store: Store, edition: Edition, voice: Voice, order: Order, sheet: facts.LabelSheet
) -> tuple[facts.LabelFacts, datetime]:
    at = instant(get_changes(store, edition.id, _TABLES).last_at, edition)
    voices = {voice.language: voice}
    heads = {voice.language: edition_in(store, edition, voice)}

    def label(one: Somebody) -> facts.LabelPerson:
        language = language_of(one.language, edition, order)
        if language not in voices:
            voices[language] = Voice(language, edition.languages)
            heads[language] = edition_in(store, edition, voices[language])
        own = voices[language]
        return facts.LabelPerson(
            heads[language], one.printed(language, capitals=order.capitals), one.role, sex(one.sex), own.country(one.country),
            own.organization(one.organization, one.acronym),
        )  # fmt: skip

    people = tuple(map(label, list_people(store, edition, order)))
    return facts.LabelFacts(heads[voice.language], people, sheet, order.start), at
