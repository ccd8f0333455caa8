"""People and organizations: each once, found by what they are called.

Owns the tables person, person_apart and organization.
"""

from __future__ import annotations

from coursectl.people.alike import DUPLICATES, OF_THE_LIST, Decide, Decision, Present, known_of
from coursectl.people.choosing import (
    OFFICES,
    DecideOffice,
    MatchedOrganizations,
    OfficeDecision,
    OfficeFault,
    WhichOrganization,
    match_organizations,
)
from coursectl.people.duplicates import Likely, Pair, list_duplicates
from coursectl.people.entering import Entered, add_person, edit_person, enter_person
from coursectl.people.erasing import erase_statements
from coursectl.people.gone import erase_gone_statements, get_known
from coursectl.people.matching import (
    TWINS,
    MailboxTaken,
    Matched,
    MatchFault,
    PersonExists,
    WhoIsIt,
    match_people,
    match_person,
    names_fit,
)
from coursectl.people.merging import (
    Apart,
    Conflict,
    Conflicts,
    Merged,
    Merging,
    Split,
    keep_apart,
    merge_people,
    plan_merge,
    split_person,
)
from coursectl.people.offices import NewOrganization, Organization, organization_label
from coursectl.people.organizations import (
    OrganizationExists,
    add_organization,
    edit_organization,
    get_organization,
    list_organizations,
    organizations_like,
)
from coursectl.people.persons import (
    NewPerson,
    Person,
    PersonRef,
    described,
    email_key,
    filed_under,
    find_people,
    get_person,
    is_email,
    list_entries,
    list_erased,
    list_people,
)

__all__ = [
    "DUPLICATES",
    "OFFICES",
    "OF_THE_LIST",
    "TWINS",
    "Apart",
    "Conflict",
    "Conflicts",
    "Decide",
    "DecideOffice",
    "Decision",
    "Entered",
    "Likely",
    "MailboxTaken",
    "MatchFault",
    "Matched",
    "MatchedOrganizations",
    "Merged",
    "Merging",
    "NewOrganization",
    "NewPerson",
    "OfficeDecision",
    "OfficeFault",
    "Organization",
    "OrganizationExists",
    "Pair",
    "Person",
    "PersonExists",
    "PersonRef",
    "Present",
    "Split",
    "WhichOrganization",
    "WhoIsIt",
    "add_organization",
    "add_person",
    "described",
    "edit_organization",
    "edit_person",
    "email_key",
    "enter_person",
    "erase_gone_statements",
    "erase_statements",
    "filed_under",
    "find_people",
    "get_known",
    "get_organization",
    "get_person",
    "is_email",
    "keep_apart",
    "known_of",
    "list_duplicates",
    "list_entries",
    "list_erased",
    "list_organizations",
    "list_people",
    "match_organizations",
    "match_people",
    "match_person",
    "merge_people",
    "names_fit",
    "organization_label",
    "organizations_like",
    "plan_merge",
    "split_person",
]
