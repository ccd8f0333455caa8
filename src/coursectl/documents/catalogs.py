"""Catalogs of documents' words: gettext files, `templates/lang/es.po`, a stable key (`msgctxt`) for each text.

The product's own are compiled (`es.mo`), so that a single certificate waits for no parser; those of an office are read
as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, c2py
from pathlib import Path
from string import Formatter
from typing import TypeAlias

from coursectl.documents.templates import BadTemplate, template_folders
from coursectl.errors import N_, BadInput

_CONTEXT = "\x04"  # what stands between a key and its English text in a compiled catalog


@dataclass(frozen=True)
class Plural:
    """A text with a number: its forms, and which of them goes with a number (the `plural=` of the language's `Plural-Forms`)."""

    forms: tuple[str, ...]
    rule: str  # not the function that it makes: words go to another process with the templates of an office

    def of(self, number: int) -> str:
        """The form that goes with so many."""
        return self.forms[_rule(self.rule)(number)]


@cache
def _rule(expression: str) -> Callable[[int], int]:
    made: Callable[[int], int] = c2py(expression)
    return made


Wording: TypeAlias = str | Plural
Catalog: TypeAlias = Mapping[str, Wording]
"""Words by key: `roster.title`."""


def read_catalog(language: str, templates: Sequence[Path] = ()) -> dict[str, Wording]:
    """The words of a language (BCP 47), those of `es` for `es-AR`; an office's own over the product's, one by one.

    Raises BadInput (no such language) and BadTemplate.
    """
    files = _language_files(language, templates)
    if not files:
        raise BadInput(
            N_(
                "There are no words for documents in {language!r}. There are: {languages}. Add a file lang/{language}.po."
            ),
            language=language,
            languages=", ".join(list_languages(templates)),
        )
    words: dict[str, Wording] = {}
    for file in reversed(files):
        words = _overlaid(words, read_file(file), file)
    return words


def word_files(templates: Sequence[Path] = ()) -> list[Path]:
    """Every file with words of documents, in all languages and folders."""
    return [file for folder in template_folders(templates) for file in sorted(folder.glob("lang/*.po"))]


def list_languages(templates: Sequence[Path] = ()) -> list[str]:
    """The languages that there are words of documents in."""
    return sorted({file.stem for folder in template_folders(templates) for file in folder.glob("lang/*.po")})


def _language_files(language: str, templates: Sequence[Path]) -> list[Path]:
    """The files of the language, most telling first: the nearest tag, then the order of folders."""
    folders = template_folders(templates)
    tags = dict.fromkeys((language, language.split("-")[0]))
    _refuse_former_files([file for folder in folders for file in folder.glob("lang/*.toml") if file.stem in tags])
    known = set(list_languages(templates))
    places = [folder / "lang" / f"{tag}.po" for tag in tags if tag in known for folder in folders]
    return [place for place in places if place.is_file()]


def _refuse_former_files(places: Sequence[Path]) -> None:
    """Words were once in files of another form: whoever changed some there would print without them, and not know."""
    for place in places:
        raise BadTemplate(
            N_(
                "{file}: words of documents are in gettext files now, and this one is read no more. "
                "Write your words into {name}.po, each with its key as msgctxt, and remove it."
            ),
            file=place,
            name=place.stem,
        )


def read_file(file: Path) -> dict[str, Wording]:
    """The words that one file has. Of a compiled one beside it the product's own tests say that it is the same."""
    compiled = file.with_suffix(".mo")
    return _read_compiled(compiled) if compiled.is_file() and _is_ours(file) else _read_text(file)


def _is_ours(file: Path) -> bool:
    return file.parent.parent in template_folders()


class _Compiled(GNUTranslations):
    """A compiled catalog, which shows all that it has; the base class promises this dictionary to those that extend it."""

    _catalog: dict[str | tuple[str, int], str]
    _info: dict[str, str]

    def words(self) -> dict[str, Wording]:
        """Its texts by their keys."""
        found: dict[str, Wording] = {}
        forms: dict[str, list[str]] = {}
        for message, text in self._catalog.items():
            if isinstance(message, tuple):
                forms.setdefault(message[0].partition(_CONTEXT)[0], []).append(text)
            elif message:
                found[message.partition(_CONTEXT)[0]] = text
        rule = self._info.get("plural-forms", "plural=n != 1").partition("plural=")[2].strip(" ;")
        return found | {key: Plural(tuple(texts), rule) for key, texts in forms.items()}


def _read_compiled(file: Path) -> dict[str, Wording]:
    with file.open("rb") as stream:
        return _Compiled(stream).words()


def _read_text(file: Path) -> dict[str, Wording]:
    """The words of a .po file. One that is empty or fuzzy is none, except English: there the text is its own translation."""
    from babel.messages.pofile import PoFileError, read_po

    from coursectl.locale.languages import locale_of

    language = file.stem
    try:
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=locale_of(language), abort_invalid=True)
        rule = catalog.plural_expr
        _rule(rule)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, PoFileError) as error:
        raise BadTemplate(N_("Words of documents, {file}: {reason}."), file=file, reason=str(error)) from error
    own = language.partition("-")[0] == "en"
    found: dict[str, Wording] = {}
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        if not message.context:
            text = message.id if isinstance(message.id, str) else message.id[0]
            raise BadTemplate(N_("Words of documents, {file}: {text!r} has no key (msgctxt)."), file=file, text=text)
        said = (message.string if _is_said(message.string) else message.id if own else "") or ""
        if said:
            found[message.context] = said if isinstance(said, str) else Plural(tuple(said), rule)
    return found


def _is_said(text: str | Sequence[str] | None) -> bool:
    return bool(text) if text is None or isinstance(text, str) else bool(text) and all(text)


def _overlaid(below: Catalog, above: Catalog, file: Path) -> dict[str, Wording]:
    """The words with those of `file` above them. Raises BadTemplate where these are of another make."""
    for key, wording in above.items():
        old = below.get(key, wording)
        if _make(old) != _make(wording) or not _fields(wording) <= _fields(old):
            raise BadTemplate(
                N_(
                    "Words of documents, {file}: {key} must be of the same kind, with the same fields, as the product's."
                ),
                file=file,
                key=key,
            )
    return {**below, **above}


def _make(wording: Wording) -> int:
    """Nought for a text, else in how many forms it is."""
    return len(wording.forms) if isinstance(wording, Plural) else 0


def _fields(wording: Wording) -> set[object]:
    """What a wording leaves open, `{n}`; a brace that isn't closed is a field that no other wording has."""
    found: set[object] = set()
    for text in wording.forms if isinstance(wording, Plural) else (wording,):
        try:
            found |= {part[1:] for part in Formatter().parse(text) if part[1] is not None}
        except ValueError:
            found.add(text)
    return found
