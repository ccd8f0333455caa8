"""Courses and their numbered editions, the parties to an edition and who signs its certificates.

Owns the tables course, edition, edition_party, country_group, quota, signatory and picture.
"""

from __future__ import annotations

from coursectl.editions.copying import CopiedHands, copy_hands, own_fields, own_look
from coursectl.editions.countries import countries_then
from coursectl.editions.courses import (
    Course,
    NewCourse,
    add_course,
    course_statements,
    edit_course,
    get_course,
    list_courses,
    merged,
)
from coursectl.editions.erasing import drop_pictures, erase_statements
from coursectl.editions.held import (
    Edition,
    EditionClosed,
    EditionRef,
    SeatsTaken,
    add_edition,
    edit_edition,
    edition_statements,
    get_edition,
    get_edition_ref,
    latest_edition,
    list_editions,
    open_edition_rule,
    read_reference,
)
from coursectl.editions.lacking import EditionLacks
from coursectl.editions.looks import COLOR_ROLES, DEFAULT_DESIGN, read_colors
from coursectl.editions.parties import (
    ROLES,
    NewSignatory,
    NoParty,
    Party,
    Signatory,
    consents_statements,
    list_parties,
    list_signatories,
    parties_statements,
    signatories_statements,
)
from coursectl.editions.pictures import PictureFile, get_picture, picture_statements, read_picture
from coursectl.editions.quotas import (
    CountryGroup,
    QuotaBelowTaken,
    QuotaOf,
    QuotaSet,
    QuotasSet,
    get_group,
    list_groups,
    remove_group,
    remove_quotas,
    set_group,
    set_quotas,
)
from coursectl.editions.retention import set_retention
from coursectl.editions.wanted import MODALITIES, NewEdition, NoModality, read_modality, tidy

__all__ = [
    "COLOR_ROLES",
    "DEFAULT_DESIGN",
    "MODALITIES",
    "ROLES",
    "CopiedHands",
    "CountryGroup",
    "Course",
    "Edition",
    "EditionClosed",
    "EditionLacks",
    "EditionRef",
    "NewCourse",
    "NewEdition",
    "NewSignatory",
    "NoModality",
    "NoParty",
    "Party",
    "PictureFile",
    "QuotaBelowTaken",
    "QuotaOf",
    "QuotaSet",
    "QuotasSet",
    "SeatsTaken",
    "Signatory",
    "add_course",
    "add_edition",
    "consents_statements",
    "copy_hands",
    "countries_then",
    "course_statements",
    "drop_pictures",
    "edit_course",
    "edit_edition",
    "edition_statements",
    "erase_statements",
    "get_course",
    "get_edition",
    "get_edition_ref",
    "get_group",
    "get_picture",
    "latest_edition",
    "list_courses",
    "list_editions",
    "list_groups",
    "list_parties",
    "list_signatories",
    "merged",
    "open_edition_rule",
    "own_fields",
    "own_look",
    "parties_statements",
    "picture_statements",
    "read_colors",
    "read_modality",
    "read_picture",
    "read_reference",
    "remove_group",
    "remove_quotas",
    "set_group",
    "set_quotas",
    "set_retention",
    "signatories_statements",
    "tidy",
]
