"""The command tree, its lazy loading, and the one boundary where an error becomes a line on stderr."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coursectl import locale
from coursectl.cli.globals import Globals, take_globals
from coursectl.cli.here import Here, enter
from coursectl.errors import N_, BadInput, CourseError, ExitCode, SomeDone, Usage, leave_word, word_left
from coursectl.locale import gettext as _

# What the top help lists. A module is imported when its command is typed: start-up is a feature.
COMMANDS = {
    "demo": N_("Make the demo: one edition of a real course, end to end."),
    "init": N_("Make a new, empty store."),
    "status": N_("The edition in use, what is missing, what to type next."),
    "course": N_("Courses: what is held again and again."),
    "edition": N_("Editions: one holding of a course; use one, close one."),
    "org": N_("Organizations: ministries, agencies, partners."),
    "topic": N_("Topics: subjects, kept over all editions."),
    "session": N_("Sessions: the program, slot by slot."),
    "person": N_("People: each one once, whatever they do."),
    "expert": N_("Experts: who teaches in an edition."),
    "enroll": N_("Enroll one official, or a whole list."),
    "roster": N_("Participants: list, accept, confirm, withdraw, replace."),
    "attend": N_("Attendance: mark it, show it, import it."),
    "assess": N_("Assessments: tests and exams, their results, who passed."),
    "hold": N_("Holds: reasons not to hand a certificate out."),
    "certificate": N_("The register of certificates: issue, list, show, verify."),
    "render": N_("Documents: syllabus, sheets, lists, certificates, letters, badges."),
    "template": N_("Templates of documents: list, copy, check them."),
    "history": N_("Totals, countries, topics over all editions."),
    "import": N_("Import a folder: a course with all that belongs to it."),
    "store": N_("The store: what it is, backups, checks, copies."),
    "log": N_("What was done, by whom, when."),
    "undo": N_("Take an operation back."),
}


def build() -> Any:
    """The root of the command tree, as Typer's own group class with lazy children."""
    from coursectl.cli.root import Root

    return Root(COMMANDS)


def load(name: str) -> Any:
    """The command or group `name`, imported now."""
    import typer.main

    module = importlib.import_module(f"coursectl.cli.{name}_" if name == "import" else f"coursectl.cli.{name}")
    loaded = typer.main.get_command(module.app)
    loaded.name = name
    return loaded


def run(arguments: Sequence[str]) -> int:
    """Run one command line. Returns the exit code; a bug leaves as an exception."""
    _be_kind_to_streams()
    here: Here | None = None
    locale.set_language(None, os.environ)
    try:
        _refuse_undecodable(arguments)
        options, rest = take_globals(arguments)
        here = enter(_with_known_language(options))
        _tell_unspoken()
        code = _show_version(options) if options.version else _invoke(rest)
        _flush()
        return code
    except CourseError as error:
        sys.stderr.write(f"{_tell(error)}\n")
        return error.exit_code
    except BrokenPipeError:
        return ExitCode.DONE  # the reader has gone (`| head`): what it wanted, it has
    except KeyboardInterrupt as stop:
        from coursectl.cli.show import printable

        left = _left(stop, here)
        said = f"{_('Stopped.')} {_tell(left)}" if left else _("Stopped. Nothing was left half-written.")
        sys.stderr.write(printable(said) + "\n")
        return INTERRUPTED
    except Exception as error:  # ours, unless no file can be called so, or the store's is damaged
        cause = _unusable_path(error) or (here.damage() if here is not None else None)
        if cause is None:
            _left(error, here)
            raise
        sys.stderr.write(f"{_tell(cause)}\n")
        return cause.exit_code
    finally:
        if here is not None:
            here.close()
        _let_go_of_stdout()


INTERRUPTED = 130  # what shells expect of a command that Ctrl-C ended


def _tell_unspoken() -> None:
    """Who asks for German gets English, and is told so."""
    if (language := locale.unspoken(os.environ)) is not None:
        from coursectl.cli.show import say

        sentence = _(
            "COURSECTL_LANG is {language!r}, which coursectl doesn't speak, so this is English. It speaks: {known}."
        )
        say(sentence.format(language=language, known=", ".join(locale.LANGUAGES)))


def _left(error: BaseException, here: Here | None) -> CourseError | None:
    """What a command leaves behind that ends in the middle; None where nothing was written, or all of one operation."""
    if here is not None and (count := here.written):
        leave_word(error, SomeDone(count))
    return word_left(error)


def _invoke(arguments: Sequence[str]) -> int:
    """Let Typer parse and call; not by its `main`, which has ways of its own to end on Ctrl-C and a broken pipe."""
    import typer
    from typer.exceptions import TyperException

    root = build()
    try:
        with root.make_context("coursectl", list(arguments) or ["status"]) as context:
            root.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        return _refuse(error, arguments)
    return ExitCode.DONE


def _refuse(error: Any, arguments: Sequence[str]) -> int:
    """A group without a command shows its help; every other complaint is one sentence."""
    from coursectl.cli import usage

    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error.format_message()}\n")
        return ExitCode.USAGE
    raise usage.told(error, arguments) from error


def _show_version(options: Globals) -> int:
    from coursectl import __version__
    from coursectl.cli.show import show_version

    show_version(__version__, as_json=options.json)
    return ExitCode.DONE


def _with_known_language(options: Globals) -> Globals:
    """The options with --lang as its tag (`ES` and `español` are `es`). Raises Usage where it is no language."""
    if options.lang is None:
        return options
    found = locale.find_language(options.lang)
    if found is None:
        known = ", ".join(locale.DOCUMENT_LANGUAGES)
        raise Usage(N_("{tag!r} is no language tag. Use one of: {known}."), tag=options.lang, known=known)
    return replace(options, lang=found)


def _tell(error: CourseError) -> str:
    from coursectl.cli.show import printable

    return "\n".join(printable(line) for line in error.sentence(_).split("\n"))


def _refuse_undecodable(arguments: Sequence[str]) -> None:
    """Bytes that are no text of this terminal's encoding come as lone surrogates, which no file and no store can keep."""
    for argument in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            shown = argument.encode(errors="replace").decode()
            raise Usage(
                N_("{argument!r} isn't text in this terminal's encoding. Set the terminal to UTF-8 and type it again."),
                argument=shown,
            )


def _unusable_path(error: Exception) -> CourseError | None:
    """What is wrong with a path that the system refuses even to look for, where that is what happened."""
    unusable = (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.EACCES)
    if not isinstance(error, OSError) or error.errno not in unusable or error.filename is None:
        return None
    return BadInput(N_("{path} can't be used: {reason}."), path=str(error.filename), reason=error.strerror)


def _be_kind_to_streams() -> None:
    """A console that knows fewer letters than a name has gets a question mark; one that was closed gets nothing."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open as long as we run
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _flush() -> None:
    """Bring the answer out while its failure can still be told: at the interpreter's end it couldn't."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from coursectl.cli.show import unanswered

        raise unanswered(error) from error


def _let_go_of_stdout() -> None:
    """What can't be written goes nowhere: Python would stumble over it when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
