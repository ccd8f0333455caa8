"""A TOML file as offices save it, and its first mistake told with its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from coursectl.errors import N_, BadInput, NotFound


def parsed(path: Path) -> dict[str, Any]:
    """What the file says. Raises NotFound, and BadInput with the line where it is no TOML."""
    try:
        text = _decoded(path.read_bytes())
        if any(map(_is_endless_key, text.splitlines())):
            raise RecursionError
        return tomllib.loads(text)
    except FileNotFoundError:
        raise NotFound(N_("There is no {path}: a folder to import needs one."), path=str(path)) from None
    except (RecursionError, ValueError) as error:
        if not isinstance(error, tomllib.TOMLDecodeError):  # thousands of brackets, or of digits
            raise BadInput(N_("{file} nests too deeply, or has a number that is too long."), file=path.name) from error
        line, reason = _told(str(error), text)
        raise BadInput(
            N_("{file}, line {line}: this is no TOML: {reason}."), file=path.name, line=line, reason=reason
        ) from error
    except OSError as error:
        raise BadInput(
            N_("{path} can't be read: {reason}."), path=str(path), reason=error.strerror or str(error)
        ) from error


def _decoded(content: bytes) -> str:
    """TOML is UTF-8; editors that save UTF-16 or Windows-1252 are met as the tables are."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _is_endless_key(line: str) -> bool:
    """Whether a line begins with a key of a key of a key …: reading it takes the square of its length."""
    key = line.partition("=")[0].strip(" []")
    return key.count(".") > _DEEPEST and ".." not in key and re.fullmatch(r"[\w.\"' -]+", key) is not None


_DEEPEST = 50


def _told(message: str, text: str) -> tuple[int, str]:
    """The line and the reason of `Invalid value (at line 3, column 9)`; at the end of the document that is the last line."""
    reason, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else max(len(text.splitlines()), 1)
    return line, f"{reason[:1].lower()}{reason[1:]}".rstrip(".")
