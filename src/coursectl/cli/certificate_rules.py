"""`coursectl certificate rule|rules|grant`: what a kind asks for, and who gets one all the same"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import certificates, locale
from coursectl.certificates import NewRule, Rule
from coursectl.cli.changes import show_edited
from coursectl.cli.command import DryRun, EditionOption, command, read_number, read_share, read_texts
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_done, show_list
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _

_KINDS = {"completion": N_("completion"), "participation": N_("participation"), "instruction": N_("instruction")}

Kind = Annotated[
    str,
    typer.Argument(metavar="KIND", help=_("completion, participation, instruction, or a name for one of your own.")),
]
For = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="KIND", help=_("For whom one of your own is, and with whose words: one of the three.")
    ),
]
Title = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="TEXT", help=_("What is printed as its title; once a language: --title es=…")),
]
Sentence = Annotated[
    list[str] | None,
    typer.Option(
        "--sentence", metavar="TEXT", help=_("What is printed before '37th edition of …'; once a language: es=…")
    ),
]
Minimum = Annotated[
    str | None,
    typer.Option("--minimum", metavar="PERCENT", help=_("Contact hours that it needs; an empty text: the edition's, or none.")),
]  # fmt: skip
Sessions = Annotated[
    list[str] | None,
    typer.Option(
        "--session", metavar="N", help=_("A session that nobody may miss. May be repeated; an empty text: none.")
    ),
]
Assessed = Annotated[
    bool | None,
    typer.Option("--assessed/--not-assessed", help=_("Whether the required assessments must be passed.")),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of certificates."""
    command(
        app,
        "rule",
        _("Set what a kind of certificate asks for in an edition, or make a kind of your own."),
        example="coursectl certificate rule completion --minimum 80 --session 5 -e ICIM-37\n"
        'coursectl certificate rule rapporteur --for participation --title "es=Certificado de relatoría" '
        '--sentence "es=por su labor de relatoría en la"',
    )(rule)
    command(
        app,
        "rules",
        _("List what the kinds of certificates ask for."),
        example="coursectl certificate rules -e ICIM-37",
    )(rules)
    command(
        app,
        "grant",
        _("Grant somebody a certificate all the same, with a reason, which the register keeps."),
        example='coursectl certificate grant 14 --kind completion --because "Ill for two days, made up for it" -e ICIM-37',
    )(grant)


def rule(
    kind: Kind,
    for_: For = None,
    title: Title = None,
    sentence: Sentence = None,
    minimum: Minimum = None,
    session: Sessions = None,
    assessed: Assessed = None,
    remove: Annotated[
        bool, typer.Option("--remove", help=_("Let it ask for what it always does; or let go of one of your own."))
    ] = False,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    act = here().act(dry_run=dry_run)
    spoken = here().language
    said = NewRule(
        for_, read_texts(title, spoken), read_texts(sentence, spoken), read_share(minimum, "--minimum"),
        _numbers(session), assessed,
    )  # fmt: skip
    if remove:
        _remove(kind, said)
        gone, removed = certificates.remove_rule(here().store, ref, kind, act)
        wording = (
            _("{edition}: {kind} has no rule of its own any more.")
            if removed
            else _("{edition}: {kind} has no rule of its own; nothing was changed.")
        )
        show_done(gone, wording.format(edition=gone.edition, kind=kind_word(gone.kind)), dry_run=dry_run and removed)
        return
    before, after, changed = certificates.set_rule(here().store, ref, kind, said, act)
    wording = (
        _("{edition}: {kind} asks for {asked}.")
        if changed
        else _("{edition}: {kind} asks for {asked} already; nothing was changed.")
    )
    told = wording.format(edition=after.edition, kind=kind_word(after.kind), asked=_asked(after))
    show_edited(after, told, lambda: _edited(before), changed=changed, dry_run=dry_run, after=_edited(after))


def rules(edition: EditionOption = None) -> None:
    ref = here().edition(edition)
    columns = (
        Column[Rule](_("Kind"), lambda one: kind_word(one.kind)),
        Column[Rule](_("For"), lambda one: kind_word(one.base)),
        Column[Rule](_("Asks for"), _asked),
        Column[Rule](_("Title"), lambda one: locale.pick(one.title, here().language)),
        Column[Rule](_("Sentence"), lambda one: locale.pick(one.sentence, here().language)),
    )
    show_list(certificates.list_rules(here().store, ref), columns, empty="")


def grant(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Number, e-mail or name of the participant."))],
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=_("Which kind of certificate."))] = "completion",
    because: Annotated[str | None, typer.Option("--because", metavar="TEXT", help=_("Why."))] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help=_("Take the exception back."))] = False,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    if not take_back and not (because or "").strip():
        raise Usage(N_('An exception needs a reason: --because "…"'))
    ref = here().edition(edition, deciding=True)
    act = here().act(dry_run=dry_run)
    if take_back:
        done = certificates.take_back(here().store, ref, kind, name, act)
        sentence = _("{edition}: the exception for {name} ({kind}) is taken back.")
    else:
        done = certificates.grant(here().store, ref, kind, name, because or "", act)
        sentence = (
            _("{edition}: {name} may have a {kind} certificate: {reason}. Issue it with: coursectl certificate issue -e {edition} --kind {code}")
            if done.changed
            else _("{edition}: {name} may have a {kind} certificate for this reason already; nothing was changed.")
        )  # fmt: skip
    facts = {**done.__dict__, "kind": kind_word(done.kind), "code": done.kind}
    show_done(done, sentence.format(**facts), dry_run=dry_run and done.changed)


def kind_word(kind: str) -> str:
    """A kind in the tool's language; one of an office's own by its name."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


def _edited(one: Rule) -> dict[str, object]:
    """What can be said of a rule, by field."""
    return {
        "base": one.base, "title": one.title, "sentence": one.sentence, "minimum": one.minimum, "sessions": one.sessions,
        "assessed": one.assessed,
    }  # fmt: skip


def _remove(kind: str, said: NewRule) -> None:
    if any(value is not None for value in said.__dict__.values()):
        raise Usage(N_("--remove takes the whole rule of {kind} away; say nothing else with it."), kind=kind)


def _numbers(words: list[str] | None) -> tuple[int, ...] | None:
    if words is None or not words:
        return None
    numbers = [read_number(word, "--session") for one in words for word in one.split(",")]
    return tuple(number for number in numbers if isinstance(number, int))


def _asked(one: Rule) -> str:
    """`80 % of the hours, sessions 5 and 9, the required assessments`"""
    if one.base == "instruction":
        return _("being an expert")
    said = [_("being there once")] if one.base == "participation" else []
    if one.base == "completion" and one.kind != "completion":
        said.append(_("having completed"))
    if one.minimum is not None:
        said.append(_("{percent} % of the hours").format(percent=f"{one.minimum * 100:g}"))
    if one.sessions:
        said.append(_("session {numbers}").format(numbers=", ".join(map(str, one.sessions))))
    if one.assessed:
        said.append(_("the required assessments"))
    return ", ".join(said)
