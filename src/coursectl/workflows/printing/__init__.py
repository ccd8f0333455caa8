"""From the store to files: gather the facts of a document, in its language, and have it made.

Documents get plain values; this is where rows become them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from coursectl import documents, editions, locale
from coursectl.documents.certificates import read_offset, read_paper
from coursectl.editions import Edition, EditionRef
from coursectl.errors import N_, NotFound, Usage
from coursectl.store import Act, Store
from coursectl.workflows.printing.addressees import NobodyToWriteTo, NotTheirLetter
from coursectl.workflows.printing.certificates import print_certificates
from coursectl.workflows.printing.handing_out import ceremony_facts, handover_facts
from coursectl.workflows.printing.labels import BADGES, PAPERS, badge_facts, card_facts
from coursectl.workflows.printing.letters import KINDS, print_letters
from coursectl.workflows.printing.lists import (
    BLANK_ROWS,
    ROWS_A_PAGE,
    directory_facts,
    logistics_facts,
    roster_facts,
    sheet_facts,
)
from coursectl.workflows.printing.orders import (
    DOCUMENTS,
    By,
    NoDates,
    NothingIssued,
    NothingOfKindIssued,
    NotReady,
    Order,
    OtherVersion,
    Printed,
    PrintedLetters,
    PrintedPeople,
    Progress,
    read_by,
)
from coursectl.workflows.printing.people import ROLES, NobodyToPrint, list_unsplit, surname_in_capitals
from coursectl.workflows.printing.preflight import NotFit, Preflight
from coursectl.workflows.printing.register import register_facts
from coursectl.workflows.printing.sheets import (
    CertificateOrder,
    Found,
    LogOutOfReach,
    NothingChosen,
    PrintedCertificates,
    read_groups,
    read_sequence,
)
from coursectl.workflows.printing.syllabus import syllabus_facts
from coursectl.workflows.printing.voice import Voice, edition_facts

__all__ = [
    "BADGES",
    "BLANK_ROWS",
    "DOCUMENTS",
    "KINDS",
    "PAPERS",
    "ROLES",
    "ROWS_A_PAGE",
    "By",
    "CertificateOrder",
    "Found",
    "LogOutOfReach",
    "NoDates",
    "NobodyToPrint",
    "NobodyToWriteTo",
    "NotFit",
    "NotReady",
    "NotTheirLetter",
    "NothingChosen",
    "NothingIssued",
    "NothingOfKindIssued",
    "Order",
    "OtherVersion",
    "Preflight",
    "Printed",
    "PrintedCertificates",
    "PrintedLetters",
    "PrintedPeople",
    "Progress",
    "edition_facts",
    "print_document",
    "read_by",
    "read_groups",
    "read_offset",
    "read_paper",
    "read_sequence",
    "surname_in_capitals",
]


def print_document(
    store: Store, ref: EditionRef, order: Order, progress: Progress | None = None, act: Act | None = None
) -> Printed:
    """Make a document of an edition and write it into the order's folder. `act`: who prints, for the log of certificates.

    Raises Usage for a document or form that there isn't, Refused where facts are missing or a file is in the way, and
    whatever a template or a name that no font can show has to say.
    """
    if order.document not in DOCUMENTS:
        raise Usage(
            N_("There is no document {name!r}. There are: {known}."), name=order.document, known=", ".join(DOCUMENTS)
        )
    for folder in order.templates:
        if not folder.is_dir():
            raise NotFound(N_("There is no folder {folder} to take templates from."), folder=folder)
    if order.document == "certificates":
        return print_certificates(store, ref, order, progress, act)
    edition = editions.get_edition(store, ref)
    if edition.start is None or edition.end is None:
        raise NoDates(reference=ref.reference)
    if order.document == "letters":
        return print_letters(store, edition, order, progress)
    language = order.language or next(iter(edition.languages), locale.tool_language())
    gathered, at = _GATHER[order.document](store, edition, Voice(language, edition.languages), order)
    data = documents.render(order.document, gathered, format=order.format, templates=order.templates, at=at)
    name = f"{ref.reference}-{order.document}-{language}.{order.format}"
    path = documents.write_file(order.folder, name, data, force=order.force)
    if order.document not in _OF_PEOPLE:
        return Printed(order.document, ref.reference, str(order.folder), (path.name,))
    unsplit = list_unsplit(store, edition, order)
    return PrintedPeople(order.document, ref.reference, str(order.folder), (path.name,), unsplit=unsplit)


_OF_PEOPLE = ("directory", "logistics", "badges", "table-cards")  # which may have surnames in capitals
_Gathering = Callable[[Store, Edition, Voice, Order], tuple[Any, datetime]]
_GATHER: dict[str, _Gathering] = {
    "syllabus": syllabus_facts,
    "attendance-sheet": sheet_facts,
    "roster": roster_facts,
    "directory": directory_facts,
    "logistics": logistics_facts,
    "badges": badge_facts,
    "table-cards": card_facts,
    "register": register_facts,
    "handover-list": handover_facts,
    "ceremony-order": ceremony_facts,
}
