"""The demo: the 37th edition of a real course from its files to its certificates, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import coursectl
from coursectl import certificates, history
from coursectl.editions import EditionRef, get_edition, get_edition_ref
from coursectl.errors import N_, BadInput, NotFound, Refused
from coursectl.store import Act, Store, create_store
from coursectl.workflows import closing, importing, overview, printing
from coursectl.workflows.overview import EditionOverview
from coursectl.workflows.printing import Order

EXAMPLE = "icim-37"
STORE, DOCUMENTS, CERTIFICATES = "coursectl.db", "documents", "certificates"
_MADE = {STORE, f"{STORE}-wal", f"{STORE}-shm", DOCUMENTS, CERTIFICATES}
_FORMS = (
    ("syllabus", "pdf"),
    ("syllabus", "html"),
    ("attendance-sheet", "pdf"),
    ("attendance-sheet", "html"),
    ("roster", "pdf"),
)
_LANGUAGES = ("es", "en")

Progress = Callable[[int, int], None]


class FolderThere(Refused):
    """The demo never writes into a folder that is there."""

    rule = "demo_folder_new"
    wording = N_(
        "{folder} is there already; nothing was changed. Name another folder, or rebuild it: coursectl demo {folder} --force"
    )


class NotADemo(Refused):
    """What --force would delete is more than a demo."""

    rule = "demo_folder_new"
    wording = N_("{folder} holds more than a demo ({other}), so --force doesn't delete it. Name another folder.")


@dataclass(frozen=True)
class FellShort:
    """Somebody who took part and didn't complete, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Demo:
    """What the demo made."""

    folder: str
    store: str
    edition: EditionOverview
    completed: int
    fell_short: tuple[FellShort, ...]
    documents: tuple[str, ...]
    certificates: dict[str, int]
    print_file: str
    totals: history.Totals


def example_folder() -> Path:
    """The files of the example: beside the package in a wheel, at the root of a checkout. Raises NotFound."""
    package = Path(coursectl.__file__).parent
    for place in (package / "examples" / EXAMPLE, package.parent.parent / "examples" / EXAMPLE):
        if (place / "course.toml").is_file():
            return place
    raise NotFound(N_("The example's files are missing from this installation. Install coursectl again."))


def make_demo(folder: Path, act: Act, *, force: bool = False, progress: Progress | None = None) -> Demo:
    """Make the demo in `folder`, which must not be there; with `force` an earlier demo in it is replaced.

    It is built beside the folder and moved there when it is whole. Raises FolderThere, NotADemo, BadInput.
    """
    _refuse(folder, force=force)
    with _built_beside(folder) as building:
        store = create_store(str(building / STORE), act.now)
        try:
            return _fill(store, building, folder, act, progress or (lambda _done, _of: None))
        finally:
            store.close()


def _refuse(folder: Path, *, force: bool) -> None:
    if not folder.exists():
        return
    if not force:
        raise FolderThere(folder=str(folder))
    if not folder.is_dir():
        raise NotADemo(folder=str(folder), other=folder.name)
    if other := sorted({path.name for path in folder.iterdir()} - _MADE):
        raise NotADemo(folder=str(folder), other=", ".join(other[:3]))


@contextmanager
def _built_beside(folder: Path) -> Iterator[Path]:
    """A new folder that becomes `folder` when all went well, and vanishes when not."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise BadInput(
            N_("{folder} can't be made: {reason}."), folder=str(folder), reason=error.strerror or str(error)
        ) from error
    try:
        yield building
        building.chmod(0o777 & ~_umask())
        if folder.exists():
            shutil.rmtree(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _fill(store: Store, building: Path, folder: Path, act: Act, progress: Progress) -> Demo:
    steps = 6 + len(_FORMS) * len(_LANGUAGES)
    imported = importing.import_folder(store, example_folder(), act)
    progress(3, steps)
    ref = get_edition_ref(store, imported.edition)
    closed = closing.close(store, ref, (), act)
    short = [one for one in closed.outcomes if one.outcome == "not_completed"]
    issued = _issue(store, ref, [str(one.number) for one in short], act)
    progress(4, steps)
    files: list[str] = []
    for number, (document, form, language) in enumerate(
        (*form, language) for language in _LANGUAGES for form in _FORMS
    ):
        order = Order(document, building / DOCUMENTS, form, language)
        files += printing.print_document(store, ref, order).files
        progress(5 + number, steps)
    printing.print_document(store, ref, Order("certificates", building / CERTIFICATES, reverse=True))
    merged = printing.print_document(
        store, ref, Order("certificates", building / DOCUMENTS, kind="completion", merged=True)
    )
    progress(steps, steps)
    return Demo(
        folder=str(folder),
        store=str(folder / STORE),
        edition=overview.get_overview(store, ref),
        completed=closed.completed,
        fell_short=tuple(FellShort(one.name, one.reason) for one in short),
        documents=tuple(files),
        certificates=issued,
        print_file=merged.files[0],
        totals=history.totals(store, history.get_scope(store, through=ref)),
    )


def _issue(store: Store, ref: EditionRef, short: list[str], act: Act) -> dict[str, int]:
    """Completion for who completed, participation for who fell short, instruction for the experts; on the last day."""
    on = get_edition(store, ref).end
    return {
        "completion": certificates.issue(store, ref, act, kind="completion", on=on).issued,
        "participation": certificates.issue(store, ref, act, kind="participation", only=short, on=on).issued
        if short
        else 0,
        "instruction": certificates.issue(store, ref, act, kind="instruction", on=on).issued,
    }
