"""The one renderer: a frozen result becomes a table, plain text, JSON or CSV.

Data goes to stdout, everything else to stderr. What people typed is shown as it is: no markup, no terminal escapes.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from coursectl import locale
from coursectl.cli.here import here
from coursectl.errors import N_, OutOfReach, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

if TYPE_CHECKING:
    from threading import Event

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
        cells = [[shown(column.value(row)).replace("\n", " ") for column in columns] for row in rows]
        _print_table([column.header for column in columns], cells, [column.right for column in columns])


def show_one(result: object, lines: Sequence[tuple[str, object]]) -> None:
    """Show one thing as labelled lines, or as JSON. Lines whose value is None or empty are left out."""
    if here().options.json:
        _print_json(plain(result))
        return
    if here().options.csv:
        raise Usage(N_("This answer is no list, so there is no CSV of it. Take --json, or neither."))
    _print_labelled([(label, shown(value)) for label, value in lines])


def show_done(result: object, sentence: str, *, dry_run: bool = False, changes: Sequence[object] | None = None) -> None:
    """Answer a write: one sentence, or the result as JSON (with `dry_run` in it where nothing was written, and `changes`)."""
    here().has_written = not dry_run
    if here().options.json:
        answer = plain(result)
        if dry_run and isinstance(answer, dict):
            answer = {**answer, "dry_run": True} | ({} if changes is None else {"changes": plain(changes)})
        _print_json(answer)
        return
    if here().options.csv:  # what is done is done, so this is no error
        say(_("This answer is no list, so there is no CSV of it."))
    if dry_run:
        show_text(_("Would be done, nothing was written: {sentence}").format(sentence=sentence))
    elif not here().options.quiet:
        show_text(sentence)


def show_json(result: object) -> None:
    """Show what is JSON by its nature, asked for or not."""
    _print_json(plain(result))


def as_json_text(result: object) -> str:
    """The same as text for a file in UTF-8."""
    return json.dumps(plain(result), ensure_ascii=False, indent=2)


def show_text(text: str) -> None:
    """Show lines of our own making (an account, a chart) on stdout."""
    for line in text.split("\n"):
        _print(printable(line))


def show_version(version: str, *, as_json: bool) -> None:
    """`coursectl 0.1.0`"""
    if as_json:
        _print_json({"version": version})
    else:
        _print(f"coursectl {version}")


def say(sentence: str) -> None:
    """Say something that is no data: to stderr, unless --quiet."""
    if not here().options.quiet:
        sys.stderr.write(printable(sentence) + "\n")


def agreed(question: str) -> bool:
    """Ask on a terminal whether to go on. Elsewhere nobody is asked, and nobody has agreed."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    yes = _("yes")
    sys.stderr.write(printable(question) + "\n" + printable(_("Go on? ({yes}/no)").format(yes=yes)) + " ")
    sys.stderr.flush()
    answer = locale.fold(sys.stdin.readline())
    return answer in {*(locale.fold(word)[:length] for word in (yes, "yes") for length in (1, None))}


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr for what takes over half a second: call the given function with (done, total).

    Nothing is drawn in a pipe or with --quiet.
    """
    if not _draws():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), transient=True,
                   console=Console(stderr=True, markup=False, highlight=False))  # fmt: skip
    with bar:
        task = bar.add_task(printable(label), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """A spinner on stderr, with what is being done, for what has no count and has taken over half a second.

    Nothing is drawn in a pipe or with --quiet. Say nothing else on the terminal meanwhile.
    """
    if not _draws():
        yield
        return
    from threading import Event, Thread

    over = Event()
    drawing = Thread(target=_spin, args=(printable(label), over), daemon=True)
    drawing.start()
    try:
        yield
    finally:
        over.set()
        drawing.join()


_PATIENCE_SECONDS = 0.5


def _spin(label: str, over: Event) -> None:
    """Draw until it is over, from a thread of its own: the command's may be within SQLite."""
    if over.wait(_PATIENCE_SECONDS):
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, markup=False, highlight=False)
    with Progress(SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(), transient=True, console=console) as bar:  # fmt: skip
        bar.add_task(label, total=None)
        over.wait()


def _draws() -> bool:
    options = here().options
    return not options.quiet and not options.json and sys.stderr.isatty()


