"""The register as a file for a spreadsheet or another program: what leaves the office is recorded in the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl import __version__, certificates, locale, tables
from coursectl.certificates import ERASED, RegisterLine, printings
from coursectl.editions import EditionRef
from coursectl.errors import N_, CourseError, Refused
from coursectl.store import Act, Store, new_id
from coursectl.store.contract import ReadOnlyStore

HEADINGS = {
    "serial": N_("Serial"),
    "kind": N_("Kind"),
    "name": N_("Name"),
    "country": N_("Country"),
    "edition": N_("Edition"),
    "language": N_("Language"),
    "issued_on": N_("Issued on"),
    "state": N_("State"),
    "state_at": N_("In this state since (UTC)"),
    "reason": N_("Reason"),
    "superseded_by": N_("Replaced by"),
    "replaces": N_("Replaces"),
    "duplicate": N_("Duplicate"),
    "provisional": N_("Provisional"),
    "exception": N_("Exception"),
    "hash": N_("Hash"),
}
"""What a table of the register has, and how its columns are headed. JSON has the keys."""

_WORDS = ("kind", "state")
_ANSWERS = ("duplicate", "provisional")


class NothingToExport(Refused):
    """The register has nothing to export."""

    rule = "certificates_issued"
    wording = N_("There are no certificates to export. Issue them with: coursectl certificate issue -e EDITION")


class ExportReadOnly(Refused):
    """An export would be recorded, and the store is opened to be read only."""

    rule = "read_only"
    wording = N_(
        "An export is recorded in the register, and {store} is opened read-only, so nothing was written. To read the register: coursectl certificate list --csv"
    )


@dataclass(frozen=True)
class ExportedRegister:
    """The file that was written, with so many certificates of an edition (None: of all). `recorded`: not written before just so."""

    file: str
    edition: str | None
    certificates: int
    recorded: bool


def export_register(
    store: Store, path: Path, act: Act, edition: EditionRef | None = None, *, language: str = "en", force: bool = False
) -> ExportedRegister:
    """Write the register of an edition, or of all, to a file: CSV, TSV, XLSX, ODS or JSON, as its name ends.

    The register remembers which certificates were exported, so that their issue isn't undone as if nobody had seen them. A file
    that holds just this already, and was recorded, is left as it is. Raises NothingToExport, ExportReadOnly, Refused where
    another file is there, unless `force`; and as `tables.write_table`.
    """
    lines = certificates.list_lines(store, edition)
    if not lines:
        raise NothingToExport
    table = _table(lines, language, codes=path.suffix.lower() == ".json")
    title = edition.reference if edition else "register"
    done = ExportedRegister(str(path), edition.reference if edition else None, len(lines), recorded=True)
    before = path.read_bytes() if path.is_file() else None
    if before is not None:
        tables.refuse_unknown_ending(path)
        if before == tables.table_bytes(path.suffix.lower(), title, *table):
            exported = printings.list_printed(store, [line.id for line in lines], printings.EXPORTED)
            if len(exported) == len(lines):
                return ExportedRegister(done.file, done.edition, done.certificates, recorded=False)
        else:
            tables.refuse_to_replace(path, force=force)
    if not act.dry_run:
        tables.write_table(path, title, *table)
    _record(store, path, before, act, edition, lines)
    return done


def _record(
    store: Store, path: Path, before: bytes | None, act: Act, edition: EditionRef | None, lines: Sequence[RegisterLine]
) -> None:
    """Record the export; where that fails, the file is as it was before: nothing leaves the office unrecorded."""
    op_id = new_id()
    statements = printings.printing_statements(
        edition.id if edition else None,
        [line.id for line in lines],
        printings.EXPORTED,
        act,
        op_id=op_id,
        made_with={"coursectl": __version__},
    )
    command = f"certificate export {edition.reference if edition else '--all-editions'}"
    try:
        store.apply(act.operation(command, statements, undo="refused", op_id=op_id))
    except CourseError as error:
        if not act.dry_run:
            _put_back(path, before)
        if isinstance(error, ReadOnlyStore):
            raise ExportReadOnly(store=store.name) from error
        raise


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)


def _table(
    lines: Sequence[RegisterLine], language: str, *, codes: bool
) -> tuple[list[str], list[list[object]], tuple[str, ...]]:
    """Headers, rows and keys. A cell holds what a person reads, or a code where `codes`."""
    spoken = base if (base := language.partition("-")[0]) in locale.LANGUAGES else "en"

    def cell(name: str, value: object) -> object:
        if codes:
            return None if value == ERASED else value
        if name in _ANSWERS:
            return locale.translated("yes", spoken) if value else None
        if name in _WORDS or value == ERASED:
            return locale.translated(str(value), spoken)
        return value

    headers = [locale.translated(words, spoken) for words in HEADINGS.values()]
    rows = [[cell(name, getattr(line, name)) for name in HEADINGS] for line in lines]
    return headers, rows, tuple(HEADINGS)
