"""The table that a committee takes to its meeting, and what it brings back decided."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl import tables
from coursectl.editions import EditionRef
from coursectl.enrollment.cells import OPTIONS, read_values
from coursectl.enrollment.headers import HEADERS
from coursectl.enrollment.moving import Moved, check_move, move_all
from coursectl.enrollment.proposing import WORDINGS, Choice, Proposal
from coursectl.enrollment.roster import Enrollment, list_roster
from coursectl.enrollment.statuses import MOVES, STATUSES
from coursectl.errors import N_, BadTable, Fault, Word
from coursectl.locale import LANGUAGES, fold, in_every_language
from coursectl.people import PersonRef
from coursectl.store import Act, Store
from coursectl.tables import Column, Row, Table, clean

_DECISION = ("Decision", "Decisión", "Decisão", "Décision")
_ID = ("Id", "Enrollment", "Inscripción", "Inscrição", "Inscription")
_REASON = ("Reason", "Motivo", "Motif", "Razón", "Razão", "Raison")
_WHY = ("Why", "Por qué", "Por quê", "Pourquoi")
_WORDS = {
    "accept": "accept|accepted|aceptar|aceptado|aceptada|aceitar|aceito|aceita|accepter|accepte|acceptee|si|sim|oui|yes|x",
    "waitlist": "waitlist|wait|waiting list|lista de espera|espera|lista d espera|liste d attente|attente|reserva|reserve",
    "decline": "decline|declined|no|declinar|declinado|declinada|decliner|declinee|rechazar|rechazado|rechazada|recusar|recusado|recusada|refuser|refuse|refusee|non|nao",
    "leave": "leave|later|dejar|pendiente|deixar|pendente|laisser|en attente de decision",
}
_MEANT = {word: decision for decision, words in _WORDS.items() for word in words.split("|")}

HEADINGS = (
    N_("Decision"),
    N_("Reason"),
    N_("Name"),
    N_("Country"),
    N_("Organization"),
    N_("Nominated by"),
    N_("Sex"),
    N_("Priority"),
    N_("Reserve"),
    N_("Earlier editions"),
    N_("Why"),
    N_("E-mail"),
    N_("Id"),
)
_DECISION_WORDS = (N_("accept"), N_("waitlist"), N_("decline"), N_("leave"))


@dataclass(frozen=True)
class Verdict:
    """What a committee decided on somebody: accept, waitlist, decline or leave; and the reason that it gave."""

    one: Enrollment
    decision: str
    reason: str | None = None


@dataclass(frozen=True)
class Verdicts:
    """A table as a committee has decided it.

    `rewritten` are the rows in which somebody has written over the tool's own reason, which nobody reads; `unkept` those
    whose reason goes with no move.
    """

    verdicts: tuple[Verdict, ...]
    rewritten: tuple[int, ...]
    unkept: tuple[int, ...]


@dataclass(frozen=True)
class Decided:
    """What became of a committee's decisions. `undecided` are all who stay nominated, `left` is how many."""

    edition: str
    accepted: Moved
    waitlisted: Moved
    declined: Moved
    left: int
    undecided: tuple[PersonRef, ...]


def why(choice: Choice, translate: Callable[[str], str]) -> str:
    """The reason of a choice as a sentence; who came after the call's last day is marked in it."""
    said = translate(choice.reason.wording).format(**dict(choice.reason.facts))
    return f"{said}; {translate(_LATE)}" if choice.late else said


def table_of(proposal: Proposal, translate: Callable[[str], str]) -> tuple[list[str], list[list[object]]]:
    """The headings and rows of the committee's table."""
    return [translate(heading) for heading in HEADINGS], [_row(choice, translate) for choice in proposal.choices]


def write_proposal(proposal: Proposal, path: Path, translate: Callable[[str], str], *, force: bool = False) -> None:
    """Write the committee's table to a file. Raises Refused where it is there, unless `force`; and as `tables.write_table`."""
    tables.refuse_to_replace(path, force=force)
    headings, rows = table_of(proposal, translate)
    tables.write_table(path, translate(N_("Proposal")), headings, rows)


