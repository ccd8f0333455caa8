"""Templates that an office has from others are filled and typeset in a process of their own, with an end to its time and memory.

A template may loop for ever or ask for more memory than there is, and Typst may be brought down by one: then the process
is ended, and that is one sentence. The built-in templates need no such care and stay here, which is faster. What the child
is asked is pickled, what it answers is read as data: JSON and bytes, nothing that could run.
"""

from __future__ import annotations

import atexit
import json
import os
import pickle
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from coursectl.documents.templates import BadTemplate, Sealed, template_file, template_folders
from coursectl.errors import N_, BadInput, CourseError, Usage

TEMPLATES = ("*.j2", "*.docx")
NOWHERE = "http://127.0.0.1:9"  # a proxy that nobody answers at: Typst would fetch what a template imports
ANSWERS = {one.__name__: one for one in (BadTemplate, BadInput, Usage)}
CHUNK = struct.Struct(">Q")


@dataclass(frozen=True)
class Limits:
    """What the templates of others may use: `seconds` in all, and more of them for each 10,000 bytes of facts or source.

    1,000 certificates take about two seconds and 900 MB of addresses, of which they use 350.
    """

    seconds: float = 60
    seconds_more: float = 1
    megabytes: int = 2048


class Crashed(Exception):
    """The child has ended in the middle of its work."""


def are_foreign(templates: Sequence[Path]) -> bool:
    """Whether the users' folders hold templates, whoever wrote them; words and fonts are only read.

    Of what was kept at an issue it is whether a template differs from ours of today.
    """
    if isinstance(templates, Sealed):
        return _has_foreign(templates)
    return any(next(folder.rglob(kind), None) is not None for folder in templates for kind in TEMPLATES)


@lru_cache(maxsize=16)
def _has_foreign(kept: Sealed) -> bool:
    ours = template_folders()
    files = [(file, file.relative_to(folder)) for folder in kept for kind in TEMPLATES for file in folder.rglob(kind)]
    return not all(
        any((home / name).is_file() and (home / name).read_bytes() == file.read_bytes() for home in ours)
        for file, name in files
    )


def ask(task: str, *details: Any, path: str, templates: Sequence[Path]) -> Any:
    """What the child answers: see `child.py` for what it can be asked. Raises what the work raises, and BadTemplate.

    `path` is the template whose fault it is if there is no answer.
    """
    child = _child()
    try:
        return child.ask(task, details)
    except TimeoutError as late:
        raise BadTemplate(
            N_(
                "Template {template} took longer than {seconds} seconds, so it was stopped. Look for a loop without end in it, or remove your copy of it."
            ),
            template=template_file(path, templates),
            seconds=round(child.allowed),
        ) from late
    except Crashed as crash:
        raise BadTemplate(
            N_(
                "Template {template} was stopped: it asked for more than {megabytes} MB of memory, or made the typesetter crash. Correct it, or remove your copy of it."
            ),
            template=template_file(path, templates),
            megabytes=child.limits.megabytes,
        ) from crash


class Child:
    """A process that waits for work, until it is closed or does something wrong."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.allowed = limits.seconds
        self.alive = True
        self._used = 0.0
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COURSECTL_")}  # passwords
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), NOWHERE)
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-P", "-m", "coursectl.documents.child", str(limits.megabytes)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**kept, **proxies},
        )  # fmt: skip

    def ask(self, task: str, details: tuple[Any, ...]) -> Any:
        """The answer. Raises TimeoutError, Crashed, and what the work raised."""
        asked = pickle.dumps((task, details, os.getcwd()))  # noqa: PTH109 - paths in it may be relative
        self.allowed += self.limits.seconds_more * len(asked) / 10_000
        late = threading.Event()
        timer = threading.Timer(max(self.allowed - self._used, 0), self._stop, [late])
        timer.daemon = True
        started = time.monotonic()
        timer.start()
        try:
            answer = self._exchange(asked)
        except (OSError, EOFError) as error:
            self.close()
            raise (TimeoutError() if late.is_set() else Crashed()) from error
        except BaseException:  # Ctrl-C: half an answer is of no use to the next question
            self.close()
            raise
        finally:
            timer.cancel()
            self._used += time.monotonic() - started
        return _understood(*answer)

    def close(self) -> None:
        """End it, whatever it does."""
        self.alive = False
        self._process.kill()
        with suppress(OSError):
            self._process.communicate()

    def _exchange(self, asked: bytes) -> tuple[dict[str, Any], bytes]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:  # pragma: no cover - both were asked for
            raise EOFError
        write_chunk(stdin, asked)
        return json.loads(read_chunk(stdout)), read_chunk(stdout)

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


def write_chunk(stream: IO[bytes], data: bytes) -> None:
    """Write bytes with how many there are before them."""
    stream.write(CHUNK.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_chunk(stream: IO[bytes]) -> bytes:
    """Read such bytes. Raises EOFError where there aren't as many."""
    head = stream.read(CHUNK.size)
    if len(head) < CHUNK.size:
        raise EOFError
    (size,) = CHUNK.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _understood(head: dict[str, Any], data: bytes) -> Any:
    """What the child found, or the error that it met."""
    match head["kind"]:
        case "text":
            return data.decode("utf-8", "surrogatepass")
        case "bytes":
            return data
        case "value":
            return head["value"]
        case "typst":
            import typst

            failed = typst.TypstError(head["message"], head["diagnostic"], head["hints"])
            for name in ("message", "diagnostic", "hints"):  # which its constructor doesn't set
                setattr(failed, name, head[name])
            raise failed
        case "ours":
            raise _error(head)
        case _:
            raise RuntimeError(head["trace"])


def _error(head: dict[str, Any]) -> CourseError:
    from coursectl.documents.word import NoWord

    kind: type[CourseError] = {**ANSWERS, "NoWord": NoWord}[head["error"]]
    return kind(head["wording"], **head["facts"])


_children: list[Child] = []
_limits = [Limits()]


def _child() -> Child:
    """The one that is there already, or a new one."""
    while _children and not _children[-1].alive:
        _children.pop()
    if not _children:
        _children.append(Child(_limits[-1]))
    return _children[-1]


@contextmanager
def limited(limits: Limits) -> Iterator[None]:
    """Give templates of others other limits, and a process that keeps them."""
    end()
    _limits.append(limits)
    try:
        yield
    finally:
        _limits.pop()
        end()


@atexit.register
def end() -> None:
    """End the process that waits, if there is one."""
    while _children:
        _children.pop().close()
