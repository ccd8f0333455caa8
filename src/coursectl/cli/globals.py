"""The options that every command takes, before the subcommand and after it alike."""

from __future__ import annotations

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


WITH_VALUE = {"--store": "store", "--lang": "lang", "--as": "actor"}
FLAGS = {
    "--json": "json",
    "--csv": "csv",
    "--yes": "yes",
    "-y": "yes",
    "--quiet": "quiet",
    "-q": "quiet",
    "--version": "version",
}

HELP = (
    (
        "--store PATH",
        N_("The store: a file, or a URL. Default: COURSECTL_STORE, or coursectl.db here or in a folder above."),
    ),
    ("--json", N_("Answer in JSON.")),
    ("--csv", N_("Answer in CSV, where the answer is a list.")),
    ("--lang TAG", N_("Language of documents and titles: en, es, pt, fr.")),
    ("--as NAME", N_("Who is acting, for the log. Default: your login name.")),
    ("--yes, -y", N_("Don't ask, do it.")),
    ("--quiet, -q", N_("Say nothing but the answer and errors.")),
    ("--version", N_("Show the version.")),
)


def take_globals(arguments: Sequence[str]) -> tuple[Globals, list[str]]:
    """The global options found anywhere before `--`, and the arguments without them. Raises Usage for a missing value."""
    found: dict[str, Any] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in FLAGS:
            found[FLAGS[argument]] = True
        elif name in WITH_VALUE:
            given = value if equals else next(waiting, None)
            if given is None:
                raise Usage(N_("{option} needs a value."), option=name)
            found[WITH_VALUE[name]] = given
        else:
            rest.append(argument)
    return Globals(**found), rest


assert {field.name for field in fields(Globals)} == {*WITH_VALUE.values(), *FLAGS.values()}  # noqa: S101 - held at import
