"""The statements that write sessions, and the rules of the program asserted in the same batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coursectl.editions import EditionRef
from coursectl.errors import N_, Refused
from coursectl.program.fitting import Frame, NewChair, NewSession
from coursectl.store import Statement, Value, as_json, expect_true, insert, new_id


class ProgramChanged(Refused):
    """Somebody changed the program so that the batch doesn't fit any more."""

    wording = N_(
        "The program of {edition} was changed by somebody else just now. Look at it, then type the command again."
    )


def writing_statements(frame: Frame, new: Mapping[int, NewSession], *, clash_ok: bool) -> list[Statement]:
    """What puts new sessions, by their ids, into the program, and holds its rules over them."""
    if not new:
        return []
    rows: list[dict[str, Value]] = [
        {"id": row_id, **session_columns(frame, session)} for row_id, session in new.items()
    ]
    topics = [row for row_id, session in new.items() for row in topic_rows(frame, row_id, session.topics)]
    people = [row for row_id, session in new.items() for row in person_rows(row_id, session)]
    return [
        _insert_numbered(frame.edition, rows),
        *insert("session_topic", topics),
        *insert("session_person", people),
        _nothing_twice(frame.edition, new),
        *fitting_statements(frame.edition, new, clash_ok=clash_ok),
    ]


def session_columns(frame: Frame, session: NewSession) -> dict[str, Value]:
    """The columns of a session's row that somebody says."""
    return {
        "module_id": None if session.module is None else frame.modules[session.module],
        "date": session.date,
        "start_time": session.start,
        "end_time": session.end,
        "kind": session.kind,
        "counts": int(session.does_count),
        "title": as_json({tag: text for tag, text in session.title.items() if text}),
        "room": session.room or None,
        "modality": session.modality or None,
    }


def _insert_numbered(edition: EditionRef, rows: Sequence[Mapping[str, Value]]) -> Statement:
    """The sessions with the next numbers of the edition, given when the batch is applied and in the order of the rows."""
    columns = list(rows[0])
    picked = ", ".join(f"value ->> '$.{column}'" for column in columns)
    return Statement(
        f"INSERT INTO session (edition_id, number, {', '.join(columns)})"
        " SELECT :edition, (SELECT coalesce(max(number), 0) FROM session WHERE edition_id = :edition)"
        f" + row_number() OVER (ORDER BY key), {picked} FROM json_each(:rows)",
        {"edition": edition.id, "rows": as_json(rows)},
        rule="session_once",
        refusals={"session_once": ProgramChanged(edition=edition.reference)},
    )


def topic_rows(frame: Frame, session_id: int, topics: Iterable[str]) -> list[dict[str, Value]]:
    """What a session covers, each once."""
    unique = dict.fromkeys(frame.topics[code.lower()] for code in topics)
    return [{"id": new_id(), "session_id": session_id, "topic_id": topic} for topic in unique]


def person_rows(session_id: int, session: NewSession) -> list[dict[str, Value]]:
    """Who teaches and who chairs a session, each once in a role."""
    said = [("expert", person, NewChair(person)) for person in session.experts]
    said += [("chair", chair.person, chair) for chair in session.chairs]
    unique = {(role, person.id): chair for role, person, chair in said}
    return [
        {
            "id": new_id(), "session_id": session_id, "person_id": person_id, "role": role, "post": as_json(dict(chair.post)),
            "organization_id": chair.organization_id, "position": position,
        }
        for position, ((role, person_id), chair) in enumerate(unique.items(), 1)
    ]  # fmt: skip


def _nothing_twice(edition: EditionRef, ids: Iterable[int]) -> Statement:
    """Two offices that import the same program at once don't get it twice."""
    return expect_true(
        "SELECT NOT EXISTS (SELECT 1 FROM session AS one JOIN session AS other ON other.edition_id = one.edition_id"
        " AND other.date = one.date AND other.start_time = one.start_time AND other.title = one.title AND other.id <> one.id"
        " AND NOT other.cancelled WHERE one.id IN (SELECT value FROM json_each(:ids)))",
        {"ids": as_json(list(ids))},
        "session_new",
        ProgramChanged(edition=edition.reference),
    )


# Each condition is about the sessions :ids as the batch leaves them.
_INSIDE = """SELECT NOT EXISTS (SELECT 1 FROM session JOIN edition ON edition.id = edition_id
WHERE session.id IN (SELECT value FROM json_each(:ids)) AND (date < start_date OR date > end_date))"""


_TAUGHT_BY_EXPERTS = """SELECT NOT EXISTS (SELECT 1 FROM session_person AS teaching JOIN session ON session.id = session_id
JOIN canonical AS teacher ON teacher.person_id = teaching.person_id
WHERE session_id IN (SELECT value FROM json_each(:ids)) AND role = 'expert' AND NOT EXISTS (
  SELECT 1 FROM expert JOIN canonical ON canonical.person_id = expert.person_id
  WHERE expert.edition_id = session.edition_id AND canonical.canonical_id = teacher.canonical_id))"""


_AT_ONCE = """session AS one JOIN session AS other ON other.edition_id = one.edition_id AND other.date = one.date AND other.id <> one.id
AND other.start_time < one.end_time AND one.start_time < other.end_time AND NOT other.cancelled"""


_ROOM_FREE = f"""SELECT NOT EXISTS (SELECT 1 FROM {_AT_ONCE} AND other.room = one.room COLLATE NOCASE
WHERE one.id IN (SELECT value FROM json_each(:ids)) AND NOT one.cancelled)"""


_EXPERT_FREE = f"""SELECT NOT EXISTS (SELECT 1 FROM {_AT_ONCE}
JOIN session_person AS mine ON mine.session_id = one.id AND mine.role = 'expert'
JOIN session_person AS theirs ON theirs.session_id = other.id AND theirs.role = 'expert'
JOIN canonical AS me ON me.person_id = mine.person_id
JOIN canonical AS they ON they.person_id = theirs.person_id AND they.canonical_id = me.canonical_id
WHERE one.id IN (SELECT value FROM json_each(:ids)) AND NOT one.cancelled)"""


def fitting_statements(edition: EditionRef, ids: Iterable[int], *, clash_ok: bool) -> list[Statement]:
    """The rules of the program, asserted over the sessions as they are now in the batch."""
    rules = {"session_inside_edition": _INSIDE, "expert_of_edition": _TAUGHT_BY_EXPERTS}
    if not clash_ok:
        rules |= {"room_free": _ROOM_FREE, "expert_free": _EXPERT_FREE}
    params: dict[str, Value] = {"ids": as_json(list(ids))}
    refusal = ProgramChanged(edition=edition.reference)
    return [expect_true(condition, params, rule, refusal) for rule, condition in rules.items()]
