"""Erasing a person: what identifies them goes, what counts them stays.

The rooms clear their rows, the store clears its audit, in one operation that can't be undone; then the file is written anew,
so that nothing is left in pages that nobody uses any more. What the tool can't reach is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import assessment, attendance, certificates, editions, enrollment, people, program
from coursectl.errors import N_, Refused
from coursectl.people import PersonRef
from coursectl.store import Act, LocalStore, Params, Statement, Store, StoreOutOfReach, as_json, backups, expect_true
from coursectl.store.erasing import COMMAND, clear_audit, neutral_name
from coursectl.workflows.mentions import Mention, list_mentions, names_of


class HasSigned(Refused):
    """The person's name stands on other people's certificates."""

    rule = "signature_stays"
    wording = N_(
        "{name} has signed certificates of {editions}, which other people hold; who has signed is not erased. Nothing was changed."
    )


class ErasedAlready(Refused):
    """There is nothing left of the person to be erased."""

    rule = "stays_erased"
    wording = N_("{name} was erased on {on}; nothing is left to be erased.")


@dataclass(frozen=True)
class Remains:
    """What erasing doesn't reach. `backups` are files of this store; `cluster`: whether its nodes keep a log."""

    certificates: tuple[str, ...]
    backups: tuple[str, ...]
    cluster: bool
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class GivenUp:
    """A place that was still open and is given up with the erasing; `status` is what it was. Who got it, or is next for it."""

    edition: str
    status: str
    promoted: tuple[PersonRef, ...]
    next: PersonRef | None


@dataclass(frozen=True)
class Erased:
    """A person who is erased: the neutral name, and how much of them stays, without saying whose it is.

    `given_up` are the places that were still open. `scrubbed`: whether the file was written anew; False where somebody else was reading it, None for a cluster and a dry run.
    """

    person: PersonRef
    on: str
    entries: int
    enrollments: int
    certificates: int
    scrubbed: bool | None
    remains: Remains
    given_up: tuple[GivenUp, ...] = ()


def erase_person(store: Store, who: str, act: Act) -> Erased:
    """Erase the person that `who` means, with all entries that were merged into them; also who is only in the log any more.

    Raises NotFound, Ambiguous, HasSigned. Who is erased already is only looked for again in the file's unused pages.
    """
    person, there = people.get_known(store, who)
    if not there:
        return _erase_gone(store, person, act)
    if on := _erased_on(store, person.id):
        return _scrub_again(store, person.ref, on, act)
    entries = people.list_entries(store, person.id)
    _refuse_signers(store, person.name, entries)
    remains = _remains(store, entries)
    pictures = [
        row["signature"]
        for row in store.read(
            "SELECT signature FROM signatory WHERE signature IS NOT NULL AND person_id IN (SELECT value FROM json_each(:people))",
            {"people": as_json(entries)},
        )
    ]
    counts = _counts(store, entries)
    leaving, given_up = _giving_up(store, entries, act.today)
    statements = [
        *_nothing_new(entries, counts),
        *leaving,
        *people.erase_statements(entries, act.today),
        *enrollment.erase_statements(entries),
        *attendance.erase_statements(entries),
        *assessment.erase_statements(entries),
        *program.erase_statements(entries),
        *editions.erase_statements(entries),
        *editions.drop_pictures(pictures),
        *certificates.erase_statements(entries),
        clear_audit(entries),
    ]
    store.apply(act.operation(COMMAND, statements, undo="refused"))
    scrubbed = None if act.dry_run else _scrub(store)
    named = (
        PersonRef(person.id, neutral_name(person.id)) if act.dry_run else people.get_person(store, str(person.id)).ref
    )
    return Erased(
        named, act.today, len(entries), counts["enrollments"], counts["certificates"], scrubbed, remains, given_up
    )


def _erase_gone(store: Store, person: people.Person, act: Act) -> Erased:
    """Erase somebody whose row is gone since their adding was undone: the log still says who they were."""
    _refuse_signers(store, person.name, [person.id])
    remains = _remains(store, [person.id])
    statements = [*people.erase_gone_statements(person.id, act.today), clear_audit([person.id])]
    store.apply(act.operation(COMMAND, statements, undo="refused"))
    named = PersonRef(person.id, neutral_name(person.id))
    return Erased(named, act.today, 1, 0, 0, None if act.dry_run else _scrub(store), remains)


# Places that were not used yet: of who is put forward or waits until the edition is closed; of who was to come until it is
# over, unless they were there already or have a certificate of it. Such a one counts, and stays.
_OPEN_PLACES = """
SELECT enrollment.id, code || '-' || edition.number AS edition
FROM enrollment JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
WHERE person_id IN (SELECT value FROM json_each(:people)) AND closed_on IS NULL AND (
  status IN ('nominated', 'waitlisted') OR status IN ('accepted', 'confirmed') AND coalesce(end_date, :today) >= :today
  AND NOT EXISTS (SELECT 1 FROM attendance WHERE enrollment_id = enrollment.id AND mark IN ('present', 'late'))
  AND NOT EXISTS (SELECT 1 FROM certificate_live AS live WHERE live.edition_id = edition.id AND live.person_id IN (SELECT value FROM json_each(:people)))
)
ORDER BY edition.start_date, edition.id, enrollment.id
"""


