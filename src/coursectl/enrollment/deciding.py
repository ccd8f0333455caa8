"""The table that a committee takes to its meeting, and what it brings back decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl import tables
from coursectl.editions import EditionRef
from coursectl.enrollment.cells import read_values
from coursectl.enrollment.headers import HEADERS
from coursectl.enrollment.moving import Moved, check_move, move_all
from coursectl.enrollment.proposing import Choice, Proposal
from coursectl.enrollment.roster import Enrollment, list_roster
from coursectl.enrollment.statuses import MOVES, STATUSES
from coursectl.errors import N_, BadTable, Fault, Word
from coursectl.locale import LANGUAGES, fold
from coursectl.store import Act, Store
from coursectl.tables import Column, Row, Table

_DECISION = ("Decision", "Decisión", "Decisão", "Décision")
_ID = ("Id", "Enrollment", "Inscripción", "Inscrição", "Inscription")
_REASON = ("Reason", "Motivo", "Motif", "Razón", "Raison", "Why", "Por qué", "Por quê", "Pourquoi")
_WORDS = {
    "accept": "accept|accepted|aceptar|aceptado|aceptada|aceitar|aceito|aceita|accepter|accepte|acceptee|si|sim|oui|yes|x",
    "waitlist": "waitlist|wait|waiting list|lista de espera|espera|lista d espera|liste d attente|attente|reserva|reserve",
    "decline": "decline|declined|no|declinar|declinado|declinada|decliner|declinee|rechazar|rechazado|rechazada|recusar|recusado|recusada|refuser|refuse|refusee|non|nao",
    "leave": "leave|later|dejar|pendiente|deixar|pendente|laisser|en attente de decision",
}
_MEANT = {word: decision for decision, words in _WORDS.items() for word in words.split("|")}

HEADINGS = (
    N_("Decision"),
    N_("Name"),
    N_("Country"),
    N_("Organization"),
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
class Decided:
    """What became of a committee's decisions; `left` stay nominated."""

    edition: str
    accepted: Moved
    waitlisted: Moved
    declined: Moved
    left: int


def why(choice: Choice, translate: Callable[[str], str]) -> str:
    """The reason of a choice as a sentence; who came after the call's last day is marked in it."""
    said = translate(choice.reason.wording).format(**dict(choice.reason.facts))
    return f"{said}; {translate(_LATE)}" if choice.late else said


def table_of(proposal: Proposal, translate: Callable[[str], str]) -> tuple[list[str], list[list[object]]]:
    """The headings and rows of the committee's table."""
    return [translate(heading) for heading in HEADINGS], [_row(choice, translate) for choice in proposal.choices]


def _row(choice: Choice, translate: Callable[[str], str]) -> list[object]:
    one = choice.one
    return [
        translate(choice.decision),
        one.name,
        one.country,
        one.nominated_by or one.organization,
        translate(one.sex) if one.sex else None,
        one.priority,
        translate(N_("yes")) if one.reserve else None,
        choice.earlier,
        why(choice, translate),
        one.email,
        str(one.id),
    ]


_LATE = N_("nominated after the deadline")


def read_decisions(store: Store, edition: EditionRef, path: Path) -> list[tuple[Enrollment, str]]:
    """What the committee decided on whom: accept, waitlist, decline or leave; an empty cell leaves them nominated.

    People are found by the id of the table, else by e-mail, else by name. Raises NotFound and BadInput where the file can't be
    read as a table, and BadTable with all rows that can't be understood.
    """
    faults: list[Fault] = []
    columns = [
        Column("decision", _DECISION, required=True),
        Column("id", _ID),
        Column("email", HEADERS["email"]),
        Column("name", (*HEADERS["name"], *HEADERS["first_or_full"])),
        Column("reason", _REASON),
    ]
    columns += [Column(name, (heading, *HEADERS[name])) for name, heading in _TOLD.items()]
    table = tables.read_table(path, columns, None, faults)
    roster = list_roster(store, edition, STATUSES, level="strong")
    decisions: list[tuple[Enrollment, str]] = []
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
            decisions.append((one, decision))
            faults += shown.changed(table, row, one)
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    return decisions


_TOLD = {
    "country": "Country",
    "organization": "Organization",
    "sex": "Sex",
    "priority": "Priority",
    "reserve": "Reserve",
}
_NOT_DECIDED = N_("this table decides who comes and changes nothing else; in the store it is {store}. Write it with: coursectl roster edit {who} -e {edition}")  # fmt: skip


class _Shown:
    """What the table shows beside the decisions, as the store has it."""

    def __init__(self, store: Store, edition: EditionRef) -> None:
        self._store, self._edition = store, edition
        self._offices: dict[int, set[str]] = {}

    def changed(self, table: Table, row: Row, one: Enrollment) -> Iterator[Fault]:
        """What a committee has changed of it, which nobody would read."""
        said = {name: words for name in _TOLD if (words := row.values.get(name, ""))}
        read = read_values(said)
        for name, words in said.items():
            if fold(read[name] or words) not in self._of(one, name, words):
                there = one.nominated_by or one.organization if name == "organization" else getattr(one, name)
                shown = (
                    Word("yes" if there else "no") if name == "reserve" else "–" if there is None else Word(str(there))
                )
                yield table.fault(row, name, _NOT_DECIDED, store=shown, who=one.who, edition=one.edition)

    def _of(self, one: Enrollment, name: str, words: str) -> set[str]:
        if name == "reserve":
            return {"yes"} if one.reserve else {"no", ""}
        if name != "organization":
            return {fold(str(getattr(one, name) or ""))}
        label = fold(one.nominated_by or one.organization or "")
        return {label} if fold(words) == label else self._labels().get(one.id, {label})

    def _labels(self) -> dict[int, set[str]]:
        """What each one's office is called in all the languages that the table may have been written in."""
        if not self._offices:
            for language in LANGUAGES:
                for one in list_roster(self._store, self._edition, STATUSES, language=language):
                    self._offices.setdefault(one.id, set()).add(fold(one.nominated_by or one.organization or ""))
        return self._offices


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


def decide(store: Store, edition: EditionRef, decisions: Iterable[tuple[Enrollment, str]], act: Act) -> Decided:
    """Carry the decisions out in one operation, or none of them.

    Raises MoveRefused, MovedMeanwhile, NoSeatLeft, QuotaFull, NoWaitingList, EditionClosed.
    """
    by: Mapping[str, list[Enrollment]] = {verb: [] for verb in ("accept", "waitlist", "decline", "leave")}
    for one, decision in decisions:
        by[decision].append(one)
    for verb in ("accept", "waitlist", "decline"):
        for one in by[verb]:
            if one.status != MOVES[verb].after[0]:
                check_move(one, verb)
    moved = move_all(
        store, edition, [("decline", by["decline"]), ("waitlist", by["waitlist"]), ("accept", by["accept"])], act
    )
    return Decided(edition.reference, moved["accept"], moved["waitlist"], moved["decline"], len(by["leave"]))
