"""Which rows of two stores are the same thing: per table, what it points at, and what it is known by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from coursectl import locale
from coursectl.store import Row


@dataclass(frozen=True)
class Kind:
    """A table whose rows are brought. `refs` are its columns that point at other tables.

    `key` are the columns that a thing is known by, once references are those of the store at hand. Where a number is the
    key, `alike` are the columns that must agree as well: number 3 of two offices may be two things. `texts` are its columns
    that say the same in several languages; `beside` names the columns that mean something only beside another one, which
    says the same.
    """

    table: str
    refs: Mapping[str, str]
    key: tuple[str, ...]
    alike: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()
    beside: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)  # columns with ids of another table's rows, as JSON


# In the order in which they can be written: nothing points at what comes later, but a person at a person and an
# enrollment at an enrollment, which go in one statement.
KINDS = (
    Kind("course", {}, ("code",), texts=frozenset({"title", "objectives", "methodology", "audience"})),
    Kind("organization", {}, ("name_key", "country"), texts=frozenset({"name", "acronym"})),
    Kind("person", {"merged_into": "person"}, ()),  # people are matched by rules of their own
    Kind("edition", {"course_id": "course"}, ("course_id", "number"), texts=frozenset({"title", "costs"})),
    Kind("country_group", {"edition_id": "edition"}, ("edition_id", "code"), texts=frozenset({"title"})),
    Kind(
        "quota",
        {"edition_id": "edition", "group_id": "country_group", "organization_id": "organization"},
        ("edition_id", "country", "group_id", "organization_id"),
    ),
    Kind("person_apart", {"one_id": "person", "other_id": "person"}, ("one_id", "other_id")),
    Kind("column_map", {}, ("purpose", "layout")),
    Kind(
        "edition_party",
        {"edition_id": "edition", "organization_id": "organization"},
        ("edition_id", "organization_id", "role"),
    ),
    Kind(
        "signatory",
        {"edition_id": "edition", "person_id": "person", "organization_id": "organization"},
        ("edition_id", "position"),
        texts=frozenset({"post", "on_behalf_of"}),
    ),
    Kind(
        "module",
        {"edition_id": "edition"},
        ("edition_id", "number"),
        ("title",),
        texts=frozenset({"title", "objectives"}),
    ),
    Kind("topic", {"course_id": "course"}, ("course_id", "code"), texts=frozenset({"title"})),
    Kind("edition_topic", {"edition_id": "edition", "topic_id": "topic"}, ("edition_id", "topic_id")),
    Kind(
        "session",
        {"edition_id": "edition", "module_id": "module"},
        ("edition_id", "number"),
        ("date", "start_time"),
        frozenset({"title"}),
        {"cancel_reason": "cancelled"},
    ),
    Kind("session_topic", {"session_id": "session", "topic_id": "topic"}, ("session_id", "topic_id")),
    Kind(
        "session_person",
        {"session_id": "session", "person_id": "person", "organization_id": "organization"},
        ("session_id", "person_id", "role"),
        texts=frozenset({"post"}),
    ),
    Kind(
        "expert",
        {"edition_id": "edition", "person_id": "person", "organization_id": "organization"},
        ("edition_id", "person_id"),
        texts=frozenset({"post"}),
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
        beside={"reason": "status", "replaces": "status", "over_quota": "status", "wait_order": "status"},
    ),
    Kind(
        "attendance",
        {"enrollment_id": "enrollment", "session_id": "session"},
        ("enrollment_id", "session_id"),
        beside={"note": "mark"},
    ),
    Kind(
        "certificate_rule",
        {"edition_id": "edition"},
        ("edition_id", "kind"),
        texts=frozenset({"title", "sentence"}),
        lists={"sessions": "session"},
    ),
    Kind(
        "certificate_exception",
        {"edition_id": "edition", "person_id": "person"},
        ("edition_id", "person_id", "kind"),
    ),
    Kind(
        "hold",
        {"edition_id": "edition", "person_id": "person"},
        ("edition_id", "person_id", "placed_on", "reason"),
        beside={"lifted_because": "lifted_on"},
    ),
    Kind("assessment", {"edition_id": "edition"}, ("edition_id", "code"), ("kind",), frozenset({"title"})),
    Kind(
        "assessment_result",
        {"assessment_id": "assessment", "enrollment_id": "enrollment"},
        ("assessment_id", "enrollment_id", "code"),
        beside={"note": "points"},
    ),
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
    """What the row is known by, as the store's own rules have it: plain letters in codes have no case, unless people wrote them
    instead of their names.
    """
    no_case = kind.table != "assessment_result"
    return tuple(_plain(row[name]) if name == "code" and no_case else row[name] for name in kind.key)


def _plain(code: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in code)


def is_alike(kind: Kind, one: Row, other: Row) -> bool:
    """Whether rows with one number are one thing. A text is the same where it is in a language that both have."""
    return all(
        _says_the_same(one[name], other[name]) if name in kind.texts else one[name] == other[name]
        for name in kind.alike
    )


def _says_the_same(one: str, other: str) -> bool:
    mine, theirs = json.loads(one), json.loads(other)
    return any(locale.fold(mine[tag]) == locale.fold(theirs[tag]) for tag in mine.keys() & theirs.keys())
