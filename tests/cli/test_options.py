"""Options that go together: declared once, and on the line as if each command had them itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from coursectl.cli.command import command, group
from coursectl.cli.options import Options, gathered, groups_of, spread


@dataclass(frozen=True)
class Where(Options):
    city: Annotated[str, typer.Option("--city")] = "Quito"
    rooms: Annotated[list[str] | None, typer.Option("--room")] = None


@dataclass(frozen=True)
class WhereToo(Where):
    floor: Annotated[int, typer.Option("--floor")] = 1


def meet(
    number: Annotated[int, typer.Argument()], where: WhereToo, late: Annotated[bool, typer.Option("--late")] = False
) -> None:
    """With one group, between an argument and an option of its own."""


def alone(late: bool = False) -> None:
    """Without a group."""


def test_a_group_stands_for_its_options_in_its_place_with_their_defaults():
    shown = spread(meet, groups_of(meet)).parameters

    assert [(name, one.default) for name, one in shown.items() if name != "number"] == [
        ("city", "Quito"), ("rooms", None), ("floor", 1), ("late", False),
    ]  # fmt: skip
    assert next(iter(shown)) == "number"
    assert groups_of(alone) == {}


def test_what_is_given_comes_to_the_command_as_the_group():
    given = {"number": 3, "city": "Lima", "rooms": ["A"], "floor": 2, "late": True}

    assert gathered(given, groups_of(meet)) == {"number": 3, "where": WhereToo("Lima", ["A"], 2), "late": True}
    assert given["city"] == "Lima"


def test_a_command_with_a_group_is_typed_as_any_other():
    app = group("Rooms")
    command(app, "meet", "Meet.", example="coursectl meet")(meet)

    declared = typer.main.get_command(app)

    assert [one.opts[0] for one in declared.params] == ["number", "--city", "--room", "--floor", "--late"]
