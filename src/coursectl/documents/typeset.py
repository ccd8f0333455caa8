"""Typst: from filled sources to PDF/A-2a + PDF/UA-1, with our fonts only, the same bytes every time."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeAlias

from coursectl.documents import apart
from coursectl.documents.codes import modules_of
from coursectl.documents.facts import Picture
from coursectl.documents.templates import BadTemplate, template_folders, typst_literal
from coursectl.errors import N_, BadInput
from coursectl.tables.picture_extent import is_too_large

if TYPE_CHECKING:
    import typst

STANDARDS: Sequence[Literal["a-2a", "ua-1"]] = ("a-2a", "ua-1")
"""What every PDF claims to be: for archives, tagged and with all text as Unicode; and accessible."""
FONT_WHEELS = ("fontpkg_noto_serif", "fontpkg_noto_sans", "fontpkg_amiri")
CJK_WHEEL = ("justmytype_intl_cjk", "fonts/ofl")  # of the extra `cjk`: thirty megabytes, so not everybody has it
FONT_FILES = {".ttf", ".otf", ".ttc", ".otc"}
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}
PICTURE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8|RIFF....WEBP|\s*<|\xef\xbb\xbf\s*<", re.DOTALL)
UNPRINTABLE = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.*?)"`')
PLACE = re.compile(r"__typst_py_bytes__\.typ:(\d+):(\d+)")
BROKEN_PICTURE = re.compile(r"failed to (?:decode image|parse SVG)")
NO_PACKAGE = re.compile(r"failed to download package|package not found|failed to load package")
SEARCHED = re.compile(r" \(searched at .*\)")  # in a folder of ours that is gone when it is read
SVG_SIZE = re.compile(rb'width="([0-9.]+)pt" height="([0-9.]+)pt"')
MILLIMETERS = 25.4 / 72  # of a point
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Chinese, Japanese and Korean: characters, syllables, punctuation, full-width forms.
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
# What Noto Serif has for sure, so that a text of it needs no trial: Latin, its accents, common punctuation.
SURELY_PRINTABLE = re.compile("[\n\t\r\x20-\x7e\xa0-\u017f\u0400-\u045f\u1e00-\u1eff\u2010-\u2026\u20ac]*")


_TRIAL = '#set document(title: "x")\n#set text(font: ("Noto Serif", "Noto Sans", "Amiri"))\n'


WrittenBy: TypeAlias = Callable[[int, int], tuple[str, int] | None]


def _nobody(_line: int, _column: int) -> None:
    """Who wrote a source that is from no template."""


class NoGlyph(BadInput):
    """A name or text holds a character that none of the fonts has. `where` names the person or the text."""

    wording = N_(
        'No font has the characters {characters} in "{text}" ({where}). Write it in Latin or Arabic letters, '
        "or put a font that has them into a folder called fonts beside your templates."
    )


class NoCjkFont(NoGlyph):
    """The same where an extra has the fonts. Also of a document's own words, which no person typed."""

    wording = N_(
        'No font has the characters {characters} in "{text}" ({where}). Install the fonts for Chinese, Japanese and Korean '
        "with: pip install 'coursectl[cjk]', or put such a font into a folder called fonts beside your templates."
    )


@lru_cache(maxsize=4)
def _fonts(folders: tuple[Path, ...], extra: tuple[Path, ...]) -> typst.Fonts:
    """The fonts of the wheels, of the extra where it is there, and of `fonts/` in the users' templates folders; never the system's."""
    import typst

    # Typst's workers lay out on their own stacks, and a thousand pages once went through the default one.
    os.environ.setdefault("RUST_MIN_STACK", str(32 * 1024 * 1024))
    paths = [*_font_folders(folders), *extra]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    if own := _own_fonts(folders):
        _reject_broken(own, {Path(font.path).resolve() for font in fonts.fonts() if font.path})
    return fonts


def _own_fonts(folders: tuple[Path, ...]) -> list[Path]:
    return [folder / "fonts" for folder in folders if (folder / "fonts").is_dir()]


def _font_folders(folders: tuple[Path, ...]) -> list[Path]:
    return [*(_wheel_files(wheel) for wheel in FONT_WHEELS), *_own_fonts(folders)]


