"""What is said on the command line of how certificates look: designs, colors, folders with templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from coursectl.cli.here import here
from coursectl.locale import gettext as _

Color = Annotated[
    list[str] | None,
    typer.Option(
        "--color",
        metavar="ROLE=COLOR",
        help=_("A color of certificates: primary=#1f3a6d, accent=#b08d3c; an empty text: as the design has it."),
    ),
]

Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates", metavar="DIR", help=_("Your own templates, before those beside the store and the built-in ones.")
    ),
]


def known_design(name: str | None) -> str | None:
    """The design, if there is one of this name, built in or among the user's templates. Raises NoDesign."""
    if name:
        from coursectl import documents

        documents.design_template(name, folders(None), asked=True)
    return name


def colors_line(colors: Mapping[str, str]) -> str | None:
    """`primary #1f3a6d, accent #b08d3c`, or None where the design has its own."""
    return ", ".join(f"{role} {color}" for role, color in colors.items()) or None


def folders(given: Path | None) -> tuple[Path, ...]:
    """The user's templates: what --templates names, then `templates` beside the store."""
    beside = Path(here().store_name).parent / "templates"
    return tuple(folder for folder in (given, beside) if folder is not None and (folder is given or folder.is_dir()))
