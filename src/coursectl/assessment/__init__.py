"""Tests before and after, and exams: what was scored, of how many points, and who passed.

Owns the tables assessment and assessment_result.
"""

from __future__ import annotations

from coursectl.assessment.erasing import erase_statements

__all__ = ["erase_statements"]
