"""`coursectl demo`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursectl import locale
from coursectl.cli.command import DryRun, command, single
from coursectl.cli.globals import Globals
from coursectl.cli.here import Here, enter, here
from coursectl.cli.show import progress, show_done, show_text
from coursectl.locale import gettext as _
from coursectl.workflows import demo as making
from coursectl.workflows.demo import Demo, PlannedDemo

app = single()


@command(
    app,
    "demo",
    _("Make the demo: the 37th edition of a real course, from its files to its certificates."),
    example="coursectl demo",
)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("Where to make it."))] = Path("coursectl-demo"),
    force: Annotated[bool, typer.Option("--force", help=_("Replace an earlier demo in DIR."))] = False,
    dry_run: DryRun = False,
) -> None:
    if dry_run:
        planned = making.plan_demo(folder, force=force)
        show_done(planned, _planned(planned), dry_run=True)
        return
    with progress(_("Making the demo")) as advance:
        made = making.make_demo(folder, here().act(), force=force, progress=advance)
    options = here().options
    opened = enter(Globals(store=made.store, json=options.json, lang=options.lang, quiet=options.quiet))
    opened.has_written = True
    if options.json:
        show_done(made, "")
    else:
        show_text(_account(made))
    opened.use_edition(made.edition.reference)  # last: where it can't be remembered, all the rest is done


def _planned(planned: PlannedDemo) -> str:
    told = _("The demo is made in {folder}: a store, documents and certificates.").format(folder=planned.folder)
    return told + " " + _("The demo that is there is replaced.") if planned.replaces else told


def _account(made: Demo) -> str:
    """What lies where, the edition's figures, the officials trained, and what to try next."""
    about, language = made.edition, here().language
    folder = Path(made.folder)
    places = (
        (folder / making.STORE, _("the store: everything is in this file")),
        (folder / making.DOCUMENTS, _("syllabus, attendance sheets and participants' list, in Spanish and English")),
        (folder / making.CERTIFICATES, _("certificates, a file each: {completion} of completion, {participation} of participation, {instruction} of instruction").format(**made.certificates)),
        (folder / making.DOCUMENTS / made.print_file, _("all certificates in one file, to print")),
    )  # fmt: skip
    width = max(len(str(place)) for place, _what in places)
    figures = [
        _("{officials} officials from {countries} countries; {completed} completed.").format(
            officials=about.trainees, countries=about.trainee_countries, completed=made.completed),
        *(_("{name} took part and didn't complete: {reason}.").format(name=one.name, reason=one.reason) for one in made.fell_short),
        _("{experts} experts from {countries} countries; partners: {partners}.").format(
            experts=about.experts, countries=about.expert_countries,
            partners=", ".join(locale.pick(partner, language) for partner in about.partners)),
        _("{sessions} sessions in {modules} modules, {hours:g} contact hours.").format(
            sessions=about.sessions, modules=about.modules, hours=about.contact_hours),
        _("New in this edition: {topics}.").format(topics="; ".join(locale.pick(topic, language) for topic in about.new_topics)),
        made.totals.sentence,
    ]  # fmt: skip
    tries = (
        "status", "roster list", "history totals", "edition show", "certificate list", "render letters invitation --out letters",
        "render badges --out badges", "--help",
    )  # fmt: skip
    return "\n".join([
        f"{about.reference}: {locale.pick(about.title, language)}",
        "",
        *(f"  {str(place).ljust(width)}  {what}" for place, what in places),
        "",
        *(f"  {line}" for line in figures),
        "",
        "  " + _("The people in it are invented. Try next:"),
        "",
        f"    cd {making.as_typed(made.folder)}",
        *(f"    coursectl {command}{_store_option()}" for command in tries),
    ])  # fmt: skip


def _store_option() -> str:
    """What makes the commands mean the demo where COURSECTL_STORE names another store."""
    named = Here(Globals()).new_store_name
    return "" if named == making.STORE else f" --store {making.STORE}"
