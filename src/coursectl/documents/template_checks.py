"""What breaks a template: it is filled with the worst data there is, in every language, and what comes out is looked at."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from coursectl.documents.certificates import manifest, render_certificates, render_word_certificates
from coursectl.documents.facts import CertificateFacts, LetterFacts
from coursectl.documents.letters import render_letters
from coursectl.documents.origins import DESIGNED, MANIFEST, PARTS, WORDS, TemplateOrigin, list_templates, roots_of
from coursectl.documents.rendering import render
from coursectl.documents.templates import WORD, BadTemplate, sandbox_over
from coursectl.documents.trials import HAN, ManifestFacts, Trial, can_be_tried, manifest_trials, trials_of
from coursectl.documents.typeset import MILLIMETERS, Typesetter
from coursectl.documents.word import NoWord, undeclared
from coursectl.documents.wording import Voice, list_languages, words_of
from coursectl.errors import N_, CourseError

AT = datetime(2015, 3, 20, 15, 0, tzinfo=UTC)
MARKS = re.compile(r"<[^>]*>")
WORD_END = re.compile(r"[\s-]+")
SPACE = re.compile(r"[\s\u200b-\u200f]+")
SET_BY_BASE = {"certificates": frozenset({"mirrored"})}  # for the blocks of a design
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Breakage:
    """One thing that a template does wrong: an untranslated wording with its facts, and the data that it was seen with.

    `languages` are those of the documents; `times` is how often it was seen in all.
    """

    template: str
    format: str
    file: str
    what: CourseError
    data: str
    languages: tuple[str, ...] = ()
    times: int = 1


@dataclass(frozen=True)
class CheckedTemplates:
    """What was looked at: templates by their path, how many documents were made of them, and what broke."""

    templates: tuple[str, ...]
    documents: int
    breakages: tuple[Breakage, ...]
    untried: tuple[str, ...] = ()  # of documents that aren't ours, for which there is no data
    unset: tuple[str, ...] = ()  # languages whose letters no font has: no PDF was made in them

    @property
    def ok(self) -> bool:
        """Whether nothing breaks."""
        return not self.breakages


class Broken(BadTemplate):
    """What a document lacks that was made without an error."""


@dataclass
class _Findings:
    """Breakages, each once, however often it was seen."""

    found: dict[tuple[str, str], Breakage] = field(default_factory=dict)

    def add(self, template: TemplateOrigin, what: CourseError, data: str = "", language: str = "") -> None:
        key = (template.format, what.sentence())  # what several include is told once
        old = self.found.get(key)
        languages = dict.fromkeys((*(old.languages if old else ()), *filter(None, (language,))))
        first, times = (old.data, old.times) if old else (data, 0)
        self.found[key] = Breakage(
            template.name, template.format, template.file, what, first, tuple(languages), times + 1
        )


def check_templates(
    name: str | None = None,
    *,
    languages: Sequence[str] = (),
    templates: Sequence[Path] = (),
    progress: Progress | None = None,
) -> CheckedTemplates:
    """Try the templates of a document, or of all, in the languages (none: all). Raises NoWord.

    A certificate has to be one page (two with its reverse), say its holder's name and serial, and keep what PDF/A-2a and
    PDF/UA-1 ask; every document has to be made of every data, and names have to be readable in it.
    """
    known = list_templates(templates)
    chosen = [one for one in known if one.name not in (PARTS, WORDS) and name in (None, one.name, one.path)]
    tried = [one for one in chosen if can_be_tried(one.name)]
    if name in (None, DESIGNED):
        tried += [one for one in known if one.path == MANIFEST]
    spoken = languages or list_languages(templates)
    han = _has_han(templates)
    unset = () if han else tuple(tag for tag in spoken if tag.split("-")[0] in HAN_WRITTEN)
    tries = [
        (one, language, trial)
        for one in tried
        for language in spoken
        if one.format != "pdf" or language not in unset
        for trial in _trials(one, language, han=han)
    ]
    findings = _Findings()
    for one in [*tried, *(part for part in known if part.name == PARTS and part.own and part.path != MANIFEST)]:
        for fault in _unknown_names(one, templates):
            findings.add(one, fault)
    for number, (one, language, trial) in enumerate(tries, start=1):
        for fault in _tried(one, trial, templates):
            findings.add(one, fault, trial.data, language)
        if progress:
            progress(number, len(tries))
    untried = tuple(one.path for one in chosen if one not in tried)
    paths = tuple(one.path for one in tried)
    return CheckedTemplates(paths, len(tries), tuple(findings.found.values()), untried, unset)


HAN_WRITTEN = ("ja", "ko", "zh")


def _trials(one: TemplateOrigin, language: str, *, han: bool) -> Iterator[Trial]:
    return manifest_trials(language, han=han) if one.path == MANIFEST else trials_of(one.name, language, han=han)


def _has_han(templates: Sequence[Path]) -> bool:
    """Whether a font has Chinese letters: none of ours does."""
    with Typesetter(templates) as typesetter:
        try:
            typesetter.check_glyphs(HAN)
        except CourseError:
            return False
    return True


def _unknown_names(one: TemplateOrigin, templates: Sequence[Path]) -> Iterator[CourseError]:
    """Names that the template isn't given, also where no data leads to."""
    known = {*roots_of(one)}
    if one.format == "pdf":
        known |= SET_BY_BASE.get(one.name, frozenset())
    if not known:  # a part of whatever includes it
        return
    try:
        if one.format == WORD:
            places = dict.fromkeys(sorted(undeclared(Path(one.file), templates)), 0)
        else:
            places = _undeclared(one, templates)
    except CourseError as error:
        yield error
        return
    for name, line in places.items():
        if name not in known:
            yield Broken(
                N_("Template {template}, line {line}: there is no {name!r}. There are: {known}.") if line else
                N_("Template {template}: there is no {name!r}. There are: {known}."),
                template=one.file, line=line, name=name, known=", ".join(sorted(known)),
            )  # fmt: skip


