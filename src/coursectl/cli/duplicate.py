"""What is done with somebody new who looks like somebody known: `--on-duplicate` of `person add` and `enroll`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from coursectl import locale, people
from coursectl.cli.asking import ask, can_ask
from coursectl.cli.here import here
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.people import (
    Decide,
    DecideOffice,
    Decision,
    Likely,
    NewOrganization,
    NewPerson,
    OfficeDecision,
    Organization,
)

OnDuplicate = Annotated[
    str | None,
    typer.Option(
        "--on-duplicate",
        metavar="WORD",
        help=_("Who looks like somebody known: ask (on a terminal), link, new, or fail (in a pipe)."),
    ),
]


def read_on_duplicate(word: str | None) -> str:
    """What to do with who looks like somebody: the word of the option, or what fits where we stand. Raises Usage."""
    chosen = word or ("ask" if can_ask() else "fail")
    if chosen not in ("ask", *people.DUPLICATES):
        raise Usage(N_("--on-duplicate takes ask, link, new or fail, not {word!r}."), word=word)
    if chosen == "ask" and not can_ask():
        raise Usage(N_("Nobody can be asked here. Say --on-duplicate link, new or fail."))
    return chosen


def ask_who(one: NewPerson, found: Sequence[Likely]) -> Decision:
    """Ask whether somebody new is one of those they look like."""
    new = _("somebody new")
    answers = {_likely_line(likely): likely.id for likely in found[:9]}
    chosen = ask(_("Who is {name}?").format(name=one.full_name), [*answers, new])
    return "fail" if chosen is None else "new" if chosen == new else answers[chosen]


def _likely_line(likely: Likely) -> str:
    """`Ana Pérez, ana@x.example, AR, 1980 (92 %: the words in another order)`"""
    return (
        f"{', '.join((likely.name, *people.known_of(likely)))} ({likely.score} %: {', '.join(map(_, likely.reasons))})"
    )


def decide(word: str | None) -> Decide:
    """What to do in the middle of enrolling. `--yes` alone takes them for somebody else, as it does with `person add`."""
    if word is None and here().options.yes:
        return people.DUPLICATES["new"]
    chosen = read_on_duplicate(word)
    return ask_who if chosen == "ask" else people.DUPLICATES[chosen]


def decide_office() -> DecideOffice:
    """What to do with an organization that may be one that is known: ask on a terminal, make another with --yes, or fail."""
    if here().options.yes:
        return people.OFFICES["new"]
    return _ask_which if can_ask() else people.OFFICES["fail"]


def _ask_which(one: NewOrganization, found: Sequence[Organization]) -> OfficeDecision:
    new = _("another one, which is new")
    answers = {f"{organization.label} ({_facts(organization)})": organization.id for organization in found[:9]}
    called = people.organization_label(one.acronym, one.name, "und")
    chosen = ask(_("Which organization is {name}?").format(name=called), [*answers, new])
    return "fail" if chosen is None else "new" if chosen == new else answers[chosen]


def _facts(one: Organization) -> str:
    return ", ".join(filter(None, (locale.pick(one.name, here().language), one.country, str(one.id))))