def _row(choice: Choice, translate: Callable[[str], str]) -> list[object]:
    one = choice.one
    return [
        translate(choice.decision),
        None,
        one.name,
        one.country,
        one.organization,
        one.nominated_by,
        translate(one.sex) if one.sex else None,
        one.priority,
        translate(N_("yes")) if one.reserve else None,
        choice.earlier,
        why(choice, translate),
        one.email,
        str(one.id),
    ]


_LATE = N_("nominated after the deadline")


def read_decisions(store: Store, edition: EditionRef, path: Path, mapping: Mapping[str, str] | None = None) -> Verdicts:
    """What the committee decided on whom, and why; an empty cell leaves them nominated.

    People are found by the id of the table, else by e-mail, else by name; `mapping` gives columns to headers by hand. Raises
    NotFound and BadInput where the file can't be read as a table, and BadTable with all rows that can't be understood.
    """
    faults: list[Fault] = []
    columns = [
        Column("decision", _DECISION, required=True),
        Column("id", _ID),
        Column("email", HEADERS["email"]),
        Column("name", (*HEADERS["name"], *HEADERS["first_or_full"])),
        Column("reason", _REASON),
        Column("why", _WHY),
    ]
    columns += [Column(name, (*in_every_language(heading), *HEADERS[name])) for name, heading in _TOLD.items()]
    table = tables.read_table(path, columns, mapping, faults)
    roster = list_roster(store, edition, STATUSES, level="strong")
    verdicts: list[Verdict] = []
    unkept: list[int] = []
    seen: dict[int, int] = {}
    shown = _Shown(store, edition)
    for row in table.rows:
        one = _found(roster, table, row, faults)
        decision = _MEANT.get(fold(row.values.get("decision", "")), "") if row.values.get("decision") else "leave"
        if not decision:
            faults.append(table.fault(row, "decision", N_("no decision: write accept, waitlist, decline, or leave it empty"), value=row.values["decision"]))  # fmt: skip
        elif one is not None and one.id in seen:
            faults.append(table.fault(row, "name", N_("decided twice, also in row {other}"), other=seen[one.id]))
        elif one is not None:
            seen[one.id] = row.number
            reason = row.values.get("reason") or None
            verdicts.append(Verdict(one, decision, reason))
            if reason and (decision == "leave" or one.status == MOVES[decision].after[0]):
                unkept.append(row.number)
            faults += shown.changed(table, row, one)
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    ours = _ours()
    rewritten = tuple(row.number for row in table.rows if (told := row.values.get("why")) and not ours.fullmatch(told))
    return Verdicts(tuple(verdicts), rewritten, tuple(unkept))


def _ours() -> re.Pattern[str]:
    """What the tool may have said as the reason of a choice, in all languages."""
    late = "|".join(map(re.escape, in_every_language(_LATE)))
    wordings = [said for wording in WORDINGS for said in in_every_language(wording)]
    told = "|".join(re.sub(r"\\\{\w+\\\}", ".+", re.escape(wording)) for wording in wordings)
    return re.compile(rf"(?:{told})(?:; (?:{late}))?")


_TOLD = {
    "country": "Country",
    "organization": "Organization",
    "nominated_by": "Nominated by",
    "sex": "Sex",
    "priority": "Priority",
    "reserve": "Reserve",
}
_NOT_DECIDED = N_("this table decides who comes and changes nothing else; in the store it is {store}. Write it with: {command}")  # fmt: skip


