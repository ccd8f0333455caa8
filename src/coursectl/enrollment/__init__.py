"""Enrollments: who has a place in an edition, in which status, and how many seats are left.

Owns the tables `enrollment` and `column_map`, and reads `seat_count`. Nobody is enrolled twice, nobody is oversold a seat and a closed
edition takes nobody: these rules are the store's, so they hold between offices that write at the same time.
"""

from __future__ import annotations

from coursectl.enrollment.cells import HEADERS, BadValue, describe, describe_all, read_country, read_enrollment
from coursectl.enrollment.differing import Difference, Differing, LimitPassed
from coursectl.enrollment.enrolling import Enrolled, EnrolledList, enroll, enroll_all
from coursectl.enrollment.exporting import Exported, export_roster
from coursectl.enrollment.files import COLUMNS, FileEnrolled, RosterFile, enroll_file, read_roster
from coursectl.enrollment.moving import (
    Moved,
    Outcome,
    Replaced,
    check_move,
    move,
    replace_trainee,
    set_outcomes_statements,
)
from coursectl.enrollment.planning import NewEnrollment, Plan, Problem, plan_enrollments
from coursectl.enrollment.previewing import Preview, preview_file
from coursectl.enrollment.roster import (
    Enrollment,
    Seats,
    TraineeCounts,
    chosen_order,
    chosen_statuses,
    count_trainees,
    get_enrollment,
    get_enrollments,
    get_seats,
    list_roster,
    list_trainees,
    who_is,
)
from coursectl.enrollment.statuses import (
    AWAY,
    CATEGORIES,
    ENTRY,
    MOVES,
    STATUSES,
    TRAINEE,
    AlreadyEnrolled,
    CameBack,
    Category,
    CountryNotStated,
    Move,
    MovedMeanwhile,
    MoveRefused,
    NoSeatLeft,
    NoWaitingList,
    Status,
    possible_moves,
)

__all__ = [
    "AWAY",
    "CATEGORIES",
    "COLUMNS",
    "ENTRY",
    "HEADERS",
    "MOVES",
    "STATUSES",
    "TRAINEE",
    "AlreadyEnrolled",
    "BadValue",
    "CameBack",
    "Category",
    "CountryNotStated",
    "Difference",
    "Differing",
    "Enrolled",
    "EnrolledList",
    "Enrollment",
    "Exported",
    "FileEnrolled",
    "LimitPassed",
    "Move",
    "MoveRefused",
    "Moved",
    "MovedMeanwhile",
    "NewEnrollment",
    "NoSeatLeft",
    "NoWaitingList",
    "Outcome",
    "Plan",
    "Preview",
    "Problem",
    "Replaced",
    "RosterFile",
    "Seats",
    "Status",
    "TraineeCounts",
    "check_move",
    "chosen_order",
    "chosen_statuses",
    "count_trainees",
    "describe",
    "describe_all",
    "enroll",
    "enroll_all",
    "enroll_file",
    "export_roster",
    "get_enrollment",
    "get_enrollments",
    "get_seats",
    "list_roster",
    "list_trainees",
    "move",
    "plan_enrollments",
    "possible_moves",
    "preview_file",
    "read_country",
    "read_enrollment",
    "read_roster",
    "replace_trainee",
    "set_outcomes_statements",
    "who_is",
]
