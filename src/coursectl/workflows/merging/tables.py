"""Which rows of two stores are the same thing: per table, what it points at, and what it is known by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coursectl.store import Row


@dataclass(frozen=True)
class Kind:
    """A table whose rows are brought. `refs` are its columns that point at other tables.

    `key` are the columns that a thing is known by, once references are those of the store at hand. Where a number is the
    key, `alike` are the columns of which one must agree as well: number 3 of two offices may be two things.
    """

    table: str
    refs: Mapping[str, str]
    key: tuple[str, ...]
    alike: tuple[str, ...] = ()


# In the order in which they can be written: nothing points at what comes later, but a person at a person and an
# enrollment at an enrollment, which go in one statement.
KINDS = (
    Kind("course", {}, ("code",)),
    Kind("organization", {}, ("name_key", "country")),
    Kind("person", {"merged_into": "person"}, ()),  # people are matched by rules of their own
    Kind("edition", {"course_id": "course"}, ("course_id", "number")),
    Kind(
        "edition_party",
        {"edition_id": "edition", "organization_id": "organization"},
        ("edition_id", "organization_id", "role"),
    ),
    Kind(
        "signatory",
        {"edition_id": "edition", "person_id": "person", "organization_id": "organization"},
        ("edition_id", "position"),
    ),
    Kind("module", {"edition_id": "edition"}, ("edition_id", "number"), ("title",)),
    Kind("topic", {"course_id": "course"}, ("course_id", "code")),
    Kind("edition_topic", {"edition_id": "edition", "topic_id": "topic"}, ("edition_id", "topic_id")),
    Kind("session", {"edition_id": "edition", "module_id": "module"}, ("edition_id", "number"), ("date", "start_time")),
    Kind("session_topic", {"session_id": "session", "topic_id": "topic"}, ("session_id", "topic_id")),
    Kind(
        "session_person",
        {"session_id": "session", "person_id": "person", "organization_id": "organization"},
        ("session_id", "person_id", "role"),
    ),
    Kind(
        "expert",
        {"edition_id": "edition", "person_id": "person", "organization_id": "organization"},
        ("edition_id", "person_id"),
    ),
    Kind(
        "enrollment",
        {
            "edition_id": "edition",
            "person_id": "person",
            "organization_id": "organization",
            "nominated_by": "organization",
            "replaces": "enrollment",
        },
        ("edition_id", "person_id"),
    ),
    Kind("attendance", {"enrollment_id": "enrollment", "session_id": "session"}, ("enrollment_id", "session_id")),
    Kind(
        "published_figure",
        {"course_id": "course", "edition_id": "edition"},
        ("course_id", "edition_id", "year", "measure", "who", "stage", "publisher", "value", "qualifier"),
    ),
)

_BLANK = (None, "", "{}", "[]")


def is_blank(value: object) -> bool:
    """Whether nothing is said: no value, an empty text, no language, no list."""
    return value in _BLANK


def key_of(kind: Kind, row: Row) -> tuple[object, ...]:
    """What the row is known by; letters in codes have no case."""
    return tuple(value.casefold() if isinstance(value, str) else value for value in (row[name] for name in kind.key))


def is_alike(kind: Kind, one: Row, other: Row) -> bool:
    """Whether rows with one number are one thing."""
    return not kind.alike or all(one[name] == other[name] for name in kind.alike)
