"""The command tree, its lazy loading, and the one boundary where an error becomes a line on stderr."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from coursectl import locale
from coursectl.cli.globals import Globals, take_globals
from coursectl.cli.here import Here, enter
from coursectl.errors import N_, CourseError, ExitCode
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
    "certificate": N_("The register of certificates: issue, list, show."),
    "render": N_("Documents: syllabus, sheets, lists, certificates."),
    "history": N_("Totals, countries, topics over all editions."),
    "import": N_("Import a folder: a course with all that belongs to it."),
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
    """Run one command line. Returns the exit code; a bug leaves as a traceback."""
    _be_kind_to_narrow_encodings()
    here: Here | None = None
    locale.set_language(None, os.environ)
    try:
        options, rest = take_globals(arguments)
        if options.version:
            from coursectl import __version__

            sys.stdout.write(f"coursectl {__version__}\n")
            return ExitCode.DONE
        here = enter(options)
        return _invoke(rest, options)
    except CourseError as error:
        sys.stderr.write(f"{_tell(error)}\n")
        return error.exit_code
    except BrokenPipeError:
        # The reader has gone (`| head`): what it wanted, it has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except KeyboardInterrupt:
        sys.stderr.write(_("Stopped. Nothing was left half-written.") + "\n")
        return 130
    finally:
        if here is not None:
            here.close()


def _invoke(arguments: list[str], options: Globals) -> int:
    import typer
    from typer.exceptions import TyperException

    if options.lang is not None and not locale.find_language(options.lang):
        raise _unknown_language(options.lang)
    try:
        code = build().main(args=arguments or ["status"], prog_name="coursectl", standalone_mode=False)
    except TyperException as error:
        _show_usage_error(error)
        return error.exit_code
    except typer.Abort:
        sys.stderr.write(_("Stopped; nothing was written.") + "\n")
        return ExitCode.BUG
    sys.stdout.flush()
    return code if isinstance(code, int) else ExitCode.DONE


def _show_usage_error(error: Any) -> None:
    """Typer's own complaint about the command line: its usage line, and what was wrong."""
    error.show()


def _unknown_language(tag: str) -> CourseError:
    from coursectl.errors import Usage

    return Usage(N_("{tag!r} is no language tag. Use one of: {known}."), tag=tag, known=", ".join(locale.LANGUAGES))


def _tell(error: CourseError) -> str:
    from coursectl.cli.show import printable

    return "\n".join(printable(line) for line in error.sentence(_).split("\n"))


def _be_kind_to_narrow_encodings() -> None:
    """A console or pipe that knows fewer letters than a name has gets a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
