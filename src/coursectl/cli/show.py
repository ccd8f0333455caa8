"""The one renderer: a frozen result becomes a table, plain text, JSON or CSV.

Data goes to stdout, everything else to stderr. What people typed is shown as it is: no markup, no terminal escapes.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from coursectl import locale
from coursectl.cli.here import here
from coursectl.locale import gettext as _

T = TypeVar("T")


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column of a list: its header, what of a row it shows, and whether it is a number (set right)."""

    header: str
    value: Callable[[T], object]
    right: bool = False


def show_list(rows: Sequence[T], columns: Sequence[Column[T]], *, empty: str) -> None:
    """Show a list: a table on a terminal, aligned text in a pipe, or JSON or CSV. `empty` is said where there are no rows."""
    options = here().options
    if options.json:
        _print_json([plain(row) for row in rows])
    elif options.csv:
        _print_csv([plain(row) for row in rows], _fields(rows))
    elif not rows:
        say(empty)
    else:
        cells = [[shown(column.value(row)) for column in columns] for row in rows]
        _print_table([column.header for column in columns], cells, [column.right for column in columns])


def show_one(result: object, lines: Sequence[tuple[str, object]]) -> None:
    """Show one thing as labelled lines, or as JSON. Lines whose value is None or empty are left out."""
    if here().options.json:
        _print_json(plain(result))
        return
    kept = [(label, text) for label, text in ((label, shown(value)) for label, value in lines) if text]
    width = max((_width(label) for label, _value in kept), default=0)
    for label, value in kept:
        indented = value.replace("\n", "\n" + " " * (width + 2))
        _print(f"{label}{' ' * (width - _width(label))}  {indented}")


def show_done(result: object, sentence: str, *, dry_run: bool = False) -> None:
    """Answer a write: one sentence, or the result as JSON (with `dry_run` in it where nothing was written)."""
    if here().options.json:
        answer = plain(result)
        if dry_run and isinstance(answer, dict):
            answer = {**answer, "dry_run": True}
        _print_json(answer)
    elif dry_run:
        _print(_("Would be done, nothing was written: {sentence}").format(sentence=printable(sentence)))
    elif not here().options.quiet:
        for line in sentence.split("\n"):
            _print(printable(line))


def show_text(text: str) -> None:
    """Show lines of our own making (an account, a chart) on stdout."""
    for line in text.split("\n"):
        _print(printable(line))


def say(sentence: str) -> None:
    """Say something that is no data: to stderr, unless --quiet."""
    if not here().options.quiet:
        sys.stderr.write(printable(sentence) + "\n")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr for what takes over half a second: call the given function with (done, total).

    Nothing is drawn in a pipe or with --quiet.
    """
    if here().options.quiet or here().options.json or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), transient=True,
                   console=Console(stderr=True, markup=False, highlight=False))  # fmt: skip
    with bar:
        task = bar.add_task(printable(label), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def plain(value: Any, *, text: bool = False) -> Any:
    """A result as plain JSON values. Ids become text (JavaScript rounds 63 bits); a Text is given in the shown language."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain_id(field.name, plain(getattr(value, field.name), text="Text" in str(field.type)))
            for field in dataclasses.fields(value)
            if not field.metadata.get("hidden")
        }
    if isinstance(value, Mapping):
        return locale.pick(value, here().language) if text else {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, text=text) for item in value]
    return value


def _plain_id(name: str, value: Any) -> Any:
    return str(value) if isinstance(value, int) and (name == "id" or name.endswith("_id")) else value


def shown(value: object) -> str:
    """A value as people read it in a cell."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case float():
            return f"{value:g}"
        case Mapping():
            return printable(locale.pick(value, here().language))
        case list() | tuple():
            return ", ".join(shown(item) for item in value)
        case _:
            return "\n".join(printable(line) for line in str(value).split("\n"))


def printable(text: str) -> str:
    """The text without what a terminal would obey: control characters are shown as their pictures (␛)."""
    return "".join(_picture(letter) if unicodedata.category(letter) == "Cc" else letter for letter in text)


def _picture(control: str) -> str:
    return chr(0x2400 + ord(control)) if ord(control) < 0x20 else "\N{REPLACEMENT CHARACTER}"


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _print_json(value: object) -> None:
    # A pipe that isn't UTF-8 gets escapes: every JSON reader understands them.
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    _print(json.dumps(value, ensure_ascii=ascii_only, indent=2))


def _print_csv(rows: Sequence[Mapping[str, Any]], headers: Sequence[str]) -> None:
    from coursectl import tables

    cells = [[_csv_cell(row.get(header)) for header in headers] for row in rows]
    sys.stdout.write(tables.csv_text(headers, cells))


def _csv_cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get("name", json.dumps(value, ensure_ascii=False))
    return "; ".join(str(item) for item in value) if isinstance(value, list) else value


def _fields(rows: Sequence[Any]) -> list[str]:
    return [field.name for field in dataclasses.fields(rows[0])] if rows else []


def _print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    if sys.stdout.isatty():
        _print_rich_table(headers, rows, right)
        return
    widths = [max(_width(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = [_pad(cell, width, is_right) for cell, width, is_right in zip(row, widths, right, strict=True)]
        _print("  ".join(cells).rstrip())


def _print_rich_table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header, is_right in zip(headers, right, strict=True):
        table.add_column(header, justify="right" if is_right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False, emoji=False).print(table)


def _pad(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
