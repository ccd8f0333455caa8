"""`coursectl edition quota` and `coursectl edition group`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import editions, enrollment, locale, people
from coursectl.cli.command import DryRun, command, read_number, read_texts
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list
from coursectl.editions import CountryGroup, QuotaOf, QuotaSet
from coursectl.enrollment import Quota
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _

MaybeReference = Annotated[
    str | None, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37. Default: the one in use."))
]
Remove = Annotated[bool, typer.Option("--remove", help=_("Take it away."))]


def register(app: typer.Typer) -> None:
    """Add the commands `quota` and `group` to the group of editions."""
    command(
        app,
        "quota",
        _("Say how many places a country, a group of countries or an organization has; without them, list the quotas."),
        example="coursectl edition quota ICIM-37 --country AR --country BR --min 1 --max 3\ncoursectl edition quota ICIM-37",
    )(quota)
    command(
        app,
        "group",
        _("Name a group of countries for quotas; without a code, list the groups."),
        example="coursectl edition group ICIM-37 CARICOM JM TT BB --title 'es=Comunidad del Caribe'",
    )(group)


def quota(
    edition: MaybeReference = None,
    country: Annotated[
        list[str] | None,
        typer.Option(
            "--country",
            metavar="COUNTRY",
            help=_("The country: two-letter code or name. May be repeated: the same for each."),
        ),
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", metavar="CODE", help=_("The group of countries. May be repeated."))
    ] = None,
    org: Annotated[
        list[str] | None,
        typer.Option("--org", metavar="ORG", help=_("The organization that nominates. May be repeated.")),
    ] = None,
    minimum: Annotated[
        str | None, typer.Option("--min", metavar="N", help=_("At least so many, if as many are nominated."))
    ] = None,
    maximum: Annotated[str | None, typer.Option("--max", metavar="N", help=_("Never more than so many."))] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="N", help=_("How many nominations the call asks for."))
    ] = None,
    remove: Remove = False,
    dry_run: DryRun = False,
) -> None:
    ref, limits = here().edition(edition, deciding=True), (minimum, maximum, target)
    of = _of(country, group, org)
    if not of:
        if remove or any(limit is not None for limit in limits):
            raise Usage(N_("Whose quota? Say --country, --group or --org."))
        _list(ref)
        return
    act = here().act(dry_run=dry_run)
    if remove:
        done = editions.remove_quotas(here().store, ref, of, act)
    else:
        if all(limit is None for limit in limits):
            raise Usage(N_("How many places? Say --min, --max or --target."))
        numbers = (read_number(minimum, "--min"), read_number(maximum, "--max"), read_number(target, "--target"))
        done = editions.set_quotas(here().store, ref, of, *numbers, act)
    said = "\n".join(_told(done.edition, one, gone=remove) for one in done.quotas)
    show_done(done, said, dry_run=dry_run and done.changed)
    for one in done.quotas:
        if one.target is not None and one.minimum is not None and one.target < one.minimum:
            wording = _("{label}: the call asks for {target}, which is less than the minimum of {minimum}.")
            say(wording.format(label=one.label, target=one.target, minimum=one.minimum))


def _of(country: list[str] | None, group: list[str] | None, org: list[str] | None) -> list[QuotaOf]:
    """Whose quotas, all of one kind."""
    if sum(bool(named) for named in (country, group, org)) > 1:
        raise Usage(N_("Only --country, only --group or only --org: each may be repeated, but not mixed."))
    codes = [enrollment.read_country(words) or "" for words in country or ()]
    offices = [people.get_organization(here().store, words) for words in org or ()]
    return [
        *(QuotaOf(country=code, label=locale.country_name(code, here().language)) for code in codes),
        *(QuotaOf(group=code, label=code) for code in group or ()),
        *(QuotaOf(organization_id=found.id, label=found.label) for found in offices),
    ]


def _told(edition: str, one: QuotaSet, *, gone: bool) -> str:
    wording = N_("{label} in {edition}: {limits}.") if one.changed else N_("{label} in {edition} is like that already ({limits}); nothing was changed.")  # fmt: skip
    if gone:
        wording = N_("{label} has no quota in {edition} any more.")
    return _(wording).format(label=one.label, edition=edition, limits=_limits(one))


def _limits(one: QuotaSet) -> str:
    wordings = ((one.minimum, N_("at least {count}")), (one.maximum, N_("at most {count}")), (one.target, N_("{count} in the call")))  # fmt: skip
    said = [_(wording).format(count=count) for count, wording in wordings if count is not None]
    return ", ".join(said) or _("without limit")


def _unmet(one: Quota) -> str:
    """`minimum 1/2, call 1/3`: how many of what isn't reached."""
    said = (
        (one.below_minimum, N_("minimum {taken}/{wanted}"), one.taken, one.minimum),
        (one.below_target, N_("call {taken}/{wanted}"), one.put_forward, one.target),
    )
    return ", ".join(_(wording).format(taken=has, wanted=wanted) for below, wording, has, wanted in said if below)


