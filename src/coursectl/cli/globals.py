"""The options that every command takes, before the subcommand and after it alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from coursectl.errors import N_, Usage


@dataclass(frozen=True)
class Globals:
    """What the global options say."""

    store: str | None = None
    json: bool = False
    csv: bool = False
    lang: str | None = None
    actor: str | None = None
    yes: bool = False
    quiet: bool = False
    version: bool = False
    read_only: bool = False
    stale: bool = False
    in_parts: bool = False


WITH_VALUE = {"--store": "store", "--lang": "lang", "--as": "actor"}
FLAGS = {
    "--json": "json",
    "--csv": "csv",
    "--yes": "yes",
    "-y": "yes",
    "--quiet": "quiet",
    "-q": "quiet",
    "--version": "version",
    "--read-only": "read_only",
    "--stale": "stale",
    "--in-parts": "in_parts",
}
_SHORT_FLAGS = re.compile("-[yq]{2,}")

HELP = (
    (
        "--store PATH|URL",
        N_(
            "The store: a file, or a cluster as rqlite://user@host1:4001,host2:4001. Default: COURSECTL_STORE, or coursectl.db here or in a folder above."
        ),
    ),
    ("--json", N_("Answer in JSON.")),
    ("--csv", N_("Answer in CSV, where the answer is a list.")),
    ("--lang TAG", N_("Language of documents and titles: en, es, pt, fr, ar, zh, ru.")),
    ("--as NAME", N_("Who is acting, for the log. Default: your login name.")),
    ("--yes, -y", N_("Don't ask, do it.")),
    ("--quiet, -q", N_("Say nothing but the answer and errors.")),
    ("--read-only", N_("Refuse whatever would write to the store.")),
    ("--stale", N_("With a cluster: listings from any node, even one that is cut off from the others.")),
    ("--in-parts", N_("With a cluster: a write too large for one request may go in several, not all or nothing.")),
    ("--version", N_("Show the version.")),
)


def take_globals(arguments: Sequence[str]) -> tuple[Globals, list[str]]:
    """The global options found anywhere before `--`, and the arguments without them.

    Raises Usage for a missing value, for a value where none belongs, and for two forms of answer at once.
    """
    found: dict[str, Any] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *waiting]
        elif name in FLAGS:
            if equals:
                raise Usage(N_("{option} takes no value."), option=name)
            found[FLAGS[name]] = True
        elif _SHORT_FLAGS.fullmatch(argument):
            found |= {FLAGS[f"-{letter}"]: True for letter in argument[1:]}
        elif name in WITH_VALUE:
            found[WITH_VALUE[name]] = value if equals else _value(name, next(waiting, None))
            if not found[WITH_VALUE[name]]:
                raise Usage(N_("{option} needs a value."), option=name)
        else:
            rest.append(argument)
    if "json" in found and "csv" in found:
        raise Usage(N_("--json and --csv are two answers. Choose one."))
    return Globals(**found), rest


def _value(option: str, given: str | None) -> str:
    """The argument after the option. `--store --json` is a forgotten value, not a store called --json."""
    if given is None:
        raise Usage(N_("{option} needs a value."), option=option)
    if given.startswith("-"):
        raise Usage(
            N_("{option} needs a value. For one that begins with a dash, type: {option}={given}"),
            option=option,
            given=given,
        )
    return given


assert {field.name for field in fields(Globals)} == {*WITH_VALUE.values(), *FLAGS.values()}  # noqa: S101 - held at import
