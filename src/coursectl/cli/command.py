"""How commands and groups are declared, and the options that many of them share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, Literal, TypeVar

import typer
import typer.core
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from coursectl.cli.globals import HELP
from coursectl.cli.here import here
from coursectl.cli.options import gathered, groups_of, spread
from coursectl.cli.usage import unknown_command
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _

_DIGITS = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]+")
_LARGEST = 999_999_999
_PERCENT = re.compile(r"(-?[0-9]{1,9}(?:[.,][0-9]{1,9})?)\s*%?")

EditionOption = Annotated[
    str | None,
    typer.Option("--edition", "-e", metavar="EDITION", help=_("The edition, like ICIM-37. Default: the one in use.")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Say what would happen and write nothing."))]
AlsoIn = Annotated[
    list[str] | None,
    typer.Option(
        "--also-in",
        metavar="LANG",
        help=_(
            "A second language on each sheet; who has that one as their own gets the next, or the edition's. May be repeated."
        ),
    ),
]
CountryOption = Annotated[
    str | None,
    typer.Option("--country", metavar="COUNTRY", help=_("Two-letter code, or the country's name in en, es, pt or fr.")),
]
OrgOption = Annotated[str | None, typer.Option("--org", metavar="ORG", help=_("Acronym or name of the organization."))]


def read_texts(values: Sequence[str] | None, language: str) -> dict[str, str] | None:
    """A text in several languages, as options give it: `es=Curso …`, or bare, which is in `language`. None: not given. Raises Usage."""
    if values is None:
        return None
    from coursectl import locale
    from coursectl.tables import clean

    return {tag: clean(text) for tag, text in locale.read_texts(values, language).items()}


def read_number(words: str | None, option: str) -> int | Literal[""] | None:
    """A whole number as an option gives it; "" clears, None: not given. Raises Usage."""
    if words is None or not words.strip():
        return None if words is None else ""
    if not _NUMBER.fullmatch(words.strip()):
        raise Usage(N_("{option} needs a whole number, not {value!r}."), option=option, value=words)
    if len(words.strip().lstrip("-").lstrip("0")) > len(str(_LARGEST)):
        raise Usage(N_("{option} is at most {most}, not {value}."), option=option, most=_LARGEST, value=words.strip())
    return int(words.strip())


def read_share(words: str | None, option: str) -> float | Literal[""] | None:
    """A percentage (`80`, `80 %`, `82,5`) as a share from 0 to 1; "" clears, None: not given. Raises Usage."""
    if words is None or not words.strip():
        return None if words is None else ""
    if not (match := _PERCENT.fullmatch(words.strip())):
        raise Usage(N_("{option} needs a percentage, like 80, not {value!r}."), option=option, value=words)
    return float(match[1].replace(",", ".")) / 100


def read_mapping(pairs: Sequence[str] | None) -> dict[str, str]:
    """The fields of headers, as `--map HEADER=field` gives them. Raises Usage."""
    mapping = {}
    for pair in pairs or ():
        header, equals, field = pair.rpartition("=")
        if not equals or not header.strip():
            raise Usage(N_('--map {pair!r}: write it like --map "HEADER=field"'), pair=pair)
        mapping[header.strip()] = field.strip()
    return mapping


# The headings of help are Typer's, in English; they go through the catalogs like every other sentence.
vars(typer.core)["_"] = _
_WORDS_OF_TYPER = (N_("Options"), N_("Arguments"), N_("Commands"), N_("required"), N_("default: {default}"))


class _OurWay:
    """Help that ends with the global options and the example; values that aren't validated where nothing is to validate."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this help.")
        return option

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        with formatter.section(_("Global options")):
            formatter.write_dl([(option, _(text)) for option, text in HELP])
        super().format_epilog(ctx, formatter)  # type: ignore[misc]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            parsed: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        except TyperException as error:
            if getattr(error, "ctx", ctx) is None:  # the parser doesn't know whose options it reads
                error.ctx = ctx  # type: ignore[attr-defined]
            raise
        return parsed

    def get_params(self, ctx: Any) -> list[Any]:
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in parameters:
            _spare_validation(parameter)
        return parameters


class Command(_OurWay, TyperCommand):
    """A command whose help shows the global options and an example."""


class Group(_OurWay, TyperGroup):
    """A group whose help shows the global options."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """As Typer does it; a command that there isn't is told in our words. Raises Usage."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown_command(ctx.command_path, args[0], self.commands)
        return super().resolve_command(ctx, args)


class _Spared:
    """Reads what needs no validation: text, whole numbers, and what was not given. The rest goes the way of Typer."""

    def __init__(self, parameter: Any) -> None:
        self._validated = parameter.get_runtime_param
        self._many = parameter.multiple or parameter.nargs == -1
        self._text = parameter.type_descriptor.annotation in (str, list[str])
        self._whole = parameter.type_descriptor.annotation is int and not self._many
        self._least = parameter.type_descriptor.parameter_info.min
        self._most = parameter.type_descriptor.parameter_info.max

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command gets it."""
        if value is None:
            return () if self._many else None
        if self._text:
            return list(value) if self._many else value
        if self._whole and isinstance(value, str) and _DIGITS.fullmatch(value) and self._within(int(value)):
            return int(value)
        return self._validated().coerce(value, param=param, ctx=ctx)

    def _within(self, number: int) -> bool:
        return (self._least is None or number >= self._least) and (self._most is None or number <= self._most)


def _spare_validation(parameter: Any) -> None:
    """Typer validates each value by pydantic, whose import alone takes as long as a whole command ought to."""
    if hasattr(parameter, "get_runtime_param") and "get_runtime_param" not in vars(parameter):
        spared = _Spared(parameter)
        parameter.get_runtime_param = lambda: spared


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
    declare = app.command(name, cls=Command, help=help_text, short_help=help_text, epilog=epilog)

    def declared(function: F) -> F:
        groups = groups_of(function)

        @wraps(function)
        def call(**given: Any) -> Any:
            here().dry_run = bool(given.get("dry_run"))
            return function(**gathered(given, groups))

        if groups:
            vars(call)["__signature__"] = spread(function, groups)
        declare(call)
        return function

    return declared
