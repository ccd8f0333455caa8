"""The sandbox that fills templates: undefined names fail, nothing of Python is in reach, and every loop has an end.

Loaded only where a template is filled: Jinja2 takes a while to import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateRuntimeError, lexer, nodes
from jinja2.ext import Extension
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coursectl.documents.templates import BadTemplate
from coursectl.errors import N_

MOST_TURNS = 2_000_000  # of loops and calls in one document: a list of 10,000 people takes a tenth of it
CALL = 10  # turns that a call counts for: about as long as it takes
LONGEST = 1_000_000  # letters or items that a multiplication may make
MARK = "\ue000{name}\ue001{line}\ue002"  # private use: no value can hold these letters, they are escaped in all forms


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 over folders, with what is printed made a literal by `finalize`, and a limit to loops and calls."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(
        self, folders: Iterable[Path], finalize: Callable[[object], object], *, marked: bool = False, **filters: Any
    ) -> None:
        self.turns = 0
        super().__init__(
            # With it off, macros and super() come out as strings, and would be escaped a second time.
            autoescape=True,
            finalize=finalize,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            comment_start_string="{/*",
            comment_end_string="*/}",
            loader=_Loader(list(folders)),
            auto_reload=True,
            extensions=[_Marks] if marked else [],
        )
        self.filters |= {name: _measured(self.filters[name]) for name in ("center", "indent", "format", "tojson")}
        self.filters |= {"turns": self._counted, **filters}

    def take_turn(self, turns: int = 1) -> None:
        """Count a turn of a loop, or a call. Raises TemplateRuntimeError beyond the limit."""
        self.turns += turns
        if self.turns > MOST_TURNS:
            raise TemplateRuntimeError(f"after {MOST_TURNS:,} turns there is still no end of its loops")

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls, counted: macros that call each other have no end either."""
        self.take_turn(CALL)
        # Jinja2 wraps `format`, and leaves what it has wrapped in `__wrapped__`.
        _reject_length(getattr(getattr(obj, "__wrapped__", obj), "__self__", None), *args, *kwargs.values())
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply and raise to powers, but not without measure."""
        if operator == "**" and (abs(left) > LONGEST or abs(right) > 64):
            raise TemplateRuntimeError("the power is too large")
        if operator == "%":
            _reject_length(left, *(right if isinstance(right, tuple) else (right,)))
        for text, times in ((left, right), (right, left)) if operator == "*" else ():
            if isinstance(text, str | list | tuple) and isinstance(times, int) and len(text) * times > LONGEST:
                raise TemplateRuntimeError("the repetition is too long")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "turns", [], [], None, None, lineno=loop.lineno, environment=self)
        return tree

    def _counted(self, items: Any) -> _Counted:
        return _Counted(items, self.take_turn)


def _measured(fill: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that fills texts with spaces, but not without measure."""

    @wraps(fill)
    def measured(*args: Any, **kwargs: Any) -> Any:
        _reject_length(*args, *kwargs.values())
        return fill(*args, **kwargs)

    return measured


def _reject_length(text: Any, *widths: Any) -> None:
    """A text's `ljust(10 ** 9)`, `format` or `%09d` makes as long a text as it says. Raises TemplateRuntimeError."""
    if not isinstance(text, str):
        return
    if any(isinstance(width, int) and width > LONGEST for width in widths) or _LONG_WIDTH.search(text):
        raise TemplateRuntimeError("the text is too long")


_LONG_WIDTH = re.compile(r"[%:.][^%{}\s]{0,8}?[0-9]{7}")  # in `%` and in `format`


class _Counted:
    """The items of a loop, each of which takes a turn."""

    def __init__(self, items: Any, take_turn: Callable[[], None]) -> None:
        self._items = items
        self._take_turn = take_turn

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._take_turn()
            yield item

    def __len__(self) -> int:
        return len(self._items)


class _Loader(FileSystemLoader):
    """Says of a template that can't be read which one it is."""

    def get_source(self, environment: Environment, template: str) -> Any:
        self._reject_link(template)
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise BadTemplate(
                N_("Template {template} is no UTF-8 text. Save it as UTF-8."), template=self._path(template)
            ) from error
        except TemplateNotFound:  # which Jinja2 counts among the errors of the system
            raise
        except OSError as error:
            raise BadTemplate(
                N_("Template {template} can't be read: {reason}."),
                template=self._path(template),
                reason=error.strerror or str(error),
            ) from error

    def _reject_link(self, template: str) -> None:
        """A link may lead to any file of the computer, and a template would print it. Raises BadTemplate."""
        for folder in map(Path, self.searchpath):
            file = folder.joinpath(*filter(None, template.split("/")))  # as Jinja2 does
            if ".." in Path(template).parts or not file.is_file():
                continue
            if not file.resolve().is_relative_to(folder.resolve()):
                raise BadTemplate(
                    N_("Template {template} is a link to a file outside of its folder. Put a copy of that file there."),
                    template=file,
                )
            return

    def _path(self, template: str) -> Path:
        return next(path for folder in self.searchpath if (path := Path(folder, template)).is_file())


class _Marks(Extension):
    """Marks each line of a template's own text with where it comes from, to tell errors of the finished source by."""

    def filter_stream(self, stream: lexer.TokenStream) -> Iterable[lexer.Token]:
        for token in stream:
            if token.type != lexer.TOKEN_DATA:
                yield token
                continue
            lines = [
                MARK.format(name=stream.name, line=token.lineno + number) + line
                for number, line in enumerate(token.value.split("\n"))
            ]
            yield lexer.Token(token.lineno, token.type, "\n".join(lines))


def place_of(filled: str, line: int, column: int) -> tuple[str, int] | None:
    """The template and its line that wrote line and column (from 1) of a source filled with marks; None before the first."""
    found: tuple[str, int] | None = None
    at_line, at_column = 1, 1
    for piece in filled.split("\ue000"):
        mark, marked, text = piece.partition("\ue002")
        if marked:
            name, _, number = mark.partition("\ue001")
            if (at_line, at_column) > (line, column):
                return found
            found = (name, int(number))
        written = text if marked else piece
        breaks = written.count("\n")
        at_column = len(written) - written.rfind("\n") if breaks else at_column + len(written)
        at_line += breaks
    return found
