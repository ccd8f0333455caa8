"""Options that go together, declared once: a parameter of a command that is such a group stands for all of its options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_type_hints


class Options:
    """The base of groups: frozen dataclasses whose fields are options, each with its default."""


def groups_of(function: Callable[..., Any]) -> Mapping[str, type[Options]]:
    """The parameters of a function that are groups."""
    known = vars(inspect.getmodule(function))
    named = {name: known.get(kind) for name, kind in function.__annotations__.items()}
    return {name: kind for name, kind in named.items() if isinstance(kind, type) and issubclass(kind, Options)}


def spread(function: Callable[..., Any], groups: Mapping[str, type[Options]]) -> inspect.Signature:
    """The signature of a function with the options of its groups in the place of these."""
    own = get_type_hints(function, include_extras=True)
    parameters: list[inspect.Parameter] = []
    for one in inspect.signature(function).parameters.values():
        if one.name in groups:
            kinds = get_type_hints(groups[one.name], include_extras=True)
            parameters += [_parameter(name, default, kinds[name]) for name, default in _defaults(groups[one.name])]
        else:
            parameters.append(_parameter(one.name, one.default, own[one.name]))
    return inspect.Signature(parameters)


def gathered(given: Mapping[str, Any], groups: Mapping[str, type[Options]]) -> dict[str, Any]:
    """What was given for the spread options, as the function takes it."""
    rest = dict(given)
    made = {name: kind(**{own: rest.pop(own) for own, _ in _defaults(kind)}) for name, kind in groups.items()}
    return {**rest, **made}


def _defaults(group: Any) -> list[tuple[str, object]]:
    return [(field.name, field.default) for field in fields(group)]


def _parameter(name: str, default: object, kind: object) -> inspect.Parameter:
    shown = inspect.Parameter.empty if default in (MISSING, inspect.Parameter.empty) else default
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=shown, annotation=kind)
