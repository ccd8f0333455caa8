"""Looking whether the register of certificates is whole: no number missing, every sheet as it was printed."""

from __future__ import annotations

import json
from hashlib import sha256

from coursectl.certificates.register import hash_of
from coursectl.certificates.sources import LIST
from coursectl.errors import N_
from coursectl.store import Store
from coursectl.store.checks import REPORT, Check, Checks, Finding, done, in_batches

_SOME = 1000  # snapshots at once: some ten kilobytes each


def checks(store: Store) -> Checks:
    """What the register can be asked."""
    return {
        "register": lambda: _numbers(store),
        "events": lambda: _events(store),
        "snapshots": lambda: _snapshots(store),
        "sources": lambda: _sources(store),
    }


def _numbers(store: Store) -> Check:
    """Numbers count from 1 without a gap, per course and series."""
    rows = store.read(
        "SELECT code, series, count(*) AS there, max(n) AS last FROM certificate JOIN course ON course.id = course_id"
        " GROUP BY course_id, series HAVING count(*) <> max(n) OR min(n) <> 1 ORDER BY code, series"
    )
    return done("register", _count(store), (Finding(_GAP, row) for row in rows), REPORT)


_GAP = N_("the register of {code}, series {series}, has {there} certificates, and the last one is number {last}")


def _events(store: Store) -> Check:
    """Every certificate was issued, one that was superseded and the one that replaces it name each other, and a duplicate has an original."""
    findings = [Finding(told, row) for query, told in _ODD.items() for row in store.read(query)]
    events = store.read("SELECT count(*) AS n FROM certificate_event")[0]["n"]
    return done("events", events, findings, REPORT)


_ODD = {
    "SELECT serial FROM certificate WHERE id NOT IN (SELECT certificate_id FROM certificate_event WHERE state = 'issued') ORDER BY serial": N_(
        "certificate {serial} is in the register, and its issue isn't"
    ),
    "SELECT old.serial, coalesce(new.serial, '?') AS successor FROM certificate_event AS event JOIN certificate AS old ON old.id = certificate_id"
    " LEFT JOIN certificate AS new ON new.id = superseded_by"
    " WHERE state = 'superseded' AND new.replaces IS NOT event.certificate_id ORDER BY old.serial": N_(
        "certificate {serial} was superseded by {successor}, which doesn't say that it replaces it"
    ),
    "SELECT new.serial, old.serial AS original FROM certificate AS new JOIN certificate AS old ON old.id = new.replaces"
    " WHERE NOT EXISTS (SELECT 1 FROM certificate_event WHERE certificate_id = old.id AND superseded_by = new.id) ORDER BY new.serial": N_(
        "certificate {serial} replaces {original}, which doesn't say that it was superseded by it"
    ),
    "SELECT serial FROM certificate WHERE duplicate AND (replaces IS NULL OR replaces NOT IN (SELECT id FROM certificate)) ORDER BY serial": N_(
        "certificate {serial} is a duplicate, and its original isn't there"
    ),
    "SELECT serial FROM certificate_event JOIN certificate ON certificate.id = certificate_id"
    " WHERE state <> 'issued' GROUP BY certificate_id HAVING count(*) > 1 ORDER BY serial": N_(
        "certificate {serial} is void and superseded at once"
    ),
}


def _snapshots(store: Store) -> Check:
    """What was printed is what its hash says."""
    findings = [
        Finding(_NO_SNAPSHOT, row)
        for row in store.read(
            "SELECT serial FROM certificate JOIN person ON person.id = person_id AND erased_on IS NULL"
            " WHERE certificate.id NOT IN (SELECT certificate_id FROM certificate_snapshot)"
        )
    ]
    looked_at = 0
    for row in in_batches(store, _ALL, _SOME):
        looked_at += 1
        if hash_of(row["salt"], row["content"]) != row["hash"]:
            findings.append(Finding(_CHANGED, {"serial": row["serial"]}))
    return done("snapshots", looked_at, findings, REPORT)


_NO_SNAPSHOT = N_("what certificate {serial} prints isn't there")
_CHANGED = N_("what certificate {serial} prints isn't what was issued: its hash is another")


_ALL = (
    "SELECT certificate_id AS id, salt, content, hash, serial FROM certificate_snapshot"
    " LEFT JOIN certificate ON certificate.id = certificate_id WHERE certificate_id > :last ORDER BY certificate_id LIMIT :some"
)


def _sources(store: Store) -> Check:
    """Every template and text that certificates were made with is there, and is what its hash says."""
    whole: set[str] = set()
    findings = []
    named = {
        row["hash"]: LIST
        for row in store.read("SELECT DISTINCT content ->> '$.made_with' AS hash FROM certificate_snapshot")
        if row["hash"]
    }
    rows = store.read("SELECT hash, path FROM print_source ORDER BY path, hash")
    for row in rows:
        data = store.read("SELECT data FROM print_source WHERE hash = :hash", {"hash": row["hash"]})[0]["data"]
        if sha256(data).hexdigest() != row["hash"]:
            findings.append(Finding(_SOURCE_CHANGED, {"path": row["path"], "hash": row["hash"][:12]}))
        elif row["path"] == LIST:
            named |= {file_hash: path for path, file_hash in json.loads(data)["files"].items()}
        whole.add(row["hash"])
    findings += [
        Finding(_NO_SOURCE, {"path": path, "hash": file_hash[:12]})
        for file_hash, path in named.items()
        if file_hash not in whole
    ]
    return done("sources", len(rows), findings, REPORT)


_SOURCE_CHANGED = N_("{path} ({hash}), which certificates were made with, isn't what it was when it was kept")
_NO_SOURCE = N_("{path} ({hash}), which certificates were made with, isn't there")


def _count(store: Store) -> int:
    return int(store.read("SELECT count(*) AS n FROM certificate")[0]["n"])
