"""What is said on the command line of how certificates look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from coursectl.locale import gettext as _

Color = Annotated[
    list[str] | None,
    typer.Option(
        "--color",
        metavar="ROLE=COLOR",
        help=_("A color of certificates: primary=#1f3a6d, accent=#b08d3c; an empty text: as the design has it."),
    ),
]


def known_design(name: str | None) -> str | None:
    """The design, if there is one of this name, built in or among the user's templates. Raises NoDesign."""
    if name:
        from coursectl import documents
        from coursectl.cli.render_group import folders

        documents.design_template(name, folders(None), asked=True)
    return name


def colors_line(colors: Mapping[str, str]) -> str | None:
    """`primary #1f3a6d, accent #b08d3c`, or None where the design has its own."""
    return ", ".join(f"{role} {color}" for role, color in colors.items()) or None
