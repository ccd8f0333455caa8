"""What `coursectl roster propose` shows: each choice with its reason, and where the policy isn't reached."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coursectl import enrollment
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_list, show_one
from coursectl.enrollment import Choice, Proposal, Shortfall
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.locale import ngettext


@dataclass(frozen=True)
class ToldChoice(Choice):
    """A choice and its reason in a sentence, in the user's language."""

    why: str = ""


@dataclass(frozen=True)
class ToldShortfall(Shortfall):
    """Where the policy isn't reached, and the sentence that says so, in the user's language."""

    sentence: str = ""


def show_proposal(proposal: Proposal) -> None:
    """The proposal as a table with its shortfalls below; as JSON both, with facts and sentences; as CSV the choices."""
    choices = [ToldChoice(**choice.__dict__, why=enrollment.why(choice, _)) for choice in proposal.choices]
    shortfalls = [ToldShortfall(**short.__dict__, sentence=_sentence(short)) for short in proposal.shortfalls]
    if here().options.json:
        show_one(replace(proposal, choices=tuple(choices), shortfalls=tuple(shortfalls)), ())
        return
    columns = (
        Column[ToldChoice](_("Decision"), lambda choice: _(choice.decision)),
        Column[ToldChoice](_("Name"), lambda choice: choice.one.name),
        Column[ToldChoice](_("Country"), lambda choice: choice.one.country),
        Column[ToldChoice](_("Organization"), lambda choice: choice.one.organization),
        Column[ToldChoice](_("Nominated by"), lambda choice: choice.one.nominated_by),
        Column[ToldChoice](_("Sex"), lambda choice: choice.one.sex and _(choice.one.sex)),
        Column[ToldChoice](_("Priority"), lambda choice: choice.one.priority, right=True),
        Column[ToldChoice](_("Reserve"), lambda choice: choice.one.reserve or None),
        Column[ToldChoice](_("Earlier editions"), lambda choice: choice.earlier, right=True),
        Column[ToldChoice](_("Why"), lambda choice: choice.why),
    )
    empty = _("Nobody is nominated for {edition}. Nominate with: coursectl roster nominate NAME --by ORG -e {edition}")
    show_list(choices, columns, empty=empty.format(edition=proposal.edition))
    for short in shortfalls:
        say(short.sentence)
    if choices:
        say(_("Nothing was written; carry it out with --apply, or take it to the committee with --to FILE."))


def tell_of_waiting(proposal: Proposal) -> None:
    """The line about who is on the waiting list already, and goes before all who are nominated."""
    if not proposal.waiting:
        return
    sentence = ngettext(
        "{count} person is on the waiting list and goes first; seats left to them: {kept}.",
        "{count} people are on the waiting list and go first; seats left to them: {kept}.",
        proposal.waiting,
    ).format(count=proposal.waiting, kept=proposal.kept)
    if proposal.kept:
        sentence += " " + _("To give them: coursectl roster promote {kept} -e {edition}").format(
            kept=proposal.kept, edition=proposal.edition
        )
    say(sentence)


def _sentence(short: Shortfall) -> str:
    if short.kind == "minimum":
        wording, scale = N_("{label}: {reached} of a minimum of {wanted}."), 1
    elif short.label == "female":
        wording, scale = N_("Share of women: {reached} %, {wanted} % are aimed at."), 100
    else:
        wording, scale = N_("Share of men: {reached} %, {wanted} % are aimed at."), 100
    reached, wanted = (f"{number * scale:.0f}" for number in (short.reached, short.wanted))
    return _(wording).format(label=short.label, reached=reached, wanted=wanted)
