"""Questions across editions, answered with where each number comes from.

Three sources are kept apart and never added to each other: named records (enrollments), headcounts that somebody
published of one edition, and cumulative claims ("more than 800"). Reads any table; writes only published_figure.
"""

from __future__ import annotations

from coursectl.history.cuts import (
    Countries,
    CountryRow,
    EditionRow,
    TopicRow,
    list_countries,
    list_editions,
    list_topics,
)
from coursectl.history.figures import (
    INCLUDES,
    MEASURES,
    QUALIFIERS,
    STAGES,
    BadFigure,
    KnownEdition,
    NewFigure,
    PublishedFigure,
    add_figure,
    figures_statements,
    get_figure,
    known_editions,
    list_figures,
    retract_figure,
)
from coursectl.history.persons import Held, Part, PersonRecord, person_record
from coursectl.history.reading import read_figures
from coursectl.history.scope import Scope, get_scope
from coursectl.history.speech import qualified
from coursectl.history.totals import Headcount, Totals, Trained, totals

__all__ = [
    "INCLUDES",
    "MEASURES",
    "QUALIFIERS",
    "STAGES",
    "BadFigure",
    "Countries",
    "CountryRow",
    "EditionRow",
    "Headcount",
    "Held",
    "KnownEdition",
    "NewFigure",
    "Part",
    "PersonRecord",
    "PublishedFigure",
    "Scope",
    "TopicRow",
    "Totals",
    "Trained",
    "add_figure",
    "figures_statements",
    "get_figure",
    "get_scope",
    "known_editions",
    "list_countries",
    "list_editions",
    "list_figures",
    "list_topics",
    "person_record",
    "qualified",
    "read_figures",
    "retract_figure",
    "totals",
]
