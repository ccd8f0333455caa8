"""The demo: the 37th edition of a real course from its files to its certificates, in a folder of its own."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import coursectl
from coursectl import history
from coursectl.editions import EditionRef, get_edition, get_edition_ref
from coursectl.errors import N_, BadInput, NotFound, Refused
from coursectl.store import Act, Store, create_store
from coursectl.workflows import closing, importing, issuing, overview, printing
from coursectl.workflows.overview import EditionOverview
from coursectl.workflows.printing import Order

EXAMPLE = "icim-37"
STORE, DOCUMENTS, CERTIFICATES = "coursectl.db", "documents", "certificates"
MARK = ".coursectl-demo"
"""The file that tells a demo from a folder of somebody's work: the names of all the files that the demo made."""
_STORE_FILES = {f"{STORE}{end}" for end in ("", "-wal", "-shm", "-journal")}
_FORMS = (
    ("syllabus", "pdf"),
    ("syllabus", "html"),
    ("attendance-sheet", "pdf"),
    ("attendance-sheet", "html"),
    ("roster", "pdf"),
)
_LANGUAGES = ("es", "en")
_IMPORT_STEPS = 7  # it takes about as long as seven documents

Progress = Callable[[int, int], None]


class FolderThere(Refused):
    """The demo never writes into a folder that is there."""

    rule = "demo_folder_new"
    wording = N_("{folder} is there already; nothing was changed. Name another folder, or rebuild it: {command}")


class NotADemo(Refused):
    """What --force would delete is no demo, or more than one."""

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


@dataclass(frozen=True)
class PlannedDemo:
    """Where a demo made now would be, and whether it would replace another."""

    folder: str
    store: str
    replaces: bool


def plan_demo(folder: Path, *, force: bool = False) -> PlannedDemo:
    """What making the demo would make. Raises what make_demo raises."""
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - as it is made
    example_folder()
    try:
        _refuse(folder, place, force=force)
        above = next(one for one in place.parents if os.path.lexists(one))
        if not above.is_dir():
            reason = errno.EEXIST if above == place.parent else errno.ENOTDIR
            raise OSError(reason, os.strerror(reason))
        if not os.access(above, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _cant_be_made(folder, error) from error
    return PlannedDemo(str(folder), str(folder / STORE), place.exists())


def make_demo(folder: Path, act: Act, *, force: bool = False, progress: Progress | None = None) -> Demo:
    """Make the demo in `folder`, which must not be there; with `force` an earlier demo in it is replaced.

    It is built beside the folder and moved there when it is whole. Raises FolderThere, NotADemo, BadInput.
    """
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - a link must not be followed to what it would delete
    try:
        _refuse(folder, place, force=force)
        if force:
            _remove_leftovers(place)
        with _built_beside(place) as building:
            store = create_store(str(building / STORE), act.now, anyway=True)
            try:
                made = _fill(store, building, folder, act, progress or (lambda _done, _of: None))
            finally:
                store.close()
            (building / MARK).write_text("\n".join(_files_in(building)), encoding="utf-8")
    except OSError as error:
        raise _cant_be_made(folder, error) from error
    return made


def _cant_be_made(folder: Path, error: OSError) -> BadInput:
    return BadInput(N_("{folder} can't be made: {reason}."), folder=str(folder), reason=error.strerror or str(error))


def as_typed(path: str | Path) -> str:
    """A path as it is typed at a prompt, in quotation marks where it needs them."""
    if sys.platform == "win32":
        return f'"{path}"' if " " in str(path) else str(path)
    return shlex.quote(str(path))


def _refuse(folder: Path, place: Path, *, force: bool) -> None:
    if not os.path.lexists(place):
        return
    if not force:
        raise FolderThere(folder=str(folder), command=f"coursectl demo {as_typed(folder)} --force")
    if place.is_symlink() or not place.is_dir():
        raise NotADemo(N_("{folder} is no folder, so --force doesn't replace it. Name another."), folder=str(folder))
    if Path.cwd().is_relative_to(place):
        raise NotADemo(N_("You are in {folder}, so it can't be replaced. Go out of it first."), folder=str(folder))
    there = _files_in(place)
    if other := [name for name in there if name not in _made_in(place)]:
        raise NotADemo(folder=str(folder), other=", ".join(other[:3]))


def _files_in(folder: Path) -> list[str]:
    """What a folder holds, by names that are the same on all systems; folders without files count too."""
    held = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink() or not any(path.iterdir()))
    return sorted(path.relative_to(folder).as_posix() for path in held)


