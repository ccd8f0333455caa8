"""Bytes to disk: safe names on every system, whole files or none, nothing overwritten unasked."""

from __future__ import annotations

import errno
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from coursectl.errors import N_, BadInput, Refused

LONGEST = 180  # bytes of UTF-8; systems take 255, the rest is for our temporary name and for copies called "… (1)"
RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]|CONIN\$|CONOUT\$) *(?:\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')


class FileExists(Refused):
    """A file of this name is there with other content."""

    rule = "no_overwriting"
    wording = N_("{path} exists already and is different. Give --force to replace it, or another folder with --out.")


class NotWritable(BadInput):
    """The file can't be written where it was asked for."""


def safe_name(name: str) -> str:
    """`name` (with its extension) as one file name that Windows, macOS and Linux take, at most 180 bytes long."""
    plain = "".join(" " if _is_control(char) else char for char in unicodedata.normalize("NFC", name))
    plain = re.sub(r"\s+", " ", FORBIDDEN.sub(" ", plain)).lstrip(" .-").rstrip(" .")
    if RESERVED.match(plain):
        plain = f"_{plain}"
    suffix = PurePosixPath(plain).suffix
    if len(suffix.encode()) > 16:
        suffix = ""
    kept = plain.removesuffix(suffix).encode()[: LONGEST - len(suffix.encode())].decode(errors="ignore").rstrip(" .")
    return (kept or "document") + suffix


def _is_control(char: str) -> bool:
    """Control, format (bidi overrides hide an extension) and lone surrogate characters have no place in a name."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"}


def write_file(folder: Path, name: str, data: bytes, *, force: bool = False) -> Path:
    """Write `data` as `name` (made safe) in `folder`, and return the path. Raises what `write_files` raises."""
    (path,) = write_files(folder, [(name, data)], force=force)
    return path


def write_files(
    folder: Path,
    made: Iterable[tuple[str, bytes]],
    *,
    force: bool = False,
    before_moving: Callable[[Sequence[Path]], None] | None = None,
    dry_run: bool = False,
) -> list[Path]:
    """Write all files of `made` (name, data) into `folder`, which is made if missing, or none of them; their paths.

    Names are made safe and distinct. Files are made one after the other into a hidden folder, and moved when the last one
    is there: whatever goes wrong before or while they are moved, the folder is as it was. A file that holds the same
    bytes already is left as it is. `before_moving` is called when all of them are made and before the first one is moved, with
    those that will be, unless there are none: what it raises leaves everything as it was. `dry_run`: none is moved, and
    what could be in their way is told. Raises FileExists (other content and no `force`), NotWritable (a directory, no
    permission, disk full …), and whatever `made` raises.
    """
    missing = [place for place in (folder, *folder.parents) if not os.path.exists(place)]  # noqa: PTH110 - Path's raises
    hidden = folder / f".{os.urandom(6).hex()}.tmp"
    moves: list[_Move] = []
    paths: list[Path] = []
    target = folder
    try:
        hidden.mkdir(parents=True)
        for name, data in made:
            target = folder / _distinct(safe_name(name), paths)
            paths.append(target)
            if not _is_there(target, data, force=force):
                moves.append(_Move(hidden / f"{len(moves)}.new", target, hidden / f"{len(moves)}.old"))
                moves[-1].new.write_bytes(data)
        if before_moving and moves:
            before_moving([move.target for move in moves])
        for number, move in enumerate([] if dry_run else moves):
            target = move.target
            try:
                move.do()
            except BaseException:
                for done in reversed(moves[:number]):
                    done.undo()
                raise
    except OSError as error:
        raise _not_writable(target, folder, error) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        for place in missing:
            with suppress(OSError):  # not empty: it holds what was written
                place.rmdir()
    return paths


@dataclass(frozen=True)
class _Move:
    """A file on its way to its place, and where the one that it replaces is kept meanwhile."""

    new: Path
    target: Path
    old: Path

    def do(self) -> None:
        if self.target.exists():
            shutil.copy2(self.target, self.old)
        self.new.replace(self.target)

    def undo(self) -> None:
        with suppress(OSError):  # then another program has it: the first error is the one to tell
            if self.old.exists():
                self.old.replace(self.target)
            else:
                self.target.unlink()


def _is_there(target: Path, data: bytes, *, force: bool) -> bool:
    """Whether the file holds the data already. Raises FileExists and NotWritable where it is in the way."""
    if target.is_dir():
        raise NotWritable(N_("{path} is a folder, so no file of that name can be written."), path=target)
    if not target.exists():
        return False
    if target.read_bytes() == data:
        return True
    if not force:
        raise FileExists(path=target)
    return False


def _distinct(name: str, taken: Sequence[Path]) -> str:
    """`name`, or `name (2)` where one of the same set has it already, in whatever case: Windows sees no difference."""
    known = {path.name.casefold() for path in taken}
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    numbered = (f"{stem} ({number}){suffix}" for number in count(2))
    return name if name.casefold() not in known else next(n for n in numbered if n.casefold() not in known)


def _not_writable(target: Path, folder: Path, error: OSError) -> NotWritable:
    """The sentence for what the system said about `target`: a file in `folder`, or `folder` itself."""
    if isinstance(error, PermissionError):
        return NotWritable(
            N_("{path} can't be written: permission denied. Close it if a viewer has it open, or check the folder."),
            path=target,
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return NotWritable(N_("{folder} is not a folder. Name one with --out."), folder=folder)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NotWritable(N_("{path} can't be written: the disk is full. Make room and try again."), path=target)
    return NotWritable(N_("{path} can't be written: {reason}."), path=target, reason=error.strerror or str(error))
