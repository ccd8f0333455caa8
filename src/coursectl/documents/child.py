"""The process in which templates of others are filled and typeset: `python -m coursectl.documents.child MEGABYTES`

It reads a task, does it, writes what it found, and waits for the next; nobody starts it by hand. `apart.py` is the other end.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from coursectl.documents.apart import ANSWERS, read_chunk, write_chunk
from coursectl.errors import CourseError

CPU_SECONDS = 900  # of one task: should whoever asks be gone, nobody else would end it


def limit_memory(megabytes: int) -> None:
    """Have the system refuse more memory, files on disk and a core. POSIX alone has this."""
    with suppress(ImportError):
        import resource

        for what, most in (
            ("RLIMIT_AS", megabytes * 2**20),
            ("RLIMIT_FSIZE", 0),
            ("RLIMIT_CORE", 0),
        ):
            with suppress(ValueError, OSError, AttributeError):
                resource.setrlimit(getattr(resource, what), (most, most))


def limit_time(seconds: int) -> None:
    """Have the system end this process after so much more of its processors' time."""
    with suppress(ImportError):
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(usage.ru_utime + usage.ru_stime)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))


def fill(form: str, path: str, templates: Sequence[Path], values: dict[str, object]) -> str:
    from coursectl.documents.templates import fill_here

    return fill_here(form, path, templates, values)


def place(
    form: str, path: str, templates: Sequence[Path], values: dict[str, object], line: int, column: int
) -> tuple[str, int] | None:
    from coursectl.documents.templates import find_place

    return find_place(form, path, templates, values, line, column)


def typeset(root: str, folders: tuple[Path, ...], source: str, at: int) -> bytes:
    from coursectl.documents.typeset import compile_pdf

    return compile_pdf(_compiler(root, folders), source, at)


def measure(root: str, folders: tuple[Path, ...], source: str) -> tuple[float, float]:
    from coursectl.documents.typeset import first_page

    return first_page(_compiler(root, folders), source)


def forget(root: str, folders: tuple[Path, ...]) -> None:
    from coursectl.documents.typeset import forget_documents

    forget_documents(_compiler(root, folders))


def word(*details: Any) -> bytes:
    from coursectl.documents.word import fill_word

    return fill_word(*details)


TASKS: dict[str, Callable[..., Any]] = {
    "fill": fill,
    "place": place,
    "typeset": typeset,
    "forget": forget,
    "measure": measure,
    "word": word,
}


@lru_cache(maxsize=4)
def _compiler(root: str, folders: tuple[Path, ...]) -> Any:
    from coursectl.documents.typeset import new_compiler

    return new_compiler(root, folders)


def answer(asked: bytes) -> tuple[dict[str, Any], bytes]:
    """What there is to say to a task, as plain data and bytes."""
    try:
        task, details, folder = pickle.loads(asked)  # noqa: S301 - from who started us
        os.chdir(folder)
        made = TASKS[task](*details)
    except CourseError as error:
        facts = {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}
        kind = type(error).__name__
        known = kind if kind in {*ANSWERS, "NoWord"} else "BadInput"
        return {"kind": "ours", "error": known, "wording": error.args[0], "facts": facts}, b""
    except Exception as error:
        if type(error).__name__ == "TypstError":
            told = {name: getattr(error, name) for name in ("message", "diagnostic", "hints")}
            return {"kind": "typst", **told}, b""
        return {"kind": "bug", "trace": traceback.format_exc()}, b""
    if isinstance(made, str):
        return {"kind": "text"}, made.encode("utf-8", "surrogatepass")
    return ({"kind": "bytes"}, made) if isinstance(made, bytes) else ({"kind": "value", "value": made}, b"")


def main() -> None:
    """Work until there is no more to do."""
    inward, outward = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # whatever a library prints must not get between the answers
        os.dup2(nothing, stream)
    limit_memory(int(sys.argv[1]))
    while True:
        try:
            asked = read_chunk(inward)
        except EOFError:
            return
        limit_time(CPU_SECONDS)
        head, data = answer(asked)
        write_chunk(outward, json.dumps(head).encode())
        write_chunk(outward, data)


if __name__ == "__main__":
    main()
