"""People and organizations: each once, found by what they are called.

Owns the tables person and organization.
"""

from __future__ import annotations

from coursectl.people.entering import add_person, edit_person
from coursectl.people.matching import (
    MailboxTaken,
    Matched,
    MatchFault,
    PersonExists,
    WhoIsIt,
    match_people,
    match_person,
    names_fit,
)
from coursectl.people.organizations import (
    MatchedOrganizations,
    NewOrganization,
    Organization,
    OrganizationExists,
    add_organization,
    edit_organization,
    get_organization,
    list_organizations,
    match_organizations,
    organization_label,
    organizations_like,
)
from coursectl.people.persons import (
    NewPerson,
    Person,
    PersonRef,
    described,
    find_people,
    get_person,
    is_email,
    list_people,
)

__all__ = [
    "MailboxTaken",
    "MatchFault",
    "Matched",
    "MatchedOrganizations",
    "NewOrganization",
    "NewPerson",
    "Organization",
    "OrganizationExists",
    "Person",
    "PersonExists",
    "PersonRef",
    "WhoIsIt",
    "add_organization",
    "add_person",
    "described",
    "edit_organization",
    "edit_person",
    "find_people",
    "get_organization",
    "get_person",
    "is_email",
    "list_organizations",
    "list_people",
    "match_organizations",
    "match_people",
    "match_person",
    "names_fit",
    "organization_label",
    "organizations_like",
]
