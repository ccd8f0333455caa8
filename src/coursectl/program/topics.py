"""Topics: subjects, kept per course over all its editions, so that what is new in an edition is a question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, NotFound, Refused
from coursectl.locale import Text, fold, pick, tool_language
from coursectl.program.planned import Planned, planned
from coursectl.store import Act, Level, Row, Statement, Store, Value, as_json, insert, new_id, update

_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_CODE_LENGTH = 60


class TopicExists(Refused):
    """The code is taken by another topic."""

    rule = "topic_once"
    wording = N_("The code {code} is taken by the topic {title!r} already. Give another one with --code.")


class TopicChanged(Refused):
    """Somebody changed the topic between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("The topic {code} was changed by somebody else just now. Look at it, then type the command again.")


class NoTopic(NotFound):
    """The course has no topic of this code."""

    wording = N_("{course} has no topic {code!r}. Add it with: coursectl topic add TITLE --code {code}")


@dataclass(frozen=True)
class Topic:
    """A subject of a course. `editions` are the references of those that cover it, in order."""

    id: int
    code: str
    title: Text
    editions: tuple[str, ...]


@dataclass(frozen=True)
class CoveredTopic:
    """A topic as an edition covers it: in how many sessions that take place, and whether no earlier edition did."""

    id: int
    code: str
    title: Text
    new: bool
    sessions: int


@dataclass(frozen=True)
class NewTopic:
    """A topic as somebody describes it. Without a code it gets one from its title."""

    title: Text
    code: str | None = None


@dataclass(frozen=True)
class TopicDone:
    """What became of a topic: `added` to its course, and covered by `edition` since now or before."""

    course: str
    edition: str | None
    id: int
    code: str
    title: Text
    added: bool
    covered: bool


# An edition covers what it says it covers, and what its sessions that take place are about.
_COVERED = """
SELECT topic_id, edition_id, 0 AS sessions FROM edition_topic
UNION ALL
SELECT topic_id, edition_id, 1 FROM session_topic JOIN session ON session.id = session_id WHERE NOT cancelled
"""


def topic_code(title: Text) -> str:
    """The code that a title gives: `Migration & climate` → `migration-climate`. Raises BadInput where nothing is left."""
    folded = fold(next((title[tag] for tag in ("en", *sorted(title)) if title.get(tag)), ""))
    code = ""
    for word in re.findall(r"[a-z0-9]+", folded):
        longer = f"{code}-{word}" if code else word[:_CODE_LENGTH]
        if len(longer) > _CODE_LENGTH:
            break
        code = longer
    if not code:
        raise BadInput(N_("This title gives no code; say one with --code, in letters and digits."))
    return code


def list_topics(store: Store, course_id: int, *, level: Level = "weak") -> list[Topic]:
    """All topics of a course, in the order in which they were added, with the editions that cover them."""
    covering: dict[int, list[str]] = {}
    for row in store.read(
        f"SELECT DISTINCT topic_id, course.code || '-' || edition.number AS reference, edition.number FROM ({_COVERED})"
        " JOIN edition ON edition.id = edition_id JOIN course ON course.id = edition.course_id"
        " WHERE course.id = :course ORDER BY edition.number",
        {"course": course_id},
        level=level,
    ):
        covering.setdefault(row["topic_id"], []).append(row["reference"])
    return [
        Topic(row["id"], row["code"], json.loads(row["title"]), tuple(covering.get(row["id"], ())))
        for row in _topic_rows(store, course_id)
    ]


def get_topic(store: Store, course_id: int, course: str, who: str, *, level: Level = "weak") -> Topic:
    """The topic of this code, or with exactly this title in some language. Raises NotFound."""
    found = _named(list_topics(store, course_id, level=level), who)
    if found is None:
        raise NoTopic(course=course, code=who)
    return found