def plain(value: Any, *, text: bool = False, spoken: Sequence[str] = ()) -> Any:
    """A result as plain JSON values. Ids become text (JavaScript rounds 63 bits).

    A Text is given in the shown language, else in one of `spoken`: of an edition, its own, as its documents have it.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = getattr(value, "languages", spoken)
        return {
            field.name: _plain_id(
                field.name, plain(getattr(value, field.name), text="Text" in str(field.type), spoken=own)
            )
            for field in dataclasses.fields(value)
            if not field.metadata.get("hidden")
        }
    if isinstance(value, Mapping):
        if text:
            return locale.pick(value, here().language, spoken)
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, text=text, spoken=spoken) for item in value]
    return value


def _plain_id(name: str, value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    return str(value) if name == "id" or name.endswith("_id") or value > _EXACT_IN_JAVASCRIPT else value


_EXACT_IN_JAVASCRIPT = 2**53


def shown(value: object) -> str:
    """A value as people read it in a cell."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case float():
            return f"{value:.10g}"
        case Mapping():
            return printable(locale.pick(value, here().language))
        case list() | tuple():
            return ", ".join(shown(item) for item in value)
        case _:
            return "\n".join(printable(line) for line in str(value).split("\n"))


def local_minute(instant: str) -> str:
    """`2026-11-24 16:07` by this computer's clock, of an instant in UTC."""
    from datetime import datetime

    return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M")


def from_countries(people: int, countries: int) -> str:
    """`28 from 15 countries`; nobody is from nowhere."""
    if not countries:
        return str(people)
    said = ngettext("{people} from {countries} country", "{people} from {countries} countries", countries)
    return said.format(people=people, countries=countries)


def printable(text: str) -> str:
    """The text without what a terminal would obey, which is shown instead: ␛ for an escape, <U+202E> for a turn of direction."""
    return text if text.isascii() and text.isprintable() else _OBEYED.sub(_picture, text)


# Control characters, both sets; what breaks a line; what turns the direction of the letters after it.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else f"<U+{code:04X}>"


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _print(text: str) -> None:
    _write(text + "\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unanswered(error) from error


def unanswered(error: OSError) -> OutOfReach:
    """What to say where the answer can't be written: whoever reads "can't be written" must know what was done nevertheless."""
    standing = here()
    if done := standing.operations_done():
        wording = ngettext(
            "It was done (operation {numbers}), only its answer can't be written: {reason}.",
            "It was done (operations {numbers}), only its answer can't be written: {reason}.",
            len(done),
        )
        return OutOfReach(wording, numbers=", ".join(done), reason=error.strerror)
    if standing.has_written:
        return OutOfReach(N_("It was done, only its answer can't be written: {reason}."), reason=error.strerror)
    return OutOfReach(N_("The answer can't be written: {reason}."), reason=error.strerror)


def _print_labelled(lines: Sequence[tuple[str, str]]) -> None:
    kept = [(label, text) for label, text in lines if text]
    width = max((_width(label) for label, _text in kept), default=0)
    for label, text in kept:
        indented = text.replace("\n", "\n" + " " * (width + 2))
        _print(f"{_pad(label, width, right=False)}  {indented}")


def _print_json(value: object) -> None:
    # A pipe that isn't UTF-8 gets escapes: every JSON reader understands them. So does what a terminal would obey.
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    written = json.dumps(value, ensure_ascii=ascii_only, indent=2)
    _print("\n".join(_OBEYED.sub(_escape, line) for line in written.split("\n")))


def _print_csv(rows: Sequence[Mapping[str, Any]], headers: Sequence[str]) -> None:
    from coursectl import tables

    cells = [[_csv_cell(row.get(header)) for header in headers] for row in rows]
    _write(tables.csv_text(headers, cells) if rows else "")


def _csv_cell(value: Any) -> Any:
    """A person or an office by its name, several by semicolons; counts by key as `enrollment 28`."""
    match value:
        case {"name": name}:
            return _csv_cell(name)
        case Mapping():
            return "; ".join(f"{key} {_csv_cell(item)}" for key, item in value.items())
        case list():
            return "; ".join(str(_csv_cell(item)) for item in value)
        case str():
            return "\n".join(printable(line) for line in value.split("\n"))
        case _:
            return value


def _fields(rows: Sequence[Any]) -> list[str]:
    shown_ones = (field for field in dataclasses.fields(rows[0]) if not field.metadata.get("hidden")) if rows else ()
    return [field.name for field in shown_ones]


def _print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    if sys.stdout.isatty():
        _print_on_terminal(headers, rows, right)
        return
    widths = [max(_width(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = [_pad(cell, width, is_right) for cell, width, is_right in zip(row, widths, right, strict=True)]
        _print("  ".join(cells).rstrip())


def _print_on_terminal(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    """A table, folded where it must be; where even its longest words don't fit side by side, one row below the other."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console(markup=False, highlight=False, emoji=False)
    if _least_width(headers, rows) > console.width:
        for number, row in enumerate(rows):
            if number:
                _print("")
            _print_labelled(list(zip(headers, row, strict=True)))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header, is_right in zip(headers, right, strict=True):
        table.add_column(header, justify="right" if is_right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _least_width(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """What the table takes when every cell is folded between its words: no name is cut in two."""
    columns = zip(headers, *rows, strict=True)
    longest = [max(_width(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    return sum(longest) + 3 * (len(longest) - 1)


def _pad(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
