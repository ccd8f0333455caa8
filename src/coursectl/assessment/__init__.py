"""Tests before and after, and exams: what was scored, of how many points, and who passed.

Owns the tables assessment and assessment_result.
"""

from __future__ import annotations

from coursectl.assessment.defining import (
    KINDS,
    Assessment,
    AssessmentExists,
    NewAssessment,
    add_assessment,
    edit_assessment,
    get_assessment,
    list_assessments,
)
from coursectl.assessment.erasing import erase_statements
from coursectl.assessment.results import (
    BeforeAndAfter,
    Result,
    Scored,
    ScoredOtherwise,
    Totals,
    before_and_after,
    list_results,
    list_totals,
    mark,
    points_of,
    read_results,
)
from coursectl.assessment.scores import passes, percent_of, read_score, shown
from coursectl.assessment.sheets import ImportedResults, import_results

__all__ = [
    "KINDS",
    "Assessment",
    "AssessmentExists",
    "BeforeAndAfter",
    "ImportedResults",
    "NewAssessment",
    "Result",
    "Scored",
    "ScoredOtherwise",
    "Totals",
    "add_assessment",
    "before_and_after",
    "edit_assessment",
    "erase_statements",
    "get_assessment",
    "import_results",
    "list_assessments",
    "list_results",
    "list_totals",
    "mark",
    "passes",
    "percent_of",
    "points_of",
    "read_results",
    "read_score",
    "shown",
]
