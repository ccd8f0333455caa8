"""What rows owe each other: what one points at is there and belongs with it, and what is counted or listed twice agrees."""

from __future__ import annotations

from coursectl.errors import N_
from coursectl.store.checks.findings import REPORT, Check, Finding, done, one_number
from coursectl.store.contract import Row, Store
from coursectl.store.triggers import SEATED, counted_sql, key_sql, kind_sql


def look_at_foreign_keys(store: Store) -> Check:
    """What a row points at is there."""
    rows = store.read(
        'SELECT "table" AS child, rowid AS id, parent FROM pragma_foreign_key_check LIMIT 1000'  # more are no more telling
    )
    keys = one_number(
        store,
        "SELECT count(*) FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) WHERE t.type = 'table'",
    )
    return done("foreign keys", keys, (Finding(_POINTS_NOWHERE, row) for row in rows), REPORT)


_POINTS_NOWHERE = N_("{child} {id} points at a row of {parent} that isn't there")


def look_at_belonging(store: Store) -> Check:
    """What a row points at belongs to the same edition or course as the row: no foreign key says so."""
    findings = [
        Finding(_ELSEWHERE, {"child": child, "id": row["id"], "parent": parent})
        for child, parent, sql in _BELONGINGS
        for row in store.read(
            f"SELECT {child}.{'certificate_id' if child == 'certificate_live' else 'id'} AS id FROM {sql} LIMIT 1000"
        )
    ]
    return done("belonging", len(_BELONGINGS), findings, REPORT)


_ELSEWHERE = N_("{child} {id} and the {parent} that it points at belong to different editions, courses or people")
_BELONGINGS = (
    ("session", "module", "session JOIN module ON module.id = module_id WHERE module.edition_id <> session.edition_id"),
    (
        "edition_topic",
        "topic",
        "edition_topic JOIN edition ON edition.id = edition_id JOIN topic ON topic.id = topic_id"
        " WHERE topic.course_id <> edition.course_id",
    ),
    (
        "session_topic",
        "topic",
        "session_topic JOIN session ON session.id = session_id JOIN edition ON edition.id = edition_id"
        " JOIN topic ON topic.id = topic_id WHERE topic.course_id <> edition.course_id",
    ),
    (
        "enrollment",
        "enrollment",
        "enrollment JOIN enrollment AS left_by ON left_by.id = enrollment.replaces"
        " WHERE left_by.edition_id <> enrollment.edition_id",
    ),
    (
        "attendance",
        "session",
        "attendance JOIN enrollment ON enrollment.id = enrollment_id JOIN session ON session.id = session_id"
        " WHERE session.edition_id <> enrollment.edition_id",
    ),
    (
        "quota",
        "country_group",
        "quota JOIN country_group ON country_group.id = group_id WHERE country_group.edition_id <> quota.edition_id",
    ),
    (
        "certificate",
        "edition",
        "certificate JOIN edition ON edition.id = edition_id WHERE edition.course_id <> certificate.course_id",
    ),
    (
        "certificate_live",
        "certificate",
        "certificate_live JOIN certificate ON certificate.id = certificate_id WHERE (certificate.edition_id,"
        " certificate.person_id, certificate.kind) <> (certificate_live.edition_id, certificate_live.person_id, certificate_live.kind)",
    ),
    (
        "published_figure",
        "edition",
        "published_figure JOIN edition ON edition.id = edition_id WHERE edition.course_id <> published_figure.course_id",
    ),
)


def look_at_seats(store: Store) -> Check:
    """The counters of seats against the enrollments that hold one, and their limits against the editions."""
    held = ", ".join(f"'{status}'" for status in SEATED)
    rows = store.read(
        "SELECT edition.id, code || '-' || edition.number AS edition, taken, max, seats, coalesce(counted, 0) AS counted"
        " FROM edition JOIN course ON course.id = course_id"
        " LEFT JOIN seat_count ON seat_count.edition_id = edition.id AND kind = 'edition' LEFT JOIN"
        f" (SELECT edition_id, count(*) AS counted FROM enrollment WHERE status IN ({held}) GROUP BY edition_id) AS held"
        " ON held.edition_id = edition.id"
        " WHERE taken IS NOT coalesce(counted, 0) OR max IS NOT seats OR taken - extra > max"
    )
    findings = [*(Finding(_SEATS, row) for row in rows), *(Finding(_QUOTAS, row) for row in _wrong_quotas(store, held))]
    counters = "SELECT (SELECT count(*) FROM edition) + (SELECT count(*) FROM quota)"
    return done("seats", one_number(store, counters), findings, REPORT)


def _wrong_quotas(store: Store, held: str) -> list[Row]:
    """Quotas whose counter is missing, counts something else than the enrollments, or has another limit."""
    return store.read(
        "SELECT quota.id, code || '-' || edition.number AS edition, taken, max, quota.maximum, ("
        f"  SELECT count(*) FROM enrollment WHERE status IN ({held}) AND {counted_sql('enrollment')}) AS counted"
        " FROM quota JOIN edition ON edition.id = quota.edition_id JOIN course ON course.id = course_id"
        f" LEFT JOIN seat_count ON seat_count.edition_id = quota.edition_id AND seat_count.kind = {kind_sql('quota')}"
        f" AND seat_count.key = {key_sql('quota')}"
        " WHERE taken IS NOT counted OR max IS NOT quota.maximum"
    )


_QUOTAS = N_(
    "a quota of {edition} counts {taken} of {max}; {counted} enrollments fall under it, and its maximum is {maximum}"
)
_SEATS = N_("{edition} counts {taken} seats taken of {max}; {counted} enrollments hold one, and it has {seats}")


def look_at_live(store: Store) -> Check:
    """The certificates that count as live are those whose last event is their issue."""
    issued = "SELECT certificate_id FROM certificate_state WHERE state = 'issued'"
    live = "SELECT certificate_id FROM certificate_live"
    rows = store.read(
        f"SELECT serial, certificate.id FROM certificate WHERE id IN ({issued} EXCEPT {live})"
        f" UNION ALL SELECT serial, certificate_id FROM ({live} EXCEPT {issued}) LEFT JOIN certificate ON id = certificate_id"
    )
    return done("live certificates", one_number(store, f"SELECT count(*) FROM ({live})"), (Finding(_LIVE, row) for row in rows), REPORT)  # fmt: skip


_LIVE = N_("the list of live certificates and the events of {serial} don't agree")