def _made_in(folder: Path) -> set[str]:
    """What of a folder a demo has made: nothing where no demo was made in it."""
    mark = folder / MARK
    if not mark.is_file():
        return set()
    return {*mark.read_text("utf-8", errors="replace").splitlines(), *_STORE_FILES, MARK}


@contextmanager
def _built_beside(place: Path) -> Iterator[Path]:
    """A new folder that becomes `place` when all went well, and vanishes when not."""
    place.parent.mkdir(parents=True, exist_ok=True)
    building, before = (place.with_name(f"{_leftover_prefix(place)}{secrets.token_hex(4)}") for _ in range(2))
    building.mkdir()
    try:
        (building / MARK).touch()
        yield building
        if place.exists():
            place.rename(before)
        building.rename(place)
    except BaseException:
        if before.exists() and not place.exists():
            before.rename(place)
        raise
    finally:
        for leftover in (building, before):
            if leftover.exists():
                _remove(leftover)


def _leftover_prefix(place: Path) -> str:
    return f".{place.name}-demo-"


def _remove_leftovers(place: Path) -> None:
    """What a demo left that was killed before it was whole."""
    for leftover in place.parent.glob(f"{_leftover_prefix(place)}*") if place.parent.is_dir() else ():
        if (leftover / MARK).is_file():
            _remove(leftover)


def _remove(folder: Path) -> None:
    """Delete a demo, its mark last: killed half-way, it is still a demo's."""
    for path in folder.iterdir():
        if path.name != MARK:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _fill(store: Store, building: Path, folder: Path, act: Act, progress: Progress) -> Demo:
    orders = [
        *(Order(name, building / DOCUMENTS, form, language) for language in _LANGUAGES for name, form in _FORMS),
        Order("certificates", building / CERTIFICATES, reverse=True),
        Order("certificates", building / DOCUMENTS, merged=True),
    ]
    steps = _IMPORT_STEPS + 2 + len(orders)
    imported = importing.import_folder(
        store, example_folder(), act, lambda done, of: progress(done * _IMPORT_STEPS // of, steps)
    )
    ref = get_edition_ref(store, imported.edition)
    closed = closing.close(store, ref, (), act)
    progress(_IMPORT_STEPS + 1, steps)
    short = [one for one in closed.outcomes if one.outcome == "not_completed"]
    issued = _issue(store, ref, [str(one.number) for one in short], act)
    printed = []
    for number, order in enumerate(orders, _IMPORT_STEPS + 2):
        progress(number, steps)
        printed.append(printing.print_document(store, ref, order, act=act))
    progress(steps, steps)
    *documents, _one_by_one, merged = printed
    return Demo(
        folder=str(folder),
        store=str(folder / STORE),
        edition=overview.get_overview(store, ref),
        completed=closed.completed,
        fell_short=tuple(FellShort(one.name, one.reason) for one in short),
        documents=tuple(file for one in documents for file in one.files),
        certificates=issued,
        print_file=merged.files[0],
        totals=history.totals(store, history.get_scope(store, through=ref)),
    )


def _issue(store: Store, ref: EditionRef, short: list[str], act: Act) -> dict[str, int]:
    """Completion for who completed, participation for who fell short, instruction for the experts; on the last day."""
    on = get_edition(store, ref).end
    return {
        "completion": issuing.issue(store, ref, act, kind="completion", on=on).issued,
        "participation": issuing.issue(store, ref, act, kind="participation", only=short, on=on).issued if short else 0,
        "instruction": issuing.issue(store, ref, act, kind="instruction", on=on).issued,
    }