def _undeclared(one: TemplateOrigin, templates: Sequence[Path]) -> dict[str, int]:
    """The names that the template uses and doesn't set, and where first."""
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        tree = sandbox_over(one.format, templates).parse(Path(one.file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TemplateSyntaxError):
        return {}  # filling it tells
    made = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}  # in one block, used in another
    made |= {macro.name for macro in tree.find_all(nodes.Macro)}
    made |= {
        each if isinstance(each, str) else each[1] for taken in tree.find_all(nodes.FromImport) for each in taken.names
    }
    names = meta.find_undeclared_variables(tree) - made
    lines = {name.name: name.lineno for name in reversed(list(tree.find_all(nodes.Name)))}
    return {name: lines.get(name, 1) for name in sorted(names)}


def _tried(one: TemplateOrigin, trial: Trial, templates: Sequence[Path]) -> Iterator[CourseError]:
    """What is wrong with what the template makes of the data."""
    try:
        made = _made(one, trial, templates)
    except NoWord:
        raise
    except CourseError as error:
        yield error
        return
    if one.format == "pdf":
        yield from _wrong_pdf(one, trial, made[0], templates)
    else:
        yield from _unsaid(one, _said(trial, templates), "".join(map(_READ[one.format], made)))


def _made(one: TemplateOrigin, trial: Trial, templates: Sequence[Path]) -> list[bytes]:
    facts = trial.facts
    if isinstance(facts, tuple):
        if isinstance(facts[0], LetterFacts):
            letters = [each for each in facts if isinstance(each, LetterFacts)]
            return [each.data for each in render_letters(letters, format=one.format, templates=templates, at=AT)]
        certificates = [_made_by(one, each) for each in facts if isinstance(each, CertificateFacts)]
        if one.format == WORD:
            merged = len(certificates) > 1 and "certificates" in undeclared(Path(one.file), templates)
            several = render_word_certificates(
                certificates, merged=merged, reverse=trial.reverse, templates=templates, at=AT
            )
            return [each.data for each in several]
        (made,) = render_certificates(
            certificates, merged=True, reverse=trial.reverse, page=trial.page, templates=templates, at=AT
        )
        return [made.data]
    if isinstance(facts, ManifestFacts):
        return manifest(facts.rows, facts.edition, paper=facts.paper, templates=templates, at=AT)[1]
    return [render(one.name, facts, format=one.format, templates=templates, at=AT)]


def _made_by(one: TemplateOrigin, facts: CertificateFacts) -> CertificateFacts:
    """The certificate in the design of the template."""
    return replace(facts, look=replace(facts.look, template=one.path))


