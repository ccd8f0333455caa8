"""What may be wrong with certificates before they are paper: the rules, and one line of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from coursectl.errors import told, untranslated

RULES = (
    "glyph",  # a character that no font has
    "name_small",  # a name so long that its letters get too small
    "page_full",  # more on the page than fits in letters that one can read
    "program_long",  # a program that takes more than the reverse
    "page_size",  # a template that makes pages of another size than the paper
    "paper",  # paper that isn't usual where the edition is held
    "crest_missing",  # no crest
    "signature_missing",  # a signatory without a picture of the signature
    "picture",  # a picture that can't be printed
    "resolution",  # a picture that is too coarse for its size
    "empty",  # something that every certificate says is missing
    "doubtful",  # something that most certificates say is missing
    "date",  # a date of issue before the end of the edition, or in the future
    "capitals",  # a name in capitals
    "spaces",  # spaces before, after or twice in a name
    "stray",  # a character in a name that belongs to none
    "same_name",  # two people with one printed name
    "name_changed",  # a person who is called otherwise today
    "no_certificate",  # a person who may have a certificate and has none
    "no_person",  # a certificate of somebody who isn't in the edition any more
    "twice",  # two certificates of one person
)
"""What is looked at, by the word that --accept takes."""


@dataclass(frozen=True)
class Remark:
    """One thing that was found. `serial` is empty where it is about all certificates, `name` is whose or what's it is.

    `wording` is a message for gettext, filled with `facts`; `mend` the command that mends it, empty where none does.
    `stops`: nothing is printed until it is mended or accepted.
    """

    rule: str
    wording: str
    facts: Mapping[str, object] = field(default_factory=dict)
    serial: str = ""
    name: str = ""
    mend: str = ""
    stops: bool = False

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        """What is wrong, in the reader's language."""
        return translate(self.wording).format(**told(self.facts, translate))
