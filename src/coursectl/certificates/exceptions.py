"""Exceptions: who gets a certificate all the same, by name and with a reason, which the register keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coursectl.certificates.rules import INSTRUCTION, get_rule
from coursectl.certificates.whom import get_somebody
from coursectl.editions import EditionRef
from coursectl.enrollment import HAD_A_PLACE
from coursectl.errors import N_, NotFound, Refused, Word
from coursectl.store import Act, Statement, Store, Value, expect_changed, expect_true, insert, new_id, update
from coursectl.tables import clean


class ExceptionChanged(Refused):
    """Somebody else granted or took back the same exception in the same moment."""

    rule = "exception_as_read"
    wording = N_(
        "The exception for {name} was changed by somebody else just now. Look with: coursectl certificate check -e {edition}"
    )


class ExceptionUsed(Refused):
    """A certificate was issued by the exception."""

    rule = "exception_not_used"
    wording = N_(
        "{name} has a {kind} certificate of {edition}, so the exception stays. See: coursectl certificate list -e {edition}"
    )


class NoExceptionNeeded(Refused):
    """Every expert may have one."""

    rule = "exception_needed"
    wording = N_(
        "{kind} is for every expert of {edition}; nobody needs an exception. Add one with: coursectl expert add NAME -e {edition}"
    )


class NoPlaceToGrant(Refused):
    """Who was never there gets no certificate, whatever the reason."""

    rule = "granted_have_a_place"
    wording = N_("{name} has no place in {edition} ({status}). First: coursectl roster accept NAME -e {edition}")


@dataclass(frozen=True)
class Granted:
    """An exception that was granted or taken back (`reason` None: it was erased). `changed`: whether anything was written."""

    edition: str
    kind: str
    number: int | None
    name: str
    reason: str | None
    taken_back: bool
    changed: bool


def read_exceptions(store: Store, edition: EditionRef, kind: str) -> dict[int, str]:
    """The reasons of the exceptions of a kind, by the person of today; "" where a reason was erased."""
    rows = store.read(
        "SELECT canonical_id, reason FROM certificate_exception JOIN canonical USING (person_id)"
        " WHERE edition_id = :edition AND kind = :kind ORDER BY certificate_exception.id",
        {"edition": edition.id, "kind": kind},
        level="strong",
    )
    return {row["canonical_id"]: row["reason"] or "" for row in rows}


def grant(store: Store, edition: EditionRef, kind: str, who: str, because: str, act: Act) -> Granted:
    """Grant somebody a certificate of a kind all the same. The same again changes nothing; another reason replaces the first.

    Raises Usage (no such kind), NotFound and Ambiguous (name), NoExceptionNeeded, NoPlaceToGrant, ExceptionChanged.
    """
    rule, one, reason = get_rule(store, edition, kind), get_somebody(store, edition, who), clean(because)
    if rule.base == INSTRUCTION:
        raise NoExceptionNeeded(kind=rule.kind, edition=edition.reference)
    if one.status not in HAD_A_PLACE:
        raise NoPlaceToGrant(name=one.person.name, edition=edition.reference, status=Word(one.status or "expert"))
    there = _find(store, edition, rule.kind, one.person.id)
    done = Granted(edition.reference, rule.kind, one.number, one.person.name, reason, taken_back=False, changed=True)
    changed = ExceptionChanged(name=one.person.name, edition=edition.reference)
    if there is None:
        row: dict[str, Value] = {
            "id": new_id(), "edition_id": edition.id, "person_id": one.person.id, "kind": rule.kind, "reason": reason,
            "granted_on": act.today,
        }  # fmt: skip
        statements = insert("certificate_exception", [row], refusals={"certificate_exception_once": changed})
    elif there["reason"] == reason:
        return Granted(**{**done.__dict__, "changed": False})
    else:
        statements = update("certificate_exception", int(str(there["id"])), there, {"reason": reason}, changed)
    store.apply(act.operation(f"certificate grant {edition.reference} {rule.kind}", statements))
    return done


def take_back(store: Store, edition: EditionRef, kind: str, who: str, act: Act) -> Granted:
    """Take an exception back. Raises NotFound where there is none, ExceptionUsed where a certificate was issued by it,
    ExceptionChanged, and for the names as `grant`.
    """
    rule, one = get_rule(store, edition, kind), get_somebody(store, edition, who)
    there = _find(store, edition, rule.kind, one.person.id)
    if there is None:
        raise NotFound(
            N_("{name} has no exception for {kind} in {edition}. See: coursectl certificate check -e {edition} --kind {kind}"),
            name=one.person.name, kind=rule.kind, edition=edition.reference,
        )  # fmt: skip
    used = ExceptionUsed(name=one.person.name, kind=Word(rule.kind), edition=edition.reference)
    statements = [
        expect_true(
            "SELECT NOT EXISTS (SELECT 1 FROM certificate_live JOIN canonical USING (person_id)"
            " WHERE edition_id = :edition AND kind = :kind AND canonical_id = :person)",
            {"edition": edition.id, "kind": rule.kind, "person": one.person.id},
            used.rule,
            used,
        ),
        Statement("DELETE FROM certificate_exception WHERE id = :id", {"id": int(str(there["id"]))}),
        expect_changed(ExceptionChanged.rule, ExceptionChanged(name=one.person.name, edition=edition.reference)),
    ]
    store.apply(act.operation(f"certificate grant {edition.reference} {rule.kind} --take-back", statements))
    reason = None if there["reason"] is None else str(there["reason"])
    return Granted(edition.reference, rule.kind, one.number, one.person.name, reason, taken_back=True, changed=True)


def _find(store: Store, edition: EditionRef, kind: str, person: int) -> Mapping[str, int | str | None] | None:
    rows = store.read(
        "SELECT certificate_exception.id, reason FROM certificate_exception JOIN canonical USING (person_id)"
        " WHERE edition_id = :edition AND kind = :kind AND canonical_id = :person",
        {"edition": edition.id, "kind": kind, "person": person},
        level="strong",
    )
    return rows[0] if rows else None