def _giving_up(store: Store, entries: list[int], today: str) -> tuple[list[Statement], tuple[GivenUp, ...]]:
    """The statements that free the places which the person won't take, and which these are."""
    rows = store.read(_OPEN_PLACES, {"people": as_json(entries), "today": today}, level="strong")
    statements: list[Statement] = []
    given_up: list[GivenUp] = []
    for reference in dict.fromkeys(row["edition"] for row in rows):
        edition = editions.get_edition_ref(store, reference)
        ids = {row["id"] for row in rows if row["edition"] == reference}
        them = [one for one in enrollment.list_roster(store, edition, level="strong") if one.id in ids]
        leaving = enrollment.leaving_statements(store, edition, them)
        statements += leaving.statements
        given_up += [GivenUp(reference, one.status, leaving.promoted, leaving.next) for one in them]
    return statements, tuple(given_up)


def _erased_on(store: Store, person_id: int) -> str | None:
    rows = store.read("SELECT erased_on FROM person WHERE id = :id", {"id": person_id}, level="strong")
    on: str | None = rows[0]["erased_on"]
    return on


def _scrub_again(store: Store, person: PersonRef, on: str, act: Act) -> Erased:
    """Somebody was reading when the person was erased; now the file can be written anew."""
    if not isinstance(store, LocalStore) or act.dry_run:
        raise ErasedAlready(name=person.name, on=on)
    entries = people.list_entries(store, person.id)
    counts = _counts(store, entries)
    return Erased(
        person, on, len(entries), counts["enrollments"], counts["certificates"], _scrub(store), _remains(store, entries)
    )


def _scrub(store: Store) -> bool | None:
    if not isinstance(store, LocalStore):
        return None
    try:
        return store.scrub()
    except (
        StoreOutOfReach
    ):  # the disk is full, or somebody holds the file: what identifies is gone from the tables anyhow
        return False


def _counts(store: Store, entries: list[int]) -> dict[str, int]:
    (row,) = store.read(
        "SELECT (SELECT count(*) FROM enrollment WHERE person_id IN (SELECT value FROM json_each(:people))) AS enrollments,"
        " (SELECT count(*) FROM certificate WHERE person_id IN (SELECT value FROM json_each(:people))) AS certificates",
        {"people": as_json(entries)},
        level="strong",
    )
    return dict(row)


def _nothing_new(entries: list[int], counts: dict[str, int]) -> list[Statement]:
    """Nobody was merged into them, and nothing was issued to them, since they were looked at."""
    meanwhile = Refused(N_("Somebody else has just written about this person. Look, then type the command again."))
    params: Params = {"people": as_json(entries), "entries": len(entries), "certificates": counts["certificates"]}
    return [
        expect_true(
            "SELECT (SELECT count(*) FROM canonical WHERE canonical_id IN (SELECT value FROM json_each(:people))) = :entries"
            " AND (SELECT count(*) FROM certificate WHERE person_id IN (SELECT value FROM json_each(:people))) = :certificates",
            params,
            "unchanged_since_read",
            meanwhile,
        )
    ]


# Where they are among the signatories, or were, and certificates were issued.
_SIGNED = """
SELECT DISTINCT code || '-' || edition.number AS edition
FROM certificate_snapshot JOIN certificate ON certificate.id = certificate_id
JOIN edition ON edition.id = certificate.edition_id JOIN course ON course.id = certificate.course_id, json_each(:names) AS name
WHERE certificate.person_id NOT IN (SELECT value FROM json_each(:people)) AND edition.id IN (
  SELECT edition_id FROM signatory WHERE person_id IN (SELECT value FROM json_each(:people))
  UNION SELECT coalesce(new, old) ->> '$.edition_id' FROM audit
  WHERE tbl = 'signatory' AND coalesce(new, old) ->> '$.person_id' IN (SELECT value FROM json_each(:people))
) AND EXISTS (SELECT 1 FROM json_each(content, '$.signatories') AS signed WHERE signed.value ->> '$.name' = name.value)
ORDER BY 1
"""


def _refuse_signers(store: Store, name: str, entries: list[int]) -> None:
    rows = store.read(_SIGNED, {"people": as_json(entries), "names": as_json(names_of(store, entries))}, level="strong")
    if rows:
        raise HasSigned(name=name, editions=", ".join(row["edition"] for row in rows))


def _remains(store: Store, entries: list[int]) -> Remains:
    serials = store.read(
        "SELECT serial FROM certificate WHERE person_id IN (SELECT value FROM json_each(:people)) ORDER BY length(series), series, n",
        {"people": as_json(entries)},
    )
    return Remains(
        tuple(row["serial"] for row in serials),
        tuple(kept.file for kept in _backups(store)),
        store.engine == "rqlite",
        tuple(list_mentions(store, entries, names_of(store, entries))),
    )


def _backups(store: Store) -> list[backups.Kept]:
    try:
        return backups.list_backups(store)
    except StoreOutOfReach:
        return []
