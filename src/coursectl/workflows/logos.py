"""An organization with its logo: names are the matter of people, pictures that of editions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coursectl import editions, people
from coursectl.people import NewOrganization, Organization
from coursectl.store import Act, Statement, Store


def edit_organization(
    store: Store, who: str, change: NewOrganization, act: Act, *, logo: str | None = None, anyway: bool = False
) -> tuple[Organization, bool]:
    """Change what is said of an organization; `logo` is the file of a picture, and an empty text takes the logo away.

    Returns it and whether anything changed. Raises what `people.edit_organization` and `editions.read_picture` do.
    """
    pictures: list[Statement] = []
    if logo:
        picture = editions.read_picture(Path(logo))
        change, pictures = replace(change, logo=picture.hash), editions.picture_statements(picture)
    elif logo == "":
        change = replace(change, logo="")
    return people.edit_organization(store, who, change, act, anyway=anyway, before_it=pictures)