def _wrong_pdf(one: TemplateOrigin, trial: Trial, made: bytes, templates: Sequence[Path]) -> Iterator[CourseError]:
    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    if trial.pages is not None and len(pages) != trial.pages:
        yield Broken(
            N_("Template {template}: it makes {count} pages where there should be {wanted}: something doesn't fit."),
            template=one.file, count=len(pages), wanted=trial.pages,
        )  # fmt: skip
    if (odd := _other_paper(pages, trial)) is not None:
        width, height = odd
        yield Broken(
            N_("Template {template}: it makes pages of {width} × {height} mm where the paper has {wanted}."),
            template=one.file, width=width, height=height, wanted=f"{trial.page.width:.0f} × {trial.page.height:.0f} mm",
        )  # fmt: skip
    looks = [_looked_at(page) for page in pages]
    if any(beyond for beyond, _text in looks):
        yield Broken(N_("Template {template}: something begins outside of the page."), template=one.file)
    said = (*_said(trial, templates), *trial.said_on_paper)
    yield from _unsaid(one, said, "".join(text for _beyond, text in looks))


def _other_paper(pages: Iterable[object], trial: Trial) -> tuple[int, int] | None:
    """Millimeters of the first page of certificates that is of another size than the paper."""
    for page in pages if _are_certificates(trial.facts) else ():
        _left, _bottom, right, top = (float(edge) * MILLIMETERS for edge in _box_of(page))
        if abs(right - trial.page.width) > 1 or abs(top - trial.page.height) > 1:
            return round(right), round(top)
    return None


def _are_certificates(facts: object) -> bool:
    return isinstance(facts, tuple) and isinstance(facts[0], CertificateFacts)


def _box_of(page: object) -> Sequence[float]:
    import pypdf

    assert isinstance(page, pypdf.PageObject)  # noqa: S101 - for the type checker
    box: Sequence[float] = page.mediabox
    return box


def _looked_at(page: object) -> tuple[bool, str]:
    """Whether a text begins beyond the edges of the page, and all text of it."""
    import pypdf

    assert isinstance(page, pypdf.PageObject)  # noqa: S101 - for the type checker
    left, bottom, right, top = (float(edge) for edge in _box_of(page))
    beyond = False

    def look(text: str, matrix: Sequence[float], text_matrix: Sequence[float], _font: object, _size: float) -> None:
        nonlocal beyond
        x = text_matrix[4] * matrix[0] + text_matrix[5] * matrix[2] + matrix[4]
        y = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
        beyond = beyond or (bool(text.strip()) and not (left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1))

    text = page.extract_text(visitor_text=look)
    return beyond, text


def _said(trial: Trial, templates: Sequence[Path]) -> tuple[str, ...]:
    """What must be readable, among it the word that marks a duplicate."""
    facts = trial.facts
    again = (
        [one for one in facts if isinstance(one, CertificateFacts) and one.duplicate_of]
        if isinstance(facts, tuple)
        else []
    )
    marks = []
    for language in dict.fromkeys(one.language for one in again):
        with words_of(language):
            marks.append(Voice(language, templates).words["certificate"]["duplicate"])
    return (*trial.said, *marks)


def _unsaid(one: TemplateOrigin, said: Iterable[str], text: str) -> Iterator[CourseError]:
    read = _plain(text)
    for wanted in said:
        words = WORD_END.split(wanted)  # between which lines, cells and pages may end
        if not all(_is_said(_plain(word), read) for word in words):
            yield Broken(N_("Template {template}: it doesn't print {wanted!r}."), template=one.file, wanted=wanted)


def _plain(text: str) -> str:
    """Without spaces, accents and doubled letters: a PDF has some accents twice, alone and with their letters."""
    letters = (one for one in unicodedata.normalize("NFKD", SPACE.sub("", text)) if not unicodedata.combining(one))
    return "".join(letter for letter, _several in groupby(letters))


def _is_said(wanted: str, text: str) -> bool:
    """Whether the word is there. Of those written from the right, a PDF's text has the letters in an order of its own."""
    if wanted in text:
        return True
    from_right = any("\u0590" <= letter <= "\u08ff" for letter in wanted)
    return from_right and not Counter(wanted) - Counter(text)


def _word_text(made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        return _page_text(packed.read("word/document.xml"))


def _page_text(made: bytes) -> str:
    return html.unescape(MARKS.sub("", made.decode()))


_READ: Mapping[str, Callable[[bytes], str]] = {
    "html": _page_text,
    "txt": bytes.decode,
    "md": lambda made: html.unescape(made.decode().replace("\\", "")),
    WORD: _word_text,
}