class _Shown:
    """What the table shows beside the decisions, as the store has it."""

    def __init__(self, store: Store, edition: EditionRef) -> None:
        self._store, self._edition = store, edition
        self._offices: dict[tuple[int, str], set[str]] = {}

    def changed(self, table: Table, row: Row, one: Enrollment) -> Iterator[Fault]:
        """What a committee has changed of it, which nobody would read."""
        said = {name: words for name in _TOLD if (words := row.values.get(name, ""))}
        read = read_values(said)
        for name, words in said.items():
            if fold(read[name] or words) not in self._of(one, name, words):
                there = getattr(one, name)
                shown = (
                    Word("yes" if there else "no") if name == "reserve" else "–" if there is None else Word(str(there))
                )
                typed = (
                    f"coursectl roster edit {one.who} {_option(name, read[name] or words)} -e {self._edition.reference}"
                )
                yield table.fault(row, name, _NOT_DECIDED, store=shown, command=typed)
        for name, there in (("name", one.name), ("email", one.email)):
            words = row.values.get(name, "")
            if words and not _same(name, words, there):
                typed = f"coursectl person edit {one.person.id} --{name} {_quoted(words)}"
                yield table.fault(row, name, _NOT_DECIDED, store=there or "–", command=typed)

    def _of(self, one: Enrollment, name: str, words: str) -> set[str]:
        if name == "reserve":
            return {"yes"} if one.reserve else {"no", ""}
        label = fold(str(getattr(one, name) or ""))
        if name not in _OFFICES or fold(words) == label:
            return {label}
        return self._labels().get((one.id, name), {label})

    def _labels(self) -> dict[tuple[int, str], set[str]]:
        """What each one's offices are called in all the languages that the table may have been written in."""
        if not self._offices:
            for language in LANGUAGES:
                for one in list_roster(self._store, self._edition, STATUSES, language=language):
                    for name in _OFFICES:
                        self._offices.setdefault((one.id, name), set()).add(fold(getattr(one, name) or ""))
        return self._offices


_OFFICES = ("organization", "nominated_by")


def _same(name: str, words: str, there: str | None) -> bool:
    """Whether a cell names whoever is there: a name may be short of words, as where parts of it have columns of their own."""
    if name == "email":
        return words.casefold() == (there or "").casefold()
    return set(fold(words).split()) <= set(fold(there or "").split())


def _option(name: str, words: str) -> str:
    """The option of `roster edit` that says it."""
    if name == "reserve":
        return "--reserve" if words == "yes" else "--principal"
    return f"{OPTIONS[name]} {_quoted(words)}"


def _quoted(words: str) -> str:
    return words if words.isalnum() else shlex.quote(words)


def _found(roster: Sequence[Enrollment], table: Table, row: Row, faults: list[Fault]) -> Enrollment | None:
    values = row.values
    key, email, name = (values.get(field, "") for field in ("id", "email", "name"))
    by_id = [one for one in roster if key and str(one.id) == key]
    by_email = [one for one in roster if email and (one.email or "").casefold() == email.casefold()]
    fitting = by_id or by_email or [one for one in roster if name and fold(one.name) == fold(name)]
    if len(fitting) == 1:
        return fitting[0]
    reason = N_("fits several people; keep the column with the ids") if fitting else N_("nobody in {edition} fits")
    edition = roster[0].edition if roster else ""
    faults.append(table.fault(row, "name", reason, edition=edition))
    return None


def decide(store: Store, edition: EditionRef, verdicts: Iterable[Verdict], act: Act) -> Decided:
    """Carry the decisions out in one operation with their reasons, or none of them.

    Raises MoveRefused, MovedMeanwhile, NoSeatLeft, QuotaFull, NoWaitingList, EditionClosed.
    """
    by: Mapping[str, list[Enrollment]] = {verb: [] for verb in ("decline", "waitlist", "accept", "leave")}
    reasons: dict[int, str] = {}
    for each in verdicts:
        by[each.decision].append(each.one)
        if reason := clean(each.reason or ""):
            reasons[each.one.id] = reason
    decided = {verb: by[verb] for verb in ("decline", "waitlist", "accept")}
    for verb, people in decided.items():
        for one in people:
            if one.status != MOVES[verb].after[0]:
                check_move(one, verb)
    named = {one.id for people in decided.values() for one in people}
    nominated = list_roster(store, edition, ("nominated",), level="strong")
    undecided = tuple(one.person for one in nominated if one.id not in named and not one.erased)
    moved = move_all(store, edition, list(decided.items()), act, reasons)
    return Decided(edition.reference, moved["accept"], moved["waitlist"], moved["decline"], len(undecided), undecided)
