"""Bytes to disk: safe names on every system, whole files or none, nothing overwritten unasked."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
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
    """Write `data` as `name` (made safe) in `folder`, which is made if missing, and return the path.

    The file appears whole or not at all. One that holds the same bytes already is left as it is.
    Raises FileExists (other content and no `force`) and NotWritable (a directory, no permission, disk full …).
    """
    target = folder / safe_name(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise NotWritable(N_("{path} is a folder, so no file of that name can be written."), path=target)
        if target.exists():
            if target.read_bytes() == data:
                return target
            if not force:
                raise FileExists(path=target)
        _replace(target, data)
    except OSError as error:
        raise _not_writable(target, error) from error
    return target


def _replace(target: Path, data: bytes) -> None:
    """Write beside the target and move into place; the temporary file never stays."""
    temporary = target.with_name(f".{os.urandom(6).hex()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _not_writable(target: Path, error: OSError) -> NotWritable:
    if isinstance(error, PermissionError):
        return NotWritable(
            N_("{path} can't be written: permission denied. Close it if a viewer has it open, or check the folder."),
            path=target,
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return NotWritable(N_("{folder} is not a folder. Name one with --out."), folder=target.parent)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NotWritable(N_("{path} can't be written: the disk is full. Make room and try again."), path=target)
    return NotWritable(N_("{path} can't be written: {reason}."), path=target, reason=error.strerror or str(error))
