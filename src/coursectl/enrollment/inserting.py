"""The statements that put enrollments into an edition: one INSERT for everybody, which gives seats and numbers itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coursectl.editions import EditionRef, open_edition_rule
from coursectl.enrollment.statuses import FULL, SQL_SEATED, AlreadyEnrolled, NoSeatLeft
from coursectl.enrollment.waiting import keeps_waiting_list
from coursectl.errors import Refused
from coursectl.store import Act, Row, Statement, Value, as_json

_COLUMNS = """
  (id, edition_id, person_id, status, number, country, organization_id, post, sex, category, funder, replaces, enrolled_at,
   nominated_by, priority, reserve, over_quota, publish, needs, wait_order)"""
_FROM_ROW = (
    "id",
    "person_id",
    "country",
    "organization_id",
    "post",
    "sex",
    "category",
    "funder",
    "replaces",
    "nominated_by",
    "priority",
    "reserve",
    "over_quota",
    "publish",
    "needs",
)
_FREE = "(SELECT max - taken + extra FROM seat_count WHERE edition_id = :edition_id AND kind = 'edition')"
_LAST_NUMBER = (
    "(SELECT number FROM enrollment WHERE edition_id = :edition_id AND number IS NOT NULL ORDER BY number DESC LIMIT 1)"
)
_LAST_WAITING = "(SELECT coalesce(max(wait_order), 0) FROM enrollment WHERE edition_id = :edition_id)"
_INSERT = f"""
INSERT INTO enrollment {_COLUMNS}
SELECT id, :edition_id, person_id, status,
  CASE WHEN status IN ({SQL_SEATED})
    THEN last_number + row_number() OVER (PARTITION BY status IN ({SQL_SEATED}) ORDER BY place) END,
  country, organization_id, post, coalesce(sex, (SELECT person.sex FROM person WHERE person.id = person_id)), category,
  funder, replaces, :now, nominated_by, priority, reserve, over_quota, publish, needs,
  CASE status WHEN 'waitlisted' THEN {_LAST_WAITING} + row_number() OVER (PARTITION BY status ORDER BY place) END
FROM (
  SELECT key AS place, {", ".join(f"value ->> '$.{name}' AS {name}" for name in _FROM_ROW)},
    CASE WHEN :may_wait AND value ->> '$.status' IN ({SQL_SEATED})
        AND row_number() OVER (PARTITION BY value ->> '$.status' IN ({SQL_SEATED}) ORDER BY key) > seats_free
      THEN 'waitlisted' ELSE value ->> '$.status' END AS status
  FROM json_each(:rows), (SELECT {_FREE} AS seats_free)
), (SELECT coalesce({_LAST_NUMBER}, 0) AS last_number)
"""
# The same for one person, which is what people type all day: without counting rows it takes half the time.
_INSERT_ONE = f"""
INSERT INTO enrollment {_COLUMNS}
VALUES (:id, :edition_id, :person_id, :status, CASE WHEN :status IN ({SQL_SEATED}) THEN coalesce({_LAST_NUMBER}, 0) + 1 END,
  :country, :organization_id, :post, coalesce(:sex, (SELECT person.sex FROM person WHERE person.id = :person_id)), :category,
  :funder, :replaces, :now, :nominated_by, :priority, :reserve, :over_quota, :publish, :needs,
  CASE :status WHEN 'waitlisted' THEN {_LAST_WAITING} + 1 END)
"""
# And where they may have to wait.
_INSERT_ONE_OR_WAIT = f"""
INSERT INTO enrollment {_COLUMNS}
SELECT :id, :edition_id, :person_id, got, CASE WHEN got IN ({SQL_SEATED}) THEN last_number + 1 END, :country,
  :organization_id, :post, coalesce(:sex, (SELECT person.sex FROM person WHERE person.id = :person_id)), :category,
  :funder, :replaces, :now, :nominated_by, :priority, :reserve, :over_quota, :publish, :needs,
  CASE got WHEN 'waitlisted' THEN {_LAST_WAITING} + 1 END
FROM (
  SELECT CASE WHEN :may_wait AND :status IN ({SQL_SEATED}) AND {_FREE} < 1 THEN 'waitlisted' ELSE :status END AS got,
    coalesce({_LAST_NUMBER}, 0) AS last_number
)
"""
# Free seats and the last number are read before the first row goes in: SQLite puts the whole SELECT aside when the table
# that it fills has triggers. A limit of NULL compares as NULL, so nobody waits.


def insert_statements(edition: EditionRef, rows: Sequence[Row], act: Act, *, waiting_list: bool) -> Iterator[Statement]:
    """What enrolls the rows, which are as `_FROM_ROW` and a status; the batch gives numbers, and places on the waiting list."""
    if not rows:
        return
    yield open_edition_rule(edition)
    if waiting_list:
        yield keeps_waiting_list(edition)
    refusals: tuple[Refused, ...] = (
        NoSeatLeft(FULL, edition=edition.reference),
        AlreadyEnrolled(edition=edition.reference),
    )
    shared: dict[str, Value] = {"edition_id": edition.id, "may_wait": int(waiting_list), "now": act.now}
    one = _INSERT_ONE_OR_WAIT if waiting_list else _INSERT_ONE
    yield Statement(
        one if len(rows) == 1 else _INSERT,
        shared | (rows[0] if len(rows) == 1 else {"rows": as_json(rows)}),
        AlreadyEnrolled.rule,
        {refusal.rule: refusal for refusal in refusals},
    )
