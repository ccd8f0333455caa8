"""Bring new sentences into the catalogs, and compile them: python tools/catalogs.py [--check]

Sentences are taken from src/coursectl by Babel. Those that are new stand empty in each coursectl.po, to be translated;
those that are said no more are taken out. Words of documents are written in templates/lang/en.po, each with its key; the
other languages there get those that are new, and lose those that English has no more. With --check nothing is written;
exit code 1 says that something would be.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "coursectl"
CATALOGS = SOURCE / "catalogs"
WORDS = ROOT / "templates" / "lang"
OF_ONE_LANGUAGE = "edition.joined."  # by the first words that titles of courses have in a language: each has its own
LANGUAGES = ("es", "pt", "fr")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def extract() -> Catalog:
    """Every sentence that the source says, without places in the source, which would change with every edit."""
    catalog = Catalog(project="coursectl", charset="utf-8")
    for _file, _line, message, _comments, _context in extract_from_dir(
        SOURCE, [("**.py", "python")], keywords=KEYWORDS
    ):
        if message:
            catalog.add(message)
    return catalog


def po_file(language: str) -> Path:
    """Where a language's sentences are translated."""
    return CATALOGS / language / "LC_MESSAGES" / "coursectl.po"


def updated(language: str, template: Catalog) -> Catalog:
    """The language's catalog with the sentences of the template, in order; what was translated stays translated."""
    path = po_file(language)
    old = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(language)
    new = Catalog(language, project="coursectl", charset="utf-8", fuzzy=False)
    for message in sorted(template, key=lambda message: str(message.id)):
        if message.id:
            known = old.get(message.id if isinstance(message.id, str) else message.id[0])
            new.add(message.id, known.string if known else "")
    return new


def as_po(catalog: Catalog) -> bytes:
    """The catalog as text, without dates: equal sentences are equal bytes."""
    head = f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    body = io.BytesIO()
    write_po(body, catalog, width=0, omit_header=True)
    return head.encode() + body.getvalue()


def as_mo(po: bytes, language: str) -> bytes:
    """The catalog as gettext reads it."""
    return as_compiled(read_po(io.BytesIO(po), locale=language))


def as_compiled(catalog: Catalog) -> bytes:
    """The same of a catalog that has been read."""
    catalog.creation_date = catalog.revision_date = datetime(
        2015, 3, 9, tzinfo=UTC
    )  # its header would have that of today
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def read_words(path: Path) -> Catalog:
    """The words of documents in one language."""
    return read_po(io.BytesIO(path.read_bytes()), locale=path.stem.replace("-", "_"))


def updated_words(path: Path, english: Catalog) -> Catalog:
    """The same with the texts of the English one, in their order; of those that are its own alone, as they are."""
    old = {message.context: message for message in read_words(path) if message.id}
    new = Catalog(path.stem.replace("-", "_"), charset="utf-8", fuzzy=False)
    own = [key for key in old if key.startswith(OF_ONE_LANGUAGE)]
    for message in english:
        if message.id and not message.context.startswith(OF_ONE_LANGUAGE):
            known = old.get(message.context)
            said = known.string if known else ""
            new.add(message.id, said, context=message.context, auto_comments=message.auto_comments)
        while own and (message.context or "") == "edition.otherwise":
            new.add(old[own[0]].id, old[own[0]].string, context=own.pop(0))
    return new


def word_files() -> Iterator[tuple[Path, bytes]]:
    """The catalogs of documents, and each compiled; English ones are their own translation."""
    english = read_words(WORDS / "en.po")
    for path in sorted(WORDS.glob("*.po")):
        po = as_po(updated_words(path, english))
        yield path, po
        whole = read_po(io.BytesIO(po), locale=path.stem.replace("-", "_"))
        if path.stem == "en":
            for message in whole:
                message.string = message.string if message.id == "" else message.id
        yield path.with_suffix(".mo"), as_compiled(whole)


def files() -> Iterator[tuple[Path, bytes]]:
    """Each file of the catalogs with what ought to be in it."""
    yield from word_files()
    template = extract()
    for language in LANGUAGES:
        po = as_po(updated(language, template))
        yield po_file(language), po
        yield po_file(language).with_suffix(".mo"), as_mo(po, language)


def main() -> int:
    """Write what changed, or with --check only say it."""
    stale = [(path, made) for path, made in files() if not path.exists() or path.read_bytes() != made]
    for path, made in stale:
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