def font_files(templates: Sequence[Path] = ()) -> list[Path]:
    """The files of all fonts that documents may be set in."""
    folders = [*_font_folders(template_folders(templates)), *_cjk_files()]
    return sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in FONT_FILES)


def _reject_broken(folders: Sequence[Path], read: set[Path]) -> None:
    """Raise BadInput for a font that Typst has passed over, since its letters would come from another one, or none."""
    for folder in folders:
        try:
            files = [file for file in sorted(folder.rglob("*")) if file.suffix.lower() in FONT_FILES]
            next(folder.iterdir(), None)  # rglob passes over what it may not read
        except OSError as error:
            reason = error.strerror or str(error)
            raise BadInput(
                N_("The folder of fonts {folder} can't be read: {reason}."), folder=folder, reason=reason
            ) from error
        for file in files:
            if file.resolve() not in read:
                raise BadInput(
                    N_(
                        "The font {file} is broken, or can't be read. Take it out of the folder, or put a good one in its place."
                    ),
                    file=file,
                )


def _cjk_files() -> list[Path]:
    """The folder of the extra's fonts, where it is installed."""
    spec = importlib.util.find_spec(CJK_WHEEL[0])
    return [Path(spec.origin).parent / CJK_WHEEL[1]] if spec and spec.origin else []


def _wheel_files(wheel: str) -> Path:
    """The font folder of an installed font wheel."""
    spec = importlib.util.find_spec(wheel)
    if spec is None or spec.origin is None:
        raise BadInput(N_("The font package {wheel} is not installed. Install coursectl again."), wheel=wheel)
    return Path(spec.origin).parent / "files"


def new_compiler(root: str, folders: tuple[Path, ...]) -> typst.Compiler:
    """Typst over a folder that holds all it may read. Packages of its makers' site are looked for there alone, too."""
    import typst

    fonts = _fonts(folders, tuple(_cjk_files()))
    return typst.Compiler(
        root=root, font_paths=fonts, ignore_system_fonts=True, package_path=root, package_cache_path=root
    )


def compile_pdf(compiler: typst.Compiler, source: str, at: int) -> bytes:
    """The PDF of a source, stamped `at` (seconds since 1970). Raises TypstError."""
    made = compiler.compile(source.encode(), format="pdf", pdf_standards=list(STANDARDS), timestamp=at)
    if not isinstance(made, bytes):  # pragma: no cover - a promise of the library, for the type checker
        raise TypeError(type(made).__name__)
    return made


def first_page(compiler: typst.Compiler, source: str) -> tuple[float, float]:
    """Width and height of the first page of a source, in millimeters. Raises TypstError."""
    made = compiler.compile(source.encode(), format="svg")
    found = SVG_SIZE.search((made[0] if isinstance(made, list) else made) or b"")
    return (float(found[1]) * MILLIMETERS, float(found[2]) * MILLIMETERS) if found else (0.0, 0.0)


def forget_documents(compiler: typst.Compiler) -> None:
    """Compile nothing as often as it takes to push out what is remembered."""
    for _ in range(12):
        compiler.compile(b"", format="pdf")