def list_edition_topics(store: Store, edition: EditionRef) -> list[CoveredTopic]:
    """What an edition covers, in the order of the course's topics.

    Nothing is `new` where no earlier edition has any known topic: then nobody can say.
    """
    rows = store.read(
        f"WITH covered AS ({_COVERED}),"
        " before AS (SELECT topic_id FROM covered JOIN edition ON edition.id = edition_id"
        "   WHERE course_id = :course AND number < :number)"
        " SELECT topic.id, code, title, sum(sessions) AS sessions,"
        "   topic.id NOT IN (SELECT topic_id FROM before) AND EXISTS (SELECT 1 FROM before) AS new"
        " FROM covered JOIN topic ON topic.id = topic_id WHERE edition_id = :edition"
        " GROUP BY topic.id ORDER BY position, topic.id",
        {"edition": edition.id, "course": edition.course_id, "number": edition.number},
    )
    return [CoveredTopic(**{**row, "title": json.loads(row["title"]), "new": bool(row["new"])}) for row in rows]


def new_topics(store: Store, edition: EditionRef) -> list[CoveredTopic]:
    """The topics that this edition covers and no earlier-numbered one of its course did.

    Empty where no earlier edition has any known topic: nothing can be called new then.
    """
    return [topic for topic in list_edition_topics(store, edition) if topic.new]


def topics_statements(store: Store, course_id: int, wanted: Sequence[NewTopic]) -> Planned:
    """What brings a course's topics to what is wanted: one of a stored code is changed where its title differs.

    Raises BadInput for a topic without a title or with a code that can't be one.
    """
    rows = _topic_rows(store, course_id)
    stored = {row["code"].lower(): row for row in rows}
    position = max((row["position"] for row in rows), default=0)
    ids: dict[str, int] = {}
    order: list[int] = []
    new: list[dict[str, Value]] = []
    changes: dict[int, list[Statement]] = {}
    for topic in wanted:
        code, title = _checked(topic)
        old = stored.get(code.lower())
        if old and json.loads(old["title"]) != dict(topic.title):
            changes[old["id"]] = update("topic", old["id"], old, {"title": title}, TopicChanged(code=code))
        elif not old and code.lower() not in ids:
            position += 1
            ids[code.lower()] = new_id()
            new.append(
                {"id": ids[code.lower()], "course_id": course_id, "code": code, "title": title, "position": position}
            )
        order.append(old["id"] if old else ids[code.lower()])
    refusals = {"topic_once": TopicChanged(code=", ".join(str(row["code"]) for row in new))}
    statements = [
        *insert("topic", new, rule="topic_once", refusals=refusals),
        *(s for c in changes.values() for s in c),
    ]
    return planned(order, ids.values(), changes, statements)


def cover_statements(store: Store, edition: EditionRef, topic_ids: Iterable[int]) -> list[Statement]:
    """What makes an edition cover these topics besides those of its sessions; those that it says already are left out."""
    said = {
        row["topic_id"]
        for row in store.read(
            "SELECT topic_id FROM edition_topic WHERE edition_id = :edition", {"edition": edition.id}, level="strong"
        )
    }
    missing = [topic for topic in dict.fromkeys(topic_ids) if topic not in said]
    rows: list[dict[str, Value]] = [{"id": new_id(), "edition_id": edition.id, "topic_id": topic} for topic in missing]
    refusals = {"edition_topic_once": TopicChanged(code=edition.reference)}
    return insert("edition_topic", rows, rule="edition_topic_once", refusals=refusals)


def add_topic(
    store: Store, course_id: int, course: str, name: str, act: Act, *, language: str, titles: Text | None = None,
    code: str | None = None, edition: EditionRef | None = None,
) -> TopicDone:  # fmt: skip
    """Add a topic to a course, and let an edition cover it.

    `name` is its title in `language`, or the code or a title of a topic that is there already, which then only gets
    covered. Nothing is written where nothing changes. Raises TopicExists for a code that another topic has, BadInput.
    """
    topics = list_topics(store, course_id, level="strong")
    existing = _named(topics, code or name)
    if existing is None:
        wanted = NewTopic({language: name, **(titles or {})}, code)
        _refuse_taken_code(topics, wanted)
        plan = topics_statements(store, course_id, [wanted])
        topic, statements = Topic(plan.ids[0], _checked(wanted)[0], wanted.title, ()), list(plan.statements)
    else:
        topic, statements = existing, []
        _refuse_other_title(existing, (name, *(titles or {}).values()))
    covering = cover_statements(store, edition, [topic.id]) if edition else []
    if statements or covering:
        place = edition.reference if edition else course
        store.apply(act.operation(f"topic add {place} {topic.code}", [*statements, *covering]))
    reference = edition.reference if edition else None
    return TopicDone(course, reference, topic.id, topic.code, topic.title, existing is None, bool(covering))


