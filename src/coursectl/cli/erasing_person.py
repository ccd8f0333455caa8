"""`coursectl person erase` and `coursectl person export`"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursectl import people
from coursectl.cli.asking import ask, can_ask
from coursectl.cli.command import DryRun, command
from coursectl.cli.here import here
from coursectl.cli.show import as_json_text, show_done, show_json
from coursectl.errors import N_, OutOfReach, Refused
from coursectl.locale import gettext as _
from coursectl.people import Person

if TYPE_CHECKING:
    from coursectl.workflows.erasing import Erased, GivenUp
    from coursectl.workflows.mentions import Mention

Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO", help=_("E-mail, id, or a name that fits one person; also of who is only in the log.")
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group `coursectl person …`."""
    command(
        app,
        "erase",
        _("Remove what identifies a person. Counts and the register's numbers stay; it can't be undone."),
        example="coursectl person erase ana@dnm.example --yes",
    )(erase)
    command(
        app,
        "export",
        _(
            "Give everything that is held about a person, as JSON: their rows, every change to them, and where else they are named."
        ),
        example="coursectl person export ana@dnm.example",
    )(export)


def erase(who: Who, dry_run: DryRun = False) -> None:
    from coursectl.workflows import erasing

    if not dry_run and not here().options.yes:
        _make_sure(people.get_known(here().store, who)[0])
    done = erasing.erase_person(here().store, who, here().act(dry_run=dry_run))
    show_done(done, "\n".join(_erased_lines(done)), dry_run=dry_run)


def _make_sure(person: Person) -> None:
    """Whoever sits there says that they mean it; in a pipe --yes says it. Raises Refused."""
    erase_them = _("erase")
    if (
        can_ask()
        and ask(_("Erase {who}? This can't be undone.").format(who=people.described(person)), [erase_them])
        == erase_them
    ):
        return
    raise Refused(
        N_("Erasing {who} can't be undone, so nothing was done yet. Look with --dry-run; to do it, add --yes."),
        who=people.described(person),
    )


def _erased_lines(done: Erased) -> list[str]:
    said = _(
        "What identified the person is erased; {name} stands in its place. Places: {enrollments}, certificates: {certificates}."
    )
    lines = [said.format(name=done.person.name, enrollments=done.enrollments, certificates=done.certificates)]
    lines += [line for one in done.given_up for line in _given_up_lines(one)]
    remains = done.remains
    beyond = [_("What was printed, exported or sent stays as it is.")]
    if remains.certificates:
        beyond.append(_("Printed certificates: {serials}").format(serials=", ".join(remains.certificates)))
    if remains.backups:
        beyond.append(_("Backups that may hold the person: {files}").format(files=", ".join(remains.backups)))
    if remains.cluster:
        beyond.append(
            _("The log of each node keeps it until the node takes its next snapshot; copies of the nodes keep it, too.")
        )
    if done.scrubbed is False:
        beyond.append(
            _(
                "Pages of the file that nobody uses: somebody was reading it. Type the command again later: coursectl person erase {id} --yes"
            ).format(id=done.person.id)
        )
    beyond += [_mention_line(one) for one in remains.mentions[:_MENTIONS]]
    if len(remains.mentions) > _MENTIONS:
        beyond.append(_("… and {count} more; see: --json").format(count=len(remains.mentions) - _MENTIONS))
    return [
        *lines,
        _("Not erased, since it is out of reach or belongs to somebody else:"),
        *(f"  {line}" for line in beyond),
    ]


def _given_up_lines(place: GivenUp) -> list[str]:
    lines = [
        _("Their place in {edition} ({status}) is given up: they are withdrawn.").format(
            edition=place.edition, status=_(place.status)
        )
    ]
    if place.promoted:
        names = ", ".join(one.name for one in place.promoted)
        lines.append(_("{names} comes from the waiting list.").format(names=names))
    elif place.next:
        lines.append(
            _("Next on the waiting list: {name}. To give them the seat: coursectl roster promote -e {edition}").format(
                name=place.next.name, edition=place.edition
            )
        )
    return lines


_MENTIONS = 20


def _mention_line(mention: Mention) -> str:
    """`edition 3765510324500456322 (note) names the person`"""
    if mention.history:
        return _("The history of {table} {id} names the person").format(table=mention.table, id=mention.id)
    return _("{table} {id} ({field}) names the person").format(table=mention.table, id=mention.id, field=mention.field)


def export(
    who: Who,
    to: Annotated[
        str | None, typer.Option("--to", metavar="FILE", help=_("Write it to a new file. Default: show it."))
    ] = None,
) -> None:
    from coursectl.workflows import holding

    held = holding.get_holding(here().store, who)
    if to is None:
        show_json(held)
        return
    _write_new(Path(to), as_json_text(held))
    show_done(
        Written(to, held.person.name),
        _("All that is held about {name} is in {file}.").format(name=held.person.name, file=to),
    )


@dataclass(frozen=True)
class Written:
    """The file that all about a person was written to."""

    file: str
    name: str


def _write_new(path: Path, text: str) -> None:
    """Raises Refused where the file is there already, OutOfReach where it can't be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError:
        raise Refused(N_("{file} is there already; nothing was written. Name another file."), file=str(path)) from None
    except OSError as error:
        raise OutOfReach(N_("{file} can't be written: {reason}."), file=str(path), reason=error.strerror) from error
