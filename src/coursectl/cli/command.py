"""How commands and groups are declared, and the options that many of them share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from coursectl.cli.globals import HELP
from coursectl.locale import gettext as _
from coursectl.tables import clean

_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

EditionOption = Annotated[
    str | None,
    typer.Option("--edition", "-e", metavar="EDITION", help=_("The edition, like ICIM-37. Default: the one in use.")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Say what would happen and write nothing."))]
CountryOption = Annotated[
    str | None,
    typer.Option("--country", metavar="COUNTRY", help=_("Two-letter code, or the country's name in en, es, pt or fr.")),
]
OrgOption = Annotated[str | None, typer.Option("--org", metavar="ORG", help=_("Acronym or name of the organization."))]


def read_texts(values: Sequence[str] | None, language: str) -> dict[str, str] | None:
    """A text in several languages, as options give it: `es=Curso …`, or bare, which is in `language`. None: not given."""
    if values is None:
        return None
    texts: dict[str, str] = {}
    for value in values:
        tag, equals, text = value.partition("=")
        tagged = bool(equals) and _TAG.fullmatch(tag.strip()) is not None
        texts[tag.strip() if tagged else language] = clean(text if tagged else value)
    return texts


class _WithGlobals:
    """Help that ends with the global options and the example."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        with formatter.section(_("Global options")):
            formatter.write_dl([(option, _(text)) for option, text in HELP])
        super().format_epilog(ctx, formatter)  # type: ignore[misc]


class Command(_WithGlobals, TyperCommand):
    """A command whose help shows the global options and an example."""


class Group(_WithGlobals, TyperGroup):
    """A group whose help shows the global options."""


def group(help_text: str) -> typer.Typer:
    """A group of commands, `coursectl session …`."""
    return typer.Typer(cls=Group, help=help_text, rich_markup_mode=None, add_completion=False, no_args_is_help=True)


def single() -> typer.Typer:
    """A command that stands alone, `coursectl enroll …`."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


F = TypeVar("F", bound=Callable[..., Any])


def command(app: typer.Typer, name: str, help_text: str, *, example: str) -> Callable[[F], F]:
    """Declare a command of `app`. `example` is a line that works as it stands; every command shows one."""
    epilog = f"\b\n{_('Example')}:\n  " + example.replace("\n", "\n  ")
    return app.command(name, cls=Command, help=help_text, epilog=epilog)
