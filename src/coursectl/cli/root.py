"""The root group: it lists what there is from a table and imports a command only when it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typer.core import TyperCommand

from coursectl.cli.app import load
from coursectl.cli.command import Group
from coursectl.locale import gettext as _


class Root(Group):
    """`coursectl`, with its commands by name and help; the real ones are loaded on first use."""

    def __init__(self, commands: Mapping[str, str]) -> None:
        super().__init__(
            name="coursectl",
            help=_("Run training courses that are held again and again, in numbered editions."),
            epilog=_("Start with: coursectl demo"),
            rich_markup_mode=None,
            no_args_is_help=False,
            commands={
                name: TyperCommand(name, help=_(text), short_help=_(text), rich_markup_mode=None, callback=None)
                for name, text in commands.items()
            },
        )
        self._loaded: dict[str, Any] = {}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """As Typer does it, with its suggestions, and then the real command in place of the listed one."""
        name, found, rest = super().resolve_command(ctx, args)
        if found is None or name is None:
            return name, found, rest
        if name not in self._loaded:
            self._loaded[name] = load(name)
        return name, self._loaded[name], rest
