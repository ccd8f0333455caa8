"""What is wrong with a command line, in the tool's own words and language; Typer's are English and three lines long."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from coursectl.errors import N_, Usage

_REFERENCE = re.compile(r"[^\W\d_][\w.]*-\d{1,5}")  # how an edition is named
A_FEW = 8  # commands to name all of, where nothing like what was typed is among them


def unknown_command(command: str, name: str, known: Collection[str]) -> Usage:
    """`name` is no command of `command`, whose commands are `known`."""
    if near := _near(name, known):
        return Usage(
            N_("{command} has no command {name!r}. Did you mean {near}?"), command=command, name=name, near=near
        )
    if len(known) <= A_FEW:
        return Usage(
            N_("{command} has no command {name!r}. It has: {known}."),
            command=command,
            name=name,
            known=", ".join(known),
        )
    return Usage(N_("{command} has no command {name!r}. See: {command} --help"), command=command, name=name)


def told(error: Any, arguments: Sequence[str] = ()) -> Usage:
    """Typer's usage error about these arguments as ours. What it says about a value that we don't know stays in its words."""
    command = error.ctx.command_path if error.ctx else "coursectl"
    match type(error).__name__:
        case "NoSuchOption":
            return _unknown_option(command, error, arguments)
        case "MissingParameter":
            return Usage(
                N_("{command}: {what} is missing. See: {command} --help"), command=command, what=_name(error.param)
            )
        case "BadParameter":
            return _bad_value(command, error)
        case "BadOptionUsage" if "does not take" in error.message:
            return Usage(N_("{command}: {option} takes no value."), command=command, option=error.option_name)
        case "BadOptionUsage":
            return Usage(N_("{command}: {option} needs a value."), command=command, option=error.option_name)
    if error.message.startswith("Got unexpected extra argument"):
        if (edition := _edition_in([_extra(error)])) and "-e" in _own(error):
            return Usage(
                N_("{command} takes the edition with -e: {command} -e {edition}"), command=command, edition=edition
            )
        return Usage(
            N_(
                "{command}: that is too much: {extra}. A text of several words needs quotes; for the rest, see: {command} --help"
            ),
            command=command,
            extra=_extra(error),
        )
    return Usage(N_("{command}: {reason} See: {command} --help"), command=command, reason=error.format_message())


def _unknown_option(command: str, error: Any, arguments: Sequence[str]) -> Usage:
    from coursectl.cli.globals import FLAGS, WITH_VALUE

    own = _own(error)
    option = error.option_name
    if option in ("-e", "--edition") and (whole := _with_edition(error, arguments)):
        return Usage(N_("{command} takes no {option}. Type: {whole}"), command=command, option=option, whole=whole)
    if near := _near(option, [name for name in (*own, *WITH_VALUE, *FLAGS) if name.startswith("--")]):
        return Usage(
            N_("{command} has no option {option}. Did you mean {near}?"), command=command, option=option, near=near
        )
    return Usage(N_("{command} has no option {option}. See: {command} --help"), command=command, option=option)


def _own(error: Any) -> list[str]:
    """The options of the command that was typed."""
    return [name for parameter in error.ctx.command.params for name in (*parameter.opts, *parameter.secondary_opts)]


def _extra(error: Any) -> str:
    """The arguments that are too many, as Typer quotes them."""
    return str(
        error.message.partition("(s) (")[2].removesuffix(")") or error.message.partition(" (")[2].removesuffix(")")
    )


def _edition_in(words: Iterable[str]) -> str | None:
    """What among the words looks like an edition, where nothing else does: ICIM-37."""
    found = [word for word in words if _REFERENCE.fullmatch(word)]
    return found[0] if len(found) == 1 else None


def _with_edition(error: Any, arguments: Sequence[str]) -> str | None:
    """The command line with the edition as an argument, where the command takes one: `coursectl edition show ICIM-37`."""
    taken = [one for one in error.ctx.command.params if one.param_type_name == "argument"]
    if not taken or taken[0].name not in ("reference", "edition"):
        return None
    return f"{error.ctx.command_path} {_edition_in(arguments) or 'EDITION'}"


def _bad_value(command: str, error: Any) -> Usage:
    what = _name(error.param)
    faults = error.__cause__.errors() if hasattr(error.__cause__, "errors") else []
    fault: dict[str, Any] = faults[0] if faults else {}
    facts = {"command": command, "what": what, "value": fault.get("input")}
    match str(fault.get("type", "")).split("_"):
        case ["int", *_]:
            return Usage(N_("{command}: {what} is a whole number, not {value!r}."), **facts)
        case ["greater", "than", "equal"]:
            least = fault["ctx"]["ge"]
            return Usage(N_("{command}: {what} is at least {least}, not {value}."), least=least, **facts)
    return Usage(N_("{command}: {what}: {reason}"), command=command, what=what, reason=error.message)


def _name(parameter: Any) -> str:
    """An option as it is typed, an argument as the help calls it."""
    if parameter is None:
        return "?"
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, list(known), n=2, cutoff=0.75))