def _list(ref: editions.EditionRef) -> None:
    quotas = enrollment.list_quotas(here().store, ref, here().language)
    guests = any(one.guests for one in quotas)
    columns = (
        Column[Quota](_("Quota of"), lambda one: one.label),
        Column[Quota](_("Kind"), lambda one: _(one.kind)),
        Column[Quota](_("At least"), lambda one: one.minimum, right=True),
        Column[Quota](_("At most"), lambda one: one.maximum, right=True),
        Column[Quota](_("In the call"), lambda one: one.target, right=True),
        Column[Quota](_("Put forward"), lambda one: one.put_forward, right=True),
        Column[Quota](_("Taken"), lambda one: one.taken - one.guests, right=True),
        *([Column[Quota](_("Guests"), lambda one: one.guests or None, right=True)] if guests else []),
        Column[Quota](_("Left"), lambda one: one.left, right=True),
        Column[Quota](_("Not reached"), _unmet),
    )
    empty = _("{edition} has no quotas. Set one with: coursectl edition quota {edition} --country AR --max 3")
    show_list(quotas, columns, empty=empty.format(edition=ref.reference))


_KIND_WORDS = (N_("country"), N_("group"), N_("organization"))


def group(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37."))],
    code: Annotated[str | None, typer.Argument(metavar="CODE", help=_("The code of the group."))] = None,
    countries: Annotated[
        list[str] | None, typer.Argument(metavar="COUNTRY…", help=_("Its countries: two-letter codes or names."))
    ] = None,
    title: Annotated[
        list[str] | None, typer.Option("--title", metavar="TEXT", help=_("Its name; once a language: es=…"))
    ] = None,
    remove: Remove = False,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    if code is None:
        columns = (
            Column[CountryGroup](_("Code"), lambda one: one.code),
            Column[CountryGroup](_("Title"), lambda one: one.title),
            Column[CountryGroup](_("Countries"), lambda one: ", ".join(one.countries)),
        )
        empty = _(
            "{edition} has no group of countries yet. Make one with: coursectl edition group {edition} CODE COUNTRY…"
        )
        show_list(editions.list_groups(here().store, ref), columns, empty=empty.format(edition=ref.reference))
        return
    act = here().act(dry_run=dry_run)
    if remove:
        gone = editions.remove_group(here().store, ref, code, act)
        show_done(gone, _("{code} is no group of countries any more.").format(code=gone.code), dry_run=dry_run)
        return
    texts = read_texts(title, here().language)
    done, changed = editions.set_group(here().store, ref, code, countries or [], texts, act)
    wording = (
        N_("{code}: {countries}.") if changed else N_("{code} is like that already: {countries}; nothing was changed.")
    )
    said = _(wording).format(code=done.code, countries=", ".join(done.countries))
    show_done(done, said, dry_run=dry_run and changed)
