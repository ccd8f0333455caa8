"""`coursectl edition close`"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from coursectl.cli.command import Command, DryRun, command
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, waiting
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.workflows import closing
from coursectl.workflows.closing import Closed, Decision, Outcome, Proposal

_OPTIONS = {"complete": closing.COMPLETED, "not_complete": closing.NOT_COMPLETED, "no_show": closing.NO_SHOW}
_ORDER = "coursectl.order"


class _InOrder(Command):
    """A command that remembers in which order its options were typed: a reason belongs to the names before it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta[_ORDER] = [option.name for option in self.make_parser(ctx).parse_args(args=list(args))[2]]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the command `close` to the group of editions."""
    command(
        app,
        "close",
        _("Close an edition. Proposes what became of everybody, from attendance; --apply writes it."),
        example="coursectl edition close ICIM-37\n"
        'coursectl edition close ICIM-37 --complete 14 --because "Made up for the visit" --apply',
    )(close)
    app.registered_commands[-1].cls = _InOrder


def close(
    ctx: typer.Context,
    edition: Annotated[
        str | None, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37. Default: the one in use."))
    ] = None,
    complete: Annotated[
        list[str] | None,
        typer.Option("--complete", metavar="NAME", help=_("Who completes all the same; `all` for everybody.")),
    ] = None,
    not_complete: Annotated[
        list[str] | None, typer.Option("--not-complete", metavar="NAME", help=_("Who doesn't complete all the same."))
    ] = None,
    no_show: Annotated[
        list[str] | None, typer.Option("--no-show", metavar="NAME", help=_("Who never came, whatever the marks say."))
    ] = None,
    because: Annotated[
        list[str] | None,
        typer.Option(
            "--because", metavar="TEXT", help=_("Why: once for all exceptions, or after those that it is for.")
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help=_("Write the outcomes and close the edition."))] = False,
    dry_run: DryRun = False,
) -> None:
    given = {"complete": complete, "not_complete": not_complete, "no_show": no_show, "because": because}
    decisions = pair_reasons([(name, value) for name, value in _in_order(ctx.meta[_ORDER], given)])
    ref = here().edition(edition, deciding=True)
    if apply:
        with waiting(_("Closing the edition")):
            done = closing.close(here().store, ref, decisions, here().act(dry_run=dry_run))
        _warn(done)
        show_done(done, _closed_sentence(done), dry_run=dry_run and done.changed)
        return
    with waiting(_("Working out who completed")):
        proposal = closing.propose(here().store, ref, decisions)
    _warn(proposal)
    _show_proposal(proposal)


def pair_reasons(typed: Sequence[tuple[str, str]]) -> list[Decision]:
    """The exceptions with their reasons, from (option, value) pairs as typed: a reason is for the names since the last one.

    One reason alone is for all, wherever it stands. Raises Usage where a name has no reason or a reason no name.
    """
    named = [(option, who) for option, who in typed if option != "because"]
    reasons = [text for option, text in typed if option == "because"]
    if any(not text.strip() for text in reasons) or (named and not reasons):
        raise Usage(N_('An exception needs a reason: --because "…"'))
    if len(reasons) == 1 and named:
        return [_decision(option, who, reasons[0]) for option, who in named]
    decisions: list[Decision] = []
    waiting: list[tuple[str, str]] = []
    for option, value in typed:
        if option != "because":
            waiting.append((option, value))
            continue
        if not waiting:
            raise Usage(
                N_("--because {reason!r} is nobody's reason. Write it after the exceptions that it is for."),
                reason=value,
            )
        decisions += [_decision(kind, who, value) for kind, who in waiting]
        waiting = []
    if waiting:
        raise Usage(N_("{who!r} has no reason. Write --because after it, or one --because for all."), who=waiting[0][1])
    return decisions


def _decision(option: str, who: str, because: str) -> Decision:
    return Decision(None if who.strip().lower() == "all" else who, _OPTIONS[option], because.strip())


def _in_order(order: Sequence[str], given: dict[str, list[str] | None]) -> Iterator[tuple[str, str]]:
    values = {name: iter(texts or ()) for name, texts in given.items()}
    return ((name, next(values[name])) for name in order if name in values)


def _warn(result: Proposal | Closed) -> None:
    numbers = result.without_marks
    if numbers:
        sentence = ngettext(
            "{count} session has no marks: {numbers}; the rates leave it out.",
            "{count} sessions have no marks: {numbers}; the rates leave them out.",
            len(numbers),
        )
        say(sentence.format(count=len(numbers), numbers=", ".join(map(str, numbers))))


def _show_proposal(proposal: Proposal) -> None:
    columns = (
        Column[Outcome](_("No."), lambda row: row.number, right=True),
        Column[Outcome](_("Name"), lambda row: row.name),
        Column[Outcome](_("Outcome"), lambda row: outcome_word(row.outcome)),
        Column[Outcome](_("Reason"), lambda row: row.reason),
    )
    empty = _("Nobody in {edition} is accepted or confirmed.").format(edition=proposal.edition)
    show_list(proposal.outcomes, columns, empty=empty)
    if proposal.closed_on is not None:
        say(_("{edition} is closed already, since {date}.").format(edition=proposal.edition, date=proposal.closed_on))
        return
    if proposal.left:
        say(_left(proposal.left))
    say(
        _("Nothing is written yet. To close: coursectl edition close {edition} --apply").format(
            edition=proposal.edition
        )
    )


def outcome_word(outcome: str | None) -> str:
    """An outcome in the tool's language."""
    words = {
        None: _("undecided"),
        closing.COMPLETED: _("completed"),
        closing.NOT_COMPLETED: _("not completed"),
        closing.NO_SHOW: _("no show"),
    }
    return words.get(outcome) or str(outcome)


def _closed_sentence(done: Closed) -> str:
    if not done.changed:
        return _("{edition} is closed already, since {date}; nothing was changed.").format(
            edition=done.edition, date=done.closed_on
        )
    sentence = _(
        "{edition} is closed: {completed} completed, {not_completed} not completed, {no_show} no show."
    ).format(edition=done.edition, completed=done.completed, not_completed=done.not_completed, no_show=done.no_show)
    return f"{sentence} {_left(done.left)}" if done.left else sentence


def _left(count: int) -> str:
    return ngettext(
        "{count} nominated or waiting is left as they are.", "{count} nominated or waiting are left as they are.", count
    ).format(count=count)