class Typesetter:
    """One Typst compiler with a root folder of its own, which holds the pictures and nothing else to be read.

    Use it as a context manager. Compiling through one object costs milliseconds a document; a new one costs a start.
    """

    def __init__(self, templates: Sequence[Path] = (), *, guarded: bool = False) -> None:
        """`guarded`: in a process of its own, as it is done wherever users' folders have templates."""
        import tempfile

        self._folder = tempfile.TemporaryDirectory(prefix="coursectl-")
        self._templates = tuple(templates)
        self._apart = guarded or apart.are_foreign(templates)
        try:
            self._compiler = None if self._apart else new_compiler(self._folder.name, template_folders(templates))
        except BaseException:  # a broken font: nobody else would know of the folder
            self._folder.cleanup()
            raise
        self._codes: dict[str, tuple[str, int]] = {}
        self._made = 0

    def __enter__(self) -> Typesetter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def picture(self, picture: Picture | None) -> str | None:
        """Put a picture where Typst can read it; the name to read it by. Raises BadInput for other kinds of files."""
        if picture is None:
            return None
        from hashlib import sha256

        extension = EXTENSIONS.get(picture.media_type)
        if extension is None:
            raise BadInput(
                N_("The picture {alt!r} is of type {media_type}. Give it as PNG, JPEG, GIF, WebP or SVG."),
                alt=picture.alt,
                media_type=picture.media_type,
            )
        if not PICTURE.match(picture.data):
            raise BadInput(N_("The picture {alt!r} can't be read as one: it is empty or damaged."), alt=picture.alt)
        if is_too_large(picture.data):
            raise BadInput(
                N_(
                    "The picture {alt!r} would be too large once it is read. Give a smaller one: 40 million pixels at most."
                ),
                alt=picture.alt,
            )
        path = Path(self._folder.name, f"{sha256(picture.data).hexdigest()[:32]}.{extension}")
        if not path.exists():
            path.write_bytes(picture.data)
        return path.name

    def code(self, text: str) -> tuple[str, int]:
        """Put the QR code that says `text` where Typst can read it: the name to read it by, and its width in modules.

        Raises BadInput where it is too long for one.
        """
        if text not in self._codes:
            modules = modules_of(text)
            self._made += 1  # no name is used twice: Typst remembers what it has read
            name = f"code-{self._made}.luma8"
            Path(self._folder.name, name).write_bytes(modules.data)
            self._codes[text] = name, modules.width
        return self._codes[text]

    def pdf(
        self, source: str, *, facts: object, at: datetime, template: str = "", written_by: WrittenBy = _nobody
    ) -> bytes:
        """The PDF of a filled template. `at` is stamped on it. Raises NoGlyph and BadTemplate.

        `written_by` says which template, and which line of it, wrote a line and column of the source.
        """
        import typst

        try:
            return self._compiled(source, int(at.timestamp()), template)
        except typst.TypstError as error:
            raise _explained(error, template, facts, written_by) from error

    def _compiled(self, source: str, at: int, template: str) -> bytes:
        if self._compiler is not None:
            return compile_pdf(self._compiler, source, at)
        details = (self._folder.name, template_folders(self._templates), source, at)
        made: bytes = apart.ask("typeset", *details, path=template, templates=self._templates)
        return made

    def size(self, source: str, *, template: str = "", written_by: WrittenBy = _nobody) -> tuple[float, float]:
        """Width and height of the first page of a filled template, in millimeters. Raises BadTemplate."""
        import typst

        try:
            if self._compiler is not None:
                return first_page(self._compiler, source)
            details = (self._folder.name, template_folders(self._templates), source)
            width, height = apart.ask("measure", *details, path=template, templates=self._templates)
        except typst.TypstError as error:
            raise _explained(error, template, (), written_by) from error
        return width, height

    def png(self, picture: Picture, *, ppi: int, height: int) -> bytes:
        """A picture as a PNG of this height in millimeters. Raises BadInput for what can't be read."""
        import typst

        source = f'#set page(width: auto, height: auto, margin: 0mm, fill: none)\n#image("{self.picture(picture)}", height: {height}mm)'
        compiler = self._compiler or new_compiler(self._folder.name, ())
        try:
            made = compiler.compile(source.encode(), format="png", ppi=ppi)
        except typst.TypstError as error:
            raise _explained(error, "", picture, _nobody) from error
        return made if isinstance(made, bytes) else b""

    def _own_compiler(self) -> typst.Compiler:
        """The one here, for sources that no template wrote."""
        return self._compiler or new_compiler(self._folder.name, template_folders(self._templates))

    def forget(self) -> None:
        """Have Typst drop what it remembers of earlier documents: it keeps ten compiles, or 160 MB per 1,000 pages.

        Their codes, which no other document has, go too.
        """
        for name, _width in self._codes.values():
            Path(self._folder.name, name).unlink()
        self._codes.clear()
        if self._compiler is not None:
            forget_documents(self._compiler)
        else:
            details = (self._folder.name, template_folders(self._templates))
            apart.ask("forget", *details, path="", templates=self._templates)

    def lacking(self, texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Those of the texts that can't be printed, each with the characters that no font has.

        Costs nothing where all of it is plain Latin; else one compile, and one more where something is found.
        """
        doubtful = sorted({text for text in texts if not SURELY_PRINTABLE.fullmatch(text)})
        found: dict[str, tuple[str, ...]] = {}
        while doubtful and (characters := self._without_glyph(doubtful)):
            new = {text: tuple(dict.fromkeys(c for c in text if c in characters)) for text in doubtful}
            new = {text: lacks for text, lacks in new.items() if lacks}
            if not new:  # composed otherwise than it was typed: the printing will tell
                break
            found |= new
            doubtful = [text for text in doubtful if text not in found]
        return found

    def _without_glyph(self, texts: Iterable[str]) -> frozenset[str]:
        """Characters of the texts that no font has: as many of them as Typst tells at once."""
        import typst

        lines = "".join(f"#{typst_literal(text)}\n\n" for text in texts)
        try:
            compile_pdf(self._own_compiler(), _TRIAL + lines, 0)
        except typst.TypstError as error:
            told = [ESCAPED.sub(_character, found) for found in UNPRINTABLE.findall(error.diagnostic)]
            return frozenset("".join(told))
        return frozenset()

    def try_picture(self, picture: Picture) -> None:
        """Raise BadInput where Typst can't print the picture."""
        name = self.picture(picture)
        self.pdf(
            f"{_TRIAL}#image({typst_literal(name)}, width: 10mm, alt: {typst_literal(picture.alt or '-')})",
            facts=(),
            at=datetime.fromtimestamp(0).astimezone(),
        )

    def check_glyphs(self, facts: object) -> None:
        """Raise NoGlyph if a text of the facts can't be printed. Costs nothing where all of it is plain Latin."""
        doubtful = sorted({text for _, text in _texts(facts) if not SURELY_PRINTABLE.fullmatch(text)})
        if doubtful:
            lines = "".join(f"#{typst_literal(text)}\n\n" for text in doubtful)
            self.pdf(_TRIAL + lines, facts=facts, at=datetime.fromtimestamp(0).astimezone())


def _explained(error: typst.TypstError, template: str, facts: object, written_by: WrittenBy) -> BadInput:
    """Typst's error as one of ours: missing glyphs are told by person and text, the rest by template and line."""
    characters = [ESCAPED.sub(_character, found) for found in UNPRINTABLE.findall(error.diagnostic)]
    for where, text in _texts(facts):
        missing = sorted(
            {char for char in characters if char in text}, key=text.index
        )  # Typst tells them as it sets them
        if missing:
            shown = " ".join(f"{char} (U+{ord(char[0]):04X})" for char in missing)
            return _lacking("".join(missing))(characters=shown, text=text, where=where)
    if (missing_kind := _lacking("".join(characters))) is NoCjkFont:  # in the words of the catalog, say
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in dict.fromkeys("".join(characters)))
        return missing_kind(characters=shown, text="".join(characters), where=template)
    reason = SEARCHED.sub("", error.message) + (f" ({error.hints[0]})" if error.hints else "")
    if BROKEN_PICTURE.match(reason):
        return BadInput(
            N_("A picture can't be printed: {reason}. Give the crest or signature again, as PNG or SVG."), reason=reason
        )
    if NO_PACKAGE.match(reason):
        reason = "packages aren't fetched from the internet: copy what you need of one into your template"
    place = PLACE.search(error.diagnostic)
    found = written_by(int(place[1]), int(place[2])) if place else None
    if found is None:
        return BadTemplate(N_("Template {template} can't be typeset: {reason}."), template=template, reason=reason)
    return BadTemplate(
        N_("Template {template}, line {line}, can't be typeset: {reason}."),
        template=found[0],
        line=found[1],
        reason=reason,
    )


def _lacking(characters: str) -> type[NoGlyph]:
    """What to say of characters that no font has: that an extra has them, as long as it isn't installed."""
    return NoCjkFont if _CJK.search(characters) and not _cjk_files() else NoGlyph


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _texts(facts: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the facts, each with the name of the person or thing that it stands at."""
    if isinstance(facts, str):
        yield where, facts
    elif isinstance(facts, tuple | list):
        for item in facts:
            yield from _texts(item, where)
    elif is_dataclass(facts) and not isinstance(facts, type | Picture):
        here = _name_of(facts) or where
        for field in fields(facts):
            yield from _texts(getattr(facts, field.name), here)


def _name_of(facts: object) -> str:
    """What people call the thing: a number or serial and a name, a title, a course."""
    number = getattr(facts, "serial", None) or getattr(facts, "number", None)
    for attribute in ("name", "title", "course"):
        name = getattr(facts, attribute, None)
        if isinstance(name, str) and name:
            return f"{number}, {name}" if number else name
    return ""
