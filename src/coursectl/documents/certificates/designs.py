"""The designs of certificates: the template of each, what it is made of, and templates that were kept at an issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from coursectl.documents.catalogs import word_files
from coursectl.documents.facts import Kept
from coursectl.documents.templates import Sealed, referenced, template_folders
from coursectl.documents.typeset import font_files
from coursectl.errors import N_, BadInput, NotFound

BUILT_IN = ("classic", "modern", "plain")
_OLD = "certificates/certificates.typ.j2"  # before there were designs; a user's one goes on making all certificates
_SHARED = ("base", "certificates", "manifest", "page")  # files beside the designs that are none


class NoDesign(NotFound):
    """There is no template of a design."""

    wording = N_(
        "There is no design {design!r} of certificates. There are: {known}. One of yours is a file certificates/NAME.typ.j2 in your templates folder."
    )


def list_designs(templates: Sequence[Path] = ()) -> list[str]:
    """The names of the designs, the built-in ones first."""
    found = {
        file.name.removesuffix(".typ.j2")
        for folder in template_folders(templates)
        for file in folder.glob("certificates/*.typ.j2")
    }
    own = sorted(found - {*BUILT_IN, *_SHARED})
    return [*(name for name in BUILT_IN if name in found), *own]


def design_template(design: str, templates: Sequence[Path] = (), *, asked: bool = False) -> str:
    """The path of the template of a design: `certificates/modern.typ.j2`.

    A user's `certificates/certificates.typ.j2`, as it was written before there were designs, comes before all of them, unless
    somebody `asked` for this design. Raises NoDesign.
    """
    if not asked and any((folder / _OLD).is_file() for folder in templates):
        return _OLD
    known = list_designs(templates)
    if design not in known:
        raise NoDesign(design=design, known=", ".join(known))
    return f"certificates/{design}.typ.j2"


def gather_sources(path: str, templates: Sequence[Path] = ()) -> dict[str, bytes]:
    """Everything that a template is filled with, by its path below the number of its folder, `0/certificates/modern.typ.j2`.

    That is the template, those that it extends and includes, and the words of all languages. Where a template names
    another one only as it is filled, all of certificates/ and base/ are taken. Folders are numbered in the order in which
    they are looked into, those of which something is taken. Raises BadTemplate.
    """
    folders = template_folders(templates)
    files = [*_template_files(path, templates, folders), *word_files(templates)]
    homes = {file: next(folder for folder in folders if file.is_relative_to(folder)) for file in files}
    used = [folder for folder in folders if folder in homes.values()]
    return {
        f"{used.index(home)}/{file.relative_to(home).as_posix()}": file.read_bytes()
        for file, home in sorted(homes.items())
    }


def _template_files(path: str, templates: Sequence[Path], folders: Sequence[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    waiting = [path]
    seen = set()
    while waiting:
        name = waiting.pop()
        file = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if name in seen or file is None:  # what may be missing is a matter of the template
            continue
        seen.add(name)
        found[file] = None
        for other in referenced(name, templates):
            waiting += [other] if other is not None else _all_names(folders)
    return list(found)


def _all_names(folders: Sequence[Path]) -> list[str]:
    names = (
        file.relative_to(folder).as_posix()
        for folder in folders
        for part in ("certificates", "base")
        for file in folder.glob(f"{part}/*.typ.j2")
    )
    return sorted(set(names))


def unpack(kept: Kept, folder: Path) -> Sealed:
    """Write what was kept into a folder; the templates folders that it makes. Raises BadInput for a path that leads out of it."""
    folders: dict[str, Path] = {}
    for path, data in sorted(kept.files.items()):
        number, _, rest = path.partition("/")
        file = folder / number / rest
        if not number.isdigit() or not file.resolve().is_relative_to((folder / number).resolve()):
            raise BadInput(N_("What certificates were made with has a file {path!r}, which can't be."), path=path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        folders[number] = folder / number
    return Sealed(folders[number] for number in sorted(folders, key=int))


def versions(templates: Sequence[Path] = ()) -> dict[str, str]:
    """What sets certificates today, which the bytes of a PDF depend on: coursectl, Typst, and each font by its hash."""
    from importlib.metadata import version

    fonts = {file.name: _hash_of_file(file, file.stat().st_mtime_ns) for file in font_files(templates)}
    return {"coursectl": version("coursectl"), "typst": version("typst"), **fonts}


@cache
def _hash_of_file(file: Path, _changed: int) -> str:
    import hashlib

    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def key_of(hashes: Mapping[str, str]) -> str:
    """A key of files by their hashes, for `Kept`."""
    from hashlib import sha256

    return sha256("\n".join(f"{path} {hashes[path]}" for path in sorted(hashes)).encode()).hexdigest()
