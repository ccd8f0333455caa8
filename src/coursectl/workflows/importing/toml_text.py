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
        return tomllib.loads(text)
    except FileNotFoundError:
        raise NotFound(N_("There is no {path}: a folder to import needs one."), path=str(path)) from None
    except tomllib.TOMLDecodeError as error:
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


def _told(message: str, text: str) -> tuple[int, str]:
    """The line and the reason of `Invalid value (at line 3, column 9)`; at the end of the document that is the last line."""
    reason, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else max(len(text.splitlines()), 1)
    return line, f"{reason[:1].lower()}{reason[1:]}".rstrip(".")