def edit_topic(
    store: Store, course_id: int, course: str, who: str, act: Act, *, title: Text | None = None, code: str | None = None,
) -> tuple[TopicDone, bool]:  # fmt: skip
    """Change a topic's titles (merged by language; "" takes one away) or its code. Returns it and whether anything changed.

    Raises NotFound, TopicExists, BadInput, TopicChanged.
    """
    topic = get_topic(store, course_id, course, who, level="strong")
    merged = {tag: text for tag, text in {**topic.title, **(title or {})}.items() if text}
    wanted = NewTopic(merged, topic.code if code is None else code)
    _checked(wanted)
    if wanted.code != topic.code:
        _refuse_taken_code(
            [other for other in list_topics(store, course_id, level="strong") if other.id != topic.id], wanted
        )
    old = {"title": as_json(dict(topic.title)), "code": topic.code}
    new: dict[str, Value] = {"title": as_json(merged), "code": wanted.code}
    changed = {name: value for name, value in new.items() if value != old[name]}
    if changed:
        refusal = TopicChanged(code=topic.code)
        statements = update("topic", topic.id, old, changed, refusal, {"topic_once": refusal})
        store.apply(act.operation(f"topic edit {course} {topic.code}", statements))
    return TopicDone(course, None, topic.id, str(wanted.code), merged, False, False), bool(changed)


def _named(topics: Iterable[Topic], who: str) -> Topic | None:
    """The topic of this code, else the one with this title in some language."""
    listed = list(topics)
    by_code = next((topic for topic in listed if topic.code.lower() == who.strip().lower()), None)
    wanted = fold(who)
    by_title = (topic for topic in listed if wanted and wanted in map(fold, topic.title.values()))
    return by_code or next(by_title, None)


def _refuse_taken_code(topics: Iterable[Topic], wanted: NewTopic) -> None:
    code = _checked(wanted)[0]
    for topic in topics:
        if topic.code.lower() == code.lower():
            raise TopicExists(code=topic.code, title=pick(topic.title, tool_language()))


def _refuse_other_title(existing: Topic, said: Iterable[str]) -> None:
    """A topic that is there is covered, not renamed: another title with its code is a mistake, or an edit."""
    known = {existing.code.lower(), *map(fold, existing.title.values())}
    if any(text.lower() not in known and fold(text) not in known for text in said):
        raise TopicExists(code=existing.code, title=pick(existing.title, tool_language()))


def _checked(topic: NewTopic) -> tuple[str, str]:
    """The code and the title as they are stored."""
    if not any(topic.title.values()):
        raise BadInput(N_("A topic needs a title."))
    code = topic_code(topic.title) if topic.code is None else topic.code.strip()
    if not _CODE.fullmatch(code) or len(code) > _CODE_LENGTH:
        raise BadInput(
            N_("{code!r} can't be a topic's code: letters and digits, joined by - or _, {most} at most."),
            code=code,
            most=_CODE_LENGTH,
        )
    return code, as_json(dict(topic.title))


def _topic_rows(store: Store, course_id: int) -> list[Row]:
    return store.read(
        "SELECT id, code, title, position FROM topic WHERE course_id = :course ORDER BY position, id",
        {"course": course_id},
        level="strong",
    )


def codes(topics: Iterable[Topic]) -> Mapping[str, int]:
    """Ids by code in lower case: what sessions are checked against."""
    return {topic.code.lower(): topic.id for topic in topics}
